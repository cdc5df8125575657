/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Bands through time: crossings once, re-arming by hysteresis, time alone, what is late and what is early. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "score/replay.h"
#include "score/starters.h"

static const instant start = (instant)1700000040 * SECOND_US;

struct life {
    struct ctx c;
    struct model *m;
    struct past_event events[32];
    struct score_item items[32];
    struct history h;
    struct score_kept kept;
    bool has;
    size_t crossings;
    struct score_crossing last;
    bool asked; /* the last walk needed the history */
};

#define HOT_AND_COOL                                                                               \
    "{\"id\":\"a\",\"group\":\"g\",\"when\":{\"event\":\"A\"},\"points\":10,\"ageing\":{\"kind\":" \
    "\"expire\",\"days\":10}},"                                                                    \
    "{\"id\":\"n\",\"group\":\"g\",\"when\":{\"event\":\"N\"},\"points\":-3,\"ageing\":{\"kind\":" \
    "\"expire\",\"days\":2}},"                                                                     \
    "{\"id\":\"m\",\"group\":\"g\",\"when\":{\"event\":\"M\"},\"points\":-6,\"ageing\":{\"kind\":" \
    "\"expire\",\"days\":2}}"

static void life_begin(struct life *l, const char *criteria, const char *top)
{
    memset(l, 0, sizeof *l);
    l->c.arena = arena_new(0);
    struct str text =
        str_print(l->c.arena,
                  "{\"floor\":-100,\"ceiling\":200,\"warm\":10,\"hot\":20,\"hysteresis\":5,"
                  "\"groups\":[{\"name\":\"g\"}],\"criteria\":[%s]%s}",
                  criteria, top);
    assert_int_equal(score_model_parse(&l->c, text, &l->m), ERR_NONE);
    l->m->id.v = 5;
    l->h = (struct history){.born = start, .events = l->events};
}

static void life_end(struct life *l)
{
    score_model_drop(l->m);
    arena_free(l->c.arena);
}

static int by_at(const void *pa, const void *pb)
{
    const struct past_event *a = pa, *b = pb;
    return (a->at > b->at) - (a->at < b->at);
}

/* One walk at now, bringing the event name that happened at `at` (NULL: the clock's walk). Returns how many crossings it made. */
static size_t walk(struct life *l, int64_t now_us, const char *name, int64_t at_us)
{
    struct past_event e = {
        .kind = EVENT_TRACK, .name = str_of(name), .at = start + at_us, .known_at = start + now_us};
    struct score_item item = {.event = &e};
    struct score_news news = {
        .now = start + now_us, .born = start, .items = &item, .count = name != NULL};
    struct score_walked out;

    if (name) {
        e.id = (int64_t)l->h.event_count + 1;
        e.tie = (uint64_t)e.id;
        l->events[l->h.event_count++] = e;
        qsort(l->events, l->h.event_count, sizeof e, by_at);
    }
    const struct score_kept *kept = l->has ? &l->kept : NULL;
    l->asked = score_walk(l->m, kept, &news, NULL, l->c.arena, &out) == SCORE_NEEDS_HISTORY;
    if (l->asked)
        assert_int_equal(score_walk(l->m, kept, &news, &l->h, l->c.arena, &out), SCORE_WALKED);
    if (out.changed)
        l->kept = out.kept;
    l->has = true;
    l->crossings += out.crossing_count;
    if (out.crossing_count)
        l->last = out.crossings[out.crossing_count - 1];
    return out.crossing_count;
}

static void check_replay(struct life *l, int64_t now_us)
{
    struct score_walked must = score_rebuild(l->m, &l->h, start + now_us, l->c.arena);
    walk(l, now_us, NULL, 0);
    assert_int_equal(must.crossing_count, l->crossings);
    assert_true(str_eq(must.kept.state, l->kept.state));
    assert_int_equal(must.kept.band.armed, l->kept.band.armed);
    assert_int_equal(must.kept.band.band, l->kept.band.band);
    assert_int_equal(must.kept.next_change, l->kept.next_change);
}

