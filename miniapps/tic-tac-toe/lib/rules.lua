-- The game itself. A board is a text of nine characters, "x", "o" or "-", row after row from the top left.
local rules = {}

rules.EMPTY = "---------"

-- The names are those of texts.
local LINES <const> = {
  { 1, 2, 3, name = "line_1" }, { 4, 5, 6, name = "line_2" }, { 7, 8, 9, name = "line_3" },
  { 1, 4, 7, name = "line_4" }, { 2, 5, 8, name = "line_5" }, { 3, 6, 9, name = "line_6" },
  { 1, 5, 9, name = "line_7" }, { 3, 5, 7, name = "line_8" },
}

--- "x", "o", or nil for a field that is free.
function rules.at(board, cell)
  local mark = board:sub(cell, cell)
  return mark ~= "-" and mark or nil
end

--- The board with a mark more.
function rules.put(board, cell, mark) return board:sub(1, cell - 1) .. mark .. board:sub(cell + 1) end

--- The line that somebody has filled: its fields and its name. Nil while there is none.
function rules.line(board)
  for _, line in ipairs(LINES) do
    local mark = rules.at(board, line[1])
    if mark and rules.at(board, line[2]) == mark and rules.at(board, line[3]) == mark then return line end
  end
end

function rules.is_full(board) return not board:find("-", 1, true) end

function rules.other(mark) return mark == "x" and "o" or "x" end

return rules
