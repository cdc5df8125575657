/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Columns guessed, mappings read, rows turned into events or told why not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "intake/import.h"

static struct arena *a;
static const instant now = 1795374934000000; /* 2026-11-22T19:15:34Z */

static struct ctx ctx_new(void)
{
    return (struct ctx){ .arena = a, .now = now };
}

struct guess_case {
    enum intake_kind kind;
    const char *heading, *sample, *field;
};
static const struct guess_case guesses[] = {
    { INTAKE_LEADS, "E-mail", "", "email" },        { INTAKE_LEADS, "Почта", "", "email" },
    { INTAKE_LEADS, "ТЕЛЕФОН", "", "phone" },       { INTAKE_LEADS, "ФИО", "", "name" },
    { INTAKE_LEADS, "Должность", "", "title" },     { INTAKE_LEADS, "Компания", "", "company" },
    { INTAKE_LEADS, "Prospect ID", "", "user_id" }, { INTAKE_LEADS, "Lead Source", "", "source" },
    { INTAKE_LEADS, "Контакты", "ivan@mail.ru", "email" },
    { INTAKE_LEADS, "Связь", "+7 916 123-45-67", "phone" },
    { INTAKE_LEADS, "Contact", "Ivan Petrov", "name" }, { INTAKE_LEADS, "contact", "cellular", "" },
    { INTAKE_LEADS, "contact", "ivan@mail.ru", "email" }, { INTAKE_LEADS, "TotalVisits", "7", "" },
    { INTAKE_LEADS, "Converted", "1", "outcome" }, { INTAKE_LEADS, "y", "no", "outcome" },
    { INTAKE_LEADS, "Статус", "Успешно реализовано", "stage" }, { INTAKE_LEADS, "Статус", "Думает", "" },
    { INTAKE_LEADS, "Дата сделки", "", "outcome_at" }, { INTAKE_LEADS, "Decided", "", "outcome_at" },
    { INTAKE_LEADS, "Когда решилось", "", "outcome_at" },
    { INTAKE_LEADS, "Бюджет", "1 000 000 ₽", "budget" }, { INTAKE_LEADS, "Бюджет", "есть", "" }, { INTAKE_LEADS, "Created", "by hand", "" },
    { INTAKE_LEADS, "name\"; DELETE FROM leads;--", "x", "" },
    { INTAKE_EVENTS, "event_time", "", "timestamp" }, { INTAKE_EVENTS, "user_id", "", "userId" },
    { INTAKE_EVENTS, "messageId", "", "messageId" },
};

static const struct {
    const char *sample;
    enum intake_format format;
} kinds[] = {
    { "7", INTAKE_NUMBER },       { "-1", INTAKE_NUMBER },     { "2000.0", INTAKE_NUMBER }, { "1,234,567.8", INTAKE_NUMBER },
    { "1.234,5", INTAKE_NUMBER }, { "0.5", INTAKE_NUMBER },    { "20-50", INTAKE_TEXT },    { "31.12.2025", INTAKE_TEXT },
    { "2018-02-01", INTAKE_TEXT }, { "192.168.1.1", INTAKE_TEXT }, { "007", INTAKE_TEXT },  { "-", INTAKE_TEXT },
};

static void a_range_a_date_and_an_address_are_no_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < countof(kinds); i++) {
        struct str sample = str_of(kinds[i].sample);
        enum intake_format format;
        intake_guess(INTAKE_LEADS, STR("Stock"), &sample, 1, &format);
        if (format != kinds[i].format)
            fail_msg("%s: %s", kinds[i].sample, intake_format_names[format]);
    }
}

static void columns_are_guessed_by_heading_and_content(void **state)
{
    (void)state;
    for (size_t i = 0; i < countof(guesses); i++) {
        struct str sample = str_of(guesses[i].sample);
        enum intake_format format;
        struct str got = intake_guess(guesses[i].kind, str_of(guesses[i].heading), &sample, 1, &format);
        if (!str_eq(got, str_of(guesses[i].field)))
            fail_msg("%s: " STR_FMT, guesses[i].heading, STR_ARG(got));
    }
}

