-- An order as it was kept before the app had languages. The simulation begins with empty stores, so main.lua meets it beside a stand-in of stoa.
local stoa = require "stoa"

local function nothing() end

local function store(values)
  local made = {}
  function made.get(_, key) return values[key] end
  function made.put(_, key, value) values[key] = value end
  function made.increment(_, key) values[key] = (values[key] or 0) + 1 end
  function made.list(_, prefix)
    local found = {}
    for key, value in pairs(values) do
      if key:sub(1, #prefix) == prefix then found[#found + 1] = { key = key, value = value } end
    end
    return found
  end
  return made
end

local order = {
  number = 1, user = 7, name = "Ann", state = "paid", lines = { { sku = "rye", title = "Rye bread", price = 550, count = 1 } }, goods = 550, delivery = 0,
  sum = 550, address = { name = "Ann", pick_up = true }, payment = 5, receipt = "CORNER_SHOP-1", date = 1767603600000, chat = 8,
}
local handlers, said, refunds = {}, {}, true
local chat = { user = { id = 7, store = store { ["order 00000001"] = true } }, send = function(_, text) said[#said + 1] = text end }
local parts = {
  app = { name = "corner_shop" }, command = nothing, on = nothing, page = nothing,
  action = function(name, handler) handlers[name] = handler end,
  store = store { ["order 00000001"] = order, ["owner 9"] = true },
  payments = { on = function(event, handler) handlers[event] = handler end, refund = function() return refunds or nil, "insufficient_funds" end },
  ui = { format_money = function(amount, currency, language)
    assert(language == nil)
    return amount .. " " .. currency
  end },
  t = function(language, name, values)
    assert(language == nil)
    return name .. " " .. tostring(values and (values.number or values.sum))
  end,
  chat = function(id)
    assert(id == 8)
    return { broadcast = function(_, text, options)
      said[#said + 1] = text .. ", " .. options.buttons[1][1].text
      return true
    end }
  end,
}
for name, part in pairs(parts) do rawset(stoa, name, part) end
require "main"

test("tells the buyer of an older order how it moves, and gives the money back", function()
  handlers.advance({ user = { id = 9 } }, "1", "paid")
  assert(order.state == "sent" and said[1] == "order_moved 1, show_it nil", said[1])
  order.state, refunds = "paid", false
  handlers.refund_requested(chat, { id = 5 })
  assert(said[2] == "no_money 1", said[2])
  refunds = true
  handlers.refund_requested(chat, { id = 5 })
  assert(order.state == "cancelled" and said[3] == "order_cancelled 1", said[3])
end)

test("gives the money of an older order that nobody finished back", function()
  handlers.captured(chat, { id = 6, amount = 550 })
  assert(said[#said] == "unfinished 550 EUR", said[#said])
end)
