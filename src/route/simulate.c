/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "route/simulate.h"

#include <stdlib.h>
#include <string.h>

#include "route/lot.h"
#include "route/route.h"
#include "route/simulate_inner.h"
#include "route/transfer.h"

const char *const route_sim_why_words[SIM_WHYS + 1] = { "same", "no_record", "no_pool", "rule", "owner", "people", "eligible", "pick", NULL };

enum { TELL_DEEDS = 1000 };

/* ---- people and pools as they stand ---- */

static void rank_set(struct sim *s)
{
    s->rank = INT32_MAX;
    for (size_t i = 0; i < s->in->people_count; i++) {
        const struct sim_facts *f = s->people[i].facts;

        if (f && f->p.active && f->rank < s->rank)
            s->rank = f->rank;
    }
}

/* What a deed with this id, or an instant between deeds, sees. */
static bool advance(struct sim *s, int64_t id, instant at)
{
    bool changed = false;

    for (; s->change < s->change_count; s->change++) {
        const struct sim_change *one = &s->changes[s->change];

        if (id ? one->since >= id : one->at > at)
            break;
        if (one->facts) {
            s->people[one->index].facts = one->facts;
            s->people[one->index].open = s->people[one->index].shut = (struct cal_span){ 0, 0 };
        } else {
            s->pools[one->index] = one->pool;
        }
        changed = true;
    }
    if (changed)
        rank_set(s);
    return changed;
}

static int change_cmp(const void *pa, const void *pb)
{
    const struct sim_change *a = pa, *b = pb;

    return a->since < b->since ? -1 : a->since > b->since;
}

static void changes_list(struct sim *s)
{
    const struct sim_input *in = s->in;
    size_t n = 0;

    for (size_t i = 0; i < in->people_count; i++)
        n += in->people[i].count;
    for (size_t i = 0; i < in->pool_count; i++)
        n += in->pools[i].count;
    s->changes = ARENA_ARRAY(s->a, struct sim_change, n + 1);
    for (size_t i = 0; i < in->people_count; i++)
        for (size_t k = 0; k < in->people[i].count; k++) {
            const struct sim_facts *f = &in->people[i].facts[k];
            s->changes[s->change_count++] = (struct sim_change){ f->since, f->at, i, f, NULL };
        }
    for (size_t i = 0; i < in->pool_count; i++)
        for (size_t k = 0; k < in->pools[i].count; k++) {
            const struct sim_pool_state *p = &in->pools[i].states[k];
            s->changes[s->change_count++] = (struct sim_change){ p->since, p->at, i, NULL, p };
        }
    if (s->change_count > 1)
        qsort(s->changes, s->change_count, sizeof *s->changes, change_cmp);
}

static bool belongs(const struct sim *s, const struct sim_pool_state *pool, size_t i)
{
    const struct sim_facts *f = s->people[i].facts;

    return f && (pool->everyone ? f->rank == s->rank : pool->weight[i] >= 0);
}

/* ---- loads ---- */

static void owner_move(int64_t *load, int32_t from, int32_t to, int64_t units)
{
    if (from >= 0)
        load[from] -= units;
    if (to >= 0)
        load[to] += units;
}

static void real_owner(struct sim *s, struct sim_state *l, int32_t to)
{
    owner_move(s->real, l->real, to, l->units);
    l->real = to;
}

static void own_owner(struct sim *s, struct sim_state *l, int32_t to)
{
    owner_move(s->own, l->owner, to, l->units);
    l->owner = to;
}

static void units_set(struct sim *s, struct sim_state *l, int64_t units)
{
    if (l->real >= 0)
        s->real[l->real] += units - l->units;
    if (l->owner >= 0)
        s->own[l->owner] += units - l->units;
    l->units = units;
}

/* What the record tells of loads is the truth; the run's differ from it by what it did otherwise. */
static void loads_take(struct sim *s, const struct sim_deed *d)
{
    for (size_t i = 0; i < d->seen_count; i++) {
        int32_t p = d->seen[i].person;

        if (p >= 0) {
            s->own[p] += d->seen[i].load - s->real[p];
            s->real[p] = d->seen[i].load;
        }
    }
}

/* ---- quotas ---- */

static void give_count(struct sim *s, int32_t person, instant at)
{
    struct sim_self *p = &s->people[person];

    p->given = arena_more(s->a, p->given, p->given_count, sizeof *p->given);
    p->given[p->given_count++] = at;
}

