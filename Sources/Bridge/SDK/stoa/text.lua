-- Texts compared without regard to capital letters, in the alphabets that have them.
local host = ...
local core = host.core

local type = type
local lower, find, gsub = string.lower, string.find, string.gsub
local codepoint, utf8_char, utf8_len = utf8.codepoint, utf8.char, utf8.len
local fail = core.fail

-- Case folding of Unicode (CaseFolding.txt): { first, last, distance }, or { first, last, pairs = 0 or 1 } where capital and
-- small letters take turns and the capitals are the even or the odd ones.
local ranges <const> = {
  -- Latin
  { 0xC0, 0xD6, 32 }, { 0xD8, 0xDE, 32 }, { 0x100, 0x12F, pairs = 0 }, { 0x132, 0x137, pairs = 0 }, { 0x139, 0x148, pairs = 1 },
  { 0x14A, 0x177, pairs = 0 }, { 0x178, 0x178, -121 }, { 0x179, 0x17E, pairs = 1 }, { 0x18F, 0x18F, 202 }, { 0x1A0, 0x1A5, pairs = 0 },
  { 0x1AF, 0x1B0, pairs = 1 }, { 0x1CD, 0x1DC, pairs = 1 }, { 0x1DE, 0x1EF, pairs = 0 }, { 0x1F4, 0x1F5, pairs = 0 },
  { 0x1F8, 0x21F, pairs = 0 }, { 0x222, 0x233, pairs = 0 }, { 0x1E00, 0x1E95, pairs = 0 }, { 0x1EA0, 0x1EFF, pairs = 0 },
  { 0xFF21, 0xFF3A, 32 },
  -- Greek
  { 0x386, 0x386, 38 }, { 0x388, 0x38A, 37 }, { 0x38C, 0x38C, 64 }, { 0x38E, 0x38F, 63 }, { 0x391, 0x3A1, 32 }, { 0x3A3, 0x3AB, 32 },
  { 0x3C2, 0x3C2, 1 },
  -- Cyrillic
  { 0x400, 0x40F, 80 }, { 0x410, 0x42F, 32 }, { 0x460, 0x481, pairs = 0 }, { 0x48A, 0x4BF, pairs = 0 }, { 0x4C0, 0x4C0, 15 },
  { 0x4C1, 0x4CE, pairs = 1 }, { 0x4D0, 0x52F, pairs = 0 },
  -- Armenian, Georgian
  { 0x531, 0x556, 48 }, { 0x1C90, 0x1CBA, -3008 }, { 0x1CBD, 0x1CBF, -3008 },
}
-- Those that become more than one letter, or one far away.
local known = { ["µ"] = "μ", ["ß"] = "ss", ["ẞ"] = "ss", ["ſ"] = "s", ["İ"] = "i\u{307}", ["ŉ"] = "ʼn" }

local function folded(letter)
  local small = known[letter]
  if small then return small end
  local code = codepoint(letter)
  for i = 1, #ranges do
    local range = ranges[i]
    if code >= range[1] and code <= range[2] then
      if not range.pairs then
        small = utf8_char(code + range[3])
      elseif code % 2 == range.pairs then
        small = utf8_char(code + 1)
      end
      break
    end
  end
  small = small or letter
  known[letter] = small
  return small
end

local text = {}

function text.fold(value)
  if type(value) ~= "string" then fail("stoa.text.fold", "it takes a text, not a " .. type(value) .. ".") end
  if not utf8_len(value) then fail("stoa.text.fold", "the text is not valid UTF-8.") end
  value = lower(value)
  if not find(value, "[\xC2-\xF4]") then return value end
  return (gsub(value, "[\xC2-\xF4][\x80-\xBF]+", folded))
end

host.text = text
