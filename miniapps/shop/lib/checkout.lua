-- From the cart to a paid order. The payment reserves what is bought; what is not paid in time goes back on the shelf.
local stoa = require "stoa"
local cart = require "lib.cart"
local catalogue = require "lib.catalogue"
local money = require "lib.money"
local orders = require "lib.orders"
local settings = require "lib.settings"
local ui = stoa.ui

local CURRENCY <const> = settings.currency

-- What became of a payment that did not come, for people.
local WHY <const> = {
  refused = "Not paid, so nothing is ordered. Your cart is as it was.",
  cancelled = "Not paid, so nothing is ordered. Your cart is as it was.",
  timeout = "It was not paid in time, so nothing is ordered. Your cart is as it was.",
  out_of_stock = "Somebody was quicker: not all of it is there any more. Look into your cart.",
  quota_exceeded = "You have many open payments. Pay or decline one of them first.",
}

--- The payment that waits for the person; nil when none does.
local function waiting(user)
  user.store:get("asked")
  for _, payment in ipairs(stoa.payments.list { user = user, limit = 10 }) do
    if payment.state == "awaiting_payer" then return payment end
  end
end

local function address_fields(address, delivers)
  return {
    ui.text_field { "name", key = "name", label = "Name", value = address.name, required = true, max_length = 80 },
    delivers and ui.text_field { "street", key = "street", label = "Street and number", value = address.street, required = true, min_length = 3, max_length = 100 },
    delivers and ui.text_field { "city", key = "city", label = "Postcode and city", value = address.city, required = true, min_length = 2, max_length = 80 },
    ui.phone_field { "phone", key = "phone", label = "Phone, if the bell is broken", value = address.phone },
    ui.text_field { "note", key = "note", label = "Anything else we should know?", multiline = true, max_length = 500 },
  }
end

local function sum_section(sum, delivery)
  return ui.section { key = "sum",
    ui.row { ui.text "Things", ui.spacer(), ui.money(sum, CURRENCY) },
    ui.row { ui.text "Delivery", ui.spacer(), delivery > 0 and ui.money(delivery, CURRENCY), delivery == 0 and ui.text { "free", color = "success" } },
    ui.divider(),
    ui.row { ui.text { "Together", weight = "bold" }, ui.spacer(), ui.money { sum + delivery, currency = CURRENCY, style = "heading" } } }
end

stoa.page("checkout", function(ctx)
  local open = waiting(ctx.user)
  if open then
    return ui.page { title = "Check out",
      ui.empty { "Waiting for your payment", text = "Confirm it in the chat: " .. money.text(open.amount, open.currency) .. ". What you buy is kept for you meanwhile.", icon = "clock" },
      ui.button { "I do not want to pay", style = "secondary", full = true, on = ctx:action("withdraw", open.id) } }
  end
  local lines = cart.lines(ctx.user)
  if #lines == 0 then
    return ui.page { title = "Check out", ui.empty { "Your cart is empty", icon = "cart" },
      ui.button { "My orders", full = true, to = ctx:link("orders") }, ui.button { "See what there is", style = "secondary", full = true, to = ctx:link("home") } }
  end
  local address = ctx.store:get("address") or { name = ctx.user.display }
  local _, sum = cart.sum(lines)
  return ui.page { title = "Check out",
    ui.tabs { key = "how", selected = address.pick_up and 2 or 1,
      ui.tab { "Deliver it", key = "deliver",
        ui.form { on = ctx:action("order", "deliver"), submit = "Order and pay",
          address_fields(address, true), sum_section(sum, cart.delivery(sum)) } },
      ui.tab { "I pick it up", key = "pick_up",
        ui.text { settings.pick_up, color = "muted" },
        ui.form { on = ctx:action("order", "pick_up"), submit = "Pay, then pick it up",
          address_fields(address, false), sum_section(sum, 0) } } } }
end)

local function place_of(address)
  return address.pick_up and "Picked up by " .. address.name or "To " .. address.name .. ", " .. address.street .. ", " .. address.city
end

-- The lines as the order keeps them, and as the receipt lists them.
local function written(lines, delivery)
  local kept, items = {}, {}
  for i, line in ipairs(lines) do
    local item = line.item
    kept[i] = { sku = item.sku, title = item.title, price = item.price, count = line.count }
    items[i] = { sku = item.sku, title = item.title, amount = item.price, count = line.count }
  end
  if delivery > 0 then items[#items + 1] = { title = "Delivery", amount = delivery } end
  return kept, items
end

-- Everybody who looks at what is bought sees what is left of it.
local function show_moved(user, lines)
  user.store:increment("asked")
  for _, line in ipairs(lines) do catalogue.moved(line.item.sku) end
end

stoa.action("order", function(ctx, how)
  local user, values = ctx.user, ctx.values
  local lines = cart.lines(user)
  if #lines == 0 then return ctx:toast("Your cart is empty.") end
  if waiting(user) then return ctx:toast("A payment waits for you in the chat. Confirm or decline it first.") end
  local short, left = cart.short(lines)
  if short then
    ctx:toast(short.item.title .. (left == 0 and " is sold out meanwhile." or ": only " .. left .. " left."))
    return ctx:go("cart")
  end
  local address = {
    name = values.name, street = values.street, city = values.city, phone = values.phone, note = values.note, pick_up = how == "pick_up" or nil,
  }
  user.store:put("address", { name = address.name, street = address.street, city = address.city, phone = address.phone, pick_up = address.pick_up })
  local _, sum = cart.sum(lines)
  local delivery = address.pick_up and 0 or cart.delivery(sum)
  local kept, items = written(lines, delivery)
  for _, line in ipairs(lines) do catalogue.shelve(line.item) end
  show_moved(user, lines)
  local receipt, why = ctx.chat:pay {
    title = "Order at the Corner Shop", description = place_of(address), currency = CURRENCY, items = items, timeout = settings.pay_within,
  }
  show_moved(user, lines)
  if not receipt then
    ctx:toast(WHY[why] or "That did not work: " .. why .. ". Nothing is ordered.")
    return ctx:go("cart")
  end
  local order = orders.add(user, {
    lines = kept, goods = sum, delivery = delivery, sum = receipt.amount, address = address, payment = receipt.id, receipt = receipt.number,
  })
  cart.empty(user, lines)
  ctx.chat:send("Thank you, " .. user.display .. "! Order " .. order.number .. ", receipt " .. receipt.number .. ".\n" .. orders.text(order), {
    buttons = { { { text = "Follow it", url = "stoa:a/" .. stoa.app.name .. "/order?number=" .. order.number } } },
  })
  ctx:go("order", { number = order.number })
end)

-- The conversation that waits for the payment goes on by itself.
stoa.action("withdraw", function(ctx, payment)
  ctx.user.store:increment("asked")
  local ok = stoa.payments.cancel(payment)
  local known = stoa.payments.get(payment)
  if not ok and known and known.captured > 0 then ctx:toast("It is paid already.") end
end)
