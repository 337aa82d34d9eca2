// Coroutines of an app. A conversation is a coroutine itself, which its app must not notice: its own yield goes to its own resumer,
// a bridge call passes through all of them up to the host, and the answer back down.
#include "internal.h"

// Where the coroutine of `resume` is: the first argument; of a wrapped function: its upvalue.
enum { FROM_ARGUMENT = 0, FROM_UPVALUE = 1 };

static lua_State *coroutine_at(lua_State *L, int index) {
  lua_State *co = lua_tothread(L, index);
  luaL_argexpected(L, co != NULL, index, "coroutine");
  return co;
}

static int finish_resume(lua_State *L, int status, lua_KContext from);

// Runs `co` with the `n` values on top of L. Returns how many results were pushed, -1 with an error on top, or does not return:
// it yields when a bridge call passes through.
static int advance(lua_State *L, lua_State *co, int n, lua_KContext from) {
  sc_vm *vm = sc_vm_of(L);
  if (!lua_checkstack(co, n)) {
    lua_pushliteral(L, "too many arguments to resume");
    return -1;
  }
  lua_xmove(L, co, n);
  bool blocked = vm->blocked;
  if (!lua_isyieldable(L)) vm->blocked = true;
  vm->running = co;
  int results = 0;
  int status = lua_resume(co, L, n, &results);
  vm->running = L;
  vm->blocked = blocked;
  if (status == LUA_YIELD && vm->calling) return lua_yieldk(L, 0, from, finish_resume);
  if (status == LUA_OK || status == LUA_YIELD) {
    if (!lua_checkstack(L, results + 1)) {
      lua_pop(co, results);
      lua_pushliteral(L, "too many results to resume");
      return -1;
    }
    lua_xmove(co, L, results);
    return results;
  }
  lua_xmove(co, L, 1);
  sc_caught(L, status);
  return -1;
}

static int give_results(lua_State *L, int n) {
  bool ok = n >= 0;
  int count = ok ? n : 1;
  lua_pushboolean(L, ok);
  lua_insert(L, -(count + 1));
  return count + 1;
}

// Like lua_resetthread, which nests without bound on 5.4.4: each level is another stretch of the C stack.
static int end(lua_State *L, lua_State *co) {
  sc_vm *vm = sc_vm_of(L);
  if (vm->closing >= SC_MAX_CLOSE) luaL_error(L, "coroutines close one another too deeply");
  bool blocked = vm->blocked;
  vm->blocked = true;
  vm->closing++;
  vm->running = co;
  int status = lua_resetthread(co);
  vm->running = L;
  vm->closing--;
  vm->blocked = blocked;
  if (status != LUA_OK) {
    lua_xmove(co, L, 1);
    sc_caught(L, status);
  } else if (vm->dead != SC_LIMIT_NONE || vm->out_of_memory) {
    sc_caught(L, LUA_OK);
  }
  return status;
}

static int fail_wrap(lua_State *L, lua_State *co) {
  int status = lua_status(co);
  if (status != LUA_OK && status != LUA_YIELD && sc_vm_of(L)->closing < SC_MAX_CLOSE) {
    if (end(L, co) != LUA_OK) lua_remove(L, -2);  // the error that ending it left replaces the first
  }
  if (lua_type(L, -1) == LUA_TSTRING) {
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
  }
  return lua_error(L);
}

static int finish_resume(lua_State *L, int status, lua_KContext from) {
  lua_State *co = from == FROM_ARGUMENT ? lua_tothread(L, 1) : lua_tothread(L, lua_upvalueindex(1));
  int n = advance(L, co, 0, from);
  if (from == FROM_ARGUMENT) return give_results(L, n);
  return n >= 0 ? n : fail_wrap(L, co);
}

static int co_resume(lua_State *L) {
  lua_State *co = coroutine_at(L, 1);
  sc_charge(L, 10);
  return give_results(L, advance(L, co, lua_gettop(L) - 1, FROM_ARGUMENT));
}

static int co_wrapped(lua_State *L) {
  lua_State *co = lua_tothread(L, lua_upvalueindex(1));
  sc_charge(L, 10);
  int n = advance(L, co, lua_gettop(L), FROM_UPVALUE);
  return n >= 0 ? n : fail_wrap(L, co);
}

lua_State *sc_resumed_in(lua_State *L) {
  lua_Debug ar;
  if (!lua_getstack(L, 0, &ar) || !lua_checkstack(L, 3)) return NULL;
  lua_getinfo(L, "f", &ar);
  lua_CFunction f = lua_tocfunction(L, -1);
  const char *name = NULL;
  if (f == co_resume) name = lua_getlocal(L, &ar, 1);
  if (f == co_wrapped) name = lua_getupvalue(L, -1, 1);
  lua_State *co = name != NULL ? lua_tothread(L, -1) : NULL;
  lua_pop(L, name != NULL ? 2 : 1);
  return co;
}

static int co_create(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  sc_charge(L, SC_QUANTUM);  // its hook counts from zero: many short-lived ones would never reach it
  lua_State *co = lua_newthread(L);
  sc_arm(co, SC_QUANTUM);
  lua_pushvalue(L, 1);
  lua_xmove(L, co, 1);
  return 1;
}

static int co_wrap(lua_State *L) {
  co_create(L);
  lua_pushcclosure(L, co_wrapped, 1);
  return 1;
}

static bool is_outermost(lua_State *L) { return sc_vm_of(L)->current != NULL && sc_vm_of(L)->current->thread == L; }

static int co_yield(lua_State *L) {
  if (is_outermost(L)) return luaL_error(L, "attempt to yield from outside a coroutine");
  return lua_yield(L, lua_gettop(L));
}

static int co_running(lua_State *L) {
  lua_pushthread(L);
  lua_pushboolean(L, is_outermost(L));
  return 2;
}

static int co_isyieldable(lua_State *L) {
  lua_State *co = lua_isthread(L, 1) ? lua_tothread(L, 1) : L;
  lua_pushboolean(L, !is_outermost(co) && lua_isyieldable(co));
  return 1;
}

static const char *status_of(lua_State *L, lua_State *co) {
  if (L == co) return "running";
  switch (lua_status(co)) {
    case LUA_YIELD: return "suspended";
    case LUA_OK: {
      lua_Debug ar;
      if (lua_getstack(co, 0, &ar)) return "normal";
      return lua_gettop(co) == 0 ? "dead" : "suspended";
    }
    default: return "dead";
  }
}

static int co_status(lua_State *L) {
  lua_pushstring(L, status_of(L, coroutine_at(L, 1)));
  return 1;
}

static int co_close(lua_State *L) {
  lua_State *co = coroutine_at(L, 1);
  const char *status = status_of(L, co);
  if (status[0] != 's' && status[0] != 'd') return luaL_error(L, "cannot close a %s coroutine", status);
  sc_charge(L, 10);
  if (end(L, co) == LUA_OK) {
    lua_pushboolean(L, true);
    return 1;
  }
  lua_pushboolean(L, false);
  lua_insert(L, -2);
  return 2;
}

void sc_open_coroutine(lua_State *L) {
  static const luaL_Reg functions[] = {{"close", co_close},   {"create", co_create},
                                       {"isyieldable", co_isyieldable}, {"resume", co_resume},
                                       {"running", co_running}, {"status", co_status},
                                       {"wrap", co_wrap},     {"yield", co_yield},
                                       {NULL, NULL}};
  luaL_newlib(L, functions);
}
