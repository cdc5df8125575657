/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "score/raise.h"

#include "base/limits.h"
#include "cond/want.h"
#include "score/state.h"

/* Halving twice may round otherwise than halving once, by a millionth or two. */
enum { JOINTS_MAX = 200, JOINT_UNITS = 3, SCRATCH_KEPT = 4 * 1024 * 1024, HALVING_SLACK = 4 };

const char *const score_raise_why_names[] = {"known", "past", "limit", "ceiling", "gate", NULL};

/* What a step could do at most. */
struct step_bound {
    fix gain[LIMIT_GROUPS]; /* by group, never below 0 */
    uint32_t gates;         /* conditions of gates that hear it: bits */
    uint64_t signature;
};

struct search {
    const struct model *m;
    const struct history *h;
    instant at; /* the instant at which steps are taken */
    enum lang lang;
    struct arena *a, *scratch; /* scratch: of one step, of a few trials */
    struct str state; /* the lead's, at `at` */
    struct raise *r;
    struct step_bound *bounds;
    fix base[LIMIT_GROUPS]; /* raw sums, what the public ceiling cuts put back */
    fix best[LIMIT_GROUPS]; /* the most that one step adds */
    uint32_t closed;        /* gates for hot whose condition does not hold: bits */
    int64_t tries, looks;
    bool spent, fresh;      /* fresh: nothing was heard of the lead yet */
};

/* ---- trying ---- */

static struct score_state *state_copy(const struct search *q, struct arena *a)
{
    struct score_state *s = score_state_parse(q->m, q->state, a);

    assert(s);
    return s;
}

static void answers_take(const struct search *q, struct score_state *s, const uint16_t *steps, int count,
                         struct arena *a)
{
    struct json *patch = ARENA_NEW(a, struct json);

    patch->type = JSON_OBJECT;
    patch->as.members = ARENA_ARRAY(a, struct json_member, (size_t)count + 1);
    for (int i = 0; i < count; i++) {
        const struct raise_step *step = &q->r->steps[steps[i]];
        if (step->ask)
            patch->as.members[patch->count++] = (struct json_member){step->fact, *step->value};
    }
    if (!patch->count)
        return;
    struct past_profile p = {.at = q->at, .known_at = q->at, .patch = patch};
    enum score_take took = score_take_profile(s, &p);
    assert(took != SCORE_LATE);
}

static struct score_sum try_set(const struct search *q, const uint16_t *steps, int count, struct arena *a)
{
    struct score_state *s = state_copy(q, a);

    answers_take(q, s, steps, count, a);
    for (int i = 0; i < count; i++) {
        struct past_event e = q->r->steps[steps[i]].event;
        if (q->r->steps[steps[i]].ask)
            continue;
        e.at = e.known_at = q->at;
        e.tie = (uint64_t)i;
        enum score_take took = score_take_event(s, &e);
        assert(took != SCORE_LATE);
    }
    return score_sum_of(s, q->at);
}

/* ---- the steps ---- */

const struct json *score_fact_at(const struct history *h, struct str fact, instant at, bool *verified)
{
    const struct json *stands = NULL, *found;

    *verified = false;
    for (size_t i = 0; i < h->profile_count && h->profiles[i].at <= at; i++) {
        const struct past_profile *p = &h->profiles[i];
        bool filled = stands && stands->type != JSON_NULL;
        if (!(found = json_find(p->patch, fact)) || (p->unverified && filled))
            continue;
        stands = found;
        *verified = !p->unverified;
    }
    return stands && stands->type != JSON_NULL ? stands : NULL;
}

/* Facts that are found out otherwise than by asking the lead. */
static bool is_asked(struct str fact)
{
    static const char *const never[] = {"email.domain", "email.free", "source", "campaign.source",
                                        "campaign.name", "campaign.medium", "icp.match", "cell"};

    for (size_t i = 0; i < countof(never); i++)
        if (str_eq(fact, str_of(never[i])))
            return false;
    return true;
}

static const struct cond *unit_cond(const struct model *m, size_t u)
{
    return u < m->criterion_count + m->gate_count ? m->index->conds[u] : NULL;
}

static size_t unit_count(const struct model *m)
{
    return m->criterion_count + m->gate_count;
}

