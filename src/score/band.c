/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "score/band.h"

#include <stdlib.h>

#include "score/teller.h"

enum { CROSSING_LINES = 12, LINES_BYTES_MAX = 64 * 1024 };

struct score_band score_band_begin(void)
{
    return (struct score_band){.band = BAND_COLD, .armed = true, .told = INSTANT_NONE};
}

bool score_band_step(const struct model *m, struct score_band *b, struct score_sum sum, instant t)
{
    bool crossing;

    if (sum.total < m->hot - m->hysteresis)
        b->armed = true;
    crossing = sum.band == BAND_HOT && b->armed;
    if (crossing)
        b->armed = false;
    b->band = sum.band;
    b->told = t;
    return crossing;
}

struct str score_lines_json(const struct model *m, const struct score *s, size_t most,
                            struct arena *a)
{
    struct buf out = buf_new(a, LINES_BYTES_MAX);
    struct json_out o = json_to(&out);

    json_list(&o);
    for (size_t i = 0; i < s->line_count && i < most; i++) {
        const struct score_line *line = &s->lines[i];
        json_begin(&o);
        json_key(&o, "criterion");
        json_put_text(&o, m->criteria[line->criterion].id);
        json_key(&o, "points");
        json_put_fix(&o, line->points);
        json_key(&o, "count");
        json_put_int(&o, line->count);
        json_end(&o);
    }
    json_list_end(&o);
    return buf_str(&out);
}

/* ---- the fold ---- */

static void crossing_add(struct teller *q, struct score_crossing is)
{
    if (q->with_lines) {
        struct score s = score_lines_of(q->s, is.at, q->a);
        is.lines = score_lines_json(q->m, &s, CROSSING_LINES, q->a);
    }
    if (q->crossing_count == q->crossing_cap) {
        size_t cap = q->crossing_cap ? q->crossing_cap * 2 : 2;
        q->crossings = arena_grow(q->a, q->crossings, q->crossing_cap * sizeof is, cap * sizeof is);
        q->crossing_cap = cap;
    }
    q->crossings[q->crossing_count++] = is;
}

static void told_move(struct teller *q, instant t)
{
    if (q->band.told != INSTANT_NONE && q->band.band == BAND_HOT)
        q->hot_us += t - q->band.told;
    q->band.told = t;
}

void score_tell(struct teller *q, instant t, struct event_id cause)
{
    struct score_sum sum = score_sum_of(q->s, t);
    enum band from = q->band.band;

    told_move(q, t);
    if (score_band_step(q->m, &q->band, sum, t))
        crossing_add(
            q, (struct score_crossing){.at = t, .from = from, .total = sum.total, .cause = cause});
    if (from == BAND_HOT && q->band.band != BAND_HOT)
        q->left_at = t;
}

void score_catch_up(struct teller *q, instant t)
{
    instant next;

    if (q->band.told == INSTANT_NONE && q->first != INSTANT_NONE && t > q->first)
        score_tell(q, q->first, (struct event_id){0});
    if (q->band.told == INSTANT_NONE || t <= q->band.told)
        return;
    while (t >= q->sure) {
        unsigned watch = SCORE_WATCH_BAND | (q->band.armed ? 0 : SCORE_WATCH_REARM);
        next = score_next(q->s, q->band.told, t, watch);
        if (next == INSTANT_NEVER)
            break;
        score_tell(q, next, (struct event_id){0});
    }
    told_move(q, t);
}

static bool is_late(const struct teller *q, const struct agenda_item *item)
{
    return item->event ? score_is_late_event(q->s, item->event)
                       : score_is_late_profile(q->s, item->profile);
}

static void item_mark(struct teller *q, const struct agenda_item *item)
{
    if (q->h && item->event)
        q->events[item->index] = true;
    else if (q->h)
        q->profiles[item->index] = true;
}

static struct event_id cause_of(const struct agenda_item *item)
{
    return (struct event_id){item->event ? item->id : 0};
}

