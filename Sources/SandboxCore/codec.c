// Lua values as MessagePack and back.
//
// Tables are read with raw access only, so no metamethod of the app runs in here. Subset: nil, bool, int64, float64, str (valid
// UTF-8), bin (any other bytes), array, map with str keys. https://github.com/msgpack/msgpack/blob/master/spec.md
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"
#include "utf8.h"

// Where in a value the encoder is, for error messages: a key of text, or a position when `name` is NULL.
typedef struct place {
  const struct place *up;
  const char *name;
  size_t name_len;
  lua_Integer position;
} place;

typedef struct encoder {
  lua_State *L;
  sc_buffer *out;
  const char *what;
  size_t nodes;
} encoder;

// ── errors ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

static size_t describe(const place *p, char *text, size_t len, size_t cap) {
  if (p == NULL) return len;
  len = describe(p->up, text, len, cap);
  if (len + 64 >= cap) return len;
  if (p->name == NULL) return len + (size_t)snprintf(text + len, cap - len, "[%lld]", (long long)p->position);
  int shown = p->name_len > 40 ? 40 : (int)p->name_len;
  return len + (size_t)snprintf(text + len, cap - len, ".%.*s", shown, p->name);
}

_Noreturn static void refuse(encoder *e, const place *p, const char *problem) {
  char path[512] = "";
  describe(p, path, 0, sizeof path);
  sc_raise(e->L, "%s%s: %s", e->what, path, problem);
}

// ── encoding ────────────────────────────────────────────────────────────────────────────────────────────────────────────

static void put(encoder *e, const void *bytes, size_t len) { sc_buffer_append(e->L, e->out, bytes, len, e->what); }

static void put_byte(encoder *e, uint8_t byte) { put(e, &byte, 1); }

static void put_head(encoder *e, uint8_t tag, uint64_t value, int width) {
  uint8_t head[9] = {tag};
  for (int i = 0; i < width; i++) head[1 + i] = (uint8_t)(value >> (8 * (width - 1 - i)));
  put(e, head, 1 + (size_t)width);
}

static void put_integer(encoder *e, lua_Integer value) {
  if (value >= -32 && value <= 127) put_byte(e, (uint8_t)value);
  else put_head(e, 0xD3, (uint64_t)value, 8);
}

static void put_text(encoder *e, const char *text, size_t len, bool is_utf8) {
  if (is_utf8 && len < 32) put_byte(e, (uint8_t)(0xA0 | len));
  else if (len <= 0xFF) put_head(e, is_utf8 ? 0xD9 : 0xC4, len, 1);
  else if (len <= 0xFFFF) put_head(e, is_utf8 ? 0xDA : 0xC5, len, 2);
  else put_head(e, is_utf8 ? 0xDB : 0xC6, len, 4);
  put(e, text, len);
}

static void put_count(encoder *e, size_t count, uint8_t small, uint8_t large) {
  if (count < 16) put_byte(e, (uint8_t)(small | count));
  else if (count <= 0xFFFF) put_head(e, large, count, 2);
  else put_head(e, (uint8_t)(large + 1), count, 4);
}

static void encode_value(encoder *e, int index, const place *p, int depth);

static void encode_string(encoder *e, int index, const place *p) {
  size_t len;
  const char *text = lua_tolstring(e->L, index, &len);
  if (len > e->out->limit) refuse(e, p, "the text is too long to cross");
  sc_charge(e->L, len / 8 + 1);
  put_text(e, text, len, sc_is_utf8(text, len));
}

// What the keys of a table are, found by counting: -1 for a map, else the length of an array.
static lua_Integer classify(encoder *e, int index, const place *p) {
  lua_State *L = e->L;
  lua_Integer total = 0, integers = 0, highest = 0;
  lua_pushnil(L);
  while (lua_next(L, index) != 0) {
    lua_pop(L, 1);
    sc_charge(L, 2);
    if (++total > SC_MAX_NODES) refuse(e, p, "more than 10000 values cannot cross at once");
    if (lua_type(L, -1) == LUA_TSTRING) continue;
    if (!lua_isinteger(L, -1)) {
      char problem[96];
      snprintf(problem, sizeof problem, "a key is a %s; keys must be texts, or exactly 1 to n",
               lua_type(L, -1) == LUA_TNUMBER ? "float" : luaL_typename(L, -1));
      refuse(e, p, problem);
    }
    integers++;
    lua_Integer key = lua_tointeger(L, -1);
    if (key < 1) refuse(e, p, "a list's keys must be exactly 1 to n");
    if (key > highest) highest = key;
  }
  if (integers == 0) return -1;
  if (integers != total) refuse(e, p, "the table mixes texts and numbers as keys");
  if (highest != total) refuse(e, p, "the list has holes: its keys must be exactly 1 to n");
  return total;
}

