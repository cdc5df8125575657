/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Bodies of the Segment API as real clients send them (tests/peer/captures) and as nobody should. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "intake/segment_api.h"

static struct arena *a;
static const instant received = 1795374934000000; /* 2026-11-22T19:15:34Z */

static enum err read_with(const struct intake_call *call, struct str body, struct intake_events *out)
{
    struct ctx c = { .arena = a, .now = received };
    return intake_segment_read(&c, call, body, out);
}

static enum err read_batch(const char *body, struct intake_events *out)
{
    struct intake_call call = { .path = INTAKE_BATCH, .received = received };
    return read_with(&call, str_of(body), out);
}

static enum err read_one(enum event_kind kind, const char *body, struct intake_events *out)
{
    struct intake_call call = { .path = INTAKE_SINGLE, .kind = kind, .received = received };
    return read_with(&call, str_of(body), out);
}

static void batch_takes_the_good_and_names_the_bad(void **state)
{
    (void)state;
    struct intake_events ev;
    assert_int_equal(
        read_batch("{\"writeKey\":\"wk\",\"sentAt\":\"2026-11-22T19:15:33.650Z\",\"batch\":["
                   "{\"type\":\"track\",\"event\":\"A\",\"userId\":\"u\",\"messageId\":\"m0\"},"
                   "{\"type\":\"track\",\"event\":\"B\"},"
                   "{\"type\":\"dance\",\"userId\":\"u\"},"
                   "7,"
                   "{\"type\":\"track\",\"event\":\"\\ud800\",\"userId\":\"u\"},"
                   "{\"type\":\"track\",\"event\":\"\\u0000\",\"userId\":\"u\"},"
                   "{\"type\":\"track\",\"event\":\"C\",\"userId\":\"a\",\"userId\":\"b\"},"
                   "{\"type\":\"track\",\"userId\":\"u\"},"
                   "{\"type\":\"page\",\"anonymousId\":\"x\",\"messageId\":\"m8\"}]}",
                   &ev),
        ERR_NONE);
    assert_int_equal(ev.sent, 9);
    assert_int_equal(ev.count, 2);
    assert_int_equal(ev.refused_count, 7);
    assert_true(str_eq(ev.write_key, STR("wk")));
    assert_int_equal(ev.index[0], 0);
    assert_int_equal(ev.index[1], 8);
    static const struct { size_t index; enum err code; } want[] = {
        { 1, ERR_MISSING }, { 2, ERR_BAD_FIELD }, { 3, ERR_BAD_FIELD }, { 4, ERR_NONE },
        { 5, ERR_NONE }, { 6, ERR_DUPLICATE_KEY }, { 7, ERR_MISSING },
    };
    for (size_t i = 0; i < countof(want); i++) {
        assert_int_equal(ev.refused[i].index, want[i].index);
        if (want[i].code)
            assert_int_equal(ev.refused[i].code, want[i].code);
    }
}

struct id_case {
    const char *body;
    const char *user, *anonymous; /* NULL: absent */
    enum err refused;
};
static const struct id_case ids[] = {
    { "{\"event\":\"A\",\"userId\":null,\"anonymousId\":\"x\"}", NULL, "x", 0 },
    { "{\"event\":\"A\",\"userId\":\"\",\"anonymousId\":\"x\"}", NULL, "x", 0 },
    { "{\"event\":\"A\",\"userId\":42}", "42", NULL, 0 },
    { "{\"event\":\"A\",\"userId\":\" u \"}", "u", NULL, 0 },
    { "{\"event\":\"A\",\"userId\":{}}", NULL, NULL, ERR_BAD_FIELD },
    { "{\"event\":\"A\",\"userId\":\"\"}", NULL, NULL, ERR_MISSING },
    { "{\"event\":\"A\",\"userId\":\"u\",\"messageId\":\"\"}", NULL, NULL, ERR_MISSING },
    { "{\"event\":\"A\",\"userId\":\"u\",\"messageId\":7}", NULL, NULL, ERR_BAD_FIELD },
    { "{\"event\":\"A\",\"userId\":\"u\",\"messageId\":null}", "u", NULL, 0 },
    { "{\"event\":7,\"userId\":\"u\"}", NULL, NULL, ERR_BAD_FIELD },
    { "{\"event\":\"  \",\"userId\":\"u\"}", NULL, NULL, ERR_MISSING },
};

