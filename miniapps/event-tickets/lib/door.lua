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
  return ui.page { title = ctx:t "at_door",
    ui.empty { ctx:t "for_staff", icon = "lock", text = ctx:t "for_staff_text" },
    ui.section { key = "code",
      ui.form { on = ctx:action("enter"), submit = ctx:t "enter",
        ui.text_field { "code", label = ctx:t "door_code", placeholder = "ABCD-EFGH", required = true, max_length = 40 } } } }
end

local function choose_page(ctx)
  local cards = {}
  for i, event in ipairs(events.list(stoa.time.now() - 24 * date.HOUR)) do
    cards[i] = ui.card { key = event.id, to = ctx:link("door", { id = event.id }), label = event.title,
      ui.row { gap = 2, align = "center", ui.text { event.title, weight = "bold" }, ui.spacer(),
        ui.badge { ctx:t("in_badge", { inside = events.inside(event.id), sold = events.sold_all(event) }), color = "accent" } },
      ui.row { gap = 2, ui.date { event.at, style = "datetime" }, ui.text { event.place, color = "muted" } } }
  end
  return ui.page { title = ctx:t "at_door",
    ui.section { ctx:t "which_event", key = "events", #cards == 0 and ui.empty { ctx:t "nothing_on", icon = "calendar" } or cards },
    ui.button { ctx:t "done_here", style = "plain", on = ctx:action("leave"), confirm = ctx:t "done_here_confirm", hidden = staff.is_organiser(ctx.user) } }
end

-- What became of the last ticket that the person scanned.
local function result_card(ctx, event, result)
  local ok = result.outcome == "in"
  local tier = result.tier and event.tiers[result.tier]
  return ui.card { key = "result",
    ui.row { gap = 3, align = "center", ui.icon { ok and "check" or "warning", color = ok and "success" or "danger", size = "l" },
      ui.text { ctx:t("scan_" .. result.outcome), style = "title", color = ok and "success" or "danger" } },
    tier and ui.text { ctx:t("scan_ticket", { tier = tier.title, holder = result.holder, number = result.number, of = result.of }) },
    result.outcome == "used" and ui.row { gap = 2, wrap = true, ui.text { ctx:t "was_used", weight = "bold" }, ui.date { result.used, style = "datetime" },
      ui.text { ctx:t("let_in_by", { name = result.used_by }) } },
    result.outcome == "other" and ui.text { result.other or ctx:t "event_gone" },
    result.code and ui.text { codes.show(result.code), style = "code" } }
end

local function door_page(ctx, event)
  local inside, sold = events.inside(event.id), events.sold_all(event)
  local result = ctx.store:get("scan:" .. event.id)
  local arrivals = orders.arrivals(event, 10)
  return ui.page { title = event.title,
    event.cancelled and ui.card { key = "cancelled", ui.badge { ctx:t "badge_cancelled", color = "danger" }, ui.text(ctx:t "is_cancelled") },
    ui.card { key = "counter",
      ui.row { gap = 2, align = "baseline", ui.text { tostring(inside), style = "title" }, ui.text { ctx:t("of_are_in", { sold = sold }), color = "muted" } },
      ui.progress { sold > 0 and math.min(1, inside / sold) or 0, label = ctx:t("are_in", { inside = inside, sold = sold }) } },
    ui.section { ctx:t "scan", key = "scan", ui.scanner { on = ctx:action("scan", event.id), label = ctx:t "ticket_code" } },
    result and result_card(ctx, event, result),
    ui.section { ctx:t "came_last", key = "arrivals",
      ui.list(arrivals, function(entry)
        return ui.row { key = entry.key, gap = 2, align = "center", ui.text { entry.value.holder, weight = "bold" },
          ui.text { event.tiers[entry.value.tier].title, color = "muted" }, ui.spacer(), ui.date { entry.value.at, style = "time" } }
      end, { key = "arrivals", height = 44, empty = ui.text { ctx:t "nobody_in", color = "muted" } }) },
    ui.button { ctx:t "another_event", style = "secondary", to = ctx:link("door"), key = "others" } }
end

stoa.page("door", function(ctx)
  if not may_scan(ctx.user) then return code_page(ctx) end
  local event = events.get(ctx.query.id)
  return event and door_page(ctx, event) or choose_page(ctx)
end)

stoa.action("enter", function(ctx)
  local entered, why = staff.enter(ctx.user, ctx.values.code)
  if not entered then return ctx:invalid { code = ctx:t(why) } end
  ctx:toast(ctx:t "welcome")
end)

stoa.action("leave", function(ctx)
  staff.leave(ctx.user.id)
  ctx:toast(ctx:t "thanks")
end)

stoa.action("scan", function(ctx, id)
  -- The page may be open still after the code was renewed.
  if not may_scan(ctx.user) then return ctx:toast(ctx:t "code_changed") end
  local event = events.get(id)
  if not event then return ctx:toast(ctx:t "event_gone") end
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
    ctx:toast(ctx:t("toast_in", { tier = event.tiers[ticket.tier].title, holder = ticket.holder }))
  elseif outcome == "used" then
    ctx:toast(ctx:t("toast_used", { time = date.clock(ticket.used), name = ticket.used_by }))
  else
    ctx:toast(ctx:t("scan_" .. outcome))
  end
end)
