/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_quarantine.h - which events count: marks of people carried out over the base, and signals that take several events to tell.
 *
 * A mark is a row; which events it holds is a function of the standing marks (intake/mark.h), written into the events' rows and derived anew
 * whenever a mark is made or undone: at once where it is of one visitor, address, lead or event, else in pieces by a job, with progress.
 * Leads whose events changed are scored as if it had always been so (flow_void.h). Nothing is deleted, and marks may be undone in any order.
 *
 * A new event is judged on its way in. A mark made at that moment by another program is seen by its stamp at the next walk; the job's walk over
 * the base comes later and takes what slipped through between.
 */
#ifndef FLOW_FLOW_QUARANTINE_H
#define FLOW_FLOW_QUARANTINE_H

#include "flow/flow.h"
#include "intake/mark.h"
#include "noun/change.h"
#include "noun/event.h"

enum { QUARANTINE_LEADS = 200 };

/* The standing marks as this transaction sees them, held once for the caller, who drops them. */
NODISCARD enum err flow_marks(struct flow *f, struct ctx *c, struct db_tx *tx, struct intake_marks **m);
void flow_quarantine_close(struct flow *f);

/* A mark is made: kind, value (as people give it), person and reason given. The value is brought to the form in which it is compared:
 * ERR_BAD_FIELD with /value when it cannot be. ERR_CONFLICT: it stands already. SOURCE, LEAD: the number of the id. WHEN: the condition's JSON. EVENT: the number,
 * and lead, the one on whose card it is (ERR_NOT_FOUND). The actor keeps the deed in the audit log. */
NODISCARD enum err flow_mark_add(struct flow *f, struct ctx *c, struct db_tx *tx, struct intake_mark *m, struct lead_id lead,
                                 struct messages *messages);
/* ERR_NOT_FOUND; ERR_CONFLICT when it is undone. */
NODISCARD enum err flow_mark_undo(struct flow *f, struct ctx *c, struct db_tx *tx, struct mark_id id, struct intake_mark *m,
                                  struct messages *messages);
/* What a condition would catch, before it is made a mark: events at which it holds, of the first `most` leads, none written. */
struct flow_mark_look {
    int64_t looked, all;       /* leads */
    int64_t events, counting;  /* at which it holds; of those, such as count now and would not */
    instant last;              /* the latest of them; INSTANT_NONE */
    struct lead_id *leads;     /* whose they are, each once, in keep */
    size_t count;
};
struct cond;
NODISCARD enum err flow_mark_look(struct ctx *c, struct db_tx *tx, const struct cond *when, int64_t most, struct arena *keep,
                                  struct flow_mark_look *look);
/* Whose events the mark holds, each person once, in c->arena; at most `most` of them. */
NODISCARD enum err flow_mark_leads(struct ctx *c, struct db_tx *tx, struct mark_id id, int64_t most, struct lead_id **leads, size_t *n);
/* One piece of the oldest mark that has leads to walk. *worked: there was one; m: as it stands now. */
NODISCARD enum err flow_mark_step(struct flow *f, struct ctx *c, struct db_tx *tx, int limit, struct messages *messages,
                                  struct intake_mark *m, bool *worked);
/* Addresses of the house's own users are marked once; one that was undone stays undone. At most limit new ones; *more: there may be others. */
NODISCARD enum err flow_mark_staff(struct flow *f, struct ctx *c, struct db_tx *tx, int limit, struct messages *messages,
                                   bool *more);

/* Once in the life of a database: leads that only programs have shown and that stand in lists from before those left them out. *done: all have been
 * looked at. */
NODISCARD enum err flow_delist_walk(struct ctx *c, struct db_tx *tx, int limit, bool *done);

/* Judges all events of a root's family anew by the standing marks. *changed: the events of some count otherwise than before: facts and score are
 * to be told anew. Deeds, and what was withdrawn, stay as they are. */
NODISCARD enum err flow_judge_family(struct ctx *c, struct db_tx *tx, const struct intake_marks *m, struct lead_id root,
                                     bool *changed);

/* ---- on the way in ---- */

/* Marks that need no lead: before identities are resolved. */
void flow_judge_before(struct arena *a, const struct intake_marks *m, struct event *events, size_t n);
/* A kept event as conditions see it. */
struct history_sight;
struct past_event flow_sight_event(const struct history_sight *s);
/* Marks of people, and signals of neighbours; roots[i] and born[i] are whose each event is. Events already kept may come to count otherwise:
 * changed[i] is set for the root of each such event, and its facts and score are to be told anew. */
NODISCARD enum err flow_judge_after(struct flow *f, struct ctx *c, struct db_tx *tx, const struct intake_marks *m,
                                    struct event *events, const int64_t *ids, const struct lead_id *born,
                                    const struct lead_id *roots, const bool *joined, size_t n, bool *changed);

#endif