static void ids_are_read_as_sdks_write_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < countof(ids); i++) {
        struct intake_events ev;
        assert_int_equal(read_one(EVENT_TRACK, ids[i].body, &ev), ERR_NONE);
        if (ids[i].refused) {
            if (ev.refused_count != 1 || ev.refused[0].code != ids[i].refused)
                fail_msg("%s", ids[i].body);
            continue;
        }
        if (ev.count != 1 || !str_eq(ev.events[0].who.user_id, str_of(ids[i].user)) ||
            !str_eq(ev.events[0].who.anonymous_id, str_of(ids[i].anonymous)))
            fail_msg("%s", ids[i].body);
    }
}

static void message_id_is_never_cut(void **state)
{
    (void)state;
    struct intake_events ev;
    struct str hundred = str_print(a, "%0100d", 1);
    struct str body = str_print(a, "{\"event\":\"A\",\"userId\":\"u\",\"messageId\":\"" STR_FMT "\"}", STR_ARG(hundred));
    assert_int_equal(read_one(EVENT_TRACK, body.ptr, &ev), ERR_NONE);
    assert_int_equal(ev.count, 1);
    assert_true(str_eq(ev.events[0].message_id, hundred));
    body = str_print(a, "{\"event\":\"A\",\"userId\":\"u\",\"messageId\":\"" STR_FMT "1\"}", STR_ARG(hundred));
    assert_int_equal(read_one(EVENT_TRACK, body.ptr, &ev), ERR_NONE);
    assert_int_equal(ev.refused_count, 1);
    assert_int_equal(ev.refused[0].code, ERR_TOO_LONG);
}

struct time_case {
    const char *stated, *sent, *want;
};
static const struct time_case times[] = {
    { "\"2026-11-22T19:00:00Z\"", "\"2026-11-22T19:15:34Z\"", "2026-11-22T19:00:00Z" },
    { "\"2026-11-22T20:00:00Z\"", "\"2026-11-22T20:15:34Z\"", "2026-11-22T19:00:00Z" }, /* an hour ahead */
    { "\"2026-11-22T19:00:00Z\"", NULL, "2026-11-22T19:00:00Z" },
    { NULL, "\"2026-11-22T20:15:34Z\"", "2026-11-22T19:15:34Z" },
    { "\"yesterday\"", NULL, "2026-11-22T19:15:34Z" },
    { "\"2026-11-22T19:00:00Z\"", "\"soon\"", "2026-11-22T19:00:00Z" },
    { "\"9999-12-31T23:59:59Z\"", NULL, "2026-11-22T19:20:34Z" },
    { "\"2026-12-22T19:00:00Z\"", NULL, "2026-11-22T19:20:34Z" },
    { "\"1970-01-01T00:00:00Z\"", NULL, "1970-01-01T00:00:00Z" },
    { "\"0001-01-01T00:00:00Z\"", "\"9999-12-31T00:00:00Z\"", "1970-01-01T00:00:00Z" },
    { "\"9999-12-31T00:00:00Z\"", "\"0001-01-01T00:00:00Z\"", "2026-11-22T19:20:34Z" },
    { "1795374000000", NULL, "2026-11-22T19:00:00Z" },
    { "\"1795374000\"", NULL, "2026-11-22T19:00:00Z" },
    { "9223372036854775807", NULL, "2026-11-22T19:15:34Z" },
    { "{}", "[]", "2026-11-22T19:15:34Z" },
};

