/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stat/sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

static double within(double v, double low, double high)
{
    return v < low ? low : v > high ? high : v;
}

/* Of a share p of m cases, m > 0, which need not be whole. */
static struct sample_figure wilson_of(double p, double m, double z)
{
    double z2 = z * z, centre = (p + z2 / (2 * m)) / (1 + z2 / m);
    double half = z * sqrt(p * (1 - p) / m + z2 / (4 * m * m)) / (1 + z2 / m);

    return (struct sample_figure){ p, p <= 0 ? 0 : within(centre - half, 0, p), p >= 1 ? 1 : within(centre + half, p, 1) };
}

struct sample_figure sample_wilson(int64_t won, int64_t n, double z)
{
    return n > 0 ? wilson_of((double)won / (double)n, (double)n, z) : (struct sample_figure){ NAN, 0, 1 };
}

/* Bisection over the distribution function: slower than Newton and never lost. */
double sample_beta_quantile(double p, double a, double b)
{
    double low = 0, high = 1;

    if (p <= 0 || p >= 1)
        return p <= 0 ? 0 : 1;
    for (int i = 0; i < 200 && high - low > 1e-15 * high; i++) {
        double mid = low + (high - low) / 2;
        if (gsl_cdf_beta_P(mid, a, b) < p)
            low = mid;
        else
            high = mid;
    }
    return low + (high - low) / 2;
}

double sample_normal_quantile(double p)
{
    return gsl_cdf_ugaussian_Pinv(p);
}

double sample_normal_tails(double z)
{
    return erfc(fabs(z) / M_SQRT2);
}

struct sample_figure sample_clopper(int64_t won, int64_t n, double level)
{
    double tail = (1 - level) / 2;

    if (n <= 0)
        return (struct sample_figure){ NAN, 0, 1 };
    return (struct sample_figure){
        (double)won / (double)n,
        won == 0 ? 0 : sample_beta_quantile(tail, (double)won, (double)(n - won) + 1),
        won == n ? 1 : sample_beta_quantile(1 - tail, (double)won + 1, (double)(n - won)),
    };
}

struct sample_figure sample_newcombe(int64_t won1, int64_t n1, int64_t won2, int64_t n2, double z)
{
    struct sample_figure a = sample_wilson(won1, n1, z), b = sample_wilson(won2, n2, z);
    double d;

    if (n1 <= 0 || n2 <= 0)
        return (struct sample_figure){ NAN, -1, 1 };
    d = a.value - b.value;
    return (struct sample_figure){
        d,
        d - sqrt((a.value - a.low) * (a.value - a.low) + (b.high - b.value) * (b.high - b.value)),
        d + sqrt((a.high - a.value) * (a.high - a.value) + (b.value - b.low) * (b.value - b.low)),
    };
}

struct sample_figure sample_mean(const int64_t *x, size_t n, double z)
{
    double sum = 0, square = 0, mean, half;

    for (size_t i = 0; i < n; i++)
        sum += (double)x[i];
    mean = n ? sum / (double)n : 0;
    for (size_t i = 0; i < n; i++)
        square += ((double)x[i] - mean) * ((double)x[i] - mean);
    half = n > 1 ? z * sqrt(square / (double)(n - 1) / (double)n) : 0;
    return (struct sample_figure){ mean, mean - half, mean + half };
}

struct sample_figure sample_product(struct sample_figure a, struct sample_figure b, double z)
{
    double da = (a.high - a.low) / 2 / z, db = (b.high - b.low) / 2 / z;
    double half = z * sqrt(a.value * a.value * db * db + b.value * b.value * da * da + da * da * db * db);

    return (struct sample_figure){ a.value * b.value, a.value * b.value - half, a.value * b.value + half };
}

static struct sample_figure ratio_of_log(double log_ratio, double variance, double z)
{
    double half = z * sqrt(variance);
    return (struct sample_figure){ exp(log_ratio), exp(log_ratio - half), exp(log_ratio + half) };
}

struct sample_figure sample_ratio(struct sample_table t, double z)
{
    double a = (double)t.won_with, n = (double)t.with, b = (double)t.won_without, m = (double)t.without;

    if (t.with <= 0 || t.without <= 0)
        return (struct sample_figure){ NAN, 0, INFINITY };
    if (t.won_with == 0 || t.won_without == 0) {
        a += .5, b += .5;
        n += 1, m += 1;
    }
    return ratio_of_log(log(a / n / (b / m)), 1 / a - 1 / n + 1 / b - 1 / m, z);
}

