/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_mend.h"

#include "flow/flow_outcome.h"
#include "flow/flow_score.h"
#include "lead/lead.h"
#include "score/score_store.h"
#include "sys/clock.h"

/* Its row goes, and its turns end; where there was no row they were never ended. */
static enum err part_end(struct ctx *c, struct db_tx *tx, struct lead_id id)
{
    struct score_kept kept;
    enum err e = score_load(c, tx, &id, 1, &kept);

    if (e)
        return e;
    return kept.model.v ? score_forget(c, tx, id) : score_turn_end(c, tx, id, c->now);
}

static enum err root_mend(struct flow *f, struct ctx *c, struct db_tx *tx, const struct replay_wrong *wrong, struct messages *messages)
{
    struct model *m;
    enum err e = wrong->facts ? flow_facts(c, tx, wrong->lead) : ERR_NONE;

    if (!e && wrong->outcome)
        e = flow_outcome_settle(c, tx, &wrong->lead, 1, messages);
    if (e || !wrong->score || (e = flow_model(f, c, tx, &m)))
        return e;
    e = flow_score_mend(c, tx, m, wrong->lead, messages);
    score_model_drop(m);
    return e;
}

enum err flow_mend(struct flow *f, struct ctx *c, struct db_tx *tx, const struct replay_wrong *wrong, struct messages *messages)
{
    struct lead_id root;
    enum err e;

    if ((e = lead_lock_many(c, tx, &wrong->lead, 1)) || (e = lead_root(c, tx, wrong->lead, &root)))
        return e == ERR_NOT_FOUND ? ERR_NONE : e;
    c->now = clock_unspent(c->now);
    if (root.v != wrong->lead.v)
        return wrong->part ? part_end(c, tx, wrong->lead) : ERR_NONE;
    return wrong->part ? ERR_NONE : root_mend(f, c, tx, wrong, messages);
}
