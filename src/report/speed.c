/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report/speed.h"

#include <math.h>
#include <stdlib.h>

#include "stat/survive.h"

#define HOURS_OF_GROUP 3

const int64_t report_speed_bins[SPEED_BINS + 1] = {
    0, MINUTE_US, 2 * MINUTE_US, 5 * MINUTE_US, 10 * MINUTE_US, 30 * MINUTE_US, HOUR_US, 4 * HOUR_US, DAY_US, INT64_MAX,
};

/* ---- one lead ---- */

struct user_id report_speed_who(const struct speed_row *r)
{
    return r->given_to.v ? r->given_to : r->answered_by.v ? r->answered_by : r->owner;
}

static enum speed_norm norm_of(const struct speed_row *r, const struct cal *cal, instant now)
{
    instant due = r->due, end = now;

    if (r->asked == INSTANT_NONE)
        return SPEED_NO_NORM;
    /* A call that went to another got a new deadline; the norm is that of the first. */
    if (r->norm_minutes > 0) {
        due = cal ? cal_add(cal, r->asked, r->norm_minutes * MINUTE_US) : INSTANT_NEVER;
        if (due == INSTANT_NEVER)
            due = r->asked + r->norm_minutes * MINUTE_US;
    }
    if (r->answered != INSTANT_NONE)
        return r->answered <= due ? SPEED_IN_TIME : SPEED_LATE;
    if (r->dropped != INSTANT_NONE && r->dropped < end)
        end = r->dropped;
    if (r->end && r->ended < end)
        end = r->ended;
    if (end > due)
        return SPEED_LATE;
    return end == now ? SPEED_RUNNING : SPEED_NO_NORM;
}

instant report_week(const struct zone *zone, instant at)
{
    int64_t day = (at + zone_offset_us(zone, at)) / DAY_US; /* 1970-01-01 was a Thursday */

    return zone_at_local(zone, (day - (day + 3) % 7) * DAY_US).first;
}

struct speed_lead report_speed_lead(const struct speed_row *r, const struct cal *norm_cal, const struct cal *cal, const struct zone *zone,
                                    enum speed_end end, instant now)
{
    int64_t local = r->start + zone_offset_us(zone, r->start);
    instant until = r->answered;

    if (until == INSTANT_NONE)
        until = r->end && r->ended < now ? r->ended : now;
    if (until < r->start)
        until = r->start;
    return (struct speed_lead){
        .lead = r->lead, .who = report_speed_who(r), .source = r->source, .band = r->band, .start = r->start,
        .wait_us = cal ? cal_between(cal, r->start, until) : until - r->start, .answered = r->answered != INSTANT_NONE,
        .norm = norm_of(r, norm_cal, now), .end = end, .amount = end == SPEED_WON ? r->amount : 0,
        .hours = (int)(local % DAY_US / (HOURS_OF_GROUP * HOUR_US)), .weekend = (local / DAY_US + 3) % 7 >= 5,
        .week = report_week(zone, r->start),
    };
}

/* ---- figures ---- */

static struct speed_share share_of(struct sample_figure f, bool told)
{
    if (!told || !isfinite(f.value) || !isfinite(f.low) || !isfinite(f.high) || fabs(f.high) > 1e6)
        return (struct speed_share){ .told = false };
    return (struct speed_share){ true, (fix)llround(f.value * FIX_ONE), (fix)llround(f.low * FIX_ONE), (fix)llround(f.high * FIX_ONE) };
}

struct speed_share report_share(int64_t won, int64_t n)
{
    return share_of(sample_wilson(won, n, SAMPLE_Z95), n >= SPEED_ENOUGH);
}

struct speed_figures report_speed_figures(const struct speed_lead *leads, size_t n, int64_t fast_us, struct arena *a)
{
    struct survive_case *cases = ARENA_ARRAY(a, struct survive_case, n + 1);
    struct speed_figures f = { .leads = (int64_t)n };
    struct survive s;

    for (size_t i = 0; i < n; i++) {
        cases[i] = (struct survive_case){ leads[i].wait_us, leads[i].answered };
        f.answered += leads[i].answered;
        f.norm_in += leads[i].norm == SPEED_IN_TIME;
        f.norm_n += leads[i].norm == SPEED_IN_TIME || leads[i].norm == SPEED_LATE;
    }
    s = survive_of(a, cases, n);
    f.median_us = survive_time(&s, .5);
    f.p90_us = survive_time(&s, .9);
    f.fast = share_of(survive_ended_by(&s, fast_us, SAMPLE_Z95), n >= SPEED_ENOUGH);
    f.norm = report_share(f.norm_in, f.norm_n);
    return f;
}

