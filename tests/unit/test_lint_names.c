/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Names in conditions that nobody has been seen to have: facts, events, and what events hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/json.h"
#include "score/lint.h"

static struct json *json_of(struct arena *a, const char *text)
{
    struct ctx c = { .arena = a };
    struct json *v;

    assert_int_equal(ERR_NONE, json_read(&c, str_of(text), &v));
    return v;
}

static const struct str facts[] = { { "title", 5 } }, events[] = { { "Demo Requested", 14 }, { "Price Asked", 11 } };
static const struct str of_demo[] = { { "plan", 4 }, { "page.path", 9 }, { "seats", 5 } }, of_price[] = { { "region", 6 } },
                        of_any[] = { { "plan", 4 }, { "region", 6 } };
static bool part_of_any;

static struct score_known known_of(const struct score_event_known *tested, size_t n)
{
    return (struct score_known){ .facts = { facts, 1 }, .events = { events, 2 }, .tested = tested, .tested_count = n };
}

/* "pointer detail" of each, a line each. */
static void is_told(const char *body, int64_t seen, const char *want)
{
    struct arena *a = arena_new(0);
    const struct score_event_known tested[] = {
        { { "Demo Requested", 14 }, seen, false, { of_demo, 3 } },
        { { "Price Asked", 11 }, seen, false, { of_price, 1 } },
        { { "Never Seen", 10 }, 0, false, { NULL, 0 } },
        { STR_NULL, seen, part_of_any, { of_any, 2 } },
    };
    const struct score_known known = known_of(tested, countof(tested));
    struct score_lint lints[SCORE_LINTS_MAX];
    size_t n = score_lint_names(json_of(a, body), &known, LANG_EN, a, lints, 0);
    struct buf b = buf_new(a, 64 * 1024);

    for (size_t i = 0; i < n; i++) {
        buf_add(&b, lints[i].pointer);
        buf_char(&b, ' ');
        buf_add(&b, lints[i].detail);
        buf_char(&b, '\n');
    }
    if (!str_eq(buf_str(&b), str_of(want)))
        fail_msg("%s:\n" STR_FMT "wanted:\n%s", body, STR_ARG(buf_str(&b)), want);
    arena_free(a);
}

#define DEMO(prop) "{\"event\":\"Demo Requested\",\"where\":[{\"prop\":\"" prop "\",\"op\":\"eq\",\"value\":\"x\"}]}"

static void a_property_that_the_event_has_is_not_told(void **state)
{
    (void)state;
    is_told(DEMO("plan"), 1000, "");
    is_told(DEMO("page.path"), 1000, "");
}

static void a_slip_is_told_with_the_nearest_property_of_that_event(void **state)
{
    (void)state;
    is_told(DEMO("plam"), 1, "/where/0/prop None of the latest events “Demo Requested” has the property “plam”. Did you mean “plan”?\n");
    is_told("{\"count\":" DEMO("Seats") ",\"op\":\">=\",\"value\":2,\"days\":7}", 1,
            "/count/where/0/prop None of the latest events “Demo Requested” has the property “Seats”. Did you mean “seats”?\n");
    is_told("{\"answered\":{\"ask\":" DEMO("plan") ",\"reply\":" DEMO("page.pth") "},\"minutes\":5}", 1,
            "/answered/reply/where/0/prop None of the latest events “Demo Requested” has the property “page.pth”. Did you mean “page.path”?\n");
}

static void what_is_like_nothing_is_told_when_enough_events_were_seen(void **state)
{
    (void)state;
    is_told(DEMO("colour"), SCORE_EVENTS_ENOUGH - 1, "");
    is_told(DEMO("colour"), SCORE_EVENTS_ENOUGH, "/where/0/prop None of the latest events “Demo Requested” has the property “colour”.\n");
}

static void of_several_events_any_may_have_it(void **state)
{
    (void)state;
    is_told("{\"event\":[\"Demo Requested\",\"Price Asked\"],\"where\":[{\"prop\":\"region\",\"op\":\"eq\",\"value\":\"x\"}]}", 1000, "");
    is_told("{\"event\":[\"Demo Requested\",\"Price Asked\"],\"where\":[{\"prop\":\"regoin\",\"op\":\"eq\",\"value\":\"x\"}]}", 1000,
            "/where/0/prop None of the latest events “Demo Requested, Price Asked” has the property “regoin”. Did you mean “region”?\n");
}

