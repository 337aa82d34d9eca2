-- Tests of the SDK's components in plain Lua:
--   lua5.4 Tests/SDK/ui_test.lua Sources/Bridge/SDK/stoa              runs them
--   … components                                                     prints the components, a line of JSON each
--   … examples                                                       runs the lines of standard input as expressions
local folder, mode = arg[1], arg[2]

-- ── a host ─────────────────────────────────────────────────────────────────────────────────────────────

local host = { call = function() error("no call was expected") end, emit = function() end }
function host.fail(text) error(text, 0) end

local function read(name)
  local environment = setmetatable({}, { __index = _G })
  function environment.require(module) read(module:match("^stoa%.(.*)$")) end
  local file <close> = assert(io.open(folder .. "/" .. name .. ".lua"))
  assert(load(file:read("a"), "@" .. name .. ".lua", "t", environment))(host)
end

read("core")
read("ui")
local core, ui = host.core, host.ui

local ctx, App = {}, {}
function ctx:action(name, ...) return core.object("action", { name = name, arguments = { ... } }, {}, App) end
function ctx:link(page, query) return core.object("link", { page = page, query = query }, {}, App) end
local function user(id, name, display) return core.object("user", { id = id }, { id = id, name = name, display = display }, nil) end
ctx.user = user(7, "alice", "Alice")

-- ── what the documents are checked with ────────────────────────────────────────────────────────────────

