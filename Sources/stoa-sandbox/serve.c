// The worker's loop: reads requests, runs them one after another, answers in their order.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "frames.h"
#include "worker.h"

// Loaded vms by the host's number, chained.
typedef struct entry {
  uint32_t id;
  uint32_t wall_ms;
  sc_vm *vm;
  struct entry *next;
} entry;

static entry *entries[256];

static struct {
  uint8_t *bytes;
  size_t begin, end, cap;  // unread bytes lie in begin..<end
} input;

_Noreturn static void no_memory(void) { _exit(EXIT_NO_MEMORY); }

static entry **place_of(uint32_t id) {
  entry **link = &entries[id & 255];
  while (*link != NULL && (*link)->id != id) link = &(*link)->next;
  return link;
}

static void unload(uint32_t id) {
  entry **link = place_of(id), *e = *link;
  if (e == NULL) return;
  *link = e->next;
  sc_destroy(e->vm);
  free(e);
}

static void load(const frame *f) {
  char error[8192] = "";
  sc_file *files = malloc((f->file_count + 1) * sizeof *files);
  entry *e = malloc(sizeof *e);
  if (files == NULL || e == NULL) no_memory();
  unload(f->vm);  // a number that comes again is a new vm
  frame_files(f, files);
  sc_vm *vm = sc_create(&f->limits, files, f->file_count, error, sizeof error);
  free(files);
  bool ok = vm != NULL;
  if (ok) {
    *e = (entry){.id = f->vm, .wall_ms = f->limits.wall_ms != 0 ? f->limits.wall_ms : 5000, .vm = vm};
    *place_of(f->vm) = e;
  } else {
    free(e);
  }
  if (!frame_write_loaded(output_buffer(), f->vm, ok, ok ? sc_memory(vm) : 0, ok ? "" : error)) no_memory();
}

static uint64_t nanoseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void run(const frame *f) {
  sc_outcome outcome;
  uint32_t run_us = 0;
  entry *e = *place_of(f->vm);
  if (e == NULL) {
    outcome = (sc_outcome){.kind = SC_FAILED, .recycle = true, .call = "", .traceback = "", .message = "no such vm is loaded"};
  } else {
    static char module[UINT16_MAX + 1];
    uint64_t begun = nanoseconds();
    watchdog_watch(e->vm, f->turn.wall_ms != 0 ? f->turn.wall_ms : e->wall_ms);
    if (f->type == SCF_START) {
      memcpy(module, f->module, f->module_len);
      module[f->module_len] = 0;
      sc_start(e->vm, f->conversation, module, f->bytes, f->bytes_len, &f->turn, &outcome);
    } else {
      sc_resume(e->vm, f->conversation, f->ok, f->bytes, f->bytes_len, f->new_turn ? &f->turn : NULL, &outcome);
    }
    watchdog_rest();
    run_us = (uint32_t)((nanoseconds() - begun) / 1000);
  }
  output_undefer();
  if (!frame_write_outcome(output_buffer(), f->vm, f->conversation, &outcome, run_us)) no_memory();
}

static void serve_one(const frame *f) {
  switch (f->type) {
    case SCF_LOAD:
      output_flush();  // compiling may take long
      load(f);
      break;
    case SCF_START:
    case SCF_RESUME:
      output_defer();
      run(f);
      break;
    case SCF_DROP: {
      entry *e = *place_of(f->vm);
      if (e != NULL) sc_drop(e->vm, f->conversation);
      break;
    }
    default:
      output_flush();  // so may freeing much
      unload(f->vm);
  }
}

// Makes room for `need` unread bytes in all.
static void make_room(size_t need) {
  if (input.begin == input.end) {
    input.begin = input.end = 0;
    if (input.cap > (size_t)4 << 20 && need < (size_t)64 << 10) {
      free(input.bytes);
      input.bytes = NULL;
      input.cap = 0;
    }
  }
  if (need < (size_t)64 << 10) need = (size_t)64 << 10;
  if (input.cap - input.begin >= need && input.end < input.cap) return;
  memmove(input.bytes, input.bytes + input.begin, input.end - input.begin);
  input.end -= input.begin;
  input.begin = 0;
  if (input.cap >= need && input.end < input.cap) return;
  size_t cap = need > input.cap * 2 ? need : input.cap * 2;
  uint8_t *grown = realloc(input.bytes, cap);
  if (grown == NULL) no_memory();
  input.bytes = grown;
  input.cap = cap;
}

// True when bytes were added; false when none are there now (`wait` false).
static bool receive(size_t need, bool wait) {
  make_room(need);
  for (;;) {
    ssize_t n = recv(SCF_FD, input.bytes + input.end, input.cap - input.end, wait ? 0 : MSG_DONTWAIT);
    if (n > 0) {
      input.end += (size_t)n;
      return true;
    }
    if (n == 0) _exit(0);
    if (errno == EINTR) continue;
    if (errno == EAGAIN && !wait) return false;
    _exit(EXIT_SOCKET);
  }
}

_Noreturn void serve(void) {
  if (!frame_write_ready(output_buffer())) no_memory();
  output_flush();
  for (;;) {
    frame f;
    size_t taken = 0;
    frame_status status = frame_read(input.bytes + input.begin, input.end - input.begin, &f, &taken);
    if (status == FRAME_MALFORMED) _exit(EXIT_MALFORMED);
    if (status == FRAME_COMPLETE) {
      serve_one(&f);
      input.begin += taken;
      continue;
    }
    if (output_buffer()->len > 0) {
      if (taken < (size_t)64 << 10 && receive(taken, false)) continue;
      output_flush();
    }
    receive(taken, true);
  }
}