static void entering_hot_is_one_crossing_with_its_lines(void **state)
{
    struct life l;
    (void)state;
    life_begin(&l, HOT_AND_COOL, "");
    assert_int_equal(walk(&l, 0, "A", 0), 0);
    assert_int_equal(l.kept.band.band, BAND_WARM);
    assert_int_equal(walk(&l, HOUR_US, "A", HOUR_US), 1);
    assert_int_equal(l.last.at, start + HOUR_US);
    assert_int_equal(l.last.from, BAND_WARM);
    assert_int_equal(l.last.total, 20 * FIX_ONE);
    assert_int_equal(l.last.cause.v, 2);
    assert_string_equal(str_cz(l.c.arena, l.last.lines),
                        "[{\"criterion\":\"a\",\"points\":20,\"count\":2}]");
    assert_int_equal(walk(&l, 2 * HOUR_US, "A", 2 * HOUR_US), 0);
    assert_int_equal(l.kept.band.band, BAND_HOT);
    check_replay(&l, 3 * HOUR_US);
    life_end(&l);
}

static void hovering_about_the_threshold_crosses_once_and_cooling_re_arms(void **state)
{
    struct life l;
    (void)state;
    life_begin(&l, HOT_AND_COOL, "");
    walk(&l, 0, "A", 0);
    walk(&l, 1, "A", 1);
    assert_int_equal(l.crossings, 1);
    walk(&l, HOUR_US, "N", HOUR_US); /* 17: warm, not under 15 */
    assert_int_equal(l.kept.band.band, BAND_WARM);
    assert_int_equal(walk(&l, 2 * DAY_US + HOUR_US, NULL, 0),
                     0); /* the minus expires: hot again, no second crossing */
    assert_int_equal(l.kept.band.band, BAND_HOT);
    walk(&l, 3 * DAY_US, "M", 3 * DAY_US); /* 14: armed again */
    assert_true(l.kept.band.armed);
    assert_int_equal(walk(&l, 5 * DAY_US, NULL, 0), 1); /* by time alone */
    assert_int_equal(l.last.at, start + 5 * DAY_US);
    assert_int_equal(l.last.cause.v, 0);
    check_replay(&l, 6 * DAY_US);
    life_end(&l);
}

static void a_late_clock_tells_what_a_punctual_one_would_have(void **state)
{
    struct life l;
    (void)state;
    life_begin(&l, HOT_AND_COOL, "");
    walk(&l, 0, "A", 0);
    walk(&l, 1, "A", 1);
    walk(&l, 3 * DAY_US, "M", 3 * DAY_US);
    assert_int_equal(l.kept.next_change, start + 5 * DAY_US);
    assert_int_equal(walk(&l, 9 * DAY_US, "X", 9 * DAY_US),
                     1); /* the house slept; nobody listens to X */
    assert_int_equal(l.last.at, start + 5 * DAY_US);
    assert_int_equal(walk(&l, 20 * DAY_US, NULL, 0), 0);
    assert_int_equal(l.kept.band.band, BAND_COLD);
    assert_int_equal(l.kept.next_change, INSTANT_NEVER);
    check_replay(&l, 21 * DAY_US);
    life_end(&l);
}

static void a_late_event_crosses_when_it_is_known(void **state)
{
    struct life l;
    (void)state;
    life_begin(&l, HOT_AND_COOL, "");
    walk(&l, 0, "A", 0);
    walk(&l, 2 * DAY_US, "M", 2 * DAY_US);
    assert_int_equal(walk(&l, 5 * DAY_US, "A", DAY_US),
                     1); /* would have been hot from day 1 to 2; is hot now */
    assert_true(l.asked);
    assert_int_equal(l.last.at, start + 5 * DAY_US);
    check_replay(&l, 6 * DAY_US);
    life_end(&l);
    life_begin(&l, HOT_AND_COOL, "");
    walk(&l, 0, "A", 0);
    walk(&l, DAY_US, "M", DAY_US);
    assert_int_equal(walk(&l, DAY_US + HOUR_US, "A", HOUR_US),
                     0); /* was hot then, is not now: nobody is called */
    assert_true(l.asked);
    check_replay(&l, 2 * DAY_US);
    life_end(&l);
}

