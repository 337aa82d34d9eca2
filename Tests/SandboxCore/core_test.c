// Assertions about SandboxCore. Built with SC_TEST_HOOKS, which let it fail an allocation and count live blocks.
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "support.h"

extern long sc_test_fail_at;
extern bool sc_test_fail_after;
extern long sc_test_blocks;

static int failures, checks;
static long kept;  // blocks that stay: the host's files, compiled once for the process

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

// The host's file in these tests: gives the app `call`, `emit`, `size`, and starts it.
static const char sdk[] =
    "local host = ...\n"
    "local g = host.globals\n"
    "function g.call(...) return host.call('f', ...) end\n"
    "function g.emit(...) return host.emit(...) end\n"
    "function g.size(v) return host.size(v) end\n"
    "function g.secret() return tostring(12) .. type(host) end\n"
    "return require('main')()\n";

static sc_vm *make_files(const sc_limits *limits, int count, const char *const *names, const char *const *texts, char *error) {
  static const sc_limits defaults = {0};
  sc_file files[8];
  for (int i = 0; i < count; i++)
    files[i] = (sc_file){.name = names[i], .name_len = strlen(names[i]), .text = (const uint8_t *)texts[i],
                         .text_len = strlen(texts[i]), .privileged = strcmp(names[i], "sdk.lua") == 0};
  return sc_create(limits != NULL ? limits : &defaults, files, (size_t)count, error, 1024);
}

// `text` is the body of the function that the host's file calls.
static const char *wrap(const char *text) {
  static char wrapped[8192];
  snprintf(wrapped, sizeof wrapped, "return function(...) %s\nend", text);
  return wrapped;
}

static sc_vm *make(const sc_limits *limits, const char *text) {
  char error[1024] = "";
  const char *const names[] = {"sdk.lua", "main.lua"};
  const char *const texts[] = {sdk, wrap(text)};
  sc_vm *vm = make_files(limits, 2, names, texts, error);
  CHECK(vm != NULL, "%s", error);
  if (vm == NULL) exit(1);
  return vm;
}

static sc_outcome begin(sc_vm *vm, uint64_t id, uint64_t seed) {
  sc_outcome o;
  sc_turn turn = {.seed = seed};
  sc_start(vm, id, "sdk.lua", none, sizeof none, &turn, &o);
  return o;
}

static sc_outcome answer(sc_vm *vm, uint64_t id, const char *values) {
  sc_outcome o;
  sc_resume(vm, id, true, (const uint8_t *)values, strlen(values), NULL, &o);
  return o;
}

// Bytes of an outcome as text.
static const char *show(const uint8_t *bytes, size_t len) {
  static char text[4096];
  FILE *f = fmemopen(text, sizeof text - 1, "w");
  for (size_t at = 0; at < len;) {
    size_t n = print_value(f, bytes + at, len - at);
    if (n == 0) break;
    at += n;
  }
  fputc(0, f);
  fclose(f);
  return text;
}

static bool finished(const sc_outcome *o, const char *expected) {
  return o->kind == SC_FINISHED && strcmp(show(o->bytes, o->bytes_len), expected) == 0;
}

// Runs `text`, answering each call with 1, 2, 3, ... and checks what it returns.
static void expect(const char *text, const char *expected, int line) {
  long before = sc_test_blocks;
  sc_vm *vm = make(NULL, text);
  sc_outcome o = begin(vm, 1, 7);
  for (int i = 1; o.kind == SC_CALLED; i++) {
    char values[] = {(char)0x91, (char)i, 0};
    o = answer(vm, 1, values);
  }
  CHECK(finished(&o, expected), "line %d: kind %d %s %s", line, (int)o.kind, o.message, show(o.bytes, o.bytes_len));
  sc_destroy(vm);
  CHECK(sc_test_blocks == before, "line %d: %ld blocks left", line, sc_test_blocks - before);
}
#define EXPECT(text, expected) expect(text, expected, __LINE__)

