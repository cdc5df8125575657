/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_contest.h"

#include "api/api_report.h"
#include "api/export.h"
#include "api/lead_view.h"
#include "base/limits.h"
#include "flow/flow_contest.h"
#include "score/score_store.h"

enum { CONTESTS_SHOWN = 100 };

/* ---- shown ---- */

struct contest_view {
    int64_t id, champion_id, challenger_id, champion_version, challenger_version;
    struct str name, champion_name, challenger_name, by_name, verdict;
    fix share, alpha, margin, p, ratio;
    int metric, state, winner;
    instant started_at, ended_at;
    int64_t champion_leads, challenger_leads, champion_successes, challenger_successes;
    struct str interval;
};
#define V(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct contest_view, member), __VA_ARGS__ }
const struct field contest_fields[] = {
    V(id, FIELD_ID, .prefix = PREFIX_CONTEST),
    V(name, FIELD_TEXT),
    V(champion_id, FIELD_ID, .prefix = PREFIX_MODEL, .help = "the model that was live at the start"),
    V(champion_name, FIELD_TEXT, .flags = FIELD_NULLABLE),
    V(champion_version, FIELD_INT),
    V(challenger_id, FIELD_ID, .prefix = PREFIX_MODEL),
    V(challenger_name, FIELD_TEXT, .flags = FIELD_NULLABLE),
    V(challenger_version, FIELD_INT),
    V(share, FIELD_FIX, .help = "of new leads for the challenger"),
    V(metric, FIELD_ENUM, .names = learn_contest_metrics),
    V(alpha, FIELD_FIX, .help = "the greatest chance of a false verdict, however often one looks"),
    V(margin, FIELD_FIX, .help = "a ratio nearer to 1 than this is no difference"),
    V(state, FIELD_ENUM, .names = learn_contest_states),
    V(winner, FIELD_ENUM, .names = learn_contest_winners, .flags = FIELD_NULLABLE),
    V(started_at, FIELD_INSTANT),
    V(ended_at, FIELD_INSTANT, .flags = FIELD_NULLABLE),
    V(by_name, FIELD_TEXT, .flags = FIELD_NULLABLE),
    V(champion_leads, FIELD_INT),
    V(challenger_leads, FIELD_INT),
    V(champion_successes, FIELD_INT),
    V(challenger_successes, FIELD_INT),
    V(p, FIELD_FIX, .help = "always-valid: may be looked at after each success"),
    V(interval, FIELD_RAW, .flags = FIELD_NULLABLE,
      .help = "{value, low, high}: the challenger's success rate over the champion's, a confidence sequence of level 1 - alpha"),
    V(verdict, FIELD_TEXT, .help = "in a sentence"),
    { 0 },
};

static struct str interval_json(struct arena *a, const struct learn_standing *s)
{
    struct buf b = buf_new(a, 256);
    struct json_out o = json_to(&b);

    if (!s->has_ratio)
        return STR("null");
    json_begin(&o);
    json_key(&o, "value");
    json_put_fix(&o, s->ratio);
    json_key(&o, "low");
    json_put_fix(&o, s->low);
    json_key(&o, "high");
    json_put_fix(&o, s->high);
    json_end(&o);
    return buf_str(&b);
}

static enum err view_of(struct call *call, const struct learn_contest *k, const struct names *names, struct contest_view *v)
{
    struct ctx *c = &call->ctx;
    struct model_row champion, challenger;
    struct learn_standing s;
    enum err e;

    if ((e = score_model_get(c, call->tx, k->champion, &champion)) || (e = score_model_get(c, call->tx, k->challenger, &challenger))
        || (e = flow_contest_stand(c, call->tx, k, &s)))
        return e;
    *v = (struct contest_view){
        .id = k->id.v, .name = k->name, .champion_id = k->champion.v, .challenger_id = k->challenger.v,
        .champion_name = champion.name, .challenger_name = challenger.name, .champion_version = champion.version,
        .challenger_version = challenger.version, .share = k->share, .metric = k->metric, .alpha = k->alpha, .margin = k->margin,
        .state = k->state, .winner = k->winner, .started_at = k->started_at, .ended_at = k->ended_at,
        .by_name = names_find(names, k->made_by.v), .champion_leads = s.leads[0], .challenger_leads = s.leads[1],
        .champion_successes = s.successes[0], .challenger_successes = s.successes[1], .p = s.p,
        .interval = interval_json(c->arena, &s), .verdict = flow_contest_verdict(c->arena, c->lang, k, &s),
    };
    return ERR_NONE;
}

