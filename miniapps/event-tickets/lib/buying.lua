-- What people see who go somewhere: the events, one of them, their tickets.
local stoa = require "stoa"
local codes = require "lib.codes"
local events = require "lib.events"
local orders = require "lib.orders"
local settings = require "lib.settings"
local staff = require "lib.staff"
local ui = stoa.ui

local function price_text(amount) return ui.format_money(amount, settings.currency) end

local function when(event)
  return ui.row { gap = 2, align = "center", ui.icon { "calendar", size = "s", color = "muted" }, ui.date { event.at, style = "datetime" },
    ui.text { "·", color = "muted" }, ui.text { event.place, color = "muted" } }
end

-- What is to be known about an event at a glance.
local function state_badge(event, left)
  if event.cancelled then return ui.badge { "cancelled", color = "danger" } end
  if event.at <= stoa.time.now() then return ui.badge { "has begun", color = "muted" } end
  if event.closed then return ui.badge { "not on sale", color = "muted" } end
  if left == 0 then return ui.badge { "sold out", color = "danger" } end
  return left <= 10 and ui.badge { left .. " left", color = "warning" } or ui.badge { "on sale", color = "success" }
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
  return ui.page { title = "Event Tickets", ui.empty { what, icon = "search" }, ui.button { "All events", to = ctx:link("home") } }
end

