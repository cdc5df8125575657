/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* slow_calibrate.h - calibration reports that were asked for are made here, one after another.
 */
#ifndef JOB_SLOW_CALIBRATE_H
#define JOB_SLOW_CALIBRATE_H

#include "job/slow.h"

NODISCARD enum err job_calibrate_due(struct ctx *c, struct db_tx *tx, bool *due);
NODISCARD enum err job_calibrate(struct job_slow_call *call);

#endif
