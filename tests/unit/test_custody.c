/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is left of hot spells when what covers them is taken away, against counting each second; and the holders that are kept with each change of a
 * task, on both databases, against a second bookkeeping: custody of a period is the same when it has just ended and after everything that came
 * later. GRADUS_TEST_PG names a PostgreSQL in which the schema t_custody may be dropped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "house.h"

#include "base/embed.h"
#include "flow/flow_custody.h"
#include "route/route.h"
#include "task/custody.h"

enum { SECONDS = 60, TASKS = 6, LIVES = 60 };

static uint64_t seed = 5;
static int64_t below(int64_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((seed >> 33) % (uint64_t)n);
}

static void some(struct custody_span *list, size_t *count)
{
    *count = (size_t)below(8);
    for (size_t i = 0; i < *count; i++) {
        int64_t from = below(SECONDS);

        list[i] = (struct custody_span){ from, below(5) ? from + below(20) : INSTANT_NEVER };
    }
}

static bool within(const struct custody_span *list, size_t count, int64_t t)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].from <= t && t < list[i].until)
            return true;
    return false;
}

static void custody_gaps_are_the_seconds_that_nothing_covers(void **state)
{
    (void)state;
    for (int round = 0; round < 20000; round++) {
        struct arena *a = arena_new(1 << 20);
        struct custody_span spells[8], covers[8], *gaps;
        size_t spell_count, cover_count, count;
        int64_t from = below(20), to = from + below(SECONDS), hot = 0;

        some(spells, &spell_count);
        some(covers, &cover_count);
        gaps = task_custody_gaps(spells, spell_count, covers, cover_count, from, to, a, &count);
        for (int64_t t = 0; t < 2 * SECONDS; t++) {
            bool inside = t >= from && t < to && within(spells, spell_count, t);

            hot += inside;
            assert_int_equal(within(gaps, count, t), inside && !within(covers, cover_count, t));
        }
        assert_int_equal(task_custody_length(spells, spell_count, from, to, a), hot);
        for (size_t i = 1; i < count; i++)
            assert_true(gaps[i - 1].until < gaps[i].from);
        arena_free(a);
    }
}

/* ---- holders, kept with each change ---- */

struct world {
    struct ctx c;
    struct house_db house;
    struct db_tx *tx; /* of the test that runs: one that fails leaves it standing */
};
#define OK(expr) HOUSE_OK(&w->c, expr)

static int world_open(void **state, bool pg)
{
    struct world *w = calloc(1, sizeof *w);

    w->c = (struct ctx){ .arena = arena_new(0) };
    house_db_open(&w->c, "custody", pg, &w->house);
    *state = w;
    return 0;
}
static int open_sqlite(void **state) { return world_open(state, false); }
static int open_pg(void **state) { return world_open(state, true); }
static int close_world(void **state)
{
    struct world *w = *state;

    if (w->tx)
        db_drop(w->tx);
    house_db_close(&w->house);
    arena_free(w->c.arena);
    free(w);
    return 0;
}

/* One lead, its tasks and its heat, and what a clerk beside it writes down at the end of each second. */
struct life {
    struct lead_id lead;
    struct task tasks[TASKS];
    size_t count;
    struct waiting stay;
    bool hot, stays, was_hot[SECONDS], was_held[SECONDS], was_late[SECONDS][TASKS];
};

static instant some_due(int64_t second)
{
    return below(6) ? (second + below(12)) * SECOND_US : INSTANT_NEVER;
}

static void task_begins(struct world *w, struct db_tx *tx, struct life *l, int64_t second)
{
    static const enum task_kind kinds[] = { TASK_CALL_NOW, TASK_CALL, TASK_MEETING, TASK_LATE };
    struct task *t = &l->tasks[l->count];

    if (l->count == TASKS)
        return;
    *t = (struct task){ .lead = l->lead, .kind = kinds[below(4)], .due_at = some_due(second), .assignee = { below(4) } };
    if (l->count && below(3) == 0)
        t->parent = l->tasks[below((int64_t)l->count)].id;
    OK(task_add(&w->c, tx, t));
    if (t->kind == TASK_CALL_NOW && !t->assignee.v)
        OK(task_put(&w->c, tx, t)); /* what finds somebody for a call, or puts it into the queue, says so at once */
    l->count++;
}

