/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The report of a draft over a long history of many leads: each list is there, and what it takes grows with what it holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "flow/trial.h"

enum { LEADS = 20000, DAYS = 400 };

static const struct flow_bucket *bucket_find(const struct flow_trial_out *out, const char *name)
{
    for (size_t i = 0; i < out->bucket_count; i++)
        if (str_eq(out->buckets[i].name, str_of(name)))
            return &out->buckets[i];
    fail_msg("there is no list %s", name);
    return NULL;
}

/* One lead turns hot after the other, a few minutes apart, under the draft alone. */
static void a_long_history_of_many_leads_is_told_in_the_memory_of_its_lists(void **state)
{
    struct ctx c = { .arena = arena_new(32 << 20) };
    struct trial t = { .zone = STR("UTC"), .count = LEADS };
    struct flow_trial_out out = { 0 };
    struct model *m;
    const instant start = (instant)1700000000 * SECOND_US;

    (void)state;
    assert_int_equal(ERR_NONE, score_model_parse(&c, STR("{\"groups\":[{\"name\":\"g\"}]}"), &m));
    t.ask = (struct flow_trial_ask){ .before = m, .after = m, .from = INSTANT_NONE, .until = start + DAYS * DAY_US };
    t.leads = ARENA_ARRAY(c.arena, struct trial_lead, LEADS);
    for (int64_t i = 0; i < LEADS; i++) {
        struct trial_lead *l = &t.leads[i];
        instant *at = ARENA_NEW(c.arena, instant);

        *at = start + i * (DAYS - 1) * (DAY_US / LEADS);
        *l = (struct trial_lead){ .lead = { i + 1 }, .first = { INSTANT_NONE, *at }, .crossings = { NULL, at }, .crossing_count = { 0, 1 },
                                  .total = { 0, 80 * FIX_ONE }, .band = { BAND_COLD, BAND_HOT } };
    }
    flow_trial_report(c.arena, &t, &out);
    assert_int_equal(bucket_find(&out, "into_hot")->count, LEADS);
    assert_int_equal(bucket_find(&out, "band.hot.after")->count, LEADS);
    assert_int_equal(bucket_find(&out, "bin.0.before")->count, LEADS);
    size_t listed = 0;
    for (size_t i = 0; i < out.bucket_count; i++)
        if (str_starts(out.buckets[i].name, STR("day.")))
            listed += out.buckets[i].count;
    assert_int_equal(listed, LEADS);
    struct json *report;
    assert_int_equal(ERR_NONE, json_read(&c, out.report, &report));
    assert_int_equal(json_find(report, STR("into_hot"))->as.integer, LEADS);
    const struct json *weeks = json_find(report, STR("weeks"));
    assert_int_equal(weeks->count, (json_find(report, STR("days"))->count + 6) / 7);
    int64_t turned = 0;
    for (size_t i = 0; i < weeks->count; i++) {
        const struct json *week = &weeks->as.items[i];
        int64_t n = json_find(week, STR("after"))->as.integer;
        char name[64];

        snprintf(name, sizeof name, STR_FMT ".after", STR_ARG(json_text(json_find(week, STR("bucket")))));
        assert_int_equal(bucket_find(&out, name)->count, n);
        assert_int_equal(json_find(json_find(week, STR("leads")), STR("after"))->as.integer, n);
        turned += n;
    }
    assert_int_equal(turned, LEADS);
    score_model_drop(m);
    arena_free(c.arena);
}

