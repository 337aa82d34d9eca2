-- Between amounts as people write them and whole minor units, which is what is kept.
local stoa = require "stoa"

local money = {}

--- How many minor units one unit has: 100 for EUR, 1 for JPY.
function money.units(currency)
  local decimals = stoa.payments.format(0, currency):match("%.(%d+)")
  return decimals and math.tointeger(10 ^ #decimals) or 1
end

--- Nil for what is no whole number of them, as 1.005 EUR is not.
function money.from_number(number, currency)
  local exact = number * money.units(currency)
  local amount = math.floor(exact + 0.5)
  return math.abs(exact - amount) < 0.001 and amount or nil
end

--- As a number to show in a field.
function money.to_number(amount, currency)
  local units = money.units(currency)
  return amount % units == 0 and amount // units or amount / units
end

--- The step of a field for amounts: 0.01 for EUR.
function money.step(currency) return 1 / money.units(currency) end

return money
