/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Where each lead of a period goes by the rules of then and by those that are tried: conditions asked of the history as the house knew it. */
#include "flow/flow_choice.h"
#include "flow/flow_company.h"
#include "flow/flow_score.h"
#include "flow/flow_worth.h"
#include "flow/sim.h"
#include "lead/profile.h"

enum { TELL_LEADS = 50 };

/* One lead with its history, in an arena of its own. */
struct asking {
    struct period *p;
    struct ctx scratch;
    struct lead card;
    struct history history;
    const struct model *model;  /* what counts its cell; NULL: nothing asks for it */
    bool company;               /* some rule asks for its company */
    struct lead_person *others; /* of its company, as they are now; NULL: not read yet */
    size_t other_count;
};

/* ---- what stood at a deed ---- */

#define STANDS(list, count, id)                                                                    \
    ({                                                                                             \
        size_t at_ = (count);                                                                      \
        while (at_ > 0 && (list)[at_ - 1].since >= (id) && (list)[at_ - 1].since > 0)              \
            at_--;                                                                                 \
        at_ ? &(list)[at_ - 1] : NULL;                                                             \
    })

static struct sim_rules *rules_at(struct period *p, int64_t id)
{
    return STANDS(p->then, p->then_count, id);
}

static const struct sim_norms *norms_at(const struct period *p, int64_t id)
{
    return STANDS(p->norms, p->norm_count, id);
}

/* ---- facts ---- */

static struct str fact_text(const struct profile *profile, const char *name)
{
    const struct profile_fact *fact = lead_profile_find(profile, str_of(name));

    return fact ? json_text(fact->value) : STR_NULL;
}

static void wishes(struct asking *a, const struct history *known, struct sim_deed *d)
{
    struct profile profile = { NULL, 0 };

    for (size_t i = 0; i < known->profile_count; i++)
        lead_profile_fold(a->scratch.arena, &profile, known->profiles[i].patch, known->profiles[i].source_id, known->profiles[i].at,
                          known->profiles[i].unverified, NULL);
    d->product = str_dup(a->p->c->arena, fact_text(&profile, "product"));
    d->region = str_dup(a->p->c->arena, fact_text(&profile, "region"));
    d->language = str_dup(a->p->c->arena, fact_text(&profile, "language"));
}

/* What the house knew when it decided: of one instant only what came before the decision. */
static struct history known_at(struct asking *a, const struct sim_deed *d)
{
    struct history h = a->history;
    struct past_event *events = ARENA_ARRAY(a->scratch.arena, struct past_event, h.event_count + 1);
    struct past_profile *profiles = ARENA_ARRAY(a->scratch.arena, struct past_profile, h.profile_count + 1);
    size_t n = 0, k = 0;

    for (size_t i = 0; i < h.event_count; i++)
        if (h.events[i].known_at < d->at || (h.events[i].known_at == d->at && h.events[i].id < d->id))
            events[n++] = h.events[i];
    for (size_t i = 0; i < h.profile_count; i++)
        if (h.profiles[i].known_at < d->at || (h.profiles[i].known_at == d->at && h.profiles[i].id < d->id))
            profiles[k++] = h.profiles[i];
    h.events = events;
    h.event_count = n;
    h.profiles = profiles;
    h.profile_count = k;
    return h;
}

/* The others of the company, as they are now, that were there at the decision. */
static enum err others_then(struct asking *a, const struct sim_deed *d, struct lead_person **there, size_t *n)
{
    enum err e = a->others ? ERR_NONE : lead_company_others(&a->scratch, a->p->tx, &a->card, &a->others, &a->other_count);

    *n = 0;
    if (e)
        return e;
    *there = ARENA_ARRAY(a->scratch.arena, struct lead_person, a->other_count + 1);
    for (size_t i = 0; i < a->other_count; i++)
        if (a->others[i].id.v < d->id) /* ids rise with time */
            (*there)[(*n)++] = a->others[i];
    return ERR_NONE;
}

/* The others of the company as they stood: who was there, who had them by the last decision, and how they had ended. Of a decision that kept nothing of
 * it, for the rules of then did not ask; that another was ahead by score is told by the scores of now. */
