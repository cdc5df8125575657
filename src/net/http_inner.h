/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* http_inner.h - what the files of the HTTP server share among themselves; nobody else includes it.
 *
 * A connection is in one phase at a time, told by the thread of the library that serves it; the watcher only reads it:
 *
 *   HEAD --head read--> BODY --whole--> BUSY --reply left--> HEAD ...
 *
 * HEAD and BODY have a deadline. BUSY has none here: the library's own idle time ends a reader that does not read.
 */
#ifndef NET_HTTP_INNER_H
#define NET_HTTP_INNER_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "net/http_server.h"

enum http_phase { PHASE_HEAD, PHASE_BODY, PHASE_BUSY };

struct http_conn {
    struct http_conn *next, *prev;
    int fd;
    _Atomic int phase;
    _Atomic bool line_read;     /* a request line came: a 408 can be read by somebody */
    _Atomic bool fresh;         /* no request yet on this connection */
    _Atomic bool ended;         /* shut by the watcher */
    _Atomic int64_t since_us;
    _Atomic int64_t body_bytes;
    char peer[64];
};

/* Of a refused body: so much is read and dropped, so that the answer can be read. */
enum { HTTP_SWALLOW_BYTES = 8 * 1024 * 1024 };

struct inflater;

struct http_inner {
    struct http_request rq; /* first: the two are one thing */
    struct http_server *server;
    struct MHD_Connection *mhd;
    struct http_conn *conn;
    bool headed, handed, deferred, answered, gzip;
    bool parked;            /* suspended, as far as the library's thread knows */
    struct http_reply reply;
    struct http_stream stream;
    char *body;             /* what has come so far */
    size_t body_len, body_cap;
    int64_t came_bytes;     /* before inflating */
    int64_t length_bytes;   /* Content-Length, or -1 */
    struct inflater *inflater;
    int spool_fd;
    void *map;
    size_t map_len;
};

struct http_server {
    struct arena *arena;
    struct http_conf conf;
    struct http_door door;
    struct MHD_Daemon *daemon;
    pthread_mutex_t lock;   /* conns, idle_conns, arenas */
    struct http_conn conns; /* a ring */
    struct http_conn *idle_conns;
    struct arena *arenas[64]; /* used ones, reset, for the next request */
    int arena_count;
    pthread_t watcher;
    _Atomic bool stopping;
    _Atomic int64_t connections, requests;
    _Atomic int64_t parked; /* suspended connections: the library must not be stopped while there are any */
    int port;
};

/* Microseconds of a clock that only runs forward. */
int64_t http_now_us(void);
/* Judges the head: sets rq.trouble, path, query, gzip, length_bytes. */
void http_check_head(struct http_inner *in, bool version_1_1);
/* Lines that end in CRLF and nothing else, none of them folded, no NUL within. */
bool http_check_lines(const struct http_inner *in, const char *method, const char *url, const char *version);
/* Takes a piece of the body; sets rq.trouble. false: too much was sent, the connection is to be dropped. */
bool http_body_take(struct http_inner *in, const char *data, size_t len);
/* All of it is here: rq.body stands, or rq.trouble says why not. */
void http_body_end(struct http_inner *in);
void http_body_free(struct http_inner *in);
/* The watcher's thread. */
void *http_watch(void *server);

#endif
