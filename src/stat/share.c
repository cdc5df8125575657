/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stat/share.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>

enum { GRID = 20, SHIFTS = 7, STEPS = 100 };
/* Weights of the grid under this say nothing. */
#define SLIGHT 1e-4

/* Logarithms to weights that sum to one. */
static void weigh(double *w, int n)
{
    double most = w[0], sum = 0;

    for (int i = 1; i < n; i++)
        most = w[i] > most ? w[i] : most;
    for (int i = 0; i < n; i++)
        sum += w[i] = exp(w[i] - most);
    for (int i = 0; i < n; i++)
        w[i] /= sum;
}

/* A distribution as a mixture: the chance to be at most x. */
typedef double below_x(const void *of, double x);

/* x with below(x) = p to a millionth, between low and high: by false position, the end that stays made lighter (Dowell and Jarratt 1971). */
static double quantile(below_x *below, const void *of, double p, double low, double high)
{
    double at_low = -p, at_high = 1 - p, x = (low + high) / 2;
    int side = 0;

    for (int i = 0; i < STEPS; i++) {
        double at = below(of, x) - p;

        if (fabs(at) < 1e-6)
            break;
        if (at < 0) {
            low = x;
            at_low = at;
            at_high /= side < 0 ? 2 : 1;
        } else {
            high = x;
            at_high = at;
            at_low /= side > 0 ? 2 : 1;
        }
        side = at < 0 ? -1 : 1;
        x = (low * at_high - high * at_low) / (at_high - at_low);
    }
    return x;
}

static enum share_verdict verdict_of(double below, size_t count)
{
    double doubt = SHARE_ALPHA / 2 / (double)count;

    return below <= doubt ? SHARE_ABOVE : below >= 1 - doubt ? SHARE_BELOW : SHARE_UNCLEAR;
}

/* ---- shares ---- */

/* One way things may be: how much groups differ (s), and by how much, on the scale of odds, all of them are off what was expected. */
struct way {
    double s, shift, w;
};
struct ways {
    struct way at[GRID * SHIFTS];
};

/* As many like cases as have the same variance, and as many of them won. */
struct like {
    double e, n, won;
};

static struct like like_of(const struct share_group *g)
{
    struct like k = { .e = g->expected / g->n };
    double least = 1e-4;

    assert(g->n > 0 && g->won >= 0 && g->won <= g->n);
    k.e = k.e < least ? least : k.e > 1 - least ? 1 - least : k.e;
    /* Where every chance is near 0 or 1 the formula promises more than chances are known to. */
    k.n = g->spread > 0 ? k.e * (1 - k.e) * g->n * g->n / g->spread : g->n;
    k.n = k.n < g->n ? g->n : k.n > 3 * g->n ? 3 * g->n : k.n;
    k.won = g->won / g->n * k.n;
    return k;
}

/* Never quite 0 or 1, which is no share of a beta distribution: where all chances are nearly sure, the grid reaches further than doubles do. */
static double moved(double e, double shift)
{
    const double edge = 1e-9, to = 1 / (1 + (1 - e) / e * exp(-shift));

    return to < edge ? edge : to > 1 - edge ? 1 - edge : to;
}

/* The logarithm of the chance of the counts, but for what hangs on neither. */
static double likelihood(const struct like *k, const struct way *at)
{
    double a = at->s * moved(k->e, at->shift), b = at->s - a;

    return gsl_sf_lnbeta(a + k->won, b + k->n - k->won) - gsl_sf_lnbeta(a, b);
}

/* Deviations of 0.01 to 0.6 of what a share can deviate; of each, shifts of up to three of their own deviations. Even in the variance and in the
 * shift: a point of the grid weighs what it stands for. */
static void ways_of(const struct share_group *groups, size_t count, struct ways *m)
{
    double known = 0, wide = 0, w[GRID * SHIFTS];

    for (size_t g = 0; g < count; g++) {
        struct like k = like_of(&groups[g]);

        known += k.e * (1 - k.e) * k.n;
        wide += 1 / (k.e * (1 - k.e)) / (double)count / (double)count;
    }
    for (int i = 0; i < GRID * SHIFTS; i++) {
        double deviation = 0.01 + 0.59 * (i / SHIFTS) / (GRID - 1), step = sqrt(1 / known + deviation * deviation * wide);

        m->at[i] = (struct way){ 1 / (deviation * deviation) - 1, step * (i % SHIFTS - SHIFTS / 2) * 6 / (SHIFTS - 1), 0 };
        w[i] = log(deviation * step);
        for (size_t g = 0; g < count; g++) {
            struct like k = like_of(&groups[g]);

            w[i] += likelihood(&k, &m->at[i]);
        }
    }
    weigh(w, GRID * SHIFTS);
    for (int i = 0; i < GRID * SHIFTS; i++)
        m->at[i].w = w[i];
}

struct shares {
    const struct ways *m;
    struct like k;
};

static double part_below(const struct shares *of, const struct way *at, double x)
{
    double e = moved(of->k.e, at->shift);

    return gsl_cdf_beta_P(x, at->s * e + of->k.won, at->s * (1 - e) + of->k.n - of->k.won);
}

static double share_below(const void *of, double x)
{
    const struct shares *k = of;
    double sum = 0;

    for (int i = 0; i < GRID * SHIFTS; i++)
        if (k->m->at[i].w > SLIGHT)
            sum += k->m->at[i].w * part_below(k, &k->m->at[i], x);
    return sum;
}

