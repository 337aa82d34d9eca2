// Compiling: the package's files, once per vm; `load`, for text at run time; `require`, within an instance.
//
// A file is compiled as the body of a function that takes its globals: `return function(_ENV, ...) TEXT end`. Calling it again
// makes all of the file's globals and locals anew, while the compiled prototypes are shared.
#include <pthread.h>
#include <string.h>

#include "internal.h"

// What a compiler is fed from, in pieces small enough to be looked at in between.
typedef struct source {
  const char *parts[3];
  size_t lengths[3];
  int part;
} source;

enum { PIECE = 512, PIECE_PRICE = 4 * PIECE };

static const char *read_source(lua_State *L, void *context, size_t *size) {
  source *s = context;
  while (s->part < 3 && s->lengths[s->part] == 0) s->part++;
  if (s->part == 3) return NULL;
  sc_charge(L, PIECE_PRICE);
  const char *piece = s->parts[s->part];
  *size = s->lengths[s->part] < PIECE ? s->lengths[s->part] : PIECE;
  s->parts[s->part] += *size;
  s->lengths[s->part] -= *size;
  return piece;
}

static int compile(lua_State *L, const char *prefix, const char *text, size_t len, const char *suffix, const char *name) {
  source s = {{prefix, text, suffix}, {strlen(prefix), len, strlen(suffix)}, 0};
  int status = lua_load(L, read_source, &s, name, "t");
  if (status != LUA_OK) sc_caught(L, status);
  return status;
}

static const char too_complex[] = "a function has too many chained field accesses (a.b.c): split it";

// ── the host's own files ────────────────────────────────────────────────────────────────────────────────────────────────

// They are the same in every vm of the process, so they are compiled once and kept as stripped bytecode. An app's text never gets here.
enum { KEPT_FILES = 16 };

typedef struct kept_file {
  uint64_t hash;
  size_t text_len;
  uint8_t *code;
  size_t code_len;
} kept_file;

static pthread_mutex_t kept_lock = PTHREAD_MUTEX_INITIALIZER;
static kept_file kept[KEPT_FILES];  // guarded by kept_lock; what is once in it stays

static uint64_t hash_of(const uint8_t *bytes, size_t len) {  // FNV-1a
  uint64_t h = 0xcbf29ce484222325u;
  for (size_t i = 0; i < len; i++) h = (h ^ bytes[i]) * 0x100000001b3u;
  return h;
}

static const kept_file *find_kept(const sc_file *file, uint64_t hash) {
  const kept_file *found = NULL;
  pthread_mutex_lock(&kept_lock);
  for (size_t i = 0; i < KEPT_FILES && found == NULL; i++)
    if (kept[i].code != NULL && kept[i].hash == hash && kept[i].text_len == file->text_len) found = &kept[i];
  pthread_mutex_unlock(&kept_lock);
  return found;
}

static int write_code(lua_State *L, const void *bytes, size_t len, void *context) {
  return sc_buffer_put(context, bytes, len) ? 0 : 1;
}

// Keeps the function on top of the stack. Where memory or room lacks nothing is kept: it will be compiled again.
static void keep(lua_State *L, const sc_file *file, uint64_t hash) {
  sc_buffer code = {NULL, 0, 0, SC_MAX_SOURCE};
  if (lua_dump(L, write_code, &code, 1) == 0) {
    pthread_mutex_lock(&kept_lock);
    for (size_t i = 0; i < KEPT_FILES && code.bytes != NULL; i++) {
      if (kept[i].code != NULL) continue;
      kept[i] = (kept_file){hash, file->text_len, code.bytes, code.len};
      code.bytes = NULL;
    }
    pthread_mutex_unlock(&kept_lock);
  }
  if (code.bytes != NULL) sc_buffer_free(&code);
}

static void note_last_line(lua_State *L, sc_module *m) {
  lua_Debug ar;
  lua_pushvalue(L, -1);
  lua_getinfo(L, ">S", &ar);
  m->last_line = ar.lastlinedefined;
}

// Pushes the function(_ENV, ...) of one of the host's files.
static void load_privileged(lua_State *L, sc_module *m, const sc_file *file) {
  uint64_t hash = hash_of(file->text, file->text_len);
  const kept_file *known = find_kept(file, hash);
  if (known == NULL) {
    if (compile(L, "return function(_ENV, ...) ", (const char *)file->text, file->text_len, "\nend", m->name) != LUA_OK)
      lua_error(L);
    lua_call(L, 0, 1);
    keep(L, file, hash);
    known = find_kept(file, hash);
    if (known == NULL) return;
    lua_pop(L, 1);
  }
  if (luaL_loadbufferx(L, (const char *)known->code, known->code_len, m->name, "b") != LUA_OK) lua_error(L);
}

