local split = require "lib.split"

local function total(shares)
  local sum = 0
  for _, amount in pairs(shares) do sum = sum + amount end
  return sum
end

test("shares out to the last cent", function()
  local shares = split.by_weights(1000, { { id = "a", weight = 1 }, { id = "b", weight = 1 }, { id = "c", weight = 1 } })
  assert(shares.a == 334 and shares.b == 333 and shares.c == 333)
  shares = split.by_weights(100, { { id = "a", weight = 1 }, { id = "b", weight = 2 }, { id = "c", weight = 3 } })
  assert(shares.a == 17 and shares.b == 33 and shares.c == 50)
  for amount = 1, 200 do
    for count = 1, 7 do
      local weights = {}
      for i = 1, count do weights[i] = { id = i, weight = (i * 7 + amount) % 5 + 1 } end
      assert(total(split.by_weights(amount, weights)) == amount)
    end
  end
end)

-- What is left open after the payments.
local function rest(people, payments)
  local sums = {}
  for _, one in ipairs(people) do sums[one.id] = one.sum end
  for _, one in ipairs(payments) do
    assert(one.amount > 0 and one.from ~= one.to)
    sums[one.from] = sums[one.from] + one.amount
    sums[one.to] = sums[one.to] - one.amount
  end
  for id, sum in pairs(sums) do assert(sum == 0, id) end
end

local function people_of(...)
  local people = {}
  for i, sum in ipairs { ... } do people[i] = { id = i, sum = sum } end
  return people
end

test("needs as few payments as can be", function()
  for _, case in ipairs {
    { 0, people_of() }, { 0, people_of(0, 0) }, { 1, people_of(500, -500) }, { 2, people_of(500, -200, -300) }, { 2, people_of(5, -5, 7, -7) },
    -- The largest debt first would take five: 6 + 4 = 10 and 3 + 2 = 5 are even among themselves.
    { 4, people_of(10, 5, -6, -4, -3, -2) }, { 6, people_of(9, 8, 7, -4, -5, -1, -7, -3, -4) },
  } do
    local payments = split.payments(case[2])
    rest(case[2], payments)
    assert(#payments == case[1], #payments .. " payments, not " .. case[1])
  end
end)

test("makes any group even", function()
  local seed = 42
  local function chance(most)
    seed = (seed * 1103515245 + 12345) % 2147483648
    return seed // 65536 % most
  end
  for round = 1, 60 do
    local people, sum = {}, 0
    for i = 1, round % 20 + 1 do
      people[i] = { id = i, sum = chance(2001) - 1000 }
      sum = sum + people[i].sum
    end
    people[#people + 1] = { id = #people + 1, sum = -sum }
    local payments = split.payments(people)
    rest(people, payments)
    assert(#payments <= #people - 1)
  end
end)
