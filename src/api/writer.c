/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The writer: calls that wait share a transaction and its commit, and those that can, one walk (endpoint.h: many).
 *
 * One transaction, one commit, then the replies: a disk that takes 5 ms for a commit takes it for all of them. Calls hardly ever fail, so
 * a group is first run without savepoints (SQLite copies each page that changes under one: a third of the writer's work); when one
 * of its calls fails all is dropped and run again with a savepoint a call, as are the next groups. A call that lost a race (ERR_BUSY) is tried again alone, after the others' commit, a few times. A commit that fails fails all: none of
 * them was told anything yet.
 *
 * On SQLite the threads work in turn: while one waits for the disk and tells, the next has its transaction (db_commit_soon). What is told keeps the
 * order of commits.
 *
 * A call's now is read when its turn has come, inside the transaction: so time does not run backwards from one call to the next, whatever
 * the order in which their heads were read; and no two that tell scores are of one instant (clock_spend). */
#include "api/inner.h"

#include "api/live.h"
#include "sys/clock.h"

enum { TRIES = 6, TRY_AGAIN_US = 2000, CAREFUL_GROUPS = 16, GROUP_MAX = 256 };

struct fate {
    struct call *call;
    bool ran;
    enum err e;
};

static void count_commit(struct api *api, int64_t calls)
{
    int slot = 0;

    while (slot < 7 && ((int64_t)1 << slot) < calls)
        slot++;
    atomic_fetch_add(&api->commit_sizes[slot], 1);
    atomic_fetch_add(&api->commits, 1);
    atomic_fetch_add(&api->commit_calls, calls);
}

/* The commit holds: screens are told, then the client. */
static void tell(struct call *call, enum err e)
{
    if (e == ERR_NONE && call->actors_changed)
        api_forget_actors(call->house);
    if (e == ERR_NONE && call->messages.count > 0)
        live_publish(call->house->live, &call->messages);
    if (e == ERR_NONE && call->messages.posted && call->house->post)
        client_wake(call->house->post);
    call_finish(call, e);
}

/* The commit holds for all of them. Every answer is written before the first goes: who is answered is gone. */
static void tell_all(struct fate *fates, size_t count)
{
    struct http_request *told[GROUP_MAX];

    for (size_t i = 0; i < count; i++) {
        told[i] = fates[i].call->request;
        fates[i].call->reply_held = true;
        tell(fates[i].call, fates[i].e);
    }
    for (size_t i = 0; i < count; i++)
        http_go(told[i]);
}

static enum err try_alone(struct call *call, int64_t *commit)
{
    enum err e = call->endpoint->small ? db_write_small(&call->ctx, call->house->db, &call->tx)
                                       : db_write(&call->ctx, call->house->db, &call->tx);

    if (e)
        return e;
    call->ctx.now = clock_now();
    e = call_run(call);
    if (e) {
        db_drop(call->tx);
    } else {
        e = db_commit_soon(&call->ctx, call->tx, commit);
        count_commit(call->house->api, 1);
    }
    call->tx = NULL;
    return e;
}

/* Committed, and not settled. */
static enum err try_often(struct call *call, int64_t *commit)
{
    enum err e = ERR_BUSY;

    for (int i = 0; i < TRIES && e == ERR_BUSY; i++) {
        if (i > 0) {
            atomic_fetch_add(&call->house->api->busy_again, 1);
            clock_sleep_us(TRY_AGAIN_US << i);
            call_rewind(call);
        }
        e = try_alone(call, commit);
    }
    return e;
}

static enum err settle(struct call *call, int64_t commit, enum err e)
{
    return e ? e : db_settle(&call->ctx, call->house->db, commit);
}

static void run_alone(struct call *call)
{
    int64_t commit = 0;
    enum err e = try_often(call, &commit);

    tell(call, settle(call, commit, e));
}

/* As a group of its own. */
static void run_single(struct lane *lane, struct call *call)
{
    int64_t commit = 0, turn;
    enum err e = try_often(call, &commit);

    turn = lane_pass(lane);
    e = settle(call, commit, e);
    lane_wait(lane, turn);
    tell(call, e);
}

static enum err run_saved(struct call *call)
{
    enum err e = db_save(&call->ctx, call->tx);

    if (e)
        return e;
    call->ctx.now = clock_now();
    e = call_run(call);
    if (e) {
        db_save_undo(&call->ctx, call->tx);
        return e;
    }
    return db_save_keep(&call->ctx, call->tx);
}

/* Do both rows take many at once, for the same actor? */
static bool go_together(const struct call *a, const struct call *b)
{
    const struct actor *x = &a->ctx.actor, *y = &b->ctx.actor;

    return a->endpoint->many && a->endpoint->many == b->endpoint->many && x->kind == y->kind && x->id == y->id &&
           x->unverified == y->unverified;
}

/* fates[at] and those behind it that go with it, of which none has run: in one step. */
static enum err run_together(struct db_tx *tx, struct fate *fates, size_t at, size_t count)
{
    struct call *calls[GROUP_MAX];
    enum err own[GROUP_MAX];
    size_t place[GROUP_MAX], n = 0;
    enum err e;

    for (size_t i = at; i < count; i++) {
        struct call *call = fates[i].call;

        if (fates[i].ran || (i > at && !go_together(fates[at].call, call)))
            continue;
        call->tx = tx;
        call->ctx.now = clock_now();
        fates[i].ran = true;
        own[n] = ERR_NONE;
        place[n] = i;
        calls[n++] = call;
    }
    e = n > 1 ? calls[0]->endpoint->many(calls, n, own) : call_run(calls[0]);
    for (size_t i = 0; i < n; i++) {
        calls[i]->tx = NULL;
        fates[place[i]].e = own[i];
    }
    return e;
}

/* Without savepoints. false: a call failed, and nothing of the group has happened. */
static bool run_bare(struct lane *lane, struct fate *fates, size_t count)
{
    struct db_tx *tx = NULL;
    struct ctx *c = &fates[0].call->ctx;
    int64_t commit, turn;
    enum err e = db_write(c, lane->api->house->db, &tx);

    for (size_t i = 0; i < count && e == ERR_NONE; i++)
        if (!fates[i].ran)
            e = run_together(tx, fates, i, count);
    if (e == ERR_NONE) {
        e = db_commit_soon(c, tx, &commit);
        count_commit(lane->api, (int64_t)count);
        turn = lane_pass(lane);
        e = settle(fates[0].call, commit, e);
        lane_wait(lane, turn);
        for (size_t i = 0; i < count; i++)
            fates[i].e = e ? e : fates[i].e;
        tell_all(fates, count);
        return true;
    }
    if (tx)
        db_drop(tx);
    fault_clear(c);
    for (size_t i = 0; i < count; i++)
        if (fates[i].ran)
            call_rewind(fates[i].call);
    return false;
}

static void run_group(struct lane *lane, struct fate *fates, size_t count)
{
    struct db_tx *tx = NULL;
    struct ctx *c = &fates[0].call->ctx;
    enum err whole = db_write(c, lane->api->house->db, &tx);
    int64_t done = 0;

    for (size_t i = 0; i < count; i++) {
        fates[i].e = whole;
        if (whole)
            continue;
        fates[i].call->tx = tx;
        fates[i].e = run_saved(fates[i].call);
        fates[i].call->tx = NULL;
        done += fates[i].e == ERR_NONE;
    }
    if (whole == ERR_NONE && done == 0) {
        db_drop(tx);
    } else if (whole == ERR_NONE) {
        whole = db_commit(c, tx);
        count_commit(lane->api, done);
    }
    for (size_t i = 0; i < count; i++) {
        if (fates[i].e == ERR_NONE)
            fates[i].e = whole;
        if (fates[i].e != ERR_BUSY)
            tell(fates[i].call, fates[i].e);
    }
    for (size_t i = 0; i < count; i++) {
        if (fates[i].e != ERR_BUSY)
            continue;
        call_rewind(fates[i].call);
        run_alone(fates[i].call);
    }
}

/* In trouble each for himself: some may write all the same. */
static void run_each(struct call *first)
{
    for (struct call *k = first, *next; k; k = next) {
        next = k->next; /* who is answered is gone */
        run_alone(k);
    }
}

static void run_many(struct lane *lane, struct call *first)
{
    struct fate fates[GROUP_MAX] = { { 0 } };
    size_t count = 0;
    bool well = db_trouble_of(lane->api->house->db) == DB_WELL, bare = well && atomic_load(&lane->careful) == 0;

    for (struct call *k = first; k; k = k->next) /* lane->take is at most GROUP_MAX */
        fates[count++].call = k;
    if (bare && run_bare(lane, fates, count))
        return;
    if (bare)
        atomic_store(&lane->careful, CAREFUL_GROUPS);
    else if (well)
        atomic_fetch_sub(&lane->careful, 1);
    lane_wait(lane, lane->turn);
    if (well)
        run_group(lane, fates, count);
    else
        run_each(first);
    lane_pass(lane);
}

void run_writes(struct lane *lane, struct call *first)
{
    if (first->next)
        run_many(lane, first);
    else
        run_single(lane, first);
    lane_told(lane);
}

void run_hashes(struct lane *lane, struct call *first)
{
    (void)lane;
    call_go(first);
}

/* Long reads: the whole call, with a snapshot of its own. */
void run_reads(struct lane *lane, struct call *first)
{
    enum err e = ERR_NONE;

    (void)lane;
    if (first->endpoint->tx == TX_READ)
        e = db_read(&first->ctx, first->house->db, &first->tx);
    first->ctx.now = clock_now();
    if (e == ERR_NONE && first->endpoint->on != ON_LONG) /* one that is long by its nature, an export, takes what it takes */
        e = db_limit(&first->ctx, first->tx, first->house->api->conf.read_us);
    if (e == ERR_NONE)
        e = call_run(first);
    if (first->tx)
        db_drop(first->tx);
    first->tx = NULL;
    call_finish(first, e);
}
