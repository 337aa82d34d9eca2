local stoa = require "stoa"
local catalogue = require "lib.catalogue"
local notices = require "lib.notices"
local orders = require "lib.orders"
local owner = require "lib.owner"
require "lib.shelf"
require "lib.checkout"
require "lib.order_pages"
require "lib.owner_pages"

-- The language in which the person has ordered last; nil when they have not.
local function language(chat) return chat.user.store:get("lang") end

local function say_hello(chat)
  local lang = language(chat)
  chat:send(stoa.t(lang, "hello"), { buttons = { { { text = stoa.t(lang, "open"), url = "stoa:a/" .. stoa.app.name .. "/home" } } } })
end

stoa.command("start", "What this is; opens the shop", say_hello, { keeps = true })

stoa.command("owner", "For who runs the shop: become its owner", function(chat, arguments) owner.command(chat, arguments, "owner") end)

-- In a group, keep out of what people say to each other.
stoa.on("message", function(chat)
  if chat.kind == "direct" then say_hello(chat) end
end)

-- Somebody asks for their money on the receipt itself.
stoa.payments.on("refund_requested", function(chat, payment)
  local order = orders.paid_by(chat.user, payment.id)
  if not order then return chat:send(stoa.t(language(chat), "look_ourselves")) end
  local ok, why = orders.cancel(order, payment.refund_reason)
  chat:send(stoa.t(order.lang, ok and "order_cancelled" or why, { number = order.number }))
end)

-- Paid, but nobody waits for it any more: then nothing was ordered, and the money goes back.
stoa.payments.on("captured", function(chat, payment)
  local refund = stoa.payments.refund(payment.id, { reason = "the order was not finished" })
  if not chat then return end
  local lang = language(chat)
  chat:send(stoa.t(lang, refund and "unfinished" or "unfinished_later", { sum = orders.money(lang, payment.amount) }))
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
