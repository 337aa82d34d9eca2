-- The rest of the string library against the stock one.
math.randomseed(seed)
local random = math.random
local own, stock = own.string, stock.string

local function pick(list) return list[random(#list)] end

local function same(name, ...)
  local a, b = table.pack(pcall(own[name], ...)), table.pack(pcall(stock[name], ...))
  local equal = a.n == b.n and a[1] == b[1]
  for i = 2, a.n do
    local both_nan = a[i] ~= a[i] and b[i] ~= b[i]
    equal = equal and (not a[1] or both_nan or a[i] == b[i] and math.type(a[i]) == math.type(b[i]))
  end
  if equal then check(true) return end
  local arguments = {}
  for i = 1, select("#", ...) do
    local v = select(i, ...)
    arguments[i] = type(v) == "string" and ("%q"):format(#v > 80 and v:sub(1, 80) or v) or tostring(v)
  end
  check(false, name, table.concat(arguments, ", "), "->", a[1], a[2], a[3], "stock:", b[1], b[2], b[3])
end

local places = {0, 1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6, math.maxinteger, math.mininteger, 1.0, "2", 2.5, "x", {}}
local texts = {"", "a", "abc", "hello", "a\0b", "\255\254", ("ab"):rep(700), 12, 1.5}
for _, s in ipairs(texts) do
  for _, i in ipairs(places) do
    same("byte", s, i)
    same("sub", s, i)
    for _, j in ipairs(places) do
      same("byte", s, i, j)
      same("sub", s, i, j)
    end
    if math.type(i) ~= "integer" or i < 100 then
      same("rep", s, i)
      same("rep", s, i, "--")
    end
  end
  for _, name in ipairs{"byte", "len", "lower", "upper", "reverse"} do same(name, s) end
end
for _, name in ipairs{"byte", "char", "find", "format", "gmatch", "gsub", "len", "lower", "match", "rep", "reverse", "sub", "upper",
                      "pack", "unpack", "packsize"} do
  same(name)
  same(name, {})
  same(name, nil, nil)
  same(name, "x", {}, {})
  check(own[name] ~= stock[name], name, "is the stock one")
end
for name in pairs(stock) do check(own[name] or name == "dump", name, "is missing") end
for name in pairs(own) do check(stock[name], name, "is not in Lua") end
local every = {}
for i = 0, 255 do every[#every + 1] = i end
same("char", table.unpack(every))
for _, c in ipairs{-1, 256, math.maxinteger, 65.0, "66", 1.5} do same("char", c) end
local bytes = string.char(table.unpack(every))
same("upper", bytes)
same("lower", bytes)
-- The stock library counts down from there.
check(own.rep("", math.maxinteger) == "" and own.rep("", math.maxinteger, "") == "")
same("rep", "x", math.mininteger)

-- format
local conversions = {"d", "i", "u", "c", "x", "X", "o", "a", "A", "e", "E", "f", "F", "g", "G", "s", "q", "%", "", "y", "n", "ld", "\0", "5", "l"}
local flags = {"", "-", "+", " ", "#", "0", "-0", "+-", "++", "- #0", "-----", "05"}
local widths = {"", "1", "5", "20", "99", "100", "007", "0"}
local precisions = {"", ".", ".0", ".3", ".20", ".99", ".100", ".-1", ".1.1"}
local values = {0, 1, -1, 65, 255, 256, -7, math.maxinteger, math.mininteger, 0.0, -0.0, 1.5, 1e15, 1e100, 1e308, -1e308, 1e-300, 1 / 3,
                1 / 0, -1 / 0, 0 / 0, "", "a", "hello", "12", "0x10", "1e1", ("x"):rep(99), ("x"):rep(100), ("x"):rep(400), "a\0b", "q\"\\\n\r\t\0001\200",
                true, false}
for _ = 1, 40000 * rounds do
  local spec = "%" .. (random(2) == 1 and "" or pick(flags)) .. (random(2) == 1 and "" or pick(widths)) ..
    (random(2) == 1 and "" or pick(precisions)) .. pick(conversions)
  if not spec:find("p", 1, true) then same("format", pick{"", "<", "%%"} .. spec .. pick{"", ">", "%%"}, pick(values), pick(values)) end
end
for _, c in ipairs{"d", "s", "q", "c", "f", "a", "x"} do
  for _, v in ipairs(values) do same("format", "%" .. c, v) end
  same("format", "%" .. c)
  same("format", "%" .. c, nil)
end
same("format", "%s %s", 1)
same("format", "%")
same("format", "%5")
local shown = setmetatable({}, {__tostring = function() return "shown" end, __name = "Named"})
same("format", "%s|%10s|%-10.3s|", shown, shown, shown)
same("format", "%s", setmetatable({}, {__tostring = function() return 1 end}))
same("format", "%s", setmetatable({}, {__tostring = function() return {} end}))
same("format", "%s", setmetatable({}, {__tostring = function() error("no", 0) end}))
same("format", "%d", "3.0")
same("format", "%d", 3.5)

-- what is ours
for _, v in ipairs{{}, print, coroutine.create(print)} do
  local text = own.format("%s %20s", v, v)
  check(not text:find("0x", 1, true), text)
end
check(own.format("%s", setmetatable({}, {__name = "Named"})) == "Named")
check(not pcall(own.format, "%p", {}) and not pcall(own.format, "%p", 1) and not pcall(own.format, "%-10p", "x"))
check(own.dump == nil)
local function too_long(f, ...)
  local ok, message = pcall(f, ...)
  check(not ok and message:find("too long", 1, true), debug.getinfo(2, "l").currentline, ok, message)
end
local big = ("x"):rep(5 << 20)
too_long(own.rep, "x", (8 << 20) + 1)
too_long(own.rep, "ab", math.maxinteger)
too_long(own.rep, big, math.maxinteger, big)
too_long(own.rep, "", math.maxinteger, "x")
too_long(own.format, "%s%s", big, big)
too_long(own.format, big .. "%s", big)
too_long(own.gsub, ("x"):rep(3000), "x", ("y"):rep(3000))
too_long(own.gsub, ("x"):rep(3000), "x", function() return ("y"):rep(3000) end)
too_long(own.gsub, ("x"):rep(3000), "(x)", ("%1"):rep(3000))
too_long(own.gsub, ("x"):rep(3000), "x", {x = ("y"):rep(3000)})
too_long(own.pack, "c8388609", "x")
too_long(own.pack, "s4s4", big, big)
too_long(own.pack, ("!16xXi16"):rep(800000))
too_long(own.byte, big, 1, -1)
check(#own.rep("x", 8 << 20) == 8 << 20)

-- pack, unpack
local options = {"b", "B", "h", "H", "i", "I", "i3", "I7", "i16", "l", "j", "J", "T", "f", "d", "n", "s", "s1", "s2", "z", "x", "Xi4", "c5", "c0",
                 "<", ">", "=", "!", "!8", " ", "i17", "c", "y", "s0", "X", "i99999999999", "c99999999999999999999"}
for _ = 1, 10000 * rounds do
  local f = {}
  for i = 1, random(5) do f[i] = pick(options) end
  f = table.concat(f)
  local v = {}
  for i = 1, 6 do v[i] = pick{0, 1, -1, 127, 300, math.maxinteger, 1.5, "abc", "", "a\0"} end
  if not f:find("c9", 1, true) then -- which the stock library would fill up
    local ok, packed = pcall(stock.pack, f, table.unpack(v))
    same("pack", f, table.unpack(v))
    same("packsize", f)
    same("unpack", f, ok and packed or pick{"", "abc", ("\1"):rep(40)}, pick{1, 2, 0, -1, -3, 100, math.mininteger, nil})
  end
end
