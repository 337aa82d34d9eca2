-- Days and times of day to milliseconds since 1970, all in UTC (Howard Hinnant, "chrono-compatible low-level date algorithms").
local date = {}

date.HOUR = 3600 * 1000

--- 2026-11-30 and 19:30
function date.at(day, time)
  local year, month, of_month = day:match("^(%d+)-(%d+)-(%d+)$")
  year, month, of_month = math.tointeger(tonumber(year)), math.tointeger(tonumber(month)), math.tointeger(tonumber(of_month))
  if month <= 2 then year = year - 1 end
  local era = year // 400
  local of_era = year - era * 400
  local of_year = (153 * (month + (month > 2 and -3 or 9)) + 2) // 5 + of_month - 1
  local days = era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468
  local hour, minute = time:match("^(%d+):(%d+)$")
  return days * 24 * date.HOUR + (math.tointeger(tonumber(hour)) * 60 + math.tointeger(tonumber(minute))) * 60000
end

--- The time of day, as 19:30.
function date.clock(time) return ("%02d:%02d"):format(time // date.HOUR % 24, time // 60000 % 60) end

return date
