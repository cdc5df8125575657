/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "learn/scorecard.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn/calibrate.h"

const char *const learn_card_whys[] = { "raised", "lowered", "kept", "useless", "turned", "few", NULL };

enum { FACTS_MOST = 40, HELD_ONE_OF = 3, OFFERS_LOOKED_AT = 1000, LIFT_ROUNDS = 100 };
#define LIFT_TOP 0.1

/* One fact as dummies: its codes are columns at .. at + count - 1 of the design; code 0 (not known) is none. */
struct field {
    struct learn_column column;
    size_t schema;           /* its place in the schema, whose codes rows have */
    uint8_t *code;           /* of each example, after joining: 0 none */
    int count;
    size_t at;
    double strength;         /* how surely two of its codes differ */
    double *worth, *half;    /* of each code: its weight above the fact's zero, and the half of its interval; 0 where it cannot be told from zero */
};

struct fitting {
    struct arena *a;
    struct learn_card_example *e;
    size_t n;
    const struct learn_card_ask *ask;
    struct learn_schema schema;
    uint8_t *codes;          /* n x schema.count */
    struct field *fields;
    size_t field_count;
    bool *used;              /* criteria that are fitted */
    size_t *column;          /* their columns */
    double *spread;
    size_t p;
};

/* A fitted card: points of everything, before rounding. */
struct fitted {
    struct fit_line line;
    double factor;
};

/* Half-aged points are half an occurrence. A criterion that is worth nothing today is counted as it counts. */
void learn_card_times(struct arena *a, const fix *points, size_t criteria, const struct learn_tally *lines, size_t n,
                      struct learn_card_example *e)
{
    e->times = ARENA_ARRAY(a, double, criteria + 1);
    for (size_t i = 0; i < n; i++) {
        fix each = points[lines[i].criterion];

        e->times[lines[i].criterion] = each ? (double)lines[i].points / (double)each : (double)lines[i].count;
    }
}

/* ---- columns ---- */

static void choose_criteria(struct fitting *f, const uint32_t *rows, size_t n)
{
    f->p = 1;
    for (size_t c = 0; c < f->ask->criteria; c++) {
        double sum = 0, squares = 0;
        int64_t count = 0;

        for (size_t i = 0; i < n; i++) {
            double x = f->e[rows[i]].times[c];

            sum += x;
            squares += x * x;
            count += x != 0;
        }
        f->spread[c] = n ? squares / (double)n - sum / (double)n * sum / (double)n : 0;
        f->used[c] = count >= LEARN_CARD_FEW && f->spread[c] > 1e-9;
        if (f->used[c])
            f->column[c] = f->p++;
    }
}

/* Joins bins of a number that cannot be told apart, on the rows that are fitted. */
static void join_bins(struct fitting *f, struct field *field, const uint32_t *rows, size_t n)
{
    struct fit_bins *b = &field->column.bins;
    int64_t won[FIT_BINS] = { 0 }, total[FIT_BINS] = { 0 }, up = 0, down = 0;
    struct fit_bins was = *b;

    for (size_t i = 0; i < n; i++) {
        int code = f->codes[rows[i] * f->schema.count + field->schema];

        if (code) {
            won[code - 1] += f->e[rows[i]].won;
            total[code - 1]++;
        }
    }
    for (int k = 0; k + 1 < b->count; k++) {
        double d = (double)won[k + 1] / (double)(total[k + 1] + 1) - (double)won[k] / (double)(total[k] + 1);

        up += d > 0;
        down += d < 0;
    }
    fit_bins_join(b, won, total, f->ask->monotone ? (up >= down ? 1 : -1) : 0);
    field->count = b->count;
    for (size_t i = 0; i < f->n; i++) {
        int code = f->codes[i * f->schema.count + field->schema];

        field->code[i] = (uint8_t)(code ? fit_bin_of(b, code < was.count ? was.cuts[code - 1] : INFINITY) + 1 : 0);
    }
}

