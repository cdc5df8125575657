/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Letters as each channel tells them, what answers mean, when it is tried again, when a person is to be left alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/base64.h"
#include "base/json.h"
#include "outreach/choice.h"
#include "outreach/hook.h"
#include "outreach/leave.h"
#include "outreach/mail.h"
#include "outreach/push.h"
#include "outreach/telegram.h"

static struct ctx made(void)
{
    return (struct ctx){ .arena = arena_new(0), .now = 0, .actor = { .kind = ACTOR_HOUSE } };
}

static struct str file(struct ctx *c, const char *path)
{
    char *text = arena_alloc(c->arena, 1 << 20);
    FILE *f = fopen(path, "re");

    assert_non_null(f);
    struct str s = { text, fread(text, 1, 1 << 20, f) };
    fclose(f);
    return s;
}

static struct json *json_of(struct ctx *c, struct str text)
{
    struct json *v;

    assert_int_equal(json_read(c, text, &v), ERR_NONE);
    return v;
}

#define SAME(a, b)                                                                                  \
    do {                                                                                            \
        struct str a_ = (a), b_ = (b);                                                              \
        if (!str_eq(a_, b_))                                                                        \
            fail_msg("line %d: \"" STR_FMT "\" is not \"" STR_FMT "\"", __LINE__, STR_ARG(a_), STR_ARG(b_)); \
    } while (0)

/* ---- telegram ---- */

static const struct outreach_way way = {
    .now = 1740823200 * SECOND_US, .public_url = { "https://crm.example", 19 }, .telegram_api = { "https://api.telegram.org", 24 },
    .telegram_token = { "42:TESTTOKEN", 12 }, .mail_set = true, .mail_host = { "smtp.example", 12 }, .mail_port = 587,
    .mail_from = { "crm@example.org", 15 }, .mail_tls = { "starttls", 8 },
};

static void a_message_has_the_members_that_a_client_of_others_sends(void **state)
{
    struct ctx c = made();
    struct json *all = json_of(&c, file(&c, "tests/data/telegram-requests.json"));
    const struct json *theirs = json_path(&json_find(all, STR("exchanges"))->as.items[1], STR("request.body_json"));
    struct outreach_letter l = { .id = { 77 }, .address = STR("1001"), .lang = LANG_RU, .subject = STR("A <b> & c"), .body = STR("x > y"),
                                 .extra = STR("{\"buttons\":[\"take\"],\"path\":\"/leads/ld_1\"}") };
    struct outreach_outgoing out;

    (void)state;
    assert_int_equal(outreach_telegram_compose(&c, &way, &l, NULL, &out), ERR_NONE);
    SAME(out.call.url, STR("https://api.telegram.org/bot42:TESTTOKEN/sendMessage"));
    const struct json *ours = json_of(&c, out.call.body);

    assert_int_equal(ours->count, theirs->count);
    for (uint32_t i = 0; i < theirs->count; i++) {
        const struct json *v = json_find(ours, theirs->as.members[i].key);

        assert_non_null(v);
        assert_int_equal(v->type, theirs->as.members[i].value.type);
    }
    SAME(json_text(json_find(ours, STR("text"))), STR("<b>A &lt;b&gt; &amp; c</b>\nx &gt; y"));
    const struct json *rows = json_path(ours, STR("reply_markup.inline_keyboard"));

    assert_int_equal(rows->count, 2);
    SAME(json_text(json_find(&rows->as.items[0].as.items[0], STR("callback_data"))), STR("take:lt_000000000002d"));
    SAME(json_text(json_find(&rows->as.items[1].as.items[0], STR("url"))), STR("https://crm.example/leads/ld_1"));
    arena_free(c.arena);
}

