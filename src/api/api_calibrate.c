/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_calibrate.h"

#include "api/lead_view.h"
#include "base/limits.h"
#include "flow/flow_calibrate.h"
#include "learn/outcome.h"
#include "score/score_store.h"

/* ---- the question ---- */

struct calibration_ask {
    int64_t model;
    struct str source;
    instant from, to;
    int moment;
};
#define Q(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct calibration_ask, member), __VA_ARGS__ }
#define ASK                                                                                        \
    Q(model, FIELD_ID, .prefix = PREFIX_MODEL, .help = "the model to judge; the live one unless said"), \
        Q(source, FIELD_TEXT, .max = LIMIT_NAME_CHARS, .help = "leads of this source alone"),      \
        Q(from, FIELD_INSTANT, .help = "born at or after"), Q(to, FIELD_INSTANT, .help = "born before"), \
        Q(moment, FIELD_ENUM, .names = learn_calibration_moments,                                   \
          .help = "scores just before the outcome, or when the lead was handed over")
const struct field calibration_query[] = { ASK, { 0 } };
const struct field calibration_ask_fields[] = { ASK, { 0 } };

static const struct calibration_ask nothing_asked = { .from = INSTANT_NONE, .to = INSTANT_NONE };

static enum err question_of(struct call *call, const struct calibration_ask *a, struct learn_calibration *k)
{
    struct model_row row;
    enum err e;

    *k = (struct learn_calibration){ .model = { a->model }, .source = a->source, .from = a->from, .until = a->to,
                                     .moment = a->moment < 0 ? 0 : a->moment, .made_by = call_user(call) };
    if (a->from != INSTANT_NONE && a->to != INSTANT_NONE && a->from >= a->to)
        return fault_field(&call->ctx, ERR_OUT_OF_RANGE, "to");
    if (!k->model.v)
        return score_model_live_id(&call->ctx, call->tx, &k->model.v);
    if ((e = score_model_get(&call->ctx, call->tx, k->model, &row)) == ERR_NOT_FOUND)
        return fault_field(&call->ctx, ERR_BAD_FIELD, "model");
    return e;
}

/* ---- the answer ---- */

enum { NEWS_MAX = 1000 };

struct calibration_view {
    int64_t id, model, running, done, total, news;
    int state, moment;
    struct str source, why;
    instant from, to, made_at, finished_at;
    struct str report;
};
#define V(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct calibration_view, member), __VA_ARGS__ }
const struct field calibration_fields[] = {
    V(id, FIELD_ID, .prefix = PREFIX_REPORT, .flags = FIELD_NULLABLE, .help = "the report shown; null: none has been made"),
    V(state, FIELD_ENUM, .names = learn_calibration_states, .flags = FIELD_NULLABLE),
    V(running, FIELD_ID, .prefix = PREFIX_REPORT, .flags = FIELD_NULLABLE, .help = "a newer one that is being made"),
    V(done, FIELD_INT, .help = "leads looked at by the one that is being made"),
    V(total, FIELD_INT),
    V(model, FIELD_ID, .prefix = PREFIX_MODEL),
    V(source, FIELD_TEXT, .flags = FIELD_NULLABLE),
    V(from, FIELD_INSTANT, .flags = FIELD_NULLABLE),
    V(to, FIELD_INSTANT, .flags = FIELD_NULLABLE),
    V(moment, FIELD_ENUM, .names = learn_calibration_moments),
    V(why, FIELD_TEXT, .flags = FIELD_NULLABLE, .help = "of a failure"),
    V(made_at, FIELD_INSTANT, .flags = FIELD_NULLABLE),
    V(finished_at, FIELD_INSTANT, .flags = FIELD_NULLABLE),
    V(news, FIELD_INT, .help = "outcomes that the house learned of since it was asked for, which it does not know; 1000: so many or more"),
    V(report, FIELD_RAW, .flags = FIELD_NULLABLE, .help = "bands, deciles, curves, criteria, drift, sources, leaks, files (whose columns came with them alone), feedback"),
    { 0 },
};

static struct calibration_view view_of(const struct learn_calibration *k)
{
    return (struct calibration_view){
        .id = k->id.v, .model = k->model.v, .done = k->done, .total = k->total, .state = k->id.v ? k->state : -1,
        .moment = k->moment, .source = k->source.len ? k->source : STR_NULL, .why = k->why, .from = k->from, .to = k->until,
        .made_at = k->id.v ? k->made_at : INSTANT_NONE, .finished_at = k->id.v ? k->finished_at : INSTANT_NONE,
        .report = k->body.ptr ? k->body : STR("null"),
    };
}

