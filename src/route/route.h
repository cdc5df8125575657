/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* route.h - to whom a lead goes: ordered rules, pools of people, decisions kept whole, and the queue.
 *
 * The first enabled rule whose condition holds names a pool, a deadline and a pool to fall back on. When no rule holds, or there is
 * none, the default pool of everybody takes the lead. Within a pool hard conditions rule people out (eligible.h) and the
 * policy chooses among the rest (policy.h). When nobody is left in either pool, the lead waits: with a reason, and a promise
 * counted by the calendars of those who will open first.
 *
 * Invariants
 *   1. A task has at most one decision (assignment.task_id is unique); handing a task over adds a row that names it in moved_task_id.
 *   2. A lead stands in the queue at most once; its row is closed, never removed, so that custody can be shown over any period.
 *   3. A decision holds every candidate of its pool with the figures that decided.
 */
#ifndef ROUTE_ROUTE_H
#define ROUTE_ROUTE_H

#include "db/db.h"
#include "route/kept.h"
#include "route/lot.h"
#include "route/policy.h"

struct pool {
    struct pool_id id;
    int64_t version;
    struct str name;
    enum policy policy;
    bool everyone; /* all active managers: the default pool */
};
/* By which policy a pool picks, or is to pick. */
struct pool_policy {
    struct pool_id pool;
    enum policy policy;
};
struct pool_member {
    struct user_id user;
    int64_t weight; /* 0: the manager's own */
    int64_t pass;   /* as it is kept; the place is route_member_pass() */
    instant last_at;
    int64_t credit; /* turns owed to the person; below 0: by the person (policy.h) */
    bool member; /* false: only the place is kept, for a return; in the default pool everybody belongs */
    /* The place moves along with that of the pool: whoever may not get leads is written as that begins and as it ends, not with each of the pool's steps,
     * which in a pool of hundreds of whom most are at home was most of what a decision wrote. */
    bool away;
    int64_t since;  /* away: pool_members.moved when it began */
};
struct pool_members {
    struct pool_member *items;
    size_t count;
    int64_t moved;  /* by how much the pool's place has moved while somebody was away */
};
/* The place under the weighted policy (policy.h). Pure. */
int64_t route_member_pass(const struct pool_members *list, const struct pool_member *m);

/* What a rule demands of people, as bits. */
enum { ROUTE_MATCH_PRODUCT = 1, ROUTE_MATCH_REGION = 2, ROUTE_MATCH_LANGUAGE = 4 };

struct rule {
    struct rule_id id;
    struct str name;
    struct str condition;          /* JSON of cond/, as it was saved */
    struct pool_id pool, fallback; /* fallback 0: none */
    struct product_id product;     /* its people must be certified for it, whatever the lead says; 0: none */
    int64_t sla_minutes;           /* 0: by band and source */
    unsigned demands;
    int64_t explore;               /* per cent of its decisions drawn by lot among those who may (lot.h) */
    bool enabled;
};
struct rules {
    struct rule *items;
    size_t count;
};

/* What a decision saw of the lead's company; looked false: it was not looked for, for the lead names none or nothing asks for it. */
struct route_kin {
    bool looked, client;
    struct user_id owner;      /* 0: nobody has it */
    bool scored;               /* a rule asked for its score too */
    int64_t score;
    int band;
};

/* A decision, and the row of it. */
struct assignment {
    struct assignment_id id;
    struct lead_id lead;
    struct task_id task;       /* 0: none was made with it */
    struct task_id moved_task; /* an earlier task that went with it */
    struct user_id manager;
    instant at;
    struct str policy;         /* a word of policy.h, "owner", "manual", "claim" */
    struct str reason;         /* a word: by_policy, owner_keeps, by_hand, claimed, declined */
    struct str note;           /* what a person wrote */
    struct rule_id rule;
    struct str rule_name;
    struct pool_id pool;
    struct user_id by;         /* who did it by hand; 0 the house */
    bool counted;              /* towards quotas */
    fix probability;           /* with which it fell on this manager, given the candidates; FIX_ONE (0 when it is added): nothing was by lot */
    fix lot_share;             /* of such decisions drawn; 0: none */
    int64_t lot_seed;          /* what it was drawn from (lot.h); 0: nothing was drawn */
    bool lot;                  /* the draw decided, not the policy */
    instant turn_back_at;      /* when the turn was given back, for the lead is junk; INSTANT_NONE: it was not */
    struct route_kin kin;
    struct candidates candidates; /* when it is added */
    struct route_frame *frame;    /* when it is added: of the pool that was asked; NULL: none */
    struct route_kept kept;       /* when it is read: the candidates, see route_kept_read() */
};
struct assignments {
    struct assignment *items;
    size_t count;
};