static void recorded_answers_are_understood(void **state)
{
    struct ctx c = made();
    struct json *all = json_of(&c, file(&c, "tests/data/telegram-requests.json"));
    const struct json *list = json_find(all, STR("exchanges"));
    static const struct {
        int64_t status;
        enum outreach_state state;
        int64_t wait_us;
        bool gone;
    } wanted[] = { { 429, LETTER_WAITING, 3 * SECOND_US, false }, { 403, LETTER_DEAD, 0, true }, { 400, LETTER_DEAD, 0, false } };

    (void)state;
    for (size_t i = 0; i < countof(wanted); i++) {
        struct client_reply reply = { .end = CLIENT_ANSWERED, .status = wanted[i].status };
        struct outreach_result r = { .id = { 1 } };
        const struct json *found = NULL;
        bool gone;

        for (uint32_t k = 0; k < list->count; k++) {
            int64_t status;

            if (json_int(json_path(&list->as.items[k], STR("response.status")), &status) && status == wanted[i].status)
                found = json_path(&list->as.items[k], STR("response.body_json"));
        }
        assert_non_null(found);
        reply.body = found->raw;
        outreach_telegram_judge(&c, &reply, &r, &gone);
        assert_int_equal(r.state, wanted[i].state);
        assert_int_equal(r.next_at, wanted[i].wait_us);
        assert_int_equal(gone, wanted[i].gone);
        assert_true(r.error.len > 0);
    }
    struct client_reply other = { .end = CLIENT_ANSWERED, .status = 200, .body = STR("<html>a portal</html>") };
    struct outreach_result r = { .id = { 1 } };
    bool gone;

    outreach_telegram_judge(&c, &other, &r, &gone);
    assert_int_equal(r.state, LETTER_WAITING); /* 200 of somebody who is not Telegram */
    arena_free(c.arena);
}

static void updates_are_read_with_patience(void **state)
{
    struct ctx c = made();
    struct outreach_updates u;
    struct str text = STR(
        "{\"ok\":true,\"result\":["
        "{\"update_id\":5,\"message\":{\"text\":\"/start AbC-_1\",\"chat\":{\"id\":9,\"type\":\"private\"},\"from\":{\"id\":9,\"username\":\"ann\"}}},"
        "{\"update_id\":6,\"poll\":{}},"
        "{\"update_id\":7,\"callback_query\":{\"id\":\"q\",\"data\":\"later:lt_000000000002d\",\"from\":{\"id\":9},\"message\":{\"message_id\":3,\"chat\":{\"id\":9,\"type\":\"private\"}}}},"
        "{\"update_id\":8,\"callback_query\":{\"id\":\"q\",\"data\":\"later:lt_000000000002d\",\"from\":{\"id\":9},\"message\":{\"message_id\":3,\"chat\":{\"id\":-10,\"type\":\"group\"}}}},"
        "{\"update_id\":9,\"callback_query\":{\"id\":\"q\",\"data\":\"rm -rf:lt_000000000002d\",\"from\":{\"id\":9},\"message\":{\"chat\":{\"id\":9,\"type\":\"private\"}}}},"
        "{\"update_id\":\"x\"},{\"update_id\":10,\"my_chat_member\":{\"chat\":{\"id\":9,\"type\":\"private\"},\"new_chat_member\":{\"status\":\"kicked\"}}}]}");

    (void)state;
    assert_int_equal(outreach_telegram_updates(&c, text, false, &u), ERR_NONE);
    assert_int_equal(u.count, 6);
    assert_int_equal(u.next, 11);
    assert_int_equal(u.items[0].kind, UPDATE_START);
    SAME(u.items[0].text, STR("AbC-_1"));
    SAME(u.items[0].name, STR("@ann"));
    assert_int_equal(u.items[1].kind, UPDATE_OTHER);
    assert_int_equal(u.items[2].act, ACT_LATER);
    assert_int_equal(u.items[2].letter.v, 77);
    SAME(u.items[2].chat, STR("9"));
    SAME(u.items[3].chat, STR("")); /* a group is not spoken to */
    assert_int_equal(u.items[4].letter.v, 0);
    assert_int_equal(u.items[5].kind, UPDATE_BLOCKED);
    assert_int_equal(outreach_telegram_updates(&c, STR("{\"ok\":false}"), false, &u), ERR_BAD_FIELD);
    assert_int_equal(outreach_telegram_updates(&c, STR("nonsense"), false, &u), ERR_BAD_JSON);
    arena_free(c.arena);
}

/* ---- webhooks ---- */

static void signatures_are_those_of_the_reference_library(void **state)
{
    struct ctx c = made();
    const struct json *cases = json_find(json_of(&c, file(&c, "tests/data/standard-webhooks-vectors.json")), STR("cases"));

    (void)state;
    assert_true(cases->count >= 6);
    for (uint32_t i = 0; i < cases->count; i++) {
        const struct json *one = &cases->as.items[i];

        SAME(outreach_hook_sign(c.arena, json_text(json_find(one, STR("secret"))), json_text(json_find(one, STR("webhook-id"))),
                                json_text(json_find(one, STR("webhook-timestamp"))), json_text(json_find(one, STR("body")))),
             json_text(json_find(one, STR("webhook-signature"))));
    }
    assert_null(outreach_hook_sign(c.arena, STR("no secret"), STR("a"), STR("1"), STR("{}")).ptr);
    assert_true(outreach_hook_wants(&c, STR("[\"lead.hot\"]"), STR("lead.hot")));
    assert_false(outreach_hook_wants(&c, STR("[\"lead.hot\"]"), STR("lead")));
    arena_free(c.arena);
}

