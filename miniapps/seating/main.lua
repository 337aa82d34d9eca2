local stoa = require "stoa"
local picture = require "lib.picture"
local plan = require "lib.plan"
local ui = stoa.ui

local HELP <const> = [[
A plan of the seats for all in this chat. Open it, press a seat to take it, press yours to leave it; everybody sees it at once. Who sets it up says how many rows and seats there are, and can lock it.]]

local function say_hello(chat)
  local hint = chat.kind == "direct" and "\n\nAdd me to a group to fill in a plan together." or ""
  chat:send(HELP .. hint, { buttons = { { { text = "Open", url = "stoa:a/seating/home" } } } })
end

stoa.command("start", "What this is, and the plan", say_hello)

-- ── parts of pages ─────────────────────────────────────────────────────────────────────────────────────

local function is_organiser(hall, user) return hall.organiser == user.id end

-- The fields that say how the hall is; `hall` has what they begin with.
local function hall_fields(ctx, hall)
  return {
    ui.text_field { "title", label = ctx:t "what_for", value = hall.title, required = true, max_length = 60, placeholder = ctx:t "example" },
    ui.number_field { "rows", label = ctx:t "rows", value = hall.rows, min = 1, max = plan.MOST_ROWS, integer = true, required = true },
    ui.number_field { "seats", label = ctx:t "seats_in_row", value = hall.seats, min = 1, max = plan.MOST_SEATS, integer = true, required = true },
    ui.number_field { "most", label = ctx:t "most", value = hall.most, min = 1, max = plan.MOST_EACH, integer = true, required = true },
  }
end

local function setup_page(ctx)
  return ui.page { title = ctx:t "title",
    ui.empty { ctx:t "no_plan", icon = "grid", text = ctx:t "no_plan_text" },
    ui.section { ctx:t "set_up", footer = ctx:t "set_up_footer",
      ui.form { on = ctx:action("set_up"), submit = ctx:t "set_it_up", hall_fields(ctx, { rows = 5, seats = 8, most = 2 }) } } }
end

