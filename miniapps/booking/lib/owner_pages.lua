-- The day's list, for those who run the place.
local stoa = require "stoa"
local bookings = require "lib.bookings"
local date = require "lib.date"
local owner = require "lib.owner"
local settings = require "lib.settings"
local slots = require "lib.slots"
local ui = stoa.ui

local function rows_of(ctx, list, person)
  local rows = {}
  for _, booking in ipairs(list) do
    if booking.staff == person.id then
      local service = slots.service(booking.service)
      rows[#rows + 1] = ui.card { key = booking.id,
        ui.row { gap = 2, align = "center", wrap = true,
          ui.text { booking.time, weight = "bold" }, ui.text(booking.name), ui.spacer(), ui.badge { service and service.title or booking.service, color = "accent" } },
        ui.row { gap = 2, align = "center", wrap = true,
          ui.icon { "phone", size = "s", color = "muted" }, ui.text { booking.phone, color = "muted" }, ui.spacer(),
          ui.button { "Cannot take place", style = "plain", on = ctx:action("withdraw", booking.id), confirm = "Cancel " .. booking.time .. ", " .. booking.name .. "?" } },
        booking.note and ui.text { booking.note, style = "caption", color = "muted" } }
    end
  end
  return rows
end

stoa.page("owner", function(ctx)
  if not owner.is(ctx.user) then
    return ui.page { title = settings.title,
      ui.empty { "For the owner only", text = "Whoever runs the place sends /owner in the chat.", icon = "lock" }, ui.button { "Book something", full = true, to = ctx:link("home") } }
  end
  local day = date.is_day(ctx.query.day) and ctx.query.day or date.day_of(stoa.time.now())
  local list, sections = bookings.on(day), {}
  for i, person in ipairs(settings.staff) do
    local rows, closed = rows_of(ctx, list, person), slots.is_closed(day, person)
    local works = person.hours[date.weekday(day)]
    sections[i] = ui.section { person.name, key = person.id, footer = works and table.concat(works, ", ") or "Not a working day.",
      #rows == 0 and ui.text { "Nobody.", key = "nobody", color = "muted" }, rows,
      works and ui.switch { key = "works", label = "Takes appointments on this day", value = not closed, on = ctx:action("open", day, person.id) } }
  end
  return ui.page { title = date.long(day),
    ui.row { key = "days", gap = 2, align = "center",
      ui.button { "Day before", style = "secondary", icon = "arrow-left", to = ctx:link("owner", { day = date.later(day, -1) }) }, ui.spacer(),
      ui.badge { #list == 1 and "1 appointment" or #list .. " appointments", color = "accent" }, ui.spacer(),
      ui.button { "Day after", style = "secondary", icon = "arrow-right", to = ctx:link("owner", { day = date.later(day, 1) }) } },
    sections,
    ui.button { "I do not run this any more", key = "leave", style = "plain", on = ctx:action("leave"), confirm = "Stop being an owner? You need a new code to come back." } }
end)

stoa.action("open", function(ctx, day, staff)
  if not owner.is(ctx.user) then return ctx:toast("Only the owner can do this.") end
  stoa.store:put("closed " .. day .. " " .. staff, ctx.value == false or nil)
  if ctx.value == false then ctx:toast("Nobody can book this day any more. What is booked stays.") end
end)

stoa.action("withdraw", function(ctx, id)
  if not owner.is(ctx.user) then return ctx:toast("Only the owner can do this.") end
  local booking = bookings.get(id)
  if not booking then return ctx:toast("There is no such appointment.") end
  local ok, why = bookings.withdraw(booking)
  if not ok then return ctx:toast(why) end
  local told = booking.chat and stoa.chat(booking.chat):broadcast(
    "We are sorry: your appointment, " .. bookings.title(booking) .. ", " .. bookings.when(booking) .. ", cannot take place.",
    { buttons = { { { text = "Choose another time", url = "stoa:a/" .. stoa.app.name .. "/home" } } } })
  if told then
    booking.told = true
    stoa.store:put("booking " .. booking.id, booking)
    return ctx:toast("Cancelled. " .. booking.name .. " was told.")
  end
  ctx:toast("Cancelled. Please call " .. booking.name .. ": " .. booking.phone)
end)

stoa.action("leave", function(ctx)
  owner.leave(ctx.user)
  ctx:go("home")
end)