static enum err kin_then(struct asking *a, const struct sim_deed *d, struct route_kin *kin)
{
    struct ctx *c = &a->scratch;
    struct lead_person *then;
    struct lead_id *ids;
    struct outcome *ends;
    struct given *had, *ever;
    struct lead_kin found;
    size_t n;
    enum err e = others_then(a, d, &then, &n);

    if (e)
        return e;
    ids = ARENA_ARRAY(c->arena, struct lead_id, n + 1);
    ends = ARENA_ARRAY(c->arena, struct outcome, n + 1);
    for (size_t i = 0; i < n; i++)
        ids[i] = then[i].id;
    if ((e = route_had_before(c, a->p->tx, ids, n, d->at, &had)) || (e = route_had_before(c, a->p->tx, ids, n, INSTANT_NEVER, &ever))
        || (e = learn_outcomes_of(c, a->p->tx, ids, n, ends)))
        return e;
    for (size_t i = 0; i < n; i++) {
        if (ever[i].user.v) /* else it came with its owner */
            then[i].owner = had[i].user;
        then[i].stage = ends[i].state == OUTCOME_OPEN || ends[i].known_at > d->at ? STAGE_NEW : ends[i].state == OUTCOME_WON ? STAGE_WON : STAGE_LOST;
    }
    found = lead_kin_of(then, n);
    *kin = (struct route_kin){ true, found.client, found.owners[0] };
    return ERR_NONE;
}

/* The company's score where the decision kept none, for the rules of then did not ask: of those who were there, by the scores of now. */
static enum err score_now(struct asking *a, const struct sim_deed *d, struct choice_kin *kin)
{
    struct flow_company company;
    struct lead_person *there;
    size_t n;
    enum err e = others_then(a, d, &there, &n);

    if (e || (e = flow_company_of(&a->scratch, a->p->tx, a->p->desk.model, &a->card, there, n, &company)))
        return e;
    kin->scored = true;
    kin->score = company.score;
    kin->band = company.band;
    return ERR_NONE;
}

static enum err kin_at(struct asking *a, const struct sim_deed *d, struct choice_kin *kin)
{
    struct route_kin saw = a->p->kin[d - a->p->deeds];
    const struct desk_person *owner;
    enum err e = ERR_NONE;

    *kin = (struct choice_kin){ .client = false };
    if (!a->company || !a->card.company.len)
        return e;
    if (!saw.looked && (e = kin_then(a, d, &saw)))
        return e;
    owner = saw.owner.v ? flow_desk_find(&a->p->desk, saw.owner) : NULL;
    *kin = (struct choice_kin){ owner ? owner->user.email : STR_NULL, saw.client, saw.scored, saw.score, (enum band)saw.band };
    return saw.scored || !a->p->asks_company_score ? e : score_now(a, d, kin);
}

/* The history as rules saw it then. */
static struct history told_at(struct asking *a, const struct history *known, const struct choice_kin *kin, instant at)
{
    struct lead card = a->card;

    if (a->model) {
        struct score_sum sum = score_sum_of(score_fold(a->model, known, at, a->scratch.arena), at);

        card.cell = sum.cell;
        card.icp = sum.icp;
    }
    return flow_choice_told(a->scratch.arena, known, &card, kin, at);
}

/* ---- rules ---- */

static enum err rule_pick(struct asking *a, struct sim_rules *r, const struct history *told, instant at, const struct rule **rule, int32_t *index)
{
    *rule = NULL;
    *index = -1;
    for (size_t i = 0; i < r->rules.count; i++) {
        enum err e = ERR_NONE;

        if (!r->rules.items[i].enabled)
            continue;
        if (!r->conds[i] && (e = flow_cond(a->p->c, r->rules.items[i].condition, &r->conds[i])))
            return e;
        if (cond_at(r->conds[i], told, at, a->scratch.arena).holds) {
            *rule = &r->rules.items[i];
            *index = r->index[i];
            return ERR_NONE;
        }
    }
    return ERR_NONE;
}

/* The pool under the policy that is tried, if one is. */
static int32_t pool_tried(const struct period *p, struct pool_id id)
{
    int32_t twin = flow_sim_pool_of(p, (struct pool_id){ -id.v });

    return twin >= 0 ? twin : flow_sim_pool_of(p, id);
}

