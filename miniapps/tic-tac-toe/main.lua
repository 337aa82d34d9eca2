local stoa = require "stoa"
local games = require "lib.games"
local rules = require "lib.rules"
local words = require "lib.words"
local ui = stoa.ui

local HELP <const> = [[
Tic-tac-toe for this chat: challenge somebody, be the first with three in a row. The others can watch, and the score is kept. Who does not move for a day can lose the game for it.]]

local function open_button(text, id)
  return { { { text = text, url = id and "stoa:a/tic_tac_toe/game?id=" .. id or "stoa:a/tic_tac_toe/home" } } }
end

local function say_hello(chat)
  local hint = chat.kind == "direct" and "\n\nIt takes two: add me to a group." or ""
  chat:send(HELP .. hint, { buttons = open_button "Open" })
end

stoa.command("start", "What this is, and the games", say_hello)

-- The game's message in the chat says how it stands; where an admin has deleted it, nothing is said.
local function tell(chat, id, game)
  if game.message then chat:edit(game.message, words.players(game) .. (game.state == "playing" and " are playing." or ": " .. words.status(game)), { buttons = open_button(game.state == "playing" and "Watch" or "See it", id) }) end
end

-- Tells the chat of a new game, and keeps which message that is.
local function announce(chat, id, text, button)
  local game = games.get(chat.store, id)
  game.message = chat:send(text, { buttons = open_button(button, id) }).id
  games.set(chat.store, id, game)
end

-- ── parts of pages ─────────────────────────────────────────────────────────────────────────────────────

local COLORS <const> = { open = "accent", playing = "success" }
local BADGES <const> = { open = "waiting", playing = "playing", draw = "draw" }

-- A game in a list.
local function game_card(ctx, game)
  return ui.card { key = game.id, to = ctx:link("game", { id = game.id }), label = "Game " .. game.number .. ", " .. words.players(game) .. ": " .. words.status(game, ctx.user.id),
    ui.row { gap = 2, align = "center",
      ui.text { words.players(game), weight = "bold" }, ui.spacer(),
      ui.badge { BADGES[game.state] or "won", color = COLORS[game.state] or "muted" } },
    ui.text { words.status(game, ctx.user.id), style = "caption", color = "muted" } }
end

local function cards(ctx, list)
  local made = {}
  for i, game in ipairs(list) do made[i] = game_card(ctx, game) end
  return made
end

