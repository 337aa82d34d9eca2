-- Codes that nobody can guess. Stoa's random numbers alone are "not for secrets": who sees some may work out others. So what people
-- see is a hash of them with a secret of the app's, from which there is no way back.
local stoa = require "stoa"
local sha256 = require "lib.sha256"

-- No I, L, O and U (Crockford's base 32): codes are also read out and typed.
local LETTERS <const> = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

local codes = {}

local function chance()
  local drawn = {}
  for i = 1, 4 do drawn[i] = (">i8"):pack(math.random(0)) end
  return table.concat(drawn)
end

local function spelt(bytes, count)
  local text = {}
  for i = 1, count do
    local place = bytes:byte(i) % 32 + 1
    text[i] = LETTERS:sub(place, place)
  end
  return table.concat(text)
end

-- Drawn once, when the first event is put up.
local function secret()
  local kept = stoa.store:get("secret")
  if not kept then
    kept = {}
    for i, byte in ipairs { sha256(chance() .. stoa.time.now()):byte(1, 32) } do kept[i] = ("%02x"):format(byte) end
    kept = table.concat(kept)
    stoa.store:put("secret", kept)
  end
  return kept
end

--- Another code each time, of so many letters; `what` says what for.
function codes.new(what, count) return spelt(sha256(secret() .. "|" .. what .. "|" .. chance()), count) end

--- As it is shown: in groups of four.
function codes.show(code) return (code:gsub("....", "%0-"):gsub("%-$", "")) end

--- What somebody typed or scanned, as a code is kept; nil when it cannot be one.
function codes.read(text)
  text = text:upper():gsub("[%s%-]", ""):gsub("O", "0"):gsub("[IL]", "1")
  return #text <= 64 and text:find("^[%dA-Z]+$") and text or nil
end

return codes
