/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* slow_simulate.h - periods of distribution lived through again, as somebody asked (route/simulation.h, flow/flow_simulate.h).
 */
#ifndef JOB_SLOW_SIMULATE_H
#define JOB_SLOW_SIMULATE_H

#include "job/slow.h"

NODISCARD enum err job_simulate_due(struct ctx *c, struct db_tx *tx, bool *due);
NODISCARD enum err job_simulate(struct job_slow_call *call);

#endif
