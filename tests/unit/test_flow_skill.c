/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Certificates as facts of distribution: random months of tests taken and left to the clock, certificates given by hand, revoked and expiring, duty,
 * refusals and hot leads, on both databases. After every single thing that happens, and at every instant at which the clock has something to do,
 *   - no decision gave a lead of a gated product to somebody without a certificate that held at that instant;
 *   - nobody has an urgent call of a product that is closed to them;
 *   - an urgent call has a person, or its lead stands in the queue;
 *   - a test is over at its deadline at the latest, and a certificate of a test begins when the test ended.
 * The rules of certificates are asked of the tables here a second time, in SQL, and not of the code.
 *
 * GRADUS_TEST_PG names a PostgreSQL database in which the schema t_flow_skill may be dropped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "house.h"

#include "flow/flow_act.h"
#include "flow/flow_lead.h"
#include "flow/flow_person.h"
#include "flow/flow_skill.h"
#include "lead/identity.h"
#include "score/score_store.h"

#define MANAGERS 4
#define PRODUCTS 3
#define LEADS    24

struct world {
    const char *kind;
    struct ctx c;
    struct house_db house;
    struct db_tx *tx;
    struct flow flow;
    struct user users[MANAGERS + 1]; /* the last is the head */
    struct product products[PRODUCTS]; /* the last is not gated */
    struct lead_id leads[LEADS];
    bool hot[LEADS];
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
    for (int i = 0; i <= MANAGERS; i++) {
        struct user *u = &w->users[i];
        struct manager m;

        *u = (struct user){ .email = str_print(w->c.arena, "m%d@example.org", i), .name = STR("M"), .password = STR("x"),
                            .theme = STR("system"), .zone = STR("UTC"), .role = i < MANAGERS ? ROLE_MANAGER : ROLE_HEAD };
        OK(team_user_add(&w->c, w->tx, u));
        OK(team_manager_ensure(&w->c, w->tx, u->id));
        OK(team_manager_get(&w->c, w->tx, u->id, &m));
        m.capacity = 0;
        m.products = STR("[\"P0\",\"P1\"]"); /* a list that names them all has no say */
        OK(team_manager_put(&w->c, w->tx, &m));
    }
}

static void banks(struct world *w)
{
    for (int i = 0; i < PRODUCTS; i++) {
        struct product *p = &w->products[i];

        *p = (struct product){ .name = str_print(w->c.arena, "P%d", i), .note = STR(""), .gated = i < PRODUCTS - 1, .draw = 3, .pass_pct = 60,
                               .minutes = 10, .attempts = 0, .cooldown_h = 1, .valid_days = 5 + 3 * i };
        OK(team_product_put(&w->c, w->tx, p));
        for (int k = 0; k < 4; k++) {
            struct question q = { .product = p->id, .kind = QUESTION_ONE, .text = str_print(w->c.arena, "Q%d", k), .options = STR("[\"a\",\"b\",\"c\"]"),
                                  .answer = STR("[1]"), .topics = STR("[]"), .weight = 1, .active = true };

            OK(team_question_check(&w->c, &q));
            OK(team_question_put(&w->c, w->tx, &q));
        }
    }
}

/* Lead i asks for product i % 4; every fourth for none. */
static int product_of(int i)
{
    return i % 4 < PRODUCTS ? i % 4 : -1;
}

static void leads(struct world *w)
{
    for (int i = 0; i < LEADS; i++) {
        struct messages out = { .arena = w->c.arena };
        struct json *facts;
        bool made;

        OK(json_read(&w->c, product_of(i) < 0 ? STR("{}") : str_print(w->c.arena, "{\"product\":\" p%d \"}", product_of(i)), &facts));
        OK(flow_lead_add(&w->flow, &w->c, w->tx, facts, &w->leads[i], &made, &out));
    }
}

static void world_open(struct world *w)
{
    w->c = (struct ctx){ .arena = arena_new(0), .actor = { .kind = ACTOR_HOUSE } };
    assert_true(instant_parse(STR("2026-03-20T08:00:00Z"), &w->c.now));
    house_db_open(&w->c, "flow_skill", strcmp(w->kind, "sqlite") != 0, &w->house);
    flow_init(&w->flow, "RU");
    OK(db_write(&w->c, w->house.db, &w->tx));
    people(w);
    banks(w);
    OK(score_model_start(&w->c, w->tx, LANG_RU));
    leads(w);
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

    OK(db_one(&w->c, w->tx, sql, DB_ARGS(db_at(w->c.now)), &row));
    n = db_col_int(row, 0);
    db_end(row);
    return n;
}

