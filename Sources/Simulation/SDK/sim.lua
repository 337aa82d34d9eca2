-- What a package's tests see as `sim` and `test`.
local host = ...
local error, type, tostring, setmetatable, pcall = error, type, tostring, setmetatable, pcall
local find, lower, match = string.find, string.lower, string.match

local sim = {}
local tests = {}
local users = {}
local User, Group, View = {}, {}, {}

local seconds = { s = 1, second = 1, m = 60, minute = 60, h = 3600, hour = 3600, d = 86400, day = 86400, w = 604800, week = 604800 }

local function chat_of(user, group)
  if group == nil then return nil end
  if type(group) ~= "table" or not group.id then error("the chat must be what sim.group returned", 3) end
  return group.id
end

local function transcript() return host.call("sim.transcript") end

local function text_of(text, level)
  if type(text) ~= "string" then error("the text must be a string, not a " .. type(text), level or 3) end
  return text
end

local function act(user, what)
  what.user = user.id
  local seen = host.call("sim.act", what)
  user.seen = seen
end

function User:says(text, group)
  act(self, { act = "say", text = text_of(text), chat = chat_of(self, group) })
end

--- Says it as a reply to the bot's newest message.
function User:replies(text, group)
  act(self, { act = "reply", text = text_of(text), chat = chat_of(self, group) })
end

function User:presses(label, group)
  act(self, { act = "press", label = text_of(label), chat = chat_of(self, group) })
end

--- What the page of a web mini-app sends with sendData.
function User:sends_data(text, group)
  act(self, { act = "send_data", text = text_of(text), chat = chat_of(self, group) })
end

--- What the page of a web mini-app asks them for: "contact" (requestContact) or "write_access" (requestWriteAccess).
function User:page_requests(what, group)
  act(self, { act = "request", text = text_of(what), chat = chat_of(self, group) })
end

local function seen_by(user, group)
  return host.call("sim.seen", { user = user.id, chat = chat_of(user, group) })
end

local function matching(seen, kind, text)
  for i = #seen, 1, -1 do
    if seen[i].kind == kind and find(seen[i].text, text, 1, true) then return seen[i].text end
  end
end

--- Some message that the bot sent or edited since the user's last action contains the text.
function User:sees(text, group)
  text_of(text)
  local found = matching(seen_by(self, group), "message", text)
  if found then return found end
  error(self.name .. " does not see \"" .. text .. "\". What was said:\n" .. transcript(), 2)
end

