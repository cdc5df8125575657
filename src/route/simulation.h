/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* simulation.h - periods that are lived through again (flow/flow_simulate.h does it): what is asked, how far it is, what came of it.
 *
 * waits -> runs -> done, stopped or failed. Stopping is a wish noted in the row: whoever runs it sees that it runs no more.
 */
#ifndef ROUTE_SIMULATION_H
#define ROUTE_SIMULATION_H

#include "db/db.h"
#include "noun/ids.h"

enum simulation_state { SIMULATION_WAITS, SIMULATION_RUNS, SIMULATION_DONE, SIMULATION_STOPPED, SIMULATION_FAILED, SIMULATION_STATES };
/* "waiting", "running", "done", "stopped", "failed", NULL */
extern const char *const route_simulation_states[];

enum { ROUTE_SIMULATIONS_KEPT = 20 };

struct simulation {
    struct report_id id;
    struct rule_id version;    /* 0: rules as they were on screen */
    struct str rules;          /* JSON, as the API tells rules */
    struct str policies;       /* JSON: {pool id: policy}, where a pool's is another than it stands */
    instant from, until;
    int state;                 /* enum simulation_state */
    int64_t done, total;       /* decisions */
    struct str why;
    struct user_id made_by;
    instant made_at, finished_at;
    struct str report;         /* JSON; absent until it is done */
};

/* Gives id, state, made_at. */
NODISCARD enum err route_simulation_add(struct ctx *c, struct db_tx *tx, struct simulation *s);
/* ERR_NOT_FOUND. */
NODISCARD enum err route_simulation_get(struct ctx *c, struct db_tx *tx, struct report_id id, struct simulation *s);
/* Newest first, without rules and reports. */
NODISCARD enum err route_simulation_list(struct ctx *c, struct db_tx *tx, int limit, struct simulation **list, size_t *count);
/* The oldest that waits or runs; id 0: none. */
NODISCARD enum err route_simulation_next(struct ctx *c, struct db_tx *tx, struct simulation *s);
/* How far it is. *stands false: somebody has stopped it. */
NODISCARD enum err route_simulation_step(struct ctx *c, struct db_tx *tx, struct report_id id, int64_t done, int64_t total, bool *stands);
/* Ends one that waits or runs; nothing happens to others (*changed false). */
NODISCARD enum err route_simulation_end(struct ctx *c, struct db_tx *tx, struct report_id id, enum simulation_state state, struct str report,
                                        struct str why, bool *changed);
/* Beyond the newest ROUTE_SIMULATIONS_KEPT: one is forgotten, its id told (0: none is too many). */
NODISCARD enum err route_simulation_cut(struct ctx *c, struct db_tx *tx, struct report_id *gone);

#endif
