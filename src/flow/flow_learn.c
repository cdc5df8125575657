/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_learn.h"

#include "flow/flow_foretell.h"
#include "flow/flow_score.h"
#include "flow/flow_leak.h"
#include "intake/intake_store.h"
#include "lead/profile.h"
#include "learn/calibrate.h"
#include "report/ends.h"
#include "score/score_store.h"
#include "team/setting.h"

enum { STEP = 200, LEFT_OUT_BYTES = 1 << 20 };

/* ---- one lead ---- */

size_t flow_facts_at(struct arena *a, const struct history *h, instant at, struct learn_fact **facts)
{
    struct profile p = { 0 };

    for (size_t i = 0; i < h->profile_count && h->profiles[i].at <= at; i++)
        lead_profile_fold(a, &p, h->profiles[i].patch, h->profiles[i].source_id, h->profiles[i].at, h->profiles[i].unverified, NULL);
    *facts = ARENA_ARRAY(a, struct learn_fact, p.count + 1);
    for (size_t i = 0; i < p.count; i++)
        (*facts)[i] = (struct learn_fact){ p.facts[i].name, p.facts[i].value };
    return p.count;
}

enum err flow_learn_row(struct ctx *c, const struct model *m, const struct history *h, instant at, struct learn_row *row)
{
    struct score s = score_at(m, h, at, c->arena);
    struct learn_times *times = ARENA_ARRAY(c->arena, struct learn_times, m->criterion_count + 1);
    struct learn_fact *facts;
    size_t n = flow_facts_at(c->arena, h, at, &facts), kept = 0;

    for (size_t i = 0; i < m->criterion_count; i++)
        times[i] = (struct learn_times){ m->criteria[i].id, 0 };
    for (size_t i = 0; i < s.line_count; i++)
        times[s.lines[i].criterion].count = s.lines[i].count;
    for (size_t i = 0; i < m->criterion_count; i++)
        if (!cond_listens(m->criteria[i].when)->birth) /* of silence: time alone fills it */
            times[kept++] = times[i];
    *row = learn_row_of(c->arena, facts, n, h, at, times, kept);
    return ERR_NONE;
}

enum err flow_judged(struct ctx *c, struct db_tx *tx, const struct lead *lead, const struct outcome *o, int64_t maturity_us,
                     struct history *known, instant *at)
{
    struct history all;
    enum err e = flow_history(c, tx, lead->id, INSTANT_NEVER, &all);

    if (e)
        return e;
    *at = learn_judged_at(o, lead->created_at, c->now, maturity_us);
    *known = o->state == OUTCOME_OPEN ? all : score_known(&all, learn_known_until(o, *at), c->arena);
    return ERR_NONE;
}

/* ---- all of them ---- */

struct base {
    struct learn_case *cases;
    struct outcome *outcomes;
    size_t n, cap;
};

static void base_add(struct arena *a, struct base *b, const struct lead *lead, const struct outcome *o)
{
    if (b->n == b->cap) {
        size_t cap = b->cap ? 2 * b->cap : 1024;

        b->cases = arena_grow(a, b->cases, b->cap * sizeof *b->cases, cap * sizeof *b->cases);
        b->outcomes = arena_grow(a, b->outcomes, b->cap * sizeof *b->outcomes, cap * sizeof *b->outcomes);
        b->cap = cap;
    }
    b->cases[b->n] = (struct learn_case){ .lead = lead->id, .born = lead->created_at, .decided = o->state, .decided_at = o->at,
                                             .decided_known = o->known_at, .undated = o->undated, .brought = lead->import_id };
    b->outcomes[b->n] = *o;
    b->outcomes[b->n++].reason = STR_NULL;
}

static enum err base_read(struct ctx *c, struct db_tx *tx, instant from, instant until, struct base *b)
{
    struct ctx own = *c;
    struct lead_id ids[STEP], after = { 0 };
    struct lead leads[STEP];
    struct outcome outcomes[STEP];
    size_t n = STEP;
    enum err e = ERR_NONE;

    own.arena = arena_new(0);
    while (!e && n == STEP) {
        arena_reset(own.arena);
        if ((e = lead_ids(&own, tx, after, STEP, ids, &n)) || (e = lead_get_many(&own, tx, ids, n, leads))
            || (e = learn_outcomes_of(&own, tx, ids, n, outcomes)))
            break;
        for (size_t i = 0; i < n; i++)
            if (leads[i].id.v && !leads[i].merged_into.v && (from == INSTANT_NONE || leads[i].created_at >= from)
                && (until == INSTANT_NONE || leads[i].created_at < until))
                base_add(c->arena, b, &leads[i], &outcomes[i]);
        if (n)
            after = ids[n - 1];
    }
    arena_free(own.arena);
    return e;
}

