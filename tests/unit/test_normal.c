/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* E-mails and phones: what is one address, what is none. The vectors in tests/data were made with libphonenumber. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/json.h"
#include "lead/normal.h"

static struct arena *a;

struct email_case {
    const char *text;
    enum lead_normal want;
    const char *key;
    int is_free;
};
static const struct email_case emails[] = {
    { "ivan@example.com", LEAD_NORMAL_OK, "ivan@example.com", 0 },
    { "  Ivan.Petrov@Example.COM ", LEAD_NORMAL_OK, "ivan.petrov@example.com", 0 },
    { "\xC2\xA0ivan@mail.ru\xC2\xA0", LEAD_NORMAL_OK, "ivan@mail.ru", 1 },
    { "Иван <ivan@gmail.com>", LEAD_NORMAL_OK, "ivan@gmail.com", 1 },
    { "mailto:ivan@ya.ru", LEAD_NORMAL_OK, "ivan@ya.ru", 1 },
    { "ivan@example.com.", LEAD_NORMAL_OK, "ivan@example.com", 0 },
    { "ivan@example.com;", LEAD_NORMAL_OK, "ivan@example.com", 0 },
    { "почта@Пример.РФ", LEAD_NORMAL_OK, "почта@xn--e1afmkfd.xn--p1ai", 0 },
    { "ПОЧТА@пример.рф", LEAD_NORMAL_OK, "почта@xn--e1afmkfd.xn--p1ai", 0 },
    { "user@B\xC3\xBC" "cher.example", LEAD_NORMAL_OK, "user@xn--bcher-kva.example", 0 },
    { "a+tag@gmail.com", LEAD_NORMAL_OK, "a+tag@gmail.com", 1 },
    { "a.b@gmail.com", LEAD_NORMAL_OK, "a.b@gmail.com", 1 },
    { "x@notgmail.com", LEAD_NORMAL_OK, "x@notgmail.com", 0 },
    { "o'brien@example.ie", LEAD_NORMAL_OK, "o'brien@example.ie", 0 },
    { "", LEAD_NORMAL_EMPTY, NULL, 0 },
    { "   ", LEAD_NORMAL_EMPTY, NULL, 0 },
    { "ivan", LEAD_NORMAL_SHAPE, NULL, 0 },
    { "@example.com", LEAD_NORMAL_SHAPE, NULL, 0 },
    { "ivan@", LEAD_NORMAL_SHAPE, NULL, 0 },
    { "a@b@example.com", LEAD_NORMAL_SHAPE, NULL, 0 },
    { ".a@example.com", LEAD_NORMAL_SHAPE, NULL, 0 },
    { "a..b@example.com", LEAD_NORMAL_SHAPE, NULL, 0 },
    { "a b@example.com", LEAD_NORMAL_SHAPE, NULL, 0 },
    { "\"a b\"@example.com", LEAD_NORMAL_SHAPE, NULL, 0 },
    { "a@b.example>\r\nRCPT TO:<x@y.example>", LEAD_NORMAL_HIDDEN, NULL, 0 },
    { "a@b.example> <x@y.example>", LEAD_NORMAL_SHAPE, NULL, 0 },
    { "Ivan\n<x@y.example>", LEAD_NORMAL_HIDDEN, NULL, 0 },
    { "x@y.example <x@y.example>", LEAD_NORMAL_OK, "x@y.example", 0 },
    { "ivan@localhost", LEAD_NORMAL_DOMAIN, NULL, 0 },
    { "ivan@127.0.0.1", LEAD_NORMAL_DOMAIN, NULL, 0 },
    { "ivan@-example.com", LEAD_NORMAL_DOMAIN, NULL, 0 },
    { "ivan@exa_mple.com", LEAD_NORMAL_DOMAIN, NULL, 0 },
    { "ivan@example..com", LEAD_NORMAL_DOMAIN, NULL, 0 },
    { "iv\xE2\x80\x8B" "an@example.com", LEAD_NORMAL_HIDDEN, NULL, 0 },
    { "ivan@exam\xE2\x80\x8Dple.com", LEAD_NORMAL_HIDDEN, NULL, 0 },
    { "\xE2\x80\xAEivan@example.com", LEAD_NORMAL_HIDDEN, NULL, 0 },
    { "iv\xC2\xAD" "an@example.com", LEAD_NORMAL_HIDDEN, NULL, 0 },
    { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.com", LEAD_NORMAL_LONG,
      NULL, 0 },
};

static void email_is_one_identity_however_typed(void **state)
{
    (void)state;
    for (size_t i = 0; i < countof(emails); i++) {
        struct lead_email email = { .free = false }, again;
        enum lead_normal got = lead_email_parse(a, str_of(emails[i].text), &email);
        if (got != emails[i].want)
            fail_msg("<%s>: %d, not %d", emails[i].text, got, emails[i].want);
        if (got != LEAD_NORMAL_OK)
            continue;
        if (!str_eq(email.key, str_of(emails[i].key)) || email.free != emails[i].is_free)
            fail_msg("<%s>: " STR_FMT " free %d", emails[i].text, STR_ARG(email.key), email.free);
        assert_int_equal(lead_email_parse(a, email.key, &again), LEAD_NORMAL_OK);
        assert_true(str_eq(again.key, email.key));
    }
}

