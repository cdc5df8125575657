/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The ledger by tables: a criterion, some events, the points at given instants. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "score/replay.h"

static const instant start = (instant)1700000040 * SECOND_US; /* a whole minute */

struct life {
    struct ctx c;
    struct model *m;
    struct past_event events[64];
    struct past_profile profiles[16];
    struct history h;
};

/* criteria: the members of the list; top: further members of the model, with a comma in front. */
static void life_begin(struct life *l, const char *criteria, const char *top)
{
    memset(l, 0, sizeof *l);
    l->c.arena = arena_new(0);
    struct str text =
        str_print(l->c.arena,
                  "{\"floor\":-100,\"ceiling\":200,\"warm\":10,\"hot\":20,\"hysteresis\":2,"
                  "\"groups\":[{\"name\":\"g\"},{\"name\":\"low\",\"floor\":-5,\"ceiling\":12}],"
                  "\"criteria\":[%s]%s}",
                  criteria, top);
    if (score_model_parse(&l->c, text, &l->m)) {
        print_error("%s: %s\n", l->c.fault.items[0].field, l->c.fault.items[0].note);
        fail();
    }
    l->h = (struct history){.born = start, .events = l->events, .profiles = l->profiles};
}

static void life_end(struct life *l)
{
    score_model_drop(l->m);
    arena_free(l->c.arena);
}

static struct past_event *event(struct life *l, int64_t span_us, const char *name)
{
    struct past_event *e = &l->events[l->h.event_count++];
    *e = (struct past_event){.id = (int64_t)l->h.event_count,
                             .kind = name[0] == '/' ? EVENT_PAGE : EVENT_TRACK,
                             .name = str_of(name),
                             .path = str_of(name),
                             .at = start + span_us,
                             .known_at = start + span_us,
                             .tie = l->h.event_count};
    return e;
}

static struct past_profile *facts(struct life *l, int64_t span_us, const char *json)
{
    struct past_profile *p = &l->profiles[l->h.profile_count++];
    struct json *patch;
    assert_int_equal(json_read(&l->c, str_of(json), &patch), ERR_NONE);
    *p = (struct past_profile){.id = 1000 + (int64_t)l->h.profile_count,
                               .at = start + span_us,
                               .known_at = start + span_us,
                               .tie = l->h.profile_count,
                               .patch = patch};
    return p;
}

static fix total_at(struct life *l, int64_t span_us)
{
    return score_at(l->m, &l->h, start + span_us, l->c.arena).total;
}

#define POINTS(l, span, points) assert_int_equal(total_at((l), (span)), (fix)((points)*1e6))
#define A                       "\"id\":\"a\",\"group\":\"g\",\"when\":{\"event\":\"A\"}"

static void occurrences_add_up_and_negative_ones_too(void **state)
{
    struct life l;
    (void)state;
    life_begin(
        &l,
        "{" A
        ",\"points\":5},{\"id\":\"b\",\"group\":\"g\",\"when\":{\"event\":\"B\"},\"points\":-3}",
        "");
    for (int i = 1; i <= 3; i++)
        event(&l, i * HOUR_US, "A");
    event(&l, 4 * HOUR_US, "B");
    POINTS(&l, 0, 0);
    POINTS(&l, HOUR_US, 5);
    POINTS(&l, 3 * HOUR_US + 1, 15);
    POINTS(&l, 1000 * DAY_US, 12);
    life_end(&l);
}

static void limits_hold_and_say_so(void **state)
{
    struct life l;
    (void)state;
    life_begin(&l, "{" A ",\"points\":7,\"max_times\":3,\"max_points\":15}", "");
    for (int i = 1; i <= 10; i++)
        event(&l, i * HOUR_US, "A");
    POINTS(&l, HOUR_US, 7);
    POINTS(&l, 2 * HOUR_US, 14);
    POINTS(&l, 3 * HOUR_US, 15);
    POINTS(&l, 10 * HOUR_US, 15);
    struct score s = score_at(l.m, &l.h, start + DAY_US, l.c.arena);
    assert_int_equal(s.line_count, 1);
    assert_int_equal(s.lines[0].count, 3);
    assert_int_equal(s.lines[0].seen, 10);
    assert_int_equal(s.lines[0].since, start + 8 * HOUR_US); /* the latest ones count */
    assert_int_equal(s.lines[0].last, start + 10 * HOUR_US);
    assert_int_equal(s.lines[0].why, SCORE_CUT_POINTS);
    life_end(&l);
    life_begin(&l, "{" A ",\"points\":-7,\"max_points\":10}", "");
    for (int i = 1; i <= 5; i++)
        event(&l, i * HOUR_US, "A");
    POINTS(&l, DAY_US, -10);
    life_end(&l);
}

