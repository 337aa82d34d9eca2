-- The pages of those who run the shop: what is to do, what is on the shelf, what has come in.
local stoa = require "stoa"
local catalogue = require "lib.catalogue"
local money = require "lib.money"
local orders = require "lib.orders"
local owner = require "lib.owner"
local settings = require "lib.settings"
local ui = stoa.ui

local CURRENCY <const> = settings.currency
local ICONS <const> = { "gift", "heart", "star", "home", "ticket", "image", "bell", "mail" }
local MOST_PRICE <const> = 100000000

local function closed(ctx)
  return ui.page { title = "My shop",
    ui.empty { "For the owner only", text = "Whoever runs the shop sends /owner in the chat.", icon = "lock" },
    ui.button { "See what there is", full = true, to = ctx:link("home") } }
end

stoa.page("owner", function(ctx)
  if not owner.is(ctx.user) then return closed(ctx) end
  local todo, shelf, lefts = {}, {}, catalogue.lefts()
  for i, order in ipairs(orders.open()) do
    local state = orders.states[order.state]
    todo[i] = ui.card { key = order.number, to = ctx:link("order", { number = order.number }), label = "Order " .. order.number .. " for " .. order.name,
      ui.row { gap = 2, align = "center", ui.text { order.number .. ": " .. order.name, weight = "bold" }, ui.spacer(), ui.badge { state.title, color = state.color } },
      ui.row { gap = 2, ui.date { order.date, style = "relative" }, ui.spacer(), ui.money(order.sum, CURRENCY) } }
  end
  local items = catalogue.all()
  for i, item in ipairs(items) do
    local left = lefts[item.sku]
    shelf[i] = ui.card { key = item.sku, to = ctx:link("edit", { sku = item.sku }), label = "Change " .. item.title,
      ui.row { gap = 2, align = "center", ui.text(item.title), ui.spacer(), ui.money(item.price, CURRENCY),
        ui.badge { left and left .. " left" or "not counted", color = left == 0 and "danger" or left and left <= 5 and "warning" or "muted" } } }
  end
  return ui.page { title = "My shop",
    ui.section { "Taken in", key = "money", footer = "What the app can spend now.", ui.money { stoa.payments.balance(CURRENCY), currency = CURRENCY, style = "title" } },
    ui.section { "To do", key = "todo", #todo == 0 and ui.empty { "Nothing to do", text = "Orders that are paid come here.", icon = "check" }, todo },
    ui.section { "On the shelf", key = "shelf", ui.button { "Add a thing", key = "add ", icon = "plus", full = true, to = ctx:link("edit") }, shelf },
    ui.button { "I do not run this shop any more", key = "leave", style = "plain", on = ctx:action("leave"), confirm = "Stop being an owner? You need a new code to come back." } }
end)

stoa.action("leave", function(ctx)
  owner.leave(ctx.user)
  ctx:go("home")
end)

stoa.page("edit", function(ctx)
  if not owner.is(ctx.user) then return closed(ctx) end
  local item = catalogue.find(ctx.query.sku)
  if ctx.query.sku and not item then return ui.page { title = "My shop", ui.empty { "It is not on the shelf any more", icon = "trash" }, ui.button { "My shop", to = ctx:link("owner") } } end
  local left = item and catalogue.left(item.sku)
  local known = item or {}
  return ui.page { title = item and item.title or "A new thing",
    item and left and ui.section { "Stock", key = "stock", footer = "Less than nothing takes pieces away.",
      ui.row { ui.text "On the shelf, not counting what is being paid", ui.spacer(), ui.text { tostring(left), weight = "bold" } },
      ui.form { key = "stock " .. left, on = ctx:action("stock", item.sku), submit = "Put on the shelf",
        ui.number_field { "count", label = "How many more?", value = 10, min = -10000, max = 10000, integer = true, required = true } } },
    ui.section { item and "What it is" or nil, key = "about",
      ui.form { on = ctx:action("keep", item and item.sku or ""), submit = item and "Save" or "Put it on the shelf",
        ui.text_field { "title", label = "Name", value = known.title, required = true, max_length = 80 },
        ui.text_field { "category", label = "Category", value = known.category, required = true, max_length = 40 },
        ui.number_field { "price", label = "Price in " .. CURRENCY, value = item and money.to_number(item.price, CURRENCY) or nil, min = 0, max = MOST_PRICE / 100, step = money.step(CURRENCY), required = true },
        not item and ui.number_field { "pieces", label = "How many are there? Leave it empty if nobody counts", min = 0, max = 1000000, integer = true },
        ui.text_field { "text", label = "What should people know?", value = known.text, multiline = true, max_length = 1000 },
        not known.picture and ui.select { "icon", label = "Sign", options = ICONS, value = known.icon or "gift", required = true } } },
    item and ui.button { "Take it off the shelf", key = "gone", style = "danger", full = true, on = ctx:action("gone", item.sku), confirm = "Take " .. item.title .. " off the shelf?" } }
end)

-- A short name of letters and digits, by which payments know a thing.
local function new_sku(title)
  local base = title:lower():gsub("[^%w]+", "-"):gsub("^%-+", ""):gsub("%-+$", ""):sub(1, 30)
  if base == "" then base = "thing" end
  return base .. "-" .. stoa.store:increment("things")
end

stoa.action("keep", function(ctx, sku)
  if not owner.is(ctx.user) then return ctx:toast("Only the owner can do this.") end
  local values = ctx.values
  local item = sku ~= "" and catalogue.find(sku) or nil
  if sku ~= "" and not item then return ctx:toast("It is not on the shelf any more.") end
  local price = money.from_number(values.price, CURRENCY)
  if not price or price < 1 then return ctx:invalid { price = "Write a price above nothing that there are coins for." } end
  local kept = {
    sku = item and item.sku or new_sku(values.title), title = values.title, category = values.category, price = price, text = values.text,
    icon = values.icon, picture = item and item.picture,
  }
  local ok, why = catalogue.keep(kept, math.tointeger(values.pieces))
  if not ok then return ctx:invalid { title = why } end
  ctx:toast(item and "Saved." or "It is on the shelf.")
  ctx:go("owner")
end)

stoa.action("stock", function(ctx, sku)
  if not owner.is(ctx.user) then return ctx:toast("Only the owner can do this.") end
  local item = catalogue.find(sku)
  if not item then return ctx:toast("It is not on the shelf any more.") end
  local ok, why = catalogue.add_stock(item, math.tointeger(ctx.values.count))
  if not ok then return ctx:invalid { count = why } end
  ctx:toast("Done.")
end)

stoa.action("gone", function(ctx, sku)
  if not owner.is(ctx.user) then return ctx:toast("Only the owner can do this.") end
  local item = catalogue.find(sku)
  if item then catalogue.remove(item) end
  ctx:go("owner")
end)
