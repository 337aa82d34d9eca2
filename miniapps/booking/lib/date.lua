-- Days as texts such as 2026-05-31, which sort as they follow each other, and times such as 09:30, on the clock of the place.
local stoa = require "stoa"
local settings = require "lib.settings"

local DAY <const> = 24 * 3600 * 1000
local MINUTE <const> = 60 * 1000
local OFFSET <const> = settings.utc_offset * MINUTE
local WEEKDAYS <const> = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" }

local date = { DAY = DAY, MINUTE = MINUTE }

-- Days since 1970.
local function days_of(day) return stoa.time.parse(day) // DAY end

local function text_of(days) return stoa.time.format(days * DAY, "%Y-%m-%d") end

--- The day here at a time in milliseconds since 1970 UTC.
function date.day_of(time) return text_of((time + OFFSET) // DAY) end

--- So many days later.
function date.later(day, count) return text_of(days_of(day) + count) end

--- The time in milliseconds since 1970 UTC of a day and a time here.
function date.at(day, time) return days_of(day) * DAY + date.minutes(time) * MINUTE - OFFSET end

--- Whether it is a day that there is.
function date.is_day(text) return stoa.time.is_valid(text) end

--- "09:30" is 570, and back.
function date.minutes(time) return tonumber(time:sub(1, 2)) * 60 + tonumber(time:sub(4, 5)) end
function date.time(minutes) return ("%02d:%02d"):format(minutes // 60, minutes % 60) end

--- "mon" to "sun".
function date.weekday(day) return WEEKDAYS[(days_of(day) + 3) % 7 + 1] end

--- As iCalendar has it: 20261130T080000Z.
function date.stamp(time) return stoa.time.format(time, "%Y%m%dT%H%M%SZ") end

return date
