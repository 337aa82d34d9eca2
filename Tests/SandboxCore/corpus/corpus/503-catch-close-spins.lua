-- class: cpu
-- expect: contained
-- why: a __close handler gets to run while the limit error unwinds
local c <close> = setmetatable({}, {__close = function() while true do pcall(error) end end})
while true do end