struct phone_case {
    const char *text, *region;
    enum lead_normal want;
    const char *e164;
};
static const struct phone_case phones[] = {
    { "8 029 123-45-67", "BY", LEAD_NORMAL_OK, "+375291234567" },
    { "80291234567", "BY", LEAD_NORMAL_OK, "+375291234567" },
    { "067 123 45 67", "UA", LEAD_NORMAL_OK, "+380671234567" },
    { "+380 (67) 123-45-67", "RU", LEAD_NORMAL_OK, "+380671234567" },
    { "90 123 45 67", "UZ", LEAD_NORMAL_OK, "+998901234567" },
    { "030 123456", "DE", LEAD_NORMAL_OK, "+4930123456" },
    { "+49 (0)30 123456", "RU", LEAD_NORMAL_OK, "+4930123456" },
    { "06 12 34 56 78", "FR", LEAD_NORMAL_OK, "+33612345678" },
    { "+44 (0)20 7946 0958", "", LEAD_NORMAL_OK, "+442079460958" },
    { "1-212-555-0123", "US", LEAD_NORMAL_OK, "+12125550123" },
    { "011 44 20 7946 0958", "US", LEAD_NORMAL_OK, "+442079460958" },
    { "тел.: 8 (916) 123-45-67", "RU", LEAD_NORMAL_OK, "+79161234567" },
    { "+7 916 123-45-67, +7 916 765-43-21", "RU", LEAD_NORMAL_OK, "+79161234567" },
    { "8(916)1234567 или 89167654321", "RU", LEAD_NORMAL_OK, "+79161234567" },
    { "\xE2\x80\xAA+7 916 123-45-67\xE2\x80\xAC", "RU", LEAD_NORMAL_OK, "+79161234567" },
    { "'+79161234567", "RU", LEAD_NORMAL_OK, "+79161234567" },
    { "79161234567.0", "RU", LEAD_NORMAL_OK, "+79161234567" },
    { "+7 8 916 123 45 67", "RU", LEAD_NORMAL_OK, "+79161234567" },
    { "+971 50 123 4567", "RU", LEAD_NORMAL_OK, "+971501234567" },
    { "+234 802 123 4567", "RU", LEAD_NORMAL_OK, "+2348021234567" },
    { "7.91612E+10", "RU", LEAD_NORMAL_EATEN, NULL },
    { "7,91612E+10", "RU", LEAD_NORMAL_EATEN, NULL },
    { "7.9e10", "RU", LEAD_NORMAL_EATEN, NULL },
    { "", "RU", LEAD_NORMAL_EMPTY, NULL },
    { "нет", "RU", LEAD_NORMAL_SHAPE, NULL },
    { "112", "RU", LEAD_NORMAL_SHORT, NULL },
    { "12345", "RU", LEAD_NORMAL_SHORT, NULL },
    { "+7 000 000 00 00", "RU", LEAD_NORMAL_SHAPE, NULL },
    { "+7 916 123 45 67 89", "RU", LEAD_NORMAL_SHAPE, NULL },
    { "+7 916 123 45 67 89 01 23", "RU", LEAD_NORMAL_LONG, NULL },
    { "+7 916 123 45 67 89 01 23 45 67", "RU", LEAD_NORMAL_LONG, NULL },
    { "ivan@example.com", "RU", LEAD_NORMAL_SHAPE, NULL },
    { "8 916 123 45 67 звонить после 18", "RU", LEAD_NORMAL_SHAPE, NULL },
    { "9161234567", "", LEAD_NORMAL_REGION, NULL },
};

static void phone_is_one_number_however_typed(void **state)
{
    (void)state;
    for (size_t i = 0; i < countof(phones); i++) {
        struct lead_phone p = { .checked = false }, again;
        enum lead_normal got = lead_phone_parse(a, str_of(phones[i].text), phones[i].region, &p);
        if (got != phones[i].want)
            fail_msg("<%s> in %s: %d %s, not %d", phones[i].text, phones[i].region, got, p.e164,
                     phones[i].want);
        if (got != LEAD_NORMAL_OK)
            continue;
        if (strcmp(p.e164, phones[i].e164) != 0)
            fail_msg("<%s>: %s", phones[i].text, p.e164);
        assert_int_equal(lead_phone_parse(a, str_of(p.e164), "", &again), LEAD_NORMAL_OK);
        assert_string_equal(again.e164, p.e164);
    }
}

static void phone_agrees_with_libphonenumber(void **state)
{
    (void)state;
    static char text[65536];
    struct ctx c = { .arena = a };
    struct json *v;
    FILE *f = fopen("tests/data/e164-vectors.json", "rb");
    assert_non_null(f);
    size_t len = fread(text, 1, sizeof text, f);
    fclose(f);
    assert_int_equal(json_read(&c, (struct str){ text, len }, &v), ERR_NONE);
    const struct json *cases = json_find(v, STR("cases"));
    assert_true(cases && cases->count >= 20);
    for (uint32_t i = 0; i < cases->count; i++) {
        const struct json *one = &cases->as.items[i];
        struct str input = json_text(json_find(one, STR("input")));
        struct str want = json_text(json_find(one, STR("e164")));
        struct str ext = json_text(json_find(one, STR("ext")));
        bool valid = json_find(one, STR("valid"))->as.truth;
        struct lead_phone p = { .checked = false };
        enum lead_normal got = lead_phone_parse(
            a, input, str_cz(a, json_text(json_find(one, STR("default_country")))), &p);
        if ((got == LEAD_NORMAL_OK) != valid)
            fail_msg("<" STR_FMT ">: %d, valid %d", STR_ARG(input), got, valid);
        if (!valid)
            continue;
        if (!str_eq(str_of(p.e164), want) || !str_eq(str_of(p.extension), ext) ||
            !str_eq(str_of(p.country), json_text(json_find(one, STR("country")))))
            fail_msg("<" STR_FMT ">: %s %s ext %s", STR_ARG(input), p.e164, p.country, p.extension);
    }
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
        cmocka_unit_test(email_is_one_identity_however_typed),
        cmocka_unit_test(phone_is_one_number_however_typed),
        cmocka_unit_test(phone_agrees_with_libphonenumber),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
