// JSON (RFC 8259) for apps: the same values as cross the bridge.
//
// Encoding sorts the keys of objects, so that the same value always gives the same text. Decoding gives nothing for a null in an
// object and `false` for one in an array, where a hole would break the list.
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "utf8.h"

// ── encoding ────────────────────────────────────────────────────────────────────────────────────────────────────────────

typedef struct writer {
  lua_State *L;
  sc_buffer *out;
  size_t nodes;
} writer;

static void put(writer *w, const char *text, size_t len) { sc_buffer_append(w->L, w->out, text, len, "json.encode"); }

static void put_string(writer *w, const char *s, size_t len) {
  if (!sc_is_utf8(s, len)) sc_raise(w->L, "json.encode: a text is not valid UTF-8");
  sc_charge(w->L, len / 4 + 1);
  put(w, "\"", 1);
  size_t begin = 0;
  for (size_t i = 0; i < len; i++) {
    unsigned char c = (unsigned char)s[i];
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    put(w, s + begin, i - begin);
    begin = i + 1;
    char escape[8];
    const char *short_form = c == '"' ? "\\\"" : c == '\\' ? "\\\\" : c == '\n' ? "\\n" : c == '\r' ? "\\r" : c == '\t' ? "\\t" : NULL;
    if (short_form != NULL) put(w, short_form, 2);
    else put(w, escape, (size_t)snprintf(escape, sizeof escape, "\\u%04x", c));
  }
  put(w, s + begin, len - begin);
  put(w, "\"", 1);
}

static void put_number(writer *w, int index) {
  char text[40];
  if (lua_isinteger(w->L, index)) {
    put(w, text, (size_t)snprintf(text, sizeof text, "%lld", (long long)lua_tointeger(w->L, index)));
    return;
  }
  double number = lua_tonumber(w->L, index);
  if (!isfinite(number)) sc_raise(w->L, "json.encode: JSON has no NaN and no infinite numbers");
  int n = 0;
  for (int digits = 15; digits <= 17; digits++) {  // the shortest that reads back as the same number
    n = snprintf(text, sizeof text, "%.*g", digits, number);
    if (strtod(text, NULL) == number) break;
  }
  put(w, text, (size_t)n);
}

static void put_value(writer *w, int index, int depth);

static void put_array(writer *w, int index, lua_Integer length, int depth) {
  put(w, "[", 1);
  for (lua_Integer i = 1; i <= length; i++) {
    if (i > 1) put(w, ",", 1);
    lua_rawgeti(w->L, index, i);
    put_value(w, lua_gettop(w->L), depth + 1);
    lua_pop(w->L, 1);
  }
  put(w, "]", 1);
}

typedef struct json_key {
  const char *text;
  size_t len;
} json_key;