stoa.page("home", function(ctx)
  local cards = {}
  for i, event in ipairs(events.list(stoa.time.now() - 12 * 3600 * 1000)) do
    cards[i] = ui.card { key = event.id, to = ctx:link("event", { id = event.id }), label = event.title .. ", " .. event.place,
      ui.row { gap = 2, align = "center", ui.text { event.title, style = "heading" }, ui.spacer(), state_badge(event, left_in_all(event)) },
      when(event), ui.text { "from " .. price_text(cheapest(event)), style = "caption", color = "muted" } }
  end
  return ui.page { title = "What is on",
    ui.section { key = "events",
      #cards == 0 and ui.empty { "Nothing is on", icon = "calendar", text = "Come back later: new events are shown here at once." } or cards },
    ui.section { key = "ways",
      ui.button { "My tickets", icon = "ticket", style = "secondary", full = true, to = ctx:link("tickets") },
      ui.button { "At the door", icon = "qr", style = "plain", full = true, to = ctx:link("door") },
      staff.is_organiser(ctx.user) and ui.button { "Box office", icon = "gear", style = "plain", full = true, to = ctx:link("office") } } }
end)

local function tier_card(event, tier)
  local entry, left = event.tiers[tier], events.left(event, tier)
  return ui.card { key = tier,
    ui.row { gap = 2, align = "center",
      ui.column { gap = 0, ui.text { entry.title, weight = "bold" },
        ui.text { left == 0 and "sold out" or left == 1 and "1 place left" or left .. " places left", style = "caption", color = left == 0 and "danger" or left <= 10 and "warning" or "muted" } },
      ui.spacer(), ui.money { amount = entry.price, currency = settings.currency, style = "heading" } } }
end

stoa.page("event", function(ctx)
  local event = events.get(ctx.query.id)
  if not event then return not_there(ctx, "There is no such event") end
  local tiers, options = {}, {}
  for tier, entry in ipairs(event.tiers) do
    tiers[tier] = tier_card(event, tier)
    if events.left(event, tier) > 0 then options[#options + 1] = { tostring(tier), entry.title .. ", " .. price_text(entry.price) } end
  end
  local why = events.why_closed(event, stoa.time.now()) or #options == 0 and "All places are sold. If somebody returns tickets, they are offered here."
  return ui.page { title = event.title,
    ui.card { key = "about", ui.row { gap = 2, state_badge(event, left_in_all(event)) }, when(event), event.about and ui.text { event.about } },
    ui.section { "Places", key = "places", tiers },
    why and ui.section { key = "closed", ui.row { gap = 2, ui.icon { "info", color = "muted" }, ui.text { why } } }
      or ui.section { "Buy tickets", key = "buy", footer = "You see what you pay, and agree to it, before anything is paid. Tickets can be returned until "
          .. settings.return_hours .. " hours before the event.",
        ui.form { on = ctx:action("buy", event.id), submit = "Buy",
          ui.select { "tier", label = "Which places?", options = options, value = options[1][1], required = true },
          ui.stepper { "count", label = "How many?", value = 1, min = 1, max = settings.most_tickets } } },
    ui.button { "My tickets", icon = "ticket", style = "plain", to = ctx:link("tickets"), key = "mine" } }
end)

-- Why there are no tickets now, in words.
local function why_unpaid(event, tier, why)
  if why == "out_of_stock" then
    local left = events.left(event, tier)
    return left == 0 and "Somebody was quicker: " .. event.tiers[tier].title .. " is sold out." or "Somebody was quicker: only " .. left .. " are left."
  elseif why == "timeout" then
    return "You did not pay in time, so the places are free again."
  elseif why == "refused" or why == "cancelled" then
    return "Nothing was bought, and nothing was paid."
  elseif why == "quota_exceeded" then
    return "You have too many payments open. Pay or decline one of them first."
  end
  return "That did not work, and nothing was paid. Please try again later."
end

stoa.action("buy", function(ctx, id)
  local event = events.get(id)
  if not event then return ctx:toast("This event is not there any more.") end
  local closed = events.why_closed(event, stoa.time.now())
  if closed then return ctx:toast(closed) end
  local tier, count = math.tointeger(tonumber(ctx.values.tier)), ctx.values.count or 1
  local entry = event.tiers[tier]
  local left = events.left(event, tier)
  if left < count then
    return ctx:invalid { [left == 0 and "tier" or "count"] = left == 0 and entry.title .. " is sold out." or "Only " .. left .. " of these places are left." }
  end
  events.moved(id)
  local receipt, why = ctx.chat:pay {
    title = event.title, description = count .. " × " .. entry.title .. ", " .. event.place, currency = settings.currency,
    items = { { title = entry.title, count = count, amount = entry.price, sku = events.sku(id, tier) } },
    data = id .. " " .. tier .. " " .. count, timeout = "15 minutes",
  }
  if not receipt then
    events.moved(id)
    return ctx:toast(why_unpaid(event, tier, why))
  end
  -- It may have been cancelled while the sheet was open.
  event = events.get(id)
  local order = orders.issue(receipt, ctx.user, event, tier, count)
  if event.cancelled then
    orders.give_back(order, "the event was cancelled")
    return ctx:toast("This event was cancelled just now. You have your money back.")
  end
  ctx:toast(count == 1 and "Your ticket is there." or "Your " .. count .. " tickets are there.")
  ctx:go("tickets")
  if ctx.chat.kind == "direct" then
    ctx.chat:send(("%s: %d × %s. Receipt %s."):format(event.title, count, entry.title, receipt.number),
      { buttons = { { { text = "Show the tickets", url = "stoa:a/event_tickets/tickets" } } } })
  end
end)

local STATES <const> = { valid = { "valid", "success" }, used = { "used", "muted" }, returned = { "returned", "danger" } }

local function ticket_badge(ticket)
  local state = STATES[ticket.state]
  return ui.badge { state[1], color = state[2] }
end

local function order_section(ctx, order)
  local event = events.get(order.event)
  local tier, rows = event.tiers[order.tier], {}
  for i, code in ipairs(order.codes) do
    local ticket = orders.ticket(code)
    rows[i] = ui.card { key = i, to = ctx:link("ticket", { code = code }), label = ("%s, ticket %d of %d, %s"):format(event.title, i, #order.codes, ticket.state),
      ui.row { gap = 3, align = "center", ui.icon "ticket", ui.text { tier.title .. ", " .. i .. " of " .. #order.codes }, ui.spacer(), ticket_badge(ticket) } }
  end
  local kept = orders.why_kept(order, event, stoa.time.now())
  return ui.section { event.title, key = order.payment,
    footer = order.state == "paid" and (kept or event.cancelled and "Cancelled: return the tickets, and you have your money back.") or nil,
    when(event), event.cancelled and ui.badge { "cancelled", color = "danger" }, rows,
    order.state == "returned" and ui.text { "Returned, and the money is back.", style = "caption", color = "muted" },
    not kept and ui.button { "Return these tickets", style = "danger", on = ctx:action("give_back", order.payment),
      confirm = "Return " .. (#order.codes == 1 and "this ticket" or "these " .. #order.codes .. " tickets") .. " for " .. price_text(order.amount) .. "?" } }
end

stoa.page("tickets", function(ctx)
  local sections = {}
  for i, order in ipairs(orders.of(ctx.store)) do sections[i] = order_section(ctx, order) end
  return ui.page { title = "My tickets",
    #sections == 0 and ui.empty { "No tickets yet", icon = "ticket", text = "What you buy is here, to show at the door." } or sections,
    ui.button { "All events", icon = "calendar", style = "secondary", to = ctx:link("home"), key = "home" } }
end)

stoa.page("ticket", function(ctx)
  local code = codes.read(ctx.query.code or "")
  local ticket = code and orders.ticket(code)
  -- Whose it is not is told nothing, not even that it is there.
  if not ticket or ticket.user ~= ctx.user.id then return not_there(ctx, "You have no such ticket") end
  local event = events.get(ticket.event)
  local tier = event.tiers[ticket.tier]
  return ui.page { title = event.title,
    ui.card { key = "ticket",
      ui.row { gap = 2, align = "center", ui.text { tier.title, style = "heading" }, ui.spacer(), ticket_badge(ticket) },
      when(event),
      ticket.state == "valid" and ui.qr { code, size = 240, label = "Ticket " .. ticket.number .. " of " .. ticket.of }
        or ticket.state == "used" and ui.row { gap = 2, ui.icon { "check", color = "success" }, ui.text "Let in", ui.date { ticket.used, style = "datetime" } }
        or ui.text { "Returned: it lets nobody in.", color = "danger" },
      ui.text { codes.show(code), style = "code", align = "center" },
      ui.text { "Bought by " .. ticket.holder, style = "caption", color = "muted", align = "center" } },
    ui.text { "Show it to nobody but the people at the door: who has the code gets in.", style = "caption", color = "muted" },
    ui.button { "All my tickets", style = "secondary", to = ctx:link("tickets") } }
end)

stoa.action("give_back", function(ctx, payment)
  local order = orders.get(payment)
  if not order or order.user ~= ctx.user.id then return ctx:toast("These are not your tickets.") end
  local done, why = orders.give_back(order, "returned in time")
  ctx:toast(done and "Returned. You have your money back." or why)
end)

-- ── payments outside of the pages ──────────────────────────────────────────────────────────────────────

-- Somebody asks for their money on the receipt itself.
stoa.payments.on("refund_requested", function(chat, payment)
  local order = orders.get(payment.id)
  local done, why
  if order then done, why = orders.give_back(order, payment.refund_reason) end
  if chat and chat.kind == "direct" then
    chat:send(done and "Your tickets are returned, and your money is back." or (why or "We have to look at this ourselves.") .. " You will hear from the organiser.")
  end
end)

-- Paid, but nobody waits for it any more: then there are no tickets, and the money goes back.
stoa.payments.on("captured", function(chat, payment)
  stoa.payments.refund(payment.id, { reason = "the purchase was not finished" })
  if chat and chat.kind == "direct" then chat:send("Your purchase was not finished, so you have your money back. Open the event to try again.") end
end)

-- The organiser or the operator gave all of the money back: the tickets let nobody in any more.
stoa.payments.on("refunded", function(_, payment)
  local order = orders.get(payment.id)
  if order and order.state == "paid" and payment.state == "refunded" then orders.void(order) end
end)
