/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What gives a program away by its deeds, and what marks hold: tables of cases. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "intake/mark.h"
#include "intake/signal.h"

#define S 1000000

static struct ctx begin(void)
{
    return (struct ctx){ .arena = arena_new(0) };
}

static struct intake_sight letter(double at_s, enum intake_deed deed, const char *link)
{
    return (struct intake_sight){ .at = (instant)(at_s * S), .deed = deed, .letter = STR("l1"), .link = str_of(link) };
}

static void neighbours_tell_links_clicked_at_once(void **state)
{
    (void)state;
    static const struct {
        const char *links[4];
        double at[4];
        enum intake_bot verdict;
    } cases[] = {
        { { "a", "b", "c" }, { 0, 1, 2 }, INTAKE_BOT_ALL_LINKS },
        { { "a", "b", "c" }, { 0, 1, 2.1 }, INTAKE_BOT_NO },
        { { "a", "b", "a" }, { 0, 0.1, 0.2 }, INTAKE_BOT_NO },
        { { "a", "b" }, { 0, 0 }, INTAKE_BOT_NO },
        { { "a", "b", "c", "d" }, { 0, 0, 0, 0 }, INTAKE_BOT_ALL_LINKS },
    };

    for (size_t i = 0; i < countof(cases); i++) {
        struct intake_sight all[4];
        size_t n = 0;

        for (; n < 4 && cases[i].links[n]; n++)
            all[n] = letter(cases[i].at[n], INTAKE_DEED_CLICKED, cases[i].links[n]);
        intake_signal_many(all, n);
        for (size_t k = 0; k < n; k++)
            assert_int_equal(all[k].verdict, cases[i].verdict);
    }
}

static void one_who_stays_on_the_site_is_a_person_unless_trapped(void **state)
{
    (void)state;
    struct intake_sight all[] = {
        letter(0, INTAKE_DEED_SENT, ""), letter(1, INTAKE_DEED_CLICKED, "a"), { .at = 40 * S, .deed = INTAKE_DEED_PAGE },
    };

    intake_signal_many(all, 2);
    assert_int_equal(all[1].verdict, INTAKE_BOT_TOO_SOON);
    intake_signal_many(all, 3);
    assert_int_equal(all[1].verdict, INTAKE_BOT_NO);
    all[2].alone = INTAKE_BOT_CRAWLER;
    intake_signal_many(all, 3);
    assert_int_equal(all[1].verdict, INTAKE_BOT_TOO_SOON);
    all[2].alone = INTAKE_BOT_NO;
    all[1].hidden = true;
    intake_signal_many(all, 3);
    assert_int_equal(all[1].verdict, INTAKE_BOT_TRAP);
}

static void an_open_counts_three_seconds_after_its_sending(void **state)
{
    (void)state;
    struct intake_sight all[] = { letter(0, INTAKE_DEED_SENT, ""), letter(2.999, INTAKE_DEED_OPENED, ""),
                                  letter(3, INTAKE_DEED_OPENED, "") };

    intake_signal_many(all, 3);
    assert_int_equal(all[1].verdict, INTAKE_BOT_TOO_SOON);
    assert_int_equal(all[2].verdict, INTAKE_BOT_NO);
}

static void a_pace_is_of_pages_within_its_stretch(void **state)
{
    (void)state;
    struct intake_sight all[40];

    for (size_t i = 0; i < 40; i++) /* 20 slow pages, then 20 fast ones */
        all[i] = (struct intake_sight){ .at = i < 20 ? (instant)i * S : 100 * S + (instant)i * S / 4, .deed = INTAKE_DEED_PAGE };
    intake_signal_many(all, 40);
    for (size_t i = 0; i < 40; i++)
        assert_int_equal(all[i].verdict, i < 20 ? INTAKE_BOT_NO : INTAKE_BOT_PACE);
}

