/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_model.h"

#include "api/lead_view.h"
#include "base/limits.h"
#include "flow/flow_model.h"
#include "flow/flow_room.h"
#include "learn/outcome.h"
#include "learn/compare.h"
#include "score/score_store.h"
#include "score/starters.h"
#include "team/setting.h"

struct model_view {
    int64_t id, version, revision;
    int state;
    struct str name, author, note;
    instant created_at, published_at, retired_at;
    struct str body, fitted;
};

#define M(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct model_view, member), __VA_ARGS__ }
#define MODEL_ROW                                                                                  \
    M(id, FIELD_ID, .prefix = PREFIX_MODEL), M(version, FIELD_INT, .help = "0 for a draft"),       \
        M(revision, FIELD_INT, .help = "for If-Match"),                                           \
        M(state, FIELD_ENUM, .names = score_model_state_names), M(name, FIELD_TEXT),                     \
        M(author, FIELD_TEXT, .flags = FIELD_NULLABLE), M(note, FIELD_TEXT, .flags = FIELD_NULLABLE), \
        M(created_at, FIELD_INSTANT), M(published_at, FIELD_INSTANT, .flags = FIELD_NULLABLE),     \
        M(retired_at, FIELD_INSTANT, .flags = FIELD_NULLABLE),                                      \
        M(fitted, FIELD_RAW, .flags = FIELD_NULLABLE,                                               \
          .help = "{until, auc}: its points were learnt from outcomes up to then, so its figures on those leads may flatter; on leads held back they had that AUC")
const struct field model_row_fields[] = { MODEL_ROW, { 0 } };
const struct field model_fields[] = {
    MODEL_ROW,
    M(body, FIELD_RAW, .help = "criteria, groups, gates, thresholds"),
    { 0 },
};

static struct str fitted_text(struct arena *a, struct model_fitted fitted)
{
    struct buf b = buf_new(a, 128);
    struct json_out o = json_to(&b);

    if (fitted.until == INSTANT_NONE)
        return STR("null");
    json_begin(&o);
    json_key(&o, "until");
    json_put_instant(&o, fitted.until);
    json_key(&o, "auc");
    json_put_fix(&o, fitted.auc);
    json_end(&o);
    return buf_str(&b);
}

static struct model_view view_of(struct arena *a, const struct model_row *r, const struct names *names)
{
    return (struct model_view){
        .id = r->id.v, .version = r->version, .revision = r->revision, .state = (int)r->state, .name = r->name,
        .author = names_find(names, r->author.v), .note = r->note, .created_at = r->created_at,
        .published_at = r->published_at, .retired_at = r->retired_at, .body = r->body, .fitted = fitted_text(a, r->fitted),
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
        views[i] = view_of(call->ctx.arena, &rows[i], &names);
    return reply_list(call, views, n, sizeof *views, STR_NULL, (int64_t)n);
}

enum err model_show(struct call *call, struct model_id id, bool made)
{
    struct model_row row;
    struct model_view view;
    struct names names;
    enum err e;

    if ((e = names_read(call, &names)) || (e = score_model_get(&call->ctx, call->tx, id, &row)))
        return e;
    view = view_of(call->ctx.arena, &row, &names);
    return made ? reply_made(call, &view) : reply_ok(call, &view);
}

enum err model_get_one(struct call *call)
{
    struct model_id id;
    enum err e = param_id(call, "id", PREFIX_MODEL, &id.v);

    return e ? e : model_show(call, id, false);
}

enum err model_live_get(struct call *call)
{
    struct model_row row;
    enum err e = score_model_live(&call->ctx, call->tx, &row);

