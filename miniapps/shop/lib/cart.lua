-- A person's cart: a key for each thing in the person's own store, "cart SKU" = how many.
local catalogue = require "lib.catalogue"
local settings = require "lib.settings"

local cart = {}

--- Lines { item, count }; and the items of what is no longer sold.
function cart.lines(ctx)
  local lines, gone = {}, {}
  for _, entry in ipairs((ctx.user.store:list("cart ", 1000))) do
    local item = catalogue.known(ctx, entry.key:sub(6))
    if item and item.gone then gone[#gone + 1] = item elseif item then lines[#lines + 1] = { item = item, count = entry.value } end
  end
  return lines, gone
end

--- Whether no other thing fits into an order.
function cart.is_full(ctx, sku)
  return cart.count(ctx.user, sku) == 0 and #(ctx.user.store:list("cart ", settings.most_things)) >= settings.most_things
end

function cart.count(user, sku) return user.store:get("cart " .. sku) or 0 end

--- Puts so many into the cart, as many as there can be. How many those are.
function cart.set(user, sku, count)
  local left = catalogue.left(sku)
  count = math.max(0, math.min(count, settings.most, left or settings.most))
  user.store:put("cart " .. sku, count > 0 and count or nil)
  return count
end

function cart.empty(user, lines)
  for _, line in ipairs(lines) do user.store:delete("cart " .. line.item.sku) end
end

--- How many pieces, and what they cost.
function cart.sum(lines)
  local pieces, sum = 0, 0
  for _, line in ipairs(lines) do pieces, sum = pieces + line.count, sum + line.count * line.item.price end
  return pieces, sum
end

--- The first line that there is not enough of, and how many there are.
function cart.short(lines)
  for _, line in ipairs(lines) do
    local left = catalogue.left(line.item.sku)
    if left and left < line.count then return line, left end
  end
end

function cart.delivery(sum) return sum >= settings.delivery_free and 0 or settings.delivery end

return cart