static void task_changes(struct world *w, struct db_tx *tx, struct life *l, int64_t second)
{
    struct task *t = &l->tasks[below((int64_t)l->count)], gone;

    if (!t->id.v)
        return;
    if (below(2))
        OK(task_get(&w->c, tx, t->id, t)); /* as read, or as it was left */
    if (t->state != TASK_OPEN) {
        OK(task_move(&w->c, tx, (struct task_step){ .to = TASK_OPEN }, t));
    } else if (below(3) == 0) {
        OK(task_move(&w->c, tx, (struct task_step){ .to = below(2) ? TASK_DONE : TASK_CANCELLED, .note = STR(""), .reason = STR("x") }, t));
    } else if (below(4) == 0 && t->parent.v && t->version == 1 && t->kind != TASK_CALL_NOW) {
        if (task_del_next(&w->c, tx, t->parent, &gone)) {
            fault_clear(&w->c); /* the youngest of that parent is another one, and touched */
            return;
        }
        for (size_t i = 0; i < l->count; i++)
            if (l->tasks[i].id.v == gone.id.v)
                l->tasks[i].id.v = 0;
    } else {
        t->assignee.v = below(4);
        t->due_at = below(3) ? t->due_at : some_due(second);
        OK(task_put(&w->c, tx, t));
    }
}

static void heat_changes(struct world *w, struct db_tx *tx, struct life *l)
{
    bool new;

    l->hot = !l->hot;
    if (l->hot)
        OK(task_hot_begin(&w->c, tx, l->lead, &new));
    else
        OK(task_hot_end(&w->c, tx, &l->lead, 1, STR("cooled")));
}

static void stay_changes(struct world *w, struct db_tx *tx, struct life *l)
{
    l->stays = !l->stays;
    if (!l->stays) {
        OK(route_waiting_close(&w->c, tx, l->stay.id));
        return;
    }
    l->stay = (struct waiting){ .lead = l->lead, .since = w->c.now, .until = INSTANT_NONE, .why = STR("full") };
    OK(route_waiting_put(&w->c, tx, &l->stay));
}

static void write_down(struct life *l, int64_t second)
{
    l->was_hot[second] = l->hot;
    l->was_held[second] = l->stays;
    for (size_t i = 0; i < l->count; i++) {
        const struct task *t = &l->tasks[i];

        if (!t->id.v || t->state != TASK_OPEN || task_is_alert(t->kind))
            continue;
        l->was_held[second] |= t->assignee.v && t->due_at != INSTANT_NEVER;
        l->was_late[second][i] = t->kind == TASK_CALL_NOW && t->due_at <= second * SECOND_US;
    }
}

static void count_gap(void *x, const struct custody_gap *gap)
{
    bool *uncovered = x;

    for (int64_t t = gap->span.from / SECOND_US; t < gap->span.until / SECOND_US; t++)
        uncovered[t] = true;
}

/* The check of [from, to) says what the clerk wrote, whatever has happened since. */
static void agrees(struct world *w, struct db_tx *tx, const struct life *l, int64_t from, int64_t to)
{
    bool uncovered[SECONDS] = { false }, more;
    int64_t hot = 0, gaps = 0, late = 0, calls = 0;
    struct lead_id after = { l->lead.v - 1 };
    struct custody_sum sum = { 0 };

    OK(flow_custody_check(&w->c, tx, from * SECOND_US, to * SECOND_US, &after, 1, count_gap, uncovered, &sum, &more));
    for (int64_t t = from; t < to; t++) {
        hot += l->was_hot[t];
        gaps += l->was_hot[t] && !l->was_held[t];
        assert_int_equal(l->was_hot[t] && !l->was_held[t], uncovered[t]);
    }
    if (!hot)
        return;
    for (size_t i = 0; i < TASKS; i++) {
        int64_t mine = 0;

        for (int64_t t = from; t < to; t++)
            mine += l->was_late[t][i];
        late += mine;
        calls += mine > 0;
    }
    assert_int_equal(hot * SECOND_US, sum.hot_us);
    assert_int_equal(gaps * SECOND_US, sum.uncovered_us);
    assert_int_equal(late * SECOND_US, sum.breach_us);
    assert_int_equal(calls, sum.breaches);
    assert_int_equal(0, sum.supplied);
}

static void custody_of_a_period_is_the_same_whatever_happens_later(void **state)
{
    struct world *w = *state;

    for (int life = 0; life < LIVES; life++) {
        struct life l = { .lead = { 1000 + life } };
        struct db_tx *tx;

        OK(db_write(&w->c, w->house.db, &w->tx));
        tx = w->tx;
        for (int64_t second = 0; second < SECONDS; second++) {
            w->c.now = second * SECOND_US;
            for (int64_t n = below(3); n > 0; n--) {
                if (below(3) == 0)
                    task_begins(w, tx, &l, second);
                else if (l.count)
                    task_changes(w, tx, &l, second);
            }
            if (below(8) == 0)
                heat_changes(w, tx, &l);
            if (below(12) == 0)
                stay_changes(w, tx, &l);
            write_down(&l, second);
            if (second % 15 == 14)
                agrees(w, tx, &l, second - 14, second + 1);
        }
        for (int k = 0; k < 10; k++) {
            int64_t from = below(SECONDS);

            agrees(w, tx, &l, from, from + 1 + below(SECONDS - from));
        }
        w->tx = NULL;
        OK(db_commit(&w->c, tx));
        arena_reset(w->c.arena);
    }
}

