// Conversations: starting, resuming and dropping them, and saying how a turn ended.
#include <stdio.h>
#include <string.h>

#include "internal.h"

static size_t slot_of(const sc_vm *vm, uint64_t id) {
  return (size_t)((id * 0x9E3779B97F4A7C15u) >> 32) & (vm->table_size - 1);
}

sc_conversation *sc_find_conversation(const sc_vm *vm, uint64_t id) {
  if (vm->table_size == 0) return NULL;
  sc_conversation *c = vm->table[slot_of(vm, id)];
  while (c != NULL && c->id != id) c = c->next;
  return c;
}

static bool grow_table(sc_vm *vm) {
  size_t old_size = vm->table_size;
  if (vm->conversation_count < old_size) return true;
  sc_conversation **old = vm->table;
  size_t size = old_size == 0 ? 16 : old_size * 2;
  sc_conversation **table = sc_allocate(size * sizeof *table);
  if (table == NULL) return false;
  memset(table, 0, size * sizeof *table);
  vm->table = table;
  vm->table_size = size;
  for (size_t i = 0; i < old_size; i++) {
    for (sc_conversation *c = old[i], *next; c != NULL; c = next) {
      next = c->next;
      size_t slot = slot_of(vm, c->id);
      c->next = table[slot];
      table[slot] = c;
    }
  }
  sc_free(old);
  return true;
}

static sc_conversation *add(sc_vm *vm, uint64_t id) {
  if (!grow_table(vm)) return NULL;
  sc_conversation *c = sc_allocate(sizeof *c);
  if (c == NULL) return NULL;
  memset(c, 0, sizeof *c);
  c->id = id;
  c->ref = LUA_NOREF;
  size_t slot = slot_of(vm, id);
  c->next = vm->table[slot];
  vm->table[slot] = c;
  vm->conversation_count++;
  return c;
}

// None of its code runs: the coroutine is not closed, only left to the collector.
static void forget(sc_vm *vm, sc_conversation *c) {
  sc_conversation **link = &vm->table[slot_of(vm, c->id)];
  while (*link != c) link = &(*link)->next;
  *link = c->next;
  vm->conversation_count--;
  luaL_unref(vm->main, LUA_REGISTRYINDEX, c->ref);
  sc_free(c);
}

static int finish_body(lua_State *L, int status, lua_KContext extra) {
  sc_vm *vm = sc_vm_of(L);
  vm->out.len = 0;
  sc_encode_list(L, 1, lua_gettop(L), &vm->out, "result");
  return 0;
}

// The outermost function of a conversation's coroutine.
static int body(lua_State *L) {
  sc_vm *vm = sc_vm_of(L);
  vm->owed += SC_QUANTUM + vm->answer_len / 16;
  sc_checkpoint(L);  // many short turns must not pass the memory limit unseen
  int n = sc_push_module_call(L, vm->current->entry);
  n += sc_decode_list(L, vm->answer, vm->answer_len);
  lua_callk(L, n, LUA_MULTRET, 0, finish_body);
  return finish_body(L, LUA_OK, 0);
}

static int make_instance(lua_State *L) {
  sc_conversation *c = lua_touserdata(L, 1);
  lua_createtable(L, SC_INSTANCE_LOADED, 0);
  c->thread = lua_newthread(L);
  lua_pushcfunction(c->thread, body);
  lua_rawseti(L, -2, SC_INSTANCE_THREAD);
  c->ref = luaL_ref(L, LUA_REGISTRYINDEX);
  return 0;
}

static void begin_turn(sc_vm *vm, sc_conversation *c, const sc_turn *turn) {
  uint64_t instructions = turn != NULL && turn->instructions != 0 ? turn->instructions : vm->limits.instructions;
  uint32_t wall_ms = turn != NULL && turn->wall_ms != 0 ? turn->wall_ms : vm->limits.wall_ms;
  c->fuel = c->fuel_given = instructions;
  c->wall_left = (uint64_t)wall_ms * 1000000u;
  c->effects = 0;
  c->effect_bytes = 0;
  sc_seed(c, turn != NULL ? turn->seed : 0);
}

static const char *const limit_names[] = {"",           "memory limit", "instruction limit",
                                          "time limit", "effect limit", "conversation limit"};

// Fills what every outcome has.
static void report(sc_vm *vm, sc_kind kind, sc_outcome *out) {
  *out = (sc_outcome){.kind = kind, .bytes = (const uint8_t *)"", .call = "", .message = "", .traceback = ""};
  out->effects = vm->effects.bytes != NULL ? vm->effects.bytes : (const uint8_t *)"";
  out->effects_len = vm->effects.len;
  out->effects_count = vm->effects_count;
  out->memory_bytes = vm->bytes;
  out->recycle = vm->dead != SC_LIMIT_NONE || vm->out_of_memory;
}

static void report_bytes(sc_vm *vm, sc_outcome *out) {
  if (vm->out.bytes == NULL) return;
  out->bytes = vm->out.bytes;
  out->bytes_len = vm->out.len;
}

static void report_stop(sc_vm *vm, sc_limit limit, sc_outcome *out) {
  report(vm, SC_STOPPED, out);
  out->limit = limit;
  out->message = limit_names[limit];
  if (vm->traceback.len > 0) out->traceback = (const char *)vm->traceback.bytes;
}

static void report_failure(sc_vm *vm, const char *text, size_t len, sc_outcome *out) {
  report(vm, SC_FAILED, out);
  vm->message.len = 0;
  out->message = sc_clean(&vm->message, text, len, SC_MAX_MESSAGE) ? (const char *)vm->message.bytes : "not enough memory";
}

