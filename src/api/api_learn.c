/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_learn.h"

#include "api/api_model.h"
#include "api/lead_view.h"
#include "base/limits.h"
#include "flow/flow_foretell.h"
#include "flow/flow_learn.h"
#include "flow/flow_suggest.h"
#include "learn/calibrate.h"
#include "learn/report.h"
#include "score/score_store.h"
#include "text/text.h"

/* ---- outcomes ---- */

struct summary_view {
    int64_t won, lost, open, young, not_won, counted_won, counted_not, maturity_days;
    struct str enough_for, need;
};
#define S(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct summary_view, member), __VA_ARGS__ }
const struct field outcome_summary_fields[] = {
    S(won, FIELD_INT),
    S(lost, FIELD_INT),
    S(open, FIELD_INT, .help = "no outcome is known"),
    S(young, FIELD_INT, .help = "open and younger than the maturity: not yet a loss"),
    S(not_won, FIELD_INT, .help = "lost, or open and older than the maturity"),
    S(counted_won, FIELD_INT, .help = "of the won: old enough to tell, and bought within the maturity; these and no others are learnt from"),
    S(counted_not, FIELD_INT, .help = "old enough to tell, and did not buy within the maturity"),
    S(maturity_days, FIELD_INT, .help = "nine of ten known wins had come by this age"),
    S(enough_for, FIELD_RAW, .help = "{calibration, suggestion, probability}: yes or no"),
    S(need, FIELD_RAW, .help = "{calibration, suggestion, probability}: how many that bought, and as many that did not"),
    { 0 },
};

static const struct {
    const char *what;
    int64_t need;
} needs[] = {
    { "calibration", LEARN_ENOUGH }, { "suggestion", LEARN_SUGGEST_ENOUGH }, { "probability", LEARN_PREDICT_ENOUGH },
};

static struct str needs_json(struct arena *a, int64_t have, bool enough)
{
    struct buf b = buf_new(a, 1000);
    struct json_out o = json_to(&b);

    json_begin(&o);
    for (size_t i = 0; i < countof(needs); i++) {
        json_key(&o, needs[i].what);
        if (enough)
            json_put_bool(&o, have >= needs[i].need);
        else
            json_put_int(&o, needs[i].need);
    }
    json_end(&o);
    return buf_str(&b);
}

/* What everything that is learnt needs enough of: the smaller of the two outcomes. */
static int64_t have_of(const struct flow_ends *ends)
{
    return ends->counted_won < ends->counted_not ? ends->counted_won : ends->counted_not;
}

enum err outcome_summary_get(struct call *call)
{
    struct flow_ends ends;
    struct summary_view v;
    int64_t have;
    enum err e = flow_ends(&call->ctx, call->tx, &ends);

    if (e)
        return e;
    have = have_of(&ends);
    v = (struct summary_view){
        .won = ends.won, .lost = ends.lost, .open = ends.open, .young = ends.young, .not_won = ends.lost + ends.open - ends.young,
        .counted_won = ends.counted_won, .counted_not = ends.counted_not,
        .maturity_days = ends.maturity_days, .enough_for = needs_json(call->ctx.arena, have, true),
        .need = needs_json(call->ctx.arena, have, false),
    };
    return reply_ok(call, &v);
}

/* ---- versions ---- */

