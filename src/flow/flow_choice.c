/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_choice.h"

#include <stdlib.h>

#include "base/sorted.h"
#include "flow/flow_company.h"
#include "flow/flow_worth.h"
#include "lead/profile.h"
#include "route/transfer.h"
#include "score/axes.h"
#include "score/score_store.h"

/* ---- what the lead is and needs ---- */

static struct str fact_text(const struct profile *p, const char *name)
{
    const struct profile_fact *fact = lead_profile_find(p, str_of(name));

    return fact ? json_text(fact->value) : STR_NULL;
}

/* Rows of lists come without their facts: then they are read. */
static enum err profile_of(struct ctx *c, struct db_tx *tx, const struct lead *lead, struct profile *profile)
{
    struct lead whole = *lead;
    enum err e = lead->facts.ptr ? ERR_NONE : lead_get(c, tx, lead->id, &whole);

    return e ? e : lead_profile_read(c, whole.facts, profile);
}

/* Conditions are compiled once a desk, when first asked. */
static enum err rule_holds(struct ctx *c, struct desk *d, size_t i, const struct history *h, bool *holds)
{
    enum err e = ERR_NONE;

    if (!d->conds)
        d->conds = ARENA_ARRAY(c->arena, struct cond *, d->rules.count + 1);
    if (!d->conds[i])
        e = flow_cond(c, d->rules.items[i].condition, &d->conds[i]);
    if (!e)
        *holds = cond_at(d->conds[i], h, c->now, c->arena).holds;
    return e;
}

static enum err rule_pick(struct ctx *c, const struct history *h, struct choice *x)
{
    const struct rules *rules = &x->desk->rules;

    for (size_t i = 0; i < rules->count; i++) {
        bool holds = false;
        enum err e;

        if (!rules->items[i].enabled)
            continue;
        e = rule_holds(c, x->desk, i, h, &holds);
        if (e)
            return e;
        if (holds) {
            x->rule = &rules->items[i];
            return ERR_NONE;
        }
    }
    return ERR_NONE;
}

static void put_member(struct json *object, const char *name, struct json value)
{
    object->as.members[object->count++] = (struct json_member){ str_of(name), value };
}

/* For rules alone: the model's own criteria cannot see what is added (score/axes.h). */
struct history flow_choice_told(struct arena *a, const struct history *h, const struct lead *lead, const struct choice_kin *kin, instant now)
{
    struct past_profile *list = ARENA_ARRAY(a, struct past_profile, h->profile_count + 1);
    struct json *patch = ARENA_NEW(a, struct json);
    struct history out = *h;
    size_t at = h->profile_count;

    patch->type = JSON_OBJECT;
    patch->as.members = ARENA_ARRAY(a, struct json_member, 6);
    if (kin && kin->owner.len)
        put_member(patch, "company.owner", (struct json){ .type = JSON_TEXT, .as.text = kin->owner });
    if (kin && lead->company.len)
        put_member(patch, "company.client", (struct json){ .type = JSON_BOOL, .as.truth = kin->client });
    if (kin && kin->scored) {
        put_member(patch, "company.score", (struct json){ .type = JSON_INT, .as.integer = kin->score });
        put_member(patch, "company.band", (struct json){ .type = JSON_TEXT, .as.text = str_of(band_names[kin->band]) });
    }
    if (lead->cell < SCORE_CELLS)
        put_member(patch, "cell", (struct json){ .type = JSON_TEXT, .as.text = str_of(score_cell_names[lead->cell]) });
    if (lead->icp >= 0)
        put_member(patch, "icp.match", (struct json){ .type = JSON_INT, .as.integer = lead->icp });
    while (at > 0 && h->profiles[at - 1].at > now)
        at--;
    for (size_t i = 0; i < h->profile_count; i++)
        list[i + (i >= at)] = h->profiles[i];
    list[at] = (struct past_profile){ .at = now, .known_at = now, .tie = UINT64_MAX, .patch = patch };
    out.profiles = list;
    out.profile_count++;
    return out;
}

static void gate_add(struct choice *x, struct product_id product)
{
    for (size_t i = 0; i < x->gate_count; i++)
        if (x->gates[i].v == product.v)
            return;
    if (product.v)
        x->gates[x->gate_count++] = product;
}