local function score_table(ctx, scores)
  if #scores == 0 then return ui.text { "Nobody has finished a game yet.", color = "muted" } end
  local rows = {}
  for i = 1, math.min(#scores, 20) do
    local score = scores[i]
    rows[i] = { i, score.name .. (score.user == ctx.user.id and " (you)" or ""), score.won, score.drawn, score.lost }
  end
  return ui.table { caption = "Score of this chat", rows = rows, columns = {
    "#", "Player", { title = "Won", align = "end" }, { title = "Drawn", align = "end" }, { title = "Lost", align = "end" },
  } }
end

local function challenges(ctx)
  local buttons = { ui.button { "Challenge anybody", key = "anybody", icon = "play", full = true, on = ctx:action("challenge") } }
  for _, user in ipairs(ctx:present()) do
    if user.id ~= ctx.user.id and #buttons < 7 then
      buttons[#buttons + 1] = ui.button {
        "Challenge " .. user.display, key = user.id, style = "secondary", full = true, on = ctx:action("challenge", user.id, user.display),
      }
    end
  end
  return buttons
end

-- Nine cards, each of which says what is there.
local function board(ctx, game)
  local fields, in_line = {}, {}
  for _, cell in ipairs(game.line or {}) do in_line[cell] = true end
  local is_over = game.state ~= "open" and game.state ~= "playing"
  for cell = 1, 9 do
    local mark = rules.at(game.board, cell)
    fields[cell] = ui.card { key = cell, on = not is_over and ctx:action("move", ctx.query.id, cell), label = words.field(game, cell),
      ui.text { mark and mark:upper() or "·", style = "title", align = "center", weight = in_line[cell] and "bold",
        color = in_line[cell] and "success" or not mark and "muted" or is_over and "muted" or mark == "x" and "accent" } }
  end
  return ui.grid { key = "board", columns = 3, gap = 2, fields }
end

local function player_row(ctx, game, side)
  local who = game[side]
  return ui.row { key = side, gap = 3, align = "center",
    ui.avatar { user = who and { id = who.id, display = who.name }, name = not who and "?", size = "s" },
    ui.text { who and who.name .. (who.id == ctx.user.id and " (you)" or "") or game.invited and game.invited.name or "Somebody", weight = who and "bold", color = not who and "muted" },
    ui.spacer(),
    game.state == "playing" and game.turn == side and ui.badge { "to move", color = "accent" },
    game.winner == side and ui.badge { "won", color = "success" },
    ui.badge { side:upper(), color = "muted" } }
end

-- What can be done besides moving.
local function choices(ctx, game)
  local id, user = ctx.query.id, ctx.user.id
  local side = games.side(game, user)
  if game.state == "open" then
    if side then return ui.button { "Withdraw", style = "danger", on = ctx:action("give_up", id) } end
    if game.invited and game.invited.id ~= user then return ui.text { "This challenge is for " .. game.invited.name .. ".", color = "muted" } end
    return ui.main_button { "Play", icon = "play", on = ctx:action("join", id) }
  elseif game.state == "playing" then
    return ui.column { key = "playing", gap = 3,
      ui.row { gap = 2, align = "center", ui.icon { "clock", color = "muted", size = "s" },
        ui.text { game.late and "The day for this move is over." or (games.mover(game).id == user and "You have" or games.mover(game).name .. " has") .. " time to move:", style = "caption", color = "muted" },
        not game.late and ui.timer { ends = game.moved + games.PAUSE, style = "countdown" } },
      side and side ~= game.turn and game.late and ui.button { "Claim the game", icon = "clock", full = true, on = ctx:action("claim", id) },
      side and ui.button { "Give up", style = "danger", on = ctx:action("give_up", id), confirm = "Give up? The game is lost then." } }
  elseif game.next then
    return ui.main_button { side and "To the rematch" or "Watch the rematch", to = ctx:link("game", { id = game.next }) }
  elseif side then
    local other = game[rules.other(side)]
    if game.again == user then return ui.text { "You asked " .. other.name .. " for a rematch.", color = "muted" } end
    return ui.main_button { game.again and "Accept the rematch" or "Rematch", icon = "refresh", on = ctx:action("again", id) }
  end
  return ui.text { "The game is over.", color = "muted" }
end

-- ── pages ──────────────────────────────────────────────────────────────────────────────────────────────

stoa.page("home", function(ctx)
  local store = ctx.chat.store
  local live, done = games.live(store), games.done(store)
  if ctx.chat.kind == "direct" then
    return ui.page { title = "Tic-tac-toe", ui.empty { "It takes two", icon = "users", text = "Add this app to a group, and open it there." } }
  end
  return ui.page { title = "Games",
    ui.section { "New game", key = "new", footer = "Who has this open with you can be challenged by name.", challenges(ctx) },
    ui.section { "Games", key = "live", #live == 0 and ui.empty { "No game is on", icon = "grid", text = "Challenge somebody." } or cards(ctx, live) },
    ui.section { "Score", key = "score", score_table(ctx, games.scores(store)) },
    #done > 0 and ui.section { "Played lately", key = "done", cards(ctx, done) } }
end)

stoa.page("game", function(ctx)
  local game = games.get(ctx.chat.store, ctx.query.id)
  if not game then
    return ui.page { title = "Tic-tac-toe", ui.empty { "There is no such game", icon = "search", text = "It was withdrawn, or was long ago." },
      ui.button { "All games", to = ctx:link("home") } }
  end
  local watching = 0
  for _, user in ipairs(ctx:present()) do
    if not games.side(game, user.id) then watching = watching + 1 end
  end
  return ui.page { title = "Game " .. game.number,
    ui.card { key = "status", ui.text { words.status(game, ctx.user.id), style = "heading" },
      player_row(ctx, game, "x"), player_row(ctx, game, "o"),
      watching > 0 and ui.row { gap = 2, align = "center", key = "watching", ui.icon { "eye", size = "s", color = "muted" },
        ui.text { watching == 1 and "1 more is looking" or watching .. " more are looking", style = "caption", color = "muted" } } },
    board(ctx, game),
    choices(ctx, game),
    ui.link { "All games", to = ctx:link("home"), key = "all" } }
end)

-- ── actions ────────────────────────────────────────────────────────────────────────────────────────────

stoa.action("challenge", function(ctx, user, name)
  local chat = ctx.chat
  for _, game in ipairs(games.live(chat.store)) do
    if game.state == "open" and game.x.id == ctx.user.id and (game.invited and game.invited.id) == user then
      ctx:toast("This challenge is open already.")
      return ctx:go("game", { id = game.id })
    end
  end
  local invited = user and { id = user, name = name } or nil
  local id = games.open(chat.store, ctx.user, invited)
  announce(chat, id, ctx.user.display .. (invited and " challenges " .. name .. " to tic-tac-toe." or " wants to play tic-tac-toe. Who joins?"), "Play")
  ctx:go("game", { id = id })
end)

stoa.action("join", function(ctx, id)
  local joined, why = games.join(ctx.chat, id, ctx.user)
  if not joined then return ctx:toast(why) end
  local game = games.get(ctx.chat.store, id)
  tell(ctx.chat, id, game)
  ctx:toast("You play O. " .. game.x.name .. " begins.")
end)

stoa.action("move", function(ctx, id, cell)
  local game, why = games.move(ctx.chat, id, ctx.user, cell)
  if not game then return ctx:toast(why) end
  if game.state ~= "playing" then tell(ctx.chat, id, game) end
end)

stoa.action("claim", function(ctx, id)
  local game, why = games.claim(ctx.chat, id, ctx.user)
  if not game then return ctx:toast(why) end
  tell(ctx.chat, id, game)
end)

stoa.action("give_up", function(ctx, id)
  local game, why = games.give_up(ctx.chat, id, ctx.user.id)
  if not game then return ctx:toast(why) end
  if game.state == "withdrawn" then
    if game.message then ctx.chat:delete(game.message) end
    ctx:toast("Your challenge is withdrawn.")
    return ctx:go("home")
  end
  tell(ctx.chat, id, game)
end)

-- Both have to want a rematch: the first asks, the second begins it, with changed sides.
stoa.action("again", function(ctx, id)
  local chat = ctx.chat
  local game = games.get(chat.store, id)
  if not game or not games.side(game, ctx.user.id) then return ctx:toast("Only who played can do that.") end
  if not game.winner and game.state ~= "draw" then return ctx:toast("This game is not over yet.") end
  if game.next then return ctx:go("game", { id = game.next }) end
  if game.again == ctx.user.id then return ctx:toast("You have asked already.") end
  if not game.again then
    game.again = ctx.user.id
    games.set(chat.store, id, game)
    return ctx:toast("Asked. It begins when the other wants it, too.")
  end
  game.next = games.begin(chat, game.o, game.x)
  games.set(chat.store, id, game)
  announce(chat, game.next, game.o.name .. " and " .. game.x.name .. " play again.", "Watch")
  ctx:go("game", { id = game.next })
end)

-- ── time and people ────────────────────────────────────────────────────────────────────────────────────

-- A day after a move: if it is still the last one, the other may claim the game.
stoa.timer("late", function(chat, timer)
  local id = timer.data.id
  local game = games.get(chat.store, id)
  if not game or game.state ~= "playing" or game.moves ~= timer.data.moves then return end
  game.late, game.timer = true, nil
  games.set(chat.store, id, game)
  local other = game[rules.other(game.turn)]
  chat:send(games.mover(game).name .. " has not moved for a day. " .. other.name .. " can claim the game.", { buttons = open_button("See it", id) })
end)

-- Who leaves the group loses the games that they are in, and their challenges go.
stoa.on("member_left", function(chat, user)
  for _, game in ipairs(games.live(chat.store)) do
    local id = game.id
    game.id = nil
    if games.side(game, user.id) then
      local ended = games.give_up(chat, id, user.id)
      if ended and ended.state ~= "withdrawn" then tell(chat, id, ended) elseif ended and ended.message then chat:delete(ended.message) end
    elseif game.invited and game.invited.id == user.id and game.state == "open" then
      game.invited = nil
      games.set(chat.store, id, game)
    end
  end
end)

-- In a group, keep out of what people say to each other.
stoa.on("message", function(chat)
  if chat.kind == "direct" then say_hello(chat) end
end)
