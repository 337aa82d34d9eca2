-- The SDK as an app sees it: require "stoa". One copy for each conversation.
-- What an app hands in is read with raw access only, so that no metamethod of its runs in here.
local host = ...

local type, rawget, rawlen, next, tostring, setmetatable, pcall = type, rawget, rawlen, next, tostring, setmetatable, pcall
local utf8_len, floor, math_type, random = utf8.len, math.floor, math.type, math.random
local sub, find, lower = string.sub, string.find, string.lower
local gmatch, match, concat = string.gmatch, string.match, table.concat

local MAX_TEXT <const> = 4096
local MAX_LABEL <const> = 64
local MAX_DATA <const> = 1024
local MAX_URL <const> = 2048
local MAX_ANSWER <const> = 200
local MAX_KEY <const> = 256
local MAX_LOG <const> = 65536

-- What the host said about the present turn; replaced whenever a wait ends.
local turn
local ids_next, ids_last = 0, -1
-- The press that was answered last: each is answered once, with nothing if the app says nothing.
local answered

local handlers = { command = {}, on = {}, press = {}, timer = {} }
local descriptions = {}

-- Objects given to the app, with what they stand for. Keyed by the object: an app cannot forge one.
local known = setmetatable({}, { __mode = "k" })

-- An error at the app's own line, however deep in here it was found.
local function fail(call, what) host.fail(call .. ": " .. what) end

local function need(call, capability)
  if turn and turn.capabilities[capability] then return end
  local text = call .. " needs the capability " .. capability .. ". Add it to \"capabilities\" in manifest.json."
  host.emit("log", "error", text)
  host.fail(text)
end

local function self_of(object, kind, call)
  local inner = object ~= nil and known[object]
  if not inner or inner.kind ~= kind then
    fail(call, "call it with a colon on a " .. kind .. ", as in " .. call .. "(…)")
  end
  return inner
end

local function new_id()
  if ids_next > ids_last then
    local first, count = host.call("ids.allocate")
    ids_next, ids_last = first, first + count - 1
  end
  local id = ids_next
  ids_next = id + 1
  return id
end

local function object(kind, inner, fields, methods)
  inner.kind = kind
  local made = setmetatable(fields, { __index = methods, __metatable = false, __name = kind })
  known[made] = inner
  return made
end

-- ── checks ─────────────────────────────────────────────────────────────────────────────────────────────

local function text_of(call, value)
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

local function id_of(call, value, what)
  local inner = type(value) == "table" and known[value]
  if inner and inner.kind == "message" then return inner.id end
  if math_type(value) == "integer" then return value end
  fail(call, what .. " must be a message or its id, not a " .. type(value) .. ".")
end

local function options_of(call, options)
  if options == nil then return {} end
  if type(options) ~= "table" then fail(call, "the options must be a table, not a " .. type(options) .. ".") end
  return options
end

local function check_url(call, place, url)
  local scheme = lower(sub(url, 1, 8))
  local ok = find(scheme, "^https?://") or find(scheme, "^mailto:") or find(scheme, "^tel:")
  if not ok or #url > MAX_URL or find(url, "[%z\1-\32\127]") then
    fail(call, place .. " must begin with https://, http://, mailto: or tel: and have at most " .. MAX_URL .. " bytes.")
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
    check_url(call, place .. ".url", url)
    return { text = text, url = url }
  end
  data = data or text
  if #data > MAX_DATA or not utf8_len(data) then
    fail(call, place .. ".data must be valid UTF-8 of at most " .. MAX_DATA .. " bytes.")
  end
  return { text = text, data = data }
end

local function buttons_of(call, rows)
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

local function entities_of(call, entities, text)
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

-- ── messages ───────────────────────────────────────────────────────────────────────────────────────────

local Message, Chat, Press, Store, Timers = {}, {}, {}, {}, {}

local function store_object(scope, id)
  return object("store", { scope = scope, id = id }, {}, Store)
end

local function user_object(user)
  return object("user", { id = user.id }, {
    id = user.id, name = user.name, display = user.display, bot = user.bot, store = store_object("user", user.id),
  }, nil)
end

local function message_object(data, chat_id)
  return object("message", { id = data.id, chat = data.chat or chat_id }, {
    id = data.id, text = data.text, date = data.date, user = user_object(data.user), reply_to = data.reply_to,
    entities = data.entities or {}, attachments = data.attachments or {},
  }, Message)
