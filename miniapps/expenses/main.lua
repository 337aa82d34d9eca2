local stoa = require "stoa"
local book = require "lib.book"
require "lib.pages"
require "lib.actions"

local HELLO <const> = "Shared costs: when one of you pays for others (a dinner, the tickets, the petrol), write it down here. I keep account of who owes whom, and show how "
  .. "few payments settle it all."

local function say_hello(chat)
  local hint = chat.kind == "direct" and "Add me to a group with those whom you share costs with, and open me there."
    or "Press Open, then \"Count me in\": whoever does can share costs with the others."
  chat:send(HELLO .. "\n\n" .. hint, {
    buttons = chat.kind == "group" and { { { text = "Open", url = "stoa:a/" .. stoa.app.name .. "/home" } } } or nil,
  })
end

stoa.command("start", "What this is; opens it", function(chat)
  if chat.kind == "group" then book.join(chat, chat.user.id, chat.user.display) end
  say_hello(chat)
end, { keeps = true })

-- In a group, keep out of what people say to each other.
stoa.on("message", function(chat)
  if chat.kind == "direct" then say_hello(chat) end
end)

stoa.on("member_joined", function(chat, user)
  if user.id == stoa.app.bot.id then
    say_hello(chat)
  elseif not user.bot then
    book.join(chat, user.id, user.display)
  end
end)

stoa.on("member_left", function(chat, user)
  if not user.bot then book.leave(chat, user.id) end
end)

-- Paid after nobody waited for it any more: it settles all the same.
stoa.payments.on("captured", function(chat, payment)
  local to = math.tointeger(tonumber(payment.data))
  if chat and to then book.settle_paid(chat, chat.user, payment, to) end
end)

stoa.payments.on("refunded", function(chat, payment)
  if chat and payment.state == "refunded" then book.unsettle(chat, payment) end
end)

stoa.payments.on("refund_requested", function(chat, payment)
  if not chat then return end
  local entry, _, by_id = book.of_payment(chat, payment), book.members(chat)
  local lang, to = entry and entry.lang, by_id[math.tointeger(tonumber(payment.data))]
  chat:send(stoa.t(lang, "money_went_on", { to = to and to.name or stoa.t(lang, "somebody") }))
end)
