/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_chance.h - what was foretold of leads a moment ago, kept in memory.
 *
 * A list of a hundred leads asked for a hundred histories, which took twice as long as all the rest of it. What is kept holds as long as the predictor is
 * the same and nothing has become known of the lead (learn/news.h), and no longer than FLOW_CHANCE_US: what the passing of time alone does to a row (an
 * event is no longer of the last week, an occurrence counts no more) comes that much later at most. It is what the predictor says before the running
 * correction, which is put on when it is shown.
 *
 * A fixed table of 65,536 places, one lead a place by its hash: who comes later takes it. Threads: each call takes the lock of the table.
 */
#ifndef FLOW_FLOW_CHANCE_H
#define FLOW_FLOW_CHANCE_H

#include "flow/flow.h"
#include "learn/learner.h"
#include "noun/ids.h"

#define FLOW_CHANCE_US (3600 * (int64_t)1000000)

struct flow_chances;
struct flow_chances *flow_chances_open(void);
void flow_chances_close(struct flow_chances *k);

/* A lead as it stood: whose word, and what had become known. */
struct flow_chance_key {
    struct predictor_id predictor;
    struct lead_id lead;
    int64_t stamp;
};
bool flow_chance_find(struct flow_chances *k, struct flow_chance_key key, instant now, struct learn_forecast *forecast);
void flow_chance_keep(struct flow_chances *k, struct flow_chance_key key, instant now, struct learn_forecast forecast);

#endif