#define NONE(sql)                                                                                  \
    do {                                                                                           \
        static const char q_[] = sql;                                                              \
        int64_t n_ = number(w, q_);                                                                \
        if (n_)                                                                                    \
            fail_msg("step %d: %lld rows of: %s", step, (long long)n_, q_);                        \
    } while (0)

/* Rows of (lead, product) of gated products stand in wanted: what the world knows of the leads, beside the program. */
static void wanted(struct world *w)
{
    static const char make[] = "CREATE TABLE wanted (lead_id INTEGER, product_id INTEGER)";
    static const char add[] = "INSERT INTO wanted VALUES ($1, $2)";

    OK(db_run(&w->c, w->tx, make, DB_NO_ARGS, NULL));
    for (int i = 0; i < LEADS; i++)
        if (product_of(i) >= 0 && w->products[product_of(i)].gated)
            OK(db_run(&w->c, w->tx, add, DB_ARGS(db_int(w->leads[i].v), db_int(w->products[product_of(i)].id.v)), NULL));
}

#define HELD(user, product, at)                                                                    \
    "EXISTS (SELECT 1 FROM certificate c WHERE c.user_id = " user " AND c.product_id = " product " AND c.from_at <= " at " AND " at           \
    " < c.until_at AND (c.revoked_at IS NULL OR " at " < c.revoked_at))"

static void check(struct world *w, int step)
{
    NONE("SELECT count(*) FROM assignment a JOIN wanted n ON n.lead_id = a.lead_id WHERE $1 > 0 AND NOT " HELD("a.manager_id", "n.product_id", "a.at"));
    NONE("SELECT count(*) FROM task t JOIN wanted n ON n.lead_id = t.lead_id WHERE t.state = 0 AND t.kind = 0 AND t.assignee_id IS NOT NULL AND NOT "
         HELD("t.assignee_id", "n.product_id", "$1"));
    NONE("SELECT count(*) FROM task t WHERE $1 > 0 AND t.state = 0 AND t.kind = 0 AND t.assignee_id IS NULL AND NOT EXISTS "
         "(SELECT 1 FROM waiting q WHERE q.task_id = t.id AND q.until_at IS NULL)");
    NONE("SELECT count(*) FROM attempt WHERE (finished_at IS NULL AND due_at < $1) OR finished_at > due_at");
    NONE("SELECT count(*) FROM certificate c, attempt a WHERE $1 > 0 AND a.id = c.attempt_id AND (c.from_at <> a.finished_at OR a.passed = 0)");
    NONE("SELECT count(*) FROM certificate WHERE revoked_at IS NULL AND until_at < $1 AND next_at <> 9223372036854775807");
    NONE("SELECT count(*) FROM (SELECT certificate_id FROM certificate_notice WHERE $1 > 0 GROUP BY certificate_id, kind HAVING count(*) > 1) x");
    NONE("SELECT count(*) FROM skill_plan p WHERE p.closed_at IS NULL AND " HELD("p.user_id", "p.product_id", "$1"));
}

/* ---- what happens ---- */

static void move(struct world *w, int i, enum band from, enum band to)
{
    struct lead_standing s = { .id = w->leads[i], .band = to, .score = to * 40, .seen_at = w->c.now };
    struct move one = { .lead = w->leads[i], .from = from, .to = to, .at = w->c.now, .total = 80 * FIX_ONE };
    struct moves moves = { &one, 1, 1 };
    struct history history = { .born = w->c.now };
    struct messages out = { .arena = w->c.arena };
    struct desk *desk = NULL;

    if (to == BAND_HOT)
        one.crossing.v = db_new_id(w->tx);
    OK(lead_stand_many(&w->c, w->tx, &s, 1));
    w->hot[i] = to == BAND_HOT;
    OK(flow_act(&w->c, w->tx, &desk, &history, &moves, &out));
}

