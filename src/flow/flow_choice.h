/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_choice.h - who is to get a lead: rules asked in order, people of the pools ruled out or picked. What is done with the answer: flow_route.c.
 *
 * A choice is made at a desk and looks at one lead. The owner comes first (and stands first among the candidates when passed over), then the pool of the first rule that holds, its fallback, and for
 * leads that no rule wants the default pool of everybody. A dry choice keeps nothing, not even the places of its pools.
 */
#ifndef FLOW_FLOW_CHOICE_H
#define FLOW_FLOW_CHOICE_H

#include "flow/flow_route.h"
#include "lead/company.h"
#include "score/model.h"

enum { CHOICE_GATES = 2 };

/* One decision under way: people of the pools that were asked, in order. */
struct choice {
    struct desk *desk;
    struct need need, wish;      /* what must be had; what would fit */
    struct lead_kin kin;         /* whose clients the others of its company are */
    struct route_kin saw;        /* the same as it is kept with the decision */
    struct history *told;        /* what conditions see; NULL: none is asked */
    const struct user_id *declined;
    size_t declined_count;
    struct user_id except;       /* as if they had declined, this time */
    const struct rule *rule;     /* NULL: none held */
    struct pool pool;            /* the one that gave the answer, or the last asked */
    struct desk_pool *asked;     /* the same with its places */
    int64_t minutes;             /* owed */
    struct candidate *candidates; /* in the desk's room */
    size_t count;
    struct desk_person *picked;
    struct str policy;
    fix share;                   /* of decisions drawn by lot; of the answer: what it was drawn from, and whether the draw decided */
    int64_t seed;
    bool lot;
    struct product_id gates[CHOICE_GATES]; /* products for which certificates decide: the lead's, if it is gated, and the one that the rule names */
    size_t gate_count;
    bool own_gate;               /* the lead's own product is among them */
    bool second;                 /* the fallback is asked */
    bool dry;                    /* nothing is kept */
    bool claim;                  /* it is for whoever of the pool takes it first */
};

/* Asks the rules; x->pool is the default one until flow_choose goes on. */
NODISCARD enum err flow_choice_begin(struct ctx *c, struct db_tx *tx, struct desk *d, const struct history *h,
                                     const struct lead *lead, struct choice *x);
/* Picks: x->picked NULL when nobody may, or (x->claim) when it is for whoever takes it first. */
NODISCARD enum err flow_choose(struct ctx *c, struct db_tx *tx, const struct lead *lead, struct choice *x);
/* Of a choice that picked nobody: what the lead waits for (a word: of eligible.h, "claim", "nobody"), what it is promised, and when it is to be asked
 * again. w: as the queue has it; of a lead that is not there (id 0) all is made new. A promise once given is not put off. */
void flow_choice_promise(struct ctx *c, const struct choice *x, struct waiting *w);
/* For which products the people of a decision must be certified: the lead's own word for what it wants to buy, and the rule (NULL: none). Pure but for
 * the arena. */
void flow_choice_gates(struct ctx *c, const struct products *products, struct str word, const struct rule *rule, struct choice *x);
/* The gate of a lead by itself, whatever the rules: id 0 when there is none. */
NODISCARD enum err flow_lead_gate(struct ctx *c, struct db_tx *tx, const struct products *products, const struct lead *lead, struct product_id *gate);
/* What is asked when a lead is given by a person's word: the lead's own gate is all that the word does not overrule. */
NODISCARD enum err flow_choice_by_word(struct ctx *c, struct db_tx *tx, struct desk *d, const struct lead *lead, struct choice *x);
/* A person of the desk as a decision sees them, without a place in a pool. */
struct person flow_choice_person(struct ctx *c, const struct choice *x, struct desk_person *p);
/* The pool becomes the one that is asked; id 0: the default one where there is none yet. */
NODISCARD enum err flow_choice_pool(struct ctx *c, struct db_tx *tx, struct choice *x, struct pool_id id);
/* The people of the pool that is asked, with their places, into people and who (room for all of the desk); how many. */
size_t flow_choice_people(struct ctx *c, const struct choice *x, struct person *people, struct desk_person **who);
/* The history as rules see it: with what the house knows of the lead as facts: "cell" ("A1"), "icp.match" (per cent), and of kin (NULL: nothing is
 * known of it) "company.owner" (the e-mail of whoever has the company), "company.client" (it has bought), "company.score" and "company.band" (by the live model's rule,
 * score/company.h, of its people as they stand, this lead with them). Views into h. */
struct choice_kin {
    struct str owner;
    bool client;
    bool scored;
    int64_t score;
    enum band band;
};
/* Does any of the rules ask for the company's score or band? */
bool flow_asks_company_score(const struct rules *rules);
/* The live model at the desk, for the rule by which companies are scored: read once. */
NODISCARD enum err flow_desk_model(struct ctx *c, struct db_tx *tx, struct desk *d);
/* Does any of the rules ask for what is known of the company? */
bool flow_asks_company(const struct rules *rules);
struct history flow_choice_told(struct arena *a, const struct history *h, const struct lead *lead, const struct choice_kin *kin, instant now);

#endif