static struct intake_mapping mapping_of(enum intake_kind kind, const char *text, const char *headings)
{
    struct ctx c = ctx_new();
    struct intake_mapping m;
    struct json *v;
    struct str names[20], rest = str_of(headings);
    size_t n = 0;
    while (str_next(&rest, '|', &names[n]))
        n++;
    assert_int_equal(json_read(&c, str_of(text), &v), ERR_NONE);
    enum err e = intake_mapping_read(&c, kind, v, names, n, &m);
    if (e)
        fail_msg("%s: %s %s", text, c.fault.items[0].field, c.fault.items[0].note);
    return m;
}

static struct intake_row row_of(const struct intake_mapping *m, const char *cells)
{
    struct ctx c = ctx_new();
    struct intake_row row;
    struct str *list = ARENA_ARRAY(a, struct str, 32), rest = str_of(cells);
    size_t n = 0;
    while (str_next(&rest, '|', &list[n]))
        n++;
    struct csv_row from = { .number = 2, .cells = list, .count = n };
    intake_row_read(&c, m, &from, &row);
    return row;
}

struct value_case {
    const char *format, *manner, *cell;
    const char *want; /* JSON; NULL: refused with code */
    const char *code;
};
static const struct value_case values[] = {
    { "number", "", "1234", "1234", NULL },
    { "number", "", "1 234 567", "1234567", NULL },
    { "number", "", "1\xC2\xA0" "234,5", "1234.5", NULL },
    { "number", "", "1,5", "1.5", NULL },
    { "number", "", "1,234", "1234", NULL },
    { "number", "", "0,125", "0.125", NULL },
    { "number", "", "1,234.50", "1234.5", NULL },
    { "number", "", "1.234.567", "1234567", NULL },
    { "number", ",\"decimal\":\",\"", "1.234,5", "1234.5", NULL },
    { "number", ",\"decimal\":\",\"", "1,234", "1.234", NULL },
    { "number", "", "-5", "-5", NULL },
    { "number", "", "12%", "12", NULL },
    { "number", "", "12 тыс", NULL, "bad_number" },
    { "number", "", "1e5", NULL, "bad_number" },
    { "number", "", "нет", NULL, "bad_number" },
    { "boolean", "", "Да", "true", NULL },
    { "boolean", "", "No", "false", NULL },
    { "boolean", ",\"yes\":[\"Есть контакт\"]", "есть контакт", "true", NULL },
    { "boolean", "", "может быть", NULL, "bad_boolean" },
    { "date", "", "31.12.2025", "\"2025-12-31T00:00:00Z\"", NULL },
    { "date", "", "31.12.2025 23:59", "\"2025-12-31T23:59:00Z\"", NULL },
    { "date", ",\"zone_minutes\":180", "31.12.2025 23:59:01", "\"2025-12-31T20:59:01Z\"", NULL },
    { "date", ",\"dates\":\"mdy\"", "12/31/2025", "\"2025-12-31T00:00:00Z\"", NULL },
    { "date", "", "2025-12-31", "\"2025-12-31T00:00:00Z\"", NULL },
    { "date", "", "2025-12-31 10:20", "\"2025-12-31T10:20:00Z\"", NULL },
    { "date", ",\"zone_minutes\":180", "2025-12-31T10:20:00+01:00", "\"2025-12-31T09:20:00Z\"", NULL },
    { "date", "", "2019-10-01 00:00:00 UTC", "\"2019-10-01T00:00:00Z\"", NULL },
    { "date", "", "45657.5", "\"2024-12-31T12:00:00Z\"", NULL },
    { "date", "", "31.02.2025", NULL, "bad_date" },
    { "date", "", "12.31.2025", NULL, "bad_date" },
    { "date", "", "вчера", NULL, "bad_date" },
    { "text", "", "  x  ", "\"x\"", NULL },
};

static void values_are_read_in_the_manner_of_the_file(void **state)
{
    (void)state;
    for (size_t i = 0; i < countof(values); i++) {
        struct str text = str_print(a, "{\"columns\":[{\"index\":0,\"field\":\"user_id\"},{\"index\":1,\"field\":"
                                       "\"fact.x\",\"format\":\"%s\"}]%s}", values[i].format, values[i].manner);
        struct intake_mapping m = mapping_of(INTAKE_LEADS, text.ptr, "id|x");
        struct intake_row row = row_of(&m, str_print(a, "u1|%s", values[i].cell).ptr);
        if (!values[i].want) {
            if (row.fault_count != 1 || strcmp(row.faults[0].code, values[i].code) != 0 || row.faults[0].column != 1)
                fail_msg("%s: taken", values[i].cell);
            continue;
        }
        if (row.fault_count)
            fail_msg("%s: %s", values[i].cell, row.faults[0].code);
        struct buf b = buf_new(a, 1000);
        struct json_out o = json_to(&b);
        json_put(&o, json_find(row.event.traits, STR("x")));
        if (!str_eq(buf_str(&b), str_of(values[i].want)))
            fail_msg("%s: " STR_FMT, values[i].cell, STR_ARG(buf_str(&b)));
    }
}

