-- Dates of the proleptic Gregorian calendar (ISO 8601) from milliseconds since 1970 UTC, and back. There are no time zones here:
-- an offset is minutes ahead of UTC.
local host = ...
local core = host.core

local type, tonumber, tostring, math_type, tointeger = type, tonumber, tostring, math.type, math.tointeger
local match, format, gsub, sub, find = string.match, string.format, string.gsub, string.sub, string.find
local fail = core.fail

local SECOND <const>, MINUTE <const>, HOUR <const>, DAY <const> = 1000, 60000, 3600000, 86400000
local MAX_TIME <const> = 8640000000000000
local MAX_OFFSET <const> = 24 * 60
local LENGTHS <const> = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

local function moment_of(call, at)
  local whole = math_type(at) and tointeger(at)
  if not whole or whole < -MAX_TIME or whole > MAX_TIME then
    fail(call, "the time must be whole milliseconds since 1970 UTC, as stoa.time.now() gives them, not " .. (math_type(at) and tostring(at) or "a " .. type(at)) .. ".")
  end
  return whole
end

local function offset_of(call, offset)
  if offset == nil then return 0 end
  local whole = math_type(offset) and tointeger(offset)
  if not whole or whole < -MAX_OFFSET or whole > MAX_OFFSET then
    fail(call, "the offset must be whole minutes ahead of UTC, from -" .. MAX_OFFSET .. " to " .. MAX_OFFSET .. ".")
  end
  return whole * MINUTE
end

-- Howard Hinnant, "chrono-compatible low-level date algorithms": eras of 400 years that begin in March, so that the leap day is last.
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

local function days_of(year, month, day)
  if month <= 2 then year = year - 1 end
  local era = year // 400
  local of_era = year - era * 400
  local of_year = (153 * (month + (month > 2 and -3 or 9)) + 2) // 5 + day - 1
  return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468
end

local function length_of(year, month)
  return month == 2 and year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0) and 29 or LENGTHS[month]
end

-- Days since 1970; nil and why it is no day.
local function read_day(text)
  local year, month, day = match(text, "^(%d%d%d%d)%-(%d%d)%-(%d%d)$")
  if not year then return nil, "is no day; write it like \"2026-11-30\"" end
  year, month, day = tointeger(tonumber(year)), tointeger(tonumber(month)), tointeger(tonumber(day))
  if month < 1 or month > 12 then return nil, "is no day: the months are 01 to 12" end
  local length = length_of(year, month)
  if day < 1 or day > length then return nil, "is no day: the days of that month are 01 to " .. length end
  return days_of(year, month, day)
end

-- Milliseconds since midnight; nil and why it is no time.
local function read_time(text)
  local hour, minute, rest = match(text, "^(%d%d):(%d%d)(.*)$")
  local second = rest == "" and "00" or rest and match(rest, "^:(%d%d)$")
  if not second then return nil, "is no time; write it like \"14:30\"" end
  if hour > "23" or minute > "59" or second > "59" then return nil, "is no time: it goes from 00:00 to 23:59" end
  return tointeger(tonumber(hour)) * HOUR + tointeger(tonumber(minute)) * MINUTE + tointeger(tonumber(second)) * SECOND
end

local function date_of(at)
  local days, rest = at // DAY, at % DAY
  local year, month, day = civil(days)
  return {
    year = year, month = month, day = day, hour = rest // HOUR, minute = rest // MINUTE % 60, second = rest // SECOND % 60,
    -- 1970 began on a Thursday.
    weekday = (days + 3) % 7 + 1,
  }
end

local time = {}

function time.date(at, offset)
  return date_of(moment_of("stoa.time.date", at) + offset_of("stoa.time.date", offset))
end

local function parsed(call, what, text, read)
  if type(text) ~= "string" then fail(call, what .. " must be a text, not a " .. type(text) .. ".") end
  local value, why = read(text)
  if not value then fail(call, "\"" .. sub(text, 1, 64) .. "\" " .. why .. ".") end
  return value
end

function time.parse(day, clock, offset)
  local call <const> = "stoa.time.parse"
  local since_midnight = clock == nil and 0 or parsed(call, "the time", clock, read_time)
  return parsed(call, "the day", day, read_day) * DAY + since_midnight - offset_of(call, offset)
end

function time.is_valid(day, clock)
  return type(day) == "string" and read_day(day) ~= nil and (clock == nil or type(clock) == "string" and read_time(clock) ~= nil)
end

local parts <const> = {
  Y = function(date) return format("%04d", date.year) end, m = function(date) return format("%02d", date.month) end,
  d = function(date) return format("%02d", date.day) end, H = function(date) return format("%02d", date.hour) end,
  M = function(date) return format("%02d", date.minute) end, S = function(date) return format("%02d", date.second) end,
  ["%"] = function() return "%" end,
}

function time.format(at, pattern, offset)
  local call <const> = "stoa.time.format"
  if pattern == nil then pattern = "%Y-%m-%d %H:%M" end
  if type(pattern) ~= "string" then fail(call, "the pattern must be a text such as \"%Y-%m-%d %H:%M\", not a " .. type(pattern) .. ".") end
  local date = date_of(moment_of(call, at) + offset_of(call, offset))
  return (gsub(pattern, "%%(.?)", function(part)
    local written = parts[part]
    if not written then fail(call, "the pattern has %" .. part .. "; there are: %Y, %m, %d, %H, %M, %S and %%.") end
    return written(date)
  end))
end

function time.today(offset)
  local date = date_of(core.turn.now + offset_of("stoa.time.today", offset))
  return format("%04d-%02d-%02d", date.year, date.month, date.day)
end

host.time = time
