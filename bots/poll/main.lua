local stoa = require "stoa"
local parse = require "lib.parse"
local polls = require "lib.polls"
local tally = require "lib.tally"

local HELP <const> = [[
Write the question and the answers, with a | between them:

/poll Where do we eat? | Pizza | Sushi | Salad

or each on a line of its own; or /poll alone, and you are asked. A poll has 2 to 10 answers.

Press an answer to vote, another to change your mind, the same again to take it back. Everybody has one vote. While five or fewer have voted their names are shown, then only the numbers.

/close, as a reply to your poll, ends it. Without a reply it ends your latest.]]

stoa.command("start", "Say hello", function(chat)
  chat:send("Hi " .. chat.user.display .. "! I hold votes, best in a group: add me to one.\n\n" .. HELP)
end)

stoa.command("help", "How it works", function(chat) chat:send(HELP) end)

-- Asks for the question and the answers one after another. Nil when the person goes away.
local function ask_for_poll(chat)
  local question = chat:ask("What is the question?", { timeout = "10 minutes" })
  local parts = { question }
  while question do
    local answers = #parts - 1
    local prompt = answers == 0 and "And the first answer?" or "The next answer?"
    local asked = chat:send(prompt, { buttons = answers >= 2 and { { { text = "That is all", data = "done" } } } or nil })
    local happened = chat:wait_for { kind = { "message", "press" }, message = asked, timeout = "10 minutes" }
    if not happened then return nil end
    if happened.press then break end
    parts[#parts + 1] = happened.message.text
    if #parts > parse.MAX_OPTIONS then break end
  end
  return question and table.concat(parts, "\n")
end

stoa.command("poll", "Start a poll: /poll Question? | Answer | Answer", function(chat, arguments)
  if arguments == "" then arguments = ask_for_poll(chat) end
  if not arguments then return end
  local question, options = parse.poll(arguments)
  if not question then
    return chat:reply(options .. "\n\nWrite it like this:\n/poll Where do we eat? | Pizza | Sushi")
  end
  local poll = polls.new(question, options, chat.user.id, chat.user.display)
  local text, entities = tally.render(poll)
  local message = chat:send(text, { entities = entities, buttons = tally.buttons(poll) })
  polls.open(chat.store, message.id, poll)
end)

-- Shows the poll as it stands. False when its message is no longer there: an admin may have deleted it.
local function show(chat, id, poll, closed)
  local names = polls.names(chat.store, id, poll, tally.NAMED)
  local text, entities = tally.render(poll, names, closed)
  return (pcall(chat.edit, chat, id, text, { entities = entities, buttons = not closed and tally.buttons(poll) or nil }))
end

stoa.press("vote", function(chat, press)
  local id, option = press.message.id, math.tointeger(tonumber(press.value))
  local poll = polls.get(chat.store, id)
  -- A press may be on its way while the poll is being closed.
  if not poll or not option or not poll.options[option] then return press:answer("This poll is closed.", { alert = true }) end
  local before, now = polls.vote(chat.store, id, poll, option, press.user.id, parse.clean(press.user.display))
  if not show(chat, id, poll) then
    polls.forget(chat.store, id)
    return press:answer("This poll was deleted.", { alert = true })
  end
  if not now then
    press:answer("Your vote is taken back.")
  elseif before then
    press:answer("Your vote moved to “" .. poll.options[now] .. "”.")
  else
    press:answer("You voted for “" .. poll.options[now] .. "”.")
  end
end)

stoa.command("close", "Close your poll (reply to it, or your latest)", function(chat, _, message)
  local id = message.reply_to or polls.newest(chat.store, chat.user.id)
  if not id then return chat:reply("No poll is open here. /poll starts one.") end
  local poll = polls.get(chat.store, id)
  if not poll then
    return chat:reply("That is not an open poll. Reply to the poll that you want to close, or write /close alone for your latest.")
  end
  if poll.maker ~= chat.user.id then
    return chat:reply("Only " .. poll.maker_name .. ", who started “" .. poll.question .. "”, can close it.")
  end
  local shown = show(chat, id, poll, true)
  polls.forget(chat.store, id)
  if not shown then return chat:reply("“" .. poll.question .. "” was deleted, so there is nothing to close.") end
  chat:send("Closed: " .. poll.question .. "\n" .. tally.result(poll), { reply_to = id })
end)

-- In a group, keep out of what people say to each other.
stoa.on("message", function(chat)
  if chat.kind == "direct" then chat:send(HELP) end
end)
