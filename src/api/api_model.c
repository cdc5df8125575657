/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_model.h"

#include "api/lead_view.h"
#include "base/limits.h"
#include "flow/flow_model.h"
#include "score/score_store.h"

struct model_view {
    int64_t id, version, revision;
    int state;
    struct str name, author, note;
    instant created_at, published_at, retired_at;
    struct str body;
};

#define M(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct model_view, member), __VA_ARGS__ }
#define MODEL_ROW                                                                                  \
    M(id, FIELD_ID, .prefix = PREFIX_MODEL), M(version, FIELD_INT, .help = "0 for a draft"),       \
        M(revision, FIELD_INT, .help = "for If-Match"),                                           \
        M(state, FIELD_ENUM, .names = score_model_state_names), M(name, FIELD_TEXT),                     \
        M(author, FIELD_TEXT, .flags = FIELD_NULLABLE), M(note, FIELD_TEXT, .flags = FIELD_NULLABLE), \
        M(created_at, FIELD_INSTANT), M(published_at, FIELD_INSTANT, .flags = FIELD_NULLABLE),     \
        M(retired_at, FIELD_INSTANT, .flags = FIELD_NULLABLE)
const struct field model_row_fields[] = { MODEL_ROW, { 0 } };
const struct field model_fields[] = {
    MODEL_ROW,
    M(body, FIELD_RAW, .help = "criteria, groups, gates, thresholds"),
    { 0 },
};

static struct model_view view_of(const struct model_row *r, const struct names *names)
{
    return (struct model_view){
        .id = r->id.v, .version = r->version, .revision = r->revision, .state = (int)r->state, .name = r->name,
        .author = names_find(names, r->author.v), .note = r->note, .created_at = r->created_at,
        .published_at = r->published_at, .retired_at = r->retired_at, .body = r->body,
    };
}

enum err model_list_get(struct call *call)
{
    struct model_row *rows;
    struct model_view *views;
    struct names names;
    size_t n;
    enum err e;

    if ((e = names_read(call, &names)) || (e = score_model_list(&call->ctx, call->tx, &rows, &n)))
        return e;
    views = ARENA_ARRAY(call->ctx.arena, struct model_view, n + 1);
    for (size_t i = 0; i < n; i++)
        views[i] = view_of(&rows[i], &names);
    return reply_list(call, views, n, sizeof *views, STR_NULL, (int64_t)n);
}

static enum err show(struct call *call, struct model_id id, bool made)
{
    struct model_row row;
    struct model_view view;
    struct names names;
    enum err e;

    if ((e = names_read(call, &names)) || (e = score_model_get(&call->ctx, call->tx, id, &row)))
        return e;
    view = view_of(&row, &names);
    return made ? reply_made(call, &view) : reply_ok(call, &view);
}

enum err model_get_one(struct call *call)
{
    struct model_id id;
    enum err e = param_id(call, "id", PREFIX_MODEL, &id.v);

    return e ? e : show(call, id, false);
}

enum err model_live_get(struct call *call)
{
    struct model_row row;
    enum err e = score_model_live(&call->ctx, call->tx, &row);

    return e ? e : show(call, row.id, false);
}

/* ---- drafts ---- */

struct model_draft {
    int64_t from;
    struct str name, note;
    struct json *body;
};
#define D(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct model_draft, member), __VA_ARGS__ }
const struct field model_draft_fields[] = {
    D(from, FIELD_ID, .prefix = PREFIX_MODEL, .flags = FIELD_NULLABLE, .help = "the version to begin with; the live one unless said"),
    D(name, FIELD_TEXT, .max = LIMIT_NAME_CHARS, .flags = FIELD_NULLABLE),
    D(note, FIELD_TEXT, .max = LIMIT_TEXT_CHARS, .flags = FIELD_NULLABLE),
    D(body, FIELD_JSON, .flags = FIELD_NULLABLE, .help = "instead of from: a whole model"),
    { 0 },
};
const struct field model_put_fields[] = {
    D(name, FIELD_TEXT, .max = LIMIT_NAME_CHARS, .flags = FIELD_NULLABLE),
    D(note, FIELD_TEXT, .max = LIMIT_TEXT_CHARS, .flags = FIELD_NULLABLE),
    D(body, FIELD_JSON, .flags = FIELD_NULLABLE),
    { 0 },
};

