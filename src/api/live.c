/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/live.h"

#include "api/inner.h"
#include "sys/clock.h"
#include "sys/crypto.h"
#include "sys/log.h"

#include <stdio.h>

enum {
    INBOX = 8192,
    ENTRIES = 4096,
    RING_BYTES = 8 * 1024 * 1024,
    EVENT_BYTES = 32 * 1024,
    OUT_BYTES = EVENT_BYTES + 256,
    BEAT_US = 15000000,
    LOOK_US = 250000
};

struct entry {
    int64_t seq;
    const char *event;
    struct user_id user, before;
    bool for_all;
    size_t from, len; /* in the ring's bytes */
};

struct stream {
    struct stream *next, *prev;
    struct http_request *rq;
    struct live *live;
    struct actor actor;
    uint8_t token[32];
    bool session, asleep, dead, greeted, reset, beat;
    int64_t at;          /* the next event to send */
    char out[OUT_BYTES];
    size_t out_at, out_len;
};

struct live {
    struct arena *arena;
    const struct house *house;
    const struct live_kind *kinds;
    pthread_mutex_t lock; /* everything below */
    pthread_cond_t come;
    pthread_t thread;
    bool stopping, lost;
    struct message inbox[INBOX];
    size_t inbox_first, inbox_count;
    struct entry entries[ENTRIES];
    int64_t first, next;  /* numbers of the events that the ring still has */
    char *bytes;
    size_t write_at;
    uint64_t boot;        /* so that an id of an earlier run is not taken for one of this */
    struct stream *first_stream;
    int64_t stream_count;

};

/* ---- the ring ------------------------------------------------------------------------------------------------------------ */

static bool overlaps(const struct entry *e, size_t from, size_t len)
{
    return e->from < from + len && from < e->from + e->len;
}

/* Room for len bytes; the oldest events make way. */
static void ring_add(struct live *l, const struct entry *what, struct str json)
{
    struct entry *slot;

    if (l->write_at + json.len > RING_BYTES)
        l->write_at = 0;
    while (l->first < l->next && (l->next - l->first >= ENTRIES ||
                                  overlaps(&l->entries[l->first % ENTRIES], l->write_at, json.len)))
        l->first++;
    slot = &l->entries[l->next % ENTRIES];
    *slot = *what;
    slot->seq = l->next++;
    slot->from = l->write_at;
    slot->len = json.len;
    memcpy(l->bytes + l->write_at, json.ptr, json.len);
    l->write_at += json.len;
}

static void wake(struct stream *s)
{
    if (!s->asleep)
        return;
    s->asleep = false;
    http_wake(s->rq);
}

static void wake_all(struct live *l)
{
    for (struct stream *s = l->first_stream; s; s = s->next)
        wake(s);
}

static bool may_see(const struct stream *s, const struct entry *e)
{
    if (e->for_all || right_has(&s->actor, RIGHT_LEAD_ALL))
        return true;
    return s->actor.kind == ACTOR_USER && (e->user.v == s->actor.id || e->before.v == s->actor.id);
}

/* ---- one stream ---------------------------------------------------------------------------------------------------------- */

static void out_print(struct stream *s, struct str text)
{
    assert(s->out_len + text.len <= OUT_BYTES);
    memcpy(s->out + s->out_len, text.ptr, text.len);
    s->out_len += text.len;
}

static void out_event(struct stream *s, struct str id, struct str event, struct str json)
{
    if (id.len > 0) {
        out_print(s, STR("id: "));
        out_print(s, id);
        out_print(s, STR("\n"));
    }
    out_print(s, STR("event: "));
    out_print(s, event);
    out_print(s, STR("\ndata: "));
    out_print(s, json);
    out_print(s, STR("\n\n"));
}

static struct str event_id(const struct live *l, int64_t seq, char to[48])
{
    int n = snprintf(to, 48, "%016llx-%lld", (unsigned long long)l->boot, (long long)seq);

    return (struct str){ to, (size_t)n };
}

static void fill_greeting(struct stream *s)
{
    char id[48], at[INSTANT_TEXT_MAX], json[80];
    struct str now = instant_print(clock_now(), at);
    int n = snprintf(json, sizeof json, "{\"now\":\"" STR_FMT "\"}", STR_ARG(now));

    if (!s->greeted)
        out_event(s, event_id(s->live, s->at - 1, id), STR("hello"), (struct str){ json, (size_t)n });
    s->greeted = true;
    if (s->reset)
        out_event(s, event_id(s->live, s->at - 1, id), STR("reset"), STR("{}"));
    s->reset = false;
    if (s->beat)
        out_print(s, STR(":\n\n"));
    s->beat = false;
}

