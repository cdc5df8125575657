/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_custody.h"

#include "flow/flow_act.h"
#include "flow/flow_event.h"
#include "flow/flow_leaver.h"
#include "flow/flow_route.h"
#include "flow/flow_score.h"
#include "flow/flow_task.h"
#include "task/sla.h"

enum { LEAD_TASKS = 2000 };

/* Working minutes until the house reminds of a hot lead again, by how the last task ended. */
static const int64_t step_minutes[TASK_RESULTS] = {
    [TASK_NO_RESULT] = 60, [TASK_REACHED] = 480, [TASK_NO_ANSWER] = 60, [TASK_CALL_BACK] = 60,
    [TASK_WRONG_NUMBER] = 480, [TASK_RESULT_DONE] = 480,
};

enum err flow_custody_begin(struct ctx *c, struct db_tx *tx, struct lead_id lead)
{
    bool new;

    return task_hot_begin(c, tx, lead, &new);
}

/* A place in the queue, or an open task with a deadline and a person: one who has left answers for nothing. *urgent, unless it is held: the urgent
 * call is open in the name of such a one. */
static enum err is_held(struct ctx *c, struct db_tx *tx, struct lead_id lead, bool *held, bool *urgent)
{
    struct task_query q = { .lead = lead, .state = TASK_OPEN, .kind = -1, .due_by = INSTANT_NEVER, .limit = LEAD_TASKS };
    struct waiting w;
    struct tasks open;
    enum err e = task_list(c, tx, &q, &open);

    if (e || (e = route_waiting_find(c, tx, lead, &w)))
        return e;
    *held = w.id != 0;
    *urgent = false;
    for (size_t i = 0; i < open.count && !*held && !e; i++) {
        const struct task *t = &open.items[i];
        bool left;

        *urgent |= t->kind == TASK_CALL_NOW;
        if (task_is_alert(t->kind) || !t->assignee.v || t->due_at == INSTANT_NEVER)
            continue;
        e = flow_leaver_is(c, tx, t->assignee, &left);
        *held = !e && !left;
    }
    return e;
}

/* The owner's own call. */
static enum err owner_step(struct ctx *c, struct db_tx *tx, const struct desk_person *owner, struct desk *d,
                           int64_t minutes, struct task *step, struct messages *out)
{
    struct cal cal = cal_without(owner->cal, owner->absences, owner->absence_count, c->arena);
    enum err e;

    step->kind = TASK_CALL;
    step->title = task_title(TASK_CALL, (enum lang)d->setting.lang);
    step->assignee = owner->user.id;
    step->due_at = task_sla_due(&cal, c->now, minutes);
    if ((e = task_add(c, tx, step)))
        return e;
    flow_task_tell(out, step);
    return ERR_NONE;
}

/* left: the owner has, and has the client no more. */
static enum err give_out(struct ctx *c, struct db_tx *tx, struct desk *d, struct lead *lead, bool left, struct task *step,
                         struct messages *out)
{
    struct route_how how = { STR("by_policy") };
    struct history history;
    bool served;
    enum err e;

    if (left) {
        how = (struct route_how){ .reason = STR("left"), .before = lead->owner };
        if ((e = lead_set_owner(c, tx, lead->id, (struct user_id){ 0 })))
            return e;
        lead->owner.v = 0;
    }
    step->due_at = c->now + d->setting.sla_minutes * MINUTE_US; /* until the decision says it better */
    if ((e = flow_task_call(c, tx, (enum lang)d->setting.lang, step)) || (e = flow_history(c, tx, lead->id, INSTANT_NEVER, &history)))
        return e;
    return flow_route(c, tx, d, &history, lead, step, how, out, &served);
}

enum err flow_custody_keep(struct ctx *c, struct db_tx *tx, struct lead_id id, const struct task *done, struct task *step,
                           struct messages *out)
{
    const struct desk_person *owner;
    struct desk desk;
    struct lead lead;
    bool hot, held, urgent, left = false;
    enum err e = task_hot_is(c, tx, id, &hot);

