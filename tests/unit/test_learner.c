/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The learner on planted leads: columns, calibration, the interval's coverage, reasons, bytes and back, running correction. */
#include <setjmp.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "learn/feature_row.h"
#include "learn/predict.h"

static struct arena *a;

enum { FIELDS = 7 };
struct world {
    struct learn_row *rows;
    unsigned char *won;
    double *truth;           /* logit */
    size_t n;
};

/* A source that tells, a number that tells (not in a line), a number that tells nothing, one that is often unknown, a serial number, free text, the
 * same word for everybody. */
static struct world plant(size_t n, uint64_t seed, double shift)
{
    static const char *const sources[] = { "Site", "Fair", "Partner", "Cold list" };
    static const double worth[] = { 0.4, 1.2, 2.0, -1.5 };
    struct world w = { ARENA_ARRAY(a, struct learn_row, n), ARENA_ARRAY(a, unsigned char, n), ARENA_ARRAY(a, double, n), n };

    for (size_t i = 0; i < n; i++) {
        struct learn_value *v = ARENA_ARRAY(a, struct learn_value, FIELDS);
        size_t source = sample_random(&seed) % 4, k = 0;
        double visits = (double)(sample_random(&seed) % 12), age = 20 + (double)(sample_random(&seed) % 50);

        v[k++] = (struct learn_value){ STR("source"), LEARN_TEXT, 0, str_of(sources[source]) };
        v[k++] = (struct learn_value){ STR("visits"), LEARN_NUMBER, visits, STR_NULL };
        v[k++] = (struct learn_value){ STR("age"), LEARN_TEXT, 0, str_print(a, "%.0f", age) };
        v[k++] = (struct learn_value){ STR("number"), LEARN_NUMBER, (double)(1000 + i), STR_NULL };
        v[k++] = (struct learn_value){ STR("words"), LEARN_TEXT, 0, str_print(a, "text %zu of its own", i) };
        v[k++] = (struct learn_value){ STR("country"), LEARN_TEXT, 0, STR("Russia") };
        if (sample_random(&seed) % 2)
            v[k++] = (struct learn_value){ STR("budget"), LEARN_NUMBER, (double)(sample_random(&seed) % 100), STR_NULL };
        w.rows[i] = (struct learn_row){ v, k };
        w.truth[i] = -1.5 + shift + worth[source] + (visits >= 3 && visits <= 7 ? 1.0 : -0.5);
        w.won[i] = sample_chance(&seed) < fit_sigmoid(w.truth[i]);
    }
    return w;
}

static void columns_are_those_that_can_tell(void **state)
{
    struct world w = plant(600, 1, 0);
    struct learn_schema s = learn_schema(a, w.rows, w.n);
    static const char *const kept[] = { "age", "budget", "source", "visits" };
    static const struct { const char *name; enum learn_left_out why; } skipped[] = {
        { "country", LEARN_SAME }, { "number", LEARN_SERIAL }, { "words", LEARN_FREE_TEXT } };

    (void)state;
    assert_int_equal(s.count, countof(kept));
    for (size_t i = 0; i < s.count; i++)
        assert_true(str_eq(s.columns[i].name, str_of(kept[i])));
    assert_false(s.columns[0].levels); /* a number though it came as text */
    assert_true(s.columns[2].levels && s.columns[2].level_count == 4);
    assert_int_equal(s.skipped_count, countof(skipped));
    for (size_t i = 0; i < s.skipped_count; i++)
        assert_true(str_eq(s.skipped[i].name, str_of(skipped[i].name)) && s.skipped[i].why == skipped[i].why);
}

static void a_word_for_nothing_is_as_good_as_an_empty_cell(void **state)
{
    static const char *const said[] = { "Select", " -- select -- ", "unknown", "N/A", "НЕ УКАЗАНО", "Выберите...", "Выберите…", "— не указано —", "(not set)",
                                        "<Unknown>", "-", "—", "", "Selected", "Unknown Ltd", "0", "-5", "(none)", "Москва…" };
    enum { NOTHING = 13 };
    struct learn_fact facts[countof(said)];
    struct learn_row row;

    (void)state;
    for (size_t i = 0; i < countof(said); i++) {
        struct json *v = ARENA_NEW(a, struct json);

        *v = (struct json){ .type = JSON_TEXT, .as.text = str_of(said[i]) };
        facts[i] = (struct learn_fact){ str_print(a, "f%zu", i), v };
    }
    row = learn_row_of_facts(a, facts, countof(said));
    assert_int_equal(row.count, countof(said) - NOTHING);
    for (size_t i = 0; i < row.count; i++)
        assert_true(str_eq(row.values[i].text, str_of(said[NOTHING + i])));
}

