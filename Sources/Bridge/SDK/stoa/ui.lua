-- The components that a mini-app's pages are made of: ui.row { … } checks what it is given and makes a node
-- { t = component, k = key, p = props, n = nodes inside }. One table says what components there are; the host and the
-- documents follow it.
local host = ...
local core = host.core

local type, next, rawget, rawlen, tonumber, tostring = type, next, rawget, rawlen, tonumber, tostring
local utf8_len, math_type, tointeger = utf8.len, math.type, math.tointeger
local sub, find, match, gmatch = string.sub, string.find, string.match, string.gmatch
local concat, sort = table.concat, table.sort
local fail, know, inner_of = core.fail, core.know, core.inner

local MAX_TEXT <const> = 4096
local MAX_KEY <const> = 256
local MAX_NAME <const> = 64
local MAX_URL <const> = 2048
local MAX_PATH <const> = 16384
local MAX_AMOUNT <const> = (1 << 53) - 1
local MAX_TIME <const> = 8640000000000000
local MAX_POSITIONS <const> = 20000
-- A tree crosses to the host, which takes tables nested 32 deep; a component inside of another takes two of them.
local MAX_DEPTH <const> = 12
local MAX_ROWS <const> = 10000000
local MAX_WINDOW <const> = 200
local FIRST_ROWS <const> = 40

-- What core knows of a node: how many components lie in each other in it, and whether there is a form among them.
-- The nodes share these, so that knowing one costs no table of its own.
local plain, forms = {}, {}
for depth = 1, MAX_DEPTH do
  plain[depth] = { kind = "component", depth = depth }
  forms[depth] = { kind = "component", depth = depth, form = true }
end

-- ── kinds of values ────────────────────────────────────────────────────────────────────────────────────

-- Each takes the call, the prop's name, the value and the prop's entry in the table below; gives what goes into the node.

local function a_or_an(value)
  local kind = type(value)
  return (find(kind, "^[aeiou]") and "an " or "a ") .. kind
end

local function text_of(call, name, value, spec)
  if math_type(value) then
    if value ~= value or value - value ~= 0 then fail(call, name .. " must be a text or a finite number.") end
    value = tostring(value)
  end
  if type(value) ~= "string" then fail(call, name .. " must be a text, not " .. a_or_an(value) .. ".") end
  local most = spec and spec.most or MAX_TEXT
  if #value > most then fail(call, name .. " has " .. #value .. " bytes; at most " .. most .. " fit.") end
  if not utf8_len(value) then fail(call, name .. " is not valid UTF-8.") end
  if find(value, "\0", 1, true) then fail(call, name .. " holds the character U+0000.") end
  return value
end

local function in_range(call, name, value, spec, what)
  local min, max = spec.min, spec.max
  if min and value < min or max and value > max then
    fail(call, name .. " must be " .. what .. (min and max and " from " .. min .. " to " .. max or min and ", at least " .. min or ", at most " .. max) .. ".")
  end
  return value
end

local function integer_of(call, name, value, spec)
  local integer = math_type(value) and tointeger(value)
  if not integer then fail(call, name .. " must be an integer, not " .. (math_type(value) and tostring(value) or a_or_an(value)) .. ".") end
  return in_range(call, name, integer, spec, "an integer")
end

local function number_of(call, name, value, spec)
  if not math_type(value) then fail(call, name .. " must be a number, not " .. a_or_an(value) .. ".") end
  if value - value ~= 0 then fail(call, name .. " must be a finite number.") end
  return in_range(call, name, value, spec, "a number")
end

local function step_of(call, name, value)
  if number_of(call, name, value, {}) <= 0 then fail(call, name .. " must be greater than 0.") end
  return value
end

local function boolean_of(call, name, value)
  if type(value) ~= "boolean" then fail(call, name .. " must be true or false, not " .. a_or_an(value) .. ".") end
  return value
end

local function choice_of(call, name, value, spec)
  if type(value) ~= "string" or not spec.set[value] then
    fail(call, name .. " must be one of " .. spec.names .. (type(value) == "string" and ", not \"" .. sub(value, 1, 64) .. "\"." or "."))
  end
  return value
end

local function action_of(call, name, value)
  local inner = inner_of(value, "action")
  if not inner then fail(call, name .. " must be an action, made by ctx:action(…), not " .. a_or_an(value) .. ".") end
  local arguments = inner.arguments
  local on = { inner.name }
  for i = 1, arguments and rawlen(arguments) or 0 do on[i + 1] = arguments[i] end
  return on
