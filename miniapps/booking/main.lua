local stoa = require "stoa"
local bookings = require "lib.bookings"
local owner = require "lib.owner"
local settings = require "lib.settings"
local words = require "lib.words"
require "lib.booking_pages"
require "lib.owner_pages"

local HELLO <const> = "This is " .. settings.title .. ", " .. settings.place .. ". Choose what, with whom and when; you are reminded the day before."

local function button(text, page) return { { { text = text, url = "stoa:a/" .. stoa.app.name .. "/" .. page } } } end

stoa.command("start", "What this is; opens it", function(chat) chat:send(HELLO, { buttons = button("Open", "home") }) end, { keeps = true })

stoa.command("owner", "For who runs the place: become its owner", function(chat, arguments) owner.command(chat, arguments, "owner") end)

-- In a group, keep out of what people say to each other.
stoa.on("message", function(chat)
  if chat.kind == "direct" then chat:send(HELLO, { buttons = button("Open", "home") }) end
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