static void a_cool_down_rolls_from_the_last_that_counted(void **state)
{
    struct life l;
    (void)state;
    life_begin(&l, "{" A ",\"points\":1,\"cooldown_hours\":2}", "");
    event(&l, 0, "A");               /* counts */
    event(&l, HOUR_US, "A");         /* not */
    event(&l, 2 * HOUR_US - 1, "A"); /* not, by a microsecond */
    event(&l, 2 * HOUR_US, "A");     /* counts */
    event(&l, 3 * HOUR_US, "A");     /* not */
    event(&l, 4 * HOUR_US + 1, "A"); /* counts */
    POINTS(&l, DAY_US, 3);
    life_end(&l);
}

static void half_life_halves_each_and_the_sum(void **state)
{
    struct life l;
    (void)state;
    life_begin(&l, "{" A ",\"points\":20,\"ageing\":{\"kind\":\"half_life\",\"days\":14}}", "");
    event(&l, 0, "A");
    POINTS(&l, 0, 20);
    POINTS(&l, 14 * DAY_US, 10);
    POINTS(&l, 28 * DAY_US, 5);
    event(&l, 28 * DAY_US, "A");
    POINTS(&l, 28 * DAY_US, 25);
    POINTS(&l, 42 * DAY_US, 12.5);
    POINTS(&l, 14 * DAY_US + 30 * SECOND_US, 10); /* whole minutes of the clock */
    assert_true(total_at(&l, 42 * DAY_US + MINUTE_US) < 12500000);
    POINTS(&l, 3000 * DAY_US, 0);
    life_end(&l);
}

static void a_limit_with_half_life_lets_fresh_points_in(void **state)
{
    struct life l;
    (void)state;
    life_begin(
        &l, "{" A ",\"points\":8,\"max_times\":2,\"ageing\":{\"kind\":\"half_life\",\"days\":1}}",
        "");
    event(&l, 0, "A");
    event(&l, 0, "A");
    POINTS(&l, 0, 16);
    POINTS(&l, DAY_US, 8);
    event(&l, DAY_US, "A");
    POINTS(&l, DAY_US, 12); /* 8 fresh, 4 old; the oldest is dropped */
    event(&l, DAY_US, "A");
    POINTS(&l, DAY_US, 16);
    POINTS(&l, 2 * DAY_US, 8);
    life_end(&l);
}

static void linear_ageing_goes_in_steps_at_whole_periods(void **state)
{
    struct life l;
    (void)state;
    life_begin(
        &l, "{" A ",\"points\":10,\"ageing\":{\"kind\":\"linear\",\"percent\":30,\"days\":7}}", "");
    event(&l, 0, "A");
    POINTS(&l, 7 * DAY_US - 1, 10);
    POINTS(&l, 7 * DAY_US, 7);
    POINTS(&l, 14 * DAY_US, 4);
    POINTS(&l, 21 * DAY_US, 1);
    POINTS(&l, 28 * DAY_US - 1, 1);
    POINTS(&l, 28 * DAY_US, 0);
    struct score s = score_at(l.m, &l.h, start + 7 * DAY_US, l.c.arena);
    assert_int_equal(s.next_change, start + 14 * DAY_US);
    assert_int_equal(s.lines[0].next_change, start + 14 * DAY_US);
    assert_int_equal(s.lines[0].why, SCORE_AGED);
    assert_int_equal(score_at(l.m, &l.h, start + 30 * DAY_US, l.c.arena).line_count, 0);
    life_end(&l);
}

static void expiry_takes_an_occurrence_whole(void **state)
{
    struct life l;
    (void)state;
    life_begin(&l,
               "{" A ",\"points\":10,\"max_times\":2,\"ageing\":{\"kind\":\"expire\",\"days\":5}}",
               "");
    event(&l, 0, "A");
    event(&l, DAY_US, "A");
    POINTS(&l, 5 * DAY_US - 1, 20);
    POINTS(&l, 5 * DAY_US, 10);
    POINTS(&l, 6 * DAY_US, 0);
    assert_int_equal(score_at(l.m, &l.h, start + DAY_US, l.c.arena).next_change,
                     start + 5 * DAY_US);
    life_end(&l);
}

