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
local function tell(chat, lang, id, game)
  if not game.message then return end
  local button = stoa.t(lang, game.state == "playing" and "watch" or "see_it")
  chat:edit(game.message, words.message(lang, game), { buttons = open_button(button, id) })
end

-- Tells the chat of a new game, and keeps which message that is.
local function announce(chat, id, text, button)
  local game = games.get(chat.store, id)
  game.message = chat:send(text, { buttons = open_button(button, id) }).id
  games.set(chat.store, id, game)
end

-- ── parts of pages ─────────────────────────────────────────────────────────────────────────────────────

local COLORS <const> = { open = "accent", playing = "success" }
local BADGES <const> = { open = "badge_open", playing = "badge_playing", draw = "badge_draw" }

-- A game in a list.
local function game_card(ctx, game)
  return ui.card { key = game.id, to = ctx:link("game", { id = game.id }),
    label = ctx:t("game_label", { number = game.number, players = words.players(ctx.lang, game), status = words.status(ctx.lang, game, ctx.user.id) }),
    ui.row { gap = 2, align = "center",
      ui.text { words.players(ctx.lang, game), weight = "bold" }, ui.spacer(),
      ui.badge { ctx:t(BADGES[game.state] or "badge_won"), color = COLORS[game.state] or "muted" } },
    ui.text { words.status(ctx.lang, game, ctx.user.id), style = "caption", color = "muted" } }
end

local function cards(ctx, list)
  local made = {}
  for i, game in ipairs(list) do made[i] = game_card(ctx, game) end
  return made
end

