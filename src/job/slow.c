/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "job/slow.h"

#include <stdatomic.h>

#include "sys/clock.h"
#include "sys/log.h"
#include "sys/thread.h"

enum { ROWS_MAX = 16, THREADS = 2, LOOK_US = 500000, TEST_LOOK_US = 50000, REST_US = 30000000, NEWS_BYTES = 1024 };
#define ARENA_BYTES ((size_t)4 << 30)

struct slow_jobs {
    struct arena *arena;
    const struct job_slow *table;
    struct db *db;
    struct flow *flow;
    struct job_ear ear;
    struct slow_thread {
        struct slow_jobs *jobs;
        pthread_t thread;
        bool by_itself, runs;
    } threads[THREADS];
    _Atomic bool stopping;
    int64_t rest_until[ROWS_MAX];
};

bool job_slow_stopping(const struct job_slow_call *call)
{
    return atomic_load(&((struct slow_jobs *)call->jobs)->stopping);
}

enum err job_slow_write(const struct job_slow_call *call, job_slow_deed *deed, void *what)
{
    struct ctx c = { .arena = arena_new(0), .now = clock_now(), .actor = { .kind = ACTOR_HOUSE } };
    struct db_tx *tx;
    enum err e = db_write(&c, call->db, &tx);

    if (!e) {
        c.now = clock_now();
        e = deed(&c, tx, what);
        if (e)
            db_drop(tx);
        else
            e = db_commit(&c, tx);
    }
    arena_free(c.arena);
    return e;
}

void job_slow_tell(const struct job_slow_call *call, const struct job_slow_news *news, const char *state, int64_t done, int64_t total)
{
    struct arena *a = arena_new(0);
    struct buf b = buf_new(a, NEWS_BYTES);
    struct json_out o = json_to(&b);

    json_begin(&o);
    json_key(&o, "id");
    json_put_id(&o, news->prefix, news->id);
    json_key(&o, "kind");
    json_put_text(&o, str_of(news->kind));
    json_key(&o, "state");
    json_put_text(&o, str_of(state));
    if (total >= 0) {
        json_key(&o, "done");
        json_put_int(&o, done);
        json_key(&o, "rows");
        json_put_int(&o, total);
    }
    json_end(&o);
    if (call->ear->tell)
        call->ear->tell(call->ear->self, "job.progress", news->user, buf_str(&b));
    arena_free(a);
}

static bool is_due(struct slow_jobs *j, int i, struct arena *a)
{
    struct ctx c = { .arena = a, .now = clock_now(), .actor = { .kind = ACTOR_HOUSE } };
    struct db_tx *tx;
    bool due = false;

    if (clock_mono_us() < j->rest_until[i] || db_read(&c, j->db, &tx) != ERR_NONE)
        return false;
    if (j->table[i].due(&c, tx, &due) != ERR_NONE)
        due = false;
    db_drop(tx);
    return due;
}

static void run(struct slow_jobs *j, int i, struct arena *a)
{
    struct job_slow_call call = { .ctx = { .arena = a, .now = clock_now(), .actor = { .kind = ACTOR_HOUSE } },
                                  .db = j->db, .flow = j->flow, .ear = &j->ear, .jobs = j };
    int64_t began = clock_mono_us();
    enum err e = j->table[i].work(&call);

    if (!e) {
        log_info(&call.ctx, "job.done", LOG_STR("job", str_of(j->table[i].name)), LOG_INT("ms", (clock_mono_us() - began) / 1000));
        return;
    }
    j->rest_until[i] = clock_mono_us() + REST_US;
    if (!job_slow_stopping(&call))
        log_error(&call.ctx, "job.failed", LOG_STR("job", str_of(j->table[i].name)), LOG_STR("code", str_of(err_slug(e))),
                  LOG_STR("why", call.ctx.fault.count ? str_of(call.ctx.fault.items[0].note) : STR("")));
}

static void *work(void *self)
{
    const struct slow_thread *t = self;
    struct slow_jobs *j = t->jobs;

    thread_give_way();
    while (!atomic_load(&j->stopping)) {
        bool worked = false;

        for (int i = 0; j->table[i].name && !atomic_load(&j->stopping); i++) {
            if (j->table[i].by_itself != t->by_itself)
                continue;
            /* A fresh arena each time: long work is rare, and what it took is given back. */
            struct arena *a = arena_new(ARENA_BYTES);

            if (is_due(j, i, a)) {
                arena_reset(a);
                run(j, i, a);
                worked = true;
            }
            arena_free(a);
        }
        if (!worked)
            clock_sleep_us(clock_is_test() ? TEST_LOOK_US : LOOK_US);
    }
    return NULL;
}

enum err job_slow_start(struct ctx *c, const struct job_slow *table, struct db *db, struct flow *flow,
                        const struct job_ear *ear, struct slow_jobs **jobs)
{
    struct arena *a = arena_new(0);
    struct slow_jobs *j = ARENA_NEW(a, struct slow_jobs);
    int count = 0;

    while (table[count].name)
        count++;
    assert(count <= ROWS_MAX);
    j->arena = a;
    j->table = table;
    j->db = db;
    j->flow = flow;
    j->ear = *ear;
    for (int i = 0; i < THREADS; i++) {
        struct slow_thread *t = &j->threads[i];

        t->jobs = j;
        t->by_itself = i == 1;
        t->runs = pthread_create(&t->thread, NULL, work, t) == 0;
        if (!t->runs) {
            job_slow_stop(j);
            return fault_set(c, ERR_AWAY, "no thread for long work");
        }
    }
    *jobs = j;
    return ERR_NONE;
}

void job_slow_stop(struct slow_jobs *j)
{
    atomic_store(&j->stopping, true);
    for (int i = 0; i < THREADS; i++)
        if (j->threads[i].runs)
            pthread_join(j->threads[i].thread, NULL);
    arena_free(j->arena);
}
