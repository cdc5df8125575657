/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "learn/calibrate.h"

#include <math.h>
#include <stdlib.h>

#include "learn/adjust.h"

const char *const learn_direction_names[] = { "unclear", "right", "wrong", "useless", NULL };

enum { LAYERS = 100, FOUND_ROUNDS = 400 };

/* An effect within a third is none worth a criterion. */
#define USELESS_LOW  0.75
#define USELESS_HIGH (1 / 0.75)

bool learn_fix(double v, fix *out)
{
    if (!(fabs(v) < 9e9))
        return false;
    *out = (fix)llround(v * 1e6);
    return true;
}

fix learn_fix_or_0(double v)
{
    fix f;

    return learn_fix(v, &f) ? f : 0;
}

/* ---- who counts ---- */

static bool came_ended(const struct learn_case *k)
{
    return k->decided && k->decided_known >= k->born && k->decided_known - k->born <= LEARN_AT_ONCE_US;
}

static bool is_young(const struct learn_case *k, instant now, int64_t maturity_us)
{
    return instant_add(k->born, maturity_us) > now && !came_ended(k);
}

static enum learn_mark mark_of(const struct learn_case *k, int64_t maturity_us)
{
    if (k->decided == 1 && (k->undated || k->decided_at <= instant_add(k->born, maturity_us)))
        return LEARN_MARK_WON;
    return LEARN_MARK_NOT;
}

enum learn_answer learn_counts_young(const struct learn_young *y)
{
    int64_t decided = y->won + y->lost;

    if (y->open * 1000 <= (y->open + decided) * LEARN_UNDECIDED)
        return LEARN_YES;
    if ((y->counted_won >= LEARN_PLENTY && y->counted_not >= LEARN_PLENTY) || decided < y->open || y->won < LEARN_ENOUGH || y->lost < LEARN_ENOUGH)
        return LEARN_NO;
    return LEARN_UNSURE;
}

bool learn_losses_come_soon(const struct learn_end *ends, size_t n)
{
    struct arena *a = arena_new(0);
    struct sample_point *lost = ARENA_ARRAY(a, struct sample_point, n + 1);
    bool soon;

    for (size_t i = 0; i < n; i++)
        lost[i] = (struct sample_point){ (double)ends[i].age_us, ends[i].lost };
    soon = sample_auc(a, lost, n).value * 1000 <= LEARN_LATER;
    arena_free(a);
    return soon;
}

static bool come_soon(const struct learn_case *cases, size_t n, instant now, int64_t maturity_us)
{
    struct arena *a = arena_new(0);
    struct learn_end *ends = ARENA_ARRAY(a, struct learn_end, n + 1);
    size_t count = 0;
    bool soon;

    for (size_t i = 0; i < n; i++)
        if (cases[i].decided && is_young(&cases[i], now, maturity_us))
            ends[count++] = (struct learn_end){ cases[i].decided_at - cases[i].born, cases[i].decided != 1 };
    soon = learn_losses_come_soon(ends, count);
    arena_free(a);
    return soon;
}

static void tally(const struct learn_case *k, bool young, int64_t maturity_us, struct learn_young *y)
{
    if (young)
        ++*(k->decided == 1 ? &y->won : k->decided ? &y->lost : &y->open);
    else
        ++*(mark_of(k, maturity_us) == LEARN_MARK_WON ? &y->counted_won : &y->counted_not);
}

int64_t learn_mark_cases(struct learn_case *cases, size_t n, instant now, int64_t maturity_us)
{
    struct learn_young all = { 0 };
    enum learn_answer answer;
    int64_t left_out = 0;

    for (size_t i = 0; i < n; i++)
        tally(&cases[i], is_young(&cases[i], now, maturity_us), maturity_us, &all);
    answer = learn_counts_young(&all);
    if (answer == LEARN_UNSURE)
        answer = come_soon(cases, n, now, maturity_us) ? LEARN_YES : LEARN_NO;
    for (size_t i = 0; i < n; i++) {
        bool too_young = is_young(&cases[i], now, maturity_us) && (answer == LEARN_NO || cases[i].decided == 0);

        cases[i].mark = too_young ? LEARN_MARK_YOUNG : mark_of(&cases[i], maturity_us);
        left_out += too_young;
    }
    return left_out;
}

