/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The bank of questions of a product: edited one by one, as a table, with what the answers say of each. */
#include "api/api_skill.h"

#include "api/export.h"
#include "base/limits.h"
#include "team/audit.h"

enum { BAD_SHOWN = 200, JSON_BYTES = 256 * 1024, CSV_CHARS = 1000 * 1000 };

struct question_view {
    int64_t id, version, product_id, weight;
    int kind;
    struct str text, options, answer, topics, figures; /* the last four JSON */
    bool active;
};
#define Q(member) offsetof(struct question_view, member)
const struct field question_fields[] = {
    { .name = "id", .kind = FIELD_ID, .offset = Q(id), .prefix = PREFIX_QUESTION, .help = "the question" },
    { .name = "version", .kind = FIELD_INT, .offset = Q(version), .help = "for If-Match" },
    { .name = "product_id", .kind = FIELD_ID, .offset = Q(product_id), .prefix = PREFIX_PRODUCT, .help = "whose bank it is in" },
    { .name = "kind", .kind = FIELD_ENUM, .offset = Q(kind), .names = team_question_kinds, .help = "one option, several, a number, a short text" },
    { .name = "text", .kind = FIELD_TEXT, .offset = Q(text), .help = "what is asked" },
    { .name = "options", .kind = FIELD_RAW, .offset = Q(options), .help = "list of texts" },
    { .name = "answer", .kind = FIELD_RAW, .offset = Q(answer), .help = "places of the right options from 0; {value, within}; or a list of accepted texts" },
    { .name = "topics", .kind = FIELD_RAW, .offset = Q(topics), .help = "list of texts" },
    { .name = "weight", .kind = FIELD_INT, .offset = Q(weight), .help = "points of a right answer" },
    { .name = "active", .kind = FIELD_BOOL, .offset = Q(active), .help = "it is drawn" },
    { .name = "figures", .kind = FIELD_RAW, .offset = Q(figures), .help = "{shown, right, enough, share, low, high, discrimination}: the last four only with enough answers; discrimination null: cannot be told" },
    { 0 }
};

struct question_ask {
    int kind;
    struct str text;
    const struct json *options, *answer, *topics;
    int64_t weight;
    bool active;
};
#define A(member) offsetof(struct question_ask, member)
enum { SET_KIND, SET_TEXT, SET_OPTIONS, SET_ANSWER, SET_TOPICS, SET_WEIGHT, SET_ACTIVE };
#define QUESTION_PARTS(need)                                                                       \
    { .name = "kind", .kind = FIELD_ENUM, .offset = A(kind), .names = team_question_kinds, .flags = need, .help = "one option, several, a number, a short text" },    \
    { .name = "text", .kind = FIELD_TEXT, .offset = A(text), .min = 1, .max = QUESTION_CHARS, .flags = need, .help = "what is asked" },                               \
    { .name = "options", .kind = FIELD_JSON, .offset = A(options), .help = "list of 2 to 12 texts, for one and several" },                                           \
    { .name = "answer", .kind = FIELD_JSON, .offset = A(answer), .flags = need, .help = "places of the right options from 0; {value, within}; or a list of accepted texts" }, \
    { .name = "topics", .kind = FIELD_JSON, .offset = A(topics), .help = "list of texts" },                                                                          \
    { .name = "weight", .kind = FIELD_INT, .offset = A(weight), .min = 1, .max = WEIGHT_MAX, .help = "points of a right answer, 1 unless said" },                    \
    { .name = "active", .kind = FIELD_BOOL, .offset = A(active), .help = "it is drawn; yes unless said" }
const struct field question_draft_fields[] = { QUESTION_PARTS(FIELD_REQUIRED), { 0 } };
const struct field question_patch_fields[] = { QUESTION_PARTS(0), { 0 } };

/* ---- showing ---- */

static void put_mille(struct json_out *o, const char *key, int64_t mille)
{
    json_key(o, key);
    json_put_fix(o, mille * (FIX_ONE / 1000));
}

static struct str figures_text(struct arena *a, const struct item_figures *f)
{
    struct buf b = buf_new(a, 500);
    struct json_out o = json_to(&b);

    json_begin(&o);
    json_key(&o, "shown");
    json_put_int(&o, f->shown);
    json_key(&o, "right");
    json_put_int(&o, f->right);
    json_key(&o, "enough");
    json_put_bool(&o, f->enough);
    if (f->enough) {
        put_mille(&o, "share", f->share);
        put_mille(&o, "low", f->low);
        put_mille(&o, "high", f->high);
        json_key(&o, "discrimination");
        if (f->tells)
            json_put_fix(&o, f->discrimination * (FIX_ONE / 1000));
        else
            json_put_null(&o);
    }
    json_end(&o);
    return buf_str(&b);
}

static struct question_view view_of(struct arena *a, const struct question *q, const struct item_figures *f)
{
    static const struct item_figures none = { .shown = 0 };

    return (struct question_view){ q->id.v, q->version, q->product.v, q->weight, q->kind, q->text, q->options, q->answer, q->topics,
                                   figures_text(a, f ? f : &none), q->active };
}

