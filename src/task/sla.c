/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "task/sla.h"

static const struct sla_norm by_default[BANDS] = {
    [BAND_COLD] = { .minutes = 0, .reassign = SLA_OFF, .escalate = SLA_OFF },
    [BAND_WARM] = { .minutes = SLA_WARM_MINUTES, .remind = 60, .reassign = SLA_OFF, .escalate = SLA_OFF },
    [BAND_HOT] = { .minutes = SLA_HOT_MINUTES, .remind = 2, .reassign = 2, .escalate = 5 },
};

struct sla_norm task_sla_norm(const struct sla_norms *norms, enum band band, struct str source, int64_t hot_minutes)
{
    struct sla_norm norm = by_default[band];

    for (size_t i = 0; i < norms->count; i++) {
        const struct sla_norm *n = &norms->items[i];

        if ((n->band < 0 || n->band == (int)band) && (n->source.len == 0 || str_eq(n->source, source)))
            return *n;
    }
    if (band == BAND_HOT && hot_minutes > 0)
        norm.minutes = hot_minutes;
    return norm;
}

instant task_sla_due(const struct cal *cal, instant from, int64_t minutes)
{
    instant due = cal_add(cal, from, minutes * MINUTE_US);

    return due == INSTANT_NEVER ? instant_add(from, minutes * MINUTE_US) : due;
}

static instant rings_at(const struct sla_norm *norm, const struct cal *cal, instant due, enum sla_step step)
{
    switch (step) {
    case SLA_REMIND:
        /* Before the office opens there is nobody to remind. */
        return norm->remind <= 0 || norm->remind >= norm->minutes ? INSTANT_NEVER
                                                                  : cal_next_open(cal, due - norm->remind * MINUTE_US);
    case SLA_REASSIGN:
        return norm->reassign < 0 ? INSTANT_NEVER : task_sla_due(cal, due, norm->reassign);
    default:
        return norm->escalate < 0 ? INSTANT_NEVER : task_sla_due(cal, due, norm->escalate);
    }
}

struct sla_alarm task_sla_alarm(const struct sla_norm *norm, const struct cal *cal, instant due, unsigned done)
{
    struct sla_alarm next = { .at = INSTANT_NEVER };

    if (due == INSTANT_NEVER)
        return next;
    for (int step = 0; step < SLA_STEPS; step++) {
        instant at = done & 1u << step ? INSTANT_NEVER : rings_at(norm, cal, due, (enum sla_step)step);

        if (at < next.at)
            next = (struct sla_alarm){ at, (enum sla_step)step };
    }
    return next;
}
