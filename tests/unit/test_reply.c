/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "outreach/answer.h"
#include "outreach/consent.h"
#include "outreach/script.h"
#include "outreach/starter.h"

static struct str filled(struct arena *a, const char *text, struct str *missing)
{
    static struct script_value items[] = {
        { STR("name"), STR("Анна\r\nBcc: all@example.org") }, { STR("company"), STR("  ") }, { STR("fact.budget"), STR("100 000") },
    };
    const struct script_values values = { items, countof(items) };

    return outreach_script_fill(a, str_of(text), &values, missing);
}

static void assert_text(struct str got, const char *want)
{
    assert_int_equal(got.len, strlen(want));
    assert_memory_equal(got.ptr, want, got.len);
}

static void blanks_are_filled_as_one_line(void **state)
{
    struct arena *a = arena_new(1 << 26);
    struct str missing;

    (void)state;
    assert_text(filled(a, "{{name}}!", &missing), "Анна  Bcc: all@example.org!");
    assert_int_equal(missing.len, 0);
    assert_text(filled(a, "{{ company | вы }} {{fact.budget}}{{title}}{{company}}", &missing), "вы 100 000");
    assert_text(missing, "title, company");
    assert_text(filled(a, "no blank } { }}", NULL), "no blank } { }}");
    assert_text(filled(a, "", NULL), "");
    assert_text(filled(a, "{{name", NULL), "");
    arena_free(a);
}

/* What a value may do, it may not do to the text around it: any bytes in, no control character out, and no more than it may have. */
static void values_never_break_the_text(void **state)
{
    struct arena *a = arena_new(1 << 26);
    uint64_t seed = 7;

    (void)state;
    for (int round = 0; round < 2000; round++) {
        char value[900];
        struct script_value one = { STR("name"), { value, (size_t)(round % 900) } };
        const struct script_values values = { &one, 1 };
        struct str out;

        for (size_t i = 0; i < one.value.len; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            value[i] = (char)(seed >> 56);
        }
        out = outreach_script_fill(a, STR("<{{name}}>"), &values, NULL);
        assert_true(out.len >= 2 && out.ptr[0] == '<' && out.ptr[out.len - 1] == '>');
        for (size_t i = 0; i < out.len; i++)
            assert_true((unsigned char)out.ptr[i] >= 0x20 && out.ptr[i] != 0x7f);
        arena_reset(a);
    }
    arena_free(a);
}

static void a_wrong_blank_is_named_at_its_place(void **state)
{
    static const struct {
        const char *text, *says;
    } rows[] = {
        { "Здравствуйте, {{nmae}}", "line 1, column 15: no blank is called nmae" },
        { "a\nб {{name", "line 2, column 3: {{ is not closed" },
        { "{{fact.}}", "line 1, column 1: no blank is called fact." },
        { "{{}}", "line 1, column 1: no blank is called " },
    };
    struct arena *a = arena_new(1 << 26);

    (void)state;
    for (size_t i = 0; i < countof(rows); i++) {
        struct ctx c = { .arena = a };

        assert_int_equal(outreach_script_check(&c, str_of(rows[i].text), STR("/body")), ERR_BAD_FIELD);
        assert_non_null(strstr(c.fault.items[0].note, rows[i].says));
    }
    for (size_t i = 0; i < outreach_starter_count; i++)
        for (int lang = 0; lang < 2; lang++) {
            struct ctx c = { .arena = a };
            struct script s = outreach_starter(i, (enum lang)lang);

            assert_int_equal(outreach_script_check(&c, s.body, STR("/body")), ERR_NONE);
            assert_int_equal(outreach_script_check(&c, s.subject, STR("/subject")), ERR_NONE);
            assert_false(s.automatic && s.enabled);
        }
    arena_free(a);
}

/* ---- consent ---- */

static struct consent word(int64_t lead, instant at, bool given)
{
    return (struct consent){ .id = at * 10 + lead, .lead = { lead }, .at = at, .known_at = at, .purpose = CONSENT_ANSWER, .given = given };
}

static bool stands(struct consent *items, size_t n, instant t)
{
    const struct consents list = { items, n };

    return outreach_consent_at(&list, CONSENT_ANSWER, t).given;
}

static void the_latest_word_decides_and_a_merge_never_turns_a_no_into_a_yes(void **state)
{
    struct consent one[] = { word(1, 10, true), word(1, 20, false), word(1, 30, true) };
    struct consent two[] = { word(1, 50, true), word(2, 20, false) };
    struct consent three[] = { word(1, 10, true), word(2, 20, false), word(2, 60, true) };
    struct consent other[] = { { .lead = { 1 }, .at = 5, .purpose = CONSENT_ADVERTISING, .given = true } };

    (void)state;
    assert_false(stands(one, 3, 9));
    assert_true(stands(one, 3, 10));
    assert_false(stands(one, 3, 25));
    assert_true(stands(one, 3, 30));
    assert_false(stands(two, 2, 100));
    assert_false(stands(three, 3, 59));
    assert_true(stands(three, 3, 60));
    assert_false(stands(other, 1, 100));
    assert_false(stands(NULL, 0, 100));
}

