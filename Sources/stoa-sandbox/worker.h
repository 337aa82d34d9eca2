// The worker's parts.
#ifndef STOA_SANDBOX_WORKER_H
#define STOA_SANDBOX_WORKER_H

#include <stdbool.h>
#include <stdint.h>

#include "sandbox_core.h"

// How it ends when not by a signal. 0: the host closed the socket.
enum { EXIT_SETUP = 2, EXIT_MALFORMED = 3, EXIT_NO_MEMORY = 4, EXIT_SOCKET = 5 };

// Address space of one worker. Many vms live in it, each with limits of its own; this is the sum that can never be passed.
#define WORKER_ADDRESS_SPACE ((uint64_t)2 << 30)

// Stack of the thread that runs Lua; only what is used is paid for. 200 nested calls through C (Lua's own limit) take up to 1 MiB,
// and coroutine.close may begin anew 8 times; naming a field in an error message takes another one.
#define WORKER_STACK ((size_t)16 << 20)

// lockdown.c: before threads are made: limits, descriptors, environment. After: the system call filter, for all threads.
bool lockdown_begin(void);
bool lockdown_finish(void);

// watchdog.c: a thread that interrupts the vm whose turn is over its time.
bool watchdog_start(void);
void watchdog_watch(sc_vm *vm, uint32_t wall_ms);
void watchdog_rest(void);

// output.c: outcomes go out together while more requests are there, but none waits longer than 200 microseconds.
struct frame_buffer;
bool output_start(void);
struct frame_buffer *output_buffer(void);
void output_flush(void);           // all of it, now
void output_defer(void);           // a request is about to run while something waits to go out
void output_undefer(void);         // it has run

// serve.c: until the host closes the socket; never returns.
_Noreturn void serve(void);

#endif