end

local function send(call, chat_id, text, options, reply_to)
  text = text_of(call, text)
  options = options_of(call, options)
  local to = rawget(options, "reply_to")
  if to ~= nil then reply_to = id_of(call, to, "reply_to") end
  local id = new_id()
  host.emit("messages.send", {
    id = id, chat = chat_id, text = text, reply_to = reply_to, buttons = buttons_of(call, rawget(options, "buttons")),
    entities = entities_of(call, rawget(options, "entities"), text),
  })
  return message_object({ id = id, text = text, date = turn.now, user = turn.app.bot, reply_to = reply_to }, chat_id)
end

-- True, or nil and "message_not_found".
local function edit(call, chat_id, message, text, options)
  options, text = options_of(call, options), text_of(call, text)
  return host.call("messages.edit", {
    chat = chat_id, message = id_of(call, message, "the message"), text = text,
    buttons = buttons_of(call, rawget(options, "buttons")),
    entities = entities_of(call, rawget(options, "entities"), text),
  })
end

function Chat:send(text, options)
  local inner = self_of(self, "chat", "chat:send")
  need("chat:send", "messages.send")
  return send("chat:send", inner.id, text, options)
end

--- Answers the message that this turn is about.
function Chat:reply(text, options)
  local inner = self_of(self, "chat", "chat:reply")
  need("chat:reply", "messages.send")
  return send("chat:reply", inner.id, text, options, turn.message and turn.message.id)
end

function Chat:edit(message, text, options)
  local inner = self_of(self, "chat", "chat:edit")
  need("chat:edit", "messages.send")
  return edit("chat:edit", inner.id, message, text, options)
end

function Chat:delete(message)
  local inner = self_of(self, "chat", "chat:delete")
  need("chat:delete", "messages.send")
  return host.call("messages.delete", { chat = inner.id, message = id_of("chat:delete", message, "the message") })
end

function Chat:typing()
  local inner = self_of(self, "chat", "chat:typing")
  need("chat:typing", "messages.send")
  host.emit("messages.typing", { chat = inner.id })
end

function Message:reply(text, options)
  local inner = self_of(self, "message", "message:reply")
  need("message:reply", "messages.send")
  return send("message:reply", inner.chat, text, options, inner.id)
end

function Message:edit(text, options)
  local inner = self_of(self, "message", "message:edit")
  need("message:edit", "messages.send")
  return edit("message:edit", inner.chat, self, text, options)
end

function Message:delete()
  local inner = self_of(self, "message", "message:delete")
  need("message:delete", "messages.send")
  return host.call("messages.delete", { chat = inner.chat, message = inner.id })
end

--- Tells the person who pressed; `alert = true` shows it as a dialog.
function Press:answer(text, options)
  local inner = self_of(self, "press", "press:answer")
  need("press:answer", "messages.send")
  options = options_of("press:answer", options)
  if not turn.press or turn.press.id ~= inner.press then
    fail("press:answer", "a press can be answered in its own turn only, not after a wait.")
  end
  if answered == inner.press then fail("press:answer", "this press was answered already.") end
  if text ~= nil and type(text) ~= "string" then fail("press:answer", "the text must be a string, not a " .. type(text) .. ".") end
  if text ~= nil and (utf8_len(text) or MAX_ANSWER + 1) > MAX_ANSWER then
    fail("press:answer", "the text must be valid UTF-8 of at most " .. MAX_ANSWER .. " characters.")
  end
  answered = inner.press
  host.emit("messages.answer", {
    press = inner.press, chat = inner.chat, message = inner.message, user = inner.user, text = text or "",
    alert = rawget(options, "alert") == true,
  })
end

-- ── waits ──────────────────────────────────────────────────────────────────────────────────────────────

local begin_turn

-- Lets the client stop showing that the press is under way.
local function end_press()
  local press = turn.press
  if not press or answered == press.id or not turn.capabilities["messages.send"] then return end
  answered = press.id
  host.emit("messages.answer", {
    press = press.id, chat = turn.chat.id, message = turn.message.id, user = turn.user.id, text = "", alert = false,
  })
end

local function wait(what)
  end_press()
  local update = host.call("conversation.wait", what)
  begin_turn(update)
  return update
end

