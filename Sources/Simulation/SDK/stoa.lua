-- What require "stoa" gives to tests, and to the app's files that they load: the parts of the SDK that need no turn.
local host = ...
require "stoa.core"
require "stoa.time"
require "stoa.text"

local core, time = host.core, host.time
local tostring, setmetatable = tostring, setmetatable

local stoa = {
  time = { date = time.date, parse = time.parse, is_valid = time.is_valid, format = time.format },
  text = { fold = host.text.fold },
  json = { encode = host.json_encode, decode = host.json_decode },
}

function stoa.time.now() return (host.call("sim.now")) end

function stoa.time.today(offset)
  core.turn = { now = stoa.time.now() }
  return time.today(offset)
end

return setmetatable(stoa, {
  __index = function(_, name)
    host.fail("stoa." .. tostring(name) .. ": tests have only stoa.time, stoa.text and stoa.json. Test it through a conversation or a page.")
  end,
})
