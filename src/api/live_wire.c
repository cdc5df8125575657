/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the programs on one database tell each other's screens.
 *
 * What is published here is said to the others too; what is heard goes the way of what was published, but for being said again. Ids only, as
 * everywhere: each program reads what they stand for in its own snapshot. Changed leads are gathered as for one's own readers, so
 * that a flood of events is a few words a second. A word:
 *
 *   m KIND LEAD TASK USER BEFORE;...     messages, numbers in hex
 *   e USER NAME JSON                     an event that has no kind (progress of a job); the name is one of those this program knows
 *   a                                    users, sessions or keys are others now
 *   s                                    more leads changed than were told
 *   l                                    messages were lost: read anew
 *
 * What cannot be understood (a newer program's) counts as lost. */
#include "api/live_inner.h"

#include "db/wire.h"
#include "sys/clock.h"
#include "sys/log.h"

enum { URGENT = 2048, EVENTS = 16, EVENT_NAME = 40, WORD_ROOM = 120 };

struct told_event {
    const char *name;
    struct user_id user;
    size_t len;
    char json[DB_WIRE_BYTES - WORD_ROOM];
};

struct live_wire {
    struct live *live;
    struct db_wire *db;
    pthread_t thread;
    pthread_mutex_t lock;      /* what is to be said */
    bool stopping;
    struct message urgent[URGENT];
    size_t count;
    struct changed changed;
    bool lost;
    struct told_event events[EVENTS];
    size_t event_count;
    /* of the thread alone */
    int64_t told_us, generation;
    bool away;
    char names[EVENTS][EVENT_NAME]; /* heard ones: they are to live for ever */
};

/* ---- saying --------------------------------------------------------------------------------------------------------------- */

void live_wire_say(struct live *l, const struct messages *messages)
{
    struct live_wire *w = l->wire;
    bool wake = false;

    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    for (size_t i = 0; i < messages->count; i++) {
        if (messages->items[i].kind == MESSAGE_LEAD_CHANGED) {
            live_changed_add(&w->changed, &messages->items[i]);
        } else if (w->count == URGENT) {
            w->lost = true;
        } else {
            w->urgent[w->count++] = messages->items[i];
            wake = true;
        }
    }
    pthread_mutex_unlock(&w->lock);
    if (wake)
        db_wire_wake(w->db);
}

void live_wire_say_event(struct live *l, const char *name, struct user_id user, struct str json)
{
    struct live_wire *w = l->wire;

    if (!w || json.len > sizeof w->events[0].json)
        return;
    pthread_mutex_lock(&w->lock);
    if (w->event_count < EVENTS) { /* progress: the next one says more */
        struct told_event *e = &w->events[w->event_count++];

        e->name = name;
        e->user = user;
        e->len = json.len;
        memcpy(e->json, json.ptr, json.len);
    }
    pthread_mutex_unlock(&w->lock);
    db_wire_wake(w->db);
}

static void say(struct live_wire *w, struct buf *b)
{
    if (b->len > 0 && !db_wire_say(w->db, buf_str(b)))
        w->away = true;
    b->len = 0;
}

static void say_messages(struct live_wire *w, struct arena *a, const struct message *list, size_t n)
{
    struct buf b = buf_new(a, DB_WIRE_BYTES);

    for (size_t i = 0; i < n; i++) {
        if (b.len == 0)
            buf_add(&b, STR("m "));
        buf_print(&b, "%x %llx %llx %llx %llx;", (unsigned)list[i].kind, (unsigned long long)list[i].lead.v,
                  (unsigned long long)list[i].task.v, (unsigned long long)list[i].user.v, (unsigned long long)list[i].before.v);
        if (b.len + WORD_ROOM > DB_WIRE_BYTES)
            say(w, &b);
    }
    say(w, &b);
}

static void say_events(struct live_wire *w, struct arena *a, const struct told_event *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct buf b = buf_new(a, DB_WIRE_BYTES);

        buf_print(&b, "e %llx %s ", (unsigned long long)list[i].user.v, list[i].name);
        buf_add(&b, (struct str){ list[i].json, list[i].len });
        if (!b.full)
            say(w, &b);
    }
}

static void say_mark(struct live_wire *w, const char *mark)
{
    if (!db_wire_say(w->db, str_of(mark)))
        w->away = true;
}

static void *copy_of(struct arena *a, const void *from, size_t size)
{
    void *to = arena_alloc(a, size + 1);

    memcpy(to, from, size);
    return to;
}

/* Says all that waits; the lock is not held while the database is. */
static void say_all(struct live_wire *w, struct arena *a)
{
    bool due = clock_mono_us() - w->told_us >= CHANGED_US;
    int64_t generation = atomic_load(&w->live->house->api->generation);
    struct message *urgent, *changed = NULL;
    struct told_event *events;
    size_t count, changed_count = 0, event_count;
    bool lost, stale = false;

    pthread_mutex_lock(&w->lock);
    urgent = copy_of(a, w->urgent, (count = w->count) * sizeof *urgent);
    events = copy_of(a, w->events, (event_count = w->event_count) * sizeof *events);
    lost = w->lost;
    w->count = w->event_count = 0;
    w->lost = false;
    if (due && (w->changed.count > 0 || w->changed.stale)) {
        changed = copy_of(a, w->changed.items, (changed_count = w->changed.count) * sizeof *changed);
        stale = w->changed.stale;
        w->changed.stale = false;
        live_changed_drop(&w->changed, w->changed.count);
        w->told_us = clock_mono_us();
    }
    pthread_mutex_unlock(&w->lock);
    if (generation != w->generation)
        say_mark(w, "a");
    w->generation = generation;
    say_messages(w, a, urgent, count);
    say_messages(w, a, changed, changed_count);
    say_events(w, a, events, event_count);
    if (stale)
        say_mark(w, "s");
    if (lost)
        say_mark(w, "l");
}