struct learn_share learn_share_of(int64_t leads, int64_t n, int64_t won)
{
    return (struct learn_share){ leads, n, won, leads - n, sample_wilson(won, n, SAMPLE_Z95), n >= LEARN_ENOUGH_PART };
}

/* ---- the curve over the score ---- */

static void moments(const struct sample_point *points, size_t n, double *mean, double *deviation)
{
    double sum = 0, squares = 0;

    for (size_t i = 0; i < n; i++)
        sum += points[i].score;
    *mean = n ? sum / (double)n : 0;
    for (size_t i = 0; i < n; i++)
        squares += (points[i].score - *mean) * (points[i].score - *mean);
    *deviation = n && squares > 0 ? sqrt(squares / (double)n) : 1;
}

bool learn_logit(const struct sample_point *points, size_t n, double b[2])
{
    double mean, deviation, a = 0, s = 0;
    size_t won = 0;

    for (size_t i = 0; i < n; i++)
        won += points[i].won;
    if (!won || won == n)
        return false;
    moments(points, n, &mean, &deviation);
    for (int round = 0; round < 50; round++) {
        double g0 = 0, g1 = -1e-6 * s, h00 = 1e-12, h01 = 0, h11 = 1e-6, det, da, ds;
        for (size_t i = 0; i < n; i++) {
            double x = (points[i].score - mean) / deviation, p = 1 / (1 + exp(-(a + s * x))), w = p * (1 - p);
            g0 += points[i].won - p;
            g1 += (points[i].won - p) * x;
            h00 += w;
            h01 += w * x;
            h11 += w * x * x;
        }
        det = h00 * h11 - h01 * h01;
        da = (h11 * g0 - h01 * g1) / det;
        ds = (h00 * g1 - h01 * g0) / det;
        /* No further than two units a step: Newton overshoots where the curve is flat. */
        a += fabs(da) > 2 ? copysign(2, da) : da;
        s += fabs(ds) > 2 ? copysign(2, ds) : ds;
        if (fabs(da) + fabs(ds) < 1e-10 || fabs(s) > 30)
            break;
    }
    b[1] = s / deviation;
    b[0] = a - b[1] * mean;
    return true;
}

static double chance(const struct learn_report *r, fix total)
{
    return 1 / (1 + exp(-(r->intercept + r->slope * (double)total / 1e6)));
}

/* ---- bars ---- */

struct bar_sum {
    int64_t leads, n, won, from, to;
    double expected;
};

static void bar_add(struct bar_sum *b, const struct learn_report *r, const struct learn_case *k)
{
    int64_t shown = fix_round(k->total);

    b->from = b->leads && b->from < shown ? b->from : shown;
    b->to = b->leads && b->to > shown ? b->to : shown;
    b->leads++;
    if (k->mark == LEARN_MARK_YOUNG)
        return;
    b->n++;
    b->won += k->mark == LEARN_MARK_WON;
    if (r->enough)
        b->expected += chance(r, k->total);
}

static struct learn_bar bar_of(const struct bar_sum *b, const struct learn_report *r)
{
    struct learn_bar bar = { b->from, b->to, learn_share_of(b->leads, b->n, b->won), NAN, NAN };

    if (r->enough && b->n) {
        bar.expected = b->expected / (double)b->n;
        bar.lift = bar.is.share.value / ((double)r->won / (double)r->n);
    }
    return bar;
}

static void make_bands(struct learn_report *r, const struct learn_case *cases, size_t n)
{
    struct bar_sum sums[BANDS] = { 0 };

    for (size_t i = 0; i < n; i++)
        bar_add(&sums[cases[i].band], r, &cases[i]);
    for (int b = 0; b < BANDS; b++)
        r->bands[b] = bar_of(&sums[b], r);
}

