/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/http_inner.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CONNECTION_BYTES = 32 * 1024,              /* head, and the piece of a body that is read at once; cleared for each request */
    REQUEST_ARENA_BYTES = 512 * 1024 * 1024,
    KEPT_ARENA_BYTES = 256 * 1024,             /* larger ones are not kept for the next request */
    BACKLOG = 1024,
    CLOSE_TRIES = 5000,
    CLOSE_NAP_US = 1000
};

static const struct {
    const char *name;
    enum http_method method;
} methods[] = {
    { "GET", GET },         { "HEAD", HEAD },       { "POST", POST },       { "PUT", PUT },
    { "PATCH", PATCH },     { "DELETE", DELETE },   { "OPTIONS", OPTIONS }, { "TRACE", HTTP_KNOWN },
    { "CONNECT", HTTP_KNOWN },
};

static enum http_method method_of(struct str name)
{
    for (size_t i = 0; i < countof(methods); i++)
        if (str_eq(name, str_of(methods[i].name)))
            return methods[i].method;
    return HTTP_UNKNOWN;
}

static struct http_inner *inner_of(struct http_request *rq)
{
    return (struct http_inner *)rq;
}

/* Around each suspension; both in the library's thread of that connection. */
static void park(struct http_inner *in)
{
    in->parked = true;
    atomic_fetch_add(&in->server->parked, 1);
    MHD_suspend_connection(in->mhd);
}

static void unpark(struct http_inner *in)
{
    if (in->parked)
        atomic_fetch_sub(&in->server->parked, 1);
    in->parked = false;
}

static struct arena *arena_take(struct http_server *s)
{
    struct arena *a = NULL;

    pthread_mutex_lock(&s->lock);
    if (s->arena_count > 0)
        a = s->arenas[--s->arena_count];
    pthread_mutex_unlock(&s->lock);
    return a ? a : arena_new(REQUEST_ARENA_BYTES);
}

static void arena_give(struct http_server *s, struct arena *a)
{
    bool kept = false;

    if (arena_used(a) <= KEPT_ARENA_BYTES) {
        arena_reset(a);
        pthread_mutex_lock(&s->lock);
        if (s->arena_count < (int)countof(s->arenas)) {
            s->arenas[s->arena_count++] = a;
            kept = true;
        }
        pthread_mutex_unlock(&s->lock);
    }
    if (!kept)
        arena_free(a);
}

static void peer_print(const struct sockaddr *sa, char *to, size_t size)
{
    to[0] = 0;
    if (sa && sa->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)sa)->sin_addr, to, (socklen_t)size);
    else if (sa && sa->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr, to, (socklen_t)size);
}

static void on_connection(void *server, struct MHD_Connection *mhd, void **own,
                          enum MHD_ConnectionNotificationCode code)
{
    struct http_server *s = server;
    struct http_conn *k = *own;

    pthread_mutex_lock(&s->lock);
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        k = s->idle_conns;
        if (k)
            s->idle_conns = k->next;
        else
            k = ARENA_NEW(s->arena, struct http_conn);
        memset(k, 0, sizeof *k);
        k->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        k->server = s;
        k->fresh = true;
        k->since_us = http_now_us();
        peer_print(MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr, k->peer,
                   sizeof k->peer);
        k->next = s->conns.next;
        k->prev = &s->conns;
        k->next->prev = k->prev->next = k;
        atomic_fetch_add(&s->connections, 1);
        *own = k;
    } else if (k) {
        k->next->prev = k->prev;
        k->prev->next = k->next;
        k->next = s->idle_conns;
        s->idle_conns = k;
        atomic_fetch_sub(&s->connections, 1);
        *own = NULL;
    }
    pthread_mutex_unlock(&s->lock);
}

struct http_inner *http_request_begin(struct http_conn *k, const char *target, struct MHD_Connection *mhd)
{
    struct http_server *s = k->server;
    struct arena *a = arena_take(s);
    struct http_inner *in = ARENA_NEW(a, struct http_inner);

    in->rq.arena = a;
    in->rq.target = str_dup(a, str_of(target));
    in->rq.started = http_now_us();
    in->server = s;
    in->mhd = mhd;
    in->spool_fd = -1;
    in->length_bytes = -1;
    in->conn = k;
    in->rq.peer = str_dup(a, str_of(k->peer));
    k->request = in;
    atomic_fetch_add(&s->requests, 1);
    return in;
}

