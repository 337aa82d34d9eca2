// Assertions about what developers' tools see: the stack of a waiting conversation, lines that ran, a file's outline.
#include <stdlib.h>
#include <string.h>

#include "support.h"

extern long sc_test_fail_at;
extern bool sc_test_fail_after;
extern long sc_test_blocks;

static int failures, checks;

#define CHECK(condition, ...)                                                   \
  do {                                                                          \
    checks++;                                                                   \
    if (!(condition)) {                                                         \
      failures++;                                                               \
      fprintf(stderr, "%s:%d: %s", __FILE__, __LINE__, #condition);             \
      fprintf(stderr, "  " __VA_ARGS__);                                        \
      fputc('\n', stderr);                                                      \
    }                                                                           \
  } while (0)

static const uint8_t none[] = {0x90};

static sc_vm *make(const sc_limits *limits, const char *text) {
  static const char sdk[] = "local host = ...\nfunction host.globals.call(...) return host.call('f', ...) end\nreturn require('main')\n";
  sc_file files[] = {
      {.name = "sdk.lua", .name_len = 7, .text = (const uint8_t *)sdk, .text_len = sizeof sdk - 1, .privileged = true},
      {.name = "main.lua", .name_len = 8, .text = (const uint8_t *)text, .text_len = strlen(text)},
  };
  char error[1024] = "";
  sc_vm *vm = sc_create(limits, files, 2, error, sizeof error);
  if (vm == NULL) fprintf(stderr, "%s\n", error), exit(1);
  return vm;
}

static sc_outcome begin(sc_vm *vm, uint64_t id) {
  sc_outcome o;
  sc_turn turn = {.seed = 1};
  sc_start(vm, id, "sdk.lua", none, sizeof none, &turn, &o);
  return o;
}

static sc_outcome go_on(sc_vm *vm, uint64_t id) {
  sc_outcome o;
  sc_resume(vm, id, true, none, sizeof none, NULL, &o);
  return o;
}

static const char *frames_of(sc_vm *vm, uint64_t id) {
  static char text[1 << 16];
  size_t len;
  const uint8_t *bytes = sc_frames(vm, id, &len);
  FILE *f = fmemopen(text, sizeof text - 1, "w");
  size_t n = print_value(f, bytes, len);
  fputc(0, f);
  fclose(f);
  CHECK(n == len, "%zu of %zu bytes", n, len);
  return text;
}

static const sc_limits defaults = {0};

static void test_frames(void) {
  sc_vm *vm = make(&defaults,
                   "local function pay(order, ...)\n"
                   "  local total = order.sum + 0.5\n"
                   "  local note, missing, ok = 'a \"b\"\\n', nil, true\n"
                   "  call(total)\n"
                   "  return note, missing, ok\n"
                   "end\n"
                   "local co = coroutine.wrap(function() local inner = 7 pay({sum = 2, [1] = 'x', [2] = {1}, ['a b'] = print}) return inner end)\n"
                   "local other = coroutine.create(function() local wrapped = 1 co() return wrapped end)\n"
                   "coroutine.resume(other)\n"
                   "return 5\n");
  sc_outcome o = begin(vm, 1);
  CHECK(o.kind == SC_CALLED, "%s", o.message);
  const char *seen = frames_of(vm, 1);
  const char *expected =
      "[[main.lua, 4, upvalue 'pay', [[order, {\"x\", {…}, [\"a b\"] = function, sum = 2}], [total, 2.5], "
      "[note, \"a \\\"b\\\"\\n\"], [missing, nil], [ok, true]]], "
      "[main.lua, 7, function <main.lua:7>, [[inner, 7]]], "
      "[main.lua, 8, function <main.lua:8>, [[wrapped, 1]]], "
      "[main.lua, 9, main chunk, [[pay, function], [co, function], [other, thread]]]]";
  CHECK(strcmp(seen, expected) == 0, "%s", seen);
  CHECK(strcmp(frames_of(vm, 1), seen) == 0, "looking changes nothing");
  CHECK(strcmp(frames_of(vm, 2), "[]") == 0, "an unknown conversation");
  o = go_on(vm, 1);
  CHECK(o.kind == SC_FINISHED, "%s", o.message);
  CHECK(strcmp(frames_of(vm, 1), "[]") == 0, "a finished conversation");
  sc_destroy(vm);
}

// Values that would run code, or would be long.
static void test_hostile_values(void) {
  sc_vm *vm = make(&defaults,
                   "local function bad() error('ran') end\n"
                   "local trap = setmetatable({k = 1}, {__index = bad, __tostring = bad, __pairs = bad, __len = bad, __eq = bad, __name = 'x'})\n"
                   "local long, nul, broken = ('y'):rep(1000000), 'a\\0b', '\\xff\\xfe'\n"
                   "local many, fields = {}, {}\n"
                   "for i = 1, 30000 do many[i] = i end\n"
                   "for i = 1, 3000 do fields['k' .. i] = long end\n"
                   "local strange = {[trap] = 1, [1.5] = 2, [true] = 3}\n"
                   "call()\n"
                   "return 1\n");
  sc_outcome o = begin(vm, 1);
  CHECK(o.kind == SC_CALLED, "%s", o.message);
  const char *seen = frames_of(vm, 1);
  CHECK(strstr(seen, "[trap, {k = 1}]") != NULL, "%s", seen);
  CHECK(strstr(seen, "yyy\"... (1000000 bytes)]") != NULL, "%s", seen);
  CHECK(strstr(seen, "[nul, \"a\\x00b\"]") != NULL && strstr(seen, "[broken, \"\\xFF\\xFE\"]") != NULL, "%s", seen);
  CHECK(strstr(seen, "[many, {1, 2, 3") != NULL && strstr(seen, "20, … over 9980 more}]") != NULL, "%s", seen);
  CHECK(strstr(seen, "[fields, {k1 = \"") != NULL && strstr(seen, "k10 = ") != NULL && strstr(seen, "2980 more}]") != NULL, "%s", seen);
  CHECK(strstr(seen, "[strange, {… 3 more}]") != NULL, "%s", seen);
  CHECK(go_on(vm, 1).kind == SC_FINISHED, "goes on");
  sc_destroy(vm);
}

static void test_many_locals(void) {
  char text[16384];
  int n = 0;
  for (int i = 0; i < 190; i++) n += snprintf(text + n, sizeof text - (size_t)n, "local v%d = ('z'):rep(500)\n", i);
  snprintf(text + n, sizeof text - (size_t)n,
           "local function deep(n) if n == 0 then call() else deep(n - 1) end return n end\ndeep(100)\nreturn v0\n");
  sc_vm *vm = make(&defaults, text);
  CHECK(begin(vm, 1).kind == SC_CALLED, "waits");
  const char *seen = frames_of(vm, 1);
  CHECK(strstr(seen, "[n, 0]") != NULL && strstr(seen, "[n, 19]") != NULL && strstr(seen, "[n, 20]") == NULL, "%s", seen);
  sc_destroy(vm);
}

// Each allocation while looking fails: what is seen may lack, the conversation goes on.
static void test_no_memory_for_frames(void) {
  const char *text = "local a, b, c = {1, 2}, 'text', {x = 'y'}\ncall(1)\nreturn a, b, c\n";
  for (int mode = 0; mode < 2; mode++)
    for (long at = 1; at < 12; at++) {
      sc_vm *vm = make(&defaults, text);
      CHECK(begin(vm, 1).kind == SC_CALLED, "waits");
      sc_test_fail_at = at;
      sc_test_fail_after = mode == 1;
      size_t len;
      sc_frames(vm, 1, &len);
      sc_test_fail_at = 0;
      CHECK(go_on(vm, 1).kind == SC_FINISHED, "allocation %ld", at);
      sc_destroy(vm);
    }
}

static void add_lines(sc_vm *vm, uint8_t *all, size_t cap) {
  size_t len;
  const uint8_t *bits = sc_new_lines(vm, 1, &len);
  CHECK(bits == NULL || len <= cap, "%zu bytes", len);
  for (size_t i = 0; bits != NULL && i < len; i++) all[i] |= bits[i];
}

static const char *listed(const uint8_t *bits, size_t len) {
  static char text[256];
  size_t n = 0;
  text[0] = 0;
  for (size_t line = 0; line < len * 8 && n < sizeof text - 16; line++)
    if (bits[line >> 3] >> (line & 7) & 1) n += (size_t)snprintf(text + n, sizeof text - n, "%s%zu", n > 0 ? " " : "", line);
  return text;
}

static void test_lines(void) {
  sc_limits limits = {.lines = true};
  sc_vm *vm = make(&limits,
                   "local n = 0\n"
                   "local function never()\n"
                   "  n = n + 1\n"
                   "end\n"
                   "coroutine.wrap(function()\n"
                   "  n = n + 2\n"
                   "  pcall(function()\n"
                   "    error('x')\n"
                   "    never()\n"
                   "  end)\n"
                   "  call()\n"
                   "  n = 3\n"
                   "end)()\n"
                   "if n == 4 then\n"
                   "  never()\n"
                   "end\n"
                   "load('n = 9\\n\\n\\nn = 10', '=main.lua2')()\n"
                   "return n");
  uint8_t bits[16] = {0};
  CHECK(begin(vm, 1).kind == SC_CALLED, "waits");
  add_lines(vm, bits, sizeof bits);
  CHECK(strcmp(listed(bits, sizeof bits), "1 4 5 6 7 8 10 11 13") == 0, "%s", listed(bits, sizeof bits));
  size_t len;
  CHECK(sc_new_lines(vm, 1, &len) == NULL, "nothing new");
  CHECK(sc_new_lines(vm, 0, &len) == NULL && sc_new_lines(vm, 9, &len) == NULL, "the host's file, and none");
  sc_outcome o = go_on(vm, 1);
  CHECK(o.kind == SC_FINISHED, "%s", o.message);
  add_lines(vm, bits, sizeof bits);
  CHECK(strcmp(listed(bits, sizeof bits), "1 4 5 6 7 8 10 11 12 13 14 17 18") == 0, "%s", listed(bits, sizeof bits));
  sc_destroy(vm);
}

static void test_limits_with_lines(void) {
  sc_limits limits = {.lines = true, .instructions = 300000};
  const char *const texts[] = {
      "while true do end",
      "coroutine.wrap(function() while true do end end)()",
      "pcall(error, 'x') coroutine.wrap(function() pcall(error, 'y') repeat pcall(error) until false end)()",
      "while true do\nlocal a = 1\nlocal b = 2\nend",
      "local t <close> = setmetatable({}, {__close = function() while true do end end}) while true do end",
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    sc_vm *vm = make(&limits, texts[i]);
    sc_outcome o = begin(vm, 1);
    CHECK(o.kind == SC_STOPPED && o.limit == SC_LIMIT_INSTRUCTION, "%zu: kind %d %s", i, (int)o.kind, o.message);
    sc_destroy(vm);
  }
  sc_limits small = {.lines = true, .memory_bytes = 2 << 20};
  sc_vm *vm = make(&small, "local t = {}\nwhile true do\n t[#t + 1] = ('x'):rep(100) .. #t\nend");
  sc_outcome o = begin(vm, 1);
  CHECK(o.kind == SC_STOPPED && o.limit == SC_LIMIT_MEMORY, "kind %d %s", (int)o.kind, o.message);
  sc_destroy(vm);
}

// "lines | globals" of a text, or its error.
static const char *outline_of(const char *text, size_t len) {
  static char shown[8192];
  char error[512] = "";
  sc_file file = {.name = "a.lua", .name_len = 5, .text = (const uint8_t *)text, .text_len = len};
  sc_outline outline;
  long before = sc_test_blocks;
  if (!sc_make_outline(&file, &outline, error, sizeof error)) {
    snprintf(shown, sizeof shown, "%s", error);
  } else {
    int n = 0;
    for (size_t i = 0; i < outline.line_count && n < 4000; i++) n += snprintf(shown + n, 32, "%s%u", i > 0 ? " " : "", outline.lines[i]);
    n += snprintf(shown + n, 32, " |");
    for (size_t i = 0; i < outline.global_count && n < 8000; i++) {
      const sc_global *g = &outline.globals[i];
      n += snprintf(shown + n, 64, " %u%s%.*s", g->line, g->written ? "=" : ":", (int)(g->name_len < 40 ? g->name_len : 40), g->name);
    }
    sc_free_outline(&outline);
  }
  CHECK(sc_test_blocks == before, "%ld blocks left", sc_test_blocks - before);
  return shown;
}

#define OUTLINE(text, expected)                                                                 \
  do {                                                                                          \
    const char *shown = outline_of(text, strlen(text));                                         \
    CHECK(strcmp(shown, expected) == 0, "%s", shown);                                           \
  } while (0)

static void test_outlines(void) {
  OUTLINE("", " |");
  OUTLINE("x = 1\nlocal y = x + z", "1 2 | 1=x 2:x 2:z");
  OUTLINE("local function f()\n  return g(\n    1)\nend\nfunction h() f() end\n\nreturn h", "2 3 4 5 7 | 2:g 5=h 7:h");
  OUTLINE("local _ENV = {}\nx = 1", "1 2 |");
  OUTLINE("local function f(_ENV) return x end\nreturn f, y", "1 2 | 2:y");
  OUTLINE("x = ", "a.lua:1: unexpected symbol near <eof>");
  OUTLINE("return function() return function() deep = 1 end end", "1 | 1=deep");
  OUTLINE("\x1bLua", "attempt to load a binary chunk (mode is 't')");
  // Lines beyond what a byte can say, and beyond the distance between absolute ones.
  char far[4096] = "a = 1";
  for (int i = 0; i < 300; i++) strcat(far, "\n");
  strcat(far, "b = 2");
  OUTLINE(far, "1 301 | 1=a 301=b");
  char long_text[8192] = "local t = 0\n";
  for (int i = 0; i < 300; i++) strcat(long_text, "t = t + 1\n");
  strcat(long_text, "late = t");
  const char *shown = outline_of(long_text, strlen(long_text));
  CHECK(strstr(shown, " 300 301 302 | 302=late") != NULL, "%s", shown);
}

static void test_hostile_outlines(void) {
  size_t len = (1 << 20) - 16;
  char *text = malloc(len + 64);
  for (size_t i = 0; i < len; i += 4) memcpy(text + i, "a=1\n", 4);
  CHECK(strchr(outline_of(text, len), '|') != NULL, "a large file");
  for (size_t i = 0; i < len; i += 2) memcpy(text + i, "a.", 2);
  CHECK(strstr(outline_of(text, len), "|") == NULL, "no file");
  memset(text, '(', len);
  CHECK(strstr(outline_of(text, len), "C stack overflow") != NULL, "%s", outline_of(text, len));
  CHECK(strstr(outline_of(text, len + 64), "over 1 MiB") != NULL, "%s", outline_of(text, len + 64));
  size_t n = 0;
  for (int i = 0; i < 50; i++) n += (size_t)sprintf(text + n, "return function() g%d = %d ", i, i);
  for (int i = 0; i < 50; i++) n += (size_t)sprintf(text + n, " end");
  CHECK(strstr(outline_of(text, n), "1=g49") != NULL, "%s", outline_of(text, n));
  free(text);
  const char *small = "local a = 1\nfunction f() return a, b end\nc = f";
  for (int mode = 0; mode < 2; mode++)
    for (long at = 1; at < 2000; at++) {
      sc_test_fail_at = at;
      sc_test_fail_after = mode == 1;
      bool failed = strchr(outline_of(small, strlen(small)), '|') == NULL;
      bool reached = sc_test_fail_at == 0 || (mode == 1 && sc_test_fail_at <= 1);
      sc_test_fail_at = 0;
      if (!reached && !failed) break;
    }
}

static int run_all(void *unused) {
  static const struct { const char *name; void (*run)(void); } tests[] = {
      {"frames", test_frames},   {"hostile values", test_hostile_values}, {"many locals", test_many_locals},
      {"frames without memory", test_no_memory_for_frames},
      {"lines", test_lines},     {"limits with lines", test_limits_with_lines},
      {"outlines", test_outlines}, {"hostile outlines", test_hostile_outlines},
  };
  sc_destroy(make(&defaults, "return 1"));
  long kept = sc_test_blocks;
  for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
    int before = failures;
    tests[i].run();
    printf("%-24s %s\n", tests[i].name, failures == before ? "ok" : "FAILED");
    fflush(stdout);
  }
  CHECK(sc_test_blocks == kept, "%ld blocks left", sc_test_blocks - kept);
  printf("%d checks, %d failed\n", checks, failures);
  return failures == 0 ? 0 : 1;
}

int main(void) { return on_large_stack(run_all, NULL); }