-- Who is looking now.
local function presence(ctx)
  local here, faces = ctx:present(), {}
  for i = 1, math.min(#here, 6) do faces[i] = ui.avatar { user = here[i], size = "s", key = here[i].id } end
  return ui.row { key = "presence", gap = 2, align = "center", faces,
    ui.text { ctx:t("looking", { n = #here }), style = "caption", color = "muted" } }
end

-- A seat: a card that says to all what it is, and does what can be done with it.
local function seat_card(ctx, row, seat, sitter)
  local mine = sitter and sitter.user == ctx.user.id
  return ui.card { key = picture.id(row, seat), on = ctx:action(mine and "leave" or "take", row, seat),
    label = ctx:t(mine and "seat_yours" or sitter and "seat_taken" or "seat_free", { seat = picture.name(ctx, row, seat), name = sitter and sitter.name }),
    ui.badge { mine and "✓" or sitter and "✕" or tostring(seat), color = mine and "accent" or sitter and "muted" or "success" } }
end

local function seat_rows(ctx, hall, sitters)
  local rows = {}
  for row = 1, hall.rows do
    local cards = {}
    for seat = 1, hall.seats do cards[seat] = seat_card(ctx, row, seat, sitters[picture.id(row, seat)]) end
    rows[row] = ui.column { key = row, gap = 1,
      ui.text { ctx:t("row", { row = plan.letter(row) }), style = "caption", weight = "bold", color = "muted" },
      ui.row { gap = 1, wrap = true, cards } }
  end
  return rows
end

-- Who sits where, a line for each person, in the order of their first seats.
local function people(taken)
  local list, by_user = {}, {}
  for _, place in ipairs(taken) do
    local person = by_user[place.user]
    if not person then
      person = { user = place.user, name = place.name, seats = {} }
      by_user[place.user] = person
      list[#list + 1] = person
    end
    table.insert(person.seats, plan.short(place.row, place.seat))
  end
  return list
end

local function people_list(ctx, taken)
  return ui.list(people(taken), function(person)
    return ui.row { key = person.user, gap = 3, align = "center",
      ui.avatar { user = { id = person.user, display = person.name }, size = "s" },
      ui.column { gap = 0, ui.text { person.name, weight = "bold" }, person.user == ctx.user.id and ui.text { ctx:t "you", style = "caption", color = "muted" } },
      ui.text { table.concat(person.seats, ", ") } }
  end, { key = "people", height = 56, empty = ui.empty { ctx:t "nobody", icon = "users", text = ctx:t "nobody_text" } })
end

-- ── pages ──────────────────────────────────────────────────────────────────────────────────────────────

-- Who sits where by the ids of the picture's shapes, and the person's own seats in short.
local function by_seat(taken, user)
  local sitters, mine = {}, {}
  for _, place in ipairs(taken) do
    sitters[picture.id(place.row, place.seat)] = place
    if place.user == user then mine[#mine + 1] = plan.short(place.row, place.seat) end
  end
  return sitters, mine
end

local function summary(ctx, hall, taken, mine)
  local free = hall.rows * hall.seats - #taken
  return ui.card { key = "summary",
    ui.row { gap = 2, align = "center", wrap = true,
      hall.locked and ui.badge { ctx:t "badge_locked", color = "warning" } or ui.badge { ctx:t "badge_open", color = "success" },
      ui.text { free == 0 and ctx:t "all_taken" or ctx:t("seats_free", { free = free, n = hall.rows * hall.seats }), weight = "bold" } },
    ui.text { ctx:t((#mine == 0 and "no_seat" or "you_sit") .. (hall.locked and "_locked" or ""), { seats = table.concat(mine, ", ") }), key = "mine" },
    presence(ctx) }
end

stoa.page("home", function(ctx)
  local hall = plan.get(ctx.chat.store)
  if not hall then return setup_page(ctx) end
  local taken = plan.taken(ctx.chat.store)
  local sitters, mine = by_seat(taken, ctx.user.id)
  return ui.page { title = hall.title,
    summary(ctx, hall, taken, mine),
    ui.tabs { key = "tabs",
      ui.tab { ctx:t "seats", key = "seats", ui.section { key = "seats", footer = ctx:t "seats_footer", seat_rows(ctx, hall, sitters) } },
      ui.tab { ctx:t "who", key = "who", ui.section { key = "who", people_list(ctx, taken) } } },
    ui.row { key = "ways", gap = 2, align = "center", wrap = true,
      ui.button { ctx:t "picture", icon = "eye", style = "secondary", to = ctx:link("picture") },
      is_organiser(hall, ctx.user) and ui.button { ctx:t "settings", icon = "gear", style = "secondary", to = ctx:link("hall") },
      not hall.organiser and ui.button { ctx:t "be_organiser", style = "secondary", on = ctx:action("succeed") } },
    ui.text { ctx:t(is_organiser(hall, ctx.user) and "set_up_by_you" or hall.organiser and "set_up_by" or "organiser_left", { name = hall.organiser_name }),
      key = "organiser", style = "caption", color = "muted" } }
end)

-- A page of its own: of a canvas all shapes are sent when one changes, so only who looks at it gets them.
stoa.page("picture", function(ctx)
  local hall = plan.get(ctx.chat.store)
  if not hall then return setup_page(ctx) end
  local taken = plan.taken(ctx.chat.store)
  local sitters, mine = by_seat(taken, ctx.user.id)
  local shapes, width, height = picture.draw(ctx, hall, sitters)
  return ui.page { title = hall.title,
    summary(ctx, hall, taken, mine),
    ui.section { key = "picture", footer = ctx:t "picture_footer",
      ui.canvas { width = width, height = height, shapes = shapes, on = ctx:action("tap"), label = picture.label(ctx, hall, #taken) } },
    ui.button { ctx:t "by_name", icon = "grid", style = "secondary", to = ctx:link("home") } }
end)

stoa.page("hall", function(ctx)
  local hall = plan.get(ctx.chat.store)
  if not hall then
    return ui.page { title = ctx:t "settings", ui.empty { ctx:t "plan_gone", icon = "grid" }, ui.button { ctx:t "back", to = ctx:link("home") } }
  end
  if not is_organiser(hall, ctx.user) then
    return ui.page { title = ctx:t "settings",
      ui.empty { ctx:t "organiser_only", icon = "lock", text = ctx:t(hall.organiser and "can_change" or "nobody_can_change", { name = hall.organiser_name }) },
      ui.button { ctx:t "back_to_plan", to = ctx:link("home") } }
  end
  local taken = plan.taken(ctx.chat.store)
  return ui.page { title = ctx:t "settings",
    ui.section { ctx:t "locked", key = "lock", footer = ctx:t "locked_footer",
      ui.switch { label = ctx:t "lock", value = hall.locked or false, on = ctx:action("lock") } },
    ui.section { ctx:t "hall", key = "hall", footer = ctx:t "hall_footer",
      ui.form { on = ctx:action("reshape"), submit = ctx:t "save", hall_fields(ctx, hall) } },
    ui.section { ctx:t "taken", key = "taken",
      ui.list(taken, function(place)
        return ui.row { key = picture.id(place.row, place.seat), gap = 2, align = "center",
          ui.column { gap = 0, ui.text { picture.name(ctx, place.row, place.seat), weight = "bold" }, ui.text { place.name, color = "muted" } },
          ui.button { ctx:t("free_seat", { seat = plan.short(place.row, place.seat) }), style = "plain", on = ctx:action("clear", place.row, place.seat),
            confirm = ctx:t("free_confirm", { seat = picture.name(ctx, place.row, place.seat), name = place.name }) } }
      end, { key = "taken", height = 52, empty = ui.text { ctx:t "none_yet", color = "muted" } }) },
    ui.section { ctx:t "the_end", key = "end",
      ui.button { ctx:t "remove", style = "danger", icon = "trash", on = ctx:action("remove"), confirm = ctx:t("remove_confirm", { n = #taken }) } } }
end)

-- ── actions ────────────────────────────────────────────────────────────────────────────────────────────

-- The plan, if the person may change the hall; else they are told why not.
local function of_organiser(ctx)
  local hall = plan.get(ctx.chat.store)
  if not hall then
    ctx:toast(ctx:t "plan_gone")
    ctx:go("home")
  elseif not is_organiser(hall, ctx.user) then
    ctx:toast(ctx:t "organiser_only")
  else
    return hall
  end
end

stoa.action("set_up", function(ctx)
  local store, values = ctx.chat.store, ctx.values
  local hall = plan.get(store)
  if hall then return ctx:toast(ctx:t "set_up_already") end
  plan.set(store, {
    title = values.title, rows = values.rows, seats = values.seats, most = values.most, locked = false,
    organiser = ctx.user.id, organiser_name = ctx.user.display,
  })
  ctx:toast(ctx:t "is_set_up")
end)

stoa.action("reshape", function(ctx)
  local hall, values = of_organiser(ctx), ctx.values
  if not hall then return end
  local misfit, how = plan.misfit(ctx.chat.store, values.rows, values.seats, values.most)
  if misfit and how == "many" then
    return ctx:invalid { most = ctx:t("has_more", { name = misfit.name }) }
  elseif misfit then
    return ctx:invalid {
      [misfit.row > values.rows and "rows" or "seats"] = ctx:t("has_seat", { name = misfit.name, seat = picture.name(ctx, misfit.row, misfit.seat) }),
    }
  end
  hall.title, hall.rows, hall.seats, hall.most = values.title, values.rows, values.seats, values.most
  plan.set(ctx.chat.store, hall)
  ctx:toast(ctx:t "saved")
end)

stoa.action("lock", function(ctx)
  local hall = of_organiser(ctx)
  if not hall then return end
  hall.locked = ctx.value == true
  plan.set(ctx.chat.store, hall)
  ctx:toast(ctx:t(hall.locked and "plan_locked" or "plan_open"))
end)

stoa.action("clear", function(ctx, row, seat)
  if not of_organiser(ctx) then return end
  local name = plan.clear(ctx.chat.store, row, seat)
  ctx:toast(ctx:t(name and "free_again" or "free_already", { seat = picture.name(ctx, row, seat) }))
end)

stoa.action("remove", function(ctx)
  if not of_organiser(ctx) then return end
  plan.remove(ctx.chat.store)
  ctx:toast(ctx:t "removed")
  ctx:go("home")
end)

stoa.action("succeed", function(ctx)
  local hall = plan.get(ctx.chat.store)
  if not hall then return ctx:toast(ctx:t "plan_gone") end
  if hall.organiser then return ctx:toast(ctx:t(is_organiser(hall, ctx.user) and "you_are_organiser" or "is_organiser", { name = hall.organiser_name })) end
  hall.organiser, hall.organiser_name = ctx.user.id, ctx.user.display
  plan.set(ctx.chat.store, hall)
  ctx:toast(ctx:t "organiser_now")
end)

local function take(ctx, row, seat)
  local taken, why, values = plan.take(ctx.chat.store, ctx.user, row, seat)
  values = values or {}
  values.seat = picture.name(ctx, row, seat)
  ctx:toast(ctx:t(taken and "is_yours" or why, values))
end

local function leave(ctx, row, seat)
  local left, why = plan.leave(ctx.chat.store, ctx.user, row, seat)
  ctx:toast(ctx:t(left and "free_again" or why, { seat = picture.name(ctx, row, seat) }))
end

stoa.action("take", take)
stoa.action("leave", leave)

-- A tap on the picture.
stoa.action("tap", function(ctx)
  local row, seat = picture.seat(ctx.value and ctx.value.shape)
  if not row then return end
  local sitter = plan.sitter(ctx.chat.store, row, seat)
  if sitter and sitter.user == ctx.user.id then leave(ctx, row, seat) else take(ctx, row, seat) end
end)

-- Who leaves the group leaves their seats.
stoa.on("member_left", function(chat, user)
  local hall = plan.get(chat.store)
  if not hall then return end
  plan.clear_person(chat.store, user.id)
  if hall.organiser == user.id then
    hall.organiser, hall.organiser_name = false, nil
    plan.set(chat.store, hall)
  end
end)

-- In a group, keep out of what people say to each other.
stoa.on("message", function(chat)
  if chat.kind == "direct" then say_hello(chat) end
end)
