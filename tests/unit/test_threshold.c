/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Where hot would begin for so many turns: the count is that of the model with that threshold, and what is found is a border. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "gen_model.h"

#include "score/threshold.h"

enum { CASES = 400 };

/* The same model with another threshold, through its text. */
static struct model *with_hot(struct ctx *c, const struct model *m, fix hot)
{
    struct str text = score_model_print(m, c->arena);
    char number[FIX_TEXT_MAX];
    struct json *body;
    struct model *other;
    struct buf b = buf_new(c->arena, 1 << 20);
    struct json_out o = json_to(&b);

    assert_int_equal(ERR_NONE, json_read(c, text, &body));
    json_begin(&o);
    for (uint32_t i = 0; i < body->count; i++) {
        json_key_str(&o, body->as.members[i].key);
        if (str_eq(body->as.members[i].key, STR("hot")))
            json_put_raw(&o, fix_print(hot, number));
        else
            json_put(&o, &body->as.members[i].value);
    }
    json_end(&o);
    if (score_model_parse(c, buf_str(&b), &other))
        return NULL; /* beyond the ceiling, or below warm */
    return other;
}

static void the_count_is_that_of_the_model_with_that_threshold(void **state)
{
    int compared = 0, turned = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= CASES; seed++) {
        struct ctx c = { .arena = arena_new(0) };
        struct gen g = { .seed = seed * 7919, .c = &c, .a = c.arena };
        struct model *m = gen_model(&g), *other;
        struct history h = gen_history(&g, 30);
        instant to = gen_instant(&g), from = to - 20 * DAY_US;
        int64_t first, last;
        bool ever;

        score_threshold_room(m, &first, &last);
        fix hot = first <= last ? (first + gen_to(&g, last - first + 1)) * FIX_ONE : 0;
        other = first <= last ? with_hot(&c, m, hot) : NULL;
        if (other) {
            struct replayed r = score_replay(other, &h, REPLAY_AS_KNOWN, to, c.arena);
            int64_t turns = 0;

            for (size_t i = 0; i < r.crossing_count; i++)
                turns += r.crossings[i].at > from;
            if (turns != score_hot_turns(m, &h, hot, from, to, c.arena, &ever) || ever != (r.crossing_count > 0))
                fail_msg("seed %d: %d turns", (int)seed, (int)turns);
            compared++;
            turned += ever;
            score_model_drop(other);
        }
        score_model_drop(m);
        arena_free(c.arena);
    }
    assert_true(compared > CASES / 2 && turned > 20);
}

static void who_never_turns_hot_does_not_at_a_higher_threshold(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= CASES; seed++) {
        struct ctx c = { .arena = arena_new(0) };
        struct gen g = { .seed = seed * 104729, .c = &c, .a = c.arena };
        struct model *m = gen_model(&g);
        struct history h = gen_history(&g, 30);
        instant to = gen_instant(&g);
        int64_t first, last;
        bool ever, before = true;

        score_threshold_room(m, &first, &last);
        for (int64_t hot = first; hot <= last; hot += 1 + (last - first) / 8) {
            int64_t turns = score_hot_turns(m, &h, hot * FIX_ONE, INSTANT_NONE, to, c.arena, &ever);

            if ((ever && !before) || (!ever && turns))
                fail_msg("seed %d: %d turns at %d", (int)seed, (int)turns, (int)hot);
            before = ever;
        }
        score_model_drop(m);
        arena_free(c.arena);
    }
}

/* ---- the search ---- */

struct counts {
    const int64_t *at;
    int64_t first;
    int asked;
};

static int64_t count_at(void *x, int64_t hot)
{
    struct counts *k = x;

    k->asked++;
    return k->at[hot - k->first];
}

static void what_is_found_is_a_border(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        struct gen g = { .seed = seed };
        int64_t at[64], n = 1 + gen_to(&g, 64), most = gen_to(&g, 60);
        bool falls = gen_one_in(&g, 2);
        struct score_threshold t;

        for (int64_t i = 0; i < n; i++)
            at[i] = falls ? (i ? at[i - 1] - gen_to(&g, 3) : 60) : gen_to(&g, 80);
        for (int64_t i = 0; i < n; i++)
            at[i] = at[i] < 0 ? 0 : at[i];
        struct counts k = { at, 10, 0 };
        if (!score_threshold_find(10, 10 + n - 1, most, count_at, &k, &t)) {
            assert_true(at[0] > most && at[n - 1] > most);
            continue;
        }
        assert_true(t.hot >= 10 && t.hot < 10 + n && t.turns == at[t.hot - 10] && t.turns <= most);
        assert_true(t.hot == 10 ? t.below == -1 : t.below == at[t.hot - 11] && t.below > most);
        assert_true(k.asked <= 9);
        for (int64_t i = 0; falls && i < t.hot - 10; i++)
            assert_true(at[i] > most); /* the lowest */
    }
}

static void nothing_lies_between_a_warm_and_a_ceiling_that_are_the_same_point(void **state)
{
    struct model m = { .warm = 30 * FIX_ONE + FIX_ONE / 2, .ceiling = 31 * FIX_ONE - 1 };
    struct score_threshold t;
    int64_t first, last;

    (void)state;
    score_threshold_room(&m, &first, &last);
    assert_int_equal(31, first);
    assert_int_equal(30, last);
    assert_false(score_threshold_find(first, last, 5, count_at, NULL, &t));
    m = (struct model){ .warm = -3 * FIX_ONE - FIX_ONE / 2, .ceiling = 100 * FIX_ONE };
    score_threshold_room(&m, &first, &last);
    assert_int_equal(-3, first);
    assert_int_equal(100, last);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_count_is_that_of_the_model_with_that_threshold),
        cmocka_unit_test(who_never_turns_hot_does_not_at_a_higher_threshold),
        cmocka_unit_test(what_is_found_is_a_border),
        cmocka_unit_test(nothing_lies_between_a_warm_and_a_ceiling_that_are_the_same_point),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
