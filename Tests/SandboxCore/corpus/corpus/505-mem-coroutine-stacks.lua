-- class: memory
-- expect: contained
-- why: a thousand coroutines, each suspended 15,000 calls deep
local function deep(n) if n == 0 then coroutine.yield() return 0 end return 1 + deep(n - 1) end
local t = {}
for i = 1, 1000 do t[i] = coroutine.create(deep) coroutine.resume(t[i], 15000) end
return "ESCAPED: 6 GB of stacks"
