/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_trial.h"

#include "api/lead_view.h"
#include "flow/flow_room.h"
#include "lead/lead.h"
#include "score/score_store.h"
#include "score/trial.h"

enum { LIST_MOST = 50 };

struct trial_view {
    int64_t id, model_id;
    int state;
    instant from, until, made_at, finished_at;
    int64_t done, total;
    struct str why, made_by;
    /* of one */
    struct str bounds, report, team, names;
};
#define V(member, type, ...) { .name = #member, .kind = type, .offset = offsetof(struct trial_view, member), __VA_ARGS__ }
#define TRIAL_ROW                                                                                  \
    V(id, FIELD_ID, .prefix = PREFIX_REPORT), V(model_id, FIELD_ID, .prefix = PREFIX_MODEL),       \
        V(state, FIELD_ENUM, .names = score_trial_states),                                         \
        V(from, FIELD_INSTANT, .flags = FIELD_NULLABLE, .help = "crossings counted after"),        \
        V(until, FIELD_INSTANT, .flags = FIELD_NULLABLE, .help = "the history as known then; null: all of it"), \
        V(made_at, FIELD_INSTANT), V(finished_at, FIELD_INSTANT, .flags = FIELD_NULLABLE),         \
        V(made_by, FIELD_TEXT, .flags = FIELD_NULLABLE), V(done, FIELD_INT, .help = "leads"), V(total, FIELD_INT), \
        V(why, FIELD_TEXT, .flags = FIELD_NULLABLE, .help = "of a failure")
const struct field trial_row_fields[] = { TRIAL_ROW, { 0 } };
const struct field trial_fields[] = {
    TRIAL_ROW,
    V(bounds, FIELD_RAW, .help = "{warm, hot, ceiling} of the model as it was tried; it may have been changed since"),
    V(report, FIELD_RAW, .flags = FIELD_NULLABLE, .help = "when done; report.json is the same bytes"),
    V(team, FIELD_RAW, .help = "{calls_a_day, calls_a_week, holds_hot}: what the team can take today: calls of a working day, of seven days with those off; null: not limited"),
    V(names, FIELD_RAW, .help = "{lead_id: name} of the report's movers, as they are called today"),
    { 0 },
};

struct trial_ask {
    instant from, until;
    struct json *body;
};
#define A(member, type, ...) { .name = #member, .kind = type, .offset = offsetof(struct trial_ask, member), __VA_ARGS__ }
const struct field trial_ask_fields[] = {
    A(from, FIELD_INSTANT, .flags = FIELD_NULLABLE, .help = "count crossings after this"),
    A(until, FIELD_INSTANT, .flags = FIELD_NULLABLE, .help = "the history as known then; all of it unless said"),
    A(body, FIELD_JSON, .flags = FIELD_NULLABLE, .help = "the draft as it is on screen; as it is stored unless said"),
    { 0 },
};

struct trial_list_ask {
    int64_t model;
};
const struct field trial_query[] = {
    { .name = "model", .kind = FIELD_ID, .offset = offsetof(struct trial_list_ask, model), .prefix = PREFIX_MODEL, .help = "of this one alone" },
    { 0 },
};

static struct trial_view view_of(const struct score_trial *t, const struct names *names)
{
    return (struct trial_view){
        .id = t->id.v, .model_id = t->model.v, .state = t->state, .from = t->from, .until = t->until, .made_at = t->made_at,
        .finished_at = t->finished_at, .done = t->done, .total = t->total, .why = t->why, .made_by = names_find(names, t->made_by.v),
    };
}

/* ---- one ---- */

static void put_limit(struct json_out *o, const char *key, int64_t v)
{
    json_key(o, key);
    if (v)
        json_put_int(o, v);
    else
        json_put_null(o);
}

static enum err team_json(struct call *call, struct str *out)
{
    struct buf b = buf_new(call->ctx.arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);
    struct team_room room;
    enum err e = flow_team_room(&call->ctx, call->tx, &room);

    if (e)
        return e;
    json_begin(&o);
    put_limit(&o, "calls_a_day", room.calls_a_day);
    put_limit(&o, "calls_a_week", room.calls_a_week);
    put_limit(&o, "holds_hot", room.holds_hot);
    json_end(&o);
    *out = buf_str(&b);
    return ERR_NONE;
}

/* The report has ids alone, so that it is the same bytes whatever people are called. */
static enum err names_json(struct call *call, struct str report, struct str *out)
{
    struct ctx *c = &call->ctx;
    struct buf b = buf_new(c->arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);
    struct json *tree = NULL;
    const struct json *movers;
    enum err e = report.ptr ? json_read(c, report, &tree) : ERR_NONE;

