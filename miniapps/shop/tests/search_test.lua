local search = require "lib.search"

local ITEMS <const> = {
  { title = "Crème brûlée", category = "Sweet" }, { title = "Weißbrot", category = "Bakery", text = "Für die Großen" },
  { title = "Тёплый хлеб", category = "Выпечка" }, { title = "Ψωμί", category = "Bakery" },
}

local function found(words, category)
  local titles = {}
  for i, item in ipairs(search.matching(ITEMS, category or "", words)) do titles[i] = item.title end
  return table.concat(titles, "|")
end

test("finds all words, whatever their case and wherever they stand", function()
  assert(found "CRÈME" == "Crème brûlée")
  assert(found "grossen WEISS" == "Weißbrot")
  assert(found "ТЕПЛЫЙ" == "Тёплый хлеб" and found "ТЁПЛЫЙ выпечка" == "Тёплый хлеб")
  assert(found "ΨΩΜΊ" == "Ψωμί")
  assert(found "bakery" == "Weißbrot|Ψωμί" and found("", "Bakery") == "Weißbrot|Ψωμί")
  assert(found "%w+" == "" and found "bread" == "")
end)

test("never cuts a character in two", function()
  assert(search.words(("ё"):rep(120)) == ("ё"):rep(100))
  assert(search.words "tea" == "tea" and search.words "" == "")
end)
