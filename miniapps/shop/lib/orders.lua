-- Orders. In the app's store:
--   order N     { number, user, name, state, lines, goods, delivery, sum, address, payment, receipt, date, chat }
--   open N      true while the shop has something to do for it
-- In the store of the person: "order N" = true. Numbers have eight digits, so that keys sort as orders follow each other.
local stoa = require "stoa"
local catalogue = require "lib.catalogue"
local settings = require "lib.settings"

local orders = {}

--- What the buyer reads of each state, the badge's colour, and what the shop does next.
orders.states = {
  paid = { title = "Paid", color = "accent", text = "We are packing it.", next = "sent", button = "It is on its way" },
  sent = { title = "On its way", color = "warning", text = "It has left the shop, or waits for you there.", next = "done", button = "It was handed over" },
  done = { title = "Done", color = "success", text = "You have it. Thank you!" },
  cancelled = { title = "Cancelled", color = "muted", text = "You have your money back." },
}

local function key_of(number) return ("%08d"):format(number) end

--- The order with this number (a number, or a text that came from outside); nil when there is none.
function orders.get(number)
  number = math.tointeger(tonumber(number))
  if not number or number < 1 or number > 99999999 then return nil end
  return stoa.store:get("order " .. key_of(number))
end

function orders.put(order)
  local is_over = orders.states[order.state].next == nil
  -- Who wanted to be forgotten is, once the shop does not need to know any more where to bring it.
  if order.forgotten and is_over then order.name, order.address, order.chat = "somebody", nil, nil end
  stoa.store:put("order " .. key_of(order.number), order)
  stoa.store:put("open " .. key_of(order.number), not is_over or nil)
end

--- Keeps a new order of a person and gives it its number.
function orders.add(user, order)
  order.number, order.user, order.name, order.state, order.date = stoa.store:increment("orders"), user.id, user.display, "paid", stoa.time.now()
  orders.put(order)
  user.store:put("order " .. key_of(order.number), true)
  return order
end

local function newest(store, prefix, most)
  local keys, found, after = {}, {}, nil
  repeat
    local page
    page, after = store:list(prefix, 1000, after)
    for _, entry in ipairs(page) do keys[#keys + 1] = entry.key end
  until not after
  for i = #keys, math.max(1, #keys - most + 1), -1 do found[#found + 1] = orders.get(keys[i]:sub(#prefix + 1)) end
  return found
end

--- The person's newest orders; those that the shop has something to do for.
function orders.of(user) return newest(user.store, "order ", 50) end
function orders.open() return newest(stoa.store, "open ", 50) end

--- Takes out of all orders who somebody is.
function orders.forget(user)
  local after
  repeat
    local page
    page, after = stoa.store:list("order ", 50, after)
    for _, entry in ipairs(page) do
      if entry.value.user == user then
        entry.value.forgotten = true
        orders.put(entry.value)
      end
    end
  until not after
end

--- The order that a payment paid.
function orders.paid_by(user, payment)
  for _, order in ipairs(orders.of(user)) do
    if order.payment == payment then return order end
  end
end

--- Gives the money back, and with it what was bought. True; nil and why not, in words.
function orders.cancel(order, reason)
  if order.state ~= "paid" then return nil, "It is too late: this order is " .. orders.states[order.state].title:lower() .. "." end
  local refund, why = stoa.payments.refund(order.payment, { reason = reason })
  if not refund and why == "insufficient_funds" then return nil, "The shop does not have the money at hand. Please try again later." end
  if not refund then return nil, "The money could not be given back: " .. why .. "." end
  order.state = "cancelled"
  orders.put(order)
  for _, line in ipairs(order.lines) do catalogue.moved(line.sku) end
  return true
end

--- Tells the buyer in their chat, if they have agreed to that.
function orders.tell(order)
  if not order.chat then return end
  local state = orders.states[order.state]
  stoa.chat(order.chat):broadcast("Order " .. order.number .. ": " .. state.title .. ". " .. state.text, {
    buttons = { { { text = "Show it", url = "stoa:a/" .. stoa.app.name .. "/order?number=" .. order.number } } },
  })
end

function orders.text(order)
  local texts = {}
  for i, line in ipairs(order.lines) do
    texts[i] = line.count .. " × " .. line.title .. ": " .. stoa.payments.format(line.count * line.price, settings.currency)
  end
  return table.concat(texts, "\n")
end

return orders
