/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Models, kept scores and crossings in both databases.
 *
 * GRADUS_TEST_PG names a PostgreSQL database in which the schema t_score may be dropped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "house.h"

#include "score/score_store.h"

struct world {
    struct ctx c;
    struct house_db house;
    struct db *db; /* the house's */
    struct db_tx *tx;
};

#define OK(expr) HOUSE_OK(&w->c, expr)

static void open_db(struct world *w, bool pg)
{
    w->c = (struct ctx){.arena = arena_new(0),
                        .now = (instant)1750000000 * SECOND_US,
                        .actor = {ACTOR_USER, 42, 0, false}};
    house_db_open(&w->c, "score_store", pg, &w->house);
    w->db = w->house.db;
}

static const struct json *body_of(struct world *w, const char *text)
{
    struct json *v;
    OK(json_read(&w->c, str_of(text), &v));
    return v;
}

static void models_live_one_after_another(struct world *w)
{
    static const char good[] = "{\"groups\":[{\"name\":\"g\"}],\"criteria\":[{\"id\":\"a\","
                               "\"group\":\"g\",\"points\":80,\"when\":{\"event\":\"A\"}}]}";
    struct model_id first, second, again;
    struct model_row row, *rows;
    struct model *m;
    size_t n;
    int64_t live;

    OK(db_write(&w->c, w->db, &w->tx));
    assert_int_equal(score_model_live_id(&w->c, w->tx, &live), ERR_NOT_FOUND);
    OK(score_model_start(&w->c, w->tx, LANG_RU));
    OK(score_model_start(&w->c, w->tx, LANG_RU)); /* once is enough */
    OK(score_model_live(&w->c, w->tx, &row));
    assert_int_equal(row.version, 1);
    first = row.id;
    assert_int_equal(score_model_add(&w->c, w->tx, STR("x"), STR(""),
                                     body_of(w, "{\"groups\":[{\"name\":\"g\"}],\"hot\":500}"),
                                     &second),
                     ERR_BAD_FIELD);
    assert_string_equal(w->c.fault.items[w->c.fault.count - 1].field, "/body/hot");
    OK(score_model_add(&w->c, w->tx, STR("Вторая"), STR("note"), body_of(w, good), &second));
    OK(score_model_put(&w->c, w->tx, second, STR("Вторая 2"), STR_NULL, NULL));
    OK(score_model_get(&w->c, w->tx, second, &row));
    assert_true(str_eq(row.name, STR("Вторая 2")) && str_eq(row.note, STR("note")) &&
                row.state == MODEL_DRAFT && row.author.v == 42);
    OK(score_model_publish(&w->c, w->tx, second, &m));
    assert_true(m->id.v == second.v && m->version == 2);
    score_model_drop(m);
    assert_int_equal(score_model_put(&w->c, w->tx, second, STR("y"), STR_NULL, NULL), ERR_CONFLICT);
    assert_int_equal(score_model_publish(&w->c, w->tx, second, &m), ERR_CONFLICT);
    OK(score_model_live_id(&w->c, w->tx, &live));
    assert_int_equal(live, second.v);
    OK(score_model_get(&w->c, w->tx, first, &row));
    assert_int_equal(row.state, MODEL_RETIRED);
    assert_int_equal(row.retired_at, w->c.now);
    OK(score_model_rollback(&w->c, w->tx, first, &again, &m));
    assert_int_equal(m->version, 3);
    score_model_drop(m);
    OK(score_model_list(&w->c, w->tx, &rows, &n));
    assert_int_equal(n, 3);
    assert_int_equal(rows[0].id.v, again.v);
    OK(score_model_numbered(&w->c, w->tx, 3, &row));
    assert_int_equal(row.id.v, again.v);
    struct str copy = row.body;
    OK(score_model_get(&w->c, w->tx, first, &row));
    assert_true(str_eq(row.body, copy));
    assert_int_equal(score_model_get(&w->c, w->tx, (struct model_id){1}, &row), ERR_NOT_FOUND);
    assert_int_equal(score_model_numbered(&w->c, w->tx, 4, &row), ERR_NOT_FOUND);
    OK(db_commit(&w->c, w->tx));
}

