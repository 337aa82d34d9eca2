-- From a cart to a paid order: one conversation, written from top to bottom.
local stoa = require "stoa"
local cart = require "lib.cart"
local catalogue = require "lib.catalogue"
local date = require "lib.date"
local orders = require "lib.orders"
local stock = require "lib.stock"

local function check_day(day)
  if day <= date.day_of(stoa.time.now()) then return nil, "The earliest is tomorrow." end
  if day > date.day_of(stoa.time.now() + 60 * date.DAY) then return nil, "At most 60 days ahead, please." end
  return true
end

-- Where the order goes and when, in words and as a day.
local function ask_where(chat)
  local way = chat:choose("How would you like to have it?", { "Deliver it", "I pick it up" })
  local fields = { { name = "day", label = "Day", ask = "Which day? For example " .. date.day_of(stoa.time.now() + date.DAY) .. ".", type = "date", check = check_day } }
  if way == "Deliver it" then
    table.insert(fields, 1, { name = "street", label = "Street", ask = "Which street and number?", min = 5, max = 100 })
    table.insert(fields, 2, { name = "phone", label = "Phone", ask = "A phone number, if the bell is broken?", type = "phone", optional = true })
  end
  return chat:form(fields)
end

local function place_of(where)
  return (where.street and "To " .. where.street or "To be picked up") .. " on " .. where.day
end

-- What the receipt lists.
local function items_of(lines)
  local items = {}
  for i, line in ipairs(lines) do
    local size = catalogue.find(line.key)
    items[i] = { title = size.title, count = line.count, amount = size.price, sku = line.key, tax_rate = 700 }
  end
  return items
end

local function too_few(line)
  return "Of " .. catalogue.find(line.key).title .. " there are only " .. stock.left(line.key) .. " left. /cart changes how many."
end

-- In the evening of the day, asks how it was.
stoa.task("ask how it was", function(chat, number)
  local order = orders.get(chat.user, number)
  chat:sleep((date.time_of(order.day, 18) - stoa.time.now()) / 1000)
  order = orders.get(chat.user, number)
  if order.state ~= "ordered" then return end
  local stars, place = chat:choose("How was your order " .. number .. "?", { "★", "★★", "★★★" }, { timeout = "3 days" })
  order = orders.get(chat.user, number)
  order.state, order.stars = "done", stars and place
  orders.set(chat.user, order)
  if stars then chat:send(place == 3 and "That is good to hear!" or "Thank you. We will do better.") end
end)

-- The receipt; nil after saying why there is none.
local function take_payment(chat, lines, where)
  stock.shelve(lines)
  local sum = cart.sum(lines)
  local receipt, why = chat:pay {
    title = "Order at the Corner Shop", description = place_of(where), currency = catalogue.currency, items = items_of(lines),
    -- Included at 7 %, rounded to the cent.
    tax = (sum * 7 + 53) // 107, timeout = "30 minutes",
  }
  if receipt then return receipt end
  if why == "out_of_stock" then
    local short = stock.short(lines)
    chat:send(short and "Somebody was quicker. " .. too_few(short) or "Somebody was quicker. /checkout begins again.")
  else
    chat:send("Nothing is ordered. Your cart stays as it is; /checkout begins again.")
  end
end

return function(chat)
  local lines = cart.lines(chat.user)
  if #lines == 0 then return chat:send("Your cart is empty. /shop shows what there is.") end
  local short = stock.short(lines)
  if short then return chat:send(too_few(short)) end

  local which, where = stoa.race {
    filled = function() return ask_where(chat) end,
    away = function()
      chat:sleep("20 minutes")
      chat:send("Your cart is kept. Just answer the last question, or /cancel.")
      chat:sleep("30 minutes")
    end,
  }
  if which == "away" then return chat:send("Nothing is ordered. Your cart stays as it is; /checkout begins again.") end
  chat:send(cart.text(lines) .. "\n\n" .. place_of(where))
  local receipt = take_payment(chat, lines, where)
  if not receipt then return end
  local number = orders.add(chat.user, {
    lines = lines, sum = receipt.amount, street = where.street, phone = where.phone, day = where.day, date = stoa.time.now(),
    payment = receipt.id,
  })
  cart.empty(chat.user)
  stoa.spawn("ask how it was", number)
  chat:send("Thank you, " .. chat.user.display .. "! Your order has the number " .. number .. ", your receipt " .. receipt.number .. ".")
end
