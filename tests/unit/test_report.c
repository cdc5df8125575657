/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The leads behind a report's figures, in both databases.
 *
 * GRADUS_TEST_PG names a PostgreSQL database in which the schema t_report may be dropped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "house.h"

#include "learn/report.h"

struct world {
    struct ctx c;
    struct house_db house;
    struct db *db; /* the house's */
    struct db_tx *tx;
};

#define OK(expr) HOUSE_OK(&w->c, expr)

static void open_db(struct world *w, bool pg)
{
    w->c = (struct ctx){ .arena = arena_new(0), .now = (instant)1750000000 * SECOND_US, .actor = { ACTOR_USER, 42, 0, false } };
    house_db_open(&w->c, "report", pg, &w->house);
    w->db = w->house.db;
}

static void close_db(struct world *w)
{
    house_db_close(&w->house);
    arena_free(w->c.arena);
}

enum { LEADS = 4500 };

static void lists_are_those_put_in_their_order(struct world *w)
{
    struct report_id one = { 11 }, two = { 12 };
    struct lead_id *leads = ARENA_ARRAY(w->c.arena, struct lead_id, LEADS);
    unsigned char *marks = ARENA_ARRAY(w->c.arena, unsigned char, LEADS);
    struct learn_report_lead *rows;
    size_t n;
    int64_t count, after = -1, seen = 0;

    for (int i = 0; i < LEADS; i++) {
        leads[i].v = 1000000 - i;
        marks[i] = i % 3 ? LEARN_MARK_NOT : LEARN_MARK_WON;
    }
    OK(db_write(&w->c, w->db, &w->tx));
    OK(learn_report_put(&w->c, w->tx, one, STR("band.hot"), 0, leads, marks, 3000));
    OK(learn_report_put(&w->c, w->tx, one, STR("band.hot"), 3000, leads + 3000, marks + 3000, LEADS - 3000));
    OK(learn_report_put(&w->c, w->tx, one, STR("band.cold"), 0, leads, NULL, 7));
    OK(learn_report_put(&w->c, w->tx, two, STR("band.hot"), 0, leads, NULL, 5));
    do {
        OK(learn_report_leads(&w->c, w->tx, one, STR("band.hot"), -1, after, 1000, &rows, &n));
        for (size_t i = 0; i < n; i++, seen++)
            assert_true(rows[i].place == seen && rows[i].lead.v == leads[seen].v && rows[i].mark == marks[seen]);
        after = n ? rows[n - 1].place : after;
    } while (n);
    assert_int_equal(seen, LEADS);
    OK(learn_report_leads(&w->c, w->tx, one, STR("band.hot"), LEARN_MARK_WON, 3, 2, &rows, &n));
    assert_true(n == 2 && rows[0].place == 6 && rows[1].place == 9);
    OK(learn_report_count(&w->c, w->tx, one, STR("band.hot"), LEARN_MARK_WON, &count));
    assert_int_equal(count, LEADS / 3);
    marks[0] = LEARN_MARK_YOUNG;
    OK(learn_report_put(&w->c, w->tx, two, STR("band.warm"), 0, leads, marks, 4));
    OK(learn_report_put(&w->c, w->tx, two, STR("band.warm"), 4, leads + 4, NULL, 1));
    OK(learn_report_leads(&w->c, w->tx, two, STR("band.warm"), LEARN_MARK_COUNTED, -1, 9, &rows, &n));
    assert_true(n == 3 && rows[0].mark == LEARN_MARK_NOT && rows[2].mark == LEARN_MARK_WON);
    OK(learn_report_count(&w->c, w->tx, two, STR("band.warm"), LEARN_MARK_COUNTED, &count));
    assert_int_equal(count, 3); /* neither the young one nor the one that nothing is said of */
    marks[0] = LEARN_MARK_WON;
    OK(learn_report_count(&w->c, w->tx, one, STR("band.warm"), -1, &count));
    assert_int_equal(count, 0);
    OK(learn_report_put(&w->c, w->tx, two, STR("all"), 0, leads, marks, 10));
    OK(learn_report_put_at(&w->c, w->tx, two, STR("some"), (const int64_t[]){ 2, 3, 9 },
                           (const struct lead_id[]){ leads[2], leads[3], leads[9] }, NULL, 3));
    OK(learn_report_leads(&w->c, w->tx, two, STR("!some"), -1, 1, 100, &rows, &n));
    assert_true(n == 5 && rows[0].place == 4 && rows[4].place == 8 && rows[4].lead.v == leads[8].v);
    OK(learn_report_count(&w->c, w->tx, two, STR("!some"), LEARN_MARK_WON, &count));
    assert_int_equal(count, 2); /* 0 and 6 of 0, 3, 6, 9 */
    OK(learn_report_del(&w->c, w->tx, one));
    OK(learn_report_count(&w->c, w->tx, one, STR("band.cold"), -1, &count));
    assert_int_equal(count, 0);
    OK(learn_report_count(&w->c, w->tx, two, STR("band.hot"), -1, &count));
    assert_int_equal(count, 5);
    OK(db_commit(&w->c, w->tx));
}

static void a_bucket_is_narrowed_behind_its_colon(void **state)
{
    static const struct { const char *text, *bucket; int mark; } cases[] = {
        { "band.hot", "band.hot", -1 },
        { "band.hot:won", "band.hot", LEARN_MARK_WON },
        { "source.a:b:not", "source.a:b", LEARN_MARK_NOT },
        { "source.a:b", "source.a:b", -1 },
        { "decile.3:young", "decile.3", LEARN_MARK_YOUNG },
        { "!criterion.x:counted", "!criterion.x", LEARN_MARK_COUNTED },
        { ":won", "", LEARN_MARK_WON },
        { "won", "won", -1 },
        { "", "", -1 },
    };

    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        struct str bucket;
        int mark;

        learn_bucket_parse(str_of(cases[i].text), &bucket, &mark);
        assert_true(str_eq(bucket, str_of(cases[i].bucket)));
        assert_int_equal(mark, cases[i].mark);
    }
}

static void on(bool pg, void (*test)(struct world *))
{
    struct world w = { 0 };

    open_db(&w, pg);
    test(&w);
    close_db(&w);
}

ON_BOTH(lists_are_those_put_in_their_order)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bucket_is_narrowed_behind_its_colon),
        cmocka_unit_test(lists_are_those_put_in_their_order_sqlite),
        cmocka_unit_test(lists_are_those_put_in_their_order_postgresql),
    };

    return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
