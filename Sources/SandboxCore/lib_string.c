// The string library: the stock one's behaviour (Lua 5.4 manual, section 6.4), with every byte paid for and results bounded.
#include <ctype.h>
#include <string.h>

#include "internal.h"
#include "pattern.h"
#include "string_output.h"

static size_t from_position(lua_Integer position, size_t len) {
  if (position > 0) return (size_t)position;
  if (position == 0) return 1;
  if (position < -(lua_Integer)len) return 1;
  return len + (size_t)position + 1;
}

static size_t to_position(lua_State *L, int index, lua_Integer standard, size_t len) {
  lua_Integer position = luaL_optinteger(L, index, standard);
  if (position > (lua_Integer)len) return len;
  if (position >= 0) return (size_t)position;
  if (position < -(lua_Integer)len) return 0;
  return len + (size_t)position + 1;
}

// ── bytes ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

static int string_len(lua_State *L) {
  size_t len;
  luaL_checklstring(L, 1, &len);
  lua_pushinteger(L, (lua_Integer)len);
  return 1;
}

static int string_sub(lua_State *L) {
  size_t len;
  const char *text = text_argument(L, 1, &len);
  size_t from = from_position(luaL_checkinteger(L, 2), len);
  size_t to = to_position(L, 3, -1, len);
  if (from > to) {
    lua_pushliteral(L, "");
    return 1;
  }
  sc_charge(L, price(to - from));
  lua_pushlstring(L, text + from - 1, to - from + 1);
  return 1;
}

static int string_reverse(lua_State *L) {
  size_t len;
  const char *text = text_argument(L, 1, &len);
  check_result(L, len);
  sc_charge(L, price(len));
  luaL_Buffer b;
  char *out = luaL_buffinitsize(L, &b, len);
  for (size_t i = 0; i < len; i++) out[i] = text[len - i - 1];
  luaL_pushresultsize(&b, len);
  return 1;
}

static int change_case(lua_State *L, int (*change)(int)) {
  size_t len;
  const char *text = text_argument(L, 1, &len);
  check_result(L, len);
  sc_charge(L, price(len) * 2);
  luaL_Buffer b;
  char *out = luaL_buffinitsize(L, &b, len);
  for (size_t i = 0; i < len; i++) out[i] = (char)change((unsigned char)text[i]);
  luaL_pushresultsize(&b, len);
  return 1;
}

static int string_lower(lua_State *L) { return change_case(L, tolower); }
static int string_upper(lua_State *L) { return change_case(L, toupper); }

static int string_rep(lua_State *L) {
  size_t len, gap_len;
  const char *text = text_argument(L, 1, &len);
  lua_Integer count = luaL_checkinteger(L, 2);
  const char *gap = luaL_optlstring(L, 3, "", &gap_len);
  if (count <= 0 || len + gap_len == 0) {
    lua_pushliteral(L, "");
    return 1;
  }
  if ((lua_Unsigned)count > SC_MAX_RESULT / (len + gap_len) + 1) check_result(L, SC_MAX_RESULT + 1);
  size_t total = (size_t)count * len + (size_t)(count - 1) * gap_len;
  check_result(L, total);
  sc_charge(L, price(total));
  luaL_Buffer b;
  char *out = luaL_buffinitsize(L, &b, total);
  memcpy(out, text, len);
  size_t filled = len;
  if (count > 1) {  // one unit of text and gap, then that doubled
    memcpy(out + filled, gap, gap_len);
    filled += gap_len;
    while (filled < total) {
      size_t piece = filled < total - filled ? filled : total - filled;
      memcpy(out + filled, out, piece);
      filled += piece;
    }
  }
  luaL_pushresultsize(&b, total);
  return 1;
}

static int string_byte(lua_State *L) {
  size_t len;
  const char *text = text_argument(L, 1, &len);
  lua_Integer first = luaL_optinteger(L, 2, 1);
  size_t from = from_position(first, len);
  size_t to = to_position(L, 3, first, len);  // the position as given: byte(s, 0) is nothing
  if (from > to) return 0;
  if (to - from >= 250000) return luaL_error(L, "string slice too long (over 250000)");
  int count = (int)(to - from) + 1;
  sc_charge(L, (size_t)count);
  luaL_checkstack(L, count, "string slice too long");
  for (int i = 0; i < count; i++) lua_pushinteger(L, (unsigned char)text[from + (size_t)i - 1]);
  return count;
}

static int string_char(lua_State *L) {
  int count = lua_gettop(L);
  sc_charge(L, (size_t)count);
  luaL_Buffer b;
  char *out = luaL_buffinitsize(L, &b, (size_t)count);
  for (int i = 1; i <= count; i++) {
    lua_Unsigned c = (lua_Unsigned)luaL_checkinteger(L, i);
    luaL_argcheck(L, c <= UCHAR_MAX, i, "value out of range");
    out[i - 1] = (char)c;
  }
  luaL_pushresultsize(&b, (size_t)count);
  return 1;
}

// ── find, match, gmatch, gsub ───────────────────────────────────────────────────────────────────────────────────────────