/* The lock is held. Puts what the stream has not seen into its own buffer. */
static void fill(struct stream *s)
{
    struct live *l = s->live;

    s->out_at = s->out_len = 0;
    if (s->at < l->first) {
        s->at = l->next;
        s->reset = true;
    }
    fill_greeting(s);
    while (s->at < l->next) {
        const struct entry *e = &l->entries[s->at % ENTRIES];
        char id[48];

        if (s->out_len + e->len + 160 > OUT_BYTES)
            return;
        s->at++;
        if (may_see(s, e))
            out_event(s, event_id(l, e->seq, id), str_of(e->event), (struct str){ l->bytes + e->from, e->len });
    }
}

static ssize_t stream_pull(void *self, char *to, size_t max)
{
    struct stream *s = self;
    struct live *l = s->live;
    ssize_t n;

    pthread_mutex_lock(&l->lock);
    if (s->out_at == s->out_len && !s->dead)
        fill(s);
    n = (ssize_t)(s->out_len - s->out_at);
    if (n > (ssize_t)max)
        n = (ssize_t)max;
    memcpy(to, s->out + s->out_at, (size_t)n);
    s->out_at += (size_t)n;
    if (n == 0 && s->dead) {
        n = -1;
    } else if (n == 0) {
        s->asleep = true;
        http_sleep(s->rq);
    }
    pthread_mutex_unlock(&l->lock);
    return n;
}

static void stream_end(void *self)
{
    struct stream *s = self;

    pthread_mutex_lock(&s->live->lock);
    if (s->next)
        s->next->prev = s->prev;
    if (s->prev)
        s->prev->next = s->next;
    else
        s->live->first_stream = s->next;
    s->live->stream_count--;
    pthread_mutex_unlock(&s->live->lock);
}

/* Where a returning reader goes on; reset when that is not known any more. */
static void set_place(struct stream *s, struct str last)
{
    struct live *l = s->live;
    char boot[24];
    int64_t seq;

    s->at = l->next;
    if (str_is_null(last) || last.len == 0)
        return;
    snprintf(boot, sizeof boot, "%016llx-", (unsigned long long)l->boot);
    s->reset = true;
    if (!str_starts(last, str_of(boot)) || !str_to_int(str_sub(last, 17, last.len), &seq))
        return;
    if (seq + 1 < l->first || seq + 1 > l->next)
        return;
    s->at = seq + 1;
    s->reset = false;
}

enum err live_stream(struct call *call)
{
    struct live *l = call->house->live;
    struct stream *s = ARENA_NEW(call->ctx.arena, struct stream);
    struct http_stream stream = { stream_pull, stream_end, s };

    s->rq = call->request;
    s->live = l;
    s->actor = call->ctx.actor;
    s->session = call->session != 0;
    memcpy(s->token, call->token, sizeof s->token);
    reply_header(call, "Cache-Control", STR("no-cache"));
    reply_header(call, "X-Accel-Buffering", STR("no"));
    pthread_mutex_lock(&l->lock);
    set_place(s, http_header_find(call->request, STR("last-event-id")));
    s->dead = l->stopping;
    s->next = l->first_stream;
    if (s->next)
        s->next->prev = s;
    l->first_stream = s;
    l->stream_count++;
    pthread_mutex_unlock(&l->lock);
    return reply_stream(call, "text/event-stream", &stream);
}

/* ---- the thread ------------------------------------------------------------------------------------------------------------ */

/* Rights as they are now; who has lost all loses the stream. The list is walked under the lock; the database is asked about each
 * outside of it, for a copy of its token. */
static void ask_rights(struct live *l, struct ctx *c, struct db_tx *tx)
{
    struct {
        uint8_t token[32];
        bool session;
        enum err e;
        struct actor actor;
    } seen[256];
    size_t count = 0, i;

    pthread_mutex_lock(&l->lock);
    for (struct stream *s = l->first_stream; s && count < countof(seen); s = s->next) {
        memcpy(seen[count].token, s->token, 32);
        seen[count++].session = s->session;
    }
    pthread_mutex_unlock(&l->lock);
    for (i = 0; i < count; i++)
        seen[i].e = guard_again(c, tx, seen[i].token, seen[i].session, &seen[i].actor);
    pthread_mutex_lock(&l->lock);
    for (struct stream *s = l->first_stream; s; s = s->next)
        for (i = 0; i < count; i++) {
            if (memcmp(seen[i].token, s->token, 32) != 0)
                continue;
            if (seen[i].e == ERR_NONE)
                s->actor = seen[i].actor;
            s->dead = s->dead || seen[i].e == ERR_NOT_FOUND;
            if (s->dead)
                wake(s);
        }
    pthread_mutex_unlock(&l->lock);
}

