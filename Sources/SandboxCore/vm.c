// Making and ending a vm; memory with exact accounting.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#ifdef SC_TEST_HOOKS
long sc_test_fail_at = 0;       // the n-th allocation from now fails; 0: none
bool sc_test_fail_after = false;  // and all that follow it
long sc_test_blocks = 0;        // live blocks

static bool test_refuses(void) {
  if (sc_test_fail_at == 0) return false;
  if (sc_test_fail_at > 1) {
    sc_test_fail_at--;
    return false;
  }
  if (!sc_test_fail_after) sc_test_fail_at = 0;
  return true;
}
#else
static inline bool test_refuses(void) { return false; }
#endif

static void *resize(void *block, size_t size) {
  if (test_refuses()) return NULL;
  void *grown = realloc(block, size);
#ifdef SC_TEST_HOOKS
  if (grown != NULL && block == NULL) sc_test_blocks++;
#endif
  return grown;
}

void *sc_allocate(size_t size) { return resize(NULL, size); }

void sc_free(void *block) {
#ifdef SC_TEST_HOOKS
  if (block != NULL) sc_test_blocks--;
#endif
  free(block);
}

// A table with itself as its own __call makes Lua 5.4 add one argument after another and move all of them up each time: quadratic
// work up to a million slots, minutes without a VM instruction. What can be seen of it from here is the stack, n slots and 5 spare
// ones in a block of its own: it doubles, and doubles again without a safe point in between. Deep recursion passes many.
static bool is_endless_call(sc_vm *vm, size_t new_size) {
  enum { SLOT = 16, SPARE = 5, WATCHED = 20000, MOST = 300000 };
  if (new_size < (size_t)WATCHED * SLOT) return false;
  bool doubled = new_size == 2 * vm->large_block - SPARE * SLOT;
  bool endless = doubled && (vm->large_block_at == vm->safe_points || new_size > (size_t)MOST * SLOT);
  if (endless) return true;
  vm->large_block = new_size;
  vm->large_block_at = vm->safe_points;
  return false;
}

// Crossing the soft limit succeeds: death comes at the next safe point, so that Lua's emergency collections, which 5.4.4 does not
// survive everywhere, stay out of reach. Only the hard limit refuses.
static void *allocate(void *context, void *block, size_t old_size, size_t new_size) {
  sc_vm *vm = context;
  size_t old = block != NULL ? old_size : 0;  // else it says what kind of object is being made
  if (new_size == 0) {
    sc_free(block);
    vm->bytes -= old;
    return NULL;
  }
  if (new_size > old) {
    size_t total = vm->bytes + (new_size - old);
    if (total > vm->hard || (block == NULL && old_size == 0 && is_endless_call(vm, new_size))) {
      vm->out_of_memory = true;
      return NULL;
    }
    if (total > vm->soft && !vm->pressure) {
      vm->pressure = true;
      if (vm->running != NULL) sc_arm(vm->running, 1);
    }
  }
  void *result = resize(block, new_size);
  if (result == NULL) {
    if (new_size <= old) return block;  // Lua relies on shrinking to succeed
    vm->out_of_memory = true;
    return NULL;
  }
  vm->bytes += new_size;
  vm->bytes -= old;
  return result;
}

// Unreachable as long as every raising call is protected; a wrong turn here must not go on.
static int panic(lua_State *L) {
  static const char text[] = "stoa-sandbox: error outside a protected call\n";
  fputs(text, stderr);
  abort();
}

static void set_defaults(sc_limits *l) {
  if (l->memory_bytes == 0) l->memory_bytes = (uint64_t)16 << 20;
  if (l->memory_bytes > (uint64_t)1 << 40) l->memory_bytes = (uint64_t)1 << 40;
  if (l->instructions == 0) l->instructions = 50000000;
  if (l->wall_ms == 0) l->wall_ms = 5000;
  if (l->effects == 0) l->effects = 1000;
  if (l->effect_bytes == 0) l->effect_bytes = 1 << 20;
  if (l->value_bytes == 0) l->value_bytes = 1 << 20;
  if (l->conversations == 0) l->conversations = 100000;
  if (l->starts == 0) l->starts = 1000000;
}

static int set_up(lua_State *L) {
  const sc_file *files = lua_touserdata(L, 1);
  lua_settop(L, 0);
  sc_open_libraries(L);
  sc_compile_modules(L, files);
  lua_gc(L, LUA_GCCOLLECT);  // the stock libraries that were opened only to pick from
  return 0;
}

static bool copy_names(sc_vm *vm, const sc_file *files, size_t count) {
  vm->modules = sc_allocate((count > 0 ? count : 1) * sizeof(sc_module));
  if (vm->modules == NULL) return false;
  for (size_t i = 0; i < count; i++) {
    sc_module *m = &vm->modules[i];
    *m = (sc_module){.name_len = files[i].name_len, .privileged = files[i].privileged};
    m->name = sc_allocate(m->name_len + 2);
    if (m->name == NULL) return false;
    m->name[0] = '=';  // Lua shows such a chunk name as it is
    memcpy(m->name + 1, files[i].name, m->name_len);
    m->name[m->name_len + 1] = 0;
    vm->module_count = i + 1;
    if (vm->limits.lines && !m->privileged && !sc_keep_lines(m, &files[i])) return false;
    if (!m->privileged) vm->app_files++;
  }
  return true;
}

static void say(sc_vm *vm, const char *text, char *error, size_t error_cap) {
  if (error_cap > 0) snprintf(error, error_cap, "%s", text);
  if (vm != NULL) sc_destroy(vm);
}

