-- The pages of those who have ordered: all of their orders, and one.
local stoa = require "stoa"
local notices = require "lib.notices"
local orders = require "lib.orders"
local owner = require "lib.owner"
local settings = require "lib.settings"
local ui = stoa.ui

local CURRENCY <const> = settings.currency

stoa.page("orders", function(ctx)
  local cards = {}
  for i, order in ipairs(orders.of(ctx.user)) do
    local state, title = orders.state(ctx.lang, order), ctx:t("order", { number = order.number })
    cards[i] = ui.card { key = order.number, to = ctx:link("order", { number = order.number }), label = title .. ", " .. state.title,
      ui.row { gap = 2, align = "center", ui.text { title, weight = "bold" }, ui.spacer(), ui.badge { state.title, color = state.color } },
      ui.row { gap = 2, align = "center", ui.date { order.date, style = "date" }, ui.spacer(), ui.money(order.sum, CURRENCY) } }
  end
  return ui.page { title = ctx:t "my_orders",
    #cards == 0 and ui.empty { ctx:t "no_orders", key = "none", text = ctx:t "no_orders_text", icon = "list" },
    ui.column { key = "orders", gap = 2, cards },
    ui.button { ctx:t "see_all", key = "home", style = "secondary", full = true, to = ctx:link("home") } }
end)

local function address_rows(ctx, address)
  local place = address.pick_up and ctx:t "pick_up_place" or address.street .. ", " .. address.city
  return {
    ui.row { key = "place", gap = 2, ui.icon { address.pick_up and "home" or "map", color = "muted" }, ui.text(address.name .. ": " .. place) },
    address.phone and ui.row { key = "phone", gap = 2, ui.icon { "phone", color = "muted" }, ui.text(address.phone) },
    address.note and ui.row { key = "note", gap = 2, ui.icon { "info", color = "muted" }, ui.text(address.note) },
  }
end

local function line_rows(ctx, order)
  local rows = {}
  for i, line in ipairs(order.lines) do
    rows[i] = ui.row { key = line.sku, gap = 2, ui.text(line.count .. " × " .. line.title), ui.spacer(), ui.money(line.count * line.price, CURRENCY) }
  end
  if order.delivery > 0 then rows[#rows + 1] = ui.row { key = "delivery ", ui.text(ctx:t "delivery"), ui.spacer(), ui.money(order.delivery, CURRENCY) } end
  return rows
end

-- Read by the one who ordered and by owners; for anybody else there is no such order.
stoa.page("order", function(ctx)
  local order = orders.get(ctx.query.number)
  local is_owner = owner.is(ctx.user)
  if not order or order.user ~= ctx.user.id and not is_owner then
    return ui.page { title = ctx:t "one_order", ui.empty { ctx:t "no_order", icon = "search" }, ui.button { ctx:t "my_orders", full = true, to = ctx:link("orders") } }
  end
  local state, is_mine = orders.state(ctx.lang, order), order.user == ctx.user.id
  return ui.page { title = ctx:t("order", { number = order.number }),
    ui.section { key = "state",
      ui.row { gap = 2, align = "center", ui.badge { state.title, color = state.color }, ui.spacer(), ui.date { order.date, style = "datetime" } },
      is_mine and ui.text(state.text) },
    is_owner and state.next and ui.section { ctx:t("for_name", { name = order.name }), key = "owner",
      ui.button { state.button, icon = "arrow-right", full = true, on = ctx:action("advance", order.number, order.state) } },
    order.address and ui.section { ctx:t(order.address.pick_up and "where_pick_up" or "where_deliver"), key = "address", address_rows(ctx, order.address) },
    ui.section { ctx:t "things", key = "lines", footer = ctx:t("receipt", { receipt = order.receipt }), line_rows(ctx, order), ui.divider { key = "line" },
      ui.row { key = "together", ui.text { ctx:t "together", weight = "bold" }, ui.spacer(), ui.money { order.sum, currency = CURRENCY, style = "heading" } } },
    is_mine and state.next and not order.chat and ctx.chat.kind == "direct"
      and ui.button { ctx:t "tell_me", key = "tell", style = "secondary", icon = "bell", full = true, on = ctx:action("tell", order.number) },
    order.state == "paid" and ui.button {
      ctx:t(is_mine and "cancel" or "cancel_of_buyer"), key = "cancel", style = "danger", full = true, on = ctx:action("cancel", order.number),
      confirm = ctx:t(is_mine and "cancel_confirm" or "cancel_of_buyer_confirm", { number = order.number }),
    } }
end)

-- The order, if this person may change it; toasts otherwise.
local function permitted(ctx, number)
  local order = orders.get(number)
  if order and (order.user == ctx.user.id or owner.is(ctx.user)) then return order end
  ctx:toast(ctx:t "no_order")
end

stoa.action("cancel", function(ctx, number)
  local order = permitted(ctx, number)
  if not order then return end
  local is_mine = order.user == ctx.user.id
  local ok, why = orders.cancel(order, is_mine and "cancelled by the buyer" or "cancelled by the shop")
  if not ok then return ctx:toast(ctx:t(why)) end
  ctx:toast(ctx:t(is_mine and "cancelled" or "cancelled_of_buyer"))
  if not is_mine then notices.of_state(order) end
end)

stoa.action("advance", function(ctx, number, from)
  local order = permitted(ctx, number)
  if not order or not owner.is(ctx.user) then return end
  local state = orders.state(ctx.lang, order)
  if order.state ~= from or not state.next then return ctx:toast(ctx:t("moved_already", { state = state.title })) end
  order.state = state.next
  orders.put(order)
  notices.of_state(order)
end)

stoa.action("tell", function(ctx, number)
  if not permitted(ctx, number) then return end
  local agreed = ctx.chat:subscribe { per_day = 8, timeout = "1 day" }
  if not agreed then return ctx:toast(ctx:t "not_told") end
  local order = orders.get(number)
  order.chat, order.lang = ctx.chat.id, ctx.lang
  orders.put(order)
  ctx:toast(ctx:t "will_be_told")
end)