static int64_t version_then(struct world *w, instant at)
{
    struct model_row row;

    OK(score_model_then(&w->c, w->tx, at, &row));
    return row.version;
}

/* An older draft that is published later is the model of its time, and not of the time in which it was begun. */
static void the_model_then_is_the_one_published_last(struct world *w)
{
    const instant begun = w->c.now;
    struct model_row live;
    struct model_id drafts[2];
    struct model *m;

    OK(db_write(&w->c, w->db, &w->tx));
    OK(score_model_live(&w->c, w->tx, &live));
    for (int i = 0; i < 2; i++) {
        struct json *body;
        OK(json_read(&w->c, live.body, &body));
        OK(score_model_add(&w->c, w->tx, STR("x"), STR(""), body, &drafts[i]));
    }
    for (int i = 2; i-- > 0;) { /* the younger one first: version 4, then 5 */
        w->c.now += HOUR_US;
        OK(score_model_publish(&w->c, w->tx, drafts[i], &m));
        score_model_drop(m);
    }
    assert_int_equal(version_then(w, begun - DAY_US), 1);
    assert_int_equal(version_then(w, begun), 3);
    assert_int_equal(version_then(w, begun + HOUR_US - 1), 3);
    assert_int_equal(version_then(w, begun + HOUR_US), 4);
    assert_int_equal(version_then(w, begun + 2 * HOUR_US), 5);
    OK(db_commit(&w->c, w->tx));
    w->c.now = begun;
}

enum { LEADS = 70 };

static void what_is_kept_comes_back(struct world *w)
{
    struct lead_id leads[LEADS], *due;
    struct score_walked walked[LEADS] = {0};
    struct score_kept kept[LEADS];
    struct crossing_id ids[LEADS];
    struct score_crossing crossing = {
        .at = w->c.now, .from = BAND_WARM, .total = 71 * FIX_ONE, .cause = {9}, .lines = STR("[]")};
    struct crossing_row *rows;
    size_t n;
    instant at;

    for (int i = 0; i < LEADS; i++) {
        leads[i].v = 1000 + i;
        walked[i].changed = i != 3;
        walked[i].due_moved = true;
        walked[i].kept = (struct score_kept){{7},
                                             i * FIX_ONE,
                                             {BAND_HOT, i % 2, w->c.now + i},
                                             i % 9,
                                             i % 101,
                                             i < 60 ? w->c.now + 100 - i : INSTANT_NEVER,
                                             i < 60 ? w->c.now + 100 - i : INSTANT_NEVER,
                                             (struct str){"\x01\0\xff", 3}};
    }
    walked[5].crossings = &crossing;
    walked[5].crossing_count = 1;
    OK(db_write(&w->c, w->db, &w->tx));
    OK(score_keep(&w->c, w->tx, leads, walked, LEADS, ids));
    OK(score_keep(&w->c, w->tx, leads, walked, 2, NULL)); /* again: replaced */
    OK(score_load(&w->c, w->tx, leads, LEADS, kept));
    for (int i = 0; i < LEADS; i++) {
        assert_int_equal(kept[i].model.v, i == 3 ? 0 : 7);
        if (i == 3)
            continue;
        assert_true(kept[i].total == i * FIX_ONE && kept[i].band.band == BAND_HOT &&
                    kept[i].band.armed == (i % 2 == 1));
        assert_true(kept[i].cell == i % 9 && kept[i].icp == i % 101);
        assert_true(kept[i].band.told == w->c.now + i &&
                    kept[i].next_change == walked[i].kept.next_change && kept[i].due == walked[i].kept.due);
        assert_true(str_eq(kept[i].state, walked[i].kept.state));
    }
    assert_true(ids[5].v > 0 && ids[4].v == 0);
    OK(score_crossing_list(&w->c, w->tx, leads[5], &rows, &n));
    assert_int_equal(n, 1);
    assert_true(rows[0].id.v == ids[5].v && rows[0].is.total == crossing.total &&
                rows[0].is.cause.v == 9 && rows[0].is.from == BAND_WARM);
    OK(score_crossing_records(&w->c, w->tx, leads[5], &rows, &n));
    assert_true(n == 1 && str_eq(rows[0].is.lines, crossing.lines));
    OK(score_due(&w->c, w->tx, w->c.now + 50, 5, &due, &n));
    assert_int_equal(n, 5);
    assert_int_equal(due[0].v, 1059); /* the soonest first */
    OK(score_next_due(&w->c, w->tx, &at));
    assert_int_equal(at, w->c.now + 41);
    walked[58].kept.next_change = walked[58].kept.due = w->c.now + 500; /* put off: due is written only when it is told to have moved */
    walked[58].due_moved = false;
    OK(score_keep(&w->c, w->tx, leads + 58, walked + 58, 1, NULL));
    OK(score_load(&w->c, w->tx, leads + 58, 1, kept));
    assert_true(kept[0].next_change == w->c.now + 500 && kept[0].due == w->c.now + 42);
    OK(score_forget(&w->c, w->tx, leads[59]));
    OK(score_next_due(&w->c, w->tx, &at));
    assert_int_equal(at, w->c.now + 42);
    OK(db_commit(&w->c, w->tx));
}

