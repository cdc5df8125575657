/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "learn/perform.h"

#include <math.h>
#include <stdlib.h>

static bool counts(const struct learn_given *g)
{
    return g->mark == LEARN_MARK_WON || g->mark == LEARN_MARK_NOT;
}

static double of_odds(double x)
{
    return 1 / (1 + exp(-x));
}

void learn_given_look(struct learn_given *g, fix score, fix chance)
{
    double p = fmin(fmax((double)chance / 1e6, 1e-6), 1 - 1e-6);

    g->score = (double)score / 1e6;
    g->sign = chance < 0 ? g->score : log(p / (1 - p));
}

/* ---- what was expected ---- */

fix learn_curve_at(const fix curve[LEARN_CURVE], int64_t score)
{
    int64_t off = score - LEARN_CURVE_LOW, at = off / LEARN_CURVE_STEP;

    if (off <= 0)
        return curve[0];
    if (at >= LEARN_CURVE - 1)
        return curve[LEARN_CURVE - 1];
    return curve[at] + fix_muldiv(curve[at + 1] - curve[at], off % LEARN_CURVE_STEP, LEARN_CURVE_STEP);
}

/* The logistic curve over sign (or score) of those that count; false when all or none won. */
static bool curve_of(struct arena *a, const struct learn_given *given, size_t n, bool score, double b[2])
{
    struct sample_point *points = ARENA_ARRAY(a, struct sample_point, n + 1);
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        if (counts(&given[i]))
            points[count++] = (struct sample_point){ score ? given[i].score : given[i].sign, given[i].mark == LEARN_MARK_WON };
    return learn_logit(points, count, b);
}

static bool expect(struct arena *a, struct learn_given *given, size_t n, fix curve[LEARN_CURVE])
{
    double b[2];

    if (!curve_of(a, given, n, true, b))
        return false;
    for (int i = 0; i < LEARN_CURVE; i++)
        curve[i] = learn_fix_or_0(of_odds(b[0] + b[1] * (LEARN_CURVE_LOW + i * LEARN_CURVE_STEP)));
    if (!curve_of(a, given, n, false, b))
        return false;
    for (size_t i = 0; i < n; i++)
        given[i].chance = fmin(fmax(of_odds(b[0] + b[1] * given[i].sign), 1e-9), 1 - 1e-9);
    return true;
}

/* ---- segments ---- */

struct source_count {
    struct str source;
    int64_t n;
};

static int by_count(const void *x, const void *y)
{
    const struct source_count *a = x, *b = y;

    if (a->n != b->n)
        return a->n > b->n ? -1 : 1;
    return str_cmp(a->source, b->source);
}

static size_t segments_of(struct arena *a, struct learn_given *given, size_t n, struct source_count **sources)
{
    enum { MOST = 1000 };
    struct source_count *list = ARENA_ARRAY(a, struct source_count, MOST);
    size_t count = 0;

    for (size_t i = 0; i < n; i++) {
        size_t k = 0;

        if (!counts(&given[i]) || !given[i].source.len)
            continue;
        while (k < count && !str_eq(list[k].source, given[i].source))
            k++;
        if (k == MOST)
            continue;
        if (k == count)
            list[count++] = (struct source_count){ given[i].source, 0 };
        list[k].n++;
    }
    if (count > 1)
        qsort(list, count, sizeof *list, by_count);
    count = count > LEARN_SEGMENTS ? LEARN_SEGMENTS : count;
    while (count && list[count - 1].n < LEARN_ENOUGH)
        count--;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < count; k++)
            if (str_eq(given[i].source, list[k].source))
                given[i].segment = (int)k + 1;
    *sources = list;
    return count;
}

/* ---- one segment ---- */

struct part {
    struct learn_performed *rows; /* the team, then people */
    struct share_group *groups;   /* beside rows, but for the team: of rows[1 + i] */
    struct share_amounts *amounts;
    size_t count;
    double shift;                 /* of odds: leads of this source as the team makes them */
};

static int by_user(const void *x, const void *y)
{
    const struct learn_given *a = *(struct learn_given *const *)x, *b = *(struct learn_given *const *)y;

    if (a->user.v != b->user.v)
        return a->user.v < b->user.v ? -1 : 1;
    return a->lead.v < b->lead.v ? -1 : a->lead.v > b->lead.v;
}

