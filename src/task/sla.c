/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "task/sla.h"

int64_t task_sla_minutes(const struct sla_row *rows, size_t count, enum band band, struct str source)
{
    for (size_t i = 0; i < count; i++) {
        bool fits = rows[i].band < 0 || rows[i].band == (int)band;

        if (fits && (rows[i].source.len == 0 || str_eq(rows[i].source, source)))
            return rows[i].minutes;
    }
    switch (band) {
    case BAND_HOT:
        return SLA_HOT_MINUTES;
    case BAND_WARM:
        return SLA_WARM_MINUTES;
    default:
        return 0;
    }
}

instant task_sla_due(const struct cal *cal, instant from, int64_t minutes)
{
    instant due = cal_add(cal, from, minutes * MINUTE_US);

    return due == INSTANT_NEVER ? instant_add(from, minutes * MINUTE_US) : due;
}