/* Who holds a certificate for all of the gates at that instant. */
static const bool *certified(const struct period *p, const struct choice *x, const struct sim_deed *d)
{
    bool *holds = ARENA_ARRAY(p->c->arena, bool, p->people_count + 1);

    for (size_t i = 0; i < p->skill_count; i++) {
        const struct sim_skills *one = &p->skills[i];

        if (one->since >= d->id)
            continue;
        holds[one->person] = true;
        for (size_t k = 0; k < x->gate_count; k++)
            holds[one->person] &= team_skill_at(one->list, one->count, x->gates[k], d->at);
    }
    return holds;
}

static void gates_set(const struct period *p, const struct sim_norms *n, const struct rule *rule, const struct sim_deed *d, struct sim_way *way)
{
    static const struct products none;
    struct choice x = { .gate_count = 0 };

    flow_choice_gates(p->c, n ? &n->gated : &none, d->product, rule, &x);
    way->own_gate = x.own_gate;
    if (x.need.gated)
        way->certified = certified(p, &x, d);
}

static struct sim_way way_of(const struct asking *a, const struct sim_norms *n, const struct rule *rule, int32_t index,
                             const struct sim_deed *d, bool tried)
{
    const struct period *p = a->p;
    struct pool_id everyone = { p->everyone >= 0 ? p->pools[p->everyone].id.v : 0 }, pool = rule ? rule->pool : everyone;
    struct sla_norm norm = { .reassign = SLA_OFF };
    struct sim_way way = { .rule = index, .fallback = -1 };

    if (n)
        norm = task_sla_norm(&n->norms, BAND_HOT, a->card.source, n->sla_minutes);
    way.pool = tried ? pool_tried(p, pool) : flow_sim_pool_of(p, pool);
    way.minutes = rule && rule->sla_minutes > 0 ? rule->sla_minutes : norm.minutes;
    way.reassign = norm.reassign;
    gates_set(p, n, rule, d, &way);
    if (!rule)
        return way;
    if (rule->fallback.v)
        way.fallback = tried ? pool_tried(p, rule->fallback) : flow_sim_pool_of(p, rule->fallback);
    way.demands = rule->demands;
    way.share = rule->explore * FIX_ONE / 100;
    return way;
}

static void hidden_set(struct asking *a, const struct history *told, struct sim_deed *d)
{
    struct period *p = a->p;
    bool *hidden = NULL;

    for (size_t i = 0; i < p->sees_count; i++) {
        const struct sim_sees *one = &p->sees[i];

        if (one->since >= d->id)
            continue;
        if (!hidden)
            hidden = ARENA_ARRAY(p->c->arena, bool, p->people_count + 1);
        hidden[one->person] = one->cond && !cond_at(one->cond, told, d->at, a->scratch.arena).holds;
    }
    d->hidden = hidden;
}

/* What the lead is worth in each one's hands, by the newest report on people and the predictor in use, from what was known of it then. */
static enum err value_set(struct asking *a, const struct history *known, struct sim_deed *d)
{
    struct period *p = a->p;
    struct person *people = ARENA_ARRAY(a->scratch.arena, struct person, p->people_count + 1);
    int64_t *value = ARENA_ARRAY(p->c->arena, int64_t, p->people_count + 1);
    enum err e;

    for (size_t i = 0; i < p->people_count; i++)
        people[i].user = p->users[i];
    if ((e = flow_worth(&a->scratch, p->tx, &p->desk, &a->card, known, d->at, people, p->people_count)))
        return e;
    for (size_t i = 0; i < p->people_count; i++)
        value[i] = people[i].value;
    d->value = value;
    return ERR_NONE;
}

static enum err way_ask(struct asking *a, struct sim_deed *d)
{
    struct period *p = a->p;
    struct history known = known_at(a, d), told;
    struct sim_rules *then = rules_at(p, d->id);
    const struct sim_norms *norms = norms_at(p, d->id);
    const struct rule *rule = NULL;
    struct choice_kin kin;
    int32_t index = -1;
    enum err e = kin_at(a, d, &kin);