static void test_calls(void) {
  EXPECT("return call(), call()", "[1, 2]");
  EXPECT("return coroutine.wrap(function() return call() end)()", "[1]");
  EXPECT("local co = coroutine.wrap(function() coroutine.yield(call()) return call() end) return co(), co()", "[1, 2]");
  EXPECT("local a = coroutine.create(function() local b = coroutine.create(function() return call(), coroutine.yield(5) end)"
         " local _, y = coroutine.resume(b) local _, p, q = coroutine.resume(b, 9) return y, p, q end)"
         " return coroutine.resume(a)", "[true, 5, 1, 9]");
  EXPECT("return pcall(pcall, call)", "[true, true, 1]");
  EXPECT("return xpcall(function() error(call()) end, function(e) return e + call() end)", "[false, 3]");
  EXPECT("local n = 0 for v in function() local v = call() if v < 4 then return v end end do n = n + v end return n", "[6]");
  EXPECT("local t = setmetatable({}, {__index = function() return call() end, __add = function() return call() end,"
         " __call = function() return call() end, __eq = function() return call() end, __lt = function() return call() > 0 end,"
         " __concat = function() return call() end, __len = function() return call() end})"
         " return t.x, t + 1, t(), t < 1, t .. '', #t", "[1, 2, 3, true, 5, 6]");
  EXPECT("local r = {} do local c <close> = setmetatable({}, {__close = function() r[1] = call() end}) end return r", "[[1]]");
  EXPECT("local co = coroutine.wrap(function() local ok, v = pcall(function() return call() end) coroutine.yield(v)"
         " return select(2, pcall(call)) end) local a = co() local b = co() return a, b", "[1, 2]");
  EXPECT("local ok, e = pcall(table.sort, {3, 2, 1}, function() return call() end) return ok, (e:gsub('^.-: ', ''))",
         "[false, f cannot wait here: a sort comparator, a replacement function, a __close handler or a similar callback is running]");
  EXPECT("return (select(2, pcall(string.gsub, 'x', '.', function() return call() end))):match('cannot wait')", "[cannot wait]");
  EXPECT("return (select(2, pcall(string.gsub, 'x', '.', function() return coroutine.wrap(call)() end))):match('cannot wait')",
         "[cannot wait]");
  EXPECT("local co = coroutine.create(function() local c <close> = setmetatable({}, {__close = function() call() end})"
         " coroutine.yield() end) coroutine.resume(co) return (select(2, coroutine.close(co))):match('cannot wait')",
         "[cannot wait]");
  EXPECT("local t = setmetatable({}, {__tostring = function() return call() end}) return (select(2, pcall(tostring, t))):match('cannot wait')",
         "[cannot wait]");
  EXPECT("local co = coroutine.create(function() call() error('e', 0) end) return coroutine.resume(co)", "[false, e]");
  EXPECT("local co = coroutine.wrap(function() call() error({}) end) return pcall(co) == false, coroutine.isyieldable()",
         "[true, false]");
  EXPECT("return (select(2, pcall(coroutine.yield, 1))):match('outside a coroutine'), select(2, coroutine.running())",
         "[outside a coroutine, true]");
}

