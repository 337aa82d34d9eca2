-- What the group sees: how it stands, the form for an expense, what was written down.
local stoa = require "stoa"
local book = require "lib.book"
local money = require "lib.money"
local split = require "lib.split"
local ui = stoa.ui

local MOST_GUESTS <const> = 8 -- how many can be counted in by a form before they have done anything here

local function alone(ctx)
  return ui.page { title = ctx:t "title",
    ui.empty { ctx:t "for_groups", text = ctx:t("for_groups_text", { bot = "@" .. stoa.app.bot.name }), icon = "users" } }
end

-- "You" for the one who looks.
local function called(ctx, by_id, id)
  if id == ctx.user.id then return ctx:t "you" end
  return by_id[id] and by_id[id].name or ctx:t "somebody"
end

local function paid_text(ctx, by_id, id) return ctx:t(id == ctx.user.id and "you_paid" or "somebody_paid", { name = called(ctx, by_id, id) }) end

local function title_of(ctx, entry) return entry.kind == "settlement" and ctx:t "settled_up" or entry.title end

local function transfer_card(ctx, by_id, transfer, currency)
  local from, to = transfer.from, transfer.to
  local pays, gets = from == ctx.user.id, to == ctx.user.id
  local amount = ui.format_money(transfer.amount, currency, ctx.lang)
  local values = { from = called(ctx, by_id, from), to = called(ctx, by_id, to), amount = amount }
  return ui.card { key = from .. "-" .. to,
    ui.row { gap = 2, align = "center", ui.text { ctx:t(pays and "you_pay" or gets and "pays_you" or "pays", values), weight = (pays or gets) and "bold" }, ui.spacer(), ui.money(transfer.amount, currency) },
    pays and ui.row { gap = 2, wrap = true,
      ui.button { ctx:t("pay", values), icon = "money", style = "primary", on = ctx:action("pay", to, transfer.amount) },
      ui.button { ctx:t "i_paid", style = "secondary", on = ctx:action("settled", from, to, transfer.amount), confirm = ctx:t("i_paid_confirm", values) } },
    gets and ui.button { ctx:t "i_got", style = "secondary", on = ctx:action("settled", from, to, transfer.amount), confirm = ctx:t("i_got_confirm", values) } }
end

local function entry_card(ctx, by_id, entry, currency)
  local line, title = paid_text(ctx, by_id, entry.payer), title_of(ctx, entry)
  if entry.kind == "settlement" then
    local to = math.tointeger(tonumber((next(entry.shares))))
    line = ctx:t("from_to", { from = called(ctx, by_id, entry.payer), to = called(ctx, by_id, to) })
  end
  return ui.card { key = entry.key, to = ctx:link("entry", { key = entry.key }), label = title .. ", " .. ui.format_money(entry.amount, currency, ctx.lang),
    ui.row { gap = 2, align = "center",
      ui.icon { entry.kind == "expense" and "money" or "check", color = entry.undone and "muted" or entry.kind == "expense" and "accent" or "success" },
      ui.text { title, weight = "bold", color = entry.undone and "muted" }, ui.spacer(),
      entry.undone and ui.badge { ctx:t "badge_undone", color = "muted" }, ui.money { entry.amount, currency = currency, color = entry.undone and "muted" } },
    ui.row { gap = 2, align = "center", ui.text { line, style = "caption", color = "muted" }, ui.spacer(), ui.date { entry.at, style = "relative" } } }
end

local function my_section(ctx, me, currency)
  local sum = me and me.sum or 0
  return ui.section { key = "me",
    ui.text { ctx:t(sum > 0 and "you_get" or sum < 0 and "you_owe" or "you_are_even"), style = "caption", color = "muted" },
    ui.money { math.abs(sum), currency = currency, style = "title", color = sum > 0 and "success" or sum < 0 and "danger" or "muted" } }
end

