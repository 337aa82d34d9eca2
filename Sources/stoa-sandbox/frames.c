#include "frames.h"

#include <stdlib.h>
#include <string.h>

// A place in a body. `bad` sticks: reading beyond the end gives zeros.
typedef struct cursor {
  const uint8_t *at;
  size_t left;
  bool bad;
} cursor;

static const uint8_t *take(cursor *c, size_t n) {
  if (c->bad || c->left < n) {
    c->bad = true;
    return NULL;
  }
  const uint8_t *p = c->at;
  c->at += n;
  c->left -= n;
  return p;
}

static uint64_t number(cursor *c, size_t size) {
  const uint8_t *p = take(c, size);
  uint64_t v = 0;
  for (size_t i = 0; p != NULL && i < size; i++) v |= (uint64_t)p[i] << (8 * i);
  return v;
}

static uint8_t u8(cursor *c) { return (uint8_t)number(c, 1); }
static uint16_t u16(cursor *c) { return (uint16_t)number(c, 2); }
static uint32_t u32(cursor *c) { return (uint32_t)number(c, 4); }
static uint64_t u64(cursor *c) { return number(c, 8); }

static bool flag(cursor *c) {
  uint8_t v = u8(c);
  if (v > 1) c->bad = true;
  return v == 1;
}

// A name: not empty, no NUL inside.
static const uint8_t *name(cursor *c, size_t *len) {
  *len = u16(c);
  const uint8_t *p = take(c, *len);
  if (p == NULL || *len == 0 || memchr(p, 0, *len) != NULL) {
    c->bad = true;
    return NULL;
  }
  return p;
}

static const uint8_t *blob(cursor *c, size_t *len) {
  *len = u32(c);
  return take(c, *len);
}

static void read_file(cursor *c, sc_file *f) {
  *f = (sc_file){0};
  f->privileged = flag(c);
  f->name = (const char *)name(c, &f->name_len);
  f->text = blob(c, &f->text_len);
}

static uint32_t at_most(uint32_t value, uint32_t limit) { return value < limit ? value : limit; }

static void read_load(cursor *c, frame *f) {
  f->limits.memory_bytes = u64(c);
  f->limits.instructions = u64(c);
  f->limits.wall_ms = u32(c);
  f->limits.effects = u32(c);
  f->limits.effect_bytes = at_most(u32(c), FRAME_MAX_BYTES);  // an outcome has to fit into a frame
  f->limits.value_bytes = at_most(u32(c), FRAME_MAX_BYTES);
  f->limits.conversations = u32(c);
  f->file_count = u32(c);
  if (f->file_count > FRAME_MAX_FILES) c->bad = true;
  f->files = c->at;
  f->files_len = c->left;
  for (uint32_t i = 0; i < f->file_count && !c->bad; i++) {
    sc_file file;
    read_file(c, &file);
  }
}

static void read_turn(cursor *c, frame *f) {
  f->turn.seed = u64(c);
  f->turn.instructions = u64(c);
  f->turn.wall_ms = u32(c);
}

frame_status frame_read(const uint8_t *bytes, size_t len, frame *out, size_t *taken) {
  *out = (frame){0};
  *taken = 5;
  if (len < 4) return FRAME_PARTIAL;
  cursor c = {bytes, 4, false};
  uint32_t length = u32(&c);
  if (length < 1 || length > SCF_MAX_FRAME) return FRAME_MALFORMED;
  *taken = 4 + (size_t)length;
  if (len < *taken) return FRAME_PARTIAL;
  c = (cursor){bytes + 4, length, false};
  out->type = u8(&c);
  out->vm = u32(&c);
  switch (out->type) {
    case SCF_LOAD: read_load(&c, out); break;
    case SCF_START:
      out->conversation = u64(&c);
      read_turn(&c, out);
      out->module = (const char *)name(&c, &out->module_len);
      out->bytes = blob(&c, &out->bytes_len);
      break;
    case SCF_RESUME:
      out->conversation = u64(&c);
      out->new_turn = flag(&c);
      read_turn(&c, out);
      out->ok = flag(&c);
      out->bytes = blob(&c, &out->bytes_len);
      break;
    case SCF_DROP: out->conversation = u64(&c); break;
    case SCF_UNLOAD: break;
    default: return FRAME_MALFORMED;
  }
  return c.bad || c.left != 0 ? FRAME_MALFORMED : FRAME_COMPLETE;
}

