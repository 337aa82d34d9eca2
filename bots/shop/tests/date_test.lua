local date = require "lib.date"

test("knows the days", function()
  for _, case in ipairs { { 0, "1970-01-01" }, { 1767603600000, "2026-01-05" }, { 951782400000, "2000-02-29" }, { 4102444799999, "2099-12-31" } } do
    assert(date.day_of(case[1]) == case[2], date.day_of(case[1]))
  end
end)

test("goes from a day to its time and back, for 200 years", function()
  for day = 0, 73000, 7 do
    local text = date.day_of(day * date.DAY)
    assert(date.time_of(text, 0) == day * date.DAY, text)
    assert(date.time_of(text, 18) == day * date.DAY + 18 * 3600 * 1000)
  end
end)
