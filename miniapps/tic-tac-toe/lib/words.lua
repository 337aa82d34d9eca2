-- What is going on in a game, in words of a language.
local stoa = require "stoa"
local games = require "lib.games"
local rules = require "lib.rules"

local words = {}

-- How a game stands that is over; `you` says who of the two looks on, if one does.
local function ending(lang, game, you)
  if game.state == "draw" then return stoa.t(lang, "draw") end
  local winner, loser = game[game.winner], game[rules.other(game.winner)]
  local names = { winner = winner.name, loser = loser.name, line = game.line_name and stoa.t(lang, game.line_name) }
  local how = game.state == "won" and "line" or game.state
  return stoa.t(lang, (you == winner.id and "you_won_" or you == loser.id and "you_lost_" or "won_") .. how, names)
end

--- How a game stands, for who looks; for the chat without `user`.
function words.status(lang, game, user)
  if game.state == "open" then
    local mine = game.x.id == user
    if not game.invited then return stoa.t(lang, mine and "you_wait" or "waits", { name = game.x.name }) end
    local names = { name = game.x.name, invited = game.invited.name }
    return stoa.t(lang, mine and "you_challenged" or game.invited.id == user and "challenged_you" or "challenged", names)
  elseif game.state == "playing" then
    local mover = games.mover(game)
    return stoa.t(lang, mover.id == user and "your_turn" or "turn_of", { name = mover.name, mark = game.turn:upper() })
  end
  return ending(lang, game, user)
end

--- "Ann (X) and Bob (O)"
function words.players(lang, game)
  return game.o and stoa.t(lang, "players", { x = game.x.name, o = game.o.name }) or stoa.t(lang, "player", { x = game.x.name })
end

--- The game's message in the chat.
function words.message(lang, game)
  local values = { players = words.players(lang, game) }
  if game.state == "playing" then return stoa.t(lang, "message_playing", values) end
  values.status = words.status(lang, game)
  return stoa.t(lang, "message_status", values)
end

--- How a field looks to who cannot see it.
function words.field(lang, game, cell)
  local mark = rules.at(game.board, cell)
  local values = { field = stoa.t(lang, "field_" .. cell), mark = mark and mark:upper() }
  for _, one in ipairs(game.line or {}) do
    if one == cell then return stoa.t(lang, "field_in_line", values) end
  end
  return stoa.t(lang, mark and "field_taken" or "field_free", values)
end

return words