void frame_files(const frame *f, sc_file *out) {
  cursor c = {f->files, f->files_len, false};
  for (uint32_t i = 0; i < f->file_count; i++) read_file(&c, &out[i]);
}

static bool room(frame_buffer *b, size_t more) {
  if (b->cap - b->len >= more) return true;
  size_t cap = b->cap == 0 ? (size_t)64 << 10 : b->cap * 2;
  if (cap < b->len + more) cap = b->len + more;
  uint8_t *grown = realloc(b->bytes, cap);
  if (grown == NULL) return false;
  b->bytes = grown;
  b->cap = cap;
  return true;
}

// These assume that there is room.
static void put_number(frame_buffer *b, uint64_t v, size_t size) {
  for (size_t i = 0; i < size; i++) b->bytes[b->len++] = (uint8_t)(v >> (8 * i));
}

static void put_bytes(frame_buffer *b, const void *bytes, size_t len) {
  if (len > 0) memcpy(b->bytes + b->len, bytes, len);
  b->len += len;
}

static void put_text16(frame_buffer *b, const char *text, size_t len) {
  put_number(b, len, 2);
  put_bytes(b, text, len);
}

static size_t text_length(const char *text) {
  size_t len = strlen(text);
  return len < UINT16_MAX ? len : UINT16_MAX;
}

static bool begin(frame_buffer *b, uint8_t type, size_t body) {
  if (!room(b, 5 + body)) return false;
  put_number(b, 1 + body, 4);
  put_number(b, type, 1);
  return true;
}

bool frame_write_ready(frame_buffer *b) {
  if (!begin(b, SCF_READY, 4)) return false;
  put_number(b, SCF_VERSION, 4);
  return true;
}

bool frame_write_loaded(frame_buffer *b, uint32_t vm, bool ok, uint64_t memory, const char *error) {
  size_t error_len = text_length(error);
  if (!begin(b, SCF_LOADED, 4 + 1 + 8 + 2 + error_len)) return false;
  put_number(b, vm, 4);
  put_number(b, ok, 1);
  put_number(b, memory, 8);
  put_text16(b, error, error_len);
  return true;
}

bool frame_write_outcome(frame_buffer *b, uint32_t vm, uint64_t conversation, const sc_outcome *o, uint32_t run_us) {
  size_t call = text_length(o->call), message = text_length(o->message), traceback = text_length(o->traceback);
  size_t fixed = 4 + 8 + 1 + 1 + 1 + 8 + 8 + 4 + 3 * 2 + 4 + 2 * 4;
  if (!begin(b, SCF_OUTCOME, fixed + call + message + traceback + o->effects_len + o->bytes_len)) return false;
  put_number(b, vm, 4);
  put_number(b, conversation, 8);
  put_number(b, (uint64_t)o->kind, 1);
  put_number(b, (uint64_t)o->limit, 1);
  put_number(b, o->recycle, 1);
  put_number(b, o->instructions, 8);
  put_number(b, o->memory_bytes, 8);
  put_number(b, run_us, 4);
  put_text16(b, o->call, call);
  put_text16(b, o->message, message);
  put_text16(b, o->traceback, traceback);
  put_number(b, o->effects_count, 4);
  put_number(b, o->effects_len, 4);
  put_bytes(b, o->effects, o->effects_len);
  put_number(b, o->bytes_len, 4);
  put_bytes(b, o->bytes, o->bytes_len);
  return true;
}
