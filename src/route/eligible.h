/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* eligible.h - who may get a lead now, and who may not and why.
 *
 * Hard conditions come first; the first that fails is the reason that is kept, with the instant at which it passes by itself. What time
 * cannot mend (off duty until somebody says otherwise, level, skills, what they are shown at all) is asked before what it can (hours, absence, quotas), so that the opening of somebody
 * who could not take the lead anyway is never a promise. A policy chooses only among those who are left. Pure: no database, no
 * clock.
 *
 * Quotas are rolling: leads given in the last 24 hours and the last 60 minutes, (now - span, now].
 */
#ifndef ROUTE_ELIGIBLE_H
#define ROUTE_ELIGIBLE_H

#include "cal/cal.h"
#include "noun/change.h"

enum level { LEVEL_TRAINEE, LEVEL_REGULAR, LEVEL_SENIOR, LEVELS };

struct texts {
    const struct str *items;
    size_t count;
};

/* A person as a decision sees them, at one instant. */
struct person {
    struct user_id user;
    bool active;                  /* the account is not disabled */
    bool on_duty;
    instant back_at;              /* off duty: when it begins again by itself; INSTANT_NEVER: by hand */
    struct cal_span open;         /* a stretch in which cal is known to be open; empty: cal is asked */
    const struct cal *cal;        /* working hours without absences */
    struct cal_span shut;         /* a time known to be no working time, hours and absences told, at whose end they are at work again; empty: not known */
    const struct cal_span *absences;
    size_t absence_count;
    enum level level;
    int64_t weight;               /* 1..ROUTE_WEIGHT_MAX */
    int64_t load, capacity;       /* units; capacity 0: no limit */
    int64_t day_quota, hour_quota;/* 0: none */
    const instant *given;         /* instants of what was given in the last 24 hours, rising */
    size_t given_count;
    struct texts products, regions, languages; /* empty: all */
    bool certified;               /* at that instant, for all that a gated need asks */
    int64_t value;                /* what the lead is expected to bring in these hands (value.h), for the policy that goes by it */
    bool money;                   /* value is minor units of money; else sales in millionths */
    int64_t fit;                  /* per cent, for the policy that goes by it (transfer.h) */
    bool declined;                /* declined this lead before */
    bool hidden;                  /* this lead is none of those that they are shown */
    instant last_at;              /* when the pool last gave them one; INSTANT_NONE never */
    int64_t pass;                 /* their place under the weighted policy */
    int64_t credit;               /* turns owed to the person; below 0: by the person */
    bool catch_up;                /* what is missed now is given back: the place does not move along */
};

/* What the lead needs, and when it is asked. Empty texts: nothing is asked. */
struct need {
    instant at;
    enum band band;
    int64_t units;                /* what the lead will add to the load */
    struct str product, region, language;
    bool gated;                   /* certificates decide (team/certificate.h), whatever the lists of products say */
    bool now;                     /* must be answered at once: only those at work */
};

/* Fills why and again_at, load, capacity, weight, fit, pass and last_at; picked is false. */
struct candidate route_eligible(const struct person *p, const struct need *need);

#endif