    return e ? e : model_show(call, row.id, false);
}

/* ---- drafts ---- */

struct model_draft {
    int64_t from;
    struct str name, note, starter;
    struct json *body;
};
#define D(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct model_draft, member), __VA_ARGS__ }
const struct field model_draft_fields[] = {
    D(from, FIELD_ID, .prefix = PREFIX_MODEL, .flags = FIELD_NULLABLE, .help = "the version to begin with; the live one unless said"),
    D(name, FIELD_TEXT, .max = LIMIT_NAME_CHARS, .flags = FIELD_NULLABLE),
    D(note, FIELD_TEXT, .max = LIMIT_TEXT_CHARS, .flags = FIELD_NULLABLE),
    D(body, FIELD_JSON, .flags = FIELD_NULLABLE, .help = "a whole model; with from: that one, changed"),
    D(starter, FIELD_TEXT, .max = LIMIT_NAME_CHARS, .flags = FIELD_NULLABLE, .help = "instead of from: a model to begin with, of GET /models/starters"),
    { 0 },
};
const struct field model_put_fields[] = {
    D(name, FIELD_TEXT, .max = LIMIT_NAME_CHARS, .flags = FIELD_NULLABLE),
    D(note, FIELD_TEXT, .max = LIMIT_TEXT_CHARS, .flags = FIELD_NULLABLE),
    D(body, FIELD_JSON, .flags = FIELD_NULLABLE),
    { 0 },
};

/* In the company's language, not in that of who asks: its leads write in it. */
static enum err starter_read(struct call *call, const struct score_trade *trade, struct model_row *row)
{
    struct setting s;
    struct model *m;
    enum err e = team_setting_get(&call->ctx, call->tx, &s);

    if (e || (e = score_trade_read(&call->ctx, str_of(trade->id), (enum lang)s.lang, &m)))
        return e;
    row->name = str_of(s.lang == LANG_RU ? trade->title_ru : trade->title_en);
    row->body = score_model_print(m, call->ctx.arena);
    score_model_drop(m);
    return ERR_NONE;
}

static enum err begin_with(struct call *call, const struct model_draft *d, struct model_row *row)
{
    const struct score_trade *trade = d->starter.len ? score_trade_find(d->starter) : NULL;

    if (d->starter.len && !trade)
        return fault_at(&call->ctx, ERR_BAD_FIELD, STR("/starter"), "no starter model of that name");
    if (trade)
        return starter_read(call, trade, row);
    if (d->from)
        return score_model_get(&call->ctx, call->tx, (struct model_id){ d->from }, row);
    return score_model_live(&call->ctx, call->tx, row);
}

enum err model_create(struct call *call)
{
    struct model_draft d = { 0 };
    struct model_row row = { .fitted = MODEL_NOT_FITTED };
    struct model_id id;
    enum err e = body_read(call, &d, NULL);

    if (e)
        return e;
    if (d.body)
        e = d.from ? score_model_get(&call->ctx, call->tx, (struct model_id){ d.from }, &row) : ERR_NONE;
    else if (!(e = begin_with(call, &d, &row)))
        e = json_read(&call->ctx, row.body, &d.body);
    if (e)
        return e;
    e = score_model_add(&call->ctx, call->tx, d.name.len ? d.name : row.name, d.note, d.body, &id);
    if (!e && row.fitted.until != INSTANT_NONE)
        e = score_model_set_fitted(&call->ctx, call->tx, id, row.fitted);
    return e ? e : model_show(call, id, true);
}

enum err model_to_write(struct call *call, struct model_id id, struct model_row *row)
{
    enum err e = score_model_lock(&call->ctx, call->tx);

    return e || (e = score_model_get(&call->ctx, call->tx, id, row)) ? e : match_version(call, row->revision);
}

enum err model_put(struct call *call)
{
    struct model_draft d = { 0 };
    struct model_row row;
    struct model_id id;
    enum err e;

    if ((e = param_id(call, "id", PREFIX_MODEL, &id.v)) || (e = body_read(call, &d, NULL)) || (e = model_to_write(call, id, &row)))
        return e;
    e = score_model_put(&call->ctx, call->tx, id, d.name.len ? d.name : row.name,
                        d.note.ptr ? d.note : row.note, d.body);
    return e ? e : model_show(call, id, false);
}

enum err model_delete(struct call *call)
{
    struct model_row row;
    struct model_id id;
    enum err e = param_id(call, "id", PREFIX_MODEL, &id.v);

