/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The state at an instant: pieces, sums, lines; and when a sum changes by time alone.
 *
 * Between two known instants (steps, expiries, edges of windows) each criterion is constant or halves, so it only falls or only rises.
 * Whatever is built of them by sums and limits can therefore be bounded over a stretch of time by its ends. score_next halves
 * stretches until the bounds agree or one step of the clock is left: exact, also where rising and falling pieces mix. Where the bounds do not
 * settle it stops early, at an instant that depends on where it began: then the lead is walked once more than it need be, and nothing else.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "score/ledger.h"
#include "score/state.h"

enum { PROBES_MAX = 600, SPENT_SPANS = 64, FIRST_STEP = 64 };

const char *const score_why_names[] = {"", "times", "points", "public", "aged"};

/* ---- pieces ---- */

static void marks_count(const struct unit_state *unit, uint32_t from, int64_t n[2])
{
    n[0] = n[1] = 0;
    for (uint32_t i = from; i < unit->count; i++)
        n[unit->marks[i] & 1]++;
}

static void piece_linear(const struct criterion *k, const struct unit_state *unit, instant t,
                         struct piece *p)
{
    int64_t percent[2] = {0, 0};

    for (uint32_t i = 0; i < unit->count; i++) {
        instant at = unit->marks[i] >> 1;
        int64_t periods = (t - at) / k->ageing.span_us, left = 100 - periods * k->ageing.percent;
        if (left <= 0)
            continue;
        percent[unit->marks[i] & 1] += left;
        instant step = at + (periods + 1) * k->ageing.span_us;
        p->next = step < p->next ? step : p->next;
        if (p->count++ == 0)
            p->since = at;
    }
    for (int i = 0; i < 2; i++)
        p->value[i] = fix_muldiv(k->points, percent[i], 100);
}

static void piece_kept(const struct criterion *k, const struct unit_state *unit, instant t,
                       struct piece *p)
{
    int64_t n[2];
    uint32_t i = 0;

    while (k->ageing.kind == AGEING_EXPIRE && i < unit->count &&
           t - (unit->marks[i] >> 1) >= k->ageing.span_us)
        i++;
    marks_count(unit, i, n);
    p->count = n[0] + n[1];
    if (p->count == 0)
        return;
    p->since = unit->marks[i] >> 1;
    p->value[0] = k->points * n[0];
    p->value[1] = k->points * n[1];
    if (k->ageing.kind == AGEING_EXPIRE)
        p->next = p->since + k->ageing.span_us;
}

static void piece_halve(const struct criterion *k, instant from, struct piece *p)
{
    p->halves = true;
    p->span_us = k->ageing.span_us;
    p->grain_us = score_grain(p->span_us);
    p->from = score_on_grain(from, p->grain_us);
    p->memo_at[0] = p->memo_at[1] = INSTANT_NEVER;
}

/* false when it gives nothing and there is nothing to tell of. */
static bool piece_counted(const struct criterion *k, const struct unit_state *unit, instant t,
                          struct piece *p)
{
    if (unit->seen == 0)
        return false;
    *p = (struct piece){.since = unit->first, .last = unit->last, .next = INSTANT_NEVER};
    if (k->ageing.kind == AGEING_LINEAR) {
        piece_linear(k, unit, t, p);
    } else if (k->ageing.kind == AGEING_HALF_LIFE) {
        p->value[0] = unit->carried[0], p->value[1] = unit->carried[1];
        piece_halve(k, unit->last, p);
        p->count = k->keep ? unit->count : unit->seen;
        p->since = k->keep ? unit->marks[0] >> 1 : unit->first;
    } else if (k->keep) {
        piece_kept(k, unit, t, p);
    } else {
        p->count = unit->seen;
        p->value[0] = fix_muldiv(k->points, unit->plain[0], 1);
        p->value[1] = fix_muldiv(k->points, unit->plain[1], 1);
    }
    return p->count > 0;
}

/* The STATE kind: w is its condition, moved to t. */
static bool piece_standing(const struct criterion *k, const struct cond_state *w, instant t,
                           struct piece *p)
{
    int64_t periods, left;
    fix points = k->points;

