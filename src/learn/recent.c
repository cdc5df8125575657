/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "learn/recent.h"

/* Behind the last of those that came within the gap of each other, from `from` on; *bulk: a file is among them. */
static size_t stretch_end(const struct outcome *list, size_t n, size_t from, bool *bulk)
{
    size_t same = 1, i = from + 1;

    *bulk = false;
    for (; i < n && list[i - 1].known_at - list[i].known_at <= LEARN_BULK_GAP_US; i++) {
        same = list[i].known_at == list[i - 1].known_at ? same + 1 : 1;
        *bulk = *bulk || same >= LEARN_BULK;
    }
    return i;
}

bool learn_recent_has_bulk(const struct outcome *list, size_t n)
{
    bool bulk = false;

    for (size_t i = 0; i < n && !bulk;)
        i = stretch_end(list, n, i, &bulk);
    return bulk;
}

static uint64_t mix(int64_t id)
{
    uint64_t z = (uint64_t)id * 0x9e3779b97f4a7c15u;

    return (z ^ (z >> 31)) * 0xbf58476d1ce4e5b9u >> 44;
}

size_t learn_recent_choose(struct outcome *list, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n && kept < LEARN_WINDOW;) {
        bool bulk;
        size_t end = stretch_end(list, n, i, &bulk), room = LEARN_WINDOW - kept;
        uint64_t share = bulk && end - i > room ? (uint64_t)room * 1024 / (end - i) : 1024;

        for (; i < end && kept < LEARN_WINDOW; i++)
            if (mix(list[i].lead.v) % 1024 < share)
                list[kept++] = list[i];
        i = end;
    }
    return kept;
}

bool learn_losses_are_told(int64_t lost, int64_t not_won)
{
    return lost * 5 >= not_won * 4;
}
