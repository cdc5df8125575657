/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "score/replay.h"

#include "score/teller.h"

/* All items of h as an agenda, in the order of the replay; *count those with effect <= to, *ahead the soonest later one. */
static struct agenda_item *agenda_of(const struct model *m, const struct history *h, enum replay_order order, instant to,
                                     size_t *count, instant *ahead, struct arena *a)
{
    struct agenda_item *items =
        ARENA_ARRAY(a, struct agenda_item, h->event_count + h->profile_count + 1);
    struct soonest soonest = SOONEST_NONE;
    size_t i = 0, j = 0, n = 0;

    while (i < h->event_count || j < h->profile_count) {
        bool profile =
            j < h->profile_count && (i == h->event_count || h->profiles[j].at <= h->events[i].at);
        const struct past_profile *p = profile ? &h->profiles[j] : NULL;
        const struct past_event *e = profile ? NULL : &h->events[i];
        instant at = profile ? p->at : e->at, known = profile ? p->known_at : e->known_at;
        struct agenda_item item = {.effect = order == REPLAY_AS_KNOWN && known > at ? known : at,
                                   .id = profile ? p->id : e->id,
                                   .event = e,
                                   .profile = p,
                                   .index = profile ? j++ : i++};
        score_soonest_add(&soonest, m, &item, item.effect, to);
        if (item.effect <= to)
            items[n++] = item;
    }
    *ahead = score_soonest(&soonest, m);
    if (order == REPLAY_AS_KNOWN)
        score_agenda_sort(items, n);
    *count = n;
    return items;
}

/* When the house first heard of the lead: also of a bot, or of what lies in the future. */
static instant first_of(const struct history *h, enum replay_order order)
{
    instant first = INSTANT_NEVER;

    for (size_t i = 0; i < h->event_count; i++) {
        instant at = order == REPLAY_AS_KNOWN ? h->events[i].known_at : h->events[i].at;
        first = at < first ? at : first;
    }
    for (size_t i = 0; i < h->profile_count; i++) {
        instant at = order == REPLAY_AS_KNOWN ? h->profiles[i].known_at : h->profiles[i].at;
        first = at < first ? at : first;
    }
    return first == INSTANT_NEVER ? INSTANT_NONE : first;
}

/* From nothing to `to`. */
static void run(struct teller *q, enum replay_order order, instant to)
{
    const struct history *h = q->h;
    size_t count;
    instant ahead;
    struct agenda_item *items = agenda_of(q->m, h, order, to, &count, &ahead, q->a);

    q->events = ARENA_ARRAY(q->a, bool, h->event_count + 1);
    q->profiles = ARENA_ARRAY(q->a, bool, h->profile_count + 1);
    q->s = score_begin(q->m, h->born, q->a);
    q->s->ahead = ahead;
    q->band = score_band_begin();
    q->sure = INSTANT_NONE;
    q->first = first_of(h, order);
    bool told = score_tell_items(q, items, count);
    assert(told);
    score_catch_up(q, to);
    if (q->band.told == INSTANT_NONE)
        score_tell(q, to, (struct event_id){0});
}

struct replayed score_replay(const struct model *m, const struct history *h,
                             enum replay_order order, instant to, struct arena *a)
{
    struct teller q = {.m = m, .a = a, .h = h};

    run(&q, order, to);
    return (struct replayed){.sum = score_sum_of(q.s, to),
                             .band = q.band,
                             .crossings = q.crossings,
                             .crossing_count = q.crossing_count,
                             .hot_us = q.hot_us};
}

struct score_walked score_rebuild(const struct model *m, const struct history *h, instant now,
                                  struct arena *a)
{
    struct teller q = {.m = m, .a = a, .h = h, .with_lines = true};
    struct score_walked out = {.changed = true, .shown_changed = true};

    run(&q, REPLAY_AS_KNOWN, now);
    score_walked_fill(&q, now, &out);
    return out;
}

/* ---- turn by turn ---- */

struct segment {
    const struct score_turn *turn;
    instant until;      /* the next turn, or now */
    bool last;
    struct agenda_item *items;
    size_t count;
    struct soonest soonest;
};

static void segment_item(struct segment *s, struct teller *q, struct agenda_item item, instant at, instant known)
{
    item.effect = known > at ? known : at;
    score_soonest_add(&s->soonest, q->m, &item, item.effect, s->until);
    if (known < s->turn->at && at <= s->turn->at) {
        *(item.event ? &q->events[item.index] : &q->profiles[item.index]) = true;
        return;
    }
    if (!s->last && (known >= s->until || known >= s->turn->heard_until))
        return;
    if (item.effect <= s->until)
        s->items[s->count++] = item;
}

