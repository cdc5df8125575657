/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Any bytes as a scoring model, and so as conditions: a model that is taken prints to a text that is taken again and prints the same. */
#include <stdlib.h>

#include "score/model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct ctx *c = ARENA_NEW(a, struct ctx);
    struct model *m, *again;

    c->arena = a;
    if (score_model_parse(c, (struct str){ (const char *)data, size }, &m) == ERR_NONE) {
        struct str text = score_model_print(m, a);
        enum err e = score_model_parse(c, text, &again);
        assert(e == ERR_NONE);
        assert(str_eq(score_model_print(again, a), text));
        score_model_drop(again);
        score_model_drop(m);
    } else {
        assert(c->fault.count > 0);
    }
    arena_free(a);
    return 0;
}
