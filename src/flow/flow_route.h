/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_route.h - one decision on who gets a lead: facts of people gathered, rules asked, the policy's pick kept whole.
 *
 * A desk is what a decision looks at: people with their calendars, absences, loads and quotas, and the rules, read once under
 * the lock of distribution and kept true in memory while one transaction gives out several leads. Which person may, and
 * which of them gets it, is decided by pure code in route/; this file brings the values of four rooms together and stores the answer.
 *
 * Two programs on one PostgreSQL lock in one order: the leads that they touch (lead_lock_many), then distribution, which the desk locks. A walk of an event
 * has its leads before it decides anything; a person's word locks the lead before the desk is opened; the clock locks the leads of what it is about, and reads
 * that again behind the lock. What turns out only behind it (who leaves, who lost a certificate) is tried for.
 *
 * The owner keeps the lead: one who may take it is not looked past; nor is, unless the team chose otherwise, whoever has the company (those of whom it
 * has bought before others). Otherwise the first rule that holds names the pool; behind it come
 * its fallback and, for leads that no rule wants, the default pool of everybody.
 */
#ifndef FLOW_FLOW_ROUTE_H
#define FLOW_FLOW_ROUTE_H

#include "cond/cond.h"
#include "lead/lead.h"
#include "noun/history.h"
#include "route/route.h"
#include "task/sla.h"
#include "task/task.h"
#include "team/certificate.h"
#include "team/manager.h"
#include "team/product.h"
#include "team/setting.h"
#include "team/user.h"

/* Units of load that an open lead of a band is to its owner; that a lead is, which when it is decided is none. */
int64_t flow_load_units(enum band band);
int64_t flow_lead_units(const struct lead *lead);

struct desk_person {
    struct user user;
    struct manager manager;     /* on_duty: as it is now */
    const struct cal *cal;      /* without absences; of all who work by the same hours the same */
    struct cal_span open;       /* working hours that the desk's instant lies in; empty: none */
    struct cal_span *absences;
    size_t absence_count;
    struct str away_why;        /* of the absence that covers the desk's instant, in somebody's words; the one that ends last */
    instant away_until;         /* its end; INSTANT_NONE: none covers it */
    instant back_at;            /* off duty: when it begins again by itself; INSTANT_NEVER: by hand */
    struct cond *sees;          /* NULL: every lead */
    bool catch_up;              /* the team chose to give back what an absence missed */
    instant *given;             /* in the last 24 hours, rising: of whom a quota may stop, as many as their largest; of others none */
    size_t given_count;
    int64_t given_ahead;        /* above 0: no quota is reached before so many more are given, and what was given has not been read */
    bool given_read;
    int64_t load, hot;
    struct skill *skills;       /* certificates that stand when the desk is opened, or later */
    size_t skill_count;
    struct texts products, regions, languages; /* read when first asked for: skills_read */
    bool skills_read;
};

/* A pool with the places in it, read when first asked for and kept true while the desk gives leads out. */
struct desk_pool {
    struct desk_pool *next;
    struct pool pool;
    struct pool_members members; /* by user */
    struct route_frame frame;    /* over which its decisions are kept */
};

/* Where a decision puts those it asks: made once, for among hundreds it is most of what a decision would touch. Not cleared; what lies
 * in it stands until the next decision of the desk. */
struct desk_room {
    struct person *people;      /* d->count */
    struct desk_person **who;   /* d->count */
    struct candidate *candidates; /* the owner, those who have the company, two pools */
};

struct desk {
    struct setting setting;
    struct desk_person *people; /* by name */
    struct desk_person **by_user;
    size_t count;
    struct rules rules;
    struct cond **conds;        /* of the rules, compiled when first asked; who puts other rules in takes them out */
    bool asks_known, asks_company, asks_company_score; /* of the rules (flow_choice.h), looked for when first asked; the same holds */
    struct sla_norms norms;
    struct products products;   /* all there are */
    struct pool everyone;
    int everyone_role;          /* whose holders are the default pool; -1: there is nobody */
    struct desk_pool *pools;
    struct desk_room room;
    struct outreach_hooks *hooks; /* other programs that hear of it (outreach/hook.h); NULL until somebody is told */
    struct notice_known *notices; /* who hears of what (flow_notice.h); NULL until somebody is told */
    const struct model *model;  /* the live one, for the rule by which companies are scored; NULL until a rule asks */
    struct desk_worth *worth;   /* how people did (flow_worth.h); NULL until a pool asks */
};

