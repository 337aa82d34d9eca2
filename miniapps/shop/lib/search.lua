-- Looking for things by words. Lua's own lower case knows ASCII only, so the letters that have two cases in Latin-1 and Cyrillic are folded here.
local search = {}

local MOST <const> = 100

local function folded_point(point)
  if point >= 0xC0 and point <= 0xDE and point ~= 0xD7 or point >= 0x410 and point <= 0x42F then return point + 32 end
  if point >= 0x400 and point <= 0x40F then point = point + 80 end
  -- People write е for ё.
  return point == 0x451 and 0x435 or point
end

local function folded(text)
  local points = {}
  for _, point in utf8.codes(text:lower()) do points[#points + 1] = utf8.char(folded_point(point)) end
  return table.concat(points)
end

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
