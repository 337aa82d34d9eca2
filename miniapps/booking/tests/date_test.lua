local date = require "lib.date"

test("knows the days of the place, an hour ahead of UTC", function()
  for _, case in ipairs { { 0, "1970-01-01" }, { 1767603600000, "2026-01-05" }, { 951782400000, "2000-02-29" }, { 1767654000000, "2026-01-06" }, { 1767653999999, "2026-01-05" } } do
    assert(date.day_of(case[1]) == case[2], date.day_of(case[1]))
  end
end)

test("goes from a day to its time and back, for 200 years", function()
  for day = 0, 73000, 7 do
    local text = date.day_of(day * date.DAY)
    assert(date.at(text, "01:00") == day * date.DAY, text)
    assert(date.later(date.later(text, 37), -37) == text and date.is_day(text))
  end
end)

test("names days", function()
  assert(date.weekday("2026-11-30") == "mon" and date.weekday("2026-12-06") == "sun")
  assert(date.time(date.minutes("09:30")) == "09:30")
  assert(date.stamp(date.at("2026-11-30", "09:30")) == "20261130T083000Z")
end)

test("takes nothing for a day that is none", function()
  for _, text in ipairs { "", "2026-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "x2026-01-01", "2026-04-31" } do assert(not date.is_day(text), text) end
  assert(not date.is_day(nil))
end)
