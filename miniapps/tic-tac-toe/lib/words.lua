-- What is going on in a game, in words.
local games = require "lib.games"
local rules = require "lib.rules"

local words = {}

--- How a game stands, for who looks.
function words.status(game, user)
  local function name(who) return who.id == user and "You" or who.name end
  if game.state == "open" then
    return game.invited and name(game.x) .. " challenged " .. (game.invited.id == user and "you" or game.invited.name)
      or name(game.x) .. " " .. (game.x.id == user and "wait" or "waits") .. " for somebody to play"
  elseif game.state == "playing" then
    local mover = games.mover(game)
    return mover.id == user and "Your turn: you are " .. game.turn:upper() or mover.name .. "'s turn (" .. game.turn:upper() .. ")"
  elseif game.state == "draw" then
    return "A draw"
  end
  local winner, loser = game[game.winner], game[rules.other(game.winner)]
  if game.state == "late" then return name(winner) .. " won: " .. loser.name .. " did not move for a day" end
  if game.state == "given_up" then return name(winner) .. " won: " .. (loser.id == user and "you" or loser.name) .. " gave up" end
  return name(winner) .. " won with " .. (game.line_name or "three in a row")
end

--- "Ann (X) and Bob (O)"
function words.players(game)
  return game.o and game.x.name .. " (X) and " .. game.o.name .. " (O)" or game.x.name .. " (X)"
end

--- How a field looks to who cannot see it.
function words.field(game, cell)
  local mark = rules.at(game.board, cell)
  local text = rules.field(cell) .. ", " .. (mark and mark:upper() or "free")
  for _, one in ipairs(game.line or {}) do
    if one == cell then return text .. ", in the winning line" end
  end
  return text
end

return words