static void test_errors_from_host(void) {
  sc_vm *vm = make(NULL, "\n\nlocal ok, e = pcall(call)\nemit('e', ok, e)\ncall()");
  sc_outcome o = begin(vm, 1, 1);
  sc_resume(vm, 1, false, (const uint8_t *)"\xA2no", 3, NULL, &o);
  CHECK(o.kind == SC_CALLED && strcmp(show(o.effects, o.effects_len), "[e, false, main.lua:3: no]") == 0, "%s",
        show(o.effects, o.effects_len));
  CHECK(o.effects_count == 1, "%u", o.effects_count);
  sc_resume(vm, 1, false, (const uint8_t *)"\xA2no", 3, NULL, &o);
  CHECK(o.kind == SC_FAILED && strcmp(o.message, "main.lua:5: no") == 0, "%s", o.message);
  CHECK(strcmp(o.traceback, "main.lua:5: in function <main.lua:1>") == 0, "%s", o.traceback);
  CHECK(o.effects_len == 0 && o.effects_count == 0, "effects were not cleared");
  CHECK(sc_conversations(vm) == 0, "%zu", sc_conversations(vm));
  sc_resume(vm, 1, true, none, sizeof none, NULL, &o);
  CHECK(o.kind == SC_FAILED && !o.recycle, "%d", (int)o.kind);
  sc_start(vm, 1, "absent.lua", none, sizeof none, NULL, &o);
  CHECK(o.kind == SC_FAILED, "%d", (int)o.kind);
  sc_destroy(vm);
}

static void test_messages(void) {
  static const struct { const char *text, *message; } cases[] = {
      {"error(nil)", "(error object is a nil value)"},
      {"error({})", "(error object is a table value)"},
      {"error('a\\27[2J\\255\\u{202e}', 0)", "a\\x1B[2J\\xFF\\u{202E}"},
      {"error(setmetatable({}, {__tostring = function() while true do end end}))", "(error object is a table value)"},
      {"local t = nil\nreturn t.x", "main.lua:2: attempt to index a nil value (local 't')"},
      {"return nothing.x", "main.lua:1: attempt to index a nil value (global 'nothing')"},
      {"return 0/0", "result 1: "},
      {"return {a = {b = {print}}}", "result 1.a.b[1]: "},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    sc_vm *vm = make(NULL, cases[i].text);
    sc_outcome o = begin(vm, 1, 1);
    CHECK(o.kind == SC_FAILED && strstr(o.message, cases[i].message) != NULL, "%s: %s", cases[i].text, o.message);
    CHECK(strstr(o.traceback, "sdk.lua") == NULL, "%s", o.traceback);
    CHECK(!o.recycle, "%s", cases[i].text);
    sc_destroy(vm);
  }
  sc_vm *vm = make(NULL, "error(('E'):rep(8000000), 0)");
  sc_outcome o = begin(vm, 1, 1);
  CHECK(strlen(o.message) <= 4096, "%zu", strlen(o.message));
  sc_destroy(vm);
}

static void test_isolation(void) {
  sc_vm *vm = make(NULL, "x = (x or 0) + 1 local mine = 0 local function f() mine = mine + 1 return mine end f() "
                         "string_rep = string.rep pcall(rawset, string, 'rep', 1) call() tostring = nil return x, f(), secret()");
  for (uint64_t i = 1; i <= 3; i++) CHECK(begin(vm, i, i).kind == SC_CALLED, "start %d", (int)i);
  CHECK(sc_conversations(vm) == 3, "%zu", sc_conversations(vm));
  for (uint64_t i = 3; i >= 1; i--) {
    sc_outcome o = answer(vm, i, "\x90");
    CHECK(finished(&o, "[1, 2, 12table]"), "%s %s", o.message, show(o.bytes, o.bytes_len));
  }
  sc_destroy(vm);
  // random numbers: of the turn, whatever runs in between
  const char *text = "local a = math.random(1 << 40) call() return a, math.random(1 << 40)";
  char alone[4096];
  vm = make(NULL, text);
  begin(vm, 1, 99);
  sc_outcome o = answer(vm, 1, "\x90");
  strcpy(alone, show(o.bytes, o.bytes_len));
  begin(vm, 2, 99);
  begin(vm, 3, 5);
  answer(vm, 3, "\x90");
  o = answer(vm, 2, "\x90");
  CHECK(finished(&o, alone), "%s", show(o.bytes, o.bytes_len));
  sc_destroy(vm);
}

