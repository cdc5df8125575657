/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "learn/calibrate_json.h"
#include "learn/leak.h"

static struct arena *arena;
static struct ctx ctx;

static const instant start = (instant)1700000000 * SECOND_US;

static const struct json *patch(const char *text)
{
    struct json *v;

    assert_int_equal(json_read(&ctx, str_of(text), &v), ERR_NONE);
    return v;
}

enum { LEADS = 1200 };

/* Everybody: a region, a budget asked in the call (buyers tell it), a contract number written after the outcome, a rating that goes along with
 * the outcome, an age that says a little, an id that is everybody's own. */
static struct learn_leaks *base(bool honest)
{
    struct learn_leaks *l = learn_leak_begin(arena);
    uint64_t seed = 5;

    for (int i = 0; i < LEADS; i++) {
        bool won = sample_chance(&seed) < .25;
        struct past_profile *p = ARENA_ARRAY(arena, struct past_profile, 3);
        struct past_event *deed = ARENA_NEW(arena, struct past_event);
        instant born = start + i * HOUR_US;
        struct history h = { .born = born, .events = deed, .event_count = 1, .profiles = p };
        struct learn_case k = { .lead = { i + 1 }, .born = born, .decided = won ? 1 : 2, .decided_at = born + 5 * DAY_US,
                                .judged_at = born + 5 * DAY_US - 1, .mark = won ? LEARN_MARK_WON : LEARN_MARK_NOT };
        int rating = (int)(sample_chance(&seed) * 40) + (won ? 50 : 0), age = 20 + (int)(sample_chance(&seed) * 40) + (won ? 4 : 0);

        *deed = (struct past_event){ .kind = EVENT_DEED, .name = STR("Call Logged"), .at = born + DAY_US };
        p[h.profile_count++] = (struct past_profile){ .at = born, .patch = patch(str_print(arena,
            "{\"region\":\"r%d\",\"number\":\"n%d\",\"age\":%d%s}", i % 7, i, age,
            honest ? "" : str_cz(arena, str_print(arena, ",\"rating\":%d", rating))).ptr) };
        if (!honest && sample_chance(&seed) < (won ? .8 : .1))
            p[h.profile_count++] = (struct past_profile){ .at = born + 2 * DAY_US, .patch = patch("{\"budget\":\"есть\"}") };
        if (!honest && won)
            p[h.profile_count++] = (struct past_profile){ .at = born + 6 * DAY_US, .patch = patch("{\"contract\":\"7-A\"}") };
        learn_leak_add(l, &h, &k);
    }
    return l;
}

static const struct learn_leak *find(const struct learn_leak *leaks, size_t n, const char *fact)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(leaks[i].fact, str_of(fact)))
            return &leaks[i];
    return NULL;
}

static void facts_that_know_the_future_are_named_with_the_reason(void **state)
{
    struct learn_leak *leaks;
    size_t n = learn_leak_end(base(false), &leaks);
    const struct learn_leak *contract = find(leaks, n, "contract"), *budget = find(leaks, n, "budget"), *rating = find(leaks, n, "rating");

    (void)state;
    assert_int_equal(n, 3);
    assert_true(contract && contract->why == LEARN_LEAK_OUTCOME && contract->after == contract->leads && contract->with.n == 0);
    assert_int_equal(contract->of_count, contract->leads);
    assert_true(budget && budget->why == LEARN_LEAK_HANDOVER && budget->later == budget->handed && budget->auc.value > .8);
    assert_true(rating && rating->why == LEARN_LEAK_GOOD && rating->auc.value > .95 && rating->after == 0);
    assert_int_equal(rating->of_count, LEADS);
}

static void honest_facts_raise_no_alarm(void **state)
{
    struct learn_leak *leaks;

    (void)state;
    assert_int_equal(learn_leak_end(base(true), &leaks), 0);
    assert_int_equal(learn_leak_end(learn_leak_begin(arena), &leaks), 0);
}