static void a_level_that_was_never_seen_is_another_one(void **state)
{
    struct world w = plant(600, 1, 0);
    struct learn_schema s = learn_schema(a, w.rows, w.n);
    struct learn_value v[] = { { STR("source"), LEARN_TEXT, 0, STR("Moon") }, { STR("visits"), LEARN_TEXT, 0, STR("many") } };
    struct learn_row row = { v, 2 };
    uint8_t wide[LEARN_COLUMNS], fine[LEARN_COLUMNS];

    (void)state;
    learn_encode(&s, &row, wide, fine);
    assert_int_equal(wide[2], 5);
    assert_int_equal(wide[3], 0);
    assert_int_equal(wide[1], 0);
}

static void what_is_foretold_is_what_happens(void **state)
{
    struct learn_options o = { .seed = 1 };
    struct world w = plant(3000, 2, 0), later = plant(6000, 77, 0);
    struct learner *l = learn_fit(a, w.rows, w.won, w.n, &o);
    double *z = ARENA_ARRAY(a, double, later.n), off = 0;
    struct learn_figures f, best;
    size_t held = 0;

    (void)state;
    for (size_t i = 0; i < later.n; i++) {
        struct learn_forecast one = learn_foretell(l, &later.rows[i]);
        struct sample_figure p = learn_probability(one);
        double truth = fit_sigmoid(later.truth[i]);

        z[i] = one.z;
        off += fabs(p.value - truth) / (double)later.n;
        held += p.low <= truth && truth <= p.high;
        assert_true(p.low <= p.value && p.value <= p.high);
    }
    f = learn_measure(a, z, later.won, later.n);
    best = learn_measure(a, later.truth, later.won, later.n);
    assert_true(f.auc.value > best.auc.value - 0.015);
    assert_true(f.ece < 0.03 && off < 0.04);
    assert_true(held > later.n * 88 / 100); /* 95 % is said of a sum of effects; trees and bins take their part */
    assert_true(fabs(l->figures.auc.value - f.auc.value) < 0.03);
    assert_true(l->figures.log_loss < l->figures.base_loss);
}

static void as_facts(struct world *w)
{
    for (size_t i = 0; i < w->n; i++)
        for (size_t k = 0; k < w->rows[i].count; k++) {
            struct learn_value *v = (struct learn_value *)&w->rows[i].values[k];

            v->name = str_print(a, "fact." STR_FMT, STR_ARG(v->name));
        }
}

/* Every lead it learnt from had a source and visits: of one that has neither it cannot say anything, however firm the middle looks. */
static void of_a_lead_of_whom_too_little_is_known_nothing_is_told(void **state)
{
    struct learn_options o = { .seed = 1 };
    struct world w = plant(3000, 2, 0);
    struct learner *l;
    struct learn_value age[] = { { STR("fact.age"), LEARN_NUMBER, 30, STR_NULL } };
    struct learn_row nothing = { NULL, 0 }, little = { age, 1 };
    size_t told = 0;

    (void)state;
    as_facts(&w);
    l = learn_fit(a, w.rows, w.won, w.n, &o);
    for (size_t i = 0; i < 500; i++)
        told += learn_is_told(learn_foretell(l, &w.rows[i]));
    assert_int_equal(told, 500);
    assert_false(learn_is_told(learn_foretell(l, &nothing)));
    assert_false(learn_is_told(learn_foretell(l, &little)));
    assert_true(learn_is_told((struct learn_forecast){ .variance = 0.49 }));  /* 20 to 80 % */
    assert_false(learn_is_told((struct learn_forecast){ .variance = 0.51 }));
    assert_true(learn_is_told((struct learn_forecast){ .variance = 1.2, .facts = 4, .known = 3 })); /* 10 to 90 %, and little left to ask */
    assert_false(learn_is_told((struct learn_forecast){ .variance = 1.3, .facts = 4, .known = 3 }));
    assert_false(learn_is_told((struct learn_forecast){ .variance = 0.51, .facts = 4, .known = 2 }));
}

