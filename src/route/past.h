/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* past.h - what decisions looked at besides the lead, as it stood: people with their hours, pools, rules, norms.
 *
 * A decision keeps its candidates and the figures of that instant; the rest of what it saw changes rarely and is kept here, a row for each
 * change, written by the first decision that sees it (flow/flow_past.h). So a decision of any day can be derived again, and a period lived
 * through again under other rules (simulate.h).
 *
 * Ids are of the kind that decisions have: a part stands for the decisions with larger ids, until the next part of the same kind and ref.
 */
#ifndef ROUTE_PAST_H
#define ROUTE_PAST_H

#include "db/db.h"

/* Kept in the table as these numbers. */
enum past_kind { PAST_ALL, PAST_PERSON, PAST_POOL, PAST_RULES, PAST_NORMS, PAST_KINDS };

struct past_part {
    int64_t id;
    instant at;
    enum past_kind kind;
    int64_t ref;     /* the user, the pool; 0 */
    struct str body; /* JSON; empty: it was no longer there */
};

/* Whether everything is as it was when this was last asked with the same digest; *known false: it was never asked. */
NODISCARD enum err route_past_same(struct ctx *c, struct db_tx *tx, uint64_t digest, bool *same, bool *known);
/* Appends the part at c->now unless its last one has this digest. id and at of the part are not read. */
NODISCARD enum err route_past_put(struct ctx *c, struct db_tx *tx, const struct past_part *part, uint64_t digest);
/* The digest of all of it, from now on. */
NODISCARD enum err route_past_all(struct ctx *c, struct db_tx *tx, uint64_t digest);
/* Parts that stood at some instant of [from, until), by id. In c->arena. */
NODISCARD enum err route_past_list(struct ctx *c, struct db_tx *tx, instant from, instant until, struct past_part **list, size_t *count);

/* A pool as it is now: called by whatever changes one. Members: those of a pool of everybody are not told. */
struct pool;
NODISCARD enum err route_past_pool(struct ctx *c, struct db_tx *tx, const struct pool *pool);
/* Every pool, where none was kept yet. */
NODISCARD enum err route_past_pools(struct ctx *c, struct db_tx *tx);

#endif
