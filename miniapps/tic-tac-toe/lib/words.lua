-- What is going on in a game, in words of the person's language.
local games = require "lib.games"
local rules = require "lib.rules"

local words = {}

-- How a game stands that is over; `you` says who of the two looks on, if one does.
local function ending(ctx, game, you)
  if game.state == "draw" then return ctx:t "draw" end
  local winner, loser = game[game.winner], game[rules.other(game.winner)]
  local names = { winner = winner.name, loser = loser.name, line = game.line_name and ctx:t(game.line_name) }
  local how = game.state == "won" and "line" or game.state
  return ctx:t((you == winner.id and "you_won_" or you == loser.id and "you_lost_" or "won_") .. how, names)
end

--- How a game stands, for who looks; for the chat without `user`.
function words.status(ctx, game, user)
  if game.state == "open" then
    local mine = game.x.id == user
    if not game.invited then return ctx:t(mine and "you_wait" or "waits", { name = game.x.name }) end
    local names = { name = game.x.name, invited = game.invited.name }
    return ctx:t(mine and "you_challenged" or game.invited.id == user and "challenged_you" or "challenged", names)
  elseif game.state == "playing" then
    local mover = games.mover(game)
    return ctx:t(mover.id == user and "your_turn" or "turn_of", { name = mover.name, mark = game.turn:upper() })
  end
  return ending(ctx, game, user)
end

--- "Ann (X) and Bob (O)"
function words.players(ctx, game)
  return game.o and ctx:t("players", { x = game.x.name, o = game.o.name }) or ctx:t("player", { x = game.x.name })
end

--- The game's message in the chat.
function words.message(ctx, game)
  local values = { players = words.players(ctx, game) }
  if game.state == "playing" then return ctx:t("message_playing", values) end
  values.status = words.status(ctx, game)
  return ctx:t("message_status", values)
end

--- What the chat may have to be told when nobody has a page open: in the language of who joined.
function words.said(ctx, game)
  local said = { see = ctx:t "see_it" }
  for _, side in ipairs { "x", "o" } do
    local other = rules.other(side)
    said["late_" .. side] = ctx:t("late_message", { name = game[side].name, other = game[other].name })
    said["left_" .. side] = words.message(ctx, { x = game.x, o = game.o, state = "given_up", winner = other })
  end
  return said
end

--- How a field looks to who cannot see it.
function words.field(ctx, game, cell)
  local mark = rules.at(game.board, cell)
  local values = { field = ctx:t("field_" .. cell), mark = mark and mark:upper() }
  for _, one in ipairs(game.line or {}) do
    if one == cell then return ctx:t("field_in_line", values) end
  end
  return ctx:t(mark and "field_taken" or "field_free", values)
end

return words
