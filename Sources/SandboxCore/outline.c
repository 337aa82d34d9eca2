// What a file is made of, read from its compiled form: nothing of it runs.
#include <stdio.h>
#include <stdlib.h>

#include "dump.h"
#include "internal.h"

enum { MAX_NESTING = 250, ABSOLUTE_LINE = -128 };

// Grows like the buffers it is made of; `failed` when memory lacked once.
typedef struct outliner {
  sc_dump dump;
  sc_buffer lines;    // uint32_t
  sc_buffer globals;  // sc_global
  bool failed;
} outliner;

// One function's parts, as positions in the dump.
typedef struct function {
  const uint8_t *code;
  uint64_t code_len;
  sc_dump constants;
  uint64_t constant_count;
  uint64_t line_defined;
  bool vararg;
} function;

typedef struct constant {
  const char *text;
  size_t len;
} constant;

static void note_global(outliner *o, function *f, uint64_t k, uint32_t line, bool written) {
  sc_dump d = f->constants;
  const char *name = NULL;
  size_t len = 0;
  for (uint64_t i = 0; i <= k && i < f->constant_count; i++) name = sc_dump_constant(&d, &len);
  if (name == NULL || d.bad) return;
  sc_global g = {line, written, name, len};
  if (!sc_buffer_put(&o->globals, &g, sizeof g)) o->failed = true;
}

// Walks the lines of the instructions; `env` is the position of _ENV among the upvalues, -1 when it is not one.
static void walk_lines(outliner *o, function *f, const int8_t *deltas, uint64_t delta_count, sc_dump absolute, int env) {
  uint64_t line = f->line_defined;
  for (uint64_t i = 0; i < delta_count && i < f->code_len; i++) {
    if (deltas[i] == ABSOLUTE_LINE) {
      sc_dump_number(&absolute);
      line = sc_dump_number(&absolute);
    } else {
      line += (uint64_t)(int64_t)deltas[i];
    }
    uint32_t instruction = sc_dump_instruction(f->code, i), shown = (uint32_t)line;
    // The first of a vararg function is no line's, and the last of each is the return that its end stands for.
    bool counts = !(i == 0 && f->vararg) && i + 1 < f->code_len;
    if (counts && !sc_buffer_put(&o->lines, &shown, sizeof shown)) o->failed = true;
    uint32_t op = instruction & 0x7F, a = instruction >> 7 & 0xFF, b = instruction >> 16 & 0xFF, c = instruction >> 24;
    if (env < 0) continue;
    if (op == SC_OP_GETTABUP && (int)b == env) note_global(o, f, c, shown, false);
    if (op == SC_OP_SETTABUP && (int)a == env) note_global(o, f, b, shown, true);
  }
}

// The dump has a function's name of _ENV behind the functions inside it, so these come first.
static void walk(outliner *o, int nesting) {
  sc_dump *d = &o->dump;
  size_t len;
  function f = {0};
  if (nesting > MAX_NESTING) {
    d->bad = true;
    return;
  }
  sc_dump_string(d, &len);  // source
  f.line_defined = sc_dump_number(d);
  sc_dump_number(d);
  sc_dump_byte(d);
  f.vararg = sc_dump_byte(d) != 0;
  sc_dump_byte(d);
  f.code_len = sc_dump_number(d);
  f.code = sc_dump_skip(d, f.code_len * 4);
  f.constant_count = sc_dump_number(d);
  f.constants = *d;
  for (uint64_t i = 0; i < f.constant_count && !d->bad; i++) sc_dump_constant(d, &len);
  sc_dump_skip(d, sc_dump_number(d) * 3);  // upvalues
  uint64_t inner = sc_dump_number(d);
  for (uint64_t i = 0; i < inner && !d->bad; i++) walk(o, nesting + 1);
  uint64_t delta_count = sc_dump_number(d);
  const int8_t *deltas = (const int8_t *)sc_dump_skip(d, delta_count);
  uint64_t absolute_count = sc_dump_number(d);
  sc_dump absolute = *d;
  for (uint64_t i = 0; i < absolute_count * 2 && !d->bad; i++) sc_dump_number(d);
  uint64_t locals = sc_dump_number(d);
  for (uint64_t i = 0; i < locals && !d->bad; i++) {
    sc_dump_string(d, &len);
    sc_dump_number(d);
    sc_dump_number(d);
  }
  uint64_t upvalues = sc_dump_number(d);
  int env = -1;
  for (uint64_t i = 0; i < upvalues && !d->bad; i++) {
    const char *name = sc_dump_string(d, &len);
    if (name != NULL && len == 4 && memcmp(name, "_ENV", 4) == 0) env = (int)i;
  }
  if (!d->bad && deltas != NULL && f.code != NULL) walk_lines(o, &f, deltas, delta_count, absolute, env);
}

