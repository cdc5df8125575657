/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Any bytes as a small value: an instant, points, an id, base64, an address. What is taken prints to what is taken again, the same. */
#include <stdlib.h>

#include "base/base64.h"
#include "base/fix.h"
#include "base/id.h"
#include "base/utf8.h"
#include "net/url.h"

static void check_numbers(struct str s)
{
    char text[FIX_TEXT_MAX];
    int64_t v, again;

    if (instant_parse(s, &v)) {
        assert(instant_parse(instant_print(v, text), &again) && again == v);
    }
    if (fix_parse(s, &v)) {
        assert(fix_parse(fix_print(v, text), &again) && again == v);
        assert(fix_cut(s) == v);
    }
    if (id_parse("ld", s, &v))
        assert(str_eq(id_print("ld", v, text), s));
    if (str_to_int(s, &v))
        assert(v == 0 || s.len > 0);
}

static void check_addresses(struct arena *a, struct str s)
{
    struct str out, again, rest = s, name, value;

    if (url_decode(a, s, true, &out)) {
        assert(utf8_is_valid(out));
        assert(url_decode(a, url_encode(a, out), false, &again) && str_eq(again, out));
    }
    while (url_next_pair(a, &rest, &name, &value) == 1)
        assert(utf8_is_valid(name) && utf8_is_valid(value));
    if (base64_parse(a, s, &out))
        assert(base64_parse(a, base64_url(a, out), &again) && str_eq(again, out));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct str s = { (const char *)data, size };

    check_numbers(s);
    check_addresses(a, s);
    struct str fold = utf8_fold(a, s);
    assert(utf8_is_valid(fold) || memchr(fold.ptr, 0, fold.len));
    assert(str_eq(utf8_fold(a, fold), fold));
    arena_free(a);
    return 0;
}
