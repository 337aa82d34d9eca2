// The utf8 library (Lua 5.4 manual, section 6.5), with its own decoder: that of Lua 5.4.4 reads beyond the text after a byte
// 0xFE or 0xFF.
#include <limits.h>
#include <string.h>

#include "internal.h"

enum { MAX_POINT = 0x7FFFFFFF, MAX_CODEPOINTS = 250000 };

static bool is_continuation(const char *s, const char *end) { return s < end && ((unsigned char)*s & 0xC0) == 0x80; }

// The end of the character at `s`, or NULL. Lax as Lua's: up to six bytes, up to 2^31.
static const char *decode(const char *s, const char *end, uint32_t *point, bool lax) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000, 0x200000, 0x4000000};
  unsigned char c = (unsigned char)*s;
  if (c < 0x80) {
    *point = c;
    return s + 1;
  }
  int n = c >= 0xFE ? 0 : c >= 0xFC ? 6 : c >= 0xF8 ? 5 : c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 0;
  if (n == 0 || end - s < n) return NULL;
  uint32_t value = c & (0x7Fu >> n);
  for (int i = 1; i < n; i++) {
    if (!is_continuation(s + i, end)) return NULL;
    value = value << 6 | ((unsigned char)s[i] & 0x3F);
  }
  if (value < least[n]) return NULL;
  if (!lax && (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))) return NULL;
  *point = value;
  return s + n;
}

// A position as Lua counts: negative from the end, beyond it 0.
static lua_Integer position(lua_Integer i, size_t len) {
  if (i >= 0) return i;
  if ((lua_Unsigned)-i > len) return 0;
  return (lua_Integer)len + i + 1;
}

static int utf8_len_(lua_State *L) {
  size_t len;
  const char *s = luaL_checklstring(L, 1, &len);
  lua_Integer from = position(luaL_optinteger(L, 2, 1), len);
  lua_Integer to = position(luaL_optinteger(L, 3, -1), len);
  bool lax = lua_toboolean(L, 4);
  luaL_argcheck(L, 1 <= from && --from <= (lua_Integer)len, 2, "initial position out of bounds");
  luaL_argcheck(L, --to < (lua_Integer)len, 3, "final position out of bounds");
  if (to >= from) sc_charge(L, (size_t)(to - from) / 2 + 1);
  lua_Integer count = 0;
  while (from <= to) {
    uint32_t point;
    const char *next = decode(s + from, s + len, &point, lax);
    if (next == NULL) {
      luaL_pushfail(L);
      lua_pushinteger(L, from + 1);
      return 2;
    }
    from = next - s;
    count++;
  }
  lua_pushinteger(L, count);
  return 1;
}

static int utf8_codepoint(lua_State *L) {
  size_t len;
  const char *s = luaL_checklstring(L, 1, &len);
  lua_Integer from = position(luaL_optinteger(L, 2, 1), len);
  lua_Integer to = position(luaL_optinteger(L, 3, from), len);
  bool lax = lua_toboolean(L, 4);
  luaL_argcheck(L, from >= 1, 2, "out of bounds");
  luaL_argcheck(L, to <= (lua_Integer)len, 3, "out of bounds");
  if (from > to) return 0;
  if (to - from >= MAX_CODEPOINTS) return luaL_error(L, "string slice too long (over %d)", MAX_CODEPOINTS);
  int count = (int)(to - from) + 1;
  sc_charge(L, (size_t)count);
  luaL_checkstack(L, count, "string slice too long");
  count = 0;
  for (const char *at = s + from - 1; at < s + to;) {
    uint32_t point;
    at = decode(at, s + len, &point, lax);
    if (at == NULL) return luaL_error(L, "invalid UTF-8 code");
    lua_pushinteger(L, point);
    count++;
  }
  return count;
}