static uint64_t signature_of(const struct search *q, const struct raise_step *step)
{
    uint64_t x = step->ask;

    for (size_t u = 0; u < unit_count(q->m); u++) {
        const struct cond *p = unit_cond(q->m, u);
        if (p && step->ask)
            x = cond_want_sign_fact(p, step->fact, step->value, x, q->scratch);
        else if (p)
            x = cond_want_sign_event(p, &step->event, x, q->scratch);
    }
    return x;
}

/* The first thing that is ever heard of a lead is its birth, and moves whatever is counted from there. */
static bool hears(const struct search *q, const struct cond *p, const struct raise_step *step)
{
    struct json_member member = {step->fact, {.type = JSON_NULL}};
    struct json patch = {.type = JSON_OBJECT, .count = 1, .as.members = &member};

    return p && (q->fresh || (step->ask ? cond_hears_profile(p, &patch) : cond_hears_event(p, &step->event, q->scratch)));
}

/* The words are those of the criterion that asks the most of it. */
static struct str words_of(const struct search *q, const struct raise_step *step, int *criterion)
{
    struct str best = STR_NULL;
    fix most = INT64_MIN;

    *criterion = -1;
    for (size_t u = 0; u < unit_count(q->m); u++) {
        const struct cond *p = unit_cond(q->m, u);
        fix points = u < q->m->criterion_count ? q->m->criteria[u].points : 0;
        if (!hears(q, p, step) || points <= most)
            continue;
        struct str words = step->ask ? cond_fact_words(p, step->fact, step->value, q->lang, q->a)
                                     : cond_event_words(p, &step->event, q->lang, q->a);
        if (words.len)
            best = words, most = points, *criterion = u < q->m->criterion_count ? (int)u : -1;
    }
    return best.len ? best : step->ask ? cond_fact_name(step->fact, q->lang, q->a) : STR_NULL;
}

static void step_add(struct search *q, const struct cond_want *want)
{
    struct raise_step step = {.ask = want->fact.ptr != NULL, .fact = want->fact, .value = want->value, .event = want->event};
    struct raise *r = q->r;
    bool verified = false;

    if (step.ask) {
        const struct json *stands = score_fact_at(q->h, step.fact, q->at, &verified);
        if ((stands && verified) || !is_asked(step.fact)) /* one that was cleared is not known */
            return;
        /* An answer that no condition can tell from no answer is none. */
        uint64_t asked = signature_of(q, &step);
        struct raise_step empty = step, same = step;
        empty.value = NULL;
        same.value = stands;
        if (!stands && asked == signature_of(q, &empty))
            return;
        step.confirm = stands && asked == signature_of(q, &same);
    }
    uint64_t signature = signature_of(q, &step);
    for (size_t i = 0; i < r->step_count; i++)
        if (q->bounds[i].signature == signature && r->steps[i].ask == step.ask &&
            (!step.ask || str_eq(r->steps[i].fact, step.fact)))
            return;
    if (r->step_count == RAISE_STEPS_MAX) {
        r->cut = true;
        return;
    }
    step.words = words_of(q, &step, &step.criterion);
    q->bounds[r->step_count].signature = signature;
    r->steps[r->step_count++] = step;
}

/* One text may answer several: "Директор по снабжению" is a director, and is of supplies. So may one deed, by its properties. */
struct joint {
    struct cond_want want;
    uint32_t units[JOINT_UNITS];
    const struct cond_want *own[JOINT_UNITS]; /* what each of them wanted alone */
    int count;
};
struct joints {
    struct joint items[JOINTS_MAX];
    size_t count;
};

static uint64_t want_sign(const struct search *q, uint32_t unit, const struct cond_want *w)
{
    const struct cond *p = unit_cond(q->m, unit);

    return w->fact.ptr ? cond_want_sign_fact(p, w->fact, w->value, 1, q->scratch) : cond_want_sign_event(p, &w->event, 1, q->scratch);
}

/* To each of the units it is what its own want was. */
static bool suits_all(const struct search *q, const struct joint *x)
{
    for (int i = 0; i < x->count; i++)
        if (want_sign(q, x->units[i], &x->want) != want_sign(q, x->units[i], x->own[i]))
            return false;
    return true;
}

static struct str joint_words(const struct search *q, const struct joint *x)
{
    struct str words = STR_NULL;

    for (int i = 0; i < x->count; i++) {
        const struct cond *p = unit_cond(q->m, x->units[i]);
        struct str more = x->want.fact.ptr ? cond_fact_words(p, x->want.fact, x->want.value, q->lang, q->a)
                                           : cond_event_words(p, &x->want.event, q->lang, q->a);
        if (more.len)
            words = words.len ? str_print(q->a, STR_FMT "; " STR_FMT, STR_ARG(words), STR_ARG(more)) : more;
    }
    return words;
}