struct stage_case {
    const char *manner, *cells, *stage, *fault;
};
static const struct stage_case stages[] = {
    { "", "1||", "won", NULL },                 { "", "0||", "lost", NULL },
    { "", "Нет||", "lost", NULL },              { "", "Closed Won||", "won", NULL },
    { "", "выигран||", "won", NULL },           { "", "||", "", NULL },
    { "", "в работе||", "", NULL },             { "", "||Переговоры", "talks", NULL },
    { "", "no||Переговоры", "lost", NULL },     { "", "||Успешно реализовано", "won", NULL },
    { "", "maybe||", "", "bad_outcome" },       { "", "||Думает", "", "bad_stage" },
    { ",\"yes\":[\"Куплен курс\"]", "куплен курс||", "won", NULL },
    { "", "1|вчера|", "won", "bad_date" },
};

static void row_tells_how_the_lead_ended(void **state)
{
    (void)state;
    for (size_t i = 0; i < countof(stages); i++) {
        struct str text = str_print(a, "{\"columns\":[{\"index\":0,\"field\":\"user_id\"},{\"index\":1,\"field\":\"outcome\"},"
                                       "{\"index\":2,\"field\":\"outcome_at\"},{\"index\":3,\"field\":\"stage\"}]%s}", stages[i].manner);
        struct intake_mapping m = mapping_of(INTAKE_LEADS, text.ptr, "id|o|at|s");
        struct intake_row row = row_of(&m, str_print(a, "u1|%s", stages[i].cells).ptr);

        if (row.fault_count != (stages[i].fault != NULL) || (stages[i].fault && strcmp(stages[i].fault, row.faults[0].code)))
            fail_msg("%s: %s", stages[i].cells, row.fault_count ? row.faults[0].code : "taken");
        if (!str_eq(row.stage, str_of(stages[i].stage)))
            fail_msg("%s: " STR_FMT, stages[i].cells, STR_ARG(row.stage));
    }
}

static void deed_of_stage_stands_behind_what_the_row_tells(void **state)
{
    static const struct {
        const char *cells;
        instant row, deed;
    } cases[] = {
        { "2025-12-31|2026-01-02|1", 1767139200000000, 1767312000000000 },
        { "2025-12-31|2025-12-31|1", 1767139200000000, 1767139200000001 },
        { "2025-12-31|2025-01-01|1", 1767139200000000, 1767139200000001 },
        { "2025-12-31||1", 1767139200000000, now },
        { "||1", now - 1, now },
        { "|2099-01-01|0", now - 1, now },
        { "|2026-01-02|1", now - 1, 1767312000000000 },
        { "||", now, 0 },
    };
    struct intake_mapping m = mapping_of(INTAKE_LEADS, "{\"columns\":[{\"index\":0,\"field\":\"user_id\"},{\"index\":1,\"field\":\"created_at\"},"
                                                       "{\"index\":2,\"field\":\"outcome_at\"},{\"index\":3,\"field\":\"outcome\"}]}", "id|c|at|o");
    struct str last = STR("");
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        struct intake_row row = row_of(&m, str_print(a, "u1|%s", cases[i].cells).ptr);
        struct ctx c = ctx_new();
        struct event deed = { 0 };

        assert_int_equal(row.fault_count, 0);
        assert_int_equal(row.event.at, cases[i].row);
        if (!cases[i].deed)
            continue;
        assert_int_equal(intake_row_deed(&c, &row, &deed), ERR_NONE);
        assert_int_equal(deed.at, cases[i].deed);
        assert_int_equal(json_path(deed.body, STR("properties.undated")) != NULL, row.stage_at == INSTANT_NONE);
        assert_true(str_eq(deed.who.user_id, STR("u1")));
        assert_false(str_eq(deed.message_id, row.event.message_id));
        assert_false(str_eq(deed.message_id, last));
        last = deed.message_id;
        assert_int_equal(intake_row_deed(&c, &row, &deed), ERR_NONE);
        assert_true(str_eq(deed.message_id, last));
    }
}

