/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* JSON in and out: what is read, what is refused and where, what one bad item does to its batch. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/id.h"
#include "base/json.h"

static struct arena *a;

/* A copy that ends where the heap's piece ends, so that the address sanitizer sees a byte read behind it. */
static struct str exact(const char *text)
{
    size_t n = strlen(text);
    char *p = malloc(n ? n : 1);
    memcpy(p, text, n);
    return (struct str){ p, n };
}

static struct str written(const struct json *v)
{
    struct buf b = buf_new(a, 1 << 20);
    struct json_out o = json_to(&b);
    json_put(&o, v);
    return buf_str(&b);
}

static const struct { const char *text, *want; } good[] = {
    { "{}", "{}" }, { "[]", "[]" }, { " null ", "null" }, { "true", "true" }, { "\"\"", "\"\"" }, { "-0", "0" },
    { " [ 1 , 2.50 ,\n-7, 1e999, 9223372036854775808 ] ", "[1,2.50,-7,1e999,9223372036854775808]" },
    { "{\"a\":\"b\\u00e9\\ud83d\\ude00\\n\\/\"}", "{\"a\":\"bé😀\\n/\"}" },
    { "\"\\\"\\\\\\b\\f\\r\\t\"", "\"\\\"\\\\\\u0008\\u000c\\r\\t\"" },
    { "[[],{},[{\"\":null}],\"}\"]", "[[],{},[{\"\":null}],\"}\"]" },
    { "1E+5", "1E+5" }, { "0.0000001", "0.0000001" }, { "{\"a\":1,\"A\":2}", "{\"a\":1,\"A\":2}" },
    { "\"12345678\\u041f\"", "\"12345678П\"" },
};

static void json_reads_what_is_json(void **s)
{
    (void)s;
    for (size_t i = 0; i < countof(good); i++) {
        struct ctx *c = ARENA_NEW(a, struct ctx);
        struct json *v;
        c->arena = a;
        struct str text = exact(good[i].text);
        if (json_read(c, text, &v))
            fail_msg("%s: %s", good[i].text, c->fault.items[0].note);
        if (!str_eq(written(v), str_of(good[i].want)))
            fail_msg("%s gave " STR_FMT, good[i].text, STR_ARG(written(v)));
        assert_true(str_eq(v->raw, str_trim(text)));
        free((char *)text.ptr);
    }
}

static const struct { const char *text; enum err want; const char *place; } bad[] = {
    { "", ERR_BAD_JSON, "" }, { "  ", ERR_BAD_JSON, "" }, { "[1,]", ERR_BAD_JSON, "/1" }, { "[1 2]", ERR_BAD_JSON, "/1" },
    { "{\"a\" 1}", ERR_BAD_JSON, "/a" }, { "{\"a\":1,}", ERR_BAD_JSON, "/a" }, { "{1:2}", ERR_BAD_JSON, NULL },
    { "01", ERR_BAD_JSON, "" }, { "-", ERR_BAD_JSON, "" }, { "NaN", ERR_BAD_JSON, "" }, { "1a", ERR_BAD_JSON, "" },
    { "1\"a\"", ERR_BAD_JSON, "" }, { "\"a\"b", ERR_BAD_JSON, "" }, { "tru", ERR_BAD_JSON, "" }, { "truex", ERR_BAD_JSON, "" },
    { "nullnull", ERR_BAD_JSON, "" }, { "{} garbage", ERR_BAD_JSON, "" }, { "\xEF\xBB\xBF{}", ERR_BAD_JSON, "" },
    { "[", ERR_BAD_JSON, NULL }, { "{\"a\":", ERR_BAD_JSON, "/a" }, { "\"a", ERR_BAD_JSON, "" }, { "[\"\\x\"]", ERR_BAD_JSON, "/0" },
    { "[\"\\u12\"]", ERR_BAD_JSON, "/0" }, { "}", ERR_BAD_JSON, "" }, { "[1}", ERR_BAD_JSON, NULL }, { "[1]]", ERR_BAD_JSON, "" },
    { "[1.]", ERR_BAD_JSON, "/0" }, { "[.5]", ERR_BAD_JSON, "/0" }, { "[+1]", ERR_BAD_JSON, "/0" }, { "[1e]", ERR_BAD_JSON, "/0" },
    { "\"a\tb\"", ERR_BAD_JSON, "" }, { "[:]", ERR_BAD_JSON, "/0" }, { "[,1]", ERR_BAD_JSON, "/0" }, { "{\"a\":1 \"b\":2}", ERR_BAD_JSON, NULL },
    { "[\"\xC3\x28\"]", ERR_BAD_UTF8, "" }, { "[\"\\ud800\"]", ERR_BAD_UTF8, "/0" }, { "[\"\\udc00\\ud800\"]", ERR_BAD_UTF8, "/0" },
    { "[\"\\ud800\\u0041\"]", ERR_BAD_UTF8, "/0" }, { "{\"a/~\":[0,\"\\u0000\"]}", ERR_NUL, "/a~1~0/1" },
    { "{\"\\u0000\":1}", ERR_NUL, NULL },
    { "{\"x\":[{\"a\":1,\"b\":2,\"a\":3}]}", ERR_DUPLICATE_KEY, "/x/0/a" },
    { "{\"a\":1,\"\\u0061\":2}", ERR_DUPLICATE_KEY, "/a" },
    { "{\"1\":0,\"2\":0,\"3\":0,\"4\":0,\"5\":0,\"6\":0,\"7\":0,\"8\":0,\"9\":0,\"10\":0,\"11\":0,\"12\":0,\"13\":0,\"5\":0}", ERR_DUPLICATE_KEY, "/5" },
};