static void time_is_corrected_and_never_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < countof(times); i++) {
        char text[INSTANT_TEXT_MAX];
        struct intake_events ev;
        struct str body = str_print(a, "{\"event\":\"A\",\"userId\":\"u\"%s%s%s%s}",
                                    times[i].stated ? ",\"timestamp\":" : "", times[i].stated ? times[i].stated : "",
                                    times[i].sent ? ",\"sentAt\":" : "", times[i].sent ? times[i].sent : "");
        assert_int_equal(read_one(EVENT_TRACK, body.ptr, &ev), ERR_NONE);
        assert_int_equal(ev.count, 1);
        struct str got = instant_print(ev.events[0].at, text);
        if (!str_eq(got, str_of(times[i].want)))
            fail_msg("%zu: " STR_FMT " not %s", i, STR_ARG(got), times[i].want);
    }
}

static void page_lifts_where_it_was(void **state)
{
    (void)state;
    struct intake_events ev;
    struct ctx c = { .arena = a };
    struct json *kept;
    assert_int_equal(
        read_one(EVENT_PAGE,
                 "{\"anonymousId\":\"x\",\"properties\":{\"url\":\"https://shop.example/pricing?utm_source=yandex"
                 "&utm_campaign=%D0%B2%D0%B5%D1%81%D0%BD%D0%B0&gclid=G1&yclid=7#top\",\"title\":\"T\"},"
                 "\"context\":{\"library\":{\"name\":\"x\"}}}", &ev), ERR_NONE);
    const struct event *e = &ev.events[0];
    assert_int_equal(ev.count, 1);
    assert_true(str_eq(e->path, STR("/pricing")));
    assert_true(str_eq(json_text(json_path(e->body, STR("context.page.path"))), STR("/pricing")));
    assert_true(str_eq(json_text(json_path(e->body, STR("context.campaign.source"))), STR("yandex")));
    assert_true(str_eq(json_text(json_path(e->body, STR("context.campaign.name"))), STR("весна")));
    assert_true(str_eq(json_text(json_path(e->body, STR("context.click.gclid"))), STR("G1")));
    assert_true(str_eq(json_text(json_path(e->body, STR("context.click.yclid"))), STR("7")));
    assert_true(str_eq(json_text(json_path(e->body, STR("context.library.name"))), STR("x")));
    /* The kept text is the kept tree. */
    struct buf one = buf_new(a, 100000), two = buf_new(a, 100000);
    struct json_out o = json_to(&one), p = json_to(&two);
    assert_int_equal(json_read(&c, e->raw, &kept), ERR_NONE);
    json_put(&o, kept);
    json_put(&p, e->body);
    assert_true(str_eq(buf_str(&one), buf_str(&two)));
}

static void campaign_of_the_sdk_stands(void **state)
{
    (void)state;
    struct intake_events ev;
    assert_int_equal(read_one(EVENT_TRACK,
                              "{\"anonymousId\":\"x\",\"event\":\"A\",\"context\":{\"campaign\":{\"source\":\"own\"},"
                              "\"page\":{\"path\":\"/a\",\"search\":\"?utm_source=other\"}}}", &ev), ERR_NONE);
    assert_true(str_eq(json_text(json_path(ev.events[0].body, STR("context.campaign.source"))), STR("own")));
}

