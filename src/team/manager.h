/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* manager.h - what routing knows of a salesperson: duty, calendar, capacity, quotas, level, share, skills.
 *
 * A row hangs on a user account and is made with defaults when somebody becomes a manager or head. Whether a person is at work now is
 * not stored but told from duty, calendar and absences.
 */
#ifndef TEAM_MANAGER_H
#define TEAM_MANAGER_H

#include "team/calendar.h"

/* Off duty until switched on again, or only until the next working day begins. */
enum duty_mode { DUTY_MANUAL, DUTY_AUTOMATIC, DUTY_MODES };
extern const char *const team_duty_modes[DUTY_MODES + 1]; /* "manual", "automatic", NULL */

#define MANAGER_CAPACITY 25 /* units; a hot lead is 2, a warm one 1 */

struct manager {
    struct user_id user;
    int64_t version;
    bool on_duty;             /* as it was last switched */
    instant duty_at;          /* since when on_duty is what it is */
    int64_t duty_mode;        /* enum duty_mode */
    struct calendar_id calendar; /* 0: none, at work at every hour */
    int64_t capacity;         /* units; 0: no limit */
    int64_t daily_quota, hourly_quota; /* 0: none */
    int64_t level;            /* enum level of route/ */
    int64_t weight;           /* 1..20 */
    struct str products, regions, languages; /* JSON lists of texts; "[]": all */
    struct str sees;          /* a condition of cond/, JSON: which leads they may have at all; "": all */
};
struct managers {
    struct manager *items;
    size_t count;
};

enum manager_state { MANAGER_ON, MANAGER_OFF, MANAGER_AWAY, MANAGER_HOLIDAY, MANAGER_STATES };
extern const char *const team_manager_states[MANAGER_STATES + 1];
/* HOLIDAY: an absence covers now. OFF: outside working hours. AWAY: within them, but not on duty. cal is without absences. Pure. */
enum manager_state team_manager_state(bool on_duty, const struct cal *cal, const struct cal_span *absences,
                                    size_t absence_count, instant now);

/* When somebody whose duty is automatic, and who went off at off_at, is on again: as the next working day begins, which is the first opening
 * behind a pause of at least four hours (a break, or the hours before work in the morning, are of the day that was left). Who is never away from
 * work as long is on again from the next midnight of the calendar's zone. Pure. */
instant team_manager_back(const struct cal *cal, instant off_at);

/* Makes the row with defaults unless there is one: on duty, switched by hand, no calendar, capacity 25, regular, weight 1. */
NODISCARD enum err team_manager_ensure(struct ctx *c, struct db_tx *tx, struct user_id user);
/* ERR_NOT_FOUND. */
NODISCARD enum err team_manager_get(struct ctx *c, struct db_tx *tx, struct user_id user, struct manager *m);
/* By user. */
NODISCARD enum err team_manager_list(struct ctx *c, struct db_tx *tx, struct managers *list);
/* Writes everything but duty. ERR_STALE when m->version is not the stored one (0: any). Raises m->version. */
NODISCARD enum err team_manager_put(struct ctx *c, struct db_tx *tx, struct manager *m);
/* *changed: it was the other way, or is so by itself only until a working day begins. */
NODISCARD enum err team_manager_set_duty(struct ctx *c, struct db_tx *tx, struct user_id user, bool on_duty, bool *changed);

#endif