/* What is out of the window already is in no quota anyway. */
static void give_uncount(struct sim *s, int32_t person, instant at)
{
    struct sim_self *p = &s->people[person];
    size_t i = p->given_from;

    while (i < p->given_count && p->given[i] != at)
        i++;
    if (i == p->given_count)
        return;
    p->given_count--;
    memmove(p->given + i, p->given + i + 1, (p->given_count - i) * sizeof *p->given);
}

static void given_window(struct sim_self *p, instant now, struct person *out)
{
    while (p->given_from < p->given_count && p->given[p->given_from] <= now - DAY_US)
        p->given_from++;
    out->given = p->given + p->given_from;
    out->given_count = p->given_count - p->given_from;
}

/* ---- the choice ---- */

static bool refused(const struct sim *s, const struct sim_ask *ask, int32_t person)
{
    const struct sim_lead *lead = &s->in->leads[ask->lead];
    const struct sim_state *l = &s->leads[ask->lead];

    for (size_t i = 0; i < lead->refused_count; i++)
        if (lead->refused[i] == person)
            return true;
    for (size_t i = 0; i < l->refused_count; i++)
        if (l->refused[i] == person)
            return true;
    return ask->except == person;
}

/* A list that names no product: of a gated one the certificate is the skill. */
static const struct str nothing = { "", 0 };

/* What of a person is not the same from question to question. */
static void person_set(struct sim *s, const struct sim_ask *ask, int32_t i, struct person *one)
{
    one->load = s->own[i];
    one->open = s->people[i].open;
    one->shut = s->people[i].shut;
    one->declined = refused(s, ask, i);
    one->hidden = ask->hidden && ask->hidden[i];
    one->certified = ask->way->certified && ask->way->certified[i];
    one->products = s->people[i].facts->p.products;
    if (ask->way->own_gate)
        one->products = (struct texts){ one->certified ? &ask->wish.product : &nothing, 1 };
    one->fit = s->fits ? route_fit(one, &ask->wish) : 0;
    given_window(&s->people[i], ask->need.at, one);
}

static struct person person_now(struct sim *s, const struct sim_ask *ask, int32_t i)
{
    struct person one = s->people[i].facts->p;

    one.last_at = INSTANT_NONE;
    person_set(s, ask, i, &one);
    return one;
}

static int64_t weight_within(int64_t weight)
{
    return weight < 1 ? 1 : weight > ROUTE_WEIGHT_MAX ? ROUTE_WEIGHT_MAX : weight;
}

/* The place with which somebody begins of whom nothing is known: with the one who is next. */
static int64_t first_place(const struct sim *s, const struct sim_pool_state *pool, const struct sim_place *places)
{
    int64_t least = INT64_MAX;

    for (size_t i = 0; i < s->in->people_count; i++)
        if (belongs(s, pool, i) && places[i].known && places[i].pass < least)
            least = places[i].pass;
    return least == INT64_MAX ? 0 : least;
}

/* How much of the record, from where it is read, is of this pool. */
static size_t recorded(const struct sim *s, const struct sim_ask *ask, int32_t pool)
{
    int32_t asked = !ask->deed ? -1 : ask->second ? ask->deed->then.fallback : ask->deed->then.pool;
    size_t left = ask->deed && ask->seen_from < ask->deed->seen_count ? ask->deed->seen_count - ask->seen_from : 0;

    if (asked < 0 || (asked != pool && asked != s->in->pools[pool].twin))
        return 0;
    return left < s->count ? left : s->count;
}

/* What the lead is worth in their hands: as the decision had it, where it went by that. */
static void worths_set(struct sim *s, const struct sim_ask *ask, int32_t index)
{
    const struct sim_deed *d = ask->of;
    bool kept = s->in->pools[index].twin < 0;

    for (size_t k = 0; k < s->count; k++)
        s->row[k].value = d->value ? d->value[s->who[k]] : 0;
    for (size_t k = 0; kept && k < ask->seen_count; k++) {
        const struct sim_seen *one = &d->seen[ask->seen_from + k];

        for (size_t j = 0; j < s->count; j++) {
            size_t at = (k + j) % s->count; /* most often they stand alike */

            if (s->who[at] == one->person) {
                s->row[at].value = one->value;
                break;
            }
        }
    }
}

