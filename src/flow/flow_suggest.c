/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_suggest.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "flow/flow_leak.h"
#include "learn/cut.h"
#include "learn/feature.h"
#include "learn/scorecard.h"
#include "score/score_store.h"
#include "text/text.h"

#define OFFERS_GROUP "sales_data"
enum { BODY_BYTES = 4 << 20, ROUND_TO = 5 };

/* ---- leads ---- */

struct gathering {
    struct ctx *c;
    const struct model *m;
    fix *points;
    struct learn_card_example *list;
    size_t n, cap, won;
    struct flow_leaks watch; /* facts that are not offered, since they know the end */
    flow_progress *told;
    void *told_x;
    bool again;      /* the leads are looked at for the second time */
};

static enum err gather(void *x, struct ctx *c, const struct flow_example *e)
{
    struct gathering *g = x;
    struct arena *a = g->c->arena;
    struct score s = score_at(g->m, e->known, e->judged_at, c->arena);
    struct learn_tally *lines = ARENA_ARRAY(c->arena, struct learn_tally, s.line_count + 1);
    struct learn_card_example *one;
    struct learn_fact *facts;
    size_t n = flow_facts_at(c->arena, e->known, e->judged_at, &facts), kept = 0;

    flow_leak_see(&g->watch, e);
    for (size_t i = 0; i < n; i++) /* what a criterion looks at already is not offered again */
        if (!flow_looks_at(g->m, -1, facts[i].name))
            facts[kept++] = facts[i];
    if (g->n == g->cap) {
        size_t cap = g->cap ? 2 * g->cap : 1024;

        g->list = arena_grow(a, g->list, g->cap * sizeof *g->list, cap * sizeof *g->list);
        g->cap = cap;
    }
    one = &g->list[g->n++];
    *one = (struct learn_card_example){ .total = s.total, .row = learn_row_of_facts(a, facts, kept), .won = e->won,
                                        .judged_at = e->judged_at, .order = e->lead.v };
    g->won += e->won;
    for (size_t i = 0; i < s.line_count; i++)
        lines[i] = (struct learn_tally){ s.lines[i].criterion, s.lines[i].points, s.lines[i].count };
    learn_card_times(a, g->points, g->m->criterion_count, lines, s.line_count, one);
    return ERR_NONE;
}

/* Facts that know the end are offered to nobody. */
static void leave_leaks_out(struct gathering *g)
{
    size_t n;

    flow_leak_end(&g->watch);
    n = g->watch.leak_count;
    g->watch.leak_count = 0;
    for (size_t i = 0; i < n; i++)
        if (!flow_looks_at(g->m, -1, g->watch.leaks[i].fact))
            g->watch.leaks[g->watch.leak_count++] = g->watch.leaks[i];
    for (size_t i = 0; i < g->n; i++)
        g->list[i].row = flow_leak_clean(g->c->arena, &g->watch, NULL, STR(""), &g->list[i].row);
}

/* ---- the answer ---- */

static void put_figure(struct json_out *o, const char *key, fix value, fix low, fix high)
{
    json_key(o, key);
    json_begin(o);
    json_add_fix(o, "value", value);
    json_add_fix(o, "low", low);
    json_add_fix(o, "high", high);
    json_end(o);
}

/* 925.5; in Russian 925,5. */
static struct str number_text(struct arena *a, fix v, enum lang lang)
{
    char shown[FIX_TEXT_MAX], *text = str_cz(a, fix_print(v, shown)), *stop = lang == LANG_RU ? strchr(text, '.') : NULL;

    if (stop)
        *stop = ',';
    return str_of(text);
}

/* A bin as people read it: "417 – 652". */
static struct str bin_text(struct arena *a, const struct learn_card_offer *f, enum lang lang)
{
    struct str from = number_text(a, f->from, lang), to = number_text(a, f->to, lang);

    if (!f->number)
        return f->level;
    if (!f->has_from)
        return str_print(a, "≤ " STR_FMT, STR_ARG(to));
    if (!f->has_to)
        return str_print(a, "> " STR_FMT, STR_ARG(from));
    return str_print(a, STR_FMT " – " STR_FMT, STR_ARG(from), STR_ARG(to));
}

/* A level as long as one can be may be the beginning of something longer. */
static struct str level_op(struct str level)
{
    return utf8_count(level) < LEARN_LEVEL_CHARS ? STR("eq") : STR("starts");
}