    if (e || (e = model_to_write(call, id, &row)) || (e = score_model_del(&call->ctx, call->tx, id)))
        return e;
    return reply_none(call);
}

static void tell(struct call *call)
{
    messages_add(&call->messages, (struct message){ .kind = MESSAGE_MODEL_PUBLISHED });
}

enum err model_publish(struct call *call)
{
    struct model_row row;
    struct model_id id;
    struct model *m;
    enum err e = param_id(call, "id", PREFIX_MODEL, &id.v);

    if (e || (e = model_to_write(call, id, &row)) || (e = score_model_publish(&call->ctx, call->tx, id, &m)))
        return e;
    score_model_drop(m);
    tell(call);
    return model_show(call, id, false);
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
    return model_show(call, id, true);
}

/* ---- preview ---- */

struct preview_ask {
    struct json *body;
    bool exact;
};
const struct field preview_ask_fields[] = {
    { .name = "body", .kind = FIELD_JSON, .offset = offsetof(struct preview_ask, body), .flags = FIELD_NULLABLE,
      .help = "the draft as it is on screen; as it is stored unless said" },
    { .name = "exact", .kind = FIELD_BOOL, .offset = offsetof(struct preview_ask, exact),
      .help = "over all leads, even if they must be loaded first; else the first answer on a large base is of a part of them" },
    { 0 },
};

struct preview_view {
    int64_t leads, all_leads;
    bool exact, sampled;
    instant as_of;
    int64_t into_hot, into_hot_open, hot_decided, out_of_hot;
    struct str bands, histogram, movers, hot_per_day, caught, judged;
};
#define P(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct preview_view, member), __VA_ARGS__ }
const struct field preview_fields[] = {
    P(leads, FIELD_INT, .help = "leads looked at"),
    P(all_leads, FIELD_INT, .help = "leads there are"),
    P(exact, FIELD_BOOL, .help = "all were looked at; false: ask again with exact, the picture of all follows"),
    P(sampled, FIELD_BOOL, .help = "they are a part of all"),
    P(as_of, FIELD_INSTANT, .help = "the base as it stood then"),
    P(into_hot, FIELD_INT),
    P(into_hot_open, FIELD_INT, .help = "of into_hot: neither won nor lost, or heard of again since: who get an urgent call when it is published, unless somebody has called already"),
    P(hot_decided, FIELD_INT, .help = "of the hot ones after: won or lost and silent since; for them there are no calls"),
    P(out_of_hot, FIELD_INT),
    P(bands, FIELD_RAW, .help = "{cold|warm|hot: {before, after, won: {before, after: {value, low, high, n, won, enough}}}}; won: of those who were in it just before their end"),
    P(histogram, FIELD_RAW, .help = "[{from, to, before, after}]"),
    P(movers, FIELD_RAW, .help = "[{lead_id, name, company, outcome, before, after, band_before, band_after}]: into hot first, then out of hot, then others"),
    P(hot_per_day, FIELD_RAW,
      .help = "{days, working_days, enough, before, after, leads: {before, after}, played, exact, capacity, holds}: how many turned hot a working day of the team (a day, where working_days is 0), as lived over the last days; enough: these are a week at least; leads: those of the played that did; capacity: calls a working day by quotas"),
    P(caught, FIELD_RAW, .help = "{wins, before, after, share: {before, after: {value, low, high, n, enough}}}: who bought and was hot just before"),
    P(judged, FIELD_RAW, .help = "{n, won, enough, need, auc, auc_change, p, lift10, lift10_range, lift20, found20, maturity_days, quiet: [{id, ru, en}]: criteria whose points for silence flatter these}: how well each tells buyers from others"),
    { 0 },
};

static void put_pair(struct json_out *o, const int64_t pair[2])
{
    json_key(o, "before");
    json_put_int(o, pair[0]);
    json_key(o, "after");
    json_put_int(o, pair[1]);
}

static struct str bands_json(struct ctx *c, const struct preview *p)
{
    struct buf b = buf_new(c->arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);