void flow_choice_gates(struct ctx *c, const struct products *products, struct str word, const struct rule *rule, struct choice *x)
{
    const struct product *own = team_product_named(products, word, c->arena);

    x->own_gate = own && own->gated;
    if (x->own_gate)
        gate_add(x, own->id);
    if (rule)
        gate_add(x, rule->product);
    x->need.gated = x->gate_count > 0;
}

enum err flow_lead_gate(struct ctx *c, struct db_tx *tx, const struct products *products, const struct lead *lead, struct product_id *gate)
{
    const struct product *own;
    struct profile profile;
    enum err e = ERR_NONE;

    gate->v = 0;
    if (products->count == 0 || (e = profile_of(c, tx, lead, &profile)))
        return e;
    own = team_product_named(products, fact_text(&profile, "product"), c->arena);
    if (own && own->gated)
        *gate = own->id;
    return ERR_NONE;
}

enum err flow_choice_by_word(struct ctx *c, struct db_tx *tx, struct desk *d, const struct lead *lead, struct choice *x)
{
    enum err e;

    *x = (struct choice){ .desk = d, .need = { .at = c->now, .band = (enum band)lead->band, .now = true } };
    if ((e = flow_lead_gate(c, tx, &d->products, lead, &x->gates[0])))
        return e;
    x->gate_count = x->gates[0].v != 0;
    x->need.gated = x->gate_count > 0;
    return ERR_NONE;
}

bool flow_asks_company(const struct rules *rules)
{
    for (size_t i = 0; i < rules->count; i++)
        if (rules->items[i].enabled && str_find(rules->items[i].condition, STR("company.")) >= 0)
            return true;
    return false;
}

bool flow_asks_company_score(const struct rules *rules)
{
    for (size_t i = 0; i < rules->count; i++)
        if (rules->items[i].enabled && (str_find(rules->items[i].condition, STR("\"company.score\"")) >= 0
                                        || str_find(rules->items[i].condition, STR("\"company.band\"")) >= 0))
            return true;
    return false;
}

enum err flow_desk_model(struct ctx *c, struct db_tx *tx, struct desk *d)
{
    struct model_row row;
    struct model *m;
    enum err e;

    if (d->model)
        return ERR_NONE;
    if ((e = score_model_live(c, tx, &row)) || (e = score_model_parse(c, row.body, &m)))
        return e;
    d->model = score_model_until(c->arena, m);
    return ERR_NONE;
}

/* Once a desk. */
static void asks_read(struct desk *d)
{
    if (d->asks_known)
        return;
    d->asks_known = true;
    d->asks_company = flow_asks_company(&d->rules);
    d->asks_company_score = d->asks_company && flow_asks_company_score(&d->rules);
}

/* Only where a rule asks. */
static enum err company_score(struct ctx *c, struct db_tx *tx, const struct lead *lead, struct choice *x, const struct lead_person *others, size_t n)
{
    struct flow_company company;
    enum err e;

    if (!x->desk->asks_company_score)
        return ERR_NONE;
    if ((e = flow_desk_model(c, tx, x->desk)) || (e = flow_company_of(c, tx, x->desk->model, lead, others, n, &company)))
        return e;
    x->saw.scored = true;
    x->saw.score = company.score;
    x->saw.band = (int)company.band;
    return ERR_NONE;
}

/* Looked for only where it may matter. */
static enum err kin_read(struct ctx *c, struct db_tx *tx, const struct lead *lead, struct choice *x, struct choice_kin *kin)
{
    const struct desk_person *owner;
    struct lead_person *others;
    size_t n;
    enum err e = ERR_NONE;

    asks_read(x->desk);
    x->saw.looked = lead->company.len && (x->desk->setting.company_keeps || x->desk->asks_company);
    if (x->saw.looked) {
        if ((e = lead_company_others(c, tx, lead, &others, &n)) || (e = company_score(c, tx, lead, x, others, n)))
            return e;
        x->kin = lead_kin_of(others, n);
    }
    x->saw.client = x->kin.client;
    x->saw.owner = x->kin.count ? x->kin.owners[0] : (struct user_id){ 0 };
    owner = x->kin.count ? flow_desk_find(x->desk, x->kin.owners[0]) : NULL;
    *kin = (struct choice_kin){ owner ? owner->user.email : STR_NULL, x->kin.client, x->saw.scored, x->saw.score, (enum band)x->saw.band };
    return e;
}

