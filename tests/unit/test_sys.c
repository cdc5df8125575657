/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Crypto against published vectors, the packed files, the words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sys/clock.h"
#include "sys/crypto.h"
#include "sys/currency.h"
#include "base/embed.h"
#include "text/text.h"

static struct arena *a;

static struct str hex(const uint8_t *p, size_t n)
{
    struct str all = STR("");
    for (size_t i = 0; i < n; i++)
        all = str_print(a, STR_FMT "%02x", STR_ARG(all), p[i]);
    return all;
}

static void crypto_gives_the_published_values(void **s)
{
    (void)s;
    uint8_t sum[32], key[16];
    crypto_sha256(STR("abc"), sum); /* FIPS 180-4 */
    assert_true(str_eq(hex(sum, 32), STR("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")));
    for (uint8_t i = 0; i < 16; i++)
        key[i] = i;
    char in[15];
    for (char i = 0; i < 15; i++)
        in[(int)i] = i;
    /* Aumasson and Bernstein, appendix A */
    assert_true(crypto_siphash(key, (struct str){ in, 15 }) == UINT64_C(0xa129ca6149be45e5));
}

static void currency_is_money_in_use(void **s)
{
    static const char *const money[] = { "RUB", "USD", "EUR", "KZT", "BYN", "JPY", "CNY", "AMD" };
    static const char *const none[] = { "", "ZZZ", "rub", "RU", "RUBL", "XXX", "XTS", "XAU", "DEM", "SUR", "\xe2\x82\xac", "R\0B" };

    (void)s;
    for (size_t i = 0; i < countof(money); i++)
        assert_true(currency_is_known(str_of(money[i])));
    for (size_t i = 0; i < countof(none); i++)
        assert_false(currency_is_known(str_of(none[i])));
}

static void crypto_random_does_not_repeat(void **s)
{
    (void)s;
    uint8_t one[32], two[32];
    crypto_random(one, 32);
    crypto_random(two, 32);
    assert_memory_not_equal(one, two, 32);
    assert_true(crypto_equal(one, one, 32));
    assert_false(crypto_equal(one, two, 32));
}

static void crypto_password_is_known_again(void **s)
{
    (void)s;
    struct ctx *c = ARENA_NEW(a, struct ctx);
    struct str kept;
    c->arena = a;
    assert_int_equal(crypto_password_hash(c, STR("correct horse"), &kept), ERR_NONE);
    assert_true(str_starts(kept, STR("$argon2id$v=19$m=19456,t=2,p=1$")));
    assert_true(crypto_password_is(c, kept, STR("correct horse")));
    assert_false(crypto_password_is(c, kept, STR("correct horse ")));
    assert_false(crypto_password_is(c, STR(""), STR("correct horse")));
    assert_false(crypto_password_is(c, STR("garbage"), STR("correct horse")));
}

static void clock_stands_where_a_test_puts_it(void **s)
{
    (void)s;
    clock_test_set(1234567, false);
    assert_int_equal(clock_now(), 1234567);
    assert_true(clock_is_test());
    assert_true(clock_wall() > INT64_C(1700000000000000));
    int64_t before = clock_mono_us();
    clock_sleep_us(2000);
    assert_true(clock_mono_us() - before >= 2000);
    assert_int_equal(clock_now(), 1234567);
}

static void embed_holds_the_migrations_in_order(void **s)
{
    (void)s;
    size_t at = 0, count = 0;
    const struct embed *f, *last = NULL;
    while ((f = embed_next(STR("sql/"), &at))) {
        uint8_t sum[32];
        crypto_sha256(f->body, sum);
        assert_true(str_eq(hex(sum, 32), str_of(f->hash)));
        assert_true(!last || str_cmp(last->path, f->path) < 0);
        assert_ptr_equal(embed_find(f->path), f);
        last = f;
        count++;
    }
    assert_true(count > 3);
    assert_null(embed_find(STR("sql/none.sql")));
    assert_null(embed_find(STR("")));
}

static void text_every_error_speaks_both_languages(void **s)
{
    (void)s;
    for (int e = 1; e < ERR_COUNT; e++)
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            struct str key = str_print(a, "error.%s", err_slug((enum err)e));
            struct str text = text_find((enum lang)lang, key);
            if (text.len < 5)
                fail_msg(STR_FMT, STR_ARG(key));
        }
    assert_true(str_is_null(text_find(LANG_RU, STR("error.no_such"))));
    assert_true(str_is_null(text_find(LANG_RU, STR(""))));
    assert_true(str_is_null(text_find(LANG_EN, STR("zzzz"))));
    assert_true(str_eq(text_get(LANG_EN, "no.such"), STR("no.such")));
}

static void text_forms_are_those_of_the_language(void **s)
{
    (void)s;
    static const struct { int64_t n; const char *ru, *en; } cases[] = {
        { 0, "many", "other" }, { 1, "one", "one" }, { 2, "few", "other" }, { 4, "few", "other" }, { 5, "many", "other" },
        { 11, "many", "other" }, { 12, "many", "other" }, { 14, "many", "other" }, { 21, "one", "other" }, { 22, "few", "other" },
        { 100, "many", "other" }, { 101, "one", "other" }, { 111, "many", "other" }, { 112, "many", "other" }, { 1002, "few", "other" },
        { -1, "one", "one" }, { -3, "few", "other" },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        assert_string_equal(text_form(LANG_RU, cases[i].n), cases[i].ru);
        assert_string_equal(text_form(LANG_EN, cases[i].n), cases[i].en);
    }
    assert_int_equal(text_lang(STR("en")), LANG_EN);
    assert_int_equal(text_lang(STR("xx")), LANG_RU);
    assert_string_equal(text_lang_code(LANG_EN), "en");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crypto_gives_the_published_values),
        cmocka_unit_test(crypto_random_does_not_repeat),
        cmocka_unit_test(crypto_password_is_known_again),
        cmocka_unit_test(currency_is_money_in_use),
        cmocka_unit_test(clock_stands_where_a_test_puts_it),
        cmocka_unit_test(embed_holds_the_migrations_in_order),
        cmocka_unit_test(text_every_error_speaks_both_languages),
        cmocka_unit_test(text_forms_are_those_of_the_language),
    };
    a = arena_new(0);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(a);
    return failed;
}
