// The basic functions, and how the libraries are put before an app: read-only proxies shared by all instances of the vm.
#include <string.h>

#include "internal.h"

static int finish_pcall(lua_State *L, int status, lua_KContext extra) {
  if (status != LUA_OK && status != LUA_YIELD) {
    sc_caught(L, status);
    lua_pushboolean(L, false);
    lua_pushvalue(L, -2);
    return 2;
  }
  return lua_gettop(L) - (int)extra;
}

static int base_pcall(lua_State *L) {
  luaL_checkany(L, 1);
  sc_charge(L, 4);
  lua_pushboolean(L, true);
  lua_insert(L, 1);
  int status = lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 0, finish_pcall);
  return finish_pcall(L, status, 0);
}

// The handler's own end: whatever it returns, or whatever it raised.
static int finish_handler(lua_State *L, int status, lua_KContext extra) {
  if (status != LUA_OK && status != LUA_YIELD) {
    sc_caught(L, status);
    lua_pushboolean(L, false);
    lua_insert(L, -2);
    return 2;
  }
  return lua_gettop(L) - 1;  // false and the results; below them the handler
}

static int finish_xpcall(lua_State *L, int status, lua_KContext extra) {
  if (status == LUA_OK || status == LUA_YIELD) return lua_gettop(L) - 1;  // all but the handler
  sc_caught(L, status);
  // The handler runs after the stack was unwound, as a function like any other: it can be stopped, and it can wait.
  lua_settop(L, 3);        // handler, true, error
  lua_pushboolean(L, false);
  lua_replace(L, 2);       // handler, false, error
  lua_pushvalue(L, 1);
  lua_insert(L, 3);        // handler, false, handler, error
  status = lua_pcallk(L, 1, LUA_MULTRET, 0, 0, finish_handler);
  return finish_handler(L, status, 0);
}

static int base_xpcall(lua_State *L) {
  int n = lua_gettop(L);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  sc_charge(L, 4);
  lua_pushvalue(L, 1);     // f, handler, arguments, f
  lua_copy(L, 2, 1);       // handler, handler, arguments, f
  lua_pushboolean(L, true);
  lua_replace(L, 2);       // handler, true, arguments, f
  lua_insert(L, 3);        // handler, true, f, arguments
  int status = lua_pcallk(L, n - 2, LUA_MULTRET, 0, 0, finish_xpcall);
  return finish_xpcall(L, status, 0);
}

static int base_setmetatable(lua_State *L) {
  int type = lua_type(L, 2);
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_argexpected(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
  if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL) return luaL_error(L, "cannot change a protected metatable");
  if (type == LUA_TTABLE) {
    lua_pushliteral(L, "__gc");
    if (lua_rawget(L, 2) != LUA_TNIL) return luaL_error(L, "'__gc' is not available: use '__close' or store what must last");
    lua_pop(L, 1);
  }
  lua_settop(L, 2);
  lua_setmetatable(L, 1);
  return 1;
}

static int base_rawset(lua_State *L) {
  sc_vm *vm = sc_vm_of(L);
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checkany(L, 2);
  luaL_checkany(L, 3);
  const void *table = lua_topointer(L, 1);
  for (int i = 0; i < SC_PROXIES; i++)
    if (vm->proxies[i] == table) return luaL_error(L, "a library is read-only");
  lua_settop(L, 3);
  lua_rawset(L, 1);
  return 1;
}

static int base_tostring(lua_State *L) {
  luaL_checkany(L, 1);
  sc_charge(L, 2);
  sc_tostring(L, 1, NULL);
  return 1;
}

// Only "count": the collector is the host's. "collect" and "step" are harmless habits of many scripts, and do nothing.
static int base_collectgarbage(lua_State *L) {
  const char *option = luaL_optstring(L, 1, "collect");
  sc_charge(L, 4);
  if (strcmp(option, "count") == 0) {
    lua_pushnumber(L, (lua_Number)sc_vm_of(L)->bytes / 1024);
  } else if (strcmp(option, "collect") == 0 || strcmp(option, "step") == 0) {
    lua_pushinteger(L, 0);
  } else {
    return luaL_argerror(L, 1, "only 'count' is available");
  }
  return 1;
}

enum { SAMPLE = 16, FREE_NS = 2000, MOST_NS = 100000 };

// Stock next, but a step over many emptied slots is paid for. Nothing tells how many they are but the time it takes: one call in 16
// or so is timed, an ordinary one is too short to cost anything, and one that was interrupted by other work costs a bounded sum.
static int base_next(lua_State *L) {
  sc_vm *vm = sc_vm_of(L);
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 2);
  vm->sample = vm->sample * 1664525u + 1013904223u;
  bool timed = vm->sample < UINT32_MAX / SAMPLE;
  uint64_t begun = timed ? sc_precise_clock() : 0;
  bool more = lua_next(L, 1) != 0;
  if (timed) {
    uint64_t took = sc_precise_clock() - begun;
    if (took > FREE_NS) sc_charge(L, (size_t)(took < MOST_NS ? took : MOST_NS) * SAMPLE / 2);
  }
  if (more) return 2;
  lua_pushnil(L);
  return 1;
}

