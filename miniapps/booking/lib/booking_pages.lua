-- The pages on which people choose what, with whom and when, and see what they have booked.
local stoa = require "stoa"
local bookings = require "lib.bookings"
local calendar = require "lib.calendar"
local date = require "lib.date"
local owner = require "lib.owner"
local settings = require "lib.settings"
local slots = require "lib.slots"
local ui = stoa.ui

local STATES <const> = {
  booked = { title = "Booked", color = "success" },
  cancelled = { title = "Cancelled", color = "muted" },
  withdrawn = { title = "Cannot take place", color = "danger" },
}

local function duration(minutes) return minutes < 60 and minutes .. " min" or minutes % 60 == 0 and minutes // 60 .. " h" or minutes // 60 .. " h " .. minutes % 60 .. " min" end

local function back_home(ctx, title, text)
  return ui.page { title = settings.title, ui.empty { title, text = text, icon = "calendar" }, ui.button { "Choose again", full = true, to = ctx:link("home") } }
end

stoa.page("home", function(ctx)
  local now = stoa.time.now()
  local mine, services = {}, {}
  for _, booking in ipairs(bookings.of(ctx.user, now)) do
    if booking.state ~= "cancelled" then
      local state = STATES[booking.state]
      mine[#mine + 1] = ui.card { key = booking.id, to = ctx:link("booking", { id = booking.id }), label = bookings.title(booking) .. ", " .. bookings.when(booking),
        ui.row { gap = 2, align = "center", ui.icon { "calendar", color = "accent" }, ui.text { bookings.when(booking), weight = "bold" }, ui.spacer(), ui.badge { state.title, color = state.color } },
        ui.text { bookings.title(booking), color = "muted" } }
    end
  end
  for i, service in ipairs(settings.services) do
    services[i] = ui.card { key = service.id, to = ctx:link("days", { service = service.id }), label = service.title,
      ui.row { gap = 2, align = "center", ui.text { service.title, weight = "bold" }, ui.spacer(), ui.money(service.price, settings.currency) },
      ui.row { gap = 2, align = "center", ui.icon { "clock", size = "s", color = "muted" }, ui.text { duration(service.minutes), style = "caption", color = "muted" } },
      service.text and ui.text { service.text, style = "caption", color = "muted" } }
  end
  return ui.page { title = settings.title,
    #mine > 0 and ui.section { "Your appointments", key = "mine", mine },
    ui.section { "What would you like?", key = "services", services },
    ui.section { "Where", key = "where",
      ui.row { gap = 2, ui.icon { "map", color = "muted" }, ui.text(settings.place) },
      ui.row { gap = 2, ui.icon { "phone", color = "muted" }, ui.text(settings.phone) } },
    owner.is(ctx.user) and ui.button { "The day's list", key = "owner", style = "secondary", icon = "list", full = true, to = ctx:link("owner") } }
end)

-- The service of the query and who can do it, only the one chosen if there is one.
local function choice(ctx)
  local service = slots.service(ctx.query.service)
  if not service then return nil end
  local all, chosen = slots.staff_for(service), {}
  for _, person in ipairs(all) do
    if person.id == ctx.query.staff then chosen = { person } end
  end
  return service, all, #chosen > 0 and chosen or all, chosen[1]
end