static void profile_points_are_rolled_anew(void **state)
{
    struct life l;
    (void)state;
    life_begin(&l,
               "{\"id\":\"ceo\",\"group\":\"g\",\"when\":{\"fact\":\"title\",\"op\":\"eq\","
               "\"value\":\"CEO\"},\"points\":15},"
               "{\"id\":\"man\",\"group\":\"g\",\"when\":{\"fact\":\"title\",\"op\":\"eq\","
               "\"value\":\"Manager\"},\"points\":5}",
               "");
    facts(&l, 0, "{\"title\":\"Manager\"}");
    facts(&l, DAY_US, "{\"title\":\"CEO\"}");
    facts(&l, 2 * DAY_US, "{\"title\":null}");
    POINTS(&l, 0, 5);
    POINTS(&l, DAY_US, 15);
    POINTS(&l, 2 * DAY_US, 0);
    life_end(&l);
}

static void a_standing_condition_ages_from_when_it_began(void **state)
{
    struct life l;
    (void)state;
    life_begin(
        &l,
        "{\"id\":\"c\",\"group\":\"g\",\"when\":{\"fact\":\"city\",\"op\":\"exists\"},\"points\":8,"
        "\"ageing\":{\"kind\":\"half_life\",\"days\":2}}",
        "");
    facts(&l, 0, "{\"city\":\"x\"}");
    facts(&l, DAY_US, "{\"city\":\"y\"}"); /* it goes on holding */
    facts(&l, 4 * DAY_US, "{\"city\":null}");
    facts(&l, 5 * DAY_US, "{\"city\":\"z\"}");
    POINTS(&l, 2 * DAY_US, 4);
    POINTS(&l, 4 * DAY_US, 0);
    POINTS(&l, 5 * DAY_US, 8);
    life_end(&l);
}

static void windows_open_and_close_by_themselves(void **state)
{
    struct life l;
    (void)state;
    life_begin(&l,
               "{\"id\":\"c\",\"group\":\"g\",\"when\":{\"count\":{\"event\":\"A\"},\"op\":\">=\","
               "\"value\":2,\"days\":3},\"points\":10},"
               "{\"id\":\"s\",\"group\":\"g\",\"when\":{\"silent\":{},\"days\":5},\"points\":-4}",
               "");
    event(&l, 0, "A");
    event(&l, DAY_US, "A");
    POINTS(&l, 0, 0);
    POINTS(&l, DAY_US, 10);
    POINTS(&l, 3 * DAY_US - 1, 10);
    POINTS(&l, 3 * DAY_US, 0);
    POINTS(&l, 6 * DAY_US - 1, 0);
    POINTS(&l, 6 * DAY_US, -4);
    struct score s = score_at(l.m, &l.h, start + DAY_US, l.c.arena);
    assert_int_equal(s.next_change, start + 3 * DAY_US);
    assert_int_equal(score_at(l.m, &l.h, s.next_change, l.c.arena).next_change, start + 6 * DAY_US);
    assert_int_equal(score_at(l.m, &l.h, start + 6 * DAY_US, l.c.arena).next_change, INSTANT_NEVER);
    life_end(&l);
}

static void groups_clamp_and_lines_add_up(void **state)
{
    struct life l;
    (void)state;
    life_begin(&l,
               "{\"id\":\"a\",\"group\":\"low\",\"when\":{\"event\":\"A\"},\"points\":10},"
               "{\"id\":\"b\",\"group\":\"low\",\"when\":{\"event\":\"B\"},\"points\":-9},"
               "{\"id\":\"c\",\"group\":\"g\",\"when\":{\"event\":\"C\"},\"points\":3}",
               "");
    event(&l, 0, "A");
    event(&l, HOUR_US, "A");
    event(&l, HOUR_US, "C");
    POINTS(&l, HOUR_US, 15);
    event(&l, 2 * HOUR_US, "B");
    event(&l, 2 * HOUR_US, "B");
    event(&l, 2 * HOUR_US, "B");
    event(&l, 2 * HOUR_US, "B");
    struct score s = score_at(l.m, &l.h, start + DAY_US, l.c.arena);
    assert_int_equal(s.total, -2 * FIX_ONE);
    assert_int_equal(s.groups[1].raw, -16 * FIX_ONE);
    assert_int_equal(s.groups[1].points, -5 * FIX_ONE);
    assert_int_equal(s.lines[0].points, 20 * FIX_ONE);
    assert_int_equal(s.lines[2].points, -36 * FIX_ONE);
    life_end(&l);
}

