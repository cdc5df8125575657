/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_axes.h"

#include "api/api_lead.h"
#include "api/api_report.h"
#include "api/lead_view.h"
#include "api/report_csv.h"
#include "flow/flow_lead.h"
#include "report/grid.h"
#include "text/text.h"

static struct str title_of(const struct group *g, enum lang lang)
{
    struct str title = text_either(lang, g->title_ru, g->title_en);

    return title.len ? title : g->name;
}

static void axis_write(struct json_out *o, const struct model *m, enum axis axis, enum lang lang)
{
    json_begin(o);
    json_key(o, "groups");
    json_list(o);
    for (size_t g = 0; g < m->group_count; g++)
        if (m->groups[g].axis == axis)
            json_put_text(o, m->groups[g].name);
    json_list_end(o);
    json_key(o, "titles");
    json_list(o);
    for (size_t g = 0; g < m->group_count; g++)
        if (m->groups[g].axis == axis)
            json_put_text(o, title_of(&m->groups[g], lang));
    json_list_end(o);
    json_key(o, "borders");
    json_list(o);
    json_put_fix(o, m->borders[axis][0]);
    json_put_fix(o, m->borders[axis][1]);
    json_list_end(o);
    json_key(o, "set");
    json_put_bool(o, m->has_borders[axis]);
    json_end(o);
}

struct str axes_text(struct ctx *c, const struct model *m)
{
    struct buf b = buf_new(c->arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);

    json_begin(&o);
    json_key(&o, "fit");
    axis_write(&o, m, AXIS_FIT, c->lang);
    json_key(&o, "engagement");
    axis_write(&o, m, AXIS_ENGAGEMENT, c->lang);
    json_end(&o);
    return buf_str(&b);
}

/* ---- the grid ---- */

struct grid_view {
    int64_t model, enough;
    struct str axes, cells;
};
const struct field grid_fields[] = {
    { .name = "model", .kind = FIELD_ID, .offset = offsetof(struct grid_view, model), .prefix = PREFIX_MODEL, .help = "the live model" },
    { .name = "axes", .kind = FIELD_RAW, .offset = offsetof(struct grid_view, axes), .help = "as in a lead's score" },
    { .name = "enough", .kind = FIELD_INT, .offset = offsetof(struct grid_view, enough), .help = "decided leads from which on a share is told" },
    { .name = "cells", .kind = FIELD_RAW, .offset = offsetof(struct grid_view, cells),
      .help = "[{cell, n, won, decided, conversion: {value, low, high, n, enough, need}, leads}]; cell none: not counted yet; "
              "leads: the query of GET /leads that lists them; figure=grid?cell=A1&bucket=decided (or won) lists those of a share" },
    { 0 },
};

static void conversion_write(struct json_out *o, const struct grid_cell *cell)
{
    const struct {
        const char *name;
        fix value;
    } all[] = { { "value", cell->share }, { "low", cell->low }, { "high", cell->high } };

    json_begin(o);
    for (size_t i = 0; i < countof(all); i++) {
        json_key(o, all[i].name);
        if (cell->enough)
            json_put_fix(o, all[i].value);
        else
            json_put_null(o);
    }
    json_key(o, "n");
    json_put_int(o, cell->decided);
    json_key(o, "enough");
    json_put_bool(o, cell->enough);
    json_key(o, "need");
    json_put_int(o, GRID_ENOUGH);
    json_end(o);
}

static const char *cell_name(int cell)
{
    return cell < SCORE_CELLS ? score_cell_names[cell] : "none";
}

static struct str cells_json(struct arena *a, const struct grid_cell *cells)
{
    struct buf b = buf_new(a, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);

    json_list(&o);
    for (int i = 0; i < GRID_CELLS; i++) {
        const char *name = cell_name(i);

        json_begin(&o);
        json_key(&o, "cell");
        json_put_text(&o, str_of(name));
        json_key(&o, "n");
        json_put_int(&o, cells[i].leads);
        json_key(&o, "won");
        json_put_int(&o, cells[i].won);
        json_key(&o, "decided");
        json_put_int(&o, cells[i].decided);
        json_key(&o, "conversion");
        conversion_write(&o, &cells[i]);
        json_key(&o, "leads");
        json_put_text(&o, str_print(a, "cell=%s", name));
        json_end(&o);
    }
    json_list_end(&o);
    return buf_str(&b);
}

enum err grid_get(struct call *call)
{
    struct ctx *c = &call->ctx;
    struct grid_cell cells[GRID_CELLS];
    struct grid_view v = { .enough = GRID_ENOUGH };
    struct model *m;
    enum err e = flow_model(call->house->flow, c, call->tx, &m);

