/* rtload: closed-loop load generator for the "bot round trip" workload.
 * N users, one outstanding message each; a reply is awaited, then the next
 * message goes out.  One epoll loop, one process.  Own code of the Stoa project.
 *
 *   rtload PROTO -p PORT -n USERS [-h HOST] [-w WARM_S] [-t SECS]
 *          [-D DOMAIN] [-B BOT_JID] [-P server,pids] [-Q bot,pids]
 *   PROTO: line | xmpp | nats | natsjs | stoa (-U FILE: a line "TOKEN CHAT" for each user)
 *
 * Prints one JSON object.  CPU of the pids is utime+stime over the window,
 * RSS is the sum of VmHWM (the peak is reset through clear_refs at the start). */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum proto { LINE, XMPP, NATS, NATSJS, STOA };
enum state { CLOSED, S_FEATURES1, S_AUTH, S_FEATURES2, S_BIND, S_SESSION, S_NATSINFO, S_NATSPONG, S_UPGRADE, READY };

struct conn {
    int fd, idx; enum state st;
    char *in; size_t inlen, incap;
    char out[2048]; size_t outlen;
    uint64_t sent_ns; uint32_t seq; char expect[96]; int waiting;
};

static enum proto proto; static const char *host = "127.0.0.1", *domain = "localhost", *botjid = "echo@bot.localhost";
static int port = 0, nusers = 1; static double warm_s = 1, run_s = 4;
static char *pids_s = "", *pids_b = "", *users_file = "";
static struct credential { char token[96]; long long chat; } *credentials;
static struct conn *cs; static int ep, nready, nstarted, errors_seen;
static uint32_t *lat; static size_t nlat, caplat;
static int measuring, sending; static uint64_t t_begin, t_end;

static uint64_t now_ns(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return (uint64_t)t.tv_sec * 1000000000ull + t.tv_nsec; }
static void die(const char *f, ...) { va_list a; va_start(a, f); fprintf(stderr, "rtload: "); vfprintf(stderr, f, a); fputc('\n', stderr); va_end(a); exit(1); }

