/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* slow_put.h - the leads behind a report's figures are put in pieces, each a short writing: the writers of the house are never long behind it. */
#ifndef JOB_SLOW_PUT_H
#define JOB_SLOW_PUT_H

#include "flow/flow_calibrate.h"
#include "job/slow.h"

/* What an earlier try left goes first. also: done in the transaction of each piece, NULL: nothing. ERR_AWAY: the house closes. */
NODISCARD enum err job_slow_put(const struct job_slow_call *call, struct report_id report, const struct flow_bucket *buckets, size_t count,
                                job_slow_deed *also, void *what);

#endif
