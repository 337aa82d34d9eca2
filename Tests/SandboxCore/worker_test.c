// worker_test PROGRAM: the worker behind its socket: what it answers, in which order, and how it ends.
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "support.h"
#include "worker_client.h"

static int failures, checks;
static const char *program;

#define CHECK(condition, ...)                                       \
  do {                                                              \
    checks++;                                                       \
    if (!(condition)) {                                             \
      failures++;                                                   \
      fprintf(stderr, "%s:%d: %s", __FILE__, __LINE__, #condition); \
      fprintf(stderr, "  " __VA_ARGS__);                            \
      fputc('\n', stderr);                                          \
    }                                                               \
  } while (0)

static uint64_t microseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000;
}

static worker loaded(const char *text) {
  worker w = worker_start(program);
  reply r;
  worker_load(1, text);
  bool ok = worker_send(&w) && worker_receive(&w, &r) && r.type == SCF_LOADED && r.ok == 1;
  CHECK(ok, "%s", text);
  return w;
}

static void test_order(void) {
  worker w = loaded("local host = ... host.emit('n', 1) host.call('wait') return 5");
  reply r;
  for (uint64_t i = 1; i <= 100; i++) worker_request(1, i);
  for (uint64_t i = 1; i <= 100; i++) worker_answer(1, i, "\x90");
  worker_send(&w);
  for (uint64_t i = 1; i <= 200; i++) {
    bool ok = worker_receive(&w, &r) && r.type == SCF_OUTCOME;
    CHECK(ok && r.conversation == (i - 1) % 100 + 1 && r.kind == (i <= 100 ? SC_CALLED : SC_FINISHED), "%d: kind %d", (int)i, r.kind);
  }
  worker_request(9, 1);
  worker_load(2, "x = = 1");
  worker_send(&w);
  CHECK(worker_receive(&w, &r) && r.type == SCF_OUTCOME && r.kind == SC_FAILED && r.recycle == 1, "an unknown vm");
  CHECK(worker_receive(&w, &r) && r.type == SCF_LOADED && r.ok == 0, "a text that does not compile");
  int status = worker_end(&w);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%x", status);
}

// Frames that arrive byte by byte.
static void test_pieces(void) {
  worker w = loaded("return 1");
  reply r;
  for (uint64_t i = 1; i <= 3; i++) {
    worker_request(1, i);
    worker_request(1, i + 100);
    worker_send_pieces(&w, 1);
    CHECK(worker_receive(&w, &r) && r.kind == SC_FINISHED && r.conversation == i, "%d", r.kind);
    CHECK(worker_receive(&w, &r) && r.kind == SC_FINISHED && r.conversation == i + 100, "%d", r.kind);
  }
  int status = worker_end(&w);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%x", status);
}

// An outcome that is ready does not wait for the long request behind it.
static void test_deferral(void) {
  worker w = loaded("local host = ... local n = host.call('n') for i = 1, n == 1 and 1 or n * 1000000 do end return n");
  reply r;
  uint64_t worst = 0;
  for (int round = 0; round < 20; round++) {
    worker_request(1, 1);
    worker_request(1, 2);
    worker_send(&w);
    worker_receive(&w, &r);
    worker_receive(&w, &r);
    worker_answer(1, 1, "\x91\x01");
    worker_answer(1, 2, "\x91\x14");
    uint64_t begun = microseconds();
    worker_send(&w);
    bool ok = worker_receive(&w, &r) && r.conversation == 1 && r.kind == SC_FINISHED;
    uint64_t first = microseconds() - begun;
    ok = ok && worker_receive(&w, &r) && r.conversation == 2 && r.kind == SC_FINISHED;
    uint64_t second = microseconds() - begun;
    CHECK(ok && second > 20000, "the second took %d us", (int)second);
    if (first > worst) worst = first;
    if (first < 5000) break;  // on a busy machine it may need another try
  }
  CHECK(worst < 20000, "the first came after %d us", (int)worst);
  worker_end(&w);
}