/* An event that goes by a name nobody listens to: no need to catch up for it. */
static bool is_idle(const struct teller *q, const struct agenda_item *item)
{
    const struct past_event *e = item->event;

    if (!e)
        return q->as_walked && !score_listens_profile(q->m, item->profile->patch);
    if (e->bot)
        return true;
    if (q->m->index->births.count && (q->s->fresh || e->at < q->s->born))
        return false;
    return score_index_find(q->m->index, cond_event_name(e->kind, e->name))->count == 0;
}

/* items[0] is late: it and its late neighbours of the same effect are folded in together; what nobody listens to does not part them. Returns
 * how many; *last is the last late one. */
static size_t take_late(struct teller *q, const struct agenda_item *items, size_t count,
                        instant effect, size_t *last)
{
    size_t n = 1;

    item_mark(q, &items[0]);
    *last = 0;
    for (; n < count && items[n].effect == items[0].effect; n++) {
        if (is_late(q, &items[n]))
            *last = n;
        else if (!is_idle(q, &items[n]))
            break;
        item_mark(q, &items[n]);
    }
    instant ahead = q->s->ahead;
    q->s = score_fold_some(q->m, q->h, effect, q->events, q->profiles, q->a);
    q->s->ahead = ahead;
    return n;
}

bool score_tell_items(struct teller *q, const struct agenda_item *items, size_t count)
{
    size_t i = 0, n, last;

    for (; i < count; i += n) {
        const struct agenda_item *item = &items[i];
        instant effect = item->effect > q->band.told ? item->effect : q->band.told;
        n = 1;
        last = 0;
        if (is_idle(q, item)) {
            item_mark(q, item);
            continue;
        }
        score_catch_up(q, effect);
        enum score_take took = item->event ? score_take_event(q->s, item->event)
                                           : score_take_profile(q->s, item->profile);
        if (took == SCORE_LATE && !q->h)
            return false;
        if (took == SCORE_LATE)
            n = take_late(q, item, count - i, effect, &last);
        item_mark(q, item);
        if (took == SCORE_UNHEARD)
            continue;
        q->heard = true;
        q->sure = effect;
        score_tell(q, effect, cause_of(&items[i + last]));
    }
    return true;
}

/* Of one effect what was known first comes first, then things go in their own order, so that a batch is late to nobody but what came before
 * it. */
static int item_cmp(const void *pa, const void *pb)
{
    const struct agenda_item *a = pa, *b = pb;
    instant at_a = a->event ? a->event->at : a->profile->at;
    instant at_b = b->event ? b->event->at : b->profile->at;
    instant known_a = a->event ? a->event->known_at : a->profile->known_at;
    instant known_b = b->event ? b->event->known_at : b->profile->known_at;
    uint64_t tie_a = a->event ? a->event->tie : a->profile->tie;
    uint64_t tie_b = b->event ? b->event->tie : b->profile->tie;

    if (a->effect != b->effect)
        return a->effect < b->effect ? -1 : 1;
    if (known_a != known_b)
        return known_a < known_b ? -1 : 1;
    if (at_a != at_b)
        return at_a < at_b ? -1 : 1;
    if (!a->event != !b->event)
        return a->event ? 1 : -1;
    if (tie_a != tie_b)
        return tie_a < tie_b ? -1 : 1;
    return (a->id > b->id) - (a->id < b->id);
}

void score_agenda_sort(struct agenda_item *items, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (item_cmp(&items[i - 1], &items[i]) > 0) {
            qsort(items, count, sizeof *items, item_cmp);
            return;
        }
}

void score_walked_fill(struct teller *q, instant now, struct score_walked *out)
{
    unsigned watch = SCORE_WATCH_SHOWN | SCORE_WATCH_BAND | SCORE_WATCH_CELL |
                     (q->band.armed ? 0 : SCORE_WATCH_REARM);
    instant next;
    struct score_sum sum = score_stand_of(q->s, now, watch, &next);

    out->kept = (struct score_kept){
        .model = q->m->id,
        .total = sum.total,
        .band = q->band,
        .cell = sum.cell,
        .icp = sum.icp,
        .next_change = next < q->s->ahead ? next : q->s->ahead,
        .state = score_state_print(q->s, q->a),
    };
    out->crossings = q->crossings;
    out->crossing_count = q->crossing_count;
}