static void put_condition(struct json_out *o, const struct learn_card_offer *f)
{
    bool both = f->number && f->has_from && f->has_to;

    if (both) {
        json_begin(o);
        json_key(o, "all");
        json_list(o);
    }
    for (int end = 0; end < 2; end++) {
        if (f->number ? !(end ? f->has_to : f->has_from) : end)
            continue;
        json_begin(o);
        json_add_text(o, "fact", f->fact);
        json_add_text(o, "op", f->number ? (end ? STR("<=") : STR(">")) : level_op(f->level));
        if (f->number)
            json_add_fix(o, "value", end ? f->to : f->from);
        else if (str_eq(f->level, STR("true")) || str_eq(f->level, STR("false"))) {
            json_key(o, "value");
            json_put_bool(o, str_eq(f->level, STR("true")));
        } else
            json_add_text(o, "value", f->level);
        json_end(o);
    }
    if (both) {
        json_list_end(o);
        json_end(o);
    }
}

static void put_items(struct json_out *o, const struct model *m, const struct learn_card *k)
{
    json_key(o, "items");
    json_list(o);
    for (size_t i = 0; i < m->criterion_count; i++) {
        json_begin(o);
        json_add_text(o, "criterion", m->criteria[i].id);
        json_add_text(o, "title_ru", m->criteria[i].title_ru);
        json_add_text(o, "title_en", m->criteria[i].title_en);
        json_add_fix(o, "points_now", k->items[i].now);
        json_add_int(o, "points", k->items[i].points);
        json_add_int(o, "low", k->items[i].low);
        json_add_int(o, "high", k->items[i].high);
        json_add_int(o, "count", k->items[i].count);
        json_add_text(o, "why", str_of(learn_card_whys[k->items[i].why]));
        json_end(o);
    }
    json_list_end(o);
}

static void put_offers(struct ctx *c, struct json_out *o, const struct learn_card *k)
{
    json_key(o, "offers");
    json_list(o);
    for (size_t i = 0; i < k->offer_count; i++) {
        json_begin(o);
        json_add_text(o, "fact", k->offers[i].fact);
        json_add_text(o, "value", bin_text(c->arena, &k->offers[i], LANG_EN));
        json_add_int(o, "points", k->offers[i].points);
        json_add_int(o, "low", k->offers[i].low);
        json_add_int(o, "high", k->offers[i].high);
        json_add_int(o, "count", k->offers[i].count);
        json_add_int(o, "won", k->offers[i].won);
        json_end(o);
    }
    json_list_end(o);
}

static void put_band(struct json_out *o, const char *name, const struct learn_cut_band *b)
{
    json_begin(o);
    json_add_text(o, "band", str_of(name));
    json_add_int(o, "leads", b->leads);
    json_add_int(o, "won", b->won);
    put_figure(o, "share", b->share, b->low, b->high);
    json_end(o);
}

/* Thresholds now and then, and what of each band then bought. cuts NULL: the scores can hardly be told apart. */
static void put_cuts(struct json_out *o, const struct model *m, const struct learn_cuts *cuts)
{
    json_key(o, "bands");
    if (!cuts) {
        json_put_raw(o, STR("null"));
        return;
    }
    json_begin(o);
    json_add_fix(o, "warm_now", m->warm);
    json_add_fix(o, "hot_now", m->hot);
    json_add_int(o, "warm", cuts->warm);
    json_add_int(o, "hot", cuts->hot);
    json_key(o, "items");
    json_list(o);
    put_band(o, "hot", &cuts->hot_is);
    put_band(o, "warm", &cuts->warm_is);
    put_band(o, "cold", &cuts->cold_is);
    json_list_end(o);
    json_end(o);
}

static struct str answer(const struct gathering *g, const struct learn_suggestion *ask, const struct learn_card *k, const struct learn_cuts *cuts)
{
    struct ctx *c = g->c;
    struct buf b = buf_new(c->arena, BODY_BYTES);
    struct json_out o = json_to(&b);

