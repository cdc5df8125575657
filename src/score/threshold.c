/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "score/threshold.h"

int64_t score_hot_turns(const struct model *m, const struct history *h, fix hot, instant from, instant to, struct arena *a, bool *ever)
{
    struct model moved = *m; /* a view: it lets go of nothing */
    struct replayed r;
    int64_t turns = 0;

    moved.hot = hot;
    r = score_replay(&moved, h, REPLAY_AS_KNOWN, to, a);
    for (size_t i = 0; i < r.crossing_count; i++)
        turns += r.crossings[i].at > from;
    *ever = r.crossing_count > 0;
    return turns;
}

bool score_threshold_find(int64_t first, int64_t last, int64_t most, score_turns *turns, void *x, struct score_threshold *out)
{
    int64_t below, at;

    if (first > last)
        return false;
    if ((at = turns(x, first)) <= most) {
        *out = (struct score_threshold){first, at, -1};
        return true;
    }
    below = at; /* at first: too many; at last: few enough */
    if (first == last || (at = turns(x, last)) > most)
        return false;
    while (last - first > 1) {
        int64_t middle = first + (last - first) / 2, n = turns(x, middle);

        if (n > most) {
            first = middle;
            below = n;
        } else {
            last = middle;
            at = n;
        }
    }
    *out = (struct score_threshold){last, at, below};
    return true;
}

static int64_t whole_below(fix v)
{
    int64_t n = v / FIX_ONE;

    return n - (n * FIX_ONE > v);
}

void score_threshold_room(const struct model *m, int64_t *first, int64_t *last)
{
    *first = whole_below(m->warm) + 1;
    *last = whole_below(m->ceiling);
}
