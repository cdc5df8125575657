/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Whether it is time to learn is counted no further than it takes, and comes out as counting all of it would; what counts is what is marked; on both databases.
 *
 * GRADUS_TEST_PG names a PostgreSQL database in which the schema t_learn_due may be dropped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "house.h"

#include "flow/flow_learn.h"
#include "learn/predict.h"
#include "report/ends.h"
#include "score/model.h"

struct world {
    struct ctx c;
    struct house_db house;
    struct db_tx *tx;
    int64_t next;
};

#define OK(expr) HOUSE_OK(&w->c, expr)
#define NOW ((instant)1750000000 * SECOND_US)

/* A lead born so many days ago; decided: how it ended, and how many days ago the house learned of it. */
static void lead_put(struct world *w, int born_days, int state, int known_days)
{
    instant born = NOW - born_days * DAY_US, known = NOW - known_days * DAY_US;
    int64_t id = ++w->next;

    OK(db_run(&w->c, w->tx, "INSERT INTO lead (id, version, unverified, created_at, facts) VALUES ($1, 1, 0, $2, '{}')", DB_ARGS(db_int(id), db_int(born)), NULL));
    OK(db_run(&w->c, w->tx, "INSERT INTO lead_now (lead_id, stage, band, score, created_at) VALUES ($1, 0, 0, 0, $2)", DB_ARGS(db_int(id), db_int(born)), NULL));
    if (state != OUTCOME_OPEN)
        OK(learn_outcomes_put(&w->c, w->tx, &(struct outcome){ .lead = { id }, .state = state, .at = known, .known_at = known }, 1));
}

static bool is_due(struct world *w)
{
    bool due;

    OK(flow_learn_due(&w->c, w->tx, &due));
    return due;
}

/* By counting everything. */
static bool should_be_due(struct world *w)
{
    struct flow_ends ends;

    OK(flow_ends(&w->c, w->tx, &ends));
    return ends.won >= LEARN_PREDICT_ENOUGH && (ends.lost >= LEARN_PREDICT_ENOUGH || ends.lost + ends.open - ends.young >= LEARN_PREDICT_ENOUGH);
}

static void some_are_counted_and_no_more(struct world *w)
{
    struct learn_fresh f;
    struct report_ends ends;
    int64_t n;

    for (int i = 0; i < 30; i++)
        lead_put(w, 100 - i, i % 3, 90 - i); /* ten of each: open, won, lost */
    OK(learn_outcome_some(&w->c, w->tx, OUTCOME_WON, 100, &n));
    assert_int_equal(10, n);
    OK(learn_outcome_some(&w->c, w->tx, OUTCOME_LOST, 4, &n));
    assert_int_equal(4, n);
    OK(learn_known_since(&w->c, w->tx, INSTANT_NONE, 100, &f));
    assert_true(f.count == 20 && f.first == NOW - 89 * DAY_US && f.last == NOW - 61 * DAY_US);
    OK(learn_known_since(&w->c, w->tx, NOW - 80 * DAY_US, 3, &f));
    assert_true(f.count == 3 && f.first == NOW - 79 * DAY_US && f.last == NOW - 61 * DAY_US);
    OK(learn_known_since(&w->c, w->tx, NOW - 61 * DAY_US, 3, &f));
    assert_true(f.count == 0 && f.first == INSTANT_NONE && f.last == INSTANT_NONE);
    for (int days = 65; days <= 110; days += 5) {
        OK(report_ends(&w->c, w->tx, &(struct report_ends_ask){ NOW - days * DAY_US, DAY_US, SECOND_US, OUTCOME_WON }, &ends));
        OK(report_open_since(&w->c, w->tx, NOW - days * DAY_US, 1000, &n));
        assert_int_equal(ends.open - ends.young_open, n);
        OK(report_open_since(&w->c, w->tx, NOW - days * DAY_US, 2, &n));
        assert_int_equal(ends.open - ends.young_open < 2 ? ends.open - ends.young_open : 2, n);
    }
}

static enum err mark_count(void *x, UNUSED struct ctx *c, const struct flow_example *e)
{
    ++((int64_t *)x)[e->won];
    return ERR_NONE;
}

static bool go_on(UNUSED void *x, UNUSED int64_t done, UNUSED int64_t total)
{
    return true;
}

