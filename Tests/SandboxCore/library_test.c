// The libraries of SandboxCore against the stock ones of Lua, and the value codec and JSON against themselves.
//
//   library_test [SEED [ROUNDS]]
//
// Each script in library/ runs on a real vm, with these globals: `own` and `stock` (tables of libraries), `encode` and `decode`
// (MessagePack), `json_encode`, `json_decode`, `fuel` (taken so far), `check(condition, ...)`, `seed`, `rounds`. Built with
// SC_TEST_HOOKS, so that allocations can be made to fail.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "internal.h"
#include "support.h"

extern long sc_test_fail_at;
extern bool sc_test_fail_after;
extern long sc_test_blocks;

static int failures, failures_of_script, checks;
static uint64_t seed = 1;
static lua_Integer rounds = 1;

static void fail(const char *text) {
  failures++;
  if (++failures_of_script <= 10) fprintf(stderr, "FAILED %s\n", text);
}

// ── what a script sees ──────────────────────────────────────────────────────────────────────────────────────────────────

static int script_check(lua_State *L) {
  checks++;
  if (lua_toboolean(L, 1)) return 0;
  luaL_Buffer b;
  luaL_where(L, 1);
  int top = lua_gettop(L);
  lua_insert(L, 2);
  luaL_buffinit(L, &b);
  for (int i = 2; i <= top; i++) {
    luaL_tolstring(L, i, NULL);
    luaL_addvalue(&b);
    luaL_addchar(&b, ' ');
  }
  luaL_pushresult(&b);
  fail(lua_tostring(L, -1));
  return 0;
}

static int script_encode(lua_State *L) {
  sc_vm *vm = sc_vm_of(L);
  luaL_checkany(L, 1);
  vm->out.len = 0;
  vm->out.limit = (size_t)luaL_optinteger(L, 2, (lua_Integer)vm->limits.value_bytes);
  sc_encode(L, 1, &vm->out, "value");
  lua_pushlstring(L, (const char *)vm->out.bytes, vm->out.len);
  return 1;
}

static int script_decode(lua_State *L) {
  size_t len;
  const char *bytes = luaL_checklstring(L, 1, &len);
  // A block of its own: AddressSanitizer sees a read beyond its end, which the zero behind a string would hide.
  uint8_t *copy = lua_newuserdatauv(L, len > 0 ? len : 1, 0);
  memcpy(copy, bytes, len);
  sc_decode(L, copy, len);
  return 1;
}

static int script_decode_list(lua_State *L) {
  size_t len;
  const char *bytes = luaL_checklstring(L, 1, &len);
  return sc_decode_list(L, (const uint8_t *)bytes, len);
}

static int script_fuel(lua_State *L) {
  sc_vm *vm = sc_vm_of(L);
  lua_pushinteger(L, (lua_Integer)(vm->fuel_given - vm->fuel + vm->owed));
  return 1;
}

static int script_clock(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)sc_precise_clock());
  return 1;
}

static void give_library(lua_State *L, const char *name, void (*open)(lua_State *L)) {
  lua_getglobal(L, "own");
  open(L);
  lua_setfield(L, -2, name);
  lua_getglobal(L, "stock");
  lua_getglobal(L, name);
  lua_setfield(L, -2, name);
  lua_pop(L, 2);
}

static int set_up(lua_State *L) {
  static const luaL_Reg functions[] = {{"check", script_check}, {"encode", script_encode}, {"decode", script_decode},
                                       {"decode_list", script_decode_list}, {"json_encode", sc_json_encode},
                                       {"json_decode", sc_json_decode}, {"fuel", script_fuel}, {"clock", script_clock}, {NULL, NULL}};
  luaL_openlibs(L);
  lua_newtable(L);
  lua_setglobal(L, "own");
  lua_newtable(L);
  lua_setglobal(L, "stock");
  give_library(L, "string", sc_open_string);
  give_library(L, "table", sc_open_table);
  give_library(L, "utf8", sc_open_utf8);
  for (const luaL_Reg *f = functions; f->name != NULL; f++) lua_register(L, f->name, f->func);
  lua_pushinteger(L, (lua_Integer)seed);
  lua_setglobal(L, "seed");
  lua_pushinteger(L, rounds);
  lua_setglobal(L, "rounds");
  return 0;
}


static sc_vm *make(uint64_t memory, uint64_t fuel) {
  sc_limits limits = {.memory_bytes = memory};
  char error[256] = "";
  sc_vm *vm = sc_create(&limits, NULL, 0, error, sizeof error);
  if (vm == NULL) return NULL;
  vm->running = vm->main;  // the allocator arms its hook
  vm->fuel = vm->fuel_given = fuel;
  vm->deadline = UINT64_MAX;
  lua_pushcfunction(vm->main, set_up);
  if (lua_pcall(vm->main, 0, 0, 0) != LUA_OK) {
    sc_destroy(vm);
    return NULL;
  }
  lua_settop(vm->main, 0);
  return vm;
}