static double pids_cpu_s(const char *list) { /* utime+stime of all threads of the pids */
    double tot = 0; char buf[1024], *save, *copy = strdup(list);
    for (char *p = strtok_r(copy, ",", &save); p; p = strtok_r(NULL, ",", &save)) {
        char path[64]; snprintf(path, sizeof path, "/proc/%s/stat", p);
        FILE *f = fopen(path, "r"); if (!f) continue;
        size_t n = fread(buf, 1, sizeof buf - 1, f); buf[n] = 0; fclose(f);
        char *q = strrchr(buf, ')'); if (!q) continue;
        unsigned long u = 0, s = 0;
        sscanf(q + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &u, &s);
        tot += (double)(u + s) / sysconf(_SC_CLK_TCK);
    }
    free(copy); return tot;
}
static double pids_hwm_mib(const char *list) {
    double tot = 0; char line[256], *save, *copy = strdup(list);
    for (char *p = strtok_r(copy, ",", &save); p; p = strtok_r(NULL, ",", &save)) {
        char path[64]; snprintf(path, sizeof path, "/proc/%s/status", p);
        FILE *f = fopen(path, "r"); if (!f) continue;
        long kb; while (fgets(line, sizeof line, f)) if (sscanf(line, "VmHWM: %ld", &kb) == 1) tot += kb / 1024.0;
        fclose(f);
    }
    free(copy); return tot;
}
static void pids_reset_hwm(const char *list) {
    char *save, *copy = strdup(list);
    for (char *p = strtok_r(copy, ",", &save); p; p = strtok_r(NULL, ",", &save)) {
        char path[64]; snprintf(path, sizeof path, "/proc/%s/clear_refs", p);
        int fd = open(path, O_WRONLY); if (fd >= 0) { if (write(fd, "5", 1) < 0) {} close(fd); }
    }
    free(copy);
}
static double sys_busy_s(void) { /* whole machine: user+nice+sys+irq+softirq */
    FILE *f = fopen("/proc/stat", "r"); if (!f) return 0;
    unsigned long u = 0, n = 0, s = 0, id = 0, io = 0, irq = 0, si = 0;
    if (fscanf(f, "cpu %lu %lu %lu %lu %lu %lu %lu", &u, &n, &s, &id, &io, &irq, &si) < 7) {}
    fclose(f); return (double)(u + n + s + irq + si) / sysconf(_SC_CLK_TCK);
}
static double self_cpu_s(void) { struct rusage r; getrusage(RUSAGE_SELF, &r);
    return r.ru_utime.tv_sec + r.ru_stime.tv_sec + (r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6; }

static void want(struct conn *c, int w) { struct epoll_event e = {.events = EPOLLIN | (w ? EPOLLOUT : 0), .data.ptr = c}; epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &e); }
static void flush_out(struct conn *c) {
    while (c->outlen) {
        ssize_t n = send(c->fd, c->out, c->outlen, MSG_NOSIGNAL);
        if (n < 0) { if (errno == EAGAIN) { want(c, 1); return; } die("user %d: send: %s", c->idx, strerror(errno)); }
        memmove(c->out, c->out + n, c->outlen - n); c->outlen -= n;
        if (!c->outlen) return;
        want(c, 1); return;
    }
}
static void put(struct conn *c, const char *f, ...) {
    va_list a; va_start(a, f);
    int n = vsnprintf(c->out + c->outlen, sizeof c->out - c->outlen, f, a); va_end(a);
    if (n < 0 || c->outlen + n >= sizeof c->out) die("out buffer full");
    c->outlen += n; flush_out(c);
}
static void b64(const unsigned char *s, size_t n, char *o) {
    static const char t[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t i; for (i = 0; i < n; i += 3) {
        uint32_t v = s[i] << 16 | (i + 1 < n ? s[i + 1] << 8 : 0) | (i + 2 < n ? s[i + 2] : 0);
        *o++ = t[v >> 18]; *o++ = t[v >> 12 & 63]; *o++ = i + 1 < n ? t[v >> 6 & 63] : '='; *o++ = i + 2 < n ? t[v & 63] : '=';
    } *o = 0;
}
static void stream_open(struct conn *c) { put(c, "<?xml version='1.0'?><stream:stream to='%s' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>", domain); }

/* A text frame of a client: masked (RFC 6455 5.3) with a zero key, which leaves the bytes as they are. */
static void put_frame(struct conn *c, const char *f, ...) {
    char text[512]; va_list a; va_start(a, f); int n = vsnprintf(text, sizeof text, f, a); va_end(a);
    if (n < 0 || n >= (int)sizeof text || c->outlen + n + 8 >= sizeof c->out) die("frame too long");
    unsigned char *o = (unsigned char *)c->out + c->outlen; size_t h = 2;
    o[0] = 0x81; if (n < 126) o[1] = 0x80 | n; else { o[1] = 0x80 | 126; o[2] = n >> 8; o[3] = n & 255; h = 4; }
    memset(o + h, 0, 4); memcpy(o + h + 4, text, n); c->outlen += h + 4 + n; flush_out(c);
}
static void send_msg(struct conn *c) { /* about 40 bytes of text */
    char text[64]; c->seq++;
    int n = snprintf(text, sizeof text, "hello bot, msg %08u from user %05d", c->seq, c->idx);
    snprintf(c->expect, sizeof c->expect, "echo: %s", text);
    c->sent_ns = now_ns(); c->waiting = 1;
    switch (proto) {
    case LINE: put(c, "%s\n", text); break;
    case XMPP: put(c, "<message to='%s' type='chat' id='m%u'><body>%s</body></message>", botjid, c->seq, text); break;
    case NATS: put(c, "PUB in.%d %d\r\n%s\r\n", c->idx, n, text); break;
    case STOA: put_frame(c, "{\"op\":\"send\",\"chat\":%lld,\"text\":\"%s\",\"nonce\":\"%d-%u-%llx\"}", credentials[c->idx].chat, text, c->idx, c->seq, (unsigned long long)c->sent_ns); break;
    case NATSJS: put(c, "PUB m.in.%d %d\r\n%s\r\n", c->idx, n, text); break;
    }
}
static void got_reply(struct conn *c) {
    uint64_t t = now_ns(); c->waiting = 0;
    if (measuring && t <= t_end) {
        if (nlat == caplat) { caplat = caplat ? caplat * 2 : 1 << 16; lat = realloc(lat, caplat * sizeof *lat); if (!lat) die("memory"); }
        lat[nlat++] = (uint32_t)((t - c->sent_ns) / 1000);
    }
    if (sending) send_msg(c);
}
static void ready(struct conn *c) { c->st = READY; nready++; }
static void eat(struct conn *c, size_t n) { memmove(c->in, c->in + n, c->inlen - n); c->inlen -= n; c->in[c->inlen] = 0; }
static char *find(struct conn *c, const char *s) { return c->inlen ? memmem(c->in, c->inlen, s, strlen(s)) : NULL; }

static int step_xmpp(struct conn *c) { /* returns 1 when something was consumed */
    char *e;
    if (c->st != READY && (find(c, "<failure") || find(c, "<stream:error") || find(c, "type='error'"))) die("user %d: refused: %.300s", c->idx, c->in);
    switch (c->st) {
    case S_FEATURES1: if (!(e = find(c, "</stream:features>"))) return 0;
        { char id[64], enc[96]; int k = snprintf(id, sizeof id, "%cu%d%cpw%d", 0, c->idx, 0, c->idx);
          b64((unsigned char *)id, k, enc);
          eat(c, e - c->in + 18); c->st = S_AUTH;
          put(c, "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>%s</auth>", enc); } return 1;
    case S_AUTH: if (!(e = find(c, "<success")) || !(e = memchr(e, '>', c->in + c->inlen - e))) return 0;
        eat(c, c->inlen); c->st = S_FEATURES2; stream_open(c); return 1;
    case S_FEATURES2: if (!(e = find(c, "</stream:features>"))) return 0;
        eat(c, c->inlen); c->st = S_BIND;
        put(c, "<iq type='set' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>r</resource></bind></iq>"); return 1;
    case S_BIND: if (!(e = find(c, "</iq>"))) return 0;
        eat(c, e - c->in + 5); c->st = S_SESSION; put(c, "<presence/><iq type='get' id='p1' to='%s'><ping xmlns='urn:xmpp:ping'/></iq>", domain); return 1;
    case S_SESSION: { /* wait for the pong: the session is settled */
        e = find(c, "id='p1'"); if (!e) e = find(c, "id=\"p1\""); if (!e) return 0;
        eat(c, c->inlen); ready(c); return 1; }
    case READY:
        if (!(e = find(c, "</message>"))) { if (c->inlen > 60000) eat(c, c->inlen); return 0; }
        { size_t n = e - c->in + 10;
          if (memmem(c->in, n, "type='error'", 12)) die("user %d: error stanza: %.*s", c->idx, (int)n, c->in);
          int hit = c->waiting && memmem(c->in, n, c->expect, strlen(c->expect));
          eat(c, n); if (hit) got_reply(c); } return 1;
    default: return 0;
    }
}
static int step_nats(struct conn *c) {
    char *nl = memmem(c->in, c->inlen, "\r\n", 2); if (!nl) return 0;
    size_t ln = nl - c->in + 2;
    if (!strncmp(c->in, "PING", 4)) { eat(c, ln); put(c, "PONG\r\n"); return 1; }
    if (!strncmp(c->in, "-ERR", 4)) die("user %d: %.*s", c->idx, (int)ln, c->in);
    if (!strncmp(c->in, "INFO", 4)) { eat(c, ln);
        put(c, "CONNECT {\"verbose\":false,\"pedantic\":false}\r\nSUB %s.%d 1\r\nPING\r\n", proto == NATSJS ? "r.m.out" : "out", c->idx); c->st = S_NATSPONG; return 1; }
    if (!strncmp(c->in, "PONG", 4)) { eat(c, ln); if (c->st == S_NATSPONG) ready(c); return 1; }
    if (!strncmp(c->in, "MSG ", 4) || !strncmp(c->in, "HMSG ", 5)) {
        size_t k = ln - 2; while (k && c->in[k - 1] != ' ') k--;
        size_t body = strtoul(c->in + k, NULL, 10);
        if (c->inlen < ln + body + 2) return 0;
        int hit = c->waiting && memmem(c->in + ln, body, c->expect, strlen(c->expect));
        eat(c, ln + body + 2); if (hit) got_reply(c); return 1;
    }
    eat(c, ln); return 1;
}
static int step_stoa(struct conn *c) {
    char *e;
    if (c->st == S_UPGRADE) {
        if (!(e = find(c, "\r\n\r\n"))) return 0;
        if (strncmp(c->in, "HTTP/1.1 101", 12)) die("user %d: refused: %.300s", c->idx, c->in);
        eat(c, e - c->in + 4); ready(c); return 1;
    }
    unsigned char *b = (unsigned char *)c->in; size_t h = 2, n;
    if (c->inlen < 2) return 0;
    n = b[1] & 127;
    if (n == 126) { if (c->inlen < 4) return 0; n = b[2] << 8 | b[3]; h = 4; }
    else if (n == 127) { if (c->inlen < 10) return 0; n = 0; for (int i = 2; i < 10; i++) n = n << 8 | b[i]; h = 10; }
    if (c->inlen < h + n) return 0;
    int op = b[0] & 15;
    if (op == 8) die("user %d: server closed: %.*s", c->idx, (int)(n > 2 ? n - 2 : 0), c->in + h + 2);
    if (op == 9) { unsigned char pong[6] = {0x8A, 0x80}; if (send(c->fd, pong, 6, MSG_NOSIGNAL) < 0) {} }
    if (op == 1 && n > 12 && !memcmp(c->in + h, "{\"op\":\"error\"", 13)) die("user %d: %.*s", c->idx, (int)n, c->in + h);
    int hit = op == 1 && c->waiting && memmem(c->in + h, n, c->expect, strlen(c->expect)) != NULL;
    eat(c, h + n); if (hit) got_reply(c); return 1;
}
static int step_line(struct conn *c) {
    char *nl = memchr(c->in, '\n', c->inlen); if (!nl) return 0;
    int hit = c->waiting && (size_t)(nl - c->in) == strlen(c->expect) && !memcmp(c->in, c->expect, nl - c->in);
    eat(c, nl - c->in + 1); if (hit) got_reply(c); return 1;
}
static void on_in(struct conn *c) {
    for (;;) {
        if (c->incap - c->inlen < 4096) { c->incap = c->incap ? c->incap * 2 : 8192; c->in = realloc(c->in, c->incap + 1); if (!c->in) die("memory"); }
        ssize_t n = recv(c->fd, c->in + c->inlen, c->incap - c->inlen, 0);
        if (n == 0) die("user %d: server closed (state %d): %.200s", c->idx, c->st, c->inlen ? c->in : "");
        if (n < 0) { if (errno == EAGAIN) break; die("user %d: recv: %s", c->idx, strerror(errno)); }
        int full = (size_t)n == c->incap - c->inlen;
        c->inlen += n; c->in[c->inlen] = 0;
        while (c->inlen && (proto == XMPP ? step_xmpp(c) : proto == STOA ? step_stoa(c) : proto == LINE ? step_line(c) : step_nats(c))) {}
        if (!full) break;
    }
}
static void start(int i) {
    struct conn *c = &cs[i]; c->idx = i;
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)}; inet_pton(AF_INET, host, &a.sin_addr);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); if (c->fd < 0) die("socket: %s", strerror(errno));
    if (connect(c->fd, (void *)&a, sizeof a)) die("connect: %s", strerror(errno));
    fcntl(c->fd, F_SETFL, O_NONBLOCK); int one = 1; setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c}; epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &e);
    if (proto == XMPP) { c->st = S_FEATURES1; stream_open(c); }
    else if (proto == STOA) { c->st = S_UPGRADE; put(c, "GET /v1/stream HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nAuthorization: Bearer %s\r\n\r\n", host, port, credentials[i].token); }
    else if (proto == LINE) ready(c);
    else c->st = S_NATSINFO;
}
static void pump(uint64_t until) {
    struct epoll_event ev[512];
    uint64_t t = now_ns(); int ms = t >= until ? 0 : (int)((until - t) / 1000000) + 1; if (ms > 50) ms = 50;
    int k = epoll_wait(ep, ev, 512, ms);
    for (int i = 0; i < k; i++) { struct conn *c = ev[i].data.ptr;
        if (ev[i].events & EPOLLOUT) { want(c, 0); flush_out(c); }
        if (ev[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) on_in(c); }
}
static int cmp(const void *a, const void *b) { uint32_t x = *(uint32_t *)a, y = *(uint32_t *)b; return x < y ? -1 : x > y; }

int main(int argc, char **argv) {
    if (argc < 2) die("usage: rtload PROTO -p PORT -n USERS ...");
    const char *ps = argv[1];
    proto = !strcmp(ps, "xmpp") ? XMPP : !strcmp(ps, "nats") ? NATS : !strcmp(ps, "natsjs") ? NATSJS : !strcmp(ps, "stoa") ? STOA : LINE;
    int o; optind = 2;
    while ((o = getopt(argc, argv, "h:p:n:w:t:D:B:P:Q:U:")) != -1) switch (o) {
        case 'h': host = optarg; break; case 'p': port = atoi(optarg); break; case 'n': nusers = atoi(optarg); break;
        case 'w': warm_s = atof(optarg); break; case 't': run_s = atof(optarg); break; case 'D': domain = optarg; break;
        case 'B': botjid = optarg; break; case 'P': pids_s = optarg; break; case 'Q': pids_b = optarg; break; case 'U': users_file = optarg; break; default: die("bad option"); }
    signal(SIGPIPE, SIG_IGN); alarm((unsigned)(warm_s + run_s) + 120); /* never outlive the bench */
    cs = calloc(nusers, sizeof *cs); ep = epoll_create1(EPOLL_CLOEXEC);
    if (proto == STOA) {
        FILE *f = fopen(users_file, "r"); if (!f) die("%s: %s", users_file, strerror(errno));
        credentials = calloc(nusers, sizeof *credentials);
        for (int i = 0; i < nusers; i++) if (fscanf(f, "%95s %lld", credentials[i].token, &credentials[i].chat) != 2) die("%s has fewer than %d users", users_file, nusers);
        fclose(f);
    }
    uint64_t lim = now_ns() + 90ull * 1000000000ull;
    while (nready < nusers) { /* at most 16 logins under way */
        while (nstarted < nusers && nstarted - nready < 16) start(nstarted++);
        pump(now_ns() + 10000000); if (now_ns() > lim) die("logins did not finish: %d of %d", nready, nusers);
    }
    uint64_t settle = now_ns() + 500000000ull; while (now_ns() < settle) pump(settle);
    sending = 1; for (int i = 0; i < nusers; i++) send_msg(&cs[i]);
    uint64_t wend = now_ns() + (uint64_t)(warm_s * 1e9); while (now_ns() < wend) pump(wend);
    pids_reset_hwm(pids_s);
    double c0 = pids_cpu_s(pids_s), b0 = pids_cpu_s(pids_b), y0 = sys_busy_s(), s0 = self_cpu_s();
    t_begin = now_ns(); t_end = t_begin + (uint64_t)(run_s * 1e9); measuring = 1;
    while (now_ns() < t_end) pump(t_end);
    while (nlat < 2 * (size_t)nusers && t_end < t_begin + 15000000000ull) { t_end += 500000000ull; while (now_ns() < t_end) pump(t_end); } /* a slow server: look longer */
    double wall = (now_ns() - t_begin) / 1e9; measuring = 0; sending = 0;
    double c1 = pids_cpu_s(pids_s), b1 = pids_cpu_s(pids_b), y1 = sys_busy_s(), s1 = self_cpu_s();
    double hwm = pids_hwm_mib(pids_s);
    uint64_t drain = now_ns() + 3000000000ull; int left = 1;
    while (left && now_ns() < drain) { pump(drain); left = 0; for (int i = 0; i < nusers; i++) left += cs[i].waiting; }
    qsort(lat, nlat, sizeof *lat, cmp);
    double n = nlat ? nlat : 1, other = ((y1 - y0) - (c1 - c0) - (b1 - b0) - (s1 - s0)) / wall;
    printf("{\"users\":%d,\"rt_per_s\":%.1f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"cpu_ms_per_1k\":%.1f,\"bot_cpu_ms_per_1k\":%.1f,\"rss_mib\":%.1f,"
           "\"rts\":%zu,\"lost\":%d,\"load_cpu\":%.2f,\"srv_cpu\":%.2f,\"other_cpu\":%.2f}\n",
           nusers, nlat / wall, nlat ? lat[(size_t)(0.50 * (nlat - 1))] / 1e3 : 0, nlat ? lat[(size_t)(0.99 * (nlat - 1))] / 1e3 : 0,
           (c1 - c0) * 1e6 / n, (b1 - b0) * 1e6 / n, hwm, nlat, left, (s1 - s0) / wall, (c1 - c0) / wall, other);
    (void)errors_seen; return nlat ? 0 : 1;
}
