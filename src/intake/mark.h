/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* mark.h - what people (and the house, for its own users) say of traffic: this source, this visitor, this address is no person's.
 *
 * An event that a standing mark holds is kept and counts for nothing at all: scores, cards and lists are as if it had never come. Undoing the
 * mark gives all of it back. Which mark holds an event is a function of the marks that stand and of the event: of several the
 * oldest; a mark that says "a person all the same" goes before them, and before every signal (bot.h). So marks may be
 * made and undone in any order.
 *
 * Marks are of two kinds. SOURCE, VISITOR, AGENT, EVENT and WHEN look at the event itself: WHEN by a condition (cond/cond.h) that asks nothing but the
 * event, so that what it holds does not depend on what else is known of the lead. EMAIL, DOMAIN and LEAD speak of people: they hold leads
 * (table mark_lead), and all events of a held lead, or of a lead merged into a held one. Deeds of users are never held.
 *
 * A snapshot of the standing marks is compiled once and shared (counted, immutable, any thread); its stamp in the database tells when it
 * is out of date. An event costs nothing while no mark stands, and a few look-ups when some do.
 */
#ifndef INTAKE_MARK_H
#define INTAKE_MARK_H

#include "base/map.h"
#include "db/db.h"
#include "noun/history.h"
#include "noun/ids.h"

/* Kept in the table as these numbers. */
enum intake_mark_kind { MARK_SOURCE, MARK_VISITOR, MARK_EMAIL, MARK_DOMAIN, MARK_AGENT, MARK_LEAD, MARK_EVENT, MARK_WHEN, MARK_KINDS };
/* "source", "visitor", ...; NULL at the end. */
extern const char *const intake_mark_kinds[];

enum { INTAKE_MARK_VALUE_MAX = 300, INTAKE_MARK_WHEN_MAX = 4000, INTAKE_MARK_AGENT_MIN = 4 };

struct intake_mark {
    struct mark_id id;
    int kind;                 /* enum intake_mark_kind */
    struct str value;         /* SOURCE, LEAD: the id as a number; EVENT: "lead:at:id"; AGENT: lower case, a piece of the name; WHEN: the
                               * condition's JSON in its one form (cond_put) */
    bool person;
    struct str reason;
    struct user_id made_by, undone_by;
    instant at, undone_at;
    struct lead_id place;     /* the base is walked up to here; INT64_MAX: through */
    int64_t done, total;      /* leads */
};
static inline bool intake_mark_stands(const struct intake_mark *m)
{
    return m->undone_at == INSTANT_NONE;
}
/* Does it hold leads rather than events? */
bool intake_mark_of_people(int kind);

struct intake_held_lead {
    struct lead_id lead;
    struct mark_id mark;
};

/* What a mark looks at. */
struct intake_seen {
    int64_t id, source;
    struct str visitor, agent;
    struct lead_id born, root;  /* 0 while not known: marks of people are not asked then */
    const struct past_event *event; /* as conditions see it */
    struct arena *arena;        /* for scratch */
};
struct intake_verdict {
    int64_t mark;             /* holds it; 0: none does */
    bool person;              /* no signal counts either */
};

struct intake_marks;

/* Compiles those of marks that stand. held: rows of mark_lead. Held once by the caller. */
struct intake_marks *intake_marks_new(int64_t stamp, const struct intake_mark *marks, size_t n,
                                      const struct intake_held_lead *held, size_t held_count);
struct intake_marks *intake_marks_hold(struct intake_marks *m);
void intake_marks_drop(struct intake_marks *m);
int64_t intake_marks_stamp(const struct intake_marks *m);
/* Does any stand? */
bool intake_marks_any(const struct intake_marks *m);
/* Does any stand that speaks of people? */
bool intake_marks_people(const struct intake_marks *m);

/* The condition of a mark: compiled from the JSON, in a, to be let go by cond_free; *text is its one form. ERR_BAD_FIELD and others at `place`: it is
 * none, or asks for more than the event. */
struct cond;
NODISCARD enum err intake_mark_when(struct ctx *c, const struct json *from, struct str place, struct arena *a, struct cond **cond, struct str *text);

/* Pure. */
struct intake_verdict intake_mark_judge(const struct intake_marks *m, const struct intake_seen *seen);
/* The marks of EMAIL and DOMAIN that an address falls under, oldest first, at most max. email: lower case, as it is compared. */
size_t intake_marks_of_address(const struct intake_marks *m, struct str email, struct mark_id *marks, size_t max);
/* Is the lead held by a mark that speaks of people? */
bool intake_marks_holds(const struct intake_marks *m, struct lead_id lead);

/* ---- as they are kept ---- */

/* Adds one; id, at and made_by are set. ERR_CONFLICT: the same stands already. */
NODISCARD enum err intake_mark_add(struct ctx *c, struct db_tx *tx, struct intake_mark *m);
/* ERR_NOT_FOUND. */
NODISCARD enum err intake_mark_get(struct ctx *c, struct db_tx *tx, struct mark_id id, struct intake_mark *m);
/* Newest first, older than before (0: from the newest). standing: only those. */
NODISCARD enum err intake_mark_list(struct ctx *c, struct db_tx *tx, bool standing, int64_t before, int64_t limit,
                                    struct intake_mark **marks, size_t *count);
/* ERR_CONFLICT when it is undone. */
NODISCARD enum err intake_mark_undo(struct ctx *c, struct db_tx *tx, struct intake_mark *m);
/* Writes place, done, total. */
NODISCARD enum err intake_mark_advance(struct ctx *c, struct db_tx *tx, const struct intake_mark *m);
/* The oldest that has leads to walk; ERR_NOT_FOUND. */
NODISCARD enum err intake_mark_due(struct ctx *c, struct db_tx *tx, struct intake_mark *m);
/* Was such a one ever made, undone or not? */
NODISCARD enum err intake_mark_was(struct ctx *c, struct db_tx *tx, int kind, struct str value, bool *was);
/* Leads that a mark holds, added once; the stamp rises when any is new (*any, which may be NULL). */
NODISCARD enum err intake_mark_hold_leads(struct ctx *c, struct db_tx *tx, const struct intake_held_lead *held, size_t n, bool *any);
/* Leads that a mark holds: those after `after`, rising. */
NODISCARD enum err intake_mark_leads(struct ctx *c, struct db_tx *tx, struct mark_id mark, struct lead_id after, int64_t limit,
                                     struct lead_id **leads, size_t *count);
/* Does a standing mark of people hold any of n leads (and is not the word that it is a person)? */
NODISCARD enum err intake_mark_holds_any(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, bool *held);
NODISCARD enum err intake_marks_stamp_get(struct ctx *c, struct db_tx *tx, int64_t *stamp);
/* The snapshot as the transaction sees it: held once by the caller. */
NODISCARD enum err intake_marks_load(struct ctx *c, struct db_tx *tx, struct intake_marks **m);

#endif
