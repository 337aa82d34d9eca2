// Fuel, time, memory pressure and death.
//
// Death is not an error of Lua's: the vm is marked, a light userdata is thrown, and every protected call of ours throws it on. The
// hook stands at 1 meanwhile, so that code which gets to run all the same (a __close handler) dies at its first instruction.
#include <time.h>

#include "internal.h"

static const char death_mark;

static uint64_t nanoseconds(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

uint64_t sc_clock(void) { return nanoseconds(CLOCK_MONOTONIC_COARSE); }

uint64_t sc_precise_clock(void) { return nanoseconds(CLOCK_MONOTONIC); }

static void hook(lua_State *L, lua_Debug *ar) {
  if (ar->event == LUA_HOOKLINE) {
    sc_note_line(L, ar);
    return;
  }
  sc_vm *vm = sc_vm_of(L);
  int count = lua_gethookcount(L);
  vm->owed += (uint64_t)count;
  sc_checkpoint(L);
  if (count != SC_QUANTUM) sc_arm(L, SC_QUANTUM);  // it was armed for a safe point, which this was
  if ((++vm->tick & 63) == 0) sc_tune_collector(vm);
}

void sc_arm(lua_State *L, int count) {
  lua_sethook(L, hook, sc_vm_of(L)->limits.lines ? LUA_MASKCOUNT | LUA_MASKLINE : LUA_MASKCOUNT, count);
}

void sc_tune_collector(sc_vm *vm) {
  size_t ceiling = vm->soft / 5 * 4;
  size_t percent = vm->bytes / 100 > 0 ? ceiling / (vm->bytes / 100) : 200;
  lua_gc(vm->main, LUA_GCSETPAUSE, (int)(percent > 200 ? 200 : percent < 104 ? 104 : percent));
}

_Noreturn void sc_die(lua_State *L, sc_limit limit) {
  sc_vm *vm = sc_vm_of(L);
  if (vm->dead == SC_LIMIT_NONE) {
    vm->dead = limit;
    sc_traceback(vm, L, &vm->traceback);
  }
  sc_arm(L, 1);
  lua_checkstack(L, 1);
  lua_pushlightuserdata(L, (void *)&death_mark);
  lua_error(L);
  __builtin_unreachable();
}

// The safe point after the soft limit was crossed: one full collection, paid for by what survives it.
static void relieve(lua_State *L, sc_vm *vm) {
  vm->pressure = false;
  lua_gc(L, LUA_GCCOLLECT);
  uint64_t price = vm->bytes / 16;
  vm->fuel -= price < vm->fuel ? price : vm->fuel;
  sc_tune_collector(vm);
  if (vm->bytes > vm->soft / 8 * 7) sc_die(L, SC_LIMIT_MEMORY);
}

void sc_checkpoint(lua_State *L) {
  sc_vm *vm = sc_vm_of(L);
  uint64_t owed = vm->owed;
  vm->owed = 0;
  vm->safe_points++;
  if (vm->dead != SC_LIMIT_NONE) sc_die(L, vm->dead);
  if (vm->fuel <= owed) {
    vm->fuel = 0;
    sc_die(L, SC_LIMIT_INSTRUCTION);
  }
  vm->fuel -= owed;
  if (atomic_load_explicit(&vm->interrupt, memory_order_relaxed) || sc_clock() >= vm->deadline) sc_die(L, SC_LIMIT_TIME);
  if (vm->out_of_memory) sc_die(L, SC_LIMIT_MEMORY);
  if (vm->pressure) relieve(L, vm);
}

void sc_caught(lua_State *L, int status) {
  sc_vm *vm = sc_vm_of(L);
  if (vm->dead != SC_LIMIT_NONE) sc_die(L, vm->dead);
  if (status == LUA_ERRMEM || vm->out_of_memory) sc_die(L, SC_LIMIT_MEMORY);
  if (status == LUA_ERRERR) vm->recycle = true;
  if (status == LUA_ERRRUN && lua_type(L, -1) == LUA_TSTRING && lua_rawlen(L, -1) < 256) {
    const char *text = lua_tostring(L, -1);
    if (__builtin_strstr(text, "C stack overflow") != NULL) vm->recycle = true;
  }
}

void sc_interrupt(sc_vm *vm) { atomic_store_explicit(&vm->interrupt, true, memory_order_relaxed); }