enum err flow_choice_begin(struct ctx *c, struct db_tx *tx, struct desk *d, const struct history *h,
                             const struct lead *lead, struct choice *x)
{
    struct user_id *declined;
    struct choice_kin kin;
    struct profile profile;
    enum err e;

    *x = (struct choice){ .desk = d, .pool = d->everyone, .told = ARENA_NEW(c->arena, struct history), .candidates = d->room.candidates };
    if ((e = kin_read(c, tx, lead, x, &kin)))
        return e;
    *x->told = flow_choice_told(c->arena, h, lead, &kin, c->now);
    if ((e = rule_pick(c, x->told, x)) || (e = profile_of(c, tx, lead, &profile))
        || (e = route_declined_list(c, tx, lead->id, &declined, &x->declined_count)))
        return e;
    x->declined = declined;
    x->need = (struct need){ .at = c->now, .band = BAND_HOT, .units = flow_load_units(BAND_HOT), .now = true };
    x->wish = x->need;
    x->wish.product = fact_text(&profile, "product");
    x->wish.region = fact_text(&profile, "region");
    x->wish.language = fact_text(&profile, "language");
    if (x->rule && x->rule->demands & ROUTE_MATCH_PRODUCT)
        x->need.product = x->wish.product;
    if (x->rule && x->rule->demands & ROUTE_MATCH_REGION)
        x->need.region = x->wish.region;
    if (x->rule && x->rule->demands & ROUTE_MATCH_LANGUAGE)
        x->need.language = x->wish.language;
    flow_choice_gates(c, &d->products, x->wish.product, x->rule, x);
    x->minutes = flow_norm(d, lead, x->rule ? x->rule->sla_minutes : 0).minutes;
    return ERR_NONE;
}

/* ---- people ---- */

static struct texts texts_read(struct ctx *c, struct str text)
{
    struct texts list = { NULL, 0 };
    struct str *items;
    struct json *tree;

    if (json_read(c, text, &tree) || tree->type != JSON_ARRAY) {
        fault_clear(c);
        return list;
    }
    items = ARENA_ARRAY(c->arena, struct str, tree->count + 1);
    for (uint32_t i = 0; i < tree->count; i++)
        items[list.count++] = json_text(&tree->as.items[i]);
    list.items = items;
    return list;
}

/* Once a desk, however many leads it gives out. */
static void skills_read(struct ctx *c, struct desk_person *p)
{
    if (p->skills_read)
        return;
    p->skills_read = true;
    p->products = texts_read(c, p->manager.products);
    p->regions = texts_read(c, p->manager.regions);
    p->languages = texts_read(c, p->manager.languages);
}

static bool certified(const struct choice *x, const struct desk_person *p)
{
    for (size_t i = 0; i < x->gate_count; i++)
        if (!team_skill_at(p->skills, p->skill_count, x->gates[i], x->need.at))
            return false;
    return true;
}

/* Of a gated product the certificate is the skill: a list that names it, or names none, has no say. */
static struct texts gated_products(struct ctx *c, const struct choice *x, bool holds)
{
    struct str *word = ARENA_NEW(c->arena, struct str);

    *word = holds ? x->wish.product : STR("");
    return (struct texts){ word, 1 };
}

struct person flow_choice_person(struct ctx *c, const struct choice *x, struct desk_person *p)
{
    struct person one = {
        .user = p->user.id,
        .active = p->user.state == USER_ACTIVE,
        .on_duty = p->manager.on_duty,
        .back_at = p->back_at,
        .hidden = p->sees && x->told && !cond_at(p->sees, x->told, c->now, c->arena).holds,
        .cal = p->cal,
        .open = p->open,
        .absences = p->absences,
        .absence_count = p->absence_count,
        .level = (enum level)p->manager.level,
        .weight = p->manager.weight,
        .load = p->load,
        .capacity = p->manager.capacity,
        .day_quota = p->manager.daily_quota,
        .hour_quota = p->manager.hourly_quota,
        .given = p->given,
        .given_count = p->given_count,
        .last_at = INSTANT_NONE,
        .catch_up = p->catch_up,
        .declined = x->except.v && x->except.v == p->user.id.v,
    };

