// Text that leaves the vm or is shown: no addresses, no control characters, only the app's own places.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

const char *sc_tostring(lua_State *L, int index, size_t *len) {
  index = lua_absindex(L, index);
  switch (luaL_getmetafield(L, index, "__tostring")) {
    case LUA_TNIL: break;
    default:
      sc_charge(L, 4);
      lua_pushvalue(L, index);
      lua_call(L, 1, 1);
      if (!lua_isstring(L, -1)) luaL_error(L, "'__tostring' must return a string");
      return lua_tolstring(L, -1, len);
  }
  switch (lua_type(L, index)) {
    case LUA_TNUMBER:
    case LUA_TSTRING:
    case LUA_TBOOLEAN:
    case LUA_TNIL: return luaL_tolstring(L, index, len);
    default: {
      int type = luaL_getmetafield(L, index, "__name");
      if (type == LUA_TSTRING) return lua_tolstring(L, -1, len);
      if (type != LUA_TNIL) lua_pop(L, 1);
      lua_pushstring(L, lua_type(L, index) == LUA_TLIGHTUSERDATA ? "userdata" : luaL_typename(L, index));
      return lua_tolstring(L, -1, len);
    }
  }
}

bool sc_is_apps(sc_vm *vm, const lua_Debug *ar) {
  // Only the host's files are loaded without their names.
  if (ar->what[0] == 'C' || strcmp(ar->source, "=?") == 0) return false;
  for (size_t i = 0; i < vm->module_count; i++)
    if (vm->modules[i].privileged && strcmp(vm->modules[i].name, ar->source) == 0) return false;
  return true;
}

_Noreturn void sc_raise(lua_State *L, const char *format, ...) {
  sc_vm *vm = sc_vm_of(L);
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  int n = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  if (n < 0) text[0] = 0;
  luaL_checkstack(L, 4, NULL);
  lua_Debug ar;
  for (int level = 1; level < 100 && lua_getstack(L, level, &ar); level++) {
    lua_getinfo(L, "Sl", &ar);
    if (!sc_is_apps(vm, &ar) || ar.currentline <= 0) continue;
    lua_pushfstring(L, "%s:%d: %s", ar.short_src, ar.currentline, text);
    lua_error(L);
  }
  lua_pushstring(L, text);
  lua_error(L);
  __builtin_unreachable();
}

// Length of the valid UTF-8 sequence at `s`, and its code point; 0 when there is none.
static size_t sequence(const unsigned char *s, size_t left, uint32_t *point) {
  unsigned char c = s[0];
  size_t n = c < 0x80 ? 1 : c >= 0xC2 && c < 0xE0 ? 2 : c >= 0xE0 && c < 0xF0 ? 3 : c >= 0xF0 && c < 0xF5 ? 4 : 0;
  if (n == 0 || n > left) return 0;
  uint32_t p = n == 1 ? c : c & (0x7Fu >> n);
  for (size_t i = 1; i < n; i++) {
    if ((s[i] & 0xC0) != 0x80) return 0;
    p = p << 6 | (s[i] & 0x3F);
  }
  if ((n == 3 && p < 0x800) || (n == 4 && p < 0x10000) || p > 0x10FFFF || (p >= 0xD800 && p < 0xE000)) return 0;
  *point = p;
  return n;
}

// Characters that move a terminal or turn text around.
static bool is_harmful(uint32_t p) {
  return (p < 0x20 && p != '\n' && p != '\t') || (p >= 0x7F && p < 0xA0) || (p >= 0x200E && p <= 0x200F) ||
         (p >= 0x2028 && p <= 0x202E) || (p >= 0x2066 && p <= 0x2069) || p == 0xFEFF;
}

bool sc_clean(sc_buffer *b, const char *text, size_t len, size_t max) {
  static const char cut[] = "... (cut)";
  const unsigned char *s = (const unsigned char *)text;
  size_t begin = b->len;
  for (size_t i = 0; i < len;) {
    uint32_t p = 0;
    size_t n = sequence(s + i, len - i, &p);
    char escaped[16];
    const void *piece = s + i;
    size_t piece_len = n;
    if (n == 0) {
      piece_len = (size_t)snprintf(escaped, sizeof escaped, "\\x%02X", (unsigned)s[i]);
      piece = escaped;
      n = 1;
    } else if (is_harmful(p)) {
      piece_len = (size_t)snprintf(escaped, sizeof escaped, p < 0x80 ? "\\x%02X" : "\\u{%X}", (unsigned)p);
      piece = escaped;
    }
    if (b->len - begin + piece_len + sizeof cut > max) {
      if (!sc_buffer_put(b, cut, sizeof cut - 1)) return false;
      break;
    }
    if (!sc_buffer_put(b, piece, piece_len)) return false;
    i += n;
  }
  if (!sc_buffer_put(b, "", 1)) return false;  // NUL-terminated, not counted
  b->len--;
  return true;
}

static bool is_main_chunk(sc_vm *vm, const lua_Debug *ar) {
  if (strcmp(ar->what, "main") == 0) return true;
  for (size_t i = 0; i < vm->module_count; i++)
    if (vm->modules[i].last_line == ar->lastlinedefined && strcmp(vm->modules[i].name, ar->source) == 0) return true;
  return false;
}

void sc_describe_function(sc_vm *vm, lua_State *L, lua_Debug *ar, char *text, size_t cap) {
  if (is_main_chunk(vm, ar)) {
    snprintf(text, cap, "main chunk");
    return;
  }
  lua_getinfo(L, "n", ar);
  if (ar->name != NULL && ar->namewhat[0] != 0)
    snprintf(text, cap, "%s '%.80s'", ar->namewhat, ar->name);
  else
    snprintf(text, cap, "function <%s:%d>", ar->short_src, ar->linedefined);
}

void sc_traceback(sc_vm *vm, lua_State *L, sc_buffer *b) {
  b->len = 0;
  lua_Debug ar;
  int shown = 0;
  for (int level = 0; level < 200 && shown < SC_FRAMES && lua_getstack(L, level, &ar); level++) {
    lua_getinfo(L, "Sl", &ar);
    if (!sc_is_apps(vm, &ar) || ar.currentline <= 0) continue;
    char function[160], line[256];
    sc_describe_function(vm, L, &ar, function, sizeof function);
    int n = snprintf(line, sizeof line, "%s:%d: in %s", ar.short_src, ar.currentline, function);
    if (n < 0) continue;
    size_t len = (size_t)n < sizeof line ? (size_t)n : sizeof line - 1;
    if (shown > 0 && !sc_buffer_put(b, "\n", 1)) break;
    if (!sc_clean(b, line, len, sizeof line * 2)) break;
    shown++;
  }
  if (!sc_buffer_put(b, "", 1)) {
    b->len = 0;
    return;
  }
  b->len--;
}
