/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_transfer.h"

#include "flow/flow_choice.h"
#include "flow/flow_leaver.h"
#include "flow/flow_score.h"
#include "flow/flow_skill.h"
#include "flow/flow_worth.h"

enum { WORTH_LEAST = 10, TELL_LEADS = 100 };

enum err flow_transfer_ask(struct ctx *c, struct db_tx *tx, struct transfer *t)
{
    if (t->most <= 0 || t->most > TRANSFER_LEADS)
        t->most = TRANSFER_LEADS;
    if ((t->kind == TRANSFER_BACKLOG) != (t->from.v == 0))
        return fault_at(c, ERR_BAD_FIELD, STR("/from_id"), "whose leads: for all but a backlog, and for these only");
    if ((t->kind == TRANSFER_CERTIFICATE) != (t->product.v != 0))
        return fault_at(c, ERR_BAD_FIELD, STR("/product_id"), "which product: for a lost certificate, and for that only");
    if (t->cold && t->kind != TRANSFER_BACKLOG)
        return fault_at(c, ERR_BAD_FIELD, STR("/cold"), "cold leads too: only a backlog leaves them out");
    if (t->word && !t->to.len)
        return fault_at(c, ERR_BAD_FIELD, STR("/to"), "to whom: a word names people");
    if (t->leaver != LEAVER_STAYS && t->kind != TRANSFER_HANDOVER)
        return fault_at(c, ERR_BAD_FIELD, STR("/leaver"), "only whose whole base is handed over leaves");
    if (t->leaver != LEAVER_STAYS && t->from.v == ctx_user(c))
        return fault_at(c, ERR_BAD_FIELD, STR("/leaver"), "nobody sends themselves away");
    t->by = (struct user_id){ ctx_user(c) };
    return route_transfer_add(c, tx, t);
}

/* ---- the plan ---- */

/* Heavy leads fill capacity and quotas; open ones that weigh nothing, quotas alone; what is decided is no work any more and fills nothing. So each sort is
 * matched by itself, in this order: a client is never in the way of a lead. */
enum sort { SORT_HEAVY, SORT_LIGHT, SORT_DECIDED, SORTS };

struct planning {
    const struct transfer *t;
    struct desk desk;
    bool *wanted;                /* desk.count */
    struct lead *leads;          /* sort by sort */
    size_t count, sort_from[SORTS + 1];
    bool more;
    bool *closed;                /* count: to whoever has it now, by its product */
    struct str *why;             /* count: if nobody gets it */
    int32_t *to;                 /* count: place in the desk, or -1 */
    int64_t *got;                /* desk.count: open leads, by the sorts that are matched */
    int64_t sum, in_turn;
};

static enum sort sort_of(const struct lead *lead)
{
    return lead->stage >= STAGE_WON ? SORT_DECIDED : flow_lead_units(lead) ? SORT_HEAVY : SORT_LIGHT;
}

static void leads_sort(struct ctx *c, struct planning *p)
{
    struct lead *all = ARENA_ARRAY(c->arena, struct lead, p->count + 1);
    size_t n = 0;

    for (int sort = 0; sort < SORTS; sort++) {
        p->sort_from[sort] = n;
        for (size_t i = 0; i < p->count; i++)
            if (sort_of(&p->leads[i]) == (enum sort)sort)
                all[n++] = p->leads[i];
    }
    p->sort_from[SORTS] = n;
    p->leads = all;
}

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

/* Cold leads are given to nobody: they wait until they warm, unless whoever empties a backlog wants them out of it too. */
static bool leaves_out(const struct transfer *t, enum band band)
{
    return t->kind == TRANSFER_BACKLOG && !t->cold && band == BAND_COLD;
}

static enum err leads_read(struct ctx *c, struct db_tx *tx, struct planning *p)
{
    struct lead_filter f = { .owner = p->t->from, .limit = (int)p->t->most };
    struct lead_page page;
    enum err e;

    /* What is decided stays with who decided it, unless a person leaves: clients need somebody, and who was lost may come again. */
    if (p->t->kind != TRANSFER_HANDOVER)
        f.stages = (1u << STAGE_WON) - 1;
    for (int band = 0; band < BANDS; band++)
        f.bands |= leaves_out(p->t, (enum band)band) ? 0 : 1u << band;
    if ((e = lead_list(c, tx, &f, &page)))
        return e;
    p->leads = page.items;
    p->count = page.count;
    p->more = page.more;
    if (p->t->kind == TRANSFER_CERTIFICATE && (e = of_product(c, tx, p)))
        return e;
    leads_sort(c, p);
    return ERR_NONE;
}