static void json_refuses_what_is_not_and_says_where(void **s)
{
    (void)s;
    for (size_t i = 0; i < countof(bad); i++) {
        struct ctx *c = ARENA_NEW(a, struct ctx);
        struct json *v;
        c->arena = a;
        struct str text = exact(bad[i].text);
        enum err e = json_read(c, text, &v);
        if (e != bad[i].want || c->fault.count != 1)
            fail_msg("%s: %s", bad[i].text, err_slug(e));
        if (bad[i].place && strcmp(bad[i].place, c->fault.items[0].field) != 0)
            fail_msg("%s: at %s", bad[i].text, c->fault.items[0].field);
        free((char *)text.ptr);
    }
}

static void json_depth_is_64_and_deeper_costs_nothing(void **s)
{
    (void)s;
    static char text[200001];
    struct ctx *c = ARENA_NEW(a, struct ctx);
    struct json *v;
    c->arena = a;
    memset(text, '[', 64);
    memset(text + 64, ']', 64);
    assert_int_equal(json_read(c, str_of(text), &v), ERR_NONE);
    memset(text, '[', 65);
    memset(text + 65, ']', 65);
    assert_int_equal(json_read(c, str_of(text), &v), ERR_BAD_JSON);
    memset(text, '[', 200000);
    size_t before = arena_used(a);
    assert_int_equal(json_read(c, str_of(text), &v), ERR_BAD_JSON);
    for (int i = 0; i < 200000; i += 5)
        memcpy(text + i, "{\"a\":", 5);
    assert_int_equal(json_read(c, str_of(text), &v), ERR_BAD_JSON);
    assert_true(arena_used(a) - before < 20000);
}

static void json_numbers_keep_their_kind(void **s)
{
    (void)s;
    struct ctx *c = ARENA_NEW(a, struct ctx);
    struct json *v;
    c->arena = a;
    assert_int_equal(json_read(c, STR("[9223372036854775807,9223372036854775808,1e999,-1e999,0.5,1.0,1e-400]"), &v), 0);
    static const enum json_type want[] = { JSON_INT, JSON_NUM, JSON_TEXTNUM, JSON_TEXTNUM, JSON_NUM, JSON_NUM };
    for (size_t i = 0; i < countof(want); i++)
        assert_int_equal(v->as.items[i].type, want[i]);
    fix f;
    assert_true(json_fix(&v->as.items[4], &f) && f == 500000);
    assert_false(json_fix(&v->as.items[0], &f));
    assert_false(json_fix(&v->as.items[2], &f));
    assert_false(json_int(&v->as.items[4], &f));
    assert_false(json_int(NULL, &f));
}

