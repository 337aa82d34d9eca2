-- Appointments. In the app's store: "booking ID" = { id, day, time, service, staff, user, name, phone, note, state, made, timer, chat, lang,
-- held, told }; lang is the language in which it was taken, held that a time of an appointment that was withdrawn is given to nobody else;
-- the id is DAY TIME STAFF USER, so that those of a day stand beside each other, and nobody has to count. In the store of the person:
-- "booking ID" = true. The state is booked, cancelled (by the person) or withdrawn (by the place).
local stoa = require "stoa"
local date = require "lib.date"
local settings = require "lib.settings"
local slots = require "lib.slots"

local bookings = {}

--- The appointment; nil when there is none. The id may come from outside.
function bookings.get(id)
  if type(id) ~= "string" or #id == 0 or #id > 100 then return nil end
  return stoa.store:get("booking " .. id)
end

local function put(booking) stoa.store:put("booking " .. booking.id, booking) end

function bookings.start(booking) return date.at(booking.day, booking.time) end

--- Those of a person from today on, the next one first.
function bookings.of(user, now)
  local found = {}
  local entries = user.store:list("booking ", 100, "booking " .. date.day_of(now))
  for _, entry in ipairs(entries) do
    local booking = bookings.get(entry.key:sub(9))
    if booking then found[#found + 1] = booking end
  end
  return found
end

--- Those of a day that take place, and those whose time is still held, by time.
function bookings.on(day)
  local found, after = {}, nil
  repeat
    local page
    page, after = stoa.store:list("booking " .. day .. " ", 100, after)
    for _, entry in ipairs(page) do
      if entry.value.state == "booked" or entry.value.held then found[#found + 1] = entry.value end
    end
  until not after
  return found
end

-- The day before at the same time, or two hours before when that is over already.
local function reminder_time(start, now)
  for _, ahead in ipairs { date.DAY, 2 * 60 * date.MINUTE } do
    if start - ahead > now then return start - ahead end
  end
end

--- Takes the time for a person. The appointment; nil, and the name and the values of the text that says why not.
function bookings.take(user, chat, wanted)
  local service, person, now = slots.service(wanted.service), slots.person(wanted.staff), stoa.time.now()
  if not service or not person or not date.is_day(wanted.day) then return nil, "not_offered" end
  local problem, values, taken = slots.problem(wanted.day, wanted.time, person, service, now)
  local id = wanted.day .. " " .. wanted.time .. " " .. person.id .. " " .. user.id
  -- Sent twice, from two devices say: it is the same appointment.
  local known = taken == id and bookings.get(id)
  if known and known.state == "booked" then return known end
  if problem then return nil, problem, values end
  local open = 0
  for _, booking in ipairs(bookings.of(user, now)) do
    if booking.state == "booked" and bookings.start(booking) > now then open = open + 1 end
  end
  if open >= settings.most then return nil, "too_many", { n = open } end
  local booking = {
    id = id, day = wanted.day, time = wanted.time, service = service.id, staff = person.id, user = user.id, name = wanted.name, phone = wanted.phone,
    note = wanted.note, lang = wanted.lang, state = "booked", made = now,
  }
  -- What is between the person and the place alone is said in their own chat only.
  if chat.kind == "direct" then
    local at = reminder_time(bookings.start(booking), now)
    booking.chat = chat.id
    booking.timer = at and chat.timers:at(at, "reminder", id)
  end
  for _, key in ipairs(slots.keys(wanted.day, wanted.time, person, service)) do stoa.store:put(key, id) end
  put(booking)
  user.store:put("booking " .. id, true)
  return booking
end

local function free(booking)
  local service, person = slots.service(booking.service), slots.person(booking.staff)
  if not service or not person then return end
  for _, key in ipairs(slots.keys(booking.day, booking.time, person, service)) do
    if stoa.store:get(key) == booking.id then stoa.store:delete(key) end
  end
end

--- The person does not come. True; nil and the name of the text that says why not.
function bookings.cancel(booking)
  if booking.state ~= "booked" then return nil, "cancelled_already" end
  if bookings.start(booking) - settings.cancel_until * date.MINUTE < stoa.time.now() then
    return nil, "too_late_to_cancel"
  end
  booking.state = "cancelled"
  if booking.timer then stoa.timers:cancel(booking.timer) end
  put(booking)
  free(booking)
  return true
end

--- The place cannot keep it, so the time is not given to others either. The reminder stays: it tells the person, if nothing has before.
--- True; nil and the name of the text that says why not.
function bookings.withdraw(booking)
  if booking.state ~= "booked" then return nil, "cancelled_already" end
  if bookings.start(booking) <= stoa.time.now() then return nil, "has_begun" end
  booking.state, booking.held = "withdrawn", true
  put(booking)
  return true
end

--- The person was told in the chat that it cannot take place.
function bookings.mark_told(booking)
  booking.told = true
  put(booking)
end

--- The place can keep this time after all.
function bookings.offer(booking)
  booking.held = nil
  put(booking)
  free(booking)
end

--- Takes out all appointments of somebody, also those to come.
function bookings.forget(user)
  local after
  repeat
    local page
    page, after = stoa.store:list("booking ", 50, after)
    for _, entry in ipairs(page) do
      local booking = entry.value
      if booking.user == user then
        if booking.timer then stoa.timers:cancel(booking.timer) end
        free(booking)
        stoa.store:delete(entry.key)
      end
    end
  until not after
end

return bookings
