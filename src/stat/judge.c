/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stat/judge.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

struct weights {
    double sum, squares, unreached;
};

static double weight(const struct judge_case *k)
{
    return k->target / k->logged;
}

static struct weights weigh(const struct judge_case *cases, size_t n)
{
    struct weights w = { 0, 0, 0 };

    for (size_t i = 0; i < n; i++) {
        w.sum += weight(&cases[i]);
        w.squares += weight(&cases[i]) * weight(&cases[i]);
        w.unreached += cases[i].unreached;
    }
    w.unreached = n ? w.unreached / (double)n : 1;
    return w;
}

static double effective(const struct weights *w)
{
    return w->squares > 0 ? w->sum * w->sum / w->squares : 0;
}

static enum judge_verdict verdict_of(const struct weights *w)
{
    if (w->unreached > JUDGE_UNREACHED)
        return JUDGE_NO_OVERLAP;
    return effective(w) < JUDGE_EFFECTIVE ? JUDGE_TOO_FEW : JUDGE_TOLD;
}

/* One case's part of each figure. */
static double part_ips(const struct judge_case *k)
{
    return weight(k) * k->reward;
}

static double part_dr(const struct judge_case *k)
{
    return k->would + weight(k) * (k->reward - k->taken);
}

/* value with what the sampling of n parts about it and the unseen share leave open. */
static struct sample_figure figure(double value, double squares, double n, double degrees, double unseen, double low, double high)
{
    double t = gsl_cdf_tdist_Pinv(.975, degrees > 1 ? degrees - 1 : 1);
    double half = t * sqrt(squares / (n - 1) / n);

    return (struct sample_figure){ value, fmax(value - half - unseen, low), fmin(value + half + unseen, high) };
}

static struct sample_figure of_parts(const struct judge_case *cases, size_t n, double (*part)(const struct judge_case *), const struct weights *w,
                                     double low, double high)
{
    double mean = 0, squares = 0, m = (double)n;

    for (size_t i = 0; i < n; i++)
        mean += part(&cases[i]) / m;
    for (size_t i = 0; i < n; i++)
        squares += (part(&cases[i]) - mean) * (part(&cases[i]) - mean);
    return figure(mean, squares, m, effective(w), w->unreached * (high - low), low, high);
}

/* sum w r / sum w; its variance is that of w (r - value) / mean w. */
static struct sample_figure of_ratio(const struct judge_case *cases, size_t n, const struct weights *w, double low, double high)
{
    double value = 0, squares = 0, m = (double)n, mean = w->sum / m;

    for (size_t i = 0; i < n; i++)
        value += part_ips(&cases[i]) / w->sum;
    for (size_t i = 0; i < n; i++) {
        double part = weight(&cases[i]) * (cases[i].reward - value) / mean;

        squares += part * part;
    }
    return figure(value, squares, m, effective(w), w->unreached * (high - low), low, high);
}

struct judged judge(const struct judge_case *cases, size_t n, double low, double high)
{
    struct weights w = weigh(cases, n);
    struct sample_figure none = { NAN, low, high };
    struct judged j = { verdict_of(&w), none, none, none, effective(&w), w.unreached, n ? w.sum / (double)n : 0 };

    if (j.verdict != JUDGE_TOLD)
        return j;
    j.ips = of_parts(cases, n, part_ips, &w, low, high);
    j.snips = of_ratio(cases, n, &w, low, high);
    j.dr = of_parts(cases, n, part_dr, &w, low, high);
    return j;
}

struct judge_pair judge_compare(const struct judge_case *first, const struct judge_case *second, size_t n, double low, double high)
{
    struct weights a = weigh(first, n), b = weigh(second, n);
    double mean = 0, squares = 0, m = (double)n, degrees = fmin(effective(&a), effective(&b)), range = high - low;
    struct judge_pair out = { JUDGE_REFUSED, { NAN, -range, range } };

    if (verdict_of(&a) != JUDGE_TOLD || verdict_of(&b) != JUDGE_TOLD)
        return out;
    for (size_t i = 0; i < n; i++)
        mean += (part_dr(&second[i]) - part_dr(&first[i])) / m;
    for (size_t i = 0; i < n; i++) {
        double part = part_dr(&second[i]) - part_dr(&first[i]) - mean;

        squares += part * part;
    }
    out.change = figure(mean, squares, m, degrees, (a.unreached + b.unreached) * range, -range, range);
    out.order = out.change.low > 0 ? JUDGE_SECOND_BETTER : out.change.high < 0 ? JUDGE_FIRST_BETTER : JUDGE_NO_ORDER;
    return out;
}