/* Places not known yet are taken from what the deed found in this pool, else from what the caller knows. */
static void places_learn(struct sim *s, const struct sim_ask *ask, int32_t pool)
{
    struct sim_place *places = s->places[pool];
    const struct sim_place *told = s->in->pools[pool].places;

    for (size_t k = ask->seen_from; k < ask->seen_from + ask->seen_count; k++) {
        const struct sim_seen *one = &ask->deed->seen[k];

        /* Until anything goes otherwise the run's places are the real ones, with what others did to them. */
        if (one->person >= 0 && (!places[one->person].known || sim_by_record(s) || s->drifts == 0))
            places[one->person] = (struct sim_place){ one->pass, one->last_at, one->credit, true };
    }
    for (size_t k = 0; told && k < s->count; k++)
        if (!places[s->who[k]].known && told[s->who[k]].known)
            places[s->who[k]] = told[s->who[k]];
}

static void crew_put(struct sim *s, struct sim_crew *crew, const struct sim_pool_state *pool, size_t k, int32_t i)
{
    crew->who[k] = i;
    crew->row[k] = s->people[i].facts->p;
    crew->row[k].weight = weight_within(!pool->everyone && pool->weight[i] ? pool->weight[i] : crew->row[k].weight);
}

/* Who belongs to a pool: told anew when anybody or any pool is another. */
static struct sim_crew *crew_of(struct sim *s, int32_t index)
{
    struct sim_crew *crew = &s->crews[index];

    if (crew->of == s->change && crew->row)
        return crew;
    if (!crew->row) {
        crew->row = ARENA_ARRAY(s->a, struct person, s->in->people_count + 1);
        crew->who = ARENA_ARRAY(s->a, int32_t, s->in->people_count + 1);
    }
    crew->of = s->change;
    crew->count = 0;
    for (size_t i = 0; i < s->in->people_count; i++)
        if (belongs(s, s->pools[index], i))
            crew_put(s, crew, s->pools[index], crew->count++, (int32_t)i);
    return crew;
}

/* They stand as the record has them. false: the record has others; ask->person says who. */
static bool crew_order(struct sim *s, struct sim_ask *ask, int32_t index, struct sim_crew *crew)
{
    const struct sim_deed *d = ask->deed;

    for (size_t k = 0; k < crew->count; k++) {
        int32_t seen = ask->seen_from + k < d->seen_count ? d->seen[ask->seen_from + k].person : -1;

        if (seen < 0 || !s->people[seen].facts || !belongs(s, s->pools[index], (size_t)seen)) {
            ask->person = seen < 0 ? crew->who[k] : seen;
            return false;
        }
        if (crew->who[k] != seen)
            crew_put(s, crew, s->pools[index], k, seen);
    }
    return true;
}

/* The people of a pool as they stand now, with their places. */
static bool pool_people(struct sim *s, struct sim_ask *ask, int32_t index)
{
    const struct sim_pool_state *pool = s->pools[index];
    struct sim_crew *crew = crew_of(s, index);
    int64_t first = INT64_MIN;

    if (s->mode == SIM_PROVE && ask->deed->seen_count && !crew_order(s, ask, index, crew)) {
        crew->of = SIZE_MAX; /* it may name somebody twice by now */
        return false;
    }
    s->row = crew->row;
    s->who = crew->who;
    s->count = crew->count;
    s->fits = pool->policy == POLICY_BEST_MATCH;
    ask->seen_count = recorded(s, ask, index);
    places_learn(s, ask, index);
    for (size_t k = 0; k < s->count; k++) {
        struct sim_place *place = &s->places[index][s->who[k]];

        person_set(s, ask, s->who[k], &s->row[k]);
        if (!place->known && first == INT64_MIN)
            first = first_place(s, pool, s->places[index]);
        s->row[k].pass = place->known ? place->pass : first;
        s->row[k].last_at = place->known ? place->last_at : INSTANT_NONE;
        s->row[k].credit = place->known ? place->credit : 0;
    }
    if (pool->policy == POLICY_VALUE)
        worths_set(s, ask, index);
    return true;
}

static void places_put(struct sim *s, int32_t pool)
{
    for (size_t k = 0; k < s->count; k++)
        s->places[pool][s->who[k]] = (struct sim_place){ s->row[k].pass, s->row[k].last_at, s->row[k].credit, true };
}

