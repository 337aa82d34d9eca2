-- The door: who has entered its code scans tickets, and all there see who is in.
local stoa = require "stoa"
local codes = require "lib.codes"
local date = require "lib.date"
local events = require "lib.events"
local orders = require "lib.orders"
local staff = require "lib.staff"
local ui = stoa.ui

local function may_scan(user) return staff.is_organiser(user) or staff.is_staff(user) end

local function code_page(ctx)
  return ui.page { title = "At the door",
    ui.empty { "For the people at the door", icon = "lock", text = "Enter the code that the organiser gave you, once." },
    ui.section { key = "code",
      ui.form { on = ctx:action("enter"), submit = "Enter",
        ui.text_field { "code", label = "The door's code", placeholder = "ABCD-EFGH", required = true, max_length = 40 } } } }
end

local function choose_page(ctx)
  local cards = {}
  for i, event in ipairs(events.list(stoa.time.now() - 24 * date.HOUR)) do
    cards[i] = ui.card { key = event.id, to = ctx:link("door", { id = event.id }), label = event.title,
      ui.row { gap = 2, align = "center", ui.text { event.title, weight = "bold" }, ui.spacer(),
        ui.badge { events.inside(event.id) .. " of " .. events.sold_all(event) .. " in", color = "accent" } },
      ui.row { gap = 2, ui.date { event.at, style = "datetime" }, ui.text { event.place, color = "muted" } } }
  end
  return ui.page { title = "At the door",
    ui.section { "Which event?", key = "events", #cards == 0 and ui.empty { "Nothing is on", icon = "calendar" } or cards },
    ui.button { "I am done here", style = "plain", on = ctx:action("leave"), confirm = "You have to enter the code again to come back.", hidden = staff.is_organiser(ctx.user) } }
end

local TITLES <const> = {
  ["in"] = "Let in", used = "Already used", returned = "Returned, not valid", other = "For another event", unknown = "No such ticket",
}

-- What became of the last ticket that the person scanned.
local function result_card(event, result)
  local ok = result.outcome == "in"
  local tier = result.tier and event.tiers[result.tier]
  return ui.card { key = "result",
    ui.row { gap = 3, align = "center", ui.icon { ok and "check" or "warning", color = ok and "success" or "danger", size = "l" },
      ui.text { TITLES[result.outcome], style = "title", color = ok and "success" or "danger" } },
    tier and ui.text { tier.title .. " · " .. result.holder .. " · ticket " .. result.number .. " of " .. result.of },
    result.outcome == "used" and ui.row { gap = 2, wrap = true, ui.text { "It was used", weight = "bold" }, ui.date { result.used, style = "datetime" },
      ui.text { "and let in by " .. result.used_by .. "." } },
    result.outcome == "other" and ui.text { result.other or "An event that is not there any more" },
    result.code and ui.text { codes.show(result.code), style = "code" } }
end

local function door_page(ctx, event)
  local inside, sold = events.inside(event.id), events.sold_all(event)
  local result = ctx.store:get("scan:" .. event.id)
  local arrivals = orders.arrivals(event, 10)
  return ui.page { title = event.title,
    event.cancelled and ui.card { key = "cancelled", ui.badge { "cancelled", color = "danger" }, ui.text "This event is cancelled." },
    ui.card { key = "counter",
      ui.row { gap = 2, align = "baseline", ui.text { tostring(inside), style = "title" }, ui.text { "of " .. sold .. " are in", color = "muted" } },
      ui.progress { sold > 0 and math.min(1, inside / sold) or 0, label = inside .. " of " .. sold .. " are in" } },
    ui.section { "Scan a ticket", key = "scan", ui.scanner { on = ctx:action("scan", event.id), label = "Ticket's code" } },
    result and result_card(event, result),
    ui.section { "Came in last", key = "arrivals",
      ui.list(arrivals, function(entry)
        return ui.row { key = entry.key, gap = 2, align = "center", ui.text { entry.value.holder, weight = "bold" },
          ui.text { event.tiers[entry.value.tier].title, color = "muted" }, ui.spacer(), ui.date { entry.value.at, style = "time" } }
      end, { key = "arrivals", height = 44, empty = ui.text { "Nobody is in yet.", color = "muted" } }) },
    ui.button { "Another event", style = "secondary", to = ctx:link("door"), key = "others" } }
end

stoa.page("door", function(ctx)
  if not may_scan(ctx.user) then return code_page(ctx) end
  local event = events.get(ctx.query.id)
  return event and door_page(ctx, event) or choose_page(ctx)
end)

stoa.action("enter", function(ctx)
  local entered, why = staff.enter(ctx.user, ctx.values.code)
  if not entered then return ctx:invalid { code = why } end
  ctx:toast("Welcome at the door.")
end)

stoa.action("leave", function(ctx)
  staff.leave(ctx.user.id)
  ctx:toast("Thank you!")
end)

stoa.action("scan", function(ctx, id)
  -- The page may be open still after the code was renewed.
  if not may_scan(ctx.user) then return ctx:toast("The door's code has changed. Enter the new one.") end
  local event = events.get(id)
  if not event then return ctx:toast("This event is not there any more.") end
  local code = codes.read(ctx.value or "")
  local outcome, ticket = orders.scan(event, code, ctx.user)
  local known = outcome ~= "unknown" and outcome ~= "other"
  local other = outcome == "other" and events.get(ticket.event)
  ctx.store:put("scan:" .. id, {
    outcome = outcome, code = code and code:sub(1, 32), other = other and other.title or nil, tier = known and ticket.tier or nil,
    holder = known and ticket.holder or nil, number = known and ticket.number or nil, of = known and ticket.of or nil,
    used = outcome == "used" and ticket.used or nil, used_by = outcome == "used" and ticket.used_by or nil,
  })
  if outcome == "in" then
    ctx:toast("Let in: " .. event.tiers[ticket.tier].title .. ", " .. ticket.holder)
  elseif outcome == "used" then
    ctx:toast("Already used at " .. date.clock(ticket.used) .. " UTC, let in by " .. ticket.used_by)
  else
    ctx:toast(TITLES[outcome])
  end
end)
