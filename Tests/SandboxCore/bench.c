// bench PROGRAM: medians of what a vm, an instance and a round trip through the worker at PROGRAM take.
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "support.h"
#include "worker_client.h"

static const char *program;

// As long as the host's own file is, and a small app.
static char sdk[16384];
static const char app[] =
    "local bot = require 'sdk'\n"
    "bot.command('start', function(chat) chat.reply('hello') end)\n"
    "bot.command('help', function(chat) chat.reply('help') end)\n"
    "return bot.run()\n";

static void write_sdk(void) {
  size_t n = (size_t)snprintf(sdk, sizeof sdk, "local host = ...\nlocal bot, commands = {}, {}\n");
  for (int i = 0; i < 36; i++)
    n += (size_t)snprintf(sdk + n, sizeof sdk - n,
                          "function bot.f%d(a, b)\n  if type(a) ~= 'string' then error('a text was expected', 2) end\n"
                          "  return host.call('f%d', a, b)\nend\n", i, i);
  snprintf(sdk + n, sizeof sdk - n,
           "function bot.command(name, f) commands[name] = f end\n"
           "function bot.run() return host.call('ready', 1) end\nreturn bot\n");
}

static double microseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static double median(double *values, size_t n) {
  qsort(values, n, sizeof *values, by_size);
  return values[n / 2];
}

enum { ROUNDS = 20001 };
static double samples[ROUNDS];
static const uint8_t none[] = {0x90};

static sc_vm *make(bool small) {
  sc_file files[] = {{.name = "sdk.lua", .name_len = 7, .text = (const uint8_t *)sdk, .text_len = strlen(sdk), .privileged = true},
                     {.name = "main.lua", .name_len = 8, .text = (const uint8_t *)app, .text_len = strlen(app)},
                     {.name = "other.lua", .name_len = 9, .text = (const uint8_t *)"return 1", .text_len = 8}};
  sc_limits limits = {0};
  char error[1024];
  sc_vm *vm = small ? sc_create(&limits, &files[2], 1, error, sizeof error) : sc_create(&limits, files, 3, error, sizeof error);
  if (vm == NULL) fprintf(stderr, "%s\n", error), exit(1);
  return vm;
}

static void in_process(void) {
  uint64_t memory = 0;
  for (int small = 1; small >= 0; small--) {
    for (int i = 0; i < 501; i++) {
      double begun = microseconds();
      sc_vm *vm = make(small == 1);
      samples[i] = microseconds() - begun;
      memory = sc_memory(vm);
      sc_destroy(vm);
    }
    printf("%-52s %8.1f us  %6.1f KiB\n", small == 1 ? "create a vm, file of one line" : "create a vm, sdk of 150 lines and a small app",
           median(samples, 501), (double)memory / 1024);
  }
  sc_vm *vm = make(false);
  sc_outcome o;
  for (uint64_t i = 0; i < ROUNDS; i++) {
    double begun = microseconds();
    sc_start(vm, i, "main.lua", none, sizeof none, NULL, &o);
    samples[i] = microseconds() - begun;
    if (o.kind != SC_CALLED) fprintf(stderr, "%s\n", o.message), exit(1);
    sc_drop(vm, i);
  }
  printf("%-52s %8.1f us\n", "start an instance up to its first call", median(samples, ROUNDS));
  uint64_t before = sc_memory(vm);
  for (uint64_t i = 0; i < 500; i++) {
    sc_start(vm, i, "main.lua", none, sizeof none, NULL, &o);
    if (o.kind != SC_CALLED) fprintf(stderr, "%s\n", o.message), exit(1);
  }
  printf("%-52s %19.1f KiB\n", "memory of a waiting instance", (double)(int64_t)(sc_memory(vm) - before) / 500 / 1024);
  for (uint64_t i = 0; i < 500; i++) {
    double begun = microseconds();
    sc_resume(vm, i, true, none, sizeof none, NULL, &o);
    samples[i] = microseconds() - begun;
    if (o.kind != SC_FINISHED) fprintf(stderr, "%s\n", o.message), exit(1);
  }
  printf("%-52s %8.1f us\n", "resume it to its end", median(samples, 500));
  sc_destroy(vm);
}

static void through_worker(void) {
  double begun = microseconds();
  worker w = worker_start(program);
  printf("%-52s %8.1f us\n", "spawn a worker until it is ready", microseconds() - begun);
  reply r;
  worker_load(1, "local host = ... while true do host.call('next') end");
  worker_request(1, 1);
  worker_send(&w);
  worker_receive(&w, &r);
  worker_receive(&w, &r);
  for (int i = 0; i < ROUNDS; i++) {
    double at = microseconds();
    worker_answer(1, 1, "\x90");
    worker_send(&w);
    worker_receive(&w, &r);
    samples[i] = microseconds() - at;
  }
  printf("%-52s %8.1f us\n", "round trip: answer, run, next call", median(samples, ROUNDS));
  double at = microseconds();
  for (int i = 0; i < ROUNDS / 64; i++) {
    for (int k = 0; k < 64; k++) worker_answer(1, 1, "\x90");
    worker_send(&w);
    for (int k = 0; k < 64; k++) worker_receive(&w, &r);
  }
  printf("%-52s %8.1f us\n", "the same, 64 at a time, each", (microseconds() - at) / (ROUNDS / 64 * 64));
  worker_end(&w);
}

static int body(void *unused) {
  in_process();
  through_worker();
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 2) return fputs("usage: bench PROGRAM\n", stderr), 2;
  program = argv[1];
  write_sdk();
  return on_large_stack(body, NULL);
}