static void json_batch_one_bad_item_spoils_only_itself(void **s)
{
    (void)s;
    struct ctx *c = ARENA_NEW(a, struct ctx);
    struct json *v;
    enum err *is_bad;
    char deep[141] = "";
    c->arena = a;
    memset(deep, '[', 70);
    memset(deep + 70, ']', 70);
    struct str text = str_print(a, "{\"sentAt\":1, \"batch\" : [ {\"a\":1}, {\"a\":\"\\ud800\"},{\"a\":{\"b\":1,\"b\":2}},%s,[\"\\u0000\"],"
                                   "{\"batch\":[1]},7 ],\"context\":{}}", deep);
    assert_int_equal(json_read_batch(c, text, STR("batch"), &v, &is_bad), 0);
    static const enum err want[] = { 0, ERR_BAD_UTF8, ERR_DUPLICATE_KEY, ERR_BAD_JSON, ERR_NUL, 0, 0 };
    const struct json *list = json_find(v, STR("batch"));
    assert_int_equal(list->count, countof(want));
    for (size_t i = 0; i < countof(want); i++) {
        assert_int_equal(is_bad[i], want[i]);
        if (want[i])
            assert_int_equal(list->as.items[i].type, JSON_NULL);
    }
    assert_true(str_eq(list->as.items[0].raw, STR("{\"a\":1}")));
    assert_true(str_eq(list->as.items[2].raw, STR("{\"a\":{\"b\":1,\"b\":2}}")));
    assert_true(str_eq(list->as.items[5].raw, STR("{\"batch\":[1]}")));
    assert_true(str_eq(list->as.items[6].raw, STR("7")));
    assert_int_equal(c->fault.count, 0);
    assert_int_equal(json_read_batch(c, STR("{\"x\":\"\\ud800\",\"batch\":[]}"), STR("batch"), &v, &is_bad), ERR_BAD_UTF8);
    assert_int_equal(json_read_batch(c, STR("{\"batch\":[{\"a\":}]}"), STR("batch"), &v, &is_bad), ERR_BAD_JSON);
    assert_int_equal(json_read_batch(c, STR("{\"batch\":[],\"batch\":[]}"), STR("batch"), &v, &is_bad), ERR_DUPLICATE_KEY);
    assert_int_equal(json_read_batch(c, STR("[1]"), STR("batch"), &v, &is_bad), ERR_NONE);
}

static void json_paths_lead_through_objects(void **s)
{
    (void)s;
    struct ctx *c = ARENA_NEW(a, struct ctx);
    struct json *v;
    c->arena = a;
    assert_int_equal(json_read(c, STR("{\"a\":{\"b\":{\"c\":\"x\"}},\"t\":true}"), &v), 0);
    assert_true(str_eq(json_text(json_path(v, STR("a.b.c"))), STR("x")));
    assert_null(json_path(v, STR("a.c.c")));
    assert_null(json_path(v, STR("t.b")));
    assert_null(json_find(NULL, STR("a")));
    assert_true(str_is_null(json_text(json_path(v, STR("a")))));
}

static void json_members_that_are_not_allowed_are_all_named(void **state)
{
    static const char *const allowed[] = { "one", "two", NULL };
    struct ctx c = { .arena = a };
    struct json *v;

    (void)state;
    assert_int_equal(json_read(&c, STR("{\"two\":1,\"colour\":2,\"One\":3}"), &v), ERR_NONE);
    assert_int_equal(json_members_check(&c, v, STR("/when"), allowed), ERR_UNKNOWN_FIELD);
    assert_int_equal(c.fault.count, 2);
    assert_string_equal(c.fault.items[0].field, "/when/colour");
    assert_string_equal(c.fault.items[1].field, "/when/One");
    assert_int_equal(json_read(&c, STR("[{\"colour\":2}]"), &v), ERR_NONE);
    assert_int_equal(json_members_check(&c, v, STR(""), allowed), ERR_NONE);
}

static void json_writer_sees_to_commas_and_escapes(void **s)
{
    (void)s;
    struct buf b = buf_new(a, 4096);
    struct json_out o = json_to(&b);
    json_begin(&o);
    json_key(&o, "a\"");
    json_list(&o);
    json_put_int(&o, -1);
    json_list(&o);
    json_list_end(&o);
    json_put_bool(&o, true);
    json_put_text(&o, STR("\x01<я"));
    json_put_text(&o, STR_NULL);
    json_put_text(&o, STR(""));
    json_list_end(&o);
    json_key(&o, "b");
    json_put_fix(&o, -1500000);
    json_key(&o, "c");
    json_put_instant(&o, 0);
    json_key(&o, "d");
    json_put_instant(&o, INSTANT_NEVER);
    json_key(&o, "e");
    json_put_id(&o, "ld", 33);
    json_key(&o, "f");
    json_put_id(&o, "ld", 0);
    json_end(&o);
    static const char want[] = "{\"a\\\"\":[-1,[],true,\"\\u0001<я\",null,\"\"],\"b\":-1.5,\"c\":\"1970-01-01T00:00:00Z\","
                               "\"d\":null,\"e\":\"ld_0000000000011\",\"f\":null}";
    if (!str_eq(buf_str(&b), str_of(want)))
        fail_msg(STR_FMT, STR_ARG(buf_str(&b)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_reads_what_is_json),
        cmocka_unit_test(json_refuses_what_is_not_and_says_where),
        cmocka_unit_test(json_depth_is_64_and_deeper_costs_nothing),
        cmocka_unit_test(json_numbers_keep_their_kind),
        cmocka_unit_test(json_batch_one_bad_item_spoils_only_itself),
        cmocka_unit_test(json_paths_lead_through_objects),
        cmocka_unit_test(json_members_that_are_not_allowed_are_all_named),
        cmocka_unit_test(json_writer_sees_to_commas_and_escapes),
    };
    a = arena_new(0);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(a);
    return failed;
}
