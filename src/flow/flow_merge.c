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

enum { DECISIONS_LOOKED_AT = 100 };

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
    return e ? e : task_hot_end(c, tx, &child, 1, STR("merged"));
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
    return learn_outcomes_put(c, tx, &none, 1);
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

/* An owner that came to a lead by a merge, and went on with it by later ones, as long as nobody decided otherwise. */
struct inherited {
    struct lead_id lead;
    struct merge_id by;
    instant at;
    struct user_id was, is; /* is: whose it would have been without that merge */
};

static enum err decided(struct ctx *c, struct db_tx *tx, const struct inherited *x, instant until, bool *yes)
{
    struct assignments list;
    enum err e = route_assignment_list(c, tx, x->lead, DECISIONS_LOOKED_AT, &list);

    *yes = false;
    for (size_t i = 0; i < list.count && !e; i++)
        *yes |= list.items[i].at >= x->at && list.items[i].at <= until;
    return e;
}

/* Another lead came to x later: without the owner that x had by then, it may have brought its own. *ends: nothing is otherwise from there on. */
static enum err came_later(struct ctx *c, struct db_tx *tx, struct inherited *x, struct lead_merge *m, bool *ends)
{
    if ((*ends = m->parent_owner.v != x->was.v))
        return ERR_NONE;
    m->parent_owner = x->is;
    if (!x->is.v && m->undone_at == INSTANT_NONE)
        x->is = m->child_owner;
    *ends = x->is.v == x->was.v;
    return lead_merge_set_owners(c, tx, m);
}

/* x went to another lead, and with it its owner. */
static enum err went_on(struct ctx *c, struct db_tx *tx, struct inherited *x, struct lead_merge *m, bool *ends)
{
    if ((*ends = m->child_owner.v != x->was.v))
        return ERR_NONE;
    m->child_owner = x->is;
    if (m->undone_at == INSTANT_NONE) {
        *ends = m->parent_owner.v != 0;
        x->lead = m->parent;
        x->by = m->id;
        x->at = m->at;
    }
    return lead_merge_set_owners(c, tx, m);
}

/* The merges of x.lead since, oldest first, until one takes it further. *moved: one did. */
static enum err follow(struct ctx *c, struct db_tx *tx, struct inherited *x, bool *ends, bool *moved)
{
    struct lead_id here = x->lead;
    struct lead_merge *merges;
    size_t n;
    enum err e = lead_merges(c, tx, here, &merges, &n);

    *ends = *moved = false;
    for (size_t i = n; i > 0 && !e && !*ends && !*moved; i--) {
        struct lead_merge *m = &merges[i - 1];

        if (m->id.v <= x->by.v || (e = decided(c, tx, x, m->at, ends)) || *ends)
            continue;
        e = m->parent.v == here.v ? came_later(c, tx, x, m, ends) : went_on(c, tx, x, m, ends);
        *moved = x->lead.v != here.v;
    }
    return e;
}

/* Each stays with whoever had it: the child is given back, and whoever came to the parent by the merge alone has it no more, nor what it was joined to
 * later, unless a decision was made since. */
static enum err owners_back(struct ctx *c, struct db_tx *tx, const struct lead_merge *m)
{
    struct inherited x = { .lead = m->parent, .by = m->id, .at = m->at, .was = m->child_owner };
    bool ends = m->parent_owner.v != 0, moved = !ends;
    struct lead root;
    enum err e;

    if (!m->child_owner.v || (e = lead_set_owner(c, tx, m->child, m->child_owner)))
        return m->child_owner.v ? e : ERR_NONE;
    while (!e && !ends && moved)
        e = follow(c, tx, &x, &ends, &moved);
    if (e || ends || (e = decided(c, tx, &x, INSTANT_NEVER, &ends)) || ends || (e = lead_get(c, tx, x.lead, &root)))
        return e;
    return root.owner.v == x.was.v ? lead_set_owner(c, tx, x.lead, x.is) : ERR_NONE;
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
