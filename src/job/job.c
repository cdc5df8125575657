/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "job/job.h"

#include <stdatomic.h>

#include "sys/clock.h"
#include "sys/log.h"

enum { JOBS_MAX = 32, LOOK_US = 200000, TEST_LOOK_US = 20000, TRIES = 5, AFTER_FAULT_US = 5000000 };

struct jobs {
    struct arena *arena;
    const struct job *table;
    struct db *db;
    struct flow *flow;
    struct job_ear ear;
    pthread_t thread;
    _Atomic bool stopping;
    instant due[JOBS_MAX];      /* by c->now, for every_us */
    int64_t kept[JOBS_MAX][JOB_KEPT];
    int64_t rest_until[JOBS_MAX]; /* by the running clock, after a fault */
};

static bool is_due(struct jobs *j, int i, struct ctx *c)
{
    const struct job *job = &j->table[i];
    struct db_tx *tx;
    instant at = INSTANT_NEVER;

    if (clock_mono_us() < j->rest_until[i])
        return false;
    if (job->every_us)
        return c->now >= j->due[i] || j->due[i] - c->now > job->every_us; /* further than it was ever put: the clock went back */
    if (db_read(c, j->db, &tx) != ERR_NONE)
        return false;
    if (job->next(c, tx, j->kept[i], &at) != ERR_NONE)
        at = INSTANT_NEVER;
    db_drop(tx);
    return at <= c->now;
}

static enum err run_once(struct jobs *j, const struct job *job, struct job_call *call)
{
    enum err e = db_write(&call->ctx, j->db, &call->tx);

    if (e)
        return e;
    call->ctx.now = clock_now(); /* the wait for the writers is over: nothing that was written is later */
    e = job->step(call);
    if (e)
        db_drop(call->tx);
    else
        e = db_commit(&call->ctx, call->tx);
    return e;
}

/* One piece of work. true: there is more. */
static bool run(struct jobs *j, int i, struct arena *a)
{
    const struct job *job = &j->table[i];
    struct job_call call;
    enum err e = ERR_BUSY;

    for (int k = 0; k < TRIES && e == ERR_BUSY; k++) {
        arena_reset(a);
        call = (struct job_call){ .ctx = { .arena = a, .now = clock_now(), .actor = { .kind = ACTOR_HOUSE } },
                                  .flow = j->flow,
                                  .ear = &j->ear,
                                  .messages = { .arena = a } };
        memcpy(call.kept, j->kept[i], sizeof call.kept);
        e = run_once(j, job, &call);
    }
    if (e) {
        const struct fault *f = &call.ctx.fault;

        log_error(&call.ctx, "job.failed", LOG_STR("job", str_of(job->name)), LOG_STR("code", str_of(err_slug(e))),
                  LOG_STR("why", f->count ? str_of(f->items[0].note) : STR("")));
        j->rest_until[i] = clock_mono_us() + AFTER_FAULT_US;
        return false;
    }
    memcpy(j->kept[i], call.kept, sizeof call.kept);
    if (call.done > 0)
        log_info(&call.ctx, "job.done", LOG_STR("job", str_of(job->name)), LOG_INT("count", call.done));
    if (call.messages.count > 0 && j->ear.publish)
        j->ear.publish(j->ear.self, &call.messages);
    if (call.messages.posted && j->ear.posted)
        j->ear.posted(j->ear.self);
    if (call.tell_event && j->ear.tell)
        j->ear.tell(j->ear.self, call.tell_event, call.tell_user, call.tell_json);
    if (!call.more && job->every_us)
        j->due[i] = call.ctx.now + job->every_us;
    return call.more;
}

static void *work(void *self)
{
    struct jobs *j = self;
    struct arena *a = arena_new(0);

    while (!atomic_load(&j->stopping)) {
        bool more = false;

        for (int i = 0; j->table[i].name && !atomic_load(&j->stopping); i++) {
            struct ctx c = { .arena = a, .now = clock_now(), .actor = { .kind = ACTOR_HOUSE } };

            arena_reset(a);
            if (is_due(j, i, &c))
                more = run(j, i, a) || more;
        }
        if (!more)
            clock_sleep_us(clock_is_test() ? TEST_LOOK_US : LOOK_US);
    }
    arena_free(a);
    return NULL;
}

enum err job_start(struct ctx *c, const struct job *table, struct db *db, struct flow *flow, const struct job_ear *ear,
                   struct jobs **jobs)
{
    struct arena *a = arena_new(0);
    struct jobs *j = ARENA_NEW(a, struct jobs);
    int count = 0;

    while (table[count].name)
        count++;
    assert(count <= JOBS_MAX);
    j->arena = a;
    j->table = table;
    j->db = db;
    j->flow = flow;
    j->ear = *ear;
    if (pthread_create(&j->thread, NULL, work, j) != 0) {
        arena_free(a);
        return fault_set(c, ERR_AWAY, "no thread for jobs");
    }
    *jobs = j;
    return ERR_NONE;
}

void job_stop(struct jobs *j)
{
    atomic_store(&j->stopping, true);
    pthread_join(j->thread, NULL);
    arena_free(j->arena);
}
