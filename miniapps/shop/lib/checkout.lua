-- From the cart to a paid order. The payment reserves what is bought; what is not paid in time goes back on the shelf.
local stoa = require "stoa"
local cart = require "lib.cart"
local catalogue = require "lib.catalogue"
local notices = require "lib.notices"
local orders = require "lib.orders"
local settings = require "lib.settings"
local ui = stoa.ui

local CURRENCY <const> = settings.currency

-- What became of a payment that did not come: names of texts.
local WHY <const> = {
  refused = "not_paid", cancelled = "not_paid", timeout = "not_paid_in_time", out_of_stock = "quicker", quota_exceeded = "many_payments",
}

--- The payment that waits for the person; nil when none does.
local function waiting(user)
  user.store:get("asked")
  for _, payment in ipairs(stoa.payments.list { user = user, limit = 10 }) do
    if payment.state == "awaiting_payer" then return payment end
  end
end

local function address_fields(ctx, address, delivers)
  return {
    ui.text_field { "name", key = "name", label = ctx:t "name", value = address.name, required = true, max_length = 80 },
    delivers and ui.text_field { "street", key = "street", label = ctx:t "street", value = address.street, required = true, min_length = 3, max_length = 100 },
    delivers and ui.text_field { "city", key = "city", label = ctx:t "city", value = address.city, required = true, min_length = 2, max_length = 80 },
    ui.phone_field { "phone", key = "phone", label = ctx:t "phone", value = address.phone },
    ui.text_field { "note", key = "note", label = ctx:t "note", multiline = true, max_length = 500 },
  }
end

local function sum_section(ctx, sum, delivery)
  return ui.section { key = "sum",
    ui.row { ui.text(ctx:t "things"), ui.spacer(), ui.money(sum, CURRENCY) },
    ui.row { ui.text(ctx:t "delivery"), ui.spacer(), delivery > 0 and ui.money(delivery, CURRENCY), delivery == 0 and ui.text { ctx:t "free", color = "success" } },
    ui.divider(),
    ui.row { ui.text { ctx:t "together", weight = "bold" }, ui.spacer(), ui.money { sum + delivery, currency = CURRENCY, style = "heading" } } }
end

stoa.page("checkout", function(ctx)
  local open = waiting(ctx.user)
  if open then
    return ui.page { title = ctx:t "check_out",
      ui.empty { ctx:t "waiting", text = ctx:t("waiting_text", { sum = ui.format_money(open.amount, open.currency, ctx.lang) }), icon = "clock" },
      ui.button { ctx:t "do_not_pay", style = "secondary", full = true, on = ctx:action("withdraw", open.id) } }
  end
  local lines = cart.lines(ctx)
  if #lines == 0 then
    return ui.page { title = ctx:t "check_out", ui.empty { ctx:t "cart_empty", icon = "cart" },
      ui.button { ctx:t "my_orders", full = true, to = ctx:link("orders") }, ui.button { ctx:t "see_all", style = "secondary", full = true, to = ctx:link("home") } }
  end
  local address = ctx.store:get("address") or { name = ctx.user.display }
  local _, sum = cart.sum(lines)
  return ui.page { title = ctx:t "check_out",
    ui.tabs { key = "how", selected = address.pick_up and 2 or 1,
      ui.tab { ctx:t "deliver", key = "deliver",
        ui.form { on = ctx:action("order", "deliver"), submit = ctx:t "order_and_pay",
          address_fields(ctx, address, true), sum_section(ctx, sum, cart.delivery(sum)) } },
      ui.tab { ctx:t "pick_up", key = "pick_up",
        ui.text { ctx:t "pick_up_place", color = "muted" },
        ui.form { on = ctx:action("order", "pick_up"), submit = ctx:t "pay_then_pick_up",
          address_fields(ctx, address, false), sum_section(ctx, sum, 0) } } } }
end)

local function place_of(ctx, address)
  return ctx:t(address.pick_up and "place_pick_up" or "place_deliver", address)
end