static enum err begin_with(struct call *call, const struct model_draft *d, struct model_row *row)
{
    if (d->from)
        return score_model_get(&call->ctx, call->tx, (struct model_id){ d->from }, row);
    return score_model_live(&call->ctx, call->tx, row);
}

enum err model_create(struct call *call)
{
    struct model_draft d = { 0 };
    struct model_row row = { 0 };
    struct model_id id;
    enum err e = body_read(call, &d, NULL);

    if (e)
        return e;
    if (!d.body) {
        if ((e = begin_with(call, &d, &row)) || (e = json_read(&call->ctx, row.body, &d.body)))
            return e;
    }
    e = score_model_add(&call->ctx, call->tx, d.name.len ? d.name : row.name, d.note, d.body, &id);
    return e ? e : show(call, id, true);
}

enum err model_put(struct call *call)
{
    struct model_draft d = { 0 };
    struct model_row row;
    struct model_id id;
    enum err e;

    if ((e = param_id(call, "id", PREFIX_MODEL, &id.v)) || (e = body_read(call, &d, NULL))
        || (e = score_model_get(&call->ctx, call->tx, id, &row)) || (e = match_version(call, row.revision)))
        return e;
    e = score_model_put(&call->ctx, call->tx, id, d.name.len ? d.name : row.name,
                        d.note.ptr ? d.note : row.note, d.body);
    return e ? e : show(call, id, false);
}

enum err model_delete(struct call *call)
{
    struct model_row row;
    struct model_id id;
    enum err e = param_id(call, "id", PREFIX_MODEL, &id.v);

    if (e || (e = score_model_get(&call->ctx, call->tx, id, &row)) || (e = match_version(call, row.revision))
        || (e = score_model_del(&call->ctx, call->tx, id)))
        return e;
    return reply_none(call);
}

static void tell(struct call *call)
{
    messages_add(&call->messages, (struct message){ .kind = MESSAGE_MODEL_PUBLISHED });
}

enum err model_publish(struct call *call)
{
    struct model_id id;
    struct model *m;
    enum err e = param_id(call, "id", PREFIX_MODEL, &id.v);

    if (e || (e = score_model_publish(&call->ctx, call->tx, id, &m)))
        return e;
    score_model_drop(m);
    tell(call);
    return show(call, id, false);
}

enum err model_rollback(struct call *call)
{
    struct model_id old, id;
    struct model *m;
    enum err e = param_id(call, "id", PREFIX_MODEL, &old.v);

    if (e || (e = score_model_rollback(&call->ctx, call->tx, old, &id, &m)))
        return e;
    score_model_drop(m);
    tell(call);
    return show(call, id, true);
}

/* ---- preview ---- */

struct preview_ask {
    struct json *body;
};
const struct field preview_ask_fields[] = {
    { .name = "body", .kind = FIELD_JSON, .offset = offsetof(struct preview_ask, body), .flags = FIELD_NULLABLE,
      .help = "the draft as it is on screen; as it is stored unless said" },
    { 0 },
};

struct preview_view {
    int64_t leads;
    bool sampled;
    int64_t into_hot, out_of_hot;
    struct str bands, histogram, movers;
};
#define P(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct preview_view, member), __VA_ARGS__ }
const struct field preview_fields[] = {
    P(leads, FIELD_INT, .help = "leads looked at"),
    P(sampled, FIELD_BOOL, .help = "they are a part of all"),
    P(into_hot, FIELD_INT),
    P(out_of_hot, FIELD_INT),
    P(bands, FIELD_RAW, .help = "{cold|warm|hot: {before, after}}"),
    P(histogram, FIELD_RAW, .help = "[{from, to, before, after}]"),
    P(movers, FIELD_RAW, .help = "[{lead_id, name, before, after, band_before, band_after}]"),
    { 0 },
};

enum { PREVIEW_LEADS = 20000, RAW_MAX = 1 << 20 };

static void put_pair(struct json_out *o, const int64_t pair[2])
{
    json_key(o, "before");
    json_put_int(o, pair[0]);
    json_key(o, "after");
    json_put_int(o, pair[1]);
}

static struct str bands_json(struct ctx *c, const struct preview *p)
{
    struct buf b = buf_new(c->arena, RAW_MAX);
    struct json_out o = json_to(&b);

