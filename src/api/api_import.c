/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_import.h"
#include "api/api_report.h"
#include "api/export.h"

#include "base/limits.h"
#include "flow/flow_import.h"
#include "lead/lead.h"
#include "net/url.h"

enum { ERRORS_PAGE = 500 };

/* ---- shapes ---- */

/* An import as it is answered. */
struct import_view {
    int64_t id;
    struct str name;
    int state, kind;
    int64_t rows, done, accepted, updated, repeated, refused, bytes;
    struct str columns, preview, preview_rows, preview_becomes, mapping, preview_errors; /* JSON */
    struct str delimiter, encoding, trouble;
    int64_t checked, would_refuse, undated, unended, aged, maturity_days, kept;
    instant created_at, begun_at, ended_at;
};

#define F(field, field_kind, about)                                                                \
    { .name = #field, .kind = field_kind, .offset = offsetof(struct import_view, field), .help = about }
#define F_NULL(field, field_kind, about)                                                           \
    { .name = #field, .kind = field_kind, .offset = offsetof(struct import_view, field),            \
      .flags = FIELD_NULLABLE, .help = about }

const struct field import_fields[] = {
    { .name = "id", .kind = FIELD_ID, .offset = offsetof(struct import_view, id), .prefix = PREFIX_IMPORT,
      .help = "of the import" },
    F(name, FIELD_TEXT, "of the file"),
    { .name = "state", .kind = FIELD_ENUM, .offset = offsetof(struct import_view, state),
      .names = intake_state_names, .help = "preview, then running, then done" },
    { .name = "kind", .kind = FIELD_ENUM, .offset = offsetof(struct import_view, kind),
      .names = intake_kind_names, .help = "what its rows are" },
    F(rows, FIELD_INT, "rows of data in the file"),
    F(done, FIELD_INT, "rows that were taken or refused so far"),
    F(accepted, FIELD_INT, "rows that made a lead, or brought an event"),
    F(updated, FIELD_INT, "rows of people who were known already"),
    F(repeated, FIELD_INT, "rows that had come before, word for word"),
    F(refused, FIELD_INT, "rows with an error; each is kept with its column and reason"),
    F(bytes, FIELD_INT, "of the file"),
    F_NULL(columns, FIELD_RAW, "[{index, name, sample, nothing, guess, format}]; nothing: those of its words that stand for nothing, as Select or n/a, at most ten, of the whole file"),
    F_NULL(preview, FIELD_RAW, "the first rows, cell by cell"),
    F_NULL(preview_rows, FIELD_RAW, "their numbers, as a spreadsheet counts: empty rows are passed over"),
    F_NULL(preview_becomes, FIELD_RAW,
           "the same rows: what a cell becomes by the mapping (a number, true or false, an instant, a stage, a telephone's one form; an empty text: nothing), null: what it says"),
    F_NULL(mapping, FIELD_RAW, "{columns: [{index, field, format}], source, ...}: what each column means"),
    F_NULL(preview_errors, FIELD_RAW, "[{row, errors: [{column, code, detail}]}] that the mapping would give"),
    F(checked, FIELD_INT, "rows that were tried for preview_errors"),
    F(would_refuse, FIELD_INT, "how many of them would be refused"),
    F(undated, FIELD_INT, "how many of them tell that a lead was won or lost and not when: they count as decided at the instant of import"),
    F(unended, FIELD_INT, "how many of them are leads of which the file tells no end: they stay open, unless the mapping's constant outcome says otherwise"),
    F(aged, FIELD_INT, "how many of those came longer ago than maturity_days: in calibration, probability and suggested points they count as not bought"),
    F(maturity_days, FIELD_INT, "as it would be with the file's own sales; 0, and nobody aged: not asked, as in the answer to a change"),
    F(kept, FIELD_INT, "undone: leads that it made and that stay all the same: merged, with other events, or somebody was asked to do something for them"),
    F(delimiter, FIELD_TEXT, "between cells"),
    F(encoding, FIELD_TEXT, "of its text"),
    F_NULL(trouble, FIELD_TEXT, "why it failed"),
    F(created_at, FIELD_INSTANT, "when it was uploaded"),
    F_NULL(begun_at, FIELD_INSTANT, "when it was run"),
    F_NULL(ended_at, FIELD_INSTANT, "when it ended"),
    { 0 }
};

struct import_create_query {
    struct str name, encoding, delimiter;
    int kind;
};
const struct field import_create_query[] = {
    { .name = "name", .kind = FIELD_TEXT, .offset = offsetof(struct import_create_query, name), .max = 300,
      .help = "of the file" },
    { .name = "kind", .kind = FIELD_ENUM, .offset = offsetof(struct import_create_query, kind),
      .names = intake_kind_names, .help = "leads unless said" },
    { .name = "encoding", .kind = FIELD_TEXT, .offset = offsetof(struct import_create_query, encoding), .max = 20,
      .help = "utf-8, windows-1251, utf-16le or utf-16be; found by looking unless said" },
    { .name = "delimiter", .kind = FIELD_TEXT, .offset = offsetof(struct import_create_query, delimiter), .max = 1,
      .help = "between cells; found by looking unless said" },
    { 0 }
};

struct import_change {
    const struct json *mapping;
};
const struct field import_change_fields[] = {
    { .name = "mapping", .kind = FIELD_JSON, .offset = offsetof(struct import_change, mapping),
      .flags = FIELD_REQUIRED, .help = "what each column means" },
    { 0 }
};

struct import_list_query {
    struct page_query page;
};
const struct field import_list_query[] = { PAGE_FIELDS(struct import_list_query), { 0 } };

struct import_row_query {
    struct page_query page;
    int status;
};
const struct field import_row_query[] = {
    PAGE_FIELDS(struct import_row_query),
    { .name = "status", .kind = FIELD_ENUM, .offset = offsetof(struct import_row_query, status),
      .names = intake_status_names, .help = "only rows of that status" },
    { 0 }
};

const struct field import_row_fields[] = {
    { .name = "row", .kind = FIELD_INT, .offset = offsetof(struct intake_kept_row, row),
      .help = "as a spreadsheet counts: the heading is row 1" },
    { .name = "status", .kind = FIELD_ENUM, .offset = offsetof(struct intake_kept_row, status),
      .names = intake_status_names, .help = "what became of it" },
    { .name = "lead_id", .kind = FIELD_ID, .offset = offsetof(struct intake_kept_row, lead), .prefix = PREFIX_LEAD,
      .flags = FIELD_NULLABLE, .help = "whom it is about" },
    { .name = "errors", .kind = FIELD_RAW, .offset = offsetof(struct intake_kept_row, errors),
      .flags = FIELD_NULLABLE, .help = "[{column, index, code, detail}]" },
    { 0 }
};

/* ---- reading ---- */

static struct import_view view_of(struct call *call, const struct intake_import *one, bool whole)
{
    struct arena *a = call->ctx.arena;
    struct json *head = NULL;
    struct import_view v = {
        .id = one->id.v,
        .name = one->name,
        .state = one->state,
        .kind = one->kind,
        .rows = one->rows,
        .accepted = one->counts[INTAKE_ACCEPTED],
        .updated = one->counts[INTAKE_UPDATED],
        .repeated = one->counts[INTAKE_REPEATED],
        .refused = one->counts[INTAKE_REFUSED],
        .bytes = one->bytes,
        .mapping = one->mapping,
        .delimiter = str_dup(a, (struct str){ &one->shape.delimiter, 1 }),
        .encoding = str_of(csv_encoding_name(one->shape.encoding)),
        .trouble = one->trouble,
        .created_at = one->created_at,
        .begun_at = one->begun_at,
        .ended_at = one->ended_at,
    };

    v.done = v.accepted + v.updated + v.repeated + v.refused;
    if (!whole || json_read(&call->ctx, one->head, &head) != ERR_NONE)
        return v;
    for (uint32_t i = 0; i < head->count; i++) {
        struct buf b = buf_new(a, one->head.len + 64);
        struct json_out o = json_to(&b);
        json_put(&o, &head->as.members[i].value);
        if (str_eq(head->as.members[i].key, STR("columns")))
            v.columns = buf_str(&b);
        else if (str_eq(head->as.members[i].key, STR("preview_rows")))
            v.preview_rows = buf_str(&b);
        else
            v.preview = buf_str(&b);
    }
    return v;
}

static enum err find_import(struct call *call, struct intake_import *one)
{
    struct import_id id;
    enum err e = param_id(call, "id", PREFIX_IMPORT, &id.v);

    return e ? e : intake_import_get(&call->ctx, call->tx, id, one);
}

/* The import with what its mapping would do, for as long as it can still be changed. */
static enum err reply_import(struct call *call, const struct intake_import *one, bool made)
{
    struct import_view v = view_of(call, one, true);
    struct flow_import_check check;
    enum err e = ERR_NONE;

    if (one->state == INTAKE_PREVIEW) {
        /* A writer is not to be held up: a change is answered by a glance, a reading by the whole. */
        int64_t most = call->endpoint->tx == TX_WRITE ? FLOW_IMPORT_GLANCE_ROWS : FLOW_IMPORT_CHECK_ROWS;
        if (!(e = flow_import_becomes(call->house->flow, &call->ctx, one, &v.preview_becomes)))
            e = flow_import_check(call->house->flow, &call->ctx, call->tx, one, most, &check);
        if (e == ERR_NONE) {
            v.preview_errors = check.errors;
            v.checked = check.checked;
            v.would_refuse = check.refused;
            v.undated = check.undated;
            v.unended = check.unended;
            v.aged = check.aged;
            v.maturity_days = check.maturity_days;
        } else if (e == ERR_AWAY || e == ERR_INTERNAL) {
            return e;
        } else {
            fault_clear(&call->ctx); /* a guess that maps nothing has nothing to try */
        }
    }
    if (one->state == INTAKE_UNDONE && (e = lead_count_import(&call->ctx, call->tx, one->id.v, &v.kept)))
        return e;
    reply_etag(call, one->version);
    return made ? reply_made(call, &v) : reply_ok(call, &v);
}

enum err import_get(struct call *call)
{
    struct intake_import one;
    enum err e = find_import(call, &one);

    return e ? e : reply_import(call, &one, false);
}

enum err import_list(struct call *call)
{
    struct import_list_query q = { 0 };
    struct intake_import *list;
    struct cursor after;
    int64_t limit;
    size_t count;
    enum err e;

    if ((e = query_read(call, &q)) || (e = page_read(call, &q.page, &limit, &after)) ||
        (e = intake_import_list(&call->ctx, call->tx, after.stands ? after.id : 0, limit + 1, &list, &count)))
        return e;
    struct str next = STR_NULL;
    if (count > (size_t)limit) {
        count = (size_t)limit;
        struct cursor at = { .stands = true, .id = list[count - 1].id.v };
        next = cursor_print(call, &at);
    }
    struct import_view *views = ARENA_ARRAY(call->ctx.arena, struct import_view, count + 1);
    for (size_t i = 0; i < count; i++)
        views[i] = view_of(call, &list[i], false);
    return reply_list(call, views, count, sizeof *views, next, -1);
}

/* ---- changing ---- */

enum err import_create_prepare(struct call *call)
{
    struct import_create_query q = { 0 };
    struct intake_import *one = ARENA_NEW(call->ctx.arena, struct intake_import);
    enum csv_encoding encoding;
    enum err e = query_read(call, &q);

    if (e)
        return e;
    if (call->request->body.len == 0)
        return fault_at(&call->ctx, ERR_MISSING, STR("file"), "the body is the file");
    one->kind = q.kind;
    one->name = flow_import_name(call->ctx.arena, q.name);
    one->user = call_user(call);
    if (q.encoding.len && !csv_encoding_parse(q.encoding, &encoding))
        return fault_field(&call->ctx, ERR_BAD_QUERY, "encoding");
    if (q.encoding.len || q.delimiter.len)
        one->shape = csv_sniff(call->request->body, call->request->body.len <= 64 * 1024);
    if (q.encoding.len)
        one->shape.encoding = encoding;
    if (q.delimiter.len)
        one->shape.delimiter = q.delimiter.ptr[0];
    call->prepared = one;
    return flow_import_look(&call->ctx, call->request->body, one);
}

enum err import_create(struct call *call)
{
    struct intake_import *one = call->prepared;
    enum err e = intake_import_add(&call->ctx, call->tx, one, call->request->body);

    return e ? e : reply_import(call, one, true);
}

enum err import_change(struct call *call)
{
    struct import_change change = { 0 };
    struct intake_import one;
    enum err e = find_import(call, &one);

    if (e || (e = match_version(call, one.version)) || (e = body_read(call, &change, NULL)) ||
        (e = flow_import_map(&call->ctx, call->tx, &one, change.mapping)))
        return e;
    return reply_import(call, &one, false);
}

static enum err move_to(struct call *call, enum intake_state state)
{
    struct intake_import one;
    enum err e = find_import(call, &one);

    if (e || (e = match_version(call, one.version)) ||
        (e = intake_import_move(&call->ctx, call->tx, &one, state, STR_NULL)))
        return e;
    return reply_import(call, &one, false);
}

enum err import_run(struct call *call)
{
    return move_to(call, INTAKE_RUNNING);
}

enum err import_stop(struct call *call)
{
    return move_to(call, INTAKE_STOPPED);
}

enum err import_undo(struct call *call)
{
    return move_to(call, INTAKE_UNDOING);
}

/* ---- rows ---- */

enum err import_row_list(struct call *call)
{
    struct import_row_query q = { .status = -1 };
    struct intake_kept_row *rows;
    struct intake_import one;
    struct cursor after;
    int64_t limit;
    size_t count;
    enum err e = find_import(call, &one);

    if (e || (e = query_read(call, &q)) || (e = page_read(call, &q.page, &limit, &after)) ||
        (e = intake_rows_list(&call->ctx, call->tx, one.id, q.status, after.stands ? after.id : 0, limit + 1,
                              &rows, &count)))
        return e;
    struct str next = STR_NULL;
    if (count > (size_t)limit) {
        count = (size_t)limit;
        struct cursor at = { .stands = true, .id = rows[count - 1].row };
        next = cursor_print(call, &at);
    }
    for (size_t i = 0; i < count; i++)
        if (!rows[i].errors.ptr)
            rows[i].errors = STR("[]");
    return reply_list(call, rows, count, sizeof *rows, next, q.status < 0 ? -1 : one.counts[q.status]);
}

struct import_figure_ask {
    int64_t id;
    struct str bucket;
};
static const struct field import_figure_query[] = {
    { .name = "id", .kind = FIELD_ID, .offset = offsetof(struct import_figure_ask, id), .prefix = PREFIX_IMPORT, .flags = FIELD_REQUIRED },
    { .name = "bucket", .kind = FIELD_TEXT, .offset = offsetof(struct import_figure_ask, bucket), .max = 20 },
    { 0 }
};

/* Whom the rows were about: "all" that brought something new, or those of one status. A repeated row keeps no lead. */
enum err report_import_figure(struct call *call, struct str query, struct arena *keep, struct lead_ids *leads)
{
    struct import_figure_ask a = { .bucket = STR("all") };
    struct intake_import one;
    struct lead_id *ids, *kept;
    size_t n;
    int status = -1;
    enum err e;

    if (!team_right_has(&call->ctx.actor, RIGHT_IMPORT) || !team_right_has(&call->ctx.actor, RIGHT_LEAD_ALL))
        return ERR_FORBIDDEN;
    if ((e = query_read_text(call, import_figure_query, query, &a)))
        return e;
    for (int s = INTAKE_ACCEPTED; s <= INTAKE_UPDATED; s++)
        if (str_eq(a.bucket, str_of(intake_status_names[s])))
            status = s;
    if (status < 0 && !str_eq(a.bucket, STR("all")))
        return ERR_BAD_QUERY;
    if ((e = intake_import_get(&call->ctx, call->tx, (struct import_id){ a.id }, &one))
        || (e = intake_rows_leads(&call->ctx, call->tx, one.id, status, LIMIT_IMPORT_ROWS, &ids, &n)))
        return e;
    kept = ARENA_ARRAY(keep, struct lead_id, n + 1);
    if (n)
        memcpy(kept, ids, n * sizeof *ids);
    *leads = (struct lead_ids){ kept, n };
    return ERR_NONE;
}

/* "phone: too_short; email: bad_shape". */
static struct str errors_text(struct ctx *c, struct str errors)
{
    struct buf b = buf_new(c->arena, 4096);
    struct json *list;

    if (json_read(c, errors, &list) != ERR_NONE)
        return STR("");
    for (uint32_t i = 0; i < list->count; i++) {
        struct str column = json_text(json_find(&list->as.items[i], STR("column")));
        if (i)
            buf_add(&b, STR("; "));
        if (column.len)
            buf_print(&b, STR_FMT ": ", STR_ARG(column));
        buf_add(&b, json_text(json_find(&list->as.items[i], STR("code"))));
    }
    return buf_str(&b);
}

static void put_list(struct csv_out *o, const struct json *list, uint32_t width)
{
    for (uint32_t i = 0; i < width; i++) {
        const struct json *v = list && i < list->count ? &list->as.items[i] : NULL;
        csv_put(o, json_is(v, JSON_OBJECT) ? json_text(json_find(v, STR("name"))) : json_text(v));
    }
}

/* The refused rows as they came, with their number and what is wrong: to be mended and sent again. */
static enum err put_errors(struct export *x, const struct intake_import *one, uint32_t width)
{
    struct call *call = x->call;
    struct csv_out *o = &x->csv;
    struct ctx *c = &call->ctx;
    struct intake_kept_row *rows;
    int64_t after = 0;
    size_t count;
    enum err e;

    do {
        export_page(x);
        if ((e = intake_rows_list(c, call->tx, one->id, INTAKE_REFUSED, after, ERRORS_PAGE, &rows, &count)))
            return e;
        for (size_t i = 0; i < count; i++) {
            struct json *cells = NULL;
            if (rows[i].cells.len && json_read(c, rows[i].cells, &cells) != ERR_NONE)
                cells = NULL;
            put_list(o, cells, width);
            csv_put(o, str_print(c->arena, "%lld", (long long)rows[i].row));
            csv_put(o, errors_text(c, rows[i].errors));
            csv_end(o);
            after = rows[i].row;
        }
        e = export_flush(x);
    } while (count == ERRORS_PAGE && !e);
    return e;
}

enum err import_errors_get(struct call *call)
{
    struct export *x;
    struct intake_import one;
    struct json *head;
    enum err e = find_import(call, &one);

    if (e || (e = json_read(&call->ctx, one.head, &head)) || (e = export_begin(call, one.shape.delimiter, &x)))
        return e;
    const struct json *columns = json_find(head, STR("columns"));
    uint32_t width = columns ? columns->count : 0;
    put_list(&x->csv, columns, width);
    csv_put(&x->csv, STR("row"));
    csv_put(&x->csv, STR("errors"));
    csv_end(&x->csv);
    e = put_errors(x, &one, width);
    return e ? e : export_end(x, "errors.csv");
}
