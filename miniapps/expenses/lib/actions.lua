-- What people do on the pages. Who does something is counted in by it.
local stoa = require "stoa"
local book = require "lib.book"
local money = require "lib.money"
local split = require "lib.split"

-- What became of a payment that did not come: names of texts.
local WHY <const> = {
  refused = "not_paid", cancelled = "not_paid", timeout = "not_paid_in_time", account_not_found = "they_left", quota_exceeded = "many_payments",
}

-- The action's chat, if it is a group; then the person is counted in.
local function group_of(ctx)
  if ctx.chat.kind ~= "group" then return ctx:toast(ctx:t "for_groups") end
  book.join(ctx.chat, ctx.user.id, ctx.user.display)
  return ctx.chat
end

stoa.action("join", function(ctx) group_of(ctx) end)

stoa.action("currency", function(ctx)
  local chat = group_of(ctx)
  if not chat then return end
  if not book.is_empty(chat) then return ctx:toast(ctx:t "currency_stays") end
  chat.store:put("currency", ctx.value)
end)

-- Whom the form offered beside those in the book, by id.
local function guests_of(text)
  local guests = {}
  for id, name in text:gmatch("(%d+) ([^\n]*)") do guests[math.tointeger(tonumber(id))] = name end
  return guests
end

stoa.action("add", function(ctx, how, guest_text)
  local chat = group_of(ctx)
  if not chat then return end
  local values, guests = ctx.values, guests_of(guest_text)
  local _, by_id = book.members(chat)
  local weights, missing = {}, nil
  local function count_in(id)
    if by_id[id] and not by_id[id].left then return end
    if not guests[id] then
      missing = by_id[id] and by_id[id].name or ctx:t "somebody"
    elseif id ~= ctx.user.id then
      book.join(chat, id, guests[id])
    end
  end
  local amount = money.from_number(values.amount, book.currency(chat))
  if not amount or amount < 1 or amount > book.most then return ctx:invalid { amount = ctx:t "bad_amount" } end
  if how == "equally" then
    for _, id in ipairs(values.people or {}) do weights[#weights + 1] = { id = math.tointeger(id), weight = 1 } end
    if #weights == 0 then return ctx:invalid { people = ctx:t "choose_somebody" } end
  else
    local names = {}
    for name, value in pairs(values) do
      local id = name:match("^share (%d+)$")
      if id and value > 0 then names[#names + 1] = { id = math.tointeger(tonumber(id)), weight = math.tointeger(value) } end
    end
    table.sort(names, function(a, b) return a.id < b.id end)
    weights = names
    if #weights == 0 then return ctx:toast(ctx:t "no_share") end
  end
  local payer = math.tointeger(values.payer)
  count_in(payer)
  for _, one in ipairs(weights) do count_in(one.id) end
  if missing then return ctx:toast(ctx:t("is_gone", { name = missing })) end
  -- A cent that cannot be divided falls to somebody else each time.
  local turned, first = {}, stoa.random.integer(1, #weights)
  for i = 1, #weights do
    local one = weights[(first + i - 2) % #weights + 1]
    turned[i] = { id = tostring(one.id), weight = one.weight }
  end
  book.add(chat, ctx.user, { kind = "expense", title = values.title, amount = amount, payer = payer, shares = split.by_weights(amount, turned) })
  ctx:toast(ctx:t "written")
  ctx:go("home")
end)

stoa.action("undo", function(ctx, key)
  local chat = group_of(ctx)
  if not chat then return end
  local ok, why, values = book.undo(chat, ctx.user, key)
  ctx:toast(ctx:t(ok and "undone" or why, values))
end)

-- Whether this is still among what would make the group even.
local function is_open(chat, from, to, amount)
  for _, one in ipairs(book.payments(chat)) do
    if one.from == from and one.to == to and one.amount == amount then return true end
  end
end

-- What is said of a settlement: who gives whom how much.
local function values_of(ctx, from, to, amount)
  local _, by_id = book.members(ctx.chat)
  local function name(id) return by_id[id] and by_id[id].name or ctx:t "somebody" end
  return { from = name(from), to = name(to), amount = stoa.ui.format_money(amount, book.currency(ctx.chat), ctx.lang), chat = ctx.chat.title }
end

stoa.action("settled", function(ctx, from, to, amount)
  local chat = group_of(ctx)
  if not chat then return end
  if ctx.user.id ~= from and ctx.user.id ~= to then return ctx:toast(ctx:t "only_two") end
  if not is_open(chat, from, to, amount) then return ctx:toast(ctx:t "changed") end
  book.settle(chat, ctx.user, from, to, amount, "by hand")
  chat:send(ctx:t("message_given", values_of(ctx, from, to, amount)))
  ctx:toast(ctx:t "settled")
end)

-- The one who owes pays; the whole of it goes on to whom they owe it, but for what the operator keeps.
stoa.action("pay", function(ctx, to, amount)
  local chat = group_of(ctx)
  if not chat then return end
  local user, currency = ctx.user, book.currency(chat)
  if not is_open(chat, user.id, to, amount) then return ctx:toast(ctx:t "changed") end
  for _, payment in ipairs(stoa.payments.list { user = user, limit = 10 }) do
    if payment.state == "awaiting_payer" then return ctx:toast(ctx:t "payment_waits") end
  end
  local values = values_of(ctx, user.id, to, amount)
  local receipt, why = chat:pay {
    amount = amount, currency = currency, title = ctx:t("pay_title", values), description = ctx:t("pay_description", values), data = tostring(to),
    splits = { { to = to, amount = amount } }, timeout = "1 hour",
  }
  if not receipt then return ctx:toast(ctx:t(WHY[why] or "did_not_work")) end
  if book.settle_paid(chat, user, receipt, to, ctx.lang) then
    local payment = stoa.payments.get(receipt.id)
    local fee = payment and payment.fee or 0
    values.fee = stoa.ui.format_money(fee, currency, ctx.lang)
    chat:send(ctx:t(fee > 0 and "message_paid_fee" or "message_paid", values))
  end
  ctx:toast(ctx:t "paid")
end)
