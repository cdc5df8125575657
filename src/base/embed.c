/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/embed.h"

const struct embed *embed_find(struct str path)
{
    size_t low = 0, high = embed_files_count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int d = str_cmp(embed_files[mid].path, path);
        if (d == 0)
            return &embed_files[mid];
        if (d < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

const struct embed *embed_next(struct str folder, size_t *at)
{
    while (*at < embed_files_count) {
        const struct embed *f = &embed_files[(*at)++];
        if (str_starts(f->path, folder))
            return f;
    }
    return NULL;
}
