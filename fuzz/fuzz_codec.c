// Arbitrary bytes as values from the host: refused, or given to an app that gives them back. What came back, sent once more, must
// come back the same.
#include <stdlib.h>
#include <string.h>

#include "sandbox_core.h"

static const char echo[] = "local host = ... local v = host.call('v') while true do v = host.call('v', v) end";

static sc_vm *vm;
static const uint8_t none[] = {0x90};

static bool restart(sc_outcome *o) {
  static uint64_t runs;
  if (vm == NULL || ++runs % 10000 == 0) {
    sc_destroy(vm);
    static const sc_limits limits = {0};
    sc_file file = {
        .name = "sdk.lua", .name_len = 7, .text = (const uint8_t *)echo, .text_len = sizeof echo - 1, .privileged = true};
    char error[512];
    vm = sc_create(&limits, &file, 1, error, sizeof error);
    if (vm == NULL) abort();
  }
  sc_drop(vm, 1);
  sc_start(vm, 1, "sdk.lua", none, sizeof none, NULL, o);
  return o->kind == SC_CALLED;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  sc_outcome o;
  if (!restart(&o)) abort();
  sc_resume(vm, 1, true, data, size, NULL, &o);
  if (o.kind != SC_CALLED) {
    if (o.recycle) {
      sc_destroy(vm);
      vm = NULL;
    }
    return 0;
  }
  uint8_t *first = malloc(o.bytes_len + 1);
  size_t first_len = o.bytes_len;
  if (first == NULL) return 0;
  memcpy(first, o.bytes, first_len);
  sc_resume(vm, 1, true, first, first_len, NULL, &o);
  // The order of keys may differ, and so may bytes, but not how many of them there are.
  if (o.kind != SC_CALLED || o.bytes_len != first_len) abort();
  free(first);
  return 0;
}
