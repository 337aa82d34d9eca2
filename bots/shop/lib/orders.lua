-- Orders, under the person who made them and with a number of the shop's.
local stoa = require "stoa"

local orders = {}

local function key_of(number) return ("order %08d"):format(number) end

-- Keeps a new order and returns its number.
function orders.add(user, order)
  order.number = stoa.store:increment("orders")
  order.state = "ordered"
  user.store:put(key_of(order.number), order)
  return order.number
end

-- The newest ten, newest first.
function orders.of(user)
  local all, after = {}, nil
  repeat
    local page
    page, after = user.store:list("order ", 100, after)
    for _, entry in ipairs(page) do all[#all + 1] = entry.value end
  until not after
  local newest = {}
  for i = #all, math.max(1, #all - 9), -1 do newest[#newest + 1] = all[i] end
  return newest
end

function orders.get(user, number) return user.store:get(key_of(number)) end

function orders.set(user, order) user.store:put(key_of(order.number), order) end

-- The order that a payment paid, while it can still be cancelled: until the day.
function orders.open(user, payment, today)
  for _, order in ipairs(orders.of(user)) do
    if order.payment == payment and order.state == "ordered" and order.day > today then return order end
  end
end

-- Gives the money back, and with it what was bought. Nil and why not.
function orders.cancel(user, order, reason)
  local refund, why = stoa.payments.refund(order.payment, { reason = reason })
  if not refund then return nil, why end
  order.state = "cancelled"
  orders.set(user, order)
  return true
end

return orders
