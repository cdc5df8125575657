/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Custody: random months of hot leads, duty, absences, refusals and dismissals, on both databases. After every single thing that happens
 *   - an open call has a person, or its lead stands in the queue with a promise, and the head was told;
 *   - a crossing has one task, a task one decision;
 *   - whoever was given a lead was allowed to get it at that instant;
 *   - an undecided hot lead without an open call has an owner who is still with us.
 * Nothing changes between two things that happen, so there is no uncovered second either.
 *
 * GRADUS_TEST_PG names a PostgreSQL database in which the schema t_flow_route may be dropped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "house.h"

#include "flow/flow_act.h"
#include "flow/flow_outcome.h"
#include "flow/flow_person.h"
#include "flow/flow_replay.h"
#include "flow/flow_route.h"
#include "lead/identity.h"
#include "score/score_store.h"

#define MANAGERS 5
#define LEADS    40

struct world {
    const char *kind;
    struct ctx c;
    struct house_db house;
    struct db *db; /* the house's */
    struct db_tx *tx;
    struct flow flow;
    struct user users[MANAGERS + 2]; /* the last two are the head and the owner */
    struct lead_id leads[LEADS];
    bool hot[LEADS];
    int64_t last_assignment;
    uint64_t seed;
};

#define OK(expr) HOUSE_OK(&w->c, expr)

static int64_t below(struct world *w, int64_t n)
{
    w->seed = w->seed * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((w->seed >> 33) % (uint64_t)n);
}

/* ---- the house ---- */

static void people(struct world *w)
{
    for (int i = 0; i < MANAGERS + 2; i++) {
        struct user *u = &w->users[i];

        *u = (struct user){ .email = str_print(w->c.arena, "m%d@example.org", i), .name = STR("M"),
                            .password = STR("x"), .theme = STR("system"), .zone = STR("Europe/Berlin"),
                            .role = i < MANAGERS ? ROLE_MANAGER : i == MANAGERS ? ROLE_HEAD : ROLE_OWNER };
        OK(team_user_add(&w->c, w->tx, u));
    }
}

static void calendars(struct world *w)
{
    static const char *const bodies[] = {
        "{\"zone\":\"Europe/Berlin\",\"hours\":{\"mon\":[[\"09:00\",\"13:00\"],[\"14:00\",\"18:00\"]],"
        "\"tue\":[[\"09:00\",\"18:00\"]],\"wed\":[[\"09:00\",\"18:00\"]],\"thu\":[[\"09:00\",\"18:00\"]],"
        "\"fri\":[[\"09:00\",\"16:00\"]]},\"holidays\":[\"2026-04-03\",\"2026-04-06\"]}",
        "{\"zone\":\"America/New_York\",\"hours\":{\"mon\":[[\"20:00\",\"04:00\"]],\"wed\":[[\"20:00\",\"04:00\"]],"
        "\"sat\":[[\"22:00\",\"06:00\"]]}}",
    };

    for (int i = 0; i < MANAGERS; i++) {
        struct calendar cal = { .name = str_print(w->c.arena, "c%d", i) };
        struct manager m;
        struct json *tree;

        OK(json_read(&w->c, str_of(bodies[i % 2]), &tree));
        OK(cal_parse(&w->c, tree, &cal.cal));
        OK(team_calendar_put(&w->c, w->tx, &cal));
        OK(team_manager_get(&w->c, w->tx, w->users[i].id, &m));
        m.calendar = cal.id;
        m.capacity = 4 + 3 * i;
        m.hourly_quota = i % 3;
        m.weight = 1 + i;
        OK(team_manager_put(&w->c, w->tx, &m));
    }
}

