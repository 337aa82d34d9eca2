-- What is left on the shelf. Two people who take the last piece at the same moment change the same key of the store: one of the two
-- turns is run again and then finds the shelf empty.
local stoa = require "stoa"
local catalogue = require "lib.catalogue"

local stock = {}

function stock.left(key)
  local left = stoa.store:get("stock " .. key)
  return left == nil and catalogue.find(key).stock or left
end

-- Takes all lines off the shelf, or none. Returns true, or nil and the line that there are not enough of.
function stock.take(lines)
  for _, line in ipairs(lines) do
    if stock.left(line.key) < line.count then return nil, line end
  end
  for _, line in ipairs(lines) do stoa.store:put("stock " .. line.key, stock.left(line.key) - line.count) end
  return true
end

function stock.give_back(lines)
  for _, line in ipairs(lines) do
    if catalogue.find(line.key) then stoa.store:put("stock " .. line.key, stock.left(line.key) + line.count) end
  end
end

-- A reservation is taken off the shelf already; whoever settles it first, by ordering or by giving it back, does so alone.
function stock.reserve(lines)
  local ok, short = stock.take(lines)
  if not ok then return nil, short end
  local id = stoa.store:increment("reservations")
  stoa.store:put("reservation " .. id, lines)
  return id
end

-- Its lines, once; nil when it is settled already.
function stock.settle(id)
  local lines = stoa.store:get("reservation " .. id)
  stoa.store:delete("reservation " .. id)
  return lines
end

return stock
