/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "score/file.h"

#include <stdio.h>

bool score_file_find(const struct score_file_places *places, struct str pointer, int *line, int *column)
{
    size_t longest = 0;
    bool found = false;

    for (size_t i = 0; i < places->count; i++) {
        struct str at = places->items[i].pointer;
        if (at.len < longest || !str_starts(pointer, at) || (at.len < pointer.len && pointer.ptr[at.len] != '/'))
            continue;
        longest = at.len;
        *line = places->items[i].line;
        *column = places->items[i].column;
        found = true;
    }
    return found;
}

enum err score_file_read(struct ctx *c, struct str file, struct model **m, struct model_fitted *fitted)
{
    struct score_file_places places;
    struct str body;
    enum err e = score_file_parse(c, file, &body, fitted, &places);

    if (e || !(e = score_model_parse(c, body, m)))
        return e;
    for (int i = 0; i < c->fault.count && i < FAULTS_MAX; i++) {
        struct fault_item *item = &c->fault.items[i];
        int line, column;
        if (!score_file_find(&places, str_of(item->field), &line, &column))
            continue;
        struct str at = str_print(c->arena, "%d:%d %s", line, column, item->field);
        snprintf(item->field, sizeof item->field, STR_FMT, STR_ARG(at));
    }
    return e;
}