static uint64_t mix(int64_t id)
{
    uint64_t z = (uint64_t)id * 0x9e3779b97f4a7c15u;

    return (z ^ (z >> 31)) * 0xbf58476d1ce4e5b9u >> 44;
}

static bool counts(const struct learn_case *k)
{
    return k->mark == LEARN_MARK_WON || k->mark == LEARN_MARK_NOT;
}

static enum err visit(struct ctx *c, struct db_tx *tx, const struct learn_case *k, const struct outcome *o, int64_t maturity_us,
                      const struct learn_ages *ages, flow_example_visit *one, void *x)
{
    struct lead lead = { .id = k->lead, .created_at = k->born };
    struct history known;
    struct flow_example e = { .lead = k->lead, .outcome = o, .known = &known, .born = k->born, .brought = k->brought, .won = k->mark == LEARN_MARK_WON };
    enum err err = flow_judged(c, tx, &lead, o, maturity_us, &known, &e.judged_at);

    e.known_at = o->state == OUTCOME_OPEN ? k->born + maturity_us : o->known_at;
    if (!e.won)
        e.judged_at = learn_looked_at(ages, k->lead, k->born, e.judged_at);
    return err ? err : one(x, c, &e);
}

/* Of too many a part, evenly. */
static bool is_taken(const struct learn_case *k, int64_t total)
{
    return counts(k) && (total <= FLOW_LEARN_MOST || (int64_t)(mix(k->lead.v) % (uint64_t)total) < FLOW_LEARN_MOST);
}

enum err flow_examples(struct ctx *c, struct db_tx *tx, instant from, instant until, flow_progress *told, void *told_x,
                       flow_example_visit *one, void *x)
{
    struct base b = { 0 };
    struct ctx own = *c;
    int64_t total = 0, taken = 0, done = 0;
    struct learn_ages ages;
    int days;
    enum err e = flow_win_ages(c, tx, &ages, &days);

    if (e || (e = base_read(c, tx, from, until, &b)))
        return e;
    (void)learn_mark_cases(b.cases, b.n, c->now, days * DAY_US);
    for (size_t i = 0; i < b.n; i++)
        total += counts(&b.cases[i]);
    for (size_t i = 0; i < b.n; i++)
        taken += is_taken(&b.cases[i], total);
    own.arena = arena_new(0);
    for (size_t i = 0; i < b.n && !e; i++) {
        if (!is_taken(&b.cases[i], total))
            continue;
        arena_reset(own.arena);
        if (!told(told_x, done++, taken))
            e = fault_set(c, ERR_AWAY, "stopped");
        if (!e)
            e = visit(&own, tx, &b.cases[i], &b.outcomes[i], days * DAY_US, &ages, one, x);
    }
    arena_free(own.arena);
    return e;
}

/* Do the young count? Their ages are asked for only where it rests on them. */
static enum err young_count(struct ctx *c, struct db_tx *tx, const struct report_ends_ask *ask, const struct report_ends *r, bool *count)
{
    struct learn_young y = { r->young_open, r->young_won, r->young_lost, r->counted_won, r->counted - r->counted_won };
    enum learn_answer answer = learn_counts_young(&y);
    struct report_age *ages;
    struct learn_end *ends;
    size_t n;
    enum err e;

    *count = answer == LEARN_YES;
    if (answer != LEARN_UNSURE || (e = report_young_ages(c, tx, ask, &ages, &n)))
        return answer == LEARN_UNSURE ? e : ERR_NONE;
    ends = ARENA_ARRAY(c->arena, struct learn_end, n + 1);
    for (size_t i = 0; i < n; i++)
        ends[i] = (struct learn_end){ ages[i].us, ages[i].lost };
    *count = learn_losses_come_soon(ends, n);
    return ERR_NONE;
}

enum err flow_ends(struct ctx *c, struct db_tx *tx, struct flow_ends *ends)
{
    struct report_ends_ask ask = { .at_once_us = LEARN_AT_ONCE_US, .won = OUTCOME_WON };
    struct report_ends r;
    bool young;
    enum err e;

    *ends = (struct flow_ends){ 0 };
    if ((e = learn_outcome_count(c, tx, &ends->won, &ends->lost)) || (e = flow_maturity(c, tx, &ends->maturity_days)))
        return e;
    ask.maturity_us = ends->maturity_days * DAY_US;
    ask.since = c->now - ask.maturity_us;
    if ((e = report_ends(c, tx, &ask, &r)) || (e = young_count(c, tx, &ask, &r, &young)))
        return e;
    ends->open = r.open;
    ends->young = r.young_open;
    ends->counted_won = r.counted_won + (young ? r.young_won : 0);
    ends->counted_not = r.counted - r.counted_won + (young ? r.young_lost : 0);
    return ERR_NONE;
}