    *p = (struct piece){
        .since = w->since, .last = w->since, .count = 1, .next = cond_next(k->when, w)};
    if (!w->holds)
        return false;
    instant age = t - w->since, step = INSTANT_NEVER;
    int side = cond_public(k->when, w);
    switch (k->ageing.kind) {
    case AGEING_HALF_LIFE:
        piece_halve(k, w->since, p);
        break;
    case AGEING_LINEAR:
        periods = age / k->ageing.span_us;
        left = 100 - periods * k->ageing.percent;
        points = left > 0 ? fix_muldiv(points, left, 100) : 0;
        step = left > 0 ? w->since + (periods + 1) * k->ageing.span_us : INSTANT_NEVER;
        p->count = left > 0;
        break;
    case AGEING_EXPIRE:
        if (age >= k->ageing.span_us)
            return false;
        step = w->since + k->ageing.span_us;
        break;
    case AGEING_NONE:
        break;
    }
    p->value[side] = points;
    p->next = step < p->next ? step : p->next;
    return p->count > 0;
}

/* Conditions as they stand in s, ready to be moved ahead. A state cannot tell of what was before its last item: asked for t, it answers for
 * the instant returned. */
static instant work_begin(const struct score_state *s, instant t)
{
    for (uint32_t u = 0; u < s->m->index->unit_count; u++)
        if (s->units[u].begun)
            s->work[u] = s->units[u].cond;
    return t < s->upto ? s->upto : t;
}

/* The pieces at t (not before the last time this was called since work_begin) in s->pieces; *next: until when they are right. */
static size_t gather(const struct score_state *s, instant t, instant *next)
{
    const struct model *m = s->m;
    size_t n = 0;

    *next = INSTANT_NEVER;
    if (t < s->born && m->index->births.count) {
        *next = s->born;
        return 0;
    }
    for (uint32_t u = 0; u < m->criterion_count; u++) {
        const struct criterion *k = &m->criteria[u];
        struct piece *p = &s->pieces[n];
        bool gives;
        if (!s->units[u].begun)
            continue;
        if (k->per_event) {
            if (s->units[u].seen == 0)
                continue;
            gives = piece_counted(k, &s->units[u], t, p);
        } else {
            cond_advance(k->when, &s->work[u], t);
            gives = piece_standing(k, &s->work[u], t, p);
        }
        *next = p->next < *next ? p->next : *next;
        p->criterion = u;
        n += gives;
    }
    /* Gates and the ideal customer. */
    for (uint32_t u = (uint32_t)m->criterion_count; u < m->index->unit_count; u++) {
        const struct cond *when = m->index->conds[u];
        if (!when || !s->units[u].begun || cond_kind_of(when) == COND_EVENT_KIND)
            continue;
        cond_advance(when, &s->work[u], t);
        instant at = cond_next(when, &s->work[u]);
        *next = at < *next ? at : *next;
    }
    return n;
}

static bool gate_when_met(const struct score_state *s, size_t g, instant *since)
{
    uint32_t u = (uint32_t)(s->m->criterion_count + g);
    const struct unit_state *unit = &s->units[u];

    *since = INSTANT_NONE;
    if (!unit->begun)
        return false;
    if (cond_kind_of(s->m->gates[g].when) == COND_EVENT_KIND) {
        *since = unit->seen ? unit->first : INSTANT_NONE;
        return unit->seen > 0;
    }
    *since = s->work[u].since;
    return s->work[u].holds;
}

/* ---- the ideal customer ---- */

static struct score_icp icp_met(const struct score_state *s, size_t i)
{
    uint32_t u = (uint32_t)(s->m->criterion_count + s->m->gate_count + i);
    bool met = s->units[u].begun && s->work[u].holds;

    return (struct score_icp){.met = met, .since = met ? s->work[u].since : INSTANT_NONE};
}

static int icp_of(const struct score_state *s)
{
    int64_t held = 0;

    for (size_t i = 0; i < s->m->icp_count; i++)
        held += icp_met(s, i).met ? s->m->icp[i].weight : 0;
    return s->m->icp_count ? score_icp_per_cent(held, s->m->icp_weight) : SCORE_ICP_NONE;
}

/* ---- sums ---- */