stoa.page("home", function(ctx)
  if ctx.chat.kind ~= "group" then return alone(ctx) end
  local members, by_id = book.members(ctx.chat)
  local currency, me = book.currency(ctx.chat), by_id[ctx.user.id]
  if me and me.left then me = nil end
  local faces, transfers, balances, latest = {}, {}, {}, {}
  for i, user in ipairs(ctx:present()) do
    if i <= 12 then faces[i] = ui.avatar { user = user, size = "s", key = user.id } end
  end
  for i, transfer in ipairs(split.payments(members)) do transfers[i] = transfer_card(ctx, by_id, transfer, currency) end
  for _, member in ipairs(members) do
    balances[#balances + 1] = not (member.left and member.sum == 0) and ui.row { key = member.id, gap = 2, align = "center",
      ui.avatar { user = { id = member.id, display = member.name }, size = "s" }, ui.text(called(ctx, by_id, member.id)),
      member.left and ui.badge { ctx:t "badge_left", color = "muted" }, ui.spacer(),
      ui.money { member.sum, currency = currency, color = member.sum > 0 and "success" or member.sum < 0 and "danger" or "muted" } }
  end
  local entries, more = book.entries(ctx.chat, 5)
  for i, entry in ipairs(entries) do latest[i] = entry_card(ctx, by_id, entry, currency) end
  return ui.page { title = ctx.chat.title ~= "" and ctx.chat.title or ctx:t "title",
    ui.row { key = "faces", gap = 1, align = "center", ui.text { ctx:t "here_now", style = "caption", color = "muted" }, faces },
    me and my_section(ctx, me, currency),
    not me and ui.section { key = "join", ui.text(ctx:t "not_counted"), ui.button { ctx:t "count_me_in", icon = "plus", full = true, on = ctx:action("join") } },
    #transfers > 0 and ui.section { ctx:t "to_be_even", key = "transfers", transfers },
    #balances > 0 and ui.section { ctx:t "how_it_stands", key = "balances", balances },
    ui.section { ctx:t "spent", key = "latest",
      #latest == 0 and ui.empty { ctx:t "nothing_yet", text = ctx:t "nothing_yet_text", icon = "money" }, latest,
      more and ui.button { ctx:t "all_of_it", key = "all ", style = "plain", full = true, to = ctx:link("history") } },
    #latest == 0 and ui.select { key = "currency", label = ctx:t "currency", options = book.currencies, value = currency, on = ctx:action("currency") },
    ui.main_button { ctx:t "add_expense", key = "add", icon = "plus", to = ctx:link("add") } }
end)

