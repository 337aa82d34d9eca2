-- An appointment for a calendar, as iCalendar (RFC 5545).
local bookings = require "lib.bookings"
local date = require "lib.date"
local settings = require "lib.settings"
local slots = require "lib.slots"
local words = require "lib.words"

local function escaped(text) return (text:gsub("[\\;,]", "\\%0"):gsub("\r?\n", "\\n")) end

return function(ctx, booking)
  local service, start = slots.service(booking.service), bookings.start(booking)
  local minutes = service and service.minutes or settings.step
  return table.concat({
    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Stoa//Appointments//EN", "BEGIN:VEVENT",
    "UID:" .. booking.id:gsub("[^%w]", "-") .. "-" .. booking.made, "DTSTAMP:" .. date.stamp(booking.made), "DTSTART:" .. date.stamp(start),
    "DTEND:" .. date.stamp(start + minutes * date.MINUTE), "SUMMARY:" .. escaped(words.title(ctx.lang, booking)),
    "LOCATION:" .. escaped(words.place()), "END:VEVENT", "END:VCALENDAR",
  }, "\n")
end
