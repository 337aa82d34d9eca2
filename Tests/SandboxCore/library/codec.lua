-- MessagePack: what goes in comes out; what must not cross is refused with its path; arbitrary bytes only ever raise ordinary errors.
math.randomseed(seed)
local random = math.random

local function pick(list) return list[random(#list)] end

local function equal(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then return a == b and math.type(a) == math.type(b) end
  for k, v in pairs(a) do if not equal(v, b[k]) then return false end end
  for k in pairs(b) do if a[k] == nil then return false end end
  return true
end

local scalars = {0, 1, -1, 31, 32, -32, -33, 127, 128, -128, 255, 256, 65535, 65536, math.maxinteger, math.mininteger, 1 << 31, 1 << 32, -(1 << 31), 0.0,
                 -0.0, 1.0, 1.5, 1e308, 5e-324, 2^53, true, false, "", "a", "é", "\0", "\xFF", "\xED\xA0\x80", ("x"):rep(31), ("x"):rep(32), ("x"):rep(255),
                 ("x"):rep(256), ("\xFF"):rep(255), ("\xFF"):rep(256), ("x"):rep(65535), ("x"):rep(65536), ("\xFF"):rep(65536)}

local function value(depth)
  local kind = random(depth > 4 and 8 or 11)
  if kind <= 6 then return scalars[random(#scalars - (depth > 0 and 5 or 0))] end
  if kind == 7 then return random(0) end
  if kind == 8 then return random() * 10.0 ^ random(-300, 300) end
  local t = {}
  if kind == 9 then
    for i = 1, random(0, pick{3, 15, 16, 17}) do t[i] = value(depth + 2) end
  else
    for _ = 1, random(0, pick{3, 15, 16, 17}) do t[pick{"k", "name", "é", "", ("y"):rep(40), "\0"} .. random(30)] = value(depth + 2) end
  end
  return t
end

local samples = {}
for i = 1, 4000 * rounds do
  local v = value(0)
  local ok, bytes = pcall(encode, v)
  check(ok, bytes)
  if ok then
    check(equal(decode(bytes), v), "round trip")
    check(#encode(decode(bytes)) == #bytes)
    if #bytes < 2000 and i % 4 == 0 then samples[#samples + 1] = bytes end
  end
end
for _, v in ipairs(scalars) do check(equal(decode(encode(v)), v), "round trip of", v) end
check(decode(encode(nil)) == nil)
local zero = decode(encode(-0.0))
check(1 / zero < 0, "the sign of zero is lost")
for n = 0, 40 do
  local t, m = {}, {}
  for i = 1, n do t[i] = i m["k" .. i] = i end
  check(equal(decode(encode(t)), t) and equal(decode(encode(m)), m), "table of", n)
end
local holey = {[3] = 3, [1] = 1, [2] = 2}
check(encode(holey) == encode{1, 2, 3}, "keys 1..n in any order")
check(encode{} == "\x80" and encode("é") == "\xA2é" and encode("\xFF") == "\xC4\1\xFF")

local function refused(v, path)
  local ok, message = pcall(encode, v)
  check(not ok and tostring(message):find(path, 1, true), "expected", path, "got", ok, message)
end
refused({order = {items = {{}, {}, {price = 0 / 0}}}}, "value.order.items[3].price: ")
refused(1 / 0, "value: ")
refused({a = -1 / 0}, "value.a: ")
refused({print}, "value[1]: ")
refused({{coroutine.create(print)}}, "value[1][1]: ")
refused({x = io.stdout}, "value.x: ")
refused({1, 2, x = 3}, "value: ")
refused({[1] = 1, [3] = 3}, "value: ")
refused({[0] = 1}, "value: ")
refused({[-1] = 1}, "value: ")
refused({[1.5] = 1}, "value: ")
refused({[2^53] = 1}, "value: ")
refused({[true] = 1}, "value: ")
refused({[{}] = 1}, "value: ")
refused({[print] = 1}, "value: ")
refused({a = {["\xFF"] = 1}}, "value.a")
refused({a = {[("k"):rep(5000)] = {[("j"):rep(5000)] = print}}}, "value.a.kkk")
local circle = {}
circle.me = circle
refused(circle, "circle")
local function nest(n) local t = 1 for _ = 1, n do t = {t} end return t end
check(pcall(encode, nest(32)) and not pcall(encode, nest(33)), "depth of encoding")
check(equal(decode(encode(nest(32))), nest(32)))
check(not pcall(decode, ("\x91"):rep(33) .. "\1") and pcall(decode, ("\x91"):rep(32) .. "\1"), "depth of decoding")
local many = {}
for i = 1, 9999 do many[i] = i end
check(pcall(encode, many))
many[10000] = 1
check(not pcall(encode, many), "more than 10000 nodes")

-- No metamethod runs.
local function trap() check(false, "a metamethod ran") end
local trapped = setmetatable({1, 2, {a = "b"}}, {__index = trap, __pairs = trap, __len = trap, __tostring = trap, __name = {}, __metatable = false})
check(encode(trapped) == encode{1, 2, {a = "b"}})

-- The limit in bytes holds exactly, however much the buffer already has room for.
for _, limit in ipairs{1, 2, 10, 100, 255, 256, 300, 5000, 66000, 100000, 1 << 20} do
  for _, over in ipairs{-6, -5, -3, -2, -1, 0, 1, 2, 100, limit} do
    local ok, bytes = pcall(encode, ("x"):rep(math.max(0, limit + over)), limit)
    check(not ok or #bytes <= limit, "limit", limit, "text", limit + over, "bytes", ok and #bytes)
    ok, bytes = pcall(encode, {("x"):rep(limit // 2), ("y"):rep(math.max(0, limit // 2 + over))}, limit)
    check(not ok or #bytes <= limit, "limit", limit, "list of bytes", ok and #bytes)
  end
  local ok, bytes = pcall(encode, ("x"):rep(math.max(0, limit - 5)), limit)
  check(ok, "limit", limit, bytes)
end

-- A weak table may lose its entries while it is read: an error, or all there.
for _ = 1, 30 * rounds do
  local weak = setmetatable({}, {__mode = "v"})
  for i = 1, 200 do weak[("key"):rep(20) .. i] = {("v"):rep(50) .. i} end
  local ok, bytes = pcall(encode, weak)
  if ok then check(pcall(decode, bytes)) else check(tostring(bytes):find("weak", 1, true), bytes) end
end

-- Bytes from anywhere.
local function survives(bytes)
  local ok, v = pcall(decode, bytes)
  check(ok or type(v) == "string", v)
  if ok then
    local again, second = pcall(encode, v)
    if again then check(#second <= 9 * #bytes + 9) end
  end
  pcall(decode_list, bytes)
end
for _ = 1, 60000 * rounds do
  local b = {}
  for i = 1, random(12) do b[i] = string.char(random(3) == 1 and random(0x80, 0xDF) or random(0, 255)) end
  survives(table.concat(b))
end
for _ = 1, 30000 * rounds do
  local s = pick(samples)
  local kind = random(4)
  local at = random(#s)
  if kind == 1 then s = s:sub(1, at)
  elseif kind == 2 then s = s:sub(1, at - 1) .. string.char(random(0, 255)) .. s:sub(at + 1)
  elseif kind == 3 then s = s .. string.char(random(0, 255))
  else s = s:sub(1, at) .. pick(samples) .. s:sub(at + 1) end
  survives(s)
end
for _, head in ipairs{"\xC4", "\xC5", "\xC6", "\xD9", "\xDA", "\xDB", "\xDC", "\xDD", "\xDE", "\xDF", "\xCA", "\xCB", "\xC7", "\xC1", "\xD4"} do
  for n = 0, 9 do
    survives(head .. ("\xFF"):rep(n))
    survives(head .. ("\0"):rep(n))
    survives("\x81\xA1a" .. head .. ("\xFF"):rep(n))
  end
end
check(not pcall(decode, "") and not pcall(decode, "\1\1") and not pcall(decode, "\x81\1\1") and not pcall(decode, "\xA1\xFF"))
check(not pcall(decode, "\xCF" .. ("\xFF"):rep(8)), "an unsigned integer beyond 64 bits")
check(decode("\xCC\xFF") == 255 and decode("\xD0\xFF") == -1 and decode("\xCE\xFF\xFF\xFF\xFF") == 4294967295)
check(not pcall(decode, "\xDC\x27\x11" .. ("\1"):rep(10001)), "more than 10000 nodes")
check(select("#", decode_list("\x93\1\2\xC0")) == 3 and not pcall(decode_list, "\1") and not pcall(decode_list, "\x91\1\1"))