stoa.page("days", function(ctx)
  local service, all, staff, only = choice(ctx)
  if not service then return back_home(ctx, "This is not offered any more") end
  local now = stoa.time.now()
  local people, cards = {}, {}
  people[1] = ui.button { "Anybody", key = "anybody", style = only and "secondary" or "primary", to = ctx:link("days", { service = service.id }) }
  for _, person in ipairs(all) do
    people[#people + 1] = ui.button { person.name, key = person.id, style = only == person and "primary" or "secondary", to = ctx:link("days", { service = service.id, staff = person.id }) }
  end
  for i, day in ipairs(slots.days(now)) do
    local _, count = slots.free(day, service, staff, now)
    cards[i] = ui.card { key = day, label = date.long(day) .. ", " .. count .. " free", to = count > 0 and ctx:link("times", { service = service.id, staff = only and only.id or nil, day = day }),
      ui.text { date.name(day), weight = "bold", color = count == 0 and "muted" },
      ui.row { gap = 2, align = "center", wrap = true, ui.text { date.short(day), color = "muted" }, ui.spacer(),
        ui.badge { count == 0 and "none" or count .. " free", color = count == 0 and "muted" or count <= 3 and "warning" or "success" } } }
  end
  return ui.page { title = service.title,
    #all > 1 and ui.section { "With whom?", key = "people", ui.row { gap = 1, wrap = true, people } },
    ui.section { "On which day?", key = "days", ui.grid { columns = 2, gap = 2, cards } } }
end)

stoa.page("times", function(ctx)
  local service, _, staff, only = choice(ctx)
  local day, now = ctx.query.day, stoa.time.now()
  if not service or not date.is_day(day) then return back_home(ctx, "This is not offered any more") end
  local sections = {}
  for i, free in ipairs((slots.free(day, service, staff, now))) do
    local buttons = {}
    for place, time in ipairs(free.times) do
      buttons[place] = ui.button { time, key = time, style = "secondary", full = true, to = ctx:link("form", { service = service.id, staff = free.person.id, day = day, time = time }) }
    end
    sections[i] = ui.section { key = free.person.id,
      ui.row { gap = 2, align = "center", ui.avatar { name = free.person.name, size = "s" }, ui.text { free.person.name, weight = "bold" } },
      ui.grid { columns = 4, gap = 1, buttons } }
  end
  return ui.page { title = date.long(day),
    ui.text { service.title .. ", " .. duration(service.minutes), key = "what", color = "muted" },
    sections,
    #sections == 0 and ui.empty { "Nothing free on this day", key = "none", text = "Look at another one.", icon = "calendar" },
    ui.button { "Another day", key = "days", style = "plain", icon = "arrow-left", to = ctx:link("days", { service = service.id, staff = only and only.id or nil }) } }
end)

local function fact(icon, text) return ui.row { key = icon, gap = 2, align = "center", ui.icon { icon, color = "accent" }, ui.text(text) } end

stoa.page("form", function(ctx)
  local service, _, _, person = choice(ctx)
  local day, time = ctx.query.day, ctx.query.time
  if not service or not person or not date.is_day(day) or not tostring(time):find("^%d%d:%d%d$") then return back_home(ctx, "This is not offered any more") end
  local problem, taken = slots.problem(day, time, person, service, stoa.time.now())
  local booking = taken and bookings.get(taken)
  local another = ui.button { "Choose another time", key = "other", full = true, to = ctx:link("times", { service = service.id, staff = person.id, day = day }) }
  if booking and booking.user == ctx.user.id then
    return ui.page { title = service.title, ui.empty { "This time is yours", icon = "check" }, ui.button { "Show it", full = true, to = ctx:link("booking", { id = taken }) } }
  end
  if problem then return ui.page { title = service.title, ui.empty { "Not free", text = problem, icon = "clock" }, another } end
  local known = ctx.store:get("contact") or { name = ctx.user.display }
  return ui.page { title = service.title,
    ui.section { key = "what", footer = ctx.chat.kind == "group" and "You are reminded when you book in your own chat with this app.",
      fact("calendar", date.long(day) .. ", " .. time), fact("clock", duration(service.minutes)), fact("user", "With " .. person.name),
      ui.row { key = "price", gap = 2, align = "center", ui.icon { "money", color = "accent" }, ui.money(service.price, settings.currency), ui.text { "paid on the spot", style = "caption", color = "muted" } } },
    ui.section { "Who comes?", key = "who",
      ui.form { on = ctx:action("book", service.id, person.id, day, time), submit = "Book it",
        ui.text_field { "name", label = "Name", value = known.name, required = true, max_length = 80 },
        ui.phone_field { "phone", label = "Phone", value = known.phone, required = true },
        ui.text_field { "note", label = "Anything we should know?", multiline = true, max_length = 500 } } },
    another }
end)

stoa.action("book", function(ctx, service, staff, day, time)
  local values = ctx.values
  local booking, why = bookings.take(ctx.user, ctx.chat, {
    service = service, staff = staff, day = day, time = time, name = values.name, phone = values.phone, note = values.note,
  })
  if not booking then
    ctx:toast(why)
    return ctx:go("times", { service = service, staff = staff, day = day })
  end
  ctx.store:put("contact", { name = values.name, phone = values.phone })
  if ctx.chat.kind == "direct" then
    ctx.chat:send("Booked: " .. bookings.title(booking) .. "\n" .. bookings.when(booking) .. "\n" .. settings.title .. ", " .. settings.place, {
      buttons = bookings.button(booking),
    })
  end
  ctx:toast("Booked.")
  ctx:go("booking", { id = booking.id })
end)

-- The appointment, if this person may see it.
local function permitted(ctx, id)
  local booking = bookings.get(id)
  return booking and (booking.user == ctx.user.id or owner.is(ctx.user)) and booking or nil
end

stoa.page("booking", function(ctx)
  local booking = permitted(ctx, ctx.query.id)
  if not booking then return back_home(ctx, "There is no such appointment") end
  local state, service = STATES[booking.state], slots.service(booking.service)
  local is_mine, is_direct = booking.user == ctx.user.id, ctx.chat.kind == "direct"
  local is_booked = booking.state == "booked"
  return ui.page { title = bookings.title(booking),
    ui.section { key = "what",
      ui.row { key = "state", ui.badge { state.title, color = state.color } },
      fact("calendar", bookings.when(booking)), service and fact("clock", duration(service.minutes)), fact("map", settings.title .. ", " .. settings.place),
      fact("user", booking.name .. ", " .. booking.phone), booking.note and fact("info", booking.note) },
    booking.state == "withdrawn" and ui.text { "We are sorry. Please choose another time, or call " .. settings.phone .. ".", key = "sorry", color = "danger" },
    is_mine and is_booked and is_direct and ui.button { "For my calendar", key = "calendar", style = "secondary", icon = "calendar", full = true, on = ctx:action("calendar", booking.id) },
    is_mine and is_booked and is_direct and not ctx.store:get("told") and ui.button {
      "Tell me if it cannot take place", key = "tell", style = "secondary", icon = "bell", full = true, on = ctx:action("tell"),
    },
    is_mine and is_booked and ui.button {
      "Cancel it", key = "cancel", style = "danger", full = true, on = ctx:action("cancel", booking.id), confirm = "Cancel " .. bookings.when(booking) .. "?",
    },
    ui.button { "Another appointment", key = "home", style = "plain", full = true, to = ctx:link("home") } }
end)

stoa.action("cancel", function(ctx, id)
  local booking = bookings.get(id)
  if not booking or booking.user ~= ctx.user.id then return ctx:toast("There is no such appointment.") end
  local ok, why = bookings.cancel(booking)
  ctx:toast(ok and "Cancelled. The time is free for others." or why)
end)

stoa.action("calendar", function(ctx, id)
  local booking = permitted(ctx, id)
  if not booking then return ctx:toast("There is no such appointment.") end
  local before, text = "Copy this into a file that ends in .ics and open it:\n", calendar(booking)
  -- Counted in UTF-16 code units.
  local length = 0
  for _, point in utf8.codes(text) do length = length + (point > 0xFFFF and 2 or 1) end
  ctx.chat:send(before .. text, { entities = { { type = "pre", offset = #before, length = length, language = "ics" } } })
  ctx:toast("It is in the chat.")
end)

stoa.action("tell", function(ctx)
  local agreed = ctx.chat:subscribe { per_day = 4, timeout = "1 day" }
  if not agreed then return ctx:toast("As you like. The reminder and this page show how it stands.") end
  ctx.store:put("told", true)
  ctx:toast("You will be told.")
end)
