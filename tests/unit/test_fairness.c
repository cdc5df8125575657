/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/fairness.h"
#include "stat/place.h"
#include "stat/sample.h"

static struct arena *arena;

enum { PEOPLE = 4, DECISIONS = 4000 };

static struct fair_decision decision(const char *policy, struct fair_candidate *candidates, size_t count, int64_t manager)
{
    return (struct fair_decision){ .policy = str_of(policy), .reason = STR("by_policy"), .manager = { manager }, .candidates = candidates,
                                   .count = count };
}

static const struct fair_row *row(const struct fair_ledger *l, int64_t user)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->rows[i].user.v == user)
            return &l->rows[i];
    fail_msg("no row");
    return NULL;
}

/* Decisions made at random among who may, by weight: what was due sums to the decisions, each row's counts come again from the definitions, and got
 * stays near due. */
static void what_was_due_sums_to_the_decisions(void **state)
{
    static struct fair_candidate candidates[DECISIONS][PEOPLE];
    static struct fair_decision list[DECISIONS];
    const int64_t weight[PEOPLE] = { 1, 2, 3, 7 };
    struct fair_ledger l;
    fix due = 0;
    uint64_t seed = 3;

    (void)state;
    for (int i = 0; i < DECISIONS; i++) {
        int64_t sum = 0, at, who = -1;

        for (int k = 0; k < PEOPLE; k++) {
            bool may = k == 3 || sample_random(&seed) % 5 > 0;

            candidates[i][k] = (struct fair_candidate){ { k + 1 }, may, may ? STR("ok") : STR("full"), weight[k], 0 };
            sum += may ? weight[k] : 0;
        }
        at = (int64_t)(sample_random(&seed) % (uint64_t)sum);
        for (int k = 0; k < PEOPLE && who < 0; k++)
            if (candidates[i][k].may && (at -= weight[k]) < 0)
                who = k;
        candidates[i][who].why = STR("picked");
        list[i] = decision("weighted", candidates[i], PEOPLE, who + 1);
    }
    l = report_fair_ledger(list, DECISIONS, arena);
    for (int k = 0; k < PEOPLE; k++) {
        const struct fair_row *r = row(&l, k + 1);
        int64_t asked = 0, could = 0, got = 0, full = 0, passed = 0;

        for (int i = 0; i < DECISIONS; i++) {
            asked += report_fair_in(&list[i], r->user, STR("asked"));
            could += report_fair_in(&list[i], r->user, STR("could"));
            got += report_fair_in(&list[i], r->user, STR("got.policy"));
            full += report_fair_in(&list[i], r->user, STR("passed.full"));
            passed += report_fair_in(&list[i], r->user, STR("passed"));
        }
        assert_true(r->asked == asked && asked == DECISIONS && r->could == could && r->got[FAIR_POLICY] == got && passed == asked - got);
        assert_true(full == asked - could);
        for (size_t i = 0; i < r->whys; i++)
            assert_true(!str_eq(r->passed[i].why, STR("full")) || r->passed[i].n == full);
        assert_true(llabs(got * FIX_ONE - r->due) < 150 * FIX_ONE);
        due += r->due;
    }
    assert_true(due == DECISIONS * FIX_ONE);
    assert_true(l.compared == PEOPLE && l.jain > 990 && l.gini < 50);
}

static void equal_parts_lots_and_history_are_told_apart(void **state)
{
    struct fair_candidate two[] = { { { 1 }, true, STR("picked"), 1, 0 }, { { 2 }, true, STR("ok"), 5, 0 }, { { 3 }, false, STR("off_duty"), 1, 0 } };
    struct fair_candidate lot[] = { { { 1 }, true, STR("ok"), 1, 900000 }, { { 2 }, true, STR("picked"), 1, 100000 } };
    struct fair_decision list[] = { decision("round_robin", two, 3, 1), decision("least_loaded", lot, 2, 2), decision("owner", two, 3, 1),
                                    decision("manual", NULL, 0, 3), decision("claim", two, 3, 1) };
    struct fair_ledger l;

    (void)state;
    list[1].lot = list[1].drawn = true;
    list[4].reason = STR("claimed");
    list[0].amount = 500;
    list[0].back = true;
    l = report_fair_ledger(list, countof(list), arena);
    assert_true(row(&l, 1)->due == FIX_ONE / 2 + 900000 && row(&l, 2)->due == FIX_ONE / 2 + 100000 && row(&l, 3)->due == 0);
    assert_true(row(&l, 1)->got[FAIR_POLICY] == 1 && row(&l, 1)->got[FAIR_KEPT] == 1 && row(&l, 1)->got[FAIR_CLAIM] == 1);
    assert_true(row(&l, 3)->got[FAIR_HAND] == 1 && row(&l, 3)->asked == 1 && row(&l, 3)->could == 0);
    assert_true(row(&l, 1)->money == 500 && row(&l, 1)->back == 1 && row(&l, 2)->lots == 1 && l.drawn == 1 && l.lots == 1 && l.back == 1);
    assert_true(l.decisions[FAIR_POLICY] == 2 && l.decisions[FAIR_KEPT] == 1 && l.decisions[FAIR_HAND] == 1 && l.decisions[FAIR_CLAIM] == 1);
    assert_true(report_fair_in(&list[0], (struct user_id){ 3 }, STR("passed.off_duty")));
    assert_false(report_fair_in(&list[2], (struct user_id){ 3 }, STR("passed.off_duty")));
    assert_true(report_fair_in(&list[3], (struct user_id){ 0 }, STR("got.hand")));
    assert_false(report_fair_in(&list[3], (struct user_id){ 0 }, STR("asked")));
    assert_true(report_fair_ledger(NULL, 0, arena).jain == 1000);
}

static void evenness_is_that_of_the_formulas(void **state)
{
    const int64_t equal[] = { 7, 7, 7 }, one[] = { 0, 0, 12 }, some[] = { 1, 2, 3 };

    (void)state;
    assert_true(place_jain(equal, 3) == 1000 && place_gini(equal, 3) == 0);
    assert_true(place_jain(one, 3) == 333 && place_gini(one, 3) == 667);
    assert_true(place_jain(some, 3) == 857 && place_gini(some, 3) == 222);
    assert_true(place_jain(NULL, 0) == 1000 && place_gini(NULL, 0) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_due_sums_to_the_decisions),
        cmocka_unit_test(equal_parts_lots_and_history_are_told_apart),
        cmocka_unit_test(evenness_is_that_of_the_formulas),
    };
    int failed;

    arena = arena_new(0);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(arena);
    return failed;
}
