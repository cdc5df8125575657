/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The best way to give out a backlog: against every way there is, and by its own proof. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "stat/match.h"

static uint64_t seed = 11;
static int64_t below(int64_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((seed >> 33) % (uint64_t)n);
}

static struct match game(struct arena *a, size_t rows, size_t columns, int64_t spread, int64_t room)
{
    int64_t *cost = ARENA_ARRAY(a, int64_t, rows * columns + 1), *wait = ARENA_ARRAY(a, int64_t, rows + 1);
    int64_t *rooms = ARENA_ARRAY(a, int64_t, columns + 1);

    for (size_t i = 0; i < rows * columns; i++)
        cost[i] = below(6) ? below(spread) - spread / 2 : MATCH_NEVER;
    for (size_t i = 0; i < rows; i++)
        wait[i] = below(3) ? spread : below(spread);
    for (size_t k = 0; k < columns; k++)
        rooms[k] = below(room + 1);
    return (struct match){ .rows = rows, .columns = columns, .cost = cost, .wait = wait, .room = rooms };
}

/* The least sum over all ways, by trying them. */
static int64_t every_way(const struct match *m, size_t row, int64_t *used)
{
    int64_t best, rest;

    if (row == m->rows)
        return 0;
    best = m->wait[row] + every_way(m, row + 1, used);
    for (size_t k = 0; k < m->columns; k++) {
        int64_t cost = m->cost[row * m->columns + k];

        if (cost == MATCH_NEVER || used[k] >= m->room[k])
            continue;
        used[k]++;
        rest = cost + every_way(m, row + 1, used);
        used[k]--;
        if (rest < best)
            best = rest;
    }
    return best;
}

static void match_is_the_least_of_all_ways(void **state)
{
    (void)state;
    for (int round = 0; round < 3000; round++) {
        struct arena *a = arena_new(64 << 20);
        struct match m = game(a, (size_t)below(7), 1 + (size_t)below(4), 1 + below(30), 3);
        int64_t used[8] = { 0 };
        struct matched answer = match_best(&m, a);

        assert_int_equal(answer.sum, every_way(&m, 0, used));
        assert_true(match_proved(&m, &answer, a));
        arena_free(a);
    }
}

static void match_is_proved_by_its_prices_at_any_size(void **state)
{
    (void)state;
    for (int round = 0; round < 40; round++) {
        struct arena *a = arena_new(64 << 20);
        struct match m = game(a, 1 + (size_t)below(600), 1 + (size_t)below(60), 1 + below(MATCH_COST_MAX), 20);
        struct matched answer = match_best(&m, a);

        assert_true(match_proved(&m, &answer, a));
        arena_free(a);
    }
}

/* The proof is no rubber stamp: an answer made worse by one exchange is refused. */
static void match_proof_refuses_what_is_not_best(void **state)
{
    struct arena *a = arena_new(64 << 20);
    const int64_t cost[] = { 1, 5, 5, 1 }, wait[] = { 9, 9 }, room[] = { 1, 1 };
    struct match m = { .rows = 2, .columns = 2, .cost = cost, .wait = wait, .room = room };
    struct matched answer = match_best(&m, a);
    int32_t kept;

    (void)state;
    assert_int_equal(answer.sum, 2);
    assert_int_equal(answer.placed, 2);
    assert_true(match_proved(&m, &answer, a));
    kept = answer.column[0];
    answer.column[0] = answer.column[1];
    answer.column[1] = kept;
    assert_false(match_proved(&m, &answer, a));
    answer.column[1] = answer.column[0];
    assert_false(match_proved(&m, &answer, a));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(match_is_the_least_of_all_ways),
        cmocka_unit_test(match_is_proved_by_its_prices_at_any_size),
        cmocka_unit_test(match_proof_refuses_what_is_not_best),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
