-- The pages on which people look around: home, a thing, the cart.
local stoa = require "stoa"
local cart = require "lib.cart"
local catalogue = require "lib.catalogue"
local owner = require "lib.owner"
local search = require "lib.search"
local settings = require "lib.settings"
local ui = stoa.ui

local PAGE <const> = 24
local CURRENCY <const> = settings.currency

local function stock_badge(ctx, left)
  if not left or left > 5 then return false end
  return ui.badge { left == 0 and ctx:t "sold_out" or ctx:t("only_left", { n = left }), color = left == 0 and "danger" or "warning" }
end

local function face(item, ratio)
  if item.picture then return ui.image { item.picture, alt = "", ratio = ratio, rounded = true } end
  return ui.row { align = "center", ui.spacer(), ui.icon { item.icon or "gift", size = "l", color = "accent" }, ui.spacer() }
end

local function item_card(ctx, item, left)
  local label = ctx:t(left == 0 and "card_sold_out" or "card", { thing = item.title, price = ui.format_money(item.price, CURRENCY, ctx.lang) })
  return ui.card { key = item.sku, to = ctx:link("item", { sku = item.sku }), label = label,
    face(item, 1.5),
    ui.text { item.title, weight = "bold" },
    ui.row { gap = 2, align = "center", wrap = true, ui.money { item.price, currency = CURRENCY, color = left == 0 and "muted" }, ui.spacer(), stock_badge(ctx, left) } }
end

local function categories_row(ctx, items, category, words)
  local buttons, seen = {}, {}
  local function add(name, title)
    buttons[#buttons + 1] = ui.button {
      title, key = "c" .. name, style = name == category and "primary" or "secondary", to = ctx:link("home", { category = name, words = words }),
    }
  end
  add("", ctx:t "all")
  for _, item in ipairs(items) do
    if not seen[item.category] then
      seen[item.category] = true
      add(item.category, item.category)
    end
  end
  return ui.row { key = "categories", gap = 1, wrap = true, buttons }
end

stoa.page("home", function(ctx)
  local category, words = ctx.query.category or "", ctx.query.words or ""
  local shown = math.max(PAGE, math.min(math.tointeger(tonumber(ctx.query.shown)) or PAGE, 240))
  local items = catalogue.all(ctx)
  local lefts = catalogue.lefts()
  local found = search.matching(items, category, words)
  local cards = {}
  for i = 1, math.min(#found, shown) do cards[i] = item_card(ctx, found[i], lefts[found[i].sku]) end
  local pieces, sum = cart.sum(cart.lines(ctx))
  return ui.page { title = ctx:t "shop",
    ui.search_field { key = "search", placeholder = ctx:t "search", value = words, on = ctx:action("search", category) },
    categories_row(ctx, items, category, words),
    #cards > 0 and ui.grid { key = "cards", columns = 2, gap = 3, cards },
    #cards == 0 and ui.empty { ctx:t "none", key = "none", text = ctx:t "none_text", icon = "search" },
    #found > shown and ui.button {
      ctx:t "show_more", key = "more", style = "secondary", full = true, to = ctx:link("home", { category = category, words = words, shown = shown + PAGE }),
    },
    ui.row { key = "places", gap = 2, wrap = true,
      ui.button { ctx:t "my_orders", style = "plain", icon = "list", to = ctx:link("orders") },
      owner.is(ctx.user) and ui.button { ctx:t "my_shop", style = "plain", icon = "gear", to = ctx:link("owner") } },
    pieces > 0 and ui.main_button { ctx:t("cart_button", { n = pieces, sum = ui.format_money(sum, CURRENCY, ctx.lang) }), key = "cart", icon = "cart", to = ctx:link("cart") } }
end)

stoa.action("search", function(ctx, category) ctx:go("home", { category = category, words = search.words(ctx.value or "") }) end)

stoa.page("item", function(ctx)
  local item = catalogue.find(ctx, ctx.query.sku)
  if not item then return ui.page { title = ctx:t "shop", ui.empty { ctx:t "no_thing", icon = "search" }, ui.button { ctx:t "see_all", to = ctx:link("home") } } end
  local left, count = catalogue.left(item.sku), cart.count(ctx.user, item.sku)
  local pieces, sum = cart.sum(cart.lines(ctx))
  local most = math.min(left or settings.most, settings.most)
  return ui.page { title = item.title,
    face(item, 1.5),
    ui.section { key = "about",
      ui.row { gap = 3, align = "center", wrap = true,
        ui.money { item.price, currency = CURRENCY, style = "title" }, ui.spacer(), ui.badge { item.category, color = "muted" }, stock_badge(ctx, left) },
      item.text and item.text ~= "" and ui.text(item.text) },
    count > 0 and ui.section { ctx:t "in_cart", key = "count",
      ui.row { gap = 3, align = "center",
        ui.stepper { label = ctx:t "how_many", value = count, min = 0, max = math.max(most, count), on = ctx:action("count", item.sku) },
        ui.spacer(), ui.money(count * item.price, CURRENCY) } },
    count == 0 and left == 0 and ui.text { ctx:t "sold_out_now", key = "out", color = "muted" },
    count == 0 and left ~= 0 and ui.main_button { ctx:t "put_in", key = "add", icon = "plus", on = ctx:action("add", item.sku) },
    count > 0 and ui.main_button { ctx:t("cart_button", { n = pieces, sum = ui.format_money(sum, CURRENCY, ctx.lang) }), key = "cart", icon = "cart", to = ctx:link("cart") } }
end)

