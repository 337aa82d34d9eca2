-- The box office: organisers put up events, see what is sold, and know the door's code.
local stoa = require "stoa"
local codes = require "lib.codes"
local date = require "lib.date"
local events = require "lib.events"
local settings = require "lib.settings"
local staff = require "lib.staff"
local ui = stoa.ui

local MOST_TIERS <const> = 3

local function refused(ctx)
  return ui.page { title = "Box office", ui.empty { "Only for organisers", icon = "lock" }, ui.button { "All events", to = ctx:link("home") } }
end

-- Whether the person is an organiser; else they are told.
local function may(ctx)
  if staff.is_organiser(ctx.user) then return true end
  ctx:toast("Only organisers can do that.")
end

stoa.page("office", function(ctx)
  if not staff.is_organiser(ctx.user) then return refused(ctx) end
  local cards, code = {}, staff.code()
  for i, event in ipairs(events.list(stoa.time.now() - 30 * 24 * date.HOUR)) do
    local places = 0
    for _, tier in ipairs(event.tiers) do places = places + tier.places end
    cards[i] = ui.card { key = event.id, to = ctx:link("manage", { id = event.id }), label = "Manage " .. event.title,
      ui.row { gap = 2, align = "center", ui.text { event.title, weight = "bold" }, ui.spacer(),
        event.cancelled and ui.badge { "cancelled", color = "danger" } or ui.badge { events.sold_all(event) .. " of " .. places .. " sold", color = "accent" } },
      ui.date { event.at, style = "datetime" } }
  end
  return ui.page { title = "Box office",
    ui.section { "Events", key = "events", #cards == 0 and ui.empty { "No events yet", icon = "calendar", text = "Put up the first one." } or cards },
    ui.section { "The door's code", key = "door",
      footer = "Tell it to the people at the door, and to nobody else. Another code shuts out all who have entered this one.",
      code and ui.text { codes.show(code), style = "title" } or ui.text { "There is none yet.", color = "muted" },
      ui.button { code and "Another code" or "Make a code", style = "secondary", icon = "refresh", on = ctx:action("renew"),
        confirm = code and "All staff have to enter the new code then. Go on?" or nil } },
    ui.main_button { "New event", icon = "plus", to = ctx:link("new") } }
end)

local function tier_fields(i)
  return ui.card { key = "tier " .. i, ui.text { i == 1 and "Places" or "More places, if there are any", weight = "bold" },
    ui.text_field { "title" .. i, label = "Called", placeholder = i == 1 and "Standing" or "Balcony", required = i == 1, max_length = 40 },
    ui.number_field { "price" .. i, label = "Price (" .. settings.currency .. ")", min = 0.01, max = 100000, step = 1 / settings.minor, required = i == 1 },
    ui.number_field { "places" .. i, label = "How many", min = 1, max = 100000, integer = true, required = i == 1 } }
end

stoa.page("new", function(ctx)
  if not staff.is_organiser(ctx.user) then return refused(ctx) end
  local tiers = {}
  for i = 1, MOST_TIERS do tiers[i] = tier_fields(i) end
  return ui.page { title = "New event",
    ui.form { on = ctx:action("create"), submit = "Put it up",
      ui.text_field { "title", label = "What is it?", required = true, max_length = 80 },
      ui.text_field { "place", label = "Where?", required = true, max_length = 80 },
      ui.text_field { "about", label = "What should people know?", multiline = true, max_length = 1000 },
      ui.date_field { "day", label = "Day", required = true },
      ui.time_field { "time", label = "Begins (UTC)", required = true },
      tiers } }
end)

-- The tiers that a form names; nil after saying what is wrong.
local function tiers_of(ctx)
  local values, tiers = ctx.values, {}
  for i = 1, MOST_TIERS do
    local title, price, places = values["title" .. i], values["price" .. i], values["places" .. i]
    if title or price or places then
      if not title or not title:find("%S") then return ctx:invalid { ["title" .. i] = "What are these places called?" } end
      if not price then return ctx:invalid { ["price" .. i] = "What does a place cost?" } end
      if not places then return ctx:invalid { ["places" .. i] = "How many are there?" } end
      tiers[#tiers + 1] = { title = title, price = math.tointeger(math.floor(price * settings.minor + 0.5)), places = places }
    end
  end
  return tiers
end

stoa.action("create", function(ctx)
  if not may(ctx) then return end
  local values = ctx.values
  for _, name in ipairs { "title", "place" } do
    if not values[name]:find("%S") then return ctx:invalid { [name] = "Write something here." } end
  end
  local at = date.at(values.day, values.time)
  if at <= stoa.time.now() then return ctx:invalid { day = "That is over already." } end
  local tiers = tiers_of(ctx)
  if not tiers then return end
  local id = events.add { title = values.title, place = values.place, about = values.about, at = at, tiers = tiers }
  if not staff.code() then staff.renew() end
  ctx:toast("The event is up.")
  ctx:go("manage", { id = id })
end)

local function sales_table(event)
  local rows = {}
  for tier, entry in ipairs(event.tiers) do
    rows[tier] = { entry.title, ui.format_money(entry.price, settings.currency), entry.places, events.sold(event, tier), events.left(event, tier) }
  end
  return ui.table { rows = rows, columns = {
    "Places", { title = "Price", align = "end" }, { title = "All", align = "end" }, { title = "Sold", align = "end" }, { title = "Left", align = "end" },
  } }
end

stoa.page("manage", function(ctx)
  if not staff.is_organiser(ctx.user) then return refused(ctx) end
  local event = events.get(ctx.query.id)
  if not event then return ui.page { title = "Box office", ui.empty { "There is no such event", icon = "search" }, ui.button { "Box office", to = ctx:link("office") } } end
  local options = {}
  for tier, entry in ipairs(event.tiers) do options[tier] = { tostring(tier), entry.title } end
  return ui.page { title = event.title,
    ui.section { "Sales", key = "sales", footer = "What is neither sold nor left is being paid for at this moment.", sales_table(event),
      ui.text { events.inside(event.id) .. " of " .. events.sold_all(event) .. " are in", key = "in" } },
    ui.section { "More places", key = "places", footer = "A number below 0 takes places away, as far as they are free.",
      ui.form { on = ctx:action("add_places", event.id), submit = "Add",
        ui.select { "tier", label = "Which?", options = options, value = "1", required = true },
        ui.number_field { "count", label = "How many more?", min = -10000, max = 10000, integer = true, required = true } } },
    ui.section { "On sale", key = "sale", hidden = event.cancelled or false,
      ui.switch { label = "Tickets are sold", value = not event.closed, on = ctx:action("sell", event.id) } },
    ui.section { key = "ways",
      ui.button { "At the door", icon = "qr", style = "secondary", full = true, to = ctx:link("door", { id = event.id }) },
      ui.button { "See it as others do", icon = "eye", style = "plain", full = true, to = ctx:link("event", { id = event.id }) },
      event.cancelled and ui.text { "Cancelled: everybody can return their tickets.", color = "danger" }
        or ui.button { "Cancel the event", style = "danger", full = true, on = ctx:action("cancel", event.id),
          confirm = "Cancel it for good? Nobody can buy any more, and everybody can return their tickets." } },
    ui.button { "Box office", style = "secondary", to = ctx:link("office"), key = "office" } }
end)

stoa.action("renew", function(ctx)
  if not may(ctx) then return end
  staff.renew()
  ctx:toast("This is the code now.")
end)

stoa.action("add_places", function(ctx, id)
  if not may(ctx) then return end
  local event, count = events.get(id), ctx.values.count
  if count == 0 then return ctx:invalid { count = "How many?" } end
  local added, why = events.add_places(event, math.tointeger(tonumber(ctx.values.tier)), count)
  if not added then
    return ctx:invalid { count = why == "out_of_stock" and "So many are not free." or "That did not work. Please try again later." }
  end
  ctx:toast(count > 0 and count .. " places more." or -count .. " places fewer.")
end)

stoa.action("sell", function(ctx, id)
  if not may(ctx) then return end
  local event = events.get(id)
  event.closed = not ctx.value
  events.keep(event)
  ctx:toast(event.closed and "No tickets are sold for now." or "Tickets are sold.")
end)

stoa.action("cancel", function(ctx, id)
  if not may(ctx) then return end
  local event = events.get(id)
  event.cancelled = true
  events.keep(event)
  ctx:toast("The event is cancelled.")
end)
