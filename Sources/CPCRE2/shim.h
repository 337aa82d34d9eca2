#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

// Whether a UTF-8 text matches an expression from its beginning to its end: 1, 0, or -1 when the expression cannot be read or takes
// too long. The names of PCRE2 are macros, which Swift does not see.
static inline int stoa_pcre2_matches(
    const unsigned char *pattern, size_t pattern_length, const unsigned char *text, size_t text_length, unsigned int steps) {
  int error;
  PCRE2_SIZE offset;
  unsigned int options = PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_NEVER_BACKSLASH_C;
  pcre2_code *code = pcre2_compile(pattern, pattern_length, options, &error, &offset, NULL);
  if (code == NULL) return -1;
  pcre2_match_data *data = pcre2_match_data_create_from_pattern(code, NULL);
  pcre2_match_context *context = pcre2_match_context_create(NULL);
  int found = -1;
  if (data != NULL && context != NULL) {
    pcre2_set_match_limit(context, steps);
    pcre2_set_depth_limit(context, steps);
    pcre2_set_heap_limit(context, 1024);
    int result = pcre2_match(code, text, text_length, 0, 0, data, context);
    found = result >= 0 ? 1 : result == PCRE2_ERROR_NOMATCH ? 0 : -1;
  }
  pcre2_match_context_free(context);
  pcre2_match_data_free(data);
  pcre2_code_free(code);
  return found;
}
