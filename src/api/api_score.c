/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_score.c - a score told line by line, now and as of any past instant, and its curve. */
#include "api/api_axes.h"
#include "api/api_lead.h"
#include "flow/flow_score.h"
#include "lead/identity.h"
#include "score/replay.h"
#include "text/text.h"

struct score_ask {
    instant at;
    int known;
};
static const char *const known_names[] = { "now", "then", NULL };

const struct field score_query[] = {
    { .name = "at", .kind = FIELD_INSTANT, .offset = offsetof(struct score_ask, at),
      .help = "the instant asked about; now unless said" },
    { .name = "known", .kind = FIELD_ENUM, .offset = offsetof(struct score_ask, known), .names = known_names,
      .help = "now: by what is known today and today's model; then: by what was known then and the model of then" },
    { 0 },
};

struct score_view {
    instant at;
    int known;
    struct str model;
    int64_t total;
    fix total_exact, total_raw;
    int band;
    struct str groups, lines, gates, ahead, thresholds, cell, axes, icp;
    fix fit, engagement;
    instant next_change;
};

#define SCORE_RAW(member, words)                                                                   \
    { .name = #member, .kind = FIELD_RAW, .offset = offsetof(struct score_view, member), .help = words }

const struct field score_fields[] = {
    { .name = "at", .kind = FIELD_INSTANT, .offset = offsetof(struct score_view, at) },
    { .name = "known", .kind = FIELD_ENUM, .offset = offsetof(struct score_view, known), .names = known_names },
    SCORE_RAW(model, "{id, version, name}"),
    { .name = "total", .kind = FIELD_INT, .offset = offsetof(struct score_view, total), .help = "as shown" },
    { .name = "total_exact", .kind = FIELD_FIX, .offset = offsetof(struct score_view, total_exact) },
    { .name = "total_raw", .kind = FIELD_FIX, .offset = offsetof(struct score_view, total_raw),
      .help = "sum of the groups, before the model's own floor and ceiling" },
    { .name = "band", .kind = FIELD_ENUM, .offset = offsetof(struct score_view, band), .names = band_names },
    SCORE_RAW(groups, "[{name, title, raw, points, floor, ceiling}]: raw is the sum of its lines"),
    SCORE_RAW(lines, "[{criterion, name, group, points, full_points, count, since, last, next_change, why}]"),
    { .name = "next_change", .kind = FIELD_INSTANT, .offset = offsetof(struct score_view, next_change),
      .flags = FIELD_NULLABLE, .help = "when the shown score or the band changes by time alone" },
    SCORE_RAW(thresholds, "{warm, hot, hysteresis, floor, ceiling}"),
    SCORE_RAW(gates, "[{band, group, min, name, met, since}]"),
    { .name = "fit", .kind = FIELD_FIX, .offset = offsetof(struct score_view, fit), .help = "points of the groups that tell who the lead is" },
    { .name = "engagement", .kind = FIELD_FIX, .offset = offsetof(struct score_view, engagement), .help = "points of the groups that tell what it does" },
    { .name = "cell", .kind = FIELD_TEXT, .offset = offsetof(struct score_view, cell), .help = "A1 to C3" },
    SCORE_RAW(axes, "{fit: {groups, titles, borders, set}, engagement: ..}: groups by name; set: the model says so, else by default"),
    { .name = "icp", .kind = FIELD_RAW, .offset = offsetof(struct score_view, icp), .flags = FIELD_NULLABLE,
      .help = "match with the ideal customer, per cent" },
    SCORE_RAW(ahead, "[{at, total, band}]: in 7 and 14 days without events"),
    { 0 },
};

static void put_fix_or_null(struct json_out *o, const char *key, bool there, fix v)
{
    json_key(o, key);
    if (there)
        json_put_fix(o, v);
    else
        json_put_null(o);
}

static struct str groups_json(struct ctx *c, const struct model *m, const struct score *s)
{
    struct buf b = buf_new(c->arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);

    json_list(&o);
    for (size_t i = 0; i < m->group_count; i++) {
        const struct group *g = &m->groups[i];

        json_begin(&o);
        json_key(&o, "name");
        json_put_text(&o, g->name);
        json_key(&o, "title");
        json_put_text(&o, text_either(c->lang, g->title_ru, g->title_en));
        json_key(&o, "raw");
        json_put_fix(&o, s->groups[i].raw);
        json_key(&o, "points");
        json_put_fix(&o, s->groups[i].points);
        put_fix_or_null(&o, "floor", g->has_floor, g->floor);
        put_fix_or_null(&o, "ceiling", g->has_ceiling, g->ceiling);
        json_end(&o);
    }
    json_list_end(&o);
    return buf_str(&b);
}

static struct str lines_json(struct ctx *c, const struct model *m, const struct score *s)
{
    struct buf b = buf_new(c->arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);

    json_list(&o);
    for (size_t i = 0; i < s->line_count; i++) {
        const struct score_line *l = &s->lines[i];
        const struct criterion *cr = &m->criteria[l->criterion];

        json_begin(&o);
        json_key(&o, "criterion");
        json_put_text(&o, cr->id);
        json_key(&o, "name");
        json_put_text(&o, text_either(c->lang, cr->title_ru, cr->title_en));
        json_key(&o, "group");
        json_put_text(&o, m->groups[l->group].name);
        json_key(&o, "points");
        json_put_fix(&o, l->points);
        json_key(&o, "full_points");
        json_put_fix(&o, l->full_points);
        json_key(&o, "count");
        json_put_int(&o, l->count);
        json_key(&o, "since");
        json_put_instant(&o, l->since);
        json_key(&o, "last");
        json_put_instant(&o, l->last);
        json_key(&o, "next_change");
        json_put_instant(&o, l->next_change);
        json_key(&o, "why");
        json_put_text(&o, str_of(score_why_names[l->why]));
        json_key(&o, "condition");
        json_put_text(&o, cond_explain(cr->when, c->lang, c->arena));
        json_end(&o);
    }
    json_list_end(&o);
    return buf_str(&b);
}

static struct str gates_json(struct ctx *c, const struct model *m, const struct score *s)
{
    struct buf b = buf_new(c->arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);

    json_list(&o);
    for (size_t i = 0; i < m->gate_count; i++) {
        const struct gate *g = &m->gates[i];

        json_begin(&o);
        json_key(&o, "band");
        json_put_text(&o, str_of(band_names[g->band]));
        json_key(&o, "group");
        json_put_text(&o, g->group >= 0 ? m->groups[g->group].name : STR_NULL);
        put_fix_or_null(&o, "min", g->group >= 0, g->min);
        json_key(&o, "name");
        json_put_text(&o, g->when ? cond_explain(g->when, c->lang, c->arena)
                                  : text_either(c->lang, m->groups[g->group].title_ru, m->groups[g->group].title_en));
        json_key(&o, "met");
        json_put_bool(&o, s->gates[i].met);
        json_key(&o, "since");
        json_put_instant(&o, s->gates[i].since);
        json_end(&o);
    }
    json_list_end(&o);
    return buf_str(&b);
}

static struct str thresholds_json(struct ctx *c, const struct model *m)
{
    const struct {
        const char *name;
        fix value;
    } all[] = { { "warm", m->warm }, { "hot", m->hot }, { "hysteresis", m->hysteresis },
                { "floor", m->floor }, { "ceiling", m->ceiling } };
    struct buf b = buf_new(c->arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);

    json_begin(&o);
    for (size_t i = 0; i < countof(all); i++) {
        json_key(&o, all[i].name);
        json_put_fix(&o, all[i].value);
    }
    json_end(&o);
    return buf_str(&b);
}

static struct str model_json(struct ctx *c, const struct model *m)
{
    struct buf b = buf_new(c->arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);

    json_begin(&o);
    json_key(&o, "id");
    json_put_id(&o, PREFIX_MODEL, m->id.v);
    json_key(&o, "version");
    json_put_int(&o, m->version);
    json_key(&o, "name");
    json_put_text(&o, m->name);
    json_end(&o);
    return buf_str(&b);
}

/* What the score will be if nothing more happens. */
/* At the end of the years that have a text there is nothing to tell. */
static struct str ahead_json(struct ctx *c, const struct model *m, const struct history *h, instant from)
{
    static const int days[] = { 7, 14 };
    struct buf b = buf_new(c->arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);

    json_list(&o);
    for (size_t i = 0; i < countof(days); i++) {
        instant at = instant_add(from, days[i] * DAY_US);
        char text[INSTANT_TEXT_MAX];
        struct score s;

        if (!instant_print(at, text).len)
            break;
        s = score_at(m, h, at, c->arena);
        json_begin(&o);
        json_key(&o, "at");
        json_put_instant(&o, at);
        json_key(&o, "total");
        json_put_int(&o, s.shown);
        json_key(&o, "band");
        json_put_text(&o, str_of(band_names[s.band]));
        json_end(&o);
    }
    json_list_end(&o);
    return buf_str(&b);
}

static fix sum_of_groups(const struct model *m, const struct score *s)
{
    fix sum = 0;

    for (size_t i = 0; i < m->group_count; i++)
        sum += s->groups[i].points;
    return sum;
}

enum err lead_score(struct call *call)
{
    struct ctx *c = &call->ctx;
    struct score_ask ask = { .at = c->now };
    struct lead lead;
    struct model *m;
    struct score s;
    struct history h;
    struct score_view v;
    enum err e;

    if ((e = query_read(call, &ask)) || (e = lead_of_call(call, &lead))
        || (e = flow_explain(call->house->flow, c, call->tx, lead.id, ask.at, ask.known, &m, &h, &s)))
        return e;
    v = (struct score_view){
        .at = ask.at, .known = ask.known, .model = model_json(c, m), .total = s.shown,
        .total_exact = s.total, .total_raw = sum_of_groups(m, &s), .band = (int)s.band, .groups = groups_json(c, m, &s),
        .lines = lines_json(c, m, &s), .gates = gates_json(c, m, &s),
        .ahead = ahead_json(c, m, &h, ask.at), .thresholds = thresholds_json(c, m),
        .next_change = s.next_change,
        .fit = s.fit, .engagement = s.engagement, .cell = str_of(score_cell_names[s.cell]),
        .axes = axes_text(c, m),
        .icp = s.icp < 0 ? STR("null") : str_print(c->arena, "%d", s.icp),
    };
    score_model_drop(m);
    return reply_ok(call, &v);
}

/* ---- the curve ---- */

struct curve_ask {
    instant from, to;
};
const struct field curve_query[] = {
    { .name = "from", .kind = FIELD_INSTANT, .offset = offsetof(struct curve_ask, from), .help = "90 days before unless said" },
    { .name = "to", .kind = FIELD_INSTANT, .offset = offsetof(struct curve_ask, to), .help = "now unless said" },
    { 0 },
};

struct curve_view {
    instant at;
    int64_t total;
    int band;
    int64_t event_id;
    struct str cause;
};
const struct field curve_fields[] = {
    { .name = "at", .kind = FIELD_INSTANT, .offset = offsetof(struct curve_view, at) },
    { .name = "total", .kind = FIELD_INT, .offset = offsetof(struct curve_view, total) },
    { .name = "band", .kind = FIELD_ENUM, .offset = offsetof(struct curve_view, band), .names = band_names },
    { .name = "event_id", .kind = FIELD_ID, .offset = offsetof(struct curve_view, event_id), .prefix = PREFIX_EVENT, .flags = FIELD_NULLABLE },
    { .name = "cause", .kind = FIELD_TEXT, .offset = offsetof(struct curve_view, cause), .help = "event, profile or time" },
    { 0 },
};

enum err lead_score_history(struct call *call)
{
    enum { MOST = 1000 };
    struct ctx *c = &call->ctx;
    struct curve_ask ask = { .from = c->now - 90 * DAY_US, .to = c->now };
    struct score_point *points;
    struct curve_view *views;
    struct lead lead;
    struct history h;
    const struct model *of;
    struct model *m;
    size_t n;
    enum err e;

    if ((e = query_read(call, &ask)))
        return e;
    if (ask.to < ask.from)
        return fault_at(c, ERR_BAD_FIELD, STR("/to"), "must be after from");
    if ((e = lead_of_call(call, &lead)) || (e = flow_history(c, call->tx, lead.id, INSTANT_NEVER, &h))
        || (e = flow_model(call->house->flow, c, call->tx, &m)))
        return e;
    if ((e = flow_model_of(c, call->tx, m, lead.id, &of))) {
        score_model_drop(m);
        return e;
    }
    points = score_curve(of, &h, ask.from, ask.to, MOST, c->arena, &n);
    score_model_drop(m);
    views = ARENA_ARRAY(c->arena, struct curve_view, n + 1);
    for (size_t i = 0; i < n; i++)
        views[i] = (struct curve_view){
            points[i].at, fix_round(points[i].total), (int)points[i].band, points[i].cause.v,
            points[i].cause.v ? STR("event") : points[i].profile ? STR("profile") : STR("time"),
        };
    return reply_list(call, views, n, sizeof *views, STR_NULL, (int64_t)n);
}