static void check_marks(struct world *w, const struct flow_ends *ends)
{
    int64_t n[2] = { 0, 0 };

    OK(flow_examples(&w->c, w->tx, INSTANT_NONE, INSTANT_NONE, go_on, NULL, mark_count, n));
    assert_true(n[0] == ends->counted_not && n[1] == ends->counted_won);
}

/* What the database counts is what the calibration's own rule marks, whichever of its branches is taken. */
static void counts_are_those_of_the_marks(struct world *w)
{
    /* lost: how many young ones, how many days after their birth; sold after three. came: with their end; open: young. */
    static const struct {
        int won, lost, lost_after, came, open, grown;
        int64_t counted_won, counted_not;
    } rows[] = {
        { 40, 40, 3, 0, 0, 5, 45, 45 },    /* all are decided */
        { 40, 40, 3, 0, 60, 5, 45, 45 },   /* losses come as soon */
        { 40, 40, 5, 0, 60, 5, 5, 5 },     /* later */
        { 40, 40, 3, 0, 60, 100, 100, 100 },
        { 40, 40, 5, 20, 60, 5, 25, 25 },
        { 0, 0, 0, 20, 90, 0, 20, 20 },
    };

    for (size_t i = 0; i < countof(rows); i++) {
        struct flow_ends ends;

        OK(db_run(&w->c, w->tx, "DELETE FROM outcome", DB_NO_ARGS, NULL));
        OK(db_run(&w->c, w->tx, "DELETE FROM lead_now", DB_NO_ARGS, NULL));
        OK(db_run(&w->c, w->tx, "DELETE FROM lead", DB_NO_ARGS, NULL));
        for (int k = 0; k < rows[i].won + rows[i].lost; k++)
            lead_put(w, 6, k < rows[i].won ? OUTCOME_WON : OUTCOME_LOST, 6 - (k < rows[i].won ? 3 : rows[i].lost_after));
        for (int k = 0; k < 2 * rows[i].came; k++)
            lead_put(w, 1, OUTCOME_WON + k % 2, 1);
        for (int k = 0; k < rows[i].open; k++)
            lead_put(w, 6, OUTCOME_OPEN, 0);
        for (int k = 0; k < 2 * rows[i].grown; k++)
            lead_put(w, 50, OUTCOME_WON + k % 2, 48);
        OK(flow_ends(&w->c, w->tx, &ends));
        assert_int_equal(rows[i].counted_won, ends.counted_won);
        assert_int_equal(rows[i].counted_not, ends.counted_not);
        assert_int_equal(rows[i].open, ends.young);
        check_marks(w, &ends);
    }
}

/* Wins come `slow` days after birth; what did not buy is lost, or open and so old. */
static void first_trial(struct world *w, int wins, int slow, int lost, int open, int open_days, bool due)
{
    for (int i = 0; i < wins; i++)
        lead_put(w, slow + 2, OUTCOME_WON, 2);
    for (int i = 0; i < lost; i++)
        lead_put(w, 20, OUTCOME_LOST, 2);
    for (int i = 0; i < open; i++)
        lead_put(w, open_days, OUTCOME_OPEN, 0);
    assert_int_equal(due, should_be_due(w));
    assert_int_equal(due, is_due(w));
}

static const struct {
    int wins, slow, lost, open, open_days;
    bool due;
} trials[] = {
    { 99, 3, 200, 0, 0, false },
    { 100, 3, 99, 0, 0, false },
    { 100, 3, 100, 0, 0, true },
    { 100, 3, 50, 50, 5, false },   /* younger than any maturity */
    { 100, 3, 50, 50, 400, true },  /* older than any */
    { 100, 3, 50, 49, 400, false },
    { 100, 30, 50, 50, 20, false }, /* the wins tell: they take a month */
    { 100, 30, 50, 50, 40, true },
    { 100, 30, 0, 100, 30, true },  /* at its very end */
    { 100, 3, 0, 100, 7, true },
};

static void a_first_trial_comes_when_enough_bought_and_did_not(struct world *w)
{
    for (size_t i = 0; i < countof(trials); i++) {
        OK(db_run(&w->c, w->tx, "DELETE FROM outcome", DB_NO_ARGS, NULL));
        OK(db_run(&w->c, w->tx, "DELETE FROM lead_now", DB_NO_ARGS, NULL));
        OK(db_run(&w->c, w->tx, "DELETE FROM lead", DB_NO_ARGS, NULL));
        first_trial(w, trials[i].wins, trials[i].slow, trials[i].lost, trials[i].open, trials[i].open_days, trials[i].due);
    }
}