struct predictor_view {
    int64_t id, report, version;
    int state, why;
    int64_t model;
    instant made_at;
    int64_t n, won, held_n, held_won;
    bool by_time;
    fix auc, auc_low, auc_high, brier, ece, found20, log_loss, log_loss_before;
    struct str left_out;
};
#define P(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct predictor_view, member), __VA_ARGS__ }
const struct field predictor_fields[] = {
    P(id, FIELD_ID, .prefix = PREFIX_PREDICTOR),
    P(report, FIELD_ID, .prefix = PREFIX_REPORT, .flags = FIELD_NULLABLE, .help = "whose buckets (all, held) are the leads behind n and held_n; null: it was learnt before they were kept, or by a program that ended while it kept them"),
    P(version, FIELD_INT),
    P(state, FIELD_ENUM, .names = learn_predictor_states),
    P(why, FIELD_ENUM, .names = learn_why_names, .help = "why it was taken or refused"),
    P(model, FIELD_ID, .prefix = PREFIX_MODEL, .help = "whose criteria it knows"),
    P(made_at, FIELD_INSTANT),
    P(n, FIELD_INT, .help = "leads it learnt from"),
    P(won, FIELD_INT),
    P(held_n, FIELD_INT, .help = "leads it was judged on, which it had not seen"),
    P(held_won, FIELD_INT),
    P(by_time, FIELD_BOOL, .help = "those were later leads; else each part of all was foretold by a fit to the others"),
    P(auc, FIELD_FIX),
    P(auc_low, FIELD_FIX),
    P(auc_high, FIELD_FIX),
    P(brier, FIELD_FIX),
    P(ece, FIELD_FIX),
    P(found20, FIELD_FIX, .help = "share of the buyers among the top 20 %"),
    P(log_loss, FIELD_FIX),
    P(log_loss_before, FIELD_FIX, .help = "of what it had to beat on the same leads"),
    P(left_out, FIELD_RAW, .flags = FIELD_NULLABLE, .help = "[{fact, why}]: facts that raise the leak alarm, which it does not take; null: it was learnt before they were watched for"),
    { 0 },
};

static struct predictor_view predictor_view_of(const struct learn_predictor *p)
{
    return (struct predictor_view){
        .id = p->id.v, .version = p->version, .state = p->state, .why = p->why, .model = p->model.v, .made_at = p->made_at,
        .n = p->n, .won = p->won, .held_n = p->held_n, .held_won = p->held_won, .by_time = p->by_time, .auc = p->auc,
        .auc_low = p->auc_low, .auc_high = p->auc_high, .brier = p->brier, .ece = p->ece, .found20 = p->found20,
        .log_loss = p->loss, .log_loss_before = p->loss_rival,
        .left_out = p->left_out.ptr ? p->left_out : STR("null"),
    };
}

/* 0: its leads were not kept, or not all of them: they are put before the version is (flow_learn.h), but were not always; the last of "all" is the last. */
static enum err leads_kept(struct call *call, const struct learn_predictor *p, int64_t *report)
{
    struct learn_report_lead *last;
    size_t n = 0;
    enum err e = p->id.v ? learn_report_leads(&call->ctx, call->tx, (struct report_id){ p->id.v }, STR("all"), -1, p->n - 2, 1, &last, &n) : ERR_NONE;

    *report = !e && n ? p->id.v : 0;
    return e;
}

enum err predictor_list_get(struct call *call)
{
    enum { MOST = 100 };
    struct learn_predictor *list;
    struct predictor_view *views;
    size_t n;
    enum err e = learn_predictor_list(&call->ctx, call->tx, MOST, &list, &n);

    if (e)
        return e;
    views = ARENA_ARRAY(call->ctx.arena, struct predictor_view, n + 1);
    for (size_t i = 0; i < n && !e; i++) {
        views[i] = predictor_view_of(&list[i]);
        e = leads_kept(call, &list[i], &views[i].report);
    }
    if (e)
        return e;
    return reply_list(call, views, n, sizeof *views, STR_NULL, (int64_t)n);
}

/* ---- the probability of one lead ---- */

