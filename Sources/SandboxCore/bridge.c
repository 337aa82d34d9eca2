// What an instance consists of, and the host table: the one way out of it.
#include <string.h>

#include "internal.h"

void sc_push_instance(lua_State *L) {
  sc_conversation *c = sc_vm_of(L)->current;
  if (c == NULL) luaL_error(L, "not available here");
  lua_rawgeti(L, LUA_REGISTRYINDEX, c->ref);
}

// Appends an effect: the array of the `count` values from `first`, its name being the first.
static void emit(lua_State *L, int first, int count) {
  sc_vm *vm = sc_vm_of(L);
  sc_conversation *c = vm->current;
  sc_charge(L, 20);
  vm->out.len = 0;
  sc_encode_list(L, first, count, &vm->out, "argument");
  size_t len = vm->out.len;
  sc_charge(L, len / 16);
  if (c->effects >= vm->limits.effects || len > vm->limits.effect_bytes - c->effect_bytes) sc_die(L, SC_LIMIT_EFFECTS);
  sc_buffer_append(L, &vm->effects, vm->out.bytes, len, "the effects of a turn");
  vm->out.len = 0;
  c->effects++;
  c->effect_bytes += len;
  vm->effects_count++;
}

static int host_emit(lua_State *L) {
  if (lua_type(L, 1) != LUA_TSTRING) sc_raise(L, "an effect needs a name, not a %s value", luaL_typename(L, 1));
  emit(L, 1, lua_gettop(L));
  return 0;
}

int sc_print(lua_State *L) {
  int n = lua_gettop(L);
  sc_charge(L, 10);
  for (int i = 1; i <= n; i++) {  // all of it before the buffer is taken: a __tostring may print
    sc_tostring(L, i, NULL);
    lua_replace(L, i);
  }
  sc_buffer *b = sc_scratch(L, SC_MAX_LOG + 16);
  for (int i = 1; i <= n && b->len + 32 < SC_MAX_LOG; i++) {
    size_t len;
    const char *text = lua_tolstring(L, i, &len);
    if (i > 1 && !sc_buffer_put(b, "\t", 1)) break;
    if (!sc_clean(b, text, len, SC_MAX_LOG - b->len)) break;
  }
  luaL_checkstack(L, 3, NULL);
  lua_pushliteral(L, "log");
  lua_pushliteral(L, "print");
  lua_pushlstring(L, (const char *)b->bytes, b->len);
  sc_charge(L, b->len / 8);
  emit(L, lua_gettop(L) - 2, 3);
  return 0;
}

static int finish_call(lua_State *L, int status, lua_KContext extra) {
  sc_vm *vm = sc_vm_of(L);
  lua_settop(L, 0);
  if (vm->answer_ok) {
    sc_charge(L, vm->answer_len / 16);
    return sc_decode_list(L, vm->answer, vm->answer_len);
  }
  sc_decode(L, vm->answer, vm->answer_len);
  sc_raise(L, "%s", lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "the call failed");
}

static int host_call(lua_State *L) {
  sc_vm *vm = sc_vm_of(L);
  size_t len;
  if (lua_type(L, 1) != LUA_TSTRING) sc_raise(L, "a call needs a name, not a %s value", luaL_typename(L, 1));
  const char *name = lua_tolstring(L, 1, &len);
  sc_charge(L, 50);
  if (!lua_isyieldable(L) || vm->blocked)
    sc_raise(L,
             "%s cannot wait here: a sort comparator, a replacement function, a __close handler or a similar "
             "callback is running",
             name);
  vm->out.len = 0;
  sc_encode_list(L, 2, lua_gettop(L) - 1, &vm->out, "argument");
  vm->call.len = 0;
  sc_buffer_append(L, &vm->call, name, len, "the name of a call");
  sc_buffer_append(L, &vm->call, "", 1, "the name of a call");
  vm->calling = true;
  return lua_yieldk(L, 0, 0, finish_call);
}

static int host_size(lua_State *L) {
  sc_vm *vm = sc_vm_of(L);
  luaL_checkany(L, 1);
  vm->out.len = 0;
  sc_encode(L, 1, &vm->out, "value");
  sc_charge(L, vm->out.len / 16);
  lua_pushinteger(L, (lua_Integer)vm->out.len);
  vm->out.len = 0;
  return 1;
}

// host.fail(text): an ordinary error at the innermost line of the app's own files.
static int host_fail(lua_State *L) { sc_raise(L, "%s", luaL_checkstring(L, 1)); }

// The globals that every file begins with. The host's files have a table of their own, so that an app cannot change what they call.
static void push_new_globals(lua_State *L, sc_vm *vm, bool with_require) {
  bool large = vm->app_files < vm->module_count;  // the host's files will add to it
  lua_createtable(L, 0, large ? 64 : 32);
  int globals = lua_gettop(L);
  lua_rawgeti(L, LUA_REGISTRYINDEX, vm->ref_base);
  for (int i = 1; lua_rawgeti(L, globals + 1, i) != LUA_TNIL; i += 2) {
    lua_rawgeti(L, globals + 1, i + 1);
    lua_rawset(L, globals);
  }
  lua_settop(L, globals);
  lua_pushliteral(L, "_G");
  lua_pushvalue(L, globals);
  lua_rawset(L, globals);
  if (with_require) {
    lua_pushliteral(L, "require");
    lua_pushcfunction(L, sc_require);
    lua_rawset(L, globals);
  }
}

static const luaL_Reg host_functions[] = {{"call", host_call},
                                          {"emit", host_emit},
                                          {"size", host_size},
                                          {"fail", host_fail},
                                          {"json_encode", sc_json_encode},
                                          {"json_decode", sc_json_decode},
                                          {"print", sc_print},
                                          {NULL, NULL}};

// Replaces the instance table's `slot`, when empty, by a new host table or new globals; pushes its value.
static void push_part(lua_State *L, sc_vm *vm, int instance, int slot) {
  if (lua_rawgeti(L, instance, slot) != LUA_TNIL) return;
  lua_pop(L, 1);
  switch (slot) {
    case SC_INSTANCE_GLOBALS: push_new_globals(L, vm, vm->module_count > 1); break;
    case SC_INSTANCE_PRIVILEGED: push_new_globals(L, vm, true); break;
    default:
      luaL_newlib(L, host_functions);
      push_part(L, vm, instance, SC_INSTANCE_GLOBALS);
      lua_setfield(L, -2, "globals");
  }
  lua_pushvalue(L, -1);
  lua_rawseti(L, instance, slot);
}

int sc_push_module_call(lua_State *L, size_t module) {
  sc_vm *vm = sc_vm_of(L);
  luaL_checkstack(L, 12, NULL);
  int top = lua_gettop(L);
  lua_rawgeti(L, LUA_REGISTRYINDEX, vm->ref_modules);
  lua_rawgeti(L, -1, (lua_Integer)module + 1);
  lua_replace(L, top + 1);
  sc_push_instance(L);
  int instance = lua_gettop(L);
  if (vm->modules[module].privileged) {
    push_part(L, vm, instance, SC_INSTANCE_PRIVILEGED);
    push_part(L, vm, instance, SC_INSTANCE_HOST);
  } else {
    push_part(L, vm, instance, SC_INSTANCE_GLOBALS);
  }
  lua_remove(L, instance);
  return lua_gettop(L) - top - 1;
}
