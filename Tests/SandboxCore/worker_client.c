#include "worker_client.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static uint8_t out[1 << 20];
static size_t out_len;

worker worker_start(const char *path) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) exit(2);
  pid_t pid = fork();
  if (pid < 0) exit(2);
  if (pid == 0) {
    if (pair[1] == SCF_FD) fcntl(SCF_FD, F_SETFD, 0);
    else dup2(pair[1], SCF_FD);
    char *arguments[] = {(char *)path, NULL}, *environment[] = {NULL};
    execve(path, arguments, environment);
    _exit(127);
  }
  close(pair[1]);
  worker w = {.pid = pid, .socket = pair[0]};
  reply r;
  if (!worker_receive(&w, &r) || r.type != SCF_READY) {
    fprintf(stderr, "the worker %s does not start\n", path);
    exit(2);
  }
  return w;
}

void worker_raw(const void *bytes, size_t len) {
  if (sizeof out - out_len < len) exit(2);
  memcpy(out + out_len, bytes, len);
  out_len += len;
}

static void number(uint64_t v, size_t size) {
  for (size_t i = 0; i < size; i++) out[out_len++] = (uint8_t)(v >> (8 * i));
}

static void text(const char *bytes, size_t size) {
  number(strlen(bytes), size);
  worker_raw(bytes, strlen(bytes));
}

// Fills in the length of the frame that began at `begin`.
static void finish(size_t begin) {
  size_t end = out_len;
  out_len = begin;
  number(end - begin - 4, 4);
  out_len = end;
}

static size_t begin(uint8_t type, uint32_t vm) {
  size_t at = out_len;
  number(0, 4);
  number(type, 1);
  number(vm, 4);
  return at;
}

void worker_load(uint32_t vm, const char *source) {
  size_t at = begin(SCF_LOAD, vm);
  number(0, 8);
  number(0, 8);
  for (int i = 0; i < 5; i++) number(0, 4);
  number(1, 4);
  number(1, 1);
  text("sdk.lua", 2);
  text(source, 4);
  finish(at);
}

void worker_request(uint32_t vm, uint64_t conversation) {
  size_t at = begin(SCF_START, vm);
  number(conversation, 8);
  number(1, 8);
  number(0, 8);
  number(0, 4);
  text("sdk.lua", 2);
  text("\x90", 4);
  finish(at);
}

void worker_answer(uint32_t vm, uint64_t conversation, const char *values) {
  size_t at = begin(SCF_RESUME, vm);
  number(conversation, 8);
  number(0, 1);
  number(0, 8);
  number(0, 8);
  number(0, 4);
  number(1, 1);
  text(values, 4);
  finish(at);
}

bool worker_send(worker *w) { return worker_send_pieces(w, sizeof out); }

bool worker_send_pieces(worker *w, size_t size) {
  for (size_t sent = 0; sent < out_len;) {
    ssize_t n = send(w->socket, out + sent, out_len - sent < size ? out_len - sent : size, MSG_NOSIGNAL);
    if (n <= 0) {
      out_len = 0;
      return false;
    }
    sent += (size_t)n;
  }
  out_len = 0;
  return true;
}

static uint64_t at(const uint8_t *bytes, size_t size) {
  uint64_t v = 0;
  for (size_t i = 0; i < size; i++) v |= (uint64_t)bytes[i] << (8 * i);
  return v;
}

bool worker_receive(worker *w, reply *r) {
  for (;;) {
    size_t have = w->in_len - w->taken;
    const uint8_t *frame = w->in + w->taken;
    if (have >= 4 && have >= 4 + at(frame, 4)) {
      size_t length = (size_t)at(frame, 4);
      *r = (reply){.type = frame[4], .body = frame + 5, .body_len = length - 1};
      if (r->type == SCF_LOADED) r->ok = r->body[4];
      if (r->type == SCF_OUTCOME) {
        r->conversation = at(r->body + 4, 8);
        r->kind = r->body[12];
        r->limit = r->body[13];
        r->recycle = r->body[14];
      }
      w->taken += 4 + length;
      return true;
    }
    if (have > 0) memmove(w->in, w->in + w->taken, have);
    w->in_len = have;
    w->taken = 0;
    if (w->in_cap - w->in_len < 65536) w->in = realloc(w->in, w->in_cap = w->in_cap * 2 + 131072);
    if (w->in == NULL) exit(2);
    ssize_t n = recv(w->socket, w->in + w->in_len, w->in_cap - w->in_len, 0);
    if (n <= 0) return false;
    w->in_len += (size_t)n;
  }
}

int worker_end(worker *w) {
  int status = -1;
  close(w->socket);
  waitpid(w->pid, &status, 0);
  free(w->in);
  return status;
}
