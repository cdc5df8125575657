/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_transfer.h"

#include "flow/flow_choice.h"
#include "flow/flow_score.h"
#include "flow/flow_skill.h"

enum { OPEN_TASKS = 100, WORTH_LEAST = 10 };

/* Only those that ask for a certificate of the product: by their own word, or by the rule that holds for them. */
static enum err of_product(struct ctx *c, struct db_tx *tx, struct transfer_plan *plan)
{
    size_t kept = 0;
    enum err e = ERR_NONE;

    for (size_t i = 0; i < plan->count && !e; i++) {
        bool asks = false;

        e = flow_skill_asked(c, tx, &plan->desk, &plan->leads[i], plan->ask.product, &asks);
        if (asks)
            plan->leads[kept++] = plan->leads[i];
    }
    plan->count = kept;
    return e;
}

static enum err leads_read(struct ctx *c, struct db_tx *tx, struct transfer_plan *plan)
{
    struct lead_filter f = { .owner = plan->ask.from, .limit = (int)plan->ask.limit };
    struct lead_page page;
    enum err e;

    /* What is decided stays with who decided it, unless a person leaves. */
    if (plan->ask.kind != TRANSFER_HANDOVER)
        f.stages = (1u << STAGE_WON) - 1;
    if ((e = lead_list(c, tx, &f, &page)))
        return e;
    plan->leads = page.items;
    plan->count = page.count;
    plan->more = page.more;
    return plan->ask.kind == TRANSFER_CERTIFICATE ? of_product(c, tx, plan) : ERR_NONE;
}

static bool wanted(const struct transfer_ask *ask, struct user_id user)
{
    bool named = ask->to_count == 0;

    for (size_t i = 0; i < ask->to_count; i++)
        named |= ask->to[i].v == user.v;
    return named && user.v != ask->from.v;
}

/* One row of the problem: the fit of each person of the desk, 0 for those who may not. */
static enum err row_fill(struct ctx *c, struct db_tx *tx, struct transfer_plan *plan, size_t i, int64_t *may)
{
    struct history history;
    struct route_fit_list fits;
    enum err e = flow_history(c, tx, plan->leads[i].id, INSTANT_NEVER, &history);

    if (e || (e = flow_route_fits(c, tx, &plan->desk, &history, &plan->leads[i], &fits)))
        return e;
    for (size_t k = 0; k < plan->desk.count; k++)
        may[k] = wanted(&plan->ask, plan->desk.people[k].user.id) ? fits.fit[k] : 0;
    return ERR_NONE;
}

/* How many more leads a person can take: of the heaviest that are given out, and within what quotas leave. */
static int64_t room_of(const struct transfer_plan *plan, const struct desk_person *p, int64_t units, instant now)
{
    int64_t room = p->manager.capacity <= 0 ? (int64_t)plan->count : (p->manager.capacity - p->load) / (units > 0 ? units : 1);
    int64_t day = (int64_t)p->given_count, hour = 0;

    for (size_t i = 0; i < p->given_count; i++)
        hour += p->given[i] > now - HOUR_US;
    if (p->manager.daily_quota > 0 && p->manager.daily_quota - day < room)
        room = p->manager.daily_quota - day;
    if (p->manager.hourly_quota > 0 && p->manager.hourly_quota - hour < room)
        room = p->manager.hourly_quota - hour;
    return room < 0 ? 0 : room;
}

static enum err solve(struct ctx *c, struct db_tx *tx, struct transfer_plan *plan)
{
    size_t people = plan->desk.count;
    int64_t *may = ARENA_ARRAY(c->arena, int64_t, plan->count * people + 1);
    int64_t *worth = ARENA_ARRAY(c->arena, int64_t, plan->count + 1), *room = ARENA_ARRAY(c->arena, int64_t, people + 1);
    struct transfer_problem problem = { plan->count, people, may, worth, room };
    int64_t units = 1;
    enum err e = ERR_NONE;

