-- class: cpu
-- expect: contained
-- why: a table that is its own __call shifts all arguments up for each one it adds: quadratic in one C call
local mt = {}
mt.__call = setmetatable({}, mt)
local ok, e = pcall(setmetatable({}, mt))
return "ESCAPED: " .. tostring(e)