/* Of somebody new it is told as it was when the lead was decided; never so of a row that says itself when the lead came. */
static void undated_row_may_stand_before_its_outcome(void **state)
{
    static const struct {
        const char *cells;
        instant at;
    } cases[] = { { "|2026-01-02|1", 1767312000000000 - 1 }, { "2025-12-31|2026-01-02|1", 1767139200000000 }, { "||1", now - 1 }, { "|2026-01-02|", now } };
    struct intake_mapping m = mapping_of(INTAKE_LEADS, "{\"columns\":[{\"index\":0,\"field\":\"user_id\"},{\"index\":1,\"field\":\"created_at\"},"
                                                       "{\"index\":2,\"field\":\"outcome_at\"},{\"index\":3,\"field\":\"outcome\"}]}", "id|c|at|o");
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        struct intake_row row = row_of(&m, str_print(a, "u1|%s", cases[i].cells).ptr);

        intake_row_before_stage(&row);
        assert_int_equal(row.event.at, cases[i].at);
    }
}

static void row_of_people_becomes_identify(void **state)
{
    (void)state;
    struct intake_mapping m = mapping_of(
        INTAKE_LEADS, "{\"columns\":[{\"name\":\"ФИО\",\"field\":\"name\"},{\"name\":\"Почта\",\"field\":\"email\"},"
        "{\"name\":\"Тел\",\"field\":\"phone\"},{\"name\":\"Дата\",\"field\":\"created_at\"}],"
        "\"constants\":{\"country\":\"Россия\"},\"source\":\"Выставка\",\"empty\":[\"Select\"]}", "ФИО|Почта|Тел|Дата");
    struct intake_row row = row_of(&m, "Иван|ivan@mail.ru|Select|01.02.2026");
    assert_int_equal(row.fault_count, 0);
    assert_int_equal(row.event.kind, EVENT_IDENTIFY);
    assert_true(str_eq(row.event.who.email, STR("ivan@mail.ru")));
    assert_int_equal(row.event.who.phone.len, 0);
    assert_true(row.event.at == 1769904000000000);
    assert_true(str_eq(json_text(json_find(row.event.traits, STR("source"))), STR("Выставка")));
    assert_true(str_eq(json_text(json_find(row.event.traits, STR("country"))), STR("Россия")));
    assert_true(str_starts(row.event.message_id, STR("row-")));
    struct intake_row again = row_of(&m, "Иван|ivan@mail.ru||01.02.2026");
    assert_true(str_eq(row.event.message_id, again.event.message_id));
    struct intake_row other = row_of(&m, "Иван|ivan@mail.ru|89161234567|01.02.2026");
    assert_false(str_eq(row.event.message_id, other.event.message_id));
    /* Nobody: neither an identity nor a name. */
    struct intake_row nobody = row_of(&m, "|||01.02.2026");
    assert_int_equal(nobody.fault_count, 1);
    assert_string_equal(nobody.faults[0].code, "no_identity");
    /* A name alone is a lead. */
    struct intake_row named = row_of(&m, "Иван|||");
    assert_int_equal(named.fault_count, 0);
    assert_true(str_eq(named.event.who.anonymous_id, named.event.message_id));
    assert_true(named.event.at == now);
}

static void row_of_events_becomes_track(void **state)
{
    (void)state;
    struct intake_mapping m = mapping_of(
        INTAKE_EVENTS, "{\"columns\":[{\"index\":0,\"field\":\"timestamp\"},{\"index\":1,\"field\":\"event\"},"
        "{\"index\":2,\"field\":\"userId\"},{\"index\":3,\"field\":\"properties.price\",\"format\":\"number\"},"
        "{\"index\":4,\"field\":\"context.page.path\"},{\"index\":5,\"field\":\"messageId\"},"
        "{\"index\":6,\"field\":\"type\"}]}", "t|e|u|p|path|m|type");
    struct intake_row row = row_of(&m, "2019-10-01 00:00:00 UTC|view|541312140|35.79|/x|m-1|");
    assert_int_equal(row.fault_count, 0);
    assert_int_equal(row.event.kind, EVENT_TRACK);
    assert_true(str_eq(row.event.name, STR("view")));
    assert_true(str_eq(row.event.message_id, STR("m-1")));
    assert_true(str_eq(row.event.raw, STR("{\"userId\":\"541312140\",\"properties\":{\"price\":35.79},"
                                          "\"context\":{\"page\":{\"path\":\"/x\"}}}")));
    row = row_of(&m, "2019-10-01 00:00:00 UTC|view||1|/x|m-1|");
    assert_string_equal(row.faults[0].code, "no_identity");
    row = row_of(&m, "2019-10-01 00:00:00 UTC||u|1|/x|m-1|");
    assert_string_equal(row.faults[0].code, "no_event");
    row = row_of(&m, "2019-10-01 00:00:00 UTC||u|1|/x|m-1|page");
    assert_int_equal(row.fault_count, 0);
    assert_int_equal(row.event.kind, EVENT_PAGE);
    row = row_of(&m, "2019-10-01 00:00:00 UTC|x|u|1|/x|m-1|dance");
    assert_string_equal(row.faults[0].code, "bad_type");
}