static enum err product_of_call(struct call *call, struct product *p)
{
    struct product_id id;
    enum err e = param_id(call, "id", PREFIX_PRODUCT, &id.v);

    return e ? e : team_product_get(&call->ctx, call->tx, id, p);
}

enum err question_list_get(struct call *call)
{
    struct item_figures *figures;
    struct question_view *views;
    struct questions list;
    struct product p;
    enum err e;

    if ((e = product_of_call(call, &p)) || (e = team_question_list(&call->ctx, call->tx, p.id, false, &list))
        || (e = team_question_figures(&call->ctx, call->tx, p.id, &list, &figures)))
        return e;
    views = ARENA_ARRAY(call->ctx.arena, struct question_view, list.count + 1);
    for (size_t i = 0; i < list.count; i++)
        views[i] = view_of(call->ctx.arena, &list.items[i], &figures[i]);
    return reply_list(call, views, list.count, sizeof *views, STR_NULL, (int64_t)list.count);
}

/* ---- changing ---- */

static struct str text_of(struct arena *a, const struct json *v)
{
    struct buf b = buf_new(a, JSON_BYTES);
    struct json_out o = json_to(&b);

    json_put(&o, v);
    return buf_str(&b);
}

static void take(struct call *call, const struct question_ask *ask, uint64_t set, struct question *q)
{
    q->kind = set >> SET_KIND & 1 ? ask->kind : q->kind;
    q->text = set >> SET_TEXT & 1 ? ask->text : q->text;
    q->weight = set >> SET_WEIGHT & 1 ? ask->weight : q->weight;
    q->active = set >> SET_ACTIVE & 1 ? ask->active : q->active;
    if (set >> SET_OPTIONS & 1)
        q->options = ask->options ? text_of(call->ctx.arena, ask->options) : STR("[]");
    if (set >> SET_ANSWER & 1)
        q->answer = ask->answer ? text_of(call->ctx.arena, ask->answer) : STR("null");
    if (set >> SET_TOPICS & 1)
        q->topics = ask->topics ? text_of(call->ctx.arena, ask->topics) : STR("[]");
}

static enum err keep(struct call *call, struct question *q, bool made)
{
    struct question_view view;
    enum err e;

    if ((e = team_question_check(&call->ctx, q)) || (e = team_question_put(&call->ctx, call->tx, q))
        || (e = team_audit_add(&call->ctx, call->tx, made ? "question.added" : "question.changed", PREFIX_QUESTION, q->id.v, STR_NULL)))
        return e;
    view = view_of(call->ctx.arena, q, NULL);
    reply_etag(call, q->version);
    return made ? reply_made(call, &view) : reply_ok(call, &view);
}

enum err question_create(struct call *call)
{
    struct question q = { .options = STR("[]"), .answer = STR("null"), .topics = STR("[]"), .weight = 1, .active = true };
    struct question_ask ask = { .kind = -1 };
    struct product p;
    uint64_t set = 0;
    enum err e;

    if ((e = body_read(call, &ask, &set)) || (e = product_of_call(call, &p)))
        return e;
    q.product = p.id;
    take(call, &ask, set, &q);
    return keep(call, &q, true);
}

static enum err question_of_call(struct call *call, struct question *q)
{
    struct question_id id;
    enum err e = param_id(call, "id", PREFIX_QUESTION, &id.v);

    return e ? e : team_question_get(&call->ctx, call->tx, id, q);
}

enum err question_patch(struct call *call)
{
    struct question_ask ask = { .kind = -1 };
    struct question q;
    uint64_t set = 0;
    enum err e;

    if ((e = body_read(call, &ask, &set)) || (e = question_of_call(call, &q)) || (e = match_version(call, q.version)))
        return e;
    take(call, &ask, set, &q);
    return keep(call, &q, false);
}

enum err question_remove(struct call *call)
{
    struct question q;
    enum err e = question_of_call(call, &q);

    if (e || (e = match_version(call, q.version)) || (e = team_question_del(&call->ctx, call->tx, q.id))
        || (e = team_audit_add(&call->ctx, call->tx, "question.removed", PREFIX_QUESTION, q.id.v, STR_NULL)))
        return e;
    return reply_none(call);
}

/* ---- as a table ---- */

struct import_ask {
    struct str csv;
    bool dry;
};
const struct field question_import_fields[] = {
    { .name = "csv", .kind = FIELD_TEXT, .offset = offsetof(struct import_ask, csv), .flags = FIELD_REQUIRED, .min = 1, .max = CSV_CHARS, .help = "the table, with headings kind, text, options, answer, topics, weight, active" },
    { .name = "dry", .kind = FIELD_BOOL, .offset = offsetof(struct import_ask, dry), .help = "only look: nothing is kept" },
    { 0 }
};
struct imported_view {
    int64_t added, changed;
    struct str bad; /* JSON */
};
const struct field question_imported_fields[] = {
    { .name = "added", .kind = FIELD_INT, .offset = offsetof(struct imported_view, added), .help = "new questions" },
    { .name = "changed", .kind = FIELD_INT, .offset = offsetof(struct imported_view, changed), .help = "questions of the same text, written anew" },
    { .name = "bad", .kind = FIELD_RAW, .offset = offsetof(struct imported_view, bad), .help = "[{row, column, code, detail}]: rows that were not taken" },
    { 0 }
};

