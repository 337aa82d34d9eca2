// Interrupts the running turn at its deadline. The core looks at a clock too, at every safe point; this thread does not depend on
// anything that happens in there.
#include <pthread.h>
#include <time.h>

#include "worker.h"

enum { STEP_MS = 10, IDLE_STEPS = 20 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake;
static sc_vm *watched;      // NULL while no turn runs
static uint64_t deadline;   // CLOCK_MONOTONIC nanoseconds
static bool asleep;         // it waits for a wake-up, not for a time: idle workers cost nothing
static uint64_t turns;      // so far

static uint64_t now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void *watch(void *unused) {
  pthread_mutex_lock(&lock);
  uint64_t seen = 0;
  for (int idle = 0;;) {
    if (watched != NULL && now(CLOCK_MONOTONIC) >= deadline) sc_interrupt(watched);
    idle = watched == NULL && turns == seen ? idle + 1 : 0;
    seen = turns;
    if (idle >= IDLE_STEPS) {
      asleep = true;
      pthread_cond_wait(&wake, &lock);
      asleep = false;
      idle = 0;
    } else {
      uint64_t until = now(CLOCK_MONOTONIC) + (uint64_t)STEP_MS * 1000000u;
      struct timespec t = {(time_t)(until / 1000000000u), (long)(until % 1000000000u)};
      pthread_cond_timedwait(&wake, &lock, &t);
    }
  }
  return NULL;
}

bool watchdog_start(void) {
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  if (pthread_cond_init(&wake, &attributes) != 0) return false;
  pthread_attr_t thread_attributes;
  pthread_attr_init(&thread_attributes);
  pthread_attr_setstacksize(&thread_attributes, (size_t)128 << 10);
  pthread_t thread;
  return pthread_create(&thread, &thread_attributes, watch, NULL) == 0;
}

void watchdog_watch(sc_vm *vm, uint32_t wall_ms) {
  uint64_t until = now(CLOCK_MONOTONIC_COARSE) + (uint64_t)wall_ms * 1000000u;
  pthread_mutex_lock(&lock);
  watched = vm;
  deadline = until;
  turns++;
  if (asleep) pthread_cond_signal(&wake);
  pthread_mutex_unlock(&lock);
}

void watchdog_rest(void) {
  pthread_mutex_lock(&lock);
  watched = NULL;
  pthread_mutex_unlock(&lock);
}
