// stoa-sandbox: runs apps behind a socket (descriptor 3), locked down. It is started by the server, never by hand.
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "worker.h"

static void *run(void *unused) {
  sigset_t timer;
  sigemptyset(&timer);
  sigaddset(&timer, SIGALRM);
  if (!output_start() || pthread_sigmask(SIG_UNBLOCK, &timer, NULL) != 0 || !lockdown_finish()) _exit(EXIT_SETUP);
  serve();
}

int main(void) {
  mallopt(M_ARENA_MAX, 1);  // one heap: the address space is counted
  sigset_t all;
  sigfillset(&all);
  if (!lockdown_begin() || pthread_sigmask(SIG_BLOCK, &all, NULL) != 0 || !watchdog_start()) return EXIT_SETUP;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, WORKER_STACK);  // with a guard page below
  pthread_t thread;
  if (pthread_create(&thread, &attributes, run, NULL) != 0) return EXIT_SETUP;
  pthread_join(thread, NULL);
  return EXIT_SETUP;
}
