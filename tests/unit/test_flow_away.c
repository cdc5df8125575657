/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Places of a weighted pool while people come and go: what is kept lazily is what the policy says with every step written, decision by decision;
 * and who is away costs a decision nothing. On both databases. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "house.h"

#include "flow/flow.h"
#include "flow/flow_act.h"
#include "flow/flow_route.h"
#include "lead/identity.h"
#include "score/score_store.h"

enum { MOST = 140, LEADS = 300 };

struct world {
    struct ctx c;
    struct house_db house;
    struct db_tx *tx;
    struct user_id users[MOST];
    int64_t weight[MOST], pass[MOST]; /* pass: by the policy; -1: not known yet */
    bool on[MOST];
    int count;
    uint64_t seed;
};
#define OK(expr) HOUSE_OK(&w->c, expr)

static int64_t below(struct world *w, int64_t n)
{
    w->seed = w->seed * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((w->seed >> 33) % (uint64_t)n);
}

static void duty(struct world *w, int i, bool on)
{
    bool changed;

    w->on[i] = on;
    OK(team_manager_set_duty(&w->c, w->tx, w->users[i], on, &changed));
}

static void hire(struct world *w)
{
    int i = w->count++;
    struct user u = { .email = str_print(w->c.arena, "m%d@example.org", i), .name = str_print(w->c.arena, "M%03d", i), .password = STR("x"),
                      .theme = STR("system"), .zone = STR("UTC"), .role = ROLE_MANAGER };
    struct manager m;

    OK(team_user_add(&w->c, w->tx, &u));
    OK(team_manager_get(&w->c, w->tx, u.id, &m));
    w->users[i] = u.id;
    m.weight = w->weight[i] = 1 + i % 4;
    m.capacity = 0;
    OK(team_manager_put(&w->c, w->tx, &m));
    w->on[i] = true;
    w->pass[i] = -1;
}

static void world_open(struct world *w, bool pg, int people)
{
    struct pool pool;

    *w = (struct world){ .c = { .arena = arena_new(0), .actor = { .kind = ACTOR_HOUSE } }, .seed = 7 };
    assert_true(instant_parse(STR("2026-03-20T08:00:00Z"), &w->c.now));
    house_db_open(&w->c, "flow_away", pg, &w->house);
    OK(db_write(&w->c, w->house.db, &w->tx));
    OK(score_model_start(&w->c, w->tx, LANG_RU));
    for (int i = 0; i < people; i++)
        hire(w);
    OK(route_pool_default(&w->c, w->tx, STR("all"), &pool));
    pool.policy = POLICY_WEIGHTED;
    OK(route_pool_policy_set(&w->c, w->tx, &pool));
}

static void world_close(struct world *w)
{
    OK(db_commit(&w->c, w->tx));
    house_db_close(&w->house);
    arena_free(w->c.arena);
}

/* A new lead turns hot, decided from a desk of its own. How many statements that took. */
static int64_t turn_hot(struct world *w, struct ctx *one, struct lead_id *lead)
{
    struct lead_standing s = { .band = BAND_HOT, .score = 80, .seen_at = one->now };
    struct history history = { .born = one->now };
    struct messages out = { .arena = one->arena };
    struct desk *desk = NULL;
    int64_t before;

    OK(lead_add(one, w->tx, false, one->now, 0, lead));
    s.id = *lead;
    OK(lead_stand_many(one, w->tx, &s, 1));
    struct move move = { .lead = *lead, .from = BAND_WARM, .to = BAND_HOT, .at = one->now, .total = 80 * FIX_ONE, .crossing = { db_new_id(w->tx) } };
    struct moves moves = { &move, 1, 1 };
    before = w->tx->conn->statements;
    OK(flow_act(one, w->tx, &desk, &history, &moves, &out));
    return w->tx->conn->statements - before;
}