static enum fit_by fit_by(const struct transfer *t)
{
    return t->word ? FIT_BY_WORD : FIT_BY_RULES;
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
        p->wanted[k] = named && user.v != p->t->from.v && p->desk.people[k].user.state == USER_ACTIVE;
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

/* What a lead is worth: its chance to buy by whatever single decisions go by, per mille; its score while nothing is learnt, and of what is decided. */
static enum err worth_of(struct ctx *scratch, struct db_tx *tx, struct planning *p, const struct lead *lead, const struct history *history, int64_t *worth)
{
    fix chance = 0;
    bool is = false;
    enum err e = lead->stage < STAGE_WON ? flow_worth_chance(scratch, tx, &p->desk, lead, history, scratch->now, &chance, &is) : ERR_NONE;

    *worth = (is ? fix_muldiv(chance, TRANSFER_WORTH_MAX - WORTH_LEAST, FIX_ONE) : lead->score > 0 ? lead->score : 0) + WORTH_LEAST;
    if (*worth > TRANSFER_WORTH_MAX)
        *worth = TRANSFER_WORTH_MAX;
    return e;
}

/* One row of the problem: what the lead is worth, and the fit of each person of the desk, 0 for those who may not. What it takes lives in scratch alone. */
static enum err row_fill(struct ctx *scratch, struct db_tx *tx, struct planning *p, size_t i, int64_t *may, int64_t *worth)
{
    struct history history;
    struct route_fit_list fits;
    enum err e = flow_history(scratch, tx, p->leads[i].id, INSTANT_NEVER, &history);

    if (e || (e = worth_of(scratch, tx, p, &p->leads[i], &history, worth))
        || (e = flow_route_fits(scratch, tx, &p->desk, &history, &p->leads[i], fit_by(p->t), &fits))
        || (e = closed_to(scratch, tx, &p->desk, flow_desk_find(&p->desk, p->t->from), &p->leads[i], &p->closed[i])))
        return e;
    for (size_t k = 0; k < p->desk.count; k++)
        may[k] = p->wanted[k] ? fits.fit[k] : 0;
    p->why[i] = route_transfer_why(may, fits.why, p->wanted, p->desk.count); /* words are literals: they outlive scratch */
    return ERR_NONE;
}

static enum err rows_fill(struct ctx *c, struct db_tx *tx, struct planning *p, transfer_go_on *go_on, void *self, int64_t *may,
                          int64_t *worth)
{
    struct ctx scratch = *c;
    enum err e = flow_desk_ready(c, tx, &p->desk); /* nothing of it is to be made in scratch */

    if (!e)
        e = flow_worth_predictor(c, tx, &p->desk);

    scratch.arena = arena_new(0);
    for (size_t i = 0; i < p->count && !e; i++) {
        arena_reset(scratch.arena);
        e = row_fill(&scratch, tx, p, i, &may[i * p->desk.count], &worth[i]);
        if (!e && i % TELL_LEADS == 0 && !go_on(self, (int64_t)i, (int64_t)p->count))
            e = ERR_AWAY;
    }
    arena_free(scratch.arena);
    return e;
}

/* How many more leads a person can take of those that weigh so much: within capacity, and within what quotas leave after `got`. */
static int64_t room_of(const struct desk_person *p, int64_t units, int64_t most, int64_t got, instant now)
{
    int64_t room = p->manager.capacity <= 0 || units <= 0 ? most : (p->manager.capacity - p->load) / units;
    int64_t day = (int64_t)p->given_count + got, hour = got;

    for (size_t i = 0; i < p->given_count; i++)
        hour += p->given[i] > now - HOUR_US;
    if (p->manager.daily_quota > 0 && p->manager.daily_quota - day < room)
        room = p->manager.daily_quota - day;
    if (p->manager.hourly_quota > 0 && p->manager.hourly_quota - hour < room)
        room = p->manager.hourly_quota - hour;
    return room < 0 ? 0 : room;
}

/* Of one sort; what open leads it gives out is in the way of the next. */
static void sort_solve(struct ctx *c, struct planning *p, enum sort sort, const int64_t *may, const int64_t *worth)
{
    size_t people = p->desk.count, from = p->sort_from[sort], n = p->sort_from[sort + 1] - from;
    int64_t *room = ARENA_ARRAY(c->arena, int64_t, people + 1), units = 0;
    struct transfer_problem problem = { n, people, may + from * people, worth + from, room };
    struct transfer_answer answer;

    for (size_t i = from; i < from + n; i++)
        units = flow_lead_units(&p->leads[i]) > units ? flow_lead_units(&p->leads[i]) : units;
    for (size_t k = 0; k < people; k++)
        room[k] = sort == SORT_DECIDED ? (int64_t)n : room_of(&p->desk.people[k], units, (int64_t)n, p->got[k], c->now);
    answer = route_transfer_best(&problem, c->arena);
    p->sum += answer.sum;
    p->in_turn += answer.in_turn;
    for (size_t i = 0; i < n; i++) {
        p->to[from + i] = answer.to[i];
        if (answer.to[i] >= 0)
            p->got[answer.to[i]]++;
    }
}

static enum err solve(struct ctx *c, struct db_tx *tx, struct planning *p, transfer_go_on *go_on, void *self)
{
    size_t people = p->desk.count;
    int64_t *may = ARENA_ARRAY(c->arena, int64_t, p->count * people + 1), *worth = ARENA_ARRAY(c->arena, int64_t, p->count + 1);
    enum err e;