    if (e)
        return e;
    v.model = m->id.v;
    v.axes = axes_text(c, m);
    score_model_drop(m);
    if ((e = report_grid(c, call->tx, cells)))
        return e;
    v.cells = cells_json(c->arena, cells);
    return reply_ok(call, &v);
}

/* Those of a cell whose end is known: "grid?cell=A1&bucket=decided". */
struct grid_ask {
    struct str cell, bucket;
};
static const struct field grid_figure_query[] = {
    { .name = "cell", .kind = FIELD_TEXT, .offset = offsetof(struct grid_ask, cell), .max = 10, .flags = FIELD_REQUIRED },
    { .name = "bucket", .kind = FIELD_TEXT, .offset = offsetof(struct grid_ask, bucket), .max = 20, .flags = FIELD_REQUIRED },
    { 0 },
};

enum err report_grid_figure(struct call *call, struct str query, struct arena *keep, struct lead_ids *leads)
{
    struct grid_ask a = { 0 };
    struct lead_id *ids;
    bool won;
    size_t n;
    int cell = 0;
    enum err e = query_read_text(call, grid_figure_query, query, &a);

    if (e)
        return e;
    if (!report_of_models_may(call))
        return ERR_FORBIDDEN;
    won = str_eq(a.bucket, STR("won"));
    while (cell < GRID_CELLS && !str_eq(a.cell, str_of(cell_name(cell))))
        cell++;
    if (cell == GRID_CELLS || (!won && !str_eq(a.bucket, STR("decided"))))
        return ERR_BAD_QUERY;
    if ((e = report_grid_decided(&call->ctx, call->tx, cell, won, &ids, &n)))
        return e;
    *leads = lead_ids_keep(keep, ids, n);
    return ERR_NONE;
}

static const struct report_column grid_columns[] = { { "leads", false }, { "won", false }, { "decided", false }, { "share", true }, { "enough", false } };
static const char *const grid_paths[countof(grid_columns)] = { "n", "won", "decided", "conversion", "conversion.enough" };
static const struct report_part grid_parts[] = { { "cell", "", "cell", false, grid_paths }, { 0 } };

enum err grid_export(struct call *call)
{
    struct grid_cell cells[GRID_CELLS];
    struct json *told;
    enum err e = report_grid(&call->ctx, call->tx, cells);

    if (e || (e = json_read(&call->ctx, cells_json(call->ctx.arena, cells), &told)))
        return e;
    return report_csv(call, told, grid_columns, countof(grid_columns), grid_parts, "grid.csv");
}

/* ---- the ideal customer ---- */

struct icp_view {
    struct str match, have, missing;
};
const struct field icp_fields[] = {
    { .name = "match", .kind = FIELD_RAW, .offset = offsetof(struct icp_view, match), .flags = FIELD_NULLABLE,
      .help = "per cent of the weight that holds; null: the model knows of no ideal customer" },
    { .name = "have", .kind = FIELD_RAW, .offset = offsetof(struct icp_view, have), .help = "[{name, condition, weight, since}]" },
    { .name = "missing", .kind = FIELD_RAW, .offset = offsetof(struct icp_view, missing), .help = "[{name, condition, weight, since}]" },
    { 0 },
};

static struct str ideal_json(struct ctx *c, const struct model *m, const struct score *s, bool met)
{
    struct buf b = buf_new(c->arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);

    json_list(&o);
    for (size_t i = 0; i < m->icp_count; i++) {
        const struct icp_condition *k = &m->icp[i];
        struct str title = text_either(c->lang, k->title_ru, k->title_en);
        struct str words = cond_explain(k->when, c->lang, c->arena);

        if (s->ideal[i].met != met)
            continue;
        json_begin(&o);
        json_key(&o, "name");
        json_put_text(&o, title.len ? title : words);
        json_key(&o, "condition");
        json_put_text(&o, words);
        json_key(&o, "weight");
        json_put_int(&o, k->weight);
        json_key(&o, "since");
        json_put_instant(&o, s->ideal[i].since);
        json_end(&o);
    }
    json_list_end(&o);
    return buf_str(&b);
}

enum err lead_icp(struct call *call)
{
    struct ctx *c = &call->ctx;
    struct icp_view v;
    struct lead lead;
    struct history h;
    struct model *m;
    struct score s;
    enum err e = lead_of_call(call, &lead);

    if (e || (e = flow_explain(call->house->flow, c, call->tx, lead.id, c->now, false, &m, &h, &s)))
        return e;
    v.match = s.icp < 0 ? STR("null") : str_print(c->arena, "%d", s.icp);
    v.have = ideal_json(c, m, &s, true);
    v.missing = ideal_json(c, m, &s, false);
    score_model_drop(m);
    return reply_ok(call, &v);
}
