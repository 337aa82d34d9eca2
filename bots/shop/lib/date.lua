-- Days as texts such as 2026-05-31, which sort as they follow each other. All in UTC.
local stoa = require "stoa"

local HOUR <const> = 3600 * 1000

local date = { DAY = 24 * HOUR }

--- The day of a time in milliseconds since 1970.
function date.day_of(time) return stoa.time.format(time, "%Y-%m-%d") end

--- Milliseconds since 1970 of an hour of a day.
function date.time_of(day, hour) return stoa.time.parse(day) + hour * HOUR end

return date
