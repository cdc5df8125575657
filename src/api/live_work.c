/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The thread that turns messages into events. Messages of one kind are rendered together, and what is said twice of the same lead in one go is
 * said once: a batch of a thousand events of a hundred leads is a hundred rows and a few statements. While nobody listens nothing is
 * read; who comes back later is told `reset`. */
#include "api/live_inner.h"

#include <time.h>

#include "base/map.h"

#include "sys/clock.h"
#include "sys/log.h"

enum { CHUNK = 64, CHANGED_MAX = 1024, LISTENED_US = 60000000 };

/* Rights as they are now; who has lost all loses the stream. The database is asked without the lock, about copies of the tokens. */
static void ask_rights(struct live *l, struct ctx *c, struct db_tx *tx)
{
    struct asked {
        uint8_t token[32];
        bool session;
        enum err e;
        struct actor actor;
    } *seen;
    size_t count = 0, room;

    pthread_mutex_lock(&l->lock);
    room = (size_t)l->stream_count;
    seen = ARENA_ARRAY(c->arena, struct asked, room + 1);
    for (struct stream *s = l->first_stream; s && count < room; s = s->next) {
        memcpy(seen[count].token, s->token, 32);
        seen[count++].session = s->session;
    }
    pthread_mutex_unlock(&l->lock);
    for (size_t i = 0; i < count; i++)
        seen[i].e = guard_again(c, tx, seen[i].token, seen[i].session, &seen[i].actor);
    pthread_mutex_lock(&l->lock);
    for (struct stream *s = l->first_stream; s; s = s->next)
        for (size_t i = 0; i < count; i++) {
            if (memcmp(seen[i].token, s->token, 32) != 0)
                continue;
            if (seen[i].e == ERR_NONE)
                s->actor = seen[i].actor;
            s->dead = s->dead || seen[i].e == ERR_NOT_FOUND;
            if (s->dead)
                live_wake(s);
            break;
        }
    pthread_mutex_unlock(&l->lock);
}

/* Waits for messages, at most until the next look. Takes them all. */
static struct message *take(struct live *l, struct arena *a, size_t *count, bool *lost)
{
    struct message *list = NULL;
    instant at = clock_wall() + LOOK_US; /* a condition's deadline is told in the time of the wall */
    struct timespec until = { at / SECOND_US, at % SECOND_US * 1000 };

    pthread_mutex_lock(&l->lock);
    if (l->inbox_count == 0 && !l->stopping)
        pthread_cond_timedwait(&l->come, &l->lock, &until);
    *count = l->inbox_count;
    *lost = l->lost;
    l->lost = false;
    if (*count) {
        list = ARENA_ARRAY(a, struct message, *count);
        for (size_t i = 0; i < *count; i++)
            list[i] = l->inbox[(l->inbox_first + i) % INBOX];
        l->inbox_first = (l->inbox_first + *count) % INBOX;
        l->inbox_count = 0;
    }
    pthread_mutex_unlock(&l->lock);
    return list;
}

static bool says_the_same(const struct message *a, const struct message *b)
{
    return a->lead.v == b->lead.v && a->task.v == b->task.v && a->user.v == b->user.v && a->before.v == b->before.v;
}

/* Those of one kind, each thing once; at most max, *cut tells of more. */
static size_t pick(struct arena *a, const struct message *list, size_t count, enum message_kind kind, struct message *to,
                   size_t max, bool *cut)
{
    struct map seen = map_new(a, 256);
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        struct str key = str_print(a, "%llx %llx %llx %llx", (unsigned long long)list[i].lead.v,
                                   (unsigned long long)list[i].task.v, (unsigned long long)list[i].user.v,
                                   (unsigned long long)list[i].before.v);

        if (list[i].kind != kind)
            continue;
        if (map_find(&seen, key)) {
            assert(says_the_same(map_find(&seen, key), &list[i]));
            continue;
        }
        if (n == max) {
            *cut = true;
            return n;
        }
        to[n] = list[i];
        map_put(&seen, key, &to[n++]);
    }
    return n;
}

