-- Waits: what ends a turn until something happens. A conversation may wait for several things at a time; the host hears of all of
-- them in one call, and its answer says which came.
local host = ...
local core, messages = host.core, host.messages

local type, rawget, rawlen, next, tostring, error = type, rawget, rawlen, next, tostring, error
local math_type = math.type
local lower, match, concat, sort = string.lower, string.match, table.concat, table.sort
local pack, unpack = table.pack, table.unpack
local create, resume, running, status, yield =
  coroutine.create, coroutine.resume, coroutine.running, coroutine.status, coroutine.yield
local fail, need, self_of, new_id, options_of = core.fail, core.need, core.self_of, core.new_id, core.options_of
local Chat = messages.Chat

local waits = {}

-- What a branch yields with when it waits: no app can make this value.
local BRANCH <const> = {}
-- The branch of stoa.all or stoa.race that runs now; nil in the main line.
local branch

--- Ends the turn until one of the alternatives is met; returns the update that met it, whose `wait` is that one's id.
local function wait(call, alternatives)
  if branch then
    if running() ~= branch.thread then fail(call, "a coroutine of your own cannot wait inside of stoa.all or stoa.race.") end
    return yield(BRANCH, alternatives)
  end
  messages.end_press()
  local update = host.call("conversation.wait", alternatives)
  core.begin_turn(update)
  return update
end
waits.wait = wait

-- Who may answer: nil for the person of the conversation, "anyone".
local function who(call, options)
  local of = rawget(options, "of")
  if of ~= nil and of ~= "anyone" then fail(call, "`of` can only be \"anyone\".") end
  return of
end

local function due(call, options)
  local timeout = rawget(options, "timeout")
  if timeout == nil then return nil end
  return core.turn.now + core.duration_of(call, "the timeout", timeout)
end
waits.due = due

-- The chat in which people can answer: that of the conversation.
local function asking_chat(self, call)
  local inner = self_of(self, "chat", call)
  if inner.elsewhere then fail(call, "people can be asked in the conversation's own chat only; here, send something.") end
  return inner
end

-- ── questions ──────────────────────────────────────────────────────────────────────────────────────────

--- Asks and waits for the next message. Returns its text and the message; nil and "timeout".
function Chat:ask(question, options)
  local inner = asking_chat(self, "chat:ask")
  need("chat:ask", "messages.send")
  options = options_of("chat:ask", options)
  local of, time = who("chat:ask", options), due("chat:ask", options)
  local asked = messages.send("chat:ask", inner.id, question, options)
  local update = wait("chat:ask", { { id = asked.id, accepts = { "message" }, of = of, message = asked.id, due = time } })
  if update.kind == "timeout" then return nil, "timeout" end
  return update.message.text, messages.message(update.message, inner.id)
end

local function labels_of(call, choices)
  if type(choices) ~= "table" or rawlen(choices) == 0 then fail(call, "the choices must be a list of texts.") end
  if rawlen(choices) > 30 then fail(call, "at most 30 choices fit a keyboard.") end
  local labels = {}
  for i = 1, rawlen(choices) do
    local label = rawget(choices, i)
    if math_type(label) then label = tostring(label) end
    if type(label) ~= "string" then fail(call, "choice " .. i .. " must be a text, not a " .. type(label) .. ".") end
    labels[i] = label
  end
  return labels
end

-- A question with buttons. Returns the place of the label chosen and the update; nil and "timeout".
local function choose(call, chat_id, question, labels, options, columns)
  local of, time = who(call, options), due(call, options)
  local rows = {}
  for i = 1, #labels do
    local button = { text = labels[i], data = messages.choice(i) }
    if columns and i > 1 and #rows[#rows] < columns then rows[#rows][#rows[#rows] + 1] = button else rows[#rows + 1] = { button } end
  end
  local asked = messages.send(call, chat_id, question, {
    buttons = rows, entities = rawget(options, "entities"), reply_to = rawget(options, "reply_to"),
  })
  while true do
    local update = wait(call, { { id = asked.id, accepts = { "message", "press" }, of = of, message = asked.id, due = time } })
    if update.kind == "timeout" then return nil, "timeout" end
    if update.kind == "press" then return messages.chosen(update.press.data), update end
    local said = lower(match(update.message.text, "^%s*(.-)%s*$"))
    for i = 1, #labels do
      if lower(labels[i]) == said then return i, update end
    end
    messages.send(call, chat_id, "Please choose one of these: " .. concat(labels, ", ") .. ".")
  end
