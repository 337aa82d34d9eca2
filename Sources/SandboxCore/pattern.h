// Lua patterns (Lua 5.4 manual, section 6.4.1), with each step paid for.
#ifndef SANDBOX_PATTERN_H
#define SANDBOX_PATTERN_H

#include "internal.h"

enum { PATTERN_CAPTURES = 32, PATTERN_DEPTH = 200 };

typedef struct pattern_match {
  lua_State *L;
  const char *subject, *subject_end;
  const char *pattern_end;
  int depth;                     // left before "pattern too complex"
  size_t steps;                  // done since the last charge
  int level;                     // captures, closed or open
  struct {
    const char *start;
    ptrdiff_t len;               // or one of the marks below
  } capture[PATTERN_CAPTURES];
} pattern_match;

enum { PATTERN_OPEN = -1, PATTERN_POSITION = -2 };

void pattern_begin(pattern_match *m, lua_State *L, const char *subject, size_t len, const char *pattern, size_t pattern_len);

// Matches at `s` exactly. NULL when it does not; else where the match ends. Charges; may raise.
const char *pattern_at(pattern_match *m, const char *s, const char *pattern);

// Pays for what was done since the last charge.
void pattern_settle(pattern_match *m);

// Pushes the captures, or the whole match when there are none and `start` is given. Returns how many.
int pattern_push(pattern_match *m, const char *start, const char *end);
void pattern_push_one(pattern_match *m, int index, const char *start, const char *end);

#endif
