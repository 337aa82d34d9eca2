-- The events, in the app's store, since who buys comes from a direct chat or from any group:
--   events               how many there have been
--   event:ID             { title, place, about, at, tiers = { { title, price, places } }, cancelled, closed }
--   moved:ID             rises whenever places are taken or come back: pages that show how many are left read it, since the stock itself is
--                        kept by Stoa and not followed
--   sold:ID:TIER         tickets that are paid and not returned
--   inside:ID            people who are in
-- How many places are left is the stock of a product of Stoa's: asking for a payment reserves them, paying sells them, all else gives them
-- back. So no place is sold twice, whatever happens.
local stoa = require "stoa"
local settings = require "lib.settings"

local events = {}

local function key(id) return "event:" .. id end

function events.sku(id, tier) return "e" .. id .. "-" .. tier end

--- The event with this id; nil when there is none.
function events.get(id)
  local event = id and #id <= 16 and stoa.store:get(key(id)) or nil
  if event then event.id = id end
  return event
end

local function keep(event)
  local id = event.id
  event.id = nil
  stoa.store:put(key(id), event)
  event.id = id
end
events.keep = keep

--- All events, the next first. Those that began before `since` are left out.
function events.list(since)
  local list, after = {}, nil
  repeat
    local some
    some, after = stoa.store:list("event:", 100, after)
    for _, entry in ipairs(some) do
      local event = entry.value
      event.id = entry.key:sub(7)
      if event.at >= since then list[#list + 1] = event end
    end
  until not after
  table.sort(list, function(a, b)
    if a.at ~= b.at then return a.at < b.at end
    return a.id < b.id
  end)
  return list
end

--- Puts up an event and its places. Its id.
function events.add(event)
  event.id = ("%04d"):format(stoa.store:increment("events"))
  for i, tier in ipairs(event.tiers) do
    stoa.products.put {
      sku = events.sku(event.id, i), title = event.title .. ", " .. tier.title, price = tier.price, currency = settings.currency, stock = tier.places,
    }
  end
  keep(event)
  return event.id
end

--- More places in a tier, or fewer. True; or nil and why not.
function events.add_places(event, tier, count)
  local added, why = stoa.products.add_stock(events.sku(event.id, tier), count)
  if not added then return nil, why end
  event.tiers[tier].places = event.tiers[tier].places + count
  keep(event)
  events.moved(event.id)
  return true
end

--- Pages that show how many places are left are drawn anew.
function events.moved(id) stoa.store:increment("moved:" .. id) end

--- Places of a tier that can be bought now.
function events.left(event, tier)
  stoa.store:get("moved:" .. event.id)
  local product = stoa.products.get(events.sku(event.id, tier))
  return product and product.left or 0
end

function events.sold(event, tier) return stoa.store:get("sold:" .. event.id .. ":" .. tier) or 0 end

--- Tickets of all tiers.
function events.sold_all(event)
  local sum = 0
  for tier = 1, #event.tiers do sum = sum + events.sold(event, tier) end
  return sum
end

function events.inside(id) return stoa.store:get("inside:" .. id) or 0 end

--- The name of the text that says why tickets cannot be bought; nil when they can.
function events.why_closed(event, now)
  if event.cancelled then return "is_cancelled" end
  if event.at <= now then return "has_begun_text" end
  if event.closed then return "not_sold" end
end

return events