local function score_table(ctx, scores)
  if #scores == 0 then return ui.text { ctx:t "no_scores", color = "muted" } end
  local rows = {}
  for i = 1, math.min(#scores, 20) do
    local score = scores[i]
    rows[i] = { i, score.user == ctx.user.id and ctx:t("with_you", { name = score.name }) or score.name, score.won, score.drawn, score.lost }
  end
  return ui.table { caption = ctx:t "score_of_chat", rows = rows, columns = {
    "#", ctx:t "column_player", { title = ctx:t "column_won", align = "end" }, { title = ctx:t "column_drawn", align = "end" },
    { title = ctx:t "column_lost", align = "end" },
  } }
end

local function challenges(ctx)
  local buttons = { ui.button { ctx:t "challenge_anybody", key = "anybody", icon = "play", full = true, on = ctx:action("challenge") } }
  for _, user in ipairs(ctx:present()) do
    if user.id ~= ctx.user.id and #buttons < 7 then
      buttons[#buttons + 1] = ui.button {
        ctx:t("challenge_one", { name = user.display }), key = user.id, style = "secondary", full = true, on = ctx:action("challenge", user.id, user.display),
      }
    end
  end
  return buttons
end

-- Nine cards, each of which says what is there. They can be pressed to the end: only then are their labels read out.
local function board(ctx, game)
  local fields, in_line = {}, {}
  for _, cell in ipairs(game.line or {}) do in_line[cell] = true end
  local is_over = game.state ~= "open" and game.state ~= "playing"
  for cell = 1, 9 do
    local mark = rules.at(game.board, cell)
    fields[cell] = ui.card { key = cell, on = ctx:action("move", ctx.query.id, cell), label = words.field(ctx.lang, game, cell),
      ui.text { mark and mark:upper() or "·", style = "title", align = "center", weight = in_line[cell] and "bold",
        color = in_line[cell] and "success" or not mark and "muted" or is_over and "muted" or mark == "x" and "accent" } }
  end
  return ui.grid { key = "board", columns = 3, gap = 2, fields }
end

local function player_row(ctx, game, side)
  local who = game[side]
  local name = who and who.name or game.invited and game.invited.name or ctx:t "somebody"
  if who and who.id == ctx.user.id then name = ctx:t("with_you", { name = name }) end
  return ui.row { key = side, gap = 3, align = "center",
    ui.avatar { user = who and { id = who.id, display = who.name }, name = not who and "?", size = "s" },
    ui.text { name, weight = who and "bold", color = not who and "muted" },
    ui.spacer(),
    game.state == "playing" and game.turn == side and ui.badge { ctx:t "badge_to_move", color = "accent" },
    game.winner == side and ui.badge { ctx:t "badge_won", color = "success" },
    ui.badge { side:upper(), color = "muted" } }
end

-- What can be done besides moving.
local function choices(ctx, game)
  local id, user = ctx.query.id, ctx.user.id
  local side = games.side(game, user)
  if game.state == "open" then
    if side then return ui.button { ctx:t "withdraw", style = "danger", on = ctx:action("give_up", id) } end
    if game.invited and game.invited.id ~= user then return ui.text { ctx:t("challenge_for", { name = game.invited.name }), color = "muted" } end
    return ui.main_button { ctx:t "play", icon = "play", on = ctx:action("join", id) }
  elseif game.state == "playing" then
    local mover = games.mover(game)
    local time = ctx:t(game.late and "day_over" or mover.id == user and "you_have_time" or "has_time", { name = mover.name })
    return ui.column { key = "playing", gap = 3,
      ui.row { gap = 2, align = "center", ui.icon { "clock", color = "muted", size = "s" },
        ui.text { time, style = "caption", color = "muted" },
        not game.late and ui.timer { ends = game.moved + games.PAUSE, style = "countdown" } },
      side and side ~= game.turn and game.late and ui.button { ctx:t "claim", icon = "clock", full = true, on = ctx:action("claim", id) },
      side and ui.button { ctx:t "give_up", style = "danger", on = ctx:action("give_up", id), confirm = ctx:t "give_up_confirm" } }
  elseif game.next then
    return ui.main_button { ctx:t(side and "to_rematch" or "watch_rematch"), to = ctx:link("game", { id = game.next }) }
  elseif side then
    local other = game[rules.other(side)]
    if game.again == user then return ui.text { ctx:t("asked_rematch", { name = other.name }), color = "muted" } end
    return ui.main_button { ctx:t(game.again and "accept_rematch" or "rematch"), icon = "refresh", on = ctx:action("again", id) }
  end
  return ui.text { ctx:t "game_over", color = "muted" }
end

-- ── pages ──────────────────────────────────────────────────────────────────────────────────────────────

stoa.page("home", function(ctx)
  local store = ctx.chat.store
  local live, done = games.live(store), games.done(store)
  if ctx.chat.kind == "direct" then
    return ui.page { title = ctx:t "title", ui.empty { ctx:t "takes_two", icon = "users", text = ctx:t "takes_two_text" } }
  end
  return ui.page { title = ctx:t "games",
    ui.section { ctx:t "new_game", key = "new", footer = ctx:t "new_game_footer", challenges(ctx) },
    ui.section { ctx:t "games", key = "live", #live == 0 and ui.empty { ctx:t "no_game", icon = "grid", text = ctx:t "no_game_text" } or cards(ctx, live) },
    ui.section { ctx:t "score", key = "score", score_table(ctx, games.scores(store)) },
    #done > 0 and ui.section { ctx:t "played", key = "done", cards(ctx, done) } }
end)

stoa.page("game", function(ctx)
  local game = games.get(ctx.chat.store, ctx.query.id)
  if not game then
    return ui.page { title = ctx:t "title", ui.empty { ctx:t "no_such_game", icon = "search", text = ctx:t "no_such_game_text" },
      ui.button { ctx:t "all_games", to = ctx:link("home") } }
  end
  local watching = 0
  for _, user in ipairs(ctx:present()) do
    if not games.side(game, user.id) then watching = watching + 1 end
  end
  return ui.page { title = ctx:t("game", { number = game.number }),
    ui.card { key = "status", ui.text { words.status(ctx.lang, game, ctx.user.id), style = "heading" },
      player_row(ctx, game, "x"), player_row(ctx, game, "o"),
      watching > 0 and ui.row { gap = 2, align = "center", key = "watching", ui.icon { "eye", size = "s", color = "muted" },
        ui.text { ctx:t("looking", { n = watching }), style = "caption", color = "muted" } } },
    board(ctx, game),
    choices(ctx, game),
    ui.link { ctx:t "all_games", to = ctx:link("home"), key = "all" } }
end)

-- ── actions ────────────────────────────────────────────────────────────────────────────────────────────

stoa.action("challenge", function(ctx, user, name)
  local chat = ctx.chat
  for _, game in ipairs(games.live(chat.store)) do
    if game.state == "open" and game.x.id == ctx.user.id and (game.invited and game.invited.id) == user then
      ctx:toast(ctx:t "challenge_open")
      return ctx:go("game", { id = game.id })
    end
  end
  local invited = user and { id = user, name = name } or nil
  local id = games.open(chat.store, ctx.user, invited)
  announce(chat, id, ctx:t(invited and "message_challenge" or "message_open", { name = ctx.user.display, invited = name }), ctx:t "play")
  ctx:go("game", { id = id })
end)

stoa.action("join", function(ctx, id)
  local game, why, values = games.join(ctx.chat, id, ctx.user, ctx.lang)
  if not game then return ctx:toast(ctx:t(why, values)) end
  tell(ctx.chat, ctx.lang, id, game)
  ctx:toast(ctx:t("you_play_o", { name = game.x.name }))
end)

stoa.action("move", function(ctx, id, cell)
  local game, why, values = games.move(ctx.chat, id, ctx.user, cell)
  if not game then return ctx:toast(ctx:t(why, values)) end
  if game.state ~= "playing" then tell(ctx.chat, ctx.lang, id, game) end
end)

stoa.action("claim", function(ctx, id)
  local game, why, values = games.claim(ctx.chat, id, ctx.user)
  if not game then return ctx:toast(ctx:t(why, values)) end
  tell(ctx.chat, ctx.lang, id, game)
end)

stoa.action("give_up", function(ctx, id)
  local game, why = games.give_up(ctx.chat, id, ctx.user.id)
  if not game then return ctx:toast(ctx:t(why)) end
  if game.state == "withdrawn" then
    if game.message then ctx.chat:delete(game.message) end
    ctx:toast(ctx:t "withdrawn")
    return ctx:go("home")
  end
  tell(ctx.chat, ctx.lang, id, game)
end)

-- Both have to want a rematch: the first asks, the second begins it, with changed sides.
stoa.action("again", function(ctx, id)
  local chat = ctx.chat
  local game = games.get(chat.store, id)
  if not game or not games.side(game, ctx.user.id) then return ctx:toast(ctx:t "only_players") end
  if not game.winner and game.state ~= "draw" then return ctx:toast(ctx:t "not_over") end
  if game.next then return ctx:go("game", { id = game.next }) end
  if game.again == ctx.user.id then return ctx:toast(ctx:t "asked_already") end
  if not game.again then
    game.again = ctx.user.id
    games.set(chat.store, id, game)
    return ctx:toast(ctx:t "asked")
  end
  game.next = games.begin(chat, game.o, game.x, ctx.lang)
  games.set(chat.store, id, game)
  announce(chat, game.next, ctx:t("message_again", { x = game.o.name, o = game.x.name }), ctx:t "watch")
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
  local names = { name = games.mover(game).name, other = game[rules.other(game.turn)].name }
  chat:send(stoa.t(game.lang, "late_message", names), { buttons = open_button(stoa.t(game.lang, "see_it"), id) })
end)

-- Nobody is left who could play a rematch that they asked for.
local function forget_wishes(chat, user)
  for _, game in ipairs(games.done(chat.store)) do
    if game.again == user and not game.next then
      local id = game.id
      game.id, game.again = nil, nil
      games.set(chat.store, id, game)
    end
  end
end

-- Who leaves the group loses the games that they are in, and their challenges go.
stoa.on("member_left", function(chat, user)
  forget_wishes(chat, user.id)
  for _, game in ipairs(games.live(chat.store)) do
    local id = game.id
    game.id = nil
    if games.side(game, user.id) then
      local ended = games.give_up(chat, id, user.id)
      if ended and ended.message and ended.state == "withdrawn" then
        chat:delete(ended.message)
      elseif ended then
        tell(chat, ended.lang, id, ended)
      end
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
