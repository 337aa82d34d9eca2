-- What people are told in their chats when something happens without them, if they have agreed to that: in their own language, so its text
-- is made while they have a page open, and kept. In the app's store: "notice USER" = { chat, deliver, pick_up, show }, of who runs the shop;
-- what a buyer is told lies in the order.
local stoa = require "stoa"
local orders = require "lib.orders"

local notices = {}

local function button(text, order)
  return { buttons = { { { text = text, url = "stoa:a/" .. stoa.app.name .. "/order?number=" .. order.number } } } }
end

--- An owner wants to hear of new orders in their chat.
function notices.begin(ctx)
  stoa.store:put("notice " .. ctx.user.id, {
    chat = ctx.chat.id, deliver = ctx:t "new_order_deliver", pick_up = ctx:t "new_order_pick_up", show = ctx:t "show_it",
  })
end

function notices.has(user) return stoa.store:get("notice " .. user.id) ~= nil end

function notices.stop(user) stoa.store:delete("notice " .. user.id) end

--- Tells the owners of a new order; `lines` are its things as a text.
function notices.of_order(order, lines, money)
  local address = order.address
  local values = {
    number = order.number, name = address.name, lines = lines, delivery = money(order.delivery), sum = money(order.sum),
    place = not address.pick_up and address.street .. ", " .. address.city or nil,
  }
  for _, entry in ipairs((stoa.store:list("notice ", 20))) do
    local notice = entry.value
    local text = (address.pick_up and notice.pick_up or notice.deliver):gsub("{(%w+)}", values)
    local sent, why = stoa.chat(notice.chat):broadcast(text, button(notice.show, order))
    if not sent and why == "refused" then stoa.store:delete(entry.key) end
  end
end

--- What a buyer will be told of their order, in their language.
function notices.texts(ctx, order)
  local texts = { show = ctx:t "show_it" }
  for _, name in ipairs { "sent", "done", "cancelled" } do
    local state = orders.state(ctx, { state = name, address = order.address })
    texts[name] = ctx:t("order_moved", { number = order.number, state = state.title, text = state.text })
  end
  return texts
end

--- Tells the buyer how their order stands, if they have agreed to that.
function notices.of_state(order)
  if order.chat then stoa.chat(order.chat):broadcast(order.told[order.state], button(order.told.show, order)) end
end

return notices
