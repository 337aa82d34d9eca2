-- The pages on which people choose what, with whom and when, and see what they have booked.
local stoa = require "stoa"
local bookings = require "lib.bookings"
local calendar = require "lib.calendar"
local date = require "lib.date"
local owner = require "lib.owner"
local settings = require "lib.settings"
local slots = require "lib.slots"
local words = require "lib.words"
local ui = stoa.ui

local COLORS <const> = { booked = "success", cancelled = "muted", withdrawn = "danger" }

local function state_badge(ctx, booking) return ui.badge { ctx:t("state_" .. booking.state), color = COLORS[booking.state] } end

local function back_home(ctx, title)
  return ui.page { title = settings.title, ui.empty { ctx:t(title), icon = "calendar" }, ui.button { ctx:t "choose_again", full = true, to = ctx:link("home") } }
end

stoa.page("home", function(ctx)
  local now = stoa.time.now()
  local mine, services = {}, {}
  for _, booking in ipairs(bookings.of(ctx.user, now)) do
    if booking.state ~= "cancelled" then
      local title, when = words.title(ctx.lang, booking), words.when(ctx.lang, booking)
      mine[#mine + 1] = ui.card { key = booking.id, to = ctx:link("booking", { id = booking.id }), label = title .. ", " .. when,
        ui.row { gap = 2, align = "center", ui.icon { "calendar", color = "accent" }, ui.text { when, weight = "bold" }, ui.spacer(), state_badge(ctx, booking) },
        ui.text { title, color = "muted" } }
    end
  end
  for i, service in ipairs(settings.services) do
    local title = ctx:t(service.title)
    services[i] = ui.card { key = service.id, to = ctx:link("days", { service = service.id }), label = title,
      ui.row { gap = 2, align = "center", ui.text { title, weight = "bold" }, ui.spacer(), ui.money(service.price, settings.currency) },
      ui.row { gap = 2, align = "center", ui.icon { "clock", size = "s", color = "muted" }, ui.text { words.duration(ctx.lang, service.minutes), style = "caption", color = "muted" } },
      service.text and ui.text { ctx:t(service.text), style = "caption", color = "muted" } }
  end
  return ui.page { title = settings.title,
    #mine > 0 and ui.section { ctx:t "yours", key = "mine", mine },
    ui.section { ctx:t "what", key = "services", services },
    ui.section { ctx:t "where", key = "where",
      ui.row { gap = 2, ui.icon { "map", color = "muted" }, ui.text(settings.place) },
      ui.row { gap = 2, ui.icon { "phone", color = "muted" }, ui.text(settings.phone) } },
    owner.is(ctx.user) and ui.button { ctx:t "days_list", key = "owner", style = "secondary", icon = "list", full = true, to = ctx:link("owner") } }
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
  if not service then return back_home(ctx, "not_offered") end
  local now = stoa.time.now()
  local people, cards = {}, {}
  people[1] = ui.button { ctx:t "anybody", key = "anybody", style = only and "secondary" or "primary", to = ctx:link("days", { service = service.id }) }
  for _, person in ipairs(all) do
    people[#people + 1] = ui.button { person.name, key = person.id, style = only == person and "primary" or "secondary", to = ctx:link("days", { service = service.id, staff = person.id }) }
  end
  for i, day in ipairs(slots.days(now)) do
    local _, count = slots.free(day, service, staff, now)
    local free_text = ctx:t("free", { n = count })
    cards[i] = ui.card { key = day, label = words.long(ctx.lang, day) .. ", " .. free_text, to = count > 0 and ctx:link("times", { service = service.id, staff = only and only.id or nil, day = day }),
      ui.text { words.weekday(ctx.lang, day), weight = "bold", color = count == 0 and "muted" },
      ui.row { gap = 2, align = "center", wrap = true, ui.text { words.short(ctx.lang, day), color = "muted" }, ui.spacer(),
        ui.badge { count == 0 and ctx:t "none_free" or free_text, color = count == 0 and "muted" or count <= 3 and "warning" or "success" } } }
  end
  return ui.page { title = ctx:t(service.title),
    #all > 1 and ui.section { ctx:t "with_whom", key = "people", ui.row { gap = 1, wrap = true, people } },
    ui.section { ctx:t "which_day", key = "days", ui.grid { columns = 2, gap = 2, cards } } }
end)

stoa.page("times", function(ctx)
  local service, _, staff, only = choice(ctx)
  local day, now = ctx.query.day, stoa.time.now()
  if not service or not date.is_day(day) then return back_home(ctx, "not_offered") end
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
  return ui.page { title = words.long(ctx.lang, day),
    ui.text { ctx:t(service.title) .. ", " .. words.duration(ctx.lang, service.minutes), key = "what", color = "muted" },
    sections,
    #sections == 0 and ui.empty { ctx:t "nothing_free", key = "none", text = ctx:t "nothing_free_text", icon = "calendar" },
    ui.button { ctx:t "another_day", key = "days", style = "plain", icon = "arrow-left", to = ctx:link("days", { service = service.id, staff = only and only.id or nil }) } }
end)

local function fact(icon, text) return ui.row { key = icon, gap = 2, align = "center", ui.icon { icon, color = "accent" }, ui.text(text) } end

stoa.page("form", function(ctx)
  local service, _, _, person = choice(ctx)
  local day, time = ctx.query.day, ctx.query.time
  if not service or not person or not date.is_day(day) or not tostring(time):find("^%d%d:%d%d$") then return back_home(ctx, "not_offered") end
  local problem, values, taken = slots.problem(day, time, person, service, stoa.time.now())
  local booking = taken and bookings.get(taken)
  local another = ui.button { ctx:t "choose_another", key = "other", full = true, to = ctx:link("times", { service = service.id, staff = person.id, day = day }) }
  if booking and booking.user == ctx.user.id and booking.state == "booked" then
    return ui.page { title = ctx:t(service.title), ui.empty { ctx:t "is_yours", icon = "check" }, ui.button { ctx:t "show_it", full = true, to = ctx:link("booking", { id = taken }) } }
  end
  if problem then return ui.page { title = ctx:t(service.title), ui.empty { ctx:t "not_free", text = ctx:t(problem, values), icon = "clock" }, another } end
  local known = ctx.store:get("contact") or { name = ctx.user.display }
  return ui.page { title = ctx:t(service.title),
    ui.section { key = "what", footer = ctx.chat.kind == "group" and ctx:t "group_hint",
      fact("calendar", words.when(ctx.lang, { day = day, time = time })), fact("clock", words.duration(ctx.lang, service.minutes)),
      fact("user", ctx:t("with", { name = person.name })),
      ui.row { key = "price", gap = 2, align = "center", ui.icon { "money", color = "accent" }, ui.money(service.price, settings.currency), ui.text { ctx:t "paid_there", style = "caption", color = "muted" } } },
    ui.section { ctx:t "who", key = "who",
      ui.form { on = ctx:action("book", service.id, person.id, day, time), submit = ctx:t "book",
        ui.text_field { "name", label = ctx:t "name", value = known.name, required = true, max_length = 80 },
        ui.phone_field { "phone", label = ctx:t "phone", value = known.phone, required = true },
        ui.text_field { "note", label = ctx:t "note", multiline = true, max_length = 500 } } },
    another }
end)

stoa.action("book", function(ctx, service, staff, day, time)
  local values = ctx.values
  local booking, why, of_text = bookings.take(ctx.user, ctx.chat, {
    service = service, staff = staff, day = day, time = time, name = values.name, phone = values.phone, note = values.note, lang = ctx.lang,
  })
  if not booking then
    ctx:toast(ctx:t(why, of_text))
    return ctx:go("times", { service = service, staff = staff, day = day })
  end
  ctx.store:put("contact", { name = values.name, phone = values.phone })
  ctx.store:put("lang", ctx.lang)
  if ctx.chat.kind == "direct" then ctx.chat:send(words.message("booked_message", booking)) end
  ctx:toast(ctx:t "booked")
  ctx:go("booking", { id = booking.id })
end)

-- The appointment, if this person may see it.
local function permitted(ctx, id)
  local booking = bookings.get(id)
  return booking and (booking.user == ctx.user.id or owner.is(ctx.user)) and booking or nil
end

stoa.page("booking", function(ctx)
  local booking = permitted(ctx, ctx.query.id)
  if not booking then return back_home(ctx, "no_appointment") end
  local service = slots.service(booking.service)
  local is_mine, is_direct = booking.user == ctx.user.id, ctx.chat.kind == "direct"
  local is_booked = booking.state == "booked"
  return ui.page { title = words.title(ctx.lang, booking),
    ui.section { key = "what",
      ui.row { key = "state", state_badge(ctx, booking) },
      fact("calendar", words.when(ctx.lang, booking)), service and fact("clock", words.duration(ctx.lang, service.minutes)), fact("map", words.place()),
      fact("user", booking.name .. ", " .. booking.phone), booking.note and fact("info", booking.note) },
    booking.state == "withdrawn" and ui.text { ctx:t("sorry", { phone = settings.phone }), key = "sorry", color = "danger" },
    is_mine and is_booked and is_direct and ui.button { ctx:t "calendar", key = "calendar", style = "secondary", icon = "calendar", full = true, on = ctx:action("calendar", booking.id) },
    is_mine and is_booked and is_direct and not ctx.store:get("told") and ui.button {
      ctx:t "tell", key = "tell", style = "secondary", icon = "bell", full = true, on = ctx:action("tell"),
    },
    is_mine and is_booked and ui.button {
      ctx:t "cancel", key = "cancel", style = "danger", full = true, on = ctx:action("cancel", booking.id), confirm = ctx:t("cancel_confirm", { when = words.when(ctx.lang, booking) }),
    },
    ui.button { ctx:t "another", key = "home", style = "plain", full = true, to = ctx:link("home") } }
end)

stoa.action("cancel", function(ctx, id)
  local booking = bookings.get(id)
  if not booking or booking.user ~= ctx.user.id then return ctx:toast(ctx:t "no_appointment") end
  local ok, why = bookings.cancel(booking)
  ctx:toast(ctx:t(ok and "cancelled" or why, { phone = settings.phone }))
end)

-- How long a text is as entities count it, in UTF-16 code units.
local function units(text)
  local count = 0
  for _, point in utf8.codes(text) do count = count + (point > 0xFFFF and 2 or 1) end
  return count
end

stoa.action("calendar", function(ctx, id)
  local booking = permitted(ctx, id)
  if not booking then return ctx:toast(ctx:t "no_appointment") end
  local before, text = ctx:t "calendar_message" .. "\n", calendar(ctx, booking)
  ctx.chat:send(before .. text, { entities = { { type = "pre", offset = units(before), length = units(text), language = "ics" } } })
  ctx:toast(ctx:t "in_chat")
end)

stoa.action("tell", function(ctx)
  local agreed = ctx.chat:subscribe { per_day = 4, timeout = "1 day" }
  if not agreed then return ctx:toast(ctx:t "not_told") end
  ctx.store:put("told", true)
  ctx:toast(ctx:t "will_be_told")
end)