static void tell_one(struct live *l, struct ctx *c, struct db_tx *tx, const struct message *m)
{
    const struct live_kind *kind = &l->kinds[m->kind];
    struct entry what = { .event = kind->event, .user = m->user, .before = m->before, .for_all = kind->for_all };
    struct buf b = buf_new(c->arena, EVENT_BYTES);
    struct json_out o = json_to(&b);
    enum err e = kind->render(c, tx, m, &o);

    if (e || b.full) {
        if (e != ERR_NOT_FOUND)
            log_warn(c, "live.lost", LOG_STR("event", str_of(kind->event)), LOG_STR("code", str_of(err_slug(e))));
        return;
    }
    pthread_mutex_lock(&l->lock);
    ring_add(l, &what, buf_str(&b));
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

static void beat(struct live *l)
{
    pthread_mutex_lock(&l->lock);
    for (struct stream *s = l->first_stream; s; s = s->next) {
        s->beat = true;
        wake(s);
    }
    pthread_mutex_unlock(&l->lock);
}

static void tell_all(struct live *l, struct ctx *c, const struct message *list, size_t count, bool ask)
{
    struct db_tx *tx;

    if (db_read(c, l->house->db, &tx) != ERR_NONE) {
        log_warn(c, "live.lost", LOG_INT("messages", (int64_t)count));
        pthread_mutex_lock(&l->lock);
        l->lost = true;
        pthread_mutex_unlock(&l->lock);
        return;
    }
    if (ask)
        ask_rights(l, c, tx);
    for (size_t i = 0; i < count; i++) {
        fault_clear(c);
        tell_one(l, c, tx, &list[i]);
    }
    db_drop(tx);
    if (count == 0)
        return;
    pthread_mutex_lock(&l->lock);
    wake_all(l);
    pthread_mutex_unlock(&l->lock);
}

static void reset_all(struct live *l)
{
    pthread_mutex_lock(&l->lock);
    for (struct stream *s = l->first_stream; s; s = s->next) {
        s->reset = true;
        wake(s);
    }
    pthread_mutex_unlock(&l->lock);
}

static void *work(void *self)
{
    struct live *l = self;
    struct arena *a = arena_new(0);
    int64_t beaten = clock_mono_us(), generation = 0;
    bool stop = false;

    while (!stop) {
        struct ctx c = { .arena = a, .now = clock_now(), .actor = { .kind = ACTOR_HOUSE } };
        size_t count;
        bool lost, due = clock_mono_us() - beaten >= BEAT_US;
        struct message *list = take(l, a, &count, &lost);
        int64_t now_generation = l->house->api ? atomic_load(&l->house->api->generation) : 0;
        bool ask = due || now_generation != generation;

        generation = now_generation;
        if (count > 0 || ask)
            tell_all(l, &c, list, count, ask);
        if (lost)
            reset_all(l);
        if (due) {
            beat(l);
            beaten = clock_mono_us();
        }
        arena_reset(a);
        pthread_mutex_lock(&l->lock);
        stop = l->stopping;
        pthread_mutex_unlock(&l->lock);
    }
    arena_free(a);
    return NULL;
}

void live_publish(struct live *l, const struct messages *messages)
{
    if (!l)
        return;
    pthread_mutex_lock(&l->lock);
    for (size_t i = 0; i < messages->count; i++) {
        if (l->inbox_count == INBOX) {
            l->lost = true;
            break;
        }
        l->inbox[(l->inbox_first + l->inbox_count++) % INBOX] = messages->items[i];
    }
    pthread_cond_signal(&l->come);
    pthread_mutex_unlock(&l->lock);
}

void live_tell(struct live *l, const char *event, struct user_id user, struct str json)
{
    struct entry what = { .event = event, .user = user };

    if (!l || json.len > EVENT_BYTES)
        return;
    pthread_mutex_lock(&l->lock);
    ring_add(l, &what, json);
    wake_all(l);
    pthread_mutex_unlock(&l->lock);
}

void live_figures(struct live *l, int64_t *streams, int64_t *events)
{
    pthread_mutex_lock(&l->lock);
    *streams = l->stream_count;
    *events = l->next;
    pthread_mutex_unlock(&l->lock);
}

enum err live_open(struct ctx *c, const struct house *house, const struct live_kind *kinds, struct live **live)
{
    struct arena *a = arena_new(0);
    struct live *l = ARENA_NEW(a, struct live);

    l->arena = a;
    l->house = house;
    l->kinds = kinds;
    l->bytes = arena_alloc(a, RING_BYTES);
    l->first = l->next = 1;
    crypto_random(&l->boot, sizeof l->boot);
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->come, NULL);
    if (pthread_create(&l->thread, NULL, work, l) != 0) {
        arena_free(a);
        return fault_set(c, ERR_AWAY, "no thread for the live streams");
    }
    *live = l;
    return ERR_NONE;
}

void live_close(struct live *l)
{
    pthread_mutex_lock(&l->lock);
    l->stopping = true;
    for (struct stream *s = l->first_stream; s; s = s->next) {
        s->dead = true;
        wake(s);
    }
    pthread_cond_signal(&l->come);
    pthread_mutex_unlock(&l->lock);
    pthread_join(l->thread, NULL);
}

void live_free(struct live *l)
{
    pthread_mutex_destroy(&l->lock);
    arena_free(l->arena);
}
