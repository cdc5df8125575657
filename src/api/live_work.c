/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The thread that turns messages into events. Hot leads, assignments and tasks are told at once: also in the middle of a telling of changed
 * leads, five hundred of which take longer than many a commit. Changed leads are gathered, each
 * once, and told a few times a second, so many and no more: when events pour in, telling of each would take the time that
 * is needed to take them. Who looks at lists is then told `reset`, now and then, and nothing that people wait for is lost by it. While
 * nobody listens nothing is read; who comes back later is told `reset`. */
#include "api/live_inner.h"

#include <time.h>

#include "base/map.h"

#include "sys/clock.h"
#include "sys/log.h"

enum {
    CHUNK = 64,
    CHANGED_CHUNK = 8,        /* changed leads between two looks for what people wait for */
    SOME_MAX = 2048,          /* messages of one kind in a round */
    STALE_US = 5000000,       /* between two events that say: more has changed than can be told */
    LISTENED_US = 60000000
};

/* What the thread keeps from round to round. */
struct work {
    struct live *live;
    struct arena *arena;      /* of the round */
    int64_t beaten_us, told_us, stale_us, generation;
    struct changed changed;
};

struct asked {
    uint8_t token[32];
    bool session;
    enum err e;
    struct actor actor;
    enum lang lang;
};

/* A program has said in whose language it listens; a person may choose another. The screen where it was chosen reads anew by itself, and others stay as they are. */
static void answer_rights(struct stream *s, const struct asked *is)
{
    if (is->e == ERR_NONE)
        s->actor = is->actor;
    if (is->e == ERR_NONE && s->session && s->lang != is->lang) {
        live_set_lang(s, is->lang);
        live_wake(s);
    }
    s->dead = s->dead || is->e == ERR_NOT_FOUND;
    if (s->dead)
        live_wake(s);
}

/* Rights and languages as they are now; who has lost all rights loses the stream. The database is asked without the lock, about copies of the tokens. */
static void ask_rights(struct live *l, struct ctx *c, struct db_tx *tx)
{
    struct asked *seen;
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
        seen[i].e = guard_again(c, tx, seen[i].token, seen[i].session, &seen[i].actor, &seen[i].lang);
    pthread_mutex_lock(&l->lock);
    for (struct stream *s = l->first_stream; s; s = s->next)
        for (size_t i = 0; i < count; i++) {
            if (memcmp(seen[i].token, s->token, 32) != 0)
                continue;
            answer_rights(s, &seen[i]);
            break;
        }
    pthread_mutex_unlock(&l->lock);
}

/* Waits for messages, at most until the next look. Takes them all. */
static struct message *take(struct work *w, int64_t wait_us, size_t *count, bool *lost)
{
    struct live *l = w->live;
    struct message *list = NULL;
    instant at = clock_wall() + wait_us; /* a condition's deadline is told in the time of the wall */
    struct timespec until = { at / SECOND_US, at % SECOND_US * 1000 };