struct sample_figure sample_ratio_common(const struct sample_table *strata, size_t n, double z)
{
    double up = 0, down = 0, spread = 0;

    for (size_t i = 0; i < n; i++) {
        double a = (double)strata[i].won_with, b = (double)strata[i].won_without;
        double with = (double)strata[i].with, without = (double)strata[i].without, all = with + without;
        if (with <= 0 || without <= 0)
            continue;
        up += a * without / all;
        down += b * with / all;
        spread += (with * without * (a + b) - a * b * all) / (all * all);
    }
    if (up <= 0 || down <= 0)
        return (struct sample_figure){ NAN, 0, INFINITY };
    return ratio_of_log(log(up / down), spread / (up * down), z);
}

struct sample_figure sample_difference_common(const struct sample_table *strata, size_t n, double z)
{
    double sum = 0, weight = 0, p = 0, q = 0, value, half;

    for (size_t i = 0; i < n; i++) {
        double a = (double)strata[i].won_with, b = (double)strata[i].won_without;
        double with = (double)strata[i].with, without = (double)strata[i].without, all = with + without;
        if (with <= 0 || without <= 0)
            continue;
        sum += (a * without - b * with) / all;
        weight += with * without / all;
        p += (with * with * b - without * without * a + with * without * (without - with) / 2) / (all * all);
        q += (a * (without - b) + b * (with - a)) / (2 * all);
    }
    if (weight <= 0)
        return (struct sample_figure){ NAN, -1, 1 };
    value = sum / weight;
    half = z * sqrt(within(value * p + q, 0, INFINITY)) / weight;
    return (struct sample_figure){ value, within(value - half, -1, value), within(value + half, value, 1) };
}

/* ---- order ---- */

static void merge(const struct sample_point *from, struct sample_point *to, size_t begin, size_t middle, size_t end)
{
    size_t i = begin, j = middle;

    for (size_t k = begin; k < end; k++)
        to[k] = j >= end || (i < middle && from[i].score >= from[j].score) ? from[i++] : from[j++];
}

/* Merges from below: stable, which the C library does not promise. */
void sample_sort(struct arena *a, struct sample_point *points, size_t n)
{
    struct sample_point *from = points, *to = ARENA_ARRAY(a, struct sample_point, n), *swap;

    for (size_t width = 1; width < n; width *= 2) {
        for (size_t i = 0; i < n; i += 2 * width)
            merge(from, to, i, i + width < n ? i + width : n, i + 2 * width < n ? i + 2 * width : n);
        swap = from, from = to, to = swap;
    }
    if (from != points)
        memcpy(points, from, n * sizeof(*points));
}

struct ranked {
    double score;
    size_t place;
};

static void merge_ranked(const struct ranked *from, struct ranked *to, size_t begin, size_t middle, size_t end)
{
    size_t i = begin, j = middle;

    for (size_t k = begin; k < end; k++)
        to[k] = j >= end || (i < middle && from[i].score <= from[j].score) ? from[i++] : from[j++];
}

static const struct ranked *rank_sorted(struct arena *a, const double *scores, size_t n)
{
    struct ranked *from = ARENA_ARRAY(a, struct ranked, n), *to = ARENA_ARRAY(a, struct ranked, n), *swap;

    for (size_t i = 0; i < n; i++)
        from[i] = (struct ranked){ scores[i], i };
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t i = 0; i < n; i += 2 * width)
            merge_ranked(from, to, i, i + width < n ? i + width : n, i + 2 * width < n ? i + 2 * width : n);
        swap = from, from = to, to = swap;
    }
    return from;
}

/* Midranks from 1: equal scores share the mean of their places. */
static double *midranks(struct arena *a, const double *scores, size_t n)
{
    double *rank = ARENA_ARRAY(a, double, n);
    const struct ranked *r = rank_sorted(a, scores, n);

    for (size_t i = 0, j; i < n; i = j) {
        for (j = i; j < n && r[j].score == r[i].score; j++)
            ;
        for (size_t k = i; k < j; k++)
            rank[r[k].place] = (double)(i + j + 1) / 2;
    }
    return rank;
}

/* The structural components of DeLong: for each who won, the share of the others below him; for each other, the share of
 * those who won above him. */
struct parts {
    double *won, *lost, auc;
    size_t wons, losts;
};

