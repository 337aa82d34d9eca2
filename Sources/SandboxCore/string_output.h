// What the files of the string library share: prices, the bound of a result, and text that is being put together.
#ifndef STRING_OUTPUT_H
#define STRING_OUTPUT_H

#include "internal.h"

static inline size_t price(size_t bytes) { return bytes / 16 + 1; }

static inline void check_result(lua_State *L, size_t bytes) {
  if (bytes > SC_MAX_RESULT) luaL_error(L, "the resulting string is too long (over 8 MiB)");
}

static inline const char *text_argument(lua_State *L, int index, size_t *len) {
  const char *text = luaL_checklstring(L, index, len);
  sc_charge(L, 1);
  return text;
}

typedef struct output {
  luaL_Buffer b;
  size_t len;
} output;

static inline void put(lua_State *L, output *o, const char *bytes, size_t len) {
  check_result(L, o->len + len);
  o->len += len;
  luaL_addlstring(&o->b, bytes, len);
}

#endif