    for (size_t i = 0; i < plan->count && !e; i++) {
        int64_t heavy = flow_load_units((enum band)plan->leads[i].band);

        worth[i] = (plan->leads[i].score > 0 ? plan->leads[i].score : 0) + WORTH_LEAST;
        units = heavy > units ? heavy : units;
        e = row_fill(c, tx, plan, i, &may[i * people]);
    }
    if (e)
        return e;
    for (size_t k = 0; k < people; k++)
        room[k] = room_of(plan, &plan->desk.people[k], units, c->now);
    plan->answer = route_transfer_best(&problem, c->arena);
    return ERR_NONE;
}

/* Of a balance only as much moves as brings the giver to the team's mean load. */
static void balance_limit(struct transfer_plan *plan)
{
    const struct desk_person *from = flow_desk_find(&plan->desk, plan->ask.from);
    int64_t load = 0, people = 0;

    for (size_t k = 0; k < plan->desk.count; k++)
        if (flow_desk_everyone(&plan->desk, &plan->desk.people[k]) && plan->desk.people[k].user.state == USER_ACTIVE) {
            load += plan->desk.people[k].load;
            people++;
        }
    load = from && people ? from->load - load / people : 0;
    for (size_t i = 0; i < plan->count; i++) {
        if (load <= 0 && plan->answer.to[i] >= 0) {
            plan->answer.to[i] = -1;
            plan->answer.placed--;
        }
        if (plan->answer.to[i] >= 0)
            load -= flow_load_units((enum band)plan->leads[i].band);
    }
}

enum err flow_transfer_plan(struct ctx *c, struct db_tx *tx, enum desk_use use, const struct transfer_ask *ask,
                            struct transfer_plan *plan)
{
    enum err e;

    *plan = (struct transfer_plan){ .ask = *ask };
    if (plan->ask.limit <= 0 || plan->ask.limit > TRANSFER_LEADS)
        plan->ask.limit = TRANSFER_LEADS;
    if ((ask->kind == TRANSFER_BACKLOG) != (ask->from.v == 0))
        return fault_at(c, ERR_BAD_FIELD, STR("/from_id"), "whose leads: for all but a backlog, and for these only");
    if ((ask->kind == TRANSFER_CERTIFICATE) != (ask->product.v != 0))
        return fault_at(c, ERR_BAD_FIELD, STR("/product_id"), "which product: for a lost certificate, and for that only");
    if ((e = flow_desk_open(c, tx, use, &plan->desk)) || (e = leads_read(c, tx, plan)) || (e = solve(c, tx, plan)))
        return e;
    if (ask->kind == TRANSFER_BALANCE)
        balance_limit(plan);
    plan->shares = ARENA_ARRAY(c->arena, struct transfer_share, plan->desk.count + 1);
    for (size_t k = 0; k < plan->desk.count; k++)
        plan->shares[k].person = &plan->desk.people[k];
    for (size_t i = 0; i < plan->count; i++)
        if (plan->answer.to[i] >= 0) {
            plan->shares[plan->answer.to[i]].leads++;
            plan->shares[plan->answer.to[i]].amount += plan->leads[i].amount;
        }
    return ERR_NONE;
}

/* A lead and its open tasks to a person. The urgent call is handed over as a decision, the rest goes along. */
static enum err move(struct ctx *c, struct db_tx *tx, struct desk *d, struct lead *lead, struct user_id to, struct str reason,
                     struct messages *out)
{
    struct by_hand hand = { .manager = to, .by = { ctx_user(c) }, .policy = STR("manual"),
                            .reason = reason };
    struct task_query q = { .lead = lead->id, .state = TASK_OPEN, .kind = -1, .due_by = INSTANT_NEVER, .limit = OPEN_TASKS };
    struct user_id before = lead->owner;
    struct task *call = NULL;
    struct tasks open;
    enum err e = task_list(c, tx, &q, &open);

