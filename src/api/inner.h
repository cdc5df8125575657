/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inner.h - what the files of the API's mechanism share; handlers do not include it.
 *
 * The way of a call: match (dispatch.c) -> guard (guard.c) -> prepare -> handler, in the server's thread or in a lane (lane.c) -> finish
 * (reply.c), which answers, counts and logs.
 */
#ifndef API_INNER_H
#define API_INNER_H

#include <pthread.h>
#include <stdatomic.h>

#include "api/api.h"

enum { LANE_THREADS_MAX = 64, ACTOR_SLOTS = 1024, RATE_SLOTS = 4096, USED_KEYS = 256, SECRET_BYTES = 32,
       EXPORTS_MOST = 32, EXPORTS_OF_ONE = 8 };

/* A queue and the threads that serve it. */
struct lane {
    struct api *api;
    void (*run)(struct lane *lane, struct call *first); /* a list, linked by next */
    int64_t take, room, waiting;
    int threads;
    pthread_t thread[LANE_THREADS_MAX];
    pthread_mutex_t lock;
    pthread_cond_t come;
    struct call *first, *last;
    bool stopping;
    atomic_int careful; /* the writer's: groups left that take a savepoint a call */
    bool in_turn;       /* one of its threads takes and works at a time; then they tell, in the order in which they worked */
    pthread_mutex_t work;
    pthread_cond_t told_one;
    int64_t turn, told; /* turns that have passed on, and that have told: under work, under lock */
};

void lane_open(struct lane *lane, struct api *api, int threads, int64_t take, int64_t room,
               void (*run)(struct lane *, struct call *));
/* Of a lane in turn, by each run, in this order: the next thread may take, and which turn this was; all who worked before that have told; this one has. Whoever
 * tells before others may work waits first, for lane->turn. */
int64_t lane_pass(struct lane *lane);
void lane_wait(struct lane *lane, int64_t turn);
void lane_told(struct lane *lane);
/* false: full, or stopping. The request has been deferred by the caller before. */
bool lane_put(struct lane *lane, struct call *call);
/* Serves what waits, then ends the threads. */
void lane_close(struct lane *lane);
int64_t lane_waiting(struct lane *lane);

/* The runs of the three lanes. */
void run_writes(struct lane *lane, struct call *first);
void run_hashes(struct lane *lane, struct call *first);
void run_reads(struct lane *lane, struct call *first);

/* Who a token names, remembered for a second. */
struct known_actor {
    uint8_t token[32];           /* its SHA-256 */
    int64_t until_us;
    int64_t generation;
    struct actor actor;
    enum lang lang;
    int64_t session;
    instant paid_until; /* of a key, as it was kept; by the wall */
};

/* Failures of sign-in by account or address. */
struct rate_slot {
    uint64_t key;
    int64_t failures;
    instant free_at;
};

struct endpoint_figures {
    _Atomic int64_t codes[6];    /* 1xx .. 5xx; [0] all */
    _Atomic int64_t spent_us;
    _Atomic int64_t under[8];    /* latency, by the table in metrics.c */
};

/* How a row's path begins, up to eight characters of what stands before its first {name}. */
struct path_head {
    uint64_t text, mask;
};

struct api {
    struct arena *arena;
    const struct house *house;
    struct api_conf conf;
    const struct endpoint *table;
    size_t table_count;
    const struct path_head *heads; /* a row each */
    struct endpoint_figures *figures;
    struct lane writes, hashes, reads;
    _Atomic bool stopping;
    _Atomic int64_t last_request;
    uint64_t boot;               /* random: makes request ids differ between runs */
    uint8_t secret[SECRET_BYTES]; /* of cursors and CSRF tokens; kept in the database */
    pthread_mutex_t actor_lock;
    struct known_actor actors[ACTOR_SLOTS];
    _Atomic int64_t generation;
    struct key_id used[USED_KEYS]; /* keys that were used since the last writing down; under actor_lock */
    size_t used_count;
    pthread_mutex_t rate_lock;
    struct rate_slot rates[RATE_SLOTS];
    pthread_mutex_t export_lock;
    int64_t exports[EXPORTS_MOST]; /* who is reading a table; 0: nobody */
    _Atomic int64_t commits, commit_calls, busy_again;
    _Atomic int64_t commit_sizes[8];
    _Atomic int64_t events[3];   /* by enum metrics_event */
    const struct http_server *server;
    struct http_door door;
};

/* dispatch.c: runs the handler inside call->tx, with what belongs to every call around it (idempotency). */
enum err call_run(struct call *call);
/* Back to the state before the handler ran, for another try. */
void call_rewind(struct call *call);
/* Guarded and prepared: to its lane, or run here. */
void call_go(struct call *call);

/* guard.c: the language of Accept-Language, if it names one of ours; it holds until a person is known who has chosen one */
void guard_lang(struct call *call);
/* before the body is looked at; and for event collection after it, which may hold the key */
enum err guard_call(struct call *call);
enum err guard_events(struct call *call);
/* What a token gives now, asked anew: ERR_NOT_FOUND when nothing any more. */
enum err guard_again(struct ctx *c, struct db_tx *tx, const uint8_t token[32], bool session, struct actor *actor, enum lang *lang);
struct str session_cookie_name(const struct house *house);
struct str csrf_of(struct call *call);

/* reply.c: answers. e: what the handler or the way to it returned. */
void call_finish(struct call *call, enum err e);
/* problem.c: the body of a fault. */
void problem_write(struct call *call, enum err e);
/* idem.c */
enum err idem_before(struct call *call, bool *answered);
enum err idem_after(struct call *call);
/* export.c: what a handler began and did not end. */
void export_drop(struct call *call);
/* assets.c: everything that is neither API nor collection. */
void assets_answer(struct call *call);
/* metrics.c */
void metrics_count(struct call *call, int status, int64_t spent_us);
/* cors.c */
void cors_headers(struct call *call);

#endif