/* With what chance the record did it with this person. */
static fix logged(const struct sim_deed *d, int32_t person)
{
    fix most = 0;

    for (size_t k = 0; k < d->seen_count; k++)
        if (d->seen[k].person == person && d->seen[k].probability > most)
            most = d->seen[k].probability;
    return most;
}

static void choice_put(struct sim *s, const struct sim_ask *ask, ptrdiff_t first)
{
    struct sim_choice *x = &s->out->choices[ask->of - s->in->deeds];

    x->unreached = x->ratio = x->target = 0;
    for (size_t k = 0; k < s->count; k++) {
        fix chance = ask->way->share ? s->candidates[k].probability : k == (size_t)first ? FIX_ONE : 0;

        if (!chance)
            continue;
        x->ratio += fix_muldiv(chance, s->in->people[s->who[k]].ratio, FIX_ONE);
        if (s->who[k] == ask->of->to)
            x->target += chance;
        if (!logged(ask->of, s->who[k]))
            x->unreached += chance;
    }
}

static ptrdiff_t pick(struct sim *s, const struct sim_ask *ask, enum policy policy)
{
    ptrdiff_t first = route_first(policy, s->row, s->candidates, s->count);
    bool lot;

    if (first >= 0 && ask->way->share)
        route_lot_chances(s->candidates, s->count, first, ask->way->share);
    if (first >= 0 && s->mode == SIM_ASK)
        choice_put(s, ask, first);
    if (first < 0 || !ask->way->share)
        return first;
    return route_lot_draw(s->candidates, s->count, first, ask->way->share,
                          route_lot_seed(s->in->leads[ask->lead].lead, ask->need.at), &lot);
}

/* Reasons against the record's. */
static bool reasons_same(struct sim *s, struct sim_ask *ask)
{
    for (size_t k = 0; k < s->count && ask->seen_from + k < ask->deed->seen_count; k++)
        if (s->candidates[k].why != ask->deed->seen[ask->seen_from + k].why) {
            ask->person = s->who[k];
            return false;
        }
    return true;
}

/* When somebody may by the clock alone, and by when those who may now must have claimed it. */
static void wait_until(struct sim *s, struct sim_ask *ask)
{
    for (size_t k = 0; k < s->count; k++) {
        const struct candidate *one = &s->candidates[k];

        if (one->again_at < ask->again_at)
            ask->again_at = one->again_at;
        if (one->why == CANDIDATE_OK) {
            instant by = route_sim_due(&s->people[s->who[k]].facts->whole, ask->need.at, ask->way->minutes);

            ask->claim_by = by < ask->claim_by ? by : ask->claim_by;
        }
    }
}

/* A calendar is asked once for each stretch of work or of none. */
static void hours_keep(struct sim_self *p, const struct candidate *one, instant now)
{
    bool shut = one->why == CANDIDATE_CLOSED || one->why == CANDIDATE_ABSENT;

    if (shut && !(p->shut.from <= now && now < p->shut.until))
        p->shut = (struct cal_span){ now, one->again_at };
    else if (one->why == CANDIDATE_OK && !(p->open.from <= now && now < p->open.until))
        p->open = cal_stretch(p->facts->p.cal, now);
}

/* SIM_SAME: asked; ask->picked says whom. */
static enum sim_why ask_pool(struct sim *s, struct sim_ask *ask, int32_t index)
{
    const struct sim_pool_state *pool = index >= 0 ? s->pools[index] : NULL;
    bool proves = s->mode == SIM_PROVE && ask->deed->seen_count;
    ptrdiff_t got;

    if (!pool)
        return SIM_NO_POOL;
    if (!pool_people(s, ask, index))
        return SIM_PEOPLE;
    for (size_t k = 0; k < s->count; k++) {
        s->candidates[k] = route_eligible(&s->row[k], &ask->need);
        hours_keep(&s->people[s->who[k]], &s->candidates[k], ask->need.at);
    }
    if (proves && !reasons_same(s, ask))
        return SIM_ELIGIBLE;
    got = pick(s, ask, pool->policy);
    if (got < 0 || (pool->policy == POLICY_CLAIM && !ask->claim_over)) {
        ask->claim |= got >= 0;
        wait_until(s, ask);
        return SIM_SAME;
    }
    ask->picked = s->who[got];
    ask->pool = index;
    (void)route_took(pool->policy, s->row, s->candidates, s->count, got, ask->need.at);
    return SIM_SAME;
}