static void make_fields(struct fitting *f, const uint32_t *rows, size_t n)
{
    f->field_count = 0;
    for (size_t s = 0; s < f->schema.count && f->field_count < FACTS_MOST; s++) {
        struct field *field = &f->fields[f->field_count];

        *field = (struct field){ .column = f->schema.columns[s], .schema = s, .code = ARENA_ARRAY(f->a, uint8_t, f->n + 1) };
        if (field->column.levels) {
            field->count = learn_codes_of(&field->column, false) - 1;
            for (size_t i = 0; i < f->n; i++)
                field->code[i] = f->codes[i * f->schema.count + s];
        } else {
            join_bins(f, field, rows, n);
        }
        if (field->count < 2)
            continue;
        field->at = f->p;
        f->p += (size_t)field->count;
        f->field_count++;
    }
}

/* ---- fitting ---- */

/* What the example's row of the design holds but noughts, written behind at (index NULL: only counted); where it ends. */
static uint32_t entries_of(const struct fitting *f, uint32_t row, uint32_t *index, double *value, uint32_t at)
{
    const struct learn_card_example *e = &f->e[row];

    for (size_t c = 0; c < f->ask->criteria; c++)
        if (f->used[c] && e->times[c] != 0) {
            if (index)
                index[at] = (uint32_t)f->column[c], value[at] = e->times[c];
            at++;
        }
    for (size_t k = 0; k < f->field_count; k++)
        if (f->fields[k].code[row]) {
            if (index)
                index[at] = (uint32_t)(f->fields[k].at + f->fields[k].code[row] - 1), value[at] = 1;
            at++;
        }
    return at;
}

static double *penalty_of(const struct fitting *f, struct arena *a)
{
    double *penalty = ARENA_ARRAY(a, double, f->p * f->p);

    for (size_t c = 0; c < f->ask->criteria; c++)
        if (f->used[c])
            fit_ridge(penalty, f->p, f->column[c], 4 * fmax(f->spread[c], 0.01));
    for (size_t k = 0; k < f->field_count; k++)
        for (int j = 0; j < f->fields[k].count; j++)
            fit_ridge(penalty, f->p, f->fields[k].at + (size_t)j, 4);
    return penalty;
}

static struct fit_line fit(struct fitting *f, const uint32_t *rows, size_t n)
{
    struct arena *scratch = arena_new(0); /* of one fit: there are four of them, and a row a lead in each */
    uint32_t *start = ARENA_ARRAY(scratch, uint32_t, n + 1), *index;
    unsigned char *won = ARENA_ARRAY(scratch, unsigned char, n + 1);
    double *value;
    struct fit_line line;

    for (size_t i = 0; i < n; i++)
        start[i + 1] = entries_of(f, rows[i], NULL, NULL, start[i]);
    index = ARENA_ARRAY(scratch, uint32_t, start[n] + 1);
    value = ARENA_ARRAY(scratch, double, start[n] + 1);
    for (size_t i = 0; i < n; i++) {
        (void)entries_of(f, rows[i], index, value, start[i]);
        won[i] = f->e[rows[i]].won;
    }
    line = fit_logistic(f->a, &(struct fit_design){ n, f->p, start, index, value }, won, NULL, NULL, penalty_of(f, scratch));
    arena_free(scratch);
    return line;
}

/* How surely the lowest and the highest code of a field differ, in standard errors. */
static double strength_of(const struct field *k, const struct fit_line *line)
{
    size_t low = k->at, high = k->at, p = line->p;
    double variance;

    for (size_t j = k->at; j < k->at + (size_t)k->count; j++) {
        low = line->beta[j] < line->beta[low] ? j : low;
        high = line->beta[j] > line->beta[high] ? j : high;
    }
    variance = line->cov[low * p + low] + line->cov[high * p + high] - 2 * line->cov[low * p + high];
    return variance > 0 ? (line->beta[high] - line->beta[low]) / sqrt(variance) : 0;
}

/* Fields that tell nothing beside the others go; the rest get new columns. */
static void drop_weak(struct fitting *f, const struct fit_line *line)
{
    const double sure = 3; /* the two are the furthest apart of several */
    size_t kept = 0, p = f->p;

    for (size_t k = 0; k < f->field_count; k++)
        p = f->fields[k].at < p ? f->fields[k].at : p;
    for (size_t k = 0; k < f->field_count; k++) {
        f->fields[k].strength = strength_of(&f->fields[k], line);
        if (f->fields[k].strength < sure)
            continue;
        f->fields[kept] = f->fields[k];
        f->fields[kept].at = p;
        p += (size_t)f->fields[kept++].count;
    }
    f->field_count = kept;
    f->p = p;
}