static void traits_are_those_of_the_person(void **state)
{
    (void)state;
    struct intake_events ev;
    assert_int_equal(read_one(EVENT_IDENTIFY, "{\"userId\":\"u\",\"traits\":{\"email\":\"a@b.ru\",\"phone\":\"8\"}}", &ev),
                     ERR_NONE);
    assert_true(str_eq(ev.events[0].who.email, STR("a@b.ru")));
    assert_non_null(ev.events[0].traits);
    assert_int_equal(read_one(EVENT_GROUP,
                              "{\"userId\":\"u\",\"groupId\":\"g\",\"traits\":{\"name\":\"N\",\"email\":\"office@b.ru\"}}",
                              &ev), ERR_NONE);
    assert_int_equal(ev.events[0].who.email.len, 0);
    assert_true(str_eq(json_text(json_find(ev.events[0].traits, STR("company"))), STR("N")));
    assert_true(str_eq(json_text(json_find(ev.events[0].traits, STR("company.email"))), STR("office@b.ru")));
    assert_true(str_eq(json_text(json_find(ev.events[0].traits, STR("company.id"))), STR("g")));
    assert_null(json_find(ev.events[0].traits, STR("name")));
    assert_true(str_eq(json_text(json_find(ev.events[0].body, STR("groupId"))), STR("g")));
    assert_int_equal(read_one(EVENT_TRACK,
                              "{\"userId\":\"u\",\"event\":\"A\",\"context\":{\"traits\":{\"email\":\"c@d.ru\"}}}", &ev),
                     ERR_NONE);
    assert_true(str_eq(ev.events[0].who.email, STR("c@d.ru")));
}

static void alias_gives_up_the_id_before(void **state)
{
    (void)state;
    struct intake_events ev;
    assert_int_equal(read_one(EVENT_ALIAS, "{\"userId\":\"u\",\"previousId\":\"p\"}", &ev), ERR_NONE);
    assert_true(str_eq(ev.events[0].who.previous_id, STR("p")));
    assert_int_equal(read_one(EVENT_ALIAS, "{\"userId\":\"u\",\"anonymousId\":\"x\"}", &ev), ERR_NONE);
    assert_true(str_eq(ev.events[0].who.previous_id, STR("x")));
    assert_int_equal(read_one(EVENT_ALIAS, "{\"userId\":\"u\",\"previousId\":\"u\"}", &ev), ERR_NONE);
    assert_int_equal(ev.events[0].who.previous_id.len, 0);
    assert_int_equal(read_one(EVENT_ALIAS, "{\"anonymousId\":\"x\"}", &ev), ERR_NONE);
    assert_int_equal(ev.refused_count, 1);
}

static void headers_of_rudder_are_used(void **state)
{
    (void)state;
    struct intake_call call = { .path = INTAKE_SINGLE, .kind = EVENT_TRACK, .received = received,
                                .sent_at = STR("2026-11-22T20:15:34Z"), .anonymous_id = STR("YW5vbi0x") };
    struct intake_events ev;
    char text[INSTANT_TEXT_MAX];
    assert_int_equal(read_with(&call, STR("{\"event\":\"A\",\"originalTimestamp\":\"2026-11-22T20:00:00Z\"}"), &ev),
                     ERR_NONE);
    assert_true(str_eq(ev.events[0].who.anonymous_id, STR("anon-1")));
    assert_true(str_eq(instant_print(ev.events[0].at, text), STR("2026-11-22T19:00:00Z")));
}

static void sizes_are_limited_event_by_event(void **state)
{
    (void)state;
    struct intake_events ev;
    struct buf b = buf_new(a, 4 * 1024 * 1024);
    buf_add(&b, STR("{\"batch\":["));
    for (int i = 0; i < 10; i++) {
        buf_print(&b, "%s{\"type\":\"track\",\"event\":\"A\",\"userId\":\"u%d\",\"properties\":{\"x\":\"", i ? "," : "", i);
        for (int k = 0; i == 4 && k < LIMIT_EVENT_BYTES; k++)
            buf_char(&b, 'x');
        buf_add(&b, STR("\"}}"));
    }
    buf_add(&b, STR("]}"));
    struct intake_call call = { .path = INTAKE_BATCH, .received = received };
    assert_int_equal(read_with(&call, buf_str(&b), &ev), ERR_NONE);
    assert_int_equal(ev.count, 9);
    assert_int_equal(ev.refused[0].index, 4);
    assert_int_equal(ev.refused[0].code, ERR_TOO_LARGE);

    b = buf_new(a, 4 * 1024 * 1024);
    buf_add(&b, STR("{\"event\":\"A\",\"userId\":\"u\",\"properties\":{"));
    for (int i = 0; i <= LIMIT_EVENT_PROPERTIES; i++)
        buf_print(&b, "%s\"p%d\":1", i ? "," : "", i);
    buf_add(&b, STR("}}"));
    call.path = INTAKE_SINGLE;
    assert_int_equal(read_with(&call, buf_str(&b), &ev), ERR_NONE);
    assert_int_equal(ev.refused_count, 1);

    b = buf_new(a, 4 * 1024 * 1024);
    buf_add(&b, STR("{\"batch\":["));
    for (int i = 0; i <= LIMIT_BATCH_EVENTS; i++)
        buf_add(&b, i ? STR(",1") : STR("1"));
    buf_add(&b, STR("]}"));
    call.path = INTAKE_BATCH;
    assert_int_equal(read_with(&call, buf_str(&b), &ev), ERR_BAD_REQUEST);
}

