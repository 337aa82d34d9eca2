// What the worker gives up before it sees a byte of anyone's code.
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox_frames.h"
#include "worker.h"

static bool cap(int what, rlim_t value) {
  struct rlimit limit = {value, value};
  return setrlimit((__rlimit_resource_t)what, &limit) == 0;
}

bool lockdown_begin(void) {
  if (fcntl(SCF_FD, F_GETFD) < 0) return false;
  if (syscall(SYS_close_range, 0u, (unsigned)SCF_FD - 1, 0u) != 0) return false;
  if (syscall(SYS_close_range, (unsigned)SCF_FD + 1, ~0u, 0u) != 0) return false;
  clearenv();
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return false;
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return false;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  return cap(RLIMIT_AS, WORKER_ADDRESS_SPACE) && cap(RLIMIT_CORE, 0) && cap(RLIMIT_FSIZE, 0) && cap(RLIMIT_NOFILE, SCF_FD + 1);
}

static bool allow(scmp_filter_ctx filter, int call) { return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) == 0; }

// On the socket only.
static bool allow_socket(scmp_filter_ctx filter, int call) {
  return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, SCMP_A0(SCMP_CMP_EQ, SCF_FD, 0)) == 0;
}

// Memory that is never executable.
static bool allow_memory(scmp_filter_ctx filter, int call) {
  return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
}

bool lockdown_finish(void) {
  static const int calls[] = {
      SCMP_SYS(exit_group),   SCMP_SYS(exit),         SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(munmap),
      SCMP_SYS(mremap),       SCMP_SYS(madvise),      SCMP_SYS(brk),          SCMP_SYS(futex),          SCMP_SYS(clock_gettime),
      SCMP_SYS(gettimeofday), SCMP_SYS(timer_settime), SCMP_SYS(restart_syscall), SCMP_SYS(sched_yield), SCMP_SYS(getpid),
      SCMP_SYS(gettid),
      // What a new thread does first: one that was made just before may not have got there yet.
      SCMP_SYS(set_robust_list), SCMP_SYS(rseq),
  };
  static const int socket_calls[] = {SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(recvfrom), SCMP_SYS(sendto)};
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
  if (filter == NULL) return false;
  bool ok = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0;
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) ok = ok && allow(filter, calls[i]);
  for (size_t i = 0; i < sizeof socket_calls / sizeof *socket_calls; i++) ok = ok && allow_socket(filter, socket_calls[i]);
  ok = ok && allow_memory(filter, SCMP_SYS(mmap)) && allow_memory(filter, SCMP_SYS(mprotect));
  // abort(): SIGABRT, to itself
  ok = ok && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, SCMP_A2(SCMP_CMP_EQ, SIGABRT, 0)) == 0;
  ok = ok && seccomp_load(filter) == 0;
  seccomp_release(filter);
  return ok;
}