static void encode_map(encoder *e, int index, const place *p, int depth) {
  lua_State *L = e->L;
  lua_Integer count = 0;
  lua_pushnil(L);
  while (lua_next(L, index) != 0) {
    lua_pop(L, 1);
    count++;
  }
  put_count(e, (size_t)count, 0x80, 0xDE);
  lua_pushnil(L);
  while (lua_next(L, index) != 0) {
    count--;
    size_t len;
    const char *key = lua_tolstring(L, -2, &len);
    place here = {p, key, len, 0};
    if (!sc_is_utf8(key, len)) refuse(e, p, "a key is not valid UTF-8");
    sc_charge(L, len / 8 + 1);
    put_text(e, key, len, true);
    encode_value(e, lua_gettop(L), &here, depth + 1);
    lua_pop(L, 1);
  }
  // A charge may have collected garbage, and with it entries of a weak table.
  if (count != 0) refuse(e, p, "a weak table lost values while it was read");
}

static void encode_table(encoder *e, int index, const place *p, int depth) {
  lua_State *L = e->L;
  if (depth >= SC_MAX_DEPTH) refuse(e, p, "tables nested deeper than 32, or in a circle, cannot cross");
  luaL_checkstack(L, 8, NULL);
  lua_Integer length = classify(e, index, p);
  if (length < 0) {
    encode_map(e, index, p, depth);
    return;
  }
  put_count(e, (size_t)length, 0x90, 0xDC);
  for (lua_Integer i = 1; i <= length; i++) {
    place here = {p, NULL, 0, i};
    lua_rawgeti(L, index, i);
    encode_value(e, lua_gettop(L), &here, depth + 1);
    lua_pop(L, 1);
  }
}

static void encode_value(encoder *e, int index, const place *p, int depth) {
  lua_State *L = e->L;
  if (++e->nodes > SC_MAX_NODES) refuse(e, p, "more than 10000 values cannot cross at once");
  sc_charge(L, 1);
  switch (lua_type(L, index)) {
    case LUA_TNIL: put_byte(e, 0xC0); return;
    case LUA_TBOOLEAN: put_byte(e, lua_toboolean(L, index) ? 0xC3 : 0xC2); return;
    case LUA_TSTRING: encode_string(e, index, p); return;
    case LUA_TTABLE: encode_table(e, index, p, depth); return;
    case LUA_TNUMBER: {
      if (lua_isinteger(L, index)) {
        put_integer(e, lua_tointeger(L, index));
        return;
      }
      double number = lua_tonumber(L, index);
      if (isnan(number)) refuse(e, p, "not a number (NaN) cannot cross");
      if (isinf(number)) refuse(e, p, "an infinite number cannot cross");
      uint64_t bits;
      memcpy(&bits, &number, sizeof bits);
      put_head(e, 0xCB, bits, 8);
      return;
    }
    default: {
      char problem[64];
      snprintf(problem, sizeof problem, "a %s cannot cross", luaL_typename(L, index));
      refuse(e, p, problem);
    }
  }
}

void sc_encode(lua_State *L, int index, sc_buffer *out, const char *what) {
  encoder e = {L, out, what, 0};
  encode_value(&e, lua_absindex(L, index), NULL, 0);
}

void sc_encode_list(lua_State *L, int first, int count, sc_buffer *out, const char *what) {
  first = lua_absindex(L, first);
  encoder e = {L, out, "", 0};
  put_count(&e, (size_t)count, 0x90, 0xDC);
  for (int i = 0; i < count; i++) {
    char name[64];
    snprintf(name, sizeof name, "%.40s %d", what, i + 1);
    e.what = name;
    encode_value(&e, first + i, NULL, 0);
  }
}

// ── decoding ────────────────────────────────────────────────────────────────────────────────────────────────────────────

typedef struct decoder {
  lua_State *L;
  const uint8_t *at, *end;
  size_t nodes;
} decoder;

static const uint8_t *take(decoder *d, uint64_t count) {
  if ((uint64_t)(d->end - d->at) < count) luaL_error(d->L, "the bytes end inside of a value");
  const uint8_t *start = d->at;
  d->at += count;
  return start;
}

static uint64_t take_number(decoder *d, int width) {
  const uint8_t *bytes = take(d, (uint64_t)width);
  uint64_t value = 0;
  for (int i = 0; i < width; i++) value = value << 8 | bytes[i];
  return value;
}

static void decode_value(decoder *d, int depth);

static void push_text(decoder *d, uint64_t len, bool must_be_utf8) {
  const uint8_t *bytes = take(d, len);
  sc_charge(d->L, (size_t)len / 8 + 1);
  if (must_be_utf8 && !sc_is_utf8((const char *)bytes, (size_t)len)) luaL_error(d->L, "a text is not valid UTF-8");
  lua_pushlstring(d->L, (const char *)bytes, (size_t)len);
}