/* The codes of a fact that stand at its zero, each by as many leads as have it: sums, so that one more costs a row. */
struct zero {
    double leads, weight, variance; /* sums of: leads, leads x weight, leads x leads x covariance */
    double *beside;          /* of each code: its covariance with all those, by their leads */
};

static void join_zero(struct zero *z, const struct field *k, const struct fit_line *line, int code, double leads)
{
    size_t p = line->p, j = k->at + (size_t)code - 1;

    z->leads += leads;
    z->weight += leads * line->beta[j];
    z->variance += leads * (2 * z->beside[code] + leads * line->cov[j * p + j]);
    for (int c = 1; c <= k->count; c++)
        z->beside[c] += leads * line->cov[j * p + k->at + (size_t)c - 1];
}

/* Sets the code's weight above zero and the half of its 95 % interval: of the difference, for what is sure of neither may be sure of the two. */
static void above_zero(const struct zero *z, const struct field *k, const struct fit_line *line, int code)
{
    size_t j = k->at + (size_t)code - 1;
    double variance = line->cov[j * line->p + j] + z->variance / (z->leads * z->leads) - 2 * z->beside[code] / z->leads;

    k->worth[code] = line->beta[j] - z->weight / z->leads;
    k->half[code] = SAMPLE_Z95 * sqrt(fmax(variance, 0));
}

struct ranked {
    double weight;
    int code;
};

static int by_weight(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;

    return x->weight != y->weight ? (x->weight > y->weight) - (x->weight < y->weight) : x->code - y->code;
}

/* The fact's lowest code is its zero, and with it, from below, each that cannot be told from those before. A code that no criterion can name, or that too few
   have, is worth nothing either. Where points must rise throughout, what stands above one that is sure is left where it stands. */
static void find_zero(const struct fitting *f, const struct fit_line *line, struct field *k, const uint32_t *rows, size_t n)
{
    size_t size = (size_t)k->count + 1;
    double *leads = ARENA_ARRAY(f->a, double, size);
    bool *given = ARENA_ARRAY(f->a, bool, size), rising = f->ask->monotone && !k->column.levels, below = true;
    struct ranked *rank = ARENA_ARRAY(f->a, struct ranked, size);
    struct zero z = { .beside = ARENA_ARRAY(f->a, double, size) };

    k->worth = ARENA_ARRAY(f->a, double, size);
    k->half = ARENA_ARRAY(f->a, double, size);
    for (size_t i = 0; i < n; i++)
        leads[k->code[rows[i]]]++;
    for (int code = 1; code <= k->count; code++)
        rank[code - 1] = (struct ranked){ line->beta[k->at + (size_t)code - 1], code };
    qsort(rank, (size_t)k->count, sizeof *rank, by_weight);
    for (int i = 0; i < k->count; i++) {
        int code = rank[i].code;

        if (i)
            above_zero(&z, k, line, code);
        if (i && (k->worth[code] >= k->half[code] || (rising && !below))) {
            given[code] = leads[code] >= LEARN_CARD_FEW && (!k->column.levels || code <= k->column.level_count);
            below = false;
        } else {
            join_zero(&z, k, line, code, leads[code] + 1);
        }
    }
    for (int code = 1; code <= k->count; code++)
        if (given[code])
            above_zero(&z, k, line, code);
        else
            k->worth[code] = k->half[code] = 0;
}

/* Can it be told from nothing. */
static bool is_sure(const struct fitting *f, const struct fitted *t, size_t c)
{
    size_t j = f->column[c];

    return fabs(t->line.beta[j]) >= SAMPLE_Z95 * sqrt(t->line.cov[j * f->p + j]);
}

