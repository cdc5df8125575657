/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "route/lot.h"

#include "stat/sample.h"

static int64_t may_count(const struct candidate *candidates, size_t count)
{
    int64_t n = 0;

    for (size_t i = 0; i < count; i++)
        n += candidates[i].why == CANDIDATE_OK;
    return n;
}

void route_lot_chances(struct candidate *candidates, size_t count, ptrdiff_t first, fix share)
{
    int64_t n = may_count(candidates, count);
    fix part = n ? share / n : 0;

    for (size_t i = 0; i < count; i++)
        candidates[i].probability = candidates[i].why == CANDIDATE_OK ? part : 0;
    if (first >= 0)
        candidates[first].probability = FIX_ONE - part * (n - 1);
}

ptrdiff_t route_lot_draw(const struct candidate *candidates, size_t count, ptrdiff_t first, fix share, int64_t seed, bool *lot)
{
    uint64_t state = (uint64_t)seed;
    fix drawn = (fix)(((unsigned __int128)sample_random(&state) * (uint64_t)FIX_ONE) >> 64) - (FIX_ONE - share);
    int64_t n = may_count(candidates, count), place;
    fix part = n ? share / n : 0;

    *lot = drawn >= 0;
    if (drawn < 0 || part == 0 || drawn / part >= n)
        return first;
    place = drawn / part;
    for (size_t i = 0; i < count; i++)
        if (candidates[i].why == CANDIDATE_OK && place-- == 0)
            return (ptrdiff_t)i;
    return first;
}

int64_t route_lot_seed(struct lead_id lead, instant at)
{
    uint64_t state = (uint64_t)lead.v;

    state = sample_random(&state) ^ (uint64_t)at;
    return (int64_t)(sample_random(&state) >> 1);
}