static void verdicts_do_not_depend_on_what_came_first(void **state)
{
    (void)state;
    unsigned seed = 7;

    for (int round = 0; round < 2000; round++) {
        struct intake_sight all[24], part[24];
        size_t n = 1 + (size_t)(rand_r(&seed) % 24);
        instant at = 0;

        for (size_t i = 0; i < n; i++) {
            at += rand_r(&seed) % (2 * S);
            all[i] = letter(0, (enum intake_deed)(rand_r(&seed) % 5), (const char *const[]){ "a", "b", "c", "d" }[rand_r(&seed) % 4]);
            all[i].at = at;
            all[i].hidden = all[i].deed == INTAKE_DEED_CLICKED && rand_r(&seed) % 20 == 0;
            all[i].alone = rand_r(&seed) % 10 ? INTAKE_BOT_NO : INTAKE_BOT_CRAWLER;
        }
        intake_signal_many(all, n);
        /* Judged before by a part of them, which is then judged again with the rest. */
        size_t m = n / 2;
        memcpy(part, all, sizeof all);
        intake_signal_many(part, m);
        intake_signal_many(part, n);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(part[i].verdict, all[i].verdict);
    }
}

static void forms_are_judged_by_themselves(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        enum intake_bot is;
    } cases[] = {
        { "{\"properties\":{\"name\":\"Анна\"}}", INTAKE_BOT_NO },
        { "{\"properties\":{\"honeypot\":\"\"}}", INTAKE_BOT_NO },
        { "{\"properties\":{\"honeypot\":\"http://x\"}}", INTAKE_BOT_TRAP },
        { "{\"properties\":{\"_gotcha\":true}}", INTAKE_BOT_TRAP },
        { "{\"properties\":{\"filled_ms\":1999}}", INTAKE_BOT_TOO_FAST },
        { "{\"properties\":{\"filled_ms\":2000}}", INTAKE_BOT_NO },
        { "{\"properties\":{\"rendered_at\":\"1970-01-01T00:01:39.5Z\"}}", INTAKE_BOT_TOO_FAST },
        { "{\"properties\":{\"rendered_at\":\"1970-01-01T00:01:30Z\"}}", INTAKE_BOT_NO },
        { "{\"properties\":{\"email\":\"Q@Sub.Mailinator.com\"}}", INTAKE_BOT_DISPOSABLE },
        { "{\"properties\":{\"email\":\"q@notmailinator.com\"}}", INTAKE_BOT_NO },
        { "{\"properties\":{\"message\":\"see https://a https://b http://c\"}}", INTAKE_BOT_GIBBERISH },
        { "{}", INTAKE_BOT_NO },
    };
    struct ctx c = begin();

    for (size_t i = 0; i < countof(cases); i++) {
        struct event ev = { .kind = EVENT_TRACK, .name = STR("Form Submitted"), .at = 100 * S };
        struct json *body;

        assert_int_equal(json_read(&c, str_of(cases[i].body), &body), ERR_NONE);
        ev.body = body;
        assert_int_equal(intake_signal_one(&ev, STR("Mozilla/5.0 (X11)"), true), cases[i].is);
    }
    arena_free(c.arena);
}

static void words_of_people_are_no_gibberish(void **state)
{
    (void)state;
    static const char *const people[] = {
        "Константин Взгляднев", "Rechtschreibung", "Angstschweiß", "контрвзрыв", "агентство недвижимости", "Wojciech Brzęczyszczykiewicz",
        "Нужна CRM, https://ours.example и цены", "", "Ооо Ромашка",
    };
    static const char *const noise[] = { "qwrtpsdfghjk", "ывапрлджфвстмрш кгщзхфвпрлджч", "zzzzzzzz", "[url=http://a]b[/url]" };

    for (size_t i = 0; i < countof(people); i++)
        assert_false(intake_text_is_gibberish(str_of(people[i])));
    for (size_t i = 0; i < countof(noise); i++)
        assert_true(intake_text_is_gibberish(str_of(noise[i])));
}