static void world_open(struct world *w)
{
    w->c = (struct ctx){ .arena = arena_new(0), .actor = { .kind = ACTOR_HOUSE } };
    assert_true(instant_parse(STR("2026-03-20T08:00:00Z"), &w->c.now));
    house_db_open(&w->c, "flow_route", strcmp(w->kind, "sqlite") != 0, &w->house);
    w->db = w->house.db;
    flow_init(&w->flow, "RU");
    OK(db_write(&w->c, w->db, &w->tx));
    people(w);
    calendars(w);
    OK(score_model_start(&w->c, w->tx, LANG_RU));
    for (int i = 0; i < LEADS; i++)
        OK(lead_add(&w->c, w->tx, false, w->c.now, 0, &w->leads[i]));
}

static void world_close(struct world *w)
{
    OK(db_commit(&w->c, w->tx));
    flow_free(&w->flow);
    house_db_close(&w->house);
    arena_free(w->c.arena);
}

/* ---- what must hold ---- */

static int64_t number(struct world *w, const char *sql)
{
    struct db_rows *row;
    int64_t n;

    OK(db_one(&w->c, w->tx, sql, DB_NO_ARGS, &row));
    n = db_col_int(row, 0);
    db_end(row);
    return n;
}

#define NONE(sql)                                                                                  \
    do {                                                                                           \
        static const char q[] = sql;                                                               \
        int64_t n_ = number(w, q);                                                                 \
        if (n_)                                                                                    \
            fail_msg("step %d: %lld rows of: %s", step, (long long)n_, q);                         \
    } while (0)

static void check_covered(struct world *w, int step)
{
    NONE("SELECT count(*) FROM task t WHERE t.state = 0 AND t.kind = 0 AND t.assignee_id IS NULL AND NOT EXISTS "
         "(SELECT 1 FROM waiting q WHERE q.task_id = t.id AND q.until_at IS NULL AND q.alert_id IS NOT NULL "
         "AND q.promise_due >= q.since AND t.due_at <= q.promise_due)");
    NONE("SELECT count(*) FROM waiting q WHERE q.until_at IS NULL AND NOT EXISTS "
         "(SELECT 1 FROM task t WHERE t.id = q.task_id AND t.state = 0 AND t.assignee_id IS NULL)");
    NONE("SELECT count(*) FROM waiting q WHERE q.until_at IS NULL AND NOT EXISTS "
         "(SELECT 1 FROM task t WHERE t.id = q.alert_id AND t.state = 0 AND t.kind = 5)");
    NONE("SELECT count(*) FROM task t WHERE t.state = 0 AND t.kind = 5 AND NOT EXISTS "
         "(SELECT 1 FROM waiting q WHERE q.alert_id = t.id AND q.until_at IS NULL)");
    NONE("SELECT count(*) FROM (SELECT lead_id FROM task WHERE state = 0 AND kind = 0 GROUP BY lead_id HAVING count(*) > 1) x");
    NONE("SELECT count(*) FROM (SELECT crossing_id FROM task WHERE crossing_id IS NOT NULL GROUP BY crossing_id HAVING count(*) > 1) x");
    NONE("SELECT count(*) FROM (SELECT task_id FROM assignment WHERE task_id IS NOT NULL GROUP BY task_id HAVING count(*) > 1) x");
    NONE("SELECT count(*) FROM task t WHERE t.kind = 0 AND t.state < 2 AND t.assignee_id IS NOT NULL AND NOT EXISTS "
         "(SELECT 1 FROM assignment a WHERE a.task_id = t.id)");
    NONE("SELECT count(*) FROM task t, user_account u WHERE t.state = 0 AND t.kind = 0 AND u.id = t.assignee_id AND u.state <> 0");
    NONE("SELECT count(*) FROM lead_now l WHERE l.band = 2 AND l.stage < 5 AND NOT EXISTS (SELECT 1 FROM task t WHERE t.lead_id = l.lead_id "
         "AND t.state = 0 AND t.kind = 0) AND NOT EXISTS (SELECT 1 FROM user_account u WHERE u.id = l.owner_id AND u.state = 0)");
}

static void told(void *x, struct str text)
{
    fail_msg("step %d: " STR_FMT, *(int *)x, STR_ARG(text));
}

