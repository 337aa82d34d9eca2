-- class: cpu
-- expect: contained
-- why: a step of next over 120,000 emptied slots, from a key that stays
local t = {}
for i = 1, 120000 do t[i + 0.5] = i end
local first = next(t)
local k, n = first, 0
while true do
  k = next(t, k)
  if not k then break end
  n = n + 1
  if n < 119990 then t[k] = nil end
end
for i = 1, 120000 do next(t, first) end
return "ESCAPED: 1.4e10 slots skipped"
