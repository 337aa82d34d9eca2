-- What the group sees: how it stands, the form for an expense, what was written down.
local stoa = require "stoa"
local book = require "lib.book"
local money = require "lib.money"
local split = require "lib.split"
local ui = stoa.ui

local MOST_GUESTS <const> = 8 -- how many can be counted in by a form before they have done anything here

local function alone()
  return ui.page { title = "Shared Costs",
    ui.empty { "This is for groups", text = "Add @" .. stoa.app.bot.name .. " to a group and open it there. Then all see the same, live.", icon = "users" } }
end

-- "you" for the one who looks.
local function called(ctx, member, id)
  if id == ctx.user.id then return "you" end
  return member and member.name or "somebody"
end

local function capital(text) return text:sub(1, 1):upper() .. text:sub(2) end

local function transfer_card(ctx, by_id, transfer, currency)
  local from, to = transfer.from, transfer.to
  local pays, gets = from == ctx.user.id, to == ctx.user.id
  local names = capital(called(ctx, by_id[from], from)) .. (pays and " pay " or " pays ") .. called(ctx, by_id[to], to)
  return ui.card { key = from .. "-" .. to,
    ui.row { gap = 2, align = "center", ui.text { names, weight = (pays or gets) and "bold" }, ui.spacer(), ui.money(transfer.amount, currency) },
    pays and ui.row { gap = 2, wrap = true,
      ui.button { "Pay " .. money.text(transfer.amount, currency), icon = "money", style = "primary", on = ctx:action("pay", to, transfer.amount) },
      ui.button { "I have paid", style = "secondary", on = ctx:action("settled", from, to, transfer.amount),
        confirm = "Have you given " .. called(ctx, by_id[to], to) .. " " .. money.text(transfer.amount, currency) .. " otherwise?" } },
    gets and ui.button { "I have got it", style = "secondary", on = ctx:action("settled", from, to, transfer.amount),
      confirm = "Has " .. called(ctx, by_id[from], from) .. " given you " .. money.text(transfer.amount, currency) .. "?" } }
end

local function entry_card(ctx, by_id, entry, currency)
  local payer = capital(called(ctx, by_id[entry.payer], entry.payer))
  local line = payer .. " paid"
  if entry.kind == "settlement" then
    local to = math.tointeger(tonumber((next(entry.shares))))
    line = payer .. " → " .. called(ctx, by_id[to], to)
  end
  return ui.card { key = entry.key, to = ctx:link("entry", { key = entry.key }), label = entry.title .. ", " .. money.text(entry.amount, currency),
    ui.row { gap = 2, align = "center",
      ui.icon { entry.kind == "expense" and "money" or "check", color = entry.undone and "muted" or entry.kind == "expense" and "accent" or "success" },
      ui.text { entry.title, weight = "bold", color = entry.undone and "muted" }, ui.spacer(),
      entry.undone and ui.badge { "undone", color = "muted" }, ui.money { entry.amount, currency = currency, color = entry.undone and "muted" } },
    ui.row { gap = 2, align = "center", ui.text { line, style = "caption", color = "muted" }, ui.spacer(), ui.date { entry.at, style = "relative" } } }
end

local function my_section(ctx, me, currency)
  local sum = me and me.sum or 0
  return ui.section { key = "me",
    ui.text { sum > 0 and "You get back" or sum < 0 and "You owe" or "You are even", style = "caption", color = "muted" },
    ui.money { math.abs(sum), currency = currency, style = "title", color = sum > 0 and "success" or sum < 0 and "danger" or "muted" } }
end

