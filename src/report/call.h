/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* call.h - urgent calls with all who had them: how long the lead waits, which deadlines passed, and in whose hands.
 *
 * A call that changes hands gets the deadline of whoever has it now. So how it stands says what the present holder owes, and nothing of the lead, who
 * has waited since the call was made. Both are told here, from what was kept with each change of holder or deadline (the owner's v_task_hold):
 *
 *   the lead's   A call is late from the first instant at which it stood open behind a deadline that it had then, or behind the first deadline it ever
 *                had, and stays so until it ends: another person, another deadline or the way it ends make nothing undone.
 *   a person's   A breach is that person's in whose hands a deadline passed: once a deadline, however long it stays so. What came late already is
 *                not the breach of who takes it over. Who puts the first deadline off and still has the call when that would have passed
 *                has broken it all the same. While the call is in the queue the promise is the house's, and its breach nobody's.
 *
 * So a call may be late with nobody's breach: it went, each time in time, from one to another. A deadline is kept by what is done at its very instant;
 * it is broken by what is still open then. Calls that were withdrawn because their events are an automaton's are not listed.
 */
#ifndef REPORT_CALL_H
#define REPORT_CALL_H

#include "db/db.h"
#include "noun/ids.h"

/* A stretch in which somebody answered for the call; in a list one begins where the one before ends, or later. */
struct board_stay {
    struct user_id by;      /* 0: in the queue */
    instant from, until;    /* [from, until); INSTANT_NEVER: still */
    instant due;            /* INSTANT_NEVER: none */
};
struct board_breach {
    struct user_id by;      /* 0: the house's promise */
    instant at;
};
/* One urgent call. */
struct board_call {
    struct task_id task;
    struct lead_id lead;     /* what it is part of by now */
    struct user_id assignee; /* as it stands */
    instant created_at, due_at;
    instant done_at;         /* INSTANT_NONE: it was not, or not yet */
    instant ended_at;        /* done or cancelled; INSTANT_NONE: open */
    bool cancelled;
    /* told by the stays */
    instant got_at;          /* since when the assignee has had it, as last */
    instant first_due;       /* INSTANT_NONE: it never had one */
    instant late_at;         /* INSTANT_NONE: not late */
    struct user_id late_by;  /* who had it then */
    const struct board_breach *breaches; /* by time */
    size_t breach_count;
};
/* Fills what the stays tell, as of now. Pure; what it points to lives in a. */
void report_call_judge(struct board_call *call, const struct board_stay *stays, size_t count, instant now, struct arena *a);

/* Those open now, and those that ended at `since` or later, judged; the newest first, at most limit. In c->arena. Every call made since, and every breach since,
 * is among them. */
NODISCARD enum err report_call_list(struct ctx *c, struct db_tx *tx, instant since, int64_t limit,
                                    struct board_call **calls, size_t *count);

/* It stood late at some instant of [from, until). */
static inline bool report_call_late_in(const struct board_call *call, instant from, instant until)
{
    return call->late_at != INSTANT_NONE && call->late_at < until && (call->ended_at == INSTANT_NONE || call->ended_at > from);
}
/* This person's first breach since `from`; INSTANT_NONE: none. */
instant report_call_broken(const struct board_call *call, struct user_id by, instant from);

#endif
