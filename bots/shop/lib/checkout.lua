-- From a cart to an order: one conversation, written from top to bottom.
local stoa = require "stoa"
local cart = require "lib.cart"
local catalogue = require "lib.catalogue"
local date = require "lib.date"
local orders = require "lib.orders"
local stock = require "lib.stock"

local RESERVED_FOR <const> = "1 hour"

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
  local where = chat:form(fields)
  where.way = way
  return where
end

local function describe(lines, where)
  local to = where.street and "To " .. where.street or "To be picked up"
  return cart.text(lines) .. "\n\n" .. to .. " on " .. where.day
end

-- Gives a reservation back that nobody has settled: the person said no, went away, or wrote /cancel.
stoa.task("give back", function(chat, reservation)
  chat:sleep(RESERVED_FOR)
  local lines = stock.settle(reservation)
  if lines then stock.give_back(lines) end
end)

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

return function(chat)
  local lines = cart.lines(chat.user)
  if #lines == 0 then return chat:send("Your cart is empty. /shop shows what there is.") end
  local reservation, short = stock.reserve(lines)
  if not reservation then
    return chat:send("Of " .. catalogue.find(short.key).title .. " there are only " .. stock.left(short.key) .. " left. /cart changes how many.")
  end
  stoa.spawn("give back", reservation)

  local which, where, yes = stoa.race {
    filled = function()
      local where = ask_where(chat)
      return where, chat:confirm(describe(lines, where) .. "\n\nOrder it?", { yes = "Order", no = "Not yet" })
    end,
    away = function()
      chat:sleep("20 minutes")
      chat:send("Your cart is kept for another while. Just answer the last question, or /cancel.")
      chat:sleep("30 minutes")
    end,
  }
  local reserved = stock.settle(reservation)
  if which == "away" or not yes then
    if reserved then stock.give_back(reserved) end
    return chat:send("Nothing is ordered. Your cart stays as it is; /checkout begins again.")
  end
  -- It waited for longer than a reservation holds, for example while the server was down.
  if not reserved and not stock.take(lines) then
    return chat:send("That took long, and somebody was quicker: not all of it is left. /cart changes your cart.")
  end
  local number = orders.add(chat.user, {
    lines = lines, sum = cart.sum(lines), street = where.street, phone = where.phone, day = where.day, date = stoa.time.now(),
  })
  cart.empty(chat.user)
  stoa.spawn("ask how it was", number)
  chat:send("Thank you, " .. chat.user.display .. "! Your order has the number " .. number .. ".")
end
