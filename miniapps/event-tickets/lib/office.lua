-- The box office: organisers put up events, see what is sold, and know the door's code.
local stoa = require "stoa"
local codes = require "lib.codes"
local date = require "lib.date"
local events = require "lib.events"
local orders = require "lib.orders"
local settings = require "lib.settings"
local staff = require "lib.staff"
local ui = stoa.ui

local MOST_TIERS <const> = 3

local function refused(ctx)
  return ui.page { title = ctx:t "office", ui.empty { ctx:t "organisers_only", icon = "lock" }, ui.button { ctx:t "all_events", to = ctx:link("home") } }
end

-- Whether the person is an organiser; else they are told.
local function may(ctx)
  if staff.is_organiser(ctx.user) then return true end
  ctx:toast(ctx:t "organisers_only")
end

stoa.page("office", function(ctx)
  if not staff.is_organiser(ctx.user) then return refused(ctx) end
  local cards, code = {}, staff.code()
  for i, event in ipairs(events.list(stoa.time.now() - 30 * 24 * date.HOUR)) do
    local places = 0
    for _, tier in ipairs(event.tiers) do places = places + tier.places end
    cards[i] = ui.card { key = event.id, to = ctx:link("manage", { id = event.id }), label = ctx:t("manage", { event = event.title }),
      ui.row { gap = 2, align = "center", ui.text { event.title, weight = "bold" }, ui.spacer(),
        event.cancelled and ui.badge { ctx:t "badge_cancelled", color = "danger" } or ui.badge { ctx:t("sold_badge", { sold = events.sold_all(event), places = places }), color = "accent" } },
      ui.date { event.at, style = "datetime" } }
  end
  return ui.page { title = ctx:t "office",
    ui.section { ctx:t "events", key = "events", #cards == 0 and ui.empty { ctx:t "no_events", icon = "calendar", text = ctx:t "no_events_text" } or cards },
    ui.section { ctx:t "door_code", key = "door", footer = ctx:t "door_code_footer",
      code and ui.text { codes.show(code), style = "title" } or ui.text { ctx:t "no_code", color = "muted" },
      ui.button { ctx:t(code and "another_code" or "make_code"), style = "secondary", icon = "refresh", on = ctx:action("renew"),
        confirm = code and ctx:t "another_code_confirm" or nil } },
    ui.main_button { ctx:t "new_event", icon = "plus", to = ctx:link("new") } }
end)

local function tier_fields(ctx, i)
  return ui.card { key = "tier " .. i, ui.text { ctx:t(i == 1 and "places" or "more_places_maybe"), weight = "bold" },
    ui.text_field { "title" .. i, label = ctx:t "called", placeholder = ctx:t(i == 1 and "example_standing" or "example_balcony"), required = i == 1, max_length = 40 },
    ui.number_field { "price" .. i, label = ctx:t("price_in", { currency = settings.currency }), min = 1 / settings.minor, max = 100000, step = 1 / settings.minor, required = i == 1 },
    ui.number_field { "places" .. i, label = ctx:t "places_count", min = 1, max = 100000, integer = true, required = i == 1 } }
end

stoa.page("new", function(ctx)
  if not staff.is_organiser(ctx.user) then return refused(ctx) end
  local tiers = {}
  for i = 1, MOST_TIERS do tiers[i] = tier_fields(ctx, i) end
  return ui.page { title = ctx:t "new_event",
    ui.form { on = ctx:action("create"), submit = ctx:t "put_up",
      ui.text_field { "title", label = ctx:t "what", required = true, max_length = 80 },
      ui.text_field { "place", label = ctx:t "where", required = true, max_length = 80 },
      ui.text_field { "about", label = ctx:t "about", multiline = true, max_length = 1000 },
      ui.date_field { "day", label = ctx:t "day", required = true },
      ui.time_field { "time", label = ctx:t "begins", required = true },
      tiers } }
end)

-- The tiers that a form names; nil after saying what is wrong.
local function tiers_of(ctx)
  local values, tiers = ctx.values, {}
  for i = 1, MOST_TIERS do
    local title, price, places = values["title" .. i], values["price" .. i], values["places" .. i]
    if title or price or places then
      if not title then return ctx:invalid { ["title" .. i] = ctx:t "tier_title" } end
      if not price then return ctx:invalid { ["price" .. i] = ctx:t "tier_price" } end
      if not places then return ctx:invalid { ["places" .. i] = ctx:t "tier_places" } end
      tiers[#tiers + 1] = { title = title, price = math.tointeger(math.floor(price * settings.minor + 0.5)), places = places }
    end
  end
  return tiers
end

stoa.action("create", function(ctx)
  if not may(ctx) then return end
  local values = ctx.values
  local at = date.at(values.day, values.time)
  if at <= stoa.time.now() then return ctx:invalid { day = ctx:t "is_over" } end
  local tiers = tiers_of(ctx)
  if not tiers then return end
  local id = events.add { title = values.title, place = values.place, about = values.about, at = at, tiers = tiers }
  if not staff.code() then staff.renew() end
  ctx:toast(ctx:t "is_up")
  ctx:go("manage", { id = id })
end)

local function sales_table(ctx, event)
  local rows = {}
  for tier, entry in ipairs(event.tiers) do
    rows[tier] = { entry.title, ui.format_money(entry.price, settings.currency, ctx.lang), entry.places, events.sold(event, tier), events.left(event, tier) }
  end
  return ui.table { rows = rows, columns = {
    ctx:t "places", { title = ctx:t "column_price", align = "end" }, { title = ctx:t "column_all", align = "end" },
    { title = ctx:t "column_sold", align = "end" }, { title = ctx:t "column_left", align = "end" },
  } }
end

stoa.page("manage", function(ctx)
  if not staff.is_organiser(ctx.user) then return refused(ctx) end
  local event = events.get(ctx.query.id)
  if not event then return ui.page { title = ctx:t "office", ui.empty { ctx:t "no_event", icon = "search" }, ui.button { ctx:t "office", to = ctx:link("office") } } end
  local options = {}
  for tier, entry in ipairs(event.tiers) do options[tier] = { tostring(tier), entry.title } end
  return ui.page { title = event.title,
    ui.section { ctx:t "sales", key = "sales", footer = ctx:t "sales_footer", sales_table(ctx, event),
      ui.text { ctx:t("are_in", { inside = events.inside(event.id), sold = events.sold_all(event) }), key = "in" } },
    ui.section { ctx:t "more_places", key = "places", footer = ctx:t "more_places_footer",
      ui.form { on = ctx:action("add_places", event.id), submit = ctx:t "add",
        ui.select { "tier", label = ctx:t "which", options = options, value = "1", required = true },
        ui.number_field { "count", label = ctx:t "how_many_more", min = -10000, max = 10000, integer = true, required = true } } },
    ui.section { ctx:t "on_sale", key = "sale", hidden = event.cancelled or false,
      ui.switch { label = ctx:t "tickets_sold", value = not event.closed, on = ctx:action("sell", event.id) } },
    ui.section { key = "ways",
      ui.button { ctx:t "at_door", icon = "qr", style = "secondary", full = true, to = ctx:link("door", { id = event.id }) },
      ui.button { ctx:t "see_as_others", icon = "eye", style = "plain", full = true, to = ctx:link("event", { id = event.id }) },
      event.cancelled and ui.column { gap = 2, ui.text { ctx:t "cancelled_all", color = "danger" },
        events.sold_all(event) > 0 and ui.text { ctx:t("not_given_back", { n = events.sold_all(event) }), color = "muted" },
        events.sold_all(event) > 0 and ui.button { ctx:t "give_back", style = "secondary", full = true, on = ctx:action("give_back_all", event.id) } }
        or ui.button { ctx:t "cancel_event", style = "danger", full = true, on = ctx:action("cancel", event.id),
          confirm = ctx:t "cancel_confirm" } },
    ui.button { ctx:t "office", style = "secondary", to = ctx:link("office"), key = "office" } }
end)

stoa.action("renew", function(ctx)
  if not may(ctx) then return end
  staff.renew()
  ctx:toast(ctx:t "code_now")
end)

stoa.action("add_places", function(ctx, id)
  if not may(ctx) then return end
  local event, count = events.get(id), ctx.values.count
  if count == 0 then return ctx:invalid { count = ctx:t "how_many" } end
  local added, why = events.add_places(event, math.tointeger(tonumber(ctx.values.tier)), count)
  if not added then
    return ctx:invalid { count = ctx:t(why == "out_of_stock" and "not_so_many" or "not_added") }
  end
  ctx:toast(ctx:t(count > 0 and "places_more" or "places_fewer", { n = math.abs(count) }))
end)

stoa.action("sell", function(ctx, id)
  if not may(ctx) then return end
  local event = events.get(id)
  event.closed = not ctx.value
  events.keep(event)
  ctx:toast(ctx:t(event.closed and "sale_stopped" or "sale_on"))
end)

stoa.action("cancel", function(ctx, id)
  if not may(ctx) then return end
  local event = events.get(id)
  if event.cancelled then return ctx:toast(ctx:t "is_cancelled") end
  event.cancelled = true
  events.keep(event)
  stoa.timers:after(1, "give_back", { event = id })
  ctx:toast(ctx:t "event_cancelled")
end)

stoa.action("give_back_all", function(ctx, id)
  if not may(ctx) or not events.get(id).cancelled then return end
  stoa.timers:after(0, "give_back", { event = id })
  ctx:toast(ctx:t "giving_back")
end)

-- So many at a time that a turn can do it, however many there are.
stoa.timer("give_back", function(_, timer)
  local id = timer.data.event
  local after = orders.give_back_some(id, timer.data.after)
  if after then stoa.timers:after(0, "give_back", { event = id, after = after }) end
end)
