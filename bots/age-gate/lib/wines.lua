-- What is in the cellar.
local wines = {
  { name = "Riesling, Mosel", year = 2021, price = 1250 },
  { name = "Chianti Classico", year = 2019, price = 1890 },
  { name = "Rioja Reserva", year = 2017, price = 2240 },
}

local module = {}

function module.list()
  local lines = { "In the cellar:" }
  for i, wine in ipairs(wines) do
    lines[i + 1] = ("%s %d, %d.%02d €"):format(wine.name, wine.year, wine.price // 100, wine.price % 100)
  end
  return table.concat(lines, "\n")
end

return module