    if (e)
        return e;
    told = told_at(a, &known, &kin, d->at);
    if (then && (e = rule_pick(a, then, &told, d->at, &rule, &index)))
        return e;
    wishes(a, &known, d);
    if (p->asks_value && (e = value_set(a, &known, d)))
        return e;
    d->then = way_of(a, norms, rule, index, d, false);
    if ((e = rule_pick(a, &p->other, &told, d->at, &rule, &index)))
        return e;
    d->other = way_of(a, norms, rule, index, d, true);
    hidden_set(a, &told, d);
    return ERR_NONE;
}

/* ---- all ---- */

static bool mentions_counted(const struct rules *rules)
{
    for (size_t i = 0; i < rules->count; i++)
        if (str_find(rules->items[i].condition, STR("\"cell\"")) >= 0 || str_find(rules->items[i].condition, STR("\"icp.match\"")) >= 0)
            return true;
    return false;
}

/* Any of the rules that are asked in the period. */
static bool any_asks(const struct period *p, bool (*asks)(const struct rules *rules))
{
    bool any = asks(&p->other.rules);

    for (size_t i = 0; i < p->then_count; i++)
        any |= asks(&p->then[i].rules);
    return any;
}

static bool asks_counted(const struct period *p)
{
    bool any = mentions_counted(&p->other.rules);

    for (size_t i = 0; i < p->then_count; i++)
        any |= mentions_counted(&p->then[i].rules);
    return any;
}

static enum err lead_ask(struct asking *a, struct sim_place_of *deeds, size_t n, int32_t lead)
{
    struct period *p = a->p;
    enum err e;

    if (n == 0)
        return ERR_NONE;
    a->card = p->cards[lead];
    a->others = NULL;
    if (!a->card.id.v)
        return ERR_NONE; /* taken back with its import */
    e = flow_history(&a->scratch, p->tx, p->leads[lead].lead, INSTANT_NEVER, &a->history);
    for (size_t i = 0; i < n && !e; i++)
        e = way_ask(a, &p->deeds[deeds[i].place]);
    return e;
}

static enum err leads_ask(struct asking *a, struct sim_place_of *deeds, size_t n, flow_progress *told, void *x)
{
    struct period *p = a->p;
    enum err e = ERR_NONE;

    for (size_t i = 0; i < p->lead_count && !e; i++) {
        size_t from = flow_sim_from(deeds, n, (int64_t)i), until = flow_sim_from(deeds, n, (int64_t)i + 1);

        arena_reset(a->scratch.arena);
        e = lead_ask(a, deeds + from, until - from, (int32_t)i);
        if (!e && told && i % TELL_LEADS == TELL_LEADS - 1 && !told(x, (int64_t)i, 2 * (int64_t)p->lead_count))
            e = ERR_AWAY;
    }
    if (e)
        p->c->fault = a->scratch.fault;
    return e;
}

enum err flow_sim_ways_read(struct period *p, flow_progress *told, void *x)
{
    struct sim_place_of *deeds = ARENA_ARRAY(p->c->arena, struct sim_place_of, p->deed_count + 1);
    struct asking a = { .p = p, .scratch = *p->c, .company = any_asks(p, flow_asks_company) };
    struct model *model = NULL;
    size_t n = 0;
    enum err e;

    for (size_t i = 0; i < p->deed_count; i++)
        if (p->deeds[i].kind <= SIM_LEFT)
            deeds[n++] = (struct sim_place_of){ p->deeds[i].lead, (int32_t)i };
    flow_sim_sort(deeds, n);
    if (p->asks_value && (e = flow_worth_predictor(p->c, p->tx, &p->desk)))
        return e;
    p->asks_company_score = any_asks(p, flow_asks_company_score);
    if (p->asks_company_score && (e = flow_desk_model(p->c, p->tx, &p->desk)))
        return e;
    if (asks_counted(p)) {
        if ((e = flow_model(p->flow, p->c, p->tx, &model)))
            return e;
        a.model = model;
    }
    a.scratch.arena = arena_new(0);
    e = leads_ask(&a, deeds, n, told, x);
    arena_free(a.scratch.arena);
    if (model)
        score_model_drop(model);
    return e;
}
