/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_room.h - what the team can take, and where hot would have to begin for that.
 *
 * Calls by the quotas of those who get leads when nobody is named (the default pool), in their working time: on each of the last thirty days of the
 * company's zone a person who works can take the daily quota, or the hourly one as often as there are hours of work, whichever is less. Who has no calendar
 * is taken to work eight hours of each day. One without a quota leaves it unknown: nothing stops what that person is given.
 *
 * What turned hot is told by the same day as what can be called, the working day: all turns of a period, those of its days off too, over its working days.
 *
 * The threshold is told by the draft over the last thirty days as they were lived, of the leads that the preview plays (flow_model.h), so that both tell the
 * same figure of the same draft. Too few turns tell nothing and are not told.
 */
#ifndef FLOW_FLOW_ROOM_H
#define FLOW_FLOW_ROOM_H

#include "flow/flow.h"

enum { FLOW_ROOM_DAYS = 30, FLOW_THRESHOLD_DAYS = 7, FLOW_THRESHOLD_TURNS = 20 };

struct team_room {
    struct team_day {
        int64_t calls;
        bool works;       /* anybody does */
    } days[FLOW_ROOM_DAYS]; /* of the company's zone, yesterday first */
    bool quotas;          /* everybody has one; else no calls are known */
    int64_t working_days; /* of all of them */
    int64_t calls_a_day;  /* of a working day; 0: not known */
    int64_t calls_a_week; /* of seven days of any kind */
    int64_t holds_hot;    /* hot leads at once; 0: somebody's are not limited */
};
NODISCARD enum err flow_team_room(struct ctx *c, struct db_tx *tx, struct team_room *room);

/* Of the last `days` days, at most FLOW_ROOM_DAYS: those on which anybody works, and the calls of them all. Pure. */
struct team_span {
    int64_t working_days, calls;
};
struct team_span flow_team_span(const struct team_room *room, int64_t days);

/* NO_QUOTAS: nobody said how many calls, and quotas do not. FEW: less than FLOW_THRESHOLD_DAYS days have been lived, or less than FLOW_THRESHOLD_TURNS turns were
 * counted where it matters. NOWHERE: more turn hot even at the ceiling. */
enum { THRESHOLD_TOLD, THRESHOLD_NO_QUOTAS, THRESHOLD_FEW, THRESHOLD_NOWHERE, THRESHOLDS };
extern const char *const flow_threshold_names[]; /* "told", "no_quotas", "few", "nowhere", NULL */

struct flow_threshold {
    int is;
    int64_t calls_a_day;  /* of a working day, as asked or by quotas; 0: not known */
    bool by_quotas;
    int64_t days;         /* lived, at most FLOW_ROOM_DAYS */
    int64_t working_days; /* of those */
    int64_t played, all_leads;
    int64_t hot;          /* told: where hot would begin */
    int64_t leads, below_leads, now_leads; /* of those played, who did so, each once: there, one point below it, where the draft has it */
    fix a_day, below_a_day, now_a_day; /* turns a working day of all leads: there; one point below (-1: nothing lower may be); where the draft has it */
};
/* calls_a_day 0: by quotas. quick as in flow_preview. Reads only. */
NODISCARD enum err flow_threshold(struct flow *f, struct ctx *c, struct db_tx *tx, const struct model *draft, int64_t calls_a_day, bool quick,
                                  struct flow_threshold *out);

#endif