static int index_of(const struct world *w, struct user_id user)
{
    for (int i = 0; i < w->count; i++)
        if (w->users[i].v == user.v)
            return i;
    return -1;
}

/* What the decision found of places is what the policy left; and it leaves them on. */
static void check(struct world *w, struct ctx *one, struct lead_id lead, int step)
{
    struct person people[MOST];
    struct assignments list;
    struct candidates seen;
    ptrdiff_t picked = -1;

    OK(route_assignment_list(one, w->tx, lead, 1, &list));
    if (!list.count)
        return; /* nobody was there: it waits, and no place has moved */
    OK(route_kept_read(one, &list.items[0].kept, &seen));
    for (size_t k = 0; k < seen.count; k++) {
        struct candidate *x = (struct candidate *)&seen.items[k];
        int i = index_of(w, x->user);

        assert_true(i >= 0);
        if (w->pass[i] >= 0 && w->pass[i] != x->pass)
            fail_msg("step %d: person %d has the place %lld, the policy says %lld", step, i, (long long)x->pass, (long long)w->pass[i]);
        if (x->picked) {
            picked = (ptrdiff_t)k;
            x->why = CANDIDATE_OK;
        }
        assert_int_equal(w->on[i], x->why == CANDIDATE_OK);
        people[k] = (struct person){ .user = x->user, .weight = w->weight[i], .pass = x->pass, .last_at = x->last_at };
    }
    assert_true(picked >= 0);
    (void)route_took(POLICY_WEIGHTED, people, seen.items, seen.count, picked, one->now);
    for (size_t k = 0; k < seen.count; k++)
        w->pass[index_of(w, people[k].user)] = people[k].pass;
}

static void places_are_those_of_the_policy(bool pg)
{
    struct world *w = malloc(sizeof *w);

    world_open(w, pg, 9);
    for (int step = 0; step < LEADS; step++) {
        struct ctx one = w->c;
        struct lead_id lead;

        one.arena = arena_new(0);
        one.now += step * MINUTE_US;
        w->c.now = one.now - step * MINUTE_US;
        if (below(w, 4) == 0)
            duty(w, (int)below(w, w->count), below(w, 2));
        if (step % 50 == 49)
            hire(w);
        (void)turn_hot(w, &one, &lead);
        check(w, &one, lead, step);
        arena_free(one.arena);
    }
    world_close(w);
    free(w);
}

static void places_are_those_of_the_policy_on_sqlite(void **state)
{
    (void)state;
    places_are_those_of_the_policy(false);
}

static void places_are_those_of_the_policy_on_postgresql(void **state)
{
    (void)state;
    places_are_those_of_the_policy(true);
}

/* Of a hundred leads, once all places are known. */
static int64_t statements_of_hundred(int away)
{
    struct world *w = malloc(sizeof *w);
    int64_t sum = 0;

    world_open(w, false, 4 + away);
    for (int i = 4; i < w->count; i++)
        duty(w, i, false);
    for (int step = 0; step < 120; step++) {
        struct ctx one = w->c;
        struct lead_id lead;
        int64_t took;

        one.arena = arena_new(0);
        one.now += step * MINUTE_US;
        took = turn_hot(w, &one, &lead);
        sum += step < 20 ? 0 : took;
        arena_free(one.arena);
    }
    world_close(w);
    free(w);
    return sum;
}

static void who_is_away_costs_a_decision_nothing(void **state)
{
    /* of both the candidates are kept over a frame, so that they differ in nothing else */
    int64_t few = statements_of_hundred(41), many = statements_of_hundred(131);

    (void)state;
    printf("statements of 100 decisions: 41 away %lld, 131 away %lld\n", (long long)few, (long long)many);
    assert_true(many <= few + 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_are_those_of_the_policy_on_sqlite),
        cmocka_unit_test(places_are_those_of_the_policy_on_postgresql),
        cmocka_unit_test(who_is_away_costs_a_decision_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