stoa.action("add", function(ctx, sku)
  local item = catalogue.find(ctx, sku)
  if not item then return ctx:toast(ctx:t "not_sold") end
  if cart.is_full(ctx, sku) then return ctx:toast(ctx:t("cart_full", { n = settings.most_things })) end
  if cart.set(ctx.user, sku, cart.count(ctx.user, sku) + 1) == 0 then return ctx:toast(ctx:t "quicker_sold_out") end
  ctx:toast(ctx:t("put_into", { thing = item.title }))
end)

stoa.action("count", function(ctx, sku)
  local wanted = math.tointeger(ctx.value) or 0
  local count = cart.set(ctx.user, sku, wanted)
  if count < wanted then ctx:toast(count == 0 and ctx:t "sold_out" or ctx:t("there_are_only", { n = count })) end
end)

stoa.action("remove", function(ctx, sku) cart.set(ctx.user, sku, 0) end)

local function line_row(ctx, line)
  local item, left = line.item, catalogue.left(line.item.sku)
  local is_short = left and left < line.count
  local most = math.min(left or settings.most, settings.most)
  return ui.column { key = item.sku, gap = 1,
    ui.row { gap = 2, align = "center",
      ui.text { item.title, weight = "bold" }, ui.spacer(), ui.money(line.count * item.price, CURRENCY) },
    ui.row { gap = 2, align = "center", wrap = true,
      ui.stepper { label = ctx:t "how_many", value = line.count, min = 0, max = math.max(most, line.count), on = ctx:action("count", item.sku) },
      ui.text { "× " .. ui.format_money(item.price, CURRENCY, ctx.lang), style = "caption", color = "muted" },
      ui.spacer(), ui.button { ctx:t "remove", style = "plain", icon = "trash", on = ctx:action("remove", item.sku) } },
    is_short and ui.text { left == 0 and ctx:t "sold_out_meanwhile" or ctx:t("only_left", { n = left }), style = "caption", color = "danger" } }
end

-- What was taken off the shelf since it was put into the cart.
local function gone_row(ctx, item)
  return ui.row { key = item.sku, gap = 2, align = "center", wrap = true,
    ui.text { item.title, color = "muted" }, ui.badge { ctx:t "not_sold_badge", color = "danger" }, ui.spacer(),
    ui.button { ctx:t "remove", style = "plain", icon = "trash", on = ctx:action("remove", item.sku) } }
end

stoa.page("cart", function(ctx)
  local lines, gone = cart.lines(ctx)
  if #lines + #gone == 0 then
    return ui.page { title = ctx:t "your_cart",
      ui.empty { ctx:t "cart_empty", text = ctx:t "cart_empty_text", icon = "cart" },
      ui.button { ctx:t "see_all", full = true, to = ctx:link("home") } }
  end
  local rows = {}
  for i, line in ipairs(lines) do rows[i] = line_row(ctx, line) end
  for _, item in ipairs(gone) do rows[#rows + 1] = gone_row(ctx, item) end
  local pieces, sum = cart.sum(lines)
  local delivery = cart.delivery(sum)
  return ui.page { title = ctx:t "your_cart",
    ui.section { key = "lines", rows },
    ui.section { key = "sum", footer = delivery > 0 and ctx:t("free_from", { sum = ui.format_money(settings.delivery_free, CURRENCY, ctx.lang) }) or ctx:t "delivery_free",
      ui.row { ui.text { ctx:t("pieces", { n = pieces }), weight = "bold" }, ui.spacer(), ui.money { sum, currency = CURRENCY, style = "heading" } } },
    ui.button { ctx:t "go_on", key = "on", style = "secondary", full = true, to = ctx:link("home") },
    ui.main_button { ctx:t "check_out", key = "checkout", disabled = #lines == 0 or cart.short(lines) ~= nil, to = ctx:link("checkout") } }
end)