static void run_script(const char *path) {
  int before = failures, checks_before = checks;
  failures_of_script = 0;
  uint64_t begun = sc_precise_clock();
  long blocks = sc_test_blocks;
  sc_vm *vm = make((uint64_t)256 << 20, UINT64_MAX / 2);
  lua_State *L = vm->main;
  if (luaL_loadfile(L, path) != LUA_OK || lua_pcall(L, 0, 0, 0) != LUA_OK)
    fail(lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : vm->dead == SC_LIMIT_MEMORY ? "out of memory" : "the script died");
  sc_destroy(vm);
  if (sc_test_blocks != blocks) fail("blocks are left");
  printf("%-24s %-7s %8d checks %6" PRIu64 " ms\n", path, failures == before ? "ok" : "FAILED", checks - checks_before,
         (sc_precise_clock() - begun) / 1000000);
  fflush(stdout);
}

// ── failing allocations ─────────────────────────────────────────────────────────────────────────────────────────────────

// Each library function with an argument that makes it allocate; a body for which every single allocation fails once.
static const char *const bodies[] = {
    "return own.string.rep('abc', 9000, ', '), own.string.rep('x', 3)",
    "return own.string.gsub(('ab '):rep(2000), '(%a)(%a)', '%2%1%0'), own.string.gsub('abc', '%w', {a = 1, b = 'two'})",
    "local s = ('k=v; '):rep(300) for k, v in own.string.gmatch(s, '(%w+)=(%w+)') do s = k .. v end return s",
    "return own.string.gsub(('a'):rep(500), 'a', function(c) return c:rep(20) end)",
    "return own.string.format('%5d %s %q %10.3f %s', 7, {}, ('q\\n'):rep(900), 1.5, ('s'):rep(2000)), own.string.upper(('a'):rep(3000))",
    "return own.string.pack('s4zd', ('p'):rep(2000), 'z', 1.5), own.string.byte(('b'):rep(400), 1, -1)",
    "return own.table.concat({('a'):rep(900), 1, 2.5, ('b'):rep(900)}, ', '), own.table.pack(own.table.unpack({1, 2, 3}, 1, 90))",
    "local t = {} for i = 1, 90 do own.table.insert(t, 1, ('v%d'):format(i * 7 % 31)) end own.table.sort(t) own.table.remove(t, 1)"
    " own.table.sort(t, function(a, b) return a .. 'x' > b .. 'x' end) return own.table.move(t, 1, 90, 200, {})",
    "local t = {} for i = 1, 90 do t[i] = 8000 + i end return own.utf8.char(table.unpack(t)), own.utf8.codepoint(('é'):rep(90), 1, -1)",
    "local v = {} for i = 1, 60 do v['k' .. i] = {i, i / 3, ('t'):rep(i), {x = true}} end return #encode(decode(encode(v)))",
    "local v = {} for i = 1, 60 do v['k' .. i] = {i, i / 3, ('t\\n'):rep(i), {x = true}} end return #json_encode(json_decode(json_encode(v)))",
    "return pcall(encode, {a = {{b = print}}}), pcall(json_decode, '[1,{\"a\\\\u00e9\":\"\\\\n\\\\t\",]'), pcall(own.string.format, '%y', 1)",
};

static void fail_allocations(void) {
  int before = failures;
  failures_of_script = 0;
  long tried = 0;
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
    for (int mode = 0; mode < 2; mode++) {
      for (long n = 1; n < 20000; n++, tried++) {
        long blocks = sc_test_blocks;
        sc_vm *vm = make((uint64_t)64 << 20, 100000000);
        lua_State *L = vm->main;
        bool loaded = luaL_loadstring(L, bodies[i]) == LUA_OK;
        if (!loaded) fail(lua_tostring(L, -1));
        sc_test_fail_after = mode == 1;
        sc_test_fail_at = n;
        int status = loaded ? lua_pcall(L, 0, LUA_MULTRET, 0) : LUA_OK;
        bool all = sc_test_fail_at > 0 && !(mode == 1 && sc_test_fail_at == 1);
        sc_test_fail_at = 0;
        if (status != LUA_OK && !vm->out_of_memory && vm->dead != SC_LIMIT_MEMORY) {
          char text[512];
          snprintf(text, sizeof text, "allocation %ld of \"%.60s\": %.300s", n, bodies[i],
                   lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "?");
          fail(text);
        }
        sc_destroy(vm);
        checks++;
        if (sc_test_blocks != blocks) fail("blocks are left after a failed allocation");
        if (all) break;
      }
    }
  }
  printf("%-24s %-7s %8ld tried\n", "failing allocations", failures == before ? "ok" : "FAILED", tried);
}

// ── fuel ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

