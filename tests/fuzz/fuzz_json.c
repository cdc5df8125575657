/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Any bytes as JSON: what is read and written reads again to the same text; a batch and a single reading agree. */
#include <stdlib.h>

#include "base/json.h"
#include "base/utf8.h"

static struct str written(struct arena *a, const struct json *v)
{
    struct buf b = buf_new(a, 1 << 26);
    struct json_out o = json_to(&b);
    json_put(&o, v);
    return buf_str(&b);
}

/* Views stay within the text or the arena; counts and kinds make sense. */
static void check(const struct json *v, struct str text, int depth)
{
    assert(depth <= 66);
    assert(v->raw.ptr >= text.ptr && v->raw.ptr + v->raw.len <= text.ptr + text.len);
    if (v->type == JSON_TEXT)
        assert(utf8_is_valid(v->as.text));
    if (v->type == JSON_NUM)
        fix_cut(v->as.text);
    for (uint32_t i = 0; v->type == JSON_ARRAY && i < v->count; i++)
        check(&v->as.items[i], text, depth + 1);
    for (uint32_t i = 0; v->type == JSON_OBJECT && i < v->count; i++) {
        assert(utf8_is_valid(v->as.members[i].key));
        assert(json_find(v, v->as.members[i].key) == &v->as.members[i].value); /* no key twice */
        check(&v->as.members[i].value, text, depth + 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct ctx *c = ARENA_NEW(a, struct ctx), *other = ARENA_NEW(a, struct ctx);
    struct str text = { (const char *)data, size };
    struct json *v, *again;
    enum err *bad;

    c->arena = other->arena = a;
    enum err e = json_read(c, text, &v);
    assert((e != ERR_NONE) == (c->fault.count > 0));
    if (!e) {
        check(v, text, 0);
        struct str one = written(a, v);
        assert(json_read(c, one, &again) == ERR_NONE);
        assert(str_eq(written(a, again), one));
    }
    if (json_read_batch(other, text, STR("batch"), &again, &bad) == ERR_NONE) {
        const struct json *list = json_find(again, STR("batch"));
        bool spoilt = false;
        for (uint32_t i = 0; json_is(list, JSON_ARRAY) && i < list->count; i++)
            spoilt = spoilt || bad[i];
        assert(spoilt || e == ERR_NONE || c->fault.items[0].note[0]); /* an item may be two deeper than a whole */
        if (e == ERR_NONE)
            assert(!spoilt && str_eq(written(a, again), written(a, v)));
    } else {
        assert(e != ERR_NONE);
    }
    arena_free(a);
    return 0;
}
