-- What there is: categories of items, each in one or more sizes. Prices in cents; `stock` is how many there are at first.
local catalogue = {
  { title = "Bread", items = {
    { id = "rye", title = "Rye bread", sizes = { { name = "half", price = 290, stock = 20 }, { name = "whole", price = 550, stock = 10 } } },
    { id = "roll", title = "Roll", sizes = { { name = "piece", price = 60, stock = 200 } } },
  } },
  { title = "Cake", items = {
    { id = "plum", title = "Plum cake", sizes = { { name = "slice", price = 320, stock = 24 }, { name = "whole", price = 2900, stock = 1 } } },
  } },
  { title = "Drinks", items = {
    { id = "coffee", title = "Coffee", sizes = { { name = "250 g", price = 899, stock = 30 }, { name = "1 kg", price = 2990, stock = 8 } } },
    { id = "juice", title = "Apple juice", sizes = { { name = "bottle", price = 249, stock = 40 } } },
  } },
}

local by_key = {}
for _, category in ipairs(catalogue) do
  for _, item in ipairs(category.items) do
    for _, size in ipairs(item.sizes) do
      size.key = item.id .. "/" .. size.name
      size.title = #item.sizes == 1 and item.title or item.title .. ", " .. size.name
      by_key[size.key] = size
    end
  end
end

-- The size with this key, or nil when the shop no longer has it.
local function find(key) return by_key[key] end

return { categories = catalogue, find = find, currency = "EUR" }
