/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "job/slow_check.h"

#include "sys/log.h"

static bool go_on(void *self)
{
    return !job_slow_stopping(self);
}

enum err job_check_due(struct ctx *c, struct db_tx *tx, bool *due)
{
    (void)c;
    *due = !db_was_checked(tx);
    return ERR_NONE;
}

enum err job_check(struct job_slow_call *call)
{
    enum err e = db_check(&call->ctx, call->db, go_on, call);

    if (e != ERR_CONFLICT)
        return e;
    log_error(&call->ctx, "database.damaged", LOG_STR("why", str_of(call->ctx.fault.items[0].note)),
              LOG_STR("help", STR("gradus restore FILE")));
    return ERR_NONE;
}
