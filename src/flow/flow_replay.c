/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_replay.h"

#include "flow/flow_outcome.h"
#include "flow/flow_score.h"
#include "lead/identity.h"
#include "lead/lead.h"
#include "lead/load.h"
#include "lead/profile.h"
#include "score/replay.h"
#include "score/score_store.h"
#include "task/task.h"

enum { MODELS_MAX = 1000 };

struct replaying {
    struct ctx *c;
    instant now; /* by our clock */
    struct db_tx *tx;
    const struct model *live, *m; /* m: of the lead in hand (a contest's challenger scores a part of them) */
    flow_difference *told;
    void *x;
    struct replay_sum *sum;
    struct model *models[MODELS_MAX];
    instant retired[MODELS_MAX]; /* INSTANT_NEVER: it is live, or was never */
    size_t model_count;
};

static void tell(struct replaying *r, struct lead_id lead, struct str what)
{
    char id[ID_TEXT_MAX];

    r->sum->differences++;
    r->told(r->x, str_print(r->c->arena, STR_FMT ": " STR_FMT, STR_ARG(id_print(PREFIX_LEAD, lead.v, id)),
                            STR_ARG(what)));
}

static void compare(struct replaying *r, struct lead_id lead, const char *what, int64_t is, int64_t must)
{
    if (is != must)
        tell(r, lead, str_print(r->c->arena, "%s is %lld, must be %lld", what, (long long)is, (long long)must));
}

/* What is kept, brought to the present. */
static struct score_walked kept_now(struct replaying *r, const struct lead *lead, const struct score_kept *kept, const struct history *h)
{
    struct score_news news = { r->c->now, h->born, NULL, 0 };
    struct score_kept due = *kept;
    struct score_walked is = { .changed = false };

    /* Before its next change a row may stand as it was shown; it is brought to the present all the same. */
    if (r->c->now < kept->next_change)
        due.next_change = r->c->now;
    if (score_walk(r->m, &due, &news, NULL, r->c->arena, &is) != SCORE_WALKED
        && score_walk(r->m, &due, &news, h, r->c->arena, &is) != SCORE_WALKED)
        tell(r, lead->id, STR("the kept state cannot be walked"));
    return is;
}

/* What is kept, now, against what the history gives. */
static void compare_score(struct replaying *r, const struct lead *lead, const struct score_kept *kept, struct score_walked is,
                          struct score_walked must)
{

    compare(r, lead->id, "band in the list", lead->band, (int64_t)kept->band.band);
    compare(r, lead->id, "score in the list", lead->score, fix_round(kept->total));
    compare(r, lead->id, "cell in the list", lead->cell, kept->cell);
    compare(r, lead->id, "match in the list", lead->icp, kept->icp);
    compare(r, lead->id, "due after next change", kept->due > kept->next_change, false);
    /* Before its next change a row shows what the present shows. */
    if (r->c->now < kept->next_change) {
        compare(r, lead->id, "shown", fix_round(kept->total), fix_round(must.kept.total));
        compare(r, lead->id, "cell shown", kept->cell, must.kept.cell);
        compare(r, lead->id, "match shown", kept->icp, must.kept.icp);
        compare(r, lead->id, "band shown", (int64_t)kept->band.band, (int64_t)must.kept.band.band);
    }
    compare(r, lead->id, "total", is.kept.total, must.kept.total);
    compare(r, lead->id, "band", (int64_t)is.kept.band.band, (int64_t)must.kept.band.band);
    compare(r, lead->id, "re-arming", is.kept.band.armed, must.kept.band.armed);
    compare(r, lead->id, "cell", is.kept.cell, must.kept.cell);
    compare(r, lead->id, "match", is.kept.icp, must.kept.icp);
    compare(r, lead->id, "next change", is.kept.next_change, must.kept.next_change);
    if (!str_eq(is.kept.state, must.kept.state))
        tell(r, lead->id, STR("the bytes of the kept state differ"));
}

/* ---- turn by turn ---- */

/* Models that leads were scored by, compiled once a run. */
static enum err model_of(struct replaying *r, struct model_id id, const struct model **m, instant *retired)
{
    struct model_row row;
    struct model *made;
    struct ctx c = *r->c;
    enum err e;

