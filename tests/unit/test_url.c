/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Targets and forms taken apart; base64. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/base64.h"
#include "net/url.h"

static struct arena *a;

static void url_decodes_or_refuses(void **state)
{
    static const struct {
        const char *in, *out; /* NULL: refused */
        bool plus;
    } cases[] = {
        { "", "", false },           { "abc", "abc", false },        { "a%20b", "a b", false },
        { "a+b", "a+b", false },     { "a+b", "a b", true },         { "%D0%B0", "а", false },
        { "%d0%b0", "а", false },    { "%", NULL, false },           { "%2", NULL, false },
        { "%zz", NULL, false },      { "a%00b", NULL, false },       { "%ff", NULL, false },
        { "%25zz", "%zz", false },   { "%c0%af", NULL, false },      { "x%2", NULL, true },
    };

    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        struct str out;
        bool ok = url_decode(a, str_of(cases[i].in), cases[i].plus, &out);

        assert_int_equal(ok, cases[i].out != NULL);
        if (ok)
            assert_true(str_eq(out, str_of(cases[i].out)));
    }
}

static void url_knows_a_clean_path(void **state)
{
    static const struct {
        const char *path;
        bool clean;
    } cases[] = {
        { "/", true },      { "/a/b", true },    { "/a//b", true },     { "/a.b/..c", true }, { "", false },
        { "a", false },     { "/..", false },    { "/../a", false },    { "/a/./b", false },  { "/a/..", false },
        { "/a\\b", false }, { "/a\tb", false },  { "/a\x7f", false },   { "http://x/", false },
    };

    (void)state;
    for (size_t i = 0; i < countof(cases); i++)
        assert_int_equal(url_path_is_clean(str_of(cases[i].path)), cases[i].clean);
}

static void url_gives_pairs_in_order(void **state)
{
    struct str rest = STR("a=1&&b=%D1%8F&c&=d&e=f=g&h=%zz"), name, value;
    static const char *const want[][2] = { { "a", "1" }, { "b", "я" }, { "c", "" }, { "", "d" }, { "e", "f=g" } };

    (void)state;
    for (size_t i = 0; i < countof(want); i++) {
        assert_int_equal(url_next_pair(a, &rest, &name, &value), 1);
        assert_true(str_eq(name, str_of(want[i][0])));
        assert_true(str_eq(value, str_of(want[i][1])));
    }
    assert_int_equal(url_next_pair(a, &rest, &name, &value), -1);
    rest = STR_NULL;
    assert_int_equal(url_next_pair(a, &rest, &name, &value), 0);
    assert_true(str_eq(url_find_pair(a, STR("x=1&y=2"), STR("y")), STR("2")));
    assert_true(str_is_null(url_find_pair(a, STR("x=1&y=2"), STR("z"))));
}

static void url_splits_at_the_first_mark(void **state)
{
    struct str path, query;

    (void)state;
    url_split(STR("/a?b?c"), &path, &query);
    assert_true(str_eq(path, STR("/a")) && str_eq(query, STR("b?c")));
    url_split(STR("/a?"), &path, &query);
    assert_true(!str_is_null(query) && query.len == 0);
    url_split(STR("/a"), &path, &query);
    assert_true(str_is_null(query));
}

static void url_encodes_what_it_decodes(void **state)
{
    char bytes[255];
    struct str all = { bytes, 127 }, out;

    (void)state;
    for (int i = 0; i < 127; i++)
        bytes[i] = (char)(i + 1);
    assert_true(url_decode(a, url_encode(a, all), false, &out) && str_eq(out, all));
    assert_true(url_decode(a, url_encode(a, all), true, &out) && str_eq(out, all));
}

static void base64_reads_what_it_writes(void **state)
{
    (void)state;
    for (size_t len = 0; len < 100; len++) {
        char bytes[100];
        struct str in = { bytes, len }, out;

        for (size_t i = 0; i < len; i++)
            bytes[i] = (char)(i * 37 + len * 11);
        assert_true(base64_parse(a, base64_url(a, in), &out));
        assert_true(str_eq(in, out));
    }
}

static void base64_takes_both_alphabets_and_nothing_else(void **state)
{
    static const struct {
        const char *text, *bytes; /* NULL: none */
    } cases[] = {
        { "", "" },         { "YQ==", "a" },  { "YQ", "a" },     { "YWI=", "ab" }, { "YWJj", "abc" }, { "Pz8_", "???" },
        { "Pz8/", "???" },  { "Y", NULL },    { "YQ=", NULL },   { "YQ===", NULL }, { "Y Q=", NULL },  { "YWJj=", NULL },
        { "=", NULL },      { "YQ==YQ==", NULL },
    };

    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        struct str out;
        bool ok = base64_parse(a, str_of(cases[i].text), &out);

        if (ok != (cases[i].bytes != NULL))
            fail_msg("%s", cases[i].text);
        if (ok)
            assert_true(str_eq(out, str_of(cases[i].bytes)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(url_decodes_or_refuses),      cmocka_unit_test(url_knows_a_clean_path),
        cmocka_unit_test(url_gives_pairs_in_order),    cmocka_unit_test(url_splits_at_the_first_mark),
        cmocka_unit_test(url_encodes_what_it_decodes), cmocka_unit_test(base64_reads_what_it_writes),
        cmocka_unit_test(base64_takes_both_alphabets_and_nothing_else),
    };
    int bad;

    a = arena_new(0);
    bad = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(a);
    return bad;
}
