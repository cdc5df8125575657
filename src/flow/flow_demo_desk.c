/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_demo_desk.h"

#include "flow/flow_choice.h"
#include "flow/flow_event.h"
#include "flow/flow_forecast.h"
#include "flow/flow_lead.h"
#include "flow/flow_person.h"
#include "flow/flow_reply.h"
#include "stat/sample.h"

enum { TASKS_AT_ONCE = 100, PACE_MINUTES = 4 };

static const char *const notes[] = {
    "Интересуется, просил прислать предложение", "Сравнивает с другой системой, вернётся с вопросами",
    "Согласует бюджет с руководителем", "Договорились о показе", "Нужна интеграция с учётной системой",
};

/* How long this person takes for this task: mostly a few minutes, now and then much more than the norm. */
static int64_t pace_us(const struct task *t)
{
    uint64_t r = sample_scatter((uint64_t)t->created_at ^ (uint64_t)t->assignee.v);
    int64_t minutes = 1 + (int64_t)(r % (2 * PACE_MINUTES));

    if (r >> 32 & 1 && (r >> 40) % 6 == 0)
        minutes += 30 + (int64_t)((r >> 48) % 120);
    return minutes * MINUTE_US;
}

/* A call that is not urgent is made about when it was promised. */
static bool is_time(const struct task *t, instant now)
{
    if (t->kind == TASK_CALL_NOW)
        return now >= t->created_at + pace_us(t);
    return t->due_at != INSTANT_NEVER && now >= t->due_at + pace_us(t) - 10 * MINUTE_US;
}

/* Of a hundred such deals this person wins so many: more of those like the ideal customer, and not each person wins alike. */
static uint64_t chance_of(const struct lead *lead, struct user_id who)
{
    return 25 + (uint64_t)(lead->icp > 0 ? lead->icp : 0) / 3 + sample_scatter((uint64_t)who.v) % 3 * 12;
}

static enum err move_stage(struct flow *f, struct ctx *c, struct db_tx *tx, const struct task *t, uint64_t r,
                           struct messages *messages)
{
    struct lead lead;
    struct lead_change change = { .set = LEAD_SET_STAGE };
    enum err e = lead_get(c, tx, t->lead, &lead);

    if (e || lead.stage >= STAGE_WON)
        return e;
    change.stage = lead.stage + 1 + (int)(r >> 9 & 1);
    if (change.stage >= STAGE_WON)
        change.stage = r % 100 < chance_of(&lead, t->assignee) ? STAGE_WON : STAGE_LOST;
    else if (lead.stage >= STAGE_QUALIFIED && r % 9 == 0)
        change.stage = STAGE_LOST;
    if (change.stage >= STAGE_QUALIFIED && change.stage != STAGE_LOST && !lead.amount) {
        change.set |= LEAD_SET_AMOUNT;
        change.amount = (int64_t)(5 + r % 60) * 1000000;
        change.currency = STR("RUB");
    }
    return flow_lead_set(f, c, tx, t->lead, 0, &change, messages);
}

/* Half of those who reach a hot lead go by a script. */
static enum err say(struct flow *f, struct ctx *c, struct db_tx *tx, const struct task *t, uint64_t r, struct messages *messages)
{
    const struct flow_reply_said said = { .way = FLOW_REPLY_HAND };
    struct scripts scripts;
    struct lead lead;
    enum err e;

    if (t->kind != TASK_CALL_NOW || r % 2)
        return ERR_NONE;
    if ((e = outreach_script_list(c, tx, &scripts)))
        return e;
    for (size_t i = 0; i < scripts.count; i++) {
        const struct script *script = &scripts.items[(i + (size_t)(r >> 8)) % scripts.count];

        if (script->kind == SCRIPT_CALL)
            return (e = lead_get(c, tx, t->lead, &lead)) ? e : flow_reply_use(f, c, tx, &lead, script, &said, messages);
    }
    return ERR_NONE;
}

static enum err do_task(struct flow *f, struct ctx *c, struct db_tx *tx, struct task *t, struct messages *messages)
{
    uint64_t r = sample_scatter((uint64_t)t->created_at * 31 + (uint64_t)t->kind);
    struct task_plan next = { .lead = t->lead, .kind = TASK_CALL,
                              .due_at = c->now + (int64_t)(20 + r % 60) * HOUR_US };
    struct task_outcome outcome = { .result = TASK_REACHED, .next = &next };
    struct task next_task;
    enum err e;

    if (r % 5 == 0)
        outcome.result = TASK_NO_ANSWER;
    else if (r % 5 == 1)
        outcome.result = TASK_CALL_BACK;
    else
        outcome.note = str_of(notes[(r >> 16) % countof(notes)]);
    if (outcome.result == TASK_REACHED && (r >> 24) % 8 == 0)
        outcome.next = NULL;
    e = flow_task_complete(f, c, tx, t, &outcome, &next_task, messages);
    if (e == ERR_NONE && outcome.result == TASK_REACHED)
        e = say(f, c, tx, t, r >> 28, messages);
    if (e == ERR_NONE && outcome.result == TASK_REACHED)
        e = move_stage(f, c, tx, t, r >> 20, messages);
    return e;
}

