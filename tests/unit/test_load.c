/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What owners have in hand, counted as leads change: always what a count of all leads gives, whoever changes them and however many at once. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "house.h"

#include "lead/identity.h"
#include "lead/lead.h"
#include "lead/load.h"
#include "route/route.h"

enum { LEADS = 12, OWNERS = 4, WRITERS = 3 };

struct world {
    struct house_db house;
    struct lead_id leads[LEADS];
};
struct writer {
    struct world *w;
    pthread_t thread;
    struct ctx c;
    uint64_t seed;
    int steps, kept;
    struct merge_id merge; /* its last one */
    struct lead_id own;    /* a lead that it made and has not taken back */
};

static uint64_t below(struct writer *me, uint64_t n)
{
    me->seed = me->seed * 6364136223846793005u + 1442695040888963407u;
    return (me->seed >> 33) % n;
}

static struct user_id some_owner(struct writer *me)
{
    return (struct user_id){ (int64_t)below(me, OWNERS + 1) };
}

static enum err stand_some(struct writer *me, struct db_tx *tx)
{
    struct lead_standing s[8]; /* more than the driver runs one by one */
    size_t n = 1 + below(me, countof(s)), first = below(me, LEADS - countof(s));

    for (size_t i = 0; i < n; i++)
        s[i] = (struct lead_standing){ .id = me->w->leads[first + i], .band = (int)below(me, BANDS), .score = 1, .seen_at = me->c.now };
    return lead_stand_many(&me->c, tx, s, n);
}

static enum err come_and_go(struct writer *me, struct db_tx *tx)
{
    enum err e;

    if (me->own.v) {
        struct lead_id gone = me->own;

        me->own.v = 0;
        return lead_del(&me->c, tx, gone);
    }
    e = lead_add(&me->c, tx, false, me->c.now, 0, &me->own);
    return e ? e : lead_set_owner(&me->c, tx, me->own, some_owner(me));
}

static enum err something(struct writer *me, struct db_tx *tx)
{
    struct lead_id lead = me->w->leads[below(me, LEADS)], other = me->w->leads[below(me, LEADS)];
    struct lead_change change = { .set = LEAD_SET_STAGE | LEAD_SET_OWNER, .stage = (int)below(me, LEAD_STAGES), .owner = some_owner(me) };
    struct lead_merge undone;
    struct lead_load *loads;
    size_t n;
    enum err e;

    switch (below(me, 8)) {
    case 0: case 1:
        return lead_set_owner(&me->c, tx, lead, some_owner(me));
    case 2:
        return lead_set(&me->c, tx, lead, 0, &change);
    case 3: case 4:
        return stand_some(me, tx);
    case 5:
        return me->merge.v ? lead_unmerge(&me->c, tx, me->merge, &undone) : lead_merge(&me->c, tx, lead, other, STR("test"), &me->merge);
    case 6:
        return come_and_go(me, tx);
    default:
        e = route_lock(&me->c, tx);
        return e ? e : lead_load_list(&me->c, tx, LOAD_FOLD, &loads, &n);
    }
}

static void *writes(void *arg)
{
    struct writer *me = arg;

    for (int i = 0; i < me->steps; i++) {
        struct merge_id merge = me->merge;
        struct lead_id own = me->own;
        struct db_tx *tx;
        enum err e;

        HOUSE_OK(&me->c, db_write(&me->c, me->w->house.db, &tx));
        e = something(me, tx);
        for (uint64_t more = below(me, 3); more && !e; more--)
            e = something(me, tx);
        /* A part of what was done is taken back. */
        if (!e && below(me, 4)) {
            HOUSE_OK(&me->c, db_commit(&me->c, tx));
            me->kept++;
            if (me->merge.v == merge.v)
                me->merge.v = 0;
        } else {
            db_drop(tx);
            fault_clear(&me->c);
            me->merge = merge.v && e == ERR_CONFLICT ? (struct merge_id){ 0 } : merge;
            me->own = own;
        }
        arena_reset(me->c.arena);
    }
    return NULL;
}

static bool is_nothing(const struct lead_load *l)
{
    return !l->count[BAND_COLD] && !l->count[BAND_WARM] && !l->count[BAND_HOT];
}

static void assert_counted(struct ctx *c, struct db *db)
{
    struct lead_load *is, *must;
    size_t n, m, k = 0;
    struct db_tx *tx;

    HOUSE_OK(c, db_read(c, db, &tx));
    HOUSE_OK(c, lead_load_list(c, tx, LOAD_READ, &is, &n));
    HOUSE_OK(c, lead_load_recount(c, tx, &must, &m));
    db_drop(tx);
    for (size_t i = 0; i < n; i++) {
        if (is_nothing(&is[i]))
            continue;
        assert_true(k < m);
        assert_int_equal(is[i].owner.v, must[k].owner.v);
        for (int band = 0; band < BANDS; band++)
            assert_int_equal(is[i].count[band], must[k].count[band]);
        k++;
    }
    assert_int_equal(k, m);
}

static void counters_are_what_a_count_gives(const char *name, bool pg)
{
    struct world world, *w = &world;
    struct writer writers[WRITERS];
    struct ctx c = { .arena = arena_new(0), .now = 1770000000000000, .actor = { .kind = ACTOR_HOUSE } };
    struct db_tx *tx;
    int kept = 0;

    house_db_open(&c, name, pg, &w->house);
    HOUSE_OK(&c, db_write(&c, w->house.db, &tx));
    for (int i = 0; i < LEADS; i++)
        HOUSE_OK(&c, lead_add(&c, tx, false, c.now, 0, &w->leads[i]));
    HOUSE_OK(&c, db_commit(&c, tx));
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < WRITERS; i++) {
            writers[i] = (struct writer){ .w = w, .c = { .arena = arena_new(0), .now = c.now, .actor = c.actor },
                                          .seed = (uint64_t)(round * WRITERS + i + 1), .steps = 60 };
            assert_int_equal(0, pthread_create(&writers[i].thread, NULL, writes, &writers[i]));
        }
        for (int i = 0; i < WRITERS; i++) {
            pthread_join(writers[i].thread, NULL);
            kept += writers[i].kept;
            arena_free(writers[i].c.arena);
        }
        assert_counted(&c, w->house.db);
    }
    assert_true(kept > 60);
    house_db_close(&w->house);
    arena_free(c.arena);
}

static void counters_are_what_a_count_gives_on_sqlite(void **state)
{
    (void)state;
    counters_are_what_a_count_gives("load", false);
}

static void counters_are_what_a_count_gives_on_postgresql(void **state)
{
    (void)state;
    counters_are_what_a_count_gives("load", true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counters_are_what_a_count_gives_on_sqlite),
        cmocka_unit_test(counters_are_what_a_count_gives_on_postgresql),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
