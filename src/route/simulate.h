/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* simulate.h - a period of distribution lived through again, decision by decision, by the same pure choice as the live house (eligible.h, policy.h,
 * lot.h), under the rules that stood then or under others.
 *
 * What went in is the record of the period: deeds in the order of their ids (a lead turned hot, was offered again, declined, handed on),
 * the people and pools as they stood from deed to deed (past.h), and with each deed what it found of loads and places.
 *
 * Four ways to live through it
 *   SIM_PROVE  every decision from the state as it was: loads, places and quotas are those of the record, and what really happened is
 *              taken over after each. What comes out otherwise than the record is named with its reason.
 *   SIM_ASK    the same, but nothing is held against the record: what the rules would have done with each lead in the state as it really was, and
 *              with what chance they would have done what was done (stat/judge.h).
 *   SIM_REAL   nothing is decided: what really happened, told in the shape of a run.
 *   SIM_RUN    the state is the run's own. Places and quotas are counted anew; a load is what it really was plus the difference that
 *              the run has made so far, so where nothing has differed it is the real one to the unit.
 *
 * While a lead goes as it really went, whatever people did with it happens as it did: they called when they called, declined what they declined. A
 * lead that has come to another person is called by that person's own habit: the real time to the first call lies somewhere in
 * the distribution of whoever had it, and the same place in the distribution of whoever has it now is taken, in working time, longer as
 * more calls are open than that person usually had. So a run under the rules of then gives what happened, and two runs differ only by
 * what the rules did.
 *
 * No clock, no chance, no order of threads: the same input gives the same bytes. Pure.
 */
#ifndef ROUTE_SIMULATE_H
#define ROUTE_SIMULATE_H

#include "route/policy.h"

/* A person from the deed with id `since` on (smaller ids saw what stood before). p: user, active, on_duty, cal, absences, level, weight, capacity,
 * quotas, texts and catch_up; the rest is the run's. */
struct sim_facts {
    int64_t since;
    instant at;
    int rank;         /* who belongs to a pool of everybody: those of the lowest rank that has an active person */
    struct person p;
    struct cal whole; /* with absences taken out */
};
struct sim_person {
    const struct sim_facts *facts; /* by since */
    size_t count;
    int64_t load;                  /* where no deed tells of it */
    const int64_t *response;       /* quantiles of working microseconds from getting a lead to the first call, rising; INT64_MAX: never */
    size_t response_count;         /* 0: too little is known, they have the habit of all */
    fix ratio;                     /* their conversion to what their leads led one to expect */
    int64_t open_mean;             /* calls open when a lead came, on average, in thousandths */
    const instant *given;          /* counted leads before the period, rising */
    size_t given_count;
};

struct sim_pool_state {
    int64_t since;
    instant at;
    enum policy policy;
    bool everyone;
    const int64_t *weight;         /* of each person; -1: no member, 0: their own weight */
};
struct sim_place {
    int64_t pass;
    instant last_at;
    int64_t credit;
    bool known;
};
struct sim_pool {
    struct pool_id id;
    int32_t twin;          /* index of the pool that it is, under another policy; -1 */
    const struct sim_pool_state *states; /* by since; count 0: unknown */
    size_t count;
    const struct sim_place *places;      /* of each person, where no deed tells of it */
};

/* Where a lead goes by the rules at a deed. */
struct sim_way {
    int32_t rule;          /* index of the caller's; -1: none held */
    int32_t pool, fallback;/* index; fallback -1: none; pool -1: not known any more */
    unsigned demands;      /* ROUTE_MATCH_* */
    int64_t minutes, reassign; /* owed; working minutes after the deadline until another gets it, -1: never */
    fix share;             /* of decisions drawn by lot */
    const bool *certified; /* each person, for the products that certificates gate; NULL: none is asked for */
    bool own_gate;         /* the lead's own product is gated: the certificate is the skill */
};

/* A candidate as the record has it. */
struct sim_seen {
    int32_t person;        /* -1: somebody who is no longer known */
    enum candidate_why why;
    int64_t load, pass, value, credit;
    fix probability;       /* with which it fell on them */
    bool kin;              /* asked before the pool, because the company is theirs: these stand first */
    instant last_at;
};

enum sim_kind {
    SIM_ENTERED,  /* turned hot: to be given to somebody */
    SIM_OFFERED,  /* stood in the queue and got somebody */
    SIM_DECLINED, /* whoever had it gave it back, or was silent for too long: to another */
    SIM_LEFT,     /* whoever had it left */
    SIM_BY_HAND,  /* a person's word: it went to `to` */
    SIM_CLAIMED,  /* `to` took it out of the queue */
    SIM_UNITS,    /* what it weighs is another: cooled, won, lost */
    SIM_BACK,     /* what was given to `to` at given_at was taken back: it is theirs no more, and in no quota */
    SIM_KINDS
};

