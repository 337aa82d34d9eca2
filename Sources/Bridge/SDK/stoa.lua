-- The SDK as an app sees it: require "stoa". One copy for each conversation.
-- What an app hands in is read with raw access only, so that no metamethod of its runs in here.
local host = ...

local error, type, rawget, rawlen, next, tostring, setmetatable = error, type, rawget, rawlen, next, tostring, setmetatable
local utf8_len, floor, math_type, random = utf8.len, math.floor, math.type, math.random
local sub, find = string.sub, string.find

local MAX_TEXT <const> = 4096
local MAX_KEY <const> = 256

-- What the host said about the present turn; replaced whenever a wait ends.
local turn
local ids_next, ids_last = 0, -1

local handlers = { command = {}, on = {}, press = {}, timer = {} }
local descriptions = {}

-- Objects given to the app, with what they stand for. Keyed by the object: an app cannot forge one.
local known = setmetatable({}, { __mode = "k" })

local function fail(call, what)
  error(call .. ": " .. what, 3)
end

local function need(call, capability)
  if turn and turn.capabilities[capability] then return end
  local text = call .. " needs the capability " .. capability .. ". Add it to \"capabilities\" in manifest.json."
  host.emit("log", "error", text)
  error(text, 3)
end

local function self_of(object, kind, call)
  local inner = object ~= nil and known[object]
  if not inner or inner.kind ~= kind then
    error(call .. ": call it with a colon on a " .. kind .. ", as in " .. call .. "(…)", 3)
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
  if type(value) ~= "string" then error(call .. ": the text must be a string, not a " .. type(value) .. ".", 4) end
  local length = #value <= MAX_TEXT and 0 or utf8_len(value)
  if not utf8_len(value) then error(call .. ": the text is not valid UTF-8.", 4) end
  if length > MAX_TEXT then
    error(call .. ": the text has " .. length .. " characters; at most " .. MAX_TEXT .. " fit a message.", 4)
  end
  if not find(value, "[^%s]") then error(call .. ": the text is empty.", 4) end
  return value
end

local function id_of(call, value, what)
  local inner = type(value) == "table" and known[value]
  if inner and inner.id then return inner.id end
  if math_type(value) == "integer" then return value end
  error(call .. ": " .. what .. " must be a message or its id, not a " .. type(value) .. ".", 4)
end

local function options_of(call, options)
  if options == nil then return {} end
  if type(options) ~= "table" then error(call .. ": the options must be a table, not a " .. type(options) .. ".", 4) end
  return options
end

local function button_of(call, place, button)
  if type(button) == "string" then return { text = button, data = button } end
  if type(button) ~= "table" then error(call .. ": " .. place .. " must be a table with a text.", 5) end
  local text, data, url = rawget(button, "text"), rawget(button, "data"), rawget(button, "url")
  if type(text) ~= "string" then error(call .. ": " .. place .. ".text must be a string.", 5) end
  if url ~= nil and type(url) ~= "string" then error(call .. ": " .. place .. ".url must be a string.", 5) end
  if math_type(data) then data = tostring(data) end
  if data ~= nil and type(data) ~= "string" then error(call .. ": " .. place .. ".data must be a string.", 5) end
  return { text = text, data = data or (not url and text) or nil, url = url }
end

local function buttons_of(call, rows)
  if rows == nil then return nil end
  if type(rows) ~= "table" then error(call .. ": buttons must be a list of rows of buttons.", 4) end
  local checked = {}
  for r = 1, rawlen(rows) do
    local row = rawget(rows, r)
    if r > 30 then error(call .. ": a keyboard has at most 30 rows.", 4) end
    if type(row) ~= "table" then error(call .. ": buttons[" .. r .. "] must be a list of buttons.", 4) end
    -- A row may be one button, which has a text.
    if type(rawget(row, "text")) == "string" then row = { row } end
    local keys = {}
    for b = 1, rawlen(row) do
      if b > 8 then error(call .. ": a row has at most 8 buttons.", 4) end
      keys[b] = button_of(call, "buttons[" .. r .. "][" .. b .. "]", rawget(row, b))
    end
    checked[r] = keys
  end
  return checked
end

-- ── messages ───────────────────────────────────────────────────────────────────────────────────────────

local Message, Chat, Press, Store, Timers = {}, {}, {}, {}, {}

local function message_object(data, chat_id)
  return object("message", { id = data.id, chat = data.chat or chat_id }, {
    id = data.id, text = data.text, date = data.date, user = data.user, reply_to = data.reply_to,
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
    entities = rawget(options, "entities"),
  })
  return message_object({ id = id, text = text, date = turn.now, user = turn.app.bot, reply_to = reply_to }, chat_id)