static int compare_keys(const void *a, const void *b) {
  const json_key *x = a, *y = b;
  int order = memcmp(x->text, y->text, x->len < y->len ? x->len : y->len);
  return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

static void put_object(writer *w, int index, lua_Integer count, int depth) {
  lua_State *L = w->L;
  // The keys stay anchored in the table, which nothing changes meanwhile; their addresses are sorted in a block of Lua's.
  json_key *keys = lua_newuserdatauv(L, (size_t)(count > 0 ? count : 1) * sizeof *keys, 0);
  lua_Integer n = 0;
  lua_pushnil(L);
  while (lua_next(L, index) != 0) {
    lua_pop(L, 1);
    size_t len;
    const char *key = lua_tolstring(L, -1, &len);
    if (n < count) keys[n++] = (json_key){key, len};
  }
  sc_charge(L, (size_t)n * 8);
  qsort(keys, (size_t)n, sizeof *keys, compare_keys);
  put(w, "{", 1);
  for (lua_Integer i = 0; i < n; i++) {
    if (i > 0) put(w, ",", 1);
    put_string(w, keys[i].text, keys[i].len);
    put(w, ":", 1);
    lua_pushlstring(L, keys[i].text, keys[i].len);
    lua_rawget(L, index);
    put_value(w, lua_gettop(L), depth + 1);
    lua_pop(L, 1);
  }
  put(w, "}", 1);
  lua_pop(L, 1);
}

static void put_table(writer *w, int index, int depth) {
  lua_State *L = w->L;
  if (depth >= SC_MAX_DEPTH) sc_raise(L, "json.encode: tables nested deeper than 32, or in a circle");
  luaL_checkstack(L, 8, NULL);
  lua_Integer total = 0, integers = 0, highest = 0;
  lua_pushnil(L);
  while (lua_next(L, index) != 0) {
    lua_pop(L, 1);
    sc_charge(L, 2);
    if (++total > SC_MAX_NODES) sc_raise(L, "json.encode: more than 10000 values");
    if (lua_type(L, -1) == LUA_TSTRING) continue;
    lua_Integer key = lua_isinteger(L, -1) ? lua_tointeger(L, -1) : 0;
    if (key < 1) sc_raise(L, "json.encode: keys must be texts, or exactly 1 to n");
    integers++;
    if (key > highest) highest = key;
  }
  if (integers == 0) put_object(w, index, total, depth);
  else if (integers != total) sc_raise(L, "json.encode: the table mixes texts and numbers as keys");
  else if (highest != total) sc_raise(L, "json.encode: the list has holes");
  else put_array(w, index, total, depth);
}

static void put_value(writer *w, int index, int depth) {
  lua_State *L = w->L;
  if (++w->nodes > SC_MAX_NODES) sc_raise(L, "json.encode: more than 10000 values");
  sc_charge(L, 1);
  switch (lua_type(L, index)) {
    case LUA_TNIL: put(w, "null", 4); return;
    case LUA_TBOOLEAN: put(w, lua_toboolean(L, index) ? "true" : "false", lua_toboolean(L, index) ? 4 : 5); return;
    case LUA_TNUMBER: put_number(w, index); return;
    case LUA_TSTRING: {
      size_t len;
      const char *s = lua_tolstring(L, index, &len);
      put_string(w, s, len);
      return;
    }
    case LUA_TTABLE: put_table(w, index, depth); return;
    default: sc_raise(L, "json.encode: a %s has no form in JSON", luaL_typename(L, index));
  }
}

int sc_json_encode(lua_State *L) {
  luaL_checkany(L, 1);
  lua_settop(L, 1);
  writer w = {L, sc_scratch(L, SC_MAX_SOURCE), 0};
  put_value(&w, 1, 0);
  lua_pushlstring(L, (const char *)w.out->bytes, w.out->len);
  return 1;
}

// ── decoding ────────────────────────────────────────────────────────────────────────────────────────────────────────────

typedef struct reader {
  lua_State *L;
  const char *begin, *at, *end;
  size_t nodes;
} reader;

_Noreturn static void wrong(reader *r, const char *problem) {
  sc_raise(r->L, "json.decode: %s at byte %d", problem, (int)(r->at - r->begin) + 1);
}

static void skip_blank(reader *r) {
  const char *from = r->at;
  while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\t' || *r->at == '\r')) r->at++;
  sc_charge(r->L, (size_t)(r->at - from) / 4 + 1);
}

static uint32_t read_hex(reader *r) {
  if (r->end - r->at < 4) wrong(r, "an escape is cut off");
  uint32_t value = 0;
  for (int i = 0; i < 4; i++) {
    char c = *r->at++;
    int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    if (digit < 0) wrong(r, "an escape is not hexadecimal");
    value = value << 4 | (uint32_t)digit;
  }
  return value;
}

static void add_point(luaL_Buffer *b, uint32_t p) {
  if (p < 0x80) {
    luaL_addchar(b, (char)p);
    return;
  }
  if (p < 0x800) {
    luaL_addchar(b, (char)(0xC0 | p >> 6));
  } else {
    if (p < 0x10000) {
      luaL_addchar(b, (char)(0xE0 | p >> 12));
    } else {
      luaL_addchar(b, (char)(0xF0 | p >> 18));
      luaL_addchar(b, (char)(0x80 | (p >> 12 & 0x3F)));
    }
    luaL_addchar(b, (char)(0x80 | (p >> 6 & 0x3F)));
  }
  luaL_addchar(b, (char)(0x80 | (p & 0x3F)));
}

static void read_escape(reader *r, luaL_Buffer *b) {
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  if (r->at == r->end) wrong(r, "a text does not end");
  char c = *r->at++;
  if (c != 'u') {
    const char *known = c == 0 ? NULL : strchr(from, c);
    if (known == NULL) wrong(r, "an unknown escape");
    luaL_addchar(b, to[known - from]);
    return;
  }
  uint32_t point = read_hex(r);
  if (point >= 0xD800 && point < 0xDC00) {
    if (r->end - r->at < 2 || r->at[0] != '\\' || r->at[1] != 'u') wrong(r, "half of a surrogate pair");
    r->at += 2;
    uint32_t low = read_hex(r);
    if (low < 0xDC00 || low >= 0xE000) wrong(r, "half of a surrogate pair");
    point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
  } else if (point >= 0xDC00 && point < 0xE000) {
    wrong(r, "half of a surrogate pair");
  }
  add_point(b, point);
}

// Behind the opening quote. The whole input was checked for UTF-8.
static void read_string(reader *r) {
  const char *from = r->at;
  while (r->at < r->end && *r->at != '"' && *r->at != '\\' && (unsigned char)*r->at >= 0x20) r->at++;
  sc_charge(r->L, (size_t)(r->at - from) / 8 + 1);
  if (r->at < r->end && *r->at == '"') {
    lua_pushlstring(r->L, from, (size_t)(r->at - from));
    r->at++;
    return;
  }
  luaL_Buffer b;
  luaL_buffinit(r->L, &b);
  luaL_addlstring(&b, from, (size_t)(r->at - from));
  for (;;) {
    if (r->at == r->end) wrong(r, "a text does not end");
    unsigned char c = (unsigned char)*r->at;
    if (c == '"') break;
    if (c < 0x20) wrong(r, "a control character in a text");
    r->at++;
    if (c == '\\') read_escape(r, &b);
    else luaL_addchar(&b, (char)c);
  }
  r->at++;
  luaL_pushresult(&b);
  sc_charge(r->L, (size_t)(r->at - from));
}

static bool is_digit(reader *r) { return r->at < r->end && *r->at >= '0' && *r->at <= '9'; }

static void read_digits(reader *r) {
  if (!is_digit(r)) wrong(r, "a digit is missing");
  while (is_digit(r)) r->at++;
}

static void read_number(reader *r) {
  const char *from = r->at;
  bool is_integer = true;
  if (*r->at == '-') r->at++;
  if (r->at < r->end && *r->at == '0') r->at++;
  else read_digits(r);
  if (r->at < r->end && *r->at == '.') {
    is_integer = false;
    r->at++;
    read_digits(r);
  }
  if (r->at < r->end && (*r->at == 'e' || *r->at == 'E')) {
    is_integer = false;
    r->at++;
    if (r->at < r->end && (*r->at == '+' || *r->at == '-')) r->at++;
    read_digits(r);
  }
  size_t len = (size_t)(r->at - from);
  sc_charge(r->L, len);
  // A copy that ends behind the number: strtod would read "0x10" on. Anchored on the stack until the number replaces it.
  const char *text = lua_pushlstring(r->L, from, len);
  if (is_integer && len <= 20) {
    errno = 0;
    long long value = strtoll(text, NULL, 10);
    if (errno == 0) {
      lua_pop(r->L, 1);
      lua_pushinteger(r->L, value);
      return;
    }
  }
  double value = strtod(text, NULL);
  if (!isfinite(value)) wrong(r, "a number is too large");
  lua_pop(r->L, 1);
  lua_pushnumber(r->L, value);
}

static void read_word(reader *r, const char *word) {
  size_t len = strlen(word);
  if ((size_t)(r->end - r->at) < len || memcmp(r->at, word, len) != 0) wrong(r, "an unknown word");
  r->at += len;
}

static void read_value(reader *r, int depth);

static void read_array(reader *r, int depth) {
  lua_newtable(r->L);
  skip_blank(r);
  if (r->at < r->end && *r->at == ']') {
    r->at++;
    return;
  }
  for (lua_Integer i = 1;; i++) {
    read_value(r, depth + 1);
    if (lua_isnil(r->L, -1)) {
      lua_pop(r->L, 1);
      lua_pushboolean(r->L, 0);
    }
    lua_rawseti(r->L, -2, i);
    skip_blank(r);
    if (r->at == r->end) wrong(r, "a list does not end");
    char c = *r->at++;
    if (c == ']') return;
    if (c != ',') wrong(r, "a comma or ] is missing");
  }
}

static void read_object(reader *r, int depth) {
  lua_newtable(r->L);
  skip_blank(r);
  if (r->at < r->end && *r->at == '}') {
    r->at++;
    return;
  }
  for (;;) {
    skip_blank(r);
    if (r->at == r->end || *r->at != '"') wrong(r, "a key is missing");
    r->at++;
    read_string(r);
    skip_blank(r);
    if (r->at == r->end || *r->at++ != ':') wrong(r, "a colon is missing");
    read_value(r, depth + 1);
    lua_rawset(r->L, -3);
    skip_blank(r);
    if (r->at == r->end) wrong(r, "an object does not end");
    char c = *r->at++;
    if (c == '}') return;
    if (c != ',') wrong(r, "a comma or } is missing");
  }
}

static void read_value(reader *r, int depth) {
  lua_State *L = r->L;
  if (++r->nodes > SC_MAX_NODES) wrong(r, "more than 10000 values");
  luaL_checkstack(L, 6, NULL);
  skip_blank(r);
  if (r->at == r->end) wrong(r, "a value is missing");
  if (depth >= SC_MAX_DEPTH && (*r->at == '[' || *r->at == '{')) wrong(r, "nested deeper than 32");
  switch (*r->at) {
    case '"': r->at++; read_string(r); return;
    case '[': r->at++; read_array(r, depth); return;
    case '{': r->at++; read_object(r, depth); return;
    case 't': read_word(r, "true"); lua_pushboolean(L, 1); return;
    case 'f': read_word(r, "false"); lua_pushboolean(L, 0); return;
    case 'n': read_word(r, "null"); lua_pushnil(L); return;
    default:
      if (*r->at != '-' && (*r->at < '0' || *r->at > '9')) wrong(r, "a value is missing");
      read_number(r);
  }
}

int sc_json_decode(lua_State *L) {
  size_t len;
  if (lua_type(L, 1) != LUA_TSTRING) sc_raise(L, "json.decode: the text must be a string, not a %s", luaL_typename(L, 1));
  const char *text = lua_tolstring(L, 1, &len);
  if (len > SC_MAX_SOURCE) sc_raise(L, "json.decode: the text is over 1 MiB");
  sc_charge(L, len / 16 + 1);
  if (!sc_is_utf8(text, len)) sc_raise(L, "json.decode: the text is not valid UTF-8");
  lua_settop(L, 1);
  reader r = {L, text, text, text + len, 0};
  read_value(&r, 0);
  skip_blank(&r);
  if (r.at != r.end) wrong(&r, "something follows the value");
  return 1;
}