/* How stale what is shown is. */
static enum err news_put(struct call *call, const struct learn_calibration *k, struct calibration_view *v)
{
    struct outcome *fresh;
    size_t count = 0;
    enum err e = k->id.v ? learn_outcome_fresh(&call->ctx, call->tx, k->made_at, NEWS_MAX, &fresh, &count) : ERR_NONE;

    v->news = (int64_t)count;
    return e;
}

enum err calibration_get_latest(struct call *call)
{
    struct calibration_ask a = nothing_asked;
    struct learn_calibration ask, done, running;
    struct calibration_view v;
    enum err e;

    if ((e = query_read(call, &a)) || (e = question_of(call, &a, &ask))
        || (e = learn_calibration_find(&call->ctx, call->tx, &ask, 1u << CALIBRATION_DONE | 1u << CALIBRATION_FAILED, &done))
        || (e = learn_calibration_find(&call->ctx, call->tx, &ask, 1u << CALIBRATION_WAITS | 1u << CALIBRATION_RUNS, &running)))
        return e;
    v = view_of(done.id.v ? &done : &ask);
    if ((e = news_put(call, &done, &v)))
        return e;
    v.running = running.id.v;
    if (running.id.v) {
        v.done = running.done;
        v.total = running.total;
    }
    return reply_ok(call, &v);
}

/* One that is being made already answers the same question: it is given back. */
enum err calibration_make(struct call *call)
{
    struct calibration_ask a = nothing_asked;
    struct learn_calibration ask, running;
    struct calibration_view v;
    enum err e;

    if ((e = body_read(call, &a, NULL)) || (e = question_of(call, &a, &ask))
        || (e = learn_calibration_find(&call->ctx, call->tx, &ask, 1u << CALIBRATION_WAITS | 1u << CALIBRATION_RUNS, &running)))
        return e;
    if (!running.id.v) {
        if ((e = learn_calibration_add(&call->ctx, call->tx, &ask)))
            return e;
        running = ask;
        running.finished_at = INSTANT_NONE;
    }
    v = view_of(&running);
    v.running = running.id.v;
    return reply_made(call, &v);
}

enum err calibration_get_one(struct call *call)
{
    struct learn_calibration k;
    struct calibration_view v;
    struct report_id id;
    enum err e = param_id(call, "id", PREFIX_REPORT, &id.v);

    if (e || (e = learn_calibration_get(&call->ctx, call->tx, id, &k)))
        return e;
    v = view_of(&k);
    if ((e = news_put(call, &k, &v)))
        return e;
    v.running = k.state == CALIBRATION_WAITS || k.state == CALIBRATION_RUNS ? k.id.v : 0;
    return reply_ok(call, &v);
}

enum err calibration_stop(struct call *call)
{
    struct report_id id;
    enum err e = param_id(call, "id", PREFIX_REPORT, &id.v);

    return e || (e = learn_calibration_stop(&call->ctx, call->tx, id)) ? e : reply_none(call);
}

/* ---- feedback ---- */

struct feedback_body {
    int verdict, reason;
    struct str text;
};
#define B(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct feedback_body, member), __VA_ARGS__ }
const struct field feedback_fields[] = {
    B(verdict, FIELD_ENUM, .names = learn_feedback_verdicts, .flags = FIELD_REQUIRED),
    B(reason, FIELD_ENUM, .names = learn_feedback_reasons, .flags = FIELD_NULLABLE, .help = "needed for a rejection"),
    B(text, FIELD_TEXT, .max = LIMIT_TEXT_CHARS, .flags = FIELD_NULLABLE),
    { 0 },
};

enum err lead_feedback(struct call *call)
{
    struct feedback_body b = { 0 };
    struct learn_feedback f;
    struct lead lead;
    enum err e;

    if ((e = body_read(call, &b, NULL)) || (e = lead_of_call(call, &lead)))
        return e;
    if (lead.merged_into.v)
        return fault_set(&call->ctx, ERR_CONFLICT, "the lead is merged into another one");
    f = (struct learn_feedback){ .lead = lead.id, .verdict = b.verdict, .note = b.text,
                                 .reason = b.verdict == FEEDBACK_REJECTED && b.reason > 0 ? b.reason : FEEDBACK_NO_REASON };
    e = flow_feedback(call->house->flow, &call->ctx, call->tx, &f, &call->messages);
    return e ? e : reply_none(call);
}