-- Those who can share: who is in the book, and who has this open now. Gives a list of { id, name }, and the latter as a text for an action.
local function people_of(ctx)
  local people, guests, known = {}, {}, {}
  local function add(id, name)
    known[id] = true
    people[#people + 1] = { id = id, name = name }
  end
  for _, member in ipairs((book.members(ctx.chat))) do
    if not member.left then add(member.id, member.name) end
  end
  local present = ctx:present()
  table.insert(present, 1, ctx.user)
  for _, user in ipairs(present) do
    if not known[user.id] and #guests < MOST_GUESTS then
      -- So short that all of them fit into one text of an action, whatever letters they have.
      guests[#guests + 1] = user.id .. " " .. user.display:sub(1, (utf8.offset(user.display, 25) or 0) - 1)
      add(user.id, user.display)
    end
  end
  return people, table.concat(guests, "\n")
end

-- What both ways to share have in common.
local function expense_fields(ctx, people, currency)
  local options = {}
  for i, person in ipairs(people) do options[i] = { person.id, person.id == ctx.user.id and ctx:t "you" or person.name } end
  return {
    ui.text_field { "title", key = "title", label = ctx:t "what_for", placeholder = ctx:t "example", required = true, max_length = 80 },
    ui.number_field { "amount", key = "amount", label = ctx:t("how_much", { currency = currency }), min = money.step(currency), max = book.most / money.units(currency), step = money.step(currency), required = true },
    ui.select { "payer", key = "payer", label = ctx:t "who_paid", options = options, value = ctx.user.id, required = true },
  }, options
end

stoa.page("add", function(ctx)
  if ctx.chat.kind ~= "group" then return alone(ctx) end
  local people, guests = people_of(ctx)
  local currency = book.currency(ctx.chat)
  local fields, options = expense_fields(ctx, people, currency)
  local all, weights = {}, {}
  local _, by_id = book.members(ctx.chat)
  for i, person in ipairs(people) do
    -- Who has only just opened it is not chosen by itself: what is chosen would change while somebody fills in the form.
    local is_in = by_id[person.id] ~= nil or person.id == ctx.user.id
    if is_in then all[#all + 1] = person.id end
    weights[i] = ui.stepper { "share " .. person.id, key = person.id, label = options[i][2], value = is_in and 1 or 0, min = 0, max = 99 }
  end
  return ui.page { title = ctx:t "expense",
    ui.tabs { key = "how",
      ui.tab { ctx:t "equally", key = "equally",
        ui.form { on = ctx:action("add", "equally", guests), submit = ctx:t "write_down", fields,
          ui.multi_select { "people", key = "people", label = ctx:t "for_whom", options = options, value = all, min = 1 } } },
      ui.tab { ctx:t "by_shares", key = "shares",
        ui.form { on = ctx:action("add", "shares", guests), submit = ctx:t "write_by_shares", fields,
          ui.section { ctx:t "shares", key = "weights", footer = ctx:t "shares_footer", weights } } } },
    ui.text { ctx:t "missing", style = "caption", color = "muted" } }
end)

stoa.page("history", function(ctx)
  if ctx.chat.kind ~= "group" then return alone(ctx) end
  local _, by_id = book.members(ctx.chat)
  local cards = {}
  local after = ctx.query.after
  if after and not after:find("^%d+ %d+ %d+$") then after = nil end
  local entries, more = book.entries(ctx.chat, 30, after)
  for i, entry in ipairs(entries) do cards[i] = entry_card(ctx, by_id, entry, book.currency(ctx.chat)) end
  return ui.page { title = ctx:t "spent",
    #cards == 0 and ui.empty { ctx:t "nothing_here", key = "none", icon = "list" },
    ui.column { key = "entries", gap = 2, cards },
    more and ui.button { ctx:t "older", key = "more", style = "secondary", full = true, to = ctx:link("history", { after = more }) } }
end)

stoa.page("entry", function(ctx)
  local entry = ctx.chat.kind == "group" and book.get(ctx.chat, ctx.query.key)
  if not entry then return ui.page { title = ctx:t "title", ui.empty { ctx:t "no_entry", icon = "search" }, ui.button { ctx:t "how_it_stands", full = true, to = ctx:link("home") } } end
  local _, by_id = book.members(ctx.chat)
  local currency = book.currency(ctx.chat)
  local ids, rows = {}, {}
  for id in pairs(entry.shares) do ids[#ids + 1] = math.tointeger(tonumber(id)) end
  table.sort(ids)
  for i, id in ipairs(ids) do
    rows[i] = ui.row { key = id, gap = 2, align = "center",
      ui.avatar { user = { id = id, display = by_id[id] and by_id[id].name or "?" }, size = "s" }, ui.text(called(ctx, by_id, id)), ui.spacer(),
      ui.money(entry.shares[tostring(id)], currency) }
  end
  local is_settlement = entry.kind == "settlement"
  return ui.page { title = title_of(ctx, entry),
    ui.section { key = "what", footer = entry.how == "paid" and ctx:t "paid_by_app" or entry.how and ctx:t "given_by_hand" or nil,
      ui.money { entry.amount, currency = currency, style = "title", color = entry.undone and "muted" },
      ui.text(paid_text(ctx, by_id, entry.payer)),
      entry.undone and ui.badge { ctx:t(entry.undone.by and "undone_by" or "undone_by_operator", { name = entry.undone.by }), color = "warning" } },
    ui.section { ctx:t(is_settlement and "to" or "for"), key = "shares", rows },
    ui.section { ctx:t "written_down", key = "by",
      ui.row { gap = 2, align = "center", ui.icon { "edit", color = "muted" }, ui.text(ctx:t(entry.by.id == ctx.user.id and "by_you" or "by", { name = entry.by.name })), ui.spacer(), ui.date { entry.at, style = "datetime" } } },
    not book.why_kept(ctx.chat, ctx.user, entry) and ui.button {
      ctx:t "undo", key = "undo", style = "danger", full = true, on = ctx:action("undo", entry.key), confirm = ctx:t("undo_confirm", { title = title_of(ctx, entry) }),
    },
    ui.button { ctx:t "how_it_stands", key = "home", style = "plain", full = true, to = ctx:link("home") } }
end)
