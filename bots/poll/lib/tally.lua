-- How a poll looks in the chat.
local tally = {
  -- Names are shown while so few have voted; after that, numbers only.
  NAMED = 5,
}

local HEAD <const> = "📊 "
local BAR <const> = 10

-- Formatting counts in UTF-16 code units: two for what lies beyond U+FFFF, such as most emoji.
local function utf16_length(text)
  local length = 0
  for _, point in utf8.codes(text) do length = length + (point > 0xFFFF and 2 or 1) end
  return length
end

function tally.votes(count)
  return count == 1 and "1 vote" or count .. " votes"
end

--- names[i]: who voted for option i, or nil when names are not shown.
local function lines_of(poll, names)
  local lines = {}
  for i, option in ipairs(poll.options) do
    local count = poll.counts[i]
    local share = poll.voters > 0 and count / poll.voters or 0
    local filled = math.floor(share * BAR + 0.5)
    lines[#lines + 1] = ("%s · %d (%d%%)"):format(option, count, math.floor(share * 100 + 0.5))
    local who = names and names[i] and "  " .. table.concat(names[i], ", ") or ""
    lines[#lines + 1] = ("▓"):rep(filled) .. ("░"):rep(BAR - filled) .. who
  end
  return lines
end

--- The text and its formatting: the question is bold.
function tally.render(poll, names, closed)
  local foot = poll.voters == 0 and "No votes yet. Press an answer to vote." or tally.votes(poll.voters)
  if closed then foot = (poll.voters == 0 and "No votes" or tally.votes(poll.voters)) .. " · closed" end
  local text = HEAD .. poll.question .. "\n\n" .. table.concat(lines_of(poll, names), "\n") .. "\n\n" .. foot
  return text, { { type = "bold", offset = utf16_length(HEAD), length = utf16_length(poll.question) } }
end

--- One row for each answer. The button's data comes back as press.name "vote" and press.value, the answer's number.
function tally.buttons(poll)
  local rows = {}
  for i, option in ipairs(poll.options) do rows[i] = { { text = option, data = "vote:" .. i } } end
  return rows
end

--- The result in a sentence.
function tally.result(poll)
  if poll.voters == 0 then return "Nobody voted." end
  local most, winners = 0, {}
  for i, count in ipairs(poll.counts) do
    if count > most then most, winners = count, {} end
    if count == most then winners[#winners + 1] = "“" .. poll.options[i] .. "”" end
  end
  if #winners == 1 then return winners[1] .. " wins with " .. most .. " of " .. tally.votes(poll.voters) .. "." end
  return "A tie with " .. tally.votes(most) .. " each: " .. table.concat(winners, ", ") .. "."
end

return tally
