local stoa = require "stoa"
require "lib.buying"
require "lib.door"
require "lib.office"

-- In the language in which the person has bought last.
local function say_hello(chat)
  local lang = chat.user.store:get("lang")
  chat:send(stoa.t(lang, "hello"), {
    buttons = { { { text = stoa.t(lang, "open"), url = "stoa:a/event_tickets/home" } }, { { text = stoa.t(lang, "my_tickets"), url = "stoa:a/event_tickets/tickets" } } },
  })
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