struct taking {
    struct call *call;
    struct product_id product;
    bool dry;
    int64_t added, changed, bad;
    struct json_out o;
};

/* Tells what was wrong with a row, and forgets it: the other rows are taken. */
static void row_bad(struct taking *t, int64_t row)
{
    const struct fault *f = &t->call->ctx.fault;
    struct str column = f->count ? str_of(f->items[0].field) : STR("");

    if (column.len && column.ptr[0] == '/')
        column = str_sub(column, 1, column.len);
    if (t->bad++ < BAD_SHOWN) {
        json_begin(&t->o);
        json_key(&t->o, "row");
        json_put_int(&t->o, row);
        json_key(&t->o, "column");
        json_put_text(&t->o, str_dup(t->call->ctx.arena, column));
        json_key(&t->o, "code");
        json_put_text(&t->o, str_of(f->count ? err_slug(f->items[0].code) : "bad_field"));
        json_key(&t->o, "detail");
        json_put_text(&t->o, str_dup(t->call->ctx.arena, f->count ? str_of(f->items[0].note) : STR("")));
        json_end(&t->o);
    }
    fault_clear(&t->call->ctx);
}

static enum err row_take(struct taking *t, const struct csv_row *row, const int *places)
{
    struct ctx *c = &t->call->ctx;
    struct question q, same;
    enum err e;

    if (team_question_of_cells(c, row->cells, row->count, places, &q)) {
        row_bad(t, row->number);
        return ERR_NONE;
    }
    q.product = t->product;
    if ((e = team_question_find(c, t->call->tx, t->product, q.text, &same)))
        return e;
    q.id = same.id;
    t->changed += same.id.v != 0;
    t->added += same.id.v == 0;
    return t->dry ? ERR_NONE : team_question_put(c, t->call->tx, &q);
}

static enum err rows_take(struct taking *t, struct csv *csv)
{
    int places[QUESTION_COLUMNS];
    struct csv_row row;
    bool heading = false;
    enum err e = ERR_NONE;

    while (!e && csv_next(csv, &row)) {
        if (heading)
            e = row_take(t, &row, places);
        else if (!team_question_heading(row.cells, row.count, places))
            e = fault_at(&t->call->ctx, ERR_BAD_FIELD, STR("/csv"), "the first row has no headings kind, text and answer");
        heading = true;
    }
    return e;
}

enum err question_import(struct call *call)
{
    struct import_ask ask = { .csv = STR_NULL };
    struct buf b = buf_new(call->ctx.arena, JSON_BYTES);
    struct taking t = { .call = call, .o = json_to(&b) };
    struct imported_view v;
    struct product p;
    struct csv *csv;
    enum err e;

    if ((e = body_read(call, &ask, NULL)) || (e = product_of_call(call, &p)))
        return e;
    t.product = p.id;
    t.dry = ask.dry;
    json_list(&t.o);
    csv = csv_open((struct csv_shape){ CSV_UTF8, csv_sniff(ask.csv, true).delimiter });
    e = csv_feed(&call->ctx, csv, ask.csv, true);
    if (!e)
        e = rows_take(&t, csv);
    csv_close(csv);
    json_list_end(&t.o);
    if (e || (!t.dry && (e = team_audit_add(&call->ctx, call->tx, "questions.imported", PREFIX_PRODUCT, p.id.v, STR_NULL))))
        return e;
    v = (struct imported_view){ t.added, t.changed, buf_str(&b) };
    return reply_ok(call, &v);
}

struct export_ask {
    int64_t product;
};
const struct field question_query[] = {
    { .name = "product", .kind = FIELD_ID, .offset = offsetof(struct export_ask, product), .prefix = PREFIX_PRODUCT, .flags = FIELD_REQUIRED, .help = "of which product" },
    { 0 }
};

enum err question_export(struct call *call)
{
    struct export_ask ask = { 0 };
    struct questions list;
    struct product p;
    struct export *x;
    enum err e;

    if ((e = query_read(call, &ask)) || (e = team_product_get(&call->ctx, call->tx, (struct product_id){ ask.product }, &p))
        || (e = team_question_list(&call->ctx, call->tx, p.id, false, &list)) || (e = export_begin(call, ';', &x)))
        return e;
    for (int i = 0; i < QUESTION_COLUMNS; i++)
        csv_put(&x->csv, str_of(team_question_columns[i]));
    csv_end(&x->csv);
    for (size_t i = 0; i < list.count && !e; i++) {
        struct str cells[QUESTION_COLUMNS];

        if ((e = team_question_to_cells(&call->ctx, &list.items[i], cells)))
            return e;
        for (int k = 0; k < QUESTION_COLUMNS; k++)
            csv_put(&x->csv, cells[k]);
        csv_end(&x->csv);
        e = export_flush(x);
    }
    return e ? e : export_end(x, "questions.csv");
}
