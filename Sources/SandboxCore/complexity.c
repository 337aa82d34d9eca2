// Refuses compiled functions that Lua 5.4.4 cannot describe in an error message in reasonable time and stack.
//
// To name "field 'c'" in `a.b.c`, Lua walks back from each access to the one before it: a recursion as deep as the chain, with a
// scan of the function at each step. 500,000 accesses in a row took 50 MiB of C stack and 100 s, out of reach of any hook. So the
// accesses that can be links of such a chain are counted, in the function's own dump.
#include "dump.h"
#include "internal.h"

enum { SMALL_TEXT = 8 << 10, MAX_LINKS = 8192 };

// True when the function, or one inside it, has too many links.
static bool too_many_links(sc_dump *d) {
  bool result = false;
  size_t len;
  sc_dump_string(d, &len);  // source
  sc_dump_number(d);
  sc_dump_number(d);
  sc_dump_skip(d, 3);
  uint64_t n = sc_dump_number(d);
  const uint8_t *code = sc_dump_skip(d, n * 4);
  size_t links = 0;
  for (uint64_t i = 0; code != NULL && i < n; i++) {
    uint32_t instruction = sc_dump_instruction(code, i);
    uint32_t op = instruction & 0x7F, a = instruction >> 7 & 0xFF, b = instruction >> 16 & 0xFF;
    if ((op == SC_OP_GETTABLE || op == SC_OP_GETFIELD) && a == b) links++;
  }
  if (links > MAX_LINKS) result = true;
  n = sc_dump_number(d);
  for (uint64_t i = 0; i < n && !d->bad; i++) sc_dump_constant(d, &len);
  sc_dump_skip(d, sc_dump_number(d) * 3);  // upvalues
  n = sc_dump_number(d);
  for (uint64_t i = 0; i < n && !d->bad; i++) result = too_many_links(d) || result;
  for (int i = 0; i < 4; i++) sc_dump_number(d);  // stripped debug information: four empty lists
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
  sc_dump d;
  if (!sc_dump_open(&d, b->bytes, b->len)) return false;
  bool result = too_many_links(&d);
  return result || d.bad || d.at != d.end;
}