/* Whoever has the lead keeps it, if they may. */
static bool ask_owner(struct sim *s, const struct sim_ask *ask)
{
    const struct sim_state *l = &s->leads[ask->lead];
    struct person p;

    if (l->owner < 0 || !s->people[l->owner].facts)
        return false;
    p = person_now(s, ask, l->owner);
    p.load -= ask->need.units;
    p.day_quota = p.hour_quota = 0;
    return route_eligible(&p, &ask->need).why == CANDIDATE_OK;
}

/* Whoever has the company, as it really was then: the first who may. */
static enum sim_why ask_kin(struct sim *s, struct sim_ask *ask)
{
    const struct sim_deed *d = ask->of;
    size_t k = 0;

    for (; k < d->seen_count && d->seen[k].kin; k++) {
        int32_t i = d->seen[k].person;
        struct person p;
        enum candidate_why why;

        if (i < 0 || !s->people[i].facts || ask->picked >= 0 || i == s->leads[ask->lead].owner)
            continue;
        p = person_now(s, ask, i);
        why = route_eligible(&p, &ask->need).why;
        if (s->mode == SIM_PROVE && why != d->seen[k].why) {
            ask->person = i;
            return SIM_ELIGIBLE;
        }
        if (why == CANDIDATE_OK) {
            ask->picked = i;
            ask->company = true;
        }
    }
    ask->seen_from = k;
    return SIM_SAME;
}

static enum sim_why choose(struct sim *s, struct sim_ask *ask)
{
    enum sim_why why;

    if (ask_owner(s, ask)) {
        ask->picked = s->leads[ask->lead].owner;
        ask->owner = true;
        return SIM_SAME;
    }
    why = ask_kin(s, ask);
    if (why || ask->picked >= 0)
        return why;
    why = ask_pool(s, ask, ask->way->pool);
    if (why || ask->picked >= 0 || ask->claim || ask->way->fallback < 0)
        return why;
    ask->seen_from += s->count;
    ask->second = true;
    return ask_pool(s, ask, ask->way->fallback);
}

const struct sim_way *route_sim_way_of(const struct sim *s, const struct sim_deed *d)
{
    return s->other ? &d->other : &d->then;
}

struct sim_ask route_sim_ask_of(const struct sim *s, const struct sim_deed *l, bool recorded, int32_t lead, instant now)
{
    const struct sim_way *way = route_sim_way_of(s, l);
    struct sim_ask ask = { .of = l, .deed = recorded ? l : NULL, .lead = lead, .way = way, .except = -1, .picked = -1, .pool = -1, .person = -1, .hidden = l->hidden,
                           .again_at = INSTANT_NEVER, .claim_by = INSTANT_NEVER };

    ask.need = (struct need){ .at = now, .band = BAND_HOT, .units = s->in->hot_units, .now = true };
    ask.wish = ask.need;
    ask.need.gated = way->certified != NULL;
    ask.wish.product = l->product;
    ask.wish.region = l->region;
    ask.wish.language = l->language;
    if (way->demands & ROUTE_MATCH_PRODUCT)
        ask.need.product = l->product;
    if (way->demands & ROUTE_MATCH_REGION)
        ask.need.region = l->region;
    if (way->demands & ROUTE_MATCH_LANGUAGE)
        ask.need.language = l->language;
    return ask;
}

/* ---- a deed ---- */

/* Where the run's answer is another than the record's. */
static enum sim_why compare(const struct sim *s, const struct sim_deed *d, struct sim_ask *ask, enum sim_why why)
{
    if (d->rule_was != -2 && d->rule_was != d->then.rule && s->mode == SIM_PROVE)
        return SIM_RULE;
    if (why)
        return why;
    if (s->mode == SIM_REAL || s->mode == SIM_ASK)
        return SIM_SAME;
    if (ask->picked == d->to && (d->to < 0 || ask->owner == d->owner_kept))
        return SIM_SAME;
    ask->person = ask->picked;
    if (s->mode == SIM_PROVE && d->to >= 0 && !d->seen_count)
        return SIM_NO_RECORD;
    return ask->owner != d->owner_kept ? SIM_OWNER : SIM_PICK;
}

