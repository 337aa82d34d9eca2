-- What a person has to agree to: the host asks them and shows what would go out; the app sees the answer only.
local host = ...
local core, waits, messages = host.core, host.waits, host.messages

local type, rawget, math_type = type, rawget, math.type
local fail, need, self_of = core.fail, core.need, core.self_of

local MOST_HISTORY <const> = 100
local MOST_FILES <const> = 10
local MOST_PEOPLE <const> = 20
local MOST_PER_DAY <const> = 24

local consent = {}

-- The value; nil and "refused" or "timeout".
local function request(call, name, question, options)
  local due = waits.due(call, options)
  local answer, value = host.call(name, question)
  if answer == "granted" then return value end
  if answer ~= "ask" then return nil, "refused" end
  local update = waits.wait(call, { { id = value, accepts = { "consent" }, due = due } })
  if update.kind == "timeout" then return nil, "timeout" end
  if not update.consent.granted then return nil, "refused" end
  return update.consent.value
end

local function options_of(call, options, capability)
  need(call, capability)
  if options == nil then return {} end
  if type(options) ~= "table" then fail(call, "it takes a table of options.") end
  return options
end

local function count_of(call, options, name, most, default)
  local value = rawget(options, name)
  if value == nil then value = default end
  if math_type(value) ~= "integer" or value < 1 or value > most then
    fail(call, name .. " must be a whole number from 1 to " .. most .. ".")
  end
  return value
end

--- Whether the person is at least so many years old: true or false. Nil and "refused" or "timeout" when they do not say.
function consent.age(options)
  local call <const> = "stoa.identity.age"
  options = options_of(call, options, "identity.age")
  return request(call, "identity.age", count_of(call, options, "at_least", 120), options)
end

--- The person's verified e-mail address or phone number. Nil and "refused" or "timeout" when they do not give it.
function consent.contact(options)
  local call <const> = "stoa.identity.contact"
  options = options_of(call, options, "identity.contact")
  local kind = rawget(options, "kind")
  if kind ~= "email" and kind ~= "phone" then fail(call, "the kind must be \"email\" or \"phone\".") end
  return request(call, "identity.contact", kind, options)
end

--- The person's profile: { id, name, display, language, picture }. Nil and "refused" or "timeout" when they do not give it.
function consent.profile(options)
  local call <const> = "stoa.identity.profile"
  options = options_of(call, options, "identity.profile")
  return request(call, "identity.profile", nil, options)
end

--- The place that the person chooses: { latitude, longitude, accuracy }. Nil and "refused" or "timeout".
function consent.location(options)
  local call <const> = "stoa.location.once"
  options = options_of(call, options, "location.once")
  return request(call, "location.once", nil, options)
end

--- The files that the person picks, at most `most`: a list of { id, name, size, type, content }. Nil and "refused" or "timeout".
function consent.files(options)
  local call <const> = "stoa.files.read"
  options = options_of(call, options, "files.read")
  return request(call, "files.read", count_of(call, options, "most", MOST_FILES, 1), options)
end

--- The people that the person picks, at most `most`: a list of { id, name, display, bot }. Nil and "refused" or "timeout".
function consent.people(options)
  local call <const> = "stoa.contacts.pick"
  options = options_of(call, options, "contacts.pick")
  return request(call, "contacts.pick", count_of(call, options, "most", MOST_PEOPLE, 1), options)
end

-- Only the conversation's own chat has somebody who could be asked.
local function own(chat, call)
  local inner = self_of(chat, "chat", call)
  if inner.elsewhere then fail(call, "people can be asked in the conversation's own chat only.") end
  return inner
end

--- The last messages of the chat, oldest first: a list of { id, date, text, user }. With { from_now_on = true } the app hears all
--- that is said in the group from now on, and gets true. Nil and "refused" or "timeout".
function consent.history(chat, options)
  local call <const> = "chat:history"
  own(chat, call)
  options = options_of(call, options, "chat.history")
  if rawget(options, "from_now_on") == true then return request(call, "chat.history", "from now on", options) end
  return request(call, "chat.history", count_of(call, options, "last", MOST_HISTORY, 20), options)
end

--- Asks the person whether the app may write to them later, so many times a day: true. Nil and "refused" or "timeout".
function consent.subscribe(chat, options)
  local call <const> = "chat:subscribe"
  own(chat, call)
  options = options_of(call, options, "messages.broadcast")
  return request(call, "messages.subscribe", count_of(call, options, "per_day", MOST_PER_DAY, 1), options)
end

--- Writes to a person who has agreed to it by chat:subscribe. The message; nil and "refused" when they have not, or do no longer;
--- nil and "limit" when they have been written to as often today as they allow.
function consent.broadcast(chat, text, options)
  local call <const> = "chat:broadcast"
  local inner = self_of(chat, "chat", call)
  need(call, "messages.broadcast")
  return messages.broadcast(call, inner.id, text, options)
end

host.consent = consent