    json_begin(&o);
    for (int i = 0; i < BANDS; i++) {
        json_key(&o, band_names[i]);
        json_begin(&o);
        put_pair(&o, p->bands[i]);
        json_key(&o, "won");
        json_begin(&o);
        for (int side = 0; side < 2; side++) {
            json_key(&o, side ? "after" : "before");
            learn_share_json(&o, p->won[i][side], p->judged[i][side], p->compared.enough);
        }
        json_end(&o);
        json_end(&o);
    }
    json_end(&o);
    return buf_str(&b);
}

static struct str histogram_json(struct ctx *c, const struct preview *p)
{
    struct buf b = buf_new(c->arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);

    json_list(&o);
    for (int i = 0; i < PREVIEW_BINS; i++) {
        json_begin(&o);
        json_key(&o, "from");
        json_put_int(&o, p->scale.from + i * p->scale.width);
        json_key(&o, "to");
        json_put_int(&o, p->scale.from + (i + 1) * p->scale.width - 1);
        put_pair(&o, p->bins[i]);
        json_end(&o);
    }
    json_list_end(&o);
    return buf_str(&b);
}

static struct str movers_json(struct ctx *c, const struct preview *p)
{
    struct buf b = buf_new(c->arena, REPLY_PART_BYTES);
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
        json_key(&o, "company");
        json_put_text(&o, m->company);
        json_key(&o, "outcome");
        json_put_text(&o, str_of(learn_outcome_names[m->outcome]));
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


static struct str days_json(struct ctx *c, const struct preview *p)
{
    struct buf b = buf_new(c->arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);

    json_begin(&o);
    json_key(&o, "days");
    json_put_int(&o, p->days);
    json_key(&o, "working_days");
    json_put_int(&o, p->working_days);
    json_key(&o, "enough");
    json_put_bool(&o, p->days >= FLOW_THRESHOLD_DAYS);
    json_key(&o, "before");
    json_put_fix(&o, p->hot_per_day[0]);
    json_key(&o, "after");
    json_put_fix(&o, p->hot_per_day[1]);
    json_key(&o, "leads");
    json_begin(&o);
    put_pair(&o, p->crossed);
    json_end(&o);
    json_key(&o, "played");
    json_put_int(&o, p->played);
    json_key(&o, "exact");
    json_put_bool(&o, p->played == p->all_leads);
    json_key(&o, "capacity");
    if (p->calls_a_day)
        json_put_int(&o, p->calls_a_day);
    else
        json_put_null(&o);
    json_key(&o, "holds");
    if (p->holds_hot)
        json_put_int(&o, p->holds_hot);
    else
        json_put_null(&o);
    json_end(&o);
    return buf_str(&b);
}

static struct str caught_json(struct ctx *c, const struct preview *p)
{
    struct buf b = buf_new(c->arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);

    json_begin(&o);
    json_key(&o, "wins");
    json_put_int(&o, p->wins);
    put_pair(&o, p->caught);
    json_key(&o, "share");
    json_begin(&o);
    for (int side = 0; side < 2; side++) {
        json_key(&o, side ? "after" : "before");
        learn_share_json(&o, p->caught[side], p->wins, p->compared.enough);
    }
    json_end(&o);
    json_end(&o);
    return buf_str(&b);
}

static struct str judged_json(struct ctx *c, const struct preview *p)
{
    struct buf b = buf_new(c->arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);

    json_begin(&o);
    learn_compared_json(&o, &p->compared);
    json_key(&o, "maturity_days");
    json_put_int(&o, p->maturity_days);
    json_key(&o, "quiet");
    json_put_raw(&o, p->quiet);
    json_end(&o);
    return buf_str(&b);
}

enum err model_on_screen(struct call *call, const struct json *body, struct model **m)
{
    struct model_row row;
    struct model_id id;
    enum err e;

