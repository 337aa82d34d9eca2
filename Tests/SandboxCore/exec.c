// exec FILE...: one vm with these files, each run as a conversation of its own. Prints what they return and log; exit 1 when one
// fails.
// Every bridge call is answered with an error.
#include <stdlib.h>
#include <string.h>

#include "support.h"

typedef struct arguments {
  int count;
  char **paths;
} arguments;

static const char *name_of(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash != NULL ? slash + 1 : path;
}

static void print_effects(const sc_outcome *o) {
  for (size_t at = 0; at < o->effects_len;) {
    size_t n = print_value(stdout, o->effects + at, o->effects_len - at);
    if (n == 0) break;
    fputc('\n', stdout);
    at += n;
  }
}

static bool run(sc_vm *vm, uint64_t id, const char *module) {
  static const uint8_t no_arguments[] = {0x90};
  static const uint8_t no_bridge[] = "\xA9no bridge";
  sc_turn turn = {.seed = id * 77};
  sc_outcome o;
  sc_start(vm, id, module, no_arguments, sizeof no_arguments, &turn, &o);
  print_effects(&o);
  while (o.kind == SC_CALLED) {
    sc_resume(vm, id, false, no_bridge, sizeof no_bridge - 1, NULL, &o);
    print_effects(&o);
  }
  if (o.kind == SC_FINISHED) {
    print_value(stdout, o.bytes, o.bytes_len);
    fputc('\n', stdout);
    return true;
  }
  if (o.kind == SC_STOPPED) {
    fprintf(stderr, "error: stopped by the %s\n%s\n", o.message, o.traceback);
  } else {
    fprintf(stderr, "error: %s\n%s\n", o.message, o.traceback);
  }
  return false;
}

static int body(void *context) {
  arguments *a = context;
  sc_file *files = calloc((size_t)a->count, sizeof *files);
  if (files == NULL) return 1;
  for (int i = 0; i < a->count; i++) {
    size_t len;
    char *text = read_whole(a->paths[i], &len);
    if (text == NULL) return 1;
    const char *name = name_of(a->paths[i]);
    files[i] = (sc_file){.name = name, .name_len = strlen(name), .text = (uint8_t *)text, .text_len = len};
  }
  sc_limits limits = {0};
  char error[4096];
  sc_vm *vm = sc_create(&limits, files, (size_t)a->count, error, sizeof error);
  if (vm == NULL) return fprintf(stderr, "error: %s\n", error), 1;
  bool ok = true;
  for (int i = 0; i < a->count; i++) ok = run(vm, (uint64_t)i + 1, name_of(a->paths[i])) && ok;
  sc_destroy(vm);
  for (int i = 0; i < a->count; i++) free((void *)files[i].text);
  free(files);
  return ok ? 0 : 1;
}

int main(int argc, char **argv) {
  arguments a = {argc - 1, argv + 1};
  if (argc < 2) return fputs("usage: exec FILE...\n", stderr), 2;
  return on_large_stack(body, &a);
}
