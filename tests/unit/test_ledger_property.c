/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Random models over random lives: what must hold for all of them. GRADUS_CASES and GRADUS_SEED change how many and which.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "gen_model.h"

struct trial {
    struct gen g;
    struct ctx c;
    struct model *m;
};

static int64_t cases(void)
{
    const char *n = getenv("GRADUS_CASES");
    return n ? atoll(n) : 10000;
}

static uint64_t first_seed(void)
{
    const char *n = getenv("GRADUS_SEED");
    return n ? strtoull(n, NULL, 10) : 1;
}

static void trial_begin(struct trial *t, uint64_t seed)
{
    memset(t, 0, sizeof *t);
    t->c.arena = arena_new(0);
    t->g = (struct gen){.seed = seed * 1000003, .c = &t->c, .a = t->c.arena};
    t->m = gen_model(&t->g);
}

static void trial_end(struct trial *t)
{
    score_model_drop(t->m);
    arena_free(t->c.arena);
}

#define CHECK(seed, is)                                                      \
    do {                                                                     \
        if (!(is)) {                                                         \
            print_error("seed %llu: %s\n", (unsigned long long)(seed), #is); \
            fail();                                                          \
        }                                                                    \
    } while (0)

/* ---- any order of arrival, one item after another, gives what a replay gives ---- */

struct arrival {
    const struct past_event *e;
    const struct past_profile *p;
};

/* What has arrived so far, as a history. */
static struct history arrived(struct gen *g, const struct history *h, const bool *events,
                              const bool *profiles)
{
    struct past_event *es = ARENA_ARRAY(g->a, struct past_event, h->event_count + 1);
    struct past_profile *ps = ARENA_ARRAY(g->a, struct past_profile, h->profile_count + 1);
    struct history out = {.born = h->born, .events = es, .profiles = ps};

    for (size_t i = 0; i < h->event_count; i++)
        if (events[i])
            es[out.event_count++] = h->events[i];
    for (size_t i = 0; i < h->profile_count; i++)
        if (profiles[i])
            ps[out.profile_count++] = h->profiles[i];
    return out;
}

static void check_order(uint64_t seed, struct trial *t, const struct history *h)
{
    size_t n = h->event_count + h->profile_count;
    struct arrival *list = ARENA_ARRAY(t->g.a, struct arrival, n + 1);
    bool *events = ARENA_ARRAY(t->g.a, bool, h->event_count + 1),
         *profiles = ARENA_ARRAY(t->g.a, bool, h->profile_count + 1);
    struct score_state *s = score_begin(t->m, h->born, t->g.a);
    bool shuffled = gen_one_in(&t->g, 2);

    for (size_t i = 0; i < h->event_count; i++)
        list[i].e = &h->events[i];
    for (size_t i = 0; i < h->profile_count; i++)
        list[h->event_count + i].p = &h->profiles[i];
    for (size_t i = n; shuffled && i > 1; i--) {
        size_t j = (size_t)gen_to(&t->g, (int64_t)i);
        struct arrival swap = list[i - 1];
        list[i - 1] = list[j], list[j] = swap;
    }
    for (size_t i = 0; i < n; i++) {
        enum score_take took;
        if (list[i].e) {
            took = score_take_event(s, list[i].e);
            events[list[i].e - h->events] = true;
        } else {
            took = score_take_profile(s, list[i].p);
            profiles[list[i].p - h->profiles] = true;
        }
        if (took == SCORE_LATE) {
            struct history so_far = arrived(&t->g, h, events, profiles);
            s = score_fold(t->m, &so_far, INSTANT_NEVER, t->g.a);
        }
        if (gen_one_in(&t->g, 3)) {
            struct str bytes = score_state_print(s, t->g.a);
            s = score_state_parse(t->m, bytes, t->g.a);
            CHECK(seed, s != NULL);
            CHECK(seed, str_eq(bytes, score_state_print(s, t->g.a)));
        }
    }
    struct score_state *whole = score_fold(t->m, h, INSTANT_NEVER, t->g.a);
    CHECK(seed, str_eq(score_state_print(s, t->g.a), score_state_print(whole, t->g.a)));
    for (int i = 0; i < 4; i++) {
        instant at = GEN_START + GEN_SPAN + gen_to(&t->g, 20 * DAY_US);
        struct score direct = score_at(t->m, h, at, t->g.a);
        struct score_sum sum = score_sum_of(s, at);
        CHECK(seed, direct.total == sum.total && direct.band == sum.band);
    }
}

static void any_order_of_arrival_gives_the_same_state_and_score(void **state)
{
    (void)state;
    for (int64_t i = 0; i < cases(); i++) {
        uint64_t seed = first_seed() + (uint64_t)i;
        struct trial t;
        trial_begin(&t, seed);
        struct history h = gen_history(&t.g, 40);
        check_order(seed, &t, &h);
        trial_end(&t);
    }
}

/* ---- limits ---- */

static void check_limits(uint64_t seed, const struct model *m, const struct score *s)
{
    fix groups[32] = {0}, total = 0;

    for (size_t i = 0; i < s->line_count; i++) {
        const struct score_line *l = &s->lines[i];
        const struct criterion *k = &m->criteria[l->criterion];
        fix each = k->points < 0 ? -k->points : k->points,
            size = l->points < 0 ? -l->points : l->points;
        groups[l->group] += l->points;
        CHECK(seed, !k->per_event || !k->max_times || l->count <= k->max_times);
        CHECK(seed, !k->max_points || size <= k->max_points);
        CHECK(seed, size <= each * l->count);
        CHECK(seed, (l->points >= 0) == (k->points >= 0) || l->points == 0);
        CHECK(seed, i == 0 || s->lines[i - 1].points >= l->points);
    }
    for (size_t g = 0; g < m->group_count; g++) {
        CHECK(seed, groups[g] == s->groups[g].raw);
        CHECK(seed, !m->groups[g].has_ceiling || s->groups[g].points <= m->groups[g].ceiling);
        CHECK(seed, !m->groups[g].has_floor || s->groups[g].points >= m->groups[g].floor);
        total += s->groups[g].points;
    }
    CHECK(seed, s->total == fix_clamp(total, m->floor, m->ceiling));
}

static void no_number_of_repeats_exceeds_a_limit(void **state)
{
    (void)state;
    for (int64_t i = 0; i < cases(); i++) {
        uint64_t seed = first_seed() + (uint64_t)i;
        struct trial t;
        trial_begin(&t, seed);
        struct history h = gen_history(&t.g, 60);
        for (size_t e = 0; e < h.event_count; e++) {
            struct past_event *ev = (struct past_event *)&h.events[e];
            ev->name = ev->kind == EVENT_PAGE ? ev->name : STR("A"); /* one act over and over */
        }
        for (int k = 0; k < 3; k++) {
            struct score s = score_at(t.m, &h, GEN_START + gen_to(&t.g, GEN_SPAN), t.g.a);
            check_limits(seed, t.m, &s);
        }
        trial_end(&t);
    }
}

static void unverified_events_alone_stay_under_the_public_ceiling(void **state)
{
    (void)state;
    for (int64_t i = 0; i < cases(); i++) {
        uint64_t seed = first_seed() + (uint64_t)i;
        struct trial t;
        trial_begin(&t, seed);
        struct history h = gen_history(&t.g, 40);
        fix positive = 0;
        for (size_t e = 0; e < h.event_count; e++)
            ((struct past_event *)h.events)[e].unverified = true;
        h.profile_count = 0;
        struct score s = score_at(t.m, &h, GEN_START + GEN_SPAN, t.g.a);
        for (size_t l = 0; l < s.line_count; l++)
            if (s.lines[l].points > 0 && t.m->criteria[s.lines[l].criterion].per_event)
                positive += s.lines[l].points;
        CHECK(seed, !t.m->has_public_ceiling || positive <= t.m->public_ceiling);
        trial_end(&t);
    }
}

/* ---- the next change ---- */

static bool looks_same(const struct score *a, const struct score *b)
{
    return a->shown == b->shown && a->band == b->band;
}

static bool looks_same_in_lists(const struct score *a, const struct score *b)
{
    return looks_same(a, b) && a->cell == b->cell && a->icp == b->icp;
}

/* The cell and the match too stand still until the instant at which the lead is walked again. */
static void check_lists(uint64_t seed, struct trial *t, const struct history *h, instant at)
{
    struct score_state *s = score_fold(t->m, h, at, t->g.a);
    instant next = score_next(s, at, INSTANT_NEVER, SCORE_WATCH_SHOWN | SCORE_WATCH_BAND | SCORE_WATCH_CELL);
    struct score is = score_of(s, at, t->g.a);
    struct score_sum sum = score_sum_of(s, at);
    instant end = next == INSTANT_NEVER ? at + 400 * DAY_US : next;

    CHECK(seed, sum.cell == is.cell && sum.icp == is.icp && is.cell >= 0 && is.cell < SCORE_CELLS);
    CHECK(seed, (is.icp == SCORE_ICP_NONE) == (t->m->icp_count == 0) && is.icp <= SCORE_ICP_MAX);
    for (int i = 0; i < 4; i++) {
        instant between = i == 0 ? end - 1 : at + gen_to(&t->g, end - at);
        struct score other = score_of(s, between, t->g.a);
        CHECK(seed, looks_same_in_lists(&is, &other));
    }
}

/* 0: nothing will change; 1: it changes at next_change; 2: next_change was given early, as a search that stops may. */
static int check_next(uint64_t seed, struct trial *t, const struct history *h, instant at)
{
    struct history then = *h;

    while (then.event_count && then.events[then.event_count - 1].at > at)
        then.event_count--;
    while (then.profile_count && then.profiles[then.profile_count - 1].at > at)
        then.profile_count--;
    struct score s = score_at(t->m, &then, at, t->g.a);
    instant end = s.next_change == INSTANT_NEVER ? at + 400 * DAY_US : s.next_change;
    CHECK(seed, end > at);
    check_lists(seed, t, &then, at);
    for (int i = 0; i < 6; i++) {
        instant between = i == 0 ? end - 1 : i == 1 ? at + 1 : at + gen_to(&t->g, end - at);
        if (between >= end || between < at)
            continue;
        struct score other = score_at(t->m, &then, between, t->g.a);
        CHECK(seed, looks_same(&s, &other));
    }
    if (s.next_change == INSTANT_NEVER)
        return 0;
    struct score after = score_at(t->m, &then, s.next_change, t->g.a);
    return looks_same(&s, &after) ? 2 : 1;
}

static void nothing_shown_changes_before_next_change_and_something_does_at_it(void **state)
{
    int64_t found[3] = {0};
    (void)state;
    for (int64_t i = 0; i < cases(); i++) {
        uint64_t seed = first_seed() + (uint64_t)i;
        struct trial t;
        trial_begin(&t, seed);
        struct history h = gen_history(&t.g, 40);
        for (int k = 0; k < 3; k++)
            found[check_next(seed, &t, &h, gen_instant(&t.g) + gen_to(&t.g, 10 * DAY_US))]++;
        trial_end(&t);
    }
    assert_true(found[1] > cases()); /* the test would be idle if nothing ever changed by itself */
    assert_true(
        found[2] <=
        found[1] /
            1000); /* public points that pass from one criterion to another, to the millionth */
}

/* ---- walks ---- */

struct house {
    struct trial *t;
    const struct history *all;
    struct score_kept kept;
    bool has;
    struct score_crossing *crossings;
    size_t count;
};

static struct history known_at(struct house *w, int64_t id)
{
    bool *events = ARENA_ARRAY(w->t->g.a, bool, w->all->event_count + 1);
    bool *profiles = ARENA_ARRAY(w->t->g.a, bool, w->all->profile_count + 1);
    for (size_t i = 0; i < w->all->event_count; i++)
        events[i] = w->all->events[i].id <= id;
    for (size_t i = 0; i < w->all->profile_count; i++)
        profiles[i] = w->all->profiles[i].id <= id;
    return arrived(&w->t->g, w->all, events, profiles);
}

/* Every item with id up to `last` has arrived; items are the new ones. */
static void house_walk(uint64_t seed, struct house *w, instant now, const struct score_item *items,
                       size_t n, int64_t last)
{
    struct score_news news = {.now = now, .born = w->all->born, .items = items, .count = n};
    struct score_walked out;

    if (score_walk(w->t->m, w->has ? &w->kept : NULL, &news, NULL, w->t->g.a, &out) ==
        SCORE_NEEDS_HISTORY) {
        struct history h = known_at(w, last);
        CHECK(seed, score_walk(w->t->m, w->has ? &w->kept : NULL, &news, &h, w->t->g.a, &out) ==
                        SCORE_WALKED);
    }
    for (size_t i = 0; i < out.crossing_count; i++)
        w->crossings[w->count++] = out.crossings[i];
    if (out.changed)
        w->kept = out.kept;
    w->has = true;
}

/* Items by id. */
static struct score_item *by_id(struct gen *g, const struct history *h)
{
    size_t n = h->event_count + h->profile_count;
    struct score_item *list = ARENA_ARRAY(g->a, struct score_item, n + 1);
    for (size_t i = 0; i < h->event_count; i++)
        list[h->events[i].id - 1].event = &h->events[i];
    for (size_t i = 0; i < h->profile_count; i++)
        list[h->profiles[i].id - 1].profile = &h->profiles[i];
    return list;
}

static instant item_known(const struct score_item *i)
{
    return i->event ? i->event->known_at : i->profile->known_at;
}

static void live(uint64_t seed, struct house *w, instant until)
{
    struct gen *g = &w->t->g;
    struct score_item *items = by_id(g, w->all);
    size_t n = w->all->event_count + w->all->profile_count, done = 0;
    instant now = INSTANT_NONE;

    w->crossings = ARENA_ARRAY(g->a, struct score_crossing, 1000);
    for (size_t i = 0; i < n; i += done) {
        instant next = item_known(&items[i]);
        for (done = 1; i + done < n && item_known(&items[i + done]) == next; done++) {
        }
        while (w->has && w->kept.next_change <= next && gen_one_in(g, 2)) {
            now =
                w->kept.next_change +
                (gen_one_in(g, 2) ? 0 : gen_to(g, HOUR_US)); /* the clock's walk, punctual or not */
            if (now > next)
                now = next;
            house_walk(seed, w, now, NULL, 0, (int64_t)i);
        }
        now = next;
        house_walk(seed, w, now, items + i, done, (int64_t)(i + done));
    }
    house_walk(seed, w, until, NULL, 0, (int64_t)n);
}

static int64_t early; /* lives whose next change is kept as an instant at which nothing changes */

static int64_t check_live(uint64_t seed, struct trial *t, const struct history *h)
{
    struct house w = {.t = t, .all = h};
    instant until = GEN_START + GEN_SPAN + 10 * DAY_US;

    live(seed, &w, until);
    struct score_walked must = score_rebuild(t->m, h, until, t->g.a);
    struct score_news none = {.now = until, .born = h->born};
    struct score_walked is;
    CHECK(seed, score_walk(t->m, &w.kept, &none, NULL, t->g.a, &is) == SCORE_WALKED);
    CHECK(seed, !is.changed);
    CHECK(seed, str_eq(w.kept.state, must.kept.state));
    CHECK(seed,
          w.kept.band.band == must.kept.band.band && w.kept.band.armed == must.kept.band.armed);
    /* A search that stopped early did so by where it began: from one instant both give the same, and the kept one is never too late. */
    CHECK(seed, w.kept.next_change <= must.kept.next_change);
    if (w.kept.next_change != must.kept.next_change) {
        struct score_kept due = w.kept;
        due.next_change = until;
        early++;
        CHECK(seed, score_walk(t->m, &due, &none, NULL, t->g.a, &is) == SCORE_WALKED);
        CHECK(seed, is.kept.next_change == must.kept.next_change && is.crossing_count == 0);
        CHECK(seed, str_eq(is.kept.state, must.kept.state) && is.kept.total == must.kept.total);
    }
    CHECK(seed, fix_round(w.kept.total) == fix_round(must.kept.total));
    CHECK(seed, w.count == must.crossing_count);
    for (size_t i = 0; getenv("GRADUS_TELL") && i < w.count; i++)
        print_message("%zu: live %lld %lld cause %lld, replay %lld %lld cause %lld\n", i,
                      (long long)w.crossings[i].at, (long long)w.crossings[i].total,
                      (long long)w.crossings[i].cause.v, (long long)must.crossings[i].at,
                      (long long)must.crossings[i].total, (long long)must.crossings[i].cause.v);
    for (size_t i = 0; i < w.count; i++) {
        CHECK(seed, w.crossings[i].at == must.crossings[i].at &&
                        w.crossings[i].total == must.crossings[i].total);
        CHECK(seed, w.crossings[i].cause.v == must.crossings[i].cause.v);
        CHECK(seed, str_eq(w.crossings[i].lines, must.crossings[i].lines));
    }
    struct score now = score_at(t->m, h, until, t->g.a);
    CHECK(seed, now.shown == fix_round(w.kept.total) && now.band == w.kept.band.band);
    return (int64_t)w.count;
}

static void a_replay_makes_the_crossings_of_the_live_house(void **state)
{
    int64_t crossings = 0;
    (void)state;
    for (int64_t i = 0; i < cases(); i++) {
        uint64_t seed = first_seed() + (uint64_t)i;
        struct trial t;
        trial_begin(&t, seed);
        struct history h = gen_history(&t.g, 30);
        crossings += check_live(seed, &t, &h);
        trial_end(&t);
    }
    assert_true(crossings > cases() / 10);
    if (getenv("GRADUS_TELL"))
        print_message("%lld of %lld stopped early\n", (long long)early, (long long)cases());
    assert_true(early <= 1 + cases() / 5000);
}

static void a_merge_and_its_undo_give_what_the_histories_give(void **state)
{
    (void)state;
    for (int64_t i = 0; i < cases() / 4; i++) {
        uint64_t seed = first_seed() + (uint64_t)i;
        struct trial t;
        trial_begin(&t, seed);
        struct history x = gen_history(&t.g, 20), y = gen_history(&t.g, 20),
                       both = gen_merged(&t.g, &x, &y);
        instant at = GEN_START + GEN_SPAN + 6 * DAY_US +
                     gen_to(&t.g, 10 * DAY_US); /* all is known by then */
        struct score_walked own = score_rebuild(t.m, &x, at, t.g.a), out;
        struct score_kept kept = own.kept;
        struct score_news none = {.now = at, .born = GEN_START};
        kept.state = STR_NULL;
        CHECK(seed, score_walk(t.m, &kept, &none, &both, t.g.a, &out) == SCORE_WALKED);
        struct score merged = score_at(t.m, &both, at, t.g.a);
        CHECK(seed, out.kept.total == merged.total && out.kept.band.band == merged.band);
        kept = out.kept;
        kept.state = STR_NULL;
        CHECK(seed, score_walk(t.m, &kept, &none, &x, t.g.a, &out) == SCORE_WALKED);
        CHECK(seed, str_eq(out.kept.state, own.kept.state) && out.kept.total == own.kept.total);
        trial_end(&t);
    }
}

/* In a house that learns at once, told then is told now. */
static void happening_and_knowing_agree_when_nothing_is_late(void **state)
{
    (void)state;
    for (int64_t i = 0; i < cases() / 4; i++) {
        uint64_t seed = first_seed() + (uint64_t)i;
        struct trial t;
        trial_begin(&t, seed);
        struct history h = gen_history(&t.g, 30);
        for (size_t k = 0; k < h.event_count; k++)
            ((struct past_event *)h.events)[k].known_at = h.events[k].at;
        for (size_t k = 0; k < h.profile_count; k++)
            ((struct past_profile *)h.profiles)[k].known_at = h.profiles[k].at;
        gen_ids((struct past_event *)h.events, h.event_count, (struct past_profile *)h.profiles,
                h.profile_count);
        instant to = GEN_START + GEN_SPAN;
        struct replayed a = score_replay(t.m, &h, REPLAY_AS_HAPPENED, to, t.g.a);
        struct replayed b = score_replay(t.m, &h, REPLAY_AS_KNOWN, to, t.g.a);
        CHECK(seed,
              a.sum.total == b.sum.total && a.band.armed == b.band.armed && a.hot_us == b.hot_us);
        CHECK(seed, a.crossing_count == b.crossing_count);
        for (size_t k = 0; k < a.crossing_count; k++)
            CHECK(seed, a.crossings[k].at == b.crossings[k].at &&
                            a.crossings[k].total == b.crossings[k].total);
        trial_end(&t);
    }
}

static void the_text_of_a_model_reads_back_to_itself(void **state)
{
    (void)state;
    for (int64_t i = 0; i < cases() / 4; i++) {
        uint64_t seed = first_seed() + (uint64_t)i;
        struct trial t;
        struct model *again;
        trial_begin(&t, seed);
        struct str text = score_model_print(t.m, t.g.a);
        CHECK(seed, score_model_parse(&t.c, text, &again) == ERR_NONE);
        CHECK(seed, str_eq(text, score_model_print(again, t.g.a)));
        again->id = t.m->id;
        struct history h = gen_history(&t.g, 20);
        struct score a = score_at(t.m, &h, GEN_START + GEN_SPAN, t.g.a),
                     b = score_at(again, &h, GEN_START + GEN_SPAN, t.g.a);
        CHECK(seed,
              a.total == b.total && a.next_change == b.next_change && a.line_count == b.line_count);
        score_model_drop(again);
        trial_end(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_order_of_arrival_gives_the_same_state_and_score),
        cmocka_unit_test(no_number_of_repeats_exceeds_a_limit),
        cmocka_unit_test(unverified_events_alone_stay_under_the_public_ceiling),
        cmocka_unit_test(nothing_shown_changes_before_next_change_and_something_does_at_it),
        cmocka_unit_test(a_replay_makes_the_crossings_of_the_live_house),
        cmocka_unit_test(a_merge_and_its_undo_give_what_the_histories_give),
        cmocka_unit_test(happening_and_knowing_agree_when_nothing_is_late),
        cmocka_unit_test(the_text_of_a_model_reads_back_to_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
