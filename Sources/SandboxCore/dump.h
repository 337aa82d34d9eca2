// Reading what lua_dump wrote, as Lua 5.4.4 of Debian lays it out (ldump.c): never past its end, whatever it says.
#ifndef SANDBOX_DUMP_H
#define SANDBOX_DUMP_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { SC_DUMP_HEADER = 32, SC_OP_GETTABUP = 11, SC_OP_GETTABLE = 12, SC_OP_GETFIELD = 14, SC_OP_SETTABUP = 15 };

typedef struct sc_dump {
  const uint8_t *at, *end;
  bool bad;  // it ended too early; everything read since is zero
} sc_dump;

static inline const uint8_t *sc_dump_skip(sc_dump *d, uint64_t n) {
  if (d->bad || (uint64_t)(d->end - d->at) < n) {
    d->bad = true;
    return NULL;
  }
  const uint8_t *p = d->at;
  d->at += n;
  return p;
}

static inline uint8_t sc_dump_byte(sc_dump *d) {
  const uint8_t *p = sc_dump_skip(d, 1);
  return p != NULL ? *p : 0;
}

static inline uint64_t sc_dump_number(sc_dump *d) {  // seven bits at a time, the last one marked
  uint64_t v = 0;
  for (int i = 0; i < 10 && !d->bad; i++) {
    uint8_t b = sc_dump_byte(d);
    v = v << 7 | (b & 0x7F);
    if (b & 0x80) return v;
  }
  d->bad = true;
  return 0;
}

// NULL for a string that is not there.
static inline const char *sc_dump_string(sc_dump *d, size_t *len) {
  uint64_t size = sc_dump_number(d);
  *len = size > 0 ? (size_t)size - 1 : 0;
  return size > 0 ? (const char *)sc_dump_skip(d, size - 1) : NULL;
}

// Reads one constant: its text when it is a string, else NULL.
static inline const char *sc_dump_constant(sc_dump *d, size_t *len) {
  *len = 0;
  switch (sc_dump_byte(d)) {
    case 0x03: case 0x13: sc_dump_skip(d, 8); return NULL;
    case 0x04: case 0x14: return sc_dump_string(d, len);
    default: return NULL;
  }
}

static inline uint32_t sc_dump_instruction(const uint8_t *code, uint64_t i) {
  uint32_t instruction;
  memcpy(&instruction, code + i * 4, 4);
  return instruction;
}

// Begins to read. False for a dump of another Lua than this was written for.
static inline bool sc_dump_open(sc_dump *d, const uint8_t *bytes, size_t len) {
  *d = (sc_dump){bytes, bytes + len, false};
  const uint8_t *header = sc_dump_skip(d, SC_DUMP_HEADER);  // with the number of upvalues
  return header != NULL && header[4] == 0x54 && header[12] == 4;
}

#endif