static void of_an_event_that_nobody_has_the_event_alone_is_told(void **state)
{
    (void)state;
    is_told("{\"event\":\"Never Seen\",\"where\":[{\"prop\":\"plam\",\"op\":\"eq\",\"value\":\"x\"}]}", 1000, "");
    is_told("{\"event\":\"Demo Requestd\",\"where\":[{\"prop\":\"plam\",\"op\":\"eq\",\"value\":\"x\"}]}", 1000,
            "/event None of the latest leads has the event “Demo Requestd”. Did you mean “Demo Requested”?\n");
    is_told("{\"event\":[\"Demo Requested\",\"Never Seen\"],\"where\":[{\"prop\":\"colour\",\"op\":\"eq\",\"value\":\"x\"}]}", 1000, "");
}

static void of_whatever_a_lead_does_any_event_may_have_it(void **state)
{
#define ANY(prop) "{\"within\":{\"where\":[{\"prop\":\"" prop "\",\"op\":\"eq\",\"value\":\"x\"}]},\"days\":7}"
    (void)state;
    is_told(ANY("region"), 1000, "");
    is_told(ANY("regoin"), 1, "/within/where/0/prop None of the latest events has the property “regoin”. Did you mean “region”?\n");
    is_told(ANY("colour"), SCORE_EVENTS_ENOUGH - 1, "");
    is_told(ANY("colour"), SCORE_EVENTS_ENOUGH, "/within/where/0/prop None of the latest events has the property “colour”.\n");
    part_of_any = true; /* what was not looked at may have it */
    is_told(ANY("colour"), SCORE_EVENTS_ENOUGH, "");
    is_told(ANY("regoin"), 1, "/within/where/0/prop None of the latest events has the property “regoin”. Did you mean “region”?\n");
    part_of_any = false;
}

/* In a base that has seen enough. */
static void events_told(const char *body, const char *want)
{
    struct arena *a = arena_new(0);
    struct score_known known = known_of(NULL, 0);
    struct score_lint lints[SCORE_LINTS_MAX];

    known.enough = true;
    size_t n = score_lint_names(json_of(a, body), &known, LANG_EN, a, lints, 0);
    if (n != (want != NULL) || (n && !str_eq(lints[0].pointer, str_of(want))))
        fail_msg("%s: %d, " STR_FMT, body, (int)n, STR_ARG(n ? lints[0].detail : STR("")));
    arena_free(a);
}

static void of_several_names_of_one_event_one_that_is_known_is_enough(void **state)
{
    (void)state;
    events_told("{\"event\":\"Never Seen\"}", "/event");
    events_told("{\"event\":[\"Never Seen\",\"Price Asked\"]}", NULL);
    events_told("{\"event\":[\"Price Asked\",\"Never Seen\"]}", NULL);
    events_told("{\"event\":[\"Price Asked\",\"Demo Requestd\"]}", "/event/1"); /* a slip all the same */
}

static void events_are_asked_for_once_each_by_what_they_go_by(void **state)
{
    struct arena *a = arena_new(0);
    struct str out[SCORE_TESTED_MAX];
    const struct json *body = json_of(a, "[" DEMO("a") "," DEMO("b") ",{\"event\":\"No Tests\"},{\"fact\":\"title\",\"op\":\"set\"},"
                                         "{\"page\":\"/x\",\"where\":[{\"prop\":\"r\",\"op\":\"set\"}]},{\"within\":{\"where\":[]},\"days\":7}]");

    (void)state;
    assert_int_equal(3, score_lint_tested(body, a, out));
    assert_true(str_eq(out[0], STR("Demo Requested")));
    assert_true(str_eq(out[1], STR("Page Viewed")));
    assert_int_equal(0, out[2].len);
    assert_int_equal(0, score_lint_tested(NULL, a, out));
    arena_free(a);
}

static void of_each_condition_of_the_ideal_customer_a_name_is_told_once(void **state)
{
#define TITEL "{\"fact\":\"titel\",\"op\":\"exists\"}"
    (void)state;
    is_told("{\"icp\":{\"conditions\":[{\"when\":{\"any\":[" TITEL "," TITEL "]}},{\"when\":" TITEL "}]}}", 0,
            "/icp/conditions/0/when/any/0/fact None of the latest leads has the fact “titel”. Did you mean “title”?\n"
            "/icp/conditions/1/when/fact None of the latest leads has the fact “titel”. Did you mean “title”?\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_property_that_the_event_has_is_not_told),
        cmocka_unit_test(a_slip_is_told_with_the_nearest_property_of_that_event),
        cmocka_unit_test(what_is_like_nothing_is_told_when_enough_events_were_seen),
        cmocka_unit_test(of_several_events_any_may_have_it),
        cmocka_unit_test(of_an_event_that_nobody_has_the_event_alone_is_told),
        cmocka_unit_test(of_whatever_a_lead_does_any_event_may_have_it),
        cmocka_unit_test(of_several_names_of_one_event_one_that_is_known_is_enough),
        cmocka_unit_test(events_are_asked_for_once_each_by_what_they_go_by),
        cmocka_unit_test(of_each_condition_of_the_ideal_customer_a_name_is_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