static enum err show(struct call *call, struct contest_id id, bool made)
{
    struct learn_contest k;
    struct contest_view v;
    struct names names;
    enum err e;

    if ((e = names_read(call, &names)) || (e = learn_contest_get(&call->ctx, call->tx, id, &k)) || (e = view_of(call, &k, &names, &v)))
        return e;
    return made ? reply_made(call, &v) : reply_ok(call, &v);
}

enum err contest_list_get(struct call *call)
{
    struct learn_contest *list;
    struct contest_view *views;
    struct names names;
    size_t n;
    enum err e;

    if ((e = names_read(call, &names)) || (e = learn_contest_list(&call->ctx, call->tx, CONTESTS_SHOWN, &list, &n)))
        return e;
    views = ARENA_ARRAY(call->ctx.arena, struct contest_view, n + 1);
    for (size_t i = 0; i < n && !e; i++)
        e = view_of(call, &list[i], &names, &views[i]);
    return e ? e : reply_list(call, views, n, sizeof *views, STR_NULL, (int64_t)n);
}

enum err contest_get_one(struct call *call)
{
    struct contest_id id;
    enum err e = param_id(call, "id", PREFIX_CONTEST, &id.v);

    return e ? e : show(call, id, false);
}

/* ---- begun and stopped ---- */

struct contest_draft {
    struct str name;
    int64_t challenger_id;
    fix share, alpha, margin;
    int metric;
};
#define D(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct contest_draft, member), __VA_ARGS__ }
const struct field contest_draft_fields[] = {
    D(name, FIELD_TEXT, .max = LIMIT_NAME_CHARS, .flags = FIELD_NULLABLE),
    D(challenger_id, FIELD_ID, .prefix = PREFIX_MODEL, .flags = FIELD_REQUIRED, .help = "a draft or a retired version; it is frozen"),
    D(share, FIELD_FIX, .help = "of new leads for the challenger: 0.05 to 0.95, half unless said"),
    D(metric, FIELD_ENUM, .names = learn_contest_metrics),
    D(alpha, FIELD_FIX, .help = "the greatest chance of a false verdict: 0.001 to 0.2, 0.05 unless said"),
    D(margin, FIELD_FIX, .help = "what is no difference: 0.02 to 1, 0.1 unless said"),
    { 0 },
};

static void in_range(struct call *call, const char *field, fix v, fix low, fix high)
{
    if (v < low || v > high)
        (void)fault_field(&call->ctx, ERR_OUT_OF_RANGE, field);
}

enum err contest_start(struct call *call)
{
    struct contest_draft d = { .share = FIX_ONE / 2, .alpha = FIX_ONE / 20, .margin = FIX_ONE / 10 };
    struct learn_contest k;
    struct model_row row;
    enum err e = body_read(call, &d, NULL);

    if (e)
        return e;
    in_range(call, "/share", d.share, FIX_ONE / 20, FIX_ONE - FIX_ONE / 20);
    in_range(call, "/alpha", d.alpha, FIX_ONE / 1000, FIX_ONE / 5);
    in_range(call, "/margin", d.margin, FIX_ONE / 50, FIX_ONE);
    if (call->ctx.fault.count)
        return ERR_OUT_OF_RANGE;
    e = score_model_get(&call->ctx, call->tx, (struct model_id){ d.challenger_id }, &row);
    if (e)
        return e == ERR_NOT_FOUND ? fault_field(&call->ctx, ERR_BAD_FIELD, "/challenger_id") : e;
    k = (struct learn_contest){ .name = d.name.len ? d.name : row.name, .challenger = row.id, .share = d.share, .alpha = d.alpha,
                                .margin = d.margin, .metric = d.metric < 0 ? CONTEST_WON : d.metric, .made_by = call_user(call) };
    e = flow_contest_start(&call->ctx, call->tx, &k);
    return e ? e : show(call, k.id, true);
}