static void wholes_that_are_none_are_errors(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "", "[]", "7", "{\"batch\":7}", "{}", "{\"batch\":[]} x", "\xEF\xBB\xBF{\"batch\":[]}", "{\"batch\":[}",
        "{\"batch\":[\"\xC3\x28\"]}", "{\"batch\":[],\"batch\":[]}",
    };
    for (size_t i = 0; i < countof(bodies); i++) {
        struct intake_events ev;
        if (read_batch(bodies[i], &ev) == ERR_NONE)
            fail_msg("%s was taken", bodies[i]);
        if (strcmp(bodies[i], "{}") != 0 && read_one(EVENT_TRACK, bodies[i], &ev) == ERR_NONE && ev.count)
            fail_msg("%s was taken as one", bodies[i]);
    }
}

static void bots_are_marked_with_their_reason(void **state)
{
    (void)state;
    struct intake_call call = { .path = INTAKE_SINGLE, .kind = EVENT_TRACK, .received = received,
                                .user_agent = STR("Mozilla/5.0 (compatible; Googlebot/2.1)") };
    struct intake_events ev;
    assert_int_equal(read_with(&call, STR("{\"event\":\"A\",\"anonymousId\":\"x\"}"), &ev), ERR_NONE);
    intake_segment_own(a, &ev, 7, true);
    assert_true(ev.events[0].bot);
    assert_true(ev.events[0].unverified);
    assert_int_equal(ev.events[0].source_id, 7);
    assert_true(str_eq(json_text(json_find(ev.events[0].body, STR("bot"))), STR("crawler")));
    assert_true(str_ends(ev.events[0].raw, STR(",\"bot\":\"crawler\"}")));
}

