-- What is kept in chat.store, for open polls only:
--   poll:<message>         { question, options, counts, voters, maker, maker_name }
--   vote:<message>:<user>  { option, name }; a key for each vote, so that a poll may have as many as it likes
--   open                   { { id, maker, maker_name }, … }, the newest last
-- A poll's id is the id of its message. Every turn that counts a vote reads the poll it changes, so of two votes at the same
-- moment one is run again with the other's result.
local polls = {}

-- How many open polls /close can find without being told which. Older ones are closed by a reply.
local LISTED <const> = 20
-- Votes deleted at a time.
local BATCH <const> = 500

local function poll_key(id) return "poll:" .. id end
local function votes_prefix(id) return "vote:" .. id .. ":" end
local function vote_key(id, user) return votes_prefix(id) .. user end

function polls.new(question, options, maker, maker_name)
  local counts = {}
  for i = 1, #options do counts[i] = 0 end
  return { question = question, options = options, counts = counts, voters = 0, maker = maker, maker_name = maker_name }
end

function polls.open(store, id, poll)
  store:put(poll_key(id), poll)
  local open = store:get("open") or {}
  open[#open + 1] = { id = id, maker = poll.maker, maker_name = poll.maker_name }
  if #open > LISTED then table.remove(open, 1) end
  store:put("open", open)
end

--- Nil when it is closed, or never was a poll.
function polls.get(store, id)
  return store:get(poll_key(id))
end

--- The newest open poll of this maker, else the newest of all; nil when none is open.
function polls.newest(store, maker)
  local open = store:get("open") or {}
  for i = #open, 1, -1 do
    if open[i].maker == maker then return open[i].id end
  end
  return open[#open] and open[#open].id
end

--- Casts, moves or takes back a vote. Returns the option voted for before, if any, and the one voted for now, if any.
function polls.vote(store, id, poll, option, user, name)
  local old = store:get(vote_key(id, user))
  local before = old and old.option
  local now = before ~= option and option or nil
  if before then
    poll.counts[before] = poll.counts[before] - 1
    poll.voters = poll.voters - 1
  end
  if now then
    poll.counts[now] = poll.counts[now] + 1
    poll.voters = poll.voters + 1
  end
  store:put(vote_key(id, user), now and { option = now, name = name })
  store:put(poll_key(id), poll)
  return before, now
end

--- Who voted for each option; nil when more than `most` did.
function polls.names(store, id, poll, most)
  if poll.voters > most then return nil end
  local names = {}
  for _, entry in ipairs(store:list(votes_prefix(id), most + 1)) do
    local option = entry.value.option
    names[option] = names[option] or {}
    table.insert(names[option], entry.value.name)
  end
  for _, list in pairs(names) do table.sort(list) end
  return names
end

--- Forgets a poll that is closed or whose message is gone.
function polls.forget(store, id)
  store:delete(poll_key(id))
  local open = store:get("open") or {}
  for i = #open, 1, -1 do
    if open[i].id == id then table.remove(open, i) end
  end
  store:put("open", #open > 0 and open or nil)
  repeat
    local votes = store:list(votes_prefix(id), BATCH)
    for _, entry in ipairs(votes) do store:delete(entry.key) end
  until #votes < BATCH
end

return polls
