// The stack of a waiting conversation, for the developer who looks at it. Only reads: raw access, nothing allocated in the Lua heap
// but room on the stacks of coroutines that wait anyway.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

enum {
  MAX_COROUTINES = 200,  // nested in one another; the C stack allows no more
  MAX_LEVELS = 200,      // of one coroutine that are looked at
  MAX_LOCALS = 60,       // of one frame
  MAX_ENTRIES = 20,      // of one table
  MAX_WALK = 10000,      // entries of a table looked at to find those
  LONG_TEXT = 200,       // bytes of a string, and of one inside a table
  SHORT_TEXT = 60
};

static bool put_byte(sc_buffer *b, uint8_t byte) { return sc_buffer_put(b, &byte, 1); }

static void set_count(sc_buffer *b, size_t at, uint32_t n) {
  for (int i = 0; i < 4; i++) b->bytes[at + (size_t)i] = (uint8_t)(n >> (24 - 8 * i));
}

// MessagePack with a count of 32 bits that is filled in later, at `*at`.
static bool open_item(sc_buffer *b, uint8_t type, size_t *at) {
  if (!put_byte(b, type)) return false;
  *at = b->len;
  return sc_buffer_put(b, "\0\0\0\0", 4);
}

enum { ARRAY = 0xdd, STRING = 0xdb, UINT = 0xce };

static bool open_array(sc_buffer *b, size_t *at) { return open_item(b, ARRAY, at); }

static bool put_number(sc_buffer *b, uint32_t n) {
  size_t at;
  if (!open_item(b, UINT, &at)) return false;
  set_count(b, at, n);
  return true;
}

static bool put_text(sc_buffer *b, const char *text) {
  size_t at;
  if (!open_item(b, STRING, &at) || !sc_clean(b, text, strlen(text), SC_MAX_MESSAGE)) return false;
  set_count(b, at, (uint32_t)(b->len - at - 4));
  return true;
}

static bool add(sc_buffer *b, const char *text) { return sc_buffer_put(b, text, strlen(text)); }

// A string as Lua would write it, cut to `max` bytes.
static bool show_string(sc_buffer *b, const char *s, size_t len, size_t max) {
  size_t shown = len > max ? max : len;
  while (shown < len && shown > 0 && ((unsigned char)s[shown] & 0xC0) == 0x80) shown--;
  if (!add(b, "\"")) return false;
  for (size_t i = 0; i < shown;) {
    const char *special = s[i] == '\n' ? "\\n" : s[i] == '\t' ? "\\t" : s[i] == '"' ? "\\\"" : s[i] == '\\' ? "\\\\" : NULL;
    if (special != NULL) {
      if (!add(b, special)) return false;
      i++;
      continue;
    }
    size_t n = 1;
    while (i + n < shown && strchr("\n\t\"\\", s[i + n]) == NULL) n++;
    if (!sc_clean(b, s + i, n, 5 * n + 16)) return false;
    i += n;
  }
  char rest[48] = "\"";
  if (shown < len) snprintf(rest, sizeof rest, "\"... (%zu bytes)", len);
  return add(b, rest);
}

static bool show_number(sc_buffer *b, lua_State *L, int index) {
  char text[64];
  if (lua_isinteger(L, index)) {
    snprintf(text, sizeof text, "%lld", (long long)lua_tointeger(L, index));
  } else {
    lua_Number n = lua_tonumber(L, index);
    snprintf(text, sizeof text, "%.14g", n);
    if (isfinite(n) && strpbrk(text, ".e") == NULL) strcat(text, ".0");
  }
  return add(b, text);
}

// Anything but what is in a table. False when there is no room.
static bool show_scalar(sc_buffer *b, lua_State *L, int index, size_t max) {
  switch (lua_type(L, index)) {
    case LUA_TNUMBER: return show_number(b, L, index);
    case LUA_TBOOLEAN: return add(b, lua_toboolean(L, index) ? "true" : "false");
    case LUA_TSTRING: {
      size_t len;
      const char *s = lua_tolstring(L, index, &len);
      return show_string(b, s, len, max);
    }
    case LUA_TTABLE: {
      lua_pushnil(L);
      if (lua_next(L, index < 0 ? index - 1 : index) == 0) return add(b, "{}");
      lua_pop(L, 2);
      return add(b, "{…}");
    }
    default: return add(b, lua_typename(L, lua_type(L, index)));
  }
}

