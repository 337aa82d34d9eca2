-- stoa.identity: what a person tells of themselves, if they agree. The host asks them; the app sees the answer only.
local host = ...
local core, waits = host.core, host.waits

local type, rawget, math_type = type, rawget, math.type
local fail, need = core.fail, core.need

local identity = {}

-- The value; nil and "refused" or "timeout".
local function request(call, capability, detail, options)
  local due = waits.due(call, options)
  local answer, value = host.call(capability, detail)
  if answer == "granted" then return value end
  if answer ~= "ask" then return nil, "refused" end
  local update = waits.wait(call, { { id = value, accepts = { "consent" }, due = due } })
  if update.kind == "timeout" then return nil, "timeout" end
  if not update.consent.granted then return nil, "refused" end
  return update.consent.value
end

local function options_of(call, options)
  if type(options) ~= "table" then fail(call, "it takes a table of options.") end
  return options
end

--- Whether the person is at least so many years old: true or false. Nil and "refused" or "timeout" when they do not say.
function identity.age(options)
  local call <const> = "stoa.identity.age"
  need(call, "identity.age")
  options = options_of(call, options)
  local years = rawget(options, "at_least")
  if math_type(years) ~= "integer" or years < 1 or years > 120 then fail(call, "at_least must be a whole number from 1 to 120.") end
  return request(call, "identity.age", years, options)
end

--- The person's verified e-mail address or phone number. Nil and "refused" or "timeout" when they do not give it.
function identity.contact(options)
  local call <const> = "stoa.identity.contact"
  need(call, "identity.contact")
  options = options_of(call, options)
  local kind = rawget(options, "kind")
  if kind ~= "email" and kind ~= "phone" then fail(call, "the kind must be \"email\" or \"phone\".") end
  return request(call, "identity.contact", kind, options)
end

host.identity = identity
