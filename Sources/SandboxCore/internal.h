// What the files of SandboxCore share. Nothing here is seen outside this folder.
//
// Rules of the house for every C function that Lua can call:
// - Anything that may work long calls `sc_charge` before or while it works. `sc_charge` may raise death and may run a full
//   collection, so every Lua value in use must be on the stack (or otherwise anchored), and no malloc'ed memory may be held.
// - A callback's error is never swallowed: whoever catches one (lua_pcall, lua_resume, lua_load) must call `sc_caught`.
// - Text built for Lua is at most SC_MAX_RESULT bytes.
// - Nothing prints an address; values become text through `sc_tostring`.
#ifndef SANDBOX_INTERNAL_H
#define SANDBOX_INTERNAL_H

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/sandbox_core.h"

#define SC_MAX_RESULT ((size_t)8 << 20)   // bytes of one string that a library function builds
#define SC_MAX_SOURCE ((size_t)1 << 20)   // bytes of one text to compile
#define SC_MAX_LOG ((size_t)64 << 10)     // bytes of one print
#define SC_MAX_MESSAGE ((size_t)4 << 10)  // bytes of an error message that leaves the vm
#define SC_MAX_DEPTH 32                   // nesting of a value that crosses the bridge
#define SC_MAX_NODES 10000                // values in one crossing
#define SC_QUANTUM 100                    // VM instructions between two firings of the hook
#define SC_MAX_CLOSE 8                    // nesting of coroutine.close
#define SC_PROXIES 5                      // libraries behind read-only proxies
#define SC_FRAMES 20                      // lines of a traceback

// A growable byte buffer outside the Lua heap. Each one is a field of the vm, so an error that unwinds past its user leaks nothing.
// Reusing one starts with `len = 0`. It never holds more than `limit` bytes.
typedef struct sc_buffer {
  uint8_t *bytes;
  size_t len;
  size_t cap;
  size_t limit;
} sc_buffer;

// One person's chat: an instance of its own, with its own globals.
typedef struct sc_conversation sc_conversation;
struct sc_conversation {
  uint64_t id;
  sc_conversation *next;      // of those with the same hash
  lua_State *thread;          // the coroutine its code runs in
  int ref;                    // its instance table in the registry, see SC_INSTANCE_*
  size_t entry;               // the module it was started with
  uint64_t fuel, fuel_given;  // of the turn
  uint64_t wall_left;         // nanoseconds of running time
  uint32_t effects;           // emitted in the turn
  size_t effect_bytes;
  uint64_t seed;
  uint64_t random[4];         // xoshiro256**
};

// The instance table, an array that keeps all of an instance alive. 3 and 4 are made when first needed.
enum { SC_INSTANCE_THREAD = 1, SC_INSTANCE_GLOBALS = 2, SC_INSTANCE_PRIVILEGED = 3, SC_INSTANCE_HOST = 4, SC_INSTANCE_LOADED = 5 };

// One file of the package. Its compiled function is in the registry's module array at its own position + 1.
typedef struct sc_module {
  char *name;
  size_t name_len;
  bool privileged;
  int last_line;              // of the wrapper: no function but the file's own body ends there
  uint8_t *lines;             // NULL or a bitmap: the lines that ran
  size_t line_count, lines_len;  // lines of the file; bytes of the bitmap
  bool new_lines;             // some of them for the first time
} sc_module;

struct sc_vm {
  lua_State *main;            // owns the registry; runs no code of an app
  lua_State *running;         // the coroutine whose code runs now: the allocator arms its hook
  sc_conversation *current;   // the conversation whose turn runs now
  sc_limits limits;

  // memory (vm.c)
  size_t bytes;               // Lua heap in use
  size_t soft, hard;
  bool pressure;              // the soft limit was crossed since the last safe point
  bool out_of_memory;         // an allocation was refused

  // the running turn (limits.c)
  sc_limit dead;              // not NONE: everything unwinds, nothing is caught
  uint64_t fuel;              // instructions left
  uint64_t fuel_given;        // what the turn began with
  uint64_t owed;              // charged since the last check
  uint64_t deadline;          // CLOCK_MONOTONIC nanoseconds
  atomic_bool interrupt;      // set by sc_interrupt
  bool recycle;               // the C stack overflowed at some time, or the vm is old
  uint32_t starts;            // conversations begun so far
  bool blocked;               // some resumer between the running coroutine and the conversation's cannot yield
  int closing;                // nesting of coroutine.close
  uint64_t safe_points;       // passed so far
  size_t large_block;         // the last large one that was made, and after which safe point
  uint64_t large_block_at;
  uint32_t sample;            // random enough to choose which calls are timed
  uint32_t tick;              // firings of the hook, to do rare things rarely