    pthread_mutex_lock(&l->lock);
    if (l->inbox_count == 0 && !l->stopping)
        pthread_cond_timedwait(&l->come, &l->lock, &until);
    *count = l->inbox_count;
    *lost = l->lost;
    l->lost = false;
    w->changed.stale = w->changed.stale || l->stale;
    l->stale = false;
    l->urgent = false;
    if (*count) {
        list = ARENA_ARRAY(w->arena, struct message, *count);
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
    struct map seen = { 0 };
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        struct str key;

        if (list[i].kind != kind)
            continue;
        if (n == 0)
            seen = map_new(a, 0);
        key = str_print(a, "%llx %llx %llx %llx", (unsigned long long)list[i].lead.v, (unsigned long long)list[i].task.v,
                        (unsigned long long)list[i].user.v, (unsigned long long)list[i].before.v);
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

static unsigned langs_read(struct live *l)
{
    unsigned langs;

    pthread_mutex_lock(&l->lock);
    langs = l->langs;
    pthread_mutex_unlock(&l->lock);
    return langs;
}

/* json: of one message in each of the languages; where it says the same in several it stands once for all of them. */
static void tell_one(struct live *l, struct entry *what, const struct str json[LANG_COUNT], unsigned langs)
{
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        if (!(langs >> lang & 1))
            continue;
        what->langs = 0;
        for (int other = lang; other < LANG_COUNT; other++)
            if ((langs >> other & 1) && str_eq(json[lang], json[other]))
                what->langs |= 1u << other;
        langs &= ~what->langs;
        if (json[lang].ptr && json[lang].len <= EVENT_BYTES)
            live_ring_add(l, what, json[lang]);
    }
}

static void tell_some(struct live *l, struct call *call, enum message_kind kind, struct message *list, size_t n)
{
    const struct live_kind *row = &l->kinds[kind];
    struct str json[LANG_COUNT][CHUNK] = { { { 0 } } };
    struct entry missed = { .event = "reset", .for_all = true };
    unsigned langs = langs_read(l);
    enum err e = ERR_NONE;

    for (int lang = 0; lang < LANG_COUNT && !e; lang++)
        if (langs >> lang & 1) {
            call->ctx.lang = (enum lang)lang;
            e = row->render(call, list, n, json[lang]);
        }
    if (e) {
        log_warn(&call->ctx, "live.lost", LOG_STR("event", str_of(row->event)), LOG_STR("code", str_of(err_slug(e))));
        return;
    }
    pthread_mutex_lock(&l->lock);
    for (size_t i = 0; i < n; i++) {
        struct entry what = { .event = row->event, .user = list[i].user, .before = list[i].before, .for_all = row->for_all };
        struct str told[LANG_COUNT];

        for (int lang = 0; lang < LANG_COUNT; lang++)
            told[lang] = json[lang][i];
        tell_one(l, &what, told, langs);
    }
    missed.langs = l->langs & ~langs; /* somebody has come who reads in another, while this was written */
    if (missed.langs)
        live_ring_add(l, &missed, STR("{}"));
    live_wake_all(l);
    pthread_mutex_unlock(&l->lock);
}

static void tell_urgent(struct live *l, struct call *call, const struct message *list, size_t count, bool *cut)
{
    static const enum message_kind order[] = { MESSAGE_LEAD_HOT, MESSAGE_LEAD_ASSIGNED, MESSAGE_LEAD_WAITING,
                                               MESSAGE_TASK_CHANGED, MESSAGE_TASK_REMINDED, MESSAGE_MODEL_PUBLISHED,
                                               MESSAGE_SKILL_CHANGED };
    struct message *some = arena_alloc(call->ctx.arena, (count < SOME_MAX ? count : SOME_MAX) * sizeof *some);

    static_assert(countof(order) + 1 == MESSAGE_KINDS, "each kind has its turn; changed leads have theirs");
    for (size_t k = 0; k < countof(order); k++) {
        size_t n = pick(call->ctx.arena, list, count, order[k], some, SOME_MAX, cut);

        for (size_t i = 0; i < n; i += CHUNK)
            tell_some(l, call, order[k], some + i, n - i < CHUNK ? n - i : CHUNK);
    }
}

void live_changed_add(struct changed *w, const struct message *m)
{
    size_t at = (size_t)((uint64_t)m->lead.v * 0x9e3779b97f4a7c15u >> 32) % CHANGED_SLOTS;

    while (w->slots[at]) {
        if (w->items[w->slots[at] - 1].lead.v == m->lead.v)
            return;
        at = (at + 1) % CHANGED_SLOTS;
    }
    if (w->count == CHANGED_MAX) {
        w->stale = true;
        return;
    }
    w->items[w->count++] = *m;
    w->slots[at] = (uint16_t)w->count;
}

void live_changed_drop(struct changed *w, size_t n)
{
    size_t count = w->count, left = count - n;

    memset(w->slots, 0, sizeof w->slots);
    w->count = 0;
    for (size_t i = 0; i < left; i++) {
        struct message m = w->items[n + i]; /* it moves towards the front */

        live_changed_add(w, &m);
    }
}

static bool urgent_waits(struct live *l)
{
    bool yes;

    pthread_mutex_lock(&l->lock);
    yes = l->urgent;
    pthread_mutex_unlock(&l->lock);
    return yes;
}

/* All of them, or those of one chunk when something comes that people wait for; the rest follows it at once. */
static void tell_changed(struct work *w, struct call *call)
{
    struct changed *g = &w->changed;
    size_t told = 0;

    while (told < g->count && (told == 0 || !urgent_waits(w->live))) {
        size_t n = g->count - told < CHANGED_CHUNK ? g->count - told : CHANGED_CHUNK;

        tell_some(w->live, call, MESSAGE_LEAD_CHANGED, g->items + told, n);
        told += n;
    }
    live_changed_drop(g, told);
    if (g->count == 0)
        w->told_us = clock_mono_us();
}

/* An event like others: it takes nothing away from those before it. */
static void tell_stale(struct work *w)
{
    struct entry what = { .event = "reset", .langs = EVERY_LANG, .for_all = true };
    struct live *l = w->live;

    w->changed.stale = false;
    w->stale_us = clock_mono_us();
    pthread_mutex_lock(&l->lock);
    live_ring_add(l, &what, STR("{}"));
    live_wake_all(l);
    pthread_mutex_unlock(&l->lock);
}

static void tell_all(struct work *w, struct ctx *c, const struct message *list, size_t count, bool ask, bool *cut)
{
    struct call call = { .ctx = *c, .house = w->live->house, .messages = { .arena = c->arena } };

    if (db_read(&call.ctx, w->live->house->db, &call.tx) != ERR_NONE) {
        log_warn(c, "live.lost", LOG_INT("messages", (int64_t)count));
        *cut = true;
        live_changed_drop(&w->changed, w->changed.count);
        return;
    }
    if (ask)
        ask_rights(w->live, &call.ctx, call.tx);
    if (count > 0)
        tell_urgent(w->live, &call, list, count, cut);
    for (size_t i = 0; i < count; i++)
        if (list[i].kind == MESSAGE_LEAD_CHANGED)
            live_changed_add(&w->changed, &list[i]);
    if (w->changed.count > 0 && clock_mono_us() - w->told_us >= CHANGED_US)
        tell_changed(w, &call);
    db_drop(call.tx);
}

/* Everybody is to read anew: what was said since is not in the ring. */
static void reset_all(struct live *l)
{
    pthread_mutex_lock(&l->lock);
    l->first = ++l->next;
    live_wake_all(l);
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

static int64_t wait_of(const struct work *w)
{
    int64_t left = w->told_us + CHANGED_US - clock_mono_us();

    return w->changed.count == 0 || left > LOOK_US ? LOOK_US : left > 0 ? left : 0;
}

/* One round: what has come, rights when something about them has changed or it is time, heartbeats when due. */
static void round_of(struct work *w)
{
    struct live *l = w->live;
    struct ctx c = { .arena = w->arena, .actor = { .kind = ACTOR_HOUSE }, .lang = l->house->lang };
    size_t count;
    bool lost, due = clock_mono_us() - w->beaten_us >= BEAT_US;
    struct message *list = take(w, wait_of(w), &count, &lost);
    int64_t generation = atomic_load(&l->house->api->generation);
    bool ask = due || generation != w->generation;

    c.now = clock_now();
    w->generation = generation;
    if ((count > 0 || w->changed.count > 0) && !somebody_listens(l)) {
        live_changed_drop(&w->changed, w->changed.count);
        lost = true;
    } else if (count > 0 || w->changed.count > 0 || ask) {
        tell_all(w, &c, list, count, ask, &lost);
    }
    if (lost)
        reset_all(l);
    if (w->changed.stale && clock_mono_us() - w->stale_us >= STALE_US)
        tell_stale(w);
    if (due) {
        beat(l);
        w->beaten_us = clock_mono_us();
    }
}

void *live_work(void *self)
{
    struct live *l = self;
    struct arena *kept = arena_new(0);
    struct work *w = ARENA_NEW(kept, struct work);
    bool stop = false;

    w->live = l;
    w->arena = arena_new(0);
    w->beaten_us = clock_mono_us();
    while (!stop) {
        round_of(w);
        arena_reset(w->arena);
        pthread_mutex_lock(&l->lock);
        stop = l->stopping;
        pthread_mutex_unlock(&l->lock);
    }
    arena_free(w->arena);
    arena_free(kept);
    return NULL;
}