/* ---- a trial ---- */

struct gathering {
    struct ctx *c;
    const struct model *m;
    struct flow_leaks watch;
    struct learn_example *list;
    size_t n, cap;
};

static enum err gather(void *x, struct ctx *c, const struct flow_example *e)
{
    struct gathering *g = x;
    struct learn_row row;
    enum err err = flow_learn_row(c, g->m, e->known, e->judged_at, &row);

    if (err)
        return err;
    flow_leak_see(&g->watch, e);
    if (g->n == g->cap) {
        size_t cap = g->cap ? 2 * g->cap : 1024;

        g->list = arena_grow(g->c->arena, g->list, g->cap * sizeof *g->list, cap * sizeof *g->list);
        g->cap = cap;
    }
    g->list[g->n++] = (struct learn_example){ learn_row_keep(g->c->arena, &row), e->won, e->judged_at, e->known_at, e->lead.v };
    return ERR_NONE;
}

/* Ends have stopped coming, and no file is being taken: between its pieces there may be seconds. */
static enum err is_calm(struct ctx *c, struct db_tx *tx, const struct learn_fresh *fresh, bool *calm)
{
    struct intake_import one;
    enum err e;

    *calm = fresh->count && learn_is_calm(fresh, c->now);
    if (!*calm || learn_is_late(fresh, c->now))
        return ERR_NONE;
    if ((e = intake_import_due(c, tx, &one)) == ERR_NOT_FOUND) {
        fault_clear(c);
        return ERR_NONE;
    }
    *calm = false;
    return e;
}

/* Are there as many as it takes that did not buy: lost, or open and older than the maturity? That goes by all known wins, which are asked only if it is not
 * so at any maturity there can be, or at none. */
static enum err enough_did_not(struct ctx *c, struct db_tx *tx, bool *enough)
{
    struct setting setting;
    int64_t lost, open;
    int days;
    enum err e = learn_outcome_some(c, tx, OUTCOME_LOST, LEARN_PREDICT_ENOUGH, &lost);

    *enough = false;
    if (e || (*enough = lost >= LEARN_PREDICT_ENOUGH) || (e = team_setting_get(c, tx, &setting)))
        return e;
    const int64_t need = LEARN_PREDICT_ENOUGH - lost;
    if (!setting.outcome_days) {
        if ((e = report_open_since(c, tx, c->now - LEARN_MATURITY_LEAST * DAY_US, need, &open)) || open < need)
            return e;
        if ((e = report_open_since(c, tx, c->now - LEARN_MATURITY_MOST * DAY_US, need, &open)) || (*enough = open >= need))
            return e;
    }
    if ((e = flow_maturity(c, tx, &days)) || (e = report_open_since(c, tx, c->now - days * DAY_US, need, &open)))
        return e;
    *enough = open >= need;
    return ERR_NONE;
}

enum err flow_learn_due(struct ctx *c, struct db_tx *tx, bool *due)
{
    struct learn_predictor last;
    struct learn_fresh fresh;
    int64_t least, won;
    instant since;
    bool calm;
    enum err e = learn_predictor_last(c, tx, &last);

    *due = false;
    if (e || (e = learn_put_off_get(c, tx, &since)))
        return e;
    if (last.id.v && !last.left_out.ptr && last.learned_at > since) { /* learnt before facts that know the end were left out */
        *due = true;
        return ERR_NONE;
    }
    if (last.id.v && last.learned_at > since)
        since = last.learned_at;
    least = last.id.v ? learn_time_least(last.n) : 1;
    if ((e = learn_known_since(c, tx, since, least, &fresh)) || fresh.count < least || (e = is_calm(c, tx, &fresh, &calm)) || !calm)
        return e;
    *due = last.id.v != 0;
    if (*due || (e = learn_outcome_some(c, tx, OUTCOME_WON, LEARN_PREDICT_ENOUGH, &won)) || won < LEARN_PREDICT_ENOUGH)
        return e;
    return enough_did_not(c, tx, due);
}

/* Facts that know the end teach nothing of leads that have none yet; nor do criteria that look at them. */
static struct str leave_leaks_out(struct gathering *g)
{
    struct buf b = buf_new(g->c->arena, LEFT_OUT_BYTES);
    struct json_out o = json_to(&b);