static void drain(struct world *w, instant due_by)
{
    struct messages out = { .arena = w->c.arena };
    int64_t served;

    OK(flow_drain(&w->c, w->tx, due_by, 100, &out, &served));
}

static void by_hand(struct world *w)
{
    struct certificate x = { .user = w->users[below(w, MANAGERS)].id, .product = w->products[below(w, PRODUCTS)].id, .from = w->c.now,
                             .until = w->c.now + (1 + below(w, 60 * 24)) * HOUR_US, .reason = STR("hand") };
    struct messages out = { .arena = w->c.arena };

    OK(flow_skill_give(&w->c, w->tx, &x, &out));
}

static void taken_back(struct world *w)
{
    struct messages out = { .arena = w->c.arena };
    struct certificates list;

    OK(team_certificate_list(&w->c, w->tx, (struct user_id){ 0 }, (struct product_id){ 0 }, 100, &list));
    for (size_t i = 0, from = (size_t)below(w, 100); i < list.count; i++) {
        struct certificate *x = &list.items[(i + from) % list.count];

        if (team_certificate_state(x, w->c.now) == CERTIFICATE_VALID) {
            OK(flow_skill_revoke(&w->c, w->tx, x, STR("because"), &out));
            return;
        }
    }
}

/* Begun, answered rightly or not, and ended, or left to the clock. */
static void exam(struct world *w)
{
    const struct product *p = &w->products[below(w, PRODUCTS)];
    struct messages out = { .arena = w->c.arena };
    struct attempts running;
    struct attempt_items items;
    struct attempt a;
    bool knows = below(w, 3) > 0;
    struct user_id who = w->users[below(w, MANAGERS)].id;

    OK(team_attempt_list(&w->c, w->tx, who, p->id, 1, &running));
    if (running.count && running.items[0].finished_at == INSTANT_NONE)
        return;
    OK(team_attempt_begin(&w->c, w->tx, p, who, &a));
    OK(team_attempt_items(&w->c, w->tx, a.id, &items));
    for (size_t i = 0; i < items.count; i++) {
        struct json *right, wrong = { .type = JSON_INT };

        OK(json_read(&w->c, items.items[i].question.answer, &right));
        wrong.as.integer = (right->as.items[0].as.integer + 1) % 3;
        OK(team_attempt_answer(&w->c, w->tx, &a, (int64_t)i, knows ? &right->as.items[0] : &wrong));
    }
    if (below(w, 2))
        OK(flow_exam_finish(&w->c, w->tx, &a, &out));
}

static void someone_acts(struct world *w)
{
    struct task_query q = { .state = TASK_OPEN, .kind = TASK_CALL_NOW, .due_by = INSTANT_NEVER, .limit = 100 };
    static const struct task_outcome outcome = { .result = TASK_REACHED };
    struct tasks open;
    struct task next;

    OK(task_list(&w->c, w->tx, &q, &open));
    for (size_t i = 0; i < open.count; i++) {
        struct task *t = &open.items[i];

        if (!t->assignee.v || below(w, 3))
            continue;
        if (below(w, 2))
            OK(flow_task_complete(&w->flow, &w->c, w->tx, t, &outcome, &next, NULL));
        else
            OK(flow_task_decline(&w->flow, &w->c, w->tx, t, STR("no"), NULL));
        return;
    }
}

static void duty(struct world *w)
{
    bool on = below(w, 3) > 0, changed;

    OK(team_manager_set_duty(&w->c, w->tx, w->users[below(w, MANAGERS)].id, on, &changed));
    if (on)
        drain(w, INSTANT_NEVER);
}

/* A head's word is not enough for a product that is closed to somebody. */
static void word(struct world *w, int step)
{
    int i = (int)below(w, LEADS);
    struct messages out = { .arena = w->c.arena };
    struct user_id who = w->users[below(w, MANAGERS)].id;
    struct skill *all;
    size_t n, own = 0;
    bool holds = product_of(i) < 0 || !w->products[product_of(i)].gated;
    enum err e;

    OK(team_skill_list(&w->c, w->tx, w->c.now, &all, &n));
    for (size_t k = 0; k < n; k++)
        if (all[k].user.v == who.v)
            all[own++] = all[k];
    if (!holds)
        holds = team_skill_at(all, own, w->products[product_of(i)].id, w->c.now);
    OK(db_save(&w->c, w->tx));
    e = flow_lead_assign(&w->flow, &w->c, w->tx, w->leads[i], who, STR_NULL, &out);
    if (holds != (e == ERR_NONE))
        fail_msg("step %d: a word %s", step, holds ? "was refused" : "was enough");
    if (e) {
        fault_clear(&w->c);
        db_save_undo(&w->c, w->tx);
    } else {
        OK(db_save_keep(&w->c, w->tx));
    }
}

