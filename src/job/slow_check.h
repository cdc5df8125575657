/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* slow_check.h - every page of the database file, looked at once after a start. Damage that is found stops all writing (db.h: DB_DAMAGED). */
#ifndef JOB_SLOW_CHECK_H
#define JOB_SLOW_CHECK_H

#include "job/slow.h"

NODISCARD enum err job_check_due(struct ctx *c, struct db_tx *tx, bool *due);
NODISCARD enum err job_check(struct job_slow_call *call);

#endif