    flow_leak_end(&g->watch);
    for (size_t i = 0; i < g->n; i++)
        g->list[i].row = flow_leak_clean(g->c->arena, &g->watch, g->m, STR("fact."), &g->list[i].row);
    flow_leak_put(&o, &g->watch);
    return buf_str(&b);
}

/* Does it take a fact that is left out by now? */
static bool rests_on_leaks(const struct flow_learnt *l, const struct flow_leaks *w)
{
    for (size_t i = 0; i < l->learner->schema.count; i++)
        if (flow_leak_is_out(w, l->model, STR("fact."), l->learner->schema.columns[i].name))
            return true;
    return false;
}

static void list_leads(struct arena *a, const struct gathering *g, const unsigned char *held, struct flow_tried *out)
{
    for (int all = 0; all < 2; all++) {
        struct flow_bucket *b = &out->buckets[out->bucket_count++];

        *b = (struct flow_bucket){ all ? STR("all") : STR("held"), ARENA_ARRAY(a, int64_t, g->n + 1), ARENA_ARRAY(a, struct lead_id, g->n + 1),
                                   ARENA_ARRAY(a, unsigned char, g->n + 1), 0 };
        for (size_t i = 0; i < g->n; i++) {
            if (!all && !held[i])
                continue;
            b->places[b->count] = (int64_t)i;
            b->leads[b->count] = (struct lead_id){ g->list[i].order };
            b->marks[b->count++] = g->list[i].won ? LEARN_MARK_WON : LEARN_MARK_NOT;
        }
    }
}

/* What was gathered against the one in use (NULL: none). watched: facts that know the end were watched for when that one learnt. */
static void try(struct gathering *g, const struct flow_learnt *rival, bool watched, const struct learn_patience *patience, struct flow_tried *out, bool *tried)
{
    struct learn_trial *trial = &out->trial;
    struct str left_out = leave_leaks_out(g);
    bool taints, fair;

    taints = rival && rests_on_leaks(rival, &g->watch);
    fair = rival && !taints && watched && rival->model->id.v == g->m->id.v;
    learn_example_sort(g->list, g->n);
    *tried = learn_try(g->c->arena, g->list, g->n, fair ? rival->learner : NULL, rival ? rival->is.learned_at : INSTANT_NONE, patience, trial);
    trial->is.left_out = left_out;
    trial->is.model = g->m->id;
    trial->is.made_at = trial->is.learned_at = g->c->now;
    if (trial->learner)
        trial->is.body = learn_print(g->c->arena, trial->learner);
    else if (taints && *tried) {
        trial->is.retires = true;
        trial->is.why = LEARN_ONLY_LEAKS;
    }
    if (trial->held)
        list_leads(g->c->arena, g, trial->held, out);
}

struct asked {
    flow_progress *told;
    void *x;
    int64_t n;
};

static bool goes_on(void *x)
{
    const struct asked *a = x;

    return a->told(a->x, a->n, a->n);
}

enum err flow_learn(struct flow *f, struct ctx *c, struct db_tx *tx, flow_progress *told, void *x, struct flow_tried *out, bool *tried)
{
    struct gathering g = { .c = c, .watch = flow_leak_begin(c->arena) };
    struct learn_predictor live;
    struct asked asked = { told, x, 0 };
    struct learn_patience patience = { goes_on, &asked };
    struct flow_learnt *rival;
    struct model *m;
    enum err e = flow_model(f, c, tx, &m);

    *tried = false;
    *out = (struct flow_tried){ 0 };
    if (e)
        return e;
    g.m = m;
    if ((e = flow_learnt(f, c, tx, &rival)) == ERR_NONE && (e = learn_predictor_live(c, tx, false, &live)) == ERR_NONE)
        e = flow_examples(c, tx, INSTANT_NONE, INSTANT_NONE, told, x, gather, &g);
    asked.n = (int64_t)g.n;
    if (!e)
        try(&g, rival, live.left_out.ptr != NULL, &patience, out, tried);
    if (!e && !goes_on(&asked)) /* what was not done to its end says nothing */
        e = fault_set(c, ERR_AWAY, "stopped");
    flow_learnt_drop(f, rival);
    score_model_drop(m);
    return e;
}

enum err flow_learn_keep(struct ctx *c, struct db_tx *tx, struct learn_predictor *is)
{
    struct learn_predictor last;
    enum err e = learn_predictor_last(c, tx, &last);

    if (e || last.learned_at < is->learned_at)
        return e ? e : learn_predictor_add(c, tx, is);
    e = learn_report_del(c, tx, (struct report_id){ is->id.v });
    is->id.v = 0;
    return e;
}