struct placed {
    fix total;
    size_t place;
};

static int by_total(const void *x, const void *y)
{
    const struct placed *a = x, *b = y;

    if (a->total != b->total)
        return a->total < b->total ? -1 : 1;
    return a->place < b->place ? -1 : a->place > b->place;
}

/* Puts each into a tenth by its value, lowest first, equal values together (by the middle of their places). Sorts `order`. */
static void tenths(struct placed *order, size_t n, size_t parts, unsigned char *tenth)
{
    qsort(order, n, sizeof *order, by_total);
    for (size_t i = 0, j; i < n; i = j) {
        size_t middle;
        for (j = i; j < n && order[j].total == order[i].total; j++)
            ;
        middle = (i + j - 1) / 2;
        for (size_t k = i; k < j; k++)
            tenth[order[k].place] = (unsigned char)(middle * parts / n);
    }
}

/* Tenths of the counted cases by score. Equal scores stay together, so that tenths may be uneven, and fewer than ten. */
static void make_deciles(struct arena *a, struct learn_report *r, const struct learn_case *cases, size_t n, unsigned char *decile)
{
    struct placed *order = ARENA_ARRAY(a, struct placed, n + 1);
    unsigned char *tenth = ARENA_ARRAY(a, unsigned char, n + 1), number[LEARN_DECILES] = { 0 };
    struct bar_sum sums[LEARN_DECILES] = { 0 };
    size_t counted = 0;

    for (size_t i = 0; i < n; i++)
        if (cases[i].mark != LEARN_MARK_YOUNG)
            order[counted++] = (struct placed){ cases[i].total, i };
    tenths(order, counted, LEARN_DECILES, tenth);
    for (size_t i = 0; i < n; i++)
        if (cases[i].mark != LEARN_MARK_YOUNG)
            bar_add(&sums[tenth[i]], r, &cases[i]);
    for (size_t b = 0; b < LEARN_DECILES; b++)
        if (sums[b].leads) {
            r->deciles[r->decile_count++] = bar_of(&sums[b], r);
            number[b] = (unsigned char)r->decile_count;
        }
    for (size_t i = 0; decile && i < n; i++)
        decile[i] = cases[i].mark == LEARN_MARK_YOUNG ? 0 : number[tenth[i]];
}

/* ---- criteria ---- */

static enum learn_direction direction_of(const struct learn_criterion *k, struct sample_figure wide)
{
    struct sample_figure f = isnan(k->adjusted.value) ? k->lift : k->adjusted;
    bool up = k->points > 0;

    if (!k->enough || k->points == 0 || isnan(f.value))
        return LEARN_UNCLEAR;
    if (wide.low > 1)
        return up ? LEARN_RIGHT : LEARN_WRONG;
    if (wide.high < 1)
        return up ? LEARN_WRONG : LEARN_RIGHT;
    if (f.low >= USELESS_LOW && f.high <= USELESS_HIGH)
        return LEARN_USELESS;
    return LEARN_UNCLEAR;
}

/* Scratch of one criterion after another. */
struct judge {
    const struct learn_case *cases;
    const size_t *counted; /* places of those that count */
    size_t n;
    const int64_t *young_with; /* by criterion: too young ones that have it */
    int64_t young;
    struct placed *rest;
    const double *effect;  /* log odds of each criterion beside the others */
    bool *with;
    unsigned char *layer;  /* of the risk that the other criteria give */
    double z;              /* of the verdict */
};

static void lay_out(struct judge *j, int criterion)
{
    for (size_t i = 0; i < j->n; i++) {
        const struct learn_case *k = &j->cases[j->counted[i]];

        double risk = 0;

        j->with[i] = false;
        for (size_t l = 0; l < k->line_count; l++)
            if (k->lines[l].criterion == criterion)
                j->with[i] = true;
            else
                risk += j->effect[k->lines[l].criterion];
        j->rest[i] = (struct placed){ (fix)llround(risk * 1e6), i };
    }
    tenths(j->rest, j->n, LAYERS, j->layer);
}

