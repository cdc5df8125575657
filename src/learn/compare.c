/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "learn/compare.h"

#include "learn/calibrate.h"

enum { BOOTSTRAPS = 200 };
static const uint64_t seed = 0x67726164757300;

static struct learn_interval interval_of(struct sample_figure f)
{
    struct learn_interval i = { 0 };

    if (!learn_fix(f.value, &i.value) || !learn_fix(f.low, &i.low) || !learn_fix(f.high, &i.high))
        return (struct learn_interval){ 0 };
    return i;
}

static fix number_of(double v)
{
    fix f = 0;

    return learn_fix(v, &f) ? f : 0;
}

struct learn_compared learn_compare(struct arena *a, const struct learn_pair *pairs, size_t n)
{
    struct learn_compared out = { .n = (int64_t)n };
    struct sample_point *points[2];
    double p = 1;

    for (int side = 0; side < 2; side++)
        points[side] = arena_alloc(a, (n + 1) * sizeof **points);
    for (size_t i = 0; i < n; i++) {
        out.won += pairs[i].won;
        points[0][i] = (struct sample_point){ (double)pairs[i].before, pairs[i].won };
        points[1][i] = (struct sample_point){ (double)pairs[i].after, pairs[i].won };
    }
    out.enough = out.won >= LEARN_ENOUGH && out.n - out.won >= LEARN_ENOUGH;
    if (!out.enough)
        return out;
    out.auc_change = interval_of(sample_auc_change(a, points[0], points[1], n, &p));
    out.p = number_of(p);
    for (int side = 0; side < 2; side++) {
        out.auc[side] = interval_of(sample_auc(a, points[side], n));
        sample_sort(a, points[side], n);
        out.lift10[side] = number_of(sample_lift(points[side], n, 0.1));
        out.lift20[side] = number_of(sample_lift(points[side], n, 0.2));
        out.found20[side] = interval_of(sample_found_interval(a, points[side], n, 0.2, n > 20000 ? 20 : BOOTSTRAPS, seed));
    }
    return out;
}
