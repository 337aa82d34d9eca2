-- What people see who go somewhere: the events, one of them, their tickets.
local stoa = require "stoa"
local codes = require "lib.codes"
local events = require "lib.events"
local orders = require "lib.orders"
local settings = require "lib.settings"
local staff = require "lib.staff"
local ui = stoa.ui

local function price_text(ctx, amount) return ui.format_money(amount, settings.currency, ctx.lang) end

local function when(event)
  return {
    ui.row { key = "when", gap = 2, align = "center", ui.icon { "calendar", size = "s", color = "muted" }, ui.date { event.at, style = "datetime" } },
    ui.row { key = "where", gap = 2, align = "center", ui.icon { "map", size = "s", color = "muted" }, ui.text { event.place, color = "muted" } },
  }
end

-- What is to be known about an event at a glance.
local function state_badge(ctx, event, left)
  if event.cancelled then return ui.badge { ctx:t "badge_cancelled", color = "danger" } end
  if event.at <= stoa.time.now() then return ui.badge { ctx:t "badge_begun", color = "muted" } end
  if event.closed then return ui.badge { ctx:t "badge_closed", color = "muted" } end
  if left == 0 then return ui.badge { ctx:t "badge_sold_out", color = "danger" } end
  return left <= 10 and ui.badge { ctx:t("badge_left", { n = left }), color = "warning" } or ui.badge { ctx:t "badge_on_sale", color = "success" }
end

local function left_in_all(event)
  local left = 0
  for tier = 1, #event.tiers do left = left + events.left(event, tier) end
  return left
end

local function cheapest(event)
  local price = event.tiers[1].price
  for _, tier in ipairs(event.tiers) do price = math.min(price, tier.price) end
  return price
end

local function not_there(ctx, what)
  return ui.page { title = ctx:t "title", ui.empty { ctx:t(what), icon = "search" }, ui.button { ctx:t "all_events", to = ctx:link("home") } }
end

