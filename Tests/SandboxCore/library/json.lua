-- JSON: round trips, RFC 8259 to the letter, errors.
math.randomseed(seed)
local random = math.random

local function pick(list) return list[random(#list)] end

local function equal(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then return a == b end -- 1.0 may come back as 1
  for k, v in pairs(a) do if not equal(v, b[k]) then return false end end
  for k in pairs(b) do if a[k] == nil then return false end end
  return true
end

local scalars = {0, 1, -1, math.maxinteger, math.mininteger, 2^53, 0.1, 1 / 3, 1e308, 5e-324, -1.5, 1e15, 1e16, 1e17, 123456789012345680.0, true, false, "", "a", "é",
                 "𝄞", "\0", "\n\t\r\b\f\"\\/", "\x7F", ("x"):rep(1000), "\u{10FFFF}", "</script>", "\u{2028}"}
local names = {"a", "b", "name", "é", "", "\0", "a\0b", "\"", "\n", ("k"):rep(60)}

local function value(depth)
  local kind = random(depth > 3 and 8 or 11)
  if kind <= 6 then return pick(scalars) end
  if kind == 7 then return random(0) end
  if kind == 8 then return random() * 10.0 ^ random(-300, 300) end
  local t = {}
  for i = 1, random(0, 6) do t[kind == 9 and i or pick(names) .. random(5)] = value(depth + 1) end
  return t
end

local samples = {}
for _ = 1, 6000 * rounds do
  local v = value(0)
  local ok, text = pcall(json_encode, v)
  check(ok, text)
  if ok then
    local again, back = pcall(json_decode, text)
    check(again and equal(back, v), "round trip", #text < 300 and text, back)
    if again then check(json_encode(back) == text, "the same text again", text) end
    samples[#samples + 1] = text
  end
end
for _, v in ipairs(scalars) do check(equal(json_decode(json_encode(v)), v), "round trip of", v) end
check(json_encode{b = 1, a = {1, 2, {}}, c = "x\n\1"} == [[{"a":[1,2,{}],"b":1,"c":"x\n\u0001"}]])
check(json_encode(0.1) == "0.1" and json_encode(1 << 62) == "4611686018427387904" and json_encode(nil) == "null" and json_encode(1.5e300) == "1.5e+300")
check(json_encode{["a\0"] = 1, ["a"] = 2} == [[{"a":2,"a\u0000":1}]], "a key with U+0000")
check(math.type(json_decode("1")) == "integer" and math.type(json_decode("1.0")) == "float" and math.type(json_decode("1e2")) == "float")
check(json_decode("9223372036854775807") == math.maxinteger and json_decode("-9223372036854775808") == math.mininteger)
check(json_decode("9223372036854775808") == 2.0^63 and json_decode("1" .. ("0"):rep(100)) == 1e100)
check(json_decode("0." .. ("0"):rep(100) .. "1") == 1e-101, "many digits")
check(json_decode("-0") == 0 and json_decode("1e-400") == 0)

local good = {
  {"[1 , 2,3 ]", {1, 2, 3}}, {' {"a" : {} , "b":[ ]}\r\n\t', {a = {}, b = {}}}, {'{"a":1,"a":2}', {a = 2}}, {'{"a":1,"a":null}', {}}, {"[null,1,null]", {false, 1, false}},
  {'{"a":null,"b":1}', {b = 1}}, {[["\u00e9\u20AC\ud834\udd1e\u0000"]], "é€𝄞\0"}, {[["\"\\\/\b\f\n\r\t"]], "\"\\/\b\f\n\r\t"}, {"0", 0}, {"-1.5E+2", -150}, {"0e0", 0},
  {'"\x7F"', "\x7F"}, {'{"":1}', {[""] = 1}},
}
for _, case in ipairs(good) do
  local ok, v = pcall(json_decode, case[1])
  check(ok and equal(v, case[2]), case[1], v)
end
local bad = {"", " ", "[", "]", "{", "}", "[1", "[1,", "[1,]", "[,1]", "[1 2]", '{"a"}', '{"a":}', '{"a":1,}', "{,}", "{a:1}", "{1:1}", "{'a':1}", "tru", "True", "nul", "nullx",
             "true false", "01", "-", "-01", "+1", "1.", ".5", "1e", "1e+", "0x10", "1_0", "NaN", "Infinity", "-Infinity", "1e400", '"', '"a', '"\n"', '"\t"', '"\0"', [["\x"]],
             [["\u12"]], [["\u12g4"]], [["\ud800"]], [["\ud800x"]], [["\ud800\n"]], [["\ud800\u0041"]], [["\udc00"]], [["\]], [["\u]], "\xFF", '"\xFF"', '"\xC0\x80"', '"\xED\xA0\x80"',
             "\xEF\xBB\xBF1", "[1]x", "//1", "/*1*/1", "\v1", "\u{A0}1", "[1,2", '{"a":1', '{"a":1 "b":2}', "'a'", "\0", "1\0", "[\0]"}
for _, text in ipairs(bad) do
  local ok, v = pcall(json_decode, text)
  check(not ok and tostring(v):find("json.decode: ", 1, true), ("%q"):format(text), v)
end
for _, v in ipairs{1, true, {}, print} do check(not pcall(json_decode, v)) end
check(not pcall(json_decode) and not pcall(json_encode))
local function nest(n) return ("["):rep(n) .. "1" .. ("]"):rep(n) end
check(pcall(json_decode, nest(32)) and not pcall(json_decode, nest(33)), "depth of decoding")
check(pcall(json_encode, json_decode(nest(32))), "what is decoded can be encoded")
check(not pcall(json_decode, ("["):rep(1000000)) and not pcall(json_decode, ('{"a":'):rep(200000)))
check(not pcall(json_decode, "[" .. ("1,"):rep(10000) .. "1]"), "more than 10000 values")
check(not pcall(json_decode, (" "):rep(1 << 20) .. "1"))

for _, v in ipairs{0 / 0, 1 / 0, -1 / 0, "\xFF", {["\xFF"] = 1}, {print}, {1, x = 2}, {[1] = 1, [3] = 3}, {[1.5] = 1}, {[true] = 1}, {[0] = 1}, coroutine.create(print)} do
  local ok, message = pcall(json_encode, v)
  check(not ok and tostring(message):find("json.encode: ", 1, true), v, message)
end
local circle = {}
circle[1] = circle
check(not pcall(json_encode, circle))
local long = ("x"):rep(600000)
check(pcall(json_encode, {long}) and not pcall(json_encode, {long, long}))
for over = -40, 40 do -- the limit of 1 MiB holds exactly
  local ok, text = pcall(json_encode, {("x"):rep(700000), ("y"):rep((1 << 20) - 700000 + over)})
  check(not ok or #text <= 1 << 20, over, ok and #text)
end
local function trap() check(false, "a metamethod ran") end
check(json_encode(setmetatable({1, {a = "b"}}, {__index = trap, __pairs = trap, __len = trap, __tostring = trap})) == '[1,{"a":"b"}]')

-- Keys of a weak table stay readable though the collector takes its entries away meanwhile.
collectgarbage("generational")
collectgarbage("incremental", 100, 1000)
for _ = 1, 20 * rounds do
  local weak = setmetatable({}, {__mode = "v"})
  for i = 1, 3000 do weak[("key"):rep(30) .. i] = {i} end
  local ok, text = pcall(json_encode, weak)
  check(ok, text)
  if ok then
    ok, text = pcall(json_decode, text)
    check(ok, text)
    for k in pairs(ok and text or {}) do check(k:find("^keykey.*%d$"), "a key became", k) end
  end
end

-- Texts from anywhere.
local tokens = {"{", "}", "[", "]", ",", ":", '"', "\\", "\\u", "d800", "0", "-", ".", "e", "1", "null", "true", "false", " ", '"a"', "\n", "\xFF", "\0"}
for _ = 1, 40000 * rounds do
  local parts = {}
  for i = 1, random(10) do parts[i] = pick(tokens) end
  local text = table.concat(parts)
  local ok, v = pcall(json_decode, text)
  check(ok or tostring(v):find("json.decode: ", 1, true), text, v)
  if ok then check(pcall(json_encode, v), text) end
end
for _ = 1, 20000 * rounds do
  local s = pick(samples)
  local at = random(#s)
  local ok, v = pcall(json_decode, s:sub(1, at - 1) .. string.char(random(0, 255)) .. s:sub(at + random(0, 2)))
  check(ok or tostring(v):find("json.decode: ", 1, true), v)
end
