/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sim.h - a period brought together for route/simulate.h, and the report made of what came out. flow_simulate.c, sim_*.c alone include this.
 */
#ifndef FLOW_SIM_H
#define FLOW_SIM_H

#include "cond/cond.h"
#include "flow/flow_past.h"
#include "flow/flow_simulate.h"
#include "learn/outcome.h"
#include "learn/perform_store.h"
#include "route/record.h"
#include "route/simulate.h"

/* Rules, or norms, from the decision with id `since` on. */
struct sim_rules {
    int64_t since;
    struct rules rules;
    struct cond **conds;        /* compiled when first asked */
    int32_t *index;             /* of each rule in period.rules */
};
struct sim_norms {
    int64_t since;
    struct sla_norms norms;
    int64_t sla_minutes;
    struct products gated;
};
/* A person's certificates from there on. */
struct sim_skills {
    int64_t since;
    int32_t person;
    const struct skill *list;
    size_t count;
};
/* Which leads a person is shown, from there on. */
struct sim_sees {
    int64_t since;
    int32_t person;
    struct cond *cond;          /* NULL: all */
};

struct sim_name {
    int64_t id;
    struct str name;
};

struct sim_place_of {
    int64_t id;
    int32_t place;
};

struct period {
    struct ctx *c;
    struct db_tx *tx;
    struct flow *flow;
    struct flow_simulate_ask ask;
    struct desk desk;           /* as it is now */
    struct setting setting;
    /* people and pools, by index */
    struct sim_person *people;
    struct user_id *users;
    struct sim_place_of *by_user; /* sorted */
    struct learn_fixes *ratios;   /* of each: learn/perform.h */
    size_t people_count;
    struct sim_pool *pools;
    struct sim_name *pool_names;
    size_t pool_count;
    bool asks_company_score;    /* some rule goes by the company's score or band */
    bool asks_value;            /* some pool goes by what a lead is worth in each one's hands */
    int32_t everyone;           /* index of the default pool; -1 */
    struct sim_rules *then;
    size_t then_count;
    struct sim_rules other;
    struct sim_norms *norms;
    size_t norm_count;
    struct sim_skills *skills;  /* by since */
    size_t skill_count;
    struct sim_sees *sees;
    size_t sees_count;
    struct sim_name *rules;     /* every rule of any version that was asked */
    size_t rule_count;
    /* the record */
    struct sim_lead *leads;     /* as they first come up */
    struct sim_place_of *by_lead; /* sorted */
    size_t lead_count;
    struct sim_deed *deeds;
    struct route_kin *kin;      /* of each deed */
    instant *left;              /* of each deed: until when whoever got the call had not made it; INSTANT_NONE: they made it, or got none */
    size_t deed_count;
    struct sim_input in;
    /* what came of the leads */
    struct lead *cards;
    struct outcome *outcomes;
    struct flow_chance *chances;
    enum learn_mark *marks;     /* whether each bought, or is too young to tell */
};

/* A list of ids with their places: sorted by both; where an id begins (or would); the first place of an id, or -1. */
size_t flow_sim_from(const struct sim_place_of *list, size_t count, int64_t id);
void flow_sim_sort(struct sim_place_of *list, size_t count);
int32_t flow_sim_find(const struct sim_place_of *list, size_t count, int64_t id);
/* Index of it, or -1. */
int32_t flow_sim_person_of(const struct period *p, struct user_id user);
int32_t flow_sim_pool_of(const struct period *p, struct pool_id pool);
int32_t flow_sim_lead_of(const struct period *p, struct lead_id lead);
/* Index among p->rules, added when it is new; -1 for id 0. */
int32_t flow_sim_rule_of(struct period *p, int64_t id, struct str name);

/* Each fills its part of the period; in this order. */
NODISCARD enum err flow_sim_people_read(struct period *p);
NODISCARD enum err flow_sim_deeds_read(struct period *p);
NODISCARD enum err flow_sim_ways_read(struct period *p, flow_progress *told, void *x);
NODISCARD enum err flow_sim_habits_read(struct period *p);

/* What was done of it: the real one, under the rules of then, and under the ones that are tried. */
enum sim_side { SIDE_REAL, SIDE_THEN, SIDE_OTHER, SIDES };
struct sim_done {
    struct sim_output proof, sides[SIDES];
    struct sim_output asked[2]; /* the rules of then, and those that are tried, at each real decision */
};
NODISCARD enum err flow_sim_report(struct period *p, const struct sim_done *done, struct flow_simulated *out);

#endif
