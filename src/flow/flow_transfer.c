/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_transfer.h"

#include "flow/flow_choice.h"
#include "flow/flow_score.h"
#include "flow/flow_skill.h"

enum { WORTH_LEAST = 10, TELL_LEADS = 100 };

enum err flow_transfer_ask(struct ctx *c, struct db_tx *tx, struct transfer *t)
{
    if (t->most <= 0 || t->most > TRANSFER_LEADS)
        t->most = TRANSFER_LEADS;
    if ((t->kind == TRANSFER_BACKLOG) != (t->from.v == 0))
        return fault_at(c, ERR_BAD_FIELD, STR("/from_id"), "whose leads: for all but a backlog, and for these only");
    if ((t->kind == TRANSFER_CERTIFICATE) != (t->product.v != 0))
        return fault_at(c, ERR_BAD_FIELD, STR("/product_id"), "which product: for a lost certificate, and for that only");
    t->by = (struct user_id){ ctx_user(c) };
    return route_transfer_add(c, tx, t);
}

/* ---- the plan ---- */

struct planning {
    const struct transfer *t;
    struct desk desk;
    bool *wanted;                /* desk.count */
    struct lead *leads;
    size_t count;
    bool more;
    bool *closed;                /* count: to whoever has it now, by its product */
    struct transfer_answer answer;
};

/* Only those that ask for a certificate of the product: by their own word, or by the rule that holds for them. */
static enum err of_product(struct ctx *c, struct db_tx *tx, struct planning *p)
{
    struct ctx scratch = *c;
    size_t kept = 0;
    enum err e = flow_desk_ready(c, tx, &p->desk);

    scratch.arena = arena_new(0);
    for (size_t i = 0; i < p->count && !e; i++) {
        bool asks = false;

        arena_reset(scratch.arena);
        e = flow_skill_asked(&scratch, tx, &p->desk, &p->leads[i], p->t->product, &asks);
        if (asks)
            p->leads[kept++] = p->leads[i];
    }
    arena_free(scratch.arena);
    p->count = kept;
    return e;
}

static enum err leads_read(struct ctx *c, struct db_tx *tx, struct planning *p)
{
    struct lead_filter f = { .owner = p->t->from, .limit = (int)p->t->most };
    struct lead_page page;
    enum err e;

    /* What is decided stays with who decided it, unless a person leaves. */
    if (p->t->kind != TRANSFER_HANDOVER)
        f.stages = (1u << STAGE_WON) - 1;
    if ((e = lead_list(c, tx, &f, &page)))
        return e;
    p->leads = page.items;
    p->count = page.count;
    p->more = page.more;
    return p->t->kind == TRANSFER_CERTIFICATE ? of_product(c, tx, p) : ERR_NONE;
}

static enum err wanted_read(struct ctx *c, struct planning *p)
{
    struct json *tree = NULL;
    enum err e = p->t->to.len ? json_read(c, p->t->to, &tree) : ERR_NONE;

    p->wanted = ARENA_ARRAY(c->arena, bool, p->desk.count + 1);
    for (size_t k = 0; k < p->desk.count && !e; k++) {
        const struct user_id user = p->desk.people[k].user.id;
        bool named = !tree;

        for (uint32_t i = 0; tree && i < tree->count; i++) {
            int64_t id = 0;

            named |= id_parse(PREFIX_USER, json_text(&tree->as.items[i]), &id) && id == user.v;
        }
        p->wanted[k] = named && user.v != p->t->from.v;
    }
    return e;
}

/* Whether the product of an open lead is closed to a person: what is decided has been sold, or not. p NULL: nobody is asked. */
static enum err closed_to(struct ctx *c, struct db_tx *tx, const struct desk *d, const struct desk_person *p, const struct lead *lead, bool *closed)
{
    struct product_id gate = { 0 };
    enum err e = p && lead->stage < STAGE_WON ? flow_lead_gate(c, tx, &d->products, lead, &gate) : ERR_NONE;