/* The members of both; of one name those of x. */
static struct json *object_joined(struct arena *a, const struct json *x, const struct json *y)
{
    struct json *out = ARENA_NEW(a, struct json);
    uint32_t mine = json_is(x, JSON_OBJECT) ? x->count : 0, others = json_is(y, JSON_OBJECT) ? y->count : 0;

    *out = (struct json){.type = JSON_OBJECT, .as.members = ARENA_ARRAY(a, struct json_member, mine + others + 1)};
    for (uint32_t i = 0; i < mine; i++)
        out->as.members[out->count++] = x->as.members[i];
    for (uint32_t i = 0; i < others; i++) {
        const struct json *own = mine ? json_find(x, y->as.members[i].key) : NULL;
        if (!own)
            out->as.members[out->count++] = y->as.members[i];
        else if (json_is(own, JSON_OBJECT) && json_is(&y->as.members[i].value, JSON_OBJECT))
            for (uint32_t k = 0; k < out->count; k++)
                if (str_eq(out->as.members[k].key, y->as.members[i].key))
                    out->as.members[k].value = *object_joined(a, own, &y->as.members[i].value);
    }
    return out;
}

static void want_join(const struct search *q, const struct cond_want *x, const struct cond_want *y, struct cond_want *both)
{
    struct json *value;

    if (!x->fact.ptr) {
        both->event.body = object_joined(q->a, x->event.body, y->event.body);
        return;
    }
    value = ARENA_NEW(q->a, struct json);
    *value = (struct json){.type = JSON_TEXT};
    value->as.text = str_print(q->a, STR_FMT " " STR_FMT, STR_ARG(x->value->as.text), STR_ARG(y->value->as.text));
    both->value = value;
}

static bool of_one_kind(const struct cond_want *x, const struct cond_want *y)
{
    if (x->fact.ptr || y->fact.ptr)
        return x->fact.ptr && y->fact.ptr && str_eq(x->fact, y->fact);
    return x->event.kind == y->event.kind && str_eq(x->event.name, y->event.name) && str_eq(x->event.path, y->event.path);
}

static bool joint_of(const struct search *q, const struct joint *x, const struct joint *y, struct joint *both)
{
    *both = *x;
    for (int i = 0; i < y->count; i++) {
        for (int k = 0; k < x->count; k++)
            if (x->units[k] == y->units[i])
                return false;
        both->units[both->count] = y->units[i];
        both->own[both->count++] = y->own[i];
    }
    want_join(q, &x->want, &y->want, &both->want);
    return suits_all(q, both);
}

/* One more, of two that are there. false: they do not go together, or are no better than an answer that is there. */
static bool joint_add(struct search *q, struct joints *all, const struct joint *x, const struct joint *y)
{
    struct joint *both = &all->items[all->count];
    size_t steps = q->r->step_count;

    if (x->count + y->count > JOINT_UNITS || !of_one_kind(&x->want, &y->want) || !(joint_of(q, x, y, both) || joint_of(q, y, x, both)))
        return false;
    step_add(q, &both->want);
    if (q->r->step_count == steps)
        return false;
    struct str words = joint_words(q, both);
    if (words.len)
        q->r->steps[steps].words = words;
    all->count++;
    return true;
}

/* Each is joined to all before it, those that come of it too. */
static void joints_make(struct search *q, struct joints *all)
{
    for (size_t i = 1; i < all->count; i++)
        for (size_t k = 0; k < i && all->count < JOINTS_MAX && !q->r->cut; k++) {
            (void)joint_add(q, all, &all->items[i], &all->items[k]);
            arena_reset(q->scratch);
        }
}

static void steps_make(struct search *q)
{
    struct joints *all = ARENA_NEW(q->a, struct joints);

    for (size_t u = 0; u < unit_count(q->m); u++) {
        const struct cond *p = unit_cond(q->m, u);
        struct cond_want *wants;
        size_t n;
        if (!p)
            continue;
        cond_want_list(p, q->a, &wants, &n);
        for (size_t i = 0; i < n; i++) {
            step_add(q, &wants[i]);
            arena_reset(q->scratch);
            if ((!wants[i].fact.ptr || json_is(wants[i].value, JSON_TEXT)) && all->count < JOINTS_MAX / 2)
                all->items[all->count++] = (struct joint){wants[i], {(uint32_t)u}, {&wants[i]}, 1};
        }
    }
    joints_make(q, all);
}

