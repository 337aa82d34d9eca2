-- The table library against the stock one, on tables and on what stands in for one.
math.randomseed(seed)
local random = math.random
local own, stock = own.table, stock.table

local function pick(list) return list[random(#list)] end

local function show(v, depth)
  if type(v) ~= "table" then return tostring(v) end
  if (depth or 0) > 2 then return "{...}" end
  local parts = {}
  for k, x in next, v do parts[#parts + 1] = tostring(k) .. "=" .. show(x, (depth or 0) + 1) end
  stock.sort(parts)
  return "{" .. stock.concat(parts, ",") .. "}"
end

-- A table, and a function that tells what a proxy of it saw.
local function make(items, kind)
  local t = {}
  for i, v in ipairs(items) do t[i] = v end
  if kind == "plain" then return t, function() return show(t) end end
  local log = {}
  local p = setmetatable({}, {
    __index = function(_, k) log[#log + 1] = "r" .. tostring(k) return t[k] end,
    __newindex = function(_, k, v) log[#log + 1] = "w" .. tostring(k) t[k] = v end,
    __len = function() log[#log + 1] = "l" return #t end,
  })
  return p, function() return show(t) .. stock.concat(log, " ") end
end

local function same(name, items, kind, ...)
  local results = {}
  for i, library in ipairs{own, stock} do
    local t, tell = make(items, kind)
    local r = stock.pack(pcall(library[name], t, ...))
    for j = 1, r.n do
      if r[j] == t then r[j] = "itself" end
      r[j] = show(r[j])
    end
    if r[1] == "false" then r[2] = r[2]:gsub("^bad argument #%d to '[^']*'", "bad argument") end
    results[i] = stock.concat(r, " ", 1, r.n) .. " " .. tell()
  end
  check(results[1] == results[2], name, kind, show(items), show{...}, "->", results[1], "stock:", results[2])
end

local places = {0, 1, 2, 3, 4, 5, 6, -1, -2, math.mininteger, math.maxinteger, 1.0, "2", 1.5, "x"}
for _ = 1, 15000 * rounds do
  local items = {}
  for i = 1, random(0, 6) do items[i] = pick{1, 2, 3, "a", "b", 1.5, "c"} end
  for _, kind in ipairs{"plain", "proxy"} do
    same("insert", items, kind, pick{1, "new"})
    same("insert", items, kind, pick(places), "new")
    same("remove", items, kind)
    same("remove", items, kind, pick(places))
    same("concat", items, kind, pick{"", ", ", 5})
    same("concat", items, kind, ",", random(-2, 7), random(-2, 7))
    same("unpack", items, kind)
    same("unpack", items, kind, random(-2, 7), random(-2, 7))
    local from, to, at = random(-3, 7), random(-3, 7), random(-3, 7)
    same("move", items, kind, from, to, at)
    same("move", items, kind, from, to, at, {})
  end
end
for _, kind in ipairs{"plain", "proxy"} do
  same("insert", {1}, kind)
  same("insert", {1}, kind, 1, 2, 3)
  same("concat", {1, {}, 3}, kind)
  same("concat", {1, true}, kind, ",")
  same("concat", {"a"}, kind, {})
  same("move", {1, 2, 3}, kind, math.mininteger, math.maxinteger, 1)
  same("move", {1, 2, 3}, kind, 0, math.maxinteger, 1)
  same("move", {1, 2, 3}, kind, 1, 3, math.maxinteger)
  same("move", {1, 2, 3}, kind, math.maxinteger - 1, math.maxinteger, 5)
  same("move", {1, 2, 3}, kind, math.mininteger, math.mininteger + 1, -5)
  same("unpack", {}, kind, math.maxinteger, math.maxinteger)
  same("unpack", {}, kind, math.maxinteger - 1, math.maxinteger)
  same("unpack", {}, kind, math.mininteger, math.mininteger)
  same("concat", {}, kind, "", math.maxinteger, math.maxinteger)
end
for _, name in ipairs{"insert", "remove", "concat", "unpack", "move", "sort"} do
  for _, v in ipairs{1, "text", true, print} do
    if not (name == "move" and v == "text") and not (name == "unpack") then
      check(not pcall(own[name], v, 1, 2, 3), name, "takes a", type(v))
    end
  end
  check(not pcall(own[name]))
end
for name in pairs(stock) do check(own[name], name, "is missing") end
local packed = own.pack(1, nil, 3, nil)
check(packed.n == 4 and packed[1] == 1 and packed[2] == nil and packed[3] == 3)
check(own.pack().n == 0)

-- sort
local function sorted(list, less)
  for i = 2, #list do
    if less and less(list[i], list[i - 1]) or not less and list[i] < list[i - 1] then return false end
  end
  return true
end

for _ = 1, 4000 * rounds do
  local list, counts = {}, {}
  local range = pick{1, 2, 5, 1000, math.maxinteger}
  local kind = random(3)
  for i = 1, random(0, pick{3, 10, 60, 200}) do
    list[i] = kind == 1 and random(range) or kind == 2 and tostring(random(range)) or random(range) / 3
    counts[list[i]] = (counts[list[i]] or 0) + 1
  end
  local less = pick{false, function(a, b) return a > b end, function(a, b) return a < b end}
  own.sort(list, less or nil)
  check(sorted(list, less), "not sorted", show(list))
  for _, v in ipairs(list) do counts[v] = counts[v] - 1 end
  for v, n in pairs(counts) do check(n == 0, "sort lost or doubled", v) end
end
for _, shape in ipairs{function(i) return i end, function(i) return -i end, function(i) return i % 2 end, function(i) return i % 100 end,
                       function() return 1 end, function(i) return i < 5000 and i or 10000 - i end} do
  local list = {}
  for i = 1, 10000 do list[i] = shape(i) end
  local before = fuel()
  own.sort(list)
  check(sorted(list), "a shape is not sorted")
  check(fuel() - before < 5000000, "a shape took", fuel() - before)
end

-- Comparators that contradict themselves, raise or yield: an ordinary error or some order, never anything lost outside of the table.
local function chaotic(less, n)
  local list = setmetatable({}, {__index = function(_, k) check(false, "read at", k) end, __newindex = function(_, k) check(false, "write at", k) end})
  for i = 1, n do rawset(list, i, i) end
  local ok, message = pcall(own.sort, list, less)
  check(ok or type(message) == "string", message)
  check(#list == n, "length", #list)
end
for n = 2, 300, 7 do
  chaotic(function() return true end, n)
  chaotic(function() return false end, n)
  chaotic(function() return random(2) == 1 end, n)
  chaotic(function(a, b) return a <= b end, n)
  chaotic(function(a, b) return a ~= b end, n)
  chaotic(function() error("stop") end, n)
  chaotic(function() return nil end, n)
end
check(not pcall(own.sort, {1, "a", 2}))
check(not pcall(own.sort, {3, 2, 1}, {}))
check(not pcall(own.sort, {1, 2, nil, 4, n = 4}, function(a, b) return a < b end) or true)
local ok, message = coroutine.resume(coroutine.create(function() own.sort({3, 2, 1}, function(a, b) return coroutine.yield(a, b) end) end))
check(not ok and message:find("yield", 1, true), message)
local shrinking = {}
for i = 1, 100 do shrinking[i] = 100 - i end
check(not pcall(own.sort, shrinking, function(a, b) for i = 1, 100 do shrinking[i] = nil end return a < b end))
local nested = {}
local function deep(n) own.sort({2, 1}, function(a, b) if n > 0 then deep(n - 1) end return a < b end) end
check(not pcall(deep, 300))

-- limits of ours
local function long(n) return setmetatable({}, {__len = function() return n end}) end
for _, n in ipairs{100000002, math.maxinteger, math.maxinteger - 1} do
  check(not pcall(own.insert, long(n), 1, 0), "insert", n)
  check(not pcall(own.remove, long(n), 1), "remove", n)
  check(not pcall(own.concat, long(n)), "concat", n)
  check(not pcall(own.sort, long(n)), "sort", n)
  check(not pcall(own.unpack, long(n)), "unpack", n)
end
check(not pcall(own.move, {}, 1, 100000001, 2))
check(not pcall(own.sort, long(1000001)))
check(not pcall(own.unpack, {}, 1, 250001) and select("#", own.unpack({}, 1, 100000)) == 100000)
for _, n in ipairs{-1, math.mininteger, "x", 1.5, {}} do
  for _, name in ipairs{"insert", "remove", "concat", "sort", "unpack"} do pcall(own[name], long(n), 1, 2) end
end
local reads = 0
local counted = setmetatable({3, 1, 2}, {__len = function() reads = reads + 1 return 3 end})
for _, name in ipairs{"sort", "concat", "unpack", "remove"} do
  reads = 0
  own[name](counted)
  check(reads == 1, name, "read the length", reads)
end
