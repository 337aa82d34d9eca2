-- Days, times and appointments in words of a language.
local stoa = require "stoa"
local date = require "lib.date"
local settings = require "lib.settings"
local slots = require "lib.slots"

local words = {}

--- "Monday", "30 Nov" and "Monday, 30 Nov"
function words.weekday(lang, day) return stoa.t(lang, "weekday_" .. date.weekday(day)) end

function words.short(lang, day)
  return stoa.t(lang, "day_and_month", { day = math.tointeger(tonumber(day:sub(9, 10))), month = stoa.t(lang, "month_" .. day:sub(6, 7)) })
end

function words.long(lang, day) return stoa.t(lang, "weekday_and_day", { weekday = words.weekday(lang, day), day = words.short(lang, day) }) end

--- "1 h 30 min"
function words.duration(lang, minutes)
  local hours, rest = minutes // 60, minutes % 60
  return stoa.t(lang, hours == 0 and "minutes" or rest == 0 and "hours" or "hours_and_minutes", { hours = hours, minutes = rest })
end

--- "Haircut with Anna"
function words.title(lang, booking)
  local service, person = slots.service(booking.service), slots.person(booking.staff)
  local title = stoa.t(lang, service and service.title or "appointment")
  return person and stoa.t(lang, "service_with", { service = title, name = person.name }) or title
end

--- "Monday, 30 Nov, 10:00"
function words.when(lang, booking) return stoa.t(lang, "day_and_time", { day = words.long(lang, booking.day), time = booking.time }) end

function words.place() return settings.title .. ", " .. settings.place end

--- What the person is told of an appointment in the chat, and with which button: "booked_message", "reminder" or "withdrawn_message". It is in
--- the language in which they took it; appointments of older versions do not say which that was.
function words.message(name, booking)
  local lang, page, button = booking.lang, "booking?id=" .. booking.id:gsub(" ", "%%20"), "show_it"
  if name == "withdrawn_message" then page, button = "home", "choose_another" end
  local text = stoa.t(lang, name, { title = words.title(lang, booking), when = words.when(lang, booking), place = words.place() })
  return text, { buttons = { { { text = stoa.t(lang, button), url = "stoa:a/" .. stoa.app.name .. "/" .. page } } } }
end

return words
