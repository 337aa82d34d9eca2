// The table library: the stock one's behaviour (Lua 5.4 manual, section 6.6). Lengths are read once, iterations are counted and
// paid for before they begin.
#include <string.h>

#include "internal.h"

#define MAX_STEPS ((lua_Unsigned)100000000)

enum { MAX_SORT = 1000000, MAX_UNPACK = 250000 };

// A table, or something with the metamethods that make it do as one.
static void check_table(lua_State *L, int index) {
  if (lua_type(L, index) == LUA_TTABLE) return;
  if (lua_getmetatable(L, index)) {
    bool reads = (lua_pushliteral(L, "__index"), lua_rawget(L, -2) != LUA_TNIL);
    bool writes = (lua_pushliteral(L, "__newindex"), lua_rawget(L, -3) != LUA_TNIL);
    bool counts = (lua_pushliteral(L, "__len"), lua_rawget(L, -4) != LUA_TNIL);
    lua_pop(L, 4);
    if (reads && writes && counts) return;
  }
  luaL_checktype(L, index, LUA_TTABLE);
}

static lua_Integer length(lua_State *L, int index) {
  check_table(L, index);
  sc_charge(L, 1);
  return luaL_len(L, index);
}

static void pay(lua_State *L, lua_Unsigned steps) {
  if (steps > MAX_STEPS) luaL_error(L, "too many elements (over 100000000)");
  sc_charge(L, (size_t)steps * 3 + 1);
}

static int table_insert(lua_State *L) {
  lua_Integer end = (lua_Integer)((lua_Unsigned)length(L, 1) + 1);
  lua_Integer position;
  switch (lua_gettop(L)) {
    case 2: position = end; break;
    case 3: {
      position = luaL_checkinteger(L, 2);
      luaL_argcheck(L, (lua_Unsigned)position - 1u < (lua_Unsigned)end, 2, "position out of bounds");
      pay(L, (lua_Unsigned)end - (lua_Unsigned)position);
      for (lua_Integer i = end; i > position; i--) {
        lua_geti(L, 1, i - 1);
        lua_seti(L, 1, i);
      }
      break;
    }
    default: return luaL_error(L, "wrong number of arguments to 'insert'");
  }
  lua_seti(L, 1, position);
  return 0;
}

static int table_remove(lua_State *L) {
  lua_Integer size = length(L, 1);
  lua_Integer position = luaL_optinteger(L, 2, size);
  if (position != size) luaL_argcheck(L, (lua_Unsigned)position - 1u <= (lua_Unsigned)size, 2, "position out of bounds");
  if (position < size) pay(L, (lua_Unsigned)size - (lua_Unsigned)position);
  lua_geti(L, 1, position);
  for (; position < size; position++) {
    lua_geti(L, 1, position + 1);
    lua_seti(L, 1, position);
  }
  lua_pushnil(L);
  lua_seti(L, 1, position);
  return 1;
}

static int table_move(lua_State *L) {
  lua_Integer from = luaL_checkinteger(L, 2), last = luaL_checkinteger(L, 3), to = luaL_checkinteger(L, 4);
  int target = lua_isnoneornil(L, 5) ? 1 : 5;
  check_table(L, 1);
  check_table(L, target);
  if (last >= from) {
    luaL_argcheck(L, from > 0 || last < LUA_MAXINTEGER + from, 3, "too many elements to move");
    lua_Integer count = last - from + 1;
    luaL_argcheck(L, to <= LUA_MAXINTEGER - count + 1, 4, "destination wrap around");
    pay(L, (lua_Unsigned)count);
    if (to > last || to <= from || (target != 1 && !lua_compare(L, 1, target, LUA_OPEQ))) {
      for (lua_Integer i = 0; i < count; i++) {
        lua_geti(L, 1, from + i);
        lua_seti(L, target, to + i);
      }
    } else {
      for (lua_Integer i = count - 1; i >= 0; i--) {
        lua_geti(L, 1, from + i);
        lua_seti(L, target, to + i);
      }
    }
  }
  lua_pushvalue(L, target);
  return 1;
}

static int table_concat(lua_State *L) {
  lua_Integer size = length(L, 1);
  size_t gap_len, total = 0;
  const char *gap = luaL_optlstring(L, 2, "", &gap_len);
  lua_Integer i = luaL_optinteger(L, 3, 1);
  lua_Integer last = luaL_optinteger(L, 4, size);
  if (i > last) {
    lua_pushliteral(L, "");
    return 1;
  }
  pay(L, (lua_Unsigned)last - (lua_Unsigned)i);
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  for (;; i++) {
    lua_geti(L, 1, i);
    if (!lua_isstring(L, -1))
      return luaL_error(L, "invalid value (%s) at index %I in table for 'concat'", luaL_typename(L, -1), (LUAI_UACINT)i);
    size_t len;
    lua_tolstring(L, -1, &len);
    total += len + gap_len;
    if (total > SC_MAX_RESULT) return luaL_error(L, "the resulting string is too long (over 8 MiB)");
    luaL_addvalue(&b);
    sc_charge(L, (len + gap_len) / 16 + 1);
    if (i == last) break;
    luaL_addlstring(&b, gap, gap_len);
  }
  luaL_pushresult(&b);
  return 1;
}