/* Ten turned hot in a past that came by a file, two on the day of the file, nine years later. */
static void the_days_are_those_in_which_most_turned_hot(void **state)
{
    struct ctx c = { .arena = arena_new(1 << 20) };
    struct trial t = { .zone = STR("UTC"), .count = 12 };
    struct flow_trial_out out = { 0 };
    struct model *m;
    const instant past = (instant)1500000000 * SECOND_US, file = (instant)1790000000 * SECOND_US;

    (void)state;
    assert_int_equal(ERR_NONE, score_model_parse(&c, STR("{\"groups\":[{\"name\":\"g\"}]}"), &m));
    t.ask = (struct flow_trial_ask){ .before = m, .after = m, .from = INSTANT_NONE, .until = file + DAY_US };
    t.leads = ARENA_ARRAY(c.arena, struct trial_lead, t.count);
    for (int64_t i = 0; i < (int64_t)t.count; i++) {
        instant *at = ARENA_NEW(c.arena, instant);

        *at = i < 10 ? past + i * DAY_US : file;
        t.leads[i] = (struct trial_lead){ .lead = { i + 1 }, .first = { INSTANT_NONE, *at }, .crossings = { NULL, at }, .crossing_count = { 0, 1 },
                                          .total = { 0, 80 * FIX_ONE }, .band = { BAND_COLD, BAND_HOT } };
    }
    flow_trial_report(c.arena, &t, &out);
    assert_int_equal(bucket_find(&out, "day.2017-07-14.after")->count, 1);
    assert_int_equal(bucket_find(&out, "day.2017-07-23.after")->count, 1);
    struct json *report;
    assert_int_equal(ERR_NONE, json_read(&c, out.report, &report));
    assert_int_equal(json_find(report, STR("days"))->count, 10);
    score_model_drop(m);
    arena_free(c.arena);
}

/* A warning of the calibration, and under the same condition: many of those that did not buy have no end told. */
static struct str quiet_of(struct ctx *c, const char *before, const char *after, bool aged)
{
    struct trial t = { .zone = STR("UTC"), .aged = aged };
    struct flow_trial_out out = { 0 };
    struct json *report;
    struct model *m[2];

    assert_int_equal(ERR_NONE, score_model_parse(c, str_of(before), &m[0]));
    assert_int_equal(ERR_NONE, score_model_parse(c, str_of(after), &m[1]));
    t.ask = (struct flow_trial_ask){ .before = m[0], .after = m[1], .from = INSTANT_NONE, .until = (instant)1700000000 * SECOND_US };
    flow_trial_report(c->arena, &t, &out);
    assert_int_equal(ERR_NONE, json_read(c, out.report, &report));
    score_model_drop(m[0]);
    score_model_drop(m[1]);
    return json_path(report, STR("judged.quiet"))->raw;
}

#define MODEL(id, points, when) "{\"groups\":[{\"name\":\"g\"}],\"criteria\":[{\"id\":\"" id "\",\"title\":{\"ru\":\"Р\",\"en\":\"E\"},\"group\":\"g\",\"points\":" points ",\"when\":" when "}]}"
#define SILENT "{\"silent\":{},\"days\":3}"
#define CITY "{\"fact\":\"city\",\"op\":\"eq\",\"value\":\"x\"}"

static void points_for_silence_are_named_where_few_losses_are_told(void **state)
{
    struct ctx c = { .arena = arena_new(1 << 20) };
    const struct { const char *before, *after; bool aged; const char *is; } cases[] = {
        { MODEL("a", "-5", SILENT), MODEL("a", "-7", SILENT), true, "[{\"id\":\"a\",\"ru\":\"Р\",\"en\":\"E\"}]" },
        { MODEL("a", "-5", SILENT), MODEL("a", "-7", CITY), true, "[{\"id\":\"a\",\"ru\":\"Р\",\"en\":\"E\"}]" }, /* the live one alone */
        { MODEL("a", "-5", SILENT), MODEL("b", "-7", SILENT), true,
          "[{\"id\":\"b\",\"ru\":\"Р\",\"en\":\"E\"},{\"id\":\"a\",\"ru\":\"Р\",\"en\":\"E\"}]" },
        { MODEL("a", "-5", SILENT), MODEL("a", "-7", SILENT), false, "[]" },
        { MODEL("a", "0", SILENT), MODEL("b", "5", CITY), true, "[]" },
    };

    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        struct str is = quiet_of(&c, cases[i].before, cases[i].after, cases[i].aged);

        if (!str_eq(is, str_of(cases[i].is)))
            fail_msg("case %zu: %s", i, str_cz(c.arena, is));
    }
    arena_free(c.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_history_of_many_leads_is_told_in_the_memory_of_its_lists),
        cmocka_unit_test(the_days_are_those_in_which_most_turned_hot),
        cmocka_unit_test(points_for_silence_are_named_where_few_losses_are_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
