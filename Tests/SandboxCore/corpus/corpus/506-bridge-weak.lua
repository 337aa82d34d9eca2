-- class: bridge
-- expect: contained
-- why: a weak table that loses its values between counting and writing
-- accept: exit0
local t = setmetatable({}, {__mode = "v"})
for i = 1, 5000 do t["k" .. i] = {("x"):rep(100)} end
return t