end

local function edit(call, chat_id, message, text, options)
  options = options_of(call, options)
  host.call("messages.edit", {
    chat = chat_id, message = id_of(call, message, "the message"), text = text_of(call, text),
    buttons = buttons_of(call, rawget(options, "buttons")), entities = rawget(options, "entities"),
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
  edit("chat:edit", inner.id, message, text, options)
end

function Chat:delete(message)
  local inner = self_of(self, "chat", "chat:delete")
  need("chat:delete", "messages.send")
  host.call("messages.delete", { chat = inner.id, message = id_of("chat:delete", message, "the message") })
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
  edit("message:edit", inner.chat, self, text, options)
end

function Message:delete()
  local inner = self_of(self, "message", "message:delete")
  need("message:delete", "messages.send")
  host.call("messages.delete", { chat = inner.chat, message = inner.id })
end

--- Tells the person who pressed; `alert = true` shows it as a dialog.
function Press:answer(text, options)
  local inner = self_of(self, "press", "press:answer")
  need("press:answer", "messages.send")
  options = options_of("press:answer", options)
  if text ~= nil and type(text) ~= "string" then fail("press:answer", "the text must be a string, not a " .. type(text) .. ".") end
  host.emit("messages.answer", {
    press = inner.press, chat = inner.chat, message = inner.message, user = inner.user, text = text or "",
    alert = rawget(options, "alert") == true,
  })
end

-- ── waits ──────────────────────────────────────────────────────────────────────────────────────────────

local begin_turn

local function wait(what)
  local update = host.call("conversation.wait", what)
  begin_turn(update)
  return update
end

local function waits_for(call, options)
  local of = rawget(options, "of")
  if of ~= nil and of ~= "anyone" then error(call .. ": `of` can only be \"anyone\".", 4) end
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

--- Offers choices as buttons and waits for a press, or for a text that is one of them. Returns the choice and its place.
function Chat:choose(question, choices, options)
  local inner = self_of(self, "chat", "chat:choose")
  need("chat:choose", "messages.send")
  options = options_of("chat:choose", options)
  local person = waits_for("chat:choose", options)
  if type(choices) ~= "table" or rawlen(choices) == 0 then fail("chat:choose", "the choices must be a list of texts.") end
  if rawlen(choices) > 30 then fail("chat:choose", "at most 30 choices fit a keyboard.") end
  local rows, labels = {}, {}
  for i = 1, rawlen(choices) do
    local label = rawget(choices, i)
    if math_type(label) then label = tostring(label) end
    if type(label) ~= "string" then fail("chat:choose", "choice " .. i .. " must be a text, not a " .. type(label) .. ".") end
    labels[i] = label
    rows[i] = { { text = label, data = tostring(i) } }
  end
  local asked = send("chat:choose", inner.id, question, { buttons = rows })
  while true do
    local update = wait { person = person, accepts = { "message", "press" }, message = asked.id }
    if update.kind == "press" then
      local i = floor(update.press.data + 0)
      host.emit("messages.answer", {
        press = update.press.id, chat = inner.id, message = asked.id, user = update.user.id, text = "", alert = false,
      })
      return rawget(choices, i), i
    end
    for i = 1, #labels do
      if labels[i]:lower() == update.message.text:lower() then return rawget(choices, i), i end
    end
    send("chat:choose", inner.id, "Please choose one of these: " .. table.concat(labels, ", ") .. ".")
  end
end

-- ── store ──────────────────────────────────────────────────────────────────────────────────────────────

local function key_of(call, key)
  if math_type(key) then key = tostring(key) end
  if type(key) ~= "string" then error(call .. ": the key must be a string, not a " .. type(key) .. ".", 4) end
  if #key == 0 or #key > MAX_KEY then error(call .. ": the key must have 1 to " .. MAX_KEY .. " bytes.", 4) end
  if not utf8_len(key) then error(call .. ": the key is not valid UTF-8.", 4) end
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
    host.call("store.put", inner.scope, inner.id, key, value)
  end
end

function Store:delete(key)
  local inner = store_of(self, "store:delete")
  host.call("store.delete", inner.scope, inner.id, key_of("store:delete", key))
end

--- A sorted list of { key =, value = } whose keys begin with the prefix.
function Store:list(prefix, limit)
  local inner = store_of(self, "store:list")
  if prefix == nil then prefix = "" end
  if type(prefix) ~= "string" or #prefix > MAX_KEY or not utf8_len(prefix) then
    fail("store:list", "the prefix must be a text of at most " .. MAX_KEY .. " bytes.")
  end
  if limit == nil then limit = 100 end
  if math_type(limit) ~= "integer" or limit < 1 or limit > 1000 then
    fail("store:list", "the limit must be an integer from 1 to 1000.")
  end
  return (host.call("store.list", inner.scope, inner.id, prefix, limit))
end

--- Adds to a number (a missing one is 0) and returns the sum.
function Store:increment(key, by)
  local inner = store_of(self, "store:increment")
  if by == nil then by = 1 end
  if not math_type(by) then fail("store:increment", "the step must be a number, not a " .. type(by) .. ".") end
  return (host.call("store.increment", inner.scope, inner.id, key_of("store:increment", key), by))
end

local function store_object(scope, id)
  return object("store", { scope = scope, id = id }, {}, Store)
end

-- ── timers ─────────────────────────────────────────────────────────────────────────────────────────────

local function set_timer(self, call, name, data, due, every)
  local inner = self_of(self, "timers", call)
  need(call, "timers")
  if type(name) ~= "string" or #name == 0 or #name > 64 then
    error(call .. ": the name must be a text of 1 to 64 bytes, that of a stoa.timer handler.", 3)
  end
  local id = new_id()
  host.call("timers.set", { id = id, name = name, data = data, due = due, every = every, chat = inner.chat, user = inner.user })
  return id
end

local function milliseconds(call, seconds, least)
  if not math_type(seconds) or seconds ~= seconds or seconds < least or seconds > 315360000 then
    error(call .. ": the time must be a number of seconds from " .. least .. " to 315360000 (ten years).", 3)
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

function begin_turn(update)
  turn = update
  ids_next, ids_last = update.ids, update.ids + update.id_count - 1
end

local function user_object(user)
  return object("user", { id = user.id }, {
    id = user.id, name = user.name, display = user.display, bot = user.bot, store = store_object("user", user.id),
  }, nil)
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
  entry()
  if update.kind == "inspect" then
    local commands = {}
    for name in next, handlers.command do commands[#commands + 1] = { name = name, description = descriptions[name] } end
    return { commands = commands }
  end
  handle(update)
end

-- ── the module ─────────────────────────────────────────────────────────────────────────────────────────

local function handler_of(call, handler)
  if type(handler) ~= "function" then error(call .. ": the handler must be a function, not a " .. type(handler) .. ".", 3) end
  return handler
end

local function name_of(call, name)
  if type(name) ~= "string" or not find(name, "^%a[%w_]*$") or #name > 32 then
    error(call .. ": the name must have 1 to 32 letters, digits or underscores and begin with a letter.", 3)
  end
  return name:lower()
end

local kinds = { message = true, press = true, timer = true, member_joined = true, member_left = true }
local log = {}
for _, level in next, { "debug", "info", "warn", "error" } do
  log[level] = function(text)
    if type(text) ~= "string" then text = host.describe and host.describe(text) or tostring(math_type(text) and text or type(text)) end
    host.emit("log", level, text)
  end
end

local stoa = {
  json = { encode = host.json_encode, decode = host.json_decode },
  log = log,
  store = store_object("app", 0),
  timers = object("timers", {}, {}, Timers),
  random = {
    --- An integer from `from` to `to`.
    integer = function(from, to) return random(from, to) end,
    --- A number from 0 up to, not including, 1.
    number = function() return random() end,
  },
  time = {
    --- The turn's time in milliseconds since 1970 UTC: the same through the whole turn.
    now = function() return turn.now end,
  },
}

--- Handles /name. The description is shown to people who look for a command.
function stoa.command(name, description, handler)
  if handler == nil then description, handler = nil, description end
  name = name_of("stoa.command", name)
  if description ~= nil and type(description) ~= "string" then
    error("stoa.command: the description must be a text, not a " .. type(description) .. ".", 2)
  end
  handlers.command[name], descriptions[name] = handler_of("stoa.command", handler), description
end

--- Handles updates of a kind that nothing more particular handles.
function stoa.on(kind, handler)
  if type(kind) ~= "string" or not kinds[kind] then
    error("stoa.on: the kind must be message, press, timer, member_joined or member_left.", 2)
  end
  handlers.on[kind] = handler_of("stoa.on", handler)
end

--- Handles presses of buttons whose data is `name` or begins with `name:`.
function stoa.press(name, handler)
  if type(name) ~= "string" or name == "" or find(name, ":", 1, true) then
    error("stoa.press: the name must be a text without a colon.", 2)
  end
  handlers.press[name] = handler_of("stoa.press", handler)
end

--- Handles timers that were set with this name.
function stoa.timer(name, handler)
  if type(name) ~= "string" or name == "" then error("stoa.timer: the name must be a text.", 2) end
  handlers.timer[name] = handler_of("stoa.timer", handler)
end

return stoa