// What an app may try in order to reach the host table or the host's files.
static void test_privilege(void) {
  EXPECT("local seen, n = {}, 0 local function walk(v) if type(v) ~= 'table' and type(v) ~= 'function' or seen[v] then return end"
         " seen[v] = true if type(v) == 'table' then for k, x in next, v do if k == 'json_encode' then n = n + 1 end walk(k) walk(x) end"
         " local m = getmetatable(v) walk(m) end end walk(_G) walk(getmetatable('')) return n, debug == nil", "[0, true]");
  EXPECT("tostring = function() return 'pwned' end type = tostring return secret()", "[12table]");
  EXPECT("return select('#', ...)", "[0]");
  EXPECT("local co = coroutine.create(secret) coroutine.resume(co) return getmetatable(co) == nil", "[true]");
  EXPECT("local ok, e = pcall(emit, print) return ok, e:find('sdk', 1, true) == nil", "[false, true]");
}

static void test_require(void) {
  const char *const names[] = {"main.lua", "lib/cart.lua", "loop.lua", "bad.lua"};
  const char *const texts[] = {"local c = require 'lib.cart' c.n = c.n + 1 local e = {}\n"
                               "for i, name in ipairs{'..main', 'lib/cart', '/etc/passwd', '', 'lib..cart', 'lib.', 'x', 'main', 'loop'} do\n"
                               "e[i] = pcall(require, name) end\n"
                               "local ok = pcall(require, 'bad') local ok2, m = pcall(require, 'bad')\n"
                               "return require('lib.cart').n, e, ok, ok2, _G.require ~= nil",
                               "return {n = 1}", "return require 'loop'", "error 'x'"};
  char error[1024] = "";
  sc_vm *vm = make_files(NULL, 4, names, texts, error);
  CHECK(vm != NULL, "%s", error);
  sc_outcome o;
  sc_start(vm, 1, "main.lua", none, sizeof none, NULL, &o);
  CHECK(finished(&o, "[2, [false, false, false, false, false, false, false, false, false], false, false, true]"), "%s %s", o.message,
        show(o.bytes, o.bytes_len));
  sc_destroy(vm);
}

