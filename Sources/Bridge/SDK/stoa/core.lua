-- What the SDK's files share: the present turn, checks of what an app hands in, objects that no app can forge.
-- What an app hands in is read with raw access only, so that no metamethod of its runs in here.
local host = ...

local type, rawget, rawlen, tonumber, tostring, setmetatable = type, rawget, rawlen, tonumber, tostring, setmetatable
local utf8_len, floor, math_type = utf8.len, math.floor, math.type
local sub, find, lower, gmatch, match = string.sub, string.find, string.lower, string.gmatch, string.match

local MAX_TEXT <const> = 4096
local MAX_LABEL <const> = 64
local MAX_DATA <const> = 1024
local MAX_URL <const> = 2048

local core = {}

-- What the host said about the present turn; replaced whenever a wait ends.
local turn
-- What is the same for all conversations of this version: the app, its capabilities.
local context
local ids_next, ids_last = 0, -1

-- Objects given to the app, with what they stand for. Keyed by the object: an app cannot forge one.
local known = setmetatable({}, { __mode = "k" })

-- ── the present turn ───────────────────────────────────────────────────────────────────────────────────

function core.begin(given) context = given end

function core.begin_turn(update)
  turn = update
  core.turn, core.context = update, context
  -- Who wrote a message is left out when it is who the update is about.
  if update.message and not update.message.user then update.message.user = update.user end
  ids_next, ids_last = update.ids, update.ids + context.id_count - 1
end

function core.new_id()
  if ids_next > ids_last then
    local first, count = host.call("ids.allocate")
    ids_next, ids_last = first, first + count - 1
  end
  local id = ids_next
  ids_next = id + 1
  return id
end

-- ── errors ─────────────────────────────────────────────────────────────────────────────────────────────

-- An error at the app's own line, however deep in here it was found.
local function fail(call, what) host.fail(call .. ": " .. what) end
core.fail = fail

function core.need(call, capability)
  if context.capabilities[capability] then return end
  local text = call .. " needs the capability " .. capability .. ". Add it to \"capabilities\" in manifest.json."
  host.emit("log", "error", text)
  host.fail(text)
end

-- ── objects ────────────────────────────────────────────────────────────────────────────────────────────

function core.object(kind, inner, fields, methods)
  inner.kind = kind
  local made = setmetatable(fields, { __index = methods, __metatable = false, __name = kind })
  known[made] = inner
  return made
end

-- For objects that need a metatable of their own.
function core.know(object, inner)
  known[object] = inner
  return object
end

-- What an object stands for; nil when it is none of that kind.
function core.inner(object, kind)
  local inner = type(object) == "table" and known[object]
  return inner and inner.kind == kind and inner or nil
end

function core.self_of(object, kind, call)
  local inner = object ~= nil and known[object]
  if not inner or inner.kind ~= kind then
    fail(call, "call it with a colon on a " .. kind .. ", as in " .. call .. "(…)")
  end
  return inner
end

-- ── checks ─────────────────────────────────────────────────────────────────────────────────────────────

function core.text_of(call, value)
  if math_type(value) then value = tostring(value) end
  if type(value) ~= "string" then fail(call, "the text must be a string, not a " .. type(value) .. ".") end
  local length = #value <= MAX_TEXT and 0 or utf8_len(value)
  if not utf8_len(value) then fail(call, "the text is not valid UTF-8.") end
  if length > MAX_TEXT then
    fail(call, "the text has " .. length .. " characters; at most " .. MAX_TEXT .. " fit a message.")
  end
  if not find(value, "[\33-\255]") then fail(call, "the text is empty.") end
  if find(value, "\0", 1, true) then fail(call, "the text holds the character U+0000, which no message may.") end
  return value
end

function core.id_of(call, value, what)
  local inner = type(value) == "table" and known[value]
  if inner and inner.kind == "message" then return inner.id end
  if math_type(value) == "integer" then return value end
  fail(call, what .. " must be a message or its id, not a " .. type(value) .. ".")
end

function core.options_of(call, options)
  if options == nil then return {} end
  if type(options) ~= "table" then fail(call, "the options must be a table, not a " .. type(options) .. ".") end
  return options
end

local function check_url(call, place, url, may_be_page)
  local scheme = lower(sub(url, 1, 8))
  local ok = find(scheme, "^https?://") or find(scheme, "^mailto:") or find(scheme, "^tel:") or may_be_page and find(scheme, "^stoa:a/")
  if not ok or #url > MAX_URL or find(url, "[%z\1-\32\127]") then
    fail(call, place .. " must begin with " .. (may_be_page and "stoa:a/, " or "") .. "https://, http://, mailto: or tel: and have at most " .. MAX_URL .. " bytes.")
  end
end