static void report_error(sc_vm *vm, sc_conversation *c, int status, sc_outcome *out) {
  lua_State *L = c->thread;
  char text[64];
  size_t len;
  if (lua_type(L, -1) == LUA_TSTRING) {
    const char *raw = lua_tolstring(L, -1, &len);
    if (status == LUA_ERRERR || (len < 256 && strstr(raw, "C stack overflow") != NULL)) vm->recycle = true;
    report_failure(vm, raw, len, out);
  } else {
    len = (size_t)snprintf(text, sizeof text, "(error object is a %s value)", lua_typename(L, lua_type(L, -1)));
    report_failure(vm, text, len, out);
  }
  sc_traceback(vm, L, &vm->traceback);
  if (vm->traceback.len > 0) out->traceback = (const char *)vm->traceback.bytes;
}

static void enter(sc_vm *vm, sc_conversation *c, const uint8_t *answer, size_t answer_len) {
  atomic_store_explicit(&vm->interrupt, false, memory_order_relaxed);
  vm->current = c;
  vm->running = c->thread;
  vm->fuel = c->fuel;
  vm->fuel_given = c->fuel_given;
  vm->owed = 0;
  vm->turn_started = sc_clock();
  vm->deadline = vm->turn_started + c->wall_left;
  vm->blocked = false;
  vm->closing = 0;
  vm->calling = false;
  vm->answer = answer;
  vm->answer_len = answer_len;
  sc_buffer_clear(&vm->out);
}

static void leave(sc_vm *vm, sc_conversation *c) {
  uint64_t spent = sc_clock() - vm->turn_started;
  c->wall_left -= spent < c->wall_left ? spent : c->wall_left;
  c->fuel = vm->fuel - (vm->owed < vm->fuel ? vm->owed : vm->fuel);
  vm->current = NULL;
  vm->running = NULL;
  vm->answer = NULL;
  vm->answer_len = 0;
}

static void run(sc_vm *vm, sc_conversation *c, const uint8_t *answer, size_t answer_len, sc_outcome *out) {
  enter(vm, c, answer, answer_len);
  sc_tune_collector(vm);
  int results = 0;
  int status = lua_resume(c->thread, NULL, 0, &results);
  leave(vm, c);
  uint64_t taken = c->fuel_given - c->fuel;
  bool waits = false;
  if (vm->dead != SC_LIMIT_NONE) {
    report_stop(vm, vm->dead, out);
  } else if (status == LUA_ERRMEM || vm->out_of_memory) {
    vm->dead = SC_LIMIT_MEMORY;
    report_stop(vm, SC_LIMIT_MEMORY, out);
  } else if (status == LUA_YIELD) {
    waits = true;
    report(vm, SC_CALLED, out);
    report_bytes(vm, out);
    out->call = (const char *)vm->call.bytes;
  } else if (status == LUA_OK) {
    report(vm, SC_FINISHED, out);
    report_bytes(vm, out);
  } else {
    report_error(vm, c, status, out);
  }
  out->instructions = taken;
  if (vm->recycle && !waits) out->recycle = true;
  if (!waits) forget(vm, c);
}

// Empties what the last outcome pointed to.
static void clear(sc_vm *vm) {
  sc_buffer_clear(&vm->effects);
  sc_buffer_clear(&vm->out);
  sc_buffer_clear(&vm->scratch);
  vm->effects_count = 0;
  vm->message.len = 0;
  vm->traceback.len = 0;
}

static void refuse(sc_vm *vm, const char *text, sc_outcome *out) { report_failure(vm, text, strlen(text), out); }

static const char used_up[] = "this vm was stopped and has to be made anew";

void sc_start(sc_vm *vm, uint64_t conversation, const char *module, const uint8_t *args, size_t args_len, const sc_turn *turn,
              sc_outcome *out) {
  clear(vm);
  if (vm->dead != SC_LIMIT_NONE) return refuse(vm, used_up, out);
  if (sc_find_conversation(vm, conversation) != NULL) return refuse(vm, "this conversation is waiting for an answer", out);
  sc_module *m = sc_find_module(vm, module, strlen(module));
  if (m == NULL) return refuse(vm, "the package has no such file", out);
  if (vm->conversation_count >= vm->limits.conversations) return report_stop(vm, SC_LIMIT_CONVERSATIONS, out);
  sc_conversation *c = add(vm, conversation);
  if (c == NULL) {
    vm->dead = SC_LIMIT_MEMORY;
    return report_stop(vm, SC_LIMIT_MEMORY, out);
  }
  c->entry = (size_t)(m - vm->modules);
  lua_pushcfunction(vm->main, make_instance);
  lua_pushlightuserdata(vm->main, c);
  if (lua_pcall(vm->main, 1, 0, 0) != LUA_OK) {
    lua_settop(vm->main, 0);
    forget(vm, c);
    vm->dead = SC_LIMIT_MEMORY;
    return report_stop(vm, SC_LIMIT_MEMORY, out);
  }
  if (++vm->starts >= vm->limits.starts) vm->recycle = true;
  begin_turn(vm, c, turn);
  run(vm, c, args, args_len, out);
}

void sc_resume(sc_vm *vm, uint64_t conversation, bool ok, const uint8_t *bytes, size_t bytes_len, const sc_turn *turn,
               sc_outcome *out) {
  clear(vm);
  if (vm->dead != SC_LIMIT_NONE) return refuse(vm, used_up, out);
  sc_conversation *c = sc_find_conversation(vm, conversation);
  if (c == NULL) return refuse(vm, "no such conversation is waiting", out);
  if (turn != NULL) begin_turn(vm, c, turn);
  vm->answer_ok = ok;
  run(vm, c, bytes, bytes_len, out);
}

void sc_drop(sc_vm *vm, uint64_t conversation) {
  sc_conversation *c = sc_find_conversation(vm, conversation);
  if (c != NULL) forget(vm, c);
}