static bool is_plain(const char *pattern, size_t len) {
  for (size_t i = 0; i < len; i++)
    if (pattern[i] != 0 && strchr("^$*+?.([%-", pattern[i]) != NULL) return false;
  return true;
}

static int find_or_match(lua_State *L, bool find) {
  size_t len, pattern_len;
  const char *text = text_argument(L, 1, &len);
  const char *pattern = luaL_checklstring(L, 2, &pattern_len);
  size_t from = from_position(luaL_optinteger(L, 3, 1), len) - 1;
  if (from > len) {
    luaL_pushfail(L);
    return 1;
  }
  sc_charge(L, price(pattern_len));
  if (find && (lua_toboolean(L, 4) || is_plain(pattern, pattern_len))) {
    // memmem works in linear time, whatever the two look like.
    sc_charge(L, price(len - from) * 2);
    const char *found = pattern_len == 0 ? text + from : memmem(text + from, len - from, pattern, pattern_len);
    if (found == NULL) {
      luaL_pushfail(L);
      return 1;
    }
    lua_pushinteger(L, found - text + 1);
    lua_pushinteger(L, (found - text) + (lua_Integer)pattern_len);
    return 2;
  }
  bool anchored = pattern_len > 0 && *pattern == '^';
  if (anchored) pattern++, pattern_len--;
  pattern_match m;
  pattern_begin(&m, L, text, len, pattern, pattern_len);
  for (const char *s = text + from; s <= m.subject_end; s++) {
    const char *end = pattern_at(&m, s, pattern);
    if (end != NULL) {
      pattern_settle(&m);
      if (!find) return pattern_push(&m, s, end);
      lua_pushinteger(L, s - text + 1);
      lua_pushinteger(L, end - text);
      return pattern_push(&m, NULL, NULL) + 2;
    }
    if (anchored) break;
  }
  pattern_settle(&m);
  luaL_pushfail(L);
  return 1;
}

static int string_find(lua_State *L) { return find_or_match(L, true); }
static int string_match(lua_State *L) { return find_or_match(L, false); }

// Upvalues: text, pattern, where to go on (0-based), where the last match ended (-1 before the first).
static int gmatch_next(lua_State *L) {
  size_t len, pattern_len;
  const char *text = lua_tolstring(L, lua_upvalueindex(1), &len);
  const char *pattern = lua_tolstring(L, lua_upvalueindex(2), &pattern_len);
  lua_Integer at = lua_tointeger(L, lua_upvalueindex(3));
  lua_Integer last = lua_tointeger(L, lua_upvalueindex(4));
  sc_charge(L, 1);
  pattern_match m;
  pattern_begin(&m, L, text, len, pattern, pattern_len);
  for (const char *s = text + at; s <= m.subject_end; s++) {
    const char *end = pattern_at(&m, s, pattern);
    if (end == NULL || end - text == last) continue;
    pattern_settle(&m);
    lua_pushinteger(L, end - text);
    lua_copy(L, -1, lua_upvalueindex(3));
    lua_copy(L, -1, lua_upvalueindex(4));
    lua_pop(L, 1);
    return pattern_push(&m, s, end);
  }
  pattern_settle(&m);
  lua_pushinteger(L, (lua_Integer)len + 1);
  lua_replace(L, lua_upvalueindex(3));
  return 0;
}

static int string_gmatch(lua_State *L) {
  size_t len;
  text_argument(L, 1, &len);
  luaL_checkstring(L, 2);
  size_t from = from_position(luaL_optinteger(L, 3, 1), len) - 1;
  lua_settop(L, 2);
  lua_pushinteger(L, (lua_Integer)(from > len ? len + 1 : from));
  lua_pushinteger(L, -1);
  lua_pushcclosure(L, gmatch_next, 4);
  return 1;
}

// The replacement text with its %0 to %9 and %%. Nothing is pushed while the buffer is in use but what it takes at once.
static void put_template(pattern_match *m, output *o, const char *template, size_t len, const char *s, const char *end) {
  lua_State *L = m->L;
  sc_charge(L, price(len));
  for (const char *t = template; t < template + len; t++) {
    const char *escape = memchr(t, '%', (size_t)(template + len - t));
    if (escape == NULL) escape = template + len;
    put(L, o, t, (size_t)(escape - t));
    if (escape == template + len) return;
    t = escape + 1;
    char c = t < template + len ? *t : 0;
    if (c == '%') {
      put(L, o, "%", 1);
    } else if (c == '0') {
      put(L, o, s, (size_t)(end - s));
    } else if (isdigit((unsigned char)c)) {
      pattern_push_one(m, c - '1', s, end);
      size_t piece_len;
      const char *piece = luaL_tolstring(L, -1, &piece_len);
      check_result(L, o->len + piece_len);
      o->len += piece_len;
      lua_remove(L, -2);
      sc_charge(L, price(piece_len));
      (void)piece;
      luaL_addvalue(&o->b);
    } else {
      luaL_error(L, "invalid use of '%%' in replacement string");
    }
  }
}

