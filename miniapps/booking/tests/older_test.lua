-- An appointment as it was kept before the app had languages. The simulation begins with empty stores, so main.lua meets it beside a stand-in
-- of stoa.
local stoa = require "stoa"

local function nothing() end

local timers = {}
local booking = {
  id = "2026-01-06 09:00 anna 7", day = "2026-01-06", time = "09:00", service = "cut", staff = "anna", user = 7, name = "Ann", phone = "+49 170 5550100",
  state = "booked", made = 1767603600000, chat = 8, timer = 9,
}
local parts = {
  app = { name = "booking" }, ui = {}, command = nothing, on = nothing, page = nothing, action = nothing,
  timer = function(name, handler) timers[name] = handler end,
  store = { get = function(_, key) return key == "booking " .. booking.id and booking or nil end },
  t = function(language, name, values)
    assert(language == nil)
    return name .. (values and values.title and ": " .. values.title .. ", " .. values.when or "")
  end,
}
for name, part in pairs(parts) do rawset(stoa, name, part) end
require "main"

local function reminded()
  local said, button
  local chat = { send = function(_, text, options) said, button = text, options.buttons[1][1] end }
  timers.reminder(chat, { id = 9, data = booking.id })
  return said, button
end

test("reminds of an appointment of an older version", function()
  local said, button = reminded()
  assert(said == "reminder: service_with, day_and_time" and button.text == "show_it", said)
  assert(button.url == "stoa:a/booking/booking?id=2026-01-06%2009:00%20anna%207", button.url)
end)

test("tells that one of an older version cannot take place", function()
  booking.state = "withdrawn"
  local said, button = reminded()
  assert(said == "withdrawn_message: service_with, day_and_time" and button.text == "choose_another", said)
end)
