local rules = require "lib.rules"

test("knows every line", function()
  local lines = { "xxx------", "---ooo---", "------xxx", "x--x--x--", "-o--o--o-", "--x--x--x", "o---o---o", "--x-x-x--" }
  for _, board in ipairs(lines) do
    local line = rules.line(board)
    assert(line and #line == 3, board)
    for _, cell in ipairs(line) do assert(rules.at(board, cell)) end
  end
  for _, board in ipairs { rules.EMPTY, "xoxoxooxo", "xx-oo----", "xox-ox-xo" } do assert(not rules.line(board), board) end
end)

test("puts marks and sees when it is full", function()
  assert(rules.put(rules.EMPTY, 1, "x") == "x--------")
  assert(rules.put("x--------", 9, "o") == "x-------o")
  assert(rules.put("----x----", 5, "o") == "----o----")
  assert(rules.at("x-------o", 9) == "o" and rules.at("x-------o", 2) == nil)
  assert(rules.is_full("xoxoxooxo") and not rules.is_full("xoxoxoox-"))
  assert(rules.other("x") == "o" and rules.other("o") == "x")
end)