static void test_compile(void) {
  static const struct { const char *text, *error; } cases[] = {
      {"local x =", "main.lua:1: unexpected symbol near <eof>"},
      {"\n\nx = = 1", "main.lua:3: unexpected symbol near '='"},
      {"end, (function() while true do end end)(), function(...)", "main.lua:1: "},
      {"\x1bLua", "main.lua: "},
      {"--[[", "main.lua:1: unfinished long comment"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    long before = sc_test_blocks;
    char error[1024] = "";
    const char *const names[] = {"main.lua"};
    sc_vm *vm = make_files(NULL, 1, names, &cases[i].text, error);
    CHECK(vm == NULL && (strstr(error, cases[i].error) == error || i == 3), "%s: %s", cases[i].text, error);
    CHECK(sc_test_blocks == before, "%ld blocks left", sc_test_blocks - before);
  }
  EXPECT("do return 1 end --", "[1]");
  EXPECT("goto x ::x:: ; return", "[]");
}

static void test_limits(void) {
  sc_vm *vm = make(NULL, "for i = 1, 1000 do end call() for i = 1, 1000 do end call() pcall(function() while true do end end) return 1");
  sc_turn turn = {.seed = 1, .instructions = 100000};
  sc_outcome o;
  sc_start(vm, 1, "sdk.lua", none, sizeof none, &turn, &o);
  uint64_t first = o.instructions;
  CHECK(o.kind == SC_CALLED && first >= 1000 && first < 5000, "%lu", (unsigned long)first);
  sc_resume(vm, 1, true, none, sizeof none, NULL, &o);
  CHECK(o.kind == SC_CALLED && o.instructions >= first + 1000, "%lu", (unsigned long)o.instructions);
  sc_resume(vm, 1, true, none, sizeof none, &turn, &o);
  CHECK(o.kind == SC_STOPPED && o.limit == SC_LIMIT_INSTRUCTION && o.recycle, "%d %d", (int)o.kind, (int)o.limit);
  CHECK(o.instructions == 100000, "%lu", (unsigned long)o.instructions);
  CHECK(strcmp(o.message, "instruction limit") == 0 && strstr(o.traceback, "main.lua:1") != NULL, "%s / %s", o.message, o.traceback);
  sc_start(vm, 2, "sdk.lua", none, sizeof none, &turn, &o);
  CHECK(o.kind == SC_FAILED && o.recycle, "%d", (int)o.kind);
  sc_destroy(vm);

  vm = make(NULL, "local t = {} pcall(function() while true do t[#t + 1] = {} end end) return 1");
  o = begin(vm, 1, 1);
  CHECK(o.kind == SC_STOPPED && o.limit == SC_LIMIT_MEMORY && o.recycle, "%d %d", (int)o.kind, (int)o.limit);
  sc_destroy(vm);

  vm = make(NULL, "pcall(function() while true do end end) return 1");
  turn = (sc_turn){.wall_ms = 50, .instructions = UINT64_MAX};
  sc_start(vm, 1, "sdk.lua", none, sizeof none, &turn, &o);
  CHECK(o.kind == SC_STOPPED && o.limit == SC_LIMIT_TIME, "%d %d", (int)o.kind, (int)o.limit);
  sc_destroy(vm);

  vm = make(NULL, "for i = 1, 1000 do emit('n', i) end call() pcall(emit, 'one') return 1");
  o = begin(vm, 1, 1);
  CHECK(o.kind == SC_CALLED && o.effects_count == 1000, "%u", o.effects_count);
  o = answer(vm, 1, "\x90");
  CHECK(o.kind == SC_STOPPED && o.limit == SC_LIMIT_EFFECTS, "%d", (int)o.kind);
  sc_destroy(vm);

  sc_limits limits = {.conversations = 2};
  vm = make(&limits, "call() return 1");
  begin(vm, 1, 1);
  begin(vm, 2, 1);
  o = begin(vm, 3, 1);
  CHECK(o.kind == SC_STOPPED && o.limit == SC_LIMIT_CONVERSATIONS && !o.recycle, "%d", (int)o.kind);
  o = begin(vm, 2, 1);
  CHECK(o.kind == SC_FAILED && !o.recycle, "%d", (int)o.kind);
  sc_drop(vm, 1);
  sc_drop(vm, 77);
  CHECK(begin(vm, 3, 1).kind == SC_CALLED, "after a drop");
  sc_destroy(vm);
}

static void test_dropping(void) {
  sc_vm *vm = make(NULL, "local big = ('x'):rep(100000) .. math.random() local c <close> = setmetatable({}, {__close = function() emit('ran') end})"
                         " call() return #big");
  uint64_t most = 0;
  for (uint64_t i = 1; i <= 2000; i++) {
    sc_outcome o = begin(vm, i, i);
    CHECK(o.kind == SC_CALLED && o.effects_count == 0, "%d %s", (int)o.kind, o.message);
    sc_drop(vm, i);
    if (sc_memory(vm) > most) most = sc_memory(vm);
  }
  CHECK(most < (uint64_t)20 << 20, "%lu", (unsigned long)most);
  CHECK(sc_conversations(vm) == 0, "%zu", sc_conversations(vm));
  sc_destroy(vm);
}

static const char busy[] =
    "local function f(n) if n == 0 then return 0 end return 1 + f(n - 1) end\n"
    "local t = {} for i = 1, 30 do t[i] = ('k' .. i):rep(20) end table.sort(t, function(a, b) return a > b end)\n"
    "local c <close> = setmetatable({}, {__close = function() t[1] = table.concat(t, ',') end})\n"
    "local co = coroutine.wrap(function() for i = 1, 5 do coroutine.yield(call({id = i, x = {tostring(i)}})) end end)\n"
    "for i = 1, 3 do co() end\n"
    "pcall(function() emit('a', t) error({1}) end) xpcall(error, function(m) return m .. 'x' end, 'boom')\n"
    "local g = load('local a = ... return function() return a end') local s = g(1)() + f(100)\n"
    "local str = ('abc'):gsub('%w', {a = 'b'}):upper():format() print(str, t)\n"
    "for w in ('one two'):gmatch('%a+') do s = s + #w end\n"
    "return s, str, utf8.char(228, 8364), select('#', table.unpack(t))";

// What grows slowly has an end: a vm asks to be made anew, but not while somebody waits for its answer.
static void test_age(void) {
  sc_limits limits = {.starts = 3};
  sc_vm *vm = make(&limits, "return call()");
  for (uint64_t id = 1; id < 3; id++) {
    begin(vm, id, 1);
    sc_outcome o = answer(vm, id, "\x91\x01");
    CHECK(o.kind == SC_FINISHED && !o.recycle, "conversation %d", (int)id);
  }
  sc_outcome o = begin(vm, 3, 1);
  CHECK(o.kind == SC_CALLED && !o.recycle, "waits");
  o = answer(vm, 3, "\x91\x01");
  CHECK(o.kind == SC_FINISHED && o.recycle, "the last one");
  sc_destroy(vm);
}

// Every allocation of a whole life fails once, alone or with all after it: only clean ends, and nothing is left.
static void test_allocations(void) {
  for (int mode = 0; mode < 2; mode++) {
    long ends[4] = {0};
    for (long n = 1; n < 100000; n += n < 600 ? 1 : 7) {
      long before = sc_test_blocks;
      sc_test_fail_after = mode == 1;
      sc_test_fail_at = n;
      char error[1024] = "";
      const char *const names[] = {"sdk.lua", "main.lua"};
      const char *const texts[] = {sdk, wrap(busy)};
      sc_vm *vm = make_files(NULL, 2, names, texts, error);
      if (vm == NULL) {
        CHECK(error[0] != 0, "no message, allocation %ld", n);
      } else {
        sc_outcome o = begin(vm, 1, 1);
        while (o.kind == SC_CALLED) o = answer(vm, 1, "\x91\x01");
        ends[o.kind]++;
        CHECK(o.kind == SC_FINISHED || (o.kind == SC_STOPPED && o.limit == SC_LIMIT_MEMORY) || o.kind == SC_FAILED,
              "allocation %ld: kind %d limit %d %s", n, (int)o.kind, (int)o.limit, o.message);
        CHECK(o.kind != SC_FAILED || strstr(o.message, "memory") != NULL, "allocation %ld: %s", n, o.message);
      }
      bool all = sc_test_fail_at > 0 && !(mode == 1 && sc_test_fail_at == 1);
      sc_test_fail_at = 0;
      sc_destroy(vm);
      CHECK(sc_test_blocks == before, "allocation %ld: %ld blocks left", n, sc_test_blocks - before);
      if (all) break;
    }
    CHECK(ends[SC_FINISHED] > 0 && ends[SC_STOPPED] > 0, "finished %ld stopped %ld failed %ld", ends[SC_FINISHED], ends[SC_STOPPED],
          ends[SC_FAILED]);
  }
}

static atomic_bool stop;
static _Atomic(sc_vm *) target;

static void *interrupt_at_random(void *unused) {
  unsigned seed = 1;
  while (!atomic_load(&stop)) {
    struct timespec t = {0, (long)(rand_r(&seed) % 2000000)};
    nanosleep(&t, NULL);
    sc_vm *vm = atomic_load(&target);
    if (vm != NULL) sc_interrupt(vm);
  }
  return NULL;
}

static void test_interrupts(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, interrupt_at_random, NULL);
  char text[4096];
  snprintf(text, sizeof text, "local function work(...)\n%s\nend while true do pcall(work) end", busy);
  int stopped = 0;
  for (int i = 0; i < 300; i++) {
    sc_limits limits = {.effects = UINT32_MAX, .instructions = 400000000};
    long before = sc_test_blocks;
    sc_vm *vm = make(&limits, text);
    atomic_store(&target, vm);
    sc_outcome o = begin(vm, 1, 1);
    while (o.kind == SC_CALLED) o = answer(vm, 1, "\x91\x01");
    CHECK(o.kind == SC_STOPPED && (o.limit == SC_LIMIT_TIME || o.limit == SC_LIMIT_EFFECTS), "%d %d %s", (int)o.kind, (int)o.limit,
          o.message);
    stopped += o.limit == SC_LIMIT_TIME;
    atomic_store(&target, NULL);
    struct timespec t = {0, 3000000};  // whoever still holds the pointer is done with it
    nanosleep(&t, NULL);
    sc_destroy(vm);
    CHECK(sc_test_blocks == before, "%ld blocks left", sc_test_blocks - before);
  }
  CHECK(stopped > 0, "no interrupt hit");
  atomic_store(&stop, true);
  pthread_join(thread, NULL);
}