  // the pending bridge call and its answer (conversation.c)
  bool calling;
  bool answer_ok;
  const uint8_t *answer;
  size_t answer_len;

  sc_buffer out;              // results, or arguments of a bridge call
  sc_buffer effects;
  sc_buffer scratch;          // of one library function at a time, see sc_scratch
  sc_buffer call;             // name of the bridge call
  sc_buffer message;
  sc_buffer traceback;
  uint32_t effects_count;

  sc_module *modules;         // one per file
  size_t module_count;
  size_t app_files;           // how many of them are not privileged
  sc_conversation **table;    // by id, chained; power of two
  size_t table_size;
  size_t conversation_count;
  const void *proxies[SC_PROXIES];
  int ref_modules;            // registry: array of the files' functions
  int ref_base;               // registry: array of name, value, ... that each instance's globals begin with
  uint64_t turn_started;      // clock at the last start or resume
};

static inline sc_vm *sc_vm_of(lua_State *L) { return *(sc_vm **)lua_getextraspace(L); }
static inline bool sc_dead(lua_State *L) { return sc_vm_of(L)->dead != SC_LIMIT_NONE; }

// limits.c ---------------------------------------------------------------------------------------------------------------

// The slow path of `sc_charge`: takes what is owed, then looks at death, time, fuel and memory. May raise death.
void sc_checkpoint(lua_State *L);

// Takes `n` units of fuel (one unit is about one VM instruction, 1 to 5 nanoseconds). May raise death; may collect garbage.
static inline void sc_charge(lua_State *L, size_t n) {
  sc_vm *vm = sc_vm_of(L);
  vm->owed += n;  // cannot wrap: a check follows as soon as 100 are owed, and n is at most a length in memory
  if (vm->owed >= SC_QUANTUM || vm->pressure || vm->dead != SC_LIMIT_NONE) sc_checkpoint(L);
}

// Ends the turn: nothing in Lua can catch it.
_Noreturn void sc_die(lua_State *L, sc_limit limit);

// To be called by whoever caught an error (`status` of lua_pcall, lua_resume, lua_load), with the error on top of the stack:
// goes on dying when the turn is dead or memory ran out, else returns.
void sc_caught(lua_State *L, int status);

// Nanoseconds of a cheap monotonic clock (some milliseconds coarse).
uint64_t sc_clock(void);
uint64_t sc_precise_clock(void);

// Puts the count hook on a coroutine; the line hook too when the vm keeps lines.
void sc_arm(lua_State *L, int count);

// lines.c: makes the bitmap of a file (false when memory lacks); notes the line of a line hook.
bool sc_keep_lines(sc_module *m, const sc_file *file);
void sc_note_line(lua_State *L, lua_Debug *ar);

// Scales the collector's pause so that a cycle begins well below the soft limit.
void sc_tune_collector(sc_vm *vm);

// text.c -----------------------------------------------------------------------------------------------------------------

// Like luaL_tolstring (honours __tostring and __name, pushes the text and returns it) without addresses.
const char *sc_tostring(lua_State *L, int index, size_t *len);

