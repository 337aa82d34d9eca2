-- Random patterns on random subjects: find, match, gmatch and gsub answer as the stock library does, errors included.
math.randomseed(seed)
local random = math.random
local own, stock = own.string, stock.string

local function pick(list) return list[random(#list)] end

local letters = {"a", "b", "c", "d", "1", " ", "-", "(", ")", "%", "\0", "\255", "_", "A"}
local classes = {"%a", "%d", "%s", "%w", "%A", "%S", "%W", "%x", "%p", "%l", "%u", "%g", "%c", "%z", "%.", "%%", "%-", "%(", ".", "%D"}
local suffixes = {"", "", "", "", "*", "+", "-", "?"}
local broken = {"%", "[", "[^", "[%", "(", ")", "%b", "%bx", "%f", "%fa", "%0", "%1", "%9", "[a-", "[]", "[^]", "[a-%", "^", "$", "[]-a]", "[a-]"}

local function set()
  local parts = {"[", random(4) == 1 and "^" or ""}
  if random(6) == 1 then parts[#parts + 1] = "]" end
  for _ = 1, random(4) do
    local kind = random(5)
    parts[#parts + 1] = kind == 1 and pick(classes) or kind == 2 and pick{"a-c", "0-9", "b-a", "\0-\127", "\128-\255", "a-%", "--/"}
      or pick(letters):gsub("%%", "%%%%"):gsub("[%[%]]", "x")
  end
  return table.concat(parts) .. "]"
end

local function pattern(depth)
  local parts = {}
  for _ = 1, random(4) do
    local kind = random(20)
    if kind <= 8 then parts[#parts + 1] = pick(letters):gsub("[%%()%-]", "%%%0") .. pick(suffixes)
    elseif kind <= 11 then parts[#parts + 1] = pick(classes) .. pick(suffixes)
    elseif kind <= 13 then parts[#parts + 1] = set() .. pick(suffixes)
    elseif kind <= 16 and depth < 3 then parts[#parts + 1] = "(" .. (random(5) == 1 and "" or pattern(depth + 1)) .. ")"
    elseif kind == 17 then parts[#parts + 1] = "%" .. random(3)
    elseif kind == 18 then parts[#parts + 1] = pick{"%b()", "%bab", "%baa", "%b%%", "%f[%w]", "%f[%W]", "%f[^a]", "%f[\0]"}
    elseif kind == 19 then parts[#parts + 1] = pick(broken)
    end
  end
  local text = table.concat(parts)
  if depth == 0 and random(6) == 1 then text = "^" .. text end
  if depth == 0 and random(6) == 1 then text = text .. "$" end
  return text
end

local function subject()
  local parts = {}
  for i = 1, random(0, 14) do parts[i] = pick(letters) end
  return table.concat(parts)
end

local function same(name, p, s, ...)
  local a, b = table.pack(pcall(own[name], s, p, ...)), table.pack(pcall(stock[name], s, p, ...))
  local equal = a.n == b.n
  for i = 1, a.n do equal = equal and a[i] == b[i] and math.type(a[i]) == math.type(b[i]) end
  if not equal then check(false, name, ("%q %q"):format(s, p), a[1], a[2], a[3], "stock:", b[1], b[2], b[3]) else check(true) end
end

-- All matches as one text, from either library.
local function all(gmatch, s, p, from)
  local out, n = {}, 0
  local ok, message = pcall(function()
    for a, b, c in gmatch(s, p, from) do
      n = n + 1
      out[#out + 1] = tostring(a) .. "|" .. tostring(b) .. "|" .. tostring(c)
    end
  end)
  return table.concat(out, "\n") .. tostring(ok) .. tostring(message)
end

local replacements = {"x", "", "%0", "%1", "[%2]", "%%", "%", "%y", "%9", 7, 1.5, {a = "A", b = false, ["1"] = 5, [" "] = {}},
                      function(a) return a end, function() end, function() return false end, function(_, b) return b end,
                      function() return {} end, function() error("e", 0) end}

for _ = 1, 60000 * rounds do
  local p, s = pattern(0), subject()
  same("find", p, s)
  same("match", p, s)
  local from = random(-16, 16)
  same("find", p, s, from, random(4) == 1)
  same("match", p, s, from)
  same("gsub", p, s, pick(replacements), pick{nil, 0, 1, 2, -1, 100})
  local a, b = all(own.gmatch, s, p, from), all(stock.gmatch, s, p, from)
  check(a == b, "gmatch", ("%q %q %d"):format(s, p, from), a, "stock:", b)
end

-- What random patterns do not reach.
for _, n in ipairs{1, 31, 32, 33, 60, 199, 200, 201, 250, 1000} do
  for _, item in ipairs{"a", "a?", "a*", "a-", "b*", "b?", "b-", "a+", "()", "(a)", "(b*)", "%b()", "%f[a]", ".", "[ab]*"} do
    -- Short subjects where the ways to divide them among the items would be too many to try.
    same("find", item:rep(n), ("a"):rep(item == "a+" and 10 or 300))
    same("match", item:rep(n) .. "c", ("a"):rep(n > 20 and 2 or 12))
  end
end
same("find", "\0", "a\0b")
same("find", "b", "a\0b", 1, true)
same("match", "[^\0]+", "ab\0cd")
same("gsub", "", "abc", "-")
same("gsub", "$", "abc", "-")
same("gsub", "^a", "aaa", "b")
same("match", "()()()", "")
same("find", "", "", 10)
same("find", "", "abc", 4)
same("find", "", "abc", 5)
same("find", "x", ("a"):rep(100000) .. "x", -1)
for _, at in ipairs{math.mininteger, math.maxinteger, -1, 0, 1, 3, 4, 5, -3, -4, -5} do
  for _, p in ipairs{"", "b", "()", "[%]]", "c$"} do
    same("find", p, "abc", at)
    same("find", p, "abc", at, true)
    same("match", p, "abc", at)
    check(all(own.gmatch, "abc", p, at) == all(stock.gmatch, "abc", p, at), "gmatch", p, at)
  end
end