static void unverified_points_share_a_ceiling_in_the_models_order(void **state)
{
    struct life l;
    (void)state;
    life_begin(
        &l,
        "{" A
        ",\"points\":6},{\"id\":\"b\",\"group\":\"g\",\"when\":{\"event\":\"B\"},\"points\":6},"
        "{\"id\":\"n\",\"group\":\"g\",\"when\":{\"event\":\"N\"},\"points\":-1},"
        "{\"id\":\"f\",\"group\":\"g\",\"when\":{\"fact\":\"city\",\"op\":\"exists\"},\"points\":"
        "6}",
        ",\"public_ceiling\":10");
    event(&l, 0, "A")->unverified = true;
    event(&l, HOUR_US, "B")->unverified = true;
    POINTS(&l, HOUR_US, 10);
    event(&l, 2 * HOUR_US, "B");
    POINTS(&l, 2 * HOUR_US, 16); /* a verified one counts in full */
    event(&l, 3 * HOUR_US, "N")->unverified = true;
    POINTS(&l, 3 * HOUR_US, 15); /* so does a negative one */
    facts(&l, 4 * HOUR_US, "{\"city\":\"x\"}")->unverified = true;
    POINTS(&l, 4 * HOUR_US, 15); /* a fact by a browser's key is unverified */
    facts(&l, 5 * HOUR_US, "{\"city\":\"x\"}");
    POINTS(&l, 5 * HOUR_US, 21);
    struct score s = score_at(l.m, &l.h, start + 5 * HOUR_US, l.c.arena);
    for (size_t i = 0; i < s.line_count; i++)
        if (s.lines[i].criterion == 1) {
            assert_int_equal(s.lines[i].points, 10 * FIX_ONE);
            assert_int_equal(s.lines[i].full_points, 12 * FIX_ONE);
            assert_int_equal(s.lines[i].why, SCORE_CUT_PUBLIC);
        }
    life_end(&l);
}

static void bots_do_not_exist(void **state)
{
    struct life l;
    (void)state;
    life_begin(&l,
               "{" A ",\"points\":5},{\"id\":\"s\",\"group\":\"g\",\"when\":{\"silent\":{},"
                     "\"days\":5},\"points\":-4}",
               "");
    event(&l, 0, "A");
    event(&l, DAY_US, "A")->bot = true;
    POINTS(&l, 2 * DAY_US, 5);
    POINTS(&l, 5 * DAY_US, 1);
    life_end(&l);
}

static void bands_need_their_gates(void **state)
{
    struct life l;
    (void)state;
    life_begin(&l,
               "{" A ",\"points\":10},{\"id\":\"p\",\"group\":\"low\",\"when\":{\"fact\":\"city\","
                     "\"op\":\"exists\"},\"points\":5}",
               ",\"gates\":[{\"band\":\"hot\",\"group\":\"low\",\"min\":5},{\"band\":\"warm\","
               "\"when\":{\"event\":\"B\"}}]");
    event(&l, 0, "A");
    event(&l, 0, "A");
    struct score s = score_at(l.m, &l.h, start, l.c.arena);
    assert_int_equal(s.band, BAND_COLD);
    assert_false(s.gates[0].met);
    event(&l, HOUR_US, "B");
    s = score_at(l.m, &l.h, start + HOUR_US, l.c.arena);
    assert_int_equal(s.band, BAND_WARM);
    assert_true(s.gates[1].met);
    assert_int_equal(s.gates[1].since, start + HOUR_US);
    facts(&l, 2 * HOUR_US, "{\"city\":\"x\"}");
    assert_int_equal(score_at(l.m, &l.h, start + 2 * HOUR_US, l.c.arena).band, BAND_HOT);
    life_end(&l);
}

static void rounding_is_for_show_and_thresholds_take_the_exact_total(void **state)
{
    struct life l;
    (void)state;
    life_begin(&l, "{" A ",\"points\":20,\"ageing\":{\"kind\":\"half_life\",\"days\":100}}", "");
    event(&l, 0, "A");
    struct score s = score_at(l.m, &l.h, start, l.c.arena);
    assert_int_equal(s.band, BAND_HOT);
    assert_int_equal(s.next_change,
                     start + MINUTE_US); /* hot ends as soon as the total is under 20 */
    s = score_at(l.m, &l.h, start + MINUTE_US, l.c.arena);
    assert_int_equal(s.shown, 20);
    assert_int_equal(s.band, BAND_WARM);
    s = score_at(l.m, &l.h, s.next_change, l.c.arena);
    assert_int_equal(s.shown, 19);
    assert_true(s.total < 19500000 && s.total > 19499000);
    life_end(&l);
}