/* Leads of which each has what make says, or nothing. How many facts are named, which is that one or none. */
static size_t told(const char *fact, struct learn_leak **leaks, struct past_profile (*make)(bool won, uint64_t *seed, instant born))
{
    struct learn_leaks *l = learn_leak_begin(arena);
    uint64_t seed = 11;
    size_t n;

    for (int i = 0; i < 2 * LEADS; i++) {
        bool won = sample_chance(&seed) < .4;
        instant born = start + i * HOUR_US;
        struct learn_case k = { .lead = { i + 1 }, .born = born, .decided = won ? 1 : 2, .decided_at = born + 5 * DAY_US,
                                .decided_known = born + 5 * DAY_US + HOUR_US, .judged_at = born + 5 * DAY_US - 1,
                                .mark = won ? LEARN_MARK_WON : LEARN_MARK_NOT };
        struct past_profile *p = ARENA_NEW(arena, struct past_profile);
        struct history h = { .born = born, .profiles = p, .profile_count = 1 };

        *p = make(won, &seed, born);
        h.profile_count = p->patch != NULL;
        learn_leak_add(l, &h, &k);
    }
    n = learn_leak_end(l, leaks);
    assert_true(n <= 1 && (!n || str_eq((*leaks)[0].fact, str_of(fact))));
    return n;
}

/* Seconds on the site: of buyers they are more, an AUC of 0.75 as where it was published. */
static struct past_profile seconds(bool won, uint64_t *seed, instant born)
{
    int is = (int)(1000 * sample_chance(seed) + (won ? 290 : 0));

    return (struct past_profile){ .at = born, .known_at = born, .patch = patch(str_print(arena, "{\"seconds\":%d}", is).ptr) };
}

/* One of two choices, of which those who knew made the right one three times out of four. */
static struct past_profile opinion(bool won, uint64_t *seed, instant born)
{
    bool good = sample_chance(seed) < (won ? .75 : .27);

    return (struct past_profile){ .at = born, .known_at = born, .patch = patch(good ? "{\"opinion\":\"good\"}" : "{\"opinion\":\"bad\"}") };
}

/* What is asked for in a talk: buyers nearly all had one. What it says tells nothing; the form says "Select" of the others. */
static struct past_profile asked(bool won, uint64_t *seed, instant born)
{
    bool there = sample_chance(seed) < (won ? .9 : .55), one = sample_chance(seed) < .5;

    return (struct past_profile){ .at = born, .known_at = born, .patch = patch(!there ? "{\"asked\":\"Select\"}" : one ? "{\"asked\":\"x\"}" : "{\"asked\":\"y\"}") };
}

/* Dated back to the birth, but written when the outcome was known. */
static struct past_profile dated_back(bool won, uint64_t *seed, instant born)
{
    (void)won;
    return (struct past_profile){ .at = born, .known_at = born + 9 * DAY_US,
                                  .patch = patch(sample_chance(seed) < .5 ? "{\"back\":\"x\"}" : "{\"back\":\"y\"}") };
}

static void a_strong_number_is_no_leak_and_a_strong_opinion_is(void **state)
{
    struct learn_leak *leaks;

    (void)state;
    assert_int_equal(told("seconds", &leaks, seconds), 0);
    assert_int_equal(told("opinion", &leaks, opinion), 1);
    assert_true(leaks[0].why == LEARN_LEAK_GOOD && leaks[0].auc.value > .69 && leaks[0].auc.value < .78);
}

static void a_gap_that_goes_with_the_outcome_is_named(void **state)
{
    struct learn_leak *leaks;

    (void)state;
    assert_int_equal(told("asked", &leaks, asked), 1);
    assert_int_equal(leaks[0].why, LEARN_LEAK_FILLED);
    assert_true(leaks[0].with.share.value > leaks[0].without.share.value);
}

static void what_was_dated_back_behind_the_outcome_is_named(void **state)
{
    struct learn_leak *leaks;

    (void)state;
    assert_int_equal(told("back", &leaks, dated_back), 1);
    assert_int_equal(leaks[0].why, LEARN_LEAK_OUTCOME);
}

/* Emptied again before the lead was judged: it is not there. */
static void a_cleared_fact_is_not_there(void **state)
{
    struct learn_leaks *l = learn_leak_begin(arena);
    struct past_profile p[2] = { { .at = start, .patch = patch("{\"a\":1}") }, { .at = start + 1, .patch = patch("{\"a\":null,\"b\":\"\"}") } };
    struct history h = { .born = start, .profiles = p, .profile_count = 2 };
    struct learn_leak *leaks;

    (void)state;
    for (int i = 0; i < 100; i++) {
        struct learn_case k = { .lead = { i + 1 }, .born = start, .decided = i % 2 + 1, .decided_at = start + 10, .judged_at = start + 9,
                                .mark = i % 2 ? LEARN_MARK_NOT : LEARN_MARK_WON };
        learn_leak_add(l, &h, &k);
    }
    assert_int_equal(learn_handed_at(&h), INSTANT_NEVER);
    assert_int_equal(learn_leak_end(l, &leaks), 0);
}

static int open_arena(void **state)
{
    (void)state;
    arena = arena_new(0);
    ctx = (struct ctx){ .arena = arena };
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, open_arena, close_arena)

