// Sending. While requests are queued, outcomes are gathered and go out with one system call. Should the request that runs
// meanwhile take long, a timer's signal sends what has gathered: it interrupts the thread that runs Lua, which does not touch the
// buffer then.
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "frames.h"
#include "worker.h"

enum { DEFER_NS = 120 * 1000 };  // leaves the signal and the call some of the 200 microseconds

static frame_buffer pending;
static size_t sent;                     // bytes of `pending` that are out already
static volatile sig_atomic_t deferred;  // a request runs while `pending` waits
static volatile sig_atomic_t due;       // the timer fired between two requests
static bool armed;                      // since the buffer was empty
static timer_t timer;

static void send_some(int flags) {
  while (sent < pending.len) {
    ssize_t n = send(SCF_FD, pending.bytes + sent, pending.len - sent, flags | MSG_NOSIGNAL);
    if (n > 0) {
      sent += (size_t)n;
    } else if (n < 0 && errno == EINTR) {
      continue;
    } else if (n < 0 && errno == EAGAIN) {
      return;
    } else {
      _exit(EXIT_SOCKET);
    }
  }
}

static void on_timer(int signal) {
  int saved = errno;
  if (deferred) {
    send_some(MSG_DONTWAIT);
  } else {
    due = 1;
  }
  errno = saved;
}

bool output_start(void) {
  static uint8_t stack[16 << 10];  // the interrupted one may be nearly used up
  stack_t alternative = {.ss_sp = stack, .ss_size = sizeof stack};
  if (sigaltstack(&alternative, NULL) != 0) return false;
  struct sigaction action = {.sa_handler = on_timer, .sa_flags = SA_RESTART | SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  if (sigaction(SIGALRM, &action, NULL) != 0) return false;
  struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGALRM};
  event._sigev_un._tid = gettid();
  return timer_create(CLOCK_MONOTONIC, &event, &timer) == 0;
}

frame_buffer *output_buffer(void) { return &pending; }

void output_flush(void) {
  send_some(0);
  sent = pending.len = 0;
  armed = false;
  due = 0;
  if (pending.cap > (size_t)4 << 20) {
    free(pending.bytes);
    pending = (frame_buffer){0};
  }
}

void output_defer(void) {
  if (due) output_flush();
  if (pending.len == sent) return;
  if (!armed) {
    struct itimerspec once = {.it_value = {.tv_nsec = DEFER_NS}};
    timer_settime(timer, 0, &once, NULL);
    armed = true;
  }
  atomic_signal_fence(memory_order_seq_cst);
  deferred = 1;
}

void output_undefer(void) {
  deferred = 0;
  atomic_signal_fence(memory_order_seq_cst);
  if (sent > 0 && sent == pending.len) {
    sent = pending.len = 0;
    armed = false;
  }
}
