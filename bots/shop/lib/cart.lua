-- A person's cart: how many of each size, in the person's own store.
local catalogue = require "lib.catalogue"
local money = require "lib.money"

local MOST <const> = 99

local cart = {}

-- Lines { key, count }, in the order in which they came. What the shop no longer has is left out.
function cart.lines(user)
  local lines = {}
  for _, line in ipairs(user.store:get("cart") or {}) do
    if catalogue.find(line.key) then lines[#lines + 1] = line end
  end
  return lines
end

-- Adds to a line; a count of 0 takes it out.
function cart.add(user, key, count)
  local lines, found = cart.lines(user), false
  for i, line in ipairs(lines) do
    if line.key == key then
      line.count, found = math.min(line.count + count, MOST), true
      if line.count <= 0 then table.remove(lines, i) end
      break
    end
  end
  if not found and count > 0 then lines[#lines + 1] = { key = key, count = math.min(count, MOST) } end
  user.store:put("cart", #lines > 0 and lines or nil)
end

function cart.empty(user) user.store:delete("cart") end

function cart.sum(lines)
  local sum = 0
  for _, line in ipairs(lines) do sum = sum + line.count * catalogue.find(line.key).price end
  return sum
end

function cart.text(lines)
  local texts = {}
  for i, line in ipairs(lines) do
    local size = catalogue.find(line.key)
    texts[i] = line.count .. " × " .. size.title .. ": " .. money(line.count * size.price)
  end
  return table.concat(texts, "\n") .. "\n\nTogether: " .. money(cart.sum(lines))
end

-- A row of buttons for each line.
function cart.buttons(lines)
  local rows = {}
  for i, line in ipairs(lines) do
    local title = catalogue.find(line.key).title
    rows[i] = {
      { text = "− " .. title, data = "less:" .. line.key }, { text = "+ " .. title, data = "more:" .. line.key },
    }
  end
  rows[#rows + 1] = { { text = "Empty the cart", data = "empty" } }
  return rows
end

return cart