static void decode_array(decoder *d, uint64_t count, int depth) {
  // Each element takes a byte at least, so a lying count allocates no more than the bytes can hold.
  if (count > (uint64_t)(d->end - d->at)) luaL_error(d->L, "the bytes end inside of a list");
  if (depth >= SC_MAX_DEPTH) luaL_error(d->L, "a value is nested deeper than 32");
  luaL_checkstack(d->L, 4, NULL);
  lua_createtable(d->L, count > SC_MAX_NODES ? SC_MAX_NODES : (int)count, 0);
  for (uint64_t i = 1; i <= count; i++) {
    decode_value(d, depth + 1);
    lua_rawseti(d->L, -2, (lua_Integer)i);
  }
}

static void decode_map(decoder *d, uint64_t count, int depth) {
  if (count > (uint64_t)(d->end - d->at) / 2) luaL_error(d->L, "the bytes end inside of a map");
  if (depth >= SC_MAX_DEPTH) luaL_error(d->L, "a value is nested deeper than 32");
  luaL_checkstack(d->L, 4, NULL);
  lua_createtable(d->L, 0, count > SC_MAX_NODES ? SC_MAX_NODES : (int)count);
  for (uint64_t i = 0; i < count; i++) {
    uint8_t tag = *take(d, 1);
    uint64_t len = 0;
    if ((tag & 0xE0) == 0xA0) len = tag & 31;
    else if (tag >= 0xD9 && tag <= 0xDB) len = take_number(d, 1 << (tag - 0xD9));
    else luaL_error(d->L, "a map's key is no text");
    push_text(d, len, true);
    decode_value(d, depth + 1);
    lua_rawset(d->L, -3);
  }
}

static void decode_value(decoder *d, int depth) {
  lua_State *L = d->L;
  if (++d->nodes > SC_MAX_NODES) luaL_error(L, "more than 10000 values at once");
  sc_charge(L, 1);
  uint8_t tag = *take(d, 1);
  if (tag < 0x80) { lua_pushinteger(L, tag); return; }
  if (tag >= 0xE0) { lua_pushinteger(L, (int8_t)tag); return; }
  if (tag < 0x90) { decode_map(d, tag & 15, depth); return; }
  if (tag < 0xA0) { decode_array(d, tag & 15, depth); return; }
  if (tag < 0xC0) { push_text(d, tag & 31, true); return; }
  switch (tag) {
    case 0xC0: lua_pushnil(L); return;
    case 0xC2: lua_pushboolean(L, 0); return;
    case 0xC3: lua_pushboolean(L, 1); return;
    case 0xC4: case 0xC5: case 0xC6: push_text(d, take_number(d, 1 << (tag - 0xC4)), false); return;
    case 0xCB: {
      uint64_t bits = take_number(d, 8);
      double number;
      memcpy(&number, &bits, sizeof number);
      lua_pushnumber(L, number);
      return;
    }
    case 0xCC: case 0xCD: case 0xCE: lua_pushinteger(L, (lua_Integer)take_number(d, 1 << (tag - 0xCC))); return;
    case 0xCF: {
      uint64_t value = take_number(d, 8);
      if (value > INT64_MAX) luaL_error(L, "an integer does not fit 64 bits");
      lua_pushinteger(L, (lua_Integer)value);
      return;
    }
    case 0xD0: lua_pushinteger(L, (int8_t)take_number(d, 1)); return;
    case 0xD1: lua_pushinteger(L, (int16_t)take_number(d, 2)); return;
    case 0xD2: lua_pushinteger(L, (int32_t)take_number(d, 4)); return;
    case 0xD3: lua_pushinteger(L, (lua_Integer)take_number(d, 8)); return;
    case 0xD9: case 0xDA: case 0xDB: push_text(d, take_number(d, 1 << (tag - 0xD9)), true); return;
    case 0xDC: decode_array(d, take_number(d, 2), depth); return;
    case 0xDD: decode_array(d, take_number(d, 4), depth); return;
    case 0xDE: decode_map(d, take_number(d, 2), depth); return;
    case 0xDF: decode_map(d, take_number(d, 4), depth); return;
    default: luaL_error(L, "a value has an unknown type");
  }
}

void sc_decode(lua_State *L, const uint8_t *bytes, size_t len) {
  decoder d = {L, bytes, bytes + len, 0};
  luaL_checkstack(L, 4, NULL);
  decode_value(&d, 0);
  if (d.at != d.end) luaL_error(L, "bytes follow the value");
}

int sc_decode_list(lua_State *L, const uint8_t *bytes, size_t len) {
  decoder d = {L, bytes, bytes + len, 0};
  uint8_t tag = *take(&d, 1);
  uint64_t count;
  if ((tag & 0xF0) == 0x90) count = tag & 15;
  else if (tag == 0xDC) count = take_number(&d, 2);
  else if (tag == 0xDD) count = take_number(&d, 4);
  else return luaL_error(L, "a list was expected");
  if (count > 250) luaL_error(L, "a list of more than 250 results");
  luaL_checkstack(L, (int)count + 4, NULL);
  for (uint64_t i = 0; i < count; i++) decode_value(&d, 0);
  if (d.at != d.end) luaL_error(L, "bytes follow the list");
  return (int)count;
}