static void segment_fill(struct segment *s, struct teller *q)
{
    const struct history *h = q->h;

    q->events = ARENA_ARRAY(q->a, bool, h->event_count + 1);
    q->profiles = ARENA_ARRAY(q->a, bool, h->profile_count + 1);
    s->items = ARENA_ARRAY(q->a, struct agenda_item, h->event_count + h->profile_count + 1);
    s->soonest = SOONEST_NONE;
    for (size_t i = 0; i < h->event_count; i++) {
        const struct past_event *e = &h->events[i];
        segment_item(s, q, (struct agenda_item){.id = e->id, .event = e, .index = i}, e->at, e->known_at);
    }
    for (size_t i = 0; i < h->profile_count; i++) {
        const struct past_profile *p = &h->profiles[i];
        segment_item(s, q, (struct agenda_item){.id = p->id, .profile = p, .index = i}, p->at, p->known_at);
    }
    score_agenda_sort(s->items, s->count);
}

static void segment_run(struct teller *q, struct segment *s)
{
    const struct score_turn *turn = s->turn;
    size_t n = 0;

    q->m = turn->m;
    q->h = turn->h;
    q->sure = q->first = INSTANT_NONE;
    if (turn->fresh)
        q->band = score_band_begin();
    if (turn->given)
        q->band = turn->band;
    instant at = q->band.told != INSTANT_NONE && q->band.told > turn->at ? q->band.told : turn->at;
    segment_fill(s, q);
    q->s = score_fold_some(q->m, q->h, at, q->events, q->profiles, q->a);
    q->s->ahead = score_soonest(&s->soonest, q->m);
    if (!turn->fresh && !turn->given)
        score_tell(q, at, (struct event_id){0});
    while (n < s->count && s->items[n].effect <= at)
        n++;
    bool told = score_tell_items(q, s->items, n);
    if (q->band.told == INSTANT_NONE)
        score_tell(q, at, (struct event_id){0});
    told = told && score_tell_items(q, s->items + n, s->count - n);
    assert(told);
    score_catch_up(q, s->until);
}

struct score_walked score_rebuild_turns(const struct score_turn *turns, size_t count, instant now, struct arena *a)
{
    struct teller q = {.a = a, .with_lines = true, .as_walked = true, .band = score_band_begin()};
    struct score_walked out = {.changed = true, .shown_changed = true};

    for (size_t i = 0; i < count; i++) {
        struct segment s = {.turn = &turns[i], .last = i + 1 == count, .until = i + 1 == count ? now : turns[i + 1].at};
        if (turns[i].m)
            segment_run(&q, &s);
    }
    assert(q.s);
    score_walked_fill(&q, now, &out);
    return out;
}

/* ---- the curve ---- */

struct curve {
    struct score_state *s;
    struct score_point *ring; /* the latest `most` */
    size_t count, most;
    struct score_point last;
};

static void point_add(struct curve *k, instant at, struct event_id cause, bool profile)
{
    struct score_sum sum = score_sum_of(k->s, at);
    struct score_point p = {
        .at = at, .total = sum.total, .band = sum.band, .cause = cause, .profile = profile};

    if (k->count && fix_round(k->last.total) == fix_round(p.total) && k->last.band == p.band)
        return;
    k->ring[k->count++ % k->most] = p;
    k->last = p;
}

/* Changes by time alone in (k's last look, to]. */
static void points_between(struct curve *k, instant from, instant to)
{
    instant next;

    while ((next = score_next(k->s, from, to, SCORE_WATCH_SHOWN | SCORE_WATCH_BAND)) !=
           INSTANT_NEVER) {
        point_add(k, next, (struct event_id){0}, false);
        from = next;
    }
}

struct score_point *score_curve(const struct model *m, const struct history *h, instant from,
                                instant to, size_t most, struct arena *a, size_t *count)
{
    struct curve k = {.most = most ? most : 1};
    size_t n, i = 0;
    instant ahead, seen = from;
    struct agenda_item *items = agenda_of(m, h, REPLAY_AS_HAPPENED, to, &n, &ahead, a);

    k.ring = ARENA_ARRAY(a, struct score_point, k.most);
    k.s = score_fold(m, h, from, a);
    while (i < n && items[i].effect <= from)
        i++;
    point_add(&k, from, (struct event_id){0}, false);
    for (; i < n; i++) {
        const struct agenda_item *it = &items[i];
        points_between(&k, seen, it->effect - 1);
        enum score_take took =
            it->event ? score_take_event(k.s, it->event) : score_take_profile(k.s, it->profile);
        assert(took != SCORE_LATE);
        point_add(&k, it->effect, (struct event_id){it->event ? it->id : 0}, it->profile != NULL);
        seen = it->effect;
    }
    points_between(&k, seen, to);
    *count = k.count < k.most ? k.count : k.most;
    if (k.count <= k.most)
        return k.ring;
    struct score_point *sorted = ARENA_ARRAY(a, struct score_point, k.most);
    for (size_t p = 0; p < k.most; p++)
        sorted[p] = k.ring[(k.count + p) % k.most];
    return sorted;
}

void score_hits(const struct score *s, int64_t *hits)
{
    for (size_t i = 0; i < s->line_count; i++)
        hits[s->lines[i].criterion]++;
}
