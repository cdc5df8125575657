/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* transfer.h - many leads handed over at once: a backlog given out, a leaver's whole base, a balance struck; kept, so that it can be undone.
 *
 * Which lead goes to whom is the best assignment there is (stat/match.h) under three limits: who may have which lead, how much each can
 * still take, and that nobody gets more than a quarter over an even share. What a pair is worth is the lead's worth (its chance
 * to buy, by what single decisions go by; its score while nothing is learnt) times how well the person fits; in a pool that goes by the greatest expected value,
 * times the person's share of the best hand's. Pure but for the store.
 */
#ifndef ROUTE_TRANSFER_H
#define ROUTE_TRANSFER_H

#include "db/db.h"
#include "route/eligible.h"

enum transfer_kind { TRANSFER_BACKLOG, TRANSFER_HANDOVER, TRANSFER_BALANCE, TRANSFER_CERTIFICATE, TRANSFER_KINDS };
extern const char *const route_transfer_kinds[TRANSFER_KINDS + 1]; /* "backlog", "handover", "balance", "certificate", NULL */

/* How well a person fits a lead, in per cent of the usual: 100, and 20 for each of product, region and language that the lead has and the person
 * names (who names none takes all, but is no specialist), and 10 for a senior with a hot lead. The "best match" policy goes by it too. */
int64_t route_fit(const struct person *p, const struct need *need);

/* What is to be given to whom. may[lead x people]: fit in per cent, 0: not this one. worth[lead]: 1 to TRANSFER_WORTH_MAX. room[people]: how many more
 * leads fit. leads x people below 2^27. */
enum { TRANSFER_WORTH_MAX = 1000 };
struct transfer_problem {
    size_t leads, people;
    const int64_t *may, *worth, *room;
};
struct transfer_answer {
    int32_t *to;            /* leads: person, or -1: stays */
    size_t placed;
    int64_t sum, in_turn;   /* worth x fit of the answer, and of giving out in turn, the worthiest first */
};
/* Pure. The answer lives in a. */
struct transfer_answer route_transfer_best(const struct transfer_problem *p, struct arena *a);

/* Jain's index of fairness (Jain, Chiu and Hawe 1984), in per mille: 1000 when all x are equal, 1000 / n when one has all. 1000 when there is
 * nothing to share. x[i] >= 0. */
int64_t route_fairness(const int64_t *x, size_t n);

/* PLANNING: asked for, looked into beside the house's other work. PLANNED: shown, nothing has moved. RUNNING, UNDOING: leads go piece by piece. */
enum transfer_state { TRANSFER_PLANNING, TRANSFER_PLANNED, TRANSFER_RUNNING, TRANSFER_DONE, TRANSFER_UNDOING, TRANSFER_UNDONE, TRANSFER_FAILED, TRANSFER_STATES };
extern const char *const route_transfer_states[TRANSFER_STATES + 1]; /* "planning", ..., NULL */

/* What becomes of the person whose whole base is handed over, in the step that carries it out; an undo puts it back. */
enum transfer_leaver { LEAVER_STAYS, LEAVER_OFF_DUTY, LEAVER_DISABLED, LEAVERS };
extern const char *const route_transfer_leavers[LEAVERS + 1]; /* "stays", "off_duty", "disabled", NULL */
enum { LEAVER_WAS_ON_DUTY = 1, LEAVER_WAS_AUTOMATIC = 2, LEAVER_WAS_ACTIVE = 4 };

struct transfer {
    struct transfer_id id;
    instant at;
    struct user_id by, from;
    enum transfer_kind kind;
    struct product_id product; /* TRANSFER_CERTIFICATE: of which one */
    enum transfer_state state;
    int64_t most;           /* leads that are looked at, at most */
    struct str to;          /* JSON list of ids; "": whoever the rules allow */
    bool word;              /* to those of the list by somebody's word: no rule and no pool is asked, eligibility is */
    bool cold;              /* TRANSFER_BACKLOG: cold leads too, which nobody is given unless somebody asks for it */
    enum transfer_leaver leaver;
    unsigned leaver_was;    /* LEAVER_WAS_*: what carrying it out has changed */
    int64_t looked, leads;  /* leads: that have somebody in the plan */
    bool more;              /* there are leads beyond the limit */
    int64_t gain;           /* per cent more worth x fit than by giving out in turn */
    int64_t moved, passed;  /* of leads: gone, and left because something had changed since the plan */
    int64_t back;           /* of moved: undone */
    int64_t clients, lost;  /* of leads: won, lost */
    int64_t closed;         /* of the plan: would not go back by an undo, their product is closed to whoever has them now */
    instant undone_at;      /* INSTANT_NONE: it stands */
};
/* CHANGED to GONE: of an undone transfer, why it did not go back: changed since, product closed to the former owner, who does not work here. STAYS: the
 * plan has nobody for it. */