/* After a version a fifth of what it learnt from, and fifty at least. */
static void another_trial_comes_with_a_fifth_more(struct world *w)
{
    static const struct {
        int64_t learnt, least;
    } rows[] = { { 60, 50 }, { 250, 50 }, { 251, 51 }, { 255, 51 }, { 256, 52 } };

    for (size_t i = 0; i < countof(rows); i++) {
        struct learn_predictor p = { .state = PREDICTOR_REFUSED, .made_at = NOW - 10 * DAY_US, .learned_at = NOW - 10 * DAY_US, .n = rows[i].learnt, .left_out = STR("[]") };

        OK(db_run(&w->c, w->tx, "DELETE FROM outcome", DB_NO_ARGS, NULL));
        OK(learn_predictor_add(&w->c, w->tx, &p));
        for (int k = 0; k < 40; k++)
            lead_put(w, 30, OUTCOME_WON, 11); /* known before */
        for (int64_t k = 1; k < rows[i].least; k++)
            lead_put(w, 30, OUTCOME_LOST, 3);
        assert_false(is_due(w));
        lead_put(w, 30, OUTCOME_WON, 3);
        assert_true(is_due(w));
        assert_int_equal(rows[i].least, learn_time_least(rows[i].learnt));
        OK(db_run(&w->c, w->tx, "DELETE FROM outcome", DB_NO_ARGS, NULL));
        for (int64_t k = 0; k < rows[i].least; k++)
            lead_put(w, 30, OUTCOME_LOST, 0);
        assert_false(is_due(w)); /* they have not stopped coming */
    }
}

/* Silence comes with time alone: it tells how old the lead is, and of one asked about today something else than of one looked at when it ended. */
static void a_criterion_of_silence_is_no_column(void **state)
{
    static const char body[] = "{\"groups\":[{\"name\":\"g\"}],\"criteria\":["
                               "{\"id\":\"ceo\",\"group\":\"g\",\"points\":20,\"when\":{\"fact\":\"title\",\"op\":\"has\",\"value\":\"CEO\"}},"
                               "{\"id\":\"gone\",\"group\":\"g\",\"points\":-10,\"when\":{\"silent\":{},\"days\":30}}]}";
    struct ctx c = { .arena = arena_new(0), .now = NOW };
    struct history h = { .born = NOW - 90 * DAY_US };
    struct learn_row row;
    struct model *m;
    bool silence = false, other = false;

    (void)state;
    HOUSE_OK(&c, score_model_parse(&c, str_of(body), &m));
    HOUSE_OK(&c, flow_learn_row(&c, m, &h, NOW, &row));
    for (size_t i = 0; i < row.count; i++) {
        silence = silence || str_eq(row.values[i].name, STR("criterion.gone"));
        other = other || str_eq(row.values[i].name, STR("criterion.ceo"));
    }
    assert_true(other && !silence);
    score_model_drop(m);
    arena_free(c.arena);
}

static void on(bool pg, void (*test)(struct world *w))
{
    struct world world = { .c = { .arena = arena_new(0), .now = NOW } }, *w = &world;

    house_db_open(&w->c, "learn_due", pg, &w->house);
    OK(db_write(&w->c, w->house.db, &w->tx));
    test(w);
    db_drop(w->tx);
    house_db_close(&w->house);
    arena_free(w->c.arena);
}

ON_BOTH(some_are_counted_and_no_more)
ON_BOTH(a_first_trial_comes_when_enough_bought_and_did_not)
ON_BOTH(another_trial_comes_with_a_fifth_more)
ON_BOTH(counts_are_those_of_the_marks)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_criterion_of_silence_is_no_column),
        cmocka_unit_test(some_are_counted_and_no_more_sqlite),
        cmocka_unit_test(some_are_counted_and_no_more_postgresql),
        cmocka_unit_test(a_first_trial_comes_when_enough_bought_and_did_not_sqlite),
        cmocka_unit_test(a_first_trial_comes_when_enough_bought_and_did_not_postgresql),
        cmocka_unit_test(another_trial_comes_with_a_fifth_more_sqlite),
        cmocka_unit_test(another_trial_comes_with_a_fifth_more_postgresql),
        cmocka_unit_test(counts_are_those_of_the_marks_sqlite),
        cmocka_unit_test(counts_are_those_of_the_marks_postgresql),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