    p->closed = ARENA_ARRAY(c->arena, bool, p->count + 1);
    p->why = ARENA_ARRAY(c->arena, struct str, p->count + 1);
    p->to = ARENA_ARRAY(c->arena, int32_t, p->count + 1);
    p->got = ARENA_ARRAY(c->arena, int64_t, people + 1);
    if ((e = rows_fill(c, tx, p, go_on, self, may, worth)))
        return e;
    for (int sort = 0; sort < SORTS; sort++)
        sort_solve(c, p, (enum sort)sort, may, worth);
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
        if (load <= 0 && p->to[i] >= 0) {
            p->to[i] = -1;
            p->why[i] = STR("mean");
        }
        if (p->to[i] >= 0)
            load -= flow_lead_units(&p->leads[i]);
    }
}

static void plan_lead(const struct planning *p, size_t i, struct transfer_plan *plan)
{
    const struct lead *lead = &p->leads[i];
    bool goes = p->to[i] >= 0;

    plan->leads[plan->count++] = (struct transfer_lead){
        .lead = lead->id, .from = lead->owner, .amount = lead->amount, .state = goes ? TRANSFER_LEAD_PLANNED : TRANSFER_LEAD_STAYS,
        .to = goes ? p->desk.people[p->to[i]].user.id : (struct user_id){ 0 }, .why = goes ? STR_NULL : p->why[i] };
    if (!goes)
        return;
    plan->t.leads++;
    plan->t.closed += p->closed[i];
    plan->t.clients += lead->stage == STAGE_WON;
    plan->t.lost += lead->stage > STAGE_WON;
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
    plan->t.gain = p.in_turn > 0 ? (p.sum - p.in_turn) * 100 / p.in_turn : 0;
    for (size_t i = 0; i < p.count; i++)
        plan_lead(&p, i, plan);
    return ERR_NONE;
}

/* Piece by piece: a plan may have more leads than a reply's memory should hold. */
enum err flow_transfer_bands(struct ctx *c, struct db_tx *tx, struct transfer_id id, int64_t counts[BANDS])
{
    struct ctx scratch = *c;
    struct transfer_lead *list;
    struct lead_id ids[TELL_LEADS];
    struct lead leads[TELL_LEADS];
    size_t n;
    enum err e = route_transfer_leads(c, tx, id, -1, TRANSFER_LEADS, &list, &n);

    for (int band = 0; band < BANDS; band++)
        counts[band] = 0;
    scratch.arena = arena_new(0);
    for (size_t from = 0; !e && from < n; from += TELL_LEADS) {
        size_t piece = n - from < TELL_LEADS ? n - from : TELL_LEADS;

        for (size_t i = 0; i < piece; i++)
            ids[i] = list[from + i].lead;
        arena_reset(scratch.arena);
        e = lead_get_many(&scratch, tx, ids, piece, leads);
        for (size_t i = 0; !e && i < piece; i++)
            if (leads[i].id.v && leads[i].stage < STAGE_WON)
                counts[leads[i].band]++;
    }
    if (e)
        c->fault = scratch.fault;
    arena_free(scratch.arena);
    return e;
}

/* ---- carried out ---- */

/* Is it as it was when it was planned, and may they have it still? *why not: a word, empty: it may go. *lead: as it is now. */
static enum err stands(struct ctx *c, struct db_tx *tx, struct desk *d, const struct transfer *t, const struct transfer_lead *one, struct lead *lead,
                       struct str *why)
{
    struct desk_person *to = flow_desk_find(d, one->to);
    bool wanted = true;
    struct route_fit_list fits;
    struct history history;
    enum err e = lead_get(c, tx, one->lead, lead);

