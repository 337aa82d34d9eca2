-- The pages on which people look around: home, a thing, the cart.
local stoa = require "stoa"
local cart = require "lib.cart"
local catalogue = require "lib.catalogue"
local money = require "lib.money"
local owner = require "lib.owner"
local settings = require "lib.settings"
local ui = stoa.ui

local PAGE <const> = 24
local CURRENCY <const> = settings.currency

local function stock_badge(left)
  if not left or left > 5 then return false end
  return ui.badge { left == 0 and "Sold out" or "Only " .. left .. " left", color = left == 0 and "danger" or "warning" }
end

local function face(item, ratio)
  if item.picture then return ui.image { item.picture, alt = "", ratio = ratio, rounded = true } end
  return ui.row { align = "center", ui.spacer(), ui.icon { item.icon or "gift", size = "l", color = "accent" }, ui.spacer() }
end

local function item_card(ctx, item, left)
  local state = left == 0 and ", sold out" or ""
  return ui.card { key = item.sku, to = ctx:link("item", { sku = item.sku }), label = item.title .. ", " .. money.text(item.price, CURRENCY) .. state,
    face(item, 1.5),
    ui.text { item.title, weight = "bold" },
    ui.row { gap = 2, align = "center", wrap = true, ui.money { item.price, currency = CURRENCY, color = left == 0 and "muted" }, ui.spacer(), stock_badge(left) } }
end

-- Those of the category whose title, text or category have all the words.
local function matching(items, category, words)
  local found = {}
  for _, item in ipairs(items) do
    local text = (item.title .. " " .. (item.text or "") .. " " .. item.category):lower()
    local fits = category == "" or item.category == category
    for word in words:lower():gmatch("%S+") do
      if not text:find(word, 1, true) then fits = false end
    end
    if fits then found[#found + 1] = item end
  end
  return found
end

local function categories_row(ctx, items, category, words)
  local buttons, seen = {}, {}
  local function add(name, title)
    buttons[#buttons + 1] = ui.button {
      title, key = "c" .. name, style = name == category and "primary" or "secondary", to = ctx:link("home", { category = name, words = words }),
    }
  end
  add("", "All")
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
  local items = catalogue.all()
  local lefts = catalogue.lefts()
  local found = matching(items, category, words)
  local cards = {}
  for i = 1, math.min(#found, shown) do cards[i] = item_card(ctx, found[i], lefts[found[i].sku]) end
  local pieces, sum = cart.sum(cart.lines(ctx.user))
  return ui.page { title = "Corner Shop",
    ui.search_field { key = "search", placeholder = "What are you looking for?", value = words, on = ctx:action("search", category) },
    categories_row(ctx, items, category, words),
    #cards > 0 and ui.grid { key = "cards", columns = 2, gap = 3, cards },
    #cards == 0 and ui.empty { "Nothing like that", key = "none", text = "Try other words, or look at all there is.", icon = "search" },
    #found > shown and ui.button {
      "Show more", key = "more", style = "secondary", full = true, to = ctx:link("home", { category = category, words = words, shown = shown + PAGE }),
    },
    ui.row { key = "places", gap = 2, wrap = true,
      ui.button { "My orders", style = "plain", icon = "list", to = ctx:link("orders") },
      owner.is(ctx.user) and ui.button { "My shop", style = "plain", icon = "gear", to = ctx:link("owner") } },
    pieces > 0 and ui.main_button { "Cart: " .. pieces .. ", " .. money.text(sum, CURRENCY), key = "cart", icon = "cart", to = ctx:link("cart") } }
end)

stoa.action("search", function(ctx, category) ctx:go("home", { category = category, words = (ctx.value or ""):sub(1, 100) }) end)

stoa.page("item", function(ctx)
  local item = catalogue.find(ctx.query.sku)
  if not item then return ui.page { title = "Corner Shop", ui.empty { "There is no such thing any more", icon = "search" }, ui.button { "See what there is", to = ctx:link("home") } } end
  local left, count = catalogue.left(item.sku), cart.count(ctx.user, item.sku)
  local pieces, sum = cart.sum(cart.lines(ctx.user))
  local most = math.min(left or settings.most, settings.most)
  return ui.page { title = item.title,
    face(item, 1.5),
    ui.section { key = "about",
      ui.row { gap = 3, align = "center", wrap = true,
        ui.money { item.price, currency = CURRENCY, style = "title" }, ui.spacer(), ui.badge { item.category, color = "muted" }, stock_badge(left) },
      item.text and item.text ~= "" and ui.text(item.text) },
    count > 0 and ui.section { "In your cart", key = "count",
      ui.row { gap = 3, align = "center",
        ui.stepper { label = "How many", value = count, min = 0, max = math.max(most, count), on = ctx:action("count", item.sku) },
        ui.spacer(), ui.money(count * item.price, CURRENCY) } },
    count == 0 and left == 0 and ui.text { "Sold out just now. Look in again: what is not paid comes back.", key = "out", color = "muted" },
    count == 0 and left ~= 0 and ui.main_button { "Put it into the cart", key = "add", icon = "plus", on = ctx:action("add", item.sku) },
    count > 0 and ui.main_button { "Cart: " .. pieces .. ", " .. money.text(sum, CURRENCY), key = "cart", icon = "cart", to = ctx:link("cart") } }
end)

stoa.action("add", function(ctx, sku)
  local item = catalogue.find(sku)
  if not item then return ctx:toast("This is not sold any more.") end
  if cart.set(ctx.user, sku, cart.count(ctx.user, sku) + 1) == 0 then return ctx:toast("Somebody was quicker: sold out.") end
  ctx:toast("In your cart: " .. item.title)
end)

stoa.action("count", function(ctx, sku)
  local wanted = math.tointeger(ctx.value) or 0
  local count = cart.set(ctx.user, sku, wanted)
  if count < wanted then ctx:toast(count == 0 and "Sold out." or "There are only " .. count .. ".") end
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
      ui.stepper { label = "How many", value = line.count, min = 0, max = math.max(most, line.count), on = ctx:action("count", item.sku) },
      ui.text { "× " .. money.text(item.price, CURRENCY), style = "caption", color = "muted" },
      ui.spacer(), ui.button { "Remove", style = "plain", icon = "trash", on = ctx:action("remove", item.sku) } },
    is_short and ui.text { left == 0 and "Sold out meanwhile." or "Only " .. left .. " left.", style = "caption", color = "danger" } }
end

stoa.page("cart", function(ctx)
  local lines = cart.lines(ctx.user)
  if #lines == 0 then
    return ui.page { title = "Your cart",
      ui.empty { "Your cart is empty", text = "What you put into it waits here.", icon = "cart" },
      ui.button { "See what there is", full = true, to = ctx:link("home") } }
  end
  local rows = {}
  for i, line in ipairs(lines) do rows[i] = line_row(ctx, line) end
  local pieces, sum = cart.sum(lines)
  local delivery = cart.delivery(sum)
  return ui.page { title = "Your cart",
    ui.section { key = "lines", rows },
    ui.section { key = "sum", footer = delivery > 0 and "From " .. money.text(settings.delivery_free, CURRENCY) .. " on, delivery is free." or "Delivery is free.",
      ui.row { ui.text { pieces == 1 and "1 piece" or pieces .. " pieces", weight = "bold" }, ui.spacer(), ui.money { sum, currency = CURRENCY, style = "heading" } } },
    ui.button { "Go on looking", key = "on", style = "secondary", full = true, to = ctx:link("home") },
    ui.main_button { "Check out", key = "checkout", disabled = cart.short(lines) ~= nil, to = ctx:link("checkout") } }
end)
