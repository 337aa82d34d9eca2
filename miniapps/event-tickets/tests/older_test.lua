-- A purchase as it was kept before the app had languages. The simulation begins with empty stores, so main.lua meets it beside a stand-in of
-- stoa.
local stoa = require "stoa"

local function nothing() end

local order = { event = "0001", tier = 1, user = 7, codes = { "CODE" }, amount = 2500, state = "paid" }
local kept = {
  ["order:0000000000000005"] = order, ["ticket:CODE"] = { state = "used" },
  ["event:0001"] = { title = "Jazz night", at = 1767603600000, tiers = { { title = "Standing", price = 2500, places = 3 } } },
}
local handlers, said = {}, nil
local chat = { kind = "direct", user = { store = { get = nothing } }, send = function(_, text) said = text end }
local parts = {
  command = nothing, on = nothing, page = nothing, action = nothing, ui = {},
  timer = function(name, handler) handlers[name] = handler end,
  payments = { on = function(event, handler) handlers[event] = handler end, refund = function() return true end },
  store = {
    get = function(_, key) return kept[key] end, put = function(_, key, value) kept[key] = value end,
    delete = function(_, key) kept[key] = nil end, increment = nothing,
    list = function() return { { key = "order:0000000000000005", value = order } } end,
  },
  t = function(language, name, values)
    assert(language == nil)
    return name .. (values and " " .. (values.why or values.n) or "")
  end,
}
for name, part in pairs(parts) do rawset(stoa, name, part) end
require "main"

test("answers who asks for the money of an older purchase", function()
  handlers.refund_requested(chat, { id = 5 })
  assert(said == "kept_message one_used", said)
  kept["ticket:CODE"].state = "valid"
  handlers.refund_requested(chat, { id = 5 })
  assert(said == "kept_message return_over 24", said)
  kept["event:0001"].cancelled = true
  handlers.refund_requested(chat, { id = 5 })
  assert(said == "returned_message" and order.state == "returned", said)
end)

test("gives the money of an older purchase back when its event is cancelled", function()
  order.state, kept["ticket:CODE"].state, kept["event:0001"].cancelled = "paid", "valid", true
  handlers.give_back(nil, { data = { event = "0002" } })
  assert(order.state == "paid")
  handlers.give_back(nil, { data = { event = "0001" } })
  assert(order.state == "returned" and kept["ticket:CODE"].state == "returned")
end)

test("says so in English where nobody has kept a language", function()
  handlers.captured(chat, { id = 6 })
  assert(said == "unfinished", said)
  handlers.refund_requested(chat, { id = 6 })
  assert(said == "look_ourselves", said)
end)
