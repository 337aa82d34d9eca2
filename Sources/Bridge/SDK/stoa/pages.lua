-- Pages of mini-apps: functions from what is stored to what is shown, and the actions that people do on them.
local host = ...
local core, messages, store = host.core, host.messages, host.store

local type, next, rawget, rawlen, tostring, pcall, select = type, next, rawget, rawlen, tostring, pcall, select
local math_type, find, sub, floor = math.type, string.find, string.sub, math.floor
local unpack, concat = table.unpack, table.concat
local fail, self_of, object = core.fail, core.self_of, core.object

local MAX_ARGUMENTS <const> = 8
local MAX_ARGUMENT_BYTES <const> = 1024
local MAX_TEXT <const> = 1024

local pages, actions = {}, {}
local Context = {}
local empty = {}

-- ── checks ─────────────────────────────────────────────────────────────────────────────────────────────

local function name_of(call, what, name)
  if type(name) ~= "string" or not find(name, "^[%w_%-]+$") or #name > 32 then
    fail(call, what .. " must be a text of 1 to 32 letters (a-z), digits, underscores or hyphens.")
  end
  return name
end

local function query_of(call, query)
  if query == nil then return {} end
  if type(query) ~= "table" then fail(call, "the query must be a table of texts by their names.") end
  local checked = {}
  for name, value in next, query do
    if type(name) ~= "string" or #name > 64 then fail(call, "the query's names must be texts of at most 64 bytes.") end
    if math_type(value) == "float" and value % 1 == 0 and value > -2 ^ 53 and value < 2 ^ 53 then value = floor(value) end
    if math_type(value) or type(value) == "boolean" then value = tostring(value) end
    if type(value) ~= "string" or #value > MAX_TEXT then
      fail(call, "the query's " .. name .. " must be a text of at most " .. MAX_TEXT .. " bytes.")
    end
    checked[name] = value
  end
  return checked
end

-- What is said of a field that the form has not is shown nowhere.
local function check_fields(fields, told)
  if not fields then return end
  local known = {}
  for i = 1, rawlen(fields) do known[fields[i]] = true end
  for name in next, told do
    if not known[name] then
      local names = concat(fields, ", ")
      fail("ctx:invalid", "the form has no field \"" .. sub(name, 1, 64) .. "\"" .. (names ~= "" and "; there are: " .. names or "") .. ".")
    end
  end
end

-- ── what a page and an action are given ────────────────────────────────────────────────────────────────

local function context_of(update, methods)
  local view = update.view
  local user = messages.user(update.user)
  return object("context", { view = view }, {
    user = user, chat = host.chat_object(update), store = user.store, page = view.page, query = view.query or {},
    lang = view.lang, theme = view.theme, value = view.value, values = view.values,
  }, methods)
end

--- What a component does: the action of that name, with these arguments.
function Context:action(name, ...)
  self_of(self, "context", "ctx:action")
  if not actions[name_of("ctx:action", "the action's name", name)] then
    fail("ctx:action", "no action is named \"" .. name .. "\". Define it with stoa.action.")
  end
  local count = select("#", ...)
  local arguments = { ... }
  if count > MAX_ARGUMENTS then fail("ctx:action", "an action takes at most " .. MAX_ARGUMENTS .. " arguments.") end
  for i = 1, count do
    local value = arguments[i]
    if value == nil then fail("ctx:action", "argument " .. i .. " is nil; leave the last ones out or give false.") end
    local kind = type(value)
    if kind == "string" and #value > MAX_ARGUMENT_BYTES then
      fail("ctx:action", "argument " .. i .. " has more than " .. MAX_ARGUMENT_BYTES .. " bytes. Give a key, and keep the rest in the store.")
    elseif kind ~= "string" and kind ~= "boolean" and not math_type(value) then
      fail("ctx:action", "argument " .. i .. " must be a text, a number or a boolean, not a " .. kind .. ".")
    end
  end
  return object("action", { name = name, arguments = arguments }, {}, empty)
end

--- Where a component leads: a page of the app.
function Context:link(page, query)
  self_of(self, "context", "ctx:link")
  if not pages[name_of("ctx:link", "the page's name", page)] then
    fail("ctx:link", "no page is named \"" .. page .. "\". Define it with stoa.page.")
  end
  return object("link", { page = page, query = query_of("ctx:link", query) }, {}, empty)
end

--- A text of the app in the person's language: locales/LANGUAGE.json.
function Context:t(name, values)
  local inner = self_of(self, "context", "ctx:t")
  if not host.locale then require "stoa.locale" end
  return host.locale.text("ctx:t", inner.view.lang, name, values)
end