/* Programs' clocks differ: the order of a task's holders is that of its changes. */
static void the_last_holder_is_the_last_whatever_the_clocks_say(void **state)
{
    struct world *w = *state;
    struct task t = { .lead = { 5 }, .kind = TASK_CALL, .assignee = { 1 }, .due_at = 900 * SECOND_US };
    struct custody_held *held;
    struct db_tx *tx;
    size_t n;

    OK(db_write(&w->c, w->house.db, &w->tx));
    tx = w->tx;
    w->c.now = 100 * SECOND_US;
    OK(task_add(&w->c, tx, &t));
    w->c.now = 90 * SECOND_US;
    t.assignee.v = 2;
    OK(task_put(&w->c, tx, &t));
    w->c.now = 200 * SECOND_US;
    OK(task_put(&w->c, tx, &t)); /* nothing of it is another: no row */
    OK(task_held_list(&w->c, tx, (struct lead_id){ 5 }, &held, &n));
    assert_int_equal(2, n);
    assert_true(held[0].span.until <= held[0].span.from);
    assert_int_equal(2, held[1].hold.by.v);
    assert_true(held[1].span.until == INSTANT_NEVER);
}

static void run_sql(struct world *w, struct db_tx *tx, const char *sql)
{
    const struct db_driver *driver = w->house.db->driver;

    OK(driver->script(&w->c, tx->conn, db_dialect(w->c.arena, driver->kind, str_of(sql))));
}

/* What a house that is older than these rows knows of its past: decisions, stays in the queue, ends. */
static void what_is_known_of_the_time_before_is_supplied(void **state)
{
    static const char was[] =
        "DROP VIEW v_task_hold; DROP TABLE task_hold;"
        "INSERT INTO task (id, version, lead_id, kind, state, title, created_at, due_at, done_at, assignee_id, result, sla_minutes) VALUES"
        " (71, 9, 7, 0, 1, '', 10000000, 60000000, 40000000, 3, 1, 5), (72, 1, 7, 1, 0, '', 5000000, 90000000, NULL, 4, 0, 5),"
        " (73, 1, 7, 6, 0, '', 5000000, 90000000, NULL, 4, 0, 5), (74, 3, 7, 0, 0, '', 50000000, 99000000, NULL, NULL, 0, 5);"
        "INSERT INTO assignment (id, lead_id, task_id, moved_task_id, manager_id, at, policy, reason, counted, candidates) VALUES"
        " (1, 7, 71, NULL, 2, 12000000, 'x', 'x', 1, '[]'), (2, 7, NULL, 71, 3, 30000000, 'x', 'x', 1, '[]');"
        "INSERT INTO waiting (id, lead_id, task_id, since, until_at, promise_due, next_at, why) VALUES"
        " (1, 7, 71, 10000000, 12000000, 0, 0, ''), (2, 7, 71, 20000000, 30000000, 0, 0, ''), (3, 7, 71, 30000000, 30000000, 0, 0, '');";
    static const struct { int64_t task, since, by, due; } known[] = {
        { 71, 10, 0, 60 }, { 71, 10, 0, 60 }, { 71, 12, 2, 60 }, { 71, 20, 0, 60 }, { 71, 30, 3, 60 }, { 71, 40, 0, -1 },
        { 72, 5, 4, 90 }, { 74, 50, 0, 99 },
    };
    static const char *const steps[] = { "sql/0345_route.sql", "sql/0346_task.sql", "sql/0347_route.sql", "sql/0350_task.sql" };
    struct world *w = *state;
    struct custody_held *held;
    struct db_tx *tx;
    size_t n;

    OK(db_write(&w->c, w->house.db, &w->tx));
    tx = w->tx;
    run_sql(w, tx, was);
    for (size_t i = 0; i < countof(steps); i++)
        run_sql(w, tx, str_cz(w->c.arena, embed_find(str_of(steps[i]))->body));
    OK(task_held_list(&w->c, tx, (struct lead_id){ 7 }, &held, &n));
    assert_int_equal(countof(known), n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(known[i].task, held[i].task.v);
        assert_int_equal(known[i].since * SECOND_US, held[i].span.from);
        assert_int_equal(known[i].by, held[i].hold.by.v);
        assert_true(held[i].hold.due == (known[i].due < 0 ? INSTANT_NONE : known[i].due * SECOND_US));
        assert_true(held[i].supplied);
    }
}

#define BOTH(f) { #f " [sqlite]", f, open_sqlite, close_world, NULL }, { #f " [postgresql]", f, open_pg, close_world, NULL }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(custody_gaps_are_the_seconds_that_nothing_covers),
        BOTH(custody_of_a_period_is_the_same_whatever_happens_later),
        BOTH(the_last_holder_is_the_last_whatever_the_clocks_say),
        BOTH(what_is_known_of_the_time_before_is_supplied),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
