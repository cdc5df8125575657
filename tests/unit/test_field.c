/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A struct by its table: read strictly, written whole, told as a schema. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/field.h"

static struct arena *a;

struct part {
    int64_t user;
    int64_t weight;
};
struct thing {
    struct str name;
    int64_t count;
    bool open;
    fix points;
    instant at;
    int64_t lead;
    int kind;
    const struct json *facts;
    struct str raw;
    struct field_list parts;
    struct str id;
    int mood;
};
static const char *const kinds[] = { "call", "meeting", NULL };
static const struct field part_fields[] = {
    { .name = "user_id", .kind = FIELD_ID, .offset = offsetof(struct part, user), .flags = FIELD_REQUIRED, .prefix = "us" },
    { .name = "weight", .kind = FIELD_INT, .offset = offsetof(struct part, weight), .min = 1, .max = 100 },
    { 0 },
};
static const struct field fields[] = {
    { .name = "name", .kind = FIELD_TEXT, .offset = offsetof(struct thing, name), .flags = FIELD_REQUIRED, .min = 1, .max = 5 },
    { .name = "count", .kind = FIELD_INT, .offset = offsetof(struct thing, count), .min = -5, .max = 5 },
    { .name = "open", .kind = FIELD_BOOL, .offset = offsetof(struct thing, open) },
    { .name = "points", .kind = FIELD_FIX, .offset = offsetof(struct thing, points) },
    { .name = "at", .kind = FIELD_INSTANT, .offset = offsetof(struct thing, at) },
    { .name = "lead_id", .kind = FIELD_ID, .offset = offsetof(struct thing, lead), .prefix = "ld" },
    { .name = "kind", .kind = FIELD_ENUM, .offset = offsetof(struct thing, kind), .names = kinds },
    { .name = "facts", .kind = FIELD_JSON, .offset = offsetof(struct thing, facts) },
    { .name = "raw", .kind = FIELD_RAW, .offset = offsetof(struct thing, raw) },
    { .name = "parts", .kind = FIELD_LIST, .offset = offsetof(struct thing, parts), .fields = part_fields, .item_size = sizeof(struct part), .max = 3 },
    { .name = "id", .kind = FIELD_TEXT, .offset = offsetof(struct thing, id), .flags = FIELD_READ_ONLY },
    { .name = "mood", .kind = FIELD_ENUM, .offset = offsetof(struct thing, mood), .names = kinds, .flags = FIELD_NULLABLE },
    { 0 },
};

static struct ctx *read_from(const char *text, struct thing *t, uint64_t *set, enum err *e)
{
    struct ctx *c = ARENA_NEW(a, struct ctx);
    struct json *v;
    c->arena = a;
    *e = json_read(c, str_of(text), &v);
    assert_int_equal(*e, ERR_NONE);
    *e = field_read(c, fields, v, t, set);
    return c;
}

static void field_writes_what_it_read(void **s)
{
    (void)s;
    static const char text[] = "{\"name\":\"Анна\",\"count\":-5,\"open\":true,\"points\":1.5,\"at\":\"2026-01-02T03:04:05Z\","
                               "\"lead_id\":\"ld_0000000000011\",\"kind\":\"meeting\",\"facts\":{\"a\":[1]},\"raw\":[1,2],"
                               "\"parts\":[{\"user_id\":\"us_0000000000012\",\"weight\":7}]";
    struct thing t = { 0 };
    enum err e;
    uint64_t set = 0;
    read_from(str_print(a, "%s}", text).ptr, &t, &set, &e);
    assert_int_equal(e, ERR_NONE);
    assert_int_equal(set, 0x3FF);
    struct buf b = buf_new(a, 4096);
    struct json_out o = json_to(&b);
    field_write(&o, fields, &t);
    if (!str_eq(buf_str(&b), str_print(a, "%s,\"id\":null,\"mood\":\"call\"}", text)))
        fail_msg(STR_FMT, STR_ARG(buf_str(&b)));
}

static void field_null_empties_and_is_counted_as_set(void **s)
{
    (void)s;
    struct thing t = { .count = 3, .lead = 4, .at = 5, .open = true };
    enum err e;
    uint64_t set = 0;
    read_from("{\"name\":\"x\",\"count\":null,\"lead_id\":null,\"at\":null,\"mood\":null}", &t, &set, &e);
    assert_int_equal(e, ERR_NONE);
    assert_true(t.count == 0 && t.lead == 0 && t.at == INSTANT_NONE && t.mood == -1 && t.open);
    assert_int_equal(set, 1 | 2 | 16 | 32 | 1 << 11);
}

/* A handler would look into a list at -1, and divide by 0. */
static void field_null_is_unsaid_where_nothing_is_no_value(void **s)
{
    (void)s;
    struct thing t = { .kind = 1, .open = true };
    enum err e;
    uint64_t set = 0;
    read_from("{\"name\":\"x\",\"kind\":null,\"open\":null,\"parts\":[{\"user_id\":\"us_0000000000001\",\"weight\":null}]}", &t, &set, &e);
    assert_int_equal(e, ERR_NONE);
    assert_true(t.kind == 1 && t.open);
    assert_int_equal(set, 1 | 1 << 9);
    read_from("{\"name\":\"x\",\"kind\":\"meeting\"}", &t, &set, &e);
    assert_true(t.kind == 1 && set == (1 | 64));
}