local function button_of(call, place, button)
  if type(button) == "string" then return { text = button, data = button } end
  if type(button) ~= "table" then fail(call, place .. " must be a table with a text.") end
  local text, data, url = rawget(button, "text"), rawget(button, "data"), rawget(button, "url")
  if type(text) ~= "string" then fail(call, place .. ".text must be a string.") end
  if url ~= nil and type(url) ~= "string" then fail(call, place .. ".url must be a string.") end
  if math_type(data) then data = tostring(data) end
  if data ~= nil and type(data) ~= "string" then fail(call, place .. ".data must be a string.") end
  local length = utf8_len(text)
  if not length or length < 1 or length > MAX_LABEL then
    fail(call, place .. ".text must have 1 to " .. MAX_LABEL .. " characters.")
  end
  if url then
    check_url(call, place .. ".url", url, true)
    return { text = text, url = url }
  end
  data = data or text
  if #data > MAX_DATA or not utf8_len(data) then
    fail(call, place .. ".data must be valid UTF-8 of at most " .. MAX_DATA .. " bytes.")
  end
  return { text = text, data = data }
end

function core.buttons_of(call, rows)
  if rows == nil then return nil end
  if type(rows) ~= "table" then fail(call, "buttons must be a list of rows of buttons.") end
  local checked = {}
  for r = 1, rawlen(rows) do
    local row = rawget(rows, r)
    if r > 30 then fail(call, "a keyboard has at most 30 rows.") end
    -- A row may be one button: a text, or a table with a text.
    if type(row) == "string" then row = { row } end
    if type(row) ~= "table" then fail(call, "buttons[" .. r .. "] must be a list of buttons.") end
    if type(rawget(row, "text")) == "string" then row = { row } end
    if rawlen(row) == 0 then fail(call, "buttons[" .. r .. "] must have 1 to 8 buttons.") end
    local keys = {}
    for b = 1, rawlen(row) do
      if b > 8 then fail(call, "a row has at most 8 buttons.") end
      keys[b] = button_of(call, "buttons[" .. r .. "][" .. b .. "]", rawget(row, b))
    end
    checked[r] = keys
  end
  return checked
end

local entity_types = {
  bold = true, italic = true, underline = true, strikethrough = true, spoiler = true, code = true, pre = true, mention = true,
  url = true, text_link = true, bot_command = true,
}

-- Length in UTF-16 code units, in which offsets count.
local function utf16_len(text)
  local units = utf8_len(text)
  for _ in gmatch(text, "[\xF0-\xF4]") do units = units + 1 end
  return units
end

function core.entities_of(call, entities, text)
  if entities == nil then return nil end
  if type(entities) ~= "table" then fail(call, "entities must be a list of tables.") end
  local checked, units = {}, utf16_len(text)
  for i = 1, rawlen(entities) do
    local entity, place = rawget(entities, i), "entities[" .. i .. "]"
    if i > 100 then fail(call, "a message carries at most 100 entities.") end
    if type(entity) ~= "table" then fail(call, place .. " must be a table with type, offset and length.") end
    local kind, offset, length = rawget(entity, "type"), rawget(entity, "offset"), rawget(entity, "length")
    local url, language = rawget(entity, "url"), rawget(entity, "language")
    if type(kind) ~= "string" or not entity_types[kind] then fail(call, place .. ".type is not one of those that lua-reference.md lists.") end
    if math_type(offset) ~= "integer" or math_type(length) ~= "integer" or offset < 0 or length < 1 or offset > units - length then
      fail(call, place .. " reaches outside of the text, which has " .. units .. " UTF-16 code units.")
    end
    if kind == "text_link" then
      if type(url) ~= "string" then fail(call, place .. " is a text_link without its url.") end
      check_url(call, place .. ".url", url)
    end
    if language ~= nil and (type(language) ~= "string" or #language > 64) then
      fail(call, place .. ".language must be a text of at most 64 bytes.")
    end
    checked[i] = { type = kind, offset = offset, length = length, url = kind == "text_link" and url or nil, language = language }
  end
  return checked
end

-- ── times ──────────────────────────────────────────────────────────────────────────────────────────────

local units = {
  second = 1000, sec = 1000, s = 1000, minute = 60000, min = 60000, m = 60000, hour = 3600000, h = 3600000,
  day = 86400000, d = 86400000, week = 604800000, w = 604800000,
}
local TEN_YEARS <const> = 315360000000

--- Milliseconds of a duration: a number of seconds, or a text such as "3 days" or "1 hour 30 minutes".
function core.duration_of(call, what, value)
  local total
  if math_type(value) then
    total = value == value and value * 1000
  elseif type(value) == "string" then
    local rest = value
    total = 0
    while find(rest, "%S") do
      local number, unit, left = match(rest, "^%s*([%d.]+)%s*(%a+)%s*,?(.*)$")
      unit = unit and lower(unit)
      local scale = unit and (units[unit] or units[match(unit, "^(.-)s$") or ""])
      number = number and tonumber(number)
      if not scale or not number then total = nil break end
      total, rest = total + number * scale, left
    end
    if not find(value, "%S") then total = nil end
  end
  if not total or total < 0 or total > TEN_YEARS then
    fail(call, what .. " must be a number of seconds or a text such as \"3 days\" or \"1 hour 30 minutes\", ten years at most.")
  end
  return floor(total)
end

host.core = core
