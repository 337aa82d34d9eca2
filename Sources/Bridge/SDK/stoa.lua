-- The SDK as an app sees it: require "stoa". One copy for each conversation.
local host = ...
require "stoa.core"
require "stoa.store"
require "stoa.timers"
require "stoa.messages"
require "stoa.waits"
local core, store, timers, messages, waits = host.core, host.store, host.timers, host.messages, host.waits

local type, next, tostring, setmetatable, pcall = type, next, tostring, setmetatable, pcall
local random, math_type = math.random, math.type
local sub, find = string.sub, string.find
local pack = table.pack
local fail = core.fail

local MAX_LOG <const> = 65536

local handlers = { command = {}, on = {}, press = {}, timer = {}, task = {}, export = {} }
local descriptions, keeps = {}, {}
local on_upgrade

local stoa = { app = {} }

-- ── the present turn ───────────────────────────────────────────────────────────────────────────────────

local function chat_object(update)
  local chat = update.chat
  if not chat then return nil end
  local user = update.user
  return core.object("chat", { id = chat.id }, {
    id = chat.id, kind = chat.kind, title = chat.title, user = user and messages.user(user),
    store = store.object("chat", chat.id), timers = timers.object(chat.id, user and user.id), state = update.state,
  }, messages.Chat)
end

host.chat_object = chat_object

-- A conversation without a chat still has what needs none: sleep, call, checkpoint, state.
local function outside(update)
  return core.object("chat", { elsewhere = true }, { state = update.state }, messages.Chat)
end

--- A chat of the bot that is not the conversation's own, to send something there.
function stoa.chat(id)
  if math_type(id) ~= "integer" then fail("stoa.chat", "it takes a chat's id.") end
  return core.object("chat", { id = id, elsewhere = true }, { id = id }, messages.Chat)
end

local function cancel(chat, waiting)
  if waiting then host.emit("conversation.others", "cancelled") end
  if core.context.capabilities["messages.send"] then
    chat:send(waiting and "Cancelled." or "There is nothing to cancel.")
  end
end

local function handle_command(chat, update)
  local name = update.command.name
  local message = messages.message(update.message, update.chat.id)
  local command = handlers.command[name]
  if command then
    if keeps[name] then host.emit("conversation.others", "kept") end
    return command(chat, update.command.arguments, message)
  end
  if name == "cancel" then return cancel(chat, update.command.waiting) end
  local on = handlers.on.message
  if on then return on(chat, message) end
end

local function handle_press(chat, update)
  local press = messages.press(update)
  if find(press.data, "^~") then return messages.refuse_press("This question is no longer open.") end
  local on = handlers.press[press.name] or handlers.on.press
  if on then return on(chat, press) end
end

