/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Contests of models: judged over simulated ones, and kept, in both databases.
 *
 * GRADUS_TEST_PG names a PostgreSQL database in which the schema t_contest may be dropped. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


#include <cmocka.h>

#include "house.h"

#include "learn/calibrate_store.h"
#include "learn/contest.h"
#include "learn/outcome.h"
#include "stat/sample.h"

struct world {
    struct ctx c;
    struct house_db house;
    struct db *db; /* the house's */
    struct db_tx *tx;
};

#define OK(expr) HOUSE_OK(&w->c, expr)

static void open_db(struct world *w, bool pg)
{
    w->c = (struct ctx){ .arena = arena_new(0), .now = (instant)1750000000 * SECOND_US, .actor = { ACTOR_USER, 42, 0, false } };
    house_db_open(&w->c, "contest", pg, &w->house);
    w->db = w->house.db;
}

static void close_db(struct world *w)
{
    house_db_close(&w->house);
    arena_free(w->c.arena);
}


/* ---- simulated: a product's contest from the first lot to the verdict ---- */

enum { LEADS = 3000 };

struct simulated {
    struct learn_success list[LEADS];
    size_t n;
    int64_t leads[2];
};

/* How sales come: some late, as leads do; the last lead's first; in bursts, of which each is told backwards. */
enum arrival { LATE, BACKWARDS, BURSTS };

static int by_known(const void *a, const void *b)
{
    const struct learn_success *x = a, *y = b;

    return (x->known_at > y->known_at) - (x->known_at < y->known_at);
}

/* Leads of three sources come, each draws its lot from the urn of its source; the second arm's buy `ratio` times as often. */
static void simulate_some(struct simulated *s, int leads, enum arrival how, fix share, double buys, double ratio, uint64_t *seed)
{
    struct learn_urn urns[3] = { 0 };
    struct arena *a = arena_new(0);

    *s = (struct simulated){ .n = 0 };
    for (int i = 0; i < leads; i++) {
        int source = (int)(sample_chance(seed) * 3), arm;
        struct learn_urn *u = &urns[source];
        fix chance;
        if (learn_urn_is_empty(u))
            learn_urn_fill(u, i + 1, share, (uint32_t)sample_random(seed));
        arm = learn_urn_draw(u, (uint32_t)(sample_random(seed) >> 32), &chance);
        double rate = buys * (.5 + .5 * source) * (arm ? ratio : 1), late = sample_chance(seed) * 300000;
        instant known = how == LATE ? (instant)(i * 1000 + late) : how == BACKWARDS ? -i : i / 50 * 100 - i % 50;

        s->leads[arm]++;
        if (sample_chance(seed) < rate)
            s->list[s->n++] = (struct learn_success){ known, { i + 1 }, arm, 0, u->block, { u->lots[0], u->lots[1] } };
    }
    qsort(s->list, s->n, sizeof *s->list, by_known);
    learn_contest_chances(a, s->list, s->n);
    arena_free(a);
}

static void simulate(struct simulated *s, fix share, double buys, double ratio, uint64_t *seed)
{
    simulate_some(s, LEADS, LATE, share, buys, ratio, seed);
}

static const struct learn_contest even = { .share = FIX_ONE / 2, .alpha = FIX_ONE / 20, .margin = FIX_ONE / 50 };

static bool decided_for_one(int verdict)
{
    return verdict == CONTEST_CHAMPION || verdict == CONTEST_CHALLENGER;
}

/* p is that of the largest evidence at any success so far: one judging at the end sees what watching all the time would have seen. */
static void identical_challengers_are_declared_different_no_oftener_than_stated(void **state)
{
    static struct simulated s;
    uint64_t seed = 7;
    int wrong = 0;

    (void)state;
    for (int r = 0; r < 1000; r++) {
        struct learn_contest k = even;
        if (r % 2)
            k.share = FIX_ONE / 5;
        simulate(&s, k.share, .1, 1, &seed);
        wrong += decided_for_one(learn_contest_judge(&k, s.list, s.n, s.leads).verdict);
    }
    print_message("identical challengers declared different: %d of 1000, stated share 50\n", wrong);
    assert_in_range(wrong, 0, 50);
}

