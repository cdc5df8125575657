/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "route/eligible.h"

/* The end of the absence that covers t, or INSTANT_NONE. */
static instant absent_until(const struct person *p, instant t)
{
    instant until = INSTANT_NONE;

    for (size_t i = 0; i < p->absence_count; i++) {
        const struct cal_span *a = &p->absences[i];

        if (a->from <= t && t < a->until && a->until > until)
            until = a->until;
    }
    return until;
}

/* An instant after every absence and inside working hours, from t on. Absences may touch one another and nights. */
static instant back_at_work(const struct person *p, instant t)
{
    if (p->shut.from <= t && t < p->shut.until)
        return p->shut.until;
    for (size_t step = 0; step <= 2 * p->absence_count + 2; step++) {
        instant until = absent_until(p, t);
        instant open;

        if (until != INSTANT_NONE)
            t = until;
        open = cal_next_open(p->cal, t);
        if (open == INSTANT_NEVER || (open == t && absent_until(p, t) == INSTANT_NONE))
            return open;
        t = open;
    }
    return INSTANT_NEVER;
}

/* "" asks for nothing, an empty list has everything; letter case of ASCII aside. */
static bool has(struct texts list, struct str wanted)
{
    if (wanted.len == 0 || list.count == 0)
        return true;
    for (size_t i = 0; i < list.count; i++)
        if (str_eq_nocase(list.items[i], wanted))
            return true;
    return false;
}

/* When the rolling quota lets one more through; INSTANT_NONE: now. */
static instant quota_free_at(const struct person *p, int64_t quota, int64_t span_us, instant now)
{
    size_t inside = 0;

    if (quota <= 0)
        return INSTANT_NONE;
    for (size_t i = 0; i < p->given_count; i++)
        inside += p->given[i] > now - span_us;
    if (inside < (size_t)quota)
        return INSTANT_NONE;
    /* The window must lose all but quota - 1 of them: the last to leave is the quota-th from the end. */
    return p->given[p->given_count - (size_t)quota] + span_us;
}

static bool within(struct cal_span span, instant t)
{
    return span.from <= t && t < span.until;
}

static bool at_work(const struct person *p, instant t)
{
    return within(p->open, t) || (!within(p->shut, t) && cal_is_open(p->cal, t));
}

static bool off_duty(const struct person *p, instant t)
{
    return !p->on_duty && t < p->back_at;
}

/* What time alone does not mend. */
static enum candidate_why why_never(const struct person *p, const struct need *need)
{
    if (!p->active)
        return CANDIDATE_DISABLED;
    if (p->declined)
        return CANDIDATE_DECLINED;
    if (p->hidden)
        return CANDIDATE_HIDDEN;
    if (need->now && off_duty(p, need->at) && p->back_at == INSTANT_NEVER && absent_until(p, need->at) == INSTANT_NONE)
        return CANDIDATE_OFF_DUTY;
    if (need->band == BAND_HOT && p->level == LEVEL_TRAINEE)
        return CANDIDATE_LEVEL;
    if (need->gated && !p->certified)
        return CANDIDATE_CERTIFICATE;
    if (!has(p->products, need->product))
        return CANDIDATE_PRODUCT;
    if (!has(p->regions, need->region))
        return CANDIDATE_REGION;
    if (!has(p->languages, need->language))
        return CANDIDATE_LANGUAGE;
    return CANDIDATE_OK;
}

/* What time mends, and *again: when. A full person is freed by what happens, not by the clock. */
static enum candidate_why why_now(const struct person *p, const struct need *need, instant *again)
{
    if (need->now && absent_until(p, need->at) != INSTANT_NONE) {
        *again = back_at_work(p, need->at);
        return CANDIDATE_ABSENT;
    }
    if (need->now && off_duty(p, need->at) && p->back_at != INSTANT_NEVER) {
        *again = back_at_work(p, p->back_at);
        return CANDIDATE_OFF_DUTY;
    }
    if (need->now && !at_work(p, need->at)) {
        *again = back_at_work(p, need->at);
        return CANDIDATE_CLOSED;
    }
    if (p->capacity > 0 && p->load + need->units > p->capacity)
        return CANDIDATE_FULL;
    *again = quota_free_at(p, p->day_quota, DAY_US, need->at);
    if (*again != INSTANT_NONE)
        return CANDIDATE_DAY_QUOTA;
    *again = quota_free_at(p, p->hour_quota, HOUR_US, need->at);
    if (*again != INSTANT_NONE)
        return CANDIDATE_HOUR_QUOTA;
    return CANDIDATE_OK;
}

struct candidate route_eligible(const struct person *p, const struct need *need)
{
    struct candidate one = {
        .user = p->user,
        .load = p->load,
        .capacity = p->capacity,
        .weight = p->weight,
        .fit = p->fit,
        .credit = p->credit,
        .value = p->value,
        .money = p->money,
        .pass = p->pass,
        .last_at = p->last_at,
        .again_at = INSTANT_NEVER,
    };

    one.why = why_never(p, need);
    if (one.why == CANDIDATE_OK) {
        one.why = why_now(p, need, &one.again_at);
        if (one.why == CANDIDATE_OK || one.why == CANDIDATE_FULL)
            one.again_at = INSTANT_NEVER;
    }
    return one;
}
