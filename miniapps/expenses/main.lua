local stoa = require "stoa"
local book = require "lib.book"
require "lib.pages"
require "lib.actions"

local function say_hello(chat)
  local hint = chat.kind == "direct" and "\n\nAdd me to a group, and open me there." or "\n\nOpen it and press \"Count me in\"."
  chat:send("Shared costs of this group: who paid what, who owes whom, and the fewest payments that make it even." .. hint, {
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
  local _, by_id = book.members(chat)
  local to = by_id[math.tointeger(tonumber(payment.data)) or 0]
  chat:send("That money went on to " .. (to and to.name or "whom it was owed to") .. " at once, so it is theirs to give back.")
end)