enum transfer_lead_state {
    TRANSFER_LEAD_PLANNED, TRANSFER_LEAD_MOVED, TRANSFER_LEAD_PASSED, TRANSFER_LEAD_BACK, TRANSFER_LEAD_CHANGED, TRANSFER_LEAD_CLOSED, TRANSFER_LEAD_GONE,
    TRANSFER_LEAD_STAYS, TRANSFER_LEAD_STATES
};
extern const char *const route_transfer_kept[TRANSFER_LEAD_GONE - TRANSFER_LEAD_CHANGED + 2]; /* "changed", "certificate", "gone", NULL */
struct transfer_lead {
    struct lead_id lead;
    struct user_id from, to; /* to 0: STAYS; or, of a MOVED one of who left, it waits for anybody */
    int64_t amount;         /* minor units, when it was planned */
    enum transfer_lead_state state; /* as it was read */
    struct str why;         /* STAYS, PASSED: a word of route_transfer_why, or of noun/candidate.h */
};

/* Why a lead that somebody should get stays where it is. may: fit of each person, 0: not this one; why: of those, OK: the rules send it to others;
 * wanted: who is to get leads at all. "room": some may, and none has room; "pool": the rules send it to nobody of them; "nobody": nobody is to get any;
 * else the word (noun/candidate.h) that keeps it from most of them. Pure. */
struct str route_transfer_why(const int64_t *may, const enum candidate_why *why, const bool *wanted, size_t people);

/* Fills id, at and state. Plans by the same person that were never carried out are forgotten. */
NODISCARD enum err route_transfer_add(struct ctx *c, struct db_tx *tx, struct transfer *t);
/* What the plan says: looked, more, gain, closed, clients and lost of t, and the leads, each PLANNED or STAYS. *stands: it was still wanted. */
NODISCARD enum err route_transfer_planned(struct ctx *c, struct db_tx *tx, const struct transfer *t, const struct transfer_lead *leads, size_t n,
                                          bool *stands);
/* From one state to the next, if it is in the first: *moved. */
NODISCARD enum err route_transfer_step(struct ctx *c, struct db_tx *tx, struct transfer_id id, enum transfer_state from, enum transfer_state to,
                                       bool *moved);
/* A planned, planning or failed one is forgotten; ERR_CONFLICT when leads have moved by it. */
NODISCARD enum err route_transfer_del(struct ctx *c, struct db_tx *tx, struct transfer_id id);
/* The oldest in either state; id 0: none. */
NODISCARD enum err route_transfer_next(struct ctx *c, struct db_tx *tx, enum transfer_state one, enum transfer_state other, struct transfer *t);
/* ERR_NOT_FOUND. */
NODISCARD enum err route_transfer_get(struct ctx *c, struct db_tx *tx, struct transfer_id id, struct transfer *t);
/* Newest first; plans that were not carried out are not told. */
NODISCARD enum err route_transfer_list(struct ctx *c, struct db_tx *tx, int64_t limit, struct transfer **list, size_t *count);
/* By lead; state < 0: any that got somebody by the plan; TRANSFER_LEAD_CHANGED: any that did not go back; TRANSFER_LEAD_STAYS: any that did not go. */
NODISCARD enum err route_transfer_leads(struct ctx *c, struct db_tx *tx, struct transfer_id id, int state, int64_t limit,
                                        struct transfer_lead **list, size_t *count);
/* What became of one; why: of PASSED. */
NODISCARD enum err route_transfer_lead_set(struct ctx *c, struct db_tx *tx, struct transfer_id id, struct lead_id lead,
                                           enum transfer_lead_state state, struct str why);
/* One that went though no plan had it, or had nobody for it. */
NODISCARD enum err route_transfer_lead_went(struct ctx *c, struct db_tx *tx, struct transfer_id id, const struct transfer_lead *one);
/* When somebody last went with their base, of transfers that stand; 0: never. */
NODISCARD enum err route_transfer_left(struct ctx *c, struct db_tx *tx, struct user_id user, instant *at);
/* Writes leaver_was; they go at c->now. */
NODISCARD enum err route_transfer_leaver_set(struct ctx *c, struct db_tx *tx, const struct transfer *t);
/* Writes moved, passed and back. */
NODISCARD enum err route_transfer_count(struct ctx *c, struct db_tx *tx, const struct transfer *t);
/* How many leads are in each state. */
NODISCARD enum err route_transfer_states_count(struct ctx *c, struct db_tx *tx, struct transfer_id id, int64_t counts[TRANSFER_LEAD_STATES]);
/* Of those that stay, or were passed over: how many for which reason, the commonest first. */
struct transfer_why {
    struct str why;
    int64_t leads;
};
NODISCARD enum err route_transfer_whys(struct ctx *c, struct db_tx *tx, struct transfer_id id, struct transfer_why **list, size_t *count);
/* What each gets by the plan: counts and sums of amounts, by person. */
struct transfer_sum {
    struct user_id to;
    int64_t leads, amount;
};
NODISCARD enum err route_transfer_sums(struct ctx *c, struct db_tx *tx, struct transfer_id id, struct transfer_sum **list, size_t *count);
/* Of the decisions that transfers made since, those that went back by their undo; by id. In c->arena. */
NODISCARD enum err route_transfer_taken_back(struct ctx *c, struct db_tx *tx, instant since, struct assignment_id **list, size_t *count);

#endif