    json_begin(&o);
    for (int i = 0; i < BANDS; i++) {
        json_key(&o, band_names[i]);
        json_begin(&o);
        put_pair(&o, p->bands[i]);
        json_end(&o);
    }
    json_end(&o);
    return buf_str(&b);
}

static struct str histogram_json(struct ctx *c, const struct preview *p)
{
    struct buf b = buf_new(c->arena, RAW_MAX);
    struct json_out o = json_to(&b);

    json_list(&o);
    for (int i = 0; i < PREVIEW_BINS; i++) {
        json_begin(&o);
        json_key(&o, "from");
        json_put_int(&o, p->from + i * p->width);
        json_key(&o, "to");
        json_put_int(&o, p->from + (i + 1) * p->width - 1);
        put_pair(&o, p->bins[i]);
        json_end(&o);
    }
    json_list_end(&o);
    return buf_str(&b);
}

static struct str movers_json(struct ctx *c, const struct preview *p)
{
    struct buf b = buf_new(c->arena, RAW_MAX);
    struct json_out o = json_to(&b);

    json_list(&o);
    for (size_t i = 0; i < p->mover_count; i++) {
        const struct preview_mover *m = &p->movers[i];
        const int64_t pair[2] = { m->before, m->after };

        json_begin(&o);
        json_key(&o, "lead_id");
        json_put_id(&o, PREFIX_LEAD, m->lead.v);
        json_key(&o, "name");
        json_put_text(&o, m->name);
        put_pair(&o, pair);
        json_key(&o, "band_before");
        json_put_text(&o, str_of(band_names[m->band_before]));
        json_key(&o, "band_after");
        json_put_text(&o, str_of(band_names[m->band_after]));
        json_end(&o);
    }
    json_list_end(&o);
    return buf_str(&b);
}

static enum err draft_of(struct call *call, struct model **m)
{
    struct preview_ask ask = { 0 };
    struct model_row row;
    struct model_id id;
    enum err e;

    if ((e = param_id(call, "id", PREFIX_MODEL, &id.v)) || (e = body_read(call, &ask, NULL)))
        return e;
    if (ask.body && ask.body->type == JSON_OBJECT)
        return score_model_read(&call->ctx, ask.body, STR("/body"), m);
    if ((e = score_model_get(&call->ctx, call->tx, id, &row)))
        return e;
    return score_model_parse(&call->ctx, row.body, m);
}

enum err model_preview(struct call *call)
{
    struct preview p;
    struct preview_view v;
    struct model *draft;
    enum err e = draft_of(call, &draft);

    if (e)
        return e;
    e = flow_preview(call->house->flow, &call->ctx, call->tx, draft, PREVIEW_LEADS, &p);
    score_model_drop(draft);
    if (e)
        return e;
    v = (struct preview_view){
        p.leads, p.sampled, p.into_hot, p.out_of_hot, bands_json(&call->ctx, &p),
        histogram_json(&call->ctx, &p), movers_json(&call->ctx, &p),
    };
    return reply_ok(call, &v);
}

/* ---- hits ---- */

struct hit_view {
    struct str criterion;
    int64_t leads;
};
const struct field hit_fields[] = {
    { .name = "criterion", .kind = FIELD_TEXT, .offset = offsetof(struct hit_view, criterion) },
    { .name = "leads", .kind = FIELD_INT, .offset = offsetof(struct hit_view, leads), .help = "for whom it counts now" },
    { 0 },
};

enum err model_hits(struct call *call)
{
    struct ctx *c = &call->ctx;
    struct model_row row;
    struct model_id id;
    struct model *m;
    struct hit_view *views;
    int64_t *hits, leads;
    size_t n;
    enum err e;

    if ((e = param_id(call, "id", PREFIX_MODEL, &id.v)) || (e = score_model_get(c, call->tx, id, &row))
        || (e = score_model_parse(c, row.body, &m)))
        return e;
    n = m->criterion_count;
    hits = ARENA_ARRAY(c->arena, int64_t, n + 1);
    views = ARENA_ARRAY(c->arena, struct hit_view, n + 1);
    e = flow_hits(c, call->tx, m, PREVIEW_LEADS, hits, &leads);
    for (size_t i = 0; i < n; i++)
        views[i] = (struct hit_view){ str_dup(c->arena, m->criteria[i].id), hits[i] };
    score_model_drop(m);
    return e ? e : reply_list(call, views, n, sizeof *views, STR_NULL, leads);
}
