-- Money: what people are asked to pay, what goes back to them, what the app sells.
local host = ...
local core, waits, messages = host.core, host.waits, host.messages

local type, next, rawget, rawlen, tostring, math_type = type, next, rawget, rawlen, tostring, math.type
local rep, sub, find, gmatch = string.rep, string.sub, string.find, string.gmatch
local fail, need, self_of, new_id = core.fail, core.need, core.self_of, core.new_id

local MAX_AMOUNT <const> = (1 << 53) - 1
local EXPONENTS <const> = {
  BIF = 0, CLP = 0, DJF = 0, GNF = 0, ISK = 0, JPY = 0, KMF = 0, KRW = 0, PYG = 0, RWF = 0, UGX = 0, UYI = 0, VND = 0, VUV = 0,
  XAF = 0, XOF = 0, XPF = 0, BHD = 3, IQD = 3, JOD = 3, KWD = 3, LYD = 3, OMR = 3, TND = 3, CLF = 4, UYW = 4,
}

local payments, products = {}, {}
local handlers = {}

-- ── checks ─────────────────────────────────────────────────────────────────────────────────────────────

-- With money, a misspelt option would be another sum or another promise: nothing is overlooked.
local function only(call, what, value, names)
  local known = {}
  for name in gmatch(names, "%S+") do known[name] = true end
  for name in next, value do
    if not known[name] then fail(call, what .. " no " .. (type(name) == "string" and sub(name, 1, 64) or "positions") .. "; there are: " .. names .. ".") end
  end
  return value
end

local function options_of(call, options, names) return only(call, "the options have", core.options_of(call, options), names) end

local function amount_of(call, value, what, least)
  if math_type(value) == "float" and value % 1 == 0 and value < 2 ^ 53 then value = value // 1 | 0 end
  if math_type(value) ~= "integer" or value < least or value > MAX_AMOUNT then
    fail(call, what .. " must be a whole number of minor units (kopecks, cents), " .. least .. " or more.")
  end
  return value
end

local function text_of(call, options, name, most, default)
  local value = rawget(options, name)
  if value == nil then value = default end
  if type(value) ~= "string" or #value > most then
    fail(call, name .. " must be a text of at most " .. most .. " bytes.")
  end
  return value
end

local function currency_of(call, options)
  local currency = rawget(options, "currency")
  if type(currency) ~= "string" or not find(currency, "^%u%u%u$") then
    fail(call, "currency must be a code of ISO 4217, like \"RUB\".")
  end
  return currency
end

local function user_of(call, value, what)
  local inner = core.inner(value, "user")
  if inner then return inner.id end
  if type(value) == "table" and math_type(rawget(value, "id")) == "integer" then return rawget(value, "id") end
  if math_type(value) == "integer" then return value end
  fail(call, what .. " must be a user or a user's id.")
end

local function payment_of(call, value)
  if type(value) == "table" then value = rawget(value, "id") end
  if math_type(value) ~= "integer" then fail(call, "it takes a payment or its id first.") end
  return value
end

local function list_of(call, options, name, most, read)
  local list, result = rawget(options, name), {}
  if list == nil then return result end
  if type(list) ~= "table" then fail(call, name .. " must be a list.") end
  if rawlen(list) > most then fail(call, name .. " has more than " .. most .. " entries.") end
  for i = 1, rawlen(list) do result[i] = read(rawget(list, i), name .. "[" .. i .. "]") end
  return result
end

local function items_of(call, options)
  return list_of(call, options, "items", 100, function(item, place)
    if type(item) ~= "table" then fail(call, place .. " must be a table with a title, an amount and a count.") end
    only(call, place .. " has", item, "title count amount tax_rate sku")
    local count, rate, sku = rawget(item, "count"), rawget(item, "tax_rate"), rawget(item, "sku")
    if count == nil then count = 1 end
    if rate ~= nil then amount_of(call, rate, place .. ".tax_rate", 0) end
    if sku ~= nil and type(sku) ~= "string" then fail(call, place .. ".sku must be a text.") end
    return {
      title = text_of(call, item, "title", 512), count = amount_of(call, count, place .. ".count", 1),
      amount = amount_of(call, rawget(item, "amount"), place .. ".amount", 0), tax_rate = rate, sku = sku,
    }
  end)
