/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_outcome.h"

#include "flow/flow_alarm.h"
#include "flow/flow_custody.h"
#include "flow/flow_route.h"
#include "flow/flow_task.h"
#include "history/history.h"
#include "lead/identity.h"
#include "lead/lead.h"

/* Facts that the house was told in one breath with that: a table of old deals has its place by when it was brought, and is no deed of those in it. */
static bool came_with(const struct past_event *ev, instant told_with)
{
    return ev->kind == EVENT_IDENTIFY && ev->told_at == told_with;
}

bool flow_silent_since(const struct history *h, instant at, instant told_with)
{
    for (size_t i = 0; i < h->event_count; i++)
        if (h->events[i].kind != EVENT_DEED && !h->events[i].bot && h->events[i].at > at && !came_with(&h->events[i], told_with))
            return false;
    return true;
}

static bool is_decided(int stage)
{
    return stage == STAGE_WON || stage == STAGE_LOST;
}

static void take_deed(const struct past_event *ev, struct outcome *o, int *stage)
{
    struct str from = json_text(json_path(ev->body, STR("properties.from")));
    int to = lead_stage_of(json_text(json_path(ev->body, STR("properties.to"))));
    int64_t amount = 0;

    if (to < 0 || to == *stage)
        return;
    if (is_decided(to)) {
        if (!json_int(json_path(ev->body, STR("properties.amount")), &amount))
            amount = 0;
        *o = (struct outcome){
            .state = to == STAGE_WON ? OUTCOME_WON : OUTCOME_LOST,
            .at = ev->at,
            .known_at = ev->known_at,
            .amount = amount,
            .reason = json_text(json_path(ev->body, STR("properties.reason"))),
            .undated = json_is(json_path(ev->body, STR("properties.undated")), JSON_BOOL),
        };
        *stage = to;
        return;
    }
    if (is_decided(*stage) && from.len && !is_decided(lead_stage_of(from)))
        return;
    *o = (struct outcome){ 0 };
    *stage = to;
}

void flow_outcome_fold(const struct history *h, struct outcome *o, int *stage)
{
    *o = (struct outcome){ 0 };
    *stage = STAGE_NEW;
    for (size_t i = 0; i < h->event_count; i++)
        if (h->events[i].kind == EVENT_DEED && str_eq(h->events[i].name, STR(FLOW_STAGE_DEED)))
            take_deed(&h->events[i], o, stage);
}

/* What was to be called about is decided: the urgent calls end, with the lead's stay in the queue and the head's alert. */
static enum err calls_end(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct messages *out)
{
    size_t ended = 0;
    enum err e = flow_task_end_all(c, tx, lead, TASK_CALL_NOW, STR("decided"), &ended, out);

    if (e || !ended || (e = flow_wait_end(c, tx, lead, out)))
        return e;
    return flow_alarm_end(c, tx, lead, out);
}

/* Nobody need be called about what is decided; what is opened again while hot is somebody's affair at once, and whoever had it may have left since. */
static enum err custody_settle(struct ctx *c, struct db_tx *tx, const struct lead *lead, int stage, struct messages *out)
{
    struct task step;
    enum err e;

    if (stage >= STAGE_WON) {
        e = task_hot_end(c, tx, lead->id, STR("decided"));
        return e ? e : calls_end(c, tx, lead->id, out);
    }
    if (lead->band != BAND_HOT)
        return ERR_NONE;
    e = flow_custody_begin(c, tx, lead->id);
    return e ? e : flow_custody_keep(c, tx, lead->id, NULL, &step, out);
}

static enum err settle(struct ctx *c, struct db_tx *tx, struct lead_id root, struct messages *out)
{
    struct lead_change change = { .set = LEAD_SET_STAGE };
    struct lead_id *family;
    struct outcome o;
    struct history h;
    struct lead lead;
    size_t n;
    enum err e = lead_get(c, tx, root, &lead);

    if (e || lead.merged_into.v)
        return e;
    if ((e = lead_family(c, tx, root, INSTANT_NEVER, &family, &n))
        || (e = history_load_deeds(c, tx, family, n, STR(FLOW_STAGE_DEED), &h)))
        return e;
    flow_outcome_fold(&h, &o, &change.stage);
    o.lead = root;
    if (change.stage != lead.stage && (e = lead_set(c, tx, root, 0, &change)))
        return e;
    if ((e = learn_outcome_put(c, tx, &o)))
        return e;
    return custody_settle(c, tx, &lead, change.stage, out);
}

enum err flow_outcome_settle(struct ctx *c, struct db_tx *tx, const struct lead_id *roots, size_t n, struct messages *out)
{
    enum err e = ERR_NONE;

    for (size_t i = 0; i < n && !e; i++)
        e = settle(c, tx, roots[i], out);
    return e;
}

enum err flow_outcome_walk(struct ctx *c, struct db_tx *tx, int limit, struct messages *out, bool *done)
{
    struct lead_id *ids = ARENA_ARRAY(c->arena, struct lead_id, (size_t)limit + 1);
    struct lead_id last;
    size_t n = 0;
    enum err e = learn_walked_get(c, tx, &last);

    *done = true;
    if (e || last.v == INT64_MAX)
        return e;
    if ((e = lead_ids(c, tx, last, limit, ids, &n)) || (e = flow_outcome_settle(c, tx, ids, n, out)))
        return e;
    *done = n < (size_t)limit;
    last.v = *done ? INT64_MAX : ids[n - 1].v;
    return learn_walked_put(c, tx, last);
}
