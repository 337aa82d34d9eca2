-- The group's book, in the store of the chat, with a key for each thing so that two people do not get in each other's way:
--   currency       what all amounts are in; fixed once there is an entry
--   member ID      { id, name, left }
--   sum ID         what they have paid for others, less what others have paid for them
--   entry KEY      { key, kind, title, amount, payer, shares = { ID = amount }, by, at, how, undone = { by, at }, lang }; the kind is expense
--                  or settlement, which has no title; lang is the language in which it was paid through the app, which entries of older
--                  versions do not say; undone.by is nil where the operator did it; KEY falls as time goes on, so that the newest stands first
--   paid PAYMENT   the key of the settlement that a payment made
local stoa = require "stoa"
local split = require "lib.split"

local book = {}

book.currencies = { "EUR", "USD", "GBP", "CHF", "RUB", "PLN", "CZK", "SEK", "NOK", "DKK", "TRY", "UAH", "KZT", "INR", "JPY", "CNY", "BRL" }
book.most = 1000000000 -- of one entry, in minor units

function book.currency(chat) return chat.store:get("currency") or book.currencies[1] end

function book.is_empty(chat) return #(chat.store:list("entry ", 1)) == 0 end

-- ── people ─────────────────────────────────────────────────────────────────────────────────────────────

--- From now on the person belongs to those who share.
function book.join(chat, id, name)
  local key = "member " .. id
  local known = chat.store:get(key)
  if not known or known.left or known.name ~= name then chat.store:put(key, { id = id, name = name }) end
end

--- Out of the group. They stay in the book: what was spent names them, and they may have something open.
function book.leave(chat, id)
  local known = chat.store:get("member " .. id)
  if not known then return end
  known.left = true
  chat.store:put("member " .. id, known)
end

--- Everybody in the book: a list of { id, name, left, sum } by name, and the same by id.
function book.members(chat)
  local found, by_id, sums, after = {}, {}, {}, nil
  for _, entry in ipairs((chat.store:list("sum ", 1000))) do sums[entry.key] = entry.value end
  repeat
    local page
    page, after = chat.store:list("member ", 500, after)
    for _, entry in ipairs(page) do
      local member = entry.value
      member.sum = sums["sum " .. member.id] or 0
      found[#found + 1] = member
      by_id[member.id] = member
    end
  until not after
  table.sort(found, function(a, b)
    if a.name ~= b.name then return a.name < b.name end
    return a.id < b.id
  end)
  return found, by_id
end

--- What people would have to pay each other to be even.
function book.payments(chat) return split.payments((book.members(chat))) end

-- ── entries ────────────────────────────────────────────────────────────────────────────────────────────

local function apply(chat, entry, sign)
  local ids, delta = {}, {}
  local function add(id, amount)
    if not delta[id] then
      delta[id] = 0
      ids[#ids + 1] = id
    end
    delta[id] = delta[id] + amount
  end
  add(tostring(entry.payer), entry.amount)
  for id, amount in pairs(entry.shares) do add(id, -amount) end
  table.sort(ids)
  for _, id in ipairs(ids) do
    if delta[id] ~= 0 then chat.store:increment("sum " .. id, sign * delta[id]) end
  end
end

--- Writes an entry down: { kind, title, amount, payer, shares, how }.
function book.add(chat, user, entry)
  local now, number = stoa.time.now(), 0
  local key
  repeat
    key = ("%014d %d %04d"):format(99999999999999 - now, user.id, 9999 - number)
    number = number + 1
  until not chat.store:get("entry " .. key)
  entry.key, entry.by, entry.at = key, { id = user.id, name = user.display }, now
  if not chat.store:get("currency") then chat.store:put("currency", book.currency(chat)) end
  chat.store:put("entry " .. key, entry)
  apply(chat, entry, 1)
  return entry
end

--- An entry; nil when there is none. The key may come from outside.
function book.get(chat, key)
  if type(key) ~= "string" or not key:find("^%d+ %d+ %d+$") or #key > 100 then return nil end
  return chat.store:get("entry " .. key)
end

--- The newest entries, after one of them if `after` says so; and what to go on after.
function book.entries(chat, limit, after)
  local found = {}
  local page, more = chat.store:list("entry ", limit, after and "entry " .. after)
  for i, entry in ipairs(page) do found[i] = entry.value end
  return found, more and more:sub(7)
end

--- Why somebody cannot undo an entry: the name and the values of a text; nil when they can. What was paid through the app cannot be undone:
--- the money has gone. When who wrote it down has left the group, anybody can.
function book.why_kept(chat, user, entry)
  if entry.undone then return "undone_already" end
  if entry.how == "paid" then return "money_gone" end
  local author = entry.by.id ~= user.id and chat.store:get("member " .. entry.by.id)
  if author and not author.left then return "only_author", { name = entry.by.name } end
end

--- It never happened. True; nil, and the name and the values of the text that says why not.
function book.undo(chat, user, key)
  local entry = book.get(chat, key)
  if not entry then return nil, "no_entry" end
  local why, values = book.why_kept(chat, user, entry)
  if why then return nil, why, values end
  entry.undone = { by = user.display, at = stoa.time.now() }
  chat.store:put("entry " .. key, entry)
  apply(chat, entry, -1)
  return true
end

-- ── settling up ────────────────────────────────────────────────────────────────────────────────────────

--- Somebody has given somebody what they owed; `how` is "paid" (through the app) or "by hand".
function book.settle(chat, user, from, to, amount, how, lang)
  return book.add(chat, user, { kind = "settlement", amount = amount, payer = from, shares = { [tostring(to)] = amount }, how = how, lang = lang })
end

--- What a payment through the app has settled, once.
function book.settle_paid(chat, user, payment, to, lang)
  local key = "paid " .. payment.id
  if chat.store:get(key) then return end
  local entry = book.settle(chat, user, user.id, to, payment.amount, "paid", lang)
  chat.store:put(key, entry.key)
  return entry
end

--- The settlement that a payment made; nil when it made none.
function book.of_payment(chat, payment) return book.get(chat, chat.store:get("paid " .. payment.id)) end

--- The operator gave the money of a payment back: then nothing is settled.
function book.unsettle(chat, payment)
  local entry = book.of_payment(chat, payment)
  if not entry or entry.undone then return end
  entry.undone = { at = stoa.time.now() }
  chat.store:put("entry " .. entry.key, entry)
  apply(chat, entry, -1)
end

return book
