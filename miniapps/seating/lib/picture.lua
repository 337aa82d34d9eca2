-- The hall as a picture: what the cards say, to look at.
local plan = require "lib.plan"

local STEP <const> = 40
local LEFT <const> = 36
local TOP <const> = 56

local picture = {}

--- "Row B, seat 4"
function picture.name(ctx, row, seat) return ctx:t("row_and_seat", { row = plan.letter(row), seat = seat }) end

--- The id of a seat's shape, and the seat of an id.
function picture.id(row, seat) return row .. ":" .. seat end
function picture.seat(id)
  local row, seat = tostring(id or ""):match("^(%d+):(%d+)$")
  return math.tointeger(tonumber(row)), math.tointeger(tonumber(seat))
end

--- Shapes, width and height. `sitters` has who sits where by the shapes' ids; `ctx` is of who looks.
function picture.draw(ctx, hall, sitters)
  local width, height = LEFT + hall.seats * STEP + 12, TOP + hall.rows * STEP + 8
  local shapes = {
    { id = "stage", kind = "rect", x = LEFT, y = 8, w = hall.seats * STEP, h = 26, r = 6, fill = "muted", opacity = 0.35 },
    { id = "stage name", kind = "text", x = LEFT + hall.seats * STEP / 2, y = 26, text = ctx:t "stage" },
  }
  for row = 1, hall.rows do
    local y = TOP + (row - 1) * STEP + STEP / 2
    shapes[#shapes + 1] = { id = "row " .. row, kind = "text", x = LEFT / 2, y = y + 5, text = plan.letter(row) }
    for seat = 1, hall.seats do
      local id = picture.id(row, seat)
      local sitter = sitters[id]
      shapes[#shapes + 1] = {
        id = id, kind = "circle", x = LEFT + (seat - 1) * STEP + STEP / 2, y = y, r = 15,
        fill = not sitter and "success" or sitter.user == ctx.user.id and "accent" or "muted", opacity = sitter and 1 or 0.55,
      }
    end
  end
  return shapes, width, height
end

--- What the picture shows, for who cannot see it.
function picture.label(ctx, hall, taken)
  return ctx:t("picture_label", { rows = hall.rows, seats = hall.seats, taken = taken, first = picture.name(ctx, 1, 1) })
end

return picture