static int table_pack(lua_State *L) {
  int count = lua_gettop(L);
  sc_charge(L, (size_t)count + 1);
  lua_createtable(L, count, 1);
  lua_insert(L, 1);
  for (int i = count; i >= 1; i--) lua_seti(L, 1, i);
  lua_pushinteger(L, count);
  lua_setfield(L, 1, "n");
  return 1;
}

static int table_unpack(lua_State *L) {
  lua_Integer first = luaL_optinteger(L, 2, 1);
  lua_Integer last = lua_isnoneornil(L, 3) ? (sc_charge(L, 1), luaL_len(L, 1)) : luaL_checkinteger(L, 3);
  if (first > last) return 0;
  lua_Unsigned count = (lua_Unsigned)last - (lua_Unsigned)first;
  if (count >= MAX_UNPACK || !lua_checkstack(L, (int)count + 1)) return luaL_error(L, "too many results to unpack (over %d)", MAX_UNPACK);
  sc_charge(L, (size_t)count * 2 + 1);
  for (lua_Unsigned i = 0; i <= count; i++) lua_geti(L, 1, (lua_Integer)((lua_Unsigned)first + i));
  return (int)count + 1;
}

// ── sort ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

// Quicksort with the median of three (R. Sedgewick, "Implementing Quicksort Programs", 1978). A comparator that contradicts itself
// meets bounds, not memory; its worst case is paid for comparison by comparison.

// Whether the value at `a` comes before that at `b`.
static bool comes_before(lua_State *L, int a, int b) {
  if (lua_isnil(L, 2)) {
    if (lua_type(L, a) == LUA_TSTRING && lua_type(L, b) == LUA_TSTRING) {
      size_t one = lua_rawlen(L, a), other = lua_rawlen(L, b);
      sc_charge(L, (one < other ? one : other) / 4 + 2);
    } else {
      sc_charge(L, 2);
    }
    return lua_compare(L, a, b, LUA_OPLT);
  }
  a = lua_absindex(L, a);
  b = lua_absindex(L, b);
  sc_charge(L, 4);
  lua_pushvalue(L, 2);
  lua_pushvalue(L, a);
  lua_pushvalue(L, b);
  lua_call(L, 2, 1);
  bool before = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return before;
}

// Stores the two values on top: the upper one at `i`, the one below at `j`.
static void store_two(lua_State *L, lua_Integer i, lua_Integer j) {
  lua_seti(L, 1, i);
  lua_seti(L, 1, j);
}

// Puts a[i] and a[j], i < j, in order.
static void order(lua_State *L, lua_Integer i, lua_Integer j) {
  lua_geti(L, 1, i);
  lua_geti(L, 1, j);
  if (comes_before(L, -1, -2)) store_two(L, i, j);
  else lua_pop(L, 2);
}

// Splits low..high around a[high - 1], whose value is on top of the stack. Returns where that value ended.
static lua_Integer partition(lua_State *L, lua_Integer low, lua_Integer high) {
  lua_Integer i = low, j = high - 1;
  for (;;) {
    while (lua_geti(L, 1, ++i), comes_before(L, -1, -2)) {
      if (i >= high - 1) luaL_error(L, "invalid order function for sorting");
      lua_pop(L, 1);
    }
    while (lua_geti(L, 1, --j), comes_before(L, -3, -1)) {
      if (j <= low) luaL_error(L, "invalid order function for sorting");
      lua_pop(L, 1);
    }
    if (j < i) {  // a[i] is on the stack below a[j]
      lua_pop(L, 1);
      lua_geti(L, 1, high - 1);
      store_two(L, i, high - 1);
      return i;
    }
    store_two(L, i, j);
  }
}

static void sort_range(lua_State *L, lua_Integer low, lua_Integer high) {
  while (low < high) {
    order(L, low, high);
    if (high - low == 1) return;
    lua_Integer middle = low + (high - low) / 2;
    order(L, low, middle);
    order(L, middle, high);
    if (high - low == 2) return;
    lua_geti(L, 1, middle);
    lua_pushvalue(L, -1);
    lua_geti(L, 1, high - 1);
    store_two(L, middle, high - 1);
    lua_Integer split = partition(L, low, high);
    lua_pop(L, 1);
    // The smaller part by recursion, so that its depth is the logarithm of the size.
    if (split - low < high - split) {
      sort_range(L, low, split - 1);
      low = split + 1;
    } else {
      sort_range(L, split + 1, high);
      high = split - 1;
    }
  }
}

static int table_sort(lua_State *L) {
  lua_Integer size = length(L, 1);
  if (size < 2) return 0;
  luaL_argcheck(L, size <= MAX_SORT, 1, "array too big (over 1000000)");
  if (!lua_isnoneornil(L, 2)) luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_settop(L, 2);
  luaL_checkstack(L, 200, NULL);
  pay(L, (lua_Unsigned)size);
  sort_range(L, 1, size);
  return 0;
}

void sc_open_table(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"concat", table_concat}, {"insert", table_insert}, {"move", table_move}, {"pack", table_pack},
      {"remove", table_remove}, {"sort", table_sort},     {"unpack", table_unpack}, {NULL, NULL},
  };
  luaL_newlib(L, functions);
}
