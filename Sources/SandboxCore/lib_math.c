// Stock math, but random numbers come from the turn's seed, one generator per conversation, so that a turn can be run again.
#include <float.h>

#include "internal.h"

static uint64_t rotate(uint64_t x, int n) { return (x << n) | (x >> (64 - n)); }

static uint64_t next_random(uint64_t *s) {  // xoshiro256**
  uint64_t result = rotate(s[1] * 5, 7) * 9;
  uint64_t t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate(s[3], 45);
  return result;
}

static void seed_random(uint64_t *s, uint64_t a, uint64_t b) {
  s[0] = a;
  s[1] = 0xff;
  s[2] = b;
  s[3] = 0;
  for (int i = 0; i < 16; i++) next_random(s);
}

void sc_seed(sc_conversation *c, uint64_t seed) {
  c->seed = seed;
  seed_random(c->random, seed, 0x9E3779B97F4A7C15u);
}

static sc_conversation *conversation_of(lua_State *L) {
  sc_conversation *c = sc_vm_of(L)->current;
  if (c == NULL) luaL_error(L, "no random numbers here");
  return c;
}

// A number in 0...limit without bias: draws under the next mask of ones until one fits.
static uint64_t project(uint64_t drawn, uint64_t limit, uint64_t *s) {
  if ((limit & (limit + 1)) == 0) return drawn & limit;
  uint64_t mask = limit;
  for (int shift = 1; shift < 64; shift *= 2) mask |= mask >> shift;
  while ((drawn &= mask) > limit) drawn = next_random(s);
  return drawn;
}

static int math_random(lua_State *L) {
  uint64_t *s = conversation_of(L)->random;
  uint64_t drawn = next_random(s);
  lua_Integer low = 1, high;
  switch (lua_gettop(L)) {
    case 0: lua_pushnumber(L, (lua_Number)(drawn >> 11) * (0.5 / ((uint64_t)1 << 52))); return 1;
    case 1:
      high = luaL_checkinteger(L, 1);
      if (high == 0) {
        lua_pushinteger(L, (lua_Integer)drawn);
        return 1;
      }
      break;
    case 2:
      low = luaL_checkinteger(L, 1);
      high = luaL_checkinteger(L, 2);
      break;
    default: return luaL_error(L, "wrong number of arguments");
  }
  luaL_argcheck(L, low <= high, lua_gettop(L), "interval is empty");
  uint64_t span = (uint64_t)high - (uint64_t)low;
  lua_pushinteger(L, (lua_Integer)(project(drawn, span, s) + (uint64_t)low));
  return 1;
}

static int math_randomseed(lua_State *L) {
  sc_conversation *c = conversation_of(L);
  if (lua_isnone(L, 1)) {
    sc_seed(c, c->seed);
    return 0;
  }
  lua_Integer a;
  if (lua_isinteger(L, 1)) {
    a = lua_tointeger(L, 1);
  } else {
    lua_Number f = luaL_checknumber(L, 1);
    if (!lua_numbertointeger(f, &a)) __builtin_memcpy(&a, &f, sizeof a);
  }
  seed_random(c->random, (uint64_t)a, (uint64_t)luaL_optinteger(L, 2, 0));
  return 0;
}

void sc_open_math(lua_State *L) {
  lua_pushcfunction(L, luaopen_math);
  lua_call(L, 0, 1);
  lua_pushcfunction(L, math_random);
  lua_setfield(L, -2, "random");
  lua_pushcfunction(L, math_randomseed);
  lua_setfield(L, -2, "randomseed");
}
