/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Any bytes as a model's file: what is taken prints to a file that is taken again and prints the same; what is refused says where. */
#include <stdlib.h>

#include "score/diff.h"
#include "score/file.h"
#include "score/lint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct ctx *c = ARENA_NEW(a, struct ctx);
    struct model *m, *again;
    struct model_fitted fitted, same;
    struct str file, second;

    c->arena = a;
    if (score_file_read(c, (struct str){ (const char *)data, size }, &m, &fitted) == ERR_NONE) {
        struct score_lint *lints = ARENA_ARRAY(a, struct score_lint, SCORE_LINTS_MAX);
        size_t n;
        enum err e = score_file_print(c, score_model_print(m, a), fitted, &file);
        assert(e == ERR_NONE);
        e = score_file_read(c, file, &again, &same);
        assert(e == ERR_NONE);
        e = score_file_print(c, score_model_print(again, a), same, &second);
        assert(e == ERR_NONE && str_eq(file, second) && same.until == fitted.until && same.auc == fitted.auc);
        (void)score_lint(m, LANG_RU, a, lints);
        (void)score_diff(m, again, LANG_EN, a, &n);
        assert(n == 0);
        score_model_drop(again);
        score_model_drop(m);
    } else {
        struct score_lint *lints = ARENA_ARRAY(a, struct score_lint, SCORE_LINTS_MAX);
        assert(c->fault.count > 0);
        (void)score_lint_faults(c, LANG_RU, a, lints);
    }
    arena_free(a);
    return 0;
}
