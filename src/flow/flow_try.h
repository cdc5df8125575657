/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_try.h - where a lead would go, by rules that need not be the live ones; nothing is kept and nobody's turn moves on. */
#ifndef FLOW_FLOW_TRY_H
#define FLOW_FLOW_TRY_H

#include "flow/flow_route.h"

struct route_tried {
    const struct rule *rules;     /* those that were asked, in order, up to the one that held */
    bool *holds;
    size_t rule_count;
    const struct rule *rule;      /* NULL: none held */
    struct str pool, policy;      /* names; policy empty when nobody was picked */
    struct str why;               /* owner_keeps, company_keeps, by_policy, claim, nobody */
    struct user_id manager;       /* 0: it would wait */
    int64_t minutes;              /* owed */
    const struct candidate *candidates;
    size_t count;
};
/* As if it became hot at c->now. free: as if it had no owner. ERR_NOT_FOUND. */
NODISCARD enum err flow_route_try(struct ctx *c, struct db_tx *tx, struct lead_id lead, const struct rules *rules, bool free,
                                  struct route_tried *tried);

#endif
