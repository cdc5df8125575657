/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "task/custody.h"

#include <stdlib.h>

static int by_from(const void *x, const void *y)
{
    const struct custody_span *a = x, *b = y;

    return (a->from > b->from) - (a->from < b->from);
}

/* Cut to [from, to), sorted, and joined where they meet. */
static struct custody_span *united(const struct custody_span *list, size_t n, instant from, instant to, struct arena *a,
                                   size_t *count)
{
    struct custody_span *all = ARENA_ARRAY(a, struct custody_span, n + 1);
    size_t kept = 0, joined = 0;

    for (size_t i = 0; i < n; i++) {
        struct custody_span s = { list[i].from > from ? list[i].from : from, list[i].until < to ? list[i].until : to };

        if (s.from < s.until)
            all[kept++] = s;
    }
    qsort(all, kept, sizeof *all, by_from);
    for (size_t i = 0; i < kept; i++) {
        if (joined && all[i].from <= all[joined - 1].until) {
            if (all[i].until > all[joined - 1].until)
                all[joined - 1].until = all[i].until;
        } else {
            all[joined++] = all[i];
        }
    }
    *count = joined;
    return all;
}

struct custody_span *task_custody_gaps(const struct custody_span *spells, size_t spell_count,
                                       const struct custody_span *covers, size_t cover_count, instant from, instant to,
                                       struct arena *a, size_t *count)
{
    size_t hot_count, held_count, k = 0;
    struct custody_span *hot = united(spells, spell_count, from, to, a, &hot_count);
    struct custody_span *held = united(covers, cover_count, from, to, a, &held_count);
    struct custody_span *gaps = ARENA_ARRAY(a, struct custody_span, hot_count + held_count + 1);

    *count = 0;
    for (size_t i = 0; i < hot_count; i++) {
        instant at = hot[i].from;

        while (k < held_count && held[k].until <= at)
            k++;
        for (size_t j = k; at < hot[i].until; j++) {
            instant next = j < held_count && held[j].from < hot[i].until ? held[j].from : hot[i].until;

            if (at < next)
                gaps[(*count)++] = (struct custody_span){ at, next };
            at = j < held_count && next < hot[i].until ? held[j].until : hot[i].until;
        }
    }
    return gaps;
}

int64_t task_custody_length(const struct custody_span *spells, size_t count, instant from, instant to, struct arena *a)
{
    struct custody_span *all = united(spells, count, from, to, a, &count);
    int64_t sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += all[i].until - all[i].from;
    return sum;
}