static const struct { const char *text; enum err want; const char *place; } bad[] = {
    { "{}", ERR_MISSING, "/name" }, { "{\"name\":null}", ERR_MISSING, "/name" }, { "{\"name\":\"\"}", ERR_MISSING, "/name" },
    { "{\"name\":\"123456\"}", ERR_TOO_LONG, "/name" }, { "{\"name\":5}", ERR_BAD_FIELD, "/name" }, { "[]", ERR_BAD_FIELD, "" },
    { "{\"name\":\"x\",\"nom/~\":1}", ERR_UNKNOWN_FIELD, "/nom~1~0" }, { "{\"name\":\"x\",\"count\":6}", ERR_OUT_OF_RANGE, "/count" },
    { "{\"name\":\"x\",\"count\":1.5}", ERR_BAD_FIELD, "/count" }, { "{\"name\":\"x\",\"points\":0.0000001}", ERR_BAD_FIELD, "/points" },
    { "{\"name\":\"x\",\"open\":1}", ERR_BAD_FIELD, "/open" }, { "{\"name\":\"x\",\"at\":\"today\"}", ERR_BAD_FIELD, "/at" },
    { "{\"name\":\"x\",\"lead_id\":\"us_0000000000011\"}", ERR_BAD_FIELD, "/lead_id" },
    { "{\"name\":\"x\",\"kind\":\"sms\"}", ERR_BAD_FIELD, "/kind" }, { "{\"name\":\"x\",\"kind\":1}", ERR_BAD_FIELD, "/kind" },
    { "{\"name\":\"x\",\"id\":\"y\"}", ERR_BAD_FIELD, "/id" }, { "{\"name\":\"x\",\"parts\":{}}", ERR_BAD_FIELD, "/parts" },
    { "{\"name\":\"x\",\"parts\":[{\"weight\":1}]}", ERR_MISSING, "/parts/0/user_id" },
    { "{\"name\":\"x\",\"parts\":[{\"user_id\":\"us_0000000000012\"},{\"user_id\":\"us_0000000000012\",\"weight\":0}]}", ERR_OUT_OF_RANGE, "/parts/1/weight" },
    { "{\"name\":\"x\",\"parts\":[1,2,3,4]}", ERR_TOO_LONG, "/parts" },
    { "{\"name\":\"x\",\"at\":\"yesterday\"}", ERR_BAD_FIELD, "/at" },
    { "{\"name\":\"x\",\"at\":\"2999-01-01T00:00:00Z\"}", ERR_OUT_OF_RANGE, "/at" },
    { "{\"name\":\"x\",\"at\":\"2200-01-01\"}", ERR_OUT_OF_RANGE, "/at" },
    { "{\"name\":\"x\",\"at\":\"1899-12-31T23:59:59.999999Z\"}", ERR_OUT_OF_RANGE, "/at" },
};

static void field_refuses_by_name_of_the_place(void **s)
{
    (void)s;
    for (size_t i = 0; i < countof(bad); i++) {
        struct thing t = { 0 };
        enum err e;
        struct ctx *c = read_from(bad[i].text, &t, NULL, &e);
        if (e != bad[i].want || c->fault.count != 1 || strcmp(c->fault.items[0].field, bad[i].place) != 0)
            fail_msg("%s: %s at %s", bad[i].text, err_slug(e), c->fault.items[0].field);
    }
}

static void field_tells_the_words_there_are(void **s)
{
    (void)s;
    struct thing t = { 0 };
    enum err e;
    struct ctx *c = read_from("{\"name\":\"x\",\"kind\":\"sms\",\"at\":\"2199-12-31T23:59:59Z\"}", &t, NULL, &e);
    assert_int_equal(c->fault.count, 1);
    assert_string_equal(c->fault.items[0].note, "one of: call, meeting");
}

static void field_notes_all_faults_at_once(void **s)
{
    (void)s;
    struct thing t = { 0 };
    enum err e;
    struct ctx *c = read_from("{\"count\":9,\"open\":2,\"nope\":3}", &t, NULL, &e);
    assert_int_equal(c->fault.count, 4);
    assert_int_equal(e, ERR_OUT_OF_RANGE);
}

static void field_schema_says_what_is_taken(void **s)
{
    (void)s;
    struct buf b = buf_new(a, 8192);
    struct json_out o = json_to(&b);
    json_begin(&o);
    field_schema(&o, fields, true);
    json_end(&o);
    struct ctx *c = ARENA_NEW(a, struct ctx);
    struct json *v;
    c->arena = a;
    assert_int_equal(json_read(c, buf_str(&b), &v), ERR_NONE);
    assert_int_equal(json_find(v, STR("required"))->count, 1);
    assert_null(json_path(v, STR("properties.id")));
    int64_t n;
    assert_true(json_int(json_path(v, STR("properties.name.maxLength")), &n) && n == 5);
    assert_true(json_int(json_path(v, STR("properties.count.minimum")), &n) && n == -5);
    assert_true(str_eq(json_text(json_path(v, STR("properties.parts.items.properties.user_id.pattern"))), STR("^us_[0-9a-hjkmnp-tv-z]{13}$")));
    assert_true(json_path(v, STR("properties.kind.enum"))->count == 3); /* null too */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(field_writes_what_it_read),
        cmocka_unit_test(field_null_empties_and_is_counted_as_set),
        cmocka_unit_test(field_null_is_unsaid_where_nothing_is_no_value),
        cmocka_unit_test(field_refuses_by_name_of_the_place),
        cmocka_unit_test(field_tells_the_words_there_are),
        cmocka_unit_test(field_notes_all_faults_at_once),
        cmocka_unit_test(field_schema_says_what_is_taken),
    };
    a = arena_new(0);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(a);
    return failed;
}