    if (e)
        return e;
    movers = json_find(tree, STR("movers"));
    size_t n = movers ? movers->count : 0;
    struct lead_id *ids = ARENA_ARRAY(c->arena, struct lead_id, n + 1);
    struct lead *leads;
    for (size_t i = 0; i < n; i++)
        if (!id_parse(PREFIX_LEAD, json_text(json_find(&movers->as.items[i], STR("lead_id"))), &ids[i].v))
            ids[i].v = 0;
    if ((e = lead_get_called(c, call->tx, ids, n, &leads)))
        return e;
    json_begin(&o);
    for (size_t i = 0; i < n; i++) {
        if (!leads[i].id.v)
            continue;
        json_key_str(&o, json_text(json_find(&movers->as.items[i], STR("lead_id"))));
        json_put_text(&o, leads[i].called);
    }
    json_end(&o);
    *out = buf_str(&b);
    return ERR_NONE;
}

/* The thresholds as they were printed when it was asked for. */
static enum err bounds_json(struct ctx *c, struct str body, struct str *out)
{
    static const char *const members[] = { "warm", "hot", "ceiling" };
    struct buf b = buf_new(c->arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);
    struct json *tree;
    enum err e = json_read(c, body, &tree);

    if (e)
        return e;
    json_begin(&o);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        json_key(&o, members[i]);
        const struct json *v = json_find(tree, str_of(members[i]));
        if (v)
            json_put(&o, v);
        else
            json_put_null(&o);
    }
    json_end(&o);
    *out = buf_str(&b);
    return ERR_NONE;
}

static enum err trial_show(struct call *call, struct report_id id, bool made)
{
    struct score_trial t;
    struct trial_view v;
    struct names names;
    enum err e;

    if ((e = names_read(call, &names)) || (e = score_trial_get(&call->ctx, call->tx, id, &t)))
        return e;
    v = view_of(&t, &names);
    v.report = t.report;
    if ((e = bounds_json(&call->ctx, t.body, &v.bounds)) || (e = team_json(call, &v.team)) || (e = names_json(call, t.report, &v.names)))
        return e;
    return made ? reply_made(call, &v) : reply_ok(call, &v);
}

enum err trial_get(struct call *call)
{
    struct report_id id;
    enum err e = param_id(call, "id", PREFIX_REPORT, &id.v);

    return e ? e : trial_show(call, id, false);
}

enum err trial_report(struct call *call)
{
    struct score_trial t;
    struct report_id id;
    enum err e;

    if ((e = param_id(call, "id", PREFIX_REPORT, &id.v)) || (e = score_trial_get(&call->ctx, call->tx, id, &t)))
        return e;
    if (!t.report.ptr)
        return fault_set(&call->ctx, ERR_CONFLICT, "there is no report: %s", score_trial_states[t.state]);
    return reply_bytes(call, 200, "application/json", t.report);
}

/* ---- all ---- */

enum err trial_list(struct call *call)
{
    struct trial_list_ask q = { 0 };
    struct score_trial *list;
    struct trial_view *views;
    struct names names;
    size_t n;
    enum err e;

    if ((e = query_read(call, &q)) || (e = names_read(call, &names))
        || (e = score_trial_list(&call->ctx, call->tx, (struct model_id){ q.model }, LIST_MOST, &list, &n)))
        return e;
    views = ARENA_ARRAY(call->ctx.arena, struct trial_view, n + 1);
    for (size_t i = 0; i < n; i++)
        views[i] = view_of(&list[i], &names);
    return reply_list(call, views, n, sizeof *views, STR_NULL, (int64_t)n);
}

enum err trial_create(struct call *call)
{
    struct ctx *c = &call->ctx;
    struct trial_ask ask = { .from = INSTANT_NONE, .until = INSTANT_NONE };
    struct score_trial t = { 0 };
    struct model_row row;
    struct model *m;
    enum err e;

    if ((e = param_id(call, "id", PREFIX_MODEL, &t.model.v)) || (e = body_read(call, &ask, NULL))
        || (e = score_model_get(c, call->tx, t.model, &row)))
        return e;
    if (ask.from != INSTANT_NONE && ask.until != INSTANT_NONE && ask.from >= ask.until)
        return fault_at(c, ERR_BAD_FIELD, STR("/until"), "must be after from");
    e = json_is(ask.body, JSON_OBJECT) ? score_model_read(c, ask.body, STR("/body"), &m) : score_model_parse(c, row.body, &m);
    if (e)
        return e;
    t.body = score_model_print(m, c->arena);
    score_model_drop(m);
    t.from = ask.from;
    t.until = ask.until;
    t.made_by = call_user(call);
    if ((e = score_trial_add(c, call->tx, &t)))
        return e;
    return trial_show(call, t.id, true);
}

enum err trial_stop(struct call *call)
{
    struct report_id id;
    struct score_trial t;
    bool changed;
    enum err e;

    if ((e = param_id(call, "id", PREFIX_REPORT, &id.v)) || (e = score_trial_get(&call->ctx, call->tx, id, &t))
        || (e = score_trial_end(&call->ctx, call->tx, id, TRIAL_STOPPED, STR_NULL, STR_NULL, &changed)))
        return e;
    if (!changed)
        return fault_set(&call->ctx, ERR_CONFLICT, "it is over already");
    return trial_show(call, id, false);
}