/* The halved values at t. A search looks at both ends of a stretch and moves one of them at a time: halving is what it would spend itself on. */
static const fix *piece_halved(struct piece *p, instant t)
{
    instant at = score_on_grain(t, p->grain_us);
    int which = p->memo_at[0] == at ? 0 : p->memo_at[1] == at ? 1 : -1;

    if (which < 0) {
        which = 1 - p->memo_last;
        p->memo_at[which] = at;
        for (int i = 0; i < 2; i++)
            p->memo[which][i] = p->value[i] ? fix_halve(p->value[i], at - p->from, p->span_us) : 0;
    }
    p->memo_last = which;
    return p->memo[which];
}

/* What a piece gives at t, verified and public, after the criterion's own limit; the verified part is granted first.
 * out[2]: the public part before that limit. */
static void piece_value(const struct model *m, struct piece *p, instant t, fix out[3])
{
    fix most = m->criteria[p->criterion].max_points;
    const fix *value = p->halves ? piece_halved(p, t) : p->value;

    out[0] = value[0];
    out[1] = out[2] = value[1];
    if (!most)
        return;
    out[0] = fix_clamp(out[0], -most, most);
    if (out[1] > 0)
        out[1] = out[1] < most - out[0] ? out[1] : most - out[0];
    else
        out[1] = out[1] > -most - out[0] ? out[1] : -most - out[0];
}

/* Totals over a stretch: at every instant in it the truth lies between [0] and [1]. */
struct sums {
    fix groups[2][LIMIT_GROUPS]; /* raw */
    fix total[2];
};

static fix group_limit(const struct group *g, fix raw)
{
    if (g->has_ceiling && raw > g->ceiling)
        raw = g->ceiling;
    return g->has_floor && raw < g->floor ? g->floor : raw;
}

static fix total_of(const struct model *m, const fix *raw)
{
    fix sum = 0;

    for (size_t i = 0; i < m->group_count; i++)
        sum += group_limit(&m->groups[i], raw[i]);
    return fix_clamp(sum, m->floor, m->ceiling);
}

static fix axis_of(const struct model *m, const fix *raw, enum axis axis)
{
    fix sum = 0;

    for (size_t i = 0; i < m->group_count; i++)
        sum += m->groups[i].axis == axis ? group_limit(&m->groups[i], raw[i]) : 0;
    return sum;
}

static int cell_of(const struct model *m, const fix *raw)
{
    return score_cell_of(m, axis_of(m, raw, AXIS_FIT), axis_of(m, raw, AXIS_ENGAGEMENT));
}

/* Grants public points out of what is left of the public ceiling, as bounds. */
static void public_grant(fix give[2], fix left[2])
{
    fix lo = give[0] < left[0] ? give[0] : left[0], hi = give[1] < left[1] ? give[1] : left[1];

    lo = lo > 0 ? lo : 0;
    hi = hi > 0 ? hi : 0;
    left[0] = left[0] > hi ? left[0] - hi : 0;
    left[1] = left[1] > lo ? left[1] - lo : 0;
    give[0] = lo, give[1] = hi;
}

/* The most that the public part can be between two ends. Under max_points it may rise while the verified part falls, and fall after that: its
 * highest point need not be at an end. */
static fix public_most(const struct criterion *k, const fix a[3], const fix b[3])
{
    fix own = a[0] < b[0] ? a[0] : b[0], most = a[2] < b[2] ? b[2] : a[2];

    return k->max_points && most > k->max_points - own ? k->max_points - own : most;
}

/* Criteria that follow each other in one group and are granted out of the public ceiling. What they are granted together is what is left of it
 * before them less what is left behind them: when the ceiling is used up, that is one number all over a stretch, though one of them falls and the
 * next takes its place. each: the sum of the bounds of its pieces; own: that of their verified parts alone. */
struct run {
    int group; /* -1: none */
    fix each[2], own[2], left[2];
};

/* The tighter of both bounds goes to the group. */
static void run_end(struct run *r, const fix left[2], struct sums *out)
{
    if (r->group < 0)
        return;
    fix lo = r->own[0] + r->left[0] - left[1], hi = r->own[1] + r->left[1] - left[0];
    out->groups[0][r->group] += lo > r->each[0] ? lo : r->each[0];
    out->groups[1][r->group] += hi < r->each[1] ? hi : r->each[1];
    r->group = -1;
}

