// UTF-8 as RFC 3629 has it: shortest forms only, no surrogates, nothing above U+10FFFF.
#ifndef SANDBOX_UTF8_H
#define SANDBOX_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline bool sc_is_utf8(const char *text, size_t len) {
  const unsigned char *s = (const unsigned char *)text, *end = s + len;
  while (s < end) {
    uint64_t word;
    if (end - s >= 8 && (memcpy(&word, s, 8), (word & 0x8080808080808080u) == 0)) {
      s += 8;
      continue;
    }
    unsigned char c = *s;
    if (c < 0x80) {
      s++;
      continue;
    }
    size_t n = c >= 0xC2 && c < 0xE0 ? 2 : c >= 0xE0 && c < 0xF0 ? 3 : c >= 0xF0 && c < 0xF5 ? 4 : 0;
    if (n == 0 || (size_t)(end - s) < n) return false;
    for (size_t i = 1; i < n; i++)
      if ((s[i] & 0xC0) != 0x80) return false;
    if ((c == 0xE0 && s[1] < 0xA0) || (c == 0xED && s[1] > 0x9F) || (c == 0xF0 && s[1] < 0x90) || (c == 0xF4 && s[1] > 0x8F))
      return false;
    s += n;
  }
  return true;
}

#endif