    json_begin(&o);
    json_add_int(&o, "n", (int64_t)g->n);
    json_add_int(&o, "won", (int64_t)g->won);
    json_key(&o, "enough");
    json_put_bool(&o, k != NULL);
    json_add_int(&o, "need", LEARN_SUGGEST_ENOUGH);
    json_add_int(&o, "have", (int64_t)(g->won < g->n - g->won ? g->won : g->n - g->won));
    if (k) {
        json_key(&o, "report");
        json_put_id(&o, PREFIX_REPORT, ask->id);
        json_key(&o, "by_time");
        json_put_bool(&o, k->by_time);
        json_add_int(&o, "held_n", k->held_n);
        json_add_int(&o, "held_won", k->held_won);
        json_key(&o, "auc");
        json_begin(&o);
        put_figure(&o, "now", k->auc_now, k->auc_now_low, k->auc_now_high);
        put_figure(&o, "suggested", k->auc, k->auc_low, k->auc_high);
        put_figure(&o, "change", k->change, k->change_low, k->change_high);
        json_end(&o);
        json_key(&o, "lift10");
        json_begin(&o);
        json_add_fix(&o, "now", k->lift_now);
        json_add_fix(&o, "suggested", k->lift);
        json_end(&o);
        json_key(&o, "lift10_range");
        json_begin(&o);
        put_figure(&o, "now", k->lift_now, k->lift_now_low, k->lift_now_high);
        put_figure(&o, "suggested", k->lift, k->lift_low, k->lift_high);
        json_end(&o);
        put_cuts(&o, g->m, cuts);
        put_items(&o, g->m, k);
        put_offers(c, &o, k);
        json_key(&o, "left_out");
        flow_leak_put(&o, &g->watch);
    }
    json_end(&o);
    return buf_str(&b);
}

/* ---- the draft ---- */

static int64_t size_of(int64_t v)
{
    return v < 0 ? -v : v;
}

/* The limit of a criterion's sum grows and shrinks with its points: it bounds the same number of times. */
static void put_criterion(struct json_out *o, const struct json *had, const struct learn_card_item *item)
{
    bool same = item->why == CARD_FEW;

    json_begin(o);
    for (uint32_t i = 0; i < had->count; i++) {
        const struct json_member *m = &had->as.members[i];
        fix top;

        json_key_str(o, m->key);
        if (!same && str_eq(m->key, STR("points")))
            json_put_int(o, item->points);
        else if (!same && str_eq(m->key, STR("max_points")) && item->now && item->points && json_fix(&m->value, &top))
            json_put_int(o, (fix_muldiv(top, size_of(item->points) * FIX_ONE, size_of(item->now)) + FIX_ONE - 1) / FIX_ONE);
        else
            json_put(o, &m->value);
    }
    json_end(o);
}

static void put_group(struct json_out *o, const struct json *had, int64_t top, int64_t bottom)
{
    json_begin(o);
    for (uint32_t i = 0; i < had->count; i++) {
        const struct json_member *m = &had->as.members[i];
        fix limit;

        json_key_str(o, m->key);
        if (str_eq(m->key, STR("ceiling")) && json_fix(&m->value, &limit) && limit < top * FIX_ONE)
            json_put_int(o, (top + ROUND_TO - 1) / ROUND_TO * ROUND_TO);
        else if (str_eq(m->key, STR("floor")) && json_fix(&m->value, &limit) && limit > bottom * FIX_ONE)
            json_put_int(o, -((-bottom + ROUND_TO - 1) / ROUND_TO * ROUND_TO));
        else
            json_put(o, &m->value);
    }
    json_end(o);
}

static void put_offer_group(struct json_out *o, int64_t top)
{
    json_begin(o);
    json_add_text(o, "name", STR(OFFERS_GROUP));
    json_key(o, "title");
    json_begin(o);
    json_add_text(o, "ru", STR("По данным о продажах"));
    json_add_text(o, "en", STR("Learnt from sales"));
    json_end(o);
    json_add_int(o, "ceiling", (top + ROUND_TO - 1) / ROUND_TO * ROUND_TO);
    json_end(o);
}

static void put_offer(struct ctx *c, struct json_out *o, const struct learn_card_offer *f, const struct model *m, int *number)
{
    struct str id;

    do
        id = str_print(c->arena, "data_%d", ++*number);
    while (score_criterion_find(m, id) >= 0);
    json_begin(o);
    json_add_text(o, "id", id);
    json_key(o, "title");
    json_begin(o);
    for (int i = 0; i < 2; i++) {
        enum lang lang = i ? LANG_EN : LANG_RU;
        json_add_text(o, i ? "en" : "ru", utf8_cut(str_print(c->arena, STR_FMT ": " STR_FMT, STR_ARG(text_fact(c->arena, lang, f->fact)),
                                                        STR_ARG(bin_text(c->arena, f, lang))), LIMIT_NAME_CHARS));
    }
    json_end(o);
    json_add_text(o, "group", STR(OFFERS_GROUP));
    json_key(o, "enabled");
    json_put_bool(o, true);
    json_key(o, "when");
    put_condition(o, f);
    json_add_int(o, "points", f->points);
    json_end(o);
}

