/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Arenas, views of text, texts that grow, maps, UTF-8, faults: the ground. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "base/map.h"
#include "base/sorted.h"
#include "base/utf8.h"

static struct arena *a;

static void same(struct str got, const char *want)
{
    if (!str_eq(got, str_of(want)))
        fail_msg("got \"" STR_FMT "\", wanted \"%s\"", STR_ARG(got), want);
}

static void arena_pieces_are_aligned_and_apart(void **s)
{
    (void)s;
    struct arena *own = arena_new(0);
    char *last = NULL;
    for (size_t n = 1; n < 5000; n += 7) {
        char *p = arena_alloc(own, n);
        assert_int_equal((uintptr_t)p % 16, 0);
        memset(p, (int)(n & 127), n);
        if (last)
            assert_int_equal(last[0], (int)((n - 7) & 127));
        last = p;
    }
    assert_true(arena_used(own) > 5000 / 7 * 2000);
    arena_reset(own);
    assert_int_equal(arena_used(own), 0);
    arena_free(own);
    arena_free(NULL);
}

static int let_go_order[4], let_go_count;
static void let_go(void *what)
{
    let_go_order[let_go_count++] = *(int *)what;
}

static void arena_lets_go_of_what_goes_with_it(void **s)
{
    struct arena *own = arena_new(0);

    (void)s;
    for (int i = 0; i < 3; i++) {
        int *n = arena_alloc(own, sizeof *n); /* read when the memory is about to go */

        *n = i;
        arena_with(own, let_go, n);
    }
    arena_reset(own);
    assert_int_equal(let_go_count, 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(let_go_order[i], 2 - i);
    arena_free(own);
    assert_int_equal(let_go_count, 3);
}

static void arena_grow_keeps_what_was_there(void **s)
{
    (void)s;
    struct arena *own = arena_new(0);
    char *p = arena_alloc(own, 10);
    memcpy(p, "0123456789", 10);
    char *q = arena_grow(own, p, 10, 100);
    assert_ptr_equal(p, q); /* the last piece grows in place */
    arena_alloc(own, 1);
    char *r = arena_grow(own, q, 100, 200000);
    assert_ptr_not_equal(q, r);
    assert_memory_equal(r, "0123456789", 10);
    assert_ptr_equal(arena_grow(own, r, 200000, 5), r);
    arena_free(own);
}

static void str_compares_and_finds(void **s)
{
    (void)s;
    assert_true(str_cmp(STR("a"), STR("ab")) < 0);
    assert_true(str_cmp(STR("b"), STR("ab")) > 0);
    assert_int_equal(str_cmp(STR(""), STR_NULL), 0);
    assert_true(str_eq_nocase(STR("Content-Type"), STR("content-TYPE")));
    assert_false(str_eq_nocase(STR("a["), STR("a{"))); /* 32 apart, no letters */
    assert_true(str_starts(STR("abc"), STR("")));
    assert_false(str_starts(STR("ab"), STR("abc")));
    assert_true(str_ends(STR("a.sql"), STR(".sql")));
    assert_int_equal(str_find(STR("abcabc"), STR("ca")), 2);
    assert_int_equal(str_find(STR("abc"), STR("abcd")), -1);
    assert_int_equal(str_find(STR_NULL, STR("")), 0);
    assert_int_equal(str_find_char(STR_NULL, 'a'), -1);
    same(str_trim(STR(" \t\r\n a b \n")), "a b");
    same(str_trim(STR("   ")), "");
    same(str_sub(STR("abc"), 1, 99), "bc");
    same(str_sub(STR("abc"), 9, 1), "");
    same(str_print(a, "%d %s %0300d", 7, "x", 1), str_print(a, "7 x %0300d", 1).ptr);
    same(str_lower(a, STR("ABzЯ")), "abzЯ");
    assert_true(str_is_null(str_dup(a, STR_NULL)));
    assert_false(str_is_null(str_dup(a, STR(""))));
}

static void str_next_gives_every_piece(void **s)
{
    (void)s;
    static const char *const want[] = { "a", "", "b", "" };
    struct str rest = STR("a,,b,"), piece;
    for (size_t i = 0; i < countof(want); i++) {
        assert_true(str_next(&rest, ',', &piece));
        same(piece, want[i]);
    }
    assert_false(str_next(&rest, ',', &piece));
}

static void str_to_int_takes_whole_numbers_within_63_bits(void **s)
{
    (void)s;
    static const struct { const char *text; bool good; int64_t value; } cases[] = {
        { "0", true, 0 }, { "-0", true, 0 }, { "007", true, 7 }, { "-15", true, -15 },
        { "9223372036854775807", true, INT64_MAX }, { "-9223372036854775808", true, INT64_MIN },
        { "9223372036854775808", false, 0 }, { "-9223372036854775809", false, 0 },
        { "", false, 0 }, { "-", false, 0 }, { "+1", false, 0 }, { "1 ", false, 0 }, { "0x1", false, 0 },
        { "99999999999999999999999", false, 0 },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        int64_t v = 0;
        if (str_to_int(str_of(cases[i].text), &v) != cases[i].good || v != cases[i].value)
            fail_msg("%s", cases[i].text);
    }
}

static void buf_stops_at_its_limit_and_says_so(void **s)
{
    (void)s;
    struct buf b = buf_new(a, 10);
    buf_add(&b, STR("12345"));
    buf_print(&b, "%d", 67890);
    assert_false(b.full);
    same(buf_str(&b), "1234567890");
    buf_char(&b, 'x');
    assert_true(b.full);
    same(buf_str(&b), "1234567890");
    b = buf_new(a, 100);
    buf_int(&b, INT64_MIN);
    buf_char(&b, ' ');
    buf_int(&b, 0);
    same(buf_str(&b), "-9223372036854775808 0");
    b = buf_new(a, 0);
    same(buf_str(&b), "");
}

static void map_finds_what_was_put(void **s)
{
    (void)s;
    struct map m = map_new(a, 0);
    static int values[1000];
    for (int i = 0; i < 1000; i++) {
        map_put(&m, str_print(a, "key %d", i), &values[0]);
        map_put(&m, str_print(a, "key %d", i), &values[i]);
    }
    assert_int_equal(m.count, 1000);
    for (int i = 0; i < 1000; i++)
        assert_ptr_equal(map_find(&m, str_print(a, "key %d", i)), &values[i]);
    assert_null(map_find(&m, STR("key 1000")));
    assert_null(map_find(&m, STR("")));
    size_t at = 0, count = 0;
    struct str key;
    void *value;
    while (map_next(&m, &at, &key, &value))
        count++;
    assert_int_equal(count, 1000);
    assert_null(map_find(&(struct map){ 0 }, STR("a")));
}

static void utf8_takes_what_rfc_3629_takes(void **s)
{
    (void)s;
    static const struct { const char *text; bool good; } cases[] = {
        { "", true }, { "aя€😀", true }, { "\xED\x9F\xBF", true }, { "\xF4\x8F\xBF\xBF", true },
        { "\xC3\x28", false }, { "\xC0\x80", false }, { "\xE0\x80\xAF", false }, { "\xED\xA0\x80", false },
        { "\xF4\x90\x80\x80", false }, { "\xF5\x80\x80\x80", false }, { "\x80", false }, { "a\xE2\x82", false },
        { "\xC3", false }, { "\xFF", false },
    };
    for (size_t i = 0; i < countof(cases); i++)
        if (utf8_is_valid(str_of(cases[i].text)) != cases[i].good)
            fail_msg("case %zu", i);
    assert_false(utf8_is_valid(STR("a\0b")));
    assert_int_equal(utf8_count(STR("aя€😀")), 4);
    same(utf8_cut(STR("aя€😀"), 3), "aя€");
    same(utf8_cut(STR("aя"), 9), "aя");
    same(utf8_cut(STR("aя"), 0), "");
    same(utf8_line(a, STR("Боб\r\nBcc: x\t\x7f\xc2\x85\xe2\x80\xa8\xe2\x80\xa9."), 99), "Боб  Bcc: x     .");
    same(utf8_line(a, STR("a\nя€😀"), 4), "a я€");
    same(utf8_line(a, STR(""), 4), "");
}

static void utf8_fold_puts_letter_case_aside(void **s)
{
    (void)s;
    static const struct { const char *text, *want; } cases[] = {
        { "Генеральный ДИРЕКТОР", "генеральный директор" }, { "Ёлка ёж", "елка еж" },
        { "Straße ÀÉÎ", "straße àéî" }, { "ŁÓDŹ Žižkov", "łódź žižkov" }, { "ΑΣΣ ΆΈ ας", "ασσ άέ ασ" },
        { "Їжак Ґ Ў", "їжак ґ ў" }, { "×÷", "×÷" }, { "\xFFz", "\xEF\xBF\xBDz" },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        struct str fold = utf8_fold(a, str_of(cases[i].text));
        same(fold, cases[i].want);
        same(utf8_fold(a, fold), cases[i].want);
    }
    for (uint32_t cp = 1; cp < 0x600; cp++) { /* the fold of a fold is itself, for every letter */
        char text[4];
        struct str once = utf8_fold(a, (struct str){ text, utf8_put(text, cp) });
        assert_true(str_eq(utf8_fold(a, once), once));
    }
}

static void fault_keeps_place_and_note_within_bounds(void **s)
{
    (void)s;
    struct ctx *c = ARENA_NEW(a, struct ctx);
    c->arena = a;
    assert_int_equal(fault_field(c, ERR_BAD_FIELD, "email"), ERR_BAD_FIELD);
    assert_string_equal(c->fault.items[0].field, "email");
    char place[301];
    memset(place, 'x', 300);
    place[300] = '\0';
    memcpy(place + 126, "я", 2); /* the cut would fall within it */
    fault_at(c, ERR_MISSING, str_of(place), "%s", place);
    assert_int_equal(strlen(c->fault.items[1].field), 126);
    assert_true(utf8_is_valid(str_of(c->fault.items[1].note)));
    for (int i = 0; i < 2 * FAULTS_MAX; i++)
        fault_set(c, ERR_BUSY, "note %d", i);
    assert_int_equal(c->fault.count, 2 * FAULTS_MAX + 2);
    assert_string_equal(c->fault.items[FAULTS_MAX - 1].note, "note 29");
    fault_clear(c);
    assert_int_equal(c->fault.count, 0);
}

static void err_every_row_has_status_and_slug(void **s)
{
    (void)s;
    for (int e = 1; e < ERR_COUNT; e++) {
        assert_in_range(err_status((enum err)e), 400, 599);
        assert_true(strlen(err_slug((enum err)e)) > 2);
        for (int other = 1; other < e; other++)
            assert_string_not_equal(err_slug((enum err)e), err_slug((enum err)other));
    }
}

static void base64_reads_what_it_writes(void **s)
{
    (void)s;
    struct str back;
    for (size_t n = 0; n < 70; n++) {
        char bytes[70];
        for (size_t i = 0; i < n; i++)
            bytes[i] = (char)(i * 37 + n * 11);
        assert_true(base64_parse(a, base64_url(a, (struct str){ bytes, n }), &back));
        assert_true(str_eq(back, (struct str){ bytes, n }));
    }
    same(base64_url(a, STR("\xFB\xFF")), "-_8");
    assert_true(base64_parse(a, STR("+/8="), &back));
    assert_true(str_eq(back, STR("\xFB\xFF")));
    assert_false(base64_parse(a, STR("a b"), &back));
    assert_false(base64_parse(a, STR("aaaaa"), &back));
}

static void arena_list_grows_and_keeps_what_stands_in_it(void **state)
{
    struct arena *own = arena_new(1 << 20);
    int64_t *list = NULL;

    (void)state;
    for (size_t n = 0; n < 1000; n++) {
        list = arena_more(own, list, n, sizeof *list);
        list[n] = (int64_t)n;
        (void)arena_alloc(own, 24); /* something comes between, so that it cannot grow in place */
        for (size_t i = 0; i <= n; i++)
            assert_int_equal(list[i], i);
    }
    arena_free(own);
}

static void sorted_finds_what_is_there_and_where_the_rest_would_stand(void **state)
{
    struct row {
        int64_t id, place;
    } rows[] = { { 7, 0 }, { -3, 1 }, { INT64_MAX, 2 }, { 7, 3 }, { 0, 4 }, { INT64_MIN, 5 }, { 0, 6 } };
    const struct row *found;
    size_t n = sorted_once(rows, countof(rows), sizeof *rows, SORTED_RISING);

    (void)state;
    assert_int_equal(n, 5);
    for (size_t i = 1; i < n; i++)
        assert_true(rows[i - 1].id < rows[i].id);
    found = sorted_find(rows, n, sizeof *rows, 7);
    assert_true(found && (found->place == 0 || found->place == 3));
    assert_null(sorted_find(rows, n, sizeof *rows, 8));
    assert_null(sorted_find(rows, 0, sizeof *rows, 7));
    assert_int_equal(sorted_at(rows, n, sizeof *rows, SORTED_RISING, 8), 4);
    assert_int_equal(sorted_at(rows, n, sizeof *rows, SORTED_RISING, INT64_MIN), 0);
    assert_int_equal(sorted_once(rows, n, sizeof *rows, SORTED_FALLING), 5);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(sorted_at(rows, n, sizeof *rows, SORTED_FALLING, rows[i].id), i);
    assert_int_equal(sorted_at(rows, n, sizeof *rows, SORTED_FALLING, 8), 1);
    assert_int_equal(sorted_once(NULL, 0, sizeof *rows, SORTED_RISING), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_list_grows_and_keeps_what_stands_in_it),
        cmocka_unit_test(arena_pieces_are_aligned_and_apart),
        cmocka_unit_test(arena_grow_keeps_what_was_there),
        cmocka_unit_test(arena_lets_go_of_what_goes_with_it),
        cmocka_unit_test(str_compares_and_finds),
        cmocka_unit_test(str_next_gives_every_piece),
        cmocka_unit_test(str_to_int_takes_whole_numbers_within_63_bits),
        cmocka_unit_test(buf_stops_at_its_limit_and_says_so),
        cmocka_unit_test(map_finds_what_was_put),
        cmocka_unit_test(utf8_takes_what_rfc_3629_takes),
        cmocka_unit_test(utf8_fold_puts_letter_case_aside),
        cmocka_unit_test(fault_keeps_place_and_note_within_bounds),
        cmocka_unit_test(err_every_row_has_status_and_slug),
        cmocka_unit_test(base64_reads_what_it_writes),
        cmocka_unit_test(sorted_finds_what_is_there_and_where_the_rest_would_stand),
    };
    a = arena_new(0);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(a);
    return failed;
}
