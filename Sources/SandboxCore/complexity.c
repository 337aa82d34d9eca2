// Refuses compiled functions that Lua 5.4.4 cannot describe in an error message in reasonable time and stack.
//
// To name "field 'c'" in `a.b.c`, Lua walks back from each access to the one before it: a recursion as deep as the chain, with a
// scan of the function at each step. 500,000 accesses in a row took 50 MiB of C stack and 100 s, out of reach of any hook. So the
// accesses that can be links of such a chain are counted, in the function's own dump.
#include <string.h>

#include "internal.h"

enum { SMALL_TEXT = 8 << 10, MAX_LINKS = 8192, OP_GETTABLE = 12, OP_GETFIELD = 14 };

typedef struct reader {
  const uint8_t *at, *end;
  bool bad;
} reader;

static const uint8_t *skip(reader *r, uint64_t n) {
  if (r->bad || (uint64_t)(r->end - r->at) < n) {
    r->bad = true;
    return NULL;
  }
  const uint8_t *p = r->at;
  r->at += n;
  return p;
}

static uint8_t byte(reader *r) {
  const uint8_t *p = skip(r, 1);
  return p != NULL ? *p : 0;
}

static uint64_t number(reader *r) {  // seven bits at a time, the last one marked
  uint64_t v = 0;
  for (int i = 0; i < 10 && !r->bad; i++) {
    uint8_t b = byte(r);
    v = v << 7 | (b & 0x7F);
    if (b & 0x80) return v;
  }
  r->bad = true;
  return 0;
}

static void skip_string(reader *r) {
  uint64_t size = number(r);
  if (size > 0) skip(r, size - 1);
}

// True when the function, or one inside it, has too many links.
static bool too_many_links(reader *r) {
  bool result = false;
  skip_string(r);  // source
  number(r);
  number(r);
  skip(r, 3);
  uint64_t n = number(r);
  const uint8_t *code = skip(r, n * 4);
  size_t links = 0;
  for (uint64_t i = 0; code != NULL && i < n; i++) {
    uint32_t instruction;
    memcpy(&instruction, code + i * 4, 4);
    uint32_t op = instruction & 0x7F, a = instruction >> 7 & 0xFF, b = instruction >> 16 & 0xFF;
    if ((op == OP_GETTABLE || op == OP_GETFIELD) && a == b) links++;
  }
  if (links > MAX_LINKS) result = true;
  n = number(r);
  for (uint64_t i = 0; i < n && !r->bad; i++) {  // constants
    switch (byte(r)) {
      case 0x03: case 0x13: skip(r, 8); break;
      case 0x04: case 0x14: skip_string(r); break;
      default: break;
    }
  }
  skip(r, number(r) * 3);  // upvalues
  n = number(r);
  for (uint64_t i = 0; i < n && !r->bad; i++) result = too_many_links(r) || result;
  for (int i = 0; i < 4; i++) number(r);  // stripped debug information: four empty lists
  return result;
}

static int collect(lua_State *L, const void *bytes, size_t len, void *context) {
  return sc_buffer_put(context, bytes, len) ? 0 : 1;
}

bool sc_too_complex(lua_State *L, size_t text_len) {
  if (text_len <= SMALL_TEXT) return false;
  sc_charge(L, text_len / 2);
  sc_buffer *b = sc_scratch(L, (size_t)64 << 20);
  if (lua_dump(L, collect, b, 1) != 0) return true;
  reader r = {b->bytes, b->bytes + b->len, false};
  const uint8_t *header = skip(&r, 32);  // with the number of upvalues
  if (header == NULL || header[4] != 0x54 || header[12] != 4) return false;  // not the Lua this was written for
  bool result = too_many_links(&r);
  return result || r.bad || r.at != r.end;
}
