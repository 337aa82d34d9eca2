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
local function hall_fields(hall)
  return {
    ui.text_field { "title", label = "What is it for?", value = hall.title, required = true, max_length = 60, placeholder = "Saturday's concert" },
    ui.number_field { "rows", label = "Rows", value = hall.rows, min = 1, max = plan.MOST_ROWS, integer = true, required = true },
    ui.number_field { "seats", label = "Seats in a row", value = hall.seats, min = 1, max = plan.MOST_SEATS, integer = true, required = true },
    ui.number_field { "most", label = "Seats that one person may take", value = hall.most, min = 1, max = plan.MOST_EACH, integer = true, required = true },
  }
end

local function setup_page(ctx)
  return ui.page { title = "Seating",
    ui.empty { "No plan yet", icon = "grid", text = "Set one up, and all in this chat can choose their seats. You can lock it when all is settled." },
    ui.section { "Set up the plan", footer = "You will be the organiser: only you can change the hall and lock it.",
      ui.form { on = ctx:action("set_up"), submit = "Set it up", hall_fields { rows = 5, seats = 8, most = 2 } } } }
end

-- Who is looking now.
local function presence(ctx)
  local here, faces = ctx:present(), {}
  for i = 1, math.min(#here, 6) do faces[i] = ui.avatar { user = here[i], size = "s", key = here[i].id } end
  return ui.row { key = "presence", gap = 2, align = "center", faces,
    ui.text { #here == 1 and "1 is looking" or #here .. " are looking", style = "caption", color = "muted" } }
end

-- A seat: a card that says to all what it is, and does what can be done with it.
local function seat_card(ctx, row, seat, sitter)
  local mine = sitter and sitter.user == ctx.user.id
  return ui.card { key = picture.id(row, seat), on = ctx:action(mine and "leave" or "take", row, seat),
    label = plan.name(row, seat) .. ", " .. (mine and "yours" or sitter and "taken by " .. sitter.name or "free"),
    ui.badge { mine and "✓" or sitter and "✕" or tostring(seat), color = mine and "accent" or sitter and "muted" or "success" } }
end

local function seat_rows(ctx, hall, sitters)
  local rows = {}
  for row = 1, hall.rows do
    local cards = {}
    for seat = 1, hall.seats do cards[seat] = seat_card(ctx, row, seat, sitters[picture.id(row, seat)]) end
    rows[row] = ui.column { key = row, gap = 1,
      ui.text { "Row " .. string.char(64 + row), style = "caption", weight = "bold", color = "muted" },
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
      ui.column { gap = 0, ui.text { person.name, weight = "bold" }, person.user == ctx.user.id and ui.text { "You", style = "caption", color = "muted" } },
      ui.spacer(), ui.text { table.concat(person.seats, ", ") } }
  end, { key = "people", height = 56, empty = ui.empty { "Nobody sits yet", icon = "users", text = "Be the first: choose a seat." } })
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
      hall.locked and ui.badge { "locked", color = "warning" } or ui.badge { "open", color = "success" },
      ui.text { free == 0 and "All seats are taken" or free .. " of " .. hall.rows * hall.seats .. " seats are free", weight = "bold" } },
    ui.text { #mine == 0 and (hall.locked and "You have no seat." or "You have no seat yet: press a free one.")
      or "You sit in " .. table.concat(mine, ", ") .. "." .. (hall.locked and "" or " Press a seat of yours to leave it."), key = "mine" },
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
      ui.tab { "Seats", ui.section { key = "seats", footer = "✓ is yours, ✕ is somebody else's. The stage is before row A.", seat_rows(ctx, hall, sitters) } },
      ui.tab { "Who sits where", ui.section { key = "who", people_list(ctx, taken) } } },
    ui.row { key = "ways", gap = 2, align = "center", wrap = true,
      ui.button { "Picture of the hall", icon = "eye", style = "secondary", to = ctx:link("picture") },
      is_organiser(hall, ctx.user) and ui.button { "Hall settings", icon = "gear", style = "secondary", to = ctx:link("hall") },
      not hall.organiser and ui.button { "Be the organiser", style = "secondary", on = ctx:action("succeed") } },
    ui.text { hall.organiser and "Set up by " .. (is_organiser(hall, ctx.user) and "you" or hall.organiser_name) or "Who set it up has left.",
      key = "organiser", style = "caption", color = "muted" } }
end)