/* ---- one walk ---- */

struct walk {
    struct teller q;
    const struct score_kept *kept; /* NULL: none */
    const struct score_news *news;
    const struct history *h;
    bool carries; /* the kept state is used */
    struct score_band turned_band; /* else: remembered behind the turn */
    instant ahead_was;
    instant now;
    struct agenda_item *items;
    size_t count;
};

bool score_is_heard(const struct model *m, const struct past_event *e, const struct past_profile *p)
{
    bool body;

    return e ? !e->bot && score_listens_event(m, e->kind, e->name, &body) : score_listens_profile(m, p->patch);
}

void score_soonest_add(struct soonest *s, const struct model *m, const struct agenda_item *item, instant at, instant upto)
{
    if (item->event && item->event->bot)
        return;
    if (at <= upto) {
        s->begun = true;
        return;
    }
    s->any = at < s->any ? at : s->any;
    if (at < s->heard && score_is_heard(m, item->event, item->profile))
        s->heard = at;
}

instant score_soonest(const struct soonest *s, const struct model *m)
{
    return s->begun || !m->index->births.count ? s->heard : s->any;
}

/* One of the news, to a state that carries: what is ahead of it is known. */
static void news_add(struct walk *w, struct agenda_item item, instant at)
{
    struct soonest s = SOONEST_NONE;

    if (at <= w->now) {
        w->items[w->count++] = item;
        return;
    }
    s.begun = !w->q.s->fresh;
    score_soonest_add(&s, w->q.m, &item, at, w->now);
    instant soonest = score_soonest(&s, w->q.m);
    if (soonest < w->q.s->ahead)
        w->q.s->ahead = soonest;
}

static void agenda_of_news(struct walk *w)
{
    w->items = ARENA_ARRAY(w->q.a, struct agenda_item, w->news->count + 1);
    for (size_t i = 0; i < w->news->count; i++) {
        const struct score_item *it = &w->news->items[i];
        struct agenda_item item = {.effect = w->now,
                                   .event = it->event,
                                   .profile = it->profile,
                                   .id = it->event ? it->event->id : it->profile->id};
        news_add(w, item, it->event ? it->event->at : it->profile->at);
    }
    score_agenda_sort(w->items, w->count);
}

static bool is_news(const struct walk *w, int64_t id)
{
    for (size_t i = 0; i < w->news->count; i++)
        if ((w->news->items[i].event ? w->news->items[i].event->id
                                     : w->news->items[i].profile->id) == id)
            return true;
    return false;
}

/* An item of the history: taken long ago, one of the news, one that was of the future at the last walk, or still of the future. */
static bool agenda_of_past(struct walk *w, struct agenda_item item, instant at, struct soonest *soonest)
{
    instant known = item.event ? item.event->known_at : item.profile->known_at;
    bool news = known == w->news->now || is_news(w, item.id); /* no two calls are of one instant */

    item.effect = news ? w->now : known > at ? known : at;
    score_soonest_add(soonest, w->q.m, &item, at, w->now);
    if (at > w->now)
        return false;
    if (!news && !(w->carries && at > w->kept->band.told))
        return true;
    w->items[w->count++] = item;
    return false;
}

static void agenda_of_history(struct walk *w)
{
    const struct history *h = w->h;
    struct soonest soonest = SOONEST_NONE;
    struct teller *q = &w->q;

    w->items = ARENA_ARRAY(q->a, struct agenda_item, h->event_count + h->profile_count + 1);
    for (size_t i = 0; i < h->event_count; i++) {
        const struct past_event *e = &h->events[i];
        struct agenda_item item = {.id = e->id, .event = e, .index = i};
        q->events[i] = agenda_of_past(w, item, e->at, &soonest);
    }
    for (size_t i = 0; i < h->profile_count; i++) {
        const struct past_profile *p = &h->profiles[i];
        struct agenda_item item = {.id = p->id, .profile = p, .index = i};
        q->profiles[i] = agenda_of_past(w, item, p->at, &soonest);
    }
    q->s->ahead = score_soonest(&soonest, q->m);
    score_agenda_sort(w->items, w->count);
}

