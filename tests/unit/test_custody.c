/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is left of hot spells when what covers them is taken away: by cases, and against counting each second. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "task/custody.h"

enum { SECONDS = 60 };

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

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(custody_gaps_are_the_seconds_that_nothing_covers) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
