-- A chat's plan and who sits where, in chat.store:
--   plan              { title, rows, seats, most, organiser, organiser_name, locked }; organiser is false when they have left
--   seat:RR:SS        { user, name }: who sits in this row and on this seat; none while it is free
--   mine:USER         how many seats this person has
-- A seat has a key of its own, so people who choose different seats do not wait for each other. Who takes one reads its key, so of
-- two who take it at the same moment one turn is run again, and finds it taken.
local plan = {}

plan.MOST_ROWS = 12
plan.MOST_SEATS = 12
plan.MOST_EACH = 10

local function seat_key(row, seat) return ("seat:%02d:%02d"):format(row, seat) end
local function mine_key(user) return "mine:" .. user end

--- A row's letter.
function plan.letter(row) return string.char(64 + row) end

--- "B4"
function plan.short(row, seat) return plan.letter(row) .. seat end

--- The plan of the chat; nil while there is none.
function plan.get(store) return store:get("plan") end

function plan.set(store, hall) store:put("plan", hall) end

--- Whether a seat is in the hall.
function plan.has(hall, row, seat) return row >= 1 and row <= hall.rows and seat >= 1 and seat <= hall.seats end

--- Who sits there; nil while it is free.
function plan.sitter(store, row, seat) return store:get(seat_key(row, seat)) end

--- All who sit: a list of { row, seat, user, name }, front row first.
function plan.taken(store)
  local taken = {}
  for i, entry in ipairs((store:list("seat:", plan.MOST_ROWS * plan.MOST_SEATS))) do
    local row, seat = entry.key:match("^seat:(%d+):(%d+)$")
    taken[i] = {
      row = math.tointeger(tonumber(row)), seat = math.tointeger(tonumber(seat)), user = entry.value.user, name = entry.value.name,
    }
  end
  return taken
end

--- Gives the seat to the person. True; or nil, and the name and the values of the text that says why not.
function plan.take(store, user, row, seat)
  local hall = plan.get(store)
  if not hall then return nil, "plan_gone" end
  if not plan.has(hall, row, seat) then return nil, "not_in_hall" end
  local sitter = plan.sitter(store, row, seat)
  if sitter and sitter.user == user.id then return nil, "yours_already" end
  if sitter then return nil, "somebodys", { name = sitter.name } end
  if hall.locked then return nil, "is_locked" end
  local count = store:get(mine_key(user.id)) or 0
  if count >= hall.most then
    return nil, "no_more_seats", { n = count }
  end
  store:put(seat_key(row, seat), { user = user.id, name = user.display })
  store:put(mine_key(user.id), count + 1)
  return true
end

-- Makes a seat free, whoever sits there.
local function free(store, row, seat, user)
  store:delete(seat_key(row, seat))
  local count = (store:get(mine_key(user)) or 1) - 1
  store:put(mine_key(user), count > 0 and count or nil)
end

--- The person leaves a seat of theirs. True; or nil and why not.
function plan.leave(store, user, row, seat)
  local hall = plan.get(store)
  local sitter = hall and plan.sitter(store, row, seat)
  if not sitter or sitter.user ~= user.id then return nil, "not_yours" end
  if hall.locked then return nil, "is_locked" end
  free(store, row, seat, user.id)
  return true
end

--- The organiser makes a seat free. The name of who sat there; nil when nobody did.
function plan.clear(store, row, seat)
  local sitter = plan.sitter(store, row, seat)
  if not sitter then return nil end
  free(store, row, seat, sitter.user)
  return sitter.name
end

--- All seats of a person become free, as when they leave the group. How many there were.
function plan.clear_person(store, user)
  local count = 0
  for _, place in ipairs(plan.taken(store)) do
    if place.user == user then
      free(store, place.row, place.seat, user)
      count = count + 1
    end
  end
  return count
end

--- The first who sits outside of a hall of that size, with who has more seats than `most`; nil when all fits.
function plan.misfit(store, rows, seats, most)
  local counts = {}
  for _, place in ipairs(plan.taken(store)) do
    if place.row > rows or place.seat > seats then return place, "outside" end
    counts[place.user] = (counts[place.user] or 0) + 1
    if counts[place.user] > most then return place, "many" end
  end
end

--- Ends the plan: everything that is kept of it goes.
function plan.remove(store)
  for _, place in ipairs(plan.taken(store)) do free(store, place.row, place.seat, place.user) end
  store:delete("plan")
end

return plan
