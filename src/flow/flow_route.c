/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_route.h"

#include "flow/flow_choice.h"
#include "flow/flow_notice.h"

enum { OPEN_TASKS = 100 };

/* Somebody may have been hired, or a calendar changed, by another program: the queue is offered again at least this often. */
#define RETRY_US (15 * MINUTE_US)
/* The promise when nobody can be expected by the clock: the head has been told and must see to it within the hour. */
#define PROMISE_US (60 * MINUTE_US)

/* ---- the answer is kept ---- */

struct sla_norm flow_norm(const struct desk *d, const struct lead *lead, int64_t rule_minutes)
{
    struct sla_norm norm = task_sla_norm(&d->norms, BAND_HOT, lead->source, d->setting.sla_minutes);

    if (rule_minutes > 0)
        norm.minutes = rule_minutes;
    return norm;
}

void flow_alarm_set(struct ctx *c, const struct desk *d, const struct lead *lead, struct task *t)
{
    const struct desk_person *p = flow_desk_find(d, t->assignee);
    struct sla_norm norm = flow_norm(d, lead, t->sla_minutes);

    t->alarms = 0;
    t->alarm_at = INSTANT_NEVER;
    if (t->kind != TASK_CALL_NOW || !p)
        return;
    struct cal cal = cal_without(p->cal, p->absences, p->absence_count, c->arena);
    t->alarm_at = task_sla_alarm(&norm, &cal, t->due_at, 0).at;
}

/* Later decisions at the same desk see what this one has done. */
static enum err desk_gave(struct ctx *c, struct db_tx *tx, struct desk *d, struct desk_person *to, const struct lead *lead, bool counted)
{
    struct desk_person *before = lead->owner.v ? flow_desk_find(d, lead->owner) : NULL;
    int64_t units = flow_lead_units(lead);

    if (before != to) {
        if (before)
            before->load -= units;
        to->load += units;
    }
    return counted ? flow_desk_gave(c, tx, d, to) : ERR_NONE;
}

static void tell(struct messages *out, enum message_kind kind, const struct lead *lead, struct task_id task,
                 struct user_id user)
{
    if (out)
        messages_add(out, (struct message){ .kind = kind, .lead = lead->id, .task = task, .user = user,
                                            .before = lead->owner });
}

static enum err tell_programs(struct ctx *c, struct db_tx *tx, struct desk *d, const char *type, const struct lead *lead, const struct task *t,
                              struct user_id owner, int64_t mark, struct messages *out)
{
    struct lead now = *lead;

    now.owner = owner;
    return flow_notice_event(c, tx, d, type, &now, t, mark, out);
}

/* Owner, task and deadline move to a person, with the decision a. t may be NULL. */
static enum err give(struct ctx *c, struct db_tx *tx, struct desk *d, struct desk_person *to, struct lead *lead,
                     struct task *t, int64_t minutes, struct assignment *a, struct messages *out)
{
    struct user_id before = t ? t->assignee : (struct user_id){ 0 };
    bool decided = false;
    enum err e = ERR_NONE;

    if (t) {
        t->assignee = to->user.id;
        if (minutes > 0) {
            struct cal cal = cal_without(to->cal, to->absences, to->absence_count, c->arena);

            t->due_at = task_sla_due(&cal, c->now, minutes);
            t->sla_minutes = minutes;
        }
        flow_alarm_set(c, d, lead, t);
        if ((e = task_put(c, tx, t)) || (e = route_assignment_has(c, tx, t->id, &decided)))
            return e;
    }
    a->lead = lead->id;
    a->at = c->now;
    a->manager = to->user.id;
    if (t && decided)
        a->moved_task = t->id;
    else if (t)
        a->task = t->id;
    if ((e = route_assignment_add(c, tx, a))
        || (lead->owner.v != to->user.id.v && (e = lead_set_owner(c, tx, lead->id, to->user.id)))
        || (e = flow_wait_end(c, tx, lead->id, out))
        || (e = tell_programs(c, tx, d, "lead.assigned", lead, t, to->user.id, a->id.v, out))
        || (t && t->kind == TASK_CALL_NOW && (e = flow_notice_given(c, tx, d, lead, t, before, to, a->id.v, out)))
        || (e = desk_gave(c, tx, d, to, lead, a->counted)))
        return e;
    if (t)
        tell(out, MESSAGE_TASK_CHANGED, lead, t->id, to->user.id);
    tell(out, MESSAGE_LEAD_ASSIGNED, lead, t ? t->id : (struct task_id){ 0 }, to->user.id);
    if (t && t->kind == TASK_CALL_NOW)
        tell(out, MESSAGE_LEAD_HOT, lead, t->id, to->user.id);
    lead->owner = to->user.id;
    return ERR_NONE;
}