/* The lead leaves whoever had it, as the live house does before it asks again. */
static void let_go(struct sim *s, const struct sim_deed *d, struct sim_state *l)
{
    if (l->owner == d->from && !d->stays)
        own_owner(s, l, -1);
    if (l->real == d->from && !d->stays)
        real_owner(s, l, -1);
    if (!d->stays && d->kind == SIM_DECLINED)
        route_sim_refuse(s, l, d->from);
}

static void really(struct sim *s, const struct sim_deed *d, struct sim_state *l)
{
    if (d->to >= 0) {
        real_owner(s, l, d->to);
        if (d->counted && sim_by_record(s))
            give_count(s, d->to, d->at);
    }
    if (sim_by_record(s)) {
        if (d->to >= 0)
            own_owner(s, l, d->to);
        if (d->stays)
            route_sim_refuse(s, l, d->from);
    }
}

void route_sim_got(struct sim *s, const struct sim_ask *ask, struct sim_state *l)
{
    own_owner(s, l, ask->picked);
    if (!ask->owner) {
        give_count(s, ask->picked, ask->need.at);
        if (ask->pool >= 0)
            places_put(s, ask->pool);
    }
}

static void choice_end(struct sim *s, const struct sim_deed *d, int32_t picked)
{
    struct sim_choice *x = &s->out->choices[d - s->in->deeds];

    if (picked < 0) /* nobody, or whoever takes it first: no record tells what would have come of it */
        *x = (struct sim_choice){ .unreached = FIX_ONE };
    x->asked = true;
    x->picked = picked;
}

/* Decides at a deed; *why: how that compares. */
static void decide(struct sim *s, const struct sim_deed *d, struct sim_state *l, struct sim_check *check)
{
    struct sim_ask ask = route_sim_ask_of(s, d, true, d->lead, d->at);
    enum sim_why why;

    if (d->kind == SIM_DECLINED || d->kind == SIM_LEFT) {
        let_go(s, d, l);
        ask.except = d->stays ? d->from : -1;
    }
    ask.claim_over = d->kind == SIM_OFFERED && (l->claim || (d->claim && !l->drifted));
    if (s->mode == SIM_REAL) {
        ask.picked = d->to;
        ask.owner = !d->counted;
        ask.claim = d->claim;
        why = SIM_SAME;
    } else {
        why = choose(s, &ask);
    }
    *check = (struct sim_check){ compare(s, d, &ask, why), -1 };
    check->person = check->why ? ask.person : -1;
    s->out->decided++;
    s->out->same += check->why == SIM_SAME;
    if (s->mode == SIM_ASK && !ask.company) /* who has the company is asked before any rule */
        choice_end(s, d, why ? -1 : ask.picked);
    if (sim_by_record(s)) {
        l->claim = d->to < 0 && d->claim;
        return;
    }
    if (ask.picked < 0 && d->stays)
        return;
    route_sim_run_after(s, d, l, &ask, check->why == SIM_SAME);
}

/* Of a lead that went otherwise there is nothing to take back: who really gave it up never had it. */
static void taken_back(struct sim *s, const struct sim_deed *d, struct sim_state *l)
{
    if (d->to < 0)
        return;
    if (l->owner == d->to && (sim_by_record(s) || !l->drifted)) {
        own_owner(s, l, -1);
        give_uncount(s, d->to, d->given_at);
    }
    if (l->real == d->to)
        real_owner(s, l, -1);
}

static bool is_decision(enum sim_kind kind)
{
    return kind <= SIM_LEFT;
}

static void deed(struct sim *s, size_t at)
{
    const struct sim_deed *d = &s->in->deeds[at];
    struct sim_state *l = &s->leads[d->lead];
    struct sim_check *check = &s->out->checks[at];

    if (d->kind == SIM_ENTERED) /* it counts as hot before it is decided on: so do the loads of the record */
        units_set(s, l, s->in->hot_units);
    loads_take(s, d);
    if (d->kind == SIM_BACK) {
        taken_back(s, d, l);
        return;
    }
    if (d->kind == SIM_UNITS) {
        units_set(s, l, d->units);
        route_sim_run_units(s, d, l);
        return;
    }
    if (d->kind == SIM_ENTERED)
        route_sim_run_entered(s, d, at, l);
    if (is_decision(d->kind) && route_sim_run_follows(s, d, l))
        decide(s, d, l, check);
    else if (!sim_by_record(s) && (l->spell < 0 || !is_decision(d->kind)))
        route_sim_run_by_hand(s, d, l);
    really(s, d, l);
}

