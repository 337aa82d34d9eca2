-- What there is. In the app's store:
--   item SKU       what the owner has added or changed: { sku, title, category, price, text, icon, picture, gone }
--   moved SKU      counts changes of its stock. Stoa counts the pieces (stoa.products), but only stores are followed by pages: so who
--                  moves some writes here, and who shows them reads here
local stoa = require "stoa"
local seeds = require "lib.seeds"
local settings = require "lib.settings"

local MOST_ITEMS <const> = 500

local catalogue = {}

local by_sku = {}
for _, seed in ipairs(seeds) do by_sku[seed.sku] = seed end

-- A seed as the person reads it.
local function spoken(ctx, seed)
  local item = {}
  for name, value in pairs(seed) do item[name] = value end
  item.title, item.category, item.text = ctx:t(seed.title), ctx:t(seed.category), seed.text and ctx:t(seed.text)
  return item
end

--- An item, also one that is gone; nil when there never was one.
function catalogue.known(ctx, sku)
  if type(sku) ~= "string" or not sku:find("^[%w%-]+$") or #sku > 64 then return nil end
  return stoa.store:get("item " .. sku) or by_sku[sku] and spoken(ctx, by_sku[sku])
end

--- An item; nil when it is not sold (any more).
function catalogue.find(ctx, sku)
  local item = catalogue.known(ctx, sku)
  return item and not item.gone and item or nil
end

--- All items, by category and title.
function catalogue.all(ctx)
  local kept, items, after = {}, {}, nil
  repeat
    local page
    page, after = stoa.store:list("item ", 100, after)
    for _, entry in ipairs(page) do kept[entry.value.sku] = entry.value end
  until not after
  for _, seed in ipairs(seeds) do
    if not kept[seed.sku] then kept[seed.sku] = spoken(ctx, seed) end
  end
  for _, item in pairs(kept) do
    if not item.gone then items[#items + 1] = item end
  end
  table.sort(items, function(a, b)
    if a.category ~= b.category then return a.category < b.category end
    if a.title ~= b.title then return a.title < b.title end
    return a.sku < b.sku
  end)
  return items
end

--- What is left of each counted thing, by sku, for a page that shows many.
function catalogue.lefts()
  local left, after = {}, nil
  repeat
    local page
    page, after = stoa.store:list("moved ", 1000, after)
  until not after
  for _, seed in ipairs(seeds) do left[seed.sku] = seed.stock end
  for _, product in ipairs(stoa.products.list()) do left[product.sku] = product.left end
  return left
end

--- What is left of one thing; nil where nobody counts.
function catalogue.left(sku)
  stoa.store:get("moved " .. sku)
  local product = stoa.products.get(sku)
  if product then return product.left end
  return by_sku[sku] and by_sku[sku].stock
end

--- Pages that show this stock are drawn anew when the turn is over.
function catalogue.moved(sku) stoa.store:increment("moved " .. sku) end

--- Puts on the shelf what was never sold before.
function catalogue.shelve(item)
  return stoa.products.put {
    sku = item.sku, title = item.title, price = item.price, currency = settings.currency, stock = item.stock, new = true,
  }
end

--- Adds an item or changes it. True; nil and the text that says why not.
function catalogue.keep(ctx, item, stock)
  local is_new = not stoa.store:get("item " .. item.sku) and not by_sku[item.sku]
  if is_new and #catalogue.all(ctx) >= MOST_ITEMS then return nil, ctx:t("too_many_things", { n = MOST_ITEMS }) end
  local known = stoa.products.get(item.sku)
  local seed = by_sku[item.sku]
  local pieces = stock
  if not is_new then pieces = known and known.stock or seed and seed.stock end
  local ok, why = stoa.products.put {
    sku = item.sku, title = item.title, price = item.price, currency = settings.currency, stock = pieces,
  }
  if not ok then return nil, ctx:t(why == "out_of_stock" and "being_paid" or "not_kept") end
  stoa.store:put("item " .. item.sku, item)
  catalogue.moved(item.sku)
  return true
end

--- More pieces have come, or some are gone. True; nil and the text that says why not.
function catalogue.add_stock(ctx, item, count)
  local known = stoa.products.get(item.sku)
  if not known then catalogue.shelve(item) end
  if known and not known.stock then return nil, ctx:t "not_counted_thing" end
  local ok, why = stoa.products.add_stock(item.sku, count)
  if not ok then return nil, ctx:t(why == "out_of_stock" and "not_so_many" or "not_kept") end
  catalogue.moved(item.sku)
  return true
end

--- Takes it off the shelf. Orders that name it stay as they are.
function catalogue.remove(item)
  item.gone = true
  stoa.store:put("item " .. item.sku, item)
  catalogue.moved(item.sku)
end

return catalogue