    if (x->wish.product.len || x->wish.region.len || x->wish.language.len) {
        skills_read(c, p);
        one.products = p->products;
        one.regions = p->regions;
        one.languages = p->languages;
    }
    one.certified = certified(x, p);
    if (x->own_gate)
        one.products = gated_products(c, x, one.certified);
    for (size_t i = 0; i < x->declined_count; i++)
        one.declined |= x->declined[i].v == one.user.v;
    one.fit = route_fit(&one, &x->wish);
    return one;
}

/* Places come by user. */
static const struct pool_member *member_find(const struct pool_members *list, struct user_id user)
{
    return sorted_find(list->items, list->count, sizeof *list->items, user.v);
}

static void member_put(struct arena *a, struct pool_members *list, const struct pool_member *m)
{
    size_t at = sorted_at(list->items, list->count, sizeof *list->items, SORTED_RISING, m->user.v);
    struct pool_member *items;

    if (at < list->count && list->items[at].user.v == m->user.v) {
        list->items[at].pass = m->pass;
        list->items[at].last_at = m->last_at;
        list->items[at].credit = m->credit;
        list->items[at].away = m->away;
        list->items[at].since = m->since;
        return;
    }
    items = ARENA_ARRAY(a, struct pool_member, list->count + 1);
    for (size_t i = 0; i < list->count; i++)
        items[i + (i >= at)] = list->items[i];
    items[at] = *m;
    list->items = items;
    list->count++;
}

/* The pool becomes the one that is asked. id 0: the default one, where there is none yet. */
enum err flow_choice_pool(struct ctx *c, struct db_tx *tx, struct choice *x, struct pool_id id)
{
    struct desk_pool *one = x->desk->pools;
    enum err e = ERR_NONE;

    while (one && one->pool.id.v != id.v)
        one = one->next;
    if (!one) {
        one = ARENA_NEW(c->arena, struct desk_pool);
        one->pool = x->desk->everyone;
        if (id.v && id.v != one->pool.id.v)
            e = route_pool_get(c, tx, id, &one->pool);
        if (e || (id.v && (e = route_member_list(c, tx, id, &one->members))))
            return e;
        one->frame.pool = one->pool.id;
        one->next = x->desk->pools;
        x->desk->pools = one;
    }
    x->asked = one;
    x->pool = one->pool;
    return ERR_NONE;
}

enum err flow_desk_ready(struct ctx *c, struct db_tx *tx, struct desk *d)
{
    struct choice x = { .desk = d };
    struct pools pools;
    enum err e = flow_worth_read(c, tx, d);

    if (e)
        return e;
    asks_read(d);
    if (d->asks_company_score && (e = flow_desk_model(c, tx, d)))
        return e;
    if (!d->conds)
        d->conds = ARENA_ARRAY(c->arena, struct cond *, d->rules.count + 1);
    for (size_t i = 0; i < d->rules.count && !e; i++)
        if (!d->conds[i])
            e = flow_cond(c, d->rules.items[i].condition, &d->conds[i]);
    for (size_t i = 0; i < d->count && !e; i++)
        skills_read(c, &d->people[i]);
    if (e || (e = route_pool_list(c, tx, &pools)))
        return e;
    for (size_t i = 0; i < pools.count && !e; i++) {
        e = flow_choice_pool(c, tx, &x, pools.items[i].id);
        if (!e && pools.items[i].policy == POLICY_VALUE)
            e = flow_worth_predictor(c, tx, d);
    }
    if (!e && d->everyone.policy == POLICY_VALUE)
        e = flow_worth_predictor(c, tx, d);
    return e ? e : flow_choice_pool(c, tx, &x, d->everyone.id);
}

/* Where somebody begins who never had a place in this pool: with the one who is next. */
static int64_t first_place(const struct pool_members *list, bool everyone)
{
    int64_t least = INT64_MAX;

    for (size_t i = 0; i < list->count; i++)
        if ((everyone || list->items[i].member) && route_member_pass(list, &list->items[i]) < least)
            least = route_member_pass(list, &list->items[i]);
    return least == INT64_MAX ? 0 : least;
}

static int64_t weight_within(int64_t weight)
{
    return weight < 1 ? 1 : weight > ROUTE_WEIGHT_MAX ? ROUTE_WEIGHT_MAX : weight;
}