/* Whoever buys, however unequal the arms, and in whatever order it becomes known: a thousand contests of each kind, looked at after each sale. */
static void false_alarms_are_no_oftener_however_sales_come(void **state)
{
    static const struct {
        int leads;
        enum arrival how;
        fix share;
        double buys;
    } kinds[] = {
        { 60, BACKWARDS, FIX_ONE / 2, 1 },      { 60, BURSTS, FIX_ONE / 20, 1 },       { 1200, BACKWARDS, FIX_ONE / 5, .05 },
        { 150, BURSTS, 19 * FIX_ONE / 20, .3 }, { 2500, LATE, FIX_ONE / 20, .02 },
    };
    static struct simulated s;
    uint64_t seed = 11;

    (void)state;
    for (size_t i = 0; i < countof(kinds); i++) {
        struct learn_contest k = even;
        int wrong = 0;

        k.share = kinds[i].share;
        for (int r = 0; r < 1000; r++) {
            simulate_some(&s, kinds[i].leads, kinds[i].how, k.share, kinds[i].buys, 1, &seed);
            wrong += decided_for_one(learn_contest_judge(&k, s.list, s.n, s.leads).verdict);
        }
        print_message("kind %d: identical ones declared different: %d of 1000, stated share 50\n", (int)i, wrong);
        assert_in_range(wrong, 0, 50);
    }
}

/* ---- exactly, over all ways in which the lots of a block may fall ---- */

enum { BUY = 10 }; /* of the block's twenty leads, the last one first */

/* How many ways of the lots begin with these arms of those who buy: bit i is the i-th to buy; a 1 above them marks the length. */
static int64_t ways[1 << (BUY + 1)];

/* What the evidence is worth at the best moment to stop from here on, for somebody who knows the arms of all who have bought so far. */
static double worth(struct arena *a, int arms, int n)
{
    struct learn_success list[BUY];
    struct sequence q;
    double now, on = 0;

    for (int i = 0; i < n; i++)
        list[i] = (struct learn_success){ i, { i + 1 }, arms >> i & 1, 0, 1, { CONTEST_BLOCK / 2, CONTEST_BLOCK / 2 } };
    learn_contest_chances(a, list, (size_t)n);
    sequence_start(&q);
    for (int i = 0; i < n; i++)
        sequence_add(&q, list[i].arm, list[i].chance);
    now = exp(sequence_log_evidence(&q));
    for (int arm = 0; arm < 2 && n < BUY; arm++) {
        int next = arms | arm << n;
        int64_t of = ways[next | 1 << (n + 1)];
        if (of)
            on += (double)of / (double)ways[arms | 1 << n] * worth(a, next, n + 1);
    }
    return n < BUY && on > now ? on : now;
}

static void evidence_for_no_difference_is_worth_its_stake_at_every_moment(void **state)
{
    struct arena *a = arena_new(0);
    int64_t all = 0;

    (void)state;
    memset(ways, 0, sizeof ways);
    for (uint32_t lots = 0; lots < 1u << CONTEST_BLOCK; lots++) {
        int arms = 0;
        if (__builtin_popcount(lots) != CONTEST_BLOCK / 2)
            continue;
        all++;
        ways[1]++;
        for (int i = 0; i < BUY; i++) {
            arms |= (int)(lots >> (CONTEST_BLOCK - 1 - i) & 1) << i;
            ways[arms | 1 << (i + 1)]++;
        }
    }
    assert_int_equal(all, 184756);
    assert_true(fabs(worth(a, 0, 0) - 1) < 1e-9);
    arena_free(a);
}