end

local function link_of(call, name, value)
  local inner = inner_of(value, "link")
  if not inner then fail(call, name .. " must be a link to a page, made by ctx:link(…), not " .. a_or_an(value) .. ".") end
  local query = inner.query
  return { page = inner.page, query = query and next(query) ~= nil and query or nil }
end

local function url_of(call, name, value)
  if type(value) ~= "string" or #value > MAX_URL or not find(value, "^https://[^/]") or find(value, "[%z\1-\32\127]") or not utf8_len(value) then
    fail(call, name .. " must begin with https:// and have at most " .. MAX_URL .. " bytes.")
  end
  return value
end

local function asset_of(call, name, value)
  if type(value) ~= "string" or #value > MAX_KEY or not find(value, "^assets/[%w_%-%./]+$") or find(value, "//", 1, true)
      or find(value, "/%.+/") or find(value, "/%.*$") then
    fail(call, name .. " must be a file of the app's own, like \"assets/tea.png\".")
  end
  return value
end

local function currency_of(call, name, value)
  if type(value) ~= "string" or not find(value, "^%u%u%u$") then fail(call, name .. " must be a code of ISO 4217, like \"RUB\".") end
  return value
end

local days = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

-- What a field that is left empty gave back may be shown again.
local function date_of(call, name, value)
  if value == "" then return nil end
  local year, month, day = match(type(value) == "string" and value or "", "^(%d%d%d%d)%-(%d%d)%-(%d%d)$")
  year, month, day = tonumber(year), tonumber(month), tonumber(day)
  local last = month and days[month]
  if last and month == 2 and year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0) then last = 29 end
  if not last or day < 1 or day > last then fail(call, name .. " must be a date, like \"2026-11-30\".") end
  return value
end

local function time_of(call, name, value)
  if value == "" then return nil end
  local hour, minute = match(type(value) == "string" and value or "", "^(%d%d):(%d%d)$")
  if not hour or hour > "23" or minute > "59" then fail(call, name .. " must be a time, like \"14:30\".") end
  return value
end

local function paint_of(call, name, value)
  if type(value) ~= "string" or #value > 32 or not (find(value, "^%a+$") or find(value, "^#%x+$")) then
    fail(call, name .. " must be a colour: accent, muted, danger, success, warning, none, a name like \"tomato\", or \"#ff8800\".")
  end
  return value
end

local function drawing_of(call, name, value)
  if type(value) ~= "string" or #value > MAX_PATH or find(value, "[^MmLlHhVvCcSsQqTtAaZz%deE+%-., \n]") then
    fail(call, name .. " must be the commands of an SVG path, at most " .. MAX_PATH .. " bytes.")
  end
  return value
end

-- A text or a number, as it is.
local function scalar_of(call, name, value, spec)
  if math_type(value) then return number_of(call, name, value, spec) end
  if type(value) ~= "string" then fail(call, name .. " must be a text or a number, not " .. a_or_an(value) .. ".") end
  return text_of(call, name, value, spec)
end

local function key_of(call, name, value)
  local integer = math_type(value) and tointeger(value)
  if integer then return tostring(integer) end
  if type(value) ~= "string" or value == "" or #value > MAX_KEY or not utf8_len(value) or find(value, "\0", 1, true) then
    fail(call, name .. " must be an integer or a text of 1 to " .. MAX_KEY .. " bytes.")
  end
  return value
end

local function name_of(call, name, value)
  if type(value) ~= "string" or value == "" or #value > MAX_NAME or not utf8_len(value) or find(value, "[%z\1-\31]") then
    fail(call, name .. " must be a text of 1 to " .. MAX_NAME .. " bytes.")
  end
  return value
end

-- A list: each entry is read by the entry's `each`.
local function list_of(call, name, value, spec)
  if type(value) ~= "table" then fail(call, name .. " must be a list, not " .. a_or_an(value) .. ".") end
  local length, each, read = rawlen(value), spec.each, spec.each[1]
  if length == 0 and next(value) ~= nil then fail(call, name .. " must be a list, with the keys 1 to n.") end
  if length > spec.most then fail(call, name .. " has " .. length .. " entries; at most " .. spec.most .. " fit.") end
  local list = {}
  for i = 1, length do list[i] = read(call, name .. "[" .. i .. "]", rawget(value, i), each) end
  return list