end

local function sum_of(items)
  local sum = 0
  for i = 1, #items do sum = sum + items[i].count * items[i].amount end
  return sum
end

-- ── asking for money ───────────────────────────────────────────────────────────────────────────────────

local function due_of(call, options)
  local timeout = rawget(options, "timeout")
  if timeout == nil then timeout = "1 day" end
  return core.turn.now + core.duration_of(call, "the timeout", timeout)
end

-- The conversation's own chat: only there is somebody who could be asked.
local function own(chat, call)
  local inner = self_of(chat, "chat", call)
  if inner.elsewhere then fail(call, "people can be asked in the conversation's own chat only.") end
  return inner
end

local function wait_for(call, id)
  local update = waits.wait(call, { { id = id, accepts = { "consent" } } })
  local paid = update.paid
  if paid.outcome == "paid" then return paid.value end
  return nil, paid.outcome
end

--- Asks a person to pay and waits until they have. Returns the receipt: { id, number, state, amount, tip, currency, title, payer,
--- recipient, data, date }. Nil and "refused", "timeout", "cancelled", or why it could not be asked, as "out_of_stock".
function payments.pay(chat, options)
  local call <const> = "chat:pay"
  local inner = own(chat, call)
  need(call, "payments.request")
  options = options_of(call, options, "amount currency title description data items tax tips splits gift capture to key timeout")
  local items = items_of(call, options)
  local amount = rawget(options, "amount")
  if amount == nil and #items > 0 then amount = sum_of(items) end
  local to, key, tax, capture = rawget(options, "to"), rawget(options, "key"), rawget(options, "tax"), rawget(options, "capture")
  if key ~= nil and math_type(key) then key = tostring(key) end
  if key ~= nil and type(key) ~= "string" then fail(call, "key must be a text.") end
  if capture ~= nil and capture ~= "manual" then fail(call, "capture can only be \"manual\".") end
  local id = new_id()
  local answer, value = host.call("payments.request", {
    id = id, message = new_id(), chat = inner.id, amount = amount_of(call, amount, "amount", 1),
    currency = currency_of(call, options), title = text_of(call, options, "title", 512),
    description = text_of(call, options, "description", 4000, ""), data = text_of(call, options, "data", 1024, ""),
    items = items, tax = tax ~= nil and amount_of(call, tax, "tax", 0) or nil,
    tips = list_of(call, options, "tips", 6, function(tip, place) return amount_of(call, tip, place, 1) end),
    splits = list_of(call, options, "splits", 20, function(split, place)
      if type(split) ~= "table" then fail(call, place .. " must be a table with to and amount.") end
      only(call, place .. " has", split, "to amount")
      return { to = user_of(call, rawget(split, "to"), place .. ".to"), amount = amount_of(call, rawget(split, "amount"), place .. ".amount", 1) }
    end),
    gift = rawget(options, "gift") == true, manual = capture == "manual", key = key,
    payer = to ~= nil and user_of(call, to, "to") or nil, due = due_of(call, options),
  })
  if not answer then return nil, value end
  if answer == "paid" then return value end
  return wait_for(call, id)
end

--- Offers a person to pay every period, and waits for their answer. Returns the subscription: { id, state, amount, currency, period,
--- paid_until, payer, data }. Nil and "refused", "timeout" or "cancelled".
function payments.subscription(chat, options)
  local call <const> = "chat:subscription"
  local inner = own(chat, call)
  need(call, "payments.subscribe")
  options = options_of(call, options, "amount currency title description data period trial timeout")
  local period, trial = rawget(options, "period"), rawget(options, "trial")
  if period ~= "day" and period ~= "week" and period ~= "month" and period ~= "year" then
    fail(call, "period must be \"day\", \"week\", \"month\" or \"year\".")
  end
  local id = new_id()
  local answer, value = host.call("payments.subscribe", {
    id = id, message = new_id(), chat = inner.id, amount = amount_of(call, rawget(options, "amount"), "amount", 1),
    currency = currency_of(call, options), title = text_of(call, options, "title", 512),
    description = text_of(call, options, "description", 4000, ""), data = text_of(call, options, "data", 1024, ""),
    period = period, trial = trial ~= nil and core.duration_of(call, "the trial", trial) or nil, due = due_of(call, options),
  })
  if not answer then return nil, value end
  return wait_for(call, id)