function User:sees_nothing(group)
  local seen = seen_by(self, group)
  if #seen == 0 then return end
  error(self.name .. " sees \"" .. seen[#seen].text .. "\" where nothing was expected. What was said:\n" .. transcript(), 2)
end

--- The bot answered the last press with a text that contains this one.
function User:sees_answer(text, group)
  text_of(text)
  local found = matching(seen_by(self, group), "answer", text)
  if found then return found end
  error(self.name .. " gets no answer \"" .. text .. "\". What was said:\n" .. transcript(), 2)
end

--- What the operator has verified about the user: "birth_date", "email" or "phone".
function User:has(attribute, value)
  host.call("sim.attribute", self.id, text_of(attribute), text_of(value))
end

--- The sheet that the user sees now: { capability, reason, answer, terms }, where the answer is what the app would get.
function User:is_asked(text)
  local sheet = host.call("sim.sheets", self.id)[1]
  if not sheet then error(self.name .. " is asked for nothing. What was said:\n" .. transcript(), 2) end
  if text and not find(sheet.answer or "", text, 1, true) then
    error(self.name .. "'s sheet says \"" .. (sheet.answer or "nothing is known") .. "\", not \"" .. text .. "\"", 2)
  end
  return sheet
end

function User:is_asked_nothing()
  local sheet = host.call("sim.sheets", self.id)[1]
  if sheet then error(self.name .. " is asked for " .. sheet.capability, 2) end
end

--- Agrees to the sheet: "once", "chat", "hour", "day" or "always". Where something is to be picked, `pick` is it: a place
--- { latitude = …, longitude = … }, { files = { { name = …, content = … } } } or { people = { sim.user("Bob") } }.
function User:grants(term, pick)
  text_of(term)
  if pick == nil then return host.call("sim.answer", self.id, term) end
  if type(pick) ~= "table" then error("what is picked must be a table", 2) end
  if pick.people then
    local names = {}
    for i = 1, #pick.people do names[i] = pick.people[i].name end
    pick = { people = names }
  end
  host.call("sim.answer", self.id, term, pick)
end

function User:refuses() host.call("sim.answer", self.id) end

--- Takes back all that the user has granted.
function User:takes_back() host.call("sim.take_back", self.id) end

local function amount_of(amount, currency)
  if math.type(amount) ~= "integer" or type(currency) ~= "string" then
    error("money is a whole number of minor units and a currency, such as 49900, \"RUB\"", 3)
  end
end

--- Gets money into the wallet.
function User:has_money(amount, currency)
  amount_of(amount, currency)
  host.call("sim.give", self.id, amount, currency)
end

--- What the user could spend.
function User:balance(currency) return (host.call("sim.balance", self.id, text_of(currency))) end

--- The oldest payment that waits for the user: { title, amount, currency }, its title containing the text.
function User:is_asked_to_pay(text)
  local asked = host.call("sim.asked", self.id)[1]
  if not asked then error(self.name .. " is asked to pay nothing. What was said:\n" .. transcript(), 2) end
  if text and not find(asked.title, text, 1, true) then
    error(self.name .. " is asked to pay for \"" .. asked.title .. "\", not \"" .. text .. "\"", 2)
  end
  return asked
end

function User:is_asked_to_pay_nothing()
  local asked = host.call("sim.asked", self.id)[1]
  if asked then error(self.name .. " is asked to pay for " .. asked.title, 2) end
end

--- Pays the oldest, with { tip = …, recipient = sim.user("Bob") }. Fails as paying would.
function User:pays(options)
  options = options or {}
  host.call("sim.pay", self.id, options.tip or 0, options.recipient and options.recipient.id)
end

--- Says no to the oldest.
function User:declines_payment() host.call("sim.decline", self.id) end

--- Asks for the money of the newest payment back.
function User:asks_refund(reason) host.call("sim.ask_refund", self.id, text_of(reason)) end

--- Agrees to the newest offer of a subscription.
function User:subscribes() host.call("sim.subscription", self.id, true) end

--- Ends the newest subscription, or says no to the newest offer.
function User:ends_subscription() host.call("sim.subscription", self.id, false) end

--- What the app has earned and can spend.
function sim.balance(currency) return (host.call("sim.balance", nil, text_of(currency))) end

--- Wants to be forgotten by the app.
function User:forgets() host.call("sim.forget", self.id) end

-- ── pages ──────────────────────────────────────────────────────────────────────────────────────────────

local view_meta = {}

-- What is asked of the world whenever it is read: the page may have led to another one meanwhile.
function view_meta.__index(view, name)
  if View[name] then return View[name] end
  if name ~= "page" and name ~= "query" then return nil end
  local page, query = host.call("sim.page", view.id)
  return name == "page" and page or query
end

local function query_of(query)
  if query == nil then return nil end
  if type(query) ~= "table" then error("the query must be a table of texts", 3) end
  local texts = {}
  for name, value in next, query do
    if type(name) ~= "string" or type(value) == "table" then error("the query must be a table of texts", 3) end
    texts[name] = tostring(value)
  end
  return texts
end

local function page_of(page)
  if page ~= nil and type(page) ~= "string" then error("the page must be a name, not a " .. type(page), 3) end
  return page
end

-- What the page looks like, short enough for an error.
local function shown(view)
  local text = host.call("sim.printed", view.id)
  if #text <= 6000 then return text end
  return string.sub(text, 1, 6000) .. "\n…"
end

--- Opens a page of the app and follows it from then on; in a group, the one that all in there share.
function User:opens(page, query, group)
  local number = host.call("sim.open", self.id, page_of(page), query_of(query), chat_of(self, group))
  return setmetatable({ id = number, user = self }, view_meta)
end

--- The language of the pages that the person opens from then on: "ru", "de-AT".
function User:speaks(language) host.call("sim.language", self.id, text_of(language)) end

--- Some text of the page contains this one.
function View:sees(text)
  local found = host.call("sim.saying", self.id, text_of(text))
  if found then return found end
  error(self.user.name .. " does not see \"" .. text .. "\". The page:\n" .. shown(self), 2)
end

function View:sees_not(text)
  local found = host.call("sim.saying", self.id, text_of(text))
  if not found then return end
  error(self.user.name .. " sees \"" .. found .. "\", which was not expected. The page:\n" .. shown(self), 2)
end

--- Presses the button, link or card with this text; of several that which stands nearest to another text.
function View:presses(label, near)
  host.call("sim.press", self.id, text_of(label), near ~= nil and text_of(near) or nil)
end

--- Fills in the page's first form, or that whose button says so, and sends it. Fields that are left out stay as they are.
function View:fills(values, submit)
  if type(values) ~= "table" then error("the values must be a table, by the names of the fields", 2) end
  host.call("sim.fill", self.id, values, submit ~= nil and text_of(submit) or nil)
end

--- Changes the input with this name or label that does an action by itself.
function View:sets(name, value)
  if value == nil then error("there is no value to set", 2) end
  host.call("sim.set", self.id, text_of(name), value)
end

--- Taps the page's first canvas.
function View:taps(x, y, shape)
  if not math.type(x) or not math.type(y) then error("a place is two numbers, x and y", 2) end
  host.call("sim.tap", self.id, x, y, shape)
end

local function found_of(view, kind, props)
  if props ~= nil and type(props) ~= "table" then error("the props must be a table", 3) end
  return (host.call("sim.find", view.id, text_of(kind, 3), props or {}))
end

--- The first component of the type with these props: { type, key, props, children }.
function View:finds(kind, props)
  local found = found_of(self, kind, props)[1]
  if found then return found end
  error("there is no " .. kind .. (props and " with these props" or "") .. ". The page:\n" .. shown(self), 2)
end

--- How many components of a type there are.
function View:count(kind, props) return #found_of(self, kind, props) end

--- The newest short text that the app has shown since the person did something on the page contains this one.
function View:sees_toast(text)
  local toast = host.call("sim.said", self.id, "toast").toast
  if toast and find(toast, text_of(text), 1, true) then return toast end
  error(self.user.name .. " is shown " .. (toast and "\"" .. toast .. "\"" or "no toast") .. ", not \"" .. text
    .. "\". The page:\n" .. shown(self), 2)
end

--- What was said to be wrong in the form, by field.
function View:errors() return host.call("sim.said", self.id, "errors").errors end

--- The code of the error with which the last action ended. An action that failed and is not asked about fails the test.
function View:refused() return host.call("sim.said", self.id, "refused").refused end

function View:goes(page, query) host.call("sim.go", self.id, page_of(page), query_of(query)) end
function View:goes_back() host.call("sim.go_back", self.id) end

--- Scrolls a list: `from` is the first row to be seen, from 1. Lists show their first 200 rows until then.
function View:scrolls(from, list)
  if math.type(from) ~= "integer" or from < 1 then error("the first row must be an integer from 1", 2) end
  host.call("sim.scroll", self.id, from - 1, 200, list == nil and "list" or text_of(list))
end

--- The page as an outline.
function View:printed() return (host.call("sim.printed", self.id)) end

function View:closes() host.call("sim.close", self.id) end

-- ── the world ──────────────────────────────────────────────────────────────────────────────────────────

function sim.user(name)
  text_of(name)
  if users[name] then return users[name] end
  local user = setmetatable({ id = host.call("sim.user", name), name = name }, { __index = User })
  users[name] = user
  return user
end

function sim.group(title, members)
  text_of(title)
  if type(members) ~= "table" then error("the members must be a list of users", 2) end
  local ids = {}
  for i = 1, #members do ids[i] = members[i].id end
  return setmetatable({ id = host.call("sim.group", title, ids), title = title }, { __index = Group })
end

--- Moves the clock: seconds, or a text such as "3 days" or "90 minutes".
function sim.advance(time)
  if type(time) == "string" then
    local number, unit = match(time, "^%s*([%d.]+)%s*(%a+)%s*$")
    local scale = unit and (seconds[lower(unit)] or seconds[match(lower(unit), "^(.-)s$") or ""])
    if not scale then error("\"" .. time .. "\" is no time; say \"3 days\", \"2 hours\", \"90 minutes\" or seconds", 2) end
    time = tonumber(number) * scale
  end
  if type(time) ~= "number" or time < 0 then error("the time must be seconds or a text such as \"3 days\"", 2) end
  host.call("sim.advance", time * 1000 // 1 | 0)
end

local function answer_of(answer)
  if type(answer) == "string" then return { status = 200, headers = {}, body = answer, url = "" } end
  if type(answer) ~= "table" then error("an answer is a table such as { status = 200, json = { … } }, or the body alone", 3) end
  if answer.error then return { error = tostring(answer.error) } end
  local body = answer.body or ""
  local headers = {}
  for name, value in next, answer.headers or {} do headers[lower(name)] = tostring(value) end
  if answer.json ~= nil then body = host.json_encode(answer.json) end
  return { status = answer.status or 200, headers = headers, body = body, url = answer.url or "" }
end

--- What another server answers to stoa.http.fetch: one answer after another, the last again and again.
function sim.server(target, ...)
  text_of(target)
  local answers = { ... }
  if #answers == 0 then error("sim.server needs an answer, such as { status = 200, json = { ok = true } }", 2) end
  for i = 1, #answers do answers[i] = answer_of(answers[i]) end
  host.call("sim.server", target, table.unpack(answers))
end

--- The requests that the app has made, in order.
function sim.requests() return (host.call("sim.requests")) end

--- Another service calls the app's webhook; its signature counts as right.
function sim.webhook(path, request)
  text_of(path)
  request = request or {}
  local body = request.body or ""
  if request.json ~= nil then body = host.json_encode(request.json) end
  host.call("sim.webhook", {
    path = path, method = request.method or "POST", headers = request.headers or {}, query = request.query or {}, body = body,
  })
end

--- The transcript, or the text, is the one kept in tests/snapshots/NAME.txt; the first time it is written there.
function sim.snapshot(name, text)
  if not find(text_of(name), "^[%w_-]+$") then error("a snapshot's name has letters, digits, hyphens and underscores", 2) end
  local difference = host.call("sim.snapshot", name, text ~= nil and text_of(text) or nil)
  if difference then error(difference, 2) end
end

function sim.now() return (host.call("sim.now")) end
function sim.transcript() return transcript() end

local function define(name, body)
  if body == nil then name, body = "test " .. (#tests + 1), name end
  if type(body) ~= "function" then error("test needs a name and a function", 2) end
  tests[#tests + 1] = { name = tostring(name), body = body }
end

local function run(name, body)
  users = {}
  host.call("sim.begin", name)
  local ok, problem = pcall(body)
  host.call("sim.result", name, ok, ok and "" or type(problem) == "string" and problem or "(error object is a " .. type(problem) .. " value)")
end

--- For run.lua: a file without `test` is one test as a whole.
function host.run_tests(load, whole)
  local began = false
  local function begin() if not began then began = true; users = {}; host.call("sim.begin", whole) end end
  begin()
  local ok, problem = pcall(load)
  if #tests == 0 or not ok then
    host.call("sim.result", whole, ok, ok and "" or tostring(problem))
    return
  end
  for i = 1, #tests do run(tests[i].name, tests[i].body) end
end

return { sim = sim, test = define }
