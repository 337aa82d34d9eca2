// What the worker gave up: each forbidden call kills a process that locked itself down, and what the worker needs still works.
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sandbox_frames.h"
#include "worker.h"

static void *idle(void *unused) { return unused; }

static void open_file(void) { open("/etc/passwd", O_RDONLY); }
static void open_socket(void) { socket(AF_INET, SOCK_STREAM, 0); }
static void execute(void) { execl("/bin/true", "true", (char *)NULL); }
static void make_process(void) { if (fork() == 0) _exit(0); }
static void make_thread(void) {
  pthread_t t;
  pthread_create(&t, NULL, idle, NULL);
}
static void make_code(void) { mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }
static void write_elsewhere(void) { if (write(1, "x", 1) < 0) return; }
static void kill_parent(void) { kill(getppid(), 0); }
static void set_name(void) { prctl(PR_SET_NAME, "x", 0, 0, 0); }
static void copy_descriptor(void) { dup(SCF_FD); }
static void remove_file(void) { unlink("/tmp/none"); }

static void work(void) {
  char byte = 7;
  if (send(SCF_FD, &byte, 1, 0) != 1) _exit(1);
  void *block = malloc((size_t)8 << 20);
  if (block == NULL) _exit(2);
  memset(block, 1, (size_t)8 << 20);
  block = realloc(block, (size_t)16 << 20);
  if (block == NULL) _exit(3);
  free(block);
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  if (malloc((size_t)4 << 30) != NULL) _exit(4);  // above RLIMIT_AS
}

static const struct {
  const char *name;
  void (*call)(void);
  bool allowed;
} cases[] = {
    {"work", work, true},         {"open", open_file, false},   {"socket", open_socket, false},       {"exec", execute, false},
    {"fork", make_process, false}, {"thread", make_thread, false}, {"executable memory", make_code, false},
    {"another descriptor", write_elsewhere, false}, {"kill", kill_parent, false}, {"prctl", set_name, false},
    {"dup", copy_descriptor, false}, {"unlink", remove_file, false},
};

int main(void) {
  int failures = 0;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) return 2;
    pid_t pid = fork();
    if (pid == 0) {
      if (pair[1] != SCF_FD) dup2(pair[1], SCF_FD);
      if (!lockdown_begin() || !lockdown_finish()) _exit(99);
      cases[i].call();
      _exit(0);
    }
    close(pair[1]);
    int status = 0;
    waitpid(pid, &status, 0);
    close(pair[0]);
    bool good = cases[i].allowed ? WIFEXITED(status) && WEXITSTATUS(status) == 0 : WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
    if (!good) {
      failures++;
      fprintf(stderr, "%s: status %x\n", cases[i].name, status);
    }
  }
  printf("%-24s %s\n", "forbidden calls", failures == 0 ? "ok" : "FAILED");
  return failures == 0 ? 0 : 1;
}
