-- Orders. In the app's store:
--   order N     { number, user, name, state, lines, goods, delivery, sum, address, payment, receipt, date, lang, chat }: lang is the language
--               that the buyer reads, which orders of older versions do not say; chat where they want to be told when it moves
--   open N      true while the shop has something to do for it
-- In the store of the person: "order N" = true. Numbers have eight digits, so that keys sort as orders follow each other.
local stoa = require "stoa"
local catalogue = require "lib.catalogue"
local settings = require "lib.settings"

local orders = {}

-- Things that a message names: with the longest titles, so many fit.
local LINES <const> = 25

local STATES <const> = {
  paid = { color = "accent", next = "sent" }, sent = { color = "warning", next = "done" }, done = { color = "success" }, cancelled = { color = "muted" },
}

--- Of an order's state what the buyer reads (title, text), the badge's colour, and what the shop does next (next, button).
function orders.state(lang, order)
  local state, name = STATES[order.state], order.state
  if name == "sent" and order.address and order.address.pick_up then name = "ready" end
  local button = name == "paid" and (order.address and order.address.pick_up and "paid_button_pick_up" or "paid_button") or "sent_button"
  return {
    title = stoa.t(lang, "state_" .. name), text = stoa.t(lang, "state_" .. name .. "_text"), color = state.color,
    next = state.next, button = state.next and stoa.t(lang, button),
  }
end

local function key_of(number) return ("%08d"):format(number) end

--- The order with this number (a number, or a text that came from outside); nil when there is none.
function orders.get(number)
  number = math.tointeger(tonumber(number))
  if not number or number < 1 or number > 99999999 then return nil end
  return stoa.store:get("order " .. key_of(number))
end

function orders.put(order)
  local is_over = STATES[order.state].next == nil
  -- Who wanted to be forgotten is, once the shop does not need to know any more where to bring it.
  if order.forgotten and is_over then order.name, order.address, order.chat = "–", nil, nil end
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

-- The numbers of those that a store names, as they were ordered.
local function numbers(store, prefix)
  local keys, after = {}, nil
  repeat
    local page
    page, after = store:list(prefix, 1000, after)
    for _, entry in ipairs(page) do keys[#keys + 1] = entry.key:sub(#prefix + 1) end
  until not after
  return keys
end

--- The person's newest orders.
function orders.of(user)
  local found, keys = {}, numbers(user.store, "order ")
  for i = #keys, math.max(1, #keys - 49), -1 do found[#found + 1] = orders.get(keys[i]) end
  return found
end

--- What the shop has something to do for, who has waited longest first; and how many more there are.
function orders.open()
  local found, keys = {}, numbers(stoa.store, "open ")
  for i = 1, math.min(50, #keys) do found[i] = orders.get(keys[i]) end
  return found, #keys - #found
end

--- How many orders there have been.
function orders.count() return stoa.store:get("orders") or 0 end

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

--- Gives the money back, and with it what was bought. True; nil and the name of the text that says why not.
function orders.cancel(order, reason)
  if order.state ~= "paid" then return nil, "too_late" end
  local refund, why = stoa.payments.refund(order.payment, { reason = reason })
  if not refund and why == "insufficient_funds" then return nil, "no_money" end
  if not refund then return nil, "refund_failed" end
  order.state = "cancelled"
  orders.put(order)
  for _, line in ipairs(order.lines) do catalogue.moved(line.sku) end
  return true
end

function orders.money(lang, amount) return stoa.ui.format_money(amount, settings.currency, lang) end

--- The things of an order as a text, the first of them where there are too many for a message.
function orders.text(lang, order)
  local texts = {}
  for i = 1, math.min(#order.lines, LINES) do
    local line = order.lines[i]
    texts[i] = line.count .. " × " .. line.title .. ": " .. orders.money(lang, line.count * line.price)
  end
  if #order.lines > LINES then texts[#texts + 1] = stoa.t(lang, "more_things", { n = #order.lines - LINES }) end
  return table.concat(texts, "\n")
end

return orders