end
waits.choose, waits.labels_of = choose, labels_of

--- Offers choices as buttons and waits for a press, or for a text that is one of them. Returns the choice, its place, and who
--- chose; nil and "timeout".
function Chat:choose(question, choices, options)
  local inner = asking_chat(self, "chat:choose")
  need("chat:choose", "messages.send")
  options = options_of("chat:choose", options)
  local labels, given = labels_of("chat:choose", choices), {}
  for i = 1, #labels do given[i] = rawget(choices, i) end
  local i, update = choose("chat:choose", inner.id, question, labels, options)
  if not i then return nil, update end
  return given[i], i, messages.user(update.user)
end

--- A question with two buttons, side by side. Returns true or false; nil and "timeout".
function Chat:confirm(question, options)
  local inner = asking_chat(self, "chat:confirm")
  need("chat:confirm", "messages.send")
  options = options_of("chat:confirm", options)
  local yes, no = rawget(options, "yes"), rawget(options, "no")
  local labels = labels_of("chat:confirm", { yes == nil and "Yes" or yes, no == nil and "No" or no })
  local i, update = choose("chat:confirm", inner.id, question, labels, options, 2)
  if not i then return nil, update end
  return i == 1
end

--- Asks for several values, one after another. Returns a table of them; nil and "timeout".
function Chat:form(fields, options)
  local inner = asking_chat(self, "chat:form")
  need("chat:form", "messages.send")
  if not host.form then require "stoa.form" end
  return host.form(inner.id, fields, options_of("chat:form", options))
end

-- ── other waits ────────────────────────────────────────────────────────────────────────────────────────

local kinds = { message = true, press = true, member_joined = true, member_left = true }

--- Waits for something that somebody does in the chat. Returns what happened; nil and "timeout".
function Chat:wait_for(what)
  local inner = asking_chat(self, "chat:wait_for")
  if type(what) ~= "table" then fail("chat:wait_for", "say for what, as in chat:wait_for { kind = \"message\" }.") end
  local kind, accepts = rawget(what, "kind"), {}
  local list = type(kind) == "table" and kind or { kind }
  for i = 1, rawlen(list) do
    local name = rawget(list, i)
    if not kinds[name] then
      fail("chat:wait_for", "the kind must be message, press, member_joined or member_left, or a list of these.")
    end
    accepts[i] = name
  end
  if #accepts == 0 then fail("chat:wait_for", "the kind is missing, as in chat:wait_for { kind = \"message\" }.") end
  local message = rawget(what, "message")
  if message ~= nil then message = core.id_of("chat:wait_for", message, "message") end
  local update = wait("chat:wait_for", {
    { id = new_id(), accepts = accepts, of = who("chat:wait_for", what), message = message, due = due("chat:wait_for", what) },
  })
  if update.kind == "timeout" then return nil, "timeout" end
  return {
    kind = update.kind, user = messages.user(update.user),
    message = update.message and messages.message(update.message, inner.id),
    press = update.press and messages.press(update),
  }
end

--- Goes on after a duration: a number of seconds, or a text such as "3 days".
local function sleep(call, duration)
  wait(call, { { id = new_id(), due = core.turn.now + core.duration_of(call, "the time", duration) } })
end

function Chat:sleep(duration)
  self_of(self, "chat", "chat:sleep")
  sleep("chat:sleep", duration)
end
waits.sleep = sleep