static void tell_some(struct live *l, struct call *call, enum message_kind kind, struct message *list, size_t n)
{
    const struct live_kind *row = &l->kinds[kind];
    struct str json[CHUNK] = { { 0 } };
    enum err e = row->render(call, list, n, json);

    if (e) {
        log_warn(&call->ctx, "live.lost", LOG_STR("event", str_of(row->event)), LOG_STR("code", str_of(err_slug(e))));
        return;
    }
    pthread_mutex_lock(&l->lock);
    for (size_t i = 0; i < n; i++) {
        struct entry what = { .event = row->event, .user = list[i].user, .before = list[i].before, .for_all = row->for_all };

        if (json[i].ptr && json[i].len <= EVENT_BYTES)
            live_ring_add(l, &what, json[i]);
    }
    for (struct stream *s = l->first_stream; s; s = s->next)
        live_wake(s);
    pthread_mutex_unlock(&l->lock);
}

static void tell_kinds(struct live *l, struct call *call, const struct message *list, size_t count, bool *cut)
{
    /* What people wait for goes first. */
    static const enum message_kind order[] = { MESSAGE_LEAD_HOT,     MESSAGE_LEAD_ASSIGNED,   MESSAGE_LEAD_WAITING,
                                               MESSAGE_TASK_CHANGED, MESSAGE_MODEL_PUBLISHED, MESSAGE_LEAD_CHANGED };
    struct message *some = ARENA_ARRAY(call->ctx.arena, struct message, CHANGED_MAX);

    static_assert(countof(order) == MESSAGE_KINDS, "each kind has its turn");
    for (size_t k = 0; k < countof(order); k++) {
        size_t n = pick(call->ctx.arena, list, count, order[k], some, CHANGED_MAX, cut);

        for (size_t i = 0; i < n; i += CHUNK)
            tell_some(l, call, order[k], some + i, n - i < CHUNK ? n - i : CHUNK);
    }
}

static void tell_all(struct live *l, struct ctx *c, const struct message *list, size_t count, bool ask, bool *cut)
{
    struct call call = { .ctx = *c, .house = l->house, .messages = { .arena = c->arena } };

    if (db_read(&call.ctx, l->house->db, &call.tx) != ERR_NONE) {
        log_warn(c, "live.lost", LOG_INT("messages", (int64_t)count));
        *cut = true;
        return;
    }
    if (ask)
        ask_rights(l, &call.ctx, call.tx);
    if (count > 0)
        tell_kinds(l, &call, list, count, cut);
    db_drop(call.tx);
}

/* Everybody is to read anew: what was said since is not in the ring. */
static void reset_all(struct live *l)
{
    pthread_mutex_lock(&l->lock);
    l->first = ++l->next;
    for (struct stream *s = l->first_stream; s; s = s->next)
        live_wake(s);
    pthread_mutex_unlock(&l->lock);
}

static void beat(struct live *l)
{
    pthread_mutex_lock(&l->lock);
    for (struct stream *s = l->first_stream; s; s = s->next) {
        s->beat = true;
        live_wake(s);
    }
    pthread_mutex_unlock(&l->lock);
}

static bool somebody_listens(struct live *l)
{
    bool yes;

    pthread_mutex_lock(&l->lock);
    yes = l->stream_count > 0 || (l->left_us && clock_mono_us() - l->left_us < LISTENED_US);
    pthread_mutex_unlock(&l->lock);
    return yes;
}

/* One round: what has come, rights when something about them has changed or it is time, heartbeats when due. */
static void round_of(struct live *l, struct arena *a, int64_t *beaten, int64_t *generation)
{
    struct ctx c = { .arena = a, .actor = { .kind = ACTOR_HOUSE }, .lang = l->house->lang };
    size_t count;
    bool lost, due = clock_mono_us() - *beaten >= BEAT_US;
    struct message *list = take(l, a, &count, &lost);
    int64_t now_generation = l->house->api ? atomic_load(&l->house->api->generation) : 0;
    bool ask = due || now_generation != *generation;

    c.now = clock_now();
    *generation = now_generation;
    if (count > 0 && !somebody_listens(l))
        lost = true;
    else if (count > 0 || ask)
        tell_all(l, &c, list, count, ask, &lost);
    if (lost)
        reset_all(l);
    if (due) {
        beat(l);
        *beaten = clock_mono_us();
    }
}

void *live_work(void *self)
{
    struct live *l = self;
    struct arena *a = arena_new(0);
    int64_t beaten = clock_mono_us(), generation = 0;
    bool stop = false;

    while (!stop) {
        round_of(l, a, &beaten, &generation);
        arena_reset(a);
        pthread_mutex_lock(&l->lock);
        stop = l->stopping;
        pthread_mutex_unlock(&l->lock);
    }
    arena_free(a);
    return NULL;
}