void report_speed_curve(const struct speed_lead *leads, size_t n, size_t max, struct arena *a, struct speed_point **points, size_t *count)
{
    struct survive_case *cases = ARENA_ARRAY(a, struct survive_case, n + 1);
    struct survive s;

    for (size_t i = 0; i < n; i++)
        cases[i] = (struct survive_case){ leads[i].wait_us, leads[i].answered };
    s = survive_of(a, cases, n);
    *count = s.count < max ? s.count : max;
    *points = ARENA_ARRAY(a, struct speed_point, *count + 1);
    for (size_t i = 0; i < *count; i++) {
        const struct survive_step *step = &s.steps[*count == s.count ? i : i * (s.count - 1) / (*count - 1)];

        (*points)[i] = (struct speed_point){ step->time, (fix)llround((1 - step->open) * FIX_ONE) };
    }
}

static int by_id(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}
static int by_band(const void *a, const void *b)
{
    return by_id(((const struct speed_lead *)b)->band, ((const struct speed_lead *)a)->band);
}
static int by_source(const void *a, const void *b)
{
    return str_cmp(((const struct speed_lead *)a)->source, ((const struct speed_lead *)b)->source);
}
static int by_who(const void *a, const void *b)
{
    return by_id(((const struct speed_lead *)a)->who.v, ((const struct speed_lead *)b)->who.v);
}
static int by_hours(const void *a, const void *b)
{
    return by_id(((const struct speed_lead *)a)->hours, ((const struct speed_lead *)b)->hours);
}
static int by_week(const void *a, const void *b)
{
    return by_id(((const struct speed_lead *)a)->week, ((const struct speed_lead *)b)->week);
}
static int by_leads(const void *a, const void *b)
{
    const struct speed_group *x = a, *y = b;

    return x->f.leads != y->f.leads ? by_id(y->f.leads, x->f.leads) : x->key != y->key ? by_id(x->key, y->key) : str_cmp(x->name, y->name);
}

static const struct {
    int (*cmp)(const void *, const void *);
    bool largest_first;
} keys[SPEED_KEYS] = {
    [SPEED_BY_BAND] = { by_band, false },   [SPEED_BY_SOURCE] = { by_source, true }, [SPEED_BY_MANAGER] = { by_who, true },
    [SPEED_BY_HOURS] = { by_hours, false }, [SPEED_BY_WEEK] = { by_week, false },
};

static int64_t key_of(const struct speed_lead *l, enum speed_key key)
{
    return key == SPEED_BY_BAND ? (int64_t)l->band : key == SPEED_BY_MANAGER ? l->who.v : key == SPEED_BY_HOURS ? l->hours
           : key == SPEED_BY_WEEK ? l->week : 0;
}

void report_speed_groups(struct speed_lead *leads, size_t n, enum speed_key key, int64_t fast_us, struct arena *a,
                         struct speed_group **groups, size_t *count)
{
    struct speed_group *all;
    size_t parts = 0, k = 0;

    if (n > 1)
        qsort(leads, n, sizeof *leads, keys[key].cmp);
    for (size_t i = 0; i < n; i++)
        parts += !i || keys[key].cmp(&leads[i - 1], &leads[i]);
    all = ARENA_ARRAY(a, struct speed_group, parts + 1);
    for (size_t i = 0, next; i < n; i = next) {
        for (next = i + 1; next < n && !keys[key].cmp(&leads[i], &leads[next]); next++)
            ;
        all[k++] = (struct speed_group){ key_of(&leads[i], key), key == SPEED_BY_SOURCE ? leads[i].source : STR_NULL,
                                         report_speed_figures(&leads[i], next - i, fast_us, a) };
    }
    if (keys[key].largest_first)
        qsort(all, k, sizeof *all, by_leads);
    *groups = all;
    *count = k;
}

/* ---- what goes along with it ---- */

/* Ends of the classes: the fast, then those of these that lie behind. */
static const int64_t class_ends[] = { 30 * MINUTE_US, 2 * HOUR_US, DAY_US, INT64_MAX };

