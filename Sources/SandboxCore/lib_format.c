// string.format (Lua 5.4 manual, section 6.4): the stock one's directives, without addresses.
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "string_output.h"

enum { MAX_SPEC = 32, MAX_ITEM = 512 };

// Copies one directive behind its '%' into `spec`, checked against the flags that its conversion takes.
static const char *read_spec(lua_State *L, const char *start, const char *f, const char *end, char *spec, const char *flags,
                             bool precision) {
  const char *p = f;
  while (p < end && *p != 0 && strchr(flags, *p) != NULL) p++;
  if (p < end && *p != '0') {  // a width does not begin with a zero
    for (int i = 0; i < 2 && p < end && isdigit((unsigned char)*p); i++) p++;
    if (p < end && *p == '.' && precision) {
      p++;
      for (int i = 0; i < 2 && p < end && isdigit((unsigned char)*p); i++) p++;
    }
  }
  if (p >= end || !isalpha((unsigned char)*p) || p - f > MAX_SPEC - 12)
    luaL_error(L, "invalid conversion specification in the format at byte %d", (int)(f - start));
  spec[0] = '%';
  memcpy(spec + 1, f, (size_t)(p - f));
  spec[1 + (p - f)] = 0;
  return p;
}

static void put_quoted(lua_State *L, output *o, const char *s, size_t len) {
  put(L, o, "\"", 1);
  for (size_t i = 0; i < len; i++) {
    unsigned char c = (unsigned char)s[i];
    if (c == '"' || c == '\\' || c == '\n') {
      put(L, o, "\\", 1);
      put(L, o, s + i, 1);
    } else if (iscntrl(c)) {
      char escape[8];
      bool digit_follows = i + 1 < len && isdigit((unsigned char)s[i + 1]);
      int n = snprintf(escape, sizeof escape, digit_follows ? "\\%03d" : "\\%d", c);
      put(L, o, escape, (size_t)n);
    } else {
      put(L, o, s + i, 1);
    }
  }
  put(L, o, "\"", 1);
}

static void format_q(lua_State *L, output *o, int arg) {
  char item[64];
  int n = 0;
  switch (lua_type(L, arg)) {
    case LUA_TSTRING: {
      size_t len;
      const char *s = lua_tolstring(L, arg, &len);
      sc_charge(L, len + 1);
      put_quoted(L, o, s, len);
      return;
    }
    case LUA_TNUMBER:
      if (lua_isinteger(L, arg)) {
        lua_Integer v = lua_tointeger(L, arg);
        n = snprintf(item, sizeof item, v == LUA_MININTEGER ? "0x%llx" : "%lld", (long long)v);
      } else {
        double v = lua_tonumber(L, arg);
        if (isinf(v)) n = snprintf(item, sizeof item, v > 0 ? "1e9999" : "-1e9999");
        else if (isnan(v)) n = snprintf(item, sizeof item, "(0/0)");
        else n = snprintf(item, sizeof item, "%a", v);
      }
      put(L, o, item, (size_t)n);
      return;
    case LUA_TNIL: put(L, o, "nil", 3); return;
    case LUA_TBOOLEAN: {
      const char *s = lua_toboolean(L, arg) ? "true" : "false";
      put(L, o, s, strlen(s));
      return;
    }
    default: luaL_argerror(L, arg, "value has no literal form");
  }
}

static void format_s(lua_State *L, output *o, const char *spec, int arg) {
  size_t len;
  const char *s = sc_tostring(L, arg, &len);
  sc_charge(L, price(len));
  if (spec[1] == 0 || (strchr(spec, '.') == NULL && len >= 100)) {
    check_result(L, o->len + len);
    o->len += len;
    luaL_addvalue(&o->b);
    return;
  }
  luaL_argcheck(L, len == strlen(s), arg, "string contains zeros");
  char full[MAX_SPEC + 2], item[MAX_ITEM];
  snprintf(full, sizeof full, "%ss", spec);
  int n = snprintf(item, sizeof item, full, s);
  lua_pop(L, 1);
  put(L, o, item, (size_t)n);
}

static void format_number(lua_State *L, output *o, const char *spec, char conversion, int arg) {
  char full[MAX_SPEC + 4], item[MAX_ITEM];
  int n;
  sc_charge(L, 20);
  if (strchr("diuoxX", conversion) != NULL) {
    snprintf(full, sizeof full, "%sll%c", spec, conversion);
    n = snprintf(item, sizeof item, full, (long long)luaL_checkinteger(L, arg));
  } else if (conversion == 'c') {
    snprintf(full, sizeof full, "%sc", spec);
    n = snprintf(item, sizeof item, full, (int)luaL_checkinteger(L, arg));
  } else {
    snprintf(full, sizeof full, "%s%c", spec, conversion);
    n = snprintf(item, sizeof item, full, (double)luaL_checknumber(L, arg));
  }
  sc_charge(L, (size_t)n);  // digits of a long number are work
  put(L, o, item, (size_t)n);
}

int sc_string_format(lua_State *L) {
  size_t len;
  const char *f = text_argument(L, 1, &len), *start = f, *end = f + len;
  int top = lua_gettop(L), arg = 1;
  sc_charge(L, price(len));
  output o = {.len = 0};
  luaL_buffinit(L, &o.b);
  while (f < end) {
    const char *percent = memchr(f, '%', (size_t)(end - f));
    if (percent == NULL) percent = end;
    put(L, &o, f, (size_t)(percent - f));
    if (percent == end) break;
    f = percent + 1;
    if (f < end && *f == '%') {
      put(L, &o, f++, 1);
      continue;
    }
    if (++arg > top) return luaL_argerror(L, arg, "no value");
    char spec[MAX_SPEC];
    const char *p = f;
    while (p < end && *p != 0 && strchr("-+ #0123456789.", *p) != NULL) p++;
    char conversion = p < end ? *p : 0;
    switch (conversion) {
      case 'c': f = read_spec(L, start, f, end, spec, "-", false); format_number(L, &o, spec, conversion, arg); break;
      case 'd': case 'i': f = read_spec(L, start, f, end, spec, "-+0 ", true); format_number(L, &o, spec, conversion, arg); break;
      case 'u': f = read_spec(L, start, f, end, spec, "-0", true); format_number(L, &o, spec, conversion, arg); break;
      case 'o': case 'x': case 'X':
        f = read_spec(L, start, f, end, spec, "-#0", true);
        format_number(L, &o, spec, conversion, arg);
        break;
      case 'a': case 'A': case 'e': case 'E': case 'f': case 'g': case 'G':
        f = read_spec(L, start, f, end, spec, "-+#0 ", true);
        format_number(L, &o, spec, conversion, arg);
        break;
      case 'q':
        if (p != f) return luaL_error(L, "specifier '%%q' cannot have modifiers");
        format_q(L, &o, arg);
        f = p;
        break;
      case 's': f = read_spec(L, start, f, end, spec, "-", true); format_s(L, &o, spec, arg); break;
      case 'p': return luaL_error(L, "'%%p' is not available: it would show an address");
      default: return luaL_error(L, "invalid conversion '%%%c' to 'format'", isprint((unsigned char)conversion) ? conversion : '?');
    }
    f++;
  }
  sc_charge(L, price(o.len));
  luaL_pushresult(&o.b);
  return 1;
}