static void a_disabled_criterion_gives_nothing_and_hears_nothing(void **state)
{
    struct life l;
    bool body;
    (void)state;
    life_begin(&l, "{" A ",\"points\":20,\"enabled\":false}", "");
    event(&l, 0, "A");
    POINTS(&l, DAY_US, 0);
    assert_false(score_listens_event(l.m, EVENT_TRACK, STR("A"), &body));
    life_end(&l);
}

static void a_model_tells_what_it_listens_to(void **state)
{
    struct life l;
    bool body;
    (void)state;
    life_begin(&l,
               "{" A ",\"points\":1},{\"id\":\"b\",\"group\":\"g\",\"points\":1,\"when\":{\"page\":"
                     "\"/x\",\"where\":[{\"prop\":\"n\",\"op\":\"exists\"}]}},"
               "{\"id\":\"c\",\"group\":\"g\",\"points\":1,\"when\":{\"fact\":\"city\",\"op\":"
               "\"exists\"}}",
               "");
    assert_true(score_listens_event(l.m, EVENT_TRACK, STR("A"), &body) && !body);
    assert_true(score_listens_event(l.m, EVENT_PAGE, STR(""), &body) && body);
    assert_false(score_listens_event(l.m, EVENT_TRACK, STR("B"), &body));
    assert_false(score_listens_event(l.m, EVENT_ALIAS, STR(""), &body));
    struct past_profile *p = facts(&l, 0, "{\"city\":1}"), *q = facts(&l, 0, "{\"name\":1}");
    assert_true(score_listens_profile(l.m, p->patch));
    assert_false(score_listens_profile(l.m, q->patch));
    life_end(&l);
}

static void known_then_leaves_out_what_came_later(void **state)
{
    struct life l;
    (void)state;
    life_begin(&l, "{" A ",\"points\":5}", "");
    event(&l, 0, "A");
    event(&l, HOUR_US, "A")->known_at = start + 3 * DAY_US;
    struct history then = score_known(&l.h, start + DAY_US, l.c.arena);
    assert_int_equal(score_at(l.m, &then, start + DAY_US, l.c.arena).total, 5 * FIX_ONE);
    POINTS(&l, DAY_US, 10);
    fix *points = score_event_points(l.m, &l.h, l.c.arena);
    assert_int_equal(points[0], 5 * FIX_ONE);
    life_end(&l);
}

static void the_curve_has_every_change_and_nothing_else(void **state)
{
    struct life l;
    size_t n;
    (void)state;
    life_begin(&l, "{" A ",\"points\":10,\"ageing\":{\"kind\":\"expire\",\"days\":2}}", "");
    event(&l, DAY_US, "A");
    event(&l, DAY_US + HOUR_US, "Z");
    event(&l, 2 * DAY_US, "A");
    struct score_point *p = score_curve(l.m, &l.h, start, start + 10 * DAY_US, 100, l.c.arena, &n);
    static const struct {
        int64_t day;
        fix total;
        enum band band;
        int64_t cause;
    } want[] = {
        {0, 0, BAND_COLD, 0},           {1, 10 * FIX_ONE, BAND_WARM, 1},
        {2, 20 * FIX_ONE, BAND_HOT, 3}, {3, 10 * FIX_ONE, BAND_WARM, 0},
        {4, 0, BAND_COLD, 0},
    };
    assert_int_equal(n, countof(want));
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(p[i].at, start + want[i].day * DAY_US);
        assert_int_equal(p[i].total, want[i].total);
        assert_int_equal(p[i].band, want[i].band);
        assert_int_equal(p[i].cause.v, want[i].cause);
    }
    p = score_curve(l.m, &l.h, start, start + 10 * DAY_US, 2, l.c.arena, &n);
    assert_int_equal(n, 2);
    assert_int_equal(p[0].at, start + 3 * DAY_US);
    life_end(&l);
}