    *closed = !e && gate.v && !team_skill_at(p->skills, p->skill_count, gate, c->now);
    return e;
}

/* One row of the problem: the fit of each person of the desk, 0 for those who may not. What it takes lives in scratch alone. */
static enum err row_fill(struct ctx *scratch, struct db_tx *tx, struct planning *p, size_t i, int64_t *may)
{
    struct history history;
    struct route_fit_list fits;
    enum err e = flow_history(scratch, tx, p->leads[i].id, INSTANT_NEVER, &history);

    if (e || (e = flow_route_fits(scratch, tx, &p->desk, &history, &p->leads[i], &fits))
        || (e = closed_to(scratch, tx, &p->desk, flow_desk_find(&p->desk, p->t->from), &p->leads[i], &p->closed[i])))
        return e;
    for (size_t k = 0; k < p->desk.count; k++)
        may[k] = p->wanted[k] ? fits.fit[k] : 0;
    return ERR_NONE;
}

static enum err rows_fill(struct ctx *c, struct db_tx *tx, struct planning *p, transfer_go_on *go_on, void *self, int64_t *may)
{
    struct ctx scratch = *c;
    enum err e = flow_desk_ready(c, tx, &p->desk); /* nothing of it is to be made in scratch */

    scratch.arena = arena_new(0);
    for (size_t i = 0; i < p->count && !e; i++) {
        arena_reset(scratch.arena);
        e = row_fill(&scratch, tx, p, i, &may[i * p->desk.count]);
        if (!e && i % TELL_LEADS == 0 && !go_on(self, (int64_t)i, (int64_t)p->count))
            e = ERR_AWAY;
    }
    arena_free(scratch.arena);
    return e;
}

/* How many more leads a person can take: of the heaviest that are given out, and within what quotas leave. */
static int64_t room_of(const struct desk_person *p, int64_t units, int64_t most, instant now)
{
    int64_t room = p->manager.capacity <= 0 ? most : (p->manager.capacity - p->load) / (units > 0 ? units : 1);
    int64_t day = (int64_t)p->given_count, hour = 0;

    for (size_t i = 0; i < p->given_count; i++)
        hour += p->given[i] > now - HOUR_US;
    if (p->manager.daily_quota > 0 && p->manager.daily_quota - day < room)
        room = p->manager.daily_quota - day;
    if (p->manager.hourly_quota > 0 && p->manager.hourly_quota - hour < room)
        room = p->manager.hourly_quota - hour;
    return room < 0 ? 0 : room;
}

static enum err solve(struct ctx *c, struct db_tx *tx, struct planning *p, transfer_go_on *go_on, void *self)
{
    size_t people = p->desk.count;
    int64_t *may = ARENA_ARRAY(c->arena, int64_t, p->count * people + 1);
    int64_t *worth = ARENA_ARRAY(c->arena, int64_t, p->count + 1), *room = ARENA_ARRAY(c->arena, int64_t, people + 1);
    struct transfer_problem problem = { p->count, people, may, worth, room };
    int64_t units = 1;
    enum err e;

    p->closed = ARENA_ARRAY(c->arena, bool, p->count + 1);
    if ((e = rows_fill(c, tx, p, go_on, self, may)))
        return e;
    for (size_t i = 0; i < p->count; i++) {
        int64_t heavy = flow_load_units((enum band)p->leads[i].band);

        worth[i] = (p->leads[i].score > 0 ? p->leads[i].score : 0) + WORTH_LEAST;
        worth[i] = worth[i] < TRANSFER_WORTH_MAX ? worth[i] : TRANSFER_WORTH_MAX;
        units = heavy > units ? heavy : units;
    }
    for (size_t k = 0; k < people; k++)
        room[k] = room_of(&p->desk.people[k], units, (int64_t)p->count, c->now);
    p->answer = route_transfer_best(&problem, c->arena);
    return ERR_NONE;
}

