-- The app's texts in the person's language: locales/*.json, with plural forms.
local host = ...
local core = host.core

local type, rawget, require, pcall, tostring, math_type = type, rawget, require, pcall, tostring, math.type
local lower, match, gsub, sub = string.lower, string.match, string.gsub, string.sub
local fail = core.fail

-- Which form a count takes (CLDR 44, "Language Plural Rules", for whole numbers). Languages that are not here have one and other.
local function slavic(n)
  local d, h = n % 10, n % 100
  if d == 1 and h ~= 11 then return "one" end
  if d >= 2 and d <= 4 and (h < 12 or h > 14) then return "few" end
  return "many"
end
local function none() return "other" end
local function up_to_one(n) return n <= 1 and "one" or "other" end

local rules = {
  ru = slavic, uk = slavic, be = slavic,
  sr = function(n)
    local form = slavic(n)
    return form == "many" and "other" or form
  end,
  pl = function(n)
    if n == 1 then return "one" end
    local form = slavic(n)
    return form == "few" and "few" or "many"
  end,
  cs = function(n) return n == 1 and "one" or n >= 2 and n <= 4 and "few" or "other" end,
  lt = function(n)
    local d, h = n % 10, n % 100
    if h > 10 and h < 20 then return "other" end
    return d == 1 and "one" or d >= 2 and "few" or "other"
  end,
  lv = function(n)
    local d, h = n % 10, n % 100
    if d == 0 or h > 10 and h < 20 then return "zero" end
    return d == 1 and "one" or "other"
  end,
  ro = function(n)
    if n == 1 then return "one" end
    local h = n % 100
    return (n == 0 or h >= 1 and h <= 19) and "few" or "other"
  end,
  sl = function(n)
    local h = n % 100
    return h == 1 and "one" or h == 2 and "two" or (h == 3 or h == 4) and "few" or "other"
  end,
  ar = function(n)
    if n <= 2 then return n == 0 and "zero" or n == 1 and "one" or "two" end
    local h = n % 100
    return h >= 3 and h <= 10 and "few" or h >= 11 and "many" or "other"
  end,
  he = function(n) return n == 1 and "one" or n == 2 and "two" or "other" end,
  ga = function(n) return n == 1 and "one" or n == 2 and "two" or n >= 3 and n <= 6 and "few" or n >= 7 and n <= 10 and "many" or "other" end,
  fr = up_to_one, hy = up_to_one, hi = up_to_one, fa = up_to_one, bn = up_to_one,
  ja = none, zh = none, ko = none, vi = none, th = none, id = none, ms = none,
}
rules.hr, rules.bs, rules.sk = rules.sr, rules.sr, rules.cs

local texts = {}

-- The texts of a language; false when the app has none in it.
local function texts_of(language)
  local found = texts[language]
  if found == nil then
    local ok, json = pcall(require, "locales." .. language)
    found = ok and type(json) == "string" and host.json_decode(json) or false
    texts[language] = found
  end
  return found
end

local function text_of(language, key)
  local all = texts_of(language)
  if all then return rawget(all, key) end
end

local locale = {}

--- The language of the app's texts for who reads this one: it, the one that it is a kind of, or English.
function locale.spoken(language)
  language = match(language or "en", "^[%w-]+$") and language or "en"
  local base = lower(match(language, "^%w+"))
  return texts_of(language) and language or texts_of(base) and base or "en"
end

--- The text of that name in a language, else in the language that it is a kind of, else in English, else the name itself.
function locale.text(call, language, key, values)
  if type(key) ~= "string" then fail(call, "it takes the name of a text.") end
  if values ~= nil and type(values) ~= "table" then fail(call, "the values must be a table by their names.") end
  language = match(language or "en", "^[%w-]+$") and language or "en"
  local base = lower(match(language, "^%w+"))
  local spoken, found = language, text_of(language, key)
  if found == nil then spoken, found = base, text_of(base, key) end
  if found == nil then spoken, found = "en", text_of("en", key) end
  if found == nil then return key end
  if type(found) == "table" then
    local n = values and rawget(values, "n")
    if not math_type(n) then fail(call, "\"" .. sub(key, 1, 64) .. "\" depends on a number: give { n = … }.") end
    local rule = rules[lower(match(spoken, "^%w+"))]
    local count = n < 0 and -n or n
    local form
    if count ~= count // 1 then form = "other" elseif rule then form = rule(count) else form = count == 1 and "one" or "other" end
    found = rawget(found, form) or rawget(found, "other") or key
  end
  return (gsub(found, "{([%w_]+)}", function(name)
    local value = values and rawget(values, name)
    if value == nil then return nil end
    if math_type(value) == "float" and value % 1 == 0 and value > -2 ^ 53 and value < 2 ^ 53 then value = value // 1 | 0 end
    return tostring(value)
  end))
end

host.locale = locale