struct probability_view {
    bool enough;
    int64_t need, have;
    struct str value, low, high; /* JSON */
    struct str reasons, predictor, left_out;
    int why, silence;
    int64_t facts_known, facts_of;
};
/* Why no number is told. */
enum { SILENT_NO_PREDICTOR, SILENT_LITTLE_KNOWN };
static const char *const silences[] = { "no_predictor", "little_known", NULL };
#define B(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct probability_view, member), __VA_ARGS__ }
const struct field probability_fields[] = {
    B(enough, FIELD_BOOL, .help = "false: no number is told, and silence says why"),
    B(silence, FIELD_ENUM, .names = silences, .flags = FIELD_NULLABLE,
      .help = "no_predictor: too few leads have ended, or nothing was learnt from them; little_known: so little is known of this lead that its interval, which low and high"
              " then tell, is wider than 0.6 (0.8 where three quarters of the facts are known), or half of the facts are missing that hardly any lead before lacked"),
    B(facts_known, FIELD_INT, .help = "of the facts that the predictor goes by, how many this lead has"),
    B(facts_of, FIELD_INT),
    B(need, FIELD_INT, .help = "leads that bought, and as many that did not"),
    B(have, FIELD_INT, .help = "the smaller of the two"),
    B(value, FIELD_RAW, .flags = FIELD_NULLABLE, .help = "the probability, from 0 to 1"),
    B(low, FIELD_RAW, .flags = FIELD_NULLABLE, .help = "of its 95 % interval"),
    B(high, FIELD_RAW, .flags = FIELD_NULLABLE),
    B(reasons, FIELD_RAW, .help = "[{column, name, value, effect}]: what moves it, and by how much it would differ without"),
    B(predictor, FIELD_RAW, .flags = FIELD_NULLABLE,
      .help = "{id, version, trained_at, n, won, auc, ece, corrected_by, left_out: [{fact, why}], report: whose buckets all and held are its leads; null: as in /predictors}"),
    B(why, FIELD_ENUM, .names = learn_why_names, .flags = FIELD_NULLABLE, .help = "of the version tried last, while none is in use: why nothing is told"),
    B(left_out, FIELD_RAW, .flags = FIELD_NULLABLE, .help = "[{fact, why}]: what that one did not take"),
    { 0 },
};

static struct str fix_json(struct arena *a, bool is, fix v)
{
    char text[FIX_TEXT_MAX];

    return is ? str_dup(a, fix_print(v, text)) : STR("null");
}

/* "Источник", "Открыл страницу цен", "Просмотров страниц"; what has no name of ours keeps its own. */
static struct str column_name(struct arena *a, const struct flow_reason *r, enum lang lang)
{
    struct str column = r->is.column, rest = str_sub(column, (size_t)str_find_char(column, '.') + 1, column.len), known = STR_NULL;
    struct str title = text_either(lang, r->title_ru, r->title_en);

    if (title.len)
        return title;
    if (str_starts(column, STR("count.")))
        known = text_find(lang, str_print(a, "learn.count.%s", str_cz(a, rest)));
    else if (str_starts(column, STR("fact.")))
        known = text_fact(a, lang, rest);
    return known.len ? known : rest;
}

static struct str reasons_json(struct call *call, const struct flow_foretold *f)
{
    struct buf b = buf_new(call->ctx.arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);

    json_list(&o);
    for (size_t i = 0; i < f->reason_count; i++) {
        json_begin(&o);
        json_key(&o, "column");
        json_put_text(&o, f->reasons[i].is.column);
        json_key(&o, "name");
        json_put_text(&o, column_name(call->ctx.arena, &f->reasons[i], call->ctx.lang));
        json_key(&o, "value");
        json_put_text(&o, f->reasons[i].value.len ? f->reasons[i].value : STR_NULL);
        json_key(&o, "effect");
        json_put_fix(&o, f->reasons[i].is.effect);
        json_end(&o);
    }
    json_list_end(&o);
    return buf_str(&b);
}

static struct str predictor_json(struct call *call, const struct flow_foretold *f, int64_t report)
{
    struct buf b = buf_new(call->ctx.arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);
    const struct learn_predictor *p = &f->predictor;

    if (!p->id.v)
        return STR("null");
    json_begin(&o);
    json_key(&o, "id");
    json_put_id(&o, PREFIX_PREDICTOR, p->id.v);
    json_key(&o, "version");
    json_put_int(&o, p->version);
    json_key(&o, "trained_at");
    json_put_instant(&o, p->made_at);
    json_key(&o, "n");
    json_put_int(&o, p->n);
    json_key(&o, "won");
    json_put_int(&o, p->won);
    json_key(&o, "auc");
    json_put_fix(&o, p->auc);
    json_key(&o, "ece");
    json_put_fix(&o, p->ece);
    json_key(&o, "corrected_by");
    json_put_int(&o, f->corrected_by);
    json_key(&o, "left_out");
    json_put_raw(&o, p->left_out.ptr ? p->left_out : STR("null"));
    json_key(&o, "report");
    if (report)
        json_put_id(&o, PREFIX_REPORT, report);
    else
        json_put_null(&o);
    json_end(&o);
    return buf_str(&b);
}

