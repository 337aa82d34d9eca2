// Reading the host's frames and writing the worker's. Pure: bytes in memory, no descriptors.
#ifndef STOA_SANDBOX_FRAMES_H
#define STOA_SANDBOX_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sandbox_core.h"
#include "sandbox_frames.h"

enum { FRAME_MAX_FILES = 4096, FRAME_MAX_BYTES = 16 << 20 };

// One request. What points, points into the bytes it was read from.
typedef struct frame {
  uint8_t type;
  uint32_t vm;
  uint64_t conversation;
  sc_turn turn;          // START, RESUME
  bool new_turn;         // RESUME
  bool ok;               // RESUME
  const char *module;    // START; not NUL-terminated, but without a NUL inside
  size_t module_len;
  const uint8_t *bytes;  // START: arguments, RESUME: values
  size_t bytes_len;
  sc_limits limits;      // LOAD
  uint32_t file_count;
  const uint8_t *files;  // LOAD: the checked list, for frame_files
  size_t files_len;
} frame;

typedef enum { FRAME_COMPLETE, FRAME_PARTIAL, FRAME_MALFORMED } frame_status;

// Reads the first frame in `bytes`. COMPLETE: `taken` is its length. PARTIAL: `taken` is how many bytes are needed at least.
frame_status frame_read(const uint8_t *bytes, size_t len, frame *out, size_t *taken);

// Fills `out`, which has room for `file_count`.
void frame_files(const frame *f, sc_file *out);

// A buffer of frames to send.
typedef struct frame_buffer {
  uint8_t *bytes;
  size_t len, cap;
} frame_buffer;

// Each appends one frame; false when memory lacks.
bool frame_write_ready(frame_buffer *b);
bool frame_write_loaded(frame_buffer *b, uint32_t vm, bool ok, uint64_t memory, const char *error);
bool frame_write_outcome(frame_buffer *b, uint32_t vm, uint64_t conversation, const sc_outcome *o, uint32_t run_us);

#endif