// Hostile values as every argument of what the host offers: an answer or an ordinary error, and none of their metamethods runs.
static void test_zoo(void) {
  static const char host_file[] =
      "local host = ... local g = host.globals g.api = {call = host.call, emit = host.emit, size = host.size,\n"
      "json_encode = host.json_encode, json_decode = host.json_decode} return require 'main'";
  static const char driver[] =
      "\nend)()\nlocal n = 0 for name, f in pairs(api) do for _, e in ipairs(zoo) do\n"
      "pcall(f, e.v) pcall(f, {x = e.v}) pcall(f, 'ok', e.v) pcall(f, 'ok', {{e.v}}) pcall(f, 'ok', {[e.name] = e.v}, e.v) n = n + 1\n"
      "end end return {n == 5 * #zoo, table.concat(ran, ' ')}";
  size_t len;
  char *zoo = read_whole("corpus/bridge-zoo.lua", &len);
  CHECK(zoo != NULL, "run this in its own folder");
  if (zoo == NULL) return;
  char *text = malloc(len + 1024);
  int n = snprintf(text, len + 1024, "local zoo, ran = (function() %.*s%s", (int)len, zoo, driver);
  CHECK(n > 0 && (size_t)n < len + 1024, "%d", n);
  const char *const names[] = {"sdk.lua", "main.lua"};
  const char *const texts[] = {host_file, text};
  char error[1024] = "";
  sc_limits limits = {.effects = 100000, .effect_bytes = (uint32_t)64 << 20, .wall_ms = 60000, .instructions = 2000000000,
                      .memory_bytes = (uint64_t)64 << 20};
  long before = sc_test_blocks;
  sc_vm *vm = make_files(&limits, 2, names, texts, error);
  CHECK(vm != NULL, "%s", error);
  if (vm == NULL) return;
  sc_outcome o = begin(vm, 1, 1);
  int calls = 0;
  for (; o.kind == SC_CALLED; calls++) o = answer(vm, 1, "\x91\x01");
  CHECK(calls > 50 && finished(&o, "[[true, ]]"), "%d calls, %s %s %s", calls, o.message, o.traceback, show(o.bytes, o.bytes_len));
  sc_destroy(vm);
  kept += sc_test_blocks - before;
  CHECK(sc_test_blocks - before <= 1, "%ld blocks left", sc_test_blocks - before);
  free(text);
  free(zoo);
}

static int run_all(void *unused) {
  static const struct { const char *name; void (*run)(void); } tests[] = {
      {"calls", test_calls},         {"errors from the host", test_errors_from_host},
      {"messages", test_messages},   {"isolation", test_isolation},
      {"privilege", test_privilege}, {"require", test_require},
      {"compile", test_compile},     {"limits", test_limits},
      {"dropping", test_dropping},   {"hostile values", test_zoo},
      {"allocations", test_allocations},
      {"age", test_age},             {"interrupts", test_interrupts},
  };
  sc_destroy(make(NULL, "return 1"));
  kept = sc_test_blocks;
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