/* Finds or makes the state to start from. false: only the history can tell. */
static bool walk_begin(struct walk *w)
{
    const struct score_kept *kept = w->kept;
    struct teller *q = &w->q;

    q->first = q->sure = INSTANT_NONE;
    w->turned_band = score_band_begin();
    if (kept && kept->model.v == q->m->id.v && kept->state.ptr)
        q->s = score_state_parse(q->m, kept->state, q->a);
    w->carries = q->s != NULL;
    if (w->carries) {
        q->sure = kept->next_change;
        w->ahead_was = q->s->ahead;
        if (w->now < q->s->upto) /* walks of one lead come in another order than their clocks */
            w->now = q->s->upto;
    }
    if (!w->h && ((kept && !q->s) || (q->s && q->s->ahead <= w->now)))
        return false;
    if (!q->s)
        q->s = score_begin(q->m, w->news->born, q->a);
    if (!w->h) {
        agenda_of_news(w);
        return true;
    }
    q->h = w->h;
    q->events = ARENA_ARRAY(q->a, bool, w->h->event_count + 1);
    q->profiles = ARENA_ARRAY(q->a, bool, w->h->profile_count + 1);
    agenda_of_history(w);
    if (w->carries)
        return true;
    instant ahead = q->s->ahead; /* another model, or a merge: told afresh from now on */
    q->s = score_fold_some(q->m, w->h, w->now, q->events, q->profiles, q->a);
    q->s->ahead = ahead;
    q->heard = true;
    if (kept)
        score_tell(q, w->now, (struct event_id){0});
    w->turned_band = q->band;
    return true;
}

static bool kept_same(const struct score_kept *a, const struct score_kept *b)
{
    return a->model.v == b->model.v && fix_round(a->total) == fix_round(b->total) &&
           a->band.band == b->band.band && a->band.armed == b->band.armed && a->cell == b->cell &&
           a->icp == b->icp &&
           a->next_change == b->next_change && str_eq(a->state, b->state);
}

/* A due that stands in the future and is soon enough stays. */
static void due_fill(const struct score_kept *before, instant now, struct score_walked *out)
{
    bool stays = before && before->due > now && before->due <= out->kept.next_change;

    out->kept.due = stays ? before->due : out->kept.next_change;
    out->due_moved = !before || before->due != out->kept.due;
    out->changed = out->changed || out->due_moved;
}

enum score_walk score_walk(const struct model *m, const struct score_kept *kept,
                           const struct score_news *news, const struct history *h, struct arena *a,
                           struct score_walked *out)
{
    struct walk w = {.kept = kept, .news = news, .h = h, .now = news->now};
    struct teller *q = &w.q;

    q->m = m;
    q->a = a;
    q->with_lines = true;
    q->band = kept ? kept->band : score_band_begin();
    if (q->band.told > w.now)
        w.now = q->band.told;
    if (!walk_begin(&w))
        return SCORE_NEEDS_HISTORY;
    bool fresh = q->s->fresh;
    /* With the birth it is another item that comes next. */
    if (!score_tell_items(q, w.items, w.count) || (!h && fresh && !q->s->fresh && q->s->ahead != INSTANT_NEVER))
        return SCORE_NEEDS_HISTORY;
    if (w.carries && !q->heard && w.now < kept->next_change && q->s->ahead == w.ahead_was) {
        *out = (struct score_walked){.kept = *kept};
        due_fill(kept, w.now, out);
        return SCORE_WALKED;
    }
    score_catch_up(q, w.now);
    if (q->band.told == INSTANT_NONE)
        score_tell(q, w.now, (struct event_id){0});
    *out = (struct score_walked){.turned = !w.carries, .turned_at = w.now, .turned_band = w.turned_band};
    out->left_at = q->left_at;
    score_walked_fill(q, w.now, out);
    out->changed = !kept || !kept_same(kept, &out->kept);
    out->shown_changed = !kept || fix_round(kept->total) != fix_round(out->kept.total) ||
                         kept->band.band != out->kept.band.band || kept->cell != out->kept.cell ||
                         kept->icp != out->kept.icp;
    due_fill(kept, w.now, out);
    return SCORE_WALKED;
}