/* While no version is in use: how many have ended, and why the last one was refused. */
static enum err silence_read(struct call *call, struct probability_view *v)
{
    struct learn_predictor last;
    struct flow_ends ends;
    enum err e = flow_ends(&call->ctx, call->tx, &ends);

    if (e || (e = learn_predictor_last(&call->ctx, call->tx, &last)))
        return e;
    v->have = have_of(&ends);
    if (!last.id.v)
        return ERR_NONE;
    v->why = last.why;
    if (last.left_out.ptr)
        v->left_out = last.left_out;
    return ERR_NONE;
}

enum err lead_probability_get(struct call *call)
{
    struct probability_view v = { .need = LEARN_PREDICT_ENOUGH, .why = -1, .silence = -1, .left_out = STR("null") };
    struct flow_foretold f;
    struct lead lead;
    int64_t report;
    enum err e = lead_of_call(call, &lead);

    if (e || (e = flow_foretell_one(call->house->flow, &call->ctx, call->tx, &lead, &f)))
        return e;
    v.enough = f.chance.is;
    v.have = f.predictor.won < f.predictor.n - f.predictor.won ? f.predictor.won : f.predictor.n - f.predictor.won;
    if ((!f.predictor.id.v && (e = silence_read(call, &v))) || (e = leads_kept(call, &f.predictor, &report)))
        return e;
    if (!f.chance.is)
        v.silence = f.chance.average ? SILENT_LITTLE_KNOWN : SILENT_NO_PREDICTOR;
    v.facts_known = f.facts_known;
    v.facts_of = f.facts;
    v.value = fix_json(call->ctx.arena, f.chance.is, f.chance.chance.value);
    v.low = fix_json(call->ctx.arena, v.silence != SILENT_NO_PREDICTOR, f.chance.chance.low);
    v.high = fix_json(call->ctx.arena, v.silence != SILENT_NO_PREDICTOR, f.chance.chance.high);
    v.reasons = reasons_json(call, &f);
    v.predictor = predictor_json(call, &f, report);
    return reply_ok(call, &v);
}

/* ---- suggested points ---- */

struct suggest_ask {
    instant from, to;
    bool monotone;
};
#define A(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct suggest_ask, member), __VA_ARGS__ }
const struct field suggest_ask_fields[] = {
    A(from, FIELD_INSTANT, .flags = FIELD_NULLABLE, .help = "leads born at or after"),
    A(to, FIELD_INSTANT, .flags = FIELD_NULLABLE, .help = "leads born before"),
    A(monotone, FIELD_BOOL, .help = "points of a number's bins rise or fall throughout"),
    { 0 },
};

struct suggestion_view {
    int64_t model, done, total;
    int state;
    bool running, drafted;
    instant asked_at, made_at;
    struct str suggestion;
};
#define G(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct suggestion_view, member), __VA_ARGS__ }
const struct field suggestion_fields[] = {
    G(model, FIELD_ID, .prefix = PREFIX_MODEL),
    G(state, FIELD_ENUM, .names = learn_suggestion_states, .flags = FIELD_NULLABLE, .help = "of the newest; null: none was asked for"),
    G(running, FIELD_BOOL, .help = "a newer one is being made"),
    G(done, FIELD_INT, .help = "of a running one: leads looked at, each twice"),
    G(total, FIELD_INT, .help = "of so many; 0: its turn has not come"),
    G(drafted, FIELD_BOOL, .help = "it can be made a draft"),
    G(asked_at, FIELD_INSTANT, .flags = FIELD_NULLABLE),
    G(made_at, FIELD_INSTANT, .flags = FIELD_NULLABLE),
    G(suggestion, FIELD_RAW, .flags = FIELD_NULLABLE,
      .help = "{enough, need, have, n, won, report: whose buckets (all, held, criterion.ID, offer.N, band.hot) are the leads behind the figures, auc: {now, suggested, change} on leads held back, items: [{criterion, points_now, points, low, high,"
              " count, why}], offers: [{fact, value, points, low, high, count, won}],"
              " left_out: [{fact, why}] facts that raise the leak alarm and are not offered, bands: {warm_now, hot_now, warm, hot, items: [{band, leads, won,"
              " share: {value, low, high}}]} or null: thresholds that the draft takes: a tenth of the leads are hot, a fifth warm}"),
    { 0 },
};

