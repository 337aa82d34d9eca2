-- The store: values for the app, for a chat, for a user.
local host = ...
local core = host.core

local type, tostring, pcall = type, tostring, pcall
local utf8_len, math_type, match = utf8.len, math.type, string.match
local fail, need, self_of = core.fail, core.need, core.self_of

local MAX_KEY <const> = 256

local store = {}
local Store = {}

function store.object(scope, id) return core.object("store", { scope = scope, id = id }, {}, Store) end

-- An error's text without the place that the host put before it.
local function place_less(problem) return match(problem, "(value.*)$") or problem end

local function key_of(call, key)
  if math_type(key) then key = tostring(key) end
  if type(key) ~= "string" then fail(call, "the key must be a string, not a " .. type(key) .. ".") end
  if #key == 0 or #key > MAX_KEY then fail(call, "the key must have 1 to " .. MAX_KEY .. " bytes.") end
  if not utf8_len(key) then fail(call, "the key is not valid UTF-8.") end
  return key
end

local function store_of(self, call)
  local inner = self_of(self, "store", call)
  need(call, "store")
  return inner
end

function Store:get(key)
  local inner = store_of(self, "store:get")
  return (host.call("store.get", inner.scope, inner.id, key_of("store:get", key)))
end

--- Keeps a value; nil deletes.
function Store:put(key, value)
  local inner = store_of(self, "store:put")
  key = key_of("store:put", key)
  if value == nil then
    host.call("store.delete", inner.scope, inner.id, key)
  else
    local ok, problem = pcall(host.size, value)
    if not ok then fail("store:put", type(problem) == "string" and place_less(problem) or "the value cannot be stored.") end
    host.call("store.put", inner.scope, inner.id, key, value)
  end
end

function Store:delete(key)
  local inner = store_of(self, "store:delete")
  host.call("store.delete", inner.scope, inner.id, key_of("store:delete", key))
end

--- A sorted list of { key =, value = } whose keys begin with the prefix and come after `after`. The second result is the key to go on
--- after, or nil at the end.
function Store:list(prefix, limit, after)
  local inner = store_of(self, "store:list")
  if prefix == nil then prefix = "" end
  if type(prefix) ~= "string" or #prefix > MAX_KEY or not utf8_len(prefix) then
    fail("store:list", "the prefix must be a text of at most " .. MAX_KEY .. " bytes.")
  end
  if limit == nil then limit = 100 end
  if math_type(limit) ~= "integer" or limit < 1 or limit > 1000 then
    fail("store:list", "the limit must be an integer from 1 to 1000.")
  end
  if after ~= nil then after = key_of("store:list", after) end
  return host.call("store.list", inner.scope, inner.id, prefix, limit, after)
end

--- Adds to a number (a missing one is 0) and returns the sum.
function Store:increment(key, by)
  local inner = store_of(self, "store:increment")
  if by == nil then by = 1 end
  if not math_type(by) then fail("store:increment", "the step must be a number, not a " .. type(by) .. ".") end
  return (host.call("store.increment", inner.scope, inner.id, key_of("store:increment", key), by))
end

host.store = store