    for (size_t i = 0; i < r->model_count; i++)
        if (r->models[i]->id.v == id.v) {
            *m = r->models[i];
            *retired = r->retired[i];
            return ERR_NONE;
        }
    if ((e = score_model_get(&c, r->tx, id, &row)) || (e = score_model_parse(&c, row.body, &made)))
        return e;
    made->id = row.id;
    if (r->model_count == MODELS_MAX)
        score_model_drop(r->models[--r->model_count]);
    *retired = r->retired[r->model_count] = row.retired_at == INSTANT_NONE ? INSTANT_NEVER : row.retired_at;
    *m = r->models[r->model_count++] = made;
    return ERR_NONE;
}

/* The family's history as it was joined at `at`, with all that is known of it. */
static enum err history_of_family(struct replaying *r, struct lead_id root, instant at, struct history *h)
{
    struct lead_id *family;
    size_t n;
    enum err e = lead_family(r->c, r->tx, root, at, &family, &n);

    return e ? e : flow_history_of(r->c, r->tx, root, family, n, h);
}

/* Those that are recorded, and those that time alone has made since the lead was last looked at: its turn with the clock is still to come. */
static enum err crossings_now(struct replaying *r, struct lead_id lead, const struct score_walked *now, const struct score_crossing **list,
                              size_t *count)
{
    struct score_crossing *all;
    struct crossing_row *rows;
    size_t n = 0;
    enum err e = score_crossing_records(r->c, r->tx, lead, &rows, &n);

    if (e)
        return e;
    all = ARENA_ARRAY(r->c->arena, struct score_crossing, n + now->crossing_count + 1);
    for (size_t i = 0; i < n; i++)
        all[i] = rows[i].is;
    for (size_t i = 0; i < now->crossing_count; i++)
        all[n++] = now->crossings[i];
    *list = all;
    *count = n;
    return ERR_NONE;
}

static void compare_crossings(struct replaying *r, struct lead_id lead, const struct score_walked *now, const struct score_walked *must,
                              instant after)
{
    const struct score_crossing *list;
    size_t n = 0, k = 0;

    if (crossings_now(r, lead, now, &list, &n))
        return;
    for (size_t i = 0; i < n; i++) {
        const struct score_crossing *is = &list[i], *x = k < must->crossing_count ? &must->crossings[k] : NULL;
        if (is->at <= after)
            continue;
        k++;
        if (!x)
            continue;
        compare(r, lead, "instant of a crossing", is->at, x->at);
        compare(r, lead, "total of a crossing", is->total, x->total);
        compare(r, lead, "band before a crossing", is->from, x->from);
        /* Its event is not compared: of several items that became known at one instant the live house names the last one of a batch, and
         * batches are not kept. */
        if (!str_eq(is->lines, x->lines))
            tell(r, lead, STR("the lines of a crossing differ"));
    }
    compare(r, lead, "crossings", (int64_t)k, (int64_t)must->crossing_count);
}

/* The turns of a lead from the last one that took items back, or the first (score_rebuild_turns); none when they were not kept. now: the
 * history as it is known, for the last turn. */
static enum err turns_of(struct replaying *r, struct lead_id lead, instant created_at, const struct history *now,
                         struct score_turn **list, size_t *count)
{
    struct score_turn_row *rows;
    struct score_turn *turns;
    size_t n, from = 0;
    enum err e = score_turn_list(r->c, r->tx, lead, &rows, &n);

    *count = 0;
    if (e || !n || !(rows[0].fresh || rows[0].lost))
        return e;
    turns = ARENA_ARRAY(r->c->arena, struct score_turn, n + 1);
    for (size_t i = 0; i < n && !e; i++) {
        struct history *h = ARENA_NEW(r->c->arena, struct history);
        turns[i] = (struct score_turn){ .at = rows[i].at, .h = h, .fresh = rows[i].fresh, .given = rows[i].lost, .band = rows[i].band };
        if (rows[i].lost)
            from = i;
        if (!rows[i].model.v)
            continue;
        if (!(e = model_of(r, rows[i].model, &turns[i].m, &turns[i].heard_until)))
            e = i + 1 == n ? (*h = *now, ERR_NONE) : history_of_family(r, lead, rows[i].at, h);
        if (!e)
            h->born = score_born(h, rows[i].at, created_at); /* what came later from before it was late, and is told as such */
    }
    *list = turns + from;
    *count = n - from;
    return e;
}

/* is: the lead brought to the present. */
static struct score_walked rebuild(struct replaying *r, struct lead_id lead, const struct score_walked *is, const struct score_turn *turns,
                                   size_t count)
{
    struct score_walked must = score_rebuild_turns(turns, count, r->c->now, r->c->arena);

    compare_crossings(r, lead, is, &must, turns[0].given ? turns[0].at : INSTANT_NONE);
    return must;
}

