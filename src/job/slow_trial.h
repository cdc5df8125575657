/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* slow_trial.h - drafts that wait to be tried over the whole history are tried here, one after another.
 */
#ifndef JOB_SLOW_TRIAL_H
#define JOB_SLOW_TRIAL_H

#include "job/slow.h"

NODISCARD enum err job_trial_due(struct ctx *c, struct db_tx *tx, bool *due);
NODISCARD enum err job_trial(struct job_slow_call *call);

#endif
