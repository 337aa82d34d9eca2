#include <libwebsockets.h>

/* Swift sees neither the macro nor the enumerator arithmetic behind these. */
static inline int web_write_raw(struct lws *wsi, const void *bytes, size_t count) {
    /* A raw socket needs no LWS_PRE bytes in front and leaves the buffer alone. */
    return lws_write(wsi, (unsigned char *)bytes, count, LWS_WRITE_RAW);
}

/* Closes from outside the socket's own callback, on the next turn of the loop. */
static inline void web_close_soon(struct lws *wsi) {
    lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
}

static inline struct lws *web_adopt_socket(struct lws_vhost *vhost, int descriptor, int tls, void *opaque) {
    lws_adopt_desc_t info = {0};
    info.vh = vhost;
    info.type = (lws_adoption_type)(LWS_ADOPT_SOCKET | (tls ? LWS_ADOPT_ALLOW_SSL : 0));
    info.fd.sockfd = descriptor;
    info.opaque = opaque;
    return lws_adopt_descriptor_vhost_via_info(&info);
}

static inline struct lws *web_adopt_listener(struct lws_vhost *vhost, int descriptor, void *opaque) {
    lws_adopt_desc_t info = {0};
    info.vh = vhost;
    info.type = LWS_ADOPT_RAW_FILE_DESC;
    info.fd.filefd = descriptor;
    info.opaque = opaque;
    return lws_adopt_descriptor_vhost_via_info(&info);
}

/* Sockets: the enumerations, unions and GNU extensions that Swift's Glibc module does not offer. */
#include <arpa/inet.h>
#include <errno.h>
#include <malloc.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

extern int accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags);

static inline int web_bound_port(int descriptor) {
    struct sockaddr_storage address;
    socklen_t length = sizeof(address);
    if (getsockname(descriptor, (struct sockaddr *)&address, &length)) return 0;
    if (address.ss_family == AF_INET6) return ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
    return ntohs(((struct sockaddr_in *)&address)->sin_port);
}

/* A listening socket; -1 with errno set, -2 when the host is no numeric address. */
static inline int web_listen(const char *host, const char *port, int shared) {
    struct addrinfo hints, *address = NULL;
    int on = 1, descriptor;
    memset(&hints, 0, sizeof(hints));
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV;
    if (getaddrinfo(host, port, &hints, &address)) return -2;
    descriptor = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor >= 0) {
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
        if (shared) setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
        if (bind(descriptor, address->ai_addr, address->ai_addrlen) || listen(descriptor, 4096)) {
            int error = errno;
            close(descriptor);
            errno = error;
            descriptor = -1;
        }
    }
    freeaddrinfo(address);
    return descriptor;
}

/* The next waiting client, its address as text in `text`; -1 when none waits. */
static inline int web_accept(int listener, char *text, socklen_t size) {
    struct sockaddr_storage address;
    socklen_t length = sizeof(address);
    int on = 1, descriptor = accept4(listener, (struct sockaddr *)&address, &length, SOCK_CLOEXEC | SOCK_NONBLOCK);
    text[0] = 0;
    if (descriptor < 0) return -1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (address.ss_family == AF_INET6)
        inet_ntop(AF_INET6, &((struct sockaddr_in6 *)&address)->sin6_addr, text, size);
    else
        inet_ntop(AF_INET, &((struct sockaddr_in *)&address)->sin_addr, text, size);
    return descriptor;
}

static inline void web_send_now(int descriptor, const void *bytes, size_t count) {
    ssize_t sent = send(descriptor, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT);
    (void)sent;
}

static inline void web_name_thread(const char *name) { prctl(PR_SET_NAME, (unsigned long)name, 0, 0, 0); }

/* Gives unused heap memory back to the system. */
static inline void web_trim_memory(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}
