-- Days as texts such as 2026-05-31, which sort as they follow each other. All in UTC.
local DAY <const> = 24 * 3600 * 1000

-- The day of a time in milliseconds since 1970 (Howard Hinnant, "chrono-compatible low-level date algorithms").
local function day_of(time)
  local days = time // DAY + 719468
  local era = days // 146097
  local of_era = days - era * 146097
  local year = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
  local of_year = of_era - (365 * year + year // 4 - year // 100)
  local month = (5 * of_year + 2) // 153
  local day = of_year - (153 * month + 2) // 5 + 1
  month = month < 10 and month + 3 or month - 9
  return ("%04d-%02d-%02d"):format(year + era * 400 + (month <= 2 and 1 or 0), month, day)
end

-- Milliseconds since 1970 of an hour of a day.
local function time_of(day, hour)
  local year, month, of_month = day:match("^(%d+)-(%d+)-(%d+)$")
  year, month, of_month = math.tointeger(year), math.tointeger(month), math.tointeger(of_month)
  if month <= 2 then year = year - 1 end
  local era = year // 400
  local of_era = year - era * 400
  local of_year = (153 * (month + (month > 2 and -3 or 9)) + 2) // 5 + of_month - 1
  local days = era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468
  return days * DAY + hour * 3600 * 1000
end

return { day_of = day_of, time_of = time_of, DAY = DAY }
