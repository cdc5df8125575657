/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* http_server.h - HTTP/1.1 on a port: bytes in, whole requests out; a reply now, later, or as a stream.
 *
 * libmicrohttpd reads and writes on a few threads of its own (epoll), in the clear or by TLS (1.2 and 1.3, GnuTLS). What this file adds: limits known before a body is
 * read, deadlines for head and body, gzip bodies inflated under a cap, a check of what the library lets through (doubled or odd lengths,
 * unknown codings, two hosts), and replies that wait.
 *
 *   head   called when the head is read: sets the limits of the body, or answers at once
 *   whole  called with the whole request: answers now (http_answer), or calls http_defer first and is answered
 *          later by any thread
 *
 * Invariants
 *   1. A request is answered exactly once, and lives until its reply has left or its connection is gone; then `gone` is called.
 *   2. http_defer comes before the request is handed to another thread.
 *   3. Text of the reply lives in the request's arena or for ever; a file given to a reply is closed by the server.
 */
#ifndef NET_HTTP_SERVER_H
#define NET_HTTP_SERVER_H

#include <sys/types.h>

#include "base/ctx.h"

enum http_method { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, HTTP_KNOWN, HTTP_UNKNOWN };

struct http_header {
    struct str name, value;
};

/* What is wrong with a request, found before anyone asked for its meaning. */
enum http_trouble {
    HTTP_FINE,
    HTTP_BAD_HEAD,     /* 400: lengths, codings, hosts, a path that cannot be decoded */
    HTTP_BAD_CODING,   /* 501: an unknown transfer coding */
    HTTP_BODY_LARGE,   /* 413: over max_bytes or max_inflated */
    HTTP_BODY_TYPE,    /* 415: a content coding that is not gzip */
    HTTP_BODY_BROKEN,  /* 400: gzip that is none, or ends early */
    HTTP_LONG_TARGET,  /* 414 */
    HTTP_LONG_HEAD     /* 431 */
};

struct http_request {
    struct arena *arena;
    enum http_method method;
    struct str method_name;
    struct str target;              /* as it came */
    struct str path;                /* decoded and clean; "" when trouble is HTTP_BAD_HEAD */
    struct str query;               /* as it came, without '?'; STR_NULL if none */
    const struct http_header *headers;
    size_t header_count;
    struct str body;                /* whole, inflated */
    struct str peer;                /* the address that the connection came from */
    instant started;                /* of a clock that only runs forward: for durations */
    enum http_trouble trouble;
    const char *why;                /* what the trouble is, in English, or NULL */
    int64_t max_bytes, max_inflated; /* set by head; 0: no body is allowed */
    bool spool;                     /* set by head: the body waits in a file, and is mapped, not held in memory */
    void *own;                      /* whatever the door wants to keep with it */
};

struct http_stream {
    /* Fills at most max bytes; 0: nothing yet (it has called http_sleep); -1: the end. */
    ssize_t (*pull)(void *self, char *to, size_t max);
    void (*end)(void *self);        /* the connection is gone; called once */
    void *self;
};

/* A file whose reading costs no memory. The server closes it; end (if any) is called once, when the request is gone. */
struct http_file {
    int fd;
    int64_t size_bytes;
    void (*end)(void *self);
    void *self;
};

struct http_reply {
    int status;
    const struct http_header *headers;
    size_t header_count;
    struct str body;
    const struct http_stream *stream; /* instead of body */
    const struct http_file *file;   /* instead of body */
    bool close;                     /* end the connection afterwards */
};

struct http_door {
    void *self;
    bool (*head)(void *self, struct http_request *rq); /* false: it has answered */
    void (*whole)(void *self, struct http_request *rq);
    void (*gone)(void *self, struct http_request *rq);
};

struct http_conf {
    struct str listen;              /* "127.0.0.1:8080", "[::1]:8080", "*:8080" */
    struct str tls_cert, tls_key;   /* files in PEM: the chain and its key; both empty: no TLS */
    struct str spool_dir;           /* a folder for large bodies */
    int64_t threads;
    int64_t max_connections;
    int64_t head_deadline_us;       /* from the connection, or the last reply, to the end of the head */
    int64_t body_deadline_us;       /* and a second more for each 16 KiB that came */
    int64_t idle_us;                /* between requests, and of a reader that does not read */
};

struct http_server;

/* Listens and serves until http_close. ERR_AWAY with a note when the address is taken or malformed; ERR_BAD_FIELD: the certificate. */
NODISCARD enum err http_open(struct ctx *c, const struct http_conf *conf, const struct http_door *door,
                             struct http_server **server);
/* The port that it listens on (for ":0"). */
int http_port(const struct http_server *s);
/* No new connections from now on. */
void http_quiesce(struct http_server *s);
/* Ends all connections. No request may be waiting for an answer. */
void http_close(struct http_server *s);

/* A new file without a name in the spool folder, for replies; -1 with errno. From any thread. */
int http_spool_open(struct http_request *rq);

void http_defer(struct http_request *rq);
void http_answer(struct http_request *rq, const struct http_reply *reply);
/* The same in two steps, for many deferred requests that are answered together: each is given its answer, then all go. A thread of the library that is
 * woken by the first finds the others too, instead of going to sleep and being woken for each. */
void http_answer_held(struct http_request *rq, const struct http_reply *reply);
void http_go(struct http_request *rq);
/* Inside pull: nothing to send. / From any thread: there is again. The caller sees to it that each sleep gets at most one wake, and none
 * after end. */
void http_sleep(struct http_request *rq);
void http_wake(struct http_request *rq);

/* The first header of that name, letters' case aside; STR_NULL if absent. */
struct str http_header_find(const struct http_request *rq, struct str name);
/* How often it is there. */
int http_header_count(const struct http_request *rq, struct str name);

/* Connections open now, and requests begun so far. */
void http_figures(const struct http_server *s, int64_t *connections, int64_t *requests);

#endif