/* Moves all chances on the scale of odds until they sum to what was won. */
static double shift_of(struct learn_given *const *list, size_t n, double won)
{
    double low = -20, high = 20;

    for (int round = 0; round < 60; round++) {
        double middle = (low + high) / 2, sum = 0;

        for (size_t i = 0; i < n; i++)
            if (counts(list[i]))
                sum += of_odds(log(list[i]->chance / (1 - list[i]->chance)) + middle);
        if (sum < won)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

static void take(struct learn_performed *row, const struct learn_given *g)
{
    row->leads++;
    row->n += counts(g);
    row->won += g->mark == LEARN_MARK_WON;
    row->deals += g->mark == LEARN_MARK_WON && g->amount > 0;
}

static void count_person(struct part *p, struct learn_given *const *list, size_t n)
{
    struct learn_performed *row = &p->rows[1 + p->count];
    struct share_group *g = &p->groups[p->count];
    struct share_amounts *am = &p->amounts[p->count++];
    double sum = 0, squares = 0;

    row->user = list[0]->user;
    for (size_t i = 0; i < n; i++) {
        double chance = of_odds(log(list[i]->chance / (1 - list[i]->chance)) + p->shift);

        take(row, list[i]);
        if (!counts(list[i]))
            continue;
        g->expected += chance;
        g->spread += chance * (1 - chance);
        if (list[i]->mark == LEARN_MARK_WON && list[i]->amount > 0) {
            double amount = log((double)list[i]->amount);

            sum += amount;
            squares += amount * amount;
        }
    }
    g->n = (double)row->n;
    g->won = (double)row->won;
    am->n = (double)row->deals;
    am->mean = row->deals ? sum / am->n : 0;
    am->squares = row->deals ? fmax(squares - sum * am->mean, 0) : 0;
    row->expected = learn_fix_or_0(g->expected);
}

static struct learn_fixes fixes(struct sample_figure f)
{
    return (struct learn_fixes){ learn_fix_or_0(f.value), learn_fix_or_0(f.low), learn_fix_or_0(f.high) };
}

static struct learn_fixes money(struct sample_figure f)
{
    return (struct learn_fixes){ llround(fmin(f.value, 9e15)), llround(fmin(f.low, 9e15)), llround(fmin(f.high, 9e15)) };
}

/* People of whom no lead counts yet are as the team: they have no place among the groups. */
static void tell_shares(struct arena *a, struct part *p)
{
    struct share_group *groups = ARENA_ARRAY(a, struct share_group, p->count + 1);
    struct share_shrunk *out = ARENA_ARRAY(a, struct share_shrunk, p->count + 1);
    double team = p->rows[0].n ? (double)p->rows[0].won / (double)p->rows[0].n : 0;
    size_t used = 0, k = 0;

    for (size_t i = 0; i < p->count; i++)
        if (p->groups[i].n > 0)
            groups[used++] = p->groups[i];
    share_shrink(groups, used, out);
    p->rows[0].ratio = (struct learn_fixes){ FIX_ONE, FIX_ONE, FIX_ONE };
    p->rows[0].rate = fixes(sample_wilson(p->rows[0].won, p->rows[0].n, SAMPLE_Z95));
    for (size_t i = 0; i < p->count; i++) {
        struct learn_performed *row = &p->rows[1 + i];

        row->enough = row->n >= LEARN_GIVEN_ENOUGH;
        row->rate.value = learn_fix_or_0(team);
        row->ratio.value = FIX_ONE;
        if (p->groups[i].n <= 0)
            continue;
        row->rate = fixes(out[k].rate);
        row->ratio = fixes(out[k].ratio);
        row->verdict = row->enough ? (int)out[k].verdict : SHARE_UNCLEAR;
        k++;
    }
}

static void tell_deals(struct arena *a, struct part *p)
{
    struct share_average *out = ARENA_ARRAY(a, struct share_average, p->count + 1);
    struct sample_figure all;

    if (!share_averages(p->amounts, p->count, out, &all))
        return;
    p->rows[0].deal = money(all);
    p->rows[0].deal_enough = true;
    for (size_t i = 0; i < p->count; i++) {
        struct learn_performed *row = &p->rows[1 + i];

        row->deal = money(out[i].amount);
        row->deal_enough = row->deals >= LEARN_DEALS_ENOUGH;
        row->deal_verdict = row->deal_enough ? (int)out[i].verdict : SHARE_UNCLEAR;
    }
}

/* The rows of one segment's leads, sorted by user. tell: counts alone where false. */
static struct part part_of(struct arena *a, struct learn_given **list, size_t n, bool tell)
{
    struct part p = { .rows = ARENA_ARRAY(a, struct learn_performed, n + 2), .groups = ARENA_ARRAY(a, struct share_group, n + 1),
                      .amounts = ARENA_ARRAY(a, struct share_amounts, n + 1) };

    for (size_t i = 0; i < n; i++)
        take(&p.rows[0], list[i]);
    tell = tell && p.rows[0].won && p.rows[0].won < p.rows[0].n;
    if (tell)
        p.shift = shift_of(list, n, (double)p.rows[0].won);
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && list[to]->user.v == list[from]->user.v;)
            to++;
        count_person(&p, list + from, to - from);
    }
    for (size_t i = 0; i < p.count && !tell; i++)
        p.rows[1 + i].expected = 0;
    if (tell) {
        p.rows[0].expected = p.rows[0].won * FIX_ONE;
        p.rows[0].enough = true;
        tell_shares(a, &p);
        tell_deals(a, &p);
    }
    return p;
}

/* ---- the whole ---- */

struct learn_performance learn_perform(struct arena *a, struct learn_given *given, size_t n)
{
    struct learn_performance all = { .enough = false };
    struct learn_given **list = ARENA_ARRAY(a, struct learn_given *, n + 1);
    struct source_count *sources;
    int64_t won = 0, lost = 0;
    size_t segments = segments_of(a, given, n, &sources);

    for (size_t i = 0; i < n; i++) {
        won += given[i].mark == LEARN_MARK_WON;
        lost += given[i].mark == LEARN_MARK_NOT;
        given[i].chance = 0.5;
    }
    all.enough = won >= LEARN_ENOUGH && lost >= LEARN_ENOUGH && expect(a, given, n, all.curve);
    all.rows = ARENA_ARRAY(a, struct learn_performed, 1);
    for (size_t s = 0; s <= segments; s++) {
        struct part p;
        size_t count = 0;

        for (size_t i = 0; i < n; i++)
            if (!s || given[i].segment == (int)s)
                list[count++] = &given[i];
        qsort(list, count, sizeof(struct learn_given *), by_user);
        p = part_of(a, list, count, all.enough);
        all.rows = arena_grow(a, all.rows, all.count * sizeof *all.rows, (all.count + p.count + 1) * sizeof *all.rows);
        for (size_t i = 0; i <= p.count; i++) {
            struct learn_performed *row = &all.rows[all.count++];

            *row = p.rows[i];
            row->segment = (int)s;
            row->source = s ? sources[s - 1].source : STR("");
        }
    }
    return all;
}
