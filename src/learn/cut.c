/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "learn/cut.h"

#include <stdlib.h>

#include "learn/calibrate.h"
#include "stat/sample.h"

/* Highest first. */
static int by_total(const void *x, const void *y)
{
    fix a = *(const fix *)x, b = *(const fix *)y;

    return (a < b) - (a > b);
}

static size_t reach(const fix *sorted, size_t n, fix points)
{
    size_t low = 0, high = n;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (sorted[middle] >= points)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The whole threshold in (above, top] that most nearly `part` of n reach, and not all nor none of them; of equals the highest. */
static bool find(const fix *sorted, size_t n, size_t part, int64_t above, int64_t top, int64_t *at)
{
    size_t best = n;
    bool found = false;

    for (int64_t t = top; t > above; t--) {
        size_t r = reach(sorted, n, t * FIX_ONE), off = r > part ? r - part : part - r;

        if (r && r < n && (!found || off < best)) {
            best = off;
            *at = t;
            found = true;
        }
        if (r > part)
            break; /* further down only more do */
    }
    return found;
}

static struct learn_cut_band band_of(const fix *totals, const unsigned char *won, size_t n, fix from, fix below)
{
    struct learn_cut_band b = { 0 };
    struct sample_figure share;

    for (size_t i = 0; i < n; i++)
        if (totals[i] >= from && totals[i] < below) {
            b.leads++;
            b.won += won[i];
        }
    share = sample_wilson(b.won, b.leads, SAMPLE_Z95);
    if (!b.leads || !learn_fix(share.value, &b.share) || !learn_fix(share.low, &b.low) || !learn_fix(share.high, &b.high)) {
        b.share = b.low = 0;
        b.high = FIX_ONE;
    }
    return b;
}

bool learn_cuts_make(struct arena *a, const fix *totals, const unsigned char *won, size_t n, fix floor, fix ceiling, struct learn_cuts *cuts)
{
    fix *sorted = ARENA_ARRAY(a, fix, n + 1);

    for (size_t i = 0; i < n; i++)
        sorted[i] = totals[i];
    qsort(sorted, n, sizeof *sorted, by_total);
    *cuts = (struct learn_cuts){ 0 };
    if (!find(sorted, n, n * LEARN_CUT_HOT / 100, floor / FIX_ONE, ceiling / FIX_ONE, &cuts->hot)
        || !find(sorted, n, n * LEARN_CUT_WARM / 100, floor / FIX_ONE, cuts->hot - 1, &cuts->warm))
        return false;
    cuts->hot_is = band_of(totals, won, n, cuts->hot * FIX_ONE, INT64_MAX);
    cuts->warm_is = band_of(totals, won, n, cuts->warm * FIX_ONE, cuts->hot * FIX_ONE);
    cuts->cold_is = band_of(totals, won, n, INT64_MIN, cuts->warm * FIX_ONE);
    return true;
}
