/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_demo.h - what the leads of the demonstration company did: real behaviour of two open data sets, under invented names.
 *
 * A row of demo/people.csv (see demo/README.md) becomes a person with a title, a company, and visits spread over the last 90 days;
 * a visit becomes page views and deeds whose numbers are those of the data. The plan is pure: the same file, the same instants, the same plan.
 * Then each planned event goes down the same walk as any other, at its own instant.
 */
#ifndef FLOW_FLOW_DEMO_H
#define FLOW_FLOW_DEMO_H

#include "flow/flow.h"
#include "noun/change.h"
#include "noun/event.h"

enum { DEMO_DAYS = 90 };

/* Whoever has this address owns a demonstration company: there the trickle runs. */
#define FLOW_DEMO_OWNER "owner@demo.example"

struct demo_person {
    struct str name, email, phone, title, company, industry, source, anonymous, product; /* product: what they ask for; may be absent */
    int64_t employees;
    bool bought, has_budget;
};

struct demo_event {
    instant at;
    size_t person;
    enum event_kind kind;
    const char *name, *path;
};

struct demo_plan {
    struct demo_person *people;
    size_t person_count;
    struct demo_event *events;  /* by instant */
    size_t event_count;
};

/* ERR_BAD_FIELD when the file is not what it was. until: the last event comes just before it. */
NODISCARD enum err flow_demo_plan(struct ctx *c, struct str csv, instant until, struct demo_plan *plan);
/* One planned event down the walk, at its own instant (c->now is set to it). source_id: the key of the company's site. */
NODISCARD enum err flow_demo_step(struct flow *f, struct ctx *c, struct db_tx *tx, const struct demo_plan *plan,
                                  size_t i, int64_t source_id, struct messages *messages);
/* Something that happens now, for the live trickle: n-th event of a person of the plan, chosen by n. */
NODISCARD enum err flow_demo_trickle(struct flow *f, struct ctx *c, struct db_tx *tx, const struct demo_plan *plan,
                                     uint64_t n, int64_t source_id, struct messages *messages);

#endif