void http_request_end(struct http_inner *in)
{
    struct http_server *s = in->server;

    unpark(in);
    if (in->reply.stream) /* here, and not when the library frees its response, which may be after the arena is given back */
        in->stream.end(in->stream.self);
    if (in->reply.file && !in->replied)
        close(in->file.fd);
    if (in->reply.file && in->file.end)
        in->file.end(in->file.self);
    if (in->headed && s->door.gone)
        s->door.gone(s->door.self, &in->rq);
    in->conn->request = NULL;
    http_body_free(in);
    arena_give(s, in->rq.arena);
}

/* The request line is read. What is returned here comes back as *own of on_access. */
static void *on_line(void *server, const char *target, struct MHD_Connection *mhd)
{
    struct http_conn *k = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    struct http_inner *in = http_request_begin(k, target, mhd);

    (void)server;
    if (!atomic_load(&k->fresh)) /* the deadline of a later head runs from its first line */
        atomic_store(&k->since_us, in->rq.started);
    atomic_store(&k->line_read, true);
    return in;
}

static void on_gone(void *server, struct MHD_Connection *mhd, void **own, enum MHD_RequestTerminationCode code)
{
    struct http_inner *in = *own;
    struct http_conn *k;

    (void)server;
    (void)mhd;
    (void)code;
    if (!in)
        return;
    k = in->conn;
    http_request_end(in);
    atomic_store(&k->line_read, false);
    atomic_store(&k->fresh, false);
    atomic_store(&k->since_us, http_now_us());
    atomic_store(&k->phase, PHASE_HEAD);
    *own = NULL;
}

struct header_walk {
    struct arena *arena;
    struct http_header *headers;
    size_t count, cap;
};

static enum MHD_Result on_header(void *self, enum MHD_ValueKind kind, const char *name, size_t name_len,
                                 const char *value, size_t value_len)
{
    struct header_walk *w = self;

    (void)kind;
    if (w->count == w->cap) {
        size_t cap = w->cap ? w->cap * 2 : 24;

        w->headers = arena_grow(w->arena, w->headers, w->cap * sizeof *w->headers, cap * sizeof *w->headers);
        w->cap = cap;
    }
    /* The library keeps them until the request is gone: views are enough. */
    w->headers[w->count++] = (struct http_header){ { name, name_len }, { value ? value : "", value ? value_len : 0 } };
    return MHD_YES;
}

static ssize_t on_pull(void *self, uint64_t pos, char *to, size_t max)
{
    struct http_inner *in = self;
    ssize_t n;

    (void)pos;
    unpark(in);
    n = in->stream.pull(in->stream.self, to, max);
    return n < 0 ? MHD_CONTENT_READER_END_OF_STREAM : n;
}

static enum MHD_Result send_reply(struct http_inner *in)
{
    const struct http_reply *r = &in->reply;
    const bool last = r->close || in->in_chunks;
    struct MHD_Response *response;
    enum MHD_Result ok;

    atomic_store(&in->conn->phase, PHASE_BUSY);
    if (r->stream) {
        response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 16 * 1024, on_pull, in, NULL);
    } else if (r->file) {
        response = MHD_create_response_from_fd64((uint64_t)r->file->size_bytes, r->file->fd); /* which closes it */
    } else {
        response = MHD_create_response_from_buffer(r->body.len, (void *)(uintptr_t)(r->body.ptr ? r->body.ptr : ""),
                                                   MHD_RESPMEM_PERSISTENT);
    }
    if (!response)
        return MHD_NO;
    in->replied = true;
    for (size_t i = 0; i < r->header_count; i++)
        (void)MHD_add_response_header(response, str_cz(in->rq.arena, r->headers[i].name),
                                      str_cz(in->rq.arena, r->headers[i].value));
    if (last) {
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
        http_linger(in->conn);
    }
    ok = in->server->queue(in->mhd, (unsigned)r->status, response);
    MHD_destroy_response(response);
    return ok;
}

void http_request_read(struct http_inner *in, const char *method)
{
    struct header_walk w = { .arena = in->rq.arena };

    in->headed = true;
    in->rq.method_name = str_of(method);
    in->rq.method = method_of(in->rq.method_name);
    (void)MHD_get_connection_values_n(in->mhd, MHD_HEADER_KIND, on_header, &w);
    in->rq.headers = w.headers;
    in->rq.header_count = w.count;
}

bool http_request_head(struct http_inner *in)
{
    struct http_server *s = in->server;

    atomic_store(&in->conn->since_us, http_now_us());
    atomic_store(&in->conn->body_bytes, 0);
    atomic_store(&in->conn->phase, PHASE_BODY);
    return s->door.head(s->door.self, &in->rq);
}

void http_request_hand(struct http_inner *in)
{
    struct http_server *s = in->server;

    in->handed = true;
    s->door.whole(s->door.self, &in->rq);
}

