-- The games of a chat, in its store:
--   games          how many there have been
--   game:ID        a game: number, x and o (who plays: { id, name }), board, turn ("x" or "o"), moves, moved (when the last move was),
--                  state ("open", "playing", "won", "draw", "given_up", "late", "withdrawn"), winner, line, line_name, invited, again,
--                  next, message, timer, lang (of who joined; games of older versions do not say)
--   live:ID        true for each that waits for somebody or is played
--   done:ID        true for the latest that are over
--   score:USER     { name, won, lost, drawn }
-- ID counts down from 999999, so that the newest come first in a list. Each game has a key of its own: games beside each other are in
-- nobody's way, and two who join one at the same moment both read it, so one turn is run again and finds the place taken.
local stoa = require "stoa"
local rules = require "lib.rules"

local games = {}

games.PAUSE = 24 * 3600 * 1000
-- Games that are over are kept for looking at, this many of a chat.
local KEPT <const> = 20

local function key(id) return "game:" .. id end

function games.get(store, id)
  return id and #id <= 16 and store:get(key(id)) or nil
end

function games.set(store, id, game) store:put(key(id), game) end

local function listed(store, prefix, most)
  local list = {}
  for _, entry in ipairs((store:list(prefix, most))) do
    local id = entry.key:sub(#prefix + 1)
    local game = games.get(store, id)
    if game then
      game.id = id
      list[#list + 1] = game
    end
  end
  return list
end

--- Those that wait or are played; and those that are over. Newest first.
function games.live(store) return listed(store, "live:", 50) end
function games.done(store) return listed(store, "done:", 10) end

local function player(user) return { id = user.id, name = user.display or user.name } end

--- A new game, which waits for somebody: for `invited`, or for anybody. Its id.
function games.open(store, user, invited)
  local number = store:increment("games")
  local id = ("%06d"):format(999999 - number % 900000)
  games.set(store, id, { number = number, x = player(user), board = rules.EMPTY, turn = "x", moves = 0, state = "open", invited = invited })
  store:put("live:" .. id, true)
  return id
end

--- "x", "o", or nil for who only watches.
function games.side(game, user)
  if game.x and game.x.id == user then return "x" end
  if game.o and game.o.id == user then return "o" end
end

--- Whose turn it is.
function games.mover(game) return game[game.turn] end

-- The day to move begins.
local function wait_for_move(chat, id, game)
  if game.timer then chat.timers:cancel(game.timer) end
  game.moved = stoa.time.now()
  game.timer = chat.timers:after(games.PAUSE // 1000, "late", { id = id, moves = game.moves })
  game.late = nil
end

local function count(store, who, what)
  local score = store:get("score:" .. who.id) or { won = 0, lost = 0, drawn = 0 }
  score.name = who.name
  score[what] = score[what] + 1
  store:put("score:" .. who.id, score)
end

--- A game is over. `winner` is "x", "o" or nil.
function games.finish(chat, id, game, state, winner)
  local store = chat.store
  if game.timer then chat.timers:cancel(game.timer) end
  game.timer, game.late = nil, nil
  game.state, game.winner = state, winner
  games.set(store, id, game)
  store:delete("live:" .. id)
  if state == "withdrawn" then return store:delete(key(id)) end
  store:put("done:" .. id, true)
  if winner then
    count(store, game[winner], "won")
    count(store, game[rules.other(winner)], "lost")
  else
    count(store, game.x, "drawn")
    count(store, game.o, "drawn")
  end
  for i, entry in ipairs((store:list("done:", KEPT + 10))) do
    if i > KEPT then
      store:delete(entry.key)
      store:delete(key(entry.key:sub(6)))
    end
  end
end

--- Lets a person in. The game; or nil, and the name and the values of the text that says why not.
function games.join(chat, id, user, lang)
  local game = games.get(chat.store, id)
  if not game then return nil, "was_withdrawn" end
  if games.side(game, user.id) then return nil, game.state == "open" and "wait_for_other" or "you_play" end
  if game.state ~= "open" then return nil, "was_quicker", { name = game.o.name } end
  if game.invited and game.invited.id ~= user.id then return nil, "challenge_for", { name = game.invited.name } end
  game.o, game.state, game.lang = player(user), "playing", lang
  wait_for_move(chat, id, game)
  games.set(chat.store, id, game)
  return game
end

--- A game of two who have agreed on it. Its id.
function games.begin(chat, x, o, lang)
  local id = games.open(chat.store, x)
  local game = games.get(chat.store, id)
  game.o, game.state, game.lang = { id = o.id, name = o.name }, "playing", lang
  wait_for_move(chat, id, game)
  games.set(chat.store, id, game)
  return id
end

--- Makes a move. The game; or nil and why not, as in games.join.
function games.move(chat, id, user, cell)
  local game = games.get(chat.store, id)
  if not game then return nil, "game_gone" end
  local side = games.side(game, user.id)
  if game.state == "open" then return nil, side and "nobody_joined" or "join_first" end
  if not side then return nil, "you_watch", { x = game.x.name, o = game.o.name } end
  if game.state ~= "playing" then return nil, "game_over" end
  local taken = rules.at(game.board, cell)
  if side ~= game.turn then return nil, "not_your_turn", { name = games.mover(game).name } end
  if taken then return nil, "field_" .. cell .. "_taken", { mark = taken:upper() } end

  game.board, game.moves = rules.put(game.board, cell, side), game.moves + 1
  local line = rules.line(game.board)
  if line then
    game.line = { line[1], line[2], line[3] }
    game.line_name = line.name
    games.finish(chat, id, game, "won", side)
  elseif rules.is_full(game.board) then
    games.finish(chat, id, game, "draw")
  else
    game.turn = rules.other(side)
    wait_for_move(chat, id, game)
    games.set(chat.store, id, game)
  end
  return game
end

--- The one who waits takes the game, when the other has not moved for a day. The game; or nil and why not, as in games.join.
function games.claim(chat, id, user)
  local game = games.get(chat.store, id)
  if not game or game.state ~= "playing" then return nil, "game_over" end
  local side = games.side(game, user.id)
  if not side then return nil, "only_players" end
  if side == game.turn then return nil, "is_your_turn" end
  if stoa.time.now() < game.moved + games.PAUSE then return nil, "day_not_over", { name = games.mover(game).name } end
  games.finish(chat, id, game, "late", side)
  return game
end

--- Somebody gives up, or has left. The game; or nil and why not, as in games.join.
function games.give_up(chat, id, user)
  local game = games.get(chat.store, id)
  local side = game and games.side(game, user)
  if not side then return nil, "only_players" end
  if game.state == "open" then
    games.finish(chat, id, game, "withdrawn")
    return game
  end
  if game.state ~= "playing" then return nil, "game_over" end
  games.finish(chat, id, game, "given_up", rules.other(side))
  return game
end

--- The scores of the chat, the best first.
function games.scores(store)
  local list, after = {}, nil
  repeat
    local some
    some, after = store:list("score:", 200, after)
    for _, entry in ipairs(some) do
      entry.value.user = math.tointeger(tonumber(entry.key:sub(7)))
      list[#list + 1] = entry.value
    end
  until not after
  table.sort(list, function(a, b)
    if a.won ~= b.won then return a.won > b.won end
    if a.lost ~= b.lost then return a.lost < b.lost end
    return a.user < b.user
  end)
  return list
end

return games
