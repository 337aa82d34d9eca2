// A backtracking matcher. Every character looked at is a step; steps are charged in batches, so that no pattern runs past the limits.
#include "pattern.h"

#include <ctype.h>
#include <string.h>

enum { BATCH = 1000 };

void pattern_settle(pattern_match *m) {
  size_t steps = m->steps;
  m->steps = 0;
  sc_charge(m->L, steps);
}

static inline void step(pattern_match *m, size_t n) {
  m->steps += n;
  if (m->steps >= BATCH) pattern_settle(m);
}

void pattern_begin(pattern_match *m, lua_State *L, const char *subject, size_t len, const char *pattern, size_t pattern_len) {
  m->L = L;
  m->subject = subject;
  m->subject_end = subject + len;
  m->pattern_end = pattern + pattern_len;
  m->depth = PATTERN_DEPTH;
  m->steps = 1;
  m->level = 0;
}

// ── single characters ───────────────────────────────────────────────────────────────────────────────────────────────────

// The end of the single-character item at `p`.
static const char *item_end(pattern_match *m, const char *p) {
  char c = *p++;
  if (c == '%') {
    if (p == m->pattern_end) luaL_error(m->L, "malformed pattern (ends with '%%')");
    return p + 1;
  }
  if (c != '[') return p;
  if (p < m->pattern_end && *p == '^') p++;
  do {  // the first ] stands for itself
    if (p == m->pattern_end) luaL_error(m->L, "malformed pattern (missing ']')");
    char d = *p++;
    if (d == '%') {
      if (p == m->pattern_end) luaL_error(m->L, "malformed pattern (missing ']')");
      p++;
    }
  } while (p == m->pattern_end || *p != ']');
  return p + 1;
}

static bool in_class(int c, int class) {
  bool is;
  switch (tolower(class)) {
    case 'a': is = isalpha(c); break;
    case 'c': is = iscntrl(c); break;
    case 'd': is = isdigit(c); break;
    case 'g': is = isgraph(c); break;
    case 'l': is = islower(c); break;
    case 'p': is = ispunct(c); break;
    case 's': is = isspace(c); break;
    case 'u': is = isupper(c); break;
    case 'w': is = isalnum(c); break;
    case 'x': is = isxdigit(c); break;
    case 'z': is = c == 0; break;  // from the time when a pattern could not hold a zero
    default: return class == c;
  }
  return isupper(class) ? !is : is;
}

// `p` at '[', `last` at the closing ']'.
static bool in_set(pattern_match *m, int c, const char *p, const char *last) {
  bool wanted = true;
  step(m, (size_t)(last - p) / 4 + 1);
  if (p[1] == '^') {
    wanted = false;
    p++;
  }
  while (++p < last) {
    if (*p == '%') {
      p++;
      if (in_class(c, (unsigned char)*p)) return wanted;
    } else if (p[1] == '-' && p + 2 < last) {
      if ((unsigned char)p[0] <= c && c <= (unsigned char)p[2]) return wanted;
      p += 2;
    } else if ((unsigned char)*p == c) {
      return wanted;
    }
  }
  return !wanted;
}

static bool matches_one(pattern_match *m, const char *s, const char *p, const char *end) {
  if (s >= m->subject_end) return false;
  int c = (unsigned char)*s;
  switch (*p) {
    case '.': return true;
    case '%': return in_class(c, (unsigned char)p[1]);
    case '[': return in_set(m, c, p, end - 1);
    default: return (unsigned char)*p == c;
  }
}

// ── captures ────────────────────────────────────────────────────────────────────────────────────────────────────────────

static int closed_capture(pattern_match *m, int digit) {
  int index = digit - '1';
  if (index < 0 || index >= m->level || m->capture[index].len == PATTERN_OPEN)
    luaL_error(m->L, "invalid capture index %%%d", index + 1);
  return index;
}

static int open_capture(pattern_match *m) {
  for (int level = m->level - 1; level >= 0; level--)
    if (m->capture[level].len == PATTERN_OPEN) return level;
  return luaL_error(m->L, "invalid pattern capture");
}

static const char *match_here(pattern_match *m, const char *s, const char *p);

static const char *begin_capture(pattern_match *m, const char *s, const char *p, ptrdiff_t mark) {
  if (m->level >= PATTERN_CAPTURES) luaL_error(m->L, "too many captures");
  m->capture[m->level].start = s;
  m->capture[m->level].len = mark;
  m->level++;
  const char *end = match_here(m, s, p);
  if (end == NULL) m->level--;
  return end;
}

static const char *end_capture(pattern_match *m, const char *s, const char *p) {
  int level = open_capture(m);
  m->capture[level].len = s - m->capture[level].start;
  const char *end = match_here(m, s, p);
  if (end == NULL) m->capture[level].len = PATTERN_OPEN;
  return end;
}

// ── repetitions and the rest ────────────────────────────────────────────────────────────────────────────────────────────

static const char *match_longest(pattern_match *m, const char *s, const char *p, const char *end) {
  ptrdiff_t count = 0;
  while (matches_one(m, s + count, p, end)) {
    count++;
    step(m, 1);
  }
  for (; count >= 0; count--) {
    const char *rest = match_here(m, s + count, end + 1);
    if (rest != NULL) return rest;
    step(m, 1);
  }
  return NULL;
}