stoa.page("home", function(ctx)
  local cards = {}
  for i, event in ipairs(events.list(stoa.time.now() - 12 * 3600 * 1000)) do
    cards[i] = ui.card { key = event.id, to = ctx:link("event", { id = event.id }), label = event.title .. ", " .. event.place,
      ui.row { gap = 2, align = "center", ui.text { event.title, style = "heading" }, ui.spacer(), state_badge(ctx, event, left_in_all(event)) },
      when(event), ui.text { ctx:t("from", { price = price_text(ctx, cheapest(event)) }), style = "caption", color = "muted" } }
  end
  return ui.page { title = ctx:t "whats_on",
    ui.section { key = "events",
      #cards == 0 and ui.empty { ctx:t "nothing_on", icon = "calendar", text = ctx:t "nothing_on_text" } or cards },
    ui.section { key = "ways",
      ui.button { ctx:t "my_tickets", icon = "ticket", style = "secondary", full = true, to = ctx:link("tickets") },
      ui.button { ctx:t "at_door", icon = "qr", style = "plain", full = true, to = ctx:link("door") },
      staff.is_organiser(ctx.user) and ui.button { ctx:t "office", icon = "gear", style = "plain", full = true, to = ctx:link("office") } } }
end)

local function tier_card(ctx, event, tier)
  local entry, left = event.tiers[tier], events.left(event, tier)
  return ui.card { key = tier,
    ui.row { gap = 2, align = "center",
      ui.column { gap = 0, ui.text { entry.title, weight = "bold" },
        ui.text { left == 0 and ctx:t "badge_sold_out" or ctx:t("places_left", { n = left }), style = "caption", color = left == 0 and "danger" or left <= 10 and "warning" or "muted" } },
      ui.money { amount = entry.price, currency = settings.currency, style = "heading" } } }
end

stoa.page("event", function(ctx)
  local event = events.get(ctx.query.id)
  if not event then return not_there(ctx, "no_event") end
  local tiers, options = {}, {}
  for tier, entry in ipairs(event.tiers) do
    tiers[tier] = tier_card(ctx, event, tier)
    if events.left(event, tier) > 0 then options[#options + 1] = { tostring(tier), entry.title .. ", " .. price_text(ctx, entry.price) } end
  end
  local why = events.why_closed(event, stoa.time.now()) or #options == 0 and "all_sold"
  return ui.page { title = event.title,
    ui.card { key = "about", ui.row { gap = 2, state_badge(ctx, event, left_in_all(event)) }, when(event), event.about and ui.text { event.about } },
    ui.section { ctx:t "places", key = "places", tiers },
    why and ui.section { key = "closed", ui.row { gap = 2, ui.icon { "info", color = "muted" }, ui.text { ctx:t(why) } } }
      or ui.section { ctx:t "buy_tickets", key = "buy", footer = ctx:t("buy_footer", { n = settings.return_hours }),
        ui.form { on = ctx:action("buy", event.id), submit = ctx:t "buy",
          ui.select { "tier", label = ctx:t "which_places", options = options, value = options[1][1], required = true },
          ui.stepper { "count", label = ctx:t "how_many", value = 1, min = 1, max = settings.most_tickets } } },
    ui.button { ctx:t "my_tickets", icon = "ticket", style = "plain", to = ctx:link("tickets"), key = "mine" } }
end)

local UNPAID <const> = { timeout = "not_in_time", refused = "nothing_bought", cancelled = "nothing_bought", quota_exceeded = "many_payments" }

-- Why there are no tickets now, in words.
local function why_unpaid(ctx, event, tier, why)
  if why == "out_of_stock" then
    local left = events.left(event, tier)
    return ctx:t(left == 0 and "quicker_sold_out" or "quicker_left", { tier = event.tiers[tier].title, n = left })
  end
  return ctx:t(UNPAID[why] or "did_not_work")
end

local function pays_already(user)
  for _, payment in ipairs(stoa.payments.list { user = user, limit = 10 }) do
    if payment.state == "awaiting_payer" then return true end
  end
  return false
end

stoa.action("buy", function(ctx, id)
  local event = events.get(id)
  if not event then return ctx:toast(ctx:t "event_gone") end
  local closed = events.why_closed(event, stoa.time.now())
  if closed then return ctx:toast(ctx:t(closed)) end
  -- Pressed twice: one payment is enough.
  if pays_already(ctx.user) then return ctx:toast(ctx:t "payment_waits") end
  local tier, count = math.tointeger(tonumber(ctx.values.tier)), ctx.values.count or 1
  local entry = event.tiers[tier]
  local left = events.left(event, tier)
  if left < count then
    return ctx:invalid { [left == 0 and "tier" or "count"] = ctx:t(left == 0 and "tier_sold_out" or "only_left", { tier = entry.title, n = left }) }
  end
  events.moved(id)
  ctx.store:put("lang", ctx.lang)
  local receipt, why = ctx.chat:pay {
    title = event.title, description = count .. " × " .. entry.title .. ", " .. event.place, currency = settings.currency,
    items = { { title = entry.title, count = count, amount = entry.price, sku = events.sku(id, tier) } },
    data = id .. " " .. tier .. " " .. count, timeout = "15 minutes",
  }
  if not receipt then
    events.moved(id)
    return ctx:toast(why_unpaid(ctx, event, tier, why))
  end
  -- It may have been cancelled while the sheet was open.
  event = events.get(id)
  local order = orders.issue(receipt, ctx.user, event, tier, count, ctx.lang)
  if event.cancelled then
    orders.give_back(order, "the event was cancelled")
    return ctx:toast(ctx:t "cancelled_now")
  end
  ctx:toast(ctx:t("tickets_there", { n = count }))
  ctx:go("tickets")
  if ctx.chat.kind == "direct" then
    ctx.chat:send(ctx:t("bought_message", { event = event.title, count = count, tier = entry.title, receipt = receipt.number }),
      { buttons = { { { text = ctx:t "show_tickets", url = "stoa:a/event_tickets/tickets" } } } })
  end
end)

local COLORS <const> = { valid = "success", used = "muted", returned = "danger" }

local function ticket_badge(ctx, ticket) return ui.badge { ctx:t("ticket_" .. ticket.state), color = COLORS[ticket.state] } end

local function order_section(ctx, order)
  local event = events.get(order.event)
  local tier, rows = event.tiers[order.tier], {}
  for i, code in ipairs(order.codes) do
    local ticket = orders.ticket(code)
    rows[i] = ui.card { key = i, to = ctx:link("ticket", { code = code }), label = ctx:t("ticket_label", { event = event.title, number = i, of = #order.codes, state = ctx:t("ticket_" .. ticket.state) }),
      ui.row { gap = 3, align = "center", ui.icon "ticket", ui.text { ctx:t("ticket_of_tier", { tier = tier.title, number = i, of = #order.codes }) }, ui.spacer(), ticket_badge(ctx, ticket) } }
  end
  local kept, values = orders.why_kept(order, event, stoa.time.now())
  return ui.section { event.title, key = order.payment,
    footer = order.state == "paid" and (kept and ctx:t(kept, values) or event.cancelled and ctx:t "cancelled_return") or nil,
    when(event), event.cancelled and ui.badge { ctx:t "badge_cancelled", color = "danger" }, rows,
    order.state == "returned" and ui.text { ctx:t "returned_text", style = "caption", color = "muted" },
    not kept and ui.button { ctx:t "return_tickets", style = "danger", on = ctx:action("give_back", order.payment),
      confirm = ctx:t("return_confirm", { n = #order.codes, price = price_text(ctx, order.amount) }) } }
end

stoa.page("tickets", function(ctx)
  local sections = {}
  for i, order in ipairs(orders.of(ctx.store)) do sections[i] = order_section(ctx, order) end
  return ui.page { title = ctx:t "my_tickets",
    #sections == 0 and ui.empty { ctx:t "no_tickets", icon = "ticket", text = ctx:t "no_tickets_text" } or sections,
    ui.button { ctx:t "all_events", icon = "calendar", style = "secondary", to = ctx:link("home"), key = "home" } }
end)

stoa.page("ticket", function(ctx)
  local code = codes.read(ctx.query.code or "")
  local ticket = code and orders.ticket(code)
  -- Whose it is not is told nothing, not even that it is there.
  if not ticket or ticket.user ~= ctx.user.id then return not_there(ctx, "no_ticket") end
  local event = events.get(ticket.event)
  local tier = event.tiers[ticket.tier]
  return ui.page { title = event.title,
    ui.card { key = "ticket",
      ui.row { gap = 2, align = "center", ui.text { tier.title, style = "heading" }, ui.spacer(), ticket_badge(ctx, ticket) },
      when(event),
      ticket.state == "valid" and ui.qr { code, size = 240, label = ctx:t("ticket_number", { number = ticket.number, of = ticket.of }) }
        or ticket.state == "used" and ui.row { gap = 2, ui.icon { "check", color = "success" }, ui.text(ctx:t "scan_in"), ui.date { ticket.used, style = "datetime" } }
        or ui.text { ctx:t "returned_ticket", color = "danger" },
      ui.text { codes.show(code), style = "code", align = "center" },
      ui.text { ctx:t("bought_by", { name = ticket.holder }), style = "caption", color = "muted", align = "center" } },
    ui.text { ctx:t "keep_secret", style = "caption", color = "muted" },
    ui.button { ctx:t "all_tickets", style = "secondary", to = ctx:link("tickets") } }
end)

stoa.action("give_back", function(ctx, payment)
  local order = orders.get(payment)
  if not order or order.user ~= ctx.user.id then return ctx:toast(ctx:t "not_yours") end
  local done, why, values = orders.give_back(order, "returned in time")
  ctx:toast(ctx:t(done and "returned" or why, values))
end)

-- ── payments outside of the pages ──────────────────────────────────────────────────────────────────────

-- Somebody asks for their money on the receipt itself.
stoa.payments.on("refund_requested", function(chat, payment)
  local order = orders.get(payment.id)
  local done, why, values
  if order then done, why, values = orders.give_back(order, payment.refund_reason) end
  if not chat or chat.kind ~= "direct" then return end
  if not order then return chat:send(stoa.t(chat.user.store:get("lang"), "look_ourselves")) end
  chat:send(done and stoa.t(order.lang, "returned_message") or stoa.t(order.lang, "kept_message", { why = stoa.t(order.lang, why, values) }))
end)

-- Paid, but nobody waits for it any more: then there are no tickets, and the money goes back.
stoa.payments.on("captured", function(chat, payment)
  stoa.payments.refund(payment.id, { reason = "the purchase was not finished" })
  if chat and chat.kind == "direct" then chat:send(stoa.t(chat.user.store:get("lang"), "unfinished")) end
end)

-- The organiser or the operator gave all of the money back: the tickets let nobody in any more.
stoa.payments.on("refunded", function(_, payment)
  local order = orders.get(payment.id)
  if order and order.state == "paid" and payment.state == "refunded" then orders.void(order) end
end)