/* ---- bounds ---- */

static const struct score_line *line_of(const struct score *s, size_t criterion)
{
    for (size_t i = 0; i < s->line_count; i++)
        if (s->lines[i].criterion == (int)criterion)
            return &s->lines[i];
    return NULL;
}

/* What the criterion gives now; of one that the public ceiling cuts what it would give without. */
static fix given(const struct search *q, size_t criterion)
{
    const struct score_line *line = line_of(&q->r->now, criterion);

    if (!line)
        return 0;
    return line->why == SCORE_CUT_PUBLIC && line->full_points > line->points ? line->full_points : line->points;
}

static void bounds_fill(struct search *q)
{
    const struct model *m = q->m;

    for (size_t c = 0; c < m->criterion_count; c++)
        q->base[m->criteria[c].group] += given(q, c);
    for (size_t i = 0; i < q->r->step_count; i++) {
        struct step_bound *b = &q->bounds[i];
        for (size_t c = 0; c < m->criterion_count; c++) {
            const struct criterion *k = &m->criteria[c];
            if (!hears(q, m->index->conds[c], &q->r->steps[i]))
                continue;
            fix gain = k->per_event ? k->points : (k->points > 0 ? k->points : 0) - given(q, c);
            b->gain[k->group] += gain > 0 ? gain + HALVING_SLACK : 0;
        }
        for (size_t g = 0; g < m->gate_count; g++)
            if (hears(q, m->index->conds[m->criterion_count + g], &q->r->steps[i]))
                b->gates |= 1u << g;
        for (size_t g = 0; g < m->group_count; g++)
            if (b->gain[g] > q->best[g])
                q->best[g] = b->gain[g];
    }
}

static fix limited(const struct group *g, fix raw)
{
    if (g->has_ceiling && raw > g->ceiling)
        raw = g->ceiling;
    return g->has_floor && raw < g->floor ? g->floor : raw;
}

/* Could the band be hot with these raw sums? */
static bool could_be_hot(const struct search *q, const fix *raw)
{
    const struct model *m = q->m;
    fix sum = 0;

    for (size_t g = 0; g < m->group_count; g++)
        sum += limited(&m->groups[g], raw[g]);
    if (fix_clamp(sum, m->floor, m->ceiling) < m->hot)
        return false;
    for (size_t g = 0; g < m->gate_count; g++)
        if (m->gates[g].group >= 0 &&
            limited(&m->groups[m->gates[g].group], raw[m->gates[g].group]) < m->gates[g].min)
            return false;
    return true;
}

/* The most that a criterion could ever add by more of the steps. */
static fix most_more(const struct search *q, size_t c)
{
    const struct criterion *k = &q->m->criteria[c];
    static const fix without_end = 1000000 * FIX_ONE;
    fix most;

    if (!k->per_event)
        most = k->points > 0 ? k->points : 0;
    else if (k->points <= 0)
        return 0;
    else
        most = k->max_points ? k->max_points : k->max_times ? fix_muldiv(k->points, k->max_times, 1) : without_end;
    return most > given(q, c) ? most - given(q, c) : 0;
}

static bool is_heard(const struct search *q, size_t unit)
{
    for (size_t i = 0; i < q->r->step_count; i++)
        if (hears(q, unit_cond(q->m, unit), &q->r->steps[i]))
            return true;
    return false;
}

static bool can_never(struct search *q)
{
    const struct model *m = q->m;
    fix raw[LIMIT_GROUPS];

    memcpy(raw, q->base, sizeof raw);
    for (size_t c = 0; c < m->criterion_count; c++)
        if (m->index->conds[c] && is_heard(q, c))
            raw[m->criteria[c].group] += most_more(q, c);
    for (size_t g = 0; g < m->gate_count; g++)
        if (q->closed & 1u << g && !is_heard(q, m->criterion_count + g))
            return true;
    return !could_be_hot(q, raw);
}

/* ---- the search ---- */

static bool holds_found(const struct raise *r, const uint16_t *steps, int count)
{
    for (size_t f = 0; f < r->set_count; f++) {
        const struct raise_set *set = &r->sets[f];
        int i = 0, k = 0;
        for (; k < set->count && i < count; i++)
            k += steps[i] == set->steps[k];
        if (k == set->count)
            return true;
    }
    return false;
}