/* One piece granted out of the ceiling; a, b: its value at both ends; give: the bounds of what it gives in the end. */
static void run_add(struct run *r, const struct criterion *k, const fix a[3], const fix b[3], fix left[2], struct sums *out, fix give[2])
{
    fix most = public_most(k, a, b);
    bool cut = most > left[0];

    if (r->group != k->group) {
        run_end(r, left, out);
        *r = (struct run){.group = k->group, .left = {left[0], left[1]}};
    }
    give[0] = a[1] < b[1] ? a[1] : b[1];
    give[1] = most;
    public_grant(give, left);
    fix own[2] = {a[0] < b[0] ? a[0] : b[0], a[0] < b[0] ? b[0] : a[0]};
    r->own[0] += own[0], r->own[1] += own[1];
    if (cut) {
        give[0] += own[0], give[1] += own[1];
    } else {
        /* One bound on the whole is tighter than two on its parts: within max_points one part may rise as the other falls. */
        fix x = a[0] + a[1], y = b[0] + b[1];
        give[0] = x < y ? x : y, give[1] = x < y ? y : x;
    }
    r->each[0] += give[0], r->each[1] += give[1];
}

/* Sums over [from, to] within which the n pieces are right. granted (may be NULL; from == to): what each piece gives in the end. */
static void sum_over(const struct score_state *s, size_t n, instant from, instant to,
                     struct sums *out, fix *granted)
{
    const struct model *m = s->m;
    fix left[2] = {m->public_ceiling, m->public_ceiling};
    struct run run = {.group = -1};

    memset(out->groups[0], 0, m->group_count * sizeof(fix));
    memset(out->groups[1], 0, m->group_count * sizeof(fix));
    for (size_t i = 0; i < n; i++) {
        struct piece *p = &s->pieces[i];
        const struct criterion *k = &m->criteria[p->criterion];
        fix a[3], b[3], give[2];
        piece_value(m, p, from, a);
        if (p->halves && to != from)
            piece_value(m, p, to, b);
        else
            memcpy(b, a, sizeof b);
        if (m->has_public_ceiling && k->points > 0 && (a[1] > 0 || b[1] > 0)) {
            run_add(&run, k, a, b, left, out, give);
        } else {
            fix x = a[0] + a[1], y = b[0] + b[1];
            give[0] = x < y ? x : y, give[1] = x < y ? y : x;
            out->groups[0][k->group] += give[0];
            out->groups[1][k->group] += give[1];
        }
        if (granted)
            granted[i] = give[0];
    }
    run_end(&run, left, out);
    out->total[0] = total_of(m, out->groups[0]);
    out->total[1] = total_of(m, out->groups[1]);
}

/* What is watched, for one end of a stretch. The first three rise with the total and with the groups; the cell's two levels too (and so its
 * number falls); the match is the same all over a stretch. */
struct view {
    int64_t shown;
    enum band band;
    bool cool; /* below hot - hysteresis */
    int cell, icp;
};

/* s: whose conditions the gates ask; NULL: met tells. */
static enum band band_by(const struct model *m, const struct score_state *s, const bool *met, const fix *raw, fix total)
{
    enum band most = total >= m->hot ? BAND_HOT : total >= m->warm ? BAND_WARM : BAND_COLD;
    instant since;

    for (size_t g = 0; g < m->gate_count && most > BAND_COLD; g++) {
        const struct gate *gate = &m->gates[g];
        bool holds;
        if (gate->band > most)
            continue;
        if (gate->group < 0)
            holds = s ? gate_when_met(s, g, &since) : met[g];
        else
            holds = group_limit(&m->groups[gate->group], raw[gate->group]) >= gate->min;
        if (!holds)
            most = gate->band - 1;
    }
    return most;
}

static enum band band_of(const struct score_state *s, const fix *raw, fix total)
{
    return band_by(s->m, s, NULL, raw, total);
}

static struct view view_of(const struct score_state *s, const struct sums *sums, int end)
{
    fix total = sums->total[end];