    if ((e = param_id(call, "id", PREFIX_MODEL, &id.v)))
        return e;
    if (json_is(body, JSON_OBJECT))
        return score_model_read(&call->ctx, body, STR("/body"), m);
    if ((e = score_model_get(&call->ctx, call->tx, id, &row)))
        return e;
    return score_model_parse(&call->ctx, row.body, m);
}

static enum err preview_of(struct call *call, const struct model *draft, bool quick, struct preview_view *v)
{
    struct preview *p = ARENA_NEW(call->ctx.arena, struct preview);
    enum err e = flow_preview(call->house->flow, &call->ctx, call->tx, draft, quick, p);

    if (e)
        return e;
    *v = (struct preview_view){
        .leads = p->leads, .all_leads = p->all_leads, .exact = !p->sampled, .sampled = p->sampled, .as_of = p->as_of,
        .into_hot = p->into_hot, .into_hot_open = p->into_hot_open, .hot_decided = p->hot_decided, .out_of_hot = p->out_of_hot, .bands = bands_json(&call->ctx, p),
        .histogram = histogram_json(&call->ctx, p), .movers = movers_json(&call->ctx, p),
        .hot_per_day = days_json(&call->ctx, p), .caught = caught_json(&call->ctx, p), .judged = judged_json(&call->ctx, p),
    };
    return ERR_NONE;
}

enum err model_preview(struct call *call)
{
    struct preview_ask ask = { 0 };
    struct preview_view v;
    struct model *draft;
    enum err e = body_read(call, &ask, NULL);

    if (e || (e = model_on_screen(call, ask.body, &draft)))
        return e;
    e = preview_of(call, draft, !ask.exact, &v);
    score_model_drop(draft);
    return e ? e : reply_ok(call, &v);
}

enum err model_preview_print(struct call *call, struct model_id id, struct str *out)
{
    struct buf b = buf_new(call->ctx.arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);
    struct preview_view v;
    struct model_row row;
    struct model *draft;
    enum err e = score_model_get(&call->ctx, call->tx, id, &row);

    if (e || (e = score_model_parse(&call->ctx, row.body, &draft)))
        return e;
    e = preview_of(call, draft, false, &v);
    score_model_drop(draft);
    if (e)
        return e;
    field_write(&o, preview_fields, &v);
    *out = buf_str(&b);
    return ERR_NONE;
}

/* ---- hits ---- */

struct hit_view {
    struct str criterion;
    int64_t leads, base;
};
const struct field hit_fields[] = {
    { .name = "criterion", .kind = FIELD_TEXT, .offset = offsetof(struct hit_view, criterion) },
    { .name = "leads", .kind = FIELD_INT, .offset = offsetof(struct hit_view, leads), .help = "for whom it counts now" },
    { .name = "base", .kind = FIELD_INT, .offset = offsetof(struct hit_view, base),
      .help = "leads there are; total tells how many of them were asked: all, or an even part of a base too large to be held" },
    { 0 },
};

enum err model_hits(struct call *call)
{
    struct ctx *c = &call->ctx;
    struct model_row row;
    struct model_id id;
    struct model *m;
    struct hit_view *views;
    int64_t *hits, leads, all = 0;
    size_t n;
    enum err e;

    if ((e = param_id(call, "id", PREFIX_MODEL, &id.v)) || (e = score_model_get(c, call->tx, id, &row))
        || (e = score_model_parse(c, row.body, &m)))
        return e;
    n = m->criterion_count;
    hits = ARENA_ARRAY(c->arena, int64_t, n + 1);
    views = ARENA_ARRAY(c->arena, struct hit_view, n + 1);
    e = flow_hits(call->house->flow, c, call->tx, m, hits, &leads, &all);
    for (size_t i = 0; i < n; i++)
        views[i] = (struct hit_view){ str_dup(c->arena, m->criteria[i].id), hits[i], all };
    score_model_drop(m);
    return e ? e : reply_list(call, views, n, sizeof *views, STR_NULL, leads);
}