/* Was anything told since? */
static bool told_since(const struct replaying *r, int64_t *before)
{
    bool any = r->sum->differences != *before;

    *before = r->sum->differences;
    return any;
}

static void wrong_keep(struct replaying *r, struct replay_wrong wrong)
{
    struct replay_sum *s = r->sum;

    if (!s->arena || !(wrong.part || wrong.score || wrong.facts || wrong.outcome))
        return;
    s->wrong = arena_more(s->arena, s->wrong, s->wrong_count, sizeof *s->wrong);
    s->wrong[s->wrong_count++] = wrong;
}

/* A lead that is part of another: it has no score of its own any more, but the crossings of its time stand. */
static enum err replay_part(struct replaying *r, struct lead_id id)
{
    const struct score_walked is = { .changed = false };
    struct score_turn *turns;
    struct lead lead;
    size_t n;
    enum err e = lead_get(r->c, r->tx, id, &lead);

    if (!e)
        e = turns_of(r, id, lead.created_at, NULL, &turns, &n);
    if (e || !n)
        return e;
    if (turns[n - 1].m) {
        tell(r, id, STR("scored though it is part of another"));
        wrong_keep(r, (struct replay_wrong){ .lead = id, .part = true });
    } else if (n > 1)
        (void)rebuild(r, id, &is, turns, n);
    return ERR_NONE;
}

static void compare_facts(struct replaying *r, const struct lead *lead, const struct history *h)
{
    struct profile p = { 0 };
    struct str must;

    for (size_t i = 0; i < h->profile_count; i++)
        lead_profile_fold(r->c->arena, &p, h->profiles[i].patch, h->profiles[i].source_id,
                          h->profiles[i].at, h->profiles[i].unverified, NULL);
    must = lead_profile_print(r->c->arena, &p);
    if (!str_eq(lead->facts, must) && (lead->facts.len || p.count))
        tell(r, lead->id, STR("the facts of the card differ from the profile's changes"));
}

static enum err compare_outcome(struct replaying *r, const struct lead *lead, const struct history *h)
{
    struct outcome is, must;
    int stage;
    enum err e = learn_outcomes_of(r->c, r->tx, &lead->id, 1, &is);

    if (e)
        return e;
    flow_outcome_fold(h, &must, &stage);
    compare(r, lead->id, "stage", lead->stage, stage);
    compare(r, lead->id, "outcome", is.state, must.state);
    compare(r, lead->id, "instant of the outcome", is.at, must.at);
    compare(r, lead->id, "undated outcome", is.undated, must.undated);
    compare(r, lead->id, "amount of the outcome", is.amount, must.amount);
    if (!str_eq(is.reason, must.reason))
        tell(r, lead->id, STR("the reason of the outcome differs from the deed's"));
    return ERR_NONE;
}

static enum err compare_tasks(struct replaying *r, struct lead_id lead)
{
    struct crossing_row *rows;
    size_t n;
    enum err e = score_crossing_list(r->c, r->tx, lead, &rows, &n);

    for (size_t i = 0; i < n && !e; i++) {
        struct task t;

        r->sum->crossings++;
        e = task_find_by_crossing(r->c, r->tx, rows[i].id, &t);
        if (!e && !t.id.v)
            tell(r, lead, STR("a crossing into hot has no task"));
    }
    return e;
}

static enum err compare_kept(struct replaying *r, const struct lead *lead, const struct score_kept *kept, const struct history *h)
{
    struct score_walked is;
    struct score_turn *turns;
    size_t n;
    enum err e;

    if (kept->model.v != r->m->id.v) {
        tell(r, lead->id, kept->model.v ? STR("scored by another model") : STR("never scored"));
        return ERR_NONE;
    }
    if ((e = turns_of(r, lead->id, lead->created_at, h, &turns, &n)))
        return e;
    is = kept_now(r, lead, kept, h);
    compare_score(r, lead, kept, is,
                  n && turns[n - 1].m ? rebuild(r, lead->id, &is, turns, n) : score_rebuild(r->m, h, r->c->now, r->c->arena));
    return ERR_NONE;
}

static enum err replay_one(struct replaying *r, struct lead_id id)
{
    struct replay_wrong wrong = { .lead = id };
    int64_t before = r->sum->differences;
    struct score_kept kept;
    struct history h;
    struct lead lead;
    instant seen;
    enum err e;