--- Who has the app open in this chat now, the one who looks included.
function Context:present()
  local inner = self_of(self, "context", "ctx:present")
  if not inner.view.present then fail("ctx:present", "only a page can ask this.") end
  inner.asked = true
  local list = {}
  for i, user in next, inner.view.present do list[i] = messages.user(user) end
  return list
end

--- The page is drawn again at that time, in milliseconds (stoa.time.now()), whatever else happens; the earliest one counts.
function Context:redraw_at(time)
  local inner = self_of(self, "context", "ctx:redraw_at")
  if not inner.view.present then fail("ctx:redraw_at", "only a page can ask this.") end
  if math_type(time) == "float" then time = floor(time) end
  if math_type(time) ~= "integer" then fail("ctx:redraw_at", "the time must be a number of milliseconds, as stoa.time.now() gives.") end
  if not inner.redraw_at or time < inner.redraw_at then inner.redraw_at = time end
end

local ActionContext = {
  action = Context.action, link = Context.link, present = Context.present, redraw_at = Context.redraw_at, t = Context.t,
}

--- Shows the person a short text.
function ActionContext:toast(text)
  self_of(self, "context", "ctx:toast")
  host.emit("page.toast", core.text_of("ctx:toast", text))
end

--- Leads the person to another page; "back" leads them here again.
function ActionContext:go(page, query)
  self_of(self, "context", "ctx:go")
  if not pages[name_of("ctx:go", "the page's name", page)] then
    fail("ctx:go", "no page is named \"" .. page .. "\". Define it with stoa.page.")
  end
  host.emit("page.go", page, query_of("ctx:go", query))
end

--- Leads the person to the page that they came from.
function ActionContext:back()
  self_of(self, "context", "ctx:back")
  host.emit("page.back")
end

--- Says at the fields of the form what is wrong with them.
function ActionContext:invalid(fields)
  local inner = self_of(self, "context", "ctx:invalid")
  local checked = {}
  if type(fields) ~= "table" then fail("ctx:invalid", "it takes a table of texts by the fields' names.") end
  for name, why in next, fields do
    if type(name) ~= "string" or type(why) ~= "string" or #why > MAX_TEXT then
      fail("ctx:invalid", "it takes a table of texts by the fields' names.")
    end
    checked[name] = why
  end
  check_fields(inner.view.fields, checked)
  host.emit("page.invalid", checked)
end

-- ── drawing and acting ─────────────────────────────────────────────────────────────────────────────────

-- What the device's list shows: the place of the first row, from 0, and how many.
local windows
function host.window(key)
  local window = windows and windows[key]
  if window then return window[1], window[2] end
end

local function draw(update)
  local view = update.view
  local page = pages[view.page]
  if not page then return { missing = true } end
  windows = view.windows
  local ctx = context_of(update, Context)
  local tree = host.tree_of("the page \"" .. view.page .. "\"", page(ctx))
  local inner = core.inner(ctx, "context")
  return { tree = tree, present = inner.asked == true, redraw_at = inner.redraw_at }
end

-- What pages for the browser may ask for: the host asks the person, and the app is given what they agreed to.
local requests = {
  contact = function(consent) return consent.contact({ kind = "phone" }) end,
  write_access = function(consent, ctx) return consent.subscribe(ctx.chat) end,
}

local function act(update)
  local view = update.view
  local action = actions[view.name]
  if view.request then
    if not host.consent then require "stoa.consent" end
    local ctx = context_of(update, ActionContext)
    local given = requests[view.request](host.consent, ctx)
    if given ~= nil and action then return action(ctx, given) end
    return
  end
  if not action then fail("stoa.action", "no action is named \"" .. tostring(view.name) .. "\".") end
  local arguments = view.arguments or {}
  return action(context_of(update, ActionContext), unpack(arguments, 1, #arguments))
end

local function sorted(names)
  local list = {}
  for name in next, names do list[#list + 1] = name end
  table.sort(list)
  return list
end

local api = {}

--- A page: a function from what is stored to a ui.page. "home" is the one that opens first.
function api.page(name, draw)
  name_of("stoa.page", "the page's name", name)
  if type(draw) ~= "function" then fail("stoa.page", "the page must be a function, not a " .. type(draw) .. ".") end
  pages[name] = draw
end

--- What people do on pages.
function api.action(name, handler)
  name_of("stoa.action", "the action's name", name)
  if type(handler) ~= "function" then fail("stoa.action", "the handler must be a function, not a " .. type(handler) .. ".") end
  actions[name] = handler
end

host.pages = {
  api = api, draw = draw, act = act,
  names = function() return sorted(pages), sorted(actions) end,
}