/* A lead that crossed more often than a page has places: the newest are found first, and none is lost to who asks for all. */
static void of_many_crossings_the_newest_are_kept(struct world *w)
{
    enum { MANY = 1203 };
    static const size_t pages[] = { 1000, 203, 0 };
    struct score_crossing *crossings = ARENA_ARRAY(w->c.arena, struct score_crossing, MANY);
    struct lead_id lead = { 5000 };
    struct score_walked walked = { .kept.model.v = 7, .crossings = crossings, .crossing_count = MANY };
    struct crossing_id last, before = { INT64_MAX };
    struct crossing_row *rows;
    instant at = INSTANT_NEVER;
    size_t n;

    for (int i = 0; i < MANY; i++) /* two an instant, so that the border of a page falls between the two of one */
        crossings[i] = (struct score_crossing){ .at = w->c.now + (i + 1) / 2, .from = BAND_WARM, .total = i * FIX_ONE, .lines = STR("[]") };
    OK(db_write(&w->c, w->db, &w->tx));
    OK(score_keep(&w->c, w->tx, &lead, &walked, 1, &last));
    for (size_t p = 0, seen = 0; p < 3; p++, seen += n) {
        OK(score_crossing_page(&w->c, w->tx, lead, at, before, 1000, &rows, &n));
        assert_int_equal(n, pages[p]);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(rows[i].is.total, (MANY - 1 - (int64_t)(seen + i)) * FIX_ONE);
        if (!p)
            assert_true(rows[0].id.v == last.v && str_eq(rows[0].is.lines, STR("[]")));
        if (n)
            at = rows[n - 1].is.at, before = rows[n - 1].id;
    }
    OK(score_crossing_list(&w->c, w->tx, lead, &rows, &n));
    assert_true(n == MANY && rows[MANY - 1].id.v == last.v);
    OK(score_crossing_records(&w->c, w->tx, lead, &rows, &n));
    assert_true(n == MANY && rows[MANY - 1].id.v == last.v);
    OK(score_crossing_after(&w->c, w->tx, lead, w->c.now + 600, &rows, &n));
    assert_true(n == 1 && rows[0].is.total == 1201 * FIX_ONE);
    OK(score_crossing_after(&w->c, w->tx, lead, w->c.now + 601, &rows, &n));
    assert_int_equal(n, 0);
    OK(db_commit(&w->c, w->tx));
}

static void run(bool pg)
{
    struct world is = {0}, *w = &is;

    open_db(w, pg);
    models_live_one_after_another(w);
    what_is_kept_comes_back(w);
    of_many_crossings_the_newest_are_kept(w);
    the_model_then_is_the_one_published_last(w);
    house_db_close(&w->house);
    arena_free(w->c.arena);
}

static void the_store_keeps_on_sqlite(void **state)
{
    (void)state;
    run(false);
}

static void the_store_keeps_on_postgresql(void **state)
{
    (void)state;
    run(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_store_keeps_on_sqlite),
        cmocka_unit_test(the_store_keeps_on_postgresql),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