/* Every field that tells who or what a row is, whatever format a mapping names for it. */
static void keys_are_text_whatever_their_format(void **state)
{
    static const struct {
        enum intake_kind kind;
        const char *field, *cell;
    } keys[] = {
        { INTAKE_LEADS, "user_id", "101" },     { INTAKE_LEADS, "anonymous_id", "101" }, { INTAKE_LEADS, "email", "1" },
        { INTAKE_LEADS, "phone", "1" },         { INTAKE_LEADS, "outcome", "1" },        { INTAKE_LEADS, "source", "7" },
        { INTAKE_EVENTS, "userId", "101" },     { INTAKE_EVENTS, "anonymousId", "101" }, { INTAKE_EVENTS, "event", "1" },
        { INTAKE_EVENTS, "type", "1" },         { INTAKE_EVENTS, "messageId", "1" },     { INTAKE_EVENTS, "email", "1" },
        { INTAKE_EVENTS, "phone", "1" },
    };
    static const char *const formats[] = { "text", "number", "boolean", "date" };
    (void)state;
    for (size_t i = 0; i < countof(keys); i++) {
        struct intake_row first = { .number = 0 };
        for (size_t f = 0; f < countof(formats); f++) {
            struct str text = str_print(a, "{\"columns\":[{\"index\":0,\"field\":\"%s\",\"format\":\"%s\"}]}", keys[i].field, formats[f]);
            struct intake_mapping m = mapping_of(keys[i].kind, text.ptr, "id");
            struct intake_row row = row_of(&m, keys[i].cell);
            if (!f)
                first = row;
            assert_int_equal(row.fault_count, first.fault_count);
            assert_true(str_eq(row.event.raw, first.event.raw));
            assert_true(str_eq(row.event.who.user_id, first.event.who.user_id));
            assert_true(str_eq(row.event.who.email, first.event.who.email));
        }
    }
    struct intake_mapping m = mapping_of(INTAKE_LEADS, "{\"columns\":[{\"index\":0,\"field\":\"user_id\",\"format\":\"number\"}]}", "id");
    assert_true(str_eq(row_of(&m, "0101").event.who.user_id, STR("0101")));
}

/* Constants may name more members of one object than a file may have columns: each finds its place, or the mapping is refused. */
static void constants_have_room(void **state)
{
    struct buf b = buf_new(a, 64 * 1024);
    (void)state;
    buf_print(&b, "{\"columns\":[{\"index\":0,\"field\":\"userId\"}");
    for (int i = 0; i < 150; i++)
        buf_print(&b, ",{\"index\":1,\"field\":\"properties.a.c%d\"}", i);
    buf_print(&b, "],\"constants\":{\"event\":\"x\"");
    for (int i = 0; i < 150; i++)
        buf_print(&b, ",\"properties.a.k%d\":\"1\"", i);
    buf_print(&b, "}}");
    struct intake_mapping m = mapping_of(INTAKE_EVENTS, str_dup(a, buf_str(&b)).ptr, "id|v");
    struct intake_row row = row_of(&m, "u1|2");
    assert_int_equal(row.fault_count, 0);
    assert_int_equal(json_find(json_find(row.event.body, STR("properties")), STR("a"))->count, 300);
}