static void a_late_minus_takes_no_crossing_back(void **state)
{
    struct life l;
    (void)state;
    life_begin(&l, HOT_AND_COOL, "");
    walk(&l, HOUR_US, "A", HOUR_US);
    walk(&l, 2 * HOUR_US, "A", 2 * HOUR_US);
    walk(&l, 3 * HOUR_US, "N", 0);
    assert_int_equal(l.crossings, 1);
    assert_int_equal(l.kept.band.band, BAND_WARM);
    check_replay(&l, 4 * HOUR_US);
    life_end(&l);
}

static void an_event_of_the_future_waits_for_its_instant(void **state)
{
    struct life l;
    (void)state;
    life_begin(&l, HOT_AND_COOL, "");
    walk(&l, 0, "A", 0);
    assert_int_equal(walk(&l, HOUR_US, "A", HOUR_US + 3 * MINUTE_US), 0);
    assert_int_equal(l.kept.next_change, start + HOUR_US + 3 * MINUTE_US);
    assert_int_equal(walk(&l, HOUR_US + MINUTE_US, "X", HOUR_US), 0);
    assert_int_equal(walk(&l, HOUR_US + 3 * MINUTE_US, NULL, 0), 1);
    assert_true(l.asked);
    assert_int_equal(l.last.at, start + HOUR_US + 3 * MINUTE_US);
    check_replay(&l, 2 * HOUR_US);
    life_end(&l);
}

static void what_puts_a_change_off_leaves_the_clock_its_look(void **state)
{
    struct life l;
    (void)state;
    life_begin(&l,
               "{\"id\":\"a\",\"group\":\"g\",\"when\":{\"event\":\"A\"},\"points\":7,\"max_times\":1,"
               "\"ageing\":{\"kind\":\"expire\",\"days\":10}},"
               "{\"id\":\"b\",\"group\":\"g\",\"when\":{\"event\":\"B\"},\"points\":1,"
               "\"ageing\":{\"kind\":\"expire\",\"days\":2}}",
               "");
    walk(&l, 0, "A", 0);
    assert_int_equal(l.kept.due, start + 10 * DAY_US);
    walk(&l, DAY_US, "A", DAY_US);
    assert_int_equal(l.kept.next_change, start + 11 * DAY_US);
    assert_int_equal(l.kept.due, start + 10 * DAY_US); /* soon enough: it stays */
    walk(&l, 3 * DAY_US, "B", 3 * DAY_US);
    assert_int_equal(l.kept.due, start + 5 * DAY_US); /* never after next_change */
    walk(&l, 5 * DAY_US, NULL, 0);
    assert_int_equal(l.kept.due, start + 11 * DAY_US);
    walk(&l, 6 * DAY_US, "A", 6 * DAY_US);
    assert_int_equal(l.kept.next_change, start + 16 * DAY_US);
    walk(&l, 11 * DAY_US, NULL, 0); /* a look in vain */
    assert_int_equal(fix_round(l.kept.total), 7);
    assert_int_equal(l.kept.due, start + 16 * DAY_US);
    check_replay(&l, 12 * DAY_US);
    life_end(&l);
}

static void a_gate_that_opens_lets_the_crossing_through(void **state)
{
    struct life l;
    (void)state;
    life_begin(
        &l, HOT_AND_COOL,
        ",\"gates\":[{\"band\":\"hot\",\"when\":{\"within\":{\"event\":\"B\"},\"days\":1}}]");
    walk(&l, 0, "A", 0);
    walk(&l, 1, "A", 1);
    assert_int_equal(l.crossings, 0);
    assert_int_equal(l.kept.band.band, BAND_WARM);
    assert_int_equal(walk(&l, HOUR_US, "B", HOUR_US), 1);
    assert_int_equal(l.kept.next_change, start + HOUR_US + DAY_US);
    assert_int_equal(walk(&l, HOUR_US + DAY_US, NULL, 0), 0);
    assert_int_equal(l.kept.band.band, BAND_WARM);
    assert_int_equal(walk(&l, 3 * DAY_US, "B", 3 * DAY_US), 0); /* a lost gate does not arm */
    assert_int_equal(l.kept.band.band, BAND_HOT);
    check_replay(&l, 3 * DAY_US + HOUR_US);
    life_end(&l);
}

