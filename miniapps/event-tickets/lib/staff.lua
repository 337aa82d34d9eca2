-- Who may put up events, and who stands at the door; in the app's store:
--   door                 { code, since }: what staff enter once. Organisers see it, and can have another one: then all staff enter it anew
--   staff:USER           { code }: a person who has entered the code
--   tries:USER           { count, since }: wrong codes. After five a person waits for a quarter of an hour
local stoa = require "stoa"
local codes = require "lib.codes"
local settings = require "lib.settings"

local MOST_TRIES <const> = 5
local PAUSE <const> = 15 * 60 * 1000

local staff = {}

function staff.is_organiser(user)
  for _, name in ipairs(settings.organisers) do
    if user.name:lower() == name:lower() then return true end
  end
  return false
end

--- The code; nil before an organiser has had one made.
function staff.code()
  local door = stoa.store:get("door")
  return door and door.code
end

--- Another code, which nobody has entered yet.
function staff.renew()
  local code = codes.new("door", 8)
  stoa.store:put("door", { code = code, since = stoa.time.now() })
  return code
end

--- Whether the person may let people in.
function staff.is_staff(user)
  local known, code = stoa.store:get("staff:" .. user.id), staff.code()
  return known ~= nil and known.code == code
end

--- Takes the code that a person entered. True; or nil and the name of the text that says why not.
function staff.enter(user, text)
  local now, key = stoa.time.now(), "tries:" .. user.id
  local tries = stoa.store:get(key)
  if tries and now - tries.since >= PAUSE then tries = nil end
  if tries and tries.count >= MOST_TRIES then return nil, "too_many_codes" end
  local code = staff.code()
  if not code or codes.read(text) ~= code then
    stoa.store:put(key, { count = (tries and tries.count or 0) + 1, since = tries and tries.since or now })
    return nil, "wrong_code"
  end
  stoa.store:put("staff:" .. user.id, { code = code })
  stoa.store:delete(key)
  return true
end

--- The person is no staff any more.
function staff.leave(user) stoa.store:delete("staff:" .. user) end

return staff
