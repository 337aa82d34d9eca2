-- The utf8 library against the stock one. Bytes 0xFE and 0xFF are left out there: 5.4.4 reads beyond the text behind them.
math.randomseed(seed)
local random = math.random
local own, stock = own.utf8, stock.utf8

local function pick(list) return list[random(#list)] end

local function same(name, s, ...)
  local a, b = table.pack(pcall(own[name], s, ...)), table.pack(pcall(stock[name], s, ...))
  local equal = a.n == b.n and a[1] == b[1]
  for i = 2, a.n do equal = equal and (not a[1] or a[i] == b[i]) end
  check(equal, name, type(s) == "string" and ("%q"):format(s) or s, table.concat({tostring((...)), tostring((select(2, ...)))}, ", "), "->",
        a[1], a[2], a[3], "stock:", b[1], b[2], b[3])
end

local pieces = {"a", "z", "\0", "é", "ß", "€", "한", "𝄞", "\u{D800}", "\u{10FFFF}", "\u{110000}", "\u{7FFFFFFF}", "\u{3FFFFFF}", "\x80", "\xBF",
                "\xC0\x80", "\xC3", "\xE2\x82", "\xF0\x9D", "\xF8", "\xFC", "\xFD", "\xE0\x80\x80", "\xF4\x90\x80\x80"}

local function codes(library, s, lax)
  local out = {}
  local ok = pcall(function() for p, c in library.codes(s, lax) do out[#out + 1] = p .. ":" .. c end end)
  return table.concat(out, " ") .. tostring(ok)
end

for _ = 1, 30000 * rounds do
  local parts = {}
  for i = 1, random(0, 6) do parts[i] = pick(pieces) end
  local s = table.concat(parts)
  local i, j = pick{0, 1, 2, 3, 5, 8, -1, -2, -5, -9, math.mininteger, math.maxinteger}, pick{0, 1, 2, 3, 5, 8, -1, -2, -5, math.mininteger, math.maxinteger}
  local lax = random(2) == 1
  same("len", s)
  same("len", s, i, j, lax)
  same("codepoint", s, i)
  same("codepoint", s, i, j, lax)
  same("offset", s, i)
  same("offset", s, i, j)
  -- 5.4.4 passes over stray continuation bytes, which later versions and this one refuse.
  local a, b = codes(own, s, lax), codes(stock, s, lax)
  check(a == b or a:find("false$") and not stock.len(s, 1, -1, lax), "codes", ("%q"):format(s), a, "stock:", b)
  same("char", i, j)
end
for _, c in ipairs{0, 0x7F, 0x80, 0x7FF, 0x800, 0xFFFF, 0x10000, 0x10FFFF, 0x1FFFFF, 0x200000, 0x3FFFFFF, 0x4000000, 0x7FFFFFFF, 0x80000000, -1, 1.5, "9"} do
  same("char", c)
  same("char", c, 65, c)
end
same("char")
check(own.charpattern == stock.charpattern)
for name in pairs(stock) do check(own[name], name, "is missing") end
for _, bad in ipairs{"\xFE", "\xFF", "a\xFE", "\xFF\x80\x80\x80\x80\x80\x80\x80", ("\xFF"):rep(9)} do
  for _, lax in ipairs{false, true} do
    check(own.len(bad, 1, -1, lax) == nil)
    check(not pcall(own.codepoint, bad, 1, -1, lax))
    check(codes(own, bad, lax):find("false"), "codes", bad)
  end
end
check(not pcall(own.codepoint, ("a"):rep(250001), 1, -1))
