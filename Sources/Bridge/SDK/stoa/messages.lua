-- Messages, chats and presses: what an app says, and the objects it says it with.
local host = ...
local core, store = host.core, host.store

local type, rawget, tonumber, utf8_len, find, match = type, rawget, tonumber, utf8.len, string.find, string.match
local fail, need, self_of, object, new_id = core.fail, core.need, core.self_of, core.object, core.new_id
local text_of, id_of, options_of, buttons_of, entities_of =
  core.text_of, core.id_of, core.options_of, core.buttons_of, core.entities_of

local MAX_ANSWER <const> = 200

local messages = {}
local Message, Chat, Press = {}, {}, {}
-- The press that was answered last: each is answered once, with nothing if the app says nothing.
local answered

function messages.user(user)
  return object("user", { id = user.id }, {
    id = user.id, name = user.name, display = user.display, bot = user.bot, store = store.object("user", user.id),
  }, nil)
end

function messages.message(data, chat_id)
  return object("message", { id = data.id, chat = data.chat or chat_id }, {
    id = data.id, text = data.text, date = data.date, user = messages.user(data.user), reply_to = data.reply_to,
    entities = data.entities or {}, attachments = data.attachments or {},
  }, Message)
end

local function draft(call, chat_id, text, options, reply_to)
  text = text_of(call, text)
  options = options_of(call, options)
  local to = rawget(options, "reply_to")
  if to ~= nil then reply_to = id_of(call, to, "reply_to") end
  return {
    id = new_id(), chat = chat_id, text = text, reply_to = reply_to, buttons = buttons_of(call, rawget(options, "buttons")),
    entities = entities_of(call, rawget(options, "entities"), text),
  }
end

local function sent(message)
  return messages.message(
    { id = message.id, text = message.text, date = core.turn.now, user = core.context.app.bot, reply_to = message.reply_to },
    message.chat)
end

local function send(call, chat_id, text, options, reply_to)
  local message = draft(call, chat_id, text, options, reply_to)
  host.emit("messages.send", message)
  return sent(message)
end

-- The message; nil and why it may not be sent.
function messages.broadcast(call, chat_id, text, options)
  local message = draft(call, chat_id, text, options)
  local id, why = host.call("messages.broadcast", message)
  if not id then return nil, why end
  return sent(message)
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
  return send("chat:reply", inner.id, text, options, core.turn.message and core.turn.message.id)
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

-- These need a person's consent. Most apps never use them, so they are loaded by their first use.
local function consent()
  if not host.consent then require "stoa.consent" end
  return host.consent
end

local function payments()
  if not host.payments then require "stoa.payments" end
  return host.payments
end

function Chat:pay(options) return payments().pay(self, options) end
function Chat:subscription(options) return payments().subscription(self, options) end
function Chat:history(options) return consent().history(self, options) end
function Chat:subscribe(options) return consent().subscribe(self, options) end
function Chat:broadcast(text, options) return consent().broadcast(self, text, options) end

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
  if not core.turn.press or core.turn.press.id ~= inner.press then
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

-- Buttons that a wait offers carry data that no app writes by accident.
function messages.choice(which) return "~" .. which end
function messages.chosen(data)
  local which = match(data, "^~(.+)$")
  return math.tointeger(tonumber(which)) or which
end

--- Lets the client stop showing that the press is under way.
function messages.end_press()
  local turn = core.turn
  local press = turn.press
  if not press or answered == press.id or not core.context.capabilities["messages.send"] then return end
  answered = press.id
  host.emit("messages.answer", {
    press = press.id, chat = turn.chat.id, message = turn.message.id, user = turn.user.id, text = "", alert = false,
  })
end

--- A press of a question that waits no longer.
function messages.refuse_press(text)
  local turn = core.turn
  if not core.context.capabilities["messages.send"] then return end
  answered = turn.press.id
  host.emit("messages.answer", {
    press = turn.press.id, chat = turn.chat.id, message = turn.message.id, user = turn.user.id, text = text, alert = false,
  })
end

function messages.press(update)
  local press = update.press
  local _, _, name, value = find(press.data, "^([^:]*):?(.*)$")
  return object("press", { press = press.id, chat = update.chat.id, message = update.message.id, user = update.user.id }, {
    id = press.id, text = press.text, data = press.data, name = name, value = value, user = messages.user(update.user),
    message = messages.message(update.message, update.chat.id),
  }, Press)
end

messages.Chat, messages.send = Chat, send

host.messages = messages
