#include "support.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

typedef struct call {
  int (*body)(void *);
  void *context;
  int result;
} call;

static void *enter(void *argument) {
  call *c = argument;
  c->result = c->body(c->context);
  return NULL;
}

int on_large_stack(int (*body)(void *), void *context) {
  call c = {body, context, 1};
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, (size_t)16 << 20);
  pthread_t thread;
  if (pthread_create(&thread, &attributes, enter, &c) != 0) return 1;
  pthread_join(thread, NULL);
  return c.result;
}

char *read_whole(const char *path, size_t *len) {
  FILE *f = fopen(path, "rb");
  if (f == NULL) return fprintf(stderr, "cannot read %s\n", path), NULL;
  char *text = NULL;
  size_t cap = 0;
  *len = 0;
  for (size_t n = 1; n > 0; *len += n) {
    if (cap - *len < 4096) text = realloc(text, cap = cap * 2 + 65536);
    if (text == NULL) abort();
    n = fread(text + *len, 1, cap - *len, f);
  }
  fclose(f);
  return text;
}

static uint64_t big_endian(const uint8_t *b, size_t n) {
  uint64_t v = 0;
  for (size_t i = 0; i < n; i++) v = v << 8 | b[i];
  return v;
}

static size_t print_items(FILE *to, const uint8_t *bytes, size_t len, size_t at, uint64_t count, bool map) {
  fputc(map ? '{' : '[', to);
  for (uint64_t i = 0; i < count; i++) {
    if (i > 0) fputs(", ", to);
    for (int part = 0; part < (map ? 2 : 1); part++) {
      if (part == 1) fputs(" = ", to);
      size_t n = print_value(to, bytes + at, len - at);
      if (n == 0) return 0;
      at += n;
    }
  }
  fputc(map ? '}' : ']', to);
  return at;
}

size_t print_value(FILE *to, const uint8_t *bytes, size_t len) {
  if (len == 0) return 0;
  uint8_t t = bytes[0];
  if (t < 0x80 || t >= 0xE0) return fprintf(to, "%d", (int8_t)t), 1;
  if (t < 0x90) return print_items(to, bytes, len, 1, t & 15, true);
  if (t < 0xA0) return print_items(to, bytes, len, 1, t & 15, false);
  if (t < 0xC0) {
    size_t n = t & 31;
    if (len < 1 + n) return 0;
    fwrite(bytes + 1, 1, n, to);
    return 1 + n;
  }
  static const uint8_t sizes[32] = {[0x04] = 1, 2, 4, [0x0A] = 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, [0x19] = 1, 2, 4, 2, 4, 2, 4};
  size_t size = sizes[t - 0xC0];
  if (len < 1 + size) return 0;
  uint64_t v = big_endian(bytes + 1, size);
  switch (t) {
    case 0xC0: fputs("nil", to); return 1;
    case 0xC2: fputs("false", to); return 1;
    case 0xC3: fputs("true", to); return 1;
    case 0xCB: {
      double d;
      memcpy(&d, &v, sizeof d);
      fprintf(to, "%.14g", d);
      return 9;
    }
    case 0xCC: case 0xCD: case 0xCE: case 0xCF: fprintf(to, "%" PRIu64, v); return 1 + size;
    case 0xD0: fprintf(to, "%d", (int8_t)v); return 2;
    case 0xD1: fprintf(to, "%d", (int16_t)v); return 3;
    case 0xD2: fprintf(to, "%d", (int32_t)v); return 5;
    case 0xD3: fprintf(to, "%" PRId64, (int64_t)v); return 9;
    case 0xC4: case 0xC5: case 0xC6: case 0xD9: case 0xDA: case 0xDB:
      if (len - 1 - size < v) return 0;
      fwrite(bytes + 1 + size, 1, v, to);
      return 1 + size + v;
    case 0xDC: case 0xDD: return print_items(to, bytes, len, 1 + size, v, false);
    case 0xDE: case 0xDF: return print_items(to, bytes, len, 1 + size, v, true);
    default: return 0;
  }
}