struct waiting {
    int64_t id;
    struct lead_id lead;
    struct task_id task;
    struct rule_id rule;
    struct pool_id pool;
    instant since, until;  /* until INSTANT_NONE: it still waits */
    instant promise_due;
    instant next_at;       /* when somebody may become free by the clock alone */
    struct str why;        /* a word: the reason that passes first */
    struct task_id alert;  /* the task by which the head was told; 0 if there is no head */
    struct route_kin kin;  /* when it is added */
    struct candidates candidates; /* when it is added: whoever was considered */
    struct route_frame *frame;    /* as of an assignment */
    struct str rule_name;         /* when it is added: of the rule that held then */
};
struct waitings {
    struct waiting *items;
    size_t count;
};

/* The default pool, made on first use. name: what it is called when new. */
NODISCARD enum err route_pool_default(struct ctx *c, struct db_tx *tx, struct str name, struct pool *pool);
/* Where nothing may be made: a pool of everybody without an id when there is none yet. */
NODISCARD enum err route_pool_find_default(struct ctx *c, struct db_tx *tx, struct pool *pool);
NODISCARD enum err route_pool_get(struct ctx *c, struct db_tx *tx, struct pool_id id, struct pool *pool);
struct pools {
    struct pool *items;
    size_t count;
};
/* By name. */
NODISCARD enum err route_pool_list(struct ctx *c, struct db_tx *tx, struct pools *list);
/* New when id is 0. Members: the whole list; places of those who stay are kept, new ones begin at the pool's. ERR_BAD_FIELD. */
NODISCARD enum err route_pool_put(struct ctx *c, struct db_tx *tx, struct pool *pool, const struct pool_members *members);
/* By which policy it picks; who is in it stays. */
NODISCARD enum err route_pool_policy_set(struct ctx *c, struct db_tx *tx, struct pool *pool);
/* ERR_CONFLICT while a rule names it, or it is the default one. */
NODISCARD enum err route_pool_del(struct ctx *c, struct db_tx *tx, struct pool_id id);
/* By user; also those who have only a place. */
NODISCARD enum err route_member_list(struct ctx *c, struct db_tx *tx, struct pool_id pool, struct pool_members *list);
/* Writes the place of one who has or has not a row yet. */
NODISCARD enum err route_member_keep(struct ctx *c, struct db_tx *tx, struct pool_id pool, const struct pool_member *m);
/* The pool's place has moved by so much, and all that are away with it. */
NODISCARD enum err route_pool_move(struct ctx *c, struct db_tx *tx, struct pool_id pool, int64_t by);

/* In order. */
NODISCARD enum err route_rule_list(struct ctx *c, struct db_tx *tx, struct rules *list);
/* All rules at once; those with an id keep it. Conditions and pools must have been checked. */
NODISCARD enum err route_rule_put_all(struct ctx *c, struct db_tx *tx, struct rules *list);

/* [{"manager_id","eligible","why","load","capacity","weight","fit","value" (minor units) or "sales","probability","company","pass","credit","last_at","again_at"}], as it is kept;
 * what there is none of is left out. */
void route_candidates_print(struct candidates list, struct json_out *o);

/* Makes concurrent decisions of several programs wait for each other until the commit. The last lock of a transaction (db_lock_last): whoever is going to
 * touch leads has them first (lead_lock_many), as the walk of an event does. */
NODISCARD enum err route_lock(struct ctx *c, struct db_tx *tx);
/* Fills id. ERR_TWICE when the task has one. */
NODISCARD enum err route_assignment_add(struct ctx *c, struct db_tx *tx, struct assignment *a);
/* Whether a decision was made with this task. */
NODISCARD enum err route_assignment_has(struct ctx *c, struct db_tx *tx, struct task_id task, bool *has);
/* Newest first. */
NODISCARD enum err route_assignment_list(struct ctx *c, struct db_tx *tx, struct lead_id lead, int64_t limit,
                                         struct assignments *list);