/* ---- hearing -------------------------------------------------------------------------------------------------------------- */

static bool take_hex(struct str *rest, int64_t *value)
{
    uint64_t v = 0;
    size_t i = 0;

    for (; i < rest->len && rest->ptr[i] != ' ' && rest->ptr[i] != ';'; i++) {
        char ch = rest->ptr[i];
        int d = ch >= '0' && ch <= '9' ? ch - '0' : ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;

        if (d < 0 || i == 16)
            return false;
        v = v << 4 | (uint64_t)d;
    }
    if (i == 0 || i == rest->len || v > INT64_MAX)
        return false;
    *value = (int64_t)v;
    *rest = str_sub(*rest, i + 1, rest->len);
    return true;
}

static bool hear_messages(struct live_wire *w, struct str rest)
{
    struct message list[DB_WIRE_BYTES / 10];
    size_t n = 0;

    while (rest.len > 0 && n < countof(list)) {
        struct message *m = &list[n];
        int64_t kind;

        if (!take_hex(&rest, &kind) || !take_hex(&rest, &m->lead.v) || !take_hex(&rest, &m->task.v)
            || !take_hex(&rest, &m->user.v) || !take_hex(&rest, &m->before.v) || kind >= MESSAGE_KINDS)
            return false;
        m->kind = (enum message_kind)kind;
        n++;
    }
    live_put(w->live, list, n);
    return rest.len == 0;
}

/* The name as one that lives for ever; NULL: there are too many. */
static const char *name_kept(struct live_wire *w, struct str name)
{
    for (int i = 0; i < EVENTS && name.len > 0 && name.len < EVENT_NAME; i++) {
        if (w->names[i][0] == 0)
            memcpy(w->names[i], name.ptr, name.len);
        if (str_eq(str_of(w->names[i]), name))
            return w->names[i];
    }
    return NULL;
}

static bool hear_event(struct live_wire *w, struct str rest)
{
    struct user_id user;
    struct str name;
    const char *kept;

    if (!take_hex(&rest, &user.v) || !str_next(&rest, ' ', &name) || rest.len == 0)
        return false;
    kept = name_kept(w, name);
    if (kept)
        live_put_event(w->live, kept, user, rest);
    return kept != NULL;
}

/* Not to be said again, unless our own have changed too. */
static void hear_actors(struct live_wire *w)
{
    int64_t before = atomic_fetch_add(&w->live->house->api->generation, 1);

    if (before == w->generation)
        w->generation++;
}

static void hear(void *self, struct str text)
{
    struct live_wire *w = self;
    struct str rest = str_sub(text, text.len < 2 ? text.len : 2, text.len);
    bool known = true;

    switch (text.len ? text.ptr[0] : 0) {
    case 'm':
        known = hear_messages(w, rest);
        break;
    case 'e':
        known = hear_event(w, rest);
        break;
    case 'a':
        hear_actors(w);
        break;
    case 's':
        live_put_unknown(w->live, false);
        break;
    default:
        known = false;
    }
    if (!known)
        live_put_unknown(w->live, true);
}

/* ---- its thread ------------------------------------------------------------------------------------------------------------ */

static void *wire_work(void *self)
{
    struct live_wire *w = self;
    struct arena *a = arena_new(0);
    struct ctx c = { .arena = a, .actor = { .kind = ACTOR_HOUSE } };
    bool stop = false, was_away = false;

    while (!stop) {
        bool whole = db_wire_wait(w->db, CHANGED_US, hear, w);

        if (!whole && !was_away)
            log_warn(&c, "live.alone");
        if (was_away && whole)
            live_put_unknown(w->live, true); /* what the others said meanwhile */
        was_away = !whole;
        w->away = false;
        say_all(w, a);
        if (w->away) { /* it is for the others to read anew, once they can be told */
            pthread_mutex_lock(&w->lock);
            w->lost = true;
            pthread_mutex_unlock(&w->lock);
        }
        arena_reset(a);
        pthread_mutex_lock(&w->lock);
        stop = w->stopping;
        pthread_mutex_unlock(&w->lock);
    }
    arena_free(a);
    return NULL;
}

enum err live_wire_open(struct ctx *c, struct live *l)
{
    struct live_wire *w;
    struct db_wire *db;

    db_wire_open(l->house->db, &db);
    if (!db)
        return ERR_NONE;
    w = ARENA_NEW(l->arena, struct live_wire);
    w->live = l;
    w->db = db;
    pthread_mutex_init(&w->lock, NULL);
    if (pthread_create(&w->thread, NULL, wire_work, w) != 0) {
        db_wire_close(db);
        return fault_set(c, ERR_AWAY, "no thread for the wire to other programs");
    }
    l->wire = w;
    return ERR_NONE;
}

void live_wire_close(struct live *l)
{
    struct live_wire *w = l->wire;

    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_mutex_unlock(&w->lock);
    db_wire_wake(w->db);
    pthread_join(w->thread, NULL);
    db_wire_close(w->db);
    pthread_mutex_destroy(&w->lock);
    l->wire = NULL;
}