static double share_mean(const struct shares *k)
{
    double sum = 0;

    for (int i = 0; i < GRID * SHIFTS; i++) {
        const struct way *at = &k->m->at[i];

        sum += at->w * (at->s * moved(k->k.e, at->shift) + k->k.won) / (at->s + k->k.n);
    }
    return sum;
}

void share_shrink(const struct share_group *groups, size_t count, struct share_shrunk *out)
{
    struct ways m;

    if (count)
        ways_of(groups, count, &m);
    for (size_t g = 0; g < count; g++) {
        struct shares k = { &m, like_of(&groups[g]) };
        struct sample_figure rate = { share_mean(&k), quantile(share_below, &k, 0.025, 0, 1), quantile(share_below, &k, 0.975, 0, 1) };
        double e = k.k.e;

        out[g] = (struct share_shrunk){ rate, { rate.value / e, rate.low / e, rate.high / e }, verdict_of(share_below(&k, e), count) };
    }
}

/* ---- averages ---- */

struct averages {
    double within;           /* variance of logarithms about their group's mean */
    double within_doubt;     /* variance of half of it, by which an average lies above what its mean logarithm says */
    double w[GRID], between[GRID], common[GRID], doubt[GRID]; /* of each point: variance of means, their centre, its variance */
};

/* One point of the grid: the centre by its weights, and the logarithm of the chance of the means, the centre integrated out. */
static double point(const struct share_amounts *groups, size_t count, struct averages *m, int i)
{
    double weights = 0, sum = 0, off = 0, logs = 0;

    for (size_t g = 0; g < count; g++) {
        double v = m->between[i] + m->within / groups[g].n;

        if (groups[g].n <= 0)
            continue;
        weights += 1 / v;
        sum += groups[g].mean / v;
        logs += log(v);
    }
    m->common[i] = sum / weights;
    m->doubt[i] = 1 / weights;
    for (size_t g = 0; g < count; g++)
        if (groups[g].n > 0)
            off += (groups[g].mean - m->common[i]) * (groups[g].mean - m->common[i]) / (m->between[i] + m->within / groups[g].n);
    return -(logs + log(weights) + off) / 2;
}

static bool fit(const struct share_amounts *groups, size_t count, struct averages *m)
{
    double squares = 0, n = 0, used = 0;

    for (size_t g = 0; g < count; g++) {
        squares += groups[g].squares;
        n += groups[g].n;
        used += groups[g].n > 0;
    }
    if (n - used < SHARE_AMOUNTS)
        return false;
    m->within = squares / (n - used);
    m->within = m->within > 1e-6 ? m->within : 1e-6;
    m->within_doubt = m->within * m->within / 2 / (n - used);
    for (int i = 0; i < GRID; i++) {
        double deviation = sqrt(m->within) * 2 * i / (GRID - 1);

        m->between[i] = deviation * deviation;
        m->w[i] = point(groups, count, m, i) + log(i + 0.5);
    }
    weigh(m->w, GRID);
    return true;
}

struct means {
    const struct averages *m;
    const struct share_amounts *g; /* NULL: the centre */
    double more;                   /* variance that is added */
};

/* The group's mean at one point of the grid: normal with this mean and variance. */
static void mean_at(const struct means *k, int i, double *mean, double *variance)
{
    const struct averages *m = k->m;
    double own = k->g && k->g->n > 0 ? m->within / k->g->n : INFINITY, to_centre;

    if (!k->g) {
        *mean = m->common[i];
        *variance = m->doubt[i] + k->more;
        return;
    }
    to_centre = isinf(own) ? 1 : own / (own + m->between[i]);
    *mean = to_centre * m->common[i] + (1 - to_centre) * (isinf(own) ? 0 : k->g->mean);
    *variance = (isinf(own) ? m->between[i] : (1 - to_centre) * own) + to_centre * to_centre * m->doubt[i] + k->more;
}

static double mean_below(const void *of, double x)
{
    const struct means *k = of;
    double sum = 0;

    for (int i = 0; i < GRID; i++) {
        double mean, variance;

        mean_at(k, i, &mean, &variance);
        sum += k->m->w[i] * gsl_cdf_ugaussian_P((x - mean) / sqrt(variance));
    }
    return sum;
}

/* The average of amounts whose logarithms have this distribution of their mean. */
static struct sample_figure amount_of(const struct means *k, double *centre)
{
    double sum = 0, wide = 0, half = k->m->within / 2;

    for (int i = 0; i < GRID; i++) {
        double mean, variance;

        mean_at(k, i, &mean, &variance);
        sum += k->m->w[i] * mean;
        wide = fmax(wide, fabs(mean) + 10 * sqrt(variance));
    }
    *centre = sum;
    return (struct sample_figure){ exp(sum + half), exp(quantile(mean_below, k, 0.025, -wide, wide) + half),
                                   exp(quantile(mean_below, k, 0.975, -wide, wide) + half) };
}

bool share_averages(const struct share_amounts *groups, size_t count, struct share_average *out, struct sample_figure *all)
{
    struct averages m;
    struct means whole = { &m, NULL, 0 };
    struct sample_figure common;
    double centre, own;

    if (!fit(groups, count, &m))
        return false;
    whole.more = m.within_doubt;
    common = amount_of(&whole, &centre);
    if (all)
        *all = common;
    for (size_t g = 0; g < count; g++) {
        struct means k = { &m, &groups[g], m.within_doubt };

        out[g].amount = amount_of(&k, &own);
        k.more = 0;
        out[g].verdict = groups[g].n > 0 ? verdict_of(mean_below(&k, centre), count) : SHARE_UNCLEAR;
    }
    return true;
}
