/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_try.h - where a lead would go, by rules that need not be the live ones; nothing is kept and nobody's turn moves on. */
#ifndef FLOW_FLOW_TRY_H
#define FLOW_FLOW_TRY_H

#include "flow/flow_route.h"

struct route_try {
    struct lead_id lead;
    const struct rules *rules;
    const struct pool_policy *policies; /* of pools that are to pick by another policy than now */
    size_t policy_count;
    bool free;                          /* as if it had no owner */
};
struct route_tried {
    const struct rule *rules;     /* those that were asked, in order, up to the one that held */
    bool *holds;
    size_t rule_count;
    const struct rule *rule;      /* NULL: none held */
    struct str pool, policy;      /* names; policy empty when nobody was picked */
    struct str why;               /* owner_keeps, company_keeps, by_policy, claim, nobody */
    struct user_id manager;       /* 0: it would wait */
    struct waiting waits;         /* of one that would wait: for what, what would be promised, and when it would be asked again */
    int64_t minutes;              /* owed */
    struct candidates candidates;
};
/* As if it became hot at c->now. ERR_NOT_FOUND. */
NODISCARD enum err flow_route_try(struct ctx *c, struct db_tx *tx, const struct route_try *ask, struct route_tried *tried);

/* One to whom a person's word could give a lead. */
struct receiver {
    struct str name;
    bool may;                     /* false: the word is refused; is.why says for what */
    struct candidate is;          /* as they stand: who is not free is told so, and may be given it all the same */
};
/* All of the team who are not switched off, by name. In c->arena. */
NODISCARD enum err flow_receivers(struct ctx *c, struct db_tx *tx, const struct lead *lead, struct receiver **list, size_t *count);

#endif