static struct parts delong(struct arena *a, const struct sample_point *points, size_t n)
{
    struct parts p = { 0 };
    double *all = ARENA_ARRAY(a, double, n), *own, *rank, *rank_won, *rank_lost, sum = 0;

    for (size_t i = 0; i < n; i++)
        p.wons += points[i].won;
    p.losts = n - p.wons;
    own = ARENA_ARRAY(a, double, n);
    for (size_t i = 0, w = 0, l = p.wons; i < n; i++)
        own[points[i].won ? w++ : l++] = points[i].score;
    memcpy(all, own, n * sizeof(*all));
    rank = midranks(a, all, n);
    rank_won = midranks(a, own, p.wons);
    rank_lost = midranks(a, own + p.wons, p.losts);
    p.won = ARENA_ARRAY(a, double, p.wons + 1);
    p.lost = ARENA_ARRAY(a, double, p.losts + 1);
    for (size_t i = 0; i < p.wons; i++) {
        p.won[i] = (rank[i] - rank_won[i]) / (double)p.losts;
        sum += p.won[i];
    }
    for (size_t i = 0; i < p.losts; i++)
        p.lost[i] = 1 - (rank[p.wons + i] - rank_lost[i]) / (double)p.wons;
    p.auc = sum / (double)p.wons;
    return p;
}

static double covariance(const double *x, const double *y, size_t n, double mean_x, double mean_y)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += (x[i] - mean_x) * (y[i] - mean_y);
    return n > 1 ? sum / (double)(n - 1) : 0;
}

struct sample_figure sample_auc(struct arena *a, const struct sample_point *points, size_t n)
{
    struct parts p = delong(a, points, n);
    double variance, half, logit;

    if (!p.wons || !p.losts)
        return (struct sample_figure){ NAN, 0, 1 };
    variance = covariance(p.won, p.won, p.wons, p.auc, p.auc) / (double)p.wons +
               covariance(p.lost, p.lost, p.losts, p.auc, p.auc) / (double)p.losts;
    /* No overlap at all: no spread to measure; as little is known as of a share seen in all of the smaller group. */
    if (variance <= 0 || p.auc <= 0 || p.auc >= 1) {
        int64_t m = (int64_t)(p.wons < p.losts ? p.wons : p.losts);
        return (struct sample_figure){ p.auc, p.auc < 1 ? p.auc : sample_wilson(m, m, SAMPLE_Z95).low,
                                       p.auc > 0 ? p.auc : sample_wilson(0, m, SAMPLE_Z95).high };
    }
    logit = log(p.auc / (1 - p.auc));
    half = SAMPLE_Z95 * sqrt(variance) / (p.auc * (1 - p.auc));
    return (struct sample_figure){ p.auc, 1 / (1 + exp(-(logit - half))), 1 / (1 + exp(-(logit + half))) };
}

struct sample_figure sample_auc_change(struct arena *a, const struct sample_point *first, const struct sample_point *second,
                                       size_t n, double *p)
{
    struct parts one = delong(a, first, n), two = delong(a, second, n);
    double variance, d, half;

    if (!one.wons || !one.losts) {
        if (p)
            *p = 1;
        return (struct sample_figure){ NAN, -1, 1 };
    }
    variance = (covariance(one.won, one.won, one.wons, one.auc, one.auc) +
                covariance(two.won, two.won, two.wons, two.auc, two.auc) -
                2 * covariance(one.won, two.won, one.wons, one.auc, two.auc)) / (double)one.wons +
               (covariance(one.lost, one.lost, one.losts, one.auc, one.auc) +
                covariance(two.lost, two.lost, two.losts, two.auc, two.auc) -
                2 * covariance(one.lost, two.lost, one.losts, one.auc, two.auc)) / (double)one.losts;
    d = two.auc - one.auc;
    half = variance > 0 ? SAMPLE_Z95 * sqrt(variance) : 0;
    if (p)
        *p = variance > 0 ? sample_normal_tails(d / sqrt(variance)) : d == 0 ? 1 : 0;
    return (struct sample_figure){ d, within(d - half, -1, 1), within(d + half, -1, 1) };
}

static int64_t count_won(const struct sample_point *points, size_t n)
{
    int64_t won = 0;

    for (size_t i = 0; i < n; i++)
        won += points[i].won;
    return won;
}

/* The end of the tie that begins at i; *won of it. */
static size_t tie_end(const struct sample_point *sorted, size_t n, size_t i, int64_t *won)
{
    size_t j = i;

    for (*won = 0; j < n && sorted[j].score == sorted[i].score; j++)
        *won += sorted[j].won;
    return j;
}

