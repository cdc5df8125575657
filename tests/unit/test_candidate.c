/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Candidates as bytes: whatever the list and the frame, the list comes back; what is not such bytes is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "noun/candidate.h"
#include "route/route.h"

enum { MOST = 60 };

static uint64_t seed;

static uint64_t below(uint64_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (seed >> 33) % n;
}

static int64_t any(void)
{
    static const int64_t edges[] = { 0, 1, -1, INT64_MAX, INT64_MIN, 1770000000000000 };

    return below(3) ? (int64_t)below(1000) : edges[below(countof(edges))];
}

static struct candidate random_candidate(int64_t user)
{
    return (struct candidate){
        .user = { user }, .why = (enum candidate_why)below(CANDIDATE_WHYS), .load = any(), .capacity = any(), .weight = any(), .credit = any(),
        .fit = any(), .value = any(), .money = below(2), .probability = any(), .pass = any(), .last_at = below(2) ? INSTANT_NONE : any(),
        .again_at = below(2) ? INSTANT_NEVER : any(), .kin = below(2), .owner = below(2), .fallback = below(2), .picked = below(2),
    };
}

static struct candidates random_list(struct arena *a, size_t n)
{
    struct candidate *items = ARENA_ARRAY(a, struct candidate, n + 1);

    for (size_t i = 0; i < n; i++)
        items[i] = random_candidate((int64_t)(1000 + i * 7));
    return (struct candidates){ items, n };
}

/* The frame as it may be a while later: some differ, some have gone, some came, one stands first out of turn. */
static struct candidates later(struct arena *a, struct candidates frame)
{
    struct candidate *items = ARENA_ARRAY(a, struct candidate, 2 * frame.count + 3);
    size_t n = 0;

    if (frame.count && below(2))
        items[n++] = frame.items[below(frame.count)];
    for (size_t i = 0; i < frame.count; i++) {
        uint64_t what = below(12);

        if (what == 0)
            continue;
        if (what == 1)
            items[n++] = random_candidate((int64_t)below(1000000));
        items[n] = frame.items[i];
        if (what < 4)
            items[n].load = (int64_t)((uint64_t)items[n].load + 1);
        if (what == 4)
            items[n] = random_candidate(frame.items[i].user.v);
        n++;
    }
    return (struct candidates){ items, n };
}

static void assert_same(struct candidates a, struct candidates b)
{
    assert_int_equal(a.count, b.count);
    for (size_t i = 0; i < a.count; i++) {
        const struct candidate *x = &a.items[i], *y = &b.items[i];

        assert_true(x->user.v == y->user.v && x->why == y->why && x->load == y->load && x->capacity == y->capacity && x->weight == y->weight
                    && x->credit == y->credit && x->fit == y->fit && x->value == y->value && x->money == y->money
                    && x->probability == y->probability && x->pass == y->pass && x->last_at == y->last_at && x->again_at == y->again_at
                    && x->kin == y->kin && x->owner == y->owner && x->fallback == y->fallback && x->picked == y->picked);
    }
}

static void candidates_come_back_over_any_frame(void **state)
{
    struct arena *a = arena_new(0);

    (void)state;
    for (seed = 1; seed < 3000; seed += 3) {
        uint64_t from = seed;
        struct candidates frame = random_list(a, below(MOST)), list = below(4) ? later(a, frame) : random_list(a, below(MOST)), back;
        struct str bytes = candidate_pack(a, list, frame);

        assert_true(candidate_unpack(a, bytes, frame, &back));
        assert_same(list, back);
        /* Shorter bytes are none. */
        if (bytes.len > 1)
            assert_false(candidate_unpack(a, (struct str){ bytes.ptr, below(bytes.len) }, frame, &back) && back.count == list.count && list.count);
        seed = from;
        arena_reset(a);
    }
    arena_free(a);
}

