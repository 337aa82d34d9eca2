-- A game as it was kept before the app had languages. The simulation begins with empty stores, so main.lua meets it beside a stand-in of stoa.
local stoa = require "stoa"

local function nothing() end

local kept = {
  ["live:999998"] = true, ["game:999998"] = {
    number = 1, x = { id = 7, name = "alice" }, o = { id = 8, name = "bob" }, board = "x--------", turn = "o", moves = 1, moved = 1767603600000, state = "playing",
    message = 5, timer = 6,
  },
}
local store = {
  get = function(_, key) return kept[key] end, put = function(_, key, value) kept[key] = value end, delete = function(_, key) kept[key] = nil end,
  list = function(_, prefix) return prefix == "live:" and { { key = "live:999998" } } or {} end,
}
local handlers, said = {}, nil
local chat = { store = store, timers = { cancel = nothing }, send = function(_, text) said = text end, edit = function(_, _, text) said = text end }
local parts = {
  command = nothing, page = nothing, action = nothing, ui = {},
  on = function(kind, handler) handlers[kind] = handler end, timer = function(name, handler) handlers[name] = handler end,
  t = function(language, name, values)
    assert(language == nil)
    return name .. (values and " " .. (values.status or values.name or values.winner or "") or "")
  end,
}
for name, part in pairs(parts) do rawset(stoa, name, part) end
require "main"

test("tells of a late move and of who leaves in an older game", function()
  handlers.late(chat, { data = { id = "999998", moves = 1 } })
  assert(said == "late_message bob", said)
  handlers.member_left(chat, { id = 8 })
  assert(said == "message_status won_given_up alice", said)
end)
