/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "team/manager.h"

const char *const team_manager_states[MANAGER_STATES + 1] = { "on", "off", "away", "holiday", NULL };

const char *const team_duty_modes[DUTY_MODES + 1] = { "manual", "automatic", NULL };

enum { PAUSE_HOURS = 4, STRETCHES = 64 };

instant team_manager_back(const struct cal *cal, instant off_at)
{
    instant t = off_at, from, until;

    for (int i = 0; i < STRETCHES && t != INSTANT_NEVER; i++) {
        instant close = cal_next_close(cal, t), open = close == INSTANT_NEVER ? INSTANT_NEVER : cal_next_open(cal, close);

        if (open == INSTANT_NEVER && close != INSTANT_NEVER)
            return INSTANT_NEVER; /* no working day is in sight */
        if (open != INSTANT_NEVER && open - close >= PAUSE_HOURS * HOUR_US)
            return open;
        t = open;
    }
    zone_day(cal->zone, off_at, &from, &until);
    return until;
}

enum manager_state team_manager_state(bool on_duty, const struct cal *cal, const struct cal_span *absences,
                                    size_t absence_count, instant now)
{
    for (size_t i = 0; i < absence_count; i++)
        if (absences[i].from <= now && now < absences[i].until)
            return MANAGER_HOLIDAY;
    if (!cal_is_open(cal, now))
        return MANAGER_OFF;
    return on_duty ? MANAGER_ON : MANAGER_AWAY;
}
