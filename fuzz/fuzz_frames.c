// The worker's frame decoder on arbitrary bytes: it stays within them, and what it calls complete can be read out in full.
#include <stdlib.h>
#include <string.h>

#include "frames.h"

static volatile uint64_t sink;

static void touch(const void *bytes, size_t len) {
  const uint8_t *b = bytes;
  for (size_t i = 0; i < len; i++) sink += b[i];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  frame f;
  size_t taken = 0;
  for (size_t at = 0; at < size;) {
    frame_status status = frame_read(data + at, size - at, &f, &taken);
    if (status == FRAME_MALFORMED) return 0;
    if (status == FRAME_PARTIAL) {
      if (taken <= size - at) abort();
      return 0;
    }
    if (taken < 5 || taken > size - at) abort();
    if (f.type == SCF_START) {
      if (f.module_len == 0 || memchr(f.module, 0, f.module_len) != NULL) abort();
      touch(f.module, f.module_len);
    }
    if (f.bytes != NULL) touch(f.bytes, f.bytes_len);
    if (f.type == SCF_LOAD) {
      sc_file *files = calloc(f.file_count + 1, sizeof *files);
      if (files == NULL) return 0;
      frame_files(&f, files);
      for (uint32_t i = 0; i < f.file_count; i++) {
        touch(files[i].name, files[i].name_len);
        touch(files[i].text, files[i].text_len);
      }
      free(files);
    }
    at += taken;
  }
  return 0;
}
