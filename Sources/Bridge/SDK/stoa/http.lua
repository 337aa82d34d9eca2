-- stoa.http: requests to other servers. The turn is committed first; the answer begins the next one.
local host = ...
local core, waits = host.core, host.waits

local type, rawget, rawlen, next, tostring, pcall, setmetatable = type, rawget, rawlen, next, tostring, pcall, setmetatable
local math_type, find, upper, lower = math.type, string.find, string.upper, string.lower
local fail, need, new_id = core.fail, core.need, core.new_id

local CALL <const> = "stoa.http.fetch"
local methods = { GET = true, HEAD = true, POST = true, PUT = true, PATCH = true, DELETE = true, OPTIONS = true }

local http = {}
local Response = {}

--- The body, read as JSON; nil and why not.
function Response:json()
  local inner = core.self_of(self, "response", "response:json")
  local ok, value = pcall(host.json_decode, inner.body)
  if not ok then return nil, value end
  return value
end

-- A secret stands for its value in a header and nowhere else: Lua never holds the value.
local secret_of

local function joined(a, b)
  local parts = {}
  for _, side in next, { a, b } do
    local inner = core.inner(side, "secret")
    if inner then
      for i = 1, #inner.parts do parts[#parts + 1] = inner.parts[i] end
    elseif type(side) == "string" or math_type(side) then
      parts[#parts + 1] = tostring(side)
    else
      fail("stoa.http.secret", "a secret can be joined with texts only, not with a " .. type(side) .. ".")
    end
  end
  return secret_of(parts)
end

function secret_of(parts)
  local object = setmetatable({}, {
    __concat = joined, __metatable = false, __name = "secret", __tostring = function() return "(a secret)" end,
  })
  return core.know(object, { kind = "secret", parts = parts })
end

--- A secret that the operator set with "stoa secret set". It can stand in a header's value: "Bearer " .. stoa.http.secret("KEY").
function http.secret(name)
  need("stoa.http.secret", "http.fetch")
  if type(name) ~= "string" or not find(name, "^[A-Z][A-Z0-9_]*$") or #name > 64 then
    fail("stoa.http.secret", "the name must be of capital letters, digits and underscores.")
  end
  return secret_of { { secret = name } }
end

local function headers_of(headers)
  if headers == nil then return nil end
  if type(headers) ~= "table" then fail(CALL, "the headers must be a table, not a " .. type(headers) .. ".") end
  local checked = {}
  for name, value in next, headers do
    if type(name) ~= "string" then fail(CALL, "a header's name must be a text.") end
    local secret = core.inner(value, "secret")
    if secret then
      checked[name] = secret.parts
    elseif type(value) == "string" or math_type(value) then
      checked[name] = tostring(value)
    else
      fail(CALL, "the header " .. name .. " must be a text, not a " .. type(value) .. ".")
    end
  end
  return checked
end

local function body_of(request)
  local body, json = rawget(request, "body"), rawget(request, "json")
  if body ~= nil and json ~= nil then fail(CALL, "give json or body, not both.") end
  if json ~= nil then
    local ok, text = pcall(host.json_encode, json)
    if not ok then fail(CALL, "the json has no form in JSON: " .. tostring(text)) end
    return text, "application/json"
  end
  if body ~= nil and type(body) ~= "string" then fail(CALL, "the body must be a text, not a " .. type(body) .. ".") end
  return body
end

--- Makes a request and waits for the answer: { status, ok, headers, body, json() }. Nil and why, when there was none.
function http.fetch(request)
  need(CALL, "http.fetch")
  if type(request) == "string" then request = { url = request } end
  if type(request) ~= "table" then fail(CALL, "it takes a table with a url.") end
  local url, method, timeout = rawget(request, "url"), rawget(request, "method"), rawget(request, "timeout")
  if type(url) ~= "string" or #url > 4096 then fail(CALL, "the url must be a text of at most 4096 bytes.") end
  method = method == nil and "GET" or method
  if type(method) ~= "string" or not methods[upper(method)] then
    fail(CALL, "the method must be GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS.")
  end
  local limit = timeout == nil and 30000 or core.duration_of(CALL, "the timeout", timeout)
  if limit < 1 or limit > 60000 then fail(CALL, "the timeout must be 60 seconds at most.") end
  local body, content_type = body_of(request)
  local id = new_id()
  host.emit("http.fetch", {
    id = id,
    request = {
      url = url, method = upper(method), headers = headers_of(rawget(request, "headers")), body = body,
      content_type = content_type, timeout = limit,
    },
  })
  local answer = waits.wait(CALL, { { id = id } }).response
  if answer.error then return nil, answer.error end
  return core.object("response", { body = answer.body }, {
    status = answer.status, ok = answer.status >= 200 and answer.status < 300, headers = answer.headers, body = answer.body,
    url = answer.url,
  }, Response)
end

host.http = http