/* For deciding (locks distribution until the commit, makes rows that are missing) or for showing (reads only). */
enum desk_use { DESK_DECIDE, DESK_SHOW };
NODISCARD enum err flow_desk_open(struct ctx *c, struct db_tx *tx, enum desk_use use, struct desk *d);
/* All that a desk makes when first asked is made now, in c->arena: for who asks it from memory that ends sooner. */
NODISCARD enum err flow_desk_ready(struct ctx *c, struct db_tx *tx, struct desk *d);
/* The person was given one more at this desk, by a decision that is kept. */
NODISCARD enum err flow_desk_gave(struct ctx *c, struct db_tx *tx, struct desk *d, struct desk_person *p);
/* A condition that was saved, compiled; it goes with c->arena. */
NODISCARD enum err flow_cond(struct ctx *c, struct str text, struct cond **cond);
/* NULL: not a manager. */
struct desk_person *flow_desk_find(const struct desk *d, struct user_id user);
/* Whether the person belongs to the default pool: managers; where there are none heads, and where there are none of these, owners. */
bool flow_desk_everyone(const struct desk *d, const struct desk_person *p);
enum manager_state flow_desk_state(const struct desk_person *p, instant now);

struct route_how {
    struct str reason;      /* a word of the decision: by_policy, from_queue, declined, left, silent */
    struct user_id except;  /* not to this one, this time; 0: to anybody */
    bool or_stay;           /* when nobody is left it stays where it is, instead of going into the queue */
    struct user_id before;  /* whose it was, when it has been taken off them already; 0: the owner's */
};
/* Gives the task's lead to somebody, or puts it into the queue. t is open, of kind CALL_NOW; whoever had it before loses it. out may be
 * NULL. What the one before was to do for the lead goes along. *served: it has a (new) person. */
NODISCARD enum err flow_route(struct ctx *c, struct db_tx *tx, struct desk *d, const struct history *history,
                              struct lead *lead, struct task *t, struct route_how how, struct messages *out,
                              bool *served);
/* The norm of a lead's call: the rule's own minutes within what its band and source are owed. rule_minutes 0: none. */
struct sla_norm flow_norm(const struct desk *d, const struct lead *lead, int64_t rule_minutes);
/* Sets the alarms of an open call anew: who holds it, or its deadline, is another. */
void flow_alarm_set(struct ctx *c, const struct desk *d, const struct lead *lead, struct task *t);
/* A head to be told: one at work, else any, else an owner; NULL when there is none. */
struct desk_person *flow_head_on_duty(struct desk *d, instant now);
/* How well each person of the desk fits the lead (route/transfer.h), 0 for those who may not have it: nothing is decided and nothing kept. Room
 * (capacity, quotas) is not asked; being at work only for a hot lead. What is decided asks for certificates alone, of which nobody is to be in
 * want. By rules: of the pools to which they send the lead; by a word: of everybody. */
enum fit_by { FIT_BY_RULES, FIT_BY_WORD };
struct route_fit_list {
    int64_t *fit;            /* d->count */
    enum candidate_why *why; /* d->count: of who may not; OK where fit is 0: the rules send the lead to other pools */
};
NODISCARD enum err flow_route_fits(struct ctx *c, struct db_tx *tx, struct desk *d, const struct history *history,
                                   const struct lead *lead, enum fit_by by, struct route_fit_list *fits);
/* Gives it to this person by somebody's word: no condition is asked, the figures are kept. t may be NULL: the lead alone. */
struct by_hand {
    struct user_id manager, by;
    struct str policy, reason, note; /* "manual"/"by_hand", "claim"/"claimed" */
    bool back;                       /* it was theirs and is decided: no certificate is asked */
    bool undone;                     /* it was theirs: no quota counts it as given anew */
    bool tell;                       /* of a lead without an urgent call too: who has it now, and who had it, hear of it. (Of a call they hear
                                        with the call; of many leads at once they are not told one by one.) */
};
NODISCARD enum err flow_give(struct ctx *c, struct db_tx *tx, struct desk *d, struct lead *lead, struct task *t,
                             struct by_hand hand, struct messages *out);
/* The open tasks of a lead that were its owner's before (or, when it had none, of who declined it), or nobody's, but one, become another's; alerts
 * stay, and so does what a third person was asked to do: that is theirs by somebody's word. */
NODISCARD enum err flow_tasks_go_along(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct task_id but, struct user_id before,
                                       struct user_id to, struct messages *out);
/* The same with all that is to be done: the open urgent call goes as the decision, and what its owner before, or nobody, was to do goes along. */
NODISCARD enum err flow_hand_over(struct ctx *c, struct db_tx *tx, struct desk *d, struct lead *lead, struct by_hand hand, struct messages *out);
/* May this person take the lead out of the queue. A manager: only out of a pool whose leads are for whoever takes them first (else
 * ERR_NOT_FOUND: it is none of theirs), and with capacity, quota, level and skills for it (ERR_CONFLICT says why not). */
NODISCARD enum err flow_claim_may(struct ctx *c, struct db_tx *tx, struct desk *d, const struct history *history, const struct lead *lead,
                                  struct user_id user);
/* The lead waits no longer, whatever for; the head's alert ends when nothing waits under it. */
NODISCARD enum err flow_wait_end(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct messages *out);

#endif