    if ((e = lead_get(r->c, r->tx, id, &lead)) || (e = score_load(r->c, r->tx, &id, 1, &kept)))
        return e;
    /* A clock that is behind the one by which the lead was told last says nothing of what has come since. */
    r->c->now = kept.model.v && kept.band.told > r->now ? kept.band.told : r->now;
    if ((e = flow_history(r->c, r->tx, id, INSTANT_NEVER, &h)))
        return e;
    if ((e = flow_model_of(r->c, r->tx, r->live, id, &r->m)))
        return e;
    r->sum->leads++;
    r->sum->events += (int64_t)h.event_count;
    /* One that stands in no list has no score that anybody sees. */
    if (lead.unlisted && flow_anything_counts(&h, &seen))
        tell(r, id, STR("stands in no list, though something of it counts"));
    if (!lead.unlisted && (e = compare_kept(r, &lead, &kept, &h)))
        return e;
    wrong.score = told_since(r, &before);
    compare_facts(r, &lead, &h);
    wrong.facts = told_since(r, &before) || (lead.unlisted && wrong.score);
    if ((e = compare_outcome(r, &lead, &h)))
        return e;
    wrong.outcome = told_since(r, &before);
    wrong_keep(r, wrong);
    return compare_tasks(r, id);
}

enum err flow_replay(struct flow *f, struct ctx *c, struct db_tx *tx, struct lead_id *after, int limit,
                     flow_difference *told, void *x, struct replay_sum *sum, bool *more)
{
    struct lead_id *ids = ARENA_ARRAY(c->arena, struct lead_id, (size_t)limit + 1);
    struct lead_id *roots = ARENA_ARRAY(c->arena, struct lead_id, (size_t)limit + 1);
    struct replaying r = { .c = c, .now = c->now, .tx = tx, .told = told, .x = x, .sum = sum };
    struct ctx scratch = *c;
    struct model *m;
    size_t n;
    enum err e;

    if ((e = lead_ids_all(c, tx, *after, limit, ids, roots, &n)) || (e = flow_model(f, c, tx, &m)))
        return e;
    r.live = m;
    r.c = &scratch;
    scratch.arena = arena_new(0);
    for (size_t i = 0; i < n && !e; i++) {
        arena_reset(scratch.arena);
        e = ids[i].v == roots[i].v ? replay_one(&r, ids[i]) : replay_part(&r, ids[i]);
    }
    arena_free(scratch.arena);
    score_model_drop(m);
    for (size_t i = 0; i < r.model_count; i++)
        score_model_drop(r.models[i]);
    if (n)
        *after = ids[n - 1];
    *more = n == (size_t)limit;
    return e;
}

/* ---- owners ---- */

/* Lists come by owner, and nobody before this one is left: takes their row, or one of nothing. */
static struct lead_load load_take(const struct lead_load *list, size_t count, size_t *at, struct user_id owner)
{
    return *at < count && list[*at].owner.v == owner.v ? list[(*at)++] : (struct lead_load){ .owner = owner };
}

static void compare_load(struct replaying *r, const struct lead_load *is, const struct lead_load *must)
{
    char id[ID_TEXT_MAX];

    for (int band = 0; band < BANDS; band++) {
        if (is->count[band] == must->count[band])
            continue;
        r->sum->differences++;
        r->sum->loads = true;
        r->told(r->x, str_print(r->c->arena, STR_FMT ": has %lld leads of band %d in hand, must have %lld",
                                STR_ARG(id_print(PREFIX_USER, is->owner.v, id)), (long long)is->count[band], band, (long long)must->count[band]));
    }
}

enum err flow_replay_loads(struct ctx *c, struct db_tx *tx, flow_difference *told, void *x, struct replay_sum *sum)
{
    struct replaying r = { .c = c, .tx = tx, .told = told, .x = x, .sum = sum };
    struct lead_load *is, *must;
    size_t is_count, must_count, a = 0, b = 0;
    enum err e;

    if ((e = lead_load_list(c, tx, LOAD_READ, &is, &is_count)) || (e = lead_load_recount(c, tx, &must, &must_count)))
        return e;
    while (a < is_count || b < must_count) {
        struct user_id owner = { INT64_MAX };

        if (a < is_count)
            owner = is[a].owner;
        if (b < must_count && must[b].owner.v < owner.v)
            owner = must[b].owner;
        struct lead_load one = load_take(is, is_count, &a, owner), two = load_take(must, must_count, &b, owner);

        compare_load(&r, &one, &two);
    }
    return ERR_NONE;
}
