-- A list for adults. The host asks the person and answers yes or no; the bot never learns how old anybody is.
local stoa = require "stoa"
local wines = require "lib.wines"

local ADULT <const> = 18

stoa.command("start", "Say hello", function(chat)
  chat:send("Welcome to the cellar. /list shows what is in it, to adults.")
end)

stoa.command("list", "What is in the cellar", function(chat)
  local is_adult, why = stoa.identity.age { at_least = ADULT, timeout = "1 day" }
  if is_adult then
    chat:send(wines.list())
  elseif is_adult == false then
    chat:send("Come back when you are " .. ADULT .. ". Until then: we press a good grape juice.")
  elseif why == "timeout" then
    chat:send("I waited a day for your answer. Send /list to see the list after all.")
  else
    chat:send("Without knowing that you are " .. ADULT .. " I may not show the list.")
  end
end)
