/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What changed of a lead, as an event tells it: what differs and nothing else, and never more than an event may hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/json.h"
#include "flow/flow_watch.h"

static void what_differs_is_told_and_nothing_else(void **state)
{
    struct ctx c = { .arena = arena_new(0) };
    struct lead before = { .stage = STAGE_OFFER, .amount = 100, .facts = STR("{\"a\":{\"v\":1,\"at\":1},\"b\":{\"v\":\"x\",\"at\":1},\"c\":{\"v\":[1],\"at\":1}}") };
    struct lead after = { .stage = STAGE_WON, .amount = 100, .facts = STR("{\"a\":{\"v\":1,\"at\":5},\"b\":{\"v\":\"y\",\"at\":2},\"d\":{\"v\":true,\"at\":2}}") };
    struct str changed;

    (void)state;
    assert_int_equal(flow_watch_changed(&c, &before, &after, &changed), ERR_NONE);
    assert_true(str_eq(changed, STR("{\"stage\":{\"from\":\"offer\",\"to\":\"won\"},\"b\":{\"from\":\"x\",\"to\":\"y\"},"
                                    "\"c\":{\"from\":[1],\"to\":null},\"d\":{\"from\":null,\"to\":true}}")));
    before = after;
    before.facts = STR("{\"a\":{\"v\":1,\"at\":9},\"b\":{\"v\":\"y\",\"at\":9},\"d\":{\"v\":true,\"at\":9}}");
    assert_int_equal(flow_watch_changed(&c, &before, &after, &changed), ERR_NONE);
    assert_int_equal(changed.len, 0);
    arena_free(c.arena);
}

static void an_event_of_a_thousand_long_facts_keeps_its_limit(void **state)
{
    struct ctx c = { .arena = arena_new(0) };
    struct buf b = buf_new(c.arena, 8 << 20);
    struct lead before = { .facts = STR("") }, after = { .facts = STR("") };
    struct str changed;
    struct json *read;

    (void)state;
    buf_add(&b, STR("{"));
    for (int i = 0; i < 1000; i++) {
        buf_add(&b, str_print(c.arena, "%s\"fact.%04d\":{\"v\":\"", i ? "," : "", i));
        for (int k = 0; k < (i == 1 ? 500 : 4); k++)
            buf_add(&b, STR("long\\u0001"));
        buf_add(&b, STR("\",\"at\":1}"));
    }
    buf_add(&b, STR("}"));
    after.facts = buf_str(&b);
    assert_int_equal(flow_watch_changed(&c, &before, &after, &changed), ERR_NONE);
    assert_true(changed.len > 10 * 1024 && changed.len <= 16 * 1024);
    assert_int_equal(json_read(&c, changed, &read), ERR_NONE);
    assert_int_equal(json_find(read, STR("fact.0001"))->count, 0); /* too long by itself */
    assert_int_equal(json_find(read, STR("fact.0002"))->count, 2);
    arena_free(c.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_differs_is_told_and_nothing_else),
        cmocka_unit_test(an_event_of_a_thousand_long_facts_keeps_its_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