/* The group is there already when a suggestion was taken before. */
static bool has_group(const struct model *m)
{
    for (size_t i = 0; i < m->group_count; i++)
        if (str_eq(m->groups[i].name, STR(OFFERS_GROUP)))
            return true;
    return false;
}

static void put_member(struct ctx *c, struct json_out *o, const struct json_member *part, const struct model *m, const struct learn_card *k)
{
    bool groups = str_eq(part->key, STR("groups")), criteria = str_eq(part->key, STR("criteria"));
    int number = 0;

    json_key_str(o, part->key);
    if (!groups && !criteria) {
        json_put(o, &part->value);
        return;
    }
    json_list(o);
    for (uint32_t i = 0; i < part->value.count; i++)
        if (groups)
            put_group(o, &part->value.as.items[i], k->group_top[i], k->group_bottom[i]);
        else
            put_criterion(o, &part->value.as.items[i], &k->items[i]);
    if (groups && k->offer_count && !has_group(m))
        put_offer_group(o, k->offers_top);
    for (size_t i = 0; criteria && i < k->offer_count; i++)
        put_offer(c, o, &k->offers[i], m, &number);
    json_list_end(o);
}

/* cuts NULL: the thresholds stay. made: compiled, held once by the caller. */
static enum err draft(struct ctx *c, const struct model *m, const struct learn_card *k, const struct learn_cuts *cuts, struct str *text,
                      struct model **made)
{
    struct buf b = buf_new(c->arena, BODY_BYTES);
    struct json_out o = json_to(&b);
    struct json *body;
    enum err e = json_read(c, score_model_print(m, c->arena), &body);

    if (e)
        return e;
    json_begin(&o);
    for (uint32_t i = 0; i < body->count; i++) {
        const struct json_member *part = &body->as.members[i];

        if (cuts && str_eq(part->key, STR("warm")))
            json_add_int(&o, "warm", cuts->warm);
        else if (cuts && str_eq(part->key, STR("hot")))
            json_add_int(&o, "hot", cuts->hot);
        else
            put_member(c, &o, part, m, k);
    }
    json_end(&o);
    *text = buf_str(&b);
    return score_model_parse(c, *text, made);
}

/* ---- thresholds ---- */

struct totalling {
    const struct model *m;
    fix *totals;
    struct lead_id *leads;
    unsigned char *won;
    size_t n, most;
};

static enum err total(void *x, struct ctx *c, const struct flow_example *e)
{
    struct totalling *t = x;

    if (t->n < t->most) {
        t->totals[t->n] = score_sum_of(score_fold(t->m, e->known, e->judged_at, c->arena), e->judged_at).total;
        t->leads[t->n] = e->lead;
        t->won[t->n++] = e->won;
    }
    return ERR_NONE;
}

/* They are looked at twice: for the points, and for what the draft makes of them. */
static bool told_twice(void *x, int64_t done, int64_t total)
{
    const struct gathering *g = x;

    return g->told(g->told_x, g->again ? total + done : done, 2 * total);
}

/* The very leads once more, scored by the draft itself: its groups' limits and the model's own are in it. */
static enum err cut(struct gathering *g, struct db_tx *tx, const struct learn_suggestion *ask, const struct model *made,
                    struct learn_cuts *cuts, struct flow_suggest_of *of)
{
    struct ctx *c = g->c;
    struct totalling t = { made, ARENA_ARRAY(c->arena, fix, g->n + 1), ARENA_ARRAY(c->arena, struct lead_id, g->n + 1),
                           ARENA_ARRAY(c->arena, unsigned char, g->n + 1), 0, g->n };
    g->again = true;
    enum err e = flow_examples(c, tx, ask->from, ask->until, told_twice, g, total, &t);

    of->totals = t.totals;
    of->total_leads = t.leads;
    of->total_won = t.won;
    of->total_n = t.n;
    of->cuts = !e && learn_cuts_make(c->arena, t.totals, t.won, t.n, made->floor, made->ceiling, cuts) ? cuts : NULL;
    return e;
}

/* ---- the whole ---- */