local function sorted(set)
  local names = {}
  for name in pairs(set) do names[#names + 1] = name end
  table.sort(names)
  return names
end

local function quoted(names) return #names == 0 and "[]" or '["' .. table.concat(names, '","') .. '"]' end

if mode == "components" then
  for _, name in ipairs(sorted(host.components)) do
    local component = host.components[name]
    print(('{"name":"%s","children":%s,"main":"%s","props":%s,"required":%s}'):format(
      name, component.children == true, component.main or "", quoted(sorted(component.props)), quoted(component.required or {})))
  end
  return
elseif mode == "examples" then
  local item = { id = 7, title = "Tea", price = 300, photo = "assets/tea.png" }
  local environment = { ui = ui, ctx = ctx, item = item, items = { item, { id = 8, title = "Salt", price = 90 } }, now = 1800000000000 }
  for line in io.lines() do
    local node = assert(load("return " .. line, "=" .. line, "t", environment))()
    assert(core.inner(node, "component"), line)
  end
  return
end

-- ── tools ──────────────────────────────────────────────────────────────────────────────────────────────

-- A value written out with its names sorted, to compare.
local function show(value)
  if type(value) == "string" then return ("%q"):format(value) end
  if type(value) ~= "table" then return tostring(value) end
  local parts, length = {}, #value
  for i = 1, length do parts[i] = show(value[i]) end
  local named = {}
  for key in pairs(value) do
    if not (math.type(key) and key >= 1 and key <= length) then named[#named + 1] = key end
  end
  table.sort(named)
  for _, key in ipairs(named) do parts[#parts + 1] = key .. "=" .. show(value[key]) end
  return "{" .. table.concat(parts, ",") .. "}"
end

local ran = 0
local function is(value, wanted)
  ran = ran + 1
  local got = show(value)
  if got ~= wanted then error("got    " .. got .. "\nwanted " .. wanted, 2) end
end

local function fails(wanted, body, ...)
  ran = ran + 1
  local ok, problem = pcall(body, ...)
  if ok then error("no error; wanted " .. wanted, 2) end
  if problem ~= wanted then error("got    " .. tostring(problem) .. "\nwanted " .. wanted, 2) end
end

local x = ui.text "x"

-- ── trees ──────────────────────────────────────────────────────────────────────────────────────────────

is(ui.text("x"), '{p={text="x"},t="text"}')
is(ui.text { "x" }, '{p={text="x"},t="text"}')
is(ui.text { text = "x", style = "title", color = "danger", markup = true }, '{p={color="danger",markup=true,style="title",text="x"},t="text"}')
is(ui.text(7), '{p={text="7"},t="text"}')
is(ui.text { 1.5 }, '{p={text="1.5"},t="text"}')
is(ui.text(nil), '{t="text"}')
is(ui.text "", '{p={text=""},t="text"}')
is(ui.spacer(), '{t="spacer"}')
is(ui.divider {}, '{t="divider"}')
is(ui.row(x), '{n={{p={text="x"},t="text"}},t="row"}')
is(ui.row { gap = 0, align = "center", wrap = true, x }, '{n={{p={text="x"},t="text"}},p={align="center",gap=0,wrap=true},t="row"}')
is(ui.page { title = "A", x }, '{n={{p={text="x"},t="text"}},p={title="A"},t="page"}')
is(ui.page { "A", x }, '{n={{p={text="x"},t="text"}},p={title="A"},t="page"}')
is(ui.section { x, "A" }, '{n={{p={text="x"},t="text"}},p={title="A"},t="section"}')

-- Lists are flattened; false and nil are skipped, wherever they stand.
local y, z = ui.spacer(), ui.divider()
is(ui.row { x, { y, { z } }, {} }, '{n={{p={text="x"},t="text"},{t="spacer"},{t="divider"}},t="row"}')
is(ui.row { false, y, nil, z, nil }, '{n={{t="spacer"},{t="divider"}},t="row"}')
is(ui.row { y, nil, z, nil, gap = 1 }, '{n={{t="spacer"},{t="divider"}},p={gap=1},t="row"}')
is(ui.row { nil, { nil, y, nil, z, nil } }, '{n={{t="spacer"},{t="divider"}},t="row"}')
is(ui.row { { false } }, '{t="row"}')

-- Keys and what any component takes.
is(ui.text { "x", key = "a" }, '{k="a",p={text="x"},t="text"}')
is(ui.text { "x", key = 115878986899456 }, '{k="115878986899456",p={text="x"},t="text"}')
is(ui.text { "x", key = 7.0, hidden = true }, '{k="7",p={hidden=true,text="x"},t="text"}')
is(ui.spacer { hidden = false }, '{t="spacer"}')

-- A false prop is one that is not given.
is(ui.text { "x", color = false }, '{p={text="x"},t="text"}')
is(ui.button { "Go", disabled = false, icon = false }, '{p={text="Go"},t="button"}')
is(ui.button { icon = "trash", label = "Remove" }, '{p={icon="trash",label="Remove"},t="button"}')
is(ui.card { color = "danger" }, '{p={color="danger"},t="card"}')
is(ui.checkbox { "a", value = false }, '{p={name="a",value=false},t="checkbox"}')

-- Actions and links.
is(ui.button { "Go", on = ctx:action("remove", 7, { a = 1 }), confirm = "Sure?" }, '{p={confirm="Sure?",on={"remove",7,{a=1}},text="Go"},t="button"}')
is(ui.button { "Go", to = ctx:link("item", { id = "7" }) }, '{p={text="Go",to={page="item",query={id="7"}}},t="button"}')
is(ui.link { "Go", to = ctx:link("item", {}) }, '{p={text="Go",to={page="item"}},t="link"}')
is(ui.link { "Stoa", url = "https://example.org/a?b=1" }, '{p={text="Stoa",url="https://example.org/a?b=1"},t="link"}')

-- Components that take something of their own.
is(ui.money(49900, "RUB"), '{p={amount=49900,currency="RUB"},t="money"}')
is(ui.money { amount = 300.0, currency = "EUR", style = "title" }, '{p={amount=300,currency="EUR",style="title"},t="money"}')
is(ui.date(5), '{p={at=5},t="date"}')
is(ui.date { at = 5, style = "relative" }, '{p={at=5,style="relative"},t="date"}')
is(ui.timer { ends = 9, style = "countdown" }, '{p={style="countdown",until=9},t="timer"}')
is(ui.timer { ["until"] = 9 }, '{p={until=9},t="timer"}')
is(ui.timer { until_ = 9 }, '{p={until=9},t="timer"}')
is(ui.progress(), '{t="progress"}')
is(ui.progress(0.5), '{p={value=0.5},t="progress"}')
is(ui.progress { 0 }, '{p={value=0},t="progress"}')
is(ui.avatar(ctx.user), '{p={name="Alice",seed=7},t="avatar"}')
is(ui.avatar { user = ctx.user, size = "l", key = 3 }, '{k="3",p={name="Alice",seed=7,size="l"},t="avatar"}')
is(ui.avatar { id = 8, name = "bob", display = "", bot = false, size = "s" }, '{p={name="bob",seed=8,size="s"},t="avatar"}')
is(ui.avatar { user = { id = 8, name = "bob" } }, '{p={name="bob",seed=8},t="avatar"}')
is(ui.avatar { user = 8, name = "Bob" }, '{p={name="Bob",seed=8},t="avatar"}')
is(ui.avatar "Team", '{p={name="Team"},t="avatar"}')
is(ui.select { "size", options = { "S", 2, { "l", "Large" }, { value = "x", label = "XL" } }, value = "S" },
  '{p={name="size",options={{label="S",value="S"},{label="2",value=2},{label="Large",value="l"},{label="XL",value="x"}},value="S"},t="select"}')
is(ui.multi_select { "a", options = { "S", "M" }, value = { "M" }, min = 1, max = 2 },
  '{p={max=2,min=1,name="a",options={{label="S",value="S"},{label="M",value="M"}},value={"M"}},t="multi_select"}')
is(ui.image { "assets/a/b.png", alt = "", ratio = 1.5 }, '{p={alt="",ratio=1.5,src="assets/a/b.png"},t="image"}')
is(ui.table { columns = { "A", { title = "B", align = "end" } }, rows = { { "x", 1 }, { nil, 2 }, {} } },
  '{p={columns={"A",{align="end",title="B"}},rows={{"x",1},{"",2},{"",""}}},t="table"}')
is(ui.chart { kind = "bar", labels = { "a", 2 }, series = { { title = "T", values = { 1, 2.5 } } } },
  '{p={kind="bar",labels={"a","2"},series={{title="T",values={1,2.5}}}},t="chart"}')
is(ui.map { markers = { { lat = 52.5, lon = 13.4, title = "A", on = ctx:action("go", 1) } } },
  '{p={markers={{lat=52.5,lon=13.4,on={"go",1},title="A"}}},t="map"}')
is(ui.canvas { width = 100, height = 50, shapes = { { id = 1, kind = "rect", x = -1, y = 0, w = 10, h = 5, fill = "#f80", ease = 200 } } },
  '{n={{k="1",p={ease=200,fill="#f80",h=5,id=1,kind="rect",w=10,x=-1,y=0},t="shape"}},p={height=50,width=100},t="canvas"}')
fails("ui.canvas: two children have the key \"1\": 1 and 2.",
  ui.canvas, { width = 1, height = 1, shapes = { { id = 1, kind = "rect" }, { id = "1", kind = "rect" } } })
is(ui.table { columns = { "A" }, rows = {} }, '{p={columns={"A"}},t="table"}')
is(ui.map { markers = {}, label = "None" }, '{p={label="None"},t="map"}')
is(ui.chart { "line", series = { { title = "T", values = {} } } }, '{p={kind="line",series={{title="T"}}},t="chart"}')
is(ui.date_field { "day", value = "2028-02-29", min = "2026-01-01" }, '{p={min="2026-01-01",name="day",value="2028-02-29"},t="date_field"}')
is(ui.time_field { "at", value = "23:59" }, '{p={name="at",value="23:59"},t="time_field"}')
is(ui.date_field { "day", value = "" }, '{p={name="day"},t="date_field"}')
is(ui.tabs { selected = 2, ui.tab { "A", x }, ui.tab { title = "B" } },
  '{n={{n={{p={text="x"},t="text"}},p={title="A"},t="tab"},{p={title="B"},t="tab"}},p={selected=2},t="tabs"}')
is(ui.form { on = ctx:action("save"), submit = "Save", ui.text_field { "name", label = "Name", required = true, max_length = 40 } },
  '{n={{p={label="Name",max_length=40,name="name",required=true},t="text_field"}},p={on={"save"},submit="Save"},t="form"}')
is(ui.format_money(49900, "RUB"), '"499.00 RUB"')
is(ui.format_money(-5, "EUR"), '"-0.05 EUR"')
is(ui.format_money(7, "JPY"), '"7 JPY"')

-- ── lists ──────────────────────────────────────────────────────────────────────────────────────────────

local function row(item) return ui.text { item } end
is(ui.list({ "a", "b" }, row), '{k="list",n={{k="1",p={text="a"},t="text"},{k="2",p={text="b"},t="text"}},p={count=2,from=0},t="list"}')
is(ui.list({ { id = 9 } }, function(item, i) return ui.text { i, key = item.id } end, { key = "items", height = 56 }),
  '{k="items",n={{k="9",p={text="1"},t="text"}},p={count=1,from=0,height=56},t="list"}')
is(ui.list({}, row), "false")
is(ui.list({}, row, { empty = ui.empty "None" }), '{p={title="None"},t="empty"}')
is(ui.column { ui.list({}, row), x }, '{n={{p={text="x"},t="text"}},t="column"}')
is(ui.list({ 1, 2 }, function() return x end), '{k="list",n={{k="1",p={text="x"},t="text"},{k="2",p={text="x"},t="text"}},p={count=2,from=0},t="list"}')
is(x, '{p={text="x"},t="text"}')

local asked = {}
local long = { count = 1000, get = function(i) asked[#asked + 1] = i return "row " .. i end }
local drawn = ui.list(long, row)
assert(#drawn.n == 40 and #asked == 40 and asked[40] == 40 and drawn.p.count == 1000)
function host.window(key)
  if key == "items" then return 990, 60 end
  if key == "short" then return 2000, 10 end
end
drawn = ui.list(long, row, { key = "items" })
assert(drawn.p.from == 990 and #drawn.n == 10 and drawn.n[1].k == "991" and drawn.n[10].p.text == "row 1000")
drawn = ui.list(long, row, { key = "short" })
assert(drawn.p.from == 990 and #drawn.n == 10)
drawn = ui.list(long, row, { key = "other" })
assert(drawn.p.from == 0 and #drawn.n == 40)
host.window = nil

fails("ui.list: the items must be a list, not a nil.", ui.list, nil, row)
fails("ui.list: it takes the items and a function that makes a component of one, not a nil.", ui.list, {})
fails("ui.list: row 2 must be a component, not a nil.", ui.list, { 1, 2 }, function(_, i) return i == 1 and x or nil end)
fails("ui.list: row 1 must be a component, not a string. Write ui.text(…).", ui.list, { "a" }, function(item) return item end)
fails('ui.list: two children have the key "7": 1 and 2.', ui.list, { 1, 2 }, function() return ui.text { "x", key = 7 } end)
fails("ui.list: a long list is { count = number of rows, get = function(i) … end }, with a count from 0 to 10000000.", ui.list, { count = 5 }, row)
fails('ui.list: there is no prop "gap"; there are: empty, height, hidden, key.', ui.list, {}, row, { gap = 1 })
fails("ui.list: empty must be a component, not a string. Write ui.text(…).", ui.list, {}, row, { empty = "None" })

-- ── errors ─────────────────────────────────────────────────────────────────────────────────────────────

fails("ui.row: child 2 must be a component, not a number.", ui.row, { x, 7 })
fails("ui.row: child 1 must be a component, not a string. Write ui.text(…).", ui.row, { "x" })
fails("ui.row: child 1 must be a component, not a string. Write ui.text(…).", ui.row, "x")
fails("ui.row: child 1 must be a component, not a boolean.", ui.row, { true })
fails("ui.row: child 1 must be a component, not a table.", ui.row, { { t = "text", p = { text = "forged" } } })
fails("ui.row: child 1 must be a component, not a table.", ui.row, { { gap = 2, x } })
fails("ui.row: child 2[1][2] must be a component, not a function.", ui.row, { x, { { y, print } } })
fails("ui.row: child 1 must be a component, not an action.", ui.row, { ctx:action("a") })
fails("ui.row: child 1 must be a component, not a user.", ui.row, { ctx.user })
fails("ui.row: child 1 is a page, which is always the root.", ui.row, { ui.page {} })
fails("ui.row: child 1 is a tab; tabs stand in ui.tabs.", ui.row, { ui.tab { "A" } })
fails("ui.tabs: child 1 must be a ui.tab, not a ui.text.", ui.tabs, { x })
fails("ui.tab: title is missing.", ui.tab, {})
fails('ui.row: two children have the key "7": 1 and 3.', ui.row, { ui.text { "a", key = 7 }, x, { ui.text { "b", key = "7" } } })
fails('ui.row: there is no prop "colour"; there are: align, gap, hidden, key, wrap.', ui.row, { colour = "red" })
fails("ui.row: a prop's name must be a text, not a boolean.", ui.row, { [true] = 1 })
fails("ui.row: give it one table with everything, as in ui.row { … }.", ui.row, x, y)
fails("ui.row: gap must be an integer from 0 to 6.", ui.row, { gap = 7 })
fails("ui.row: gap must be an integer, not 1.5.", ui.row, { gap = 1.5 })
fails("ui.row: gap must be an integer, not a string.", ui.row, { gap = "2" })
fails('ui.row: align must be one of start, center, end, baseline, stretch, not "middle".', ui.row, { align = "middle" })
fails("ui.row: wrap must be true or false, not a number.", ui.row, { wrap = 1 })
fails("ui.row: key must be an integer or a text of 1 to 256 bytes.", ui.row, { key = "" })
fails("ui.row: key must be an integer or a text of 1 to 256 bytes.", ui.row, { key = 1.5 })
fails("ui.row: hidden must be true or false, not a string.", ui.row, { hidden = "yes" })
fails("ui.text: text must be a text, not a table.", ui.text, { text = {} })
fails("ui.text: text has 4097 bytes; at most 4096 fit.", ui.text, ("x"):rep(4097))
fails("ui.text: text is not valid UTF-8.", ui.text, "\xff")
fails("ui.text: text holds the character U+0000.", ui.text, "a\0b")
fails("ui.text: text must be a text or a finite number.", ui.text, 0 / 0)
fails("ui.text: the text is given twice; see position 2.", ui.text, { "a", "b" })
fails("ui.text: it has no components inside; position 1 is one.", ui.text, { x })
fails("ui.text: it has no components inside; position 2 is a table.", ui.text, { "a", { "b" } })
fails("ui.spacer: it takes nothing without a name; position 1 is a string.", ui.spacer, { "a" })
fails("ui.button: on must be an action, made by ctx:action(…), not a function.", ui.button, { "Go", on = print })
fails("ui.button: on must be an action, made by ctx:action(…), not a table.", ui.button, { "Go", on = { "remove" } })
fails("ui.button: on must be an action, made by ctx:action(…), not a table.", ui.button, { "Go", on = ctx:link("home") })
fails("ui.button: to must be a link to a page, made by ctx:link(…), not a string.", ui.button, { "Go", to = "home" })
fails("ui.button: it takes on or to, not both.", ui.button, { "Go", on = ctx:action("a"), to = ctx:link("b") })
fails("ui.link: url must begin with https:// and have at most 2048 bytes.", ui.link, { "x", url = "javascript:alert(1)" })
fails("ui.link: it needs to or url.", ui.link, { "x" })
fails("ui.image: alt is missing.", ui.image, { "assets/a.png" })
fails("ui.image: src must be a file of the app's own, like \"assets/tea.png\".", ui.image, { "https://example.org/a.png", alt = "" })
for _, path in ipairs { "assets/../main.lua", "assets//a", "assets/", "assets/a/..", "assets/a\\b", "/assets/a", "assets/./a", "assets/a b", "assets/a?b", "assets/.../a" } do
  fails("ui.image: src must be a file of the app's own, like \"assets/tea.png\".", ui.image, { path, alt = "" })
end
fails("ui.text_field: name is missing.", ui.text_field, { label = "Name" })
fails("ui.slider: it needs a name, or on outside of a form.", ui.slider, { min = 0, max = 5 })
fails("ui.slider: min must not be greater than max.", ui.slider, { "a", min = 6, max = 5 })
fails("ui.slider: step must be greater than 0.", ui.slider, { "a", step = 0 })
fails("ui.slider: value must be a finite number.", ui.slider, { "a", value = 1 / 0 })
fails("ui.date: at is missing.", ui.date, {})
fails("ui.date: at must be an integer, not a string.", ui.date, "today")
fails("ui.timer: ends is missing.", ui.timer, {})
fails("ui.money: currency is missing.", ui.money, 100)
fails("ui.money: currency must be a code of ISO 4217, like \"RUB\".", ui.money, 100, "rub")
fails("ui.money: amount must be an integer, not 1.5.", ui.money, 1.5, "RUB")
fails("ui.format_money: the amount must be an integer, not a nil.", ui.format_money, nil, "RUB")
fails("ui.avatar: it needs user or name.", ui.avatar, {})
fails("ui.avatar: user must be a user or { id, name, display }, not a string.", ui.avatar, { user = "alice" })
fails("ui.select: options is missing.", ui.select, { "a" })
fails("ui.select: options[2].value is missing.", ui.select, { "a", options = { "x", { label = "B" } } })
fails("ui.select: options has the value x twice.", ui.select, { "a", options = { "x", { "x", "X" } } })
fails("ui.date_field: value must be a date, like \"2026-11-30\".", ui.date_field, { "a", value = "2026-02-29" })
fails("ui.time_field: value must be a time, like \"14:30\".", ui.time_field, { "a", value = "24:00" })
fails("ui.progress: value must be a number from 0 to 1.", ui.progress, 2)
fails("ui.map: markers[1].lon is missing.", ui.map, { markers = { { lat = 1 } } })
fails("ui.map: markers[1] has no x; there are: lat, lon, on, title.", ui.map, { markers = { { x = 1 } } })
fails("ui.chart: series[1].values[2] must be a number, not a string.", ui.chart, { kind = "pie", series = { { values = { 1, "2" } } } })
fails("ui.table: rows[1][2] must be a text or a number, not a boolean.", ui.table, { columns = { "A", "B" }, rows = { { "x", true } } })
fails("ui.table: rows[2] has 2 cells for 1 columns.", ui.table, { columns = { "A" }, rows = { { "x" }, { "y", 1 } } })
fails("ui.table: columns is empty.", ui.table, { columns = {}, rows = {} })
fails("ui.canvas: shapes[1].fill must be a colour: accent, muted, danger, success, warning, none, a name like \"tomato\", or \"#ff8800\".",
  ui.canvas, { width = 1, height = 1, shapes = { { kind = "rect", fill = "url(https://example.org)" } } })
fails("ui.form: on is missing.", ui.form, {})
local inner = ui.form { on = ctx:action("a") }
fails("ui.form: it has another form inside.", ui.form, { on = ctx:action("b"), ui.column { inner } })

-- Components nest 12 deep.
local deep = x
for _ = 1, 11 do deep = ui.column { deep } end
fails("ui.column: more than 12 components lie in each other.", ui.column, { deep })

-- What an app hands in is read raw: none of its metamethods runs.
local function trap() error("a metamethod ran") end
local traps = { __index = trap, __len = trap, __pairs = trap, __eq = trap, __tostring = trap, __lt = trap }
is(ui.row(setmetatable({ x, gap = 1 }, traps)), '{n={{p={text="x"},t="text"}},p={gap=1},t="row"}')
is(ui.row { setmetatable({ y }, traps) }, '{n={{t="spacer"}},t="row"}')
is(ui.list(setmetatable({ "a" }, traps), row), '{k="list",n={{k="1",p={text="a"},t="text"}},p={count=1,from=0},t="list"}')
fails("ui.row: gap must be an integer, not a table.", ui.row, { gap = setmetatable({}, traps) })
fails("ui.row: align must be one of start, center, end, baseline, stretch.", ui.row, { align = setmetatable({}, traps) })
local marked = setmetatable(ui.spacer(), traps)
is({ #ui.row { marked }.n }, "{1}")

-- The tree of a page.
local page = ui.page {}
assert(host.tree_of("stoa.page", page) == page)
fails("stoa.page: a page must return ui.page { … }, not a nil.", host.tree_of, "stoa.page", nil)
fails("stoa.page: a page must return ui.page { … }, not a ui.row.", host.tree_of, "stoa.page", ui.row {})
fails("stoa.page: a page must return ui.page { … }, not a table.", host.tree_of, "stoa.page", { t = "page" })

-- Nodes are forgotten when nobody holds them.
local weak = setmetatable({ ui.text "gone" }, { __mode = "v" })
collectgarbage()
collectgarbage()
assert(weak[1] == nil)

-- ── speed ──────────────────────────────────────────────────────────────────────────────────────────────

local items = {}
for i = 1, 1000 do items[i] = { id = i, title = "Item " .. i, price = i * 100 } end
local function line(item)
  return ui.row {
    key = item.id, ui.text(item.title), ui.spacer(), ui.money(item.price, "RUB"),
    ui.button { "Remove", on = ctx:action("remove", item.id), style = "danger" },
  }
end
local steps, began = 0, os.clock()
debug.sethook(function() steps = steps + 1000 end, "", 1000)
local rows = {}
for i, item in ipairs(items) do rows[i] = line(item) end
local big = ui.page { title = "Cart", rows }
debug.sethook()
assert(#big.n == 1000)
assert(steps < 2000000, "1,000 rows took " .. steps .. " instructions")

print(("%d checks; 1,000 rows: %d instructions, %.1f ms"):format(ran, steps, (os.clock() - began) * 1000))