/* What people have in hand is counted as it changes. */
static void check_loads(struct world *w, int step)
{
    struct replay_sum sum = { 0 };

    OK(flow_replay_loads(&w->c, w->tx, told, &step, &sum));
}

/* Whoever was given a lead by the house since the last look was at work, and had room. */
static void check_allowed(struct world *w, int step)
{
    static const char sql[] = "SELECT id, manager_id, policy, lead_id FROM assignment WHERE id > $1 ORDER BY id";
    struct { int64_t id, user, lead; bool owner; } given[64];
    struct desk desk;
    struct db_rows *rows;
    size_t n = 0;
    enum err e;

    OK(db_rows(&w->c, w->tx, sql, DB_ARGS(db_int(w->last_assignment)), &rows));
    while (db_next(rows, &e) && n < countof(given)) {
        given[n].id = db_col_int(rows, 0);
        given[n].user = db_col_int(rows, 1);
        given[n].lead = db_col_int(rows, 3);
        given[n++].owner = str_eq(db_col_view(rows, 2), STR("owner"));
    }
    db_end(rows);
    OK(e);
    if (n == 0)
        return;
    w->last_assignment = given[n - 1].id;
    OK(flow_desk_open(&w->c, w->tx, DESK_SHOW, &desk));
    for (size_t i = 0; i < n; i++) {
        struct desk_person *p = flow_desk_find(&desk, (struct user_id){ given[i].user });

        if (!p || p->user.state != USER_ACTIVE || flow_desk_state(p, w->c.now) != MANAGER_ON)
            fail_msg("step %d: a lead was given to somebody who is not at work", step);
        if (!given[i].owner && p->load > p->manager.capacity)
            fail_msg("step %d: load %lld over capacity %lld", step, (long long)p->load, (long long)p->manager.capacity);
        if (p->manager.hourly_quota) {
            struct given *hour; /* all of it: the desk knows as many as a quota asks for */
            size_t count;

            OK(route_given_of(&w->c, w->tx, &(struct given_ask){ p->user.id, INT64_MAX }, 1, w->c.now - HOUR_US, &hour, &count));
            assert_true((int64_t)count <= p->manager.hourly_quota);
        }
    }
}

static void check_declined(struct world *w, int step)
{
    NONE("SELECT count(*) FROM declined d, assignment a WHERE a.lead_id = d.lead_id AND a.manager_id = d.user_id AND a.at > d.at");
}

/* ---- what happens ---- */

static void stand(struct world *w, int i, enum band band)
{
    struct lead_standing s = { .id = w->leads[i], .band = band, .score = band * 40, .seen_at = w->c.now };

    OK(lead_stand_many(&w->c, w->tx, &s, 1));
    w->hot[i] = band == BAND_HOT;
}

static void move(struct world *w, int i, enum band from, enum band to)
{
    struct move one = { .lead = w->leads[i], .from = from, .to = to, .at = w->c.now, .total = 80 * FIX_ONE };
    struct moves moves = { &one, 1, 1 };
    struct history history = { .born = w->c.now };
    struct messages out = { .arena = w->c.arena };
    struct desk *desk = NULL;

    if (to == BAND_HOT)
        one.crossing.v = db_new_id(w->tx);
    stand(w, i, to);
    OK(flow_act(&w->c, w->tx, &desk, &history, &moves, &out));
    /* The same moves again change nothing. */
    if (to == BAND_HOT) {
        size_t told = out.count;

        OK(flow_act(&w->c, w->tx, &desk, &history, &moves, &out));
        assert_int_equal(out.count, told);
    }
}

static void drain(struct world *w, instant due_by)
{
    struct messages out = { .arena = w->c.arena };
    int64_t served;

    OK(flow_drain(&w->c, w->tx, due_by, 100, &out, &served));
}

