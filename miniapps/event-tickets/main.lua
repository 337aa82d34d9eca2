local stoa = require "stoa"
require "lib.buying"
require "lib.door"
require "lib.office"

local HELP <const> = [[
Tickets for what is on. Choose an event, pay, and show the code of your ticket at the door. You can return tickets until the day before.]]

local function say_hello(chat)
  chat:send(HELP, { buttons = { { { text = "Open", url = "stoa:a/event_tickets/home" } }, { { text = "My tickets", url = "stoa:a/event_tickets/tickets" } } } })
end

stoa.command("start", "What this is, and the events", say_hello, { keeps = true })

-- In a group, keep out of what people say to each other.
stoa.on("message", function(chat)
  if chat.kind == "direct" then say_hello(chat) end
end)

-- Who wants to be forgotten is staff no more. Tickets stay: who has paid for one gets in, and the door needs its name.
stoa.on("forgotten", function(person)
  stoa.store:delete("staff:" .. person.id)
  stoa.store:delete("tries:" .. person.id)
end)