void sc_say_load_error(sc_vm *vm, int status, char *error, size_t error_cap) {
  const char *limit[] = {NULL, "memory limit", "instruction limit", "time limit", NULL, NULL};
  const char *text = vm->dead != SC_LIMIT_NONE ? limit[vm->dead] : NULL;
  if (text == NULL && (status == LUA_ERRMEM || vm->out_of_memory)) text = "memory limit";
  if (text == NULL && lua_type(vm->main, -1) == LUA_TSTRING) {
    size_t len;
    const char *raw = lua_tolstring(vm->main, -1, &len);
    vm->message.len = 0;
    if (sc_clean(&vm->message, raw, len, SC_MAX_MESSAGE)) text = (const char *)vm->message.bytes;
  }
  say(NULL, text != NULL ? text : "cannot be loaded", error, error_cap);
}

sc_vm *sc_create(const sc_limits *limits, const sc_file *files, size_t count, char *error, size_t error_cap) {
  sc_vm *vm = sc_allocate(sizeof *vm);
  if (vm == NULL) return say(NULL, "not enough memory", error, error_cap), NULL;
  memset(vm, 0, sizeof *vm);
  atomic_init(&vm->interrupt, false);
  vm->sample = (uint32_t)sc_precise_clock();
  vm->limits = *limits;
  set_defaults(&vm->limits);
  vm->soft = (size_t)vm->limits.memory_bytes;
  vm->hard = vm->soft * 4;
  vm->out.limit = vm->limits.value_bytes;
  vm->effects.limit = vm->limits.effect_bytes;
  vm->call.limit = 256;
  vm->message.limit = vm->traceback.limit = SIZE_MAX / 2;
  if (!copy_names(vm, files, count)) return say(vm, "not enough memory", error, error_cap), NULL;
  vm->main = lua_newstate(allocate, vm);
  if (vm->main == NULL) return say(vm, "not enough memory", error, error_cap), NULL;
  *(sc_vm **)lua_getextraspace(vm->main) = vm;
  lua_atpanic(vm->main, panic);
  lua_gc(vm->main, LUA_GCINC, 0, 0, 0);
  sc_arm(vm->main, SC_QUANTUM);  // each coroutine inherits it

  // Compiling is a turn too: hostile text can keep a compiler busy.
  vm->fuel = vm->limits.instructions;
  vm->deadline = sc_clock() + (uint64_t)vm->limits.wall_ms * 1000000;
  lua_pushcfunction(vm->main, set_up);
  lua_pushlightuserdata(vm->main, (void *)files);
  int status = lua_pcall(vm->main, 1, 0, 0);
  if (status != LUA_OK) {
    sc_say_load_error(vm, status, error, error_cap);
    sc_destroy(vm);
    return NULL;
  }
  vm->owed = 0;
  return vm;
}

void sc_destroy(sc_vm *vm) {
  if (vm == NULL) return;
  vm->running = NULL;
  if (vm->main != NULL) lua_close(vm->main);
  for (size_t i = 0; i < vm->table_size; i++) {
    for (sc_conversation *c = vm->table[i], *next; c != NULL; c = next) {
      next = c->next;
      sc_free(c);
    }
  }
  sc_free(vm->table);
  for (size_t i = 0; i < vm->module_count; i++) {
    sc_free(vm->modules[i].name);
    sc_free(vm->modules[i].lines);
  }
  sc_free(vm->modules);
  sc_buffer *buffers[] = {&vm->out, &vm->effects, &vm->scratch, &vm->call, &vm->message, &vm->traceback};
  for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++) sc_buffer_free(buffers[i]);
  sc_free(vm);
}

size_t sc_conversations(const sc_vm *vm) { return vm->conversation_count; }

uint64_t sc_memory(const sc_vm *vm) { return vm->bytes; }

bool sc_buffer_grow(sc_buffer *b, size_t more) {
  if (more > b->limit || b->len > b->limit - more) return false;
  size_t need = b->len + more;
  if (need <= b->cap) return true;
  size_t cap = b->cap < 128 ? 256 : b->cap * 2;
  if (cap < need) cap = need;
  uint8_t *grown = resize(b->bytes, cap);
  if (grown == NULL) return false;
  b->bytes = grown;
  b->cap = cap;
  return true;
}

bool sc_buffer_put(sc_buffer *b, const void *bytes, size_t len) {
  if (b->cap - b->len < len && !sc_buffer_grow(b, len)) return false;
  if (len > 0) memcpy(b->bytes + b->len, bytes, len);
  b->len += len;
  return true;
}

void sc_buffer_free(sc_buffer *b) {
  sc_free(b->bytes);
  b->bytes = NULL;
  b->len = b->cap = 0;
}

void sc_buffer_clear(sc_buffer *b) {
  if (b->cap > (size_t)64 << 10) sc_buffer_free(b);
  b->len = 0;
}

void sc_buffer_reserve(lua_State *L, sc_buffer *b, size_t more, const char *what) {
  if (more > b->limit || b->len > b->limit - more)
    sc_raise(L, "%s is over %lu bytes", what, (unsigned long)b->limit);
  if (!sc_buffer_grow(b, more)) sc_die(L, SC_LIMIT_MEMORY);
}

sc_buffer *sc_scratch(lua_State *L, size_t limit) {
  sc_buffer *b = &sc_vm_of(L)->scratch;
  sc_buffer_clear(b);
  b->limit = limit;
  return b;
}