end

local function sorted_names(set)
  local names = {}
  for name in next, set do names[#names + 1] = name end
  sort(names)
  return concat(names, ", ")
end

-- An empty table would cross to the host as one with names; an empty list is left out of the node.
local function drop_empty(fields)
  for name, value in next, fields do
    if type(value) == "table" and next(value) == nil then fields[name] = nil end
  end
end

-- A table with fields of its own, such as a marker on a map.
local function record_of(call, place, value, spec)
  local fields, record = spec.fields, {}
  if type(value) ~= "table" then fail(call, place .. " must be a table, not " .. a_or_an(value) .. ".") end
  for name, entry in next, value do
    local field = fields[name]
    if not field then
      fail(call, place .. " has no " .. (type(name) == "string" and sub(name, 1, 64) or "positions") .. "; there are: " .. sorted_names(fields) .. ".")
    end
    if entry ~= false then record[name] = field[1](call, place .. "." .. name, entry, field) end
  end
  for i = 1, #spec.required do
    local name = spec.required[i]
    if record[name] == nil then fail(call, place .. "." .. name .. " is missing.") end
  end
  drop_empty(record)
  return record
end

-- ── the components ─────────────────────────────────────────────────────────────────────────────────────

local function one_of(names)
  local set, list = {}, {}
  for name in gmatch(names, "%S+") do
    set[name] = true
    list[#list + 1] = name
  end
  return { choice_of, set = set, names = concat(list, ", ") }
end

local function list(each, most) return { list_of, each = each, most = most } end
local function record(fields, required) return { record_of, fields = fields, required = required or {} } end
local function integer(min, max) return { integer_of, min = min, max = max } end
local function number(min, max) return { number_of, min = min, max = max } end

local text <const>, short <const>, name <const> = { text_of }, { text_of, most = 256 }, { name_of }
local flag <const>, boolean <const> = { boolean_of, flag = true }, { boolean_of, boolean = true }
local any_number <const>, scalar <const>, length <const> = number(), { scalar_of }, integer(0, MAX_TEXT)
local share <const>, extent <const>, step <const> = number(0, 1), number(0, 100000), { step_of }
local on <const>, to <const>, asset <const> = { action_of }, { link_of }, { asset_of }
local date <const>, time <const>, moment <const> = { date_of }, { time_of }, integer(-MAX_TIME, MAX_TIME)
local gap <const>, paint <const> = integer(0, 6), { paint_of }
local along <const>, across <const> = one_of "start center end", one_of "start center end baseline stretch"
local color <const>, size <const> = one_of "accent muted danger success warning", one_of "s m l"
local text_style <const> = one_of "title heading body caption code"
local icon <const> = one_of [[plus minus check close search cart home heart star bell calendar clock user users chat send gear trash edit
  share qr ticket map phone mail lock info warning arrow-left arrow-right arrow-up arrow-down play pause camera file image money gift
  refresh list grid eye]]

-- An option of a select: a text, { "s", "Small" } or { value = "s", label = "Small" }.
local option_record = record({ value = scalar, label = text }, { "value" })
local function option_of(call, place, value)
  local option
  if type(value) ~= "table" then
    option = { value = scalar_of(call, place, value, any_number) }
  elseif rawlen(value) > 0 then
    if rawlen(value) > 2 then fail(call, place .. " must be { value, label }.") end
    local label = rawget(value, 2)
    option = {
      value = scalar_of(call, place .. ".value", rawget(value, 1), any_number), label = label and text_of(call, place .. ".label", label) or nil,
    }
  else
    option = record_of(call, place, value, option_record)
  end
  if option.label == nil then option.label = tostring(option.value) end
  return option
end

local function options_of(call, place, value, spec)
  local options, seen = list_of(call, place, value, spec), {}
  for i = 1, #options do
    local one = options[i].value
    if seen[one] then fail(call, place .. " has the value " .. tostring(one) .. " twice.") end
    seen[one] = true
  end
  return options
end

local column_record = record { title = text, align = along }
local function column_of(call, place, value)
  if type(value) == "table" then return record_of(call, place, value, column_record) end
  return text_of(call, place, value)
end

-- A row of a table. What is missing in it stays empty.
local function cells_of(call, place, value)
  if type(value) ~= "table" then fail(call, place .. " must be a list of texts and numbers, not " .. a_or_an(value) .. ".") end
  local count, cells = rawlen(value), {}
  for position in next, value do
    if math_type(position) ~= "integer" then fail(call, place .. " must be a list of texts and numbers.") end
    if position > count then count = position end
  end
  if count > 50 then fail(call, place .. " has more than 50 cells.") end
  for i = 1, count do
    local cell = rawget(value, i)
    cells[i] = cell and scalar_of(call, place .. "[" .. i .. "]", cell, any_number) or ""
  end
  return cells
end

local function check_table(call, p)
  local columns, rows = #p.columns, p.rows
  if columns == 0 then fail(call, "columns is empty.") end
  for i = 1, #rows do
    local cells = rows[i]
    if #cells > columns then fail(call, "rows[" .. i .. "] has " .. #cells .. " cells for " .. columns .. " columns.") end
    for c = #cells + 1, columns do cells[c] = "" end
  end
end

local shape <const> = record({
  id = { scalar_of, most = MAX_KEY }, kind = one_of "rect circle line text image path", x = any_number, y = any_number, w = extent, h = extent,
  r = extent, x2 = any_number, y2 = any_number, text = text, src = asset, d = { drawing_of }, fill = paint, stroke = paint, opacity = share,
  rotate = any_number, ease = integer(0, 60000),
}, { "kind" })
local marker <const> = record({ lat = number(-90, 90), lon = number(-180, 180), title = text, on = on }, { "lat", "lon" })
local series <const> = record({ title = text, values = list(any_number, 1000) }, { "values" })
local options <const> = { options_of, each = { option_of }, most = 500 }

-- A user as the SDK has one, { id, name, display }, or an id alone. In the node: a name to show and a seed for the colour.
local function user_of(call, place, value)
  local person
  if math_type(value) == "integer" then
    person = { seed = value }
  elseif type(value) == "table" and math_type(rawget(value, "id")) == "integer" then
    local shown = rawget(value, "display")
    if shown == nil or shown == "" then shown = rawget(value, "name") end
    person = { seed = rawget(value, "id"), name = shown ~= nil and text_of(call, place .. ".name", shown) or nil }
  else
    fail(call, place .. " must be a user or { id, name, display }, not " .. a_or_an(value) .. ".")
  end
  return person
end

-- children: takes components · main: the prop of a text or number without a name · required: props that must be given ·
-- either: one of the two must be given · exclusive: not both may be given · only: what its children must be · check: what else there is.
-- A prop's `as` is its name in the node where that differs; `alias`es are other ways to write a prop.
local button_props <const> = {
  text = text, on = on, to = to, style = one_of "primary secondary danger plain", icon = icon, label = text, disabled = flag, confirm = text, full = flag,
}
local name_or_on <const>, only_name <const>, on_or_to <const> = { "name", "on" }, { "name" }, { "on", "to" }

local components <const> = {
  page = { children = true, main = "title", props = { title = text } },
  section = { children = true, main = "title", props = { title = text, footer = text } },
  row = { children = true, props = { gap = gap, align = across, wrap = flag } },
  column = { children = true, props = { gap = gap, align = across } },
  grid = { children = true, props = { columns = integer(1, 6), gap = gap } },
  card = { children = true, exclusive = on_or_to, props = { on = on, to = to, label = text, color = color } },
  tabs = { children = true, only = "tab", props = { selected = integer(1, 100) } },
  tab = { children = true, main = "title", required = { "title" }, props = { title = text } },
  list = { children = true, special = true, props = { height = integer(1, 10000), empty = {} } },
  table = {
    required = { "columns", "rows" }, check = check_table,
    props = { columns = list({ column_of }, 50), rows = list({ cells_of }, 1000), caption = text },
  },
  text = {
    main = "text",
    props = { text = text, style = text_style, weight = one_of "regular bold", color = color, align = along, markup = flag },
  },
  image = { main = "src", required = { "src", "alt" }, props = { src = asset, alt = text, ratio = number(0.05, 20), rounded = flag } },
  icon = { main = "name", required = { "name" }, props = { name = icon, color = color, size = size, label = text } },
  badge = { main = "text", props = { text = text, color = color } },
  avatar = { main = "name", either = { "user", "name" }, props = { user = { user_of }, name = text, size = size } },
  money = {
    main = "amount", required = { "amount", "currency" },
    props = { amount = integer(-MAX_AMOUNT, MAX_AMOUNT), currency = { currency_of }, style = text_style, color = color },
  },
  date = { main = "at", required = { "at" }, props = { at = moment, style = one_of "date time datetime relative" } },
  button = { main = "text", exclusive = on_or_to, props = button_props },
  main_button = { main = "text", exclusive = on_or_to, props = button_props },
  link = { main = "text", either = { "to", "url" }, exclusive = { "to", "url" }, props = { text = text, to = to, url = { url_of } } },
  form = { children = true, required = { "on" }, props = { on = on, submit = text } },
  text_field = {
    main = "name", required = only_name,
    props = {
      name = name, label = text, value = text, placeholder = text, required = flag, min_length = length, max_length = length,
      pattern = { text_of, most = 256 }, pattern_text = text, multiline = flag,
    },
  },
  number_field = {
    main = "name", required = only_name,
    props = {
      name = name, label = text, value = any_number, min = any_number, max = any_number, step = step, required = flag, integer = flag,
    },
  },
  phone_field = { main = "name", required = only_name, props = { name = name, label = text, value = short, required = flag } },
  date_field = {
    main = "name", required = only_name, props = { name = name, label = text, value = date, min = date, max = date, required = flag },
  },
  time_field = {
    main = "name", required = only_name, props = { name = name, label = text, value = time, min = time, max = time, required = flag },
  },
  select = {
    main = "name", either = name_or_on, required = { "options" },
    props = { name = name, label = text, options = options, value = scalar, required = flag, on = on },
  },
  multi_select = {
    main = "name", required = { "name", "options" },
    props = { name = name, label = text, options = options, value = list(scalar, 500), min = integer(0, 500), max = integer(0, 500) },
  },
  checkbox = { main = "name", either = name_or_on, props = { name = name, label = text, value = boolean, on = on, required = flag } },
  switch = { main = "name", either = name_or_on, props = { name = name, label = text, value = boolean, on = on } },
  slider = {
    main = "name", either = name_or_on,
    props = { name = name, label = text, value = any_number, min = any_number, max = any_number, step = step, on = on },
  },
  stepper = {
    main = "name", either = name_or_on,
    props = { name = name, label = text, value = integer(), min = integer(), max = integer(), on = on },
  },
  rating = { main = "name", either = name_or_on, props = { name = name, label = text, value = integer(0, 10), max = integer(1, 10), on = on } },
  search_field = { required = { "on" }, props = { on = on, placeholder = text, value = text } },
  file_field = {
    main = "name", required = only_name, props = { name = name, label = text, required = flag, max = integer(1, 10), accept = short },
  },
  photo_field = {
    main = "name", required = only_name, props = { name = name, label = text, required = flag, max = integer(1, 10), accept = short },
  },
  signature = { main = "name", required = only_name, props = { name = name, label = text, required = flag } },
  qr = { main = "value", required = { "value" }, props = { value = { text_of, most = 1024 }, size = integer(40, 1000), label = text } },
  scanner = { main = "name", either = name_or_on, props = { name = name, on = on, label = text } },
  map = { required = { "markers" }, props = { markers = list(marker, 500), label = text } },
  chart = {
    main = "kind", required = { "kind", "series" },
    props = { kind = one_of "line bar pie", labels = list(text, 1000), series = list(series, 20), label = text },
  },
  progress = { main = "value", props = { value = share, label = text } },
  skeleton = { main = "lines", props = { lines = integer(1, 50) } },
  dialog = { children = true, main = "title", props = { title = text, on = on } },
  empty = { main = "title", props = { title = text, text = text, icon = icon } },
  canvas = {
    required = { "width", "height" },
    props = { width = number(1, 10000), height = number(1, 10000), shapes = list(shape, 1000), on = on, label = text },
  },
  timer = {
    main = "ends", required = { "ends" }, alias = { ["until"] = "ends", until_ = "ends" },
    props = { ends = { integer_of, min = -MAX_TIME, max = MAX_TIME, as = "until" }, style = one_of "countdown elapsed", on = on },
  },
  spacer = { props = {} },
  divider = { props = {} },
}

for t, component in next, components do
  component.t, component.call = t, "ui." .. t
  for _, spec in next, component.props do
    if spec.each then component.lists = true end
  end
end

-- ── nodes ──────────────────────────────────────────────────────────────────────────────────────────────

-- What stands where a component should.
local function what_is(value)
  if type(value) ~= "table" then return a_or_an(value) .. (type(value) == "string" and ". Write ui.text(…)" or "") end
  for kind in gmatch("action link user chat message", "%a+") do
    if inner_of(value, kind) then return (kind == "action" and "an " or "a ") .. kind end
  end
  return "a table"
end

local function no_such_prop(component, key)
  if type(key) ~= "string" then fail(component.call, "a prop's name must be a text, not " .. a_or_an(key) .. ".") end
  local names = {}
  for one in next, component.props do names[#names + 1] = one end
  names[#names + 1] = "key"
  names[#names + 1] = "hidden"
  sort(names)
  fail(component.call, "there is no prop \"" .. sub(key, 1, 64) .. "\"; there are: " .. concat(names, ", ") .. ".")
end

-- Puts a component, or the components of a list, at the end of `nodes`; `place` is said in errors. Gives how many components lie in
-- each other there, and whether there is a form.
local function add(component, nodes, value, place, depth, form, level)
  local inner = inner_of(value, "component")
  if inner then
    local t, only = rawget(value, "t"), component.only
    if t == "page" then fail(component.call, "child " .. place .. " is a page, which is always the root.") end
    if only and t ~= only then fail(component.call, "child " .. place .. " must be a ui." .. only .. ", not a ui." .. tostring(t) .. ".") end
    if t == "tab" and not only then fail(component.call, "child " .. place .. " is a tab; tabs stand in ui.tabs.") end
    nodes[#nodes + 1] = value
    local deep = inner.depth
    return deep > depth and deep or depth, form or inner.form
  end
  local what = type(value) ~= "table" and what_is(value) or level > 8 and "a list in so many lists"
  local last = what and 0 or rawlen(value)
  if not what then
    -- A list has positions only, of which some may be empty where a value was nil; anything else is no list.
    local position = next(value)
    if position == nil and what_is(value) ~= "a table" then what = what_is(value) end
    while position ~= nil and not what do
      if math_type(position) ~= "integer" then what = what_is(value) elseif position > last then last = position end
      position = next(value, position)
    end
  end
  if what then fail(component.call, "child " .. place .. " must be a component, not " .. what .. ".") end
  if last > MAX_POSITIONS then fail(component.call, "child " .. place .. " is a list with more than " .. MAX_POSITIONS .. " positions.") end
  for i = 1, last do
    local one = rawget(value, i)
    if one then depth, form = add(component, nodes, one, place .. "[" .. i .. "]", depth, form, level + 1) end
  end
  return depth, form
end

local function check_keys(call, nodes)
  local seen
  for i = 1, #nodes do
    local k = rawget(nodes[i], "k")
    if k ~= nil then
      if not seen then
        seen = {}
      elseif seen[k] then
        fail(call, "two children have the key \"" .. tostring(k) .. "\": " .. seen[k] .. " and " .. i .. ".")
      end
      seen[k] = i
    end
  end
end

local function check_whole(component, p)
  local call, required, either, exclusive = component.call, component.required, component.either, component.exclusive
  if required then
    for i = 1, #required do
      local prop = required[i]
      if p == nil or p[component.props[prop].as or prop] == nil then fail(call, prop .. " is missing.") end
    end
  end
  if either and (p == nil or p[either[1]] == nil and p[either[2]] == nil) then
    fail(call, either == name_or_on and "it needs a name, or on outside of a form." or "it needs " .. either[1] .. " or " .. either[2] .. ".")
  end
  if p == nil then return end
  if exclusive and p[exclusive[1]] ~= nil and p[exclusive[2]] ~= nil then
    fail(call, "it takes " .. exclusive[1] .. " or " .. exclusive[2] .. ", not both.")
  end
  local min, max = p.min, p.max
  if min ~= nil and max ~= nil and min > max then fail(call, "min must not be greater than max.") end
  min, max = p.min_length, p.max_length
  if min and max and min > max then fail(call, "min_length must not be greater than max_length.") end
  if component.check then component.check(call, p) end
  if component.lists then drop_empty(p) end
end

-- What stands for the props `given` in a node, and the greatest position among them.
local function read_props(component, given)
  local call, props = component.call, component.props
  local p, k
  local last = 0
  for key, value in next, given do
    local prop = key
    local spec = props[prop]
    if not spec and component.alias then
      local other = component.alias[key]
      if other and rawget(given, other) == nil then prop, spec = other, props[other] end
    end
    if spec then
      -- A false prop is one that is not given, as in color = late and "danger"; a value may be false.
      if value ~= false or spec.boolean then
        value = spec[1](call, prop, value, spec)
        if value ~= nil then
          if not p then p = {} end
          p[spec.as or prop] = value
        end
      end
    elseif math_type(key) == "integer" and key > 0 then
      if key > last then last = key end
    elseif key == "key" then
      if value ~= false then k = key_of(call, "key", value) end
    elseif key == "hidden" then
      if boolean_of(call, "hidden", value) then
        if not p then p = {} end
        p.hidden = true
      end
    else
      no_such_prop(component, key)
    end
  end
  if last > MAX_POSITIONS then fail(call, "it has more than " .. MAX_POSITIONS .. " positions.") end
  return p, k, last
end

-- The value of the main prop, given without its name.
local function put_main(component, p, value, place)
  local main = component.main
  if not main then
    if component.children then fail(component.call, "child " .. place .. " must be a component, not " .. what_is(value) .. ".") end
    fail(component.call, "it takes nothing without a name; position " .. place .. " is " .. a_or_an(value) .. ".")
  end
  local spec = component.props[main]
  local as = spec.as or main
  if p and p[as] ~= nil then fail(component.call, "the " .. main .. " is given twice; see position " .. place .. ".") end
  if not p then p = {} end
  p[as] = spec[1](component.call, main, value, spec)
  return p
end

-- Each shape is a node: one that moves is sent without the others.
local function shapes_as_nodes(p)
  local shapes, nodes = p.shapes, {}
  p.shapes = nil
  for i = 1, #shapes do
    local id = shapes[i].id
    nodes[i] = { t = "shape", k = id ~= nil and tostring(id) or nil, p = shapes[i] }
  end
  return nodes
end

local function finish(component, k, p, nodes, depth, form)
  if component.required or component.either or p then check_whole(component, p) end
  if p and p.shapes then nodes = shapes_as_nodes(p) end
  if nodes then
    check_keys(component.call, nodes)
    if depth >= MAX_DEPTH then fail(component.call, "more than " .. MAX_DEPTH .. " components lie in each other.") end
  end
  if component.t == "form" then
    if form then fail(component.call, "it has another form inside.") end
    form = true
  end
  return know({ t = component.t, k = k, p = p, n = nodes }, (form and forms or plain)[depth + 1])
end

local function construct(component, given, extra)
  local call = component.call
  if extra ~= nil then fail(call, "give it one table with everything, as in " .. call .. " { … }.") end
  if given == nil or given == false then return finish(component, nil, nil, nil, 0) end
  if type(given) ~= "table" then return finish(component, nil, put_main(component, nil, given, 1), nil, 0) end
  if inner_of(given, "component") then given = { given } end
  local p, k, last = read_props(component, given)
  local children, nodes, form = component.children, nil, nil
  local depth = 0
  for i = 1, last do
    local value = rawget(given, i)
    if value then
      local kind = type(value)
      if kind == "string" or kind == "number" then
        p = put_main(component, p, value, i)
      elseif not children then
        fail(call, "it has no components inside; position " .. i .. " is " .. (inner_of(value, "component") and "one" or what_is(value)) .. ".")
      else
        if not nodes then nodes = {} end
        depth, form = add(component, nodes, value, i, depth, form, 1)
      end
    end
  end
  if nodes and #nodes == 0 then nodes = nil end
  return finish(component, k, p, nodes, depth, form)
end

local ui = {}
for t, component in next, components do
  if not component.special then
    ui[t] = function(given, extra) return construct(component, given, extra) end
  end
end

-- ── components that take something else ────────────────────────────────────────────────────────────────

--- ui.money(49900, "RUB"), or ui.money { amount = 49900, currency = "RUB", style = "title" }.
function ui.money(amount, currency)
  if type(amount) == "table" then return construct(components.money, amount, currency) end
  return construct(components.money, { amount = amount, currency = currency })
end

--- ui.avatar(user), or ui.avatar { user = user, size = "l" }.
function ui.avatar(given, extra)
  local component = components.avatar
  if type(given) == "table" and math_type(rawget(given, "id")) == "integer" then
    given = { user = given, size = rawget(given, "size"), key = rawget(given, "key"), hidden = rawget(given, "hidden") }
  end
  local node = construct(component, given, extra)
  local p = node.p
  local user = p.user
  if user then
    p.user, p.seed = nil, user.seed
    if p.name == nil then p.name = user.name end
  end
  return node
end

local function total_of(call, items)
  local get, count = rawget(items, "get"), rawget(items, "count")
  if type(get) ~= "function" or math_type(count) ~= "integer" or count < 0 or count > MAX_ROWS then
    fail(call, "a long list is { count = number of rows, get = function(i) … end }, with a count from 0 to " .. MAX_ROWS .. ".")
  end
  return count, get
end

-- The rows to draw: the first one, from 0, and how many.
local function window_of(k, total)
  local from, count
  if host.window then from, count = host.window(k) end
  if math_type(from) ~= "integer" or from < 0 then from = 0 end
  if math_type(count) ~= "integer" or count < 1 then count = FIRST_ROWS end
  if count > MAX_WINDOW then count = MAX_WINDOW end
  -- The list may have become shorter than what the device last showed of it.
  if from >= total then from = total > count and total - count or 0 end
  return from, count < total - from and count or total - from
end

--- A list of which only the rows in the device's window are drawn. `items` is a list, or { count =, get = function(i) end } for a long one.
function ui.list(items, render, options)
  local component <const>, call <const> = components.list, "ui.list"
  if type(items) ~= "table" then fail(call, "the items must be a list, not " .. a_or_an(items) .. ".") end
  if type(render) ~= "function" then fail(call, "it takes the items and a function that makes a component of one, not " .. a_or_an(render) .. ".") end
  local k, height, empty, hidden = "list", nil, nil, nil
  if options ~= nil then
    if type(options) ~= "table" then fail(call, "the options must be a table, not " .. a_or_an(options) .. ".") end
    for name, value in next, options do
      if name == "key" then
        k = key_of(call, name, value)
      elseif name == "height" then
        height = value and integer_of(call, name, value, component.props.height) or nil
      elseif name == "empty" then
        if value and not inner_of(value, "component") then fail(call, "empty must be a component, not " .. what_is(value) .. ".") end
        empty = value
      elseif name == "hidden" then
        hidden = boolean_of(call, name, value) or nil
      else
        no_such_prop(component, name)
      end
    end
  end
  local total, get = rawlen(items), nil
  if total == 0 and next(items) ~= nil then total, get = total_of(call, items) end
  if total > MAX_ROWS then fail(call, "it has more than " .. MAX_ROWS .. " rows.") end
  if total == 0 then return empty or false end

  local from, count = window_of(k, total)
  local rows, depth, form = {}, 0, nil
  for i = from + 1, from + count do
    local item
    if get then item = get(i) else item = rawget(items, i) end
    local node = render(item, i)
    local inner = inner_of(node, "component")
    local t = inner and rawget(node, "t")
    if not inner or t == "page" or t == "tab" then
      fail(call, "row " .. i .. " must be a component, not " .. (inner and "a ui." .. t or what_is(node)) .. ".")
    end
    -- A row keeps its identity while the window moves; the node may stand elsewhere too, so it stays as it is.
    if rawget(node, "k") == nil then node = { t = t, k = tostring(i), p = rawget(node, "p"), n = rawget(node, "n") } end
    rows[i - from] = node
    if inner.depth > depth then depth = inner.depth end
    form = form or inner.form
  end
  return finish(component, k, { count = total, from = from, height = height, hidden = hidden }, rows, depth, form)
end

--- An amount for people to read: ui.format_money(49900, "RUB") is "499.00 RUB"; with a language, as ui.money shows it to who speaks it.
function ui.format_money(amount, currency, language)
  local call <const> = "ui.format_money"
  amount = integer_of(call, "the amount", amount, components.money.props.amount)
  currency = currency_of(call, "the currency", currency)
  if not host.payments then require "stoa.payments" end
  local plain = host.payments.money.format(amount, currency)
  if language == nil then return plain end
  if type(language) ~= "string" then fail(call, "the language must be a text such as ctx.lang, not " .. a_or_an(language) .. ".") end
  if not host.money then require "stoa.money" end
  return host.money.shown(plain, language)
end

-- ── for the SDK's other files ──────────────────────────────────────────────────────────────────────────

--- The tree that a page function gave, which must be a ui.page.
function host.tree_of(call, value)
  if not inner_of(value, "component") then fail(call, "a page must return ui.page { … }, not " .. what_is(value) .. ".") end
  local t = rawget(value, "t")
  if t ~= "page" then fail(call, "a page must return ui.page { … }, not a ui." .. tostring(t) .. ".") end
  return value
end

host.components = components
host.ui = ui
