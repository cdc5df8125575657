/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The clock gives way: leads that only age are walked by parts while somebody waits to write, and in one go while nobody does. SQLite: there
 * is one connection that writes. */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "flow/flow_clock.h"
#include "flow/flow_event.h"
#include "house.h"
#include "score/score_store.h"

#define OK(expr) HOUSE_OK(&w->c, expr)

enum { LEADS = 40, PART = 16, WHOLE = 4 };

struct world {
    struct ctx c;
    struct house_db house;
    struct flow flow;
    struct db_tx *tx;
};

static void world_open(struct world *w)
{
    struct event events[LEADS];
    struct event_result results[LEADS];

    *w = (struct world){ .c = { .arena = arena_new(0), .actor = { .kind = ACTOR_HOUSE } } };
    assert_true(instant_parse(STR("2026-03-20T08:00:00Z"), &w->c.now));
    house_db_open(&w->c, "clock", false, &w->house);
    flow_init(&w->flow, "RU");
    OK(db_write(&w->c, w->house.db, &w->tx));
    OK(score_model_start(&w->c, w->tx, LANG_EN));
    for (int i = 0; i < LEADS; i++)
        events[i] = (struct event){ .kind = EVENT_TRACK, .name = STR("Demo Requested"), .at = w->c.now, .known_at = w->c.now,
                                    .who.user_id = str_print(w->c.arena, "u%d", i), .message_id = str_print(w->c.arena, "m%d", i),
                                    .raw = STR("{}") };
    for (int i = 0; i < LEADS; i++)
        OK(json_read(&w->c, events[i].raw, (struct json **)&events[i].body));
    OK(flow_events(&w->flow, &w->c, w->tx, events, LEADS, results, NULL));
    w->c.now += 90 * DAY_US;
}

static void world_close(struct world *w)
{
    OK(db_commit(&w->c, w->tx));
    flow_free(&w->flow);
    house_db_close(&w->house);
    arena_free(w->c.arena);
}

static void *wants_to_write(void *db)
{
    struct ctx c = { .arena = arena_new(0) };
    struct db_tx *tx;

    house_ok(&c, db_write(&c, db, &tx), "db_write", __LINE__);
    db_drop(tx);
    arena_free(c.arena);
    return NULL;
}

static pthread_t somebody_waits(struct world *w)
{
    pthread_t thread;

    assert_int_equal(0, pthread_create(&thread, NULL, wants_to_write, w->house.db));
    while (!db_is_wanted(w->tx))
        sched_yield();
    return thread;
}

/* The transaction ends, who waited has had their turn, and the next one begins. */
static void next_turn(struct world *w, pthread_t thread)
{
    OK(db_commit(&w->c, w->tx));
    assert_int_equal(0, pthread_join(thread, NULL));
    OK(db_write(&w->c, w->house.db, &w->tx));
}

static void leads_that_age_are_walked_by_parts_while_somebody_waits(void **state)
{
    struct world here, *w = &here;
    pthread_t thread;
    int done;
    bool more;

    (void)state;
    world_open(w);
    thread = somebody_waits(w);
    OK(flow_clock(&w->flow, &w->c, w->tx, 500, NULL, &done, &more));
    assert_int_equal(PART, done);
    assert_true(more);
    next_turn(w, thread);
    OK(flow_clock(&w->flow, &w->c, w->tx, 500, NULL, &done, &more));
    assert_int_equal(LEADS - PART, done);
    assert_false(more);
    OK(flow_clock(&w->flow, &w->c, w->tx, 500, NULL, &done, &more));
    assert_int_equal(0, done);
    world_close(w);
}

static void a_new_model_is_walked_by_parts_while_somebody_waits(void **state)
{
    struct world here, *w = &here;
    struct lead_id after = { 0 };
    pthread_t thread;
    int done, all = 0;

    (void)state;
    world_open(w);
    thread = somebody_waits(w);
    OK(flow_rescore(&w->flow, &w->c, w->tx, &after, 200, NULL, &done));
    assert_int_equal(WHOLE, done);
    next_turn(w, thread);
    for (all = done; done > 0; all += done)
        OK(flow_rescore(&w->flow, &w->c, w->tx, &after, 200, NULL, &done));
    assert_int_equal(LEADS, all);
    world_close(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leads_that_age_are_walked_by_parts_while_somebody_waits),
        cmocka_unit_test(a_new_model_is_walked_by_parts_while_somebody_waits),
    };

    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