static struct learn_criterion judge_one(struct judge *j, int criterion, fix points)
{
    struct sample_table all = { 0 }, layers[LAYERS] = { 0 };
    struct learn_criterion k = { .criterion = criterion, .points = points };
    struct sample_figure wide;

    lay_out(j, criterion);
    for (size_t i = 0; i < j->n; i++) {
        bool won = j->cases[j->counted[i]].mark == LEARN_MARK_WON;
        struct sample_table *t = &layers[j->layer[i]];

        *(j->with[i] ? &t->with : &t->without) += 1;
        *(j->with[i] ? &t->won_with : &t->won_without) += won;
        *(j->with[i] ? &all.with : &all.without) += 1;
        *(j->with[i] ? &all.won_with : &all.won_without) += won;
    }
    k.with = learn_share_of(all.with + j->young_with[criterion], all.with, all.won_with);
    k.without = learn_share_of(all.without + j->young - j->young_with[criterion], all.without, all.won_without);
    k.difference = sample_newcombe(all.won_with, all.with, all.won_without, all.without, SAMPLE_Z95);
    k.lift = sample_ratio(all, SAMPLE_Z95);
    k.adjusted = sample_ratio_common(layers, LAYERS, SAMPLE_Z95);
    k.enough = k.with.enough && k.without.enough;
    wide = isnan(k.adjusted.value) ? sample_ratio(all, j->z) : sample_ratio_common(layers, LAYERS, j->z);
    k.direction = direction_of(&k, wide);
    return k;
}

/* Those too young to count have their criteria as well: the lists of a criterion hold them. */
static void count_young(struct arena *a, struct judge *j, size_t cases, size_t criteria)
{
    int64_t *with = ARENA_ARRAY(a, int64_t, criteria + 1);
    size_t *last = ARENA_ARRAY(a, size_t, criteria + 1); /* the case counted last, from 1: a criterion may have several lines */

    for (size_t i = 0; i < cases; i++) {
        const struct learn_case *k = &j->cases[i];

        if (k->mark != LEARN_MARK_YOUNG)
            continue;
        j->young++;
        for (size_t l = 0; l < k->line_count; l++) {
            size_t criterion = (size_t)k->lines[l].criterion;

            with[criterion] += last[criterion] != i + 1;
            last[criterion] = i + 1;
        }
    }
    j->young_with = with;
}

static void make_criteria(struct arena *a, struct learn_report *r, const struct learn_case *cases, size_t n,
                          const struct learn_claim *claims, size_t claim_count)
{
    size_t *counted = ARENA_ARRAY(a, size_t, n + 1);
    double *effect = ARENA_ARRAY(a, double, claim_count + 1);
    struct judge j = { .cases = cases, .counted = counted, .effect = effect };

    for (size_t i = 0; i < n; i++)
        if (cases[i].mark != LEARN_MARK_YOUNG)
            counted[j.n++] = i;
    count_young(a, &j, n, claim_count);
    j.rest = ARENA_ARRAY(a, struct placed, j.n + 1);
    j.with = ARENA_ARRAY(a, bool, j.n + 1);
    j.layer = ARENA_ARRAY(a, unsigned char, j.n + 1);
    learn_adjust(a, cases, counted, j.n, claim_count, effect);
    j.z = sample_normal_quantile(1 - .025 / (double)(claim_count ? claim_count : 1));
    r->criteria = ARENA_ARRAY(a, struct learn_criterion, claim_count + 1);
    for (size_t i = 0; i < claim_count; i++)
        r->criteria[r->criterion_count++] = judge_one(&j, (int)i, claims[i].points);
}

/* ---- the whole ---- */

static int lowest_first(const void *a, const void *b)
{
    const fix x = *(const fix *)a, y = *(const fix *)b;

    return (x > y) - (x < y);
}

