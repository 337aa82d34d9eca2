// Our matcher against the stock one: the same results, or an error from both. First byte: length of the pattern; the rest: subject.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

enum { MAX_PATTERN = 14, MAX_SUBJECT = 40 };

static sc_vm *vm;
static int ours, stock;  // registry references of the two libraries

static void set_up(void) {
  static const sc_limits limits = {0};
  sc_file file = {.name = "a.lua", .name_len = 5, .text = (const uint8_t *)"", .text_len = 0};
  char error[256];
  vm = sc_create(&limits, &file, 1, error, sizeof error);
  if (vm == NULL) abort();
  sc_open_string(vm->main);
  ours = luaL_ref(vm->main, LUA_REGISTRYINDEX);
  lua_pushcfunction(vm->main, luaopen_string);
  lua_call(vm->main, 0, 1);
  stock = luaL_ref(vm->main, LUA_REGISTRYINDEX);
}

// Pushes the results, all as text in one string; or nil after an error.
static void results(int library, const char *function, const char *subject, size_t len, const char *pattern, size_t pattern_len) {
  lua_State *L = vm->main;
  int top = lua_gettop(L);
  vm->fuel = UINT64_MAX / 2;
  vm->deadline = UINT64_MAX;
  lua_rawgeti(L, LUA_REGISTRYINDEX, library);
  lua_getfield(L, -1, function);
  lua_replace(L, -2);
  lua_pushlstring(L, subject, len);
  lua_pushlstring(L, pattern, pattern_len);
  if (strcmp(function, "gsub") == 0) lua_pushliteral(L, "<%0>");
  if (lua_pcall(L, lua_gettop(L) - top - 1, LUA_MULTRET, 0) != LUA_OK) {
    lua_settop(L, top);
    lua_pushnil(L);
    return;
  }
  luaL_Buffer b;
  int count = lua_gettop(L) - top;
  luaL_checkstack(L, count + 40, NULL);
  luaL_buffinit(L, &b);
  for (int i = 1; i <= count; i++) {
    luaL_tolstring(L, top + i, NULL);
    luaL_addvalue(&b);
    luaL_addchar(&b, '\1');
  }
  luaL_pushresult(&b);
  lua_replace(L, top + 1);
  lua_settop(L, top + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (vm == NULL) set_up();
  if (size < 1) return 0;
  size_t pattern_len = data[0] % (MAX_PATTERN + 1);
  data++, size--;
  if (pattern_len > size) pattern_len = size;
  const char *pattern = (const char *)data, *subject = pattern + pattern_len;
  size_t len = size - pattern_len;
  if (len > MAX_SUBJECT) len = MAX_SUBJECT;
  lua_State *L = vm->main;
  static const char *const functions[] = {"find", "match", "gsub"};
  for (int i = 0; i < 3; i++) {
    lua_settop(L, 0);
    lua_pushnil(L);
    results(ours, functions[i], subject, len, pattern, pattern_len);
    results(stock, functions[i], subject, len, pattern, pattern_len);
    if (!lua_rawequal(L, -1, -2)) {
      fprintf(stderr, "%s: ours %s, stock %s\n", functions[i], lua_tostring(L, -2), lua_tostring(L, -1));
      abort();
    }
  }
  lua_settop(L, 0);
  return 0;
}
