/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/live.h"

#include "api/live_inner.h"
#include "sys/clock.h"
#include "sys/crypto.h"
#include "sys/log.h"

#include <stdio.h>

/* ---- the ring ------------------------------------------------------------------------------------------------------------ */

static bool overlaps(const struct entry *e, size_t from, size_t len)
{
    return e->from < from + len && from < e->from + e->len;
}

/* Room for len bytes; the oldest events make way. */
void live_ring_add(struct live *l, const struct entry *what, struct str json)
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

void live_wake(struct stream *s)
{
    if (!s->asleep)
        return;
    s->asleep = false;
    http_wake(s->rq);
}

void live_wake_all(struct live *l)
{
    for (struct stream *s = l->first_stream; s; s = s->next)
        live_wake(s);
}

static bool may_see(const struct stream *s, const struct entry *e)
{
    if (!(e->langs >> s->lang & 1))
        return false;
    if (e->for_all || team_right_has(&s->actor, RIGHT_LEAD_ALL))
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

struct str live_place(struct live *l, struct arena *a)
{
    char id[48];
    struct str place;

    pthread_mutex_lock(&l->lock);
    place = event_id(l, l->next - 1, id);
    pthread_mutex_unlock(&l->lock);
    return str_dup(a, place);
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
    s->live->left_us = clock_mono_us();
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
    if (seq < l->first - 1 || seq >= l->next)
        return;
    s->at = seq + 1;
    s->reset = false;
}

void live_set_lang(struct stream *s, enum lang lang)
{
    struct live *l = s->live;

    s->lang = lang;
    s->reset = s->reset || (!(l->langs >> lang & 1) && s->at < l->next);
    l->langs |= 1u << lang;
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
    live_set_lang(s, call->ctx.lang);
    s->dead = l->stopping;
    s->next = l->first_stream;
    if (s->next)
        s->next->prev = s;
    l->first_stream = s;
    l->stream_count++;
    pthread_mutex_unlock(&l->lock);
    return reply_stream(call, "text/event-stream", &stream);
}

/* ---- the mouth ---------------------------------------------------------------------------------------------------------- */

void live_put(struct live *l, const struct message *items, size_t count)
{
    pthread_mutex_lock(&l->lock);
    for (size_t i = 0; i < count; i++) {
        bool full = l->inbox_count == INBOX;

        /* The last half is for what people wait for. */
        if (items[i].kind == MESSAGE_LEAD_CHANGED && l->inbox_count >= INBOX / 2) {
            l->stale = true;
            continue;
        }
        l->lost = l->lost || full;
        if (full)
            break;
        l->urgent = l->urgent || items[i].kind != MESSAGE_LEAD_CHANGED;
        l->inbox[(l->inbox_first + l->inbox_count++) % INBOX] = items[i];
    }
    pthread_cond_signal(&l->come);
    pthread_mutex_unlock(&l->lock);
}

void live_put_unknown(struct live *l, bool lost)
{
    pthread_mutex_lock(&l->lock);
    l->lost = l->lost || lost;
    l->stale = true;
    pthread_cond_signal(&l->come);
    pthread_mutex_unlock(&l->lock);
}

void live_put_event(struct live *l, const char *name, struct user_id user, struct str json)
{
    struct entry what = { .event = name, .langs = EVERY_LANG, .user = user };

    pthread_mutex_lock(&l->lock);
    live_ring_add(l, &what, json);
    live_wake_all(l);
    pthread_mutex_unlock(&l->lock);
}

void live_publish(struct live *l, const struct messages *messages)
{
    if (!l || messages->count == 0)
        return;
    live_put(l, messages->items, messages->count);
    live_wire_say(l, messages);
}

void live_tell(struct live *l, const char *event, struct user_id user, struct str json)
{
    if (!l || json.len > EVENT_BYTES)
        return;
    live_put_event(l, event, user, json);
    live_wire_say_event(l, event, user, json);
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
    if (pthread_create(&l->thread, NULL, live_work, l) != 0) {
        arena_free(a);
        return fault_set(c, ERR_AWAY, "no thread for the live streams");
    }
    *live = l;
    return live_wire_open(c, l);
}

void live_close(struct live *l)
{
    live_wire_close(l);
    pthread_mutex_lock(&l->lock);
    l->stopping = true;
    for (struct stream *s = l->first_stream; s; s = s->next) {
        s->dead = true;
        live_wake(s);
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