static void a_block_has_the_share_and_any_order(void **state)
{
    static const fix shares[] = { FIX_ONE / 20, FIX_ONE / 3, FIX_ONE / 2, FIX_ONE - FIX_ONE / 20 };
    uint64_t seed = 12;

    (void)state;
    for (size_t k = 0; k < countof(shares); k++) {
        int64_t seconds = 0, at[CONTEST_BLOCK] = { 0 };
        for (int b = 0; b < 20000; b++) {
            struct learn_urn u = { 0 };
            int64_t owed = CONTEST_BLOCK * shares[k] / FIX_ONE, got = 0;
            assert_true(learn_urn_is_empty(&u));
            learn_urn_fill(&u, b + 1, shares[k], (uint32_t)sample_random(&seed));
            assert_true(u.lots[0] + u.lots[1] == CONTEST_BLOCK && (u.lots[1] == owed || (CONTEST_BLOCK * shares[k] % FIX_ONE && u.lots[1] == owed + 1)));
            for (int i = 0; i < CONTEST_BLOCK; i++) {
                fix chance;
                int arm = learn_urn_draw(&u, (uint32_t)(sample_random(&seed) >> 32), &chance);
                assert_true(arm ? chance > 0 : chance < FIX_ONE);
                at[i] += arm;
                got += arm;
            }
            assert_true(learn_urn_is_empty(&u) && got == u.lots[1]);
            seconds += got;
        }
        assert_true(fabs((double)seconds / (20000 * CONTEST_BLOCK) - (double)shares[k] / 1e6) < .002);
        for (int i = 0; i < CONTEST_BLOCK; i++) /* every place alike: five deviations */
            assert_true(fabs((double)at[i] / 20000 - (double)shares[k] / 1e6) < 5 * sqrt(.25 / 20000));
    }
}

/* What is told is the ratio of shares, also where many buy and the ratio of paces is far from it. */
static void the_interval_holds_the_ratio_of_the_shares(void **state)
{
    static struct simulated s;
    uint64_t seed = 13;
    int held = 0, near = 0;

    (void)state;
    for (int r = 0; r < 300; r++) {
        struct learn_standing now;
        simulate_some(&s, 2000, LATE, even.share, .3, 1.3, &seed);
        now = learn_contest_judge(&even, s.list, s.n, s.leads);
        held += now.low <= 1300000 && 1300000 <= now.high;
        near += llabs(now.ratio - 1300000) < 100000;
    }
    print_message("the interval holds the ratio of shares in %d of 300, the ratio is within a tenth in %d\n", held, near);
    assert_in_range(held, 300 * 95 / 100, 300);
    assert_in_range(near, 200, 300);
}

static void a_truly_better_challenger_is_found(void **state)
{
    static struct simulated s;
    uint64_t seed = 8;
    int found = 0, wrong = 0;

    (void)state;
    for (int r = 0; r < 100; r++) {
        simulate(&s, even.share, .15, 1.5, &seed);
        int verdict = learn_contest_judge(&even, s.list, s.n, s.leads).verdict;
        found += verdict == CONTEST_CHALLENGER;
        wrong += verdict == CONTEST_CHAMPION;
    }
    print_message("half as many sales again: found in %d of 100\n", found);
    assert_in_range(found, 90, 100);
    assert_int_equal(wrong, 0);
}

static void what_was_decided_at_a_success_stays_decided(void **state)
{
    static struct simulated s;
    uint64_t seed = 9;

    (void)state;
    for (int r = 0; r < 5; r++) {
        int first = -1;
        simulate(&s, even.share, .15, 1.6, &seed);
        for (size_t n = 0; n <= s.n; n += 5) {
            struct learn_standing now = learn_contest_judge(&even, s.list, n, s.leads);
            assert_true(!decided_for_one(first) || now.verdict == first);
            assert_true(now.p <= FIX_ONE && now.p >= 0);
            if (decided_for_one(now.verdict))
                first = now.verdict;
        }
    }
}

static void no_difference_is_a_verdict_too(void **state)
{
    static struct simulated s;
    uint64_t seed = 10;
    struct learn_contest wide = even;
    struct learn_standing now;

    (void)state;
    wide.margin = FIX_ONE; /* from half to twice is no difference */
    simulate(&s, even.share, .3, 1, &seed);
    now = learn_contest_judge(&wide, s.list, s.n, s.leads);
    assert_int_equal(now.verdict, CONTEST_NEITHER);
    assert_true(now.low > FIX_ONE / 2 && now.high < 2 * FIX_ONE && now.low <= now.ratio && now.ratio <= now.high);
    now = learn_contest_judge(&wide, s.list, 0, s.leads);
    assert_true(now.verdict == -1 && !now.has_ratio && now.p == FIX_ONE);
}