static void of_several_marks_the_oldest_holds_and_a_persons_word_goes_before(void **state)
{
    (void)state;
    const struct intake_mark marks[] = {
        { .id = { 9 }, .kind = MARK_VISITOR, .value = STR("v"), .undone_at = INSTANT_NONE },
        { .id = { 5 }, .kind = MARK_AGENT, .value = STR("checker/"), .undone_at = INSTANT_NONE },
        { .id = { 3 }, .kind = MARK_SOURCE, .value = STR("77"), .undone_at = 1 },
        { .id = { 7 }, .kind = MARK_LEAD, .value = STR("400"), .undone_at = INSTANT_NONE },
        { .id = { 11 }, .kind = MARK_EVENT, .value = STR("400:5:600"), .person = true, .undone_at = INSTANT_NONE },
        { .id = { 2 }, .kind = MARK_DOMAIN, .value = STR("staff.example"), .undone_at = INSTANT_NONE },
    };
    const struct intake_held_lead held[] = { { { 400 }, { 7 } } };
    struct intake_marks *m = intake_marks_new(1, marks, countof(marks), held, 1);
    struct mark_id found[4];
    static const struct {
        struct intake_seen seen;
        struct intake_verdict is;
    } cases[] = {
        { { .id = 1, .source = 77, .visitor = { "w", 1 } }, { 0, false } },
        { { .id = 1, .visitor = { "v", 1 } }, { 9, false } },
        { { .id = 1, .visitor = { "v", 1 }, .agent = { "X CHECKER/2", 11 } }, { 5, false } },
        { { .id = 1, .visitor = { "v", 1 }, .born = { 400 } }, { 7, false } },
        { { .id = 1, .born = { 4 }, .root = { 400 } }, { 7, false } },
        { { .id = 600, .visitor = { "v", 1 }, .born = { 400 } }, { 0, true } },
    };

    for (size_t i = 0; i < countof(cases); i++) {
        struct intake_verdict v = intake_mark_judge(m, &cases[i].seen);

        assert_int_equal(v.mark, cases[i].is.mark);
        assert_int_equal(v.person, cases[i].is.person);
    }
    assert_int_equal(intake_marks_of_address(m, STR("a@staff.example"), found, 4), 1);
    assert_int_equal(found[0].v, 2);
    assert_int_equal(intake_marks_of_address(m, STR("a@sub.staff.example"), found, 4), 0);
    intake_marks_drop(m);
}

static void the_counter_of_pages_asks_when_there_may_be_too_many(void **state)
{
    (void)state;
    struct intake_pace *p = intake_pace_new();
    struct lead_id lead = { 12345 };

    for (int i = 0; i < 100; i++) /* one a second */
        assert_int_equal(intake_pace_step(p, lead, (instant)i * S), INTAKE_PACE_QUIET);
    int looks = 0, robots = 0;
    for (int i = 0; i < 200; i++) { /* five a second */
        instant now = 200 * S + (instant)i * S / 5;
        enum intake_pace_say say = intake_pace_step(p, lead, now);

        looks += say == INTAKE_PACE_LOOK;
        robots += say == INTAKE_PACE_ROBOT;
        if (say == INTAKE_PACE_LOOK)
            intake_pace_told(p, lead, now, true);
    }
    assert_in_range(looks, 30, 40); /* of 40 seconds */
    assert_int_equal(looks + robots, 200 - INTAKE_PACE_PAGES + 1);
    /* A crowd makes nobody look. */
    for (int64_t i = 0; i < 300000; i++)
        assert_int_equal(intake_pace_step(p, (struct lead_id){ 1000 + i * 7919 }, 300 * S + i), INTAKE_PACE_QUIET);
    intake_pace_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbours_tell_links_clicked_at_once),
        cmocka_unit_test(one_who_stays_on_the_site_is_a_person_unless_trapped),
        cmocka_unit_test(an_open_counts_three_seconds_after_its_sending),
        cmocka_unit_test(a_pace_is_of_pages_within_its_stretch),
        cmocka_unit_test(verdicts_do_not_depend_on_what_came_first),
        cmocka_unit_test(forms_are_judged_by_themselves),
        cmocka_unit_test(words_of_people_are_no_gibberish),
        cmocka_unit_test(of_several_marks_the_oldest_holds_and_a_persons_word_goes_before),
        cmocka_unit_test(the_counter_of_pages_asks_when_there_may_be_too_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
