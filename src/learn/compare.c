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

struct learn_compared learn_compare(struct arena *a, const struct learn_pair *pairs, size_t n)
{
    static const double tops[] = { .1, .2 };
    struct learn_compared out = { .n = (int64_t)n };
    struct sample_figure found[countof(tops)];
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
    out.p = learn_fix_or_0(p);
    for (int side = 0; side < 2; side++) {
        out.auc[side] = interval_of(sample_auc(a, points[side], n));
        sample_sort(a, points[side], n);
        sample_found_intervals(a, points[side], n, tops, countof(tops), n > 20000 ? 20 : BOOTSTRAPS, seed, found);
        out.lift10[side] = learn_fix_or_0(found[0].value / tops[0]);
        out.lift20[side] = learn_fix_or_0(found[1].value / tops[1]);
        out.lift10_range[side] = interval_of(sample_lift_of(found[0], tops[0]));
        out.found20[side] = interval_of(found[1]);
    }
    return out;
}

/* ---- as JSON ---- */

static void interval_json(struct json_out *o, struct learn_interval i)
{
    json_begin(o);
    json_key(o, "value");
    json_put_fix(o, i.value);
    json_key(o, "low");
    json_put_fix(o, i.low);
    json_key(o, "high");
    json_put_fix(o, i.high);
    json_end(o);
}

static void sides_json(struct json_out *o, const char *key, const struct learn_interval *intervals, const fix *numbers)
{
    json_key(o, key);
    json_begin(o);
    for (int side = 0; side < 2; side++) {
        json_key(o, side ? "after" : "before");
        if (intervals)
            interval_json(o, intervals[side]);
        else
            json_put_fix(o, numbers[side]);
    }
    json_end(o);
}

void learn_compared_json(struct json_out *o, const struct learn_compared *k)
{
    json_key(o, "n");
    json_put_int(o, k->n);
    json_key(o, "won");
    json_put_int(o, k->won);
    json_key(o, "enough");
    json_put_bool(o, k->enough);
    json_key(o, "need");
    json_put_int(o, LEARN_ENOUGH);
    if (!k->enough)
        return;
    sides_json(o, "auc", k->auc, NULL);
    json_key(o, "auc_change");
    interval_json(o, k->auc_change);
    json_key(o, "p");
    json_put_fix(o, k->p);
    sides_json(o, "lift10", NULL, k->lift10);
    sides_json(o, "lift10_range", k->lift10_range, NULL);
    sides_json(o, "lift20", NULL, k->lift20);
    sides_json(o, "found20", k->found20, NULL);
}

void learn_share_json(struct json_out *o, int64_t won, int64_t n, bool told)
{
    struct learn_interval i = n ? interval_of(sample_wilson(won, n, SAMPLE_Z95)) : (struct learn_interval){ 0 };
    bool enough = told && n >= LEARN_ENOUGH_PART;
    const struct { const char *key; fix v; } figures[] = { { "value", i.value }, { "low", i.low }, { "high", i.high } };

    json_begin(o);
    for (size_t k = 0; k < countof(figures); k++) {
        json_key(o, figures[k].key);
        if (enough)
            json_put_fix(o, figures[k].v);
        else
            json_put_null(o);
    }
    json_key(o, "n");
    json_put_int(o, n);
    json_key(o, "won");
    json_put_int(o, won);
    json_key(o, "enough");
    json_put_bool(o, enough);
    json_end(o);
}
