-- Who runs the shop. Somebody sends /owner; the app writes a code for this person alone to its log, which only those read who may: the
-- operator of the server, or the app's publisher. They give the code to the person, who sends /owner CODE. So no secret is in the package.
-- In the app's store: "owner USER" = true; "code USER" = { code, until_, tries } for an hour and five tries.
local stoa = require "stoa"

-- No I, L, O and U, since codes are read out and typed.
local LETTERS <const> = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
local HOUR <const> = 3600 * 1000

local owner = {}

function owner.is(user) return stoa.store:get("owner " .. user.id) == true end

function owner.leave(user)
  stoa.store:delete("owner " .. user.id)
  stoa.store:delete("code " .. user.id)
end

local function new_code()
  local letters = {}
  for i = 1, 10 do
    local place = math.random(#LETTERS)
    letters[i] = LETTERS:sub(place, place)
  end
  return table.concat(letters)
end

--- The command /owner. `page` is what it opens afterwards.
function owner.command(chat, arguments, page)
  local user, lang = chat.user, chat.user.store:get("lang")
  local key = "code " .. user.id
  if chat.kind ~= "direct" then return chat:send(stoa.t(lang, "owner_alone")) end
  local function welcome(text)
    chat:send(text, { buttons = { { { text = stoa.t(lang, "open"), url = "stoa:a/" .. stoa.app.name .. "/" .. page } } } })
  end
  if owner.is(user) then return welcome(stoa.t(lang, "owner_already")) end
  local kept = stoa.store:get(key)
  if kept and (stoa.time.now() >= kept.until_ or kept.tries >= 5) then
    stoa.store:delete(key)
    kept = nil
  end
  local said = arguments:upper():gsub("[^%w]", "")
  if said == "" or not kept then
    local code = kept and kept.code or new_code()
    stoa.store:put(key, kept or { code = code, until_ = stoa.time.now() + HOUR, tries = 0 })
    stoa.log.info("@" .. user.name .. " (" .. user.id .. ") wants to be an owner. Only if that is right, tell them: /owner " .. code)
    return chat:send(stoa.t(lang, "owner_code", { app = stoa.app.name }))
  end
  if said ~= kept.code then
    kept.tries = kept.tries + 1
    stoa.store:put(key, kept)
    return chat:send(stoa.t(lang, "owner_wrong_code"))
  end
  stoa.store:delete(key)
  stoa.store:put("owner " .. user.id, true)
  stoa.log.info("@" .. user.name .. " (" .. user.id .. ") is an owner now.")
  welcome(stoa.t(lang, "owner_welcome"))
end

return owner