static int finish_pairs(lua_State *L, int status, lua_KContext extra) { return 3; }

static int base_pairs(lua_State *L) {
  luaL_checkany(L, 1);
  if (luaL_getmetafield(L, 1, "__pairs") == LUA_TNIL) {
    lua_pushcfunction(L, base_next);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
  }
  lua_pushvalue(L, 1);
  lua_callk(L, 1, 3, 0, finish_pairs);
  return 3;
}

// for k, v in pairs(library): an iterator that does not hand the real table out.
static int proxy_next(lua_State *L) {
  lua_settop(L, 2);
  if (lua_next(L, lua_upvalueindex(1)) != 0) return 2;
  lua_pushnil(L);
  return 1;
}

static int proxy_pairs(lua_State *L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_pushcclosure(L, proxy_next, 1);
  lua_pushvalue(L, 1);
  lua_pushnil(L);
  return 3;
}

static int proxy_write(lua_State *L) { return luaL_error(L, "a library is read-only"); }

// Replaces the table of functions on top by a proxy of it.
static void make_proxy(lua_State *L, sc_vm *vm, int slot) {
  lua_createtable(L, 0, 0);
  lua_createtable(L, 0, 4);
  lua_pushvalue(L, -3);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, proxy_write);
  lua_setfield(L, -2, "__newindex");
  lua_pushboolean(L, false);
  lua_setfield(L, -2, "__metatable");
  lua_pushvalue(L, -3);
  lua_pushcclosure(L, proxy_pairs, 1);
  lua_setfield(L, -2, "__pairs");
  lua_setmetatable(L, -2);
  vm->proxies[slot] = lua_topointer(L, -1);
  lua_replace(L, -2);
}

// The stock string library is opened for its metatable, which does arithmetic on numerals; then its functions give way to ours.
static void lock_strings(lua_State *L, int library) {
  lua_pushcfunction(L, luaopen_string);
  lua_call(L, 0, 0);
  lua_pushliteral(L, "");
  lua_getmetatable(L, -1);
  lua_pushvalue(L, library);
  lua_setfield(L, -2, "__index");
  lua_pushboolean(L, false);
  lua_setfield(L, -2, "__metatable");
  lua_pop(L, 2);
}

static const char *const stock[] = {"assert", "error",  "getmetatable", "ipairs", "rawequal", "rawget",
                                    "rawlen", "select", "tonumber",     "type",   NULL};

static const luaL_Reg own[] = {{"collectgarbage", base_collectgarbage},
                               {"load", sc_load},
                               {"next", base_next},
                               {"pairs", base_pairs},
                               {"pcall", base_pcall},
                               {"print", sc_print},
                               {"rawset", base_rawset},
                               {"setmetatable", base_setmetatable},
                               {"tostring", base_tostring},
                               {"xpcall", base_xpcall},
                               {NULL, NULL}};

static const struct {
  const char *name;
  void (*open)(lua_State *L);
} libraries[SC_PROXIES] = {{"string", sc_open_string},
                           {"table", sc_open_table},
                           {"utf8", sc_open_utf8},
                           {"math", sc_open_math},
                           {"coroutine", sc_open_coroutine}};

// Appends the value on top under `name` to the base array at `base`.
static void add(lua_State *L, int base, int *n, const char *name) {
  lua_pushstring(L, name);
  lua_rawseti(L, base, ++*n);
  lua_rawseti(L, base, ++*n);
}

void sc_open_libraries(lua_State *L) {
  sc_vm *vm = sc_vm_of(L);
  int n = 0;
  lua_createtable(L, 64, 0);
  int base = lua_gettop(L);
  lua_pushcfunction(L, luaopen_base);
  lua_call(L, 0, 1);
  for (int i = 0; stock[i] != NULL; i++) {
    lua_getfield(L, -1, stock[i]);
    add(L, base, &n, stock[i]);
  }
  lua_pop(L, 1);
  for (const luaL_Reg *f = own; f->name != NULL; f++) {
    lua_pushcfunction(L, f->func);
    add(L, base, &n, f->name);
  }
  lua_pushliteral(L, "Lua 5.4");
  add(L, base, &n, "_VERSION");
  for (int i = 0; i < SC_PROXIES; i++) {
    libraries[i].open(L);
    if (i == 0) lock_strings(L, lua_gettop(L));
    make_proxy(L, vm, i);
    add(L, base, &n, libraries[i].name);
  }
  vm->ref_base = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_createtable(L, 0, 0);  // the stock globals go; a chunk's first upvalue is set before it runs
  lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  lua_pushnil(L);
  lua_setfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
}