static void an_unheard_event_changes_nothing_that_must_be_stored(void **state)
{
    struct life l;
    struct past_event e = {.id = 9, .name = STR("X"), .at = start + HOUR_US, .tie = 9};
    struct score_item item = {.event = &e};
    struct score_news news = {.now = start + HOUR_US, .born = start, .items = &item, .count = 1};
    struct score_walked out;
    (void)state;
    life_begin(&l, HOT_AND_COOL, "");
    walk(&l, 0, "A", 0);
    assert_int_equal(score_walk(l.m, &l.kept, &news, NULL, l.c.arena, &out), SCORE_WALKED);
    assert_false(out.changed || out.shown_changed);
    l.m->id.v = 6; /* another model: only the history can tell */
    assert_int_equal(score_walk(l.m, &l.kept, &news, NULL, l.c.arena, &out), SCORE_NEEDS_HISTORY);
    life_end(&l);
}

/* Walks of one lead may come in another order than their clocks. */
static void a_walk_whose_clock_is_behind_is_told_at_the_later_instant(void **state)
{
    struct life l;
    (void)state;
    life_begin(&l, HOT_AND_COOL, "");
    walk(&l, 10, "A", 10);
    assert_int_equal(walk(&l, 5, "A", 5), 1);
    assert_int_equal(l.last.at, start + 10);
    life_end(&l);
}

static void another_model_goes_on_from_the_band_that_was(void **state)
{
    struct life l;
    struct score_news none = {.now = start + HOUR_US, .born = start};
    struct score_walked out;
    (void)state;
    life_begin(&l, HOT_AND_COOL, "");
    walk(&l, 0, "A", 0);
    walk(&l, 1, "A", 1);
    l.m->id.v = 6;
    assert_int_equal(score_walk(l.m, &l.kept, &none, &l.h, l.c.arena, &out), SCORE_WALKED);
    assert_int_equal(out.crossing_count, 0); /* hot under both: called once */
    assert_int_equal(out.kept.model.v, 6);
    assert_true(out.changed);
    life_end(&l);
}

/* Another model comes to a lead with the very call that brings what nobody listens to: a birth. Before that it was silent from its creation on, and is told so. */
static void what_nobody_listens_to_is_news_of_its_call_all_the_same(void **state)
{
    struct life l;
    struct model *first;
    struct history nothing = {.born = start};
    struct score_news news = {.now = start + 2 * DAY_US, .born = start};
    struct score_walked out, must;
    (void)state;
    life_begin(&l, HOT_AND_COOL, "");
    first = l.m;
    walk(&l, 0, NULL, 0);
    assert_int_equal(score_model_parse(&l.c, STR("{\"floor\":0,\"ceiling\":200,\"warm\":10,\"hot\":20,\"hysteresis\":5,\"groups\":[{\"name\":\"g\"}],\"criteria\":["
                                                 "{\"id\":\"s\",\"group\":\"g\",\"when\":{\"silent\":{},\"days\":1},\"points\":25}]}"), &l.m), ERR_NONE);
    l.m->id.v = 6;
    l.events[l.h.event_count++] = (struct past_event){.id = 1, .kind = EVENT_IDENTIFY, .at = news.now - HOUR_US, .known_at = news.now};
    struct score_turn turns[] = {{.at = start, .m = first, .h = &nothing, .fresh = true, .heard_until = news.now},
                                 {.at = news.now, .m = l.m, .h = &l.h, .heard_until = INSTANT_NEVER}};
    must = score_rebuild_turns(turns, 2, news.now, l.c.arena);
    assert_int_equal(score_walk(l.m, &l.kept, &news, NULL, l.c.arena, &out), SCORE_NEEDS_HISTORY);
    assert_int_equal(score_walk(l.m, &l.kept, &news, &l.h, l.c.arena, &out), SCORE_WALKED);
    assert_int_equal(must.crossing_count, 1);
    assert_int_equal(out.crossing_count, 1);
    assert_int_equal(out.crossings[0].at, must.crossings[0].at);
    assert_true(out.kept.band.band == BAND_COLD && str_eq(out.kept.state, must.kept.state));
    score_model_drop(first);
    life_end(&l);
}