    *step = (struct task){ .lead = id, .parent = done ? done->id : (struct task_id){ 0 } };
    if (e || !hot || (e = is_held(c, tx, id, &held, &urgent)) || held)
        return e;
    if ((e = lead_lock_many(c, tx, &id, 1)) || (e = flow_desk_open(c, tx, DESK_DECIDE, &desk)) || (e = lead_get(c, tx, id, &lead))
        || (lead.owner.v && (e = flow_leaver_is(c, tx, lead.owner, &left))))
        return e;
    owner = lead.owner.v ? flow_desk_find(&desk, lead.owner) : NULL;
    if (owner && !left && !urgent)
        return owner_step(c, tx, owner, &desk, step_minutes[done ? done->result : TASK_NO_RESULT], step, out);
    return give_out(c, tx, &desk, &lead, left, step, out);
}

/* ---- custody over a period ---- */

static bool covers(const struct custody_held *h)
{
    return h->hold.by.v && h->hold.due != INSTANT_NEVER && h->hold.due != INSTANT_NONE;
}

/* How long an urgent call stood open past its deadline; 0: it did not. */
static int64_t breach_us(const struct custody_held *h, instant from, instant to)
{
    instant begin = h->span.from > from ? h->span.from : from, end = h->span.until < to ? h->span.until : to;

    if (!h->urgent || h->hold.due == INSTANT_NONE)
        return 0;
    begin = h->hold.due > begin ? h->hold.due : begin;
    return begin < end ? end - begin : 0;
}

/* Each call that was late counts once, however often it changed hands. */
static void breaches_add(const struct custody_held *list, size_t count, instant from, instant to, struct custody_sum *sum)
{
    int64_t last = 0;

    for (size_t i = 0; i < count; i++) {
        int64_t us = breach_us(&list[i], from, to);

        sum->breach_us += us;
        sum->breaches += us && list[i].task.v != last;
        last = us ? list[i].task.v : last;
    }
}

static int64_t overlapping(const struct custody_span *spans, size_t count, instant from, instant to)
{
    int64_t n = 0;

    for (size_t i = 0; i < count; i++)
        n += spans[i].from < to && spans[i].until > from;
    return n;
}

static enum err check_lead(struct ctx *c, struct db_tx *tx, instant from, instant to, struct lead_id lead,
                           flow_custody_told *told, void *x, struct custody_sum *sum)
{
    struct custody_span *spells, *list, *gaps;
    struct custody_held *held;
    struct waitings waits;
    size_t spell_count, held_count, gap_count, n = 0;
    bool supplied = false;
    enum err e;

    if ((e = task_hot_spells(c, tx, lead, &spells, &spell_count)) || (e = task_held_list(c, tx, lead, &held, &held_count))
        || (e = route_waiting_of(c, tx, lead, &waits)))
        return e;
    list = ARENA_ARRAY(c->arena, struct custody_span, held_count + waits.count + 1);
    for (size_t i = 0; i < held_count; i++)
        if (covers(&held[i])) {
            list[n++] = held[i].span;
            supplied |= held[i].supplied && overlapping(&held[i].span, 1, from, to);
        }
    for (size_t i = 0; i < waits.count; i++)
        list[n++] = (struct custody_span){ waits.items[i].since,
                                           waits.items[i].until == INSTANT_NONE ? INSTANT_NEVER : waits.items[i].until };
    gaps = task_custody_gaps(spells, spell_count, list, n, from, to, c->arena, &gap_count);
    breaches_add(held, held_count, from, to, sum);
    sum->leads++;
    sum->supplied += supplied;
    sum->spells += overlapping(spells, spell_count, from, to);
    sum->hot_us += task_custody_length(spells, spell_count, from, to, c->arena);
    sum->gaps += (int64_t)gap_count;
    for (size_t i = 0; i < gap_count; i++) {
        sum->uncovered_us += gaps[i].until - gaps[i].from;
        told(x, &(struct custody_gap){ lead, gaps[i] });
    }
    return ERR_NONE;
}

enum err flow_custody_check(struct ctx *c, struct db_tx *tx, instant from, instant to, struct lead_id *after, int limit,
                            flow_custody_told *told, void *x, struct custody_sum *sum, bool *more)
{
    struct lead_id *leads;
    size_t count;
    enum err e = task_hot_leads(c, tx, from, to, *after, limit, &leads, &count);

    for (size_t i = 0; i < count && !e; i++)
        e = check_lead(c, tx, from, to, leads[i], told, x, sum);
    if (e)
        return e;
    if (count)
        *after = leads[count - 1];
    *more = count == (size_t)limit;
    return ERR_NONE;
}