-- The lines as the order keeps them, and as the receipt lists them.
local function written(ctx, lines, delivery)
  local kept, items = {}, {}
  for i, line in ipairs(lines) do
    local item = line.item
    kept[i] = { sku = item.sku, title = item.title, price = item.price, count = line.count }
    items[i] = { sku = item.sku, title = item.title, amount = item.price, count = line.count }
  end
  if delivery > 0 then items[#items + 1] = { title = ctx:t "delivery", amount = delivery } end
  return kept, items
end

-- Everybody who looks at what is bought sees what is left of it.
local function show_moved(user, lines)
  user.store:increment("asked")
  for _, line in ipairs(lines) do catalogue.moved(line.item.sku) end
end

-- The address that the form says. It is kept for the next time; who picks something up keeps the street of the time before.
local function address_of(ctx, how)
  local values, before, pick_up = ctx.values, ctx.store:get("address") or {}, how == "pick_up" or nil
  ctx.store:put("address", {
    name = values.name, street = values.street or before.street, city = values.city or before.city, phone = values.phone, pick_up = pick_up,
  })
  return { name = values.name, street = values.street, city = values.city, phone = values.phone, note = values.note, pick_up = pick_up }
end

-- Why nothing can be ordered now; nil when something can.
local function problem(ctx, lines)
  if #lines == 0 then return ctx:t "cart_empty_now" end
  if #lines > settings.most_things then return ctx:t("cart_full", { n = settings.most_things }) end
  if waiting(ctx.user) then return ctx:t "payment_waits" end
end

-- Thanks in the buyer's chat, with all that the order says; and who runs the shop hears of it. In a group nothing is said of where somebody
-- lives and what they buy.
local function tell(ctx, order)
  notices.of_order(order)
  if ctx.chat.kind ~= "direct" then return end
  local said = { ctx:t("thanks", { name = ctx.user.display, number = order.number, receipt = order.receipt }), orders.text(ctx.lang, order) }
  if not order.address.pick_up then
    said[#said + 1] = ctx:t("thanks_delivery", { amount = order.delivery == 0 and ctx:t "free" or orders.money(ctx.lang, order.delivery) })
  end
  said[#said + 1] = ctx:t("thanks_sum", { amount = orders.money(ctx.lang, order.sum) })
  said[#said + 1] = order.address.pick_up and ctx:t("thanks_pick_up", { place = ctx:t "pick_up_place" }) or place_of(ctx, order.address)
  ctx.chat:send(table.concat(said, "\n"), {
    buttons = { { { text = ctx:t "follow", url = "stoa:a/" .. stoa.app.name .. "/order?number=" .. order.number } } },
  })
end

stoa.action("order", function(ctx, how)
  local user, lines = ctx.user, cart.lines(ctx)
  local why_not = problem(ctx, lines)
  if why_not then return ctx:toast(why_not) end
  local short, left = cart.short(lines)
  if short then
    ctx:toast(ctx:t(left == 0 and "thing_sold_out" or "thing_short", { thing = short.item.title, n = left }))
    return ctx:go("cart")
  end
  local address = address_of(ctx, how)
  local _, sum = cart.sum(lines)
  local delivery = address.pick_up and 0 or cart.delivery(sum)
  local kept, items = written(ctx, lines, delivery)
  for _, line in ipairs(lines) do catalogue.shelve(line.item) end
  show_moved(user, lines)
  user.store:put("lang", ctx.lang)
  local receipt, why = ctx.chat:pay {
    title = ctx:t "order_title", description = ctx.chat.kind == "direct" and place_of(ctx, address) or nil, currency = CURRENCY, items = items, timeout = settings.pay_within,
  }
  show_moved(user, lines)
  if not receipt then
    ctx:toast(ctx:t(WHY[why] or "did_not_work"))
    return ctx:go("cart")
  end
  local order = orders.add(user, {
    lines = kept, goods = sum, delivery = delivery, sum = receipt.amount, address = address, payment = receipt.id, receipt = receipt.number, lang = ctx.lang,
  })
  cart.empty(user, lines)
  tell(ctx, order)
  ctx:go("order", { number = order.number })
end)

-- The conversation that waits for the payment goes on by itself.
stoa.action("withdraw", function(ctx, payment)
  ctx.user.store:increment("asked")
  local ok = stoa.payments.cancel(payment)
  local known = stoa.payments.get(payment)
  if not ok and known and known.captured > 0 then ctx:toast(ctx:t "paid_already") end
end)
