local stoa = require "stoa"
local cart = require "lib.cart"
local catalogue = require "lib.catalogue"
local checkout = require "lib.checkout"
local date = require "lib.date"
local money = require "lib.money"
local orders = require "lib.orders"
local stock = require "lib.stock"

local HELP <const> = [[
/shop shows what there is and puts it into your cart.
/cart shows your cart; its buttons change it.
/checkout orders and pays it: delivered, or picked up.
/orders shows what you have ordered; you can cancel until the day, and get your money back.
/cancel stops a question.]]

stoa.command("start", "Say hello", function(chat)
  chat:send("Hi " .. chat.user.display .. "! This is the corner shop.\n\n" .. HELP)
end)

stoa.command("help", "How it works", function(chat) chat:send(HELP) end, { keeps = true })

local function titles_of(list)
  local titles = {}
  for i, entry in ipairs(list) do titles[i] = entry.title end
  return titles
end

stoa.command("shop", "Choose something", function(chat)
  local _, place = chat:choose("What are you looking for?", titles_of(catalogue.categories))
  local items = catalogue.categories[place].items
  local item = items[1]
  if #items > 1 then
    local _, chosen = chat:choose("Which one?", titles_of(items))
    item = items[chosen]
  end
  local labels = {}
  for i, size in ipairs(item.sizes) do
    local left = stock.left(size.key)
    labels[i] = size.name .. ", " .. money(size.price) .. (left == 0 and " (sold out)" or left <= 3 and " (" .. left .. " left)" or "")
  end
  local _, chosen = chat:choose(item.title .. ":", labels)
  local size = item.sizes[chosen]
  local order = chat:form { { name = "count", ask = "How many?", type = "integer", min = 1, max = 99 } }
  cart.add(chat.user, size.key, order.count)
  chat:send("In your cart: " .. order.count .. " × " .. size.title .. ".\n/cart shows it, /checkout orders it, /shop goes on.")
end)

local function show_cart(chat, message)
  local lines = cart.lines(chat.user)
  local text = #lines == 0 and "Your cart is empty. /shop shows what there is." or cart.text(lines)
  local options = { buttons = #lines > 0 and cart.buttons(lines) or nil }
  if message then chat:edit(message, text, options) else chat:send(text, options) end
end

stoa.command("cart", "See and change your cart", function(chat) show_cart(chat) end, { keeps = true })

stoa.press("less", function(chat, press)
  cart.add(chat.user, press.value, -1)
  show_cart(chat, press.message)
end)

stoa.press("more", function(chat, press)
  if catalogue.find(press.value) then cart.add(chat.user, press.value, 1) end
  show_cart(chat, press.message)
end)

stoa.press("empty", function(chat, press)
  cart.empty(chat.user)
  show_cart(chat, press.message)
end)

stoa.command("checkout", "Order what is in your cart", checkout)

local function title_of(order)
  local state = order.state == "ordered" and "for " .. order.day or order.state
  return "Order " .. order.number .. ", " .. money(order.sum) .. ", " .. state
end

stoa.command("orders", "Your orders; cancel one", function(chat)
  local mine = orders.of(chat.user)
  if #mine == 0 then return chat:send("You have ordered nothing yet. /shop shows what there is.") end
  local labels = {}
  for i, order in ipairs(mine) do labels[i] = title_of(order) end
  local _, place = chat:choose("Which one?", labels, { timeout = "1 hour" })
  if not place or place == "timeout" then return end
  local number = mine[place].number
  chat:send(cart.text(mine[place].lines))

  local order = orders.get(chat.user, number)
  if order.state ~= "ordered" or order.day <= date.day_of(stoa.time.now()) then return end
  if not chat:confirm("Cancel order " .. number .. "?", { yes = "Cancel it", no = "Keep it", timeout = "1 hour" }) then return end
  -- The day may have come while the question was open.
  order = orders.get(chat.user, number)
  if order.state ~= "ordered" or order.day <= date.day_of(stoa.time.now()) then
    return chat:send("It is too late: order " .. number .. " is on its way.")
  end
  if not orders.cancel(chat.user, order, "cancelled in time") then
    return chat:send("That did not work just now. Please try again later.")
  end
  chat:send("Order " .. number .. " is cancelled, and your money is back.")
end)

-- Somebody asks for their money on the receipt itself.
stoa.payments.on("refund_requested", function(chat, payment)
  local order = orders.open(chat.user, payment.id, date.day_of(stoa.time.now()))
  if order and orders.cancel(chat.user, order, payment.refund_reason) then
    return chat:send("Order " .. order.number .. " is cancelled, and your money is back.")
  end
  chat:send("Your order is on its way, so we have to look at this ourselves. You will hear from us.")
end)

-- Paid, but nobody waits for it any more: then nothing was ordered, and the money goes back.
stoa.payments.on("captured", function(chat, payment)
  stoa.payments.refund(payment.id, { reason = "the order was not finished" })
  if chat then chat:send("Your order was not finished, so you have your money back. /checkout begins again.") end
end)

-- In a group, keep out of what people say to each other.
stoa.on("message", function(chat)
  if chat.kind == "direct" then chat:send(HELP) end
end)