/* Over random words: the fold says yes just when somebody's last word is yes and nobody's is no; order makes no difference. */
static void consent_is_a_fold_in_any_order(void **state)
{
    uint64_t seed = 11;

    (void)state;
    for (int round = 0; round < 5000; round++) {
        struct consent items[12];
        int last[3] = { -1, -1, -1 };
        instant last_at[3] = { 0 };
        size_t n;
        bool yes = false, no = false;

        seed = seed * 6364136223846793005u + 1442695040888963407u;
        n = (seed >> 33) % 13;
        for (size_t i = 0; i < n; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            items[i] = word((int64_t)(seed >> 40) % 3 + 1, (instant)((seed >> 45) % 1000 * 100 + i), (seed >> 60) & 1);
            items[i].id = (int64_t)i;
        }
        for (size_t i = 0; i < n; i++) {
            int64_t who = items[i].lead.v - 1;

            if (last[who] < 0 || items[i].at > last_at[who]) {
                last[who] = items[i].given;
                last_at[who] = items[i].at;
            }
        }
        for (int k = 0; k < 3; k++) {
            yes |= last[k] == 1;
            no |= last[k] == 0;
        }
        assert_int_equal(stands(items, n, 1000000), yes && !no);
        for (size_t i = 0; i + 1 < n; i++) {
            struct consent x = items[i];
            size_t j = i + (size_t)(seed >> 20) % (n - i);

            items[i] = items[j];
            items[j] = x;
        }
        assert_int_equal(stands(items, n, 1000000), yes && !no);
    }
}

static void what_a_message_says_of_consent_is_read(void **state)
{
    static const struct {
        const char *body;
        size_t n;
    } rows[] = {
        { "{\"context\":{\"consent\":{\"categoryPreferences\":{\"answer\":true,\"advertising\":false}}}}", 2 },
        { "{\"context\":{\"consent\":{\"categoryPreferences\":{\"answer\":\"yes\"}}}}", 0 },
        { "{\"context\":{\"consent\":{\"categoryPreferences\":[true]}}}", 0 },
        { "{\"context\":{}}", 0 },
        { "{}", 0 },
    };
    struct arena *a = arena_new(1 << 26);

    (void)state;
    for (size_t i = 0; i < countof(rows); i++) {
        struct ctx c = { .arena = a };
        struct consent said[CONSENT_PURPOSES];
        struct json *body;

        assert_int_equal(json_read(&c, str_of(rows[i].body), &body), ERR_NONE);
        assert_int_equal(outreach_consent_of(body, said), rows[i].n);
    }
    assert_int_equal(outreach_consent_of(NULL, NULL), 0);
    arena_free(a);
}

/* ---- may it go ---- */

static void a_letter_goes_by_itself_only_when_nothing_speaks_against_it(void **state)
{
    const struct answer_case good = { .now = 100 * DAY_US, .at = 100 * DAY_US - MINUTE_US, .address = STR("a@b.example"), .consent = true, .mail = true,
                                      .same = INSTANT_NONE, .any = INSTANT_NONE };
    struct answer_case x = good;

    (void)state;
    assert_int_equal(outreach_answer_may(&x), REPLY_GOES);
    x.imported = true;
    assert_int_equal(outreach_answer_may(&x), REPLY_BY_FILE);
    x = good, x.automatic = true;
    assert_int_equal(outreach_answer_may(&x), REPLY_TO_BOT);
    x = good, x.at = good.now - HOUR_US - 1;
    assert_int_equal(outreach_answer_may(&x), REPLY_TO_OLD);
    x = good, x.at = good.now - HOUR_US;
    assert_int_equal(outreach_answer_may(&x), REPLY_GOES);
    x = good, x.address = STR_NULL;
    assert_int_equal(outreach_answer_may(&x), REPLY_NO_ADDRESS);
    x = good, x.closed = true;
    assert_int_equal(outreach_answer_may(&x), REPLY_CLOSED);
    x = good, x.consent = false;
    assert_int_equal(outreach_answer_may(&x), REPLY_NO_CONSENT);
    x = good, x.any = good.now - HOUR_US + 1;
    assert_int_equal(outreach_answer_may(&x), REPLY_LATELY);
    x.any = good.now - HOUR_US;
    assert_int_equal(outreach_answer_may(&x), REPLY_GOES);
    x.same = good.now - DAY_US + 1;
    assert_int_equal(outreach_answer_may(&x), REPLY_LATELY);
    x = good, x.mail = false;
    assert_int_equal(outreach_answer_may(&x), REPLY_NO_MAIL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blanks_are_filled_as_one_line),
        cmocka_unit_test(values_never_break_the_text),
        cmocka_unit_test(a_wrong_blank_is_named_at_its_place),
        cmocka_unit_test(the_latest_word_decides_and_a_merge_never_turns_a_no_into_a_yes),
        cmocka_unit_test(consent_is_a_fold_in_any_order),
        cmocka_unit_test(what_a_message_says_of_consent_is_read),
        cmocka_unit_test(a_letter_goes_by_itself_only_when_nothing_speaks_against_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
