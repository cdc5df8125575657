/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* slow_perform.h - how people did with their leads, told anew as outcomes come.
 */
#ifndef JOB_SLOW_PERFORM_H
#define JOB_SLOW_PERFORM_H

#include "job/slow.h"

NODISCARD enum err job_perform_due(struct ctx *c, struct db_tx *tx, bool *due);
NODISCARD enum err job_perform(struct job_slow_call *call);

#endif
