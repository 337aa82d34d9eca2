// Arbitrary text as an app under small limits: it compiles or not, runs or is stopped, and the vm can be closed. Bridge calls are
// answered with the text's own first bytes, well-formed or not.
#include <string.h>

#include "sandbox_core.h"

static const char sdk[] =
    "local host = ... local g = host.globals function g.call(...) return host.call('f', ...) end\n"
    "function g.emit(...) return host.emit('e', ...) end g.json = {encode = host.json_encode, decode = host.json_decode}\n"
    "return require 'main'";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const sc_limits limits = {.memory_bytes = 1 << 20, .instructions = 100000, .wall_ms = 2000, .effects = 50,
                                   .effect_bytes = 65536, .value_bytes = 65536, .conversations = 4};
  static const uint8_t none[] = {0x90};
  sc_file files[] = {
      {.name = "sdk.lua", .name_len = 7, .text = (const uint8_t *)sdk, .text_len = sizeof sdk - 1, .privileged = true},
      {.name = "main.lua", .name_len = 8, .text = data, .text_len = size}};
  char error[512];
  sc_vm *vm = sc_create(&limits, files, 2, error, sizeof error);
  if (vm == NULL) return 0;
  sc_turn turn = {.seed = size};
  sc_outcome o;
  sc_start(vm, 1, "sdk.lua", none, sizeof none, &turn, &o);
  for (int i = 0; o.kind == SC_CALLED && i < 8; i++)
    sc_resume(vm, 1, i % 3 != 2, data, size < 64 ? size : 64, i % 2 == 0 ? &turn : NULL, &o);
  sc_destroy(vm);
  return 0;
}