/* A decision that took a turn in a pool that goes by turn or by shares, and whether the turn was given back. */
struct route_turn {
    struct assignment_id id;
    struct lead_id lead;
    struct user_id manager;
    struct pool_id pool;
    bool back;
};
/* Of n leads, in c->arena. */
NODISCARD enum err route_turn_list(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, struct route_turn **list, size_t *count);
/* Gives the turn back, or takes it again. Distribution is locked. */
NODISCARD enum err route_turn_set(struct ctx *c, struct db_tx *tx, const struct route_turn *turn, bool back);
/* Decisions about leads from..to that stand, by lead, oldest first, in c->arena: who had which, and when. What an undone transfer took back is not
 * among them. */
struct route_had {
    struct lead_id lead;
    struct user_id manager;
    instant at;
    bool undone; /* nothing was given: an undo brought it back to this person, who had had it before */
};
NODISCARD enum err route_had_list(struct ctx *c, struct db_tx *tx, struct lead_id from, struct lead_id to, struct route_had **list, size_t *count);
struct given {
    struct user_id user;
    instant at;
    instant back_at; /* since when it counts no more, for a transfer was undone; INSTANT_NONE: it counts */
};
/* What was given since, and what of it was taken back: for rolling quotas. By user, then at. */
NODISCARD enum err route_given_list(struct ctx *c, struct db_tx *tx, instant since, struct given **list, size_t *count);
/* Of each of n people what was given since and not taken back, the latest `most` of it: by an index, where others' is not read. In the order of asks, each
 * one's rising. */
struct given_ask {
    struct user_id user;
    int64_t most;
};
NODISCARD enum err route_given_of(struct ctx *c, struct db_tx *tx, const struct given_ask *asks, size_t n, instant since, struct given **list,
                                  size_t *count);
/* Was each of n people given so much since? In the index alone, where a list of what was given costs a row each. What was taken back counts here. */
struct given_reach {
    struct user_id user;
    instant since;
    int64_t times;
};
NODISCARD enum err route_given_reach(struct ctx *c, struct db_tx *tx, const struct given_reach *asks, size_t n, bool *reached);
/* The decision that gave the lead to `from` in a transfer (its word: reason) since that instant is taken back: quotas count it no more. The row of
 * the decision stays as it was made, so that the past is told as it was. */
NODISCARD enum err route_give_back(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct user_id from, instant since, struct str reason);
struct given_back {
    struct lead_id lead;
    struct user_id user;
    instant given_at, at;
};
/* What was taken back in [from, until), as it was. */
NODISCARD enum err route_given_back_list(struct ctx *c, struct db_tx *tx, instant from, instant until, struct given_back **list, size_t *count);

NODISCARD enum err route_declined_add(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct user_id user, struct str reason);
NODISCARD enum err route_declined_list(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct user_id **users, size_t *count);

/* Puts a lead into the queue, or sets promise, reason and next_at of the row it has. Fills id. */
NODISCARD enum err route_waiting_put(struct ctx *c, struct db_tx *tx, struct waiting *w);
NODISCARD enum err route_waiting_close(struct ctx *c, struct db_tx *tx, int64_t id);
/* Those still waiting, in the order in which they are served: hottest promise first. due_by: only those with next_at <= due_by. */
NODISCARD enum err route_waiting_list(struct ctx *c, struct db_tx *tx, instant due_by, int64_t limit, struct waitings *list);
/* id 0 when the lead does not wait. */
NODISCARD enum err route_waiting_find(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct waiting *w);
/* Every stay of a lead, ended ones too, oldest first. */
NODISCARD enum err route_waiting_of(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct waitings *list);
/* How many wait under this alert. */
NODISCARD enum err route_waiting_count(struct ctx *c, struct db_tx *tx, struct task_id alert, int64_t *count);
/* The earliest next_at of the queue; INSTANT_NEVER when it is empty. */
NODISCARD enum err route_waiting_next(struct ctx *c, struct db_tx *tx, instant *at);

#endif