/* A random open call that somebody has; false: there is none. */
static bool some_call(struct world *w, struct task *t)
{
    struct task_query q = { .state = TASK_OPEN, .kind = TASK_CALL_NOW, .due_by = INSTANT_NEVER, .limit = 100 };
    struct tasks open;

    OK(task_list(&w->c, w->tx, &q, &open));
    for (size_t i = 0, from = (size_t)below(w, 100); i < open.count; i++) {
        *t = open.items[(i + from) % open.count];
        if (t->assignee.v)
            return true;
    }
    return false;
}

static void someone_calls(struct world *w)
{
    static const struct task_outcome outcome = { .result = TASK_REACHED };
    struct task t, next;

    if (some_call(w, &t))
        OK(flow_task_complete(&w->flow, &w->c, w->tx, &t, &outcome, &next, NULL));
}

static void someone_declines(struct world *w)
{
    struct task t;

    if (some_call(w, &t))
        OK(flow_task_decline(&w->flow, &w->c, w->tx, &t, STR("no"), NULL));
}

static void duty(struct world *w)
{
    bool on = below(w, 3) > 0, changed;

    OK(team_manager_set_duty(&w->c, w->tx, w->users[below(w, MANAGERS)].id, on, &changed));
    if (on)
        drain(w, INSTANT_NEVER);
}

static void absence(struct world *w)
{
    struct absence a = { .user = w->users[below(w, MANAGERS)].id, .from = w->c.now + below(w, 48) * HOUR_US,
                         .reason = STR("leave") };

    a.until = a.from + (1 + below(w, 200)) * HOUR_US;
    if (team_absence_add(&w->c, w->tx, &a) == ERR_CONFLICT) /* away then already */
        fault_clear(&w->c);
}

static void dismissal(struct world *w)
{
    struct user *u = &w->users[below(w, MANAGERS)];

    u->state = u->state == USER_ACTIVE ? USER_DISABLED : USER_ACTIVE;
    OK(team_user_put(&w->c, w->tx, u));
    if (u->state == USER_DISABLED)
        OK(flow_user_leave(&w->c, w->tx, u->id, NULL));
    else
        drain(w, INSTANT_NEVER);
}

static void close_lead(struct world *w)
{
    int i = (int)below(w, LEADS);
    struct lead_change change = { .set = LEAD_SET_STAGE, .stage = below(w, 2) ? STAGE_NEW : STAGE_WON };

    OK(lead_set(&w->c, w->tx, w->leads[i], 0, &change));
    if (change.stage == STAGE_NEW)
        OK(flow_outcome_settle(&w->c, w->tx, &w->leads[i], 1, NULL));
}

static void something_happens(struct world *w)
{
    int i = (int)below(w, LEADS);

    switch (below(w, 12)) {
    case 0: case 1: case 2: case 3:
        w->hot[i] ? move(w, i, BAND_HOT, BAND_WARM) : move(w, i, BAND_WARM, BAND_HOT);
        break;
    case 4: case 5:
        someone_calls(w);
        break;
    case 6:
        someone_declines(w);
        break;
    case 7:
        duty(w);
        break;
    case 8:
        absence(w);
        break;
    case 9:
        if (below(w, 4) == 0)
            dismissal(w);
        break;
    case 10:
        close_lead(w);
        break;
    default: /* hot again while the first call is still open */
        if (w->hot[i])
            move(w, i, BAND_WARM, BAND_HOT);
    }
}

/* The clock goes on, and the queue is served whenever it asked to be. */
static void time_goes_on(struct world *w, int step)
{
    instant until = w->c.now + (below(w, 3) ? below(w, 30) * MINUTE_US : below(w, 20) * HOUR_US);
    instant next;

    for (int i = 0; i < 500; i++) {
        OK(flow_drain_next(&w->c, w->tx, &next));
        if (next > until)
            break;
        w->c.now = next > w->c.now ? next : w->c.now;
        drain(w, w->c.now);
        check_allowed(w, step);
    }
    w->c.now = until > w->c.now ? until : w->c.now;
}