    return (struct view){.shown = fix_round(total),
                         .band = band_of(s, sums->groups[end], total),
                         .cool = total < s->m->hot - s->m->hysteresis,
                         .cell = cell_of(s->m, sums->groups[end]),
                         .icp = icp_of(s)};
}

struct score_sum score_sum_of(const struct score_state *s, instant t)
{
    struct sums sums;
    instant next;

    t = work_begin(s, t);
    size_t n = gather(s, t, &next);
    sum_over(s, n, t, t, &sums, NULL);
    return (struct score_sum){.total = sums.total[0],
                              .band = band_of(s, sums.groups[0], sums.total[0]),
                              .cell = cell_of(s->m, sums.groups[0]),
                              .icp = icp_of(s)};
}

void score_parts_of(const struct score_state *s, instant t, struct score_part *parts, bool *met)
{
    const struct model *m = s->m;
    instant next, since;

    t = work_begin(s, t);
    size_t n = gather(s, t, &next);
    memset(parts, 0, m->criterion_count * sizeof *parts);
    for (size_t i = 0; i < n; i++) {
        fix v[3];
        piece_value(m, &s->pieces[i], t, v);
        parts[s->pieces[i].criterion] = (struct score_part){v[0], v[1]};
    }
    for (size_t g = 0; g < m->gate_count; g++)
        met[g] = m->gates[g].group < 0 && gate_when_met(s, g, &since);
}

struct score_sum score_parts_sum(const struct model *m, const struct score_part *parts, const bool *met)
{
    fix raw[LIMIT_GROUPS] = {0}, left = m->public_ceiling;

    for (size_t i = 0; i < m->criterion_count; i++) {
        const struct criterion *k = &m->criteria[i];
        fix open = parts[i].open;
        if (m->has_public_ceiling && k->points > 0 && open > 0) {
            open = open < left ? open : left;
            left -= open;
        }
        raw[k->group] += parts[i].own + open;
    }
    fix total = total_of(m, raw);
    return (struct score_sum){.total = total, .band = band_by(m, NULL, met, raw, total), .cell = cell_of(m, raw)};
}

/* ---- when it changes ---- */

struct search {
    const struct score_state *s;
    size_t n;
    unsigned watch;
    struct view base;
    int icp;       /* the match, where the conditions stand now */
    int64_t grain; /* of the pieces that halve: they change at its multiples only */
    int probes;
    instant found;
};

/* Is one end of a stretch as the base is? What is cheap to ask, and differs first, is asked first. */
static bool is_same_at(const struct search *q, const struct sums *sums, int end)
{
    const struct model *m = q->s->m;
    fix total = sums->total[end];

    return (!(q->watch & SCORE_WATCH_SHOWN) || fix_round(total) == q->base.shown) &&
           (!(q->watch & SCORE_WATCH_REARM) || (total < m->hot - m->hysteresis) == q->base.cool) &&
           (!(q->watch & SCORE_WATCH_BAND) || band_of(q->s, sums->groups[end], total) == q->base.band) &&
           (!(q->watch & SCORE_WATCH_CELL) || (q->icp == q->base.icp && cell_of(m, sums->groups[end]) == q->base.cell));
}

static bool is_same_over(const struct search *q, instant from, instant to)
{
    struct sums sums;

    sum_over(q->s, q->n, from, to, &sums, NULL);
    return is_same_at(q, &sums, 0) && is_same_at(q, &sums, 1);
}

/* The first change in (from, to], both on the grain, given that at `from` all is as in base. When the pieces cancel each other so finely that
 * the bounds do not settle, the search stops at the instant up to which it is sure: nothing has changed before it. */
static bool find_in(struct search *q, instant from, instant to)
{
    if (is_same_over(q, from, to))
        return false;
    if (to - from == q->grain || ++q->probes > PROBES_MAX) {
        q->found = from + q->grain;
        return q->probes > PROBES_MAX || !is_same_over(q, to, to);
    }
    instant middle = from + (to - from) / q->grain / 2 * q->grain;
    return find_in(q, from, middle) || find_in(q, middle, to);
}