static double weight_of(const struct fitting *f, const struct fitted *t, size_t i)
{
    double s = 0;

    for (size_t c = 0; c < f->ask->criteria; c++)
        if (f->used[c] && is_sure(f, t, c))
            s += t->line.beta[f->column[c]] * f->e[i].times[c];
    for (size_t k = 0; k < f->field_count; k++)
        s += f->fields[k].worth[f->fields[k].code[i]];
    return s;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Points a unit of weight: as many are hot as today. */
static double factor_of(struct fitting *f, const struct fitted *t, const uint32_t *rows, size_t n)
{
    double *s = ARENA_ARRAY(f->a, double, n + 1), hot = (double)f->ask->hot / (double)FIX_ONE, share, at;
    size_t hot_now = 0;

    for (size_t i = 0; i < n; i++) {
        s[i] = weight_of(f, t, rows[i]);
        hot_now += f->e[rows[i]].total >= f->ask->hot;
    }
    share = n ? (double)hot_now / (double)n : 0;
    if (share < 0.01 || share > 0.5)
        share = 0.1;
    qsort(s, n, sizeof *s, by_value);
    at = n ? s[(size_t)((1 - share) * (double)(n - 1))] : 0;
    if (at < 0.2)
        at = n && s[n - 1] > 0.2 ? s[n - 1] : 2;
    at = hot / at;
    return at < 2 ? 2 : at > 60 ? 60 : at;
}

static struct fitted fit_card(struct fitting *f, const uint32_t *rows, size_t n)
{
    struct fitted t;

    choose_criteria(f, rows, n);
    make_fields(f, rows, n);
    t.line = fit(f, rows, n);
    drop_weak(f, &t.line);
    t.line = fit(f, rows, n);
    for (size_t k = 0; k < f->field_count; k++)
        find_zero(f, &t.line, &f->fields[k], rows, n);
    t.factor = factor_of(f, &t, rows, n);
    return t;
}

/* ---- the card ---- */

static int64_t whole(double v)
{
    return llround(v < -200 ? -200 : v > 200 ? 200 : v);
}

static int64_t criterion_points(const struct fitting *f, const struct fitted *t, size_t c)
{
    if (!f->used[c])
        return fix_round(f->ask->points[c]);
    return is_sure(f, t, c) ? whole(t->factor * t->line.beta[f->column[c]]) : 0;
}

static double total_of(const struct fitting *f, const struct fitted *t, size_t i)
{
    double s = 0;

    for (size_t c = 0; c < f->ask->criteria; c++)
        s += (double)criterion_points(f, t, c) * f->e[i].times[c];
    for (size_t k = 0; k < f->field_count; k++)
        s += (double)whole(t->factor * f->fields[k].worth[f->fields[k].code[i]]);
    return s;
}

static void keep_figure(struct sample_figure f, fix *value, fix *low, fix *high)
{
    *value = learn_fix_or_0(f.value);
    *low = learn_fix_or_0(f.low);
    *high = learn_fix_or_0(f.high);
}

static void compare(struct fitting *f, const struct fitted *t, const uint32_t *held, size_t n, struct learn_card *card)
{
    struct sample_point *now = ARENA_ARRAY(f->a, struct sample_point, n + 1), *then = ARENA_ARRAY(f->a, struct sample_point, n + 1);
    double p;

    for (size_t i = 0; i < n; i++) {
        const struct learn_card_example *e = &f->e[held[i]];

        now[i] = (struct sample_point){ (double)e->total / (double)FIX_ONE, e->won };
        then[i] = (struct sample_point){ total_of(f, t, held[i]), e->won };
        card->held_won += e->won;
    }
    card->held_n = (int64_t)n;
    keep_figure(sample_auc(f->a, now, n), &card->auc_now, &card->auc_now_low, &card->auc_now_high);
    keep_figure(sample_auc(f->a, then, n), &card->auc, &card->auc_low, &card->auc_high);
    keep_figure(sample_auc_change(f->a, now, then, n, &p), &card->change, &card->change_low, &card->change_high);
    sample_sort(f->a, now, n);
    sample_sort(f->a, then, n);
    keep_figure(sample_lift_of(sample_found_interval(f->a, now, n, LIFT_TOP, LIFT_ROUNDS, 10), LIFT_TOP), &card->lift_now, &card->lift_now_low, &card->lift_now_high);
    keep_figure(sample_lift_of(sample_found_interval(f->a, then, n, LIFT_TOP, LIFT_ROUNDS, 10), LIFT_TOP), &card->lift, &card->lift_low, &card->lift_high);
}

static int why_of(fix now, int64_t points)
{
    if (points == 0)
        return now ? CARD_USELESS : CARD_KEPT;
    if ((now > 0 && points < 0) || (now < 0 && points > 0))
        return CARD_TURNED;
    if (fix_round(now) == points)
        return CARD_KEPT;
    return llabs(points) * FIX_ONE > llabs(now) ? CARD_RAISED : CARD_LOWERED;
}

static void keep_items(struct fitting *f, const struct fitted *t, struct learn_card *card)
{
    card->items = ARENA_ARRAY(f->a, struct learn_card_item, f->ask->criteria + 1);
    for (size_t c = 0; c < f->ask->criteria; c++) {
        struct learn_card_item *item = &card->items[c];

        item->now = f->ask->points[c];
        for (size_t i = 0; i < f->n; i++)
            item->count += f->e[i].times[c] != 0;
        item->points = item->low = item->high = criterion_points(f, t, c);
        item->why = CARD_FEW;
        if (f->used[c]) {
            size_t j = f->column[c];
            double half = SAMPLE_Z95 * sqrt(t->line.cov[j * f->p + j]);

            item->low = whole(t->factor * (t->line.beta[j] - half));
            item->high = whole(t->factor * (t->line.beta[j] + half));
            item->why = why_of(item->now, item->points);
        }
    }
}

static void keep_offer(struct fitting *f, const struct fitted *t, size_t k, int code, struct learn_card *card)
{
    const struct field *field = &f->fields[k];
    double half = field->half[code], above = field->worth[code];
    struct learn_card_offer o = { .fact = field->column.name, .number = !field->column.levels };

    o.points = whole(t->factor * above);
    o.low = whole(t->factor * (above - half));
    o.high = whole(t->factor * (above + half));
    for (size_t i = 0; i < f->n; i++)
        if (field->code[i] == code) {
            o.count++;
            o.won += f->e[i].won;
        }
    if (o.points < 1 || card->offer_count == OFFERS_LOOKED_AT)
        return;
    if (o.number) {
        o.has_from = code > 1;
        o.has_to = code < field->count;
        o.from = o.has_from ? learn_fix_or_0(field->column.bins.cuts[code - 2]) : 0;
        o.to = o.has_to ? learn_fix_or_0(field->column.bins.cuts[code - 1]) : 0;
    } else {
        o.level = field->column.level[code - 1];
    }
    o.codes = field->code;
    o.code = code;
    card->offers[card->offer_count++] = o;
}

/* How much an offer spreads the scores: the variance of what it gives, but for a factor of all. */
static double spread_of(const struct learn_card_offer *o, double n)
{
    return (double)o->points * (double)o->points * (double)o->count * (n - (double)o->count);
}

/* Of equals by name, then by value: no order is left to the sort. */
static int widest_first(const void *x, const void *y, void *n)
{
    const struct learn_card_offer *p = x, *q = y;
    double a = spread_of(p, *(double *)n), b = spread_of(q, *(double *)n);
    int name = str_cmp(p->fact, q->fact);

    return a != b ? (a < b) - (a > b) : name ? name : p->code - q->code;
}

/* The strongest stay, in that order: a reader looks at the first, and a model has room for so many. */
static void keep_strongest(struct learn_card *card, double n)
{
    qsort_r(card->offers, card->offer_count, sizeof *card->offers, widest_first, &n);
    if (card->offer_count > LEARN_CARD_OFFERS)
        card->offer_count = LEARN_CARD_OFFERS;
}

/* The hundredth part of the leads with the most and the least points of a group. */
static void keep_limits(struct fitting *f, const struct fitted *t, struct learn_card *card)
{
    double *s = ARENA_ARRAY(f->a, double, f->n + 1);

    card->group_top = ARENA_ARRAY(f->a, int64_t, f->ask->groups + 1);
    card->group_bottom = ARENA_ARRAY(f->a, int64_t, f->ask->groups + 1);
    for (size_t g = 0; g <= f->ask->groups; g++) {
        for (size_t i = 0; i < f->n; i++) {
            s[i] = 0;
            for (size_t c = 0; c < f->ask->criteria && g < f->ask->groups; c++)
                if (f->ask->group[c] == (int)g)
                    s[i] += (double)criterion_points(f, t, c) * f->e[i].times[c];
            for (size_t k = 0; k < f->field_count && g == f->ask->groups; k++)
                s[i] += t->factor * f->fields[k].worth[f->fields[k].code[i]];
        }
        qsort(s, f->n, sizeof *s, by_value);
        if (g < f->ask->groups) {
            card->group_bottom[g] = llround(floor(s[f->n / 100]));
            card->group_top[g] = llround(ceil(s[f->n - 1 - f->n / 100]));
        } else {
            card->offers_top = llround(ceil(s[f->n - 1 - f->n / 100]));
        }
    }
}

static bool prepare(struct fitting *f)
{
    struct learn_row *rows = ARENA_ARRAY(f->a, struct learn_row, f->n + 1);
    size_t won = 0;

    for (size_t i = 0; i < f->n; i++) {
        rows[i] = f->e[i].row;
        won += f->e[i].won;
    }
    f->schema = learn_schema(f->a, rows, f->n);
    f->codes = ARENA_ARRAY(f->a, uint8_t, f->n * f->schema.count + 1);
    for (size_t i = 0; i < f->n; i++)
        learn_encode(&f->schema, &rows[i], f->codes + i * f->schema.count, NULL);
    f->fields = ARENA_ARRAY(f->a, struct field, FACTS_MOST + 1);
    f->used = ARENA_ARRAY(f->a, bool, f->ask->criteria + 1);
    f->column = ARENA_ARRAY(f->a, size_t, f->ask->criteria + 1);
    f->spread = ARENA_ARRAY(f->a, double, f->ask->criteria + 1);
    return won >= 5 && f->n - won >= 5;
}

static int by_judged(const void *a, const void *b)
{
    const struct learn_card_example *x = a, *y = b;

    if (x->judged_at != y->judged_at)
        return x->judged_at < y->judged_at ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

bool learn_card_make(struct arena *a, struct learn_card_example *e, size_t n, const struct learn_card_ask *ask, struct learn_card *card)
{
    struct fitting f = { .a = a, .e = e, .n = n, .ask = ask };
    uint32_t *taught = ARENA_ARRAY(a, uint32_t, n + 1), *held = ARENA_ARRAY(a, uint32_t, n + 1), *all = ARENA_ARRAY(a, uint32_t, n + 1);
    size_t taught_n = 0, held_n = 0;
    struct fitted t;

    *card = (struct learn_card){ .n = (int64_t)n, .held = ARENA_ARRAY(a, unsigned char, n + 1), .offers = ARENA_ARRAY(a, struct learn_card_offer, OFFERS_LOOKED_AT + 1) };
    qsort(e, n, sizeof *e, by_judged);
    card->by_time = n && e[n - 1].judged_at - e[0].judged_at > 2 * DAY_US;
    if (!prepare(&f))
        return false;
    for (size_t i = 0; i < n; i++) {
        uint64_t chance = (uint64_t)e[i].order;
        bool back = card->by_time ? i >= n - n / HELD_ONE_OF : sample_random(&chance) % HELD_ONE_OF == 0;

        card->won += e[i].won;
        card->held[i] = back;
        all[i] = (uint32_t)i;
        *(back ? &held[held_n++] : &taught[taught_n++]) = (uint32_t)i;
    }
    t = fit_card(&f, taught, taught_n);
    compare(&f, &t, held, held_n, card);
    t = fit_card(&f, all, n);
    keep_items(&f, &t, card);
    keep_limits(&f, &t, card);
    for (size_t k = 0; k < f.field_count; k++)
        for (int code = 1; code <= f.fields[k].count; code++)
            keep_offer(&f, &t, k, code, card);
    keep_strongest(card, (double)n);
    return true;
}