local function waits_for(call, options)
  local of = rawget(options, "of")
  if of ~= nil and of ~= "anyone" then fail(call, "`of` can only be \"anyone\".") end
  return of or "same"
end

--- Asks and waits for the next message. Returns its text and the message.
function Chat:ask(question, options)
  local inner = self_of(self, "chat", "chat:ask")
  need("chat:ask", "messages.send")
  options = options_of("chat:ask", options)
  local person = waits_for("chat:ask", options)
  local asked = send("chat:ask", inner.id, question, options)
  local update = wait { person = person, accepts = { "message" }, message = asked.id }
  return update.message.text, message_object(update.message, inner.id)
end

--- Offers choices as buttons and waits for a press, or for a text that is one of them. Returns the choice, its place, and who chose.
function Chat:choose(question, choices, options)
  local inner = self_of(self, "chat", "chat:choose")
  need("chat:choose", "messages.send")
  options = options_of("chat:choose", options)
  local person = waits_for("chat:choose", options)
  if type(choices) ~= "table" or rawlen(choices) == 0 then fail("chat:choose", "the choices must be a list of texts.") end
  if rawlen(choices) > 30 then fail("chat:choose", "at most 30 choices fit a keyboard.") end
  local rows, labels, given = {}, {}, {}
  for i = 1, rawlen(choices) do
    local label = rawget(choices, i)
    if math_type(label) then label = tostring(label) end
    if type(label) ~= "string" then fail("chat:choose", "choice " .. i .. " must be a text, not a " .. type(label) .. ".") end
    labels[i], given[i] = label, rawget(choices, i)
    rows[i] = { { text = label, data = tostring(i) } }
  end
  local asked = send("chat:choose", inner.id, question, {
    buttons = rows, entities = rawget(options, "entities"), reply_to = rawget(options, "reply_to"),
  })
  while true do
    local update = wait { person = person, accepts = { "message", "press" }, message = asked.id }
    if update.kind == "press" then
      local i = floor(update.press.data + 0)
      return given[i], i, user_object(update.user)
    end
    local said = lower(match(update.message.text, "^%s*(.-)%s*$"))
    for i = 1, #labels do
      if lower(labels[i]) == said then return given[i], i, user_object(update.user) end
    end
    send("chat:choose", inner.id, "Please choose one of these: " .. concat(labels, ", ") .. ".")
  end
end

-- ── store ──────────────────────────────────────────────────────────────────────────────────────────────

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

-- ── timers ─────────────────────────────────────────────────────────────────────────────────────────────

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

local function milliseconds(call, seconds, least)
  if not math_type(seconds) or seconds ~= seconds or seconds < least or seconds > 315360000 then
    fail(call, "the time must be a number of seconds from " .. least .. " to 315360000 (ten years).")
  end
  return floor(seconds * 1000)
end

--- In so many seconds. Returns the timer's id.
function Timers:after(seconds, name, data)
  return set_timer(self, "timers:after", name, data, turn.now + milliseconds("timers:after", seconds, 0))
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
  local every = milliseconds("timers:every", seconds, 1)
  return set_timer(self, "timers:every", name, data, turn.now + every, every)
end

--- True when there was such a timer.
function Timers:cancel(id)
  self_of(self, "timers", "timers:cancel")
  need("timers:cancel", "timers")
  if math_type(id) ~= "integer" then fail("timers:cancel", "the id must be what timers:after, :at or :every returned.") end
  return (host.call("timers.cancel", id))
end

-- ── the present turn ───────────────────────────────────────────────────────────────────────────────────

local stoa = { app = {} }

function begin_turn(update)
  turn = update
  ids_next, ids_last = update.ids, update.ids + update.id_count - 1
end

local function chat_object(update)
  local chat = update.chat
  return object("chat", { id = chat.id }, {
    id = chat.id, kind = chat.kind, title = chat.title, user = update.user and user_object(update.user),
    store = store_object("chat", chat.id),
    timers = object("timers", { chat = chat.id, user = update.user and update.user.id }, {}, Timers),
  }, Chat)
end

local function press_object(update)
  local press = update.press
  local _, _, name, value = find(press.data, "^([^:]*):?(.*)$")
  return object("press", { press = press.id, chat = update.chat.id, message = update.message.id, user = update.user.id }, {
    id = press.id, text = press.text, data = press.data, name = name, value = value, user = user_object(update.user),
    message = message_object(update.message, update.chat.id),
  }, Press)
