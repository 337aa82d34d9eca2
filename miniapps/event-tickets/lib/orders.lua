-- Purchases and their tickets, in the app's store:
--   order:PAYMENT        { event, tier, user, codes, amount, state = "paid" or "returned", lang = the language in which it was bought,
--                        which purchases of older versions do not say }
--   ticket:CODE          { event, tier, order, user, holder, number, of, state = "valid", "used" or "returned", used, used_by }
--   in:EVENT:TIME:CODE   { holder, tier, at }: who is in, those who came last first
-- and in that of the person:
--   mine:PAYMENT         true
-- A ticket has a key of its own: who scans others is in nobody's way, and of two scans of one at the same moment one turn is run again,
-- and finds it used.
local stoa = require "stoa"
local codes = require "lib.codes"
local date = require "lib.date"
local events = require "lib.events"
local settings = require "lib.settings"

local orders = {}

local SOME <const> = 50

local function order_key(payment) return ("order:%016d"):format(payment) end

function orders.get(payment)
  local order = stoa.store:get(order_key(payment))
  if order then order.payment = payment end
  return order
end

local function keep(order)
  local payment = order.payment
  order.payment = nil
  stoa.store:put(order_key(payment), order)
  order.payment = payment
end

function orders.ticket(code) return stoa.store:get("ticket:" .. code) end

--- Makes the tickets of a purchase that is paid. The order.
function orders.issue(receipt, user, event, tier, count, lang)
  local order = { payment = receipt.id, event = event.id, tier = tier, user = user.id, codes = {}, amount = receipt.amount, state = "paid", lang = lang }
  for i = 1, count do
    local code = codes.new("ticket " .. receipt.id .. " " .. i, 16)
    order.codes[i] = code
    stoa.store:put("ticket:" .. code, {
      event = event.id, tier = tier, order = receipt.id, user = user.id, holder = user.display, number = i, of = count, state = "valid",
    })
  end
  keep(order)
  user.store:put(("mine:%016d"):format(receipt.id), true)
  stoa.store:increment("sold:" .. event.id .. ":" .. tier, count)
  events.moved(event.id)
  return order
end

--- The person's purchases, the newest first.
function orders.of(store)
  local found, after = {}, nil
  repeat
    local some
    some, after = store:list("mine:", 200, after)
    for _, entry in ipairs(some) do found[#found + 1] = math.tointeger(tonumber(entry.key:sub(6))) end
  until not after
  local list = {}
  for i = #found, math.max(1, #found - 29), -1 do list[#list + 1] = orders.get(found[i]) end
  return list
end

--- Until when an event's tickets can be returned.
function orders.return_until(event) return event.at - settings.return_hours * date.HOUR end

--- The name and the values of the text that says why a purchase cannot be returned; nil when it can.
function orders.why_kept(order, event, now)
  if order.state ~= "paid" then return "returned_already" end
  for _, code in ipairs(order.codes) do
    if orders.ticket(code).state == "used" then return "one_used" end
  end
  if not event.cancelled and now > orders.return_until(event) then
    return "return_over", { n = settings.return_hours }
  end
end

--- The tickets of a purchase let nobody in any more, and its places are free.
function orders.void(order)
  for _, code in ipairs(order.codes) do
    local ticket = orders.ticket(code)
    if ticket.state == "valid" then
      ticket.state = "returned"
      stoa.store:put("ticket:" .. code, ticket)
    end
  end
  order.state = "returned"
  keep(order)
  stoa.store:increment("sold:" .. order.event .. ":" .. order.tier, -#order.codes)
  events.moved(order.event)
end

--- Gives the money back. True; or nil, and the name and the values of the text that says why not.
function orders.give_back(order, reason)
  local event = events.get(order.event)
  local why, values = orders.why_kept(order, event, stoa.time.now())
  if why then return nil, why, values end
  local refund, problem = stoa.payments.refund(order.payment, { reason = reason })
  if not refund then
    stoa.log.warn("order " .. order.payment .. " could not be given back: " .. problem)
    return nil, problem == "insufficient_funds" and "no_money" or "not_here"
  end
  orders.void(order)
  return true
end

--- Looks through some purchases, those after `after`, and gives the money of a cancelled event's back. After which to go on; nil when these
--- were the last. Tickets that were used are not given back, nor is money that the app does not have.
function orders.give_back_some(id, after)
  local page, more = stoa.store:list("order:", SOME, after)
  for _, entry in ipairs(page) do
    local order = entry.value
    order.payment = math.tointeger(tonumber(entry.key:sub(7)))
    if order.event == id then orders.give_back(order, "the event was cancelled") end
  end
  return more
end

--- Lets a ticket in. What became of it: "in", "used", "returned", "other" (another event's), "cancelled" (the event, so that the ticket can be
--- returned still) or "unknown"; and the ticket.
function orders.scan(event, code, staff)
  local ticket = code and orders.ticket(code)
  if not ticket then return "unknown" end
  if ticket.event ~= event.id then return "other", ticket end
  if ticket.state ~= "valid" then return ticket.state, ticket end
  if event.cancelled then return "cancelled", ticket end
  local now = stoa.time.now()
  ticket.state, ticket.used, ticket.used_by = "used", now, staff.display
  stoa.store:put("ticket:" .. code, ticket)
  stoa.store:put(("in:%s:%015d:%s"):format(event.id, 10 ^ 15 // 1 - now, code), { holder = ticket.holder, tier = ticket.tier, at = now })
  stoa.store:increment("inside:" .. event.id)
  return "in", ticket
end

--- Who came in last, at most so many: { key, value = { holder, tier, at } }.
function orders.arrivals(event, most) return (stoa.store:list("in:" .. event.id .. ":", most)) end

return orders
