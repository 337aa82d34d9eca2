-- Runs parts of the SDK in plain Lua, for tests that compare them with other programs.
--   lua5.4 Tests/SDK/library_test.lua Sources/Bridge/SDK/stoa < EXPRESSIONS      prints the value of each line, or "error: …"
local folder = arg[1]

local host = { call = function() error("no call was expected") end, emit = function() end }
function host.fail(text) error(text, 0) end

local function read(name)
  local environment = setmetatable({}, { __index = _G })
  -- A text whose forms are their own names, in every language.
  function environment.require(module)
    if module:find("^locales%.") then return "{}" end
    read(module:match("^stoa%.(.*)$"))
  end
  local file <close> = assert(io.open(folder .. "/" .. name .. ".lua"))
  assert(load(file:read("a"), "@" .. name .. ".lua", "t", environment))(host)
end

function host.json_decode()
  return { x = { zero = "zero", one = "one", two = "two", few = "few", many = "many", other = "other" } }
end

for _, name in ipairs { "core", "ui", "time", "text", "money", "locale" } do read(name) end
-- 2026-11-30T23:30:00Z
host.core.turn = { now = 1796081400000 }

local function shown(value)
  if type(value) ~= "table" then return tostring(value) end
  return ("%d-%d-%d %d:%d:%d %d"):format(value.year, value.month, value.day, value.hour, value.minute, value.second, value.weekday)
end

local environment = { time = host.time, text = host.text, ui = host.ui }
function environment.form(language, n) return host.locale.text("form", language, "x", { n = n }) end
for line in io.lines() do
  local ok, value = pcall(assert(load("return " .. line, "=line", "t", environment)))
  print((ok and "" or "error: ") .. shown(value))
end
