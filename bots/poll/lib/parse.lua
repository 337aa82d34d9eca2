-- What a person writes behind /poll, and what is wrong with it.
local parse = {
  MIN_OPTIONS = 2, MAX_OPTIONS = 10,
  -- Characters. An option is also a button's text, which may have 64.
  MAX_QUESTION = 200, MAX_OPTION = 60,
}

--- One line without blanks around it.
function parse.clean(text)
  return (text:gsub("%s+", " "):gsub("^ ", ""):gsub(" $", ""))
end

local function pieces(text)
  local found = {}
  for piece in (text .. "\n"):gmatch("(.-)[|\n]") do found[#found + 1] = parse.clean(piece) end
  return found
end

--- Returns the question and the list of options; or nil and what is wrong.
function parse.poll(text)
  local parts = pieces(text)
  local question = table.remove(parts, 1)
  local options, seen = {}, {}
  for _, option in ipairs(parts) do
    if option ~= "" then
      local key = option:lower()
      if seen[key] then return nil, "“" .. option .. "” is there twice." end
      if utf8.len(option) > parse.MAX_OPTION then
        return nil, "An answer has at most " .. parse.MAX_OPTION .. " characters; this one has " .. utf8.len(option)
          .. ": “" .. option:sub(1, utf8.offset(option, 41) - 1) .. "…”"
      end
      seen[key] = true
      options[#options + 1] = option
    end
  end
  if question == "" then return nil, "The question is missing." end
  if utf8.len(question) > parse.MAX_QUESTION then
    return nil, "The question has " .. utf8.len(question) .. " characters; at most " .. parse.MAX_QUESTION .. " fit."
  end
  if #options < parse.MIN_OPTIONS then
    return nil, "A poll needs a question and at least " .. parse.MIN_OPTIONS .. " answers."
  end
  if #options > parse.MAX_OPTIONS then
    return nil, "There are " .. #options .. " answers; at most " .. parse.MAX_OPTIONS .. " fit a poll."
  end
  return question, options
end

return parse