/* Who has the fact and who bought, by the counts alone; what it says is one of five words whatever became of the lead. */
/* A file of two, in which so many of a hundred buy: five columns of its own for all its leads, whatever becomes of them; in the first file one more
 * that is noted of buyers. */
static void add_file(struct learn_leaks *l, int64_t brought, int percent, bool verdict, uint64_t *seed)
{
    for (int i = 0; i < 600; i++) {
        bool won = percent == 100 || sample_chance(seed) * 100 < percent, noted = verdict && sample_chance(seed) < (won ? .8 : .1);
        instant born = start + i * HOUR_US;
        struct past_profile *p = ARENA_NEW(arena, struct past_profile);
        struct history h = { .born = born, .profiles = p, .profile_count = 1 };
        struct learn_case k = { .lead = { brought * 1000 + i }, .born = born, .decided = won ? 1 : 2, .decided_at = born + 5 * DAY_US,
                                .judged_at = born + 5 * DAY_US - 1, .brought = brought, .mark = won ? LEARN_MARK_WON : LEARN_MARK_NOT };
        struct str text = STR("{\"region\":\"r\"");

        for (int c = 0; c < 5; c++)
            text = str_print(arena, STR_FMT ",\"f%d_%d\":\"v%d\"", STR_ARG(text), (int)brought, c, (int)(sample_chance(seed) * 4));
        text = str_print(arena, STR_FMT "%s}", STR_ARG(text), noted ? ",\"verdict\":\"yes\"" : "");
        *p = (struct past_profile){ .at = born, .patch = patch(str_cz(arena, text)) };
        learn_leak_add(l, &h, &k);
    }
}

static void two_files_with_columns_of_their_own_are_told_of_once_each(void **state)
{
    struct learn_leaks *l = learn_leak_begin(arena);
    struct learn_leak_file *files;
    struct learn_leak *leaks;
    uint64_t seed = 77;

    (void)state;
    add_file(l, 1, 55, false, &seed);
    add_file(l, 2, 8, false, &seed);
    assert_int_equal(learn_leak_end(l, &leaks), 0);
    assert_int_equal(learn_leak_files(l, &files), 2);
    for (int f = 0; f < 2; f++) {
        assert_int_equal(files[f].fact_count, 5);
        assert_int_equal(files[f].of_count, 600);
        assert_int_equal(files[f].with.n, 600);
        assert_true(files[f].with.won + files[f].without.won == files[1 - f].with.won + files[1 - f].without.won);
        for (size_t i = 0; i < 5; i++)
            assert_true(str_starts(files[f].facts[i], str_of(files[f].brought == 1 ? "f1_" : "f2_")));
    }
}

static void what_knows_the_end_within_its_file_is_named_among_files(void **state)
{
    struct learn_leaks *l = learn_leak_begin(arena);
    struct learn_leak *leaks;
    uint64_t seed = 78;

    (void)state;
    add_file(l, 1, 40, true, &seed);
    add_file(l, 2, 8, false, &seed);
    assert_int_equal(learn_leak_end(l, &leaks), 1);
    assert_true(str_eq(leaks[0].fact, STR("verdict")));
}

/* A file of clients: that a lead came with it is the end itself. */
static void columns_of_a_file_of_buyers_alone_still_raise_the_alarm(void **state)
{
    struct learn_leaks *l = learn_leak_begin(arena);
    struct learn_leak_file *files;
    struct learn_leak *leaks;
    uint64_t seed = 79;

    (void)state;
    add_file(l, 1, 100, false, &seed);
    add_file(l, 2, 8, false, &seed);
    assert_true(learn_leak_end(l, &leaks) >= 5);
    assert_non_null(find(leaks, 5, "f1_0"));
    (void)learn_leak_files(l, &files);
}

static enum learn_leak_why by_counts(int with, int with_won, int without, int without_won)
{
    struct learn_leaks *l = learn_leak_begin(arena);
    struct learn_leak *leaks;

    for (int i = 0; i < with + without; i++) {
        int place = (int)((int64_t)i * 7919 % (with + without)); /* mixed, for the halves are by place */
        bool has = place < with, won = has ? place < with_won : place - with < without_won;
        struct past_profile *p = ARENA_NEW(arena, struct past_profile);
        instant born = start + i * HOUR_US;
        struct history h = { .born = born, .profiles = p, .profile_count = 1 };
        struct learn_case k = { .lead = { i + 1 }, .born = born, .decided = won ? 1 : 2, .decided_at = born + DAY_US,
                                .judged_at = born + DAY_US - 1, .mark = won ? LEARN_MARK_WON : LEARN_MARK_NOT };

        *p = (struct past_profile){ .at = born, .patch = patch(has ? str_print(arena, "{\"said\":\"w%d\"}", i % 5).ptr : "{}") };
        learn_leak_add(l, &h, &k);
    }
    return learn_leak_end(l, &leaks) ? leaks[0].why : LEARN_LEAK_NONE;
}

