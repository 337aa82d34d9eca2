// The host's side of a worker's socket, as little of it as tests need.
#ifndef STOA_TEST_WORKER_CLIENT_H
#define STOA_TEST_WORKER_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sandbox_frames.h"

typedef struct worker {
  pid_t pid;
  int socket;
  uint8_t *in;     // received, not yet taken
  size_t in_len, in_cap, taken;
} worker;

typedef struct reply {
  uint8_t type;
  const uint8_t *body;  // until the next reply is taken
  size_t body_len;
  // of an OUTCOME
  uint64_t conversation;
  uint8_t kind, limit, recycle;
  // of a LOADED
  uint8_t ok;
} reply;

// Starts the program at `path`; exits when it cannot.
worker worker_start(const char *path);

// Each appends a frame to what `worker_send` sends.
void worker_load(uint32_t vm, const char *text);  // one privileged file, sdk.lua, with defaults for limits
void worker_request(uint32_t vm, uint64_t conversation);                        // START of sdk.lua
void worker_answer(uint32_t vm, uint64_t conversation, const char *values);     // RESUME in the same turn
void worker_raw(const void *bytes, size_t len);
bool worker_send(worker *w);
bool worker_send_pieces(worker *w, size_t size);

// The next frame; false when the worker closed the socket.
bool worker_receive(worker *w, reply *r);

// Closes the socket and waits; what waitpid said.
int worker_end(worker *w);

#endif
