-- Days as texts such as 2026-05-31, which sort as they follow each other, and times such as 09:30, on the clock of the place.
local settings = require "lib.settings"

local DAY <const> = 24 * 3600 * 1000
local MINUTE <const> = 60 * 1000
local OFFSET <const> = settings.utc_offset * MINUTE
local WEEKDAYS <const> = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" }

local date = { DAY = DAY, MINUTE = MINUTE }

local function whole(text) return math.tointeger(tonumber(text)) end

-- Year, month and day from days since 1970, and back (Howard Hinnant, "chrono-compatible low-level date algorithms").
local function civil(days)
  days = days + 719468
  local era = days // 146097
  local of_era = days - era * 146097
  local year = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
  local of_year = of_era - (365 * year + year // 4 - year // 100)
  local month = (5 * of_year + 2) // 153
  local day = of_year - (153 * month + 2) // 5 + 1
  month = month < 10 and month + 3 or month - 9
  return year + era * 400 + (month <= 2 and 1 or 0), month, day
end

local function days_of(day)
  local year, month, of_month = day:match("^(%d%d%d%d)%-(%d%d)%-(%d%d)$")
  year, month, of_month = whole(year), whole(month), whole(of_month)
  if month <= 2 then year = year - 1 end
  local era = year // 400
  local of_era = year - era * 400
  local of_year = (153 * (month + (month > 2 and -3 or 9)) + 2) // 5 + of_month - 1
  return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468
end

local function text_of(days) return ("%04d-%02d-%02d"):format(civil(days)) end

--- The day here at a time in milliseconds since 1970 UTC.
function date.day_of(time) return text_of((time + OFFSET) // DAY) end

--- So many days later.
function date.later(day, count) return text_of(days_of(day) + count) end

--- The time in milliseconds since 1970 UTC of a day and a time here.
function date.at(day, time) return days_of(day) * DAY + date.minutes(time) * MINUTE - OFFSET end

--- Whether it is a day that there is.
function date.is_day(text)
  local month, of_month = tostring(text):match("^%d%d%d%d%-(%d%d)%-(%d%d)$")
  return month ~= nil and month >= "01" and month <= "12" and of_month >= "01" and of_month <= "31" and text_of(days_of(text)) == text
end

--- "09:30" is 570, and back.
function date.minutes(time) return whole(time:sub(1, 2)) * 60 + whole(time:sub(4, 5)) end
function date.time(minutes) return ("%02d:%02d"):format(minutes // 60, minutes % 60) end

--- "mon" to "sun".
function date.weekday(day) return WEEKDAYS[(days_of(day) + 3) % 7 + 1] end

--- As iCalendar has it: 20261130T080000Z.
function date.stamp(time)
  local seconds = time // 1000 % 86400
  local year, month, day = civil(time // DAY)
  return ("%04d%02d%02dT%02d%02d%02dZ"):format(year, month, day, seconds // 3600, seconds // 60 % 60, seconds % 60)
end

return date