/* The seed's own story under the starter model, with a server's key. */
static void an_eager_buyer_turns_hot_under_the_starter_model(void **state)
{
    struct life l;
    struct json *patch;
    struct past_profile p = {.id = 100, .at = start, .known_at = start};
    (void)state;
    life_begin(&l, HOT_AND_COOL, "");
    score_model_drop(l.m);
    assert_int_equal(score_trade_read(&l.c, SCORE_TRADE_FIRST, LANG_RU, &l.m), ERR_NONE);
    assert_int_equal(
        json_read(&l.c,
                  STR("{\"title\":\"Генеральный "
                      "директор\",\"employees\":120,\"budget\":500000,\"email.free\":false}"),
                  &patch),
        ERR_NONE);
    p.patch = patch;
    l.h.profiles = &p;
    l.h.profile_count = 1;
    static const char *const names[] = {"Price List Downloaded", "Form Submitted",
                                        "Demo Requested"};
    for (size_t i = 0; i < countof(names); i++)
        l.events[l.h.event_count++] = (struct past_event){.id = (int64_t)i + 1,
                                                          .name = str_of(names[i]),
                                                          .at = start + (instant)i * HOUR_US,
                                                          .known_at = start + (instant)i * HOUR_US,
                                                          .tie = i};
    struct score s = score_at(l.m, &l.h, start + 2 * HOUR_US, l.c.arena);
    assert_int_equal(s.shown, 80);
    assert_int_equal(s.band, BAND_HOT);
    struct replayed r =
        score_replay(l.m, &l.h, REPLAY_AS_HAPPENED, start + 100 * DAY_US, l.c.arena);
    assert_int_equal(r.crossing_count, 1);
    assert_int_equal(r.crossings[0].cause.v, 3);
    assert_true(r.hot_us > DAY_US && r.hot_us < 20 * DAY_US);
    assert_int_not_equal(r.sum.band, BAND_HOT);
    for (size_t i = 0; i < l.h.event_count; i++)
        l.events[i].unverified = true;
    assert_int_not_equal(score_at(l.m, &l.h, start + 2 * HOUR_US, l.c.arena).band, BAND_COLD);
    life_end(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entering_hot_is_one_crossing_with_its_lines),
        cmocka_unit_test(hovering_about_the_threshold_crosses_once_and_cooling_re_arms),
        cmocka_unit_test(a_late_clock_tells_what_a_punctual_one_would_have),
        cmocka_unit_test(a_late_event_crosses_when_it_is_known),
        cmocka_unit_test(a_late_minus_takes_no_crossing_back),
        cmocka_unit_test(an_event_of_the_future_waits_for_its_instant),
        cmocka_unit_test(a_gate_that_opens_lets_the_crossing_through),
        cmocka_unit_test(an_unheard_event_changes_nothing_that_must_be_stored),
        cmocka_unit_test(a_walk_whose_clock_is_behind_is_told_at_the_later_instant),
        cmocka_unit_test(what_puts_a_change_off_leaves_the_clock_its_look),
        cmocka_unit_test(another_model_goes_on_from_the_band_that_was),
        cmocka_unit_test(what_nobody_listens_to_is_news_of_its_call_all_the_same),
        cmocka_unit_test(an_eager_buyer_turns_hot_under_the_starter_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