static size_t classes_make(int64_t fast_us, struct speed_class *class)
{
    size_t n = 0;

    class[n++] = (struct speed_class){ .from_us = -1, .until_us = fast_us };
    for (size_t i = 0; i < countof(class_ends); i++)
        if (class_ends[i] > fast_us) {
            class[n] = (struct speed_class){ .from_us = class[n - 1].until_us, .until_us = class_ends[i] };
            n++;
        }
    class[n++] = (struct speed_class){ .from_us = 0 };
    return n;
}

/* The class of a lead; -1: it has not been watched long enough to tell. */
static int class_at(const struct speed_class *class, size_t classes, const struct speed_lead *l)
{
    if (!l->answered)
        return l->wait_us > class[0].until_us ? (int)classes - 1 : -1;
    for (size_t i = 0; i + 1 < classes; i++)
        if (l->wait_us <= class[i].until_us)
            return (int)i;
    return (int)classes - 2;
}

/* Counts of one class by group of arrival. */
struct strata {
    int64_t n[SPEED_STRATA], won[SPEED_STRATA];
};

/* "with" are the fast. */
static void tables_fill(const struct strata *fast, const struct strata *part, struct sample_table *t)
{
    for (int i = 0; i < SPEED_STRATA; i++)
        t[i] = (struct sample_table){ fast->won[i], fast->n[i], part->won[i], part->n[i] };
}

static void strata_add(struct strata *to, const struct strata *from)
{
    for (int i = 0; i < SPEED_STRATA; i++) {
        to->n[i] += from->n[i];
        to->won[i] += from->won[i];
    }
}

static int64_t sum_of(const int64_t *x)
{
    int64_t sum = 0;

    for (int i = 0; i < SPEED_STRATA; i++)
        sum += x[i];
    return sum;
}

static void compared_count(const struct sample_table *t, int64_t *part, int64_t *fast)
{
    *part = *fast = 0;
    for (int i = 0; i < SPEED_STRATA; i++)
        if (t[i].with > 0 && t[i].without > 0) {
            *fast += t[i].with;
            *part += t[i].without;
        }
}

/* The mean of the sums known. */
static struct sample_figure deal_of(const struct speed_lead *leads, size_t n, struct speed_effect *e, struct arena *a)
{
    int64_t *sums = ARENA_ARRAY(a, int64_t, n + 1);
    struct sample_figure f;
    size_t known = 0;

    for (size_t i = 0; i < n; i++)
        if (leads[i].end == SPEED_WON && leads[i].amount > 0)
            sums[known++] = leads[i].amount;
    f = sample_mean(sums, known, SAMPLE_Z95);
    e->deals = (int64_t)known;
    e->deal = llround(f.value);
    e->deal_low = llround(fmax(0, f.low));
    e->deal_high = llround(f.high);
    return f;
}

static struct speed_cost cost_of(const struct strata *fast, const struct strata *part, int64_t deals, struct sample_figure deal)
{
    struct sample_table t[SPEED_STRATA];
    struct speed_cost cost = { .leads = sum_of(part->n), .won = sum_of(part->won) };
    struct sample_figure d, lost;
    int64_t m = cost.leads;
    bool enough;

    tables_fill(fast, part, t);
    compared_count(t, &cost.compared, &cost.fast);
    enough = cost.compared >= SPEED_LEAST && cost.fast >= SPEED_LEAST;
    d = sample_difference_common(t, SPEED_STRATA, SAMPLE_Z95);
    cost.less = share_of(d, enough);
    cost.crude = share_of(sample_newcombe(sum_of(fast->won), sum_of(fast->n), cost.won, cost.leads, SAMPLE_Z95), enough);
    cost.enough = enough && deals >= SPEED_DEALS;
    if (!cost.enough)
        return cost;
    lost = sample_product(d, deal, SAMPLE_Z95);
    cost.wins = llround(100 * m * d.value);
    cost.wins_low = llround(100 * m * d.low);
    cost.wins_high = llround(100 * m * d.high);
    cost.money = llround(m * lost.value);
    cost.money_low = llround(m * lost.low);
    cost.money_high = llround(m * lost.high);
    return cost;
}