    *why = STR("changed");
    if (e == ERR_NOT_FOUND)
        fault_clear(c);
    if (e)
        return e == ERR_NOT_FOUND ? ERR_NONE : e;
    if (!to || to->user.state != USER_ACTIVE || lead->merged_into.v || lead->owner.v != one->from.v
        || (t->kind != TRANSFER_HANDOVER && lead->stage >= STAGE_WON) || leaves_out(t, (enum band)lead->band))
        return ERR_NONE;
    if (lead->stage < STAGE_WON && room_of(to, flow_lead_units(lead), 1, 0, c->now) < 1) {
        *why = STR("room");
        return ERR_NONE;
    }
    if ((e = flow_history(c, tx, lead->id, INSTANT_NEVER, &history)) || (e = flow_route_fits(c, tx, d, &history, lead, fit_by(t), &fits)))
        return e;
    *why = fits.fit[to - d->people] > 0 ? STR("") : route_transfer_why(&fits.fit[to - d->people], &fits.why[to - d->people], &wanted, 1);
    return ERR_NONE;
}

static enum err hand_over(struct ctx *c, struct db_tx *tx, struct desk *d, struct transfer *t, const struct transfer_lead *one, struct messages *out)
{
    struct by_hand hand = { .manager = one->to, .by = t->by, .policy = STR("manual"), .reason = str_of(route_transfer_kinds[t->kind]) };
    struct lead lead;
    struct str why;
    bool yes;
    enum err e = stands(c, tx, d, t, one, &lead, &why);

    yes = !e && !why.len;
    if (e || (yes && (e = flow_hand_over(c, tx, d, &lead, hand, out))))
        return e;
    t->moved += yes;
    t->passed += !yes;
    return route_transfer_lead_set(c, tx, t->id, one->lead, yes ? TRANSFER_LEAD_MOVED : TRANSFER_LEAD_PASSED, why);
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
    struct by_hand hand = { .manager = one->from, .by = t->by, .policy = STR("manual"), .reason = STR("undone"), .undone = true };
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
        if (!e && one->to.v)
            e = route_give_back(c, tx, one->lead, one->to, t->at, str_of(route_transfer_kinds[t->kind]));
    }
    return e ? e : route_transfer_lead_set(c, tx, t->id, one->lead, state, STR_NULL);
}

/* The leads of the next piece, as it seems. */
static enum err part_lock(struct ctx *c, struct db_tx *tx, int64_t limit)
{
    struct transfer_lead *leads;
    struct lead_id *ids;
    struct transfer t;
    size_t n;
    enum err e;

    if (!db_has_rivals(tx))
        return ERR_NONE;
    if ((e = route_transfer_next(c, tx, TRANSFER_RUNNING, TRANSFER_UNDOING, &t)) || !t.id.v
        || (e = route_transfer_leads(c, tx, t.id, t.state == TRANSFER_UNDOING ? TRANSFER_LEAD_MOVED : TRANSFER_LEAD_PLANNED, limit, &leads, &n)))
        return e;
    ids = ARENA_ARRAY(c->arena, struct lead_id, n + 1);
    for (size_t i = 0; i < n; i++)
        ids[i] = leads[i].lead;
    return lead_lock_many(c, tx, ids, n);
}

enum err flow_transfer_part(struct ctx *c, struct db_tx *tx, int64_t limit, struct transfer *t, struct messages *out)
{
    struct transfer_lead *leads;
    struct desk desk;
    bool undo, moved = true;
    size_t n;
    enum err e;

    /* Leads first, then distribution; and read again under its lock, for another program may be about the same piece. */
    if ((e = part_lock(c, tx, limit)) || (e = flow_desk_open(c, tx, DESK_DECIDE, &desk)) || (e = part_lock(c, tx, limit)) || (e = route_transfer_next(c, tx, TRANSFER_RUNNING, TRANSFER_UNDOING, t)) || !t->id.v)
        return e;
    undo = t->state == TRANSFER_UNDOING;
    if ((e = route_transfer_leads(c, tx, t->id, undo ? TRANSFER_LEAD_MOVED : TRANSFER_LEAD_PLANNED, limit, &leads, &n)))
        return e;
    for (size_t i = 0; i < n && !e; i++)
        e = undo ? give_back(c, tx, &desk, t, &leads[i], out) : hand_over(c, tx, &desk, t, &leads[i], out);
    if (!e && !undo && (int64_t)n < limit)
        e = flow_leaver_gone(c, tx, t, out);
    if (e || (e = route_transfer_count(c, tx, t)) || (int64_t)n == limit)
        return e;
    e = route_transfer_step(c, tx, t->id, t->state, undo ? TRANSFER_UNDONE : TRANSFER_DONE, &moved);
    t->state = undo ? TRANSFER_UNDONE : TRANSFER_DONE;
    if (e || undo || t->kind != TRANSFER_CERTIFICATE)
        return e;
    return flow_skill_handed(c, tx, t->from, t->product, t->looked - t->moved, out);
}