double sample_average_precision(const struct sample_point *sorted, size_t n)
{
    int64_t all = count_won(sorted, n), above = 0, won;
    double sum = 0;

    for (size_t i = 0, j; i < n; i = j) {
        j = tie_end(sorted, n, i, &won);
        above += won;
        sum += (double)won / (double)all * ((double)above / (double)j);
    }
    return all ? sum : NAN;
}

size_t sample_steps(struct arena *a, const struct sample_point *sorted, size_t n, size_t max, struct sample_step **steps)
{
    struct sample_step *s = ARENA_ARRAY(a, struct sample_step, max + 1);
    int64_t above = 0, won;
    size_t count = 0, told = 0;

    for (size_t i = 0, j; i < n; i = j) {
        j = tie_end(sorted, n, i, &won);
        above += won;
        if (j < n && (count + 1 >= max || (j - told) * max < n))
            continue;
        told = j;
        s[count++] = (struct sample_step){ sorted[i].score, above, (int64_t)j - above };
    }
    *steps = s;
    return count;
}

/* How many won among the first `top` (need not be whole: a tie on the border gives its share). */
static double won_in_top(const struct sample_point *sorted, size_t n, double top)
{
    double got = 0;
    int64_t won;

    for (size_t i = 0, j; i < n && (double)i < top; i = j) {
        j = tie_end(sorted, n, i, &won);
        got += (double)j <= top ? (double)won : (double)won * (top - (double)i) / (double)(j - i);
    }
    return got;
}

double sample_found(const struct sample_point *sorted, size_t n, double share)
{
    return won_in_top(sorted, n, (double)n * share) / (double)count_won(sorted, n);
}

double sample_lift(const struct sample_point *sorted, size_t n, double share)
{
    return sample_found(sorted, n, share) / share;
}

/* One resampling: how often each case is drawn, then the ties in order; what each of the tops holds. false: nobody who won was drawn. */
static bool found_again(const struct sample_point *sorted, size_t n, const uint32_t *drawn, const double *tops, size_t top_count, double *found)
{
    double all = 0, seen = 0;

    for (size_t k = 0; k < top_count; k++)
        found[k] = 0;
    for (size_t i = 0, j; i < n; i = j) {
        double count = 0, won = 0;
        for (j = i; j < n && sorted[j].score == sorted[i].score; j++) {
            count += drawn[j];
            won += sorted[j].won ? drawn[j] : 0;
        }
        all += won;
        for (size_t k = 0; k < top_count; k++)
            if (seen < tops[k] && count > 0)
                found[k] += seen + count <= tops[k] ? won : won * (tops[k] - seen) / count;
        seen += count;
    }
    for (size_t k = 0; k < top_count && all > 0; k++)
        found[k] /= all;
    return all > 0;
}

/* Sums over the resamplings of how far each is from the figure itself. */
struct apart {
    double sum, squares;
};

static struct sample_figure found_figure(double value, struct apart apart, double good, int64_t won)
{
    double variance = good > 1 ? (apart.squares - apart.sum * apart.sum / good) / (good - 1) : 0;
    /* A share at its end has no variance of its own, though samples may have lost a buyer at the border: then their mean tells of how many cases. */
    double middle = value > 0 && value < 1 ? value : within(good > 0 ? value + apart.sum / good : value, 0, 1);
    double cases = variance > 1e-12 ? middle * (1 - middle) / variance : 0;

    return wilson_of(value, cases > 0 ? cases : (double)won, SAMPLE_Z95);
}

void sample_found_intervals(struct arena *a, const struct sample_point *sorted, size_t n, const double *shares, size_t count, unsigned rounds,
                            uint64_t seed, struct sample_figure *out)
{
    uint32_t *drawn = ARENA_ARRAY(a, uint32_t, n + 1);
    struct apart *apart = ARENA_ARRAY(a, struct apart, count + 1);
    double *tops = ARENA_ARRAY(a, double, count + 1), *found = ARENA_ARRAY(a, double, count + 1), good = 0;
    int64_t won = count_won(sorted, n);

    for (size_t k = 0; k < count; k++) {
        tops[k] = (double)n * shares[k];
        out[k] = (struct sample_figure){ won ? sample_found(sorted, n, shares[k]) : NAN, 0, 1 };
    }
    for (unsigned r = 0; r < rounds && won; r++) {
        memset(drawn, 0, n * sizeof(*drawn));
        for (size_t i = 0; i < n; i++)
            drawn[(size_t)(((unsigned __int128)sample_random(&seed) * n) >> 64)]++;
        if (!found_again(sorted, n, drawn, tops, count, found))
            continue;
        good++;
        for (size_t k = 0; k < count; k++) {
            apart[k].sum += found[k] - out[k].value;
            apart[k].squares += (found[k] - out[k].value) * (found[k] - out[k].value);
        }
    }
    for (size_t k = 0; k < count && won; k++)
        out[k] = found_figure(out[k].value, apart[k], good, won);
}