static bool is_worth_trying(const struct search *q, const uint16_t *steps, int count, int more)
{
    uint32_t closed = q->closed;
    fix raw[LIMIT_GROUPS];

    for (size_t g = 0; g < q->m->group_count; g++) {
        raw[g] = q->base[g] + more * q->best[g];
        for (int i = 0; i < count; i++)
            raw[g] += q->bounds[steps[i]].gain[g];
    }
    for (int i = 0; i < count; i++)
        closed &= ~q->bounds[steps[i]].gates;
    return (more > 0 || !closed) && could_be_hot(q, raw);
}

static void set_try(struct search *q, const uint16_t *steps, int count)
{
    struct raise *r = q->r;

    if (r->set_count == RAISE_SETS_MAX || q->tries == RAISE_TRIES_MAX) {
        q->spent = true;
        return;
    }
    q->tries++;
    if (arena_used(q->scratch) > SCRATCH_KEPT)
        arena_reset(q->scratch);
    struct score_sum sum = try_set(q, steps, count, q->scratch);
    if (sum.band != BAND_HOT)
        return;
    struct raise_set *set = &r->sets[r->set_count++];
    *set = (struct raise_set){.count = count, .total = sum.total, .shown = fix_round(sum.total), .band = sum.band};
    memcpy(set->steps, steps, (size_t)count * sizeof *steps);
}

static bool may_follow(const struct search *q, const uint16_t *steps, int count, size_t next)
{
    const struct raise_step *step = &q->r->steps[next];

    for (int i = 0; step->ask && i < count; i++)
        if (q->r->steps[steps[i]].ask && str_eq(q->r->steps[steps[i]].fact, step->fact))
            return false;
    return true;
}

/* All bags of `size` steps that begin with the `count` given. Found sets of this size do not hold each other: only smaller ones are asked. */
static void sets_of(struct search *q, uint16_t *steps, int count, int size)
{
    if (q->spent || ++q->looks > RAISE_LOOKS_MAX) {
        q->spent = true;
        return;
    }
    if (!is_worth_trying(q, steps, count, size - count) || holds_found(q->r, steps, count))
        return;
    if (count == size) {
        set_try(q, steps, count);
        return;
    }
    for (size_t next = count ? steps[count - 1] : 0; next < q->r->step_count && !q->spent; next++) {
        if (!may_follow(q, steps, count, next))
            continue;
        steps[count] = (uint16_t)next;
        sets_of(q, steps, count + 1, size);
    }
}

static int asks_in(const struct raise *r, const struct raise_set *s)
{
    int n = 0;

    for (int i = 0; i < s->count; i++)
        n += r->steps[s->steps[i]].ask;
    return n;
}

/* Smallest first; then what is asked before what is done; then as found. */
static void sets_sort(struct raise *r)
{
    for (size_t i = 1; i < r->set_count; i++)
        for (size_t k = i; k > 0; k--) {
            struct raise_set *x = &r->sets[k - 1], *y = &r->sets[k], swap = *x;
            if (x->count < y->count || (x->count == y->count && asks_in(r, x) >= asks_in(r, y)))
                break;
            *x = *y;
            *y = swap;
        }
}

static void sets_find(struct search *q)
{
    struct raise *r = q->r;
    uint16_t steps[RAISE_SIZE_MAX];

    for (int size = 1; size <= RAISE_SIZE_MAX; size++) {
        if (r->set_count == RAISE_SETS_MAX)
            break;
        sets_of(q, steps, 0, size);
        if (q->spent)
            break;
        r->searched = size;
    }
    sets_sort(r);
}

/* ---- what cannot be changed ---- */

static void fixed_add(struct raise *r, enum raise_why why, int criterion, int group, int gate, fix points)
{
    r->fixed[r->fixed_count++] = (struct raise_fixed){why, criterion, group, gate, points};
}

static bool looks_at_known(const struct search *q, const struct cond *p)
{
    const struct cond_listens *l = cond_listens(p);
    bool verified;

    for (size_t i = 0; i < l->fact_count; i++) {
        const struct json *stands = score_fact_at(q->h, l->facts[i], q->at, &verified);
        if ((stands && verified) || !is_asked(l->facts[i]))
            return true;
    }
    return false;
}

