/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* slow_transfer.h - plans of transfers that were asked for (flow/flow_transfer.h): thousands of leads looked at one by one, then the best
 * assignment of all. Carrying a plan out is the job "transfer" of jobs.c, piece by piece.
 */
#ifndef JOB_SLOW_TRANSFER_H
#define JOB_SLOW_TRANSFER_H

#include "job/slow.h"

NODISCARD enum err job_transfer_due(struct ctx *c, struct db_tx *tx, bool *due);
NODISCARD enum err job_transfer_plan(struct job_slow_call *call);

#endif