// Raises an ordinary error "file:line: text", where the place is the innermost line of the app's own files, not of the host's.
_Noreturn void sc_raise(lua_State *L, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Appends `text` cut to `max` bytes as valid UTF-8: control characters, bidirectional overrides and other bytes are escaped.
// False when memory lacks. Never raises.
bool sc_clean(sc_buffer *b, const char *text, size_t len, size_t max);

// Fills `b` with the app's own frames of `L`, one a line. Never raises.
void sc_traceback(sc_vm *vm, lua_State *L, sc_buffer *b);

// True for a place in a file of the app (or text it loaded), false for C and for the host's files. Needs "S" in `ar`.
bool sc_is_apps(sc_vm *vm, const lua_Debug *ar);

// "main chunk", "local 'pay'", "function <main.lua:3>". Needs "S" in `ar`, and adds to it.
void sc_describe_function(sc_vm *vm, lua_State *L, lua_Debug *ar, char *text, size_t cap);

// vm.c -------------------------------------------------------------------------------------------------------------------

// Makes room for `more` bytes beyond `len`. Above the limit: an ordinary error "WHAT is over N bytes". When memory lacks: death.
void sc_buffer_reserve(lua_State *L, sc_buffer *b, size_t more, const char *what);
static inline void sc_buffer_append(lua_State *L, sc_buffer *b, const void *bytes, size_t len, const char *what) {
  size_t most = b->cap < b->limit ? b->cap : b->limit;  // a block that was larger before is kept under a new limit
  if (most < b->len || most - b->len < len) sc_buffer_reserve(L, b, len, what);
  if (len > 0) __builtin_memcpy(b->bytes + b->len, bytes, len);
  b->len += len;
}

// Fills `error` with why the protected call on the main state, with this status and the error on top, could not load a file.
void sc_say_load_error(sc_vm *vm, int status, char *error, size_t error_cap);

// Without Lua: false when over the limit or memory lacks.
bool sc_buffer_grow(sc_buffer *b, size_t more);
bool sc_buffer_put(sc_buffer *b, const void *bytes, size_t len);
void sc_buffer_free(sc_buffer *b);
void sc_buffer_clear(sc_buffer *b);  // empties it, and gives back what an unusual value made it take

// Memory outside the Lua heap. NULL when it lacks.
void *sc_allocate(size_t size);
void sc_free(void *block);

// The vm's scratch buffer, emptied, with this limit. One user at a time: it may not be held across anything that runs Lua code
// (a callback, a metamethod). Memory stays with the vm.
sc_buffer *sc_scratch(lua_State *L, size_t limit);

// codec.c (the library part) ---------------------------------------------------------------------------------------------

// Appends the value at `index` as MessagePack. Raw access only. At most SC_MAX_DEPTH deep and SC_MAX_NODES values. Raises (by
// sc_raise) an error that names the path, beginning with `what`: "argument 1.items[3].price: NaN cannot cross".
void sc_encode(lua_State *L, int index, sc_buffer *out, const char *what);

// Appends the `count` stack values from `first` as one array; depth and nodes are counted for all of them together. Paths begin
// with `what` and the position: "argument 1".
void sc_encode_list(lua_State *L, int first, int count, sc_buffer *out, const char *what);

// Pushes the one value in `bytes` (nothing may follow it). Raises an ordinary error when malformed, too deep or too many nodes.
void sc_decode(lua_State *L, const uint8_t *bytes, size_t len);

// `bytes` is one array: pushes each element, and returns how many.
int sc_decode_list(lua_State *L, const uint8_t *bytes, size_t len);

// lib_json.c: lua_CFunctions. value -> text; text -> value.
int sc_json_encode(lua_State *L);
int sc_json_decode(lua_State *L);

// lib_math.c: begins the conversation's random numbers.
void sc_seed(sc_conversation *c, uint64_t seed);

// lib_*.c ----------------------------------------------------------------------------------------------------------------

// Fills the registry: proxies, the base of all globals, the string metatable. On the main state, protected.
void sc_open_libraries(lua_State *L);

// conversation.c
sc_conversation *sc_find_conversation(const sc_vm *vm, uint64_t id);  // NULL when there is none

// modules.c
void sc_compile_modules(lua_State *L, const sc_file *files);           // on the main state, protected
sc_module *sc_find_module(sc_vm *vm, const char *name, size_t len);   // NULL when there is none
// Pushes the chunk of one text as a plain function, or an error. On the main state, protected.
int sc_compile_chunk(lua_State *L, const char *text, size_t len, const char *name);
int sc_load(lua_State *L);                                             // lua_CFunction: load
int sc_require(lua_State *L);                                          // lua_CFunction: require

// complexity.c: true for a function (on top, of a text that long) that may not be kept. Uses the scratch buffer.
bool sc_too_complex(lua_State *L, size_t text_len);

// bridge.c
void sc_push_instance(lua_State *L);                                   // the running conversation's instance table
// Pushes a file's function and its first arguments; returns how many arguments.
int sc_push_module_call(lua_State *L, size_t module);
int sc_string_format(lua_State *L);                                    // lib_format.c
int sc_print(lua_State *L);                                            // lua_CFunction: print

// Each pushes one plain table of functions.
void sc_open_string(lua_State *L);     // library part
void sc_open_table(lua_State *L);      // library part
void sc_open_utf8(lua_State *L);       // library part
void sc_open_coroutine(lua_State *L);
lua_State *sc_resumed_in(lua_State *L);  // the coroutine that L waits for, NULL when it waits itself
void sc_open_math(lua_State *L);

#endif
