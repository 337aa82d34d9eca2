// SandboxCore: untrusted Lua behind an interface of bytes in, bytes out.
//
// A `sc_vm` holds one Lua state with the compiled files of one app version. Each conversation in it is
// an instance of its own: fresh globals, fresh file-level locals, one coroutine. A bridge call is a yield of
// that coroutine; the caller answers with `sc_resume`. Nothing here calls back, so no frame of the host is ever
// between a protected call and a raising one.
//
// Threads: one thread at a time may be inside a vm. Only `sc_interrupt` may be called from another.
// Values cross as MessagePack (subset: nil, bool, int64, float64, str = valid UTF-8, bin = other bytes, array,
// map with str keys). An empty table crosses as an empty map.
#ifndef SANDBOX_CORE_H
#define SANDBOX_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sc_vm sc_vm;

// What one app may use. Zero in a field means its default.
typedef struct sc_limits {
  uint64_t memory_bytes;    // soft limit of the Lua heap; the hard one is 4x. Default 16 MiB
  uint64_t instructions;    // fuel of one turn, in VM instructions. Default 50,000,000
  uint32_t wall_ms;         // running time of one turn, waits excluded. Default 5,000
  uint32_t effects;         // emitted effects in one turn. Default 1,000
  uint32_t effect_bytes;    // their encoded size together. Default 1 MiB
  uint32_t value_bytes;     // one crossing of the bridge. Default 1 MiB
  uint32_t conversations;   // live instances. Default 100,000
  uint32_t starts;          // conversations begun after which the vm asks to be made anew. Default 1,000,000
  bool lines;               // for developers: keep which lines of the app's files ran, see sc_new_lines
} sc_limits;

// One file of a package. `name` is its path in the package without "./" ("main.lua", "lib/cart.lua"); `require "lib.cart"`
// finds "lib/cart.lua". A privileged file belongs to the host: its chunk gets the host table as first argument.
typedef struct sc_file {
  const char *name;
  size_t name_len;
  const uint8_t *text;
  size_t text_len;
  bool privileged;
} sc_file;

typedef enum sc_kind {
  SC_FINISHED = 0,  // bytes: array of the returned values
  SC_CALLED = 1,    // call: name of the bridge call; bytes: array of its arguments
  SC_FAILED = 2,    // message (file:line: text) and traceback; the conversation is gone
  SC_STOPPED = 3    // limit: which; message names it; the conversation is gone
} sc_kind;

typedef enum sc_limit {
  SC_LIMIT_NONE = 0,
  SC_LIMIT_MEMORY = 1,       // "memory limit"
  SC_LIMIT_INSTRUCTION = 2,  // "instruction limit"
  SC_LIMIT_TIME = 3,         // "time limit"
  SC_LIMIT_EFFECTS = 4,      // "effect limit"
  SC_LIMIT_CONVERSATIONS = 5 // "conversation limit"
} sc_limit;

// Pointers stay valid until the next call on the same vm.
typedef struct sc_outcome {
  sc_kind kind;
  sc_limit limit;
  bool recycle;              // the vm must be destroyed: death, out of memory, C-stack overflow, `limits.starts` reached
  const uint8_t *bytes;
  size_t bytes_len;
  const char *call;          // NUL-terminated
  const char *message;       // NUL-terminated, cleaned, UTF-8
  const char *traceback;     // NUL-terminated, the app's own files only
  const uint8_t *effects;    // one array [name, arguments...] after another
  size_t effects_len;
  uint32_t effects_count;
  uint64_t instructions;     // fuel taken in this turn so far
  uint64_t memory_bytes;     // heap in use now
} sc_outcome;

// What begins a turn. `seed` seeds math.random. Zero limits: those of the vm.
typedef struct sc_turn {
  uint64_t seed;
  uint64_t instructions;
  uint32_t wall_ms;
} sc_turn;

// Compiles `files`. Returns NULL and fills `error` (NUL-terminated "file:line: text") when one does not compile or memory lacks.
sc_vm *sc_create(const sc_limits *limits, const sc_file *files, size_t count, char *error, size_t error_cap);
void sc_destroy(sc_vm *vm);

// Runs the chunk of `module` (a file's name) in a new instance. An app's file gets the decoded `args` (an array) as `...`,
// a privileged one the host table first. The host table has:
//   host.call(name, ...)  yields SC_CALLED, returns the resumed values, raises the resumed error
//   host.emit(name, ...)  appends an effect
//   host.size(value)      encoded size in bytes; raises as crossing would
//   host.fail(text)       raises an error at the innermost line of the app's own files
//   host.json_encode(value) / host.json_decode(text)
//   host.print            what the app's print does: the effect "log" with level "print"
// and is one table per instance, so that privileged files share state through it.
void sc_start(sc_vm *vm, uint64_t conversation, const char *module, const uint8_t *args, size_t args_len,
              const sc_turn *turn, sc_outcome *out);

// Answers the pending bridge call. `ok`: `bytes` is an array of results; else a str, raised as an error at the call.
// `turn` NULL goes on in the same turn, else begins a new one (fresh fuel, new seed).
void sc_resume(sc_vm *vm, uint64_t conversation, bool ok, const uint8_t *bytes, size_t bytes_len,
               const sc_turn *turn, sc_outcome *out);

// Forgets a waiting conversation, without running any of its code. Unknown ids are ignored.
void sc_drop(sc_vm *vm, uint64_t conversation);

size_t sc_conversations(const sc_vm *vm);
uint64_t sc_memory(const sc_vm *vm);

// For developers' tools: the stack of a waiting conversation, innermost frame first, the app's own files only, as MessagePack:
// an array of [file, line, function, [[name, value], ...]]. Values are short texts; no code of the app runs for them, and nothing of
// what the conversation can notice changes. An unknown id has no frames. Valid until the next call on the same vm.
const uint8_t *sc_frames(sc_vm *vm, uint64_t conversation, size_t *len);

// One use of a global name.
typedef struct sc_global {
  uint32_t line;
  bool written;
  const char *name;  // not terminated
  size_t name_len;
} sc_global;

// What a file is made of, told without running it.
typedef struct sc_outline {
  uint32_t *lines;  // that have code, ascending
  size_t line_count;
  sc_global *globals;
  size_t global_count;
  uint8_t *names;   // what the names point into
} sc_outline;

// Compiles a file under the default limits. False, with `error` filled as by sc_create, when it does not compile or memory lacks.
// What it gives belongs to the caller until sc_free_outline. Names reached through a long way (a function with more
// than 255 constants) are left out.
bool sc_make_outline(const sc_file *file, sc_outline *outline, char *error, size_t error_cap);
void sc_free_outline(sc_outline *outline);

// With `limits.lines`: which lines of a file have run so far, when some did for the first time since this was last asked, else NULL.
// Bit N & 7 of byte N >> 3 stands for line N; `file` counts from 0 in the order given to sc_create.
const uint8_t *sc_new_lines(sc_vm *vm, size_t file, size_t *len);

// From any thread: the running turn stops with SC_LIMIT_TIME at its next safe point.
void sc_interrupt(sc_vm *vm);

#ifdef __cplusplus
}
#endif
#endif
