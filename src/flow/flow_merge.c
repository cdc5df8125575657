/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_merge.h"

#include "flow/flow_outcome.h"
#include "flow/flow_quarantine.h"
#include "flow/flow_route.h"
#include "flow/flow_score.h"
#include "flow/flow_task.h"
#include "flow/flow_watch.h"
#include "score/score_store.h"
#include "sys/clock.h"
#include "task/custody.h"
#include "task/task.h"

/* One room's part: child has come to parent. */
typedef enum err merge_part(struct ctx *c, struct db_tx *tx, struct lead_id child, struct lead_id parent,
                            struct messages *messages);

static enum err merge_score(struct ctx *c, struct db_tx *tx, struct lead_id child, struct lead_id parent,
                            struct messages *messages)
{
    (void)parent;
    (void)messages;
    return score_forget(c, tx, child);
}

/* Open tasks stay with the lead they were made for and say whom it is now; the call that the child was owed ends, for the parent's own
 * score decides whether there is one to make. */
static enum err merge_task(struct ctx *c, struct db_tx *tx, struct lead_id child, struct lead_id parent,
                           struct messages *messages)
{
    enum err e = flow_task_end_all(c, tx, child, TASK_CALL_NOW, STR("merged"), NULL, messages);

    (void)parent;
    return e ? e : task_hot_end(c, tx, child, STR("merged"));
}

/* The child waits no longer: whether the parent does is the parent's own affair. */
static enum err merge_route(struct ctx *c, struct db_tx *tx, struct lead_id child, struct lead_id parent,
                            struct messages *messages)
{
    (void)parent;
    return flow_wait_end(c, tx, child, messages);
}

/* How the child ended is told by the parent's deeds now. */
static enum err merge_learn(struct ctx *c, struct db_tx *tx, struct lead_id child, struct lead_id parent,
                            struct messages *messages)
{
    struct outcome none = { .lead = child };

    (void)parent;
    (void)messages;
    return learn_outcome_put(c, tx, &none);
}

static const struct {
    const char *room;
    merge_part *part;
} parts[] = {
    { "score", merge_score },
    { "task", merge_task },
    { "route", merge_route },
    { "learn", merge_learn },
};

enum err flow_merge_rooms(struct ctx *c, struct db_tx *tx, struct lead_id child, struct lead_id parent,
                          struct messages *messages)
{
    enum err e = ERR_NONE;

    for (size_t i = 0; i < countof(parts) && !e; i++)
        e = parts[i].part(c, tx, child, parent, messages);
    return e;
}

/* Whose events a mark of people holds depends on who they belong to now. */
static enum err judge(struct flow *f, struct ctx *c, struct db_tx *tx, struct lead_id lead, bool *changed)
{
    struct intake_marks *marks;
    enum err e = flow_marks(f, c, tx, &marks);

    *changed = false;
    if (e)
        return e;
    if (intake_marks_people(marks))
        e = flow_judge_family(c, tx, marks, lead, changed);
    intake_marks_drop(marks);
    return e;
}

static enum err rebuild(struct flow *f, struct ctx *c, struct db_tx *tx, struct lead_id lead,
                        struct messages *messages)
{
    struct flow_lead one = { .root = lead, .born = c->now, .seen_at = INSTANT_NONE, .walk = true };
    struct model *model;
    enum err e = judge(f, c, tx, lead, &one.anew);

    one.whole = !one.anew;
    if (e || (e = flow_facts(c, tx, lead)) || (e = flow_outcome_settle(c, tx, &lead, 1, messages)) || (e = flow_model(f, c, tx, &model)))
        return e;
    e = flow_score(c, tx, model, &one, 1, messages);
    score_model_drop(model);
    return e;
}

enum err flow_merge(struct flow *f, struct ctx *c, struct db_tx *tx, struct lead_id child,
                    struct lead_id parent, struct merge_id *merge, struct messages *messages)
{
    const struct flow_watched watched = { .lead = parent };
    int64_t keys[] = { child.v, parent.v };
    struct flow_watch watch;
    enum err e = db_lock_many(c, tx, keys, countof(keys));

    c->now = clock_unspent(c->now);
    if (!e)
        e = flow_watch_begin(c, tx, &watched, 1, &watch);
    if (!e)
        e = lead_merge(c, tx, child, parent, STR("by_hand"), merge);
    if (!e)
        e = flow_merge_rooms(c, tx, child, parent, messages);
    if (!e)
        e = rebuild(f, c, tx, parent, messages);
    return e ? e : flow_watch_end(c, tx, &watch, messages);
}

/* Each stays with whoever had it: the child is given back, and what came to the parent by the merge alone is nobody's again, unless a decision was
 * made about it since. */
static enum err owners_back(struct ctx *c, struct db_tx *tx, const struct lead_merge *m)
{
    struct user_id nobody = { 0 };
    struct assignments last;
    struct lead parent;
    enum err e;

    if (!m->child_owner.v)
        return ERR_NONE;
    if ((e = lead_set_owner(c, tx, m->child, m->child_owner)) || (e = lead_get(c, tx, m->parent, &parent))
        || (e = route_assignment_list(c, tx, m->parent, 1, &last)))
        return e;
    if (m->parent_owner.v || parent.owner.v != m->child_owner.v || (last.count && last.items[0].at >= m->at))
        return ERR_NONE;
    return lead_set_owner(c, tx, m->parent, nobody);
}

enum err flow_unmerge(struct flow *f, struct ctx *c, struct db_tx *tx, struct merge_id id,
                      struct lead_merge *undone, struct messages *messages)
{
    struct flow_watched watched[2] = { { .made = false } };
    struct flow_watch watch;
    enum err e;

    c->now = clock_unspent(c->now);
    if ((e = lead_unmerge(c, tx, id, undone)))
        return e;
    watched[0].lead = undone->child;
    watched[1].lead = undone->root;
    if ((e = flow_watch_begin(c, tx, watched, countof(watched), &watch)) || (e = owners_back(c, tx, undone))
        || (e = rebuild(f, c, tx, undone->child, messages))
        || (e = rebuild(f, c, tx, undone->root, messages)))
        return e;
    return flow_watch_end(c, tx, &watch, messages);
}