size_t flow_choice_people(struct ctx *c, const struct choice *x, struct person *people, struct desk_person **who)
{
    const struct pool_members *members = &x->asked->members;
    int64_t first = first_place(members, x->pool.everyone);
    size_t count = 0;

    for (size_t i = 0; i < x->desk->count; i++) {
        struct desk_person *p = &x->desk->people[i];
        const struct pool_member *m = member_find(members, p->user.id);

        if (x->pool.everyone ? !flow_desk_everyone(x->desk, p) : !m || !m->member)
            continue;
        people[count] = flow_choice_person(c, x, p);
        people[count].pass = m ? route_member_pass(members, m) : first;
        people[count].last_at = m ? m->last_at : INSTANT_NONE;
        people[count].credit = m ? m->credit : 0;
        people[count].weight = weight_within(m && m->weight ? m->weight : p->manager.weight);
        who[count++] = p;
    }
    return count;
}

/* The pool's place has moved: those who are away have moved with it. Nobody is: nobody would ask. */
static enum err place_move(struct ctx *c, struct db_tx *tx, struct desk_pool *pool, int64_t moved)
{
    bool any = false;
    enum err e;

    for (size_t i = 0; i < pool->members.count && moved; i++)
        any |= pool->members.items[i].away;
    if (!any || (e = route_pool_move(c, tx, pool->pool.id, moved)))
        return any ? e : ERR_NONE;
    pool->members.moved += moved;
    return ERR_NONE;
}

/* Writes the places that are not what is kept says of them by now: of whoever got the lead, and of those who begin or end to be away. */
static enum err places_keep(struct ctx *c, struct db_tx *tx, struct desk_pool *pool, const struct person *people, const struct candidate *candidates,
                            size_t count, int64_t moved)
{
    enum err e = place_move(c, tx, pool, moved);

    for (size_t i = 0; i < count && !e; i++) {
        const struct pool_member *m = member_find(&pool->members, people[i].user);
        struct pool_member kept = { .user = people[i].user, .pass = people[i].pass, .last_at = people[i].last_at, .credit = people[i].credit,
                                    .away = candidates[i].why != CANDIDATE_OK && !people[i].catch_up, .since = pool->members.moved };

        if (m && route_member_pass(&pool->members, m) == kept.pass && m->last_at == kept.last_at && m->credit == kept.credit)
            continue;
        if (!(e = route_member_keep(c, tx, pool->pool.id, &kept)))
            member_put(c->arena, &pool->members, &kept);
    }
    return e;
}

static void candidate_add(struct choice *x, const struct candidate *one)
{
    x->candidates[x->count++] = *one;
}

/* Whether the lead has waited to be claimed for as long as was promised. */
static enum err claim_time(struct ctx *c, struct db_tx *tx, struct lead_id lead, bool *over)
{
    struct waiting w;
    enum err e = route_waiting_find(c, tx, lead, &w);

    if (!e)
        *over = w.id && str_eq(w.why, STR("claim")) && c->now >= w.promise_due;
    return e;
}

/* Who it is after the lot, when the rule draws some. A dry choice tells the chances and what the policy would do. */
static ptrdiff_t draw(struct ctx *c, struct lead_id lead, struct choice *x, struct candidate *candidates, size_t count, ptrdiff_t first)
{
    x->share = x->rule ? x->rule->explore * FIX_ONE / 100 : 0;
    if (!x->share)
        return first;
    route_lot_chances(candidates, count, first, x->share);
    if (x->dry)
        return first;
    x->seed = route_lot_seed(lead, c->now);
    return route_lot_draw(candidates, count, first, x->share, x->seed, &x->lot);
}

static enum err ask_pool(struct ctx *c, struct db_tx *tx, const struct lead *lead, struct choice *x)
{
    struct person *people = x->desk->room.people;
    struct candidate *candidates = x->candidates + x->count;
    struct desk_person **who = x->desk->room.who;
    bool somebody = false, over = false;
    size_t count = flow_choice_people(c, x, people, who);
    int64_t moved;
    ptrdiff_t pick;
    enum err e = ERR_NONE;