static void classes_count(const struct speed_lead *leads, size_t n, struct speed_effect *e, struct strata *strata)
{
    for (size_t i = 0; i < n; i++) {
        int k = class_at(e->class, e->classes, &leads[i]), at = leads[i].hours + (leads[i].weekend ? SPEED_HOURS : 0);

        if (k < 0)
            continue;
        e->class[k].leads++;
        if (leads[i].end == SPEED_YOUNG)
            continue;
        e->class[k].decided++;
        e->class[k].won += leads[i].end == SPEED_WON;
        strata[k].n[at]++;
        strata[k].won[at] += leads[i].end == SPEED_WON;
    }
}

struct speed_effect report_speed_effect(const struct speed_lead *leads, size_t n, int64_t fast_us, struct arena *a)
{
    struct speed_effect e = { .deals = 0 };
    struct strata strata[SPEED_CLASSES] = { { { 0 } } }, late = { { 0 } }, slower;
    struct sample_table t[SPEED_STRATA];
    struct sample_figure deal = deal_of(leads, n, &e, a);
    int64_t part, fast;

    e.classes = classes_make(fast_us, e.class);
    classes_count(leads, n, &e, strata);
    for (size_t k = 0; k < e.classes; k++) {
        struct speed_class *class = &e.class[k];

        class->share = report_share(class->won, class->decided);
        tables_fill(&strata[k], &strata[0], t);
        compared_count(t, &part, &fast);
        if (k)
            class->ratio = share_of(sample_ratio_common(t, SPEED_STRATA, SAMPLE_Z95), part >= SPEED_LEAST && fast >= SPEED_LEAST);
        if (k && k + 1 < e.classes)
            strata_add(&late, &strata[k]);
    }
    slower = late;
    strata_add(&slower, &strata[e.classes - 1]);
    tables_fill(&strata[0], &slower, t);
    compared_count(t, &part, &fast);
    e.compared = part + fast;
    e.left_out = sum_of(slower.n) + sum_of(strata[0].n) - e.compared;
    e.ratio = share_of(sample_ratio_common(t, SPEED_STRATA, SAMPLE_Z95), part >= SPEED_LEAST && fast >= SPEED_LEAST);
    e.crude = share_of(sample_ratio((struct sample_table){ sum_of(strata[0].won), sum_of(strata[0].n), sum_of(slower.won), sum_of(slower.n) },
                                    SAMPLE_Z95), part >= SPEED_LEAST && fast >= SPEED_LEAST);
    e.slow = cost_of(&strata[0], &late, e.deals, deal);
    e.never = cost_of(&strata[0], &strata[e.classes - 1], e.deals, deal);
    return e;
}

/* ---- the leads of a figure ---- */

static bool number_behind(struct str name, const char *prefix, int64_t *n)
{
    struct str p = str_of(prefix);

    return str_starts(name, p) && str_to_int(str_sub(name, p.len, name.len - p.len), n);
}

static bool mark_fits(enum speed_end end, struct str mark)
{
    static const char *const marks[] = { [SPEED_YOUNG] = "young", [SPEED_NOT] = "not", [SPEED_WON] = "won" };

    return str_eq(mark, str_of(marks[end]));
}

bool report_speed_in(const struct speed_lead *l, int64_t fast_us, struct str bucket)
{
    struct speed_class class[SPEED_CLASSES];
    struct str rest = bucket, name;
    int64_t n;

    if (!str_next(&rest, ':', &name) || (rest.len && !mark_fits(l->end, rest)))
        return false;
    if (number_behind(name, "wait.", &n))
        return n >= 0 && n < SPEED_BINS && l->answered && l->wait_us >= report_speed_bins[n] && l->wait_us < report_speed_bins[n + 1];
    if (number_behind(name, "class.", &n))
        return class_at(class, classes_make(fast_us, class), l) == n;
    return str_eq(name, STR("all")) || (str_eq(name, STR("answered")) && l->answered)
           || (str_eq(name, STR("unanswered")) && !l->answered)
           || (str_eq(name, STR("fast")) && l->answered && l->wait_us <= fast_us)
           || (str_eq(name, STR("slow")) && l->wait_us > fast_us) || (str_eq(name, STR("in_time")) && l->norm == SPEED_IN_TIME)
           || (str_eq(name, STR("late")) && l->norm == SPEED_LATE) || (str_eq(name, STR("running")) && l->norm == SPEED_RUNNING);
}