-- A page of its own: of a canvas all shapes are sent when one changes, so only who looks at it gets them.
stoa.page("picture", function(ctx)
  local hall = plan.get(ctx.chat.store)
  if not hall then return setup_page(ctx) end
  local taken = plan.taken(ctx.chat.store)
  local sitters, mine = by_seat(taken, ctx.user.id)
  local shapes, width, height = picture.draw(hall, sitters, ctx.user.id)
  return ui.page { title = hall.title,
    summary(ctx, hall, taken, mine),
    ui.section { key = "picture", footer = "Green is free, grey is taken, the strong colour is yours. Press a seat here, too.",
      ui.canvas { width = width, height = height, shapes = shapes, on = ctx:action("tap"), label = picture.label(hall, #taken) } },
    ui.button { "Seats by name", icon = "grid", style = "secondary", to = ctx:link("home") } }
end)

stoa.page("hall", function(ctx)
  local hall = plan.get(ctx.chat.store)
  if not hall then
    return ui.page { title = "Hall settings", ui.empty { "There is no plan any more", icon = "grid" }, ui.button { "Back", to = ctx:link("home") } }
  end
  if not is_organiser(hall, ctx.user) then
    return ui.page { title = "Hall settings",
      ui.empty { "Only for the organiser", icon = "lock", text = (hall.organiser and hall.organiser_name or "Nobody now") .. " can change the hall." },
      ui.button { "Back to the plan", to = ctx:link("home") } }
  end
  local taken = plan.taken(ctx.chat.store)
  return ui.page { title = "Hall settings",
    ui.section { "Locked", key = "lock", footer = "While it is locked nobody takes or leaves a seat. You can still free one below.",
      ui.switch { label = "Lock the plan", value = hall.locked or false, on = ctx:action("lock") } },
    ui.section { "The hall", key = "hall", footer = "A seat that somebody has cannot go: free it first.",
      ui.form { on = ctx:action("reshape"), submit = "Save", hall_fields(hall) } },
    ui.section { "Seats that are taken", key = "taken",
      ui.list(taken, function(place)
        return ui.row { key = picture.id(place.row, place.seat), gap = 2, align = "center",
          ui.text { plan.name(place.row, place.seat), weight = "bold" }, ui.text { place.name, color = "muted" }, ui.spacer(),
          ui.button { "Free " .. plan.short(place.row, place.seat), style = "plain", on = ctx:action("clear", place.row, place.seat),
            confirm = "Take " .. plan.name(place.row, place.seat) .. " away from " .. place.name .. "?" } }
      end, { key = "taken", height = 52, empty = ui.text { "None yet.", color = "muted" } }) },
    ui.section { "The end", key = "end",
      ui.button { "Remove the plan", style = "danger", icon = "trash", on = ctx:action("remove"), confirm = "Remove the plan, with all " .. #taken .. " seats that are taken?" } } }
end)

-- ── actions ────────────────────────────────────────────────────────────────────────────────────────────

-- The plan, if the person may change the hall; else they are told why not.
local function of_organiser(ctx)
  local hall = plan.get(ctx.chat.store)
  if not hall then
    ctx:toast("There is no plan any more.")
    ctx:go("home")
  elseif not is_organiser(hall, ctx.user) then
    ctx:toast("Only the organiser can do that.")
  else
    return hall
  end
end

-- Whether the title has words in it; otherwise its field says so.
local function has_title(ctx)
  if ctx.values.title:find("%S") then return true end
  ctx:invalid { title = "Write what it is for." }
end

stoa.action("set_up", function(ctx)
  local store, values = ctx.chat.store, ctx.values
  local hall = plan.get(store)
  if hall then return ctx:toast((hall.organiser_name or "Somebody") .. " has set up a plan at the same moment. This is it.") end
  if not has_title(ctx) then return end
  plan.set(store, {
    title = values.title, rows = values.rows, seats = values.seats, most = values.most, locked = false,
    organiser = ctx.user.id, organiser_name = ctx.user.display,
  })
  ctx:toast("The plan is set up. Choose your seats.")
end)

stoa.action("reshape", function(ctx)
  local hall, values = of_organiser(ctx), ctx.values
  if not hall or not has_title(ctx) then return end
  local misfit, how = plan.misfit(ctx.chat.store, values.rows, values.seats, values.most)
  if misfit and how == "many" then
    return ctx:invalid { most = misfit.name .. " has more seats than that. Free one of them first." }
  elseif misfit then
    return ctx:invalid {
      [misfit.row > values.rows and "rows" or "seats"] = misfit.name .. " has " .. plan.name(misfit.row, misfit.seat) .. ". Free it first.",
    }
  end
  hall.title, hall.rows, hall.seats, hall.most = values.title, values.rows, values.seats, values.most
  plan.set(ctx.chat.store, hall)
  ctx:toast("Saved.")
end)

stoa.action("lock", function(ctx)
  local hall = of_organiser(ctx)
  if not hall then return end
  hall.locked = ctx.value == true
  plan.set(ctx.chat.store, hall)
  ctx:toast(hall.locked and "The plan is locked." or "The plan is open again.")
end)

stoa.action("clear", function(ctx, row, seat)
  if not of_organiser(ctx) then return end
  local name = plan.clear(ctx.chat.store, row, seat)
  ctx:toast(name and plan.name(row, seat) .. " is free again." or plan.name(row, seat) .. " is free already.")
end)

stoa.action("remove", function(ctx)
  if not of_organiser(ctx) then return end
  plan.remove(ctx.chat.store)
  ctx:toast("The plan is removed.")
  ctx:go("home")
end)

stoa.action("succeed", function(ctx)
  local hall = plan.get(ctx.chat.store)
  if not hall then return ctx:toast("There is no plan any more.") end
  if hall.organiser then return ctx:toast((hall.organiser == ctx.user.id and "You are" or hall.organiser_name .. " is") .. " the organiser.") end
  hall.organiser, hall.organiser_name = ctx.user.id, ctx.user.display
  plan.set(ctx.chat.store, hall)
  ctx:toast("You are the organiser now.")
end)

local function take(ctx, row, seat)
  local taken, why = plan.take(ctx.chat.store, ctx.user, row, seat)
  ctx:toast(taken and plan.name(row, seat) .. " is yours." or why)
end

local function leave(ctx, row, seat)
  local left, why = plan.leave(ctx.chat.store, ctx.user, row, seat)
  ctx:toast(left and plan.name(row, seat) .. " is free again." or why)
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