end

-- ── what was paid ──────────────────────────────────────────────────────────────────────────────────────

local money = {}

--- A payment to the app, as a receipt is; nil and "payment_not_found".
function money.get(payment)
  need("stoa.payments.get", "payments.request")
  return host.call("payments.get", { id = payment_of("stoa.payments.get", payment) })
end

--- Payments to the app, newest first: of a user, or of all.
function money.list(options)
  local call <const> = "stoa.payments.list"
  need(call, "payments.request")
  options = options_of(call, options, "user limit")
  local user, limit = rawget(options, "user"), rawget(options, "limit")
  if limit == nil then limit = 50 end
  if math_type(limit) ~= "integer" or limit < 1 or limit > 200 then fail(call, "limit must be a whole number from 1 to 200.") end
  return (host.call("payments.list", { user = user ~= nil and user_of(call, user, "user") or nil, limit = limit }))
end

--- Takes what a payment with capture = "manual" put aside, or a part of it. With { final = false } the rest can be taken later.
--- True; nil and why not.
function money.capture(payment, options)
  local call <const> = "stoa.payments.capture"
  need(call, "payments.request")
  options = options_of(call, options, "amount final")
  local amount = rawget(options, "amount")
  return host.call("payments.capture", {
    id = payment_of(call, payment), amount = amount ~= nil and amount_of(call, amount, "amount", 1) or nil,
    partial = rawget(options, "final") == false,
  })
end

--- Takes back what was asked for and is not captured. True; nil and why not.
function money.cancel(payment)
  need("stoa.payments.cancel", "payments.request")
  return host.call("payments.cancel", { id = payment_of("stoa.payments.cancel", payment) })
end

--- Gives back all or a part. The refund { id, amount }; nil and why not.
function money.refund(payment, options)
  local call <const> = "stoa.payments.refund"
  need(call, "payments.refund")
  options = options_of(call, options, "amount reason")
  local amount = rawget(options, "amount")
  return host.call("payments.refund", {
    id = new_id(), payment = payment_of(call, payment), reason = text_of(call, options, "reason", 2000, ""),
    amount = amount ~= nil and amount_of(call, amount, "amount", 1) or nil,
  })
end

--- Pays a person out of what the app has earned. The payout { id, amount, currency }; nil and why not.
function money.payout(options)
  local call <const> = "stoa.payments.payout"
  need(call, "payments.payout")
  options = options_of(call, options, "to amount currency")
  return host.call("payments.payout", {
    id = new_id(), to = user_of(call, rawget(options, "to"), "to"), amount = amount_of(call, rawget(options, "amount"), "amount", 1),
    currency = currency_of(call, options),
  })
end

--- What the app can spend of a currency.
function money.balance(currency)
  need("stoa.payments.balance", "payments.request")
  return (host.call("payments.balance", { currency = currency_of("stoa.payments.balance", { currency = currency }) }))
end

--- An address at which anybody can pay: { id, token, path }.
function money.link(options)
  local call <const> = "stoa.payments.link"
  need(call, "payments.request")
  options = options_of(call, options, "amount currency title max_uses")
  local amount, uses = rawget(options, "amount"), rawget(options, "max_uses")
  return host.call("payments.link", {
    id = new_id(), amount = amount ~= nil and amount_of(call, amount, "amount", 1) or nil, currency = currency_of(call, options),
    title = text_of(call, options, "title", 512), uses = uses ~= nil and amount_of(call, uses, "max_uses", 1) or nil,
  })
end

--- Nobody can pay at the link any more. True; nil and why not.
function money.close_link(link)
  local call <const> = "stoa.payments.close_link"
  need(call, "payments.request")
  if type(link) == "table" then link = rawget(link, "id") end
  if math_type(link) ~= "integer" then fail(call, "it takes a link or its id.") end
  return host.call("payments.close_link", { id = link })
end

--- Subscriptions to the app, newest first: of a user, or of all.
function money.subscriptions(options)
  local call <const> = "stoa.payments.subscriptions"
  need(call, "payments.subscribe")
  options = options_of(call, options, "user")
  local user = rawget(options, "user")
  return (host.call("payments.subscriptions", { user = user ~= nil and user_of(call, user, "user") or nil }))