/* The first call for a request: its head is there, nothing of its body is. */
static enum MHD_Result take_head(struct http_inner *in, const char *method, const char *url, const char *version)
{
    bool go_on;

    in->version = version;
    in->url = url;
    http_request_read(in, method);
    http_check_head(in);
    go_on = http_request_head(in);
    if (go_on && in->rq.trouble == HTTP_FINE && in->length_bytes > in->rq.max_bytes) {
        in->rq.trouble = HTTP_BODY_LARGE;
        if (in->length_bytes <= in->rq.max_bytes + HTTP_SWALLOW_BYTES &&
            str_is_null(http_header_find(&in->rq, STR("expect"))))
            return MHD_YES; /* read and dropped: who is still writing would not see an answer */
    }
    if (go_on && in->rq.trouble != HTTP_FINE)
        http_request_hand(in);
    if (!in->answered)
        return MHD_YES;
    if (in->rq.trouble != HTTP_FINE)
        in->reply.close = true;
    return send_reply(in);
}

static enum MHD_Result on_access(void *server, struct MHD_Connection *mhd, const char *url, const char *method,
                                 const char *version, const char *data, size_t *len, void **own)
{
    struct http_inner *in = *own;

    (void)server;
    (void)mhd;
    unpark(in);
    if (!in->headed)
        return take_head(in, method, url, version);
    if (*len > 0) {
        size_t n = *len;

        *len = 0;
        return http_body_take(in, data, n) ? MHD_YES : MHD_NO;
    }
    if (!in->handed) {
        atomic_store(&in->conn->phase, PHASE_BUSY);
        http_body_end(in);
        http_request_hand(in);
        if (in->deferred || !in->answered)
            return MHD_YES;
    }
    return send_reply(in);
}

void http_defer(struct http_request *rq)
{
    struct http_inner *in = inner_of(rq);

    in->deferred = true;
    park(in);
}

void http_answer_held(struct http_request *rq, const struct http_reply *reply)
{
    struct http_inner *in = inner_of(rq);

    assert(!in->answered);
    in->reply = *reply;
    if (reply->stream) {
        in->stream = *reply->stream;
        in->reply.stream = &in->stream;
    }
    if (reply->file) {
        in->file = *reply->file;
        in->reply.file = &in->file;
    }
    in->answered = true;
}

void http_go(struct http_request *rq)
{
    MHD_resume_connection(inner_of(rq)->mhd);
}

void http_answer(struct http_request *rq, const struct http_reply *reply)
{
    http_answer_held(rq, reply);
    if (inner_of(rq)->deferred)
        http_go(rq);
}

void http_sleep(struct http_request *rq)
{
    park(inner_of(rq));
}

void http_wake(struct http_request *rq)
{
    MHD_resume_connection(inner_of(rq)->mhd);
}

struct str http_header_find(const struct http_request *rq, struct str name)
{
    for (size_t i = 0; i < rq->header_count; i++)
        if (str_eq_nocase(rq->headers[i].name, name))
            return rq->headers[i].value;
    return STR_NULL;
}

int http_header_count(const struct http_request *rq, struct str name)
{
    int n = 0;

    for (size_t i = 0; i < rq->header_count; i++)
        if (str_eq_nocase(rq->headers[i].name, name))
            n++;
    return n;
}

/* "host:port" -> a listening socket. -1 with a fault. */
static int listen_on(struct ctx *c, struct str at)
{
    ptrdiff_t colon = -1;
    struct addrinfo hint = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE };
    struct addrinfo *found = NULL;
    struct str host;
    int fd = -1, on = 1;

    for (size_t i = 0; i < at.len; i++)
        if (at.ptr[i] == ':')
            colon = (ptrdiff_t)i;
    if (colon < 0)
        return -1;
    host = str_sub(at, 0, (size_t)colon);
    if (str_starts(host, STR("[")) && str_ends(host, STR("]")))
        host = str_sub(host, 1, host.len - 2);
    if (getaddrinfo(host.len == 0 || str_eq(host, STR("*")) ? NULL : str_cz(c->arena, host),
                    str_cz(c->arena, str_sub(at, (size_t)colon + 1, at.len)), &hint, &found) != 0)
        return -1;
    for (struct addrinfo *i = found; i && fd < 0; i = i->ai_next) {
        fd = socket(i->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0)
            continue;
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (bind(fd, i->ai_addr, i->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0) {
            close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(found);
    return fd;
}

static int port_of(int fd)
{
    struct sockaddr_storage sa;
    socklen_t len = sizeof sa;

    if (getsockname(fd, (struct sockaddr *)&sa, &len) != 0)
        return 0;
    return sa.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)(void *)&sa)->sin6_port)
                                    : ntohs(((struct sockaddr_in *)(void *)&sa)->sin_port);
}