struct mapping_case {
    const char *text, *pointer;
    enum err code;
    enum intake_kind kind;
};
static const struct mapping_case bad_mappings[] = {
    { "[]", "", ERR_BAD_FIELD },
    { "{}", "/columns", ERR_MISSING },
    { "{\"columns\":[]}", "/columns", ERR_MISSING },
    { "{\"columns\":[{\"index\":0,\"field\":\"\"}]}", "/columns", ERR_MISSING },
    { "{\"columns\":[{\"index\":9,\"field\":\"email\"}]}", "/columns/0/index", ERR_BAD_FIELD },
    { "{\"columns\":[{\"name\":\"нет\",\"field\":\"email\"}]}", "/columns/0/index", ERR_BAD_FIELD },
    { "{\"columns\":[{\"index\":0,\"field\":\"owner\"}]}", "/columns/0/field", ERR_BAD_FIELD },
    { "{\"columns\":[{\"index\":0,\"field\":\"email\"},{\"index\":1,\"field\":\"email\"}]}", "/columns/1/field", ERR_TWICE },
    { "{\"columns\":[{\"index\":0,\"field\":\"properties.a\"},{\"index\":1,\"field\":\"properties.a.b\"}]}", "/columns/1/field", ERR_TWICE,
      INTAKE_EVENTS },
    { "{\"columns\":[{\"index\":0,\"field\":\"traits.email\"},{\"index\":1,\"field\":\"email\"}]}", "/columns/1/field", ERR_TWICE, INTAKE_EVENTS },
    { "{\"columns\":[{\"index\":0,\"field\":\"properties.a.b\"}],\"constants\":{\"properties.a\":\"x\"}}", "/constants/properties.a", ERR_TWICE,
      INTAKE_EVENTS },
    { "{\"columns\":[{\"index\":0,\"field\":\"fact.x\",\"format\":\"blob\"}]}", "/columns/0/format", ERR_BAD_FIELD },
    { "{\"columns\":[{\"index\":0,\"field\":\"email\"}],\"decimal\":\";\"}", "/decimal", ERR_BAD_FIELD },
    { "{\"columns\":[{\"index\":0,\"field\":\"email\"}],\"colour\":1}", "/colour", ERR_UNKNOWN_FIELD },
    { "{\"columns\":[{\"index\":0,\"field\":\"email\"}],\"zone_minutes\":9999}", "/zone_minutes", ERR_OUT_OF_RANGE },
};

static void mapping_faults_have_their_place(void **state)
{
    (void)state;
    struct str headings[] = { STR("a"), STR("b") };
    for (size_t i = 0; i < countof(bad_mappings); i++) {
        struct ctx c = ctx_new();
        struct intake_mapping m;
        struct json *v;
        assert_int_equal(json_read(&c, str_of(bad_mappings[i].text), &v), ERR_NONE);
        enum err e = intake_mapping_read(&c, bad_mappings[i].kind, v, headings, 2, &m);
        if (e != bad_mappings[i].code || strcmp(c.fault.items[0].field, bad_mappings[i].pointer) != 0)
            fail_msg("%s: %d at %s", bad_mappings[i].text, e, c.fault.items[0].field);
    }
}

static void import_moves_by_its_table(void **state)
{
    (void)state;
    assert_true(intake_may(INTAKE_PREVIEW, INTAKE_RUNNING));
    assert_true(intake_may(INTAKE_DONE, INTAKE_UNDOING));
    assert_false(intake_may(INTAKE_RUNNING, INTAKE_RUNNING));
    assert_false(intake_may(INTAKE_DONE, INTAKE_RUNNING));
    assert_false(intake_may(INTAKE_UNDONE, INTAKE_RUNNING));
    assert_false(intake_may(INTAKE_PREVIEW, INTAKE_UNDOING));
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
        cmocka_unit_test(columns_are_guessed_by_heading_and_content),
        cmocka_unit_test(a_range_a_date_and_an_address_are_no_numbers),
        cmocka_unit_test(values_are_read_in_the_manner_of_the_file),
        cmocka_unit_test(row_tells_how_the_lead_ended),
        cmocka_unit_test(deed_of_stage_stands_behind_what_the_row_tells),
        cmocka_unit_test(undated_row_may_stand_before_its_outcome),
        cmocka_unit_test(row_of_people_becomes_identify),
        cmocka_unit_test(row_of_events_becomes_track),
        cmocka_unit_test(keys_are_text_whatever_their_format),
        cmocka_unit_test(constants_have_room),
        cmocka_unit_test(mapping_faults_have_their_place),
        cmocka_unit_test(import_moves_by_its_table),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