    if (x->pool.policy == POLICY_VALUE && (e = flow_worth(c, tx, x->desk, lead, NULL, c->now, people, count)))
        return e;
    for (size_t i = 0; i < count; i++) {
        candidates[i] = route_eligible(&people[i], &x->need);
        candidates[i].fallback = x->second;
        somebody |= candidates[i].why == CANDIDATE_OK;
    }
    x->count += count;
    if (x->pool.policy == POLICY_CLAIM && somebody && !x->dry && (e = claim_time(c, tx, lead->id, &over)))
        return e;
    if (x->pool.policy == POLICY_CLAIM && somebody && !over) {
        x->claim = true;
        return ERR_NONE;
    }
    pick = route_first(x->pool.policy, people, candidates, count);
    if (pick >= 0) {
        pick = draw(c, lead->id, x, candidates, count, pick);
        moved = route_took(x->pool.policy, people, candidates, count, pick, c->now);
        candidates[pick].picked = true;
        x->picked = who[pick];
        x->policy = str_of(route_policy_words[x->pool.policy]);
        if (!x->dry)
            e = places_keep(c, tx, x->asked, people, candidates, count, moved);
    }
    return e;
}

/* The owner, if there is one who may; else they stand first among those who were asked. The lead is in the load already. */
static void ask_owner(struct ctx *c, const struct lead *lead, struct choice *x)
{
    struct desk_person *p = lead->owner.v ? flow_desk_find(x->desk, lead->owner) : NULL;
    struct person person;
    struct candidate candidate;

    if (!p)
        return;
    person = flow_choice_person(c, x, p);
    person.load -= x->need.units;
    person.day_quota = person.hour_quota = 0; /* what one has is not given anew */
    candidate = route_eligible(&person, &x->need);
    candidate.load = p->load;
    candidate.owner = true;
    if (candidate.why == CANDIDATE_OK) {
        candidate.picked = true;
        x->picked = p;
        x->policy = STR("owner");
    }
    candidate_add(x, &candidate);
}

/* Whoever has the company, if one of them may: it is a new lead to them. */
static void ask_company(struct ctx *c, const struct lead *lead, struct choice *x)
{
    for (size_t i = 0; i < x->kin.count && x->desk->setting.company_keeps && !x->picked; i++) {
        struct desk_person *p = flow_desk_find(x->desk, x->kin.owners[i]);
        struct person person;
        struct candidate candidate;

        if (!p || p->user.id.v == lead->owner.v)
            continue;
        person = flow_choice_person(c, x, p);
        candidate = route_eligible(&person, &x->need);
        candidate.kin = true;
        if (candidate.why == CANDIDATE_OK) {
            candidate.picked = true;
            x->picked = p;
            x->policy = STR("company");
        }
        candidate_add(x, &candidate);
    }
}

static void fit_put(const struct choice *x, struct person *p, size_t k, struct route_fit_list *fits)
{
    p->capacity = p->day_quota = p->hour_quota = 0;
    fits->why[k] = route_eligible(p, &x->need).why;
    if (fits->why[k] == CANDIDATE_OK)
        fits->fit[k] = route_fit(p, &x->wish);
}

/* Adds what the people of a pool are worth to the lead: where single leads go by the greatest expected value, in the measure of that. */
static enum err fits_of_pool(struct ctx *c, struct db_tx *tx, struct choice *x, const struct lead *lead, const struct history *history,
                             struct route_fit_list *fits)
{
    struct person *people = x->desk->room.people;
    struct desk_person **who = x->desk->room.who;
    size_t count = flow_choice_people(c, x, people, who);
    int64_t best = 0;
    enum err e = ERR_NONE;

    if (x->pool.policy == POLICY_VALUE && (e = flow_worth(c, tx, x->desk, lead, history, c->now, people, count)))
        return e;
    for (size_t i = 0; i < count; i++)
        best = people[i].value > best ? people[i].value : best;
    for (size_t i = 0; i < count; i++) {
        size_t k = (size_t)(who[i] - x->desk->people);
        int64_t value = people[i].value;

        fit_put(x, &people[i], k, fits);
        if (best > 0 && fits->why[k] == CANDIDATE_OK) {
            int64_t share = fix_muldiv(fits->fit[k], value, best);

            fits->fit[k] = share > 0 ? share : 1;
        }
    }
    return ERR_NONE;
}

