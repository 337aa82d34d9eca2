-- chat:form: several values, asked one after another, each checked, with a way back.
local host = ...
local core, messages, waits = host.core, host.messages, host.waits

local type, rawget, rawlen, tonumber, tostring, pcall = type, rawget, rawlen, tonumber, tostring, pcall
local math_type, tointeger, utf8_len = math.type, math.tointeger, utf8.len
local find, match, lower, format, gsub = string.find, string.match, string.lower, string.format, string.gsub
local concat = table.concat
local fail = core.fail

local MAX_FIELDS <const> = 30
local CALL <const> = "chat:form"

local days = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

local function date_of(text)
  local year, month, day = match(text, "^(%d%d%d%d)%-(%d%d?)%-(%d%d?)$")
  if not year then day, month, year = match(text, "^(%d%d?)%.(%d%d?)%.(%d%d%d%d)$") end
  year, month, day = tointeger(tonumber(year)), tointeger(tonumber(month)), tointeger(tonumber(day))
  if not year or month < 1 or month > 12 or day < 1 then return nil end
  local leap = year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0)
  if day > days[month] + (month == 2 and leap and 1 or 0) then return nil end
  return format("%04d-%02d-%02d", year, month, day)
end

local function within(field, number, unit)
  local min, max = rawget(field, "min"), rawget(field, "max")
  if min and number < min then return "At least " .. tostring(min) .. unit .. ", please." end
  if max and number > max then return "At most " .. tostring(max) .. unit .. ", please." end
end

-- What a text means for a field of a type: the value, or nil and what to say.
local readers = {
  text = function(field, text)
    local problem = within(field, utf8_len(text) or 0, " characters")
    if problem then return nil, problem end
    return text
  end,
  number = function(field, text)
    local number = tonumber((gsub(text, ",", ".")))
    if not number or number ~= number or number - number ~= 0 then return nil, "Please write a number." end
    local problem = within(field, number, "")
    if problem then return nil, problem end
    return number
  end,
  integer = function(field, text)
    local number = find(text, "^[+-]?%d+$") and tointeger(tonumber(text))
    if not number then return nil, "Please write a whole number." end
    local problem = within(field, number, "")
    if problem then return nil, problem end
    return number
  end,
  date = function(_, text)
    local date = date_of(text)
    if not date then return nil, "Please write a date such as 2026-05-31 or 31.5.2026." end
    return date
  end,
  email = function(_, text)
    if #text > 254 or not find(text, "^[^%s@]+@[^%s@.][^%s@]*%.[^%s@.]+$") then return nil, "That is no e-mail address." end
    return text
  end,
  phone = function(_, text)
    local digits = gsub(text, "[%s().-]", "")
    if not find(digits, "^%+?%d+$") or #digits < 5 or #digits > 16 then
      return nil, "Please write a phone number with its country code, such as +44 20 7946 0000."
    end
    return digits
  end,
}

local function check_field(i, field)
  local place = "field " .. i
  if type(field) ~= "table" then fail(CALL, place .. " must be a table with name and ask.") end
  local name, ask, kind = rawget(field, "name"), rawget(field, "ask"), rawget(field, "type")
  if type(name) ~= "string" or name == "" then fail(CALL, place .. " has no name.") end
  if type(ask) ~= "string" then fail(CALL, place .. " (" .. name .. ") has no ask, the question to put.") end
  local choices = rawget(field, "choices")
  if choices ~= nil then
    waits.labels_of(CALL, choices)
  elseif kind ~= nil and not readers[kind] then
    fail(CALL, place .. " (" .. name .. "): the type must be text, number, integer, date, email or phone.")
  end
  local check = rawget(field, "check")
  if check ~= nil and type(check) ~= "function" then fail(CALL, place .. " (" .. name .. "): check must be a function.") end
end

