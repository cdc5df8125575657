/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Any bytes as a target, a query, base64: what is taken is valid and comes back the same. */
#include <stdlib.h>

#include "base/base64.h"
#include "base/utf8.h"
#include "net/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct str in = { (const char *)data, size }, path, query, out, again, name, value;

    url_split(in, &path, &query);
    assert(path.len + (query.ptr ? query.len + 1 : 0) == in.len);
    if (url_decode(a, path, false, &out)) {
        assert(utf8_is_valid(out) && out.len <= path.len);
        if (!url_decode(a, url_encode(a, out), false, &again) || !str_eq(out, again))
            abort();
        if (url_path_is_clean(out) && (str_find(out, STR("/../")) >= 0 || str_ends(out, STR("/.."))))
            abort();
    }
    while (url_next_pair(a, &query, &name, &value) > 0)
        assert(utf8_is_valid(name) && utf8_is_valid(value));
    if (base64_parse(a, in, &out)) {
        if (!base64_parse(a, base64_url(a, out), &again) || !str_eq(out, again))
            abort();
    }
    arena_free(a);
    return 0;
}
