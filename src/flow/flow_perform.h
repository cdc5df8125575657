/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_perform.h - how people did with their leads (learn/perform.h): whose each lead was and what it looked like then, gathered over the base.
 *
 * Whose: the last decision about the lead (route/route.h) before it was decided, else its owner. When: the first decision in a row for that
 * person; of leads without decisions a week after birth. A base of more than FLOW_PERFORM_MOST leads of anybody is sampled evenly by the hash of the id.
 */
#ifndef FLOW_FLOW_PERFORM_H
#define FLOW_FLOW_PERFORM_H

#include "flow/flow_calibrate.h"
#include "learn/perform_store.h"

enum { FLOW_PERFORM_MOST = 60000 };

/* Is a new report due: outcomes came since the last and have calmed down, or a day has gone by. */
NODISCARD enum err flow_perform_due(struct ctx *c, struct db_tx *tx, bool *due);

struct flow_performed {
    struct learn_performance_head head; /* without id */
    struct learn_performance is;
    struct flow_bucket *buckets;
    size_t bucket_count;
};
/* Reads the whole base on tx. The result lives in c->arena. */
NODISCARD enum err flow_perform(struct flow *f, struct ctx *c, struct db_tx *tx, flow_progress *told, void *x, struct flow_performed *out);

#endif