static void something_happens(struct world *w, int step)
{
    int i = (int)below(w, LEADS);

    switch (below(w, 12)) {
    case 0: case 1: case 2: case 3:
        w->hot[i] ? move(w, i, BAND_HOT, BAND_WARM) : move(w, i, BAND_WARM, BAND_HOT);
        break;
    case 4: case 5:
        exam(w);
        break;
    case 6:
        by_hand(w);
        break;
    case 7:
        taken_back(w);
        break;
    case 8:
        someone_acts(w);
        break;
    case 9:
        duty(w);
        break;
    default:
        word(w, step);
    }
}

/* From one instant at which the clock has something to do to the next. */
static void time_goes_on(struct world *w, int step)
{
    instant until = w->c.now + (below(w, 3) ? below(w, 60) * MINUTE_US : below(w, 72) * HOUR_US);
    struct messages out = { .arena = w->c.arena };

    for (int i = 0; i < 1000; i++) {
        instant next, drains;

        OK(flow_skill_next(&w->c, w->tx, &next));
        OK(flow_drain_next(&w->c, w->tx, &drains));
        next = drains < next ? drains : next;
        if (next > until)
            break;
        w->c.now = next > w->c.now ? next : w->c.now;
        OK(flow_skill_clock(&w->c, w->tx, 100, &out));
        drain(w, w->c.now);
        check(w, step);
    }
    w->c.now = until > w->c.now ? until : w->c.now;
}

/* Whether what the rules are about has happened: ids are random, and a short run may by chance be an uneventful one, which then goes on. */
static bool all_was_seen(struct world *w, int steps)
{
    return number(w, "SELECT count(*) FROM assignment a JOIN wanted n ON n.lead_id = a.lead_id WHERE $1 > 0") > steps / 20 &&
           number(w, "SELECT count(*) FROM certificate WHERE until_at < $1 AND revoked_at IS NULL") > steps / 40 &&
           number(w, "SELECT count(*) FROM attempt WHERE ended_by = 2 AND $1 > 0") > 0 &&
           number(w, "SELECT count(*) FROM skill_plan WHERE hot_moved + hot_waiting > 0 AND $1 > 0") > 0 &&
           number(w, "SELECT count(*) FROM skill_plan WHERE leads > 0 AND $1 > 0") > 0;
}

static void certificates_decide(const char *kind, int steps)
{
    struct world world = { .kind = kind, .seed = 7 }, *w = &world;
    struct arena *whole;

    world_open(w);
    wanted(w);
    whole = w->c.arena;
    for (int step = 0; step < steps || (step < 10 * steps && !all_was_seen(w, steps)); step++) {
        w->c.arena = arena_new(0);
        something_happens(w, step);
        check(w, step);
        time_goes_on(w, step);
        check(w, step);
        OK(db_commit(&w->c, w->tx));
        OK(db_write(&w->c, w->house.db, &w->tx));
        arena_free(w->c.arena);
        w->c.arena = whole;
    }
    assert_true(all_was_seen(w, steps));
    world_close(w);
}

static int steps_of(int usual)
{
    const char *more = getenv("GRADUS_TEST_STEPS");

    return more ? atoi(more) : usual;
}

static void certificates_decide_on_sqlite(void **state)
{
    (void)state;
    certificates_decide("sqlite", steps_of(150));
}

static void certificates_decide_on_postgresql(void **state)
{
    (void)state;
    certificates_decide("postgresql", steps_of(60));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(certificates_decide_on_sqlite),
        cmocka_unit_test(certificates_decide_on_postgresql),
    };

    return cmocka_run_group_tests_name("flow_skill", tests, NULL, NULL);
}