-- The buttons under a question: its choices, then the ways out.
local function rows_of(field, i, options)
  local rows, choices = {}, rawget(field, "choices")
  for c = 1, choices and rawlen(choices) or 0 do
    rows[c] = { { text = tostring(rawget(choices, c)), data = messages.choice(c) } }
  end
  local ways = {}
  if i > 1 then ways[#ways + 1] = { text = rawget(options, "back") or "← Back", data = messages.choice("back") } end
  if rawget(field, "optional") then ways[#ways + 1] = { text = rawget(options, "skip") or "Skip", data = messages.choice("skip") } end
  if #ways > 0 then rows[#rows + 1] = ways end
  return #rows > 0 and rows or nil
end

local function chosen_by_text(choices, text)
  for c = 1, rawlen(choices) do
    if lower(tostring(rawget(choices, c))) == lower(text) then return rawget(choices, c) end
  end
end

-- What a message gives the field: a value, or nil and what to say.
local function read(field, text)
  text = match(text, "^%s*(.-)%s*$")
  local choices, value, problem = rawget(field, "choices"), nil, nil
  if choices then
    value = chosen_by_text(choices, text)
    if value == nil then return nil, "Please choose one of the buttons." end
  else
    value, problem = readers[rawget(field, "type") or "text"](field, text)
    if value == nil then return nil, problem end
  end
  return value
end

local function checked(field, value)
  local check = rawget(field, "check")
  if not check then return value end
  local result, problem = check(value)
  if result == nil or result == false then return nil, type(problem) == "string" and problem or "That cannot be used. Please try again." end
  return result == true and value or result
end

-- Puts one question until it has an answer. Returns "next" and the value, "back", "skip" or "timeout".
local function ask(chat_id, field, i, options, due)
  local question = rawget(field, "ask")
  while true do
    local asked = messages.send(CALL, chat_id, question, { buttons = rows_of(field, i, options) })
    local update = waits.wait(CALL, { { id = asked.id, accepts = { "message", "press" }, message = asked.id, due = due } })
    if update.kind == "timeout" then return "timeout" end
    local value, problem
    if update.kind == "press" then
      local choice = messages.chosen(update.press.data)
      if choice == "back" or choice == "skip" then return choice end
      value = rawget(rawget(field, "choices"), choice)
    else
      value, problem = read(field, update.message.text)
    end
    if value ~= nil then value, problem = checked(field, value) end
    if value ~= nil then return "next", value end
    question = problem .. "\n" .. rawget(field, "ask")
  end
end

local function summary(fields, values)
  local lines = {}
  for i = 1, rawlen(fields) do
    local field = rawget(fields, i)
    local name = rawget(field, "name")
    local value = values[name]
    lines[i] = (rawget(field, "label") or name) .. ": " .. (value == nil and "–" or tostring(value))
  end
  return concat(lines, "\n")
end

function host.form(chat_id, fields, options)
  if type(fields) ~= "table" or rawlen(fields) == 0 then fail(CALL, "it takes a list of fields.") end
  if rawlen(fields) > MAX_FIELDS then fail(CALL, "a form has at most " .. MAX_FIELDS .. " fields.") end
  for i = 1, rawlen(fields) do check_field(i, rawget(fields, i)) end
  local timeout, confirm = rawget(options, "timeout"), rawget(options, "confirm")
  local due = timeout ~= nil and core.turn.now + core.duration_of(CALL, "the timeout", timeout) or nil
  local values, i = {}, 1
  while true do
    while i <= rawlen(fields) do
      local field = rawget(fields, i)
      local way, value = ask(chat_id, field, i, options, due)
      if way == "timeout" then return nil, "timeout" end
      if way == "back" then
        i = i - 1
      else
        values[rawget(field, "name")] = value
        i = i + 1
      end
    end
    if not confirm then return values end
    local question = (type(confirm) == "string" and confirm or "Is this right?") .. "\n\n" .. summary(fields, values)
    local labels = { rawget(options, "yes") or "Yes", rawget(options, "back") or "← Back" }
    local choice = waits.choose(CALL, chat_id, question, labels, { timeout = due and (due - core.turn.now) / 1000 }, 2)
    if not choice then return nil, "timeout" end
    if choice == 1 then return values end
    i = rawlen(fields)
  end
end
