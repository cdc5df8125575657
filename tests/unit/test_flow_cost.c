/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a walk asks of the database does not grow with the events that it takes at once: on PostgreSQL each statement is a round trip, and a file of
 * thirty thousand rows is hundreds of thousands of them otherwise. */
#include <setjmp.h>
#include <stdarg.h>

#include "house.h"

#include "flow/flow_event.h"
#include "flow/flow_outcome.h"
#include "sys/clock.h"

struct world {
    struct ctx c;
    struct house_db house;
    struct flow flow;
};

static struct event told(struct ctx *c, int person, const char *raw, enum event_kind kind, struct str name)
{
    struct event ev = { .kind = kind, .name = name, .at = c->now - 2, .known_at = c->now, .raw = str_of(raw), .import_id = 77 };
    struct json *body;

    HOUSE_OK(c, json_read(c, ev.raw, &body));
    ev.body = body;
    ev.traits = json_find(body, STR("traits"));
    ev.who.user_id = str_print(c->arena, "u%d", person);
    ev.who.email = str_print(c->arena, "p%d@firm.example", person);
    return ev;
}

/* People [from, from + n) with what a file says of each, and how it ended; how many statements that took. */
static int64_t file_of(struct world *w, int from, int n, const char *title, const char *stage)
{
    const char *facts = str_cz(w->c.arena, str_print(w->c.arena, "{\"traits\":{\"name\":\"Anna Ivanova\",\"title\":\"%s\",\"source\":\"Fair\"}}", title));
    const char *deed = str_cz(w->c.arena, str_print(w->c.arena, "{\"properties\":{\"to\":\"%s\"}}", stage));
    struct event *events = ARENA_ARRAY(w->c.arena, struct event, 2 * (size_t)n);
    struct event_result *results = ARENA_ARRAY(w->c.arena, struct event_result, 2 * (size_t)n);
    struct db_tx *tx;
    int64_t before, after;

    w->c.now = clock_now();
    for (int i = 0; i < n; i++) {
        events[2 * i] = told(&w->c, from + i, facts, EVENT_IDENTIFY, STR_NULL);
        events[2 * i + 1] = told(&w->c, from + i, deed, EVENT_DEED, STR(FLOW_STAGE_DEED));
        events[2 * i + 1].at++;
    }
    HOUSE_OK(&w->c, db_write(&w->c, w->house.db, &tx));
    before = tx->conn->statements;
    HOUSE_OK(&w->c, flow_events(&w->flow, &w->c, tx, events, 2 * (size_t)n, results, NULL));
    after = tx->conn->statements;
    HOUSE_OK(&w->c, db_commit(&w->c, tx));
    for (int i = 0; i < 2 * n; i++)
        assert_int_equal(ERR_NONE, results[i].code);
    return after - before;
}

static void expect_people(struct world *w, int n, const char *title, int stage)
{
    static const char sql[] = "SELECT count(*) FROM lead l JOIN lead_now n ON n.lead_id = l.id WHERE l.title = $1 AND n.stage = $2";
    static const char sql_words[] = "SELECT count(*) FROM lead_word w JOIN lead l ON l.id = w.lead_id WHERE l.title = $1";
    struct db_rows *r;
    struct db_tx *tx;

    HOUSE_OK(&w->c, db_read(&w->c, w->house.db, &tx));
    HOUSE_OK(&w->c, db_one(&w->c, tx, sql, DB_ARGS(db_str(str_of(title)), db_int(stage)), &r));
    assert_int_equal(n, db_col_int(r, 0));
    db_end(r);
    HOUSE_OK(&w->c, db_one(&w->c, tx, sql_words, DB_ARGS(db_str(str_of(title))), &r));
    assert_int_equal(2 * n, db_col_int(r, 0)); /* of the name */
    db_end(r);
    db_drop(tx);
}

static void run(bool pg)
{
    struct world w = { .c = { .arena = arena_new(0), .now = clock_now() } };
    int64_t few, many;

    house_db_open(&w.c, "flow_cost", pg, &w.house);
    flow_init(&w.flow, "RU");
    file_of(&w, 0, 4, "Clerk", "lost"); /* the model is made by it */
    few = file_of(&w, 1000, 8, "Clerk", "lost");
    many = file_of(&w, 2000, 200, "Clerk", "lost");
    printf("statements, people that are new: of 8 %lld, of 200 %lld\n", (long long)few, (long long)many);
    assert_true(many <= few + 4);
    expect_people(&w, 212, "Clerk", 6);
    /* The file once more, with other facts and another end. */
    few = file_of(&w, 1000, 8, "Head", "won");
    many = file_of(&w, 2000, 200, "Head", "won");
    printf("statements, people that are known: of 8 %lld, of 200 %lld\n", (long long)few, (long long)many);
    assert_true(many <= few + 4);
    expect_people(&w, 208, "Head", 5);
    expect_people(&w, 4, "Clerk", 6);
    flow_free(&w.flow);
    house_db_close(&w.house);
    arena_free(w.c.arena);
}

static void a_walk_of_many_asks_as_often_as_one_of_few_on_sqlite(UNUSED void **state)
{
    run(false);
}

static void a_walk_of_many_asks_as_often_as_one_of_few_on_postgresql(UNUSED void **state)
{
    run(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_walk_of_many_asks_as_often_as_one_of_few_on_sqlite),
        cmocka_unit_test(a_walk_of_many_asks_as_often_as_one_of_few_on_postgresql),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