static void bytes_that_are_none_are_refused_without_harm(void **state)
{
    struct arena *a = arena_new(0);

    (void)state;
    for (seed = 1; seed < 20000; seed += 2) {
        uint64_t from = seed;
        struct candidates frame = random_list(a, 20), back;
        struct str good = candidate_pack(a, later(a, frame), frame);
        char *bytes = arena_alloc(a, good.len + 1);

        memcpy(bytes, good.ptr, good.len);
        for (uint64_t k = below(4) + 1; k; k--)
            bytes[below(good.len)] = (char)below(256);
        if (candidate_unpack(a, (struct str){ bytes, good.len }, frame, &back))
            for (size_t i = 0; i < back.count; i++)
                assert_true(back.items[i].why < CANDIDATE_WHYS);
        seed = from;
        arena_reset(a);
    }
    arena_free(a);
}

/* What people are told (route_candidates_print), and what was kept before there were bytes. */
static void the_text_of_before_is_read_as_it_was_told(void **state)
{
    struct arena *a = arena_new(0);
    struct ctx c = { .arena = a };

    (void)state;
    for (seed = 1; seed < 200; seed++) {
        uint64_t from = seed;
        struct candidate *items = ARENA_ARRAY(a, struct candidate, 9);
        struct candidates list = { items, 9 }, back;
        struct buf first = buf_new(a, 1 << 16), second = buf_new(a, 1 << 16);
        struct json_out told = json_to(&first), again = json_to(&second);

        for (size_t i = 0; i < list.count; i++) {
            items[i] = random_candidate((int64_t)below(1000000) + 1);
            items[i].last_at = below(2) ? INSTANT_NONE : 1770000000000000 + (instant)below(1000000);
            items[i].again_at = below(2) ? INSTANT_NEVER : 1770000000000000 + (instant)below(1000000);
            items[i].value = (int64_t)below(1000000);
            items[i].probability = (fix)below(1000000);
        }
        route_candidates_print(list, &told);
        assert_int_equal(ERR_NONE, candidate_read(&c, buf_str(&first), &back));
        route_candidates_print(back, &again);
        assert_true(str_eq(buf_str(&first), buf_str(&second)));
        seed = from;
        arena_reset(a);
    }
    arena_free(a);
}

static void a_decision_among_many_takes_a_few_bytes(void **state)
{
    struct arena *a = arena_new(0);
    struct candidate *items = ARENA_ARRAY(a, struct candidate, 500), *next = ARENA_ARRAY(a, struct candidate, 500);
    size_t whole;

    (void)state;
    for (size_t i = 0; i < 500; i++) {
        items[i] = next[i] = (struct candidate){
            .user = { ((int64_t)1 << 60) + (int64_t)i * 86400000000 }, .why = i % 3 ? CANDIDATE_OK : CANDIDATE_CLOSED, .load = (int64_t)i % 40,
            .capacity = 60, .weight = 1 + (int64_t)i % 5, .pass = 1000000 * (int64_t)(i % 50), .last_at = 1770000000000000 + (instant)(i * 77777777),
            .again_at = i % 3 ? INSTANT_NEVER : 1770000000000000,
        };
        /* Who may not have it keeps the place of the pool. */
        next[i].pass += i % 3 ? 0 : 20000;
    }
    next[250].load += 2;
    next[250].pass += 1000000;
    next[250].last_at = 1770000999000000;
    next[250].picked = true;
    whole = candidate_pack(a, (struct candidates){ items, 500 }, (struct candidates){ NULL, 0 }).len;
    assert_in_range(whole, 500, 500 * 25);
    assert_in_range(candidate_pack(a, (struct candidates){ next, 500 }, (struct candidates){ items, 500 }).len, 10, 500 * 3);
    for (size_t i = 0; i < 500; i++)
        next[i].pass = i == 250 ? next[i].pass : items[i].pass;
    assert_in_range(candidate_pack(a, (struct candidates){ next, 500 }, (struct candidates){ items, 500 }).len, 10, 40);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(candidates_come_back_over_any_frame),
        cmocka_unit_test(bytes_that_are_none_are_refused_without_harm),
        cmocka_unit_test(the_text_of_before_is_read_as_it_was_told),
        cmocka_unit_test(a_decision_among_many_takes_a_few_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