enum err flow_give(struct ctx *c, struct db_tx *tx, struct desk *d, struct lead *lead, struct task *t,
                   struct by_hand hand, struct messages *out)
{
    struct desk_person *to = flow_desk_find(d, hand.manager);
    struct choice x;
    struct person person;
    struct candidate candidate;
    struct assignment a = { .policy = hand.policy, .reason = hand.reason, .note = hand.note, .by = hand.by,
                            .counted = lead->owner.v != hand.manager.v && lead->stage < STAGE_WON && !hand.undone };
    struct user_id before = lead->owner;
    bool waited = t && t->assignee.v == 0;
    enum err e;

    if (!to || to->user.state != USER_ACTIVE)
        return fault_at(c, ERR_BAD_FIELD, STR("/manager_id"), "nobody who may be given leads");
    if ((e = flow_choice_by_word(c, tx, d, lead, &x)))
        return e;
    person = flow_choice_person(c, &x, to);
    /* A word is enough for everything but a product that is closed to the person. */
    if (x.need.gated && !person.certified && !hand.back)
        return fault_at(c, ERR_NO_CERTIFICATE, STR("/manager_id"), "not certified for the product of this lead");
    candidate = route_eligible(&person, &x.need);
    candidate.picked = true;
    a.candidates = (struct candidates){ &candidate, 1 };
    if ((e = give(c, tx, d, to, lead, t, waited ? t->sla_minutes : 0, &a, out)) || t || !hand.tell || before.v == to->user.id.v)
        return e;
    return flow_notice_given(c, tx, d, lead, NULL, before, to, a.id.v, out);
}

/* Whose tasks go along besides nobody's: the owner's before; of a lead that had none, theirs who have said that it is not for them. */
static bool goes_along(struct user_id had, struct user_id before, const struct user_id *declined, size_t count)
{
    bool goes = !had.v || had.v == before.v;

    for (size_t i = 0; i < count && !before.v; i++)
        goes |= declined[i].v == had.v;
    return goes;
}

enum err flow_tasks_go_along(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct task_id but, struct user_id before, struct user_id to,
                             struct messages *out)
{
    struct task_query q = { .lead = lead, .state = TASK_OPEN, .kind = -1, .due_by = INSTANT_NEVER, .limit = OPEN_TASKS };
    struct user_id *declined = NULL;
    size_t declined_count = 0;
    struct tasks open;
    enum err e = task_list(c, tx, &q, &open);

    if (!e && !before.v)
        e = route_declined_list(c, tx, lead, &declined, &declined_count);
    for (size_t i = 0; !e && i < open.count; i++) {
        struct task *t = &open.items[i];
        struct user_id had = t->assignee;

        if (t->id.v == but.v || task_is_alert(t->kind) || had.v == to.v || !goes_along(had, before, declined, declined_count))
            continue;
        t->assignee = to;
        e = task_put(c, tx, t);
        if (out)
            messages_add(out, (struct message){ .kind = MESSAGE_TASK_CHANGED, .lead = t->lead, .task = t->id, .user = to, .before = had });
    }
    return e;
}

enum err flow_hand_over(struct ctx *c, struct db_tx *tx, struct desk *d, struct lead *lead, struct by_hand hand, struct messages *out)
{
    struct task_query q = { .lead = lead->id, .state = TASK_OPEN, .kind = TASK_CALL_NOW, .due_by = INSTANT_NEVER, .limit = 1 };
    struct user_id before = lead->owner;
    struct task_id call = { 0 };
    struct tasks open;
    enum err e = task_list(c, tx, &q, &open);

    if (e || (e = flow_give(c, tx, d, lead, open.count ? &open.items[0] : NULL, hand, out)))
        return e;
    if (open.count)
        call = open.items[0].id;
    return flow_tasks_go_along(c, tx, lead->id, call, before, hand.manager, out);
}

/* ---- the queue ---- */

struct desk_person *flow_head_on_duty(struct desk *d, instant now)
{
    struct desk_person *best = NULL;
    int best_rank = 0;

    for (size_t i = 0; i < d->count; i++) {
        struct desk_person *p = &d->people[i];
        int rank = p->user.role == ROLE_HEAD ? 3 : p->user.role == ROLE_OWNER ? 1 : 0;

        if (p->user.state != USER_ACTIVE || rank == 0)
            continue;
        rank += flow_desk_state(p, now) == MANAGER_ON;
        if (rank > best_rank) {
            best = p;
            best_rank = rank;
        }
    }
    return best;
}

