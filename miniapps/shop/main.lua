local stoa = require "stoa"
local catalogue = require "lib.catalogue"
local notices = require "lib.notices"
local orders = require "lib.orders"
local owner = require "lib.owner"
require "lib.shelf"
require "lib.checkout"
require "lib.order_pages"
require "lib.owner_pages"

local HELLO <const> = [[
This is the corner shop. Look around, fill your cart, pay, and follow your order: all in one page.]]

local function button(text, page) return { { { text = text, url = "stoa:a/" .. stoa.app.name .. "/" .. page } } } end

stoa.command("start", "What this is; opens the shop", function(chat) chat:send(HELLO, { buttons = button("Open", "home") }) end, { keeps = true })

stoa.command("owner", "For who runs the shop: become its owner", function(chat, arguments) owner.command(chat, arguments, "owner") end)

-- In a group, keep out of what people say to each other.
stoa.on("message", function(chat)
  if chat.kind == "direct" then chat:send(HELLO, { buttons = button("Open", "home") }) end
end)

-- Somebody asks for their money on the receipt itself.
stoa.payments.on("refund_requested", function(chat, payment)
  local order = orders.paid_by(chat.user, payment.id)
  if not order then return chat:send("We have to look at this ourselves. You will hear from us.") end
  local ok, why = orders.cancel(order, payment.refund_reason)
  chat:send(ok and order.says.cancelled or order.says[why])
end)

-- Paid, but nobody waits for it any more: then nothing was ordered, and the money goes back.
stoa.payments.on("captured", function(chat, payment)
  local refund = stoa.payments.refund(payment.id, { reason = "the order was not finished" })
  local says = chat and chat.user.store:get("unfinished")
  if says then chat:send(refund and says.refunded or says.later) end
end)

-- Money went back without the shop's doing: by the operator, or after a complaint.
stoa.payments.on("refunded", function(chat, payment)
  local order = chat and orders.paid_by(chat.user, payment.id)
  if not order or payment.state ~= "refunded" or order.state == "cancelled" then return end
  order.state = "cancelled"
  orders.put(order)
  for _, line in ipairs(order.lines) do catalogue.moved(line.sku) end
end)

stoa.on("forgotten", function(person)
  orders.forget(person.id)
  owner.leave(person)
  notices.stop(person)
end)
