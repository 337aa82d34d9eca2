-- The parts that need no chat.
local parse = require "lib.parse"
local tally = require "lib.tally"

local function poll_of(counts)
  local poll = { question = "Tea?", options = {}, counts = counts, voters = 0 }
  for i, count in ipairs(counts) do
    poll.options[i] = string.char(64 + i)
    poll.voters = poll.voters + count
  end
  return poll
end

test("reads a poll", function()
  local question, options = parse.poll("Tea?|Green | Black tea")
  assert(question == "Tea?" and #options == 2)
  assert(options[1] == "Green" and options[2] == "Black tea")
end)

test("formats the question, counted in UTF-16", function()
  local poll = poll_of { 0, 0 }
  poll.question = "Tea or 🍵?"
  local text, entities = tally.render(poll)
  assert(text:find("📊 Tea or 🍵?\n", 1, true) == 1)
  assert(#entities == 1 and entities[1].type == "bold")
  assert(entities[1].offset == 3 and entities[1].length == 10)
end)

test("draws bars", function()
  local text = tally.render(poll_of { 3, 1 })
  assert(text:find("A · 3 (75%)\n▓▓▓▓▓▓▓▓░░\nB · 1 (25%)\n▓▓▓░░░░░░░\n\n4 votes", 1, true), text)
end)

test("tells the result", function()
  assert(tally.result(poll_of { 0, 0 }) == "Nobody voted.")
  assert(tally.result(poll_of { 2, 1 }) == "“A” wins with 2 of 3 votes.")
  assert(tally.result(poll_of { 2, 1, 2 }) == "A tie with 2 votes each: “A”, “C”.")
end)