/* Of a balance only as much moves as brings the giver to the team's mean load. */
static void balance_limit(struct planning *p)
{
    const struct desk_person *from = flow_desk_find(&p->desk, p->t->from);
    int64_t load = 0, people = 0;

    for (size_t k = 0; k < p->desk.count; k++)
        if (flow_desk_everyone(&p->desk, &p->desk.people[k]) && p->desk.people[k].user.state == USER_ACTIVE) {
            load += p->desk.people[k].load;
            people++;
        }
    load = from && people ? from->load - load / people : 0;
    for (size_t i = 0; i < p->count; i++) {
        if (load <= 0)
            p->answer.to[i] = -1;
        if (p->answer.to[i] >= 0)
            load -= flow_load_units((enum band)p->leads[i].band);
    }
}

enum err flow_transfer_plan(struct ctx *c, struct db_tx *tx, const struct transfer *t, transfer_go_on *go_on, void *self,
                            struct transfer_plan *plan)
{
    struct planning p = { .t = t };
    enum err e;

    if ((e = flow_desk_open(c, tx, DESK_SHOW, &p.desk)) || (e = wanted_read(c, &p)) || (e = leads_read(c, tx, &p))
        || (e = solve(c, tx, &p, go_on, self)))
        return e;
    if (t->kind == TRANSFER_BALANCE)
        balance_limit(&p);
    *plan = (struct transfer_plan){ .t = *t, .leads = ARENA_ARRAY(c->arena, struct transfer_lead, p.count + 1) };
    plan->t.looked = (int64_t)p.count;
    plan->t.more = p.more;
    plan->t.gain = p.answer.in_turn > 0 ? (p.answer.sum - p.answer.in_turn) * 100 / p.answer.in_turn : 0;
    for (size_t i = 0; i < p.count; i++)
        if (p.answer.to[i] >= 0) {
            plan->leads[plan->count++] = (struct transfer_lead){ .lead = p.leads[i].id, .from = p.leads[i].owner, .amount = p.leads[i].amount,
                                                                 .to = p.desk.people[p.answer.to[i]].user.id };
            plan->t.closed += p.closed[i];
        }
    plan->t.leads = (int64_t)plan->count;
    return ERR_NONE;
}

/* ---- carried out ---- */

/* Is it as it was when it was planned, and may they have it still? *lead: as it is now. */
static enum err stands(struct ctx *c, struct db_tx *tx, struct desk *d, const struct transfer *t, const struct transfer_lead *one, struct lead *lead,
                       bool *yes)
{
    struct desk_person *to = flow_desk_find(d, one->to);
    struct route_fit_list fits;
    struct history history;
    enum err e = lead_get(c, tx, one->lead, lead);

    *yes = false;
    if (e == ERR_NOT_FOUND)
        fault_clear(c);
    if (e)
        return e == ERR_NOT_FOUND ? ERR_NONE : e;
    if (!to || to->user.state != USER_ACTIVE || lead->merged_into.v || lead->owner.v != one->from.v
        || (t->kind != TRANSFER_HANDOVER && lead->stage >= STAGE_WON)
        || room_of(to, flow_load_units((enum band)lead->band), 1, c->now) < 1)
        return ERR_NONE;
    if ((e = flow_history(c, tx, lead->id, INSTANT_NEVER, &history)) || (e = flow_route_fits(c, tx, d, &history, lead, &fits)))
        return e;
    *yes = fits.fit[to - d->people] > 0;
    return ERR_NONE;
}

static enum err hand_over(struct ctx *c, struct db_tx *tx, struct desk *d, struct transfer *t, const struct transfer_lead *one, struct messages *out)
{
    struct by_hand hand = { .manager = one->to, .by = t->by, .policy = STR("manual"), .reason = str_of(route_transfer_kinds[t->kind]) };
    struct lead lead;
    bool yes;
    enum err e = stands(c, tx, d, t, one, &lead, &yes);

