-- What people are told in their chats when something happens without them, if they have agreed to that. In the app's store:
-- "notice USER" = { chat, lang }, of who runs the shop; where and in which language a buyer is told lies in the order.
local stoa = require "stoa"
local orders = require "lib.orders"

local notices = {}

--- An owner wants to hear of new orders in their chat.
function notices.begin(ctx) stoa.store:put("notice " .. ctx.user.id, { chat = ctx.chat.id, lang = ctx.lang }) end

function notices.has(user) return stoa.store:get("notice " .. user.id) ~= nil end

function notices.stop(user) stoa.store:delete("notice " .. user.id) end

-- True, or nil and why not.
local function tell(chat, lang, order, text)
  return stoa.chat(chat):broadcast(text, {
    buttons = { { { text = stoa.t(lang, "show_it"), url = "stoa:a/" .. stoa.app.name .. "/order?number=" .. order.number } } },
  })
end

--- Tells the owners of a new order.
function notices.of_order(order)
  local address = order.address
  for _, entry in ipairs((stoa.store:list("notice ", 20))) do
    local chat, lang = entry.value.chat, entry.value.lang
    local sent, why = tell(chat, lang, order, stoa.t(lang, address.pick_up and "new_order_pick_up" or "new_order_deliver", {
      number = order.number, name = address.name, lines = orders.text(lang, order), delivery = orders.money(lang, order.delivery),
      sum = orders.money(lang, order.sum), place = not address.pick_up and address.street .. ", " .. address.city or nil,
    }))
    if not sent and why == "refused" then stoa.store:delete(entry.key) end
  end
end

--- Tells the buyer how their order stands, if they have agreed to that.
function notices.of_state(order)
  if not order.chat then return end
  local state = orders.state(order.lang, order)
  tell(order.chat, order.lang, order, stoa.t(order.lang, "order_moved", { number = order.number, state = state.title, text = state.text }))
end

return notices
