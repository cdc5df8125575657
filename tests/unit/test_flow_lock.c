/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Two connections on one PostgreSQL that decide on one lead: leads first, then distribution, so that neither waits for the other in a ring. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

#include "flow/flow.h"
#include "flow/flow_person.h"
#include "lead/identity.h"
#include "route/route.h"
#include "score/score_store.h"
#include "sys/clock.h"
#include "team/user.h"
#include "house.h"

#define OK(expr) house_ok(&w->c, (expr), #expr, __LINE__)

struct world {
    struct ctx c;
    struct house_db house;
    struct flow flow;
    struct lead_id lead, other;
    struct user_id anna, boris;
};

static struct user_id hire(struct world *w, struct db_tx *tx, const char *email)
{
    struct user u = { .email = str_of(email), .name = str_of(email), .role = ROLE_MANAGER, .lang = LANG_RU, .theme = STR("system"), .zone = STR("UTC"),
                      .password = STR("x") };

    OK(team_user_add(&w->c, tx, &u));
    return u.id;
}

static void world_open(struct world *w, const char *name)
{
    struct db_tx *tx;

    *w = (struct world){ .c = { .arena = arena_new(0), .actor = { .kind = ACTOR_HOUSE } } };
    w->c.now = clock_now();
    house_db_open(&w->c, name, true, &w->house);
    flow_init(&w->flow, "RU");
    OK(db_write(&w->c, w->house.db, &tx));
    OK(score_model_start(&w->c, tx, LANG_RU));
    w->anna = hire(w, tx, "anna@example.org");
    w->boris = hire(w, tx, "boris@example.org");
    OK(lead_add(&w->c, tx, false, w->c.now, 0, &w->lead));
    OK(lead_add(&w->c, tx, false, w->c.now, 0, &w->other));
    OK(db_commit(&w->c, tx));
}

static void world_close(struct world *w)
{
    flow_free(&w->flow);
    house_db_close(&w->house);
    arena_free(w->c.arena);
}

/* A head gives the lead to Boris, in a connection of their own. */
struct giving {
    struct world *w;
    pthread_t thread;
    enum err e;
};

static void *give(void *of)
{
    struct giving *g = of;
    struct ctx c = { .arena = arena_new(0), .actor = { .kind = ACTOR_HOUSE }, .now = clock_now() };
    struct db_tx *tx;

    if (!(g->e = db_write(&c, g->w->house.db, &tx))) {
        g->e = flow_lead_assign(&g->w->flow, &c, tx, g->w->lead, g->w->boris, STR_NULL, NULL);
        if (g->e)
            db_drop(tx);
        else
            g->e = db_commit(&c, tx);
    }
    arena_free(c.arena);
    return NULL;
}

enum { A_WHILE_US = 300 * 1000 };

/* As the walk of an event: the lead, then the row of it, then distribution. Each order in which the two may come is gone through. */
static void an_event_and_a_word_about_one_lead_do_not_wait_for_each_other_in_a_ring(void **state)
{
    (void)state;
    for (int first = 0; first < 2; first++) {
        struct world here, *w = &here;
        struct giving g = { .w = w };
        struct lead_standing s = { .band = BAND_COLD, .score = 5 };
        struct db_tx *tx;
        struct lead lead;

        world_open(w, "lock_ring");
        OK(db_write(&w->c, w->house.db, &tx));
        s.id = w->lead;
        s.seen_at = w->c.now;
        OK(lead_lock_many(&w->c, tx, &w->lead, 1));
        OK(lead_stand_many(&w->c, tx, &s, 1));
        if (first)
            OK(route_lock(&w->c, tx));
        assert_int_equal(0, pthread_create(&g.thread, NULL, give, &g));
        usleep(A_WHILE_US); /* it has come as far as it can */
        OK(route_lock(&w->c, tx));
        OK(db_commit(&w->c, tx));
        assert_int_equal(0, pthread_join(g.thread, NULL));
        assert_int_equal(ERR_NONE, g.e);
        OK(db_read(&w->c, w->house.db, &tx));
        OK(lead_get(&w->c, tx, w->lead, &lead));
        assert_int_equal(w->boris.v, lead.owner.v);
        db_drop(tx);
        world_close(w);
    }
}

/* Behind distribution a lead that another has is not waited for. (Who has it is this thread: a wait would never end.) */
static void behind_distribution_a_lead_is_only_tried_for(void **state)
{
    struct world here, *w = &here;
    struct ctx c;
    struct db_tx *one, *two;
    struct lead lead;

    (void)state;
    world_open(w, "lock_try");
    c = (struct ctx){ .arena = arena_new(0), .actor = { .kind = ACTOR_HOUSE }, .now = w->c.now };
    OK(db_write(&w->c, w->house.db, &one));
    OK(lead_lock_many(&w->c, one, &w->lead, 1));
    OK(db_write(&c, w->house.db, &two));
    OK(route_lock(&c, two));
    assert_int_equal(ERR_BUSY, lead_lock_many(&c, two, &w->lead, 1));
    fault_clear(&c);
    OK(lead_lock_many(&c, two, &w->other, 1)); /* free, and had again */
    OK(lead_lock_many(&c, two, &w->other, 1));
    db_drop(two);
    /* What was locked behind a savepoint that is undone is let go, and leads are waited for again; what stands around it is kept. */
    OK(db_write(&c, w->house.db, &two));
    OK(db_save(&c, two));
    OK(route_lock(&c, two));
    db_save_undo(&c, two);
    OK(lead_get(&c, two, w->lead, &lead)); /* it goes to the other side with the next statement */
    OK(route_lock(&w->c, one));
    db_drop(one);
    OK(lead_lock_many(&c, two, &w->lead, 1));
    OK(db_save(&c, two));
    OK(route_lock(&c, two));
    OK(db_save_keep(&c, two));
    OK(db_save(&c, two));
    db_save_undo(&c, two);
    OK(db_write(&w->c, w->house.db, &one));
    OK(lead_lock_many(&w->c, one, &w->other, 1));
    assert_int_equal(ERR_BUSY, lead_lock_many(&c, two, &w->other, 1));
    db_drop(one);
    db_drop(two);
    arena_free(c.arena);
    world_close(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_and_a_word_about_one_lead_do_not_wait_for_each_other_in_a_ring),
        cmocka_unit_test(behind_distribution_a_lead_is_only_tried_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
