/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_clock.h"

#include "flow/flow_act.h"
#include "flow/flow_alarm.h"
#include "flow/flow_score.h"
#include "flow/flow_skill.h"
#include "lead/lead.h"
#include "score/score_store.h"

/* Leads that are walked before it is asked whether others wait to write; those that are walked over their whole history. */
enum { PART_LEADS = 16, PART_WHOLE = 4 };

static enum err lock_all(struct ctx *c, struct db_tx *tx, const struct lead_id *ids, size_t n)
{
    int64_t *keys = ARENA_ARRAY(c->arena, int64_t, n + 1);

    for (size_t i = 0; i < n; i++)
        keys[i] = ids[i].v;
    return db_lock_many(c, tx, keys, n);
}

/* Walks n leads; whole: their kept state is not looked at. */
static enum err walk_all(struct flow *f, struct ctx *c, struct db_tx *tx, const struct lead_id *ids,
                         size_t n, bool whole, struct messages *messages)
{
    struct flow_lead *leads = ARENA_ARRAY(c->arena, struct flow_lead, n + 1);
    struct model *model;
    enum err e;

    if ((e = flow_model(f, c, tx, &model)))
        return e;
    for (size_t i = 0; i < n; i++)
        leads[i] = (struct flow_lead){
            .root = ids[i], .born = c->now, .seen_at = INSTANT_NONE, .walk = true, .whole = whole, .stands = true,
        };
    /* One that was joined to another while we waited for the lock is due no more. */
    if (!(e = lock_all(c, tx, ids, n)) && !(e = lead_roots_stand(c, tx, ids, ids, n)))
        e = flow_score(c, tx, model, leads, n, messages);
    score_model_drop(model);
    return e;
}

/* By parts, until somebody waits for the connection: what people have sent is not to stand behind hundreds of leads that only age. Where others write at
 * the same time nobody waits for it, and all keys are locked in one go, in their order. */
static enum err walk_parts(struct flow *f, struct ctx *c, struct db_tx *tx, const struct lead_id *ids, size_t n, struct messages *messages, size_t *done)
{
    size_t part = db_has_rivals(tx) ? n : PART_LEADS;
    enum err e = ERR_NONE;

    for (*done = 0; *done < n && !e && !(*done && db_is_wanted(tx)); *done += part) {
        part = n - *done < part ? n - *done : part;
        e = walk_all(f, c, tx, ids + *done, part, false, messages);
    }
    return e;
}

enum err flow_clock(struct flow *f, struct ctx *c, struct db_tx *tx, int limit, struct messages *messages,
                    int *done, bool *more)
{
    struct lead_id *due;
    int64_t served;
    size_t n, walked;
    enum err e = score_due(c, tx, c->now, limit, &due, &n);

    if (e || (e = walk_parts(f, c, tx, due, n, messages, &walked)))
        return e;
    *done = (int)walked;
    *more = n == (size_t)limit || walked < n;
    /* A product closes at its second, and its hot leads go on, before anything else is decided at this instant. */
    if ((e = flow_skill_clock(c, tx, limit, messages)) || (e = flow_alarm(c, tx, limit, messages)))
        return e;
    return flow_drain(c, tx, c->now, limit, messages, &served);
}

enum err flow_clock_next(struct ctx *c, struct db_tx *tx, instant *at)
{
    instant drain, alarm, skill;
    enum err e = score_next_due(c, tx, at);

    if (e || (e = flow_drain_next(c, tx, &drain)) || (e = flow_alarm_next(c, tx, &alarm)) || (e = flow_skill_next(c, tx, &skill)))
        return e;
    *at = drain < *at ? drain : *at;
    *at = alarm < *at ? alarm : *at;
    *at = skill < *at ? skill : *at;
    return ERR_NONE;
}

/* Leads that have been walked by the live model meanwhile, as all have that were born under it, are left out. */
static enum err keep_others(struct flow *f, struct ctx *c, struct db_tx *tx, struct lead_id *ids, size_t *n)
{
    struct score_kept *kept = ARENA_ARRAY(c->arena, struct score_kept, *n + 1);
    struct model *model;
    size_t others = 0;
    enum err e = flow_model(f, c, tx, &model);

    if (e)
        return e;
    e = score_load(c, tx, ids, *n, kept);
    for (size_t i = 0; i < *n && !e; i++)
        if (kept[i].model.v != model->id.v)
            ids[others++] = ids[i];
    *n = others;
    score_model_drop(model);
    return e;
}

enum err flow_rescore(struct flow *f, struct ctx *c, struct db_tx *tx, struct lead_id *after, int limit,
                      struct messages *messages, int *done)
{
    struct lead_id *ids = ARENA_ARRAY(c->arena, struct lead_id, (size_t)limit + 1);
    size_t n, at, part;
    enum err e = lead_ids(c, tx, *after, limit, ids, &n);

    part = db_has_rivals(tx) ? n : PART_WHOLE;
    for (at = 0; at < n && !e && !(at && db_is_wanted(tx)); at += part) {
        size_t others = part = n - at < part ? n - at : part;

        *after = ids[at + part - 1];
        if (!(e = keep_others(f, c, tx, ids + at, &others)) && others)
            e = walk_all(f, c, tx, ids + at, others, true, messages);
    }
    *done = (int)at;
    return e;
}
