-- The day's list, for those who run the place.
local stoa = require "stoa"
local bookings = require "lib.bookings"
local date = require "lib.date"
local owner = require "lib.owner"
local settings = require "lib.settings"
local slots = require "lib.slots"
local words = require "lib.words"
local ui = stoa.ui

local function rows_of(ctx, list, person)
  local rows, now = {}, stoa.time.now()
  for _, booking in ipairs(list) do
    if booking.staff == person.id then
      local service = slots.service(booking.service)
      local is_held = booking.held
      rows[#rows + 1] = ui.card { key = booking.id,
        ui.row { gap = 2, align = "center", wrap = true,
          ui.text { booking.time, weight = "bold" }, ui.text(booking.name), ui.spacer(),
          is_held and ui.badge { ctx:t "state_withdrawn", color = "danger" }, ui.badge { service and ctx:t(service.title) or booking.service, color = "accent" } },
        ui.row { gap = 2, align = "center", wrap = true,
          ui.icon { "phone", size = "s", color = "muted" }, ui.text { booking.phone, color = "muted" }, ui.spacer(),
          is_held and ui.button { ctx:t "offer_again", style = "plain", on = ctx:action("offer", booking.id) },
          not is_held and bookings.start(booking) > now and ui.button {
            ctx:t "cannot", style = "plain", on = ctx:action("withdraw", booking.id), confirm = ctx:t("cancel_confirm", { when = booking.time .. ", " .. booking.name }),
          } },
        booking.note and ui.text { booking.note, style = "caption", color = "muted" } }
    end
  end
  return rows
end

stoa.page("owner", function(ctx)
  if not owner.is(ctx.user) then
    return ui.page { title = settings.title,
      ui.empty { ctx:t "owner_only", text = ctx:t "owner_only_text", icon = "lock" }, ui.button { ctx:t "book_something", full = true, to = ctx:link("home") } }
  end
  local day = date.is_day(ctx.query.day) and ctx.query.day or date.day_of(stoa.time.now())
  local list, sections, count = bookings.on(day), {}, 0
  for _, booking in ipairs(list) do count = count + (booking.held and 0 or 1) end
  for i, person in ipairs(settings.staff) do
    local rows, closed = rows_of(ctx, list, person), slots.is_closed(day, person)
    local works = person.hours[date.weekday(day)]
    sections[i] = ui.section { person.name, key = person.id, footer = works and table.concat(works, ", ") or ctx:t "no_work",
      #rows == 0 and ui.text { ctx:t "nobody", key = "nobody", color = "muted" }, rows,
      works and ui.switch { key = "works", label = ctx:t "takes", value = not closed, on = ctx:action("open", day, person.id) } }
  end
  return ui.page { title = words.long(ctx.lang, day),
    ui.row { key = "days", gap = 2, align = "center",
      ui.button { ctx:t "day_before", style = "secondary", icon = "arrow-left", to = ctx:link("owner", { day = date.later(day, -1) }) }, ui.spacer(),
      ui.button { ctx:t "day_after", style = "secondary", icon = "arrow-right", to = ctx:link("owner", { day = date.later(day, 1) }) } },
    ui.row { key = "count", ui.badge { ctx:t("appointments", { n = count }), color = "accent" } },
    sections,
    ui.button { ctx:t "leave", key = "leave", style = "plain", on = ctx:action("leave"), confirm = ctx:t "leave_confirm" } }
end)

stoa.action("open", function(ctx, day, staff)
  if not owner.is(ctx.user) then return ctx:toast(ctx:t "owner_only") end
  stoa.store:put("closed " .. day .. " " .. staff, ctx.value == false or nil)
  if ctx.value == false then ctx:toast(ctx:t "day_closed") end
end)

stoa.action("withdraw", function(ctx, id)
  if not owner.is(ctx.user) then return ctx:toast(ctx:t "owner_only") end
  local booking = bookings.get(id)
  if not booking then return ctx:toast(ctx:t "no_appointment") end
  local ok, why = bookings.withdraw(booking)
  if not ok then return ctx:toast(ctx:t(why)) end
  local told = booking.chat and stoa.chat(booking.chat):broadcast(words.message("withdrawn_message", booking))
  if told then bookings.mark_told(booking) end
  ctx:toast(ctx:t(told and "withdrawn_told" or "withdrawn_call", { name = booking.name, phone = booking.phone }))
end)

stoa.action("offer", function(ctx, id)
  if not owner.is(ctx.user) then return ctx:toast(ctx:t "owner_only") end
  local booking = bookings.get(id)
  if not booking or not booking.held then return ctx:toast(ctx:t "no_appointment") end
  bookings.offer(booking)
  ctx:toast(ctx:t "offered")
end)

stoa.action("leave", function(ctx)
  owner.leave(ctx.user)
  ctx:go("home")
end)