int sc_compile_chunk(lua_State *L, const char *text, size_t len, const char *name) {
  int status = compile(L, "", text, len, "", name);
  if (status != LUA_OK || !sc_too_complex(L, len)) return status;
  lua_pop(L, 1);
  lua_pushfstring(L, "%s: %s", name + 1, too_complex);
  return LUA_ERRSYNTAX;
}

// Pushes the function(_ENV, ...) of one file.
static void compile_module(lua_State *L, sc_module *m, const sc_file *file) {
  if (file->text_len > SC_MAX_SOURCE) luaL_error(L, "%s: the file is over 1 MiB", m->name + 1);
  if (file->privileged) {
    load_privileged(L, m, file);
    note_last_line(L, m);
    return;
  }
  const char *text = (const char *)file->text;
  // Alone first: a text that is a whole chunk by itself cannot close the wrapper's function and go on outside it.
  if (sc_compile_chunk(L, text, file->text_len, m->name) != LUA_OK) lua_error(L);
  lua_pop(L, 1);
  if (compile(L, "return function(_ENV, ...) ", text, file->text_len, "\nend", m->name) != LUA_OK) lua_error(L);
  lua_call(L, 0, 1);
  note_last_line(L, m);
}

void sc_compile_modules(lua_State *L, const sc_file *files) {
  sc_vm *vm = sc_vm_of(L);
  lua_createtable(L, (int)vm->module_count, 0);
  for (size_t i = 0; i < vm->module_count; i++) {
    compile_module(L, &vm->modules[i], &files[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  vm->ref_modules = luaL_ref(L, LUA_REGISTRYINDEX);
}

sc_module *sc_find_module(sc_vm *vm, const char *name, size_t len) {
  for (size_t i = 0; i < vm->module_count; i++) {
    sc_module *m = &vm->modules[i];
    if (m->name_len == len && memcmp(m->name + 1, name, len) == 0) return m;
  }
  return NULL;
}

// What `load` reads from: a string, or a function of the app that is called for each piece.
typedef struct app_source {
  const char *bytes;  // of the string at stack position `anchor`
  size_t left;
  size_t total;
  int anchor;
  bool from_function;
} app_source;

static const char *read_app_source(lua_State *L, void *context, size_t *size) {
  app_source *s = context;
  if (s->left == 0) {
    if (!s->from_function) return NULL;
    luaL_checkstack(L, 4, "too many nested functions");
    sc_charge(L, 10);
    lua_pushvalue(L, 1);
    lua_call(L, 0, 1);
    if (lua_isnil(L, -1)) {
      lua_pop(L, 1);
      return NULL;
    }
    if (lua_type(L, -1) != LUA_TSTRING) luaL_error(L, "reader function must return a string");
    lua_replace(L, s->anchor);
    s->bytes = lua_tolstring(L, s->anchor, &s->left);
    if (s->left == 0) return NULL;
    s->total += s->left;
    if (s->total > SC_MAX_SOURCE) luaL_error(L, "the text is over 1 MiB");
  }
  sc_charge(L, PIECE_PRICE);
  const char *piece = s->bytes;
  *size = s->left < PIECE ? s->left : PIECE;
  s->bytes += *size;
  s->left -= *size;
  return piece;
}

// The start of a text serves as the chunk's name, as in stock Lua, but without keeping all of the text.
static void push_chunk_name(lua_State *L, const char *text, size_t len) {
  char name[LUA_IDSIZE + 4];
  size_t n = len < sizeof name - 1 ? len : sizeof name - 1;
  for (size_t i = 0; i < n; i++) name[i] = text[i] == 0 ? ' ' : text[i];
  lua_pushlstring(L, name, n);
}

int sc_load(lua_State *L) {
  size_t len = 0, name_len = 0;
  bool is_text = lua_isstring(L, 1);
  const char *text = is_text ? lua_tolstring(L, 1, &len) : NULL;
  const char *name = luaL_optlstring(L, 2, is_text ? text : "=(load)", &name_len);
  const char *mode = luaL_optstring(L, 3, "bt");
  bool has_env = !lua_isnone(L, 4);
  lua_settop(L, 4);
  if (!is_text) luaL_checktype(L, 1, LUA_TFUNCTION);
  sc_charge(L, 200);
  if (strchr(mode, 't') == NULL) {
    lua_pushnil(L);
    lua_pushliteral(L, "only text can be loaded (mode 't')");
    return 2;
  }
  if (len > SC_MAX_SOURCE) {
    lua_pushnil(L);
    lua_pushliteral(L, "the text is over 1 MiB");
    return 2;
  }
  push_chunk_name(L, name, lua_isnoneornil(L, 2) && is_text ? len : name_len);
  name = lua_tostring(L, -1);
  lua_pushnil(L);
  app_source s = {.bytes = text, .left = len, .total = len, .anchor = lua_gettop(L), .from_function = !is_text};
  int status = lua_load(L, read_app_source, &s, name, "t");
  if (status != LUA_OK) {
    sc_caught(L, status);
    lua_pushnil(L);
    lua_insert(L, -2);
    return 2;
  }
  if (sc_too_complex(L, s.total)) {
    lua_pushnil(L);
    lua_pushstring(L, too_complex);
    return 2;
  }
  if (has_env) {
    lua_pushvalue(L, 4);
  } else {
    sc_push_instance(L);
    lua_rawgeti(L, -1, SC_INSTANCE_GLOBALS);
    lua_replace(L, -2);
  }
  if (lua_setupvalue(L, -2, 1) == NULL) lua_pop(L, 1);
  return 1;
}

// "lib.cart" -> the module lib/cart.lua of this package. Nothing else has a name.
static sc_module *resolve(lua_State *L, const char *name, size_t len) {
  char path[256];
  if (len == 0 || len > sizeof path - 5) luaL_error(L, "require: the name has to be 1 to 250 characters");
  bool empty = true;
  for (size_t i = 0; i < len; i++) {
    char c = name[i];
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    if (!letter && (c != '.' || empty))
      luaL_error(L, "require: a name is words with dots between them, like 'lib.cart' for lib/cart.lua");
    empty = c == '.';
    path[i] = empty ? '/' : c;
  }
  if (empty) luaL_error(L, "require: a name is words with dots between them, like 'lib.cart' for lib/cart.lua");
  memcpy(path + len, ".lua", 5);
  sc_module *m = sc_find_module(sc_vm_of(L), path, len + 4);
  if (m == NULL) luaL_error(L, "require: the package has no file '%s'", path);
  return m;
}

static const char loading_mark;

static int finish_require(lua_State *L, int status, lua_KContext extra) {
  // stack: name, loaded, value
  if (lua_isnil(L, 3)) {
    lua_pushboolean(L, true);
    lua_replace(L, 3);
  }
  lua_pushvalue(L, 1);
  lua_pushvalue(L, 3);
  lua_rawset(L, 2);
  return 1;
}

int sc_require(lua_State *L) {
  sc_vm *vm = sc_vm_of(L);
  size_t len;
  luaL_checktype(L, 1, LUA_TSTRING);
  const char *name = lua_tolstring(L, 1, &len);
  lua_settop(L, 1);
  sc_charge(L, 10);
  sc_push_instance(L);
  if (lua_rawgeti(L, 2, SC_INSTANCE_LOADED) == LUA_TNIL) {
    lua_pop(L, 1);
    lua_createtable(L, 0, 4);
    lua_pushvalue(L, -1);
    lua_rawseti(L, 2, SC_INSTANCE_LOADED);
  }
  lua_replace(L, 2);
  lua_pushvalue(L, 1);
  if (lua_rawget(L, 2) != LUA_TNIL) {
    if (lua_touserdata(L, 3) == &loading_mark)
      return luaL_error(L, "require: '%s' is being loaded (a loop), or failed to load before", name);
    return 1;
  }
  lua_settop(L, 2);
  sc_module *m = resolve(L, name, len);
  size_t index = (size_t)(m - vm->modules);
  if (index == vm->current->entry) return luaL_error(L, "require: '%s' is the file that was started (a loop)", name);
  lua_pushvalue(L, 1);
  lua_pushlightuserdata(L, (void *)&loading_mark);
  lua_rawset(L, 2);
  int n = sc_push_module_call(L, index);
  lua_pushvalue(L, 1);
  lua_callk(L, n + 1, 1, 0, finish_require);
  return finish_require(L, LUA_OK, 0);
}
