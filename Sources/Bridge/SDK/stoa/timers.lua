-- Timers: updates that come later.
local host = ...
local core = host.core

local type, math_type, floor = type, math.type, math.floor
local fail, need, self_of, new_id = core.fail, core.need, core.self_of, core.new_id

local timers = {}
local Timers = {}

function timers.object(chat, user) return core.object("timers", { chat = chat, user = user }, {}, Timers) end

local function set_timer(self, call, name, data, due, every)
  local inner = self_of(self, "timers", call)
  need(call, "timers")
  if type(name) ~= "string" or #name == 0 or #name > 64 then
    fail(call, "the name must be a text of 1 to 64 bytes, that of a stoa.timer handler.")
  end
  local id = new_id()
  host.call("timers.set", { id = id, name = name, data = data, due = due, every = every, chat = inner.chat, user = inner.user })
  return id
end

--- In so many seconds, or after a duration such as "3 days". Returns the timer's id.
function Timers:after(seconds, name, data)
  return set_timer(self, "timers:after", name, data, core.turn.now + core.duration_of("timers:after", "the time", seconds))
end

--- At a time in milliseconds since 1970 UTC.
function Timers:at(time, name, data)
  if not math_type(time) or time ~= time or time < 0 or time >= 2 ^ 53 then
    fail("timers:at", "the time must be in milliseconds since 1970.")
  end
  return set_timer(self, "timers:at", name, data, floor(time))
end

--- Every so many seconds, from then on.
function Timers:every(seconds, name, data)
  local every = core.duration_of("timers:every", "the time", seconds)
  if every < 1000 then fail("timers:every", "a timer repeats at most once a second.") end
  return set_timer(self, "timers:every", name, data, core.turn.now + every, every)
end

--- True when there was such a timer.
function Timers:cancel(id)
  self_of(self, "timers", "timers:cancel")
  need("timers:cancel", "timers")
  if math_type(id) ~= "integer" then fail("timers:cancel", "the id must be what timers:after, :at or :every returned.") end
  return (host.call("timers.cancel", id))
end

host.timers = timers
