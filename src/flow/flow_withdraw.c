/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_withdraw.h"

#include "flow/flow_outcome.h"
#include "flow/flow_score.h"
#include "flow/flow_void.h"
#include "flow/flow_watch.h"
#include "history/history.h"
#include "lead/identity.h"
#include "lead/lead.h"
#include "score/score_store.h"
#include "task/task.h"

enum { TASKS_LOOKED_AT = 50 };

/* A crossing of a lead that had ended already: its task ended as it was made, and nobody was asked (flow_act.c). */
static bool asked_nobody(const struct task *t)
{
    return t->state == TASK_CANCELLED && t->done_at == t->created_at && !t->assignee.v && !t->made_by.v && !t->done_by.v;
}

/* Nobody has worked with it: nobody was ever asked to do anything for it. */
static enum err is_untouched(struct ctx *c, struct db_tx *tx, struct lead_id lead, bool *untouched)
{
    struct task_query q = { .lead = lead, .state = -1, .kind = -1, .due_by = INSTANT_NEVER,
                            .limit = TASKS_LOOKED_AT };
    struct lead_merge *merges;
    struct tasks tasks;
    size_t n;
    enum err e = task_list(c, tx, &q, &tasks);

    if (e || (e = lead_merges(c, tx, lead, &merges, &n)))
        return e;
    *untouched = !n && tasks.count < TASKS_LOOKED_AT;
    for (size_t i = 0; i < tasks.count; i++)
        *untouched = *untouched && asked_nobody(&tasks.items[i]);
    return ERR_NONE;
}

static enum err may_go(struct ctx *c, struct db_tx *tx, const struct lead *lead, int64_t import_id, bool *may)
{
    bool empty, untouched;
    enum err e;

    *may = false;
    if (lead->import_id != import_id || lead->merged_into.v)
        return ERR_NONE;
    if ((e = history_is_empty(c, tx, lead->id, &empty)) || (e = is_untouched(c, tx, lead->id, &untouched)))
        return e;
    *may = empty && untouched;
    return ERR_NONE;
}

static enum err set_right(struct ctx *c, struct db_tx *tx, const struct model *m, struct lead_id id,
                          int64_t import_id, struct messages *messages)
{
    struct flow_watched watched = { .made = false };
    struct flow_watch watch;
    struct lead lead;
    struct lead_id root;
    bool may;
    enum err e = lead_get(c, tx, id, &lead);

    if (e == ERR_NOT_FOUND)
        return ERR_NONE;
    if (e || (e = may_go(c, tx, &lead, import_id, &may)))
        return e;
    if (may) {
        struct outcome none = { .lead = id };

        if ((e = score_forget(c, tx, id)) || (e = learn_outcomes_put(c, tx, &none, 1)) || (e = task_del_all(c, tx, id)))
            return e;
        return lead_del(c, tx, id);
    }
    root = lead.merged_into.v ? lead.merged_into : id;
    if ((e = lead_identity_unseen(c, tx, &id, 1)))
        return e;
    watched.lead = root;
    if ((e = flow_watch_begin(c, tx, &watched, 1, &watch)) || (e = flow_facts(c, tx, root)) || (e = flow_outcome_settle(c, tx, &root, 1, messages))
        || (e = flow_void_turns(c, tx, &id, 1, root)) || (e = flow_score_whole(c, tx, m, root, messages)))
        return e;
    return flow_watch_end(c, tx, &watch, messages);
}

/* Nobody else scores them meanwhile. */
static enum err lock_leads(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n)
{
    int64_t *keys = ARENA_ARRAY(c->arena, int64_t, n + 1);

    for (size_t i = 0; i < n; i++)
        keys[i] = leads[i].v;
    return db_lock_many(c, tx, keys, n);
}

enum err flow_withdraw(struct flow *f, struct ctx *c, struct db_tx *tx, int64_t import_id, int64_t limit,
                       struct messages *messages, int64_t *count)
{
    struct lead_id *leads;
    struct model *m;
    size_t n;
    enum err e = history_withdraw(c, tx, import_id, limit, &leads, &n);

    if (e || (e = lock_leads(c, tx, leads, n)) || (e = flow_model(f, c, tx, &m)))
        return e;
    for (size_t i = 0; i < n && !e; i++)
        e = set_right(c, tx, m, leads[i], import_id, messages);
    score_model_drop(m);
    *count = (int64_t)n;
    return e;
}