static void custody_holds(const char *kind, int steps)
{
    struct world world = { .kind = kind, .seed = 42 }, *w = &world;
    struct arena *whole;

    world_open(w);
    whole = w->c.arena;
    for (int step = 0; step < steps; step++) {
        w->c.arena = arena_new(0);
        something_happens(w);
        check_covered(w, step);
        check_allowed(w, step);
        time_goes_on(w, step);
        check_covered(w, step);
        check_declined(w, step);
        check_loads(w, step);
        OK(db_commit(&w->c, w->tx));
        OK(db_write(&w->c, w->db, &w->tx));
        arena_free(w->c.arena);
        w->c.arena = whole;
    }
    assert_true(number(w, "SELECT count(*) FROM assignment") > steps / 10);
    assert_true(number(w, "SELECT count(*) FROM waiting WHERE until_at IS NOT NULL") > steps / 50);
    world_close(w);
}

/* One who works round the clock, whose quotas are too far at first to be looked at closely. */
static void one_with_quotas(struct world *w, int64_t hourly, int64_t daily)
{
    struct manager m;
    bool changed;

    for (int i = 1; i < MANAGERS; i++)
        OK(team_manager_set_duty(&w->c, w->tx, w->users[i].id, false, &changed));
    OK(team_manager_get(&w->c, w->tx, w->users[0].id, &m));
    m.calendar.v = 0;
    m.capacity = 1000;
    m.hourly_quota = hourly;
    m.daily_quota = daily;
    OK(team_manager_put(&w->c, w->tx, &m));
}

/* All leads turn hot: at one desk, or at one each. */
static void all_turn_hot(struct world *w, bool at_one_desk)
{
    struct move all[LEADS];
    struct history history = { .born = w->c.now };
    struct desk *desk = NULL;

    for (int i = 0; i < LEADS; i++) {
        struct moves one = { &all[i], 1, 1 };

        if (!at_one_desk)
            desk = NULL;
        all[i] = (struct move){ .lead = w->leads[i], .from = BAND_WARM, .to = BAND_HOT, .at = w->c.now, .total = 80 * FIX_ONE,
                                .crossing = { db_new_id(w->tx) } };
        stand(w, i, BAND_HOT);
        OK(flow_act(&w->c, w->tx, &desk, &history, &one, NULL));
    }
}

static void far_quotas_hold(const char *kind, bool at_one_desk)
{
    enum { HOURLY = 20, DAILY = 34 };
    struct world world = { .kind = kind }, *w = &world;

    world_open(w);
    one_with_quotas(w, HOURLY, DAILY);
    all_turn_hot(w, at_one_desk);
    assert_int_equal(number(w, "SELECT count(*) FROM assignment WHERE counted = 1"), HOURLY);
    w->c.now += HOUR_US + 1;
    drain(w, INSTANT_NEVER);
    assert_int_equal(number(w, "SELECT count(*) FROM assignment WHERE counted = 1"), DAILY);
    w->c.now += DAY_US + 1;
    drain(w, INSTANT_NEVER);
    assert_int_equal(number(w, "SELECT count(*) FROM assignment WHERE counted = 1"), LEADS);
    world_close(w);
}

static void quotas_that_are_far_at_first_hold(void **state)
{
    (void)state;
    for (int at_one = 0; at_one <= 1; at_one++) {
        far_quotas_hold("sqlite", at_one);
        far_quotas_hold("postgresql", at_one);
    }
}

/* GRADUS_TEST_STEPS: a longer run. */
static int steps_of(int usual)
{
    const char *more = getenv("GRADUS_TEST_STEPS");

    return more ? atoi(more) : usual;
}

static void custody_holds_on_sqlite(void **state)
{
    (void)state;
    custody_holds("sqlite", steps_of(600));
}

static void custody_holds_on_postgresql(void **state)
{
    (void)state;
    custody_holds("postgresql", steps_of(200));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(custody_holds_on_sqlite),
        cmocka_unit_test(custody_holds_on_postgresql),
        cmocka_unit_test(quotas_that_are_far_at_first_hold),
    };

    return cmocka_run_group_tests_name("flow_route", tests, NULL, NULL);
}
