-- The pages of those who have ordered: all of their orders, and one.
local stoa = require "stoa"
local orders = require "lib.orders"
local owner = require "lib.owner"
local settings = require "lib.settings"
local ui = stoa.ui

local CURRENCY <const> = settings.currency

stoa.page("orders", function(ctx)
  local cards = {}
  for i, order in ipairs(orders.of(ctx.user)) do
    local state = orders.states[order.state]
    cards[i] = ui.card { key = order.number, to = ctx:link("order", { number = order.number }), label = "Order " .. order.number .. ", " .. state.title,
      ui.row { gap = 2, align = "center", ui.text { "Order " .. order.number, weight = "bold" }, ui.spacer(), ui.badge { state.title, color = state.color } },
      ui.row { gap = 2, align = "center", ui.date { order.date, style = "date" }, ui.spacer(), ui.money(order.sum, CURRENCY) } }
  end
  return ui.page { title = "My orders",
    #cards == 0 and ui.empty { "No orders yet", key = "none", text = "What you have ordered is shown here.", icon = "list" },
    ui.column { key = "orders", gap = 2, cards },
    ui.button { "See what there is", key = "home", style = "secondary", full = true, to = ctx:link("home") } }
end)

local function address_rows(address)
  local place = address.pick_up and settings.pick_up or address.street .. ", " .. address.city
  return {
    ui.row { key = "place", gap = 2, ui.icon { address.pick_up and "home" or "map", color = "muted" }, ui.text(address.name .. ": " .. place) },
    address.phone and ui.row { key = "phone", gap = 2, ui.icon { "phone", color = "muted" }, ui.text(address.phone) },
    address.note and ui.row { key = "note", gap = 2, ui.icon { "info", color = "muted" }, ui.text(address.note) },
  }
end

local function line_rows(order)
  local rows = {}
  for i, line in ipairs(order.lines) do
    rows[i] = ui.row { key = line.sku, gap = 2, ui.text(line.count .. " × " .. line.title), ui.spacer(), ui.money(line.count * line.price, CURRENCY) }
  end
  if order.delivery > 0 then rows[#rows + 1] = ui.row { key = "delivery ", ui.text "Delivery", ui.spacer(), ui.money(order.delivery, CURRENCY) } end
  return rows
end

-- Read by the one who ordered and by owners; for anybody else there is no such order.
stoa.page("order", function(ctx)
  local order = orders.get(ctx.query.number)
  local is_owner = owner.is(ctx.user)
  if not order or order.user ~= ctx.user.id and not is_owner then
    return ui.page { title = "Order", ui.empty { "There is no such order", icon = "search" }, ui.button { "My orders", full = true, to = ctx:link("orders") } }
  end
  local state, is_mine = orders.states[order.state], order.user == ctx.user.id
  return ui.page { title = "Order " .. order.number,
    ui.section { key = "state",
      ui.row { gap = 2, align = "center", ui.badge { state.title, color = state.color }, ui.spacer(), ui.date { order.date, style = "datetime" } },
      ui.text(state.text) },
    is_owner and state.next and ui.section { "For " .. order.name, key = "owner",
      ui.button { state.button, icon = "arrow-right", full = true, on = ctx:action("advance", order.number, order.state) } },
    order.address and ui.section { order.address.pick_up and "Picked up" or "Delivered", key = "address", address_rows(order.address) },
    ui.section { "Things", key = "lines", footer = "Receipt " .. order.receipt, line_rows(order), ui.divider { key = "line" },
      ui.row { key = "together", ui.text { "Together", weight = "bold" }, ui.spacer(), ui.money { order.sum, currency = CURRENCY, style = "heading" } } },
    is_mine and state.next and not order.chat and ctx.chat.kind == "direct"
      and ui.button { "Tell me in the chat when it moves", key = "tell", style = "secondary", icon = "bell", full = true, on = ctx:action("tell", order.number) },
    order.state == "paid" and ui.button {
      is_mine and "Cancel the order" or "Cancel and give the money back", key = "cancel", style = "danger", full = true, on = ctx:action("cancel", order.number),
      confirm = "Cancel order " .. order.number .. "? " .. (is_mine and "You get your money back." or "The buyer gets the money back."),
    } }
end)

-- The order, if this person may change it; toasts otherwise.
local function permitted(ctx, number)
  local order = orders.get(number)
  if order and (order.user == ctx.user.id or owner.is(ctx.user)) then return order end
  ctx:toast("There is no such order.")
end

stoa.action("cancel", function(ctx, number)
  local order = permitted(ctx, number)
  if not order then return end
  local is_mine = order.user == ctx.user.id
  local ok, why = orders.cancel(order, is_mine and "cancelled by the buyer" or "cancelled by the shop")
  if not ok then return ctx:toast(why) end
  ctx:toast(is_mine and "Cancelled. Your money is back." or "Cancelled. The money went back.")
  if not is_mine then orders.tell(order) end
end)

stoa.action("advance", function(ctx, number, from)
  local order = permitted(ctx, number)
  if not order or not owner.is(ctx.user) then return end
  local state = orders.states[order.state]
  if order.state ~= from or not state.next then return ctx:toast("It is " .. state.title:lower() .. " already.") end
  order.state = state.next
  orders.put(order)
  orders.tell(order)
end)

stoa.action("tell", function(ctx, number)
  if not permitted(ctx, number) then return end
  local agreed = ctx.chat:subscribe { per_day = 8, timeout = "1 day" }
  if not agreed then return ctx:toast("As you like. This page always shows how it stands.") end
  local order = orders.get(number)
  order.chat = ctx.chat.id
  orders.put(order)
  ctx:toast("You will be told.")
end)
