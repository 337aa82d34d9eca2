-- A settlement as it was kept before the app had languages. The simulation begins with empty stores, so main.lua meets it beside a stand-in of
-- stoa.
local stoa = require "stoa"

local function nothing() end

local KEY <const> = "98232396400000 7 9999"
local kept = {
  ["paid 5"] = KEY, ["member 7"] = { id = 7, name = "bob" }, ["member 8"] = { id = 8, name = "alice" },
  ["entry " .. KEY] = { key = KEY, kind = "settlement", amount = 1000, payer = 7, shares = { ["8"] = 1000 }, how = "paid", by = { id = 7, name = "bob" }, at = 1767603600000 },
}
local store = { get = function(_, key) return kept[key] end }
function store.list(_, prefix)
  local found = {}
  for key, value in pairs(kept) do
    if key:sub(1, #prefix) == prefix then found[#found + 1] = { key = key, value = value } end
  end
  return found
end

local handlers, said = {}, nil
local chat = { store = store, send = function(_, text) said = text end }
local parts = {
  app = { name = "expenses", bot = { id = 9 } }, command = nothing, on = nothing, page = nothing, action = nothing, ui = {},
  payments = { on = function(event, handler) handlers[event] = handler end },
  t = function(language, name, values)
    assert(language == nil)
    return name .. " " .. values.to
  end,
}
for name, part in pairs(parts) do rawset(stoa, name, part) end
require "main"

test("answers who asks for the money of an older settlement", function()
  handlers.refund_requested(chat, { id = 5, data = "8" })
  assert(said == "money_went_on alice", said)
end)