end

--- Ends a subscription at the end of what is paid. True; nil and why not.
function money.cancel_subscription(subscription)
  local call <const> = "stoa.payments.cancel_subscription"
  need(call, "payments.subscribe")
  return host.call("payments.cancel_subscription", { id = payment_of(call, subscription) })
end

local events <const> = {
  authorised = true, captured = true, refunded = true, refund_requested = true, disputed = true, dispute_closed = true, expired = true,
  subscription = true,
}

--- Handles what happens to payments and subscriptions that no conversation waits for: handler(chat, payment).
function money.on(event, handler)
  if not events[event] then
    fail("stoa.payments.on", "the event must be authorised, captured, refunded, refund_requested, disputed, dispute_closed, expired or subscription.")
  end
  if type(handler) ~= "function" then fail("stoa.payments.on", "the handler must be a function.") end
  handlers[event] = handler
end

--- An amount for people to read: stoa.payments.format(49900, "RUB") is "499.00 RUB".
function money.format(amount, currency)
  local call <const> = "stoa.payments.format"
  if math_type(amount) ~= "integer" then fail(call, "it takes a whole number of minor units and a currency.") end
  currency = currency_of(call, { currency = currency })
  local places = EXPONENTS[currency] or 2
  local digits, sign = tostring(amount), ""
  if sub(digits, 1, 1) == "-" then digits, sign = sub(digits, 2), "-" end
  if places > 0 then
    if #digits <= places then digits = rep("0", places + 1 - #digits) .. digits end
    digits = sub(digits, 1, -places - 1) .. "." .. sub(digits, -places)
  end
  return sign .. digits .. " " .. currency
end

-- ── what the app sells ─────────────────────────────────────────────────────────────────────────────────

local function sku_of(call, sku)
  if type(sku) ~= "string" or #sku == 0 or #sku > 64 then fail(call, "the sku must be a text of 1 to 64 bytes.") end
  return sku
end

--- Adds a product or changes it: { sku, title, price, currency, stock, tax_rate }; with new = true one that is there stays as it is.
--- True; nil and why not.
function products.put(product)
  local call <const> = "stoa.products.put"
  need(call, "payments.request")
  -- What `get` returned can be changed and put back.
  product = options_of(call, product, "sku title price currency stock tax_rate new reserved left")
  local stock, rate = rawget(product, "stock"), rawget(product, "tax_rate")
  return host.call("products.put", {
    sku = sku_of(call, rawget(product, "sku")), title = text_of(call, product, "title", 512),
    price = amount_of(call, rawget(product, "price"), "price", 0), currency = currency_of(call, product),
    stock = stock ~= nil and amount_of(call, stock, "stock", 0) or nil, tax_rate = rate ~= nil and amount_of(call, rate, "tax_rate", 0) or nil,
    new = rawget(product, "new") == true,
  })
end

--- A product: { sku, title, price, currency, stock, reserved, left, tax_rate }; nil when there is none.
function products.get(sku)
  need("stoa.products.get", "payments.request")
  return (host.call("products.get", { sku = sku_of("stoa.products.get", sku) }))
end

--- All products, by sku.
function products.list()
  need("stoa.products.list", "payments.request")
  return (host.call("products.list", {}))
end

--- More pieces have come; a negative count takes some away. True; nil and why not.
function products.add_stock(sku, count)
  local call <const> = "stoa.products.add_stock"
  need(call, "payments.request")
  if math_type(count) ~= "integer" then fail(call, "it takes a sku and a whole number of pieces.") end
  return host.call("products.add_stock", { sku = sku_of(call, sku), count = count })
end

--- True; nil and why not.
function products.remove(sku)
  need("stoa.products.remove", "payments.request")
  return host.call("products.remove", { sku = sku_of("stoa.products.remove", sku) })
end

--- For stoa.lua: an event that no conversation waits for.
function payments.handle(chat, event)
  local handler = handlers[event.name]
  if handler then return handler(chat, event.value) end
end

payments.money, payments.products, payments.handlers = money, products, handlers
host.payments = payments
