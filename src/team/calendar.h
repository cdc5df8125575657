/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* calendar.h - named working calendars of the company, and the absences of people.
 *
 * A calendar is kept as the JSON that cal/ reads and prints, so that what was saved is what is computed with. Who has no calendar is at
 * work at every hour: a newly installed company assigns its first hot lead at night too, and sets hours when it wants them.
 */
#ifndef TEAM_CALENDAR_H
#define TEAM_CALENDAR_H

#include "cal/cal.h"
#include "db/db.h"
#include "noun/ids.h"

struct calendar {
    struct calendar_id id;
    int64_t version;
    struct str name;
    struct str body; /* JSON, as cal_print writes it */
    struct cal cal;  /* the same, read */
};
struct calendars {
    struct calendar *items;
    size_t count;
};

struct absence {
    struct absence_id id;
    struct user_id user;
    instant from, until;
    struct str reason;
    bool catch_up; /* the share missed is given back afterwards */
};
struct absences {
    struct absence *items;
    size_t count;
};

/* By name. */
NODISCARD enum err team_calendar_list(struct ctx *c, struct db_tx *tx, struct calendars *list);
NODISCARD enum err team_calendar_get(struct ctx *c, struct db_tx *tx, struct calendar_id id, struct calendar *cal);
/* New when id is 0, else replaced; body is printed from cal. ERR_NOT_FOUND, ERR_STALE when version differs (0: any). */
NODISCARD enum err team_calendar_put(struct ctx *c, struct db_tx *tx, struct calendar *cal);
/* ERR_CONFLICT while a manager works by it. */
NODISCARD enum err team_calendar_del(struct ctx *c, struct db_tx *tx, struct calendar_id id);

/* Those that end after `after`, by user and beginning; user 0: of everybody. */
NODISCARD enum err team_absence_list(struct ctx *c, struct db_tx *tx, struct user_id user, instant after, struct absences *list);
NODISCARD enum err team_absence_get(struct ctx *c, struct db_tx *tx, struct absence_id id, struct absence *a);
/* Fills id. ERR_BAD_FIELD when it ends before it begins; ERR_CONFLICT, which names it, when another of theirs covers a part of it. */
NODISCARD enum err team_absence_add(struct ctx *c, struct db_tx *tx, struct absence *a);
NODISCARD enum err team_absence_del(struct ctx *c, struct db_tx *tx, struct absence_id id);

#endif
