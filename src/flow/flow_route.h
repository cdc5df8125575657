/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_route.h - one decision on who gets a lead: facts of people gathered, rules asked, the policy's pick kept whole.
 *
 * A desk is what a decision looks at: people with their calendars, absences, loads and quotas, and the rules, read once under
 * the lock of distribution and kept true in memory while one transaction gives out several leads. Which person may, and
 * which of them gets it, is decided by pure code in route/; this file brings the values of four rooms together and stores the answer.
 *
 * The owner keeps the lead: one who may take it is not looked past. Otherwise the first rule that holds names the pool; behind it come
 * its fallback and, for leads that no rule wants, the default pool of everybody.
 */
#ifndef FLOW_FLOW_ROUTE_H
#define FLOW_FLOW_ROUTE_H

#include "lead/lead.h"
#include "noun/history.h"
#include "route/route.h"
#include "task/task.h"
#include "team/manager.h"
#include "team/setting.h"
#include "team/user.h"

/* Units of load that a lead of a band is to its owner. */
int64_t flow_load_units(enum band band);

struct desk_person {
    struct user user;
    struct manager manager;
    struct cal cal;             /* without absences */
    struct cal_span *absences;
    size_t absence_count;
    bool catch_up;              /* the team chose to give back what an absence missed */
    instant *given;
    size_t given_count;
    int64_t load, hot;
};

struct desk {
    struct setting setting;
    struct desk_person *people;
    size_t count;
    struct rules rules;
    struct pool everyone;
};

/* For deciding (locks distribution until the commit, makes rows that are missing) or for showing (reads only). */
enum desk_use { DESK_DECIDE, DESK_SHOW };
NODISCARD enum err flow_desk_open(struct ctx *c, struct db_tx *tx, enum desk_use use, struct desk *d);
/* NULL: not a manager. */
struct desk_person *flow_desk_find(const struct desk *d, struct user_id user);
/* Whether the person belongs to the default pool: managers; where there are none heads, and where there are none of these, owners. */
bool flow_desk_everyone(const struct desk *d, const struct desk_person *p);
enum manager_state flow_desk_state(const struct desk_person *p, instant now);

/* Gives the task's lead to somebody, or puts it into the queue. t is open, of kind CALL_NOW; whoever had it before loses it. since: when the
 * lead began to wait, should it wait. out may be NULL. *served: it has a person. */
NODISCARD enum err flow_route(struct ctx *c, struct db_tx *tx, struct desk *d, const struct history *history,
                              struct lead *lead, struct task *t, struct str reason, struct messages *out,
                              bool *served);
/* Gives it to this person by somebody's word: no condition is asked, the figures are kept. t may be NULL: the lead alone. */
struct by_hand {
    struct user_id manager, by;
    struct str policy, reason, note; /* "manual"/"by_hand", "claim"/"claimed" */
};
NODISCARD enum err flow_give(struct ctx *c, struct db_tx *tx, struct desk *d, struct lead *lead, struct task *t,
                             struct by_hand hand, struct messages *out);
/* The lead waits no longer, whatever for; the head's alert ends when nothing waits under it. */
NODISCARD enum err flow_wait_end(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct messages *out);

#endif
