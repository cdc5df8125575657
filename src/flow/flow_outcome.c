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

/* Of n roots: as they stood, and what their deeds say. */
struct settling {
    struct lead *leads;
    struct lead_id *ids;
    struct outcome *outcomes;
    int *stages;
    size_t n;
};

/* Nobody need be called about what is decided. */
static enum err custody_end(struct ctx *c, struct db_tx *tx, const struct settling *s, struct messages *out)
{
    struct lead_id *decided = ARENA_ARRAY(c->arena, struct lead_id, s->n + 1);
    bool *called = ARENA_ARRAY(c->arena, bool, s->n + 1);
    size_t n = 0;
    enum err e;

    for (size_t i = 0; i < s->n; i++)
        if (s->stages[i] >= STAGE_WON)
            decided[n++] = s->ids[i];
    if ((e = task_hot_end(c, tx, decided, n, STR("decided"))) || (e = task_open_of(c, tx, decided, n, TASK_CALL_NOW, called)))
        return e;
    for (size_t i = 0; i < n && !e; i++)
        e = called[i] ? calls_end(c, tx, decided[i], out) : ERR_NONE;
    return e;
}

/* What is opened again while hot is somebody's affair at once, and whoever had it may have left since. */
static enum err custody_begin(struct ctx *c, struct db_tx *tx, const struct settling *s, struct messages *out)
{
    struct task step;
    enum err e = ERR_NONE;

    for (size_t i = 0; i < s->n && !e; i++)
        if (s->stages[i] < STAGE_WON && s->leads[i].band == BAND_HOT && !(e = flow_custody_begin(c, tx, s->ids[i])))
            e = flow_custody_keep(c, tx, s->ids[i], NULL, &step, out);
    return e;
}

/* The roots among the leads, as they stand. */
static enum err settling_read(struct ctx *c, struct db_tx *tx, const struct lead_id *roots, size_t n, struct settling *s)
{
    struct lead *leads = ARENA_ARRAY(c->arena, struct lead, n + 1);
    enum err e = lead_get_many(c, tx, roots, n, leads);

    *s = (struct settling){ leads, ARENA_ARRAY(c->arena, struct lead_id, n + 1), ARENA_ARRAY(c->arena, struct outcome, n + 1), ARENA_ARRAY(c->arena, int, n + 1), 0 };
    for (size_t i = 0; i < n && !e; i++) {
        if (!leads[i].id.v)
            return fault_set(c, ERR_NOT_FOUND, "no such lead");
        if (leads[i].merged_into.v)
            continue;
        leads[s->n] = leads[i];
        s->ids[s->n++] = leads[i].id;
    }
    return e;
}

static enum err settling_fold(struct ctx *c, struct db_tx *tx, struct settling *s)
{
    struct family *families = ARENA_ARRAY(c->arena, struct family, s->n + 1);
    struct history *deeds = ARENA_ARRAY(c->arena, struct history, s->n + 1);
    enum err e;

    if ((e = lead_families(c, tx, s->ids, s->n, INSTANT_NEVER, families)) || (e = history_load_deeds(c, tx, families, s->n, STR(FLOW_STAGE_DEED), deeds)))
        return e;
    for (size_t i = 0; i < s->n; i++) {
        flow_outcome_fold(&deeds[i], &s->outcomes[i], &s->stages[i]);
        s->outcomes[i].lead = s->ids[i];
    }
    return ERR_NONE;
}

static enum err stages_set(struct ctx *c, struct db_tx *tx, const struct settling *s)
{
    struct lead_id *ids = ARENA_ARRAY(c->arena, struct lead_id, s->n + 1);
    int *stages = ARENA_ARRAY(c->arena, int, s->n + 1);
    size_t n = 0;

    for (size_t i = 0; i < s->n; i++)
        if (s->stages[i] != s->leads[i].stage) {
            ids[n] = s->ids[i];
            stages[n++] = s->stages[i];
        }
    return lead_set_stages(c, tx, ids, stages, n);
}

enum err flow_outcome_settle(struct ctx *c, struct db_tx *tx, const struct lead_id *roots, size_t n, struct messages *out)
{
    struct settling s;
    enum err e;

    if (n == 0)
        return ERR_NONE;
    if ((e = settling_read(c, tx, roots, n, &s)) || (e = settling_fold(c, tx, &s)) || (e = stages_set(c, tx, &s))
        || (e = learn_outcomes_put(c, tx, s.outcomes, s.n)) || (e = custody_end(c, tx, &s, out)))
        return e;
    return custody_begin(c, tx, &s, out);
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