enum err contest_stop(struct call *call)
{
    struct learn_contest k;
    struct contest_id id;
    enum err e;

    if ((e = param_id(call, "id", PREFIX_CONTEST, &id.v)) || (e = learn_contest_get(&call->ctx, call->tx, id, &k))
        || (e = flow_contest_end(&call->ctx, call->tx, &k, -1, &call->messages)))
        return e;
    return show(call, id, false);
}

/* ---- its leads ---- */

struct contest_lead_ask {
    struct page_query page;
};
const struct field contest_lead_query[] = { PAGE_FIELDS(struct contest_lead_ask), { 0 } };

static const char *const arm_names[] = { "champion", "challenger", NULL };

struct contest_lead {
    int64_t lead_id, score;
    struct str name;
    int arm, band, stage;
    fix chance;
    instant at;
};
#define L(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct contest_lead, member), __VA_ARGS__ }
const struct field contest_lead_fields[] = {
    L(lead_id, FIELD_ID, .prefix = PREFIX_LEAD),
    L(name, FIELD_TEXT, .flags = FIELD_NULLABLE),
    L(arm, FIELD_ENUM, .names = arm_names),
    L(chance, FIELD_FIX, .help = "of the challenger, as the lot was drawn"),
    L(at, FIELD_INSTANT, .help = "when it was drawn"),
    L(stage, FIELD_ENUM, .names = lead_stage_names),
    L(band, FIELD_ENUM, .names = band_names),
    L(score, FIELD_INT),
    { 0 },
};

enum err contest_lead_list(struct call *call)
{
    struct contest_lead_ask q = { 0 };
    struct contest_lead *views;
    struct learn_contest k;
    struct learn_arm *arms;
    struct lead_id *ids;
    struct lead *leads;
    struct cursor after, next = { .stands = true };
    int64_t limit;
    size_t n, shown;
    enum err e;

    if ((e = query_read(call, &q)) || (e = page_read(call, &q.page, &limit, &after))
        || (e = param_id(call, "id", PREFIX_CONTEST, &k.id.v)) || (e = learn_contest_get(&call->ctx, call->tx, k.id, &k))
        || (e = learn_contest_leads(&call->ctx, call->tx, k.id, (struct lead_id){ after.stands ? after.id : 0 }, (int)limit + 1, &arms, &n)))
        return e;
    shown = n > (size_t)limit ? (size_t)limit : n;
    ids = ARENA_ARRAY(call->ctx.arena, struct lead_id, shown + 1);
    views = ARENA_ARRAY(call->ctx.arena, struct contest_lead, shown + 1);
    for (size_t i = 0; i < shown; i++)
        ids[i] = arms[i].lead;
    if ((e = lead_get_called(&call->ctx, call->tx, ids, shown, &leads)))
        return e;
    for (size_t i = 0; i < shown; i++)
        views[i] = (struct contest_lead){ arms[i].lead.v, leads[i].score, leads[i].called,
                                          arms[i].arm, leads[i].band, leads[i].stage, arms[i].chance, arms[i].at };
    if (shown)
        next.id = arms[shown - 1].lead.v;
    return reply_list(call, views, shown, sizeof *views, n > shown ? cursor_print(call, &next) : STR_NULL, -1);
}

/* ---- the leads of a figure: "contest?id=ct_...&bucket=challenger:won" ---- */

struct arm_ask {
    int64_t contest;
    struct str bucket;
};
static const struct field arm_figure_query[] = {
    { .name = "id", .kind = FIELD_ID, .offset = offsetof(struct arm_ask, contest), .prefix = PREFIX_CONTEST, .flags = FIELD_REQUIRED },
    { .name = "bucket", .kind = FIELD_TEXT, .offset = offsetof(struct arm_ask, bucket), .max = 40, .flags = FIELD_REQUIRED },
    { 0 },
};