struct agent_case {
    const char *header, *context; /* NULL: absent */
    const char *library;
    int browser_key;
    enum intake_bot want;
};
static const struct agent_case agents[] = {
    { "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36", NULL, NULL, 1, INTAKE_BOT_NO },
    { "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1", NULL, NULL, 1, INTAKE_BOT_NO },
    { "Mozilla/5.0 (Linux; Android 9; CUBOT_X19) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36", NULL, NULL, 1, INTAKE_BOT_NO },
    { "Mozilla/5.0 (Linux; arm_64; Android 12) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/108.0 YaBrowser/23.1 Mobile Safari/537.36", NULL, NULL, 1, INTAKE_BOT_NO },
    { "analytics-node/3.0.13", NULL, "analytics-node", 0, INTAKE_BOT_NO },
    { "analytics-node-next/latest", "Mozilla/5.0", "@segment/analytics-node", 0, INTAKE_BOT_NO },
    { "Python/3.11 aiohttp/3.9", NULL, "analytics-python", 0, INTAKE_BOT_NO },
    { NULL, NULL, "analytics-java", 0, INTAKE_BOT_NO },
    { NULL, NULL, NULL, 0, INTAKE_BOT_NO },
    { NULL, NULL, NULL, 1, INTAKE_BOT_NO_AGENT },
    { "", NULL, NULL, 1, INTAKE_BOT_NO_AGENT },
    { "", NULL, NULL, 0, INTAKE_BOT_NO_AGENT },
    { "analytics-node-next/latest", "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)", "x", 0, INTAKE_BOT_CRAWLER },
    { "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", NULL, NULL, 1, INTAKE_BOT_CRAWLER },
    { "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", NULL, NULL, 0, INTAKE_BOT_CRAWLER },
    { "Mozilla/5.0 (compatible; Linux x86_64; Mail.RU_Bot/2.0; +http://go.mail.ru/help/robots)", NULL, NULL, 1, INTAKE_BOT_CRAWLER },
    { "AdsBot-Google (+http://www.google.com/adsbot.html)", NULL, NULL, 1, INTAKE_BOT_CRAWLER },
    { "TelegramBot (like TwitterBot)", NULL, NULL, 1, INTAKE_BOT_CRAWLER },
    { "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", NULL, NULL, 1, INTAKE_BOT_CRAWLER },
    { "WhatsApp/2.23.20.0", NULL, NULL, 1, INTAKE_BOT_CRAWLER },
    { "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)", NULL, NULL, 1, INTAKE_BOT_CRAWLER },
    { "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)", NULL, NULL, 1, INTAKE_BOT_CRAWLER },
    { "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)", NULL, NULL, 1, INTAKE_BOT_CRAWLER },
    { "Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)", NULL, NULL, 1, INTAKE_BOT_CRAWLER },
    { "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)", NULL, NULL, 1, INTAKE_BOT_MONITOR },
    { "Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)", NULL, NULL, 1, INTAKE_BOT_MONITOR },
    { "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.0.0 Safari/537.36", NULL, NULL, 1, INTAKE_BOT_HEADLESS },
    { "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Chrome-Lighthouse", NULL, NULL, 1, INTAKE_BOT_MONITOR },
    { "Scrapy/2.11 (+https://scrapy.org)", NULL, NULL, 1, INTAKE_BOT_TOOL },
};

static void bots_are_told_from_people_and_sdks(void **state)
{
    (void)state;
    for (size_t i = 0; i < countof(agents); i++) {
        struct intake_agent agent = { .header = str_of(agents[i].header), .context = str_of(agents[i].context),
                                      .library = str_of(agents[i].library), .browser_key = agents[i].browser_key };
        enum intake_bot got = intake_bot_of(&agent);
        if (got != agents[i].want)
            fail_msg("%s: %s", agents[i].header ? agents[i].header : "(none)", intake_bot_slug(got));
    }
    struct intake_agent ahead = { .header = STR("Mozilla/5.0 (X11)"), .purpose = STR("prefetch;prerender") };
    assert_int_equal(intake_bot_of(&ahead), INTAKE_BOT_PREFETCH);
    struct intake_agent proxy = { .header = STR("Mozilla/5.0"), .letter = true };
    assert_int_equal(intake_bot_of(&proxy), INTAKE_BOT_SCANNER);
}

static int begin(void **state)
{
    (void)state;
    a = arena_new(0);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batch_takes_the_good_and_names_the_bad),
        cmocka_unit_test(ids_are_read_as_sdks_write_them),
        cmocka_unit_test(message_id_is_never_cut),
        cmocka_unit_test(time_is_corrected_and_never_refused),
        cmocka_unit_test(page_lifts_where_it_was),
        cmocka_unit_test(campaign_of_the_sdk_stands),
        cmocka_unit_test(traits_are_those_of_the_person),
        cmocka_unit_test(alias_gives_up_the_id_before),
        cmocka_unit_test(headers_of_rudder_are_used),
        cmocka_unit_test(sizes_are_limited_event_by_event),
        cmocka_unit_test(wholes_that_are_none_are_errors),
        cmocka_unit_test(bots_are_marked_with_their_reason),
        cmocka_unit_test(bots_are_told_from_people_and_sdks),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
