-- class: memory
-- expect: contained
-- why: a failing wrap closes its coroutine, whose __close fails in another wrap, and so on
local function f()
  return coroutine.wrap(function()
    local c <close> = setmetatable({}, {__close = function() f() end})
    error("x")
  end)()
end
f()