static bool is_name(const char *s, size_t len) {
  if (len == 0 || len > SHORT_TEXT || (s[0] >= '0' && s[0] <= '9')) return false;
  for (size_t i = 0; i < len; i++)
    if (!(s[i] == '_' || (s[i] >= '0' && s[i] <= '9') || (s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z'))) return false;
  return true;
}

// True when the key on top of the stack, a string, is the smallest one above `last` and below `best` (both may be NULL).
static bool comes_next(const char *key, size_t len, const char *last, size_t last_len, const char *best, size_t best_len) {
  size_t shorter = len < last_len ? len : last_len;
  if (last != NULL) {
    int order = memcmp(key, last, shorter);
    if (order < 0 || (order == 0 && len <= last_len)) return false;
  }
  if (best == NULL) return true;
  shorter = len < best_len ? len : best_len;
  int order = memcmp(key, best, shorter);
  return order < 0 || (order == 0 && len < best_len);
}

// The string keys in the order of their bytes, so that the same table always looks the same.
static bool show_fields(sc_buffer *b, lua_State *L, int table, int *shown) {
  const char *last = NULL;
  size_t last_len = 0;
  while (*shown < MAX_ENTRIES) {
    const char *best = NULL;  // anchored by the table, which nothing changes meanwhile
    size_t best_len = 0;
    int walked = 0;
    lua_pushnil(L);
    while (lua_next(L, table) != 0) {
      lua_pop(L, 1);
      if (lua_type(L, -1) == LUA_TSTRING) {
        size_t len;
        const char *key = lua_tolstring(L, -1, &len);
        if (comes_next(key, len, last, last_len, best, best_len)) best = key, best_len = len;
      }
      if (++walked == MAX_WALK) {
        lua_pop(L, 1);
        break;
      }
    }
    if (best == NULL) return true;
    last = best, last_len = best_len;
    if (*shown > 0 && !add(b, ", ")) return false;
    bool ok;
    if (is_name(best, best_len)) {
      ok = sc_buffer_put(b, best, best_len);
    } else {
      ok = add(b, "[") && show_string(b, best, best_len, SHORT_TEXT) && add(b, "]");
    }
    // Its key is found anew, for pushing a string would allocate.
    lua_pushnil(L);
    while (ok && lua_next(L, table) != 0) {
      if (lua_type(L, -2) == LUA_TSTRING && lua_tostring(L, -2) == best) {
        ok = add(b, " = ") && show_scalar(b, L, -1, SHORT_TEXT);
        lua_pop(L, 2);
        break;
      }
      lua_pop(L, 1);
    }
    if (!ok) return false;
    (*shown)++;
  }
  return true;
}

static bool show_table(sc_buffer *b, lua_State *L, int table) {
  size_t total = 0;
  lua_pushnil(L);
  while (lua_next(L, table) != 0) {
    lua_pop(L, 1);
    if (++total == MAX_WALK) {
      lua_pop(L, 1);
      break;
    }
  }
  if (!add(b, "{")) return false;
  int shown = 0;
  for (; shown < MAX_ENTRIES; shown++) {
    if (lua_rawgeti(L, table, shown + 1) == LUA_TNIL) {
      lua_pop(L, 1);
      break;
    }
    bool ok = (shown == 0 || add(b, ", ")) && show_scalar(b, L, -1, SHORT_TEXT);
    lua_pop(L, 1);
    if (!ok) return false;
  }
  if (!show_fields(b, L, table, &shown)) return false;
  char rest[48] = "}";
  if (total > (size_t)shown)
    snprintf(rest, sizeof rest, "%s… %s%zu more}", shown > 0 ? ", " : "", total == MAX_WALK ? "over " : "", total - (size_t)shown);
  return add(b, rest);
}

static bool put_value(sc_buffer *b, lua_State *L) {
  size_t at;
  if (!open_item(b, STRING, &at)) return false;
  bool ok = lua_type(L, -1) == LUA_TTABLE ? show_table(b, L, lua_gettop(L)) : show_scalar(b, L, -1, LONG_TEXT);
  if (!ok) return false;
  set_count(b, at, (uint32_t)(b->len - at - 4));
  return true;
}

// One pair of name and value for each local variable in scope. A full buffer leaves the rest out.
static void put_locals(sc_buffer *b, lua_State *L, lua_Debug *ar, size_t count_at) {
  uint32_t count = 0;
  for (int i = 1; count < MAX_LOCALS; i++) {
    int top = lua_gettop(L);
    const char *name = lua_getlocal(L, ar, i);
    if (name == NULL) break;
    size_t begin = b->len, at;
    if (name[0] != '(' && strcmp(name, "_ENV") != 0) {
      bool ok = open_array(b, &at) && put_text(b, name) && put_value(b, L);
      if (ok) {
        set_count(b, at, 2);
        count++;
      } else {
        b->len = begin;
      }
    }
    lua_settop(L, top);
  }
  set_count(b, count_at, count);
}

static bool put_frame(sc_buffer *b, sc_vm *vm, lua_State *L, lua_Debug *ar) {
  char function[160];
  sc_describe_function(vm, L, ar, function, sizeof function);
  size_t at, locals;
  if (!open_array(b, &at) || !put_text(b, ar->short_src) || !put_number(b, (uint32_t)ar->currentline) || !put_text(b, function) ||
      !open_array(b, &locals))
    return false;
  set_count(b, at, 4);
  put_locals(b, L, ar, locals);
  return true;
}

const uint8_t *sc_frames(sc_vm *vm, uint64_t conversation, size_t *len) {
  static const uint8_t nothing[] = {0x90};
  *len = sizeof nothing;
  sc_conversation *c = sc_find_conversation(vm, conversation);
  if (c == NULL || vm->dead != SC_LIMIT_NONE) return nothing;
  bool pressure = vm->pressure, out_of_memory = vm->out_of_memory;  // looking may find no room, which is none of the app's business
  lua_State *chain[MAX_COROUTINES];
  int depth = 0;
  for (lua_State *L = c->thread; L != NULL && depth < MAX_COROUTINES; L = sc_resumed_in(L)) chain[depth++] = L;
  sc_buffer *b = sc_scratch(vm->main, SC_MAX_LOG * 4);
  size_t at;
  if (!open_array(b, &at)) return nothing;
  uint32_t frames = 0;
  while (depth-- > 0) {
    lua_State *L = chain[depth];
    lua_Debug ar;
    if (!lua_checkstack(L, 8)) continue;
    for (int level = 0; level < MAX_LEVELS && frames < SC_FRAMES && lua_getstack(L, level, &ar); level++) {
      lua_getinfo(L, "Sl", &ar);
      if (!sc_is_apps(vm, &ar) || ar.currentline <= 0) continue;
      size_t begin = b->len;
      if (put_frame(b, vm, L, &ar)) {
        frames++;
      } else {
        b->len = begin;
      }
    }
  }
  vm->pressure = pressure;
  vm->out_of_memory = out_of_memory;
  set_count(b, at, frames);
  *len = b->len;
  return b->bytes;
}
