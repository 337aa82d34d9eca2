-- class: cpu
-- expect: contained
-- why: naming the nil field in an error message walks a chain of accesses backwards: quadratic time, recursion on the C stack
local f, e = load("local t = {} t.a = t local y = t" .. (".a"):rep(400000) .. ".b.c.d")
if f then pcall(f) return "ESCAPED: described 400,000 accesses" end
error("contained: " .. tostring(e))