static void fixed_criterion(struct search *q, size_t c)
{
    const struct criterion *k = &q->m->criteria[c];
    const struct score_line *line = line_of(&q->r->now, c);
    bool heard = is_heard(q, c);

    if (k->points < 0 && line && line->points < 0 && (k->per_event || !heard))
        fixed_add(q->r, looks_at_known(q, k->when) ? RAISE_KNOWN : RAISE_PAST, (int)c, -1, -1, line->points);
    else if (k->points > 0 && line && k->per_event && most_more(q, c) == 0)
        fixed_add(q->r, RAISE_LIMIT, (int)c, -1, -1, 0);
    else if (k->points > 0 && !line && !heard && looks_at_known(q, k->when))
        fixed_add(q->r, RAISE_KNOWN, (int)c, -1, -1, k->points);
}

static void fixed_make(struct search *q)
{
    const struct model *m = q->m;

    q->r->fixed = ARENA_ARRAY(q->a, struct raise_fixed, m->criterion_count + m->gate_count + m->group_count + 1);
    for (size_t g = 0; g < m->gate_count; g++)
        if (!q->r->now.gates[g].met && m->gates[g].group < 0 && !is_heard(q, m->criterion_count + g))
            fixed_add(q->r, RAISE_GATE, -1, -1, (int)g, 0);
    for (size_t g = 0; g < m->group_count; g++)
        if (m->groups[g].has_ceiling && q->r->now.groups[g].raw >= m->groups[g].ceiling && m->groups[g].ceiling > 0)
            fixed_add(q->r, RAISE_CEILING, -1, (int)g, -1, 0);
    for (size_t c = 0; c < m->criterion_count; c++)
        if (m->index->conds[c])
            fixed_criterion(q, c);
}

int score_icp_against(const struct model *m, const struct score *s, const struct history *h)
{
    int64_t against = 0;

    for (size_t i = 0; i < m->icp_count; i++) {
        const struct cond_listens *l = cond_listens(m->icp[i].when);
        bool known = l->fact_count > 0, verified;
        for (size_t k = 0; k < l->fact_count; k++)
            known = known && score_fact_at(h, l->facts[k], s->at, &verified);
        against += known && !s->ideal[i].met ? m->icp[i].weight : 0;
    }
    return m->icp_count ? score_icp_per_cent(against, m->icp_weight) : SCORE_ICP_NONE;
}

/* ---- the whole ---- */

static struct search search_begin(const struct model *m, const struct history *h, instant now, struct arena *a,
                                  struct score_state **state)
{
    struct search q = {.m = m, .h = h, .a = a, .at = now};
    struct score_state *s = score_fold(m, h, now, a);

    if (s->upto >= now)
        q.at = s->upto + 1;
    q.fresh = s->fresh;
    q.state = score_state_print(s, a);
    *state = s;
    return q;
}

static void gates_look(struct search *q)
{
    for (size_t g = 0; g < q->m->gate_count; g++)
        if (q->m->gates[g].group < 0 && !q->r->now.gates[g].met)
            q->closed |= 1u << g;
}

struct raise score_raise(const struct model *m, const struct history *h, instant now, enum lang lang, struct arena *a)
{
    struct score_state *state;
    struct search q = search_begin(m, h, now, a, &state);
    struct raise r = {.now = score_of(state, q.at, a)};

    r.hot = r.now.band == BAND_HOT;
    r.cut = !q.state.len;
    if (r.hot || r.cut)
        return r;
    q.r = &r;
    q.lang = lang;
    q.bounds = ARENA_ARRAY(a, struct step_bound, RAISE_STEPS_MAX);
    r.steps = ARENA_ARRAY(a, struct raise_step, RAISE_STEPS_MAX);
    r.sets = ARENA_ARRAY(a, struct raise_set, RAISE_SETS_MAX);
    r.need = r.now.total < m->hot ? m->hot - r.now.total : 0;
    q.scratch = arena_new(0);
    gates_look(&q);
    steps_make(&q);
    bounds_fill(&q);
    r.never = can_never(&q);
    fixed_make(&q);
    if (r.never)
        r.searched = RAISE_SIZE_MAX;
    else
        sets_find(&q);
    arena_free(q.scratch);
    return r;
}

struct score_sum score_raise_try(const struct model *m, const struct history *h, instant now, const struct raise *r,
                                 const uint16_t *steps, int count, struct arena *a)
{
    struct score_state *state;
    struct search q = search_begin(m, h, now, a, &state);
    struct raise copy = *r;

    q.r = &copy;
    return try_set(&q, steps, count, a);
}
