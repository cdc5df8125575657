/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* slow_learn.h - learning in the background: trials of new predictors, the running correction, suggested points.
 */
#ifndef JOB_SLOW_LEARN_H
#define JOB_SLOW_LEARN_H

#include "job/slow.h"

NODISCARD enum err job_learn_due(struct ctx *c, struct db_tx *tx, bool *due);
NODISCARD enum err job_learn(struct job_slow_call *call);
NODISCARD enum err job_correction_due(struct ctx *c, struct db_tx *tx, bool *due);
NODISCARD enum err job_correction(struct job_slow_call *call);
NODISCARD enum err job_suggest_due(struct ctx *c, struct db_tx *tx, bool *due);
NODISCARD enum err job_suggest(struct job_slow_call *call);

#endif