static void fits_of_all(struct ctx *c, struct choice *x, struct route_fit_list *fits)
{
    for (size_t k = 0; k < x->desk->count; k++) {
        struct person p = flow_choice_person(c, x, &x->desk->people[k]);

        fit_put(x, &p, k, fits);
    }
}

/* What is decided is no work any more; by a word no rule asks for anything. */
static void fits_need(struct ctx *c, struct choice *x, const struct lead *lead, enum fit_by by)
{
    bool open = lead->stage < STAGE_WON;

    if (by == FIT_BY_WORD)
        x->rule = NULL;
    if (by == FIT_BY_WORD || !open) {
        x->need.product = x->need.region = x->need.language = STR_NULL;
        x->gate_count = 0;
        flow_choice_gates(c, &x->desk->products, x->wish.product, open ? x->rule : NULL, x);
    }
    x->need.band = open ? (enum band)lead->band : BAND_COLD;
    x->need.units = flow_load_units(x->need.band);
    x->need.now = x->need.band == BAND_HOT;
    x->wish.band = x->need.band;
}

enum err flow_route_fits(struct ctx *c, struct db_tx *tx, struct desk *d, const struct history *history,
                         const struct lead *lead, enum fit_by by, struct route_fit_list *fits)
{
    struct choice x;
    enum err e = flow_choice_begin(c, tx, d, history, lead, &x);

    fits->fit = ARENA_ARRAY(c->arena, int64_t, d->count + 1);
    fits->why = ARENA_ARRAY(c->arena, enum candidate_why, d->count + 1);
    if (e)
        return e;
    fits_need(c, &x, lead, by);
    if (by == FIT_BY_WORD) {
        fits_of_all(c, &x, fits);
        return ERR_NONE;
    }
    if ((e = flow_choice_pool(c, tx, &x, x.rule ? x.rule->pool : d->everyone.id)))
        return e;
    if ((e = fits_of_pool(c, tx, &x, lead, history, fits)) || !x.rule || !x.rule->fallback.v
        || (e = flow_choice_pool(c, tx, &x, x.rule->fallback)))
        return e;
    return fits_of_pool(c, tx, &x, lead, history, fits);
}

enum err flow_choose(struct ctx *c, struct db_tx *tx, const struct lead *lead, struct choice *x)
{
    enum err e;

    ask_owner(c, lead, x);
    if (!x->picked)
        ask_company(c, lead, x);
    if (x->picked)
        return ERR_NONE;
    if ((e = flow_choice_pool(c, tx, x, x->rule ? x->rule->pool : x->desk->everyone.id)))
        return e;
    e = ask_pool(c, tx, lead, x);
    if (e || x->picked || x->claim || !x->rule || !x->rule->fallback.v)
        return e;
    if ((e = flow_choice_pool(c, tx, x, x->rule->fallback)))
        return e;
    x->second = true;
    return ask_pool(c, tx, lead, x);
}

/* ---- the queue of those who are first ---- */

enum err flow_claim_may(struct ctx *c, struct db_tx *tx, struct desk *d, const struct history *history, const struct lead *lead,
                        struct user_id user)
{
    struct desk_person *p = flow_desk_find(d, user);
    const struct pool_member *m;
    struct waiting w;
    struct choice x;
    struct person person;
    struct candidate candidate;
    enum err e = flow_choice_begin(c, tx, d, history, lead, &x);

    /* A head takes what there is to take: the rules are theirs. */
    if (e || !p || p->user.role != ROLE_MANAGER)
        return e;
    if ((e = route_waiting_find(c, tx, lead->id, &w)))
        return e;
    if (!w.id || !str_eq(w.why, STR("claim")))
        return ERR_NOT_FOUND;
    if ((e = flow_choice_pool(c, tx, &x, w.pool)))
        return e;
    m = member_find(&x.asked->members, user);
    if (w.pool.v && !x.pool.everyone && (!m || !m->member))
        return ERR_NOT_FOUND;
    x.need.now = false; /* one may work late by one's own will */
    person = flow_choice_person(c, &x, p);
    candidate = route_eligible(&person, &x.need);
    return candidate.why == CANDIDATE_OK ? ERR_NONE : fault_set(c, ERR_CONFLICT, "not for this person now: %s", candidate_why_word(candidate.why));
}
