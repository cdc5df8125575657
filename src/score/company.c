/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "score/company.h"

#include "score/body.h"

enum { TOP = 3, CAP_MAX = 1000000 };

const char *const score_company_rule_names[] = { [COMPANY_MAX] = "max", [COMPANY_SUM_TOP3] = "sum_top3", [COMPANY_MEAN] = "mean", NULL };

enum err score_company_read(struct ctx *c, const struct json *body, struct str place, struct model *m)
{
    static const char *const members[] = {"rule", "cap", NULL};
    const struct json *own = score_body_member(body, "company"), *rule, *cap;
    struct str at = score_body_below(c, place, "company");
    enum err e;
    int r = 0;

    if (!own)
        return ERR_NONE;
    if ((e = score_body_check(c, own, at, members)))
        return e;
    rule = score_body_member(own, "rule");
    cap = score_body_member(own, "cap");
    while (score_company_rule_names[r] && !str_eq(json_text(rule), str_of(score_company_rule_names[r])))
        r++;
    if (!score_company_rule_names[r])
        return fault_at(c, rule ? ERR_BAD_FIELD : ERR_MISSING, score_body_below(c, at, "rule"), "must be one of: max, sum_top3, mean");
    if (cap && (!json_is(cap, JSON_INT) || cap->as.integer < 1 || cap->as.integer > CAP_MAX || r != COMPANY_SUM_TOP3))
        return fault_at(c, ERR_BAD_FIELD, score_body_below(c, at, "cap"), "a whole number from 1, of sum_top3 alone");
    m->has_company = true;
    m->company_rule = r;
    m->company_cap = cap ? cap->as.integer : 0;
    return ERR_NONE;
}

void score_company_put(struct json_out *o, const struct model *m)
{
    if (!m->has_company)
        return;
    json_key(o, "company");
    json_begin(o);
    json_key(o, "rule");
    json_put_text(o, str_of(score_company_rule_names[m->company_rule]));
    if (m->company_cap) {
        json_key(o, "cap");
        json_put_int(o, m->company_cap);
    }
    json_end(o);
}

static int64_t part_set(int64_t *parts, size_t i, int64_t points)
{
    if (parts)
        parts[i] = points;
    return points;
}

/* The best fill the sum up to the cap, one after another. */
static int64_t sum_top(const struct model *m, const int64_t *shown, size_t n, int64_t *parts)
{
    int64_t cap = m->company_cap ? m->company_cap : fix_round(m->ceiling), sum = 0;

    for (size_t i = 0; i < n; i++) {
        int64_t more = i < TOP && shown[i] > 0 ? shown[i] : 0;

        sum += part_set(parts, i, more < cap - sum ? more : cap - sum);
    }
    return sum;
}

static int64_t divide_round(int64_t sum, int64_t n)
{
    return sum >= 0 ? (2 * sum + n) / (2 * n) : -((-2 * sum + n) / (2 * n));
}

/* Each has one n-th; what rounding leaves goes to the first, so that the parts add up. */
static int64_t mean(const int64_t *shown, size_t n, int64_t *parts)
{
    int64_t sum = 0, given = 0, total;

    for (size_t i = 0; i < n; i++)
        sum += shown[i];
    total = divide_round(sum, (int64_t)n);
    for (size_t i = 0; i < n; i++)
        given += part_set(parts, i, divide_round(shown[i], (int64_t)n));
    if (parts)
        parts[0] += total - given;
    return total;
}

int64_t score_company(const struct model *m, const int64_t *shown, size_t n, int64_t *parts)
{
    if (!n)
        return 0;
    if (m->company_rule == COMPANY_SUM_TOP3)
        return sum_top(m, shown, n, parts);
    if (m->company_rule == COMPANY_MEAN)
        return mean(shown, n, parts);
    for (size_t i = 0; i < n; i++)
        part_set(parts, i, i ? 0 : shown[0]);
    return shown[0];
}

/* ---- the band ---- */

static fix lesser(fix a, fix b)
{
    return a < b ? a : b;
}

/* Points below a border are counted in millionths: the last of a band is one below the next. Without a gate a lead is never above. */
static fix last_of(const struct model *m, enum band band)
{
    return band == BAND_COLD ? m->warm - 1 : band == BAND_WARM ? m->hot - 1 : INT64_MAX;
}

static fix first_of(const struct model *m, enum band band)
{
    return band == BAND_COLD ? INT64_MIN : band == BAND_WARM ? m->warm : m->hot;
}

/* Into the band that the lead is in. */
static fix held(const struct model *m, fix points, enum band band)
{
    fix first = first_of(m, band), last = last_of(m, band);

    return points < first ? first : points > last ? last : points;
}

struct score_bounds score_bounds_exact(const struct model *m, fix total, enum band band)
{
    fix points = held(m, total, band);

    return (struct score_bounds){ points, points };
}

struct score_bounds score_bounds_shown(const struct model *m, int64_t shown, enum band band)
{
    fix at = shown * FIX_ONE;

    return (struct score_bounds){ held(m, at - FIX_ONE / 2, band), held(m, at + FIX_ONE / 2, band) };
}

static fix end_of(struct score_bounds b, bool most)
{
    return most ? b.most : b.least;
}

/* Sum of the largest three, those below 0 aside. */
static fix top_sum(const struct model *m, const struct score_bounds *people, size_t n, bool most)
{
    fix top[TOP] = { 0 }, cap = m->company_cap ? m->company_cap * FIX_ONE : m->ceiling;

    for (size_t i = 0; i < n; i++) {
        fix p = end_of(people[i], most);

        for (size_t k = 0; k < TOP; k++)
            if (p > top[k]) {
                fix swap = top[k];

                top[k] = p;
                p = swap;
            }
    }
    return lesser(top[0] + top[1] + top[2], cap);
}

/* The rule over one end of the bounds. A mean is not rounded up to a border. */
static enum band band_of(const struct model *m, const struct score_bounds *people, size_t n, bool most)
{
    fix sum = 0, best = INT64_MIN, total;

    for (size_t i = 0; i < n; i++) {
        fix p = end_of(people[i], most);

        sum += p;
        best = p > best ? p : best;
    }
    total = m->company_rule == COMPANY_SUM_TOP3 ? top_sum(m, people, n, most) : m->company_rule == COMPANY_MAX ? best : sum / (fix)n - (sum % (fix)n < 0);
    return total >= m->hot ? BAND_HOT : total >= m->warm ? BAND_WARM : BAND_COLD;
}

struct score_company_bands score_company_bands(const struct model *m, const struct score_bounds *people, size_t n)
{
    if (!n)
        return (struct score_company_bands){ BAND_COLD, BAND_COLD };
    return (struct score_company_bands){ band_of(m, people, n, false), band_of(m, people, n, true) };
}