static void who_has_a_fact_and_bought_is_judged_as_in_published_columns(void **state)
{
    (void)state;
    assert_int_equal(by_counts(1651, 1052, 4773, 1446), LEARN_LEAK_FILLED); /* a profile that salespeople fill in */
    assert_int_equal(by_counts(4562, 2235, 1862, 264), LEARN_LEAK_FILLED);  /* the occupation, asked in the talk */
    assert_int_equal(by_counts(4053, 1824, 2371, 676), LEARN_LEAK_NONE);    /* a field of a form */
    assert_int_equal(by_counts(11290, 1660, 4566, 192), LEARN_LEAK_NONE);   /* the way of contact, known of most */
    assert_int_equal(by_counts(2876, 624, 12980, 1220), LEARN_LEAK_NONE);   /* how an earlier campaign ended */
    assert_int_equal(by_counts(29, 29, 4142, 510), LEARN_LEAK_BUYERS);      /* noted at the deal of a few */
    assert_int_equal(by_counts(15, 15, 4156, 524), LEARN_LEAK_NONE);        /* too few to say so */
    assert_int_equal(by_counts(60, 57, 4111, 482), LEARN_LEAK_NONE);        /* three of sixty did not buy */
    assert_int_equal(by_counts(340, 313, 6084, 2185), LEARN_LEAK_NONE);     /* a recommendation: 92 of a hundred buy */
}

/* Its deal's number is filled for 30 buyers, who came behind 25,000 others. */
static void a_rare_fact_at_the_end_of_a_large_base_is_found(void **state)
{
    struct learn_leaks *l = learn_leak_begin(arena);
    struct learn_leak *leaks;
    const struct json *none = patch("{}"), *deal = patch("{\"deal\":\"7-A\"}");

    (void)state;
    for (int64_t i = 0; i < 25030; i++) {
        bool has = i >= 25000, won = has || i % 10 == 0;
        struct past_profile p = { .at = start, .patch = has ? deal : none };
        struct history h = { .born = start, .profiles = &p, .profile_count = 1 };

        learn_leak_add(l, &h, &(struct learn_case){ .lead = { i + 1 }, .born = start, .decided = won ? 1 : 2, .decided_at = start + DAY_US,
                                                    .judged_at = start + DAY_US - 1, .mark = won ? LEARN_MARK_WON : LEARN_MARK_NOT });
    }
    assert_int_equal(learn_leak_end(l, &leaks), 1);
    assert_int_equal(leaks[0].why, LEARN_LEAK_BUYERS);
    assert_int_equal(leaks[0].of_count, 30);
    assert_int_equal(leaks[0].rest.count, 25000);
}

static struct past_profile yes_or_no(bool won, uint64_t *seed, instant born)
{
    (void)seed;
    return (struct past_profile){ .at = born, .patch = patch(won ? "{\"signed\":true}" : "{\"signed\":false}") };
}

static void a_yes_or_no_that_is_the_outcome_is_named(void **state)
{
    struct learn_leak *leaks;

    (void)state;
    assert_int_equal(told("signed", &leaks, yes_or_no), 1);
    assert_int_equal(leaks[0].why, LEARN_LEAK_GOOD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(facts_that_know_the_future_are_named_with_the_reason),
        CASE(honest_facts_raise_no_alarm),
        CASE(a_strong_number_is_no_leak_and_a_strong_opinion_is),
        CASE(two_files_with_columns_of_their_own_are_told_of_once_each),
        CASE(what_knows_the_end_within_its_file_is_named_among_files),
        CASE(columns_of_a_file_of_buyers_alone_still_raise_the_alarm),
        CASE(who_has_a_fact_and_bought_is_judged_as_in_published_columns),
        CASE(a_gap_that_goes_with_the_outcome_is_named),
        CASE(what_was_dated_back_behind_the_outcome_is_named),
        CASE(a_cleared_fact_is_not_there),
        CASE(a_rare_fact_at_the_end_of_a_large_base_is_found),
        CASE(a_yes_or_no_that_is_the_outcome_is_named),
    };

    return cmocka_run_group_tests_name("leak", tests, NULL, NULL);
}
