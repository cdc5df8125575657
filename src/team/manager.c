/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "team/manager.h"

const char *const team_manager_states[MANAGER_STATES + 1] = { "on", "off", "away", "holiday", NULL };

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