/* How many of n totals, lowest first, are a score in points or more. */
static int64_t count_from(const fix *totals, size_t n, double score)
{
    const fix least = (fix)llround(score * 1e6);
    size_t low = 0, high = n; /* how many have less */

    while (low < high) {
        size_t mid = (low + high) / 2;
        if (totals[mid] < least)
            low = mid + 1;
        else
            high = mid;
    }
    return (int64_t)(n - low);
}

/* The places that the steps and the top fifth reach in the list of all leads, highest score first. sorted: those that count. */
static void count_leads(struct arena *a, struct learn_report *r, const struct learn_case *cases, size_t n, const struct sample_point *sorted)
{
    fix *totals = ARENA_ARRAY(a, fix, n + 1);

    for (size_t i = 0; i < n; i++)
        totals[i] = cases[i].total;
    qsort(totals, n, sizeof *totals, lowest_first);
    r->step_leads = ARENA_ARRAY(a, int64_t, r->step_count + 1);
    for (size_t i = 0; i < r->step_count; i++)
        r->step_leads[i] = count_from(totals, n, r->steps[i].score);
    if (r->step_count)
        r->fifth_leads = count_from(totals, n, sorted[(r->n - 1) / 5].score);
}

static void make_curves(struct arena *a, struct learn_report *r, struct sample_point *points, size_t n)
{
    static const double tops[] = { .1, .2 };
    struct sample_figure found[countof(tops)];
    double b[2] = { 0 };
    struct sample_point *chances = ARENA_ARRAY(a, struct sample_point, n + 1);

    if (!learn_logit(points, n, b))
        return;
    r->intercept = b[0];
    r->slope = b[1];
    sample_sort(a, points, n);
    r->auc = sample_auc(a, points, n);
    r->average_precision = sample_average_precision(points, n);
    sample_found_intervals(a, points, n, tops, countof(tops), n > 20000 ? FOUND_ROUNDS / 4 : FOUND_ROUNDS, 20, found);
    r->lift10 = sample_lift_of(found[0], tops[0]);
    r->found20 = found[1];
    r->step_count = sample_steps(a, points, n, LEARN_STEPS, &r->steps);
    for (size_t i = 0; i < n; i++)
        chances[i] = (struct sample_point){ 1 / (1 + exp(-(b[0] + b[1] * points[i].score))), points[i].won };
    r->brier = sample_brier(chances, n);
    r->ece = sample_ece(a, chances, n, 10);
}

struct learn_report learn_calibrate(struct arena *a, const struct learn_case *cases, size_t n, const struct learn_claim *claims,
                                    size_t claim_count, unsigned char *decile)
{
    struct learn_report r = { .leads = (int64_t)n, .auc = { NAN, 0, 1 }, .found20 = { NAN, 0, 1 }, .average_precision = NAN,
                              .lift10 = { NAN, 0, 0 }, .brier = NAN, .ece = NAN, .intercept = NAN, .slope = NAN };
    struct sample_point *points = ARENA_ARRAY(a, struct sample_point, n + 1);
    size_t counted = 0;

    for (size_t i = 0; i < n; i++) {
        if (cases[i].mark == LEARN_MARK_YOUNG)
            continue;
        points[counted++] = (struct sample_point){ (double)cases[i].total / 1e6, cases[i].mark == LEARN_MARK_WON };
        r.won += cases[i].mark == LEARN_MARK_WON;
    }
    r.n = (int64_t)counted;
    r.young = r.leads - r.n;
    r.enough = r.won >= LEARN_ENOUGH && r.n - r.won >= LEARN_ENOUGH;
    if (r.enough)
        make_curves(a, &r, points, counted);
    count_leads(a, &r, cases, n, points);
    make_bands(&r, cases, n);
    make_deciles(a, &r, cases, n, decile);
    make_criteria(a, &r, cases, n, claims, claim_count);
    return r;
}