/* Stretches that double, so that a change that is near costs few probes. */
static bool find_change(struct search *q, instant from, instant to)
{
    int64_t step = 0, longest = 0;

    q->grain = MINUTE_US;
    for (size_t i = 0; i < q->n; i++) {
        const struct piece *p = &q->s->pieces[i];
        if (!p->halves || !(p->value[0] || p->value[1]))
            continue;
        longest = p->span_us > longest ? p->span_us : longest;
        step = step == 0 || p->span_us < step ? p->span_us : step;
        q->grain = p->grain_us < q->grain ? p->grain_us : q->grain;
    }
    if (step == 0)
        return false;
    step = (step / FIRST_STEP / q->grain + 1) * q->grain;
    from = score_on_grain(from, q->grain);
    to = score_on_grain(to, q->grain);
    instant end = score_on_grain(instant_add(from, SPENT_SPANS * longest),
                                 q->grain); /* all has come to nothing by then */
    end = to < end ? to : end;
    if (from >= end || is_same_over(q, from, end))
        return false;
    while (from < end) {
        instant until = end - from > step ? from + step : end;
        if (find_in(q, from, until))
            return true;
        from = until;
        step *= 2;
    }
    return false;
}

/* From t on, with the pieces gathered there. */
static instant next_from(struct search *q, instant t, instant until, instant edge)
{
    instant at = t;

    for (;;) {
        instant end = edge > until ? until : edge - 1;
        if (end > at && find_change(q, at, end))
            return q->found;
        if (edge > until || edge == INSTANT_NEVER)
            return INSTANT_NEVER;
        at = edge;
        q->n = gather(q->s, at, &edge);
        q->icp = icp_of(q->s);
        if (!is_same_over(q, at, at))
            return at;
    }
}

/* From *t on, which is moved to where the state can answer; until *edge the pieces are right. */
static struct search search_begin(const struct score_state *s, instant *t, unsigned watch, instant *edge, struct sums *sums)
{
    struct search q = {.s = s, .watch = watch};

    *t = work_begin(s, *t);
    q.n = gather(s, *t, edge);
    sum_over(s, q.n, *t, *t, sums, NULL);
    q.base = view_of(s, sums, 0);
    q.icp = q.base.icp;
    return q;
}

instant score_next(const struct score_state *s, instant t, instant until, unsigned watch)
{
    struct sums sums;
    instant edge;

    if (until <= t)
        return INSTANT_NEVER;
    struct search q = search_begin(s, &t, watch, &edge, &sums);
    return next_from(&q, t, until, edge);
}

struct score_sum score_stand_of(const struct score_state *s, instant t, unsigned watch, instant *next)
{
    struct sums sums;
    instant edge;
    struct search q = search_begin(s, &t, watch, &edge, &sums);
    struct score_sum is = {.total = sums.total[0], .band = q.base.band, .cell = q.base.cell, .icp = q.base.icp};

    *next = next_from(&q, t, INSTANT_NEVER, edge);
    return is;
}

/* ---- lines ---- */

/* When the piece alone, rounded as it is shown, is another: its own steps, or the halving, which only goes one way. */
static instant piece_next(const struct model *m, struct piece *p, instant t)
{
    fix v[3];
    int64_t grain = p->grain_us;

    if (!p->halves)
        return p->next;
    instant lo = score_on_grain(t, grain), hi = lo + SPENT_SPANS * p->span_us / grain * grain;
    piece_value(m, p, t, v);
    int64_t now = fix_round(v[0] + v[1]);
    piece_value(m, p, hi, v);
    if (fix_round(v[0] + v[1]) == now)
        return p->next;
    while (hi - lo > grain) {
        instant middle = lo + (hi - lo) / grain / 2 * grain;
        piece_value(m, p, middle, v);
        if (fix_round(v[0] + v[1]) == now)
            lo = middle;
        else
            hi = middle;
    }
    return hi < p->next ? hi : p->next;
}

static fix full_of(const struct criterion *k, const struct piece *p)
{
    fix full = k->per_event ? fix_muldiv(k->points, p->count, 1) : k->points;
    return k->max_points ? fix_clamp(full, -k->max_points, k->max_points) : full;
}

