-- Days, times and appointments in words of the person's language.
local date = require "lib.date"
local settings = require "lib.settings"
local slots = require "lib.slots"

local words = {}

--- "Monday", "30 Nov" and "Monday, 30 Nov"
function words.weekday(ctx, day) return ctx:t("weekday_" .. date.weekday(day)) end

function words.short(ctx, day)
  return ctx:t("day_and_month", { day = math.tointeger(tonumber(day:sub(9, 10))), month = ctx:t("month_" .. day:sub(6, 7)) })
end

function words.long(ctx, day) return ctx:t("weekday_and_day", { weekday = words.weekday(ctx, day), day = words.short(ctx, day) }) end

--- "1 h 30 min"
function words.duration(ctx, minutes)
  local hours, rest = minutes // 60, minutes % 60
  return ctx:t(hours == 0 and "minutes" or rest == 0 and "hours" or "hours_and_minutes", { hours = hours, minutes = rest })
end

--- "Haircut with Anna"
function words.title(ctx, booking)
  local service, person = slots.service(booking.service), slots.person(booking.staff)
  local title = service and ctx:t(service.title) or ctx:t "appointment"
  return person and ctx:t("service_with", { service = title, name = person.name }) or title
end

--- "Monday, 30 Nov, 10:00"
function words.when(ctx, booking) return ctx:t("day_and_time", { day = words.long(ctx, booking.day), time = booking.time }) end

function words.place() return settings.title .. ", " .. settings.place end

--- What the person is told of an appointment when they have no page open: it is made while they have one, and kept.
function words.says(ctx, booking)
  local values = { title = words.title(ctx, booking), when = words.when(ctx, booking), place = words.place() }
  return {
    reminder = ctx:t("reminder", values), withdrawn = ctx:t("withdrawn_message", values), show = ctx:t "show_it", other = ctx:t "choose_another",
  }
end

return words
