/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* perform_store.h - reports on people kept: made by the thread of long work, begun, filled, whole; the newest whole one counts.
 *
 * The leads behind its figures are kept with it (learn/report.h) under these buckets, places as in "all":
 *   all, all.K             leads of the team, of segment K
 *   m.USER, m.USER.K       of one person
 *   d.USER, d.USER.K       those won with an amount; d.all, d.all.K of the team
 */
#ifndef LEARN_PERFORM_STORE_H
#define LEARN_PERFORM_STORE_H

#include "db/db.h"
#include "learn/perform.h"

enum { PERFORMANCE_KEPT = 3 };

struct learn_performance_head {
    struct report_id id;       /* 0: there is none */
    instant made_at;
    int64_t maturity_days;
    bool by_chance, sampled;
    fix curve[LEARN_CURVE];
};

/* A new one is begun; fills id. made_at is given. */
NODISCARD enum err learn_performance_begin(struct ctx *c, struct db_tx *tx, struct learn_performance_head *head);
/* Its rows; it is whole from now on. */
NODISCARD enum err learn_performance_end(struct ctx *c, struct db_tx *tx, const struct learn_performance_head *head,
                                         const struct learn_performed *rows, size_t n);
/* The newest whole one. */
NODISCARD enum err learn_performance_get(struct ctx *c, struct db_tx *tx, struct learn_performance_head *head);
/* By segment; in each the team first, then people by id. In c->arena. */
NODISCARD enum err learn_performance_rows(struct ctx *c, struct db_tx *tx, struct report_id id, struct learn_performed **rows, size_t *n);
/* Forgets all but the newest PERFORMANCE_KEPT. */
NODISCARD enum err learn_performance_cut(struct ctx *c, struct db_tx *tx);

#endif
