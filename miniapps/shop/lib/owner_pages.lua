-- The pages of those who run the shop: what is to do, what is on the shelf, what has come in.
local stoa = require "stoa"
local catalogue = require "lib.catalogue"
local money = require "lib.money"
local notices = require "lib.notices"
local orders = require "lib.orders"
local owner = require "lib.owner"
local settings = require "lib.settings"
local ui = stoa.ui

local CURRENCY <const> = settings.currency
local ICONS <const> = { "gift", "heart", "star", "home", "ticket", "image", "bell", "mail" }
local MOST_PRICE <const> = 100000000

local function icons(ctx)
  local options = {}
  for i, name in ipairs(ICONS) do options[i] = { name, ctx:t("icon_" .. name) } end
  return options
end

local function order_card(ctx, order)
  local state = orders.state(ctx.lang, order)
  return ui.card { key = order.number, to = ctx:link("order", { number = order.number }), label = ctx:t("order_for", { number = order.number, name = order.name }),
    ui.row { gap = 2, align = "center", ui.text { order.number .. ": " .. order.name, weight = "bold" }, ui.spacer(), ui.badge { state.title, color = state.color } },
    ui.row { gap = 2, ui.date { order.date, style = "relative" }, ui.spacer(), ui.money(order.sum, CURRENCY) } }
end

local function closed(ctx)
  return ui.page { title = ctx:t "my_shop",
    ui.empty { ctx:t "owner_only", text = ctx:t "owner_only_text", icon = "lock" },
    ui.button { ctx:t "see_all", full = true, to = ctx:link("home") } }
end

stoa.page("owner", function(ctx)
  if not owner.is(ctx.user) then return closed(ctx) end
  local todo, shelf, lefts = {}, {}, catalogue.lefts()
  local open, more = orders.open()
  for i, order in ipairs(open) do todo[i] = order_card(ctx, order) end
  local items = catalogue.all(ctx)
  for i, item in ipairs(items) do
    local left = lefts[item.sku]
    shelf[i] = ui.card { key = item.sku, to = ctx:link("edit", { sku = item.sku }), label = ctx:t("change_thing", { thing = item.title }),
      ui.text(item.title),
      ui.row { gap = 2, align = "center", ui.money(item.price, CURRENCY), ui.spacer(),
        ui.badge { left and ctx:t("left", { n = left }) or ctx:t "not_counted", color = left == 0 and "danger" or left and left <= 5 and "warning" or "muted" } } }
  end
  return ui.page { title = ctx:t "my_shop",
    ui.section { ctx:t "taken_in", key = "money", footer = ctx:t "taken_in_footer", ui.money { stoa.payments.balance(CURRENCY), currency = CURRENCY, style = "title" } },
    ui.section { ctx:t "to_do", key = "todo", footer = more > 0 and ctx:t("more_orders", { n = more }),
      #todo == 0 and ui.empty { ctx:t "nothing_to_do", text = ctx:t "nothing_to_do_text", icon = "check" }, todo,
      ctx.chat.kind == "direct" and not notices.has(ctx.user)
        and ui.button { ctx:t "notify", key = "notify ", style = "secondary", icon = "bell", full = true, on = ctx:action("notify") } },
    orders.count() > 0 and ui.button { ctx:t "all_orders", key = "all", style = "secondary", icon = "list", full = true, to = ctx:link("all") },
    ui.section { ctx:t "on_shelf", key = "shelf", ui.button { ctx:t "add_thing", key = "add ", icon = "plus", full = true, to = ctx:link("edit") }, shelf },
    ui.button { ctx:t "leave", key = "leave", style = "plain", on = ctx:action("leave"), confirm = ctx:t "leave_confirm" } }
end)

-- All orders there have been, the newest first; only those that are shown are read.
stoa.page("all", function(ctx)
  if not owner.is(ctx.user) then return closed(ctx) end
  local count = orders.count()
  return ui.page { title = ctx:t "all_orders",
    ui.list({ count = count, get = function(i) return orders.get(count - i + 1) end }, function(order) return order_card(ctx, order) end,
      { key = "all", height = 90, empty = ui.empty { ctx:t "nothing_to_do", icon = "list" } }) }
end)

stoa.action("notify", function(ctx)
  if not owner.is(ctx.user) then return ctx:toast(ctx:t "owner_only") end
  if not ctx.chat:subscribe { per_day = 24, timeout = "1 day" } then return ctx:toast(ctx:t "not_notified") end
  if not owner.is(ctx.user) then return end
  notices.begin(ctx)
  ctx:toast(ctx:t "will_be_told")
end)