static enum err successes_of(struct call *call, const struct learn_contest *k, int arm, struct arena *keep, struct lead_ids *leads)
{
    struct learn_success *list;
    struct lead_id *ids;
    size_t n, kept = 0;
    enum err e = learn_contest_successes(&call->ctx, call->tx, k, &list, &n);

    if (e)
        return e;
    ids = ARENA_ARRAY(keep, struct lead_id, n + 1);
    for (size_t i = 0; i < n; i++)
        if (list[i].arm == arm)
            ids[kept++] = list[i].lead;
    *leads = (struct lead_ids){ ids, kept };
    return ERR_NONE;
}

enum err report_contest_figure(struct call *call, struct str query, struct arena *keep, struct lead_ids *leads)
{
    struct arm_ask a = { 0 };
    struct learn_contest k;
    struct lead_id *ids;
    struct str rest, name;
    size_t n;
    int arm;
    enum err e = query_read_text(call, arm_figure_query, query, &a);

    if (e)
        return e;
    if (!report_of_models_may(call))
        return ERR_FORBIDDEN;
    rest = a.bucket;
    (void)str_next(&rest, ':', &name);
    arm = str_eq(name, STR("challenger")) ? CONTEST_CHALLENGER : CONTEST_CHAMPION;
    if (!str_eq(name, str_of(learn_contest_winners[arm])) || (rest.len && !str_eq(rest, STR("won"))))
        return ERR_BAD_QUERY;
    if ((e = learn_contest_get(&call->ctx, call->tx, (struct contest_id){ a.contest }, &k)))
        return e;
    if (rest.len)
        return successes_of(call, &k, arm, keep, leads);
    if ((e = learn_contest_arm_leads(&call->ctx, call->tx, k.id, arm, &ids, &n)))
        return e;
    *leads = lead_ids_keep(keep, ids, n);
    return ERR_NONE;
}

/* ---- as a table: how it stands, and every lot ---- */

struct contest_table_ask {
    int64_t contest;
};
const struct field contest_table_query[] = {
    { .name = "contest", .kind = FIELD_ID, .offset = offsetof(struct contest_table_ask, contest), .prefix = PREFIX_CONTEST, .help = "which; needed" },
    { 0 },
};

enum { T_PART, T_ITEM, T_NAME, T_MODEL, T_VERSION, T_LEADS, T_SUCCESSES, T_VALUE, T_LOW, T_HIGH, T_STAGE, T_BAND, T_SCORE, T_AT, T_COLUMNS };
static const char *const table_titles[T_COLUMNS] = {
    [T_PART] = "part", [T_ITEM] = "item", [T_NAME] = "name", [T_MODEL] = "model", [T_VERSION] = "version", [T_LEADS] = "leads",
    [T_SUCCESSES] = "successes", [T_VALUE] = "value", [T_LOW] = "value_low", [T_HIGH] = "value_high", [T_STAGE] = "stage", [T_BAND] = "band",
    [T_SCORE] = "score", [T_AT] = "at",
};

static void put_cells(struct export *x, const struct str cells[T_COLUMNS])
{
    for (int i = 0; i < T_COLUMNS; i++)
        csv_put(&x->csv, cells[i]);
    csv_end(&x->csv);
}

static struct str number_text(struct arena *a, int64_t n)
{
    return str_print(a, "%lld", (long long)n);
}

static struct str fix_text(struct arena *a, fix v)
{
    char text[FIX_TEXT_MAX];

    return str_dup(a, fix_print(v, text));
}