stoa.page("home", function(ctx)
  if ctx.chat.kind ~= "group" then return alone() end
  local members, by_id = book.members(ctx.chat)
  local currency, me = book.currency(ctx.chat), by_id[ctx.user.id]
  if me and me.left then me = nil end
  local faces, transfers, balances, latest = {}, {}, {}, {}
  for i, user in ipairs(ctx:present()) do
    if i <= 12 then faces[i] = ui.avatar { user = user, size = "s", key = user.id } end
  end
  for i, transfer in ipairs(split.payments(members)) do transfers[i] = transfer_card(ctx, by_id, transfer, currency) end
  for i, member in ipairs(members) do
    balances[i] = ui.row { key = member.id, gap = 2, align = "center",
      ui.avatar { user = { id = member.id, display = member.name }, size = "s" }, ui.text(member.id == ctx.user.id and "You" or member.name),
      member.left and ui.badge { "left", color = "muted" }, ui.spacer(),
      ui.money { member.sum, currency = currency, color = member.sum > 0 and "success" or member.sum < 0 and "danger" or "muted" } }
  end
  local entries, more = book.entries(ctx.chat, 5)
  for i, entry in ipairs(entries) do latest[i] = entry_card(ctx, by_id, entry, currency) end
  return ui.page { title = ctx.chat.title ~= "" and ctx.chat.title or "Shared Costs",
    ui.row { key = "faces", gap = 1, align = "center", ui.text { "Here now", style = "caption", color = "muted" }, faces },
    me and my_section(ctx, me, currency),
    not me and ui.section { key = "join", ui.text "You are not counted in yet.", ui.button { "Count me in", icon = "plus", full = true, on = ctx:action("join") } },
    #transfers > 0 and ui.section { "To be even", key = "transfers", transfers },
    #balances > 0 and ui.section { "How it stands", key = "balances", balances },
    ui.section { "What was spent", key = "latest",
      #latest == 0 and ui.empty { "Nothing yet", text = "Write down who paid what: a dinner, the tickets, the petrol.", icon = "money" }, latest,
      more and ui.button { "All of it", key = "all ", style = "plain", full = true, to = ctx:link("history") } },
    #latest == 0 and ui.select { key = "currency", label = "Currency of this group", options = book.currencies, value = currency, on = ctx:action("currency") },
    ui.main_button { "Add an expense", key = "add", icon = "plus", to = ctx:link("add") } }
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
      guests[#guests + 1] = user.id .. " " .. user.display:sub(1, utf8.offset(user.display, 31) and utf8.offset(user.display, 31) - 1 or -1)
      add(user.id, user.display)
    end
  end
  return people, table.concat(guests, "\n")
end

-- What both ways to share have in common.
local function expense_fields(ctx, people, currency)
  local options = {}
  for i, person in ipairs(people) do options[i] = { person.id, person.id == ctx.user.id and "You" or person.name } end
  return {
    ui.text_field { "title", key = "title", label = "What for?", placeholder = "Dinner", required = true, max_length = 80 },
    ui.number_field { "amount", key = "amount", label = "How much, in " .. currency, min = money.step(currency), max = book.most / money.units(currency), step = money.step(currency), required = true },
    ui.select { "payer", key = "payer", label = "Who paid?", options = options, value = ctx.user.id, required = true },
  }, options
end

stoa.page("add", function(ctx)
  if ctx.chat.kind ~= "group" then return alone() end
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
  return ui.page { title = "An expense",
    ui.tabs { key = "how",
      ui.tab { "Equally", key = "equally",
        ui.form { on = ctx:action("add", "equally", guests), submit = "Write it down", fields,
          ui.multi_select { "people", key = "people", label = "For whom?", options = options, value = all, min = 1 } } },
      ui.tab { "By shares", key = "shares",
        ui.form { on = ctx:action("add", "shares", guests), submit = "Write it down by shares", fields,
          ui.section { "Shares", key = "weights", footer = "Somebody with two shares pays twice as much as somebody with one.", weights } } } },
    ui.text { "Somebody is missing? They open this once in this group, and press \"Count me in\".", style = "caption", color = "muted" } }
end)

stoa.page("history", function(ctx)
  if ctx.chat.kind ~= "group" then return alone() end
  local _, by_id = book.members(ctx.chat)
  local cards = {}
  local after = ctx.query.after
  if after and not after:find("^%d+ %d+ %d+$") then after = nil end
  local entries, more = book.entries(ctx.chat, 30, after)
  for i, entry in ipairs(entries) do cards[i] = entry_card(ctx, by_id, entry, book.currency(ctx.chat)) end
  return ui.page { title = "What was spent",
    #cards == 0 and ui.empty { "Nothing here", key = "none", icon = "list" },
    ui.column { key = "entries", gap = 2, cards },
    more and ui.button { "Older ones", key = "more", style = "secondary", full = true, to = ctx:link("history", { after = more }) } }
end)

stoa.page("entry", function(ctx)
  local entry = ctx.chat.kind == "group" and book.get(ctx.chat, ctx.query.key)
  if not entry then return ui.page { title = "Shared Costs", ui.empty { "There is no such entry", icon = "search" }, ui.button { "How it stands", full = true, to = ctx:link("home") } } end
  local _, by_id = book.members(ctx.chat)
  local currency = book.currency(ctx.chat)
  local ids, rows = {}, {}
  for id in pairs(entry.shares) do ids[#ids + 1] = math.tointeger(tonumber(id)) end
  table.sort(ids)
  for i, id in ipairs(ids) do
    rows[i] = ui.row { key = id, gap = 2, align = "center",
      ui.avatar { user = { id = id, display = by_id[id] and by_id[id].name or "?" }, size = "s" }, ui.text(capital(called(ctx, by_id[id], id))), ui.spacer(),
      ui.money(entry.shares[tostring(id)], currency) }
  end
  local is_settlement = entry.kind == "settlement"
  return ui.page { title = entry.title,
    ui.section { key = "what", footer = entry.how == "paid" and "Paid through the app." or entry.how and "Given by hand." or nil,
      ui.money { entry.amount, currency = currency, style = "title", color = entry.undone and "muted" },
      ui.text(capital(called(ctx, by_id[entry.payer], entry.payer)) .. " paid"),
      entry.undone and ui.badge { "Undone by " .. entry.undone.by, color = "warning" } },
    ui.section { is_settlement and "To" or "For", key = "shares", rows },
    ui.section { "Written down", key = "by",
      ui.row { gap = 2, align = "center", ui.icon { "edit", color = "muted" }, ui.text(entry.by.id == ctx.user.id and "By you" or "By " .. entry.by.name), ui.spacer(), ui.date { entry.at, style = "datetime" } } },
    entry.by.id == ctx.user.id and not entry.undone and entry.how ~= "paid"
      and ui.button { "Undo it", key = "undo", style = "danger", full = true, on = ctx:action("undo", entry.key), confirm = "Undo \"" .. entry.title .. "\"?" },
    ui.button { "How it stands", key = "home", style = "plain", full = true, to = ctx:link("home") } }
end)
