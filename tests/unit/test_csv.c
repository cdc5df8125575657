/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables as people export them: any delimiter, encoding and line end, read in pieces of any size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "format/csv.h"

static struct arena *a;

/* All rows as "n:a|b|c\n", read in pieces of the given size. NULL when reading fails. */
static struct str rows_of(struct str file, size_t piece, struct csv_shape shape)
{
    struct ctx c = { .arena = a };
    struct csv *v = csv_open(shape);
    struct buf out = buf_new(a, 16 * 1024 * 1024);
    struct csv_row row;
    bool failed = false;

    for (size_t at = 0; !failed && (at < file.len || at == 0); at += piece) {
        failed = csv_feed(&c, v, str_sub(file, at, piece), at + piece >= file.len) != ERR_NONE;
        while (!failed && csv_next(v, &row)) {
            buf_print(&out, "%lld:", (long long)row.number);
            for (size_t i = 0; i < row.count; i++) {
                if (i)
                    buf_char(&out, '|');
                buf_add(&out, row.cells[i]);
            }
            buf_add(&out, row.broken_text ? STR("!\n") : STR("\n"));
        }
    }
    csv_close(v);
    return failed ? STR_NULL : buf_str(&out);
}

struct file_case {
    const char *what, *text;
    size_t len;
    const char *rows; /* NULL: reading fails */
    char delimiter;
    enum csv_encoding encoding;
};
#define F(text) text, sizeof(text) - 1
static const struct file_case files[] = {
    { "plain", F("a,b\r\n1,2\r\n"), "1:a|b\n2:1|2\n", ',', CSV_UTF8 },
    { "semicolon, decimal comma", F("имя;балл\nИван;1,5\nПётр;2,5\n"),
      "1:имя|балл\n2:Иван|1,5\n3:Пётр|2,5\n", ';', CSV_UTF8 },
    { "tab", F("a\tb\n1\t2\n"), "1:a|b\n2:1|2\n", '\t', CSV_UTF8 },
    { "bar", F("a|b\n1|2\n"), "1:a|b\n2:1|2\n", '|', CSV_UTF8 },
    { "mark of byte order", F("\xEF\xBB\xBF" "a;b\n1;2\n"), "1:a|b\n2:1|2\n", ';', CSV_UTF8 },
    { "sep line", F("sep=;\r\na;b\r\n1;2\r\n"), "1:a|b\n2:1|2\n", ';', CSV_UTF8 },
    { "sep line of comma", F("sep=,\r\na,b\r\n"), "1:a|b\n", ',', CSV_UTF8 },
    { "lone CR", F("a,b\r1,2\r3,4"), "1:a|b\n2:1|2\n3:3|4\n", ',', CSV_UTF8 },
    { "mixed ends", F("a,b\r\n1,2\n3,4\r5,6"), "1:a|b\n2:1|2\n3:3|4\n4:5|6\n", ',', CSV_UTF8 },
    { "blank lines have numbers", F("a,b\r\n\r\n1,2\r\n\n\n3,4\n"), "1:a|b\n3:1|2\n6:3|4\n", ',', CSV_UTF8 },
    { "line in quotes", F("a,b\n\"1\n1\",\"2,\"\"2\"\"\"\n"), "1:a|b\n2:1\n1|2,\"2\"\n", ',', CSV_UTF8 },
    { "quotes inside", F("name,x\nООО \"Ромашка\",1\n"), "1:name|x\n2:ООО \"Ромашка\"|1\n", ',', CSV_UTF8 },
    { "empty cells kept", F("a,b,c,\n,,,\n1,,3,\n"), "1:a|b|c|\n2:|||\n3:1||3|\n", ',', CSV_UTF8 },
    { "apostrophe off", F("a\n'+7916\n'=1\n'abc\n''=x\n"), "1:a\n2:+7916\n3:=1\n4:'abc\n5:'=x\n", ',', CSV_UTF8 },
    { "windows-1251", F("\xC8\xEC\xFF;\xD2\xE5\xEB\n\xA8\xE6\xE8\xEA;\xB9 1\n"),
      "1:Имя|Тел\n2:Ёжик|№ 1\n", ';', CSV_CP1251 },
    { "UTF-16 of Excel", F("\xFF\xFE" "a\0\t\0\x18\x04\n\0" "1\0\t\0=\xD8\x00\xDE\n\0"),
      "1:a|И\n2:1|\xF0\x9F\x98\x80\n", '\t', CSV_UTF16LE },
    { "UTF-16, other end first", F("\xFE\xFF\0a\0,\x04\x18\0\n\0" "1\0,\0" "2"),
      "1:a|И\n2:1|2\n", ',', CSV_UTF16BE },
    { "broken UTF-8 is told", F("имя,b\nx\xC3,1\n"), "1:имя|b\n2:x\xEF\xBF\xBD|1!\n", ',', CSV_UTF8 },
    { "NUL is told", F("a,b\nx\0y,1\nx,2\n"), "1:a|b\n2:x\xEF\xBF\xBDy|1!\n3:x|2\n", ',', CSV_UTF8 },
    { "open quote", F("a,b\n\"1,2\n3,4\n"), NULL, ',', CSV_UTF8 },
    { "empty file", F(""), "", ',', CSV_UTF8 },
    { "one column", F("email\na@b.ru\n"), "1:email\n2:a@b.ru\n", ',', CSV_UTF8 },
    { "SQL in a heading", F("name\"; DELETE FROM leads;--,email\nx,a@b.ru\n"),
      "1:name\"; DELETE FROM leads;--|email\n2:x|a@b.ru\n", ',', CSV_UTF8 },
};

