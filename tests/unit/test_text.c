/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the server says: words for facts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "text/text.h"

static void a_fact_has_our_own_word_or_its_name_with_spaces(void **state)
{
    static const struct {
        const char *written; /* the fact is what stands before the bar: what lies behind it is none of its business */
        const char *ru, *en;
    } rows[] = {
        { "source|s", "Источник", "Source" },
        { "total_time_on_site|_x", "Total time on site", "Total time on site" },
        { "город_вылета|", "город вылета", "город вылета" },
    };
    struct arena *a = arena_new(0);

    (void)state;
    for (size_t i = 0; i < countof(rows); i++) {
        struct str rest = str_of(rows[i].written), fact;
        str_next(&rest, '|', &fact);
        assert_true(str_eq(text_fact(a, LANG_RU, fact), str_of(rows[i].ru)));
        assert_true(str_eq(text_fact(a, LANG_EN, fact), str_of(rows[i].en)));
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fact_has_our_own_word_or_its_name_with_spaces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