/* ---- kept ---- */

static void contests_and_lots_are_kept(struct world *w)
{
    struct learn_contest k = { .name = STR("Первый"), .champion = { 1 }, .challenger = { 2 }, .share = 300000, .alpha = 50000,
                               .margin = 100000, .made_by = { 42 } }, other = k, read, *list;
    struct lead_id ids[200];
    struct learn_arm arms[200], *page;
    struct learn_success *wins;
    int64_t leads[2], second = 0;
    uint64_t seed = 3;
    size_t n;
    int arm;

    OK(db_write(&w->c, w->db, &w->tx));
    OK(learn_contest_running(&w->c, w->tx, &read));
    assert_int_equal(read.id.v, 0);
    OK(learn_contest_add(&w->c, w->tx, &k));
    OK(db_save(&w->c, w->tx));
    assert_int_equal(learn_contest_add(&w->c, w->tx, &other), ERR_TWICE);
    db_save_undo(&w->c, w->tx);
    OK(learn_contest_running(&w->c, w->tx, &read));
    assert_true(read.id.v == k.id.v && str_eq(read.name, k.name) && read.share == 300000 && read.winner == -1
                && read.started_at == w->c.now && read.ended_at == INSTANT_NONE && read.made_by.v == 42);
    for (int i = 0; i < 200; i++) {
        ids[i].v = 1000 + i;
        OK(learn_contest_draw(&w->c, w->tx, &k, ids[i], i % 2 ? STR("site") : STR_NULL, BAND_COLD, sample_random(&seed), &arm));
        second += arm == CONTEST_CHALLENGER;
    }
    assert_int_equal(second, 60); /* five blocks of either stratum */
    OK(learn_contest_counts(&w->c, w->tx, k.id, leads));
    assert_true(leads[0] + leads[1] == 200 && leads[1] == second);
    OK(learn_contest_arms(&w->c, w->tx, ids, 200, arms));
    for (int i = 0; i < 200; i++)
        assert_true(arms[i].contest.v == k.id.v && arms[i].lead.v == ids[i].v && arms[i].chance >= 0 && arms[i].chance <= FIX_ONE);
    OK(learn_contest_arms(&w->c, w->tx, &(struct lead_id){ 5 }, 1, arms + 199));
    assert_int_equal(arms[199].contest.v, 0);
    OK(learn_contest_leads(&w->c, w->tx, k.id, ids[99], 30, &page, &n));
    assert_true(n == 30 && page[0].lead.v == ids[100].v && page[0].arm == arms[100].arm);
    for (int i = 0; i < 10; i++)
        OK(learn_outcomes_put(&w->c, w->tx, &(struct outcome){ ids[i], i < 6 ? OUTCOME_WON : OUTCOME_LOST, w->c.now + 50 - i,
                                                              w->c.now + 100 - i, 0, STR_NULL }, 1));
    OK(learn_contest_successes(&w->c, w->tx, &k, &wins, &n));
    assert_int_equal(n, 6);
    for (size_t i = 0; i < n; i++)
        assert_true(wins[i].lead.v == ids[5 - i].v && wins[i].arm == arms[5 - i].arm && wins[i].block && wins[i].lots[0] == 14 && wins[i].lots[1] == 6);
    assert_true(wins[0].chance == 6.0 / 20 && wins[1].chance == 6.0 / 20 && wins[0].block != wins[1].block && wins[2].block == wins[0].block);
    assert_true(wins[2].chance == (6.0 - wins[0].arm) / 19);
    k.metric = CONTEST_ACCEPTED;
    for (int i = 0; i < 4; i++)
        OK(learn_feedback_add(&w->c, w->tx, &(struct learn_feedback){ .lead = ids[i / 2], .at = w->c.now + i, .model = { 1 },
                                                                      .verdict = i == 2 ? FEEDBACK_REJECTED : FEEDBACK_ACCEPTED }));
    OK(learn_feedback_add(&w->c, w->tx, &(struct learn_feedback){ .lead = ids[0], .at = w->c.now + 9, .model = { 1 },
                                                                  .verdict = FEEDBACK_REJECTED, .reason = FEEDBACK_JUNK }));
    OK(learn_contest_successes(&w->c, w->tx, &k, &wins, &n));
    assert_true(n == 1 && wins[0].lead.v == ids[1].v); /* the last word of each */
    OK(learn_contest_end(&w->c, w->tx, k.id, CONTEST_NEITHER));
    assert_int_equal(learn_contest_end(&w->c, w->tx, k.id, -1), ERR_CONFLICT);
    OK(db_commit(&w->c, w->tx));
    fault_clear(&w->c);
    OK(db_write(&w->c, w->db, &w->tx));
    OK(learn_contest_add(&w->c, w->tx, &other));
    OK(learn_contest_draw(&w->c, w->tx, &other, ids[0], STR("site"), BAND_HOT, 0, &arm));
    assert_int_equal(arm, CONTEST_CHALLENGER);
    OK(learn_contest_draw(&w->c, w->tx, &other, ids[1], STR("site"), BAND_HOT, UINT64_MAX, &arm));
    assert_int_equal(arm, CONTEST_CHAMPION);
    /* a long source is cut between two characters: one database takes no half of one */
    struct str long_source = STR("a");
    for (int i = 0; i < 90; i++)
        long_source = str_print(w->c.arena, STR_FMT "ы", STR_ARG(long_source));
    OK(learn_contest_draw(&w->c, w->tx, &other, ids[2], long_source, BAND_HOT, 0, &arm));
    OK(learn_contest_list(&w->c, w->tx, 10, &list, &n));
    assert_true(n == 2 && list[0].id.v == other.id.v && list[1].state == CONTEST_DECIDED && list[1].winner == CONTEST_NEITHER);
    OK(learn_contest_end(&w->c, w->tx, other.id, -1));
    OK(learn_contest_get(&w->c, w->tx, other.id, &read));
    assert_true(read.state == CONTEST_STOPPED && read.winner == -1 && read.ended_at == w->c.now);
    assert_int_equal(learn_contest_get(&w->c, w->tx, (struct contest_id){ 7 }, &read), ERR_NOT_FOUND);
    OK(db_commit(&w->c, w->tx));
}