    for (size_t i = 0; i < open.count && !e; i++)
        if (open.items[i].kind == TASK_CALL_NOW)
            call = &open.items[i];
    if (e || (e = flow_give(c, tx, d, lead, call, hand, out)))
        return e;
    for (size_t i = 0; i < open.count && !e; i++) {
        struct task *t = &open.items[i];

        if (t == call || task_is_alert(t->kind) || (t->assignee.v && t->assignee.v != before.v))
            continue;
        t->assignee = to;
        e = task_put(c, tx, t);
    }
    return e;
}

enum err flow_transfer_do(struct ctx *c, struct db_tx *tx, struct transfer_plan *plan, struct transfer *t,
                          struct messages *out)
{
    struct transfer_lead *kept = ARENA_ARRAY(c->arena, struct transfer_lead, plan->count + 1);
    size_t n = 0;
    enum err e = ERR_NONE;

    for (size_t i = 0; i < plan->count && !e; i++) {
        struct lead *lead = &plan->leads[i];

        if (plan->answer.to[i] < 0)
            continue;
        kept[n++] = (struct transfer_lead){ lead->id, lead->owner, plan->desk.people[plan->answer.to[i]].user.id };
        e = move(c, tx, &plan->desk, lead, kept[n - 1].to, str_of(route_transfer_kinds[plan->ask.kind]), out);
    }
    if (e)
        return e;
    *t = (struct transfer){ .kind = plan->ask.kind, .from = plan->ask.from, .product = plan->ask.product,
                            .by = { ctx_user(c) } };
    if ((e = route_transfer_add(c, tx, t, kept, n)) || plan->ask.kind != TRANSFER_CERTIFICATE)
        return e;
    return flow_skill_handed(c, tx, plan->ask.from, plan->ask.product, (int64_t)(plan->count - n), out);
}

static enum err give_back(struct ctx *c, struct db_tx *tx, struct desk *d, const struct transfer_lead *one, int64_t *back,
                          struct messages *out)
{
    const struct desk_person *before = one->from.v ? flow_desk_find(d, one->from) : NULL;
    struct product_id gate;
    struct lead lead;
    enum err e = lead_get(c, tx, one->lead, &lead);

    if (e == ERR_NOT_FOUND) {
        fault_clear(c);
        return ERR_NONE;
    }
    if (e || lead.merged_into.v || lead.owner.v != one->to.v)
        return e;
    if (one->from.v && ((e = flow_lead_gate(c, &d->products, &lead, &gate))
                        || (gate.v && before && !team_skill_at(before->skills, before->skill_count, gate, c->now))))
        return e; /* closed to them by now */
    /* A leaver gets nothing back; what was nobody's is, unless it is hot, nobody's again. */
    if (one->from.v && (!before || before->user.state != USER_ACTIVE))
        return ERR_NONE;
    if (!one->from.v && lead.band == BAND_HOT)
        return ERR_NONE;
    ++*back;
    return one->from.v ? move(c, tx, d, &lead, one->from, STR("undone"), out)
                       : lead_set_owner(c, tx, lead.id, (struct user_id){ 0 });
}

enum err flow_transfer_undo(struct ctx *c, struct db_tx *tx, struct transfer_id id, int64_t *back, struct messages *out)
{
    struct transfer_lead *leads;
    struct transfer t;
    struct desk desk;
    size_t n;
    enum err e;

    *back = 0;
    if ((e = flow_desk_open(c, tx, DESK_DECIDE, &desk)) || (e = route_transfer_get(c, tx, id, &t)))
        return e;
    if (t.undone_at != INSTANT_NONE)
        return fault_set(c, ERR_CONFLICT, "it was undone already");
    if ((e = route_transfer_leads(c, tx, id, &leads, &n)))
        return e;
    for (size_t i = 0; i < n && !e; i++)
        e = give_back(c, tx, &desk, &leads[i], back, out);
    return e ? e : route_transfer_undone(c, tx, id);
}
