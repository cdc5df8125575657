/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "learn/drift.h"

#include <math.h>
#include <stdlib.h>

#include "base/map.h"

const char *const learn_level_names[] = { "stable", "shifted", "other", NULL };

enum { BINS = 10, WEEKS_DAYS = 120 };

/* ---- sources ---- */

struct source_sum {
    struct str name;
    int64_t leads, n, won;
    double total;
    size_t place; /* in the report, from 0 */
};

static int by_leads(const void *x, const void *y)
{
    const struct source_sum *a = *(struct source_sum *const *)x, *b = *(struct source_sum *const *)y;

    if (a->leads != b->leads)
        return a->leads > b->leads ? -1 : 1;
    return str_cmp(a->name, b->name);
}

static struct source_sum *source_find(struct arena *a, struct map *m, struct str name)
{
    struct str key = name.len ? name : STR("\x01");
    struct source_sum *s = map_find(m, key);

    if (s)
        return s;
    s = ARENA_NEW(a, struct source_sum);
    s->name = name;
    map_put(m, key, s);
    return s;
}

static struct sample_figure source_auc(struct arena *a, const struct learn_case *cases, size_t n, const unsigned char *place,
                                       size_t which)
{
    struct sample_point *points = ARENA_ARRAY(a, struct sample_point, n + 1);
    size_t count = 0, won = 0;

    for (size_t i = 0; i < n; i++)
        if (place[i] == which + 1 && cases[i].mark != LEARN_MARK_YOUNG) {
            points[count++] = (struct sample_point){ (double)cases[i].total, cases[i].mark == LEARN_MARK_WON };
            won += cases[i].mark == LEARN_MARK_WON;
        }
    if (won < LEARN_ENOUGH_PART || count - won < LEARN_ENOUGH_PART)
        return (struct sample_figure){ NAN, 0, 1 };
    return sample_auc(a, points, count);
}

static void fill_sources(struct learn_drift *d, struct source_sum **sums, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t at = i < LEARN_SOURCES ? i : LEARN_SOURCES - 1;
        struct learn_source *s = &d->sources[at];

        sums[i]->place = at;
        s->name = sums[i]->name;
        s->rest = at == LEARN_SOURCES - 1 && count > LEARN_SOURCES;
        s->is.leads += sums[i]->leads;
        s->is.n += sums[i]->n;
        s->is.won += sums[i]->won;
        s->mean += sums[i]->total;
        d->source_count = at + 1;
    }
    for (size_t i = 0; i < d->source_count; i++) {
        struct learn_source *s = &d->sources[i];

        s->mean /= (double)s->is.leads * 1e6;
        s->is = learn_share_of(s->is.leads, s->is.n, s->is.won);
        if (s->rest)
            s->name = STR_NULL;
    }
}

static void make_sources(struct arena *a, struct learn_drift *d, const struct learn_case *cases, size_t n, unsigned char *place)
{
    struct map m = map_new(a, 64);
    struct source_sum **sums, *s;
    struct arena *scratch = arena_new(0);
    struct str key;
    void *value;
    size_t count = 0, at = 0;

    for (size_t i = 0; i < n; i++) {
        s = source_find(a, &m, cases[i].source);
        s->leads++;
        s->n += cases[i].mark != LEARN_MARK_YOUNG;
        s->won += cases[i].mark == LEARN_MARK_WON;
        s->total += (double)cases[i].total;
    }
    sums = ARENA_ARRAY(a, struct source_sum *, m.count + 1);
    while (map_next(&m, &at, &key, &value))
        sums[count++] = value;
    qsort(sums, count, sizeof(*sums), by_leads);
    d->sources = ARENA_ARRAY(a, struct learn_source, LEARN_SOURCES);
    fill_sources(d, sums, count);
    for (size_t i = 0; i < n; i++)
        place[i] = (unsigned char)(source_find(a, &m, cases[i].source)->place + 1);
    for (size_t i = 0; i < d->source_count; i++) {
        arena_reset(scratch);
        d->sources[i].auc = source_auc(scratch, cases, n, place, i);
    }
    arena_free(scratch);
}

/* ---- cohorts ---- */

static int64_t days_of(instant at)
{
    return at / DAY_US - (at % DAY_US < 0);
}

/* The first day of the week (Monday) or month that holds `at`; *next is the first day behind it. */
static int64_t period_of(instant at, bool weeks, int64_t *next)
{
    int64_t day = days_of(at), first;
    int year, month, of_month;

    if (weeks) {
        first = day - (((day + 3) % 7) + 7) % 7; /* 1970-01-01 was a Thursday */
        *next = first + 7;
        return first;
    }
    date_of_days(day, &year, &month, &of_month);
    *next = month == 12 ? date_to_days(year + 1, 1, 1) : date_to_days(year, month + 1, 1);
    return date_to_days(year, month, 1);
}

struct born {
    instant at;
    size_t place;
};

static int by_birth(const void *x, const void *y)
{
    const struct born *a = x, *b = y;

    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return a->place < b->place ? -1 : a->place > b->place;
}