-- What another app calls: its results are given back when the handler has ended.
local function handle_call(chat, update)
  local call = update.call
  local export = handlers.export[call.name]
  if not export then fail("stoa.export", "nothing is exported as \"" .. tostring(call.name) .. "\".") end
  chat.app = call.app
  local results = pack(export(chat, table.unpack(call.arguments, 1, #call.arguments)))
  local list = {}
  for i = 1, results.n do
    if results[i] == nil then break end
    list[i] = results[i]
  end
  host.emit("apps.return", list)
end

local function request_object(request)
  function request:json()
    local ok, value = pcall(host.json_decode, self.body)
    if not ok then return nil, value end
    return value
  end
  return request
end

local function handle(update)
  local kind = update.kind
  local chat = chat_object(update)
  if kind == "message" then
    local on = handlers.on.message
    if on then return on(chat, messages.message(update.message, update.chat.id)) end
  elseif kind == "command" then
    return handle_command(chat, update)
  elseif kind == "press" then
    return handle_press(chat, update)
  elseif kind == "timer" then
    local on = handlers.timer[update.timer.name] or handlers.on.timer
    if on then return on(chat, update.timer) end
  elseif kind == "task" then
    local task = handlers.task[update.task.name]
    if not task then fail("stoa.task", "no task is named \"" .. tostring(update.task.name) .. "\".") end
    return task(chat or outside(update), update.task.data)
  elseif kind == "action" then
    if not host.pages then fail("stoa.action", "no action is named \"" .. tostring(update.view.name) .. "\".") end
    return host.pages.act(update)
  elseif kind == "call" then
    return handle_call(outside(update), update)
  elseif kind == "webhook" then
    local on = handlers.on.webhook
    if on then return on(request_object(update.request), outside(update)) end
  elseif kind == "payment_event" then
    -- Without a handler nothing was ever loaded that could take it.
    if host.payments then return host.payments.handle(chat or outside(update), update.event) end
  elseif kind == "forgotten" then
    local on = handlers.on.forgotten
    if on then return on(update.person, outside(update)) end
  elseif kind == "upgrade" then
    if on_upgrade then return on_upgrade(chat, update.old) end
  else
    local on = handlers.on[kind]
    if on then return on(chat, messages.user(update.user)) end
  end
end

local function sorted(names)
  local list = {}
  for name in next, names do list[#list + 1] = name end
  table.sort(list)
  return list
end

-- What `stoa deploy` and `stoa check` learn of an app by loading it.
local function inspect()
  local commands, pages, actions = {}, {}, {}
  if host.pages then pages, actions = host.pages.names() end
  for _, name in next, sorted(handlers.command) do commands[#commands + 1] = { name = name, description = descriptions[name] } end
  return {
    commands = commands, tasks = sorted(handlers.task), timers = sorted(handlers.timer), exports = sorted(handlers.export),
    pages = pages, actions = actions, on = sorted(handlers.on), payments = sorted(host.payments and host.payments.handlers or {}), upgrades = on_upgrade ~= nil,
  }
end

--- For dispatch.lua, which starts every conversation.
function host.dispatch(update, context, entry)
  core.begin(context)
  core.begin_turn(update)
  stoa.app.name, stoa.app.version, stoa.app.bot = context.app.name, context.app.version, context.app.bot
  entry()
  if update.kind == "inspect" then return inspect() end
  if update.kind == "draw" then return host.pages and host.pages.draw(update) or { missing = true } end
  handle(update)
  messages.end_press()
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
  store = store.object("app", 0),
  timers = timers.object(),
  all = waits.all,
  race = waits.race,
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
    now = function() return core.turn.now end,
    --- Year, month and so on of a time, `offset` minutes ahead of UTC.
    date = function(at, offset)
      if not host.time then require "stoa.time" end
      return host.time.date(at, offset)
    end,
    --- The time of "2026-12-01", "14:30" there.
    parse = function(day, clock, offset)
      if not host.time then require "stoa.time" end
      return host.time.parse(day, clock, offset)
    end,
    --- Whether `parse` takes these.
    is_valid = function(day, clock)
      if not host.time then require "stoa.time" end
      return host.time.is_valid(day, clock)
    end,
    --- A time as a text: "%Y-%m-%d %H:%M".
    format = function(at, pattern, offset)
      if not host.time then require "stoa.time" end
      return host.time.format(at, pattern, offset)
    end,
    --- The turn's day: "2026-12-01".
    today = function(offset)
      if not host.time then require "stoa.time" end
      return host.time.today(offset)
    end,
  },
  text = {
    --- The text with small letters for capital ones, to compare and to look in.
    fold = function(value)
      if not host.text then require "stoa.text" end
      return host.text.fold(value)
    end,
  },
  identity = {
    age = function(options)
      if not host.consent then require "stoa.consent" end
      return host.consent.age(options)
    end,
    contact = function(options)
      if not host.consent then require "stoa.consent" end
      return host.consent.contact(options)
    end,
    profile = function(options)
      if not host.consent then require "stoa.consent" end
      return host.consent.profile(options)
    end,
  },
  location = {
    once = function(options)
      if not host.consent then require "stoa.consent" end
      return host.consent.location(options)
    end,
  },
  files = {
    read = function(options)
      if not host.consent then require "stoa.consent" end
      return host.consent.files(options)
    end,
  },
  contacts = {
    pick = function(options)
      if not host.consent then require "stoa.consent" end
      return host.consent.people(options)
    end,
  },
  http = {
    fetch = function(request)
      if not host.http then require "stoa.http" end
      return host.http.fetch(request)
    end,
    secret = function(name)
      if not host.http then require "stoa.http" end
      return host.http.secret(name)
    end,
  },
  payments = {},
  products = {},
} do stoa[name] = part end

-- Loaded by the first use: most apps take no money.
local function payments()
  if not host.payments then require "stoa.payments" end
  return host.payments
end
for _, name in next, { "get", "list", "capture", "cancel", "refund", "payout", "balance", "link", "close_link", "subscriptions", "cancel_subscription", "on", "format" } do
  stoa.payments[name] = function(...) return payments().money[name](...) end
end
for _, name in next, { "put", "get", "list", "add_stock", "remove" } do
  stoa.products[name] = function(...) return payments().products[name](...) end
end

-- Loaded by the first use: most bots have no pages.
local function pages()
  if not host.pages then
    require "stoa.ui"
    require "stoa.pages"
  end
  return host.pages.api
end

--- A page of a mini-app: a function from what is stored to a ui.page.
function stoa.page(name, draw) return pages().page(name, draw) end

--- What people do on pages.
function stoa.action(name, handler) return pages().action(name, handler) end

stoa.ui = setmetatable({}, {
  __index = function(_, name)
    pages()
    return host.ui[name]
  end,
  __newindex = function() fail("stoa.ui", "it cannot be changed.") end, __metatable = false,
})

--- A text of the app in a language: locales/LANGUAGE.json.
function stoa.t(language, name, values)
  if language ~= nil and type(language) ~= "string" then
    fail("stoa.t", "the language must be a text such as \"en\", not a " .. type(language) .. ".")
  end
  if not host.locale then require "stoa.locale" end
  return host.locale.text("stoa.t", language, name, values)
end

--- Handles /name. The description is shown to people who look for a command. With { keeps = true } in the options, conversations
--- that wait for the person stay and go on when this one has ended.
function stoa.command(name, description, handler, options)
  if type(description) == "function" then description, handler, options = nil, description, handler end
  name = name_of("stoa.command", name)
  if description ~= nil and type(description) ~= "string" then
    fail("stoa.command", "the description must be a text, not a " .. type(description) .. ".")
  end
  handlers.command[name], descriptions[name] = handler_of("stoa.command", handler), description
  keeps[name] = type(options) == "table" and options.keeps == true
end

local kinds = {
  message = true, press = true, timer = true, member_joined = true, member_left = true, webhook = true, forgotten = true,
}

--- Handles updates of a kind that nothing more particular handles.
function stoa.on(kind, handler)
  if type(kind) ~= "string" or not kinds[kind] then
    fail("stoa.on", "the kind must be message, press, timer, member_joined, member_left, webhook or forgotten.")
  end
  handlers.on[kind] = handler_of("stoa.on", handler)
end

--- Handles presses of buttons whose data is `name` or begins with `name:`.
function stoa.press(name, handler)
  if type(name) ~= "string" or name == "" or find(name, "[:~]") then
    fail("stoa.press", "the name must be a text without a colon or a tilde.")
  end
  handlers.press[name] = handler_of("stoa.press", handler)
end

--- Handles timers that were set with this name.
function stoa.timer(name, handler)
  if type(name) ~= "string" or name == "" then fail("stoa.timer", "the name must be a text.") end
  handlers.timer[name] = handler_of("stoa.timer", handler)
end

--- A side conversation that stoa.spawn begins.
function stoa.task(name, handler)
  if type(name) ~= "string" or name == "" or #name > 64 then fail("stoa.task", "the name must be a text of 1 to 64 bytes.") end
  handlers.task[name] = handler_of("stoa.task", handler)
end

--- Begins a side conversation after this turn: the task of that name, with the same person in the same chat.
function stoa.spawn(name, data)
  if type(name) ~= "string" or not handlers.task[name] then
    fail("stoa.spawn", "no task is named " .. tostring(name) .. ". Define it with stoa.task.")
  end
  host.emit("conversation.spawn", name, data)
end

--- A function that other apps may call, if the manifest's "exports" admits them.
function stoa.export(name, handler)
  if type(name) ~= "string" or name == "" then fail("stoa.export", "the name must be a text.") end
  handlers.export[name] = handler_of("stoa.export", handler)
end

--- What becomes of a conversation that "stoa deploy --migrate" could not bring to this version.
function stoa.on_upgrade(handler) on_upgrade = handler_of("stoa.on_upgrade", handler) end

return stoa