/* One open alert a head: it stands for all that waits. */
static enum err alert_head(struct ctx *c, struct db_tx *tx, struct desk *d, const struct lead *lead,
                           int64_t minutes, struct task_id *alert, struct messages *out)
{
    struct desk_person *head = flow_head_on_duty(d, c->now);
    struct task_query q = { .state = TASK_OPEN, .kind = TASK_NO_ONE, .due_by = INSTANT_NEVER, .limit = 1 };
    struct task t = { .kind = TASK_NO_ONE, .lead = lead->id, .sla_minutes = minutes };
    struct tasks open;
    enum err e;

    *alert = (struct task_id){ 0 };
    if (!head)
        return ERR_NONE;
    q.assignee = head->user.id;
    if ((e = task_list(c, tx, &q, &open)))
        return e;
    if (open.count) {
        *alert = open.items[0].id;
        return ERR_NONE;
    }
    t.assignee = head->user.id;
    t.title = task_title(TASK_NO_ONE, (enum lang)d->setting.lang);
    t.due_at = c->now + minutes * MINUTE_US;
    if ((e = task_add(c, tx, &t)))
        return e;
    *alert = t.id;
    if ((e = flow_notice(c, tx, &(struct notice_of){ .desk = d, .what = NOTICE_NO_ONE, .to = &head->user, .lead = lead, .task = &t, .mark = t.id.v }, out)))
        return e;
    tell(out, MESSAGE_TASK_CHANGED, lead, t.id, t.assignee);
    return ERR_NONE;
}

/* Of a lead that is for whoever takes it first: by the deadline of those who may, somebody gets it. */
static void promise_claim(struct ctx *c, const struct choice *x, struct waiting *w)
{
    instant due = INSTANT_NEVER;

    for (size_t i = 0; i < x->count; i++) {
        const struct desk_person *p = flow_desk_find(x->desk, x->candidates[i].user);

        if (x->candidates[i].why != CANDIDATE_OK || !p)
            continue;
        struct cal cal = cal_without(p->cal, p->absences, p->absence_count, c->arena);
        instant by = task_sla_due(&cal, c->now, x->minutes);

        due = by < due ? by : due;
    }
    if (!w->id || !str_eq(w->why, STR("claim")) || due < w->promise_due)
        w->promise_due = due;
    w->why = STR("claim");
    w->next_at = w->promise_due;
}

/* Reason, promise and next try of a lead that nobody may take now. */
static void promise(struct ctx *c, const struct choice *x, struct waiting *w)
{
    const struct candidate *first = NULL, *full = NULL, *any = NULL;
    instant due = INSTANT_NEVER;

    for (size_t i = 0; i < x->count; i++) {
        const struct candidate *one = &x->candidates[i];
        const struct desk_person *p = flow_desk_find(x->desk, one->user);

        if (one->owner) /* who may take it anew is asked of the pools */
            continue;
        any = any ? any : one;
        if (one->why == CANDIDATE_FULL || (!full && one->why == CANDIDATE_OFF_DUTY))
            full = one;
        if (one->again_at == INSTANT_NEVER || !p)
            continue;
        struct cal cal = cal_without(p->cal, p->absences, p->absence_count, c->arena);
        instant by = task_sla_due(&cal, one->again_at, x->minutes);

        if (by < due)
            due = by;
        if (!first || one->again_at < first->again_at)
            first = one;
    }
    if (!first)
        first = full ? full : any;
    w->why = first ? str_of(candidate_why_word(first->why)) : STR("nobody");
    w->next_at = c->now + RETRY_US;
    if (first && first->again_at < w->next_at)
        w->next_at = first->again_at;
    if (due == INSTANT_NEVER)
        due = c->now + PROMISE_US;
    /* A promise once given is not put off. */
    if (!w->id || due < w->promise_due)
        w->promise_due = due;
}

void flow_choice_promise(struct ctx *c, const struct choice *x, struct waiting *w)
{
    if (x->claim)
        promise_claim(c, x, w);
    else
        promise(c, x, w);
}

/* All who may take it hear that it is there. */
static enum err tell_claimers(struct ctx *c, struct db_tx *tx, const struct choice *x, const struct lead *lead, const struct task *t,
                              struct messages *out)
{
    struct notice_of n = { .desk = x->desk, .what = NOTICE_CLAIM, .lead = lead, .task = t };
    enum err e = ERR_NONE;

    for (size_t i = 0; i < x->count && !e; i++) {
        const struct desk_person *p = flow_desk_find(x->desk, x->candidates[i].user);

        if (x->candidates[i].why != CANDIDATE_OK || !p)
            continue;
        n.to = &p->user;
        e = flow_notice(c, tx, &n, out);
    }
    return e;
}

static enum err wait(struct ctx *c, struct db_tx *tx, struct choice *x, struct lead *lead, struct task *t,
                     struct messages *out)
{
    struct waiting w;
    bool had_owner = lead->owner.v != 0, new;
    enum err e = route_waiting_find(c, tx, lead->id, &w);

