-- Sharing an amount out, and making a group even again. Whole minor units, so that nothing is lost or made.
local split = {}

--- Shares an amount by weights: a list of { id, weight }. Gives { [id] = amount }. What cannot be divided goes to the largest rests, and
--- where these are equal, to those who stand first.
function split.by_weights(amount, weights)
  local total, given, shares, rests = 0, 0, {}, {}
  for _, one in ipairs(weights) do total = total + one.weight end
  for i, one in ipairs(weights) do
    local part = amount * one.weight
    shares[one.id] = part // total
    given = given + part // total
    rests[i] = { id = one.id, rest = part % total, place = i }
  end
  table.sort(rests, function(a, b)
    if a.rest ~= b.rest then return a.rest > b.rest end
    return a.place < b.place
  end)
  for i = 1, amount - given do shares[rests[i].id] = shares[rests[i].id] + 1 end
  return shares
end

-- Pays one after another the largest debts to those who get the most. A group of n takes n - 1 payments at most.
local function pay_off(group, payments)
  local debtors, creditors = {}, {}
  for _, one in ipairs(group) do
    if one.sum < 0 then debtors[#debtors + 1] = { id = one.id, sum = -one.sum } else creditors[#creditors + 1] = { id = one.id, sum = one.sum } end
  end
  local function larger(a, b)
    if a.sum ~= b.sum then return a.sum > b.sum end
    return a.id < b.id
  end
  table.sort(debtors, larger)
  table.sort(creditors, larger)
  local d, c = 1, 1
  while d <= #debtors and c <= #creditors do
    local amount = math.min(debtors[d].sum, creditors[c].sum)
    payments[#payments + 1] = { from = debtors[d].id, to = creditors[c].id, amount = amount }
    debtors[d].sum, creditors[c].sum = debtors[d].sum - amount, creditors[c].sum - amount
    if debtors[d].sum == 0 then d = d + 1 end
    if creditors[c].sum == 0 then c = c + 1 end
  end
end

-- Divides people into as many groups as there can be that are even in themselves: for each set of people, the best way to take one out.
local MOST <const> = 12

local function groups_of(people)
  local count = #people
  local sums, best, taken = { [0] = 0 }, { [0] = 0 }, {}
  for set = 1, (1 << count) - 1 do
    local most, who = -1, nil
    for i = 1, count do
      local bit = 1 << (i - 1)
      if set & bit ~= 0 then
        local rest = set ~ bit
        if not sums[set] then sums[set] = sums[rest] + people[i].sum end
        if best[rest] > most then most, who = best[rest], i end
      end
    end
    best[set], taken[set] = most + (sums[set] == 0 and 1 or 0), who
  end
  local groups, group, set = {}, {}, (1 << count) - 1
  while set ~= 0 do
    group[#group + 1] = people[taken[set]]
    set = set ~ (1 << (taken[set] - 1))
    if sums[set] == 0 then
      groups[#groups + 1] = group
      group = {}
    end
  end
  return groups
end

--- The payments that make everybody even: a list of { from, to, amount }. `people`: a list of { id, sum } whose sums come to nothing.
--- There are as few as can be for up to twelve people who are not even (pairs that cancel out not counted), and few for more.
function split.payments(people)
  local open, payments, paired = {}, {}, {}
  for _, one in ipairs(people) do
    if one.sum ~= 0 then open[#open + 1] = one end
  end
  for i, one in ipairs(open) do
    for j = i + 1, #open do
      if not paired[i] and not paired[j] and one.sum == -open[j].sum then
        paired[i], paired[j] = true, true
        pay_off({ one, open[j] }, payments)
      end
    end
  end
  local rest = {}
  for i, one in ipairs(open) do
    if not paired[i] then rest[#rest + 1] = one end
  end
  if #rest > MOST then
    pay_off(rest, payments)
  else
    for _, group in ipairs(groups_of(rest)) do pay_off(group, payments) end
  end
  return payments
end

return split