// Work that a stock library does in one piece, for minutes or for ever: here fuel has to end it, soon.
static const char *const endless[] = {
    "own.string.find(('a'):rep(40000), ('a-'):rep(30) .. 'b')",
    "own.string.match(('a'):rep(100000), '(.-)(.-)(.-)(.-)b')",
    "own.string.find(('('):rep(200000), '%b()')",
    "own.string.gsub(('x'):rep(60000), '.-.-.-y', '')",
    "for _ in own.string.gmatch(('a'):rep(50000), 'a*a*a*b') do end",
    "own.string.find(('a'):rep(4000000), ('[' .. ('b'):rep(2000) .. ']*c'):rep(2))",
    "own.string.find(('a'):rep(3000000), '[' .. ('b-c'):rep(90000) .. ']')",
    "local s = ('ab'):rep(1000000) while true do own.string.find(s, ('ab'):rep(900000) .. 'c', 1, true) end",
    "local s = ('x'):rep(4000000) while true do own.string.find('y', s) end",
    "local s = ('x'):rep(8000000) while true do own.string.upper(s) end",
    "local s = ('x'):rep(8000000) while true do own.string.byte(s, -1) own.string.reverse(s) end",
    "while true do own.string.rep('x', 8000000) end",
    "local s = ('%'):rep(8000000) while true do own.string.format(s) end",
    "local s = ('\\n'):rep(3000000) while true do own.string.format('%q', s) end",
    "while true do own.string.format('%99.99f', 1e308) end",
    "local s = 'a' .. ('\\x80'):rep(8000000) local f = own.utf8.codes('a') while true do f(s, 1) end",
    "local s = ('\\x80'):rep(8000000) while true do own.utf8.offset(s, 0, 8000000) end",
    "local s = ('é'):rep(4000000) while true do own.utf8.len(s) end",
    "local t = setmetatable({}, {__len = function() return 90000000 end}) own.table.insert(t, 1, 1)",
    "local t = setmetatable({}, {__len = function() return 90000000 end}) while true do pcall(own.table.concat, t) pcall(own.table.remove, t, 1) end",
    "own.table.move({}, 1, 90000000, 2)",
    "local t = {} for i = 1, 200000 do t[i] = i end while true do pcall(own.table.sort, t) end",
    "local t = {} for i = 1, 300 do t[i] = ('x'):rep(40000) .. i end while true do own.table.sort(t) end",
    "while true do own.table.unpack({}, 1, 240000) end",
    "local t = {} for i = 1, 9000 do t[i] = ('x'):rep(60) end while true do encode(t) end",
    "local t = {} for i = 1, 3000 do t[('x'):rep(300) .. i] = i end while true do json_encode(t) end",
    "local s = (' '):rep(1000000) .. '1' while true do json_decode(s) end",
    "local s = '\"' .. ('\\\\n'):rep(500000) .. '\"' while true do json_decode(s) end",
    "local s = '[' .. ('0.1,'):rep(9000) .. '1]' while true do json_decode(s) end",
    "local s = encode(('x'):rep(1000000)) while true do decode(s) end",
};

enum { FUEL = 20000000, MOST_MS = 3000 };

static void run_out_of_fuel(bool talk) {
  int before = failures;
  failures_of_script = 0;
  uint64_t longest = 0;
  for (size_t i = 0; i < sizeof endless / sizeof *endless; i++) {
    sc_vm *vm = make((uint64_t)128 << 20, FUEL);
    lua_State *L = vm->main;
    uint64_t begun = sc_precise_clock();
    char text[256];
    if (luaL_loadstring(L, endless[i]) != LUA_OK || lua_pcall(L, 0, 0, 0) == LUA_OK || vm->dead != SC_LIMIT_INSTRUCTION) {
      snprintf(text, sizeof text, "\"%.100s\" did not run out of fuel: %.100s", endless[i],
               lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "it ended");
      fail(text);
    }
    uint64_t took = (sc_precise_clock() - begun) / 1000000;
    if (took > longest) longest = took;
    if (talk) printf("  %5" PRIu64 " ms  %.100s\n", took, endless[i]);
#ifndef SLOW_BUILD
    if (took > MOST_MS) {
      snprintf(text, sizeof text, "\"%.100s\" took %" PRIu64 " ms for its fuel", endless[i], took);
      fail(text);
    }
#endif
    checks++;
    sc_destroy(vm);
  }
  printf("%-24s %-7s longest %" PRIu64 " ms for %d instructions\n", "running out of fuel", failures == before ? "ok" : "FAILED", longest,
         (int)FUEL);
}

static int run_all(void *unused) {
  static const char *const scripts[] = {"library/patterns.lua", "library/strings.lua", "library/tables.lua", "library/utf8.lua",
                                        "library/codec.lua", "library/json.lua"};
  for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) run_script(scripts[i]);
  fail_allocations();
  run_out_of_fuel(getenv("TALK") != NULL);
  printf("%d checks, %d failed (seed %" PRIu64 ")\n", checks, failures, seed);
  return failures == 0 ? 0 : 1;
}

int main(int count, char **arguments) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (count > 1) seed = strtoull(arguments[1], NULL, 10);
  if (count > 2) rounds = strtoll(arguments[2], NULL, 10);
  return on_large_stack(run_all, NULL);
}