// Puts what stands in for a match. Returns false when the match stays.
static bool put_replacement(pattern_match *m, output *o, int type, const char *s, const char *end) {
  lua_State *L = m->L;
  if (type == LUA_TSTRING || type == LUA_TNUMBER) {
    size_t len;
    const char *template = lua_tolstring(L, 3, &len);
    put_template(m, o, template, len, s, end);
    return true;
  }
  if (type == LUA_TTABLE) {
    pattern_push_one(m, 0, s, end);
    lua_gettable(L, 3);
  } else {
    lua_pushvalue(L, 3);
    int count = pattern_push(m, s, end);
    lua_call(L, count, 1);
  }
  if (!lua_toboolean(L, -1)) {
    lua_pop(L, 1);
    put(L, o, s, (size_t)(end - s));
    return false;
  }
  if (!lua_isstring(L, -1)) luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
  size_t len;
  lua_tolstring(L, -1, &len);
  check_result(L, o->len + len);
  o->len += len;
  luaL_addvalue(&o->b);
  sc_charge(L, price(len));
  return true;
}

static int string_gsub(lua_State *L) {
  size_t len, pattern_len;
  const char *text = text_argument(L, 1, &len);
  const char *pattern = luaL_checklstring(L, 2, &pattern_len);
  int type = lua_type(L, 3);
  lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)len + 1);
  luaL_argexpected(L, type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION || type == LUA_TTABLE, 3,
                   "string/function/table");
  bool anchored = pattern_len > 0 && *pattern == '^';
  if (anchored) pattern++, pattern_len--;
  pattern_match m;
  pattern_begin(&m, L, text, len, pattern, pattern_len);
  output o = {.len = 0};
  luaL_buffinit(L, &o.b);
  const char *s = text, *last = NULL;
  lua_Integer count = 0;
  bool changed = false;
  while (count < most) {
    const char *end = pattern_at(&m, s, pattern);
    pattern_settle(&m);
    if (end != NULL && end != last) {
      count++;
      changed |= put_replacement(&m, &o, type, s, end);
      s = last = end;
    } else if (s < m.subject_end) {
      put(L, &o, s++, 1);
    } else {
      break;
    }
    if (anchored) break;
  }
  if (!changed) {
    lua_pushvalue(L, 1);
  } else {
    put(L, &o, s, (size_t)(m.subject_end - s));
    sc_charge(L, price(o.len));
    luaL_pushresult(&o.b);
  }
  lua_pushinteger(L, count);
  return 2;
}

// ── pack, unpack, packsize: the stock ones, paid for ────────────────────────────────────────────────────────────────────

// What a format makes is bounded before it is begun: a fixed-size text (c999999999) is padded byte by byte, and any other option
// takes up to 16 bytes and as many of alignment.
static void check_pack_format(lua_State *L) {
  size_t len;
  const char *f = luaL_checklstring(L, 1, &len);
  size_t total = 0;
  for (size_t i = 0; i < len; i++) {
    if (f[i] != 'c') {
      if (isalpha((unsigned char)f[i])) total += 32;
      continue;
    }
    size_t size = 0;
    while (i + 1 < len && isdigit((unsigned char)f[i + 1])) {
      size = size * 10 + (size_t)(f[++i] - '0');
      if (size > SC_MAX_RESULT) check_result(L, size);
    }
    total += size;
  }
  check_result(L, total);
  sc_charge(L, len * 2 + price(total));
}

static int call_stock(lua_State *L) {
  int count = lua_gettop(L);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, count, LUA_MULTRET);
  return lua_gettop(L);
}

static int string_pack(lua_State *L) {
  check_pack_format(L);
  size_t total = 0;
  for (int i = 2; i <= lua_gettop(L); i++) {
    if (lua_type(L, i) == LUA_TSTRING) total += lua_rawlen(L, i);
    check_result(L, total);
  }
  sc_charge(L, price(total));
  return call_stock(L);
}

static int string_unpack(lua_State *L) {
  check_pack_format(L);
  size_t len;
  luaL_checklstring(L, 2, &len);
  sc_charge(L, price(len));
  return call_stock(L);
}

static int string_packsize(lua_State *L) {
  check_pack_format(L);
  return call_stock(L);
}

void sc_open_string(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"byte", string_byte},       {"char", string_char},   {"find", string_find},   {"format", sc_string_format},
      {"gmatch", string_gmatch},   {"gsub", string_gsub},   {"len", string_len},     {"lower", string_lower},
      {"match", string_match},     {"rep", string_rep},     {"reverse", string_reverse}, {"sub", string_sub},
      {"upper", string_upper},     {NULL, NULL},
  };
  static const luaL_Reg wrapped[] = {{"pack", string_pack}, {"packsize", string_packsize}, {"unpack", string_unpack}, {NULL, NULL}};
  luaL_newlib(L, functions);
  lua_pushcfunction(L, luaopen_string);
  lua_call(L, 0, 1);
  for (const luaL_Reg *f = wrapped; f->name != NULL; f++) {
    lua_getfield(L, -1, f->name);
    lua_pushcclosure(L, f->func, 1);
    lua_setfield(L, -3, f->name);
  }
  lua_pop(L, 1);
}