static int by_number(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static int by_place(const void *a, const void *b) {
  const sc_global *x = a, *y = b;
  if (x->line != y->line) return (x->line > y->line) - (x->line < y->line);
  return (x->name > y->name) - (x->name < y->name);
}

static size_t without_doubles(uint32_t *lines, size_t count) {
  size_t kept = 0;
  for (size_t i = 0; i < count; i++)
    if (kept == 0 || lines[kept - 1] != lines[i]) lines[kept++] = lines[i];
  return kept;
}

static int write_dump(lua_State *L, const void *bytes, size_t len, void *context) {
  return sc_buffer_put(context, bytes, len) ? 0 : 1;
}

// lua_CFunction: (file, buffer for the dump)
static int compile_and_dump(lua_State *L) {
  const sc_file *file = lua_touserdata(L, 1);
  sc_buffer *dump = lua_touserdata(L, 2);
  if (file->text_len > SC_MAX_SOURCE) return luaL_error(L, "the file is over 1 MiB");
  lua_pushliteral(L, "=");
  lua_pushlstring(L, file->name, file->name_len);
  lua_concat(L, 2);
  if (sc_compile_chunk(L, (const char *)file->text, file->text_len, lua_tostring(L, 3)) != LUA_OK) return lua_error(L);
  if (lua_dump(L, write_dump, dump, 0) != 0) return luaL_error(L, "not enough memory");
  return 0;
}

bool sc_make_outline(const sc_file *file, sc_outline *outline, char *error, size_t error_cap) {
  *outline = (sc_outline){0};
  sc_limits limits = {0};
  sc_buffer dump = {NULL, 0, 0, (size_t)64 << 20};
  sc_vm *vm = sc_create(&limits, NULL, 0, error, error_cap);
  if (vm == NULL) return false;
  lua_pushcfunction(vm->main, compile_and_dump);
  lua_pushlightuserdata(vm->main, (void *)file);
  lua_pushlightuserdata(vm->main, &dump);
  int status = lua_pcall(vm->main, 2, 0, 0);
  if (status != LUA_OK) {
    sc_say_load_error(vm, status, error, error_cap);
    sc_destroy(vm);
    sc_buffer_free(&dump);
    return false;
  }
  sc_destroy(vm);
  outliner o = {.lines = {NULL, 0, 0, (size_t)64 << 20}, .globals = {NULL, 0, 0, (size_t)64 << 20}};
  bool known = sc_dump_open(&o.dump, dump.bytes, dump.len);
  if (known) walk(&o, 0);
  if (!known || o.failed || o.dump.bad) {
    sc_buffer_free(&dump);
    sc_buffer_free(&o.lines);
    sc_buffer_free(&o.globals);
    if (error_cap > 0) snprintf(error, error_cap, "%s", o.failed ? "not enough memory" : "this Lua's compiled form is not known");
    return false;
  }
  *outline = (sc_outline){
    .lines = (uint32_t *)(void *)o.lines.bytes,
    .line_count = o.lines.len / sizeof(uint32_t),
    .globals = (sc_global *)(void *)o.globals.bytes,
    .global_count = o.globals.len / sizeof(sc_global),
    .names = dump.bytes,
  };
  if (outline->line_count > 0) qsort(outline->lines, outline->line_count, sizeof(uint32_t), by_number);
  outline->line_count = without_doubles(outline->lines, outline->line_count);
  if (outline->global_count > 0) qsort(outline->globals, outline->global_count, sizeof(sc_global), by_place);
  return true;
}

void sc_free_outline(sc_outline *outline) {
  sc_free(outline->lines);
  sc_free(outline->globals);
  sc_free(outline->names);
  *outline = (sc_outline){0};
}
