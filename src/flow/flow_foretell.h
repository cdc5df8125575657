/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_foretell.h - the probability that a lead will buy, asked when it is shown.
 *
 * What is shown is what is known now, put into the predictor in use and put right by its running correction; where too little is known of a lead for that to
 * say anything (learn_is_told), nothing is shown, and sums take the average lead instead. For lists what was said of an open lead
 * is kept in memory as long as nothing becomes known of it (flow_chance.h); a card asks anew. A lead that has ended is shown as it stood before. The predictor is a snapshot: read once, counted, shared by threads; each call asks
 * the database whether it is still the one in use.
 */
#ifndef FLOW_FLOW_FORETELL_H
#define FLOW_FLOW_FORETELL_H

#include "flow/flow.h"
#include "lead/lead.h"
#include "learn/outcome.h"
#include "learn/predict.h"

enum { FLOW_REASONS = 6 };

/* An outcome that the correction goes by, and what the predictor had said of its lead. */
struct flow_recent {
    struct lead_id lead;
    instant known_at;
    struct learn_recent is;
};

/* A predictor that can be asked. */
struct flow_learnt {
    struct arena *arena;
    struct flow_learnt *base;  /* whose learner and model it uses, held once; NULL: its own */
    int holders;               /* guarded by the flow's lock */
    struct learn_predictor is;
    struct learner *learner;
    struct learn_correction correction;
    struct flow_recent *recent; /* those of the correction, as far as they are in memory */
    size_t recent_count;
    struct model *model;       /* whose criteria are among its columns */
    int64_t maturity_us;
    struct learn_ages ages;
};

/* *l NULL: there is none. Held once for the caller. */
NODISCARD enum err flow_learnt(struct flow *f, struct ctx *c, struct db_tx *tx, struct flow_learnt **l);
void flow_learnt_drop(struct flow *f, struct flow_learnt *l);
/* The same with another correction: it is the one in hand from now on. l is let go, the new one is held for the caller. */
struct flow_learnt *flow_learnt_put_right(struct flow *f, struct flow_learnt *l, const struct learn_correction *k, const struct flow_recent *recent, size_t count);

/* The predictor in use as one transaction sees it, without a flow to share it: for decisions. Read whole, which takes a few milliseconds, so once a desk. */
struct flow_predictor {
    const struct learner *learner;
    const struct model *model;
    struct fit_map correction;
};
/* *p NULL: there is none. It goes with c->arena. */
NODISCARD enum err flow_predictor_read(struct ctx *c, struct db_tx *tx, struct flow_predictor **p);
/* The probability of a lead of whom `known` was known at `at`; 0 to FIX_ONE; *chance stays as it is when that was too little to tell. Scratch from c->arena. */
NODISCARD enum err flow_predictor_ask(struct ctx *c, const struct flow_predictor *p, const struct history *known, instant at, fix *chance);

struct flow_chance {
    bool is;                   /* false: nothing can be said */
    struct learn_chance chance;
    fix average;               /* when too little is known of this lead: the share of those learnt from that bought; else 0 */
};
/* What counts in a sum: the chance, else the average, else `other`. */
fix flow_chance_or(const struct flow_chance *chance, fix other);
/* Of each of n leads. */
NODISCARD enum err flow_foretell(struct flow *f, struct ctx *c, struct db_tx *tx, const struct lead *leads, size_t n,
                                 struct flow_chance *chances);

struct flow_reason {
    struct learn_reason is;
    struct str value;          /* of the column, as people read it; empty: not known */
    struct str title_ru, title_en; /* of a criterion */
};
struct flow_foretold {
    struct flow_chance chance;
    struct learn_predictor predictor; /* id 0: none */
    int64_t corrected_by;      /* outcomes in the running correction */
    int64_t facts, facts_known; /* that the predictor goes by; of them, known of the lead */
    struct flow_reason reasons[FLOW_REASONS];
    size_t reason_count;
};
/* One lead, with what moves it. Texts live in c->arena. */
NODISCARD enum err flow_foretell_one(struct flow *f, struct ctx *c, struct db_tx *tx, const struct lead *lead, struct flow_foretold *out);

#endif