/* Its verdict, both sides, the ratio with its interval, and what that may be by chance. */
static void put_standing(struct export *x, const struct contest_view *v, const struct learn_standing *s)
{
    struct arena *a = x->call->ctx.arena;

    put_cells(x, (struct str[T_COLUMNS]){ [T_PART] = STR("contest"), [T_ITEM] = str_of(learn_contest_states[v->state]), [T_NAME] = v->verdict });
    put_cells(x, (struct str[T_COLUMNS]){ [T_PART] = STR("side"), [T_ITEM] = str_of(arm_names[0]), [T_MODEL] = v->champion_name,
                                          [T_VERSION] = number_text(a, v->champion_version), [T_LEADS] = number_text(a, v->champion_leads),
                                          [T_SUCCESSES] = number_text(a, v->champion_successes) });
    put_cells(x, (struct str[T_COLUMNS]){ [T_PART] = STR("side"), [T_ITEM] = str_of(arm_names[1]), [T_MODEL] = v->challenger_name,
                                          [T_VERSION] = number_text(a, v->challenger_version), [T_LEADS] = number_text(a, v->challenger_leads),
                                          [T_SUCCESSES] = number_text(a, v->challenger_successes) });
    if (s->has_ratio)
        put_cells(x, (struct str[T_COLUMNS]){ [T_PART] = STR("ratio"), [T_VALUE] = fix_text(a, s->ratio), [T_LOW] = fix_text(a, s->low),
                                              [T_HIGH] = fix_text(a, s->high) });
    put_cells(x, (struct str[T_COLUMNS]){ [T_PART] = STR("p"), [T_VALUE] = fix_text(a, v->p) });
}

static enum err put_lots(struct export *x, struct contest_id id)
{
    enum { AT_ONCE = 500 };
    struct call *call = x->call;
    struct lead_id after = { 0 };

    for (;;) {
        struct lead_id ids[AT_ONCE];
        struct learn_arm *arms;
        struct lead *leads;
        char text[ID_TEXT_MAX], at[INSTANT_TEXT_MAX];
        size_t n;
        enum err e;

        export_page(x);
        if ((e = learn_contest_leads(&call->ctx, call->tx, id, after, AT_ONCE, &arms, &n)))
            return e;
        for (size_t i = 0; i < n; i++)
            ids[i] = arms[i].lead;
        if ((e = lead_get_called(&call->ctx, call->tx, ids, n, &leads)))
            return e;
        for (size_t i = 0; i < n; i++)
            put_cells(x, (struct str[T_COLUMNS]){ [T_PART] = str_print(call->ctx.arena, "lot_%s", arm_names[arms[i].arm]),
                                                  [T_ITEM] = id_print(PREFIX_LEAD, arms[i].lead.v, text), [T_NAME] = leads[i].called,
                                                  [T_VALUE] = fix_text(call->ctx.arena, arms[i].chance), [T_STAGE] = str_of(lead_stage_names[leads[i].stage]),
                                                  [T_BAND] = str_of(band_names[leads[i].band]), [T_SCORE] = number_text(call->ctx.arena, leads[i].score),
                                                  [T_AT] = instant_print(arms[i].at, at) });
        if ((e = export_flush(x)) || n < AT_ONCE)
            return e;
        after = ids[n - 1];
    }
}

enum err contest_export(struct call *call)
{
    struct contest_table_ask q = { 0 };
    struct learn_contest k;
    struct learn_standing s;
    struct contest_view v;
    struct names names;
    struct export *x;
    enum err e = query_read(call, &q);

    if (e || (e = q.contest ? ERR_NONE : fault_field(&call->ctx, ERR_BAD_QUERY, "contest"))
        || (e = learn_contest_get(&call->ctx, call->tx, (struct contest_id){ q.contest }, &k)) || (e = names_read(call, &names))
        || (e = view_of(call, &k, &names, &v)) || (e = flow_contest_stand(&call->ctx, call->tx, &k, &s)) || (e = export_begin(call, ';', &x)))
        return e;
    for (int i = 0; i < T_COLUMNS; i++)
        csv_put(&x->csv, str_of(table_titles[i]));
    csv_end(&x->csv);
    put_standing(x, &v, &s);
    e = export_flush(x);
    return e || (e = put_lots(x, k.id)) ? e : export_end(x, "contest.csv");
}
