-- Days and times of day, all in UTC.
local stoa = require "stoa"

local date = {}

date.HOUR = 3600 * 1000

--- 2026-11-30 and 19:30
function date.at(day, time) return stoa.time.parse(day, time) end

--- The time of day, as 19:30.
function date.clock(time) return stoa.time.format(time, "%H:%M") end

return date