static void calibrations_wait_run_and_end(struct world *w)
{
    struct learn_calibration a = { .model = { 5 }, .source = STR("site"), .from = 10, .until = INSTANT_NONE, .moment = CALIBRATION_JUDGED },
                             b = { .model = { 5 }, .from = INSTANT_NONE, .until = INSTANT_NONE, .moment = CALIBRATION_HANDED }, got, *list;
    bool more, stands, changed;
    size_t n;

    OK(db_write(&w->c, w->db, &w->tx));
    OK(learn_calibration_next(&w->c, w->tx, &got));
    assert_int_equal(got.id.v, 0);
    OK(learn_calibration_add(&w->c, w->tx, &b)); /* one that is stopped is gone, and whoever makes it sees so */
    OK(learn_calibration_claim(&w->c, w->tx, b.id));
    OK(learn_calibration_stop(&w->c, w->tx, b.id));
    OK(learn_calibration_step(&w->c, w->tx, b.id, 1, 9, &stands));
    OK(learn_calibration_end(&w->c, w->tx, b.id, STR("{}"), STR_NULL, &changed));
    assert_true(!stands && !changed);
    assert_int_equal(learn_calibration_get(&w->c, w->tx, b.id, &got), ERR_NOT_FOUND);
    OK(learn_calibration_add(&w->c, w->tx, &a));
    OK(learn_calibration_add(&w->c, w->tx, &b));
    OK(learn_calibration_next(&w->c, w->tx, &got));
    assert_true(got.id.v == a.id.v && str_eq(got.source, STR("site")) && got.from == 10 && got.until == INSTANT_NONE);
    OK(learn_calibration_claim(&w->c, w->tx, a.id));
    assert_int_equal(learn_calibration_claim(&w->c, w->tx, a.id), ERR_BUSY);
    OK(learn_calibration_next(&w->c, w->tx, &got));
    assert_int_equal(got.id.v, b.id.v); /* the first one beats */
    w->c.now += CALIBRATION_SILENT_US + 1;
    OK(learn_calibration_next(&w->c, w->tx, &got));
    assert_int_equal(got.id.v, a.id.v); /* it has been silent: its program has ended */
    OK(learn_calibration_claim(&w->c, w->tx, a.id));
    OK(learn_calibration_step(&w->c, w->tx, a.id, 3, 9, &stands));
    assert_true(stands);
    OK(learn_calibration_find(&w->c, w->tx, &a, 1u << CALIBRATION_RUNS, &got));
    assert_true(got.id.v == a.id.v && got.done == 3 && got.total == 9);
    OK(learn_calibration_find(&w->c, w->tx, &a, 1u << CALIBRATION_DONE, &got));
    assert_int_equal(got.id.v, 0);
    OK(learn_calibration_end(&w->c, w->tx, a.id, STR("{}"), STR_NULL, &changed));
    assert_int_equal(learn_calibration_stop(&w->c, w->tx, a.id), ERR_CONFLICT); /* it is over */
    OK(learn_calibration_find(&w->c, w->tx, &a, 1u << CALIBRATION_DONE, &got));
    assert_true(got.id.v == a.id.v && str_eq(got.body, STR("{}")) && got.finished_at == w->c.now);
    OK(learn_calibration_next(&w->c, w->tx, &got));
    assert_int_equal(got.id.v, b.id.v);
    OK(learn_calibration_end(&w->c, w->tx, b.id, STR_NULL, STR("internal"), &changed));
    assert_true(changed);
    OK(learn_calibration_get(&w->c, w->tx, b.id, &got));
    assert_true(got.state == CALIBRATION_FAILED && str_eq(got.why, STR("internal")) && !got.body.ptr);
    OK(learn_calibration_end(&w->c, w->tx, b.id, STR("{}"), STR_NULL, &changed)); /* it is over: nothing changes */
    assert_false(changed);
    OK(learn_calibration_get(&w->c, w->tx, b.id, &got));
    assert_int_equal(got.state, CALIBRATION_FAILED);
    for (int i = 0; i < CALIBRATION_KEPT; i++)
        OK(learn_calibration_add(&w->c, w->tx, &b));
    for (more = true, n = 0; more; n++)
        OK(learn_calibration_cut(&w->c, w->tx, &more));
    OK(learn_calibration_list(&w->c, w->tx, 100, &list, &n));
    assert_int_equal(n, CALIBRATION_KEPT);
    assert_int_equal(learn_calibration_get(&w->c, w->tx, a.id, &got), ERR_NOT_FOUND);
    OK(db_commit(&w->c, w->tx));
}

static void on(bool pg, void (*test)(struct world *))
{
    struct world w = { 0 };

    open_db(&w, pg);
    test(&w);
    close_db(&w);
}

ON_BOTH(contests_and_lots_are_kept)
ON_BOTH(calibrations_wait_run_and_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identical_challengers_are_declared_different_no_oftener_than_stated),
        cmocka_unit_test(false_alarms_are_no_oftener_however_sales_come),
        cmocka_unit_test(evidence_for_no_difference_is_worth_its_stake_at_every_moment),
        cmocka_unit_test(a_block_has_the_share_and_any_order),
        cmocka_unit_test(the_interval_holds_the_ratio_of_the_shares),
        cmocka_unit_test(a_truly_better_challenger_is_found),
        cmocka_unit_test(what_was_decided_at_a_success_stays_decided),
        cmocka_unit_test(no_difference_is_a_verdict_too),
        cmocka_unit_test(contests_and_lots_are_kept_sqlite),
        cmocka_unit_test(contests_and_lots_are_kept_postgresql),
        cmocka_unit_test(calibrations_wait_run_and_end_sqlite),
        cmocka_unit_test(calibrations_wait_run_and_end_postgresql),
    };

    return cmocka_run_group_tests_name("contest", tests, NULL, NULL);
}