struct sim_deed {
    int64_t id;            /* rising; of one that is no decision: behind the one before */
    instant at;
    enum sim_kind kind;
    int32_t lead;
    int32_t from;          /* DECLINED, LEFT: whoever had it; else -1 */
    int32_t to;            /* who really got it; -1: nobody, it waited */
    bool owner_kept;       /* because it was theirs */
    bool stays;            /* DECLINED: when nobody else may have it, it stays where it is */
    bool counted;          /* towards quotas */
    bool claim;            /* to nobody: it waited for whoever takes it first; OFFERED: nobody had taken it in time */
    int32_t rule_was;      /* of the record; -1: none held, -2: not told */
    int64_t units;         /* UNITS: from now on */
    instant given_at;      /* BACK */
    instant called_at;     /* of whoever got it by this deed: when they first called; INSTANT_NEVER */
    const struct sim_seen *seen; /* candidates, in order */
    size_t seen_count;
    struct str product, region, language; /* of the lead then */
    const int64_t *value;  /* of each person: what the lead is worth in their hands; NULL: no rule asks */
    const bool *hidden;    /* of each person: the lead is none of those they are shown; NULL: nobody's */
    struct sim_way then, other;  /* by the rules of then; by those that are tried */
};

struct sim_lead {
    struct lead_id lead;
    int32_t owner;         /* before the period; -1: none */
    int64_t quantile;      /* thousandths: where the real time to the first call lies in the distribution of whoever had it */
    const int32_t *refused;/* people who had declined it before the period */
    size_t refused_count;
};

struct sim_input {
    const struct sim_person *people;
    size_t people_count;
    const struct sim_pool *pools;
    size_t pool_count;
    const struct sim_lead *leads;
    size_t lead_count;
    const struct sim_deed *deeds;
    size_t deed_count;
    instant until;         /* what happens later is not looked at */
    const int64_t *team_response; /* of everybody, for people of whom too little is known */
    size_t team_response_count;
    int64_t team_open_mean;
    int64_t claim_us;      /* how long a lead waits to be claimed: the usual time of real claims; INT64_MAX: until the deadline */
    int64_t hot_units;     /* what a hot lead weighs */
};

/* Why a decision does not come out as it really did. */
enum sim_why {
    SIM_SAME,
    SIM_NO_RECORD,  /* nothing is kept of what it saw: it was made before that was kept */
    SIM_NO_POOL,    /* the pool is not known */
    SIM_RULE,       /* another rule holds now than did then */
    SIM_OWNER,      /* the owner was, or was not, passed over */
    SIM_PEOPLE,     /* other people belong to the pool */
    SIM_ELIGIBLE,   /* somebody may who might not, or the other way round, or for another reason */
    SIM_PICK,       /* another of those who may */
    SIM_WHYS
};
extern const char *const route_sim_why_words[SIM_WHYS + 1]; /* "same", ..., NULL */

struct sim_check {
    enum sim_why why;
    int32_t person; /* ELIGIBLE, PEOPLE: whose reason differs; PICK, OWNER: who it would have been, -1: nobody */
};

/* One turning hot, and what came of it. */
struct sim_spell {
    int32_t lead, deed;    /* of ENTERED */
    instant at;
    int32_t first, caller; /* who got it first; who called; -1: nobody */
    instant given_at;      /* INSTANT_NEVER: nobody within the period */
    instant due;           /* of the first who got it */
    instant called_at;     /* INSTANT_NEVER: not within the period */
    bool waited;           /* nobody could have it at once, and it was not for whoever takes it first */
    bool drifted;          /* it went otherwise than it really did */
    int32_t rule, hands;   /* rule of the first decision; how many people had it */
};

/* What the rules would have done at a deed (SIM_ASK). */
struct sim_choice {
    bool asked;
    int32_t picked;        /* -1: nobody */
    fix target;            /* chance of doing what was done */
    fix unreached;         /* chance of doing what had none in the record */
    fix ratio;             /* of whoever they would have given it to, on average over the lot */
};

enum sim_mode { SIM_PROVE, SIM_ASK, SIM_REAL, SIM_RUN };
struct sim_output {
    struct sim_check *checks; /* of each deed; SIM_SAME where nothing was decided */
    struct sim_choice *choices; /* of each deed; SIM_ASK */
    struct sim_spell *spells; /* in the order of deeds */
    int64_t *open_sum, *got;  /* of each person: calls in hand when one came, summed; how many came */
    size_t spell_count, decided, same; /* deeds at which something was decided, and those that came out as they did */
};

/* told(x, done) every thousand deeds; false ends it, and *out is not whole (false is returned). The result lives in a. */
typedef bool sim_progress(void *x, size_t done);
bool route_simulate(const struct sim_input *in, enum sim_mode mode, bool other_rules, struct arena *a, sim_progress *told, void *x,
                    struct sim_output *out);

#endif