static void csv_reads_what_people_export(void **state)
{
    (void)state;
    static const size_t pieces[] = { 1, 2, 3, 7, 1000000 };
    for (size_t i = 0; i < countof(files); i++) {
        struct str file = { files[i].text, files[i].len };
        struct csv_shape shape = csv_sniff(file, true);
        if (shape.delimiter != files[i].delimiter || shape.encoding != files[i].encoding)
            fail_msg("%s: taken for '%c' in %s", files[i].what, shape.delimiter,
                     csv_encoding_name(shape.encoding));
        for (size_t p = 0; p < countof(pieces); p++) {
            struct str got = rows_of(file, pieces[p], shape);
            struct str want = str_of(files[i].rows);
            if (str_is_null(got) != str_is_null(want) || !str_eq(got, want))
                fail_msg("%s in pieces of %zu:\n" STR_FMT, files[i].what, pieces[p], STR_ARG(got));
        }
    }
}

static void csv_writes_and_reads_the_same(void **state)
{
    (void)state;
    static const char *const cells[] = {
        "", " ", " x ", "a\"b", "a,b", "a;b", "a\rb", "a\nb", "\r\n", "=cmd|'/C calc'!A0", "+1+1", "-2+3",
        "@SUM(A1)", "\t=1", "\r=1", "'=x", "''+", "'", "-5", "-3,25", "+79161234567", "Привет", "\"\"", "sep=",
    };
    for (int bom = 0; bom < 2; bom++) {
        for (size_t i = 0; i < countof(cells); i++) {
            struct buf b = buf_new(a, 4096);
            struct csv_out o = csv_to(&b, bom ? ';' : ',', bom);
            csv_put(&o, STR("first"));
            csv_put(&o, str_of(cells[i]));
            csv_end(&o);
            struct str got = rows_of(buf_str(&b), 3, (struct csv_shape){ CSV_UTF8, bom ? ';' : ',' });
            struct str want = str_print(a, "1:first|%s\n", cells[i]);
            if (!str_eq(got, want))
                fail_msg("<%s> came back as " STR_FMT, cells[i], STR_ARG(got));
        }
    }
}

static void csv_writes_no_formula(void **state)
{
    (void)state;
    static const struct { const char *cell, *text; } cases[] = {
        { "=1", "\"'=1\"\r\n" }, { "+7", "\"'+7\"\r\n" }, { "@x", "\"'@x\"\r\n" },
        { "-2+3", "\"'-2+3\"\r\n" }, { "-5", "-5\r\n" }, { "-1.50", "-1.50\r\n" }, { "x", "x\r\n" },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        struct buf b = buf_new(a, 4096);
        struct csv_out o = csv_to(&b, ';', false);
        csv_put(&o, str_of(cases[i].cell));
        csv_end(&o);
        if (!str_eq(buf_str(&b), str_of(cases[i].text)))
            fail_msg("%s: " STR_FMT, cases[i].cell, STR_ARG(buf_str(&b)));
    }
}

static void csv_limits_end_the_reading(void **state)
{
    (void)state;
    struct csv_shape shape = { CSV_UTF8, ',' };
    struct buf wide = buf_new(a, 1 << 22), deep = buf_new(a, 1 << 23);

    buf_add(&wide, STR("a,b\n"));
    for (int i = 0; i < 1000000; i++)
        buf_char(&wide, ',');
    assert_true(str_is_null(rows_of(buf_str(&wide), 65536, shape)));
    for (int i = 0; i < LIMIT_CELL_BYTES * 2; i++)
        buf_char(&deep, 'x');
    assert_true(str_is_null(rows_of(buf_str(&deep), 65536, shape)));
    buf_char(&deep, '\n');
    assert_true(str_is_null(rows_of(buf_str(&deep), 1 << 23, shape)));
    struct ctx c = { .arena = a };
    struct csv *v = csv_open(shape);
    assert_int_equal(csv_feed(&c, v, STR("a\nb\n\"c\n"), true), ERR_BAD_FIELD);
    assert_non_null(strstr(c.fault.items[0].note, "row 3"));
    csv_close(v);
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
        cmocka_unit_test(csv_reads_what_people_export),
        cmocka_unit_test(csv_writes_and_reads_the_same),
        cmocka_unit_test(csv_writes_no_formula),
        cmocka_unit_test(csv_limits_end_the_reading),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
