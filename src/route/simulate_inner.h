/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* simulate_inner.h - what simulate.c (the choice at a deed) and simulate_run.c (what a run does of its own: calls, alarms, the queue) share.
 */
#ifndef ROUTE_SIMULATE_INNER_H
#define ROUTE_SIMULATE_INNER_H

#include "route/simulate.h"

/* From a deed on, a person or a pool is another. */
struct sim_change {
    int64_t since;
    instant at;
    size_t index;
    const struct sim_facts *facts;      /* NULL: a pool */
    const struct sim_pool_state *pool;
};

struct sim_self {
    const struct sim_facts *facts;      /* NULL: not there yet */
    struct cal_span open, shut;         /* what is known of their hours now: a stretch of work, and one of none that ends at work */
    instant *given;
    size_t given_count, given_from;
    int64_t calls;                      /* in hand */
};

/* The people of a pool, kept between questions. */
struct sim_crew {
    size_t of;                          /* after so many changes */
    struct person *row;
    int32_t *who;
    size_t count;
};

struct sim_state {
    int32_t owner, real;                /* of the run, and really */
    int32_t holder;                     /* who has the call; -1 */
    int32_t spell;                      /* index; -1 */
    int64_t units;
    int32_t *refused;
    size_t refused_count;
    const struct sim_deed *deed;        /* of the last decision */
    bool waiting, claim, open, drifted;
    uint32_t turn;                      /* timers of an earlier one are void */
};

enum sim_bell { SIM_CALL, SIM_ALARM, SIM_RETRY };
struct sim_timer {
    instant at;
    uint64_t place;                     /* order among those of one instant */
    int32_t lead;
    enum sim_bell bell;
    uint32_t turn;
};

struct sim {
    const struct sim_input *in;
    enum sim_mode mode;
    bool other, fits;
    struct arena *a;
    struct sim_output *out;
    struct sim_self *people;
    int64_t *own, *real;                /* loads: of the run, and really */
    int rank;                           /* of those whom a pool of everybody has */
    const struct sim_pool_state **pools;
    struct sim_place **places;
    struct sim_state *leads;
    struct sim_change *changes;
    size_t change_count, change;
    struct sim_crew *crews;             /* of each pool */
    /* of one question */
    struct person *row;
    struct candidate *candidates;
    int32_t *who;
    size_t count;
    /* of a run */
    struct sim_timer *timers;
    size_t timer_count, timer_cap;
    uint64_t timer_place;
    int32_t *waiters;
    size_t waiter_count, waiter_cap;
    int64_t drifts;
};

/* One question: who gets this lead. */
struct sim_ask {
    const struct sim_deed *of;          /* whose rules and facts it goes by */
    const struct sim_deed *deed;        /* whose record helps; NULL: none */
    int32_t lead;
    const struct sim_way *way;
    struct need need, wish;
    int32_t except;
    bool claim_over;
    const bool *hidden;
    /* under way */
    size_t seen_from, seen_count;       /* the part of the record that is of the pool in hand; count 0: none is */
    bool second;
    /* the answer */
    int32_t picked, pool;
    bool owner, company, claim;
    int32_t person;                     /* whom a difference is about */
    instant again_at, claim_by;
};

const struct sim_way *route_sim_way_of(const struct sim *s, const struct sim_deed *d);
/* recorded: the record of the deed is of this very question. */
/* Its state is the record's, and what really happened is taken over. */
static inline bool sim_by_record(const struct sim *s)
{
    return s->mode == SIM_PROVE || s->mode == SIM_ASK;
}

struct sim_ask route_sim_ask_of(const struct sim *s, const struct sim_deed *d, bool recorded, int32_t lead, instant now);
enum sim_why route_sim_choose(struct sim *s, struct sim_ask *ask);
/* Whether this person may have the lead now. */
bool route_sim_may(struct sim *s, int32_t lead, int32_t person, instant now);
bool route_sim_advance(struct sim *s, instant at);
void route_sim_got(struct sim *s, const struct sim_ask *ask, struct sim_state *l);
void route_sim_hand(struct sim *s, struct sim_state *l, int32_t to, bool counted, instant at);
void route_sim_refuse(struct sim *s, struct sim_state *l, int32_t person);
instant route_sim_due(const struct cal *whole, instant from, int64_t minutes);

void route_sim_run_begin(struct sim *s);
void route_sim_run_entered(struct sim *s, const struct sim_deed *d, size_t at, struct sim_state *l);
/* Whether the deed's decision is one of the run's too. */
bool route_sim_run_follows(const struct sim *s, const struct sim_deed *d, const struct sim_state *l);
void route_sim_run_after(struct sim *s, const struct sim_deed *d, struct sim_state *l, const struct sim_ask *ask, bool same);
void route_sim_run_by_hand(struct sim *s, const struct sim_deed *d, struct sim_state *l);
void route_sim_run_units(struct sim *s, const struct sim_deed *d, struct sim_state *l);
/* The queue is offered again: this one has become free, or (-1) anybody may have. */
void route_sim_run_offer(struct sim *s, int32_t freed, instant now);
/* All that the run has to do by itself before this instant. */
void route_sim_run_until(struct sim *s, instant at);

#endif