/* The cohorts, oldest first; order is by birth. */
static void make_cohorts(struct arena *a, struct learn_drift *d, const struct learn_case *cases, const struct born *order, size_t n,
                         unsigned char *place)
{
    struct learn_cohort *all = ARENA_ARRAY(a, struct learn_cohort, n + 1);
    size_t *first = ARENA_ARRAY(a, size_t, n + 2), count = 0, dropped;

    for (size_t i = 0; i < n; i++) {
        const struct learn_case *k = &cases[order[i].place];
        struct learn_cohort *c;
        int64_t next, begin = period_of(k->born, d->weeks, &next);

        if (!count || all[count - 1].from != begin * DAY_US) {
            first[count] = i;
            all[count++] = (struct learn_cohort){ .from = begin * DAY_US, .until = next * DAY_US };
        }
        c = &all[count - 1];
        c->is.leads++;
        c->is.n += k->mark != LEARN_MARK_YOUNG;
        c->is.won += k->mark == LEARN_MARK_WON;
    }
    first[count] = n;
    dropped = count > LEARN_COHORTS ? count - LEARN_COHORTS : 0;
    d->cohorts = all + dropped;
    d->cohort_count = count - dropped;
    for (size_t i = 0; i < d->cohort_count; i++) {
        struct learn_cohort *c = &d->cohorts[i];

        c->is = learn_share_of(c->is.leads, c->is.n, c->is.won);
        c->maturing = c->is.young > 0;
        for (size_t k = first[i + dropped]; k < first[i + dropped + 1]; k++)
            place[order[k].place] = (unsigned char)(i + 1);
    }
}

/* The first cohorts that hold a third of the leads. */
static void mark_reference(struct learn_drift *d, size_t n)
{
    int64_t held = 0;

    for (size_t i = 0; i + 1 < d->cohort_count && held * 3 < (int64_t)n; i++) {
        d->cohorts[i].reference = true;
        held += d->cohorts[i].is.leads;
    }
}

static int by_number(const void *x, const void *y)
{
    fix a = *(const fix *)x, b = *(const fix *)y;
    return (a > b) - (a < b);
}

/* Upper ends of BINS bins that hold about equally many of the reference; equal ends make empty bins, which say nothing. */
static size_t cut_points(struct arena *a, const struct learn_drift *d, const struct learn_case *cases, size_t n,
                         const unsigned char *place, fix ends[BINS])
{
    fix *scores = ARENA_ARRAY(a, fix, n + 1);
    size_t count = 0, bins = 0;

    for (size_t i = 0; i < n; i++)
        if (cases[i].has_early && place[i] && d->cohorts[place[i] - 1].reference)
            scores[count++] = cases[i].early;
    if (count < LEARN_ENOUGH_DRIFT)
        return 0;
    qsort(scores, count, sizeof *scores, by_number);
    for (size_t b = 1; b < BINS; b++) {
        fix end = scores[b * count / BINS];
        if (!bins || ends[bins - 1] < end)
            ends[bins++] = end;
    }
    ends[bins++] = INT64_MAX;
    return bins;
}

static size_t bin_of(const fix *ends, fix v)
{
    size_t b = 0;

    while (v > ends[b])
        b++;
    return b;
}

static void make_psi(struct arena *a, struct learn_drift *d, const struct learn_case *cases, size_t n, const unsigned char *place,
                     const unsigned char *source)
{
    fix ends[BINS];
    size_t bins = cut_points(a, d, cases, n, place, ends);
    int64_t all = 0, reference[BINS] = { 0 }, reference_source[LEARN_SOURCES] = { 0 };
    int64_t(*scores)[BINS] = arena_zalloc(a, d->cohort_count + 1, sizeof *scores);
    int64_t(*sources)[LEARN_SOURCES] = arena_zalloc(a, d->cohort_count + 1, sizeof *sources);

    for (size_t i = 0; bins && i < n; i++) {
        size_t c = place[i] - 1u, b;

        if (!place[i] || !cases[i].has_early)
            continue;
        b = bin_of(ends, cases[i].early);
        scores[c][b]++;
        sources[c][source[i] - 1]++;
        reference[b] += d->cohorts[c].reference;
        all += d->cohorts[c].reference;
        reference_source[source[i] - 1] += d->cohorts[c].reference;
    }
    for (size_t i = 0; bins && i < d->cohort_count; i++) {
        struct learn_cohort *c = &d->cohorts[i];
        int64_t held = 0;
        double most = 0;

        for (size_t b = 0; b < bins; b++)
            held += scores[i][b];
        c->has_psi = held >= LEARN_ENOUGH_DRIFT;
        if (!c->has_psi)
            continue;
        c->psi = sample_psi(reference, scores[i], bins);
        c->psi_source = sample_psi(reference_source, sources[i], d->source_count);
        if (c->psi > sample_psi_noise(all, held, bins))
            most = c->psi;
        if (c->psi_source > most && c->psi_source > sample_psi_noise(all, held, d->source_count))
            most = c->psi_source;
        c->level = most >= .25 ? LEARN_OTHER : most >= .10 ? LEARN_SHIFTED : LEARN_STABLE;
    }
}

struct learn_drift learn_drift_of(struct arena *a, const struct learn_case *cases, size_t n, unsigned char *cohort,
                                  unsigned char *source)
{
    struct learn_drift d = { 0 };
    struct born *order = ARENA_ARRAY(a, struct born, n + 1);

    if (!cohort)
        cohort = ARENA_ARRAY(a, unsigned char, n + 1);
    if (!source)
        source = ARENA_ARRAY(a, unsigned char, n + 1);
    for (size_t i = 0; i < n; i++) {
        order[i] = (struct born){ cases[i].born, i };
        cohort[i] = 0;
    }
    make_sources(a, &d, cases, n, source);
    qsort(order, n, sizeof *order, by_birth);
    d.timeless = !n || order[n - 1].at - order[0].at < HOUR_US;
    if (d.timeless)
        return d;
    d.weeks = order[n - 1].at - order[0].at <= WEEKS_DAYS * DAY_US;
    make_cohorts(a, &d, cases, order, n, cohort);
    mark_reference(&d, n);
    make_psi(a, &d, cases, n, cohort, source);
    return d;
}
