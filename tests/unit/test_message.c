/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Message ids: what they tell of time, and that each is kept once, whatever its key was led by when it came first.
 *
 * GRADUS_TEST_PG names a PostgreSQL database in which the schema t_message may be dropped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "house.h"

#include "history/history.h"
#include "sys/crypto.h"

static void a_message_id_tells_when_it_was_made_or_nothing(void **state)
{
    static const struct {
        const char *id;
        int64_t ms;
    } cases[] = {
        { "ajs-next-1716000000000-6a1f0c5e", 1716000000000 },
        { "node-next-1795639487098-018f7a50-1b2c", 1795639487098 },
        { "1716000000000", 1716000000000 },
        { "x:1716000000000", 1716000000000 },
        { "1716000000000.5", 1716000000000 },
        { "018f7a50-1b2c-7abc-8def-001122334455", 0x018f7a501b2c },
        { "018F7A50-1B2C-7ABC-8DEF-001122334455", 0x018f7a501b2c },
        { "", 0 },
        { "identify-17", 0 },
        { "171600000000", 0 },
        { "17160000000001", 0 },
        { "2716000000000", 0 },
        { "018f7a50-1b2c-4abc-8def-001122334455", 0 },
        { "zzzzzzzz-1b2c-7abc-8def-001122334455", 0 },
        { "ffffffff-ffff-7abc-8def-001122334455", 0 },
        { "00000000-0000-7abc-8def-001122334455", 0 },
    };

    (void)state;
    for (size_t i = 0; i < countof(cases); i++)
        assert_int_equal(history_message_ms(str_of(cases[i].id)), cases[i].ms);
}

/* ---- on both databases ---- */

struct world {
    struct ctx c;
    struct house_db house;
    struct db *db; /* the house's */
    struct db_tx *tx;
};

#define OK(expr) HOUSE_OK(&w->c, expr)

static void open_db(struct world *w, bool pg)
{
    w->c = (struct ctx){ .arena = arena_new(0), .now = (instant)1750000000 * SECOND_US };
    house_db_open(&w->c, "message", pg, &w->house);
    w->db = w->house.db;
}

enum { EVENTS = 6 };

/* As it was kept before keys were led by time: the key is the hash alone. */
static void keep_as_of_old(struct world *w, const struct event *ev)
{
    struct str text = str_print(w->c.arena, "%lld:" STR_FMT, (long long)ev->source_id, STR_ARG(ev->message_id));
    int64_t key = (int64_t)(crypto_siphash((const unsigned char *)"gradus.message.k", text) & INT64_MAX);
    int64_t mark = (int64_t)(crypto_siphash((const unsigned char *)"gradus.message.m", text) & INT64_MAX);
    int64_t id = db_new_id(w->tx);

    OK(db_run(&w->c, w->tx, "INSERT INTO message (key, mark, event_id) VALUES ($1, $2, $3)",
              DB_ARGS(db_int(key), db_int(mark), db_int(id)), NULL));
    OK(db_run(&w->c, w->tx, "INSERT INTO message_hashed (event_id) VALUES ($1)", DB_ARGS(db_int(id)), NULL));
}

static void each_is_kept_once(bool pg)
{
    struct world is = { 0 }, *w = &is;
    struct event events[EVENTS] = {
        { .source_id = 1, .message_id = STR("ajs-next-1716000000000-a") }, { .source_id = 1, .message_id = STR("plain") },
        { .source_id = 2, .message_id = STR("ajs-next-1716000000000-a") }, { .source_id = 1, .message_id = STR("ajs-next-1716000000000-a") },
        { .source_id = 1, .message_id = STR("ajs-next-1716000000000-b") }, { .source_id = 1 },
    };
    struct event old = { .source_id = 1, .message_id = STR("ajs-next-1715000000000-old") };
    int64_t ids[EVENTS];

    open_db(w, pg);
    OK(db_write(&w->c, w->db, &w->tx));
    OK(history_claim(&w->c, w->tx, events, EVENTS, ids));
    for (int i = 0; i < EVENTS; i++)
        assert_true((ids[i] == 0) == (i == 3)); /* it is the first one's repeat; another source's is not */
    OK(history_claim(&w->c, w->tx, events, EVENTS, ids));
    for (int i = 0; i < EVENTS; i++)
        assert_true((ids[i] == 0) == (i != 5)); /* what has no id repeats nothing */
    keep_as_of_old(w, &old);
    OK(history_claim(&w->c, w->tx, &old, 1, ids));
    assert_int_equal(ids[0], 0);
    old.message_id = STR("ajs-next-1715000000001-new");
    OK(history_claim(&w->c, w->tx, &old, 1, ids));
    assert_true(ids[0] > 0);
    OK(db_commit(&w->c, w->tx));
    house_db_close(&w->house);
    arena_free(w->c.arena);
}

static void each_is_kept_once_on_sqlite(void **state)
{
    (void)state;
    each_is_kept_once(false);
}

static void each_is_kept_once_on_postgresql(void **state)
{
    (void)state;
    each_is_kept_once(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_id_tells_when_it_was_made_or_nothing),
        cmocka_unit_test(each_is_kept_once_on_sqlite),
        cmocka_unit_test(each_is_kept_once_on_postgresql),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