/* ---- the whole ---- */

static void begin(struct sim *s)
{
    const struct sim_input *in = s->in;
    size_t n = in->people_count;

    s->people = ARENA_ARRAY(s->a, struct sim_self, n + 1);
    s->own = ARENA_ARRAY(s->a, int64_t, n + 1);
    s->real = ARENA_ARRAY(s->a, int64_t, n + 1);
    s->pools = ARENA_ARRAY(s->a, const struct sim_pool_state *, in->pool_count + 1);
    s->places = ARENA_ARRAY(s->a, struct sim_place *, in->pool_count + 1);
    s->leads = ARENA_ARRAY(s->a, struct sim_state, in->lead_count + 1);
    s->crews = ARENA_ARRAY(s->a, struct sim_crew, in->pool_count + 1);
    s->candidates = ARENA_ARRAY(s->a, struct candidate, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct sim_self *p = &s->people[i];

        s->own[i] = s->real[i] = in->people[i].load;
        for (size_t k = 0; k < in->people[i].given_count; k++) {
            p->given = arena_more(s->a, p->given, p->given_count, sizeof *p->given);
            p->given[p->given_count++] = in->people[i].given[k];
        }
    }
    for (size_t i = 0; i < in->pool_count; i++)
        s->places[i] = ARENA_ARRAY(s->a, struct sim_place, n + 1);
    for (size_t i = 0; i < in->lead_count; i++)
        s->leads[i] = (struct sim_state){ .owner = in->leads[i].owner, .real = in->leads[i].owner, .holder = -1, .spell = -1 };
    changes_list(s);
    route_sim_run_begin(s);
}

bool route_simulate(const struct sim_input *in, enum sim_mode mode, bool other_rules, struct arena *a, sim_progress *told, void *x,
                    struct sim_output *out)
{
    struct sim s = { .in = in, .mode = mode, .other = other_rules, .a = a, .out = out };

    *out = (struct sim_output){ .checks = ARENA_ARRAY(a, struct sim_check, in->deed_count + 1),
                                .choices = ARENA_ARRAY(a, struct sim_choice, mode == SIM_ASK ? in->deed_count + 1 : 1) };
    begin(&s);
    for (size_t i = 0; i < in->deed_count; i++) {
        if (!sim_by_record(&s))
            route_sim_run_until(&s, in->deeds[i].at);
        if (advance(&s, in->deeds[i].id, 0) && mode == SIM_RUN)
            route_sim_run_offer(&s, -1, in->deeds[i].at);
        deed(&s, i);
        if (told && i % TELL_DEEDS == TELL_DEEDS - 1 && !told(x, i + 1))
            return false;
    }
    if (!sim_by_record(&s))
        route_sim_run_until(&s, in->until);
    return true;
}

/* ---- for the run ---- */

enum sim_why route_sim_choose(struct sim *s, struct sim_ask *ask)
{
    return choose(s, ask);
}

bool route_sim_may(struct sim *s, int32_t lead, int32_t person, instant now)
{
    struct sim_ask ask = route_sim_ask_of(s, s->leads[lead].deed, false, lead, now);
    struct person p;

    if (!s->people[person].facts)
        return false;
    p = person_now(s, &ask, person);
    return route_eligible(&p, &ask.need).why == CANDIDATE_OK;
}

bool route_sim_advance(struct sim *s, instant at)
{
    return advance(s, 0, at);
}

void route_sim_hand(struct sim *s, struct sim_state *l, int32_t to, bool counted, instant at)
{
    own_owner(s, l, to);
    if (counted)
        give_count(s, to, at);
}

void route_sim_refuse(struct sim *s, struct sim_state *l, int32_t person)
{
    l->refused = arena_more(s->a, l->refused, l->refused_count, sizeof *l->refused);
    l->refused[l->refused_count++] = person;
}

instant route_sim_due(const struct cal *whole, instant from, int64_t minutes)
{
    instant by = minutes > 0 ? cal_add(whole, from, minutes * MINUTE_US) : from;

    return by == INSTANT_NEVER ? from + minutes * MINUTE_US : by;
}