/* Those that a model can hold stay: one whose fact has too long a name would keep all others from being a draft. */
static void keep_holdable(const struct model *m, struct learn_card *card)
{
    size_t room = m->group_count < LIMIT_GROUPS || has_group(m) ? LIMIT_CRITERIA - m->criterion_count : 0, kept = 0;

    for (size_t i = 0; i < card->offer_count && kept < room; i++)
        if (utf8_count(card->offers[i].fact) <= LIMIT_NAME_CHARS)
            card->offers[kept++] = card->offers[i];
    card->offer_count = kept;
}

static bool fit(struct gathering *g, const struct learn_suggestion *ask, struct learn_card *card)
{
    struct ctx *c = g->c;
    const struct model *m = g->m;
    int *group = ARENA_ARRAY(c->arena, int, m->criterion_count + 1);
    struct learn_card_ask question = { .points = g->points, .criteria = m->criterion_count, .hot = m->hot, .monotone = ask->monotone,
                                       .group = group, .groups = m->group_count };

    for (size_t i = 0; i < m->criterion_count; i++)
        group[i] = m->criteria[i].group;
    return g->won >= LEARN_SUGGEST_ENOUGH && g->n - g->won >= LEARN_SUGGEST_ENOUGH
        && learn_card_make(c->arena, g->list, g->n, &question, card);
}

static enum err make(struct gathering *g, struct db_tx *tx, const struct learn_suggestion *ask, struct flow_suggested *out)
{
    struct learn_card card;
    struct learn_cuts cuts;
    struct flow_suggest_of of = { .m = g->m, .card = &card, .list = g->list };
    struct model *made;
    enum err e;

    if (!fit(g, ask, &card)) {
        out->body = answer(g, ask, NULL, NULL);
        return ERR_NONE;
    }
    keep_holdable(g->m, &card);
    if ((e = draft(g->c, g->m, &card, NULL, &out->draft, &made)))
        return e;
    e = cut(g, tx, ask, made, &cuts, &of);
    score_model_drop(made);
    if (!e && of.cuts && !(e = draft(g->c, g->m, &card, &cuts, &out->draft, &made)))
        score_model_drop(made);
    if (e)
        return e;
    out->body = answer(g, ask, &card, of.cuts);
    flow_suggest_leads(g->c->arena, &of, out);
    return ERR_NONE;
}

enum err flow_suggest(struct ctx *c, struct db_tx *tx, const struct learn_suggestion *ask, flow_progress *told, void *x,
                      struct flow_suggested *out)
{
    struct gathering g = { .c = c, .watch = flow_leak_begin(c->arena), .told = told, .told_x = x };
    struct model_row row;
    struct model *m;
    enum err e = score_model_get(c, tx, ask->model, &row);

    *out = (struct flow_suggested){ 0 };
    if (e || (e = score_model_parse(c, row.body, &m)))
        return e;
    g.m = m;
    g.points = ARENA_ARRAY(c->arena, fix, m->criterion_count + 1);
    for (size_t i = 0; i < m->criterion_count; i++)
        g.points[i] = m->criteria[i].enabled ? m->criteria[i].points : 0;
    if (!(e = flow_examples(c, tx, ask->from, ask->until, told_twice, &g, gather, &g))) {
        leave_leaks_out(&g);
        e = make(&g, tx, ask, out);
    }
    score_model_drop(m);
    return e;
}

/* The area that the points reached on leads that were held back, as it was told. */
static enum err held_auc(struct ctx *c, struct str told, fix *auc)
{
    struct json *body;
    const struct json *v;
    enum err e = json_read(c, told, &body);

    *auc = 0;
    if (e)
        return e;
    v = json_find(body, STR("auc"));
    v = v ? json_find(v, STR("suggested")) : NULL;
    v = v ? json_find(v, STR("value")) : NULL;
    return v && json_fix(v, auc) ? ERR_NONE : fault_set(c, ERR_INTERNAL, "a suggestion without its AUC");
}

enum err flow_suggest_draft(struct ctx *c, struct db_tx *tx, struct model_id model, struct str name, struct str note, struct model_id *id)
{
    struct learn_suggestion s;
    struct model_fitted fitted;
    struct json *body;
    enum err e = learn_suggestion_of(c, tx, model, SUGGESTION_DONE, &s);

    if (e)
        return e;
    if (!s.id || !s.draft.len)
        return fault_set(c, ERR_NOT_FOUND, "no points were suggested for this model");
    fitted.until = s.made_at;
    if ((e = json_read(c, s.draft, &body)) || (e = held_auc(c, s.body, &fitted.auc)) || (e = score_model_add(c, tx, name, note, body, id)))
        return e;
    return score_model_set_fitted(c, tx, *id, fitted);
}