    if (e || (yes && (e = flow_hand_over(c, tx, d, &lead, hand, out))))
        return e;
    t->moved += yes;
    t->passed += !yes;
    return route_transfer_lead_set(c, tx, t->id, one->lead, yes ? TRANSFER_LEAD_MOVED : TRANSFER_LEAD_PASSED);
}

/* BACK when it may go back to whoever had it, else why not. *lead: as it is now. */
static enum err back_of(struct ctx *c, struct db_tx *tx, const struct desk *d, const struct transfer_lead *one, struct lead *lead,
                        enum transfer_lead_state *state)
{
    const struct desk_person *before = one->from.v ? flow_desk_find(d, one->from) : NULL;
    bool closed;
    enum err e = lead_get(c, tx, one->lead, lead);

    *state = TRANSFER_LEAD_CHANGED;
    if (e == ERR_NOT_FOUND)
        fault_clear(c);
    if (e)
        return e == ERR_NOT_FOUND ? ERR_NONE : e;
    /* What was nobody's is, unless it is hot, nobody's again. */
    if (lead->merged_into.v || lead->owner.v != one->to.v || (!one->from.v && lead->band == BAND_HOT))
        return ERR_NONE;
    if ((e = closed_to(c, tx, d, before, lead, &closed)))
        return e;
    /* A leaver gets nothing back. */
    *state = one->from.v && (!before || before->user.state != USER_ACTIVE) ? TRANSFER_LEAD_GONE : closed ? TRANSFER_LEAD_CLOSED : TRANSFER_LEAD_BACK;
    return ERR_NONE;
}

static enum err give_back(struct ctx *c, struct db_tx *tx, struct desk *d, struct transfer *t, const struct transfer_lead *one, struct messages *out)
{
    struct by_hand hand = { .manager = one->from, .by = t->by, .policy = STR("manual"), .reason = STR("undone") };
    struct user_id nobody = { 0 };
    enum transfer_lead_state state;
    struct lead lead;
    enum err e = back_of(c, tx, d, one, &lead, &state);

    hand.back = !e && lead.stage >= STAGE_WON;
    if (!e && state == TRANSFER_LEAD_BACK) {
        if (one->from.v)
            e = flow_hand_over(c, tx, d, &lead, hand, out);
        else if (!(e = lead_set_owner(c, tx, lead.id, nobody)))
            e = flow_tasks_go_along(c, tx, lead.id, (struct task_id){ 0 }, one->to, nobody, out);
        t->back++;
    }
    return e ? e : route_transfer_lead_set(c, tx, t->id, one->lead, state);
}

enum err flow_transfer_part(struct ctx *c, struct db_tx *tx, int64_t limit, struct transfer *t, struct messages *out)
{
    struct transfer_lead *leads;
    struct desk desk;
    bool undo, moved = true;
    size_t n;
    enum err e;

    /* Read under the lock: another program may be about the same piece. */
    if ((e = flow_desk_open(c, tx, DESK_DECIDE, &desk)) || (e = route_transfer_next(c, tx, TRANSFER_RUNNING, TRANSFER_UNDOING, t)) || !t->id.v)
        return e;
    undo = t->state == TRANSFER_UNDOING;
    if ((e = route_transfer_leads(c, tx, t->id, undo ? TRANSFER_LEAD_MOVED : TRANSFER_LEAD_PLANNED, limit, &leads, &n)))
        return e;
    for (size_t i = 0; i < n && !e; i++)
        e = undo ? give_back(c, tx, &desk, t, &leads[i], out) : hand_over(c, tx, &desk, t, &leads[i], out);
    if (e || (e = route_transfer_count(c, tx, t)) || (int64_t)n == limit)
        return e;
    e = route_transfer_step(c, tx, t->id, t->state, undo ? TRANSFER_UNDONE : TRANSFER_DONE, &moved);
    t->state = undo ? TRANSFER_UNDONE : TRANSFER_DONE;
    if (e || undo || t->kind != TRANSFER_CERTIFICATE)
        return e;
    return flow_skill_handed(c, tx, t->from, t->product, t->looked - t->moved, out);
}