static void a_broken_state_is_refused_not_believed(void **state)
{
    struct life l;
    (void)state;
    life_begin(&l,
               "{" A ",\"points\":8,\"max_times\":3},{\"id\":\"w\",\"group\":\"g\",\"points\":1,"
                     "\"when\":{\"within\":{\"event\":\"A\"},\"days\":3}}",
               "");
    for (int i = 0; i < 5; i++)
        event(&l, i * HOUR_US, "A");
    struct str bytes =
        score_state_print(score_fold(l.m, &l.h, INSTANT_NEVER, l.c.arena), l.c.arena);
    assert_non_null(score_state_parse(l.m, bytes, l.c.arena));
    for (size_t cut = 0; cut < bytes.len; cut++)
        assert_null(score_state_parse(l.m, str_sub(bytes, 0, cut), l.c.arena));
    l.m->id.v = 77;
    assert_null(score_state_parse(l.m, bytes, l.c.arena));
    life_end(&l);
}

/* 2,280 counts that remember the latest thousand each: more than is kept of any lead. */
static void a_state_too_large_to_be_kept_is_no_state(void **state)
{
    struct ctx c = {.arena = arena_new(0)};
    struct buf b = buf_new(c.arena, 1 << 20);
    struct past_event *events = ARENA_ARRAY(c.arena, struct past_event, 1000);
    struct history h = {.born = start, .events = events, .event_count = 1000};
    struct score_kept kept = {.band = {.told = start}};
    struct score_news news = {.now = start + 1000 * HOUR_US, .born = start};
    struct score_walked walked;
    struct model *m;

    (void)state;
    buf_add(&b, STR("{\"groups\":[{\"name\":\"g\"}],\"criteria\":["));
    for (int i = 0; i < 24; i++) {
        buf_print(&b, "%s{\"id\":\"c%d\",\"group\":\"g\",\"points\":1,\"when\":{\"any\":[", i ? "," : "", i);
        for (int k = 0; k < 95; k++)
            buf_print(&b, "%s{\"count\":{\"event\":\"A\"},\"op\":\">=\",\"value\":1000,\"days\":1}", k ? "," : "");
        buf_add(&b, STR("]}}"));
    }
    buf_add(&b, STR("]}"));
    assert_int_equal(ERR_NONE, score_model_parse(&c, buf_str(&b), &m));
    for (int64_t i = 0; i < 1000; i++)
        events[i] = (struct past_event){.id = i + 1, .name = STR("A"), .at = start + i * HOUR_US, .known_at = start + i * HOUR_US, .tie = (uint64_t)i + 1};
    struct str bytes = score_state_print(score_fold(m, &h, news.now, c.arena), c.arena);
    assert_int_equal(bytes.len, 0);
    assert_null(score_state_parse(m, bytes, c.arena));
    kept.state = bytes;
    assert_int_equal(SCORE_NEEDS_HISTORY, score_walk(m, &kept, &news, NULL, c.arena, &walked));
    score_model_drop(m);
    arena_free(c.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(occurrences_add_up_and_negative_ones_too),
        cmocka_unit_test(limits_hold_and_say_so),
        cmocka_unit_test(a_cool_down_rolls_from_the_last_that_counted),
        cmocka_unit_test(half_life_halves_each_and_the_sum),
        cmocka_unit_test(a_limit_with_half_life_lets_fresh_points_in),
        cmocka_unit_test(linear_ageing_goes_in_steps_at_whole_periods),
        cmocka_unit_test(expiry_takes_an_occurrence_whole),
        cmocka_unit_test(profile_points_are_rolled_anew),
        cmocka_unit_test(a_standing_condition_ages_from_when_it_began),
        cmocka_unit_test(windows_open_and_close_by_themselves),
        cmocka_unit_test(groups_clamp_and_lines_add_up),
        cmocka_unit_test(unverified_points_share_a_ceiling_in_the_models_order),
        cmocka_unit_test(bots_do_not_exist),
        cmocka_unit_test(bands_need_their_gates),
        cmocka_unit_test(rounding_is_for_show_and_thresholds_take_the_exact_total),
        cmocka_unit_test(a_disabled_criterion_gives_nothing_and_hears_nothing),
        cmocka_unit_test(a_model_tells_what_it_listens_to),
        cmocka_unit_test(known_then_leaves_out_what_came_later),
        cmocka_unit_test(the_curve_has_every_change_and_nothing_else),
        cmocka_unit_test(a_broken_state_is_refused_not_believed),
        cmocka_unit_test(a_state_too_large_to_be_kept_is_no_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
