/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a call holds: parameters of the path, the query, the body, all by field tables. */
#include "api/inner.h"

#include "base/base64.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "net/url.h"
#include "sys/crypto.h"

enum { PAGE_ITEMS = 50 };

struct str param_text(struct call *call, const char *name)
{
    struct str rest = str_of(call->endpoint->path), piece;
    int n = 0;

    while (str_next(&rest, '/', &piece)) {
        if (piece.len < 2 || piece.ptr[0] != '{')
            continue;
        if (str_eq(str_sub(piece, 1, piece.len - 2), str_of(name)))
            return call->params[n];
        n++;
    }
    assert(!"a parameter that the row does not have");
    return STR_NULL;
}

enum err param_id(struct call *call, const char *name, const char *prefix, int64_t *id)
{
    return id_parse(prefix, param_text(call, name), id) ? ERR_NONE : ERR_NOT_FOUND;
}

enum err body_json(struct call *call, struct json **value)
{
    if (call->request->body.len == 0)
        return fault_set(&call->ctx, ERR_BAD_JSON, "the body is empty");
    return json_read(&call->ctx, call->request->body, value);
}

enum err body_read(struct call *call, void *to, uint64_t *set)
{
    static const struct json nothing = { .type = JSON_OBJECT };
    struct json *value;
    enum err e;

    if (call->request->body.len == 0)
        return field_read(&call->ctx, call->endpoint->body, &nothing, to, set);
    e = json_read(&call->ctx, call->request->body, &value);
    return e ? e : field_read(&call->ctx, call->endpoint->body, value, to, set);
}

/* ---- query --------------------------------------------------------------------------------------------------------------- */

static bool put_enum(const struct field *f, struct str value, void *at)
{
    for (int i = 0; f->names[i]; i++)
        if (str_eq(value, str_of(f->names[i]))) {
            *(int *)at = i;
            return true;
        }
    return false;
}

static bool put_value(const struct field *f, struct str value, void *at)
{
    size_t max = f->max ? (size_t)f->max : LIMIT_TEXT_CHARS;
    int64_t number;

    switch (f->kind) {
    case FIELD_TEXT:
        *(struct str *)at = value;
        return utf8_count(value) <= max;
    case FIELD_INT:
        if (!str_to_int(value, &number) || number < f->min || (f->max && number > f->max))
            return false;
        *(int64_t *)at = number;
        return true;
    case FIELD_BOOL:
        *(bool *)at = str_eq(value, STR("true"));
        return *(bool *)at || str_eq(value, STR("false"));
    case FIELD_FIX:
        return fix_parse(value, at);
    case FIELD_INSTANT:
        return instant_parse(value, at);
    case FIELD_ID:
        return id_parse(f->prefix, value, at);
    case FIELD_ENUM:
        return put_enum(f, value, at);
    default:
        return false;
    }
}

/* What was expected of a parameter, as of a field of a body (base/field.c), where that says more than its help. */
static const char *wanted(struct arena *a, const struct field *f)
{
    switch (f->kind) {
    case FIELD_ENUM: return field_words(a, f->names);
    case FIELD_INSTANT: return FIELD_WANTS_INSTANT;
    default: return f->help ? f->help : "";
    }
}

enum err query_word_bad(struct call *call, const char *name, const char *const *words)
{
    return fault_at(&call->ctx, ERR_BAD_QUERY, str_of(name), "%s", field_words(call->ctx.arena, words));
}

enum err query_read(struct call *call, void *to)
{
    return query_read_text(call, call->endpoint->query, call->request->query, to);
}

enum err query_read_text(struct call *call, const struct field *table, struct str query, void *to)
{
    struct str rest = query, name, value;

    while (url_next_pair(call->ctx.arena, &rest, &name, &value) > 0) {
        int i = field_index(table, name);

        if (i < 0)
            (void)fault_at(&call->ctx, ERR_UNKNOWN_FIELD, name, "no such parameter");
        else if (!put_value(&table[i], value, (char *)to + table[i].offset))
            (void)fault_at(&call->ctx, ERR_BAD_FIELD, name, "%s", wanted(call->ctx.arena, &table[i]));
    }
    return call->ctx.fault.count ? ERR_BAD_QUERY : ERR_NONE;
}

/* ---- cursors: what the last row was sorted by, with a mark that only this house can make ---------------------------------- */

enum { MARK_BYTES = 8, CURSOR_HEAD = 17 };

static void cursor_mark(const struct call *call, struct str body, uint8_t mark[16])
{
    struct buf b = buf_new(call->ctx.arena, 4096);

    buf_add(&b, str_of(call->endpoint->path));
    buf_char(&b, 0);
    buf_add(&b, body);
    crypto_mac(call->house->api->secret, buf_str(&b), mark);
}

struct str cursor_print(struct call *call, const struct cursor *at)
{
    struct buf b = buf_new(call->ctx.arena, 2048);
    struct str text = str_sub(at->text, 0, 900);
    uint8_t mark[16];

    for (int i = 0; i < 8; i++)
        buf_char(&b, (char)((uint64_t)at->key >> (8 * i)));
    for (int i = 0; i < 8; i++)
        buf_char(&b, (char)((uint64_t)at->id >> (8 * i)));
    buf_char(&b, (char)at->order);
    buf_add(&b, text);
    cursor_mark(call, buf_str(&b), mark);
    buf_add(&b, (struct str){ (const char *)mark, MARK_BYTES });
    return base64_url(call->ctx.arena, buf_str(&b));
}

static int64_t number_at(struct str s, size_t from)
{
    uint64_t v = 0;

    for (int i = 7; i >= 0; i--)
        v = v << 8 | (unsigned char)s.ptr[from + (size_t)i];
    return (int64_t)v;
}

enum err page_read(struct call *call, const struct page_query *page, int64_t *limit, struct cursor *after)
{
    struct str bytes, body;
    uint8_t mark[16];

    *limit = page->limit ? page->limit : PAGE_ITEMS;
    *after = (struct cursor){ 0 };
    if (page->cursor.len == 0)
        return ERR_NONE;
    if (base64_parse(call->ctx.arena, page->cursor, &bytes) && bytes.len >= CURSOR_HEAD + MARK_BYTES) {
        body = str_sub(bytes, 0, bytes.len - MARK_BYTES);
        cursor_mark(call, body, mark);
        if (crypto_equal(mark, bytes.ptr + body.len, MARK_BYTES)) {
            *after = (struct cursor){ .stands = true, .order = (unsigned char)body.ptr[16], .key = number_at(body, 0),
                                      .text = str_sub(body, CURSOR_HEAD, body.len), .id = number_at(body, 8) };
            return ERR_NONE;
        }
    }
    (void)fault_at(&call->ctx, ERR_BAD_FIELD, STR("cursor"), "not a cursor of this list");
    return ERR_BAD_QUERY;
}

enum err cursor_fits(struct call *call, const struct cursor *at, int order)
{
    if (!at->stands || at->order == order)
        return ERR_NONE;
    return fault_at(&call->ctx, ERR_BAD_QUERY, STR("cursor"), "of another order: begin again without it");
}