--- Calls a function that another app exports. Returns what it returns; nil and why not.
local function call_app(call, app, name, ...)
  need(call, "apps.call")
  if type(app) ~= "string" or type(name) ~= "string" then
    fail(call, "it takes the app's name, the function's name, then what the function is to get.")
  end
  local id = new_id()
  local arguments = pack(...)
  local list = {}
  for i = 1, arguments.n do
    if arguments[i] == nil then fail(call, "argument " .. i .. " is nil; leave the last ones out or give false.") end
    list[i] = arguments[i]
  end
  host.emit("apps.call", { id = id, app = app, name = name, arguments = list })
  local update = wait(call, { { id = id } })
  local returned = update.returned
  if not returned.ok then return nil, returned.values[1] end
  return unpack(returned.values, 1, #returned.values)
end

function Chat:call(app, name, ...)
  self_of(self, "chat", "chat:call")
  return call_app("chat:call", app, name, ...)
end
waits.call = call_app

--- Begins the conversation afresh: its handler runs again from the first line, with chat.state set. Does not return.
function Chat:checkpoint(state)
  self_of(self, "chat", "chat:checkpoint")
  if branch then fail("chat:checkpoint", "it cannot be called inside of stoa.all or stoa.race.") end
  if state == nil then fail("chat:checkpoint", "it takes the state to begin afresh with; it may not be nil.") end
  messages.end_press()
  host.call("conversation.checkpoint", state)
end

-- ── several waits at a time ────────────────────────────────────────────────────────────────────────────

-- Sorted, so that every replay takes the branches in the same order.
local function keys_of(call, branches)
  if type(branches) ~= "table" then fail(call, "it takes a table of functions.") end
  local keys = {}
  for key, body in next, branches do
    if type(key) ~= "string" and math_type(key) ~= "integer" then fail(call, "the branches' keys must be texts or integers.") end
    if type(body) ~= "function" then fail(call, "branch " .. tostring(key) .. " must be a function, not a " .. type(body) .. ".") end
    keys[#keys + 1] = key
  end
  if #keys == 0 then fail(call, "it takes at least one function.") end
  if #keys > 32 then fail(call, "it takes at most 32 functions.") end
  sort(keys, function(a, b)
    if type(a) ~= type(b) then return type(a) == "number" end
    return a < b
  end)
  return keys
end

-- Runs a branch until it waits or ends.
local function advance(call, task, ...)
  local outer = branch
  branch = task
  local results = pack(resume(task.thread, ...))
  branch = outer
  if not results[1] then error(results[2], 0) end
  if status(task.thread) == "dead" then
    task.results, task.alternatives = pack(unpack(results, 2, results.n)), nil
  elseif results[2] == BRANCH then
    task.alternatives = results[3]
  else
    fail(call, "coroutine.yield was called outside of a coroutine of your own.")
  end
end

-- Runs the branches side by side until `enough` says so.
local function together(call, branches, first_only)
  local keys, tasks = keys_of(call, branches), {}
  for i = 1, #keys do
    local task = { key = keys[i], thread = create(rawget(branches, keys[i])) }
    tasks[i] = task
    advance(call, task)
    if first_only and task.results then return tasks, task end
  end
  while true do
    local all, owners = {}, {}
    for i = 1, #tasks do
      local alternatives = tasks[i].alternatives
      for j = 1, alternatives and #alternatives or 0 do
        all[#all + 1] = alternatives[j]
        owners[alternatives[j].id] = tasks[i]
      end
    end
    if #all == 0 then return tasks end
    local update = wait(call, all)
    local task = owners[update.wait]
    advance(call, task, update)
    if first_only and task.results then return tasks, task end
  end
end

--- Runs functions side by side until all have ended. Returns a table of their first results, and one of their second.
function waits.all(branches)
  local tasks = together("stoa.all", branches, false)
  local first, second = {}, {}
  for i = 1, #tasks do first[tasks[i].key], second[tasks[i].key] = tasks[i].results[1], tasks[i].results[2] end
  return first, second
end

--- Runs functions side by side until one has ended. Returns its key and its results; the others go no further.
function waits.race(branches)
  local _, task = together("stoa.race", branches, true)
  return task.key, unpack(task.results, 1, task.results.n)
end

host.waits = waits