static void reasons_are_what_was_planted(void **state)
{
    struct learn_options o = { .seed = 1 };
    struct world w = plant(3000, 2, 0);
    struct learner *l = learn_fit(a, w.rows, w.won, w.n, &o);
    double effects[LEARN_COLUMNS];
    size_t right = 0, told = 0;

    (void)state;
    for (size_t i = 0; i < 500; i++) {
        bool partner = str_eq(w.rows[i].values[0].text, STR("Partner")), cold = str_eq(w.rows[i].values[0].text, STR("Cold list"));

        learn_effects(l, &w.rows[i], effects);
        told += partner || cold;
        right += (partner && effects[2] > 0.5) || (cold && effects[2] < -0.5);
        assert_true(fabs(effects[0]) < 0.4 && fabs(effects[1]) < 0.4); /* age and budget tell nothing */
    }
    assert_true(right > told * 95 / 100);
}

static void the_same_leads_give_the_same_learner_and_its_bytes_come_back(void **state)
{
    struct learn_options o = { .seed = 5 };
    struct world w = plant(900, 3, 0);
    struct learner *l = learn_fit(a, w.rows, w.won, w.n, &o), *again = learn_fit(a, w.rows, w.won, w.n, &o), *back;
    struct str bytes = learn_print(a, l);

    (void)state;
    assert_true(str_eq(bytes, learn_print(a, again)));
    back = learn_parse(a, bytes);
    assert_non_null(back);
    assert_true(str_eq(bytes, learn_print(a, back)));
    for (size_t i = 0; i < w.n; i++) {
        struct learn_forecast x = learn_foretell(l, &w.rows[i]), y = learn_foretell(back, &w.rows[i]);

        assert_true(x.z == y.z && x.variance == y.variance);
    }
    for (size_t n = 0; n < bytes.len; n += 37)
        assert_null(learn_parse(a, str_sub(bytes, 0, n)));
}

static void nothing_is_learnt_from_one_outcome(void **state)
{
    struct learn_options o = { .seed = 5 };
    struct world w = plant(200, 3, 0);

    (void)state;
    memset(w.won, 0, w.n);
    assert_null(learn_fit(a, w.rows, w.won, w.n, &o));
    assert_null(learn_fit(a, w.rows, w.won, 0, &o));
}

/* Leads of another kind than those learnt from: only "origin" tells of them; tells: by how much. They end on `days` days. */
static struct learn_trial tried_with_another_kind(double tells, int days)
{
    enum { OLD = 600, FRESH = 400 };
    struct world w = plant(OLD, 1, 0);
    struct learn_options o = { .seed = 20 };
    struct learner *rival = learn_fit(a, w.rows, w.won, w.n, &o);
    struct learn_example *e = ARENA_ARRAY(a, struct learn_example, OLD + FRESH);
    struct learn_trial t;
    uint64_t seed = 77;

    for (size_t i = 0; i < OLD; i++)
        e[i] = (struct learn_example){ w.rows[i], w.won[i], (instant)i * HOUR_US, 1000 * DAY_US, (int64_t)i };
    for (size_t i = 0; i < FRESH; i++) {
        bool good = sample_random(&seed) % 2;
        struct learn_value *v = ARENA_NEW(a, struct learn_value);

        *v = (struct learn_value){ STR("origin"), LEARN_TEXT, 0, good ? STR("form") : STR("chat") };
        e[OLD + i] = (struct learn_example){ { v, 1 }, sample_chance(&seed) < fit_sigmoid(good ? tells : -tells), 1001 * DAY_US + (instant)(i * (size_t)days / FRESH) * DAY_US,
                                             1100 * DAY_US, (int64_t)(OLD + i) };
    }
    learn_example_sort(e, OLD + FRESH);
    assert_true(learn_try(a, e, OLD + FRESH, rival, 1050 * DAY_US, NULL, &t));
    return t;
}

