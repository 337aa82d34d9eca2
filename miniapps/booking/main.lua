local stoa = require "stoa"
local bookings = require "lib.bookings"
local owner = require "lib.owner"
local settings = require "lib.settings"
local words = require "lib.words"
require "lib.booking_pages"
require "lib.owner_pages"

-- In the language in which the person has booked last.
local function say_hello(chat)
  local lang = chat.user.store:get("lang")
  chat:send(stoa.t(lang, "hello", { title = settings.title, place = settings.place }), {
    buttons = { { { text = stoa.t(lang, "open"), url = "stoa:a/" .. stoa.app.name .. "/home" } } },
  })
end

stoa.command("start", "What this is; opens it", say_hello, { keeps = true })

stoa.command("owner", "For who runs the place: become its owner", function(chat, arguments) owner.command(chat, arguments, "owner") end)

-- In a group, keep out of what people say to each other.
stoa.on("message", function(chat)
  if chat.kind == "direct" then say_hello(chat) end
end)

stoa.timer("reminder", function(chat, timer)
  local booking = bookings.get(timer.data)
  -- Cancelled, or taken once more with a reminder of its own.
  if not booking or booking.timer ~= timer.id or booking.state == "cancelled" then return end
  if booking.state == "withdrawn" then
    if not booking.told then chat:send(words.message("withdrawn_message", booking)) end
    return
  end
  chat:send(words.message("reminder", booking))
end)

stoa.on("forgotten", function(person)
  bookings.forget(person.id)
  owner.leave(person)
end)