stoa.action("leave", function(ctx)
  owner.leave(ctx.user)
  notices.stop(ctx.user)
  ctx:go("home")
end)

stoa.page("edit", function(ctx)
  if not owner.is(ctx.user) then return closed(ctx) end
  local item = catalogue.find(ctx, ctx.query.sku)
  if ctx.query.sku and not item then return ui.page { title = ctx:t "my_shop", ui.empty { ctx:t "off_shelf", icon = "trash" }, ui.button { ctx:t "my_shop", to = ctx:link("owner") } } end
  local left = item and catalogue.left(item.sku)
  local known = item or {}
  return ui.page { title = item and item.title or ctx:t "new_thing",
    item and left and ui.section { ctx:t "stock", key = "stock", footer = ctx:t "stock_footer",
      ui.row { ui.text(ctx:t "stock_now"), ui.spacer(), ui.badge { tostring(left), color = "muted" } },
      ui.form { key = "stock " .. left, on = ctx:action("stock", item.sku), submit = ctx:t "add_stock",
        ui.number_field { "count", label = ctx:t "how_many_more", value = 10, min = -10000, max = 10000, integer = true, required = true } } },
    ui.section { item and ctx:t "what_it_is" or nil, key = "about",
      ui.form { on = ctx:action("keep", item and item.sku or ""), submit = ctx:t(item and "save" or "put_on_shelf"),
        ui.text_field { "title", label = ctx:t "thing_name", value = known.title, required = true, max_length = 80 },
        ui.text_field { "category", label = ctx:t "category", value = known.category, required = true, max_length = 40 },
        ui.number_field { "price", label = ctx:t("price_in", { currency = CURRENCY }), value = item and money.to_number(item.price, CURRENCY) or nil, min = 0, max = MOST_PRICE / 100, step = money.step(CURRENCY), required = true },
        not item and ui.number_field { "pieces", label = ctx:t "pieces_field", min = 0, max = 1000000, integer = true },
        ui.text_field { "text", label = ctx:t "about_field", value = known.text, multiline = true, max_length = 1000 },
        not known.picture and ui.select { "icon", label = ctx:t "sign", options = icons(ctx), value = known.icon or "gift", required = true } } },
    item and ui.button { ctx:t "take_off", key = "gone", style = "danger", full = true, on = ctx:action("gone", item.sku), confirm = ctx:t("take_off_confirm", { thing = item.title }) } }
end)

-- A short name of letters and digits, by which payments know a thing.
local function new_sku(title)
  local base = title:lower():gsub("[^%w]+", "-"):gsub("^%-+", ""):gsub("%-+$", ""):sub(1, 30)
  if base == "" then base = "thing" end
  return base .. "-" .. stoa.store:increment("things")
end

stoa.action("keep", function(ctx, sku)
  if not owner.is(ctx.user) then return ctx:toast(ctx:t "owner_only") end
  local values = ctx.values
  local item = sku ~= "" and catalogue.find(ctx, sku) or nil
  if sku ~= "" and not item then return ctx:toast(ctx:t "off_shelf") end
  local title, category = values.title:match("^%s*(.-)%s*$"), values.category:match("^%s*(.-)%s*$")
  local price = money.from_number(values.price, CURRENCY)
  if not price or price < 1 then return ctx:invalid { price = ctx:t "bad_price" } end
  local kept = {
    sku = item and item.sku or new_sku(title), title = title, category = category, price = price, text = values.text,
    icon = values.icon, picture = item and item.picture,
  }
  local ok, why = catalogue.keep(ctx, kept, math.tointeger(values.pieces))
  if not ok then return ctx:invalid { title = why } end
  ctx:toast(ctx:t(item and "saved" or "is_on_shelf"))
  ctx:go("owner")
end)

stoa.action("stock", function(ctx, sku)
  if not owner.is(ctx.user) then return ctx:toast(ctx:t "owner_only") end
  local item = catalogue.find(ctx, sku)
  if not item then return ctx:toast(ctx:t "off_shelf") end
  local count = math.tointeger(ctx.values.count)
  if count == 0 then return ctx:invalid { count = ctx:t "how_many_more" } end
  local ok, why = catalogue.add_stock(ctx, item, count)
  if not ok then return ctx:invalid { count = why } end
  ctx:toast(ctx:t "stock_done")
end)

stoa.action("gone", function(ctx, sku)
  if not owner.is(ctx.user) then return ctx:toast(ctx:t "owner_only") end
  local item = catalogue.find(ctx, sku)
  if item then catalogue.remove(item) end
  ctx:go("owner")
end)