static enum err suggestion_view_of(struct call *call, struct model_id model, struct suggestion_view *v)
{
    struct learn_suggestion newest, done;
    enum err e = learn_suggestion_of(&call->ctx, call->tx, model, -1, &newest);

    if (e || (e = learn_suggestion_of(&call->ctx, call->tx, model, SUGGESTION_DONE, &done)))
        return e;
    *v = (struct suggestion_view){
        .model = model.v, .state = newest.id ? newest.state : -1, .running = newest.id && newest.state == SUGGESTION_WAITS,
        .drafted = done.draft.len > 0, .done = newest.done, .total = newest.total, .asked_at = newest.id ? newest.asked_at : INSTANT_NONE,
        .made_at = done.id ? done.made_at : INSTANT_NONE, .suggestion = done.id ? done.body : STR("null"),
    };
    return ERR_NONE;
}

static enum err model_of_call(struct call *call, struct model_id *id)
{
    struct model_row row;
    enum err e = param_id(call, "id", PREFIX_MODEL, &id->v);

    return e ? e : score_model_get(&call->ctx, call->tx, *id, &row);
}

enum err model_suggest(struct call *call)
{
    struct suggest_ask ask = { .from = INSTANT_NONE, .to = INSTANT_NONE };
    struct learn_suggestion s = { .made_by = call_user(call) };
    struct suggestion_view v;
    enum err e = model_of_call(call, &s.model);

    if (e || (e = body_read(call, &ask, NULL)))
        return e;
    if (ask.from != INSTANT_NONE && ask.to != INSTANT_NONE && ask.from >= ask.to)
        return fault_field(&call->ctx, ERR_OUT_OF_RANGE, "/to");
    s.from = ask.from;
    s.until = ask.to;
    s.monotone = ask.monotone;
    if ((e = learn_suggestion_add(&call->ctx, call->tx, &s)) || (e = suggestion_view_of(call, s.model, &v)))
        return e;
    return reply_made(call, &v);
}

enum err model_suggestion_get(struct call *call)
{
    struct suggestion_view v;
    struct model_id id;
    enum err e = model_of_call(call, &id);

    if (e || (e = suggestion_view_of(call, id, &v)))
        return e;
    return reply_ok(call, &v);
}

enum err model_suggestion_stop(struct call *call)
{
    struct model_id id;
    enum err e = model_of_call(call, &id);

    return e || (e = learn_suggestion_stop(&call->ctx, call->tx, id)) ? e : reply_none(call);
}

struct suggestion_draft {
    struct str name, note;
};
const struct field suggestion_draft_fields[] = {
    { .name = "name", .kind = FIELD_TEXT, .offset = offsetof(struct suggestion_draft, name), .max = LIMIT_NAME_CHARS,
      .flags = FIELD_NULLABLE, .help = "of the draft" },
    { .name = "note", .kind = FIELD_TEXT, .offset = offsetof(struct suggestion_draft, note), .max = LIMIT_TEXT_CHARS,
      .flags = FIELD_NULLABLE, .help = "why" },
    { 0 },
};

enum err model_suggestion_draft(struct call *call)
{
    struct suggestion_draft d = { 0 };
    struct model_row row;
    struct model_id id, made;
    enum err e = param_id(call, "id", PREFIX_MODEL, &id.v);

    if (e || (e = body_read(call, &d, NULL)) || (e = score_model_get(&call->ctx, call->tx, id, &row)))
        return e;
    e = flow_suggest_draft(&call->ctx, call->tx, id, d.name.len ? d.name : row.name,
                           d.note.len ? d.note : text_get(call->ctx.lang, "learn.draft_note"), &made);
    return e ? e : model_show(call, made, true);
}