struct feedback_ask {
    struct page_query page;
    int64_t lead;
};
const struct field feedback_query[] = {
    PAGE_FIELDS(struct feedback_ask),
    { .name = "lead", .kind = FIELD_ID, .offset = offsetof(struct feedback_ask, lead), .prefix = PREFIX_LEAD,
      .help = "of this lead alone; who may not see all leads sees else what they said themselves" },
    { 0 },
};

struct feedback_view {
    int64_t lead_id, user_id;
    struct str lead_name, user_name, text;
    int verdict, reason, band;
    int64_t score;
    instant at;
};
#define F(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct feedback_view, member), __VA_ARGS__ }
const struct field feedback_view_fields[] = {
    F(lead_id, FIELD_ID, .prefix = PREFIX_LEAD),
    F(lead_name, FIELD_TEXT, .flags = FIELD_NULLABLE),
    F(user_id, FIELD_ID, .prefix = PREFIX_USER, .flags = FIELD_NULLABLE),
    F(user_name, FIELD_TEXT, .flags = FIELD_NULLABLE),
    F(verdict, FIELD_ENUM, .names = learn_feedback_verdicts),
    F(reason, FIELD_ENUM, .names = learn_feedback_reasons, .help = "none for an accepted lead"),
    F(text, FIELD_TEXT, .flags = FIELD_NULLABLE),
    F(band, FIELD_ENUM, .names = band_names, .help = "what the score said at that moment"),
    F(score, FIELD_INT),
    F(at, FIELD_INSTANT),
    { 0 },
};

/* Who may not see all leads sees what was said of a lead of theirs, and else what they said themselves (*user). */
static enum err may_list(struct call *call, int64_t lead_id, struct user_id *user)
{
    struct lead lead;
    enum err e;

    *user = (struct user_id){ 0 };
    if (team_right_has(&call->ctx.actor, RIGHT_LEAD_ALL))
        return ERR_NONE;
    if (!lead_id) {
        *user = team_sees_only(&call->ctx.actor);
        return ERR_NONE;
    }
    e = lead_get(&call->ctx, call->tx, (struct lead_id){ lead_id }, &lead);
    return e ? e : team_may_see(&call->ctx.actor, lead.owner) ? ERR_NONE : ERR_NOT_FOUND;
}

enum err feedback_list_get(struct call *call)
{
    struct feedback_ask q = { 0 };
    struct learn_feedback *rows;
    struct feedback_view *views;
    struct lead_id *ids;
    struct lead *leads;
    struct names names;
    struct user_id user;
    struct cursor after, next = { .stands = true };
    int64_t limit;
    size_t n, shown;
    enum err e;

    if ((e = query_read(call, &q)) || (e = page_read(call, &q.page, &limit, &after)) || (e = may_list(call, q.lead, &user))
        || (e = names_read(call, &names))
        || (e = learn_feedback_list(&call->ctx, call->tx, (struct lead_id){ q.lead }, user, after.stands ? after.id : 0, (int)limit + 1,
                                    &rows, &n)))
        return e;
    shown = n > (size_t)limit ? (size_t)limit : n;
    ids = ARENA_ARRAY(call->ctx.arena, struct lead_id, shown + 1);
    views = ARENA_ARRAY(call->ctx.arena, struct feedback_view, shown + 1);
    for (size_t i = 0; i < shown; i++)
        ids[i] = rows[i].lead;
    if ((e = lead_get_called(&call->ctx, call->tx, ids, shown, &leads)))
        return e;
    for (size_t i = 0; i < shown; i++)
        views[i] = (struct feedback_view){
            .lead_id = rows[i].lead.v, .lead_name = leads[i].called,
            .user_id = rows[i].user.v, .user_name = names_find(&names, rows[i].user.v), .verdict = rows[i].verdict,
            .reason = rows[i].reason, .text = rows[i].note, .band = rows[i].band, .score = rows[i].score, .at = rows[i].at,
        };
    if (shown)
        next.id = rows[shown - 1].id;
    return reply_list(call, views, shown, sizeof *views, n > shown ? cursor_print(call, &next) : STR_NULL, -1);
}