static const char *match_shortest(pattern_match *m, const char *s, const char *p, const char *end) {
  for (;;) {
    const char *rest = match_here(m, s, end + 1);
    if (rest != NULL) return rest;
    if (!matches_one(m, s, p, end)) return NULL;
    s++;
    step(m, 1);
  }
}

// %bxy: `p` at the x.
static const char *match_balance(pattern_match *m, const char *s, const char *p) {
  if (p + 1 >= m->pattern_end) luaL_error(m->L, "malformed pattern (missing arguments to '%%b')");
  if (s >= m->subject_end || *s != *p) return NULL;
  char begin = p[0], end = p[1];
  int nested = 1;
  while (++s < m->subject_end) {
    step(m, 1);
    if (*s == end) {
      if (--nested == 0) return s + 1;
    } else if (*s == begin) {
      nested++;
    }
  }
  return NULL;
}

static bool at_frontier(pattern_match *m, const char *s, const char *p, const char *end) {
  int before = s == m->subject ? 0 : (unsigned char)s[-1];
  int here = s < m->subject_end ? (unsigned char)*s : 0;
  return !in_set(m, before, p, end - 1) && in_set(m, here, p, end - 1);
}

static const char *match_here(pattern_match *m, const char *s, const char *p) {
  if (m->depth-- == 0) luaL_error(m->L, "pattern too complex");
  for (;;) {  // each turn goes on behind an item that matched; what has to be undone recurses
    step(m, 1);
    if (p == m->pattern_end) break;
    if (*p == '(') {
      s = p[1] == ')' && p + 1 < m->pattern_end ? begin_capture(m, s, p + 2, PATTERN_POSITION)
                                                : begin_capture(m, s, p + 1, PATTERN_OPEN);
      break;
    }
    if (*p == ')') {
      s = end_capture(m, s, p + 1);
      break;
    }
    if (*p == '$' && p + 1 == m->pattern_end) {
      if (s != m->subject_end) s = NULL;
      break;
    }
    if (*p == '%' && p + 1 < m->pattern_end) {
      if (p[1] == 'b') {
        s = match_balance(m, s, p + 2);
        if (s == NULL) break;
        p += 4;
        continue;
      }
      if (p[1] == 'f') {
        p += 2;
        if (p == m->pattern_end || *p != '[') luaL_error(m->L, "missing '[' after '%%f' in pattern");
        const char *end = item_end(m, p);
        if (!at_frontier(m, s, p, end)) {
          s = NULL;
          break;
        }
        p = end;
        continue;
      }
      if (isdigit((unsigned char)p[1])) {
        int index = closed_capture(m, (unsigned char)p[1]);
        // A position has no text: as in Lua, its length then never fits.
        size_t len = (size_t)m->capture[index].len;
        if ((size_t)(m->subject_end - s) < len) {
          s = NULL;
          break;
        }
        step(m, len / 8 + 1);
        if (memcmp(m->capture[index].start, s, len) != 0) {
          s = NULL;
          break;
        }
        s += len;
        p += 2;
        continue;
      }
    }
    const char *end = item_end(m, p);
    char suffix = end < m->pattern_end ? *end : 0;
    if (!matches_one(m, s, p, end)) {
      if (suffix == '*' || suffix == '?' || suffix == '-') {  // nothing of it is a match as well
        p = end + 1;
        continue;
      }
      s = NULL;
      break;
    }
    if (suffix == '*') {
      s = match_longest(m, s, p, end);
      break;
    }
    if (suffix == '-') {
      s = match_shortest(m, s, p, end);
      break;
    }
    if (suffix == '+') {
      s = match_longest(m, s + 1, p, end);
      break;
    }
    if (suffix == '?') {
      const char *rest = match_here(m, s + 1, end + 1);
      if (rest != NULL) {
        s = rest;
        break;
      }
      p = end + 1;
      continue;
    }
    s++;
    p = end;
  }
  m->depth++;
  return s;
}

const char *pattern_at(pattern_match *m, const char *s, const char *pattern) {
  m->level = 0;
  m->depth = PATTERN_DEPTH;
  return match_here(m, s, pattern);
}

void pattern_push_one(pattern_match *m, int index, const char *start, const char *end) {
  if (index >= m->level) {
    if (index != 0) luaL_error(m->L, "invalid capture index %%%d", index + 1);
    lua_pushlstring(m->L, start, (size_t)(end - start));
    return;
  }
  ptrdiff_t len = m->capture[index].len;
  if (len == PATTERN_OPEN) luaL_error(m->L, "unfinished capture");
  if (len == PATTERN_POSITION) lua_pushinteger(m->L, m->capture[index].start - m->subject + 1);
  else lua_pushlstring(m->L, m->capture[index].start, (size_t)len);
}

int pattern_push(pattern_match *m, const char *start, const char *end) {
  int count = m->level == 0 && start != NULL ? 1 : m->level;
  luaL_checkstack(m->L, count, "too many captures");
  for (int i = 0; i < count; i++) pattern_push_one(m, i, start, end);
  return count;
}
