-- Which times are free. A day of somebody is divided into pieces of `step` minutes, each with a key of its own in the app's store:
--   slot DAY TIME STAFF    the id of the appointment that has it
--   closed DAY STAFF       true when they are not there on that day
-- Two people who want the same piece write the same key: then one of the turns runs again, and finds it taken.
local stoa = require "stoa"
local date = require "lib.date"
local settings = require "lib.settings"

local slots = {}

function slots.service(id)
  for _, service in ipairs(settings.services) do
    if service.id == id then return service end
  end
end

function slots.person(id)
  for _, person in ipairs(settings.staff) do
    if person.id == id then return person end
  end
end

--- Who does a service.
function slots.staff_for(service)
  local found = {}
  for _, person in ipairs(settings.staff) do
    local does = service.staff == nil
    for _, id in ipairs(service.staff or {}) do does = does or id == person.id end
    if does then found[#found + 1] = person end
  end
  return found
end

--- The days for which appointments are given.
function slots.days(now)
  local days, today = {}, date.day_of(now)
  for i = 1, settings.days do days[i] = date.later(today, i - 1) end
  return days
end

-- Begin and end of what somebody works on a day, in minutes.
local function ranges(person, day)
  local found = {}
  for i, range in ipairs(person.hours[date.weekday(day)] or {}) do
    found[i] = { date.minutes(range:sub(1, 5)), date.minutes(range:sub(7, 11)) }
  end
  return found
end

--- The times at which the service could begin, whether they are free or not.
function slots.times(person, day, service)
  local times = {}
  for _, range in ipairs(ranges(person, day)) do
    for from = range[1], range[2] - service.minutes, settings.step do times[#times + 1] = date.time(from) end
  end
  return times
end

--- The keys that an appointment takes.
function slots.keys(day, time, person, service)
  local keys, from = {}, date.minutes(time)
  for at = from, from + service.minutes - 1, settings.step do keys[#keys + 1] = "slot " .. day .. " " .. date.time(at) .. " " .. person.id end
  return keys
end

function slots.is_closed(day, person) return stoa.store:get("closed " .. day .. " " .. person.id) == true end

--- Why this time cannot be had: the name and the values of a text, and the id of the appointment that has it, if that is why; nil when it
--- can be had. Reads those keys alone that an appointment would write.
function slots.problem(day, time, person, service, now)
  local fits = false
  for _, one in ipairs(slots.times(person, day, service)) do fits = fits or one == time end
  if not fits or slots.is_closed(day, person) then return "not_there", { name = person.name } end
  if date.at(day, time) < now + settings.notice * date.MINUTE then return "too_late" end
  if day > date.later(date.day_of(now), settings.days - 1) then return "too_far" end
  for _, key in ipairs(slots.keys(day, time, person, service)) do
    local taken = stoa.store:get(key)
    if taken then return "faster", nil, taken end
  end
end

--- The free times of a day by staff: a list of { person, times }, those without any left out, and how many there are in all.
function slots.free(day, service, staff, now)
  local taken, after = {}, nil
  repeat
    local page
    page, after = stoa.store:list("slot " .. day .. " ", 1000, after)
    for _, entry in ipairs(page) do taken[entry.key] = true end
  until not after
  local found, count = {}, 0
  for _, person in ipairs(staff) do
    local times = {}
    if not slots.is_closed(day, person) then
      for _, time in ipairs(slots.times(person, day, service)) do
        local is_free = date.at(day, time) >= now + settings.notice * date.MINUTE
        for _, key in ipairs(slots.keys(day, time, person, service)) do is_free = is_free and not taken[key] end
        if is_free then times[#times + 1] = time end
      end
    end
    if #times > 0 then found[#found + 1] = { person = person, times = times } end
    count = count + #times
  end
  return found, count
end

return slots