static void test_limits(void) {
  worker w = loaded("while true do end");
  reply r;
  worker_request(1, 1);
  worker_send(&w);
  CHECK(worker_receive(&w, &r) && r.kind == SC_STOPPED && r.limit == SC_LIMIT_INSTRUCTION && r.recycle == 1, "%d %d", r.kind, r.limit);
  uint8_t unload[] = {5, 0, 0, 0, SCF_UNLOAD, 1, 0, 0, 0};
  worker_raw(unload, sizeof unload);
  worker_load(1, "return 1");
  worker_request(1, 1);
  worker_send(&w);
  CHECK(worker_receive(&w, &r) && r.type == SCF_LOADED && r.ok == 1, "loaded again");
  CHECK(worker_receive(&w, &r) && r.kind == SC_FINISHED, "%d", r.kind);
  worker_end(&w);
}

static void test_malformed(void) {
  static const struct { uint8_t bytes[16]; size_t len; } cases[] = {
      {{0, 0, 0, 0}, 4},
      {{1, 0, 0, 0, 99}, 5},
      {{255, 255, 255, 255, 1}, 5},
      {{5, 0, 0, 0, 2, 1, 0, 0, 0}, 9},
      {{6, 0, 0, 0, 5, 1, 0, 0, 0, 0}, 10},
      {{4, 0, 0, 0, 5, 1, 0, 0}, 8},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    worker w = worker_start(program);
    reply r;
    worker_raw(cases[i].bytes, cases[i].len);
    worker_send(&w);
    CHECK(!worker_receive(&w, &r), "case %d: it answered", (int)i);
    int status = worker_end(&w);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 3, "case %d: %x", (int)i, status);
  }
}

static char *slurp(pid_t pid, const char *file, char *text, size_t cap) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
  FILE *f = fopen(path, "r");
  size_t n = f != NULL ? fread(text, 1, cap - 1, f) : 0;
  text[n] = 0;
  if (f != NULL) fclose(f);
  return text;
}

static void test_lock_down(void) {
  worker w = worker_start(program);
  char text[8192];
  slurp(w.pid, "status", text, sizeof text);
  CHECK(strstr(text, "NoNewPrivs:\t1") != NULL, "no_new_privs");
  CHECK(strstr(text, "Seccomp:\t2") != NULL, "seccomp");
  CHECK(strstr(text, "Threads:\t3") != NULL, "threads");
  slurp(w.pid, "environ", text, sizeof text);
  CHECK(text[0] == 0, "environment: %s", text);
  slurp(w.pid, "limits", text, sizeof text);
  if (text[0] != 0) CHECK(strstr(text, "Max core file size        0 ") != NULL, "%s", text);
  // Not dumpable: its descriptors are root's to see only.
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/fd", (int)w.pid);
  DIR *d = opendir(path);
  int count = 0;
  for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;)
    if (e->d_name[0] != '.') count += strcmp(e->d_name, "3") == 0 ? 1 : 100;
  if (d != NULL) {
    CHECK(count == 1, "descriptors: %d", count);
    closedir(d);
  }
  worker_end(&w);
}

int main(int argc, char **argv) {
  if (argc != 2) return fputs("usage: worker_test PROGRAM\n", stderr), 2;
  program = argv[1];
  static const struct { const char *name; void (*run)(void); } tests[] = {
      {"order", test_order},   {"pieces", test_pieces},       {"deferral", test_deferral},
      {"limits", test_limits}, {"malformed", test_malformed}, {"lock-down", test_lock_down},
  };
  for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
    int before = failures;
    tests[i].run();
    printf("%-24s %s\n", tests[i].name, failures == before ? "ok" : "FAILED");
  }
  printf("%d checks, %d failed\n", checks, failures);
  return failures == 0 ? 0 : 1;
}
