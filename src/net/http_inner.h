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
    struct http_server *server;
    struct http_inner *request; /* whose first line is read; of the library's thread alone */
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

/* A socket whose answer has been given before all was read: closed at once it would be reset, and the answer lost on the way. */
struct http_linger {
    int fd;
    int64_t until_us;
};

struct inflater;

struct http_inner {
    struct http_request rq; /* first: the two are one thing */
    struct http_server *server;
    struct MHD_Connection *mhd;
    const char *url, *version; /* the library's own texts, in the head as it came */
    struct http_conn *conn;
    bool headed, handed, deferred, answered, gzip;
    bool replied;           /* the reply is with the library, or written past it */
    bool parked;            /* suspended, as far as the library's thread knows */
    struct http_reply reply;
    struct http_stream stream;
    struct http_file file;
    char *body;             /* what has come so far */
    size_t body_len, body_cap;
    int64_t came_bytes;     /* before inflating */
    int64_t length_bytes;   /* Content-Length, or -1 */
    bool in_chunks;         /* its connection ends with it, see check_framing */
    struct inflater *inflater;
    int spool_fd;
    void *map;
    size_t map_len;
};

/* The library's own MHD_queue_response: see http_error.c. */
typedef enum MHD_Result (*http_queue_fn)(struct MHD_Connection *mhd, unsigned status, struct MHD_Response *response);

/* PEM, both of them, or neither. */
struct http_tls {
    bool on;
    struct str cert, key;
};

struct http_server {
    struct arena *arena;
    struct http_tls tls;
    http_queue_fn queue;
    struct http_conf conf;
    struct http_door door;
    struct MHD_Daemon *daemon;
    pthread_mutex_t lock;   /* conns, idle_conns, arenas, lingers */
    struct http_conn conns; /* a ring */
    struct http_conn *idle_conns;
    struct arena *arenas[64]; /* used ones, reset, for the next request */
    int arena_count;
    struct http_linger lingers[64]; /* oldest first */
    int linger_count;
    pthread_t watcher;
    _Atomic bool stopping;
    _Atomic int64_t connections, requests;
    _Atomic int64_t parked; /* suspended connections: the library must not be stopped while there are any */
    int port;
    int quiet_fd;           /* the door once it is shut; MHD_INVALID_SOCKET before */
};

/* Microseconds of a clock that only runs forward. */
int64_t http_now_us(void);
http_queue_fn http_library_queue(void);
/* Reads and judges the files; the texts live in a, ended by NUL. ERR_AWAY, ERR_BAD_FIELD with a note. */
NODISCARD enum err http_tls_read(struct ctx *c, struct arena *a, const struct http_conf *conf, struct http_tls *tls);
/* The life of a request: its first line is read; its headers are; the door's word on them (false: it has answered already); all of it that will
 * come is here; gone. */
struct http_inner *http_request_begin(struct http_conn *k, const char *target, struct MHD_Connection *mhd);
void http_request_read(struct http_inner *in, const char *method);
bool http_request_head(struct http_inner *in);
void http_request_hand(struct http_inner *in);
void http_request_end(struct http_inner *in);
/* Judges the head, its lines too, which end in CRLF and nothing else, none of them folded, no NUL within: sets rq.trouble, why, path, query, gzip,
 * length_bytes. */
void http_check_head(struct http_inner *in);
#define HTTP_WHY_LENGTH "Content-Length is to be one plain number"
/* Content-Length is digits only, once, or absent. */
bool http_length_is_plain(const struct http_request *rq);
/* Takes a piece of the body; sets rq.trouble. false: too much was sent, the connection is to be dropped. */
bool http_body_take(struct http_inner *in, const char *data, size_t len);
/* All of it is here: rq.body stands, or rq.trouble says why not. */
void http_body_end(struct http_inner *in);
void http_body_free(struct http_inner *in);
/* The connection's answer is its last: what still comes is read and dropped for a moment after the library has closed its side. */
void http_linger(struct http_conn *k);
void http_linger_end(struct http_server *s);
/* The watcher's thread. */
void *http_watch(void *server);

#endif