static size_t encode(uint32_t point, char *out) {
  if (point < 0x80) {
    out[0] = (char)point;
    return 1;
  }
  static const uint32_t below[] = {0, 0, 0x800, 0x10000, 0x200000, 0x4000000, 0x80000000u};
  size_t n = 2;
  while (point >= below[n]) n++;
  for (size_t i = n - 1; i > 0; i--) {
    out[i] = (char)(0x80 | (point & 0x3F));
    point >>= 6;
  }
  out[0] = (char)((0xFFu << (8 - n)) | point);
  return n;
}

static int utf8_char_(lua_State *L) {
  int count = lua_gettop(L);
  sc_charge(L, (size_t)count + 1);
  luaL_Buffer b;
  luaL_buffinitsize(L, &b, (size_t)count * 6);
  for (int i = 1; i <= count; i++) {
    lua_Unsigned point = (lua_Unsigned)luaL_checkinteger(L, i);
    luaL_argcheck(L, point <= MAX_POINT, i, "value out of range");
    char bytes[6];
    luaL_addlstring(&b, bytes, encode((uint32_t)point, bytes));
  }
  luaL_pushresult(&b);
  return 1;
}

static int utf8_offset(lua_State *L) {
  size_t len;
  const char *s = luaL_checklstring(L, 1, &len), *end = s + len;
  lua_Integer n = luaL_checkinteger(L, 2);
  lua_Integer at = position(luaL_optinteger(L, 3, n >= 0 ? 1 : (lua_Integer)len + 1), len);
  luaL_argcheck(L, 1 <= at && --at <= (lua_Integer)len, 3, "position out of bounds");
  sc_charge(L, len / 4 + 1);
  if (n == 0) {
    while (at > 0 && is_continuation(s + at, end)) at--;
  } else {
    if (is_continuation(s + at, end)) return luaL_error(L, "initial position is a continuation byte");
    if (n < 0) {
      while (n < 0 && at > 0) {
        do at--;
        while (at > 0 && is_continuation(s + at, end));
        n++;
      }
    } else {
      n--;
      while (n > 0 && at < (lua_Integer)len) {
        do at++;
        while (is_continuation(s + at, end));
        n--;
      }
    }
  }
  if (n == 0) lua_pushinteger(L, at + 1);
  else luaL_pushfail(L);
  return 1;
}

static int next_code(lua_State *L, bool lax) {
  size_t len;
  const char *s = luaL_checklstring(L, 1, &len), *end = s + len;
  lua_Unsigned at = (lua_Unsigned)lua_tointeger(L, 2);  // 1-based position of the character before, 0 at the beginning
  lua_Unsigned from = at;
  if (at < len)
    while (is_continuation(s + at, end)) at++;
  sc_charge(L, (size_t)(at - from) / 4 + 1);
  if (at >= len) return 0;
  uint32_t point;
  const char *next = decode(s + at, end, &point, lax);
  if (next == NULL || is_continuation(next, end)) return luaL_error(L, "invalid UTF-8 code");
  lua_pushinteger(L, (lua_Integer)at + 1);
  lua_pushinteger(L, point);
  return 2;
}

static int next_strict(lua_State *L) { return next_code(L, false); }
static int next_lax(lua_State *L) { return next_code(L, true); }

static int utf8_codes(lua_State *L) {
  size_t len;
  const char *s = luaL_checklstring(L, 1, &len);
  luaL_argcheck(L, !is_continuation(s, s + len), 1, "invalid UTF-8 code");
  lua_pushcfunction(L, lua_toboolean(L, 2) ? next_lax : next_strict);
  lua_pushvalue(L, 1);
  lua_pushinteger(L, 0);
  return 3;
}

void sc_open_utf8(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"char", utf8_char_}, {"codepoint", utf8_codepoint}, {"codes", utf8_codes},
      {"len", utf8_len_},   {"offset", utf8_offset},       {NULL, NULL},
  };
  luaL_newlib(L, functions);
  lua_pushlstring(L, "[\0-\x7F\xC2-\xFD][\x80-\xBF]*", 14);
  lua_setfield(L, -2, "charpattern");
}