static enum score_why why_of(const struct criterion *k, const struct unit_state *unit,
                             const struct piece *p, fix own, fix granted)
{
    fix whole = k->per_event ? fix_muldiv(k->points, p->count, 1) : k->points;

    if (granted != own)
        return SCORE_CUT_PUBLIC;
    if (k->max_points && (whole > k->max_points || whole < -k->max_points))
        return SCORE_CUT_POINTS;
    if (k->per_event && k->keep && p->count == k->keep && unit->seen > k->keep)
        return SCORE_CUT_TIMES;
    return own != whole ? SCORE_AGED : SCORE_WHOLE;
}

static int line_cmp(const void *pa, const void *pb)
{
    const struct score_line *a = pa, *b = pb;
    return a->points != b->points ? (a->points < b->points) - (a->points > b->points)
                                  : a->criterion - b->criterion;
}

static void lines_fill(const struct score_state *s, size_t n, instant t, const fix *granted, bool ahead,
                       struct score *out, struct arena *a)
{
    out->lines = ARENA_ARRAY(a, struct score_line, n + 1);
    out->line_count = n;
    for (size_t i = 0; i < n; i++) {
        struct piece *p = &s->pieces[i];
        const struct criterion *k = &s->m->criteria[p->criterion];
        const struct unit_state *unit = &s->units[p->criterion];
        fix v[3];
        piece_value(s->m, p, t, v);
        out->lines[i] = (struct score_line){
            .criterion = (int)p->criterion,
            .group = k->group,
            .points = granted[i],
            .full_points = full_of(k, p),
            .count = p->count,
            .seen = k->per_event ? unit->seen : 1,
            .since = p->since,
            .last = p->last,
            .next_change = ahead ? piece_next(s->m, p, t) : INSTANT_NEVER,
            .why = why_of(k, unit, p, v[0] + v[1], granted[i]),
        };
    }
    qsort(out->lines, n, sizeof *out->lines, line_cmp);
}

static struct score tell(const struct score_state *s, instant t, bool ahead, struct arena *a)
{
    const struct model *m = s->m;
    struct score out = {.at = t, .next_change = INSTANT_NEVER};
    struct sums sums;
    instant edge;

    t = work_begin(s, t);
    size_t n = gather(s, t, &edge);
    fix *granted = arena_alloc(a, (n + 1) * sizeof *granted);
    sum_over(s, n, t, t, &sums, granted);
    out.total = sums.total[0];
    out.shown = fix_round(out.total);
    out.band = band_of(s, sums.groups[0], out.total);
    lines_fill(s, n, t, granted, ahead, &out, a);
    out.groups = ARENA_ARRAY(a, struct score_group, m->group_count + 1);
    for (size_t i = 0; i < m->group_count; i++)
        out.groups[i] = (struct score_group){
            .raw = sums.groups[0][i], .points = group_limit(&m->groups[i], sums.groups[0][i])};
    out.fit = axis_of(m, sums.groups[0], AXIS_FIT);
    out.engagement = axis_of(m, sums.groups[0], AXIS_ENGAGEMENT);
    out.cell = cell_of(m, sums.groups[0]);
    out.icp = icp_of(s);
    out.ideal = ARENA_ARRAY(a, struct score_icp, m->icp_count + 1);
    for (size_t i = 0; i < m->icp_count; i++)
        out.ideal[i] = icp_met(s, i);
    out.gates = ARENA_ARRAY(a, struct score_gate, m->gate_count + 1);
    for (size_t g = 0; g < m->gate_count; g++) {
        const struct gate *gate = &m->gates[g];
        out.gates[g].since = INSTANT_NONE;
        out.gates[g].met = gate->group < 0 ? gate_when_met(s, g, &out.gates[g].since)
                                           : out.groups[gate->group].points >= gate->min;
    }
    struct search q = {.s = s,
                       .n = n,
                       .watch = SCORE_WATCH_SHOWN | SCORE_WATCH_BAND,
                       .base = view_of(s, &sums, 0)};
    q.icp = q.base.icp;
    if (ahead)
        out.next_change = next_from(&q, t, INSTANT_NEVER, edge);
    return out;
}

struct score score_of(const struct score_state *s, instant t, struct arena *a)
{
    return tell(s, t, true, a);
}

struct score score_lines_of(const struct score_state *s, instant t, struct arena *a)
{
    return tell(s, t, false, a);
}