/* ---- web push: the example of RFC 8291, appendix A ---- */

static void the_example_of_the_standard_is_sealed_as_it_says(void **state)
{
    struct ctx c = made();
    struct str browser, secret, salt, point, own, sealed;
    struct curve_key key;
    uint8_t signature[64];

    (void)state;
    assert_true(base64_parse(c.arena, STR("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"), &browser));
    assert_true(base64_parse(c.arena, STR("BTBZMqHH6r4Tts7J_aSIgg"), &secret));
    assert_true(base64_parse(c.arena, STR("DGv6ra1nlYgDCS1FRnbzlw"), &salt));
    assert_true(base64_parse(c.arena, STR("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), &own));
    assert_true(base64_parse(c.arena, STR("BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"), &point));
    memcpy(key.secret, own.ptr, 32);
    memcpy(key.point, point.ptr, 65);
    sealed = outreach_push_seal(c.arena, (const uint8_t *)browser.ptr, secret, &key, (const uint8_t *)salt.ptr, STR("When I grow up, I want to be a watermelon"));
    assert_non_null(sealed.ptr);
    SAME(base64_url(c.arena, sealed),
         STR("DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4M"
             "qgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"));
    assert_true(curve_sign(&key, STR("said"), signature));
    assert_true(curve_holds(key.point, STR("said"), signature));
    assert_false(curve_holds(key.point, STR("sai"), signature));
    /* A point that is not on the curve is no browser's. */
    ((char *)(uintptr_t)browser.ptr)[64] ^= 1;
    assert_null(outreach_push_seal(c.arena, (const uint8_t *)browser.ptr, secret, &key, (const uint8_t *)salt.ptr, STR("x")).ptr);
    arena_free(c.arena);
}

/* ---- mail ---- */

static void addresses_that_are_written_to(void **state)
{
    static const struct {
        const char *in, *out;
    } cases[] = {
        { "a@b.example", "a@b.example" }, { "a.b+c@b.example", "a.b+c@b.example" }, { "user@пример.рф", "user@xn--e1afmkfd.xn--p1ai" },
        { "user@XN--E1AFMKFD.xn--p1ai", "user@xn--e1afmkfd.xn--p1ai" },
        { "a@b.example,victim@c.example", NULL }, { "a@b.example>\r\nRCPT TO:<x@y.z>", NULL }, { "\"a\"@b.example", NULL }, { "a b@c.example", NULL },
        { "@b.example", NULL }, { "a@", NULL }, { "a@b", NULL }, { "a@@b.example", NULL }, { ".a@b.example", NULL }, { "a.@b.example", NULL },
        { "a@b.example.", NULL }, { "a@exa\xe2\x80\x8dmple.org", NULL }, { "a;b@c.example", NULL }, { "", NULL },
    };
    struct ctx c = made();

    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        struct str got = outreach_mail_address(c.arena, str_of(cases[i].in));

        if (!cases[i].out ? got.ptr != NULL : !str_eq(got, str_of(cases[i].out)))
            fail_msg("%s: " STR_FMT, cases[i].in, STR_ARG(got));
    }
    arena_free(c.arena);
}

static void text_becomes_short_lines_of_ascii_and_nothing_of_smtp(void **state)
{
    struct ctx c = made();
    struct buf b = buf_new(c.arena, 20000);

    (void)state;
    SAME(outreach_mail_quoted(c.arena, STR("a = b\r\n.\r\nMAIL FROM:<x>\n.\n\r.\rend ")), STR("a =3D b\r\n=2E\r\nMAIL FROM:<x>\r\n=2E\r\n\r\n=2E\r\nend=20\r\n"));
    for (int i = 0; i < 2000; i++)
        buf_add(&b, STR("ж."));
    struct str rest = outreach_mail_quoted(c.arena, buf_str(&b)), line;

    while (str_next(&rest, '\n', &line)) {
        assert_true(line.len <= 77 && (line.len == 0 || line.ptr[0] != '.'));
        for (size_t i = 0; i < line.len; i++)
            assert_true((unsigned char)line.ptr[i] < 127);
    }
    SAME(outreach_mail_words(c.arena, STR("Hot lead: Ann")), STR("Hot lead: Ann"));
    SAME(outreach_mail_words(c.arena, STR("Ж")), STR("=?UTF-8?B?0JY=?="));
    SAME(outreach_mail_words(c.arena, STR("=?UTF-8?B?x?=")), STR("=?UTF-8?B?PT9VVEYtOD9CP3g/PQ==?="));
    arena_free(c.arena);
}

static void an_answer_says_that_nobody_is_there_or_it_does_not(void **state)
{
    static const struct {
        int64_t status;
        const char *note;
        bool nobody;
    } cases[] = {
        { 550, "550 5.1.1 no such user", true },         { 550, "550 no such user", true },       { 551, "551 User not local", true },
        { 550, "550 5.1.10 null MX", true },             { 550, "550 5.2.1 disabled", true },     { 553, "553 5.1.3 bad syntax", true },
        { 550, "550-5.1.1 The account does not", true },
        { 550, "550 5.7.1 blocked by policy", false },   { 552, "552 5.2.2 mailbox full", false }, { 554, "554 5.7.1 spam", false },
        { 550, "550 5.1.8 bad sender", false },          { 535, "535 5.7.8 no", false },          { 450, "450 4.1.1 try later", false },
        { 554, "554 no", false },                        { 550, "550", true },                    { 0, "", false },
    };

    (void)state;
    for (size_t i = 0; i < countof(cases); i++)
        if (outreach_mail_is_nobody(cases[i].status, str_of(cases[i].note)) != cases[i].nobody)
            fail_msg("%s", cases[i].note);
}

static void text_becomes_HTML_in_which_nothing_is_markup(void **state)
{
    struct ctx c = made();

    (void)state;
    SAME(outreach_mail_html(c.arena, STR("a <b>\r\n\"c\" & d\n\n\nnext")), STR("<p>a &lt;b&gt;<br>\n&quot;c&quot; &amp; d</p>\n<p>next</p>\n"));
    SAME(outreach_mail_html(c.arena, STR("")), STR(""));
    arena_free(c.arena);
}

static void a_link_is_of_one_letter_and_one_house(void **state)
{
    struct ctx c = made();
    struct str key = outreach_leave_key_new(c.arena), other = outreach_leave_key_new(c.arena);
    struct str token = outreach_leave_token(c.arena, key, (struct letter_id){ 77 });
    struct letter_id id = { 0 };

    (void)state;
    /* HMAC-SHA256 by another program: openssl dgst -sha256 -mac HMAC of "leave.lt_000000000002d" under 32 bytes of 0x0b. */
    SAME(outreach_leave_token(c.arena, STR("CwsLCwsLCwsLCwsLCwsLCwsLCwsLCwsLCwsLCwsLCws"), (struct letter_id){ 77 }), STR("lt_000000000002d.5in9kPSYHcpEE5mwgy62vg"));
    assert_true(outreach_leave_parse(c.arena, key, token, &id) && id.v == 77);
    assert_false(outreach_leave_parse(c.arena, other, token, &id));
    assert_false(outreach_leave_parse(c.arena, key, str_sub(token, 0, token.len - 1), &id));
    assert_false(outreach_leave_parse(c.arena, key, str_print(c.arena, "lt_000000000002f" STR_FMT, STR_ARG(str_sub(token, 16, token.len))), &id));
    for (const char **bad = (const char *[]){ "", ".", "lt_000000000002d", "lt_000000000002d.", "x.y", NULL }; *bad; bad++)
        assert_false(outreach_leave_parse(c.arena, key, str_of(*bad), &id));
    assert_false(outreach_leave_parse(c.arena, STR(""), token, &id));
    assert_true(outreach_leave_is_said(STR("List-Unsubscribe=One-Click")));
    assert_false(outreach_leave_is_said(STR("One-Click=List-Unsubscribe")) || outreach_leave_is_said(STR("")));
    arena_free(c.arena);
}

/* ---- when ---- */

static void waits_grow_by_the_stated_table_and_end(void **state)
{
    static const int64_t hook[] = { 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400 };

    (void)state;
    for (int ch = 0; ch < OUTREACH_CHANNELS; ch++) {
        int64_t tries = 1, wait;

        while ((wait = outreach_wait_us((enum outreach_channel)ch, tries, 0, 512)) >= 0) {
            assert_int_equal(wait, outreach_channels[ch].waits_s[tries - 1] * SECOND_US);
            assert_true(outreach_wait_us((enum outreach_channel)ch, tries, 0, 0) >= wait * 9 / 10);
            assert_true(outreach_wait_us((enum outreach_channel)ch, tries, 0, 1023) <= wait * 11 / 10);
            assert_int_equal(outreach_wait_us((enum outreach_channel)ch, tries, DAY_US * 3, 7), DAY_US * 3);
            tries++;
        }
        assert_true(tries >= 7);
    }
    for (size_t i = 0; i < countof(hook); i++)
        assert_int_equal(outreach_wait_us(OUTREACH_HOOK, (int64_t)i + 1, 0, 512), hook[i] * SECOND_US);
}

static void quiet_hours_are_of_the_persons_own_day(void **state)
{
    const struct zone *moscow = zone_find(STR("Europe/Moscow")), *berlin = zone_find(STR("Europe/Berlin"));
    static const struct {
        int64_t from, until;
        bool hot;
        enum outreach_kind kind;
        const char *at, *when;
    } cases[] = {
        { 0, 0, true, OUTREACH_HOT, "2026-11-23T23:00:00Z", "2026-11-23T23:00:00Z" },
        { 1320, 480, false, OUTREACH_HOT, "2026-11-23T20:00:00Z", "2026-11-23T20:00:00Z" },
        { 1320, 480, true, OUTREACH_HOT, "2026-11-23T20:00:00Z", "2026-11-24T05:00:00Z" },
        { 1320, 480, false, OUTREACH_QUEUE, "2026-11-23T19:00:00Z", "2026-11-24T05:00:00Z" }, /* 22:00 begins it */
        { 1320, 480, false, OUTREACH_QUEUE, "2026-11-23T18:59:59Z", "2026-11-23T18:59:59Z" },
        { 1320, 480, false, OUTREACH_QUEUE, "2026-11-24T04:59:59Z", "2026-11-24T05:00:00Z" },
        { 1320, 480, false, OUTREACH_QUEUE, "2026-11-24T05:00:00Z", "2026-11-24T05:00:00Z" }, /* 8:00 ends it */
        { 780, 840, false, OUTREACH_REMINDER, "2026-11-24T10:30:00Z", "2026-11-24T11:00:00Z" },
        { 1320, 480, true, OUTREACH_TEST, "2026-11-23T20:00:00Z", "2026-11-23T20:00:00Z" },
    };

    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        struct outreach_choice choice = { .quiet_from = cases[i].from, .quiet_until = cases[i].until, .quiet_hot = cases[i].hot };
        instant at, when;

        assert_true(instant_parse(str_of(cases[i].at), &at) && instant_parse(str_of(cases[i].when), &when));
        if (outreach_choice_when(&choice, moscow, cases[i].kind, at) != when)
            fail_msg("case %zu", i);
    }
    /* The night on which clocks go forward ends at 8 by the wall. */
    struct outreach_choice night = { .quiet_from = 1320, .quiet_until = 480 };
    instant at, when;

    assert_true(instant_parse(STR("2026-03-28T22:00:00Z"), &at) && instant_parse(STR("2026-03-29T06:00:00Z"), &when));
    assert_int_equal(outreach_choice_when(&night, berlin, OUTREACH_QUEUE, at), when);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_has_the_members_that_a_client_of_others_sends),
        cmocka_unit_test(recorded_answers_are_understood),
        cmocka_unit_test(updates_are_read_with_patience),
        cmocka_unit_test(signatures_are_those_of_the_reference_library),
        cmocka_unit_test(the_example_of_the_standard_is_sealed_as_it_says),
        cmocka_unit_test(addresses_that_are_written_to),
        cmocka_unit_test(text_becomes_short_lines_of_ascii_and_nothing_of_smtp),
        cmocka_unit_test(an_answer_says_that_nobody_is_there_or_it_does_not),
        cmocka_unit_test(text_becomes_HTML_in_which_nothing_is_markup),
        cmocka_unit_test(a_link_is_of_one_letter_and_one_house),
        cmocka_unit_test(waits_grow_by_the_stated_table_and_end),
        cmocka_unit_test(quiet_hours_are_of_the_persons_own_day),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
