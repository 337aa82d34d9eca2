-- Looking for things by words.
local stoa = require "stoa"

local search = {}

local MOST <const> = 100

-- People write е for ё.
local function folded(text) return (stoa.text.fold(text):gsub("ё", "е")) end

--- What somebody typed, as long as may be; a character is never cut in two.
function search.words(text)
  return text:sub(1, (utf8.offset(text, MOST + 1) or #text + 1) - 1)
end

--- Those of the category whose title, text or category have all the words.
function search.matching(items, category, words)
  local found, wanted = {}, folded(words)
  for _, item in ipairs(items) do
    local text = folded(item.title .. " " .. (item.text or "") .. " " .. item.category)
    local fits = category == "" or item.category == category
    for word in wanted:gmatch("%S+") do
      if not text:find(word, 1, true) then fits = false end
    end
    if fits then found[#found + 1] = item end
  end
  return found
end

return search