end

local function handle(update)
  local chat = update.chat and chat_object(update)
  local kind = update.kind
  if kind == "command" or kind == "message" then
    local message = message_object(update.message, update.chat.id)
    local command = kind == "command" and handlers.command[update.command.name]
    if command then return command(chat, update.command.arguments, message) end
    local on = handlers.on.message
    if on then return on(chat, message) end
  elseif kind == "press" then
    local press = press_object(update)
    local on = handlers.press[press.name] or handlers.on.press
    if on then return on(chat, press) end
  elseif kind == "timer" then
    local timer = update.timer
    local on = handlers.timer[timer.name] or handlers.on.timer
    if on then return on(chat, timer) end
  else
    local on = handlers.on[kind]
    if on then return on(chat, user_object(update.user)) end
  end
end

--- For dispatch.lua, which starts every conversation.
function host.dispatch(update, entry)
  begin_turn(update)
  stoa.app.name, stoa.app.version, stoa.app.bot = update.app.name, update.app.version, update.app.bot
  entry()
  if update.kind == "inspect" then
    local commands = {}
    for name in next, handlers.command do commands[#commands + 1] = { name = name, description = descriptions[name] } end
    return { commands = commands }
  end
  handle(update)
  end_press()
end

-- ── the module ─────────────────────────────────────────────────────────────────────────────────────────

local function handler_of(call, handler)
  if type(handler) ~= "function" then fail(call, "the handler must be a function, not a " .. type(handler) .. ".") end
  return handler
end

local function name_of(call, name)
  if type(name) ~= "string" or not find(name, "^[%w_]+$") or #name > 32 then
    fail(call, "the name must have 1 to 32 letters (a-z), digits or underscores.")
  end
  return name:lower()
end

local kinds = { message = true, press = true, timer = true, member_joined = true, member_left = true }
local log = {}
for _, level in next, { "debug", "info", "warn", "error" } do
  log[level] = function(text)
    if type(text) == "table" then
      local ok, json = pcall(host.json_encode, text)
      text = ok and json or "a table that has no form in JSON"
    elseif type(text) ~= "string" then
      text = tostring(text)
    end
    host.emit("log", level, sub(text, 1, MAX_LOG))
  end
end

for name, part in next, {
  json = { encode = host.json_encode, decode = host.json_decode },
  log = log,
  store = store_object("app", 0),
  timers = object("timers", {}, {}, Timers),
  random = {
    --- An integer from `from` to `to`.
    integer = function(from, to)
      if math_type(from) ~= "integer" or math_type(to) ~= "integer" or from > to then
        fail("stoa.random.integer", "it takes two integers, the lower one first.")
      end
      return random(from, to)
    end,
    --- A number from 0 up to, not including, 1.
    number = function() return random() end,
  },
  time = {
    --- The turn's time in milliseconds since 1970 UTC: the same through the whole turn.
    now = function() return turn.now end,
  },
} do stoa[name] = part end

--- Handles /name. The description is shown to people who look for a command.
function stoa.command(name, description, handler)
  if handler == nil then description, handler = nil, description end
  name = name_of("stoa.command", name)
  if description ~= nil and type(description) ~= "string" then
    fail("stoa.command", "the description must be a text, not a " .. type(description) .. ".")
  end
  handlers.command[name], descriptions[name] = handler_of("stoa.command", handler), description
end

--- Handles updates of a kind that nothing more particular handles.
function stoa.on(kind, handler)
  if type(kind) ~= "string" or not kinds[kind] then
    fail("stoa.on", "the kind must be message, press, timer, member_joined or member_left.")
  end
  handlers.on[kind] = handler_of("stoa.on", handler)
end

--- Handles presses of buttons whose data is `name` or begins with `name:`.
function stoa.press(name, handler)
  if type(name) ~= "string" or name == "" or find(name, ":", 1, true) then
    fail("stoa.press", "the name must be a text without a colon.")
  end
  handlers.press[name] = handler_of("stoa.press", handler)
end

--- Handles timers that were set with this name.
function stoa.timer(name, handler)
  if type(name) ~= "string" or name == "" then fail("stoa.timer", "the name must be a text.") end
  handlers.timer[name] = handler_of("stoa.timer", handler)
end

return stoa
