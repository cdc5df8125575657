/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The one table of jobs. */
#include "job/job.h"

#include "team/idem.h"
#include "team/session.h"

static enum err clean_sessions(struct job_call *call)
{
    return session_clean(&call->ctx, call->tx, &call->done);
}

static enum err clean_idem(struct job_call *call)
{
    return idem_clean(&call->ctx, call->tx, &call->done);
}

const struct job job_table[] = {
    { "sessions", HOUR_US, NULL, clean_sessions, "sessions whose term is over" },
    { "idem", HOUR_US, NULL, clean_idem, "answers kept for repeats, older than a day" },
    { 0 }
};