static bool asked_so_often(void *left)
{
    return --*(int *)left >= 0;
}

/* Between one part's fit and the next it can be ended, wherever it stands: nothing is kept of it then. */
static void a_trial_ends_when_it_is_told_to(void **state)
{
    struct world w = plant(800, 1, 0);
    struct learn_example *e = ARENA_ARRAY(a, struct learn_example, w.n);
    struct learn_patience p = { asked_so_often, NULL };
    struct learn_trial t;
    int left = 1000, asked;

    (void)state;
    for (size_t i = 0; i < w.n; i++)
        e[i] = (struct learn_example){ w.rows[i], w.won[i], (instant)i * DAY_US, 1000 * DAY_US, (int64_t)i };
    p.x = &left;
    (void)learn_try(a, e, w.n, NULL, INSTANT_NONE, &p, &t);
    assert_non_null(t.learner);
    asked = 1000 - left;
    assert_true(asked > 40); /* two fits, each of ten parts, of sums and of trees */
    for (int step = 0; step <= 4; step++) {
        int times = step == 3 ? asked - 1 : asked * step / 4;

        left = times;
        (void)learn_try(a, e, w.n, NULL, INSTANT_NONE, &p, &t);
        assert_true((t.learner != NULL) == (times == asked));
    }
}

/* A fit to what was known before alone would be the rival over again, and never better. */
static void a_later_version_has_learnt_from_what_is_new(void **state)
{
    struct learn_trial t = tried_with_another_kind(1.5, 1);

    (void)state;
    assert_true(t.learner && t.is.why == LEARN_BETTER && !t.is.by_time && t.is.held_n == 400 && t.is.loss < t.is.loss_rival);
    assert_true(t.is.auc > 780000);
    t = tried_with_another_kind(1.5, 40);
    assert_true(t.learner && t.is.by_time && t.is.held_n == 200);
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(t.held[i], i >= 800);
    t = tried_with_another_kind(0, 1);
    assert_true(!t.learner || t.is.loss < t.is.loss_rival); /* of nothing nothing is learnt but the share that buys */
    assert_true(t.is.auc < 560000);
}

/* The market turns: everybody buys more often than what was learnt says. */
static void running_correction_follows_the_market(void **state)
{
    struct learn_options o = { .seed = 1 };
    struct world w = plant(2000, 2, 0), later = plant(3000, 55, 1.5);
    struct learner *l = learn_fit(a, w.rows, w.won, w.n, &o);
    struct learn_recent *recent = ARENA_ARRAY(a, struct learn_recent, later.n);
    double *raw = ARENA_ARRAY(a, double, later.n), *right = ARENA_ARRAY(a, double, later.n);

    (void)state;
    for (size_t i = 0; i < later.n; i++) {
        struct fit_map m = learn_correct(a, recent, i);

        raw[i] = learn_foretell(l, &later.rows[i]).z;
        right[i] = learn_corrected(&m, (struct learn_forecast){ raw[i], 0.01 }).z;
        if (i == 0)
            assert_true(right[0] == raw[0]);
        recent[i] = (struct learn_recent){ raw[i], later.won[i] };
    }
    assert_true(learn_measure(a, raw, later.won, later.n).ece > 0.15);
    assert_true(learn_measure(a, right, later.won, later.n).ece < 0.03);
}

static int begin(void **state)
{
    (void)state;
    a = arena_new(0);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(a);
    return 0;
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(columns_are_those_that_can_tell),
        CASE(a_word_for_nothing_is_as_good_as_an_empty_cell),
        CASE(a_level_that_was_never_seen_is_another_one),
        CASE(what_is_foretold_is_what_happens),
        CASE(of_a_lead_of_whom_too_little_is_known_nothing_is_told),
        CASE(reasons_are_what_was_planted),
        CASE(the_same_leads_give_the_same_learner_and_its_bytes_come_back),
        CASE(nothing_is_learnt_from_one_outcome),
        CASE(a_trial_ends_when_it_is_told_to),
        CASE(a_later_version_has_learnt_from_what_is_new),
        CASE(running_correction_follows_the_market),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