/* Escapes stay: net/url.c decodes them, once. */
static size_t no_unescape(void *self, struct MHD_Connection *mhd, char *s)
{
    (void)self;
    (void)mhd;
    return strlen(s);
}

static struct MHD_Daemon *daemon_start(struct http_server *s, int fd)
{
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC;
    struct MHD_OptionItem pool[] = { { MHD_OPTION_THREAD_POOL_SIZE, s->conf.threads, NULL },
                                     { MHD_OPTION_END, 0, NULL } };
    struct MHD_OptionItem tls[] = {
        { MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)s->tls.cert.ptr },
        { MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)s->tls.key.ptr },
        { MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE" },
        { MHD_OPTION_END, 0, NULL }
    };
    struct MHD_OptionItem none[] = { { MHD_OPTION_END, 0, NULL } };

    if (s->tls.on)
        flags |= MHD_USE_TLS;
    return MHD_start_daemon(flags, 0, NULL, NULL, on_access, s, MHD_OPTION_LISTEN_SOCKET, fd,
                            MHD_OPTION_NOTIFY_CONNECTION, on_connection, s, MHD_OPTION_NOTIFY_COMPLETED, on_gone, s,
                            MHD_OPTION_URI_LOG_CALLBACK, on_line, s, MHD_OPTION_UNESCAPE_CALLBACK, no_unescape, s,
                            MHD_OPTION_STRICT_FOR_CLIENT, 0, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                            (size_t)CONNECTION_BYTES, MHD_OPTION_CONNECTION_LIMIT, (unsigned)s->conf.max_connections,
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)(s->conf.idle_us / SECOND_US), MHD_OPTION_ARRAY,
                            s->conf.threads > 1 ? pool : none, MHD_OPTION_ARRAY, s->tls.on ? tls : none, MHD_OPTION_END);
}

static enum err server_start(struct ctx *c, struct http_server *s, int fd)
{
    enum err e = http_tls_read(c, s->arena, &s->conf, &s->tls);

    if (e)
        return e;
    s->queue = http_library_queue();
    s->daemon = s->queue ? daemon_start(s, fd) : NULL;
    if (!s->daemon || pthread_create(&s->watcher, NULL, http_watch, s) != 0)
        return fault_set(c, ERR_AWAY, "the HTTP library does not start");
    return ERR_NONE;
}

enum err http_open(struct ctx *c, const struct http_conf *conf, const struct http_door *door,
                   struct http_server **server)
{
    struct arena *a = arena_new(0);
    struct http_server *s = ARENA_NEW(a, struct http_server);
    int fd = listen_on(c, conf->listen);
    enum err e;

    if (fd < 0) {
        arena_free(a);
        return fault_set(c, ERR_AWAY, "cannot listen on " STR_FMT, STR_ARG(conf->listen));
    }
    s->arena = a;
    s->quiet_fd = MHD_INVALID_SOCKET;
    s->conf = *conf;
    s->door = *door;
    s->conns.next = s->conns.prev = &s->conns;
    s->port = port_of(fd);
    pthread_mutex_init(&s->lock, NULL);
    e = server_start(c, s, fd);
    if (e) {
        close(fd);
        arena_free(a);
        return e;
    }
    *server = s;
    return ERR_NONE;
}

int http_port(const struct http_server *s)
{
    return s->port;
}

void http_quiesce(struct http_server *s)
{
    s->quiet_fd = MHD_quiesce_daemon(s->daemon);
    if (s->quiet_fd != MHD_INVALID_SOCKET)
        shutdown(s->quiet_fd, SHUT_RDWR); /* nobody is let in; its number stays taken, as the library's threads may look at it once more */
}

void http_close(struct http_server *s)
{
    atomic_store(&s->stopping, true);
    pthread_join(s->watcher, NULL);
    /* What was answered or ended a moment ago is still to be taken up by the library's threads. */
    for (int i = 0; i < CLOSE_TRIES && atomic_load(&s->parked) > 0; i++)
        usleep(CLOSE_NAP_US);
    MHD_stop_daemon(s->daemon);
    if (s->quiet_fd != MHD_INVALID_SOCKET)
        close(s->quiet_fd);
    http_linger_end(s);
    for (int i = 0; i < s->arena_count; i++)
        arena_free(s->arenas[i]);
    pthread_mutex_destroy(&s->lock);
    arena_free(s->arena);
}

void http_figures(const struct http_server *s, int64_t *connections, int64_t *requests)
{
    *connections = atomic_load(&((struct http_server *)(uintptr_t)s)->connections);
    *requests = atomic_load(&((struct http_server *)(uintptr_t)s)->requests);
}