    if (e)
        return e;
    new = w.id == 0;
    if (new)
        w = (struct waiting){ .lead = lead->id, .since = c->now, .until = INSTANT_NONE,
                              .kin = x->saw, .candidates = { x->candidates, x->count }, .frame = x->asked ? &x->asked->frame : NULL,
                              .rule_name = x->rule ? x->rule->name : STR_NULL };
    w.task = t->id;
    w.rule = x->rule ? x->rule->id : (struct rule_id){ 0 };
    w.pool = x->pool.id;
    flow_choice_promise(c, x, &w);
    if (w.alert.v == 0 && !x->claim && (e = alert_head(c, tx, x->desk, lead, x->minutes, &w.alert, out)))
        return e;
    if ((e = route_waiting_put(c, tx, &w)))
        return e;
    if (new || t->assignee.v || t->due_at != w.promise_due || t->sla_minutes != x->minutes) {
        t->assignee = (struct user_id){ 0 };
        t->due_at = w.promise_due;
        t->sla_minutes = x->minutes;
        flow_alarm_set(c, x->desk, lead, t); /* nobody's: the queue has its own clock */
        if ((e = task_put(c, tx, t)))
            return e;
    }
    /* An owner who cannot answer keeps the client in name: the call alone waits for anybody. */
    if (new && ((x->claim && (e = tell_claimers(c, tx, x, lead, t, out)))
                || (e = tell_programs(c, tx, x->desk, "lead.waiting", lead, t, lead->owner, w.since, out))))
        return e;
    if (new || had_owner)
        tell(out, MESSAGE_TASK_CHANGED, lead, t->id, (struct user_id){ 0 });
    if (new)
        tell(out, MESSAGE_LEAD_WAITING, lead, t->id, (struct user_id){ 0 });
    return ERR_NONE;
}

enum err flow_wait_end(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct messages *out)
{
    struct task_step step = { .to = TASK_CANCELLED, .reason = STR("queue_empty") };
    struct waiting w;
    struct task alert;
    int64_t others = 0;
    enum err e = route_waiting_find(c, tx, lead, &w);

    if (e || !w.id)
        return e;
    if ((e = route_waiting_close(c, tx, w.id)) || !w.alert.v
        || (e = route_waiting_count(c, tx, w.alert, &others)) || others)
        return e;
    e = task_get(c, tx, w.alert, &alert);
    if (e || alert.state != TASK_OPEN)
        return e;
    if ((e = task_move(c, tx, step, &alert)))
        return e;
    if (out)
        messages_add(out, (struct message){ .kind = MESSAGE_TASK_CHANGED, .lead = alert.lead, .task = alert.id,
                                            .user = alert.assignee });
    return ERR_NONE;
}

enum err flow_route(struct ctx *c, struct db_tx *tx, struct desk *d, const struct history *history,
                    struct lead *lead, struct task *t, struct route_how how, struct messages *out, bool *served)
{
    struct user_id before = how.before.v ? how.before : lead->owner;
    struct assignment a = { .reason = how.reason };
    struct choice x;
    enum err e;

    *served = false;
    if ((e = flow_choice_begin(c, tx, d, history, lead, &x)))
        return e;
    x.except = how.except;
    if ((e = flow_choose(c, tx, lead, &x)) || (!x.picked && how.or_stay))
        return e;
    if (!x.picked) /* what was planned stays with who planned it: a task that is nobody's covers no hot lead, not even in the past */
        return wait(c, tx, &x, lead, t, out);
    a.policy = x.policy;
    if (str_eq(x.policy, STR("owner")))
        a.reason = STR("owner_keeps");
    else
        a.counted = true;
    if (str_eq(x.policy, STR("company")))
        a.reason = STR("company_keeps");
    if (x.rule) {
        a.rule = x.rule->id;
        a.rule_name = x.rule->name;
    }
    a.pool = a.counted && !str_eq(x.policy, STR("company")) ? x.pool.id : (struct pool_id){ 0 };
    a.candidates = (struct candidates){ x.candidates, x.count };
    a.frame = x.asked ? &x.asked->frame : NULL;
    a.kin = x.saw;
    a.lot_share = x.share;
    a.lot_seed = x.seed;
    a.lot = x.lot;
    for (size_t i = 0; i < x.count; i++)
        if (x.candidates[i].picked)
            a.probability = x.candidates[i].probability;
    *served = true;
    e = give(c, tx, d, x.picked, lead, t, x.minutes, &a, out);
    return e || before.v == x.picked->user.id.v ? e : flow_tasks_go_along(c, tx, lead->id, t->id, before, x.picked->user.id, out);
}