struct sample_figure sample_found_interval(struct arena *a, const struct sample_point *sorted, size_t n, double share, unsigned rounds, uint64_t seed)
{
    struct sample_figure f;

    sample_found_intervals(a, sorted, n, &share, 1, rounds, seed, &f);
    return f;
}

struct sample_figure sample_lift_of(struct sample_figure found, double share)
{
    return (struct sample_figure){ found.value / share, found.low / share, found.high / share };
}

/* ---- probabilities ---- */

double sample_brier(const struct sample_point *points, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += (points[i].score - points[i].won) * (points[i].score - points[i].won);
    return n ? sum / (double)n : NAN;
}

double sample_log_loss(const struct sample_point *points, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++) {
        double p = within(points[i].score, 1e-15, 1 - 1e-15);
        sum -= log(points[i].won ? p : 1 - p);
    }
    return n ? sum / (double)n : NAN;
}

/* Of each place the share of its tie that won. */
static const double *tie_shares(struct arena *a, const struct sample_point *points, const struct ranked *r, size_t n)
{
    double *share = ARENA_ARRAY(a, double, n + 1);

    for (size_t i = 0, j; i < n; i = j) {
        double won = 0;

        for (j = i; j < n && r[j].score == r[i].score; j++)
            won += points[r[j].place].won;
        for (size_t k = i; k < j; k++)
            share[k] = won / (double)(j - i);
    }
    return share;
}

double sample_ece(struct arena *a, const struct sample_point *points, size_t n, size_t bins)
{
    double *scores = ARENA_ARRAY(a, double, n + 1), sum = 0;
    const struct ranked *r;
    const double *share;

    for (size_t i = 0; i < n; i++)
        scores[i] = points[i].score;
    r = rank_sorted(a, scores, n);
    share = tie_shares(a, points, r, n);
    for (size_t b = 0, i = 0; b < bins; b++) {
        size_t end = i + n / bins + (b < n % bins);
        double gap = 0;
        for (; i < end; i++)
            gap += r[i].score - share[i];
        sum += fabs(gap);
    }
    return n ? sum / (double)n : NAN;
}

double sample_ece_width(const struct sample_point *points, size_t n, size_t bins)
{
    double sum = 0;

    for (size_t b = 0; b < bins; b++) {
        double gap = 0;
        for (size_t i = 0; i < n; i++) {
            double place = within(floor(points[i].score * (double)bins), 0, (double)bins - 1);
            if ((size_t)place == b)
                gap += points[i].score - points[i].won;
        }
        sum += fabs(gap);
    }
    return n ? sum / (double)n : NAN;
}

double sample_psi(const int64_t *reference, const int64_t *now, size_t bins)
{
    double psi = 0, all_reference = 0, all_now = 0;

    for (size_t i = 0; i < bins; i++) {
        all_reference += (double)reference[i];
        all_now += (double)now[i];
    }
    if (all_reference <= 0 || all_now <= 0)
        return 0;
    for (size_t i = 0; i < bins; i++) {
        double r = ((double)reference[i] + .5) / (all_reference + .5 * (double)bins);
        double w = ((double)now[i] + .5) / (all_now + .5 * (double)bins);
        psi += (w - r) * log(w / r);
    }
    return psi;
}

double sample_psi_noise(int64_t n, int64_t m, size_t bins)
{
    return n > 0 && m > 0 && bins > 1 ? (1 / (double)n + 1 / (double)m) * gsl_cdf_chisq_Pinv(.99, (double)bins - 1) : INFINITY;
}

/* ---- chance ---- */

uint64_t sample_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint64_t sample_scatter(uint64_t x)
{
    return sample_random(&x);
}

double sample_chance(uint64_t *state)
{
    return (double)(sample_random(state) >> 11) * 0x1p-53;
}
