-- What is left on the shelf: products that Stoa counts. Asking for a payment reserves them, paying sells them, and all else gives
-- them back, so there is nothing to count here.
local stoa = require "stoa"
local catalogue = require "lib.catalogue"

local stock = {}

function stock.left(key)
  local product = stoa.products.get(key)
  return product and product.left or catalogue.find(key).stock
end

-- The first line that there is not enough of; nil when all of it is there.
function stock.short(lines)
  for _, line in ipairs(lines) do
    if stock.left(line.key) < line.count then return line end
  end
end

-- Puts on the shelf what was never sold before. What lies there already stays as it is.
function stock.shelve(lines)
  for _, line in ipairs(lines) do
    local size = catalogue.find(line.key)
    stoa.products.put { sku = line.key, title = size.title, price = size.price, currency = catalogue.currency, stock = size.stock, new = true }
  end
end

return stock