enum err flow_demo_desk(struct flow *f, struct ctx *c, struct db_tx *tx, struct messages *messages)
{
    struct task_query q = { .state = TASK_OPEN, .kind = -1, .due_by = c->now + HOUR_US, .limit = TASKS_AT_ONCE };
    struct actor house = c->actor;
    struct tasks list;
    enum err e = task_list(c, tx, &q, &list);

    for (size_t i = 0; e == ERR_NONE && i < list.count; i++) {
        struct task *t = &list.items[i];
        if (!t->assignee.v || task_is_alert(t->kind) || !is_time(t, c->now))
            continue;
        c->actor = (struct actor){ .kind = ACTOR_USER, .id = t->assignee.v };
        e = do_task(f, c, tx, t, messages);
        c->actor = house;
    }
    return e;
}

/* The deeds of somebody who is about to buy. */
static enum err heat(struct flow *f, struct ctx *c, struct db_tx *tx, struct lead_id lead, struct messages *messages)
{
    static const char *const deeds[] = { "Price List Downloaded", "Webinar Attended", "Form Submitted", "Demo Requested" };
    struct event events[countof(deeds)];
    struct event_result results[countof(deeds)];
    struct json *body;
    enum err e = json_read(c, STR("{\"properties\":{}}"), &body);

    for (size_t i = 0; i < countof(deeds); i++)
        events[i] = (struct event){ .kind = EVENT_TRACK, .who.lead = lead, .name = str_of(deeds[i]), .at = c->now,
                                    .known_at = c->now, .body = body, .raw = STR("{\"properties\":{}}") };
    return e ? e : flow_events(f, c, tx, events, countof(deeds), results, messages);
}

/* What each is to sell in this month: about what people of this company do. */
static enum err targets_set(struct flow *f, struct ctx *c, struct db_tx *tx, const struct user_id *managers, size_t count)
{
    static const int64_t money[] = { 600000000, 1300000000, 540000000, 340000000, 120000000 };
    struct targets list = { ARENA_ARRAY(c->arena, struct target, count + 1), count };
    struct flow_plan plan;
    enum err e = flow_plan(f, c, tx, 0, &plan);

    for (size_t i = 0; i < count; i++)
        list.items[i] = (struct target){ managers[i], money[i % countof(money)], 0 };
    return e ? e : team_target_put_all(c, tx, plan.month, &list);
}

enum err flow_demo_today(struct flow *f, struct ctx *c, struct db_tx *tx, const struct user_id *managers,
                         size_t count, struct messages *messages)
{
    static const struct {
        enum task_kind kind;
        int minutes;
        const char *title;
    } plans[] = {
        { TASK_CALL, -50, "Уточнить бюджет" },       { TASK_CALL, 25, "Перезвонить, как договорились" },
        { TASK_LETTER, 90, "Отправить предложение" }, { TASK_MEETING, 180, "Показать систему" },
    };
    enum { HOT = 2, COOL = 60 };
    struct lead_filter filter = { .bands = 1u << BAND_WARM, .any_owner = true, .sort = LEAD_BY_SCORE_DOWN,
                                  .limit = 100 };
    struct lead_page page;
    struct products products;
    enum err e = lead_list(c, tx, &filter, &page);

    size_t from = 0;

    if (e || (e = team_product_list(c, tx, &products)) || (e = targets_set(f, c, tx, managers, count)))
        return e;

    /* Who was hot a moment ago makes no new crossing until the score has fallen by the hysteresis. */
    while (from < page.count && page.items[from].score > COOL)
        from++;
    for (size_t i = from; e == ERR_NONE && i < from + HOT && i < page.count; i++)
        e = heat(f, c, tx, page.items[i].id, messages);
    for (size_t i = from + HOT, k = 0; e == ERR_NONE && k < count * countof(plans) && i < page.count; i++) {
        struct user_id manager = managers[k / countof(plans)];
        struct task_plan plan = { .lead = page.items[i].id, .kind = plans[k % countof(plans)].kind,
                                  .title = str_of(plans[k % countof(plans)].title),
                                  .due_at = c->now + plans[k % countof(plans)].minutes * MINUTE_US,
                                  .assignee = manager };
        struct task t;

        struct product_id gate;

        if ((e = flow_lead_gate(c, tx, &products, &page.items[i], &gate)))
            return e;
        if (gate.v || (page.items[i].owner.v && page.items[i].owner.v != manager.v))
            continue; /* whose lead it is sees it: a task of another's would open nothing */
        e = lead_set_owner(c, tx, plan.lead, manager);
        if (e == ERR_NONE)
            e = flow_task_add(f, c, tx, &plan, &t, messages);
        k++;
    }
    return e;
}
