/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/report_csv.h"

enum { COLUMNS_MOST = 64 };

static const struct json *at(const struct json *v, const char *path, enum lang lang)
{
    struct str rest = str_of(path), key;

    while (v && rest.len) {
        if (!str_next(&rest, '.', &key)) {
            key = rest;
            rest = STR_NULL;
        }
        if (str_eq(key, STR("@")))
            key = lang == LANG_RU ? STR("ru") : STR("en");
        v = json_find(v, key);
    }
    return v;
}

/* Empty: null, no such member, or not one value. */
static struct str cell_of(struct arena *a, const struct json *v)
{
    char text[FIX_TEXT_MAX];
    fix number;

    if (!v || v->type == JSON_NULL || v->type == JSON_ARRAY || v->type == JSON_OBJECT)
        return STR("");
    if (v->type == JSON_BOOL)
        return v->as.truth ? STR("true") : STR("false");
    if (v->type == JSON_TEXT)
        return v->as.text;
    return json_fix(v, &number) ? str_dup(a, fix_print(number, text)) : v->raw;
}

static size_t cells_of(struct arena *a, enum lang lang, const struct json *item, const struct report_part *p, const struct report_column *columns,
                       size_t n, struct str *cells)
{
    static const char *const ends[] = { "value", "low", "high" };
    size_t count = 0;

    for (size_t i = 0; i < n; i++) {
        const struct json *v = p->paths[i] ? at(item, p->paths[i], lang) : NULL;
        bool whole = v && v->type == JSON_OBJECT;

        for (int end = 0; end < (columns[i].figure ? 3 : 1); end++)
            cells[count++] = whole ? cell_of(a, json_find(v, str_of(ends[end]))) : end ? STR("") : cell_of(a, v);
    }
    return count;
}

static void put_row(struct export *x, const struct report_part *p, struct str about, const struct json *item,
                    const struct report_column *columns, size_t n)
{
    struct str cells[3 * COLUMNS_MOST];
    size_t count = cells_of(x->call->ctx.arena, x->call->ctx.lang, item, p, columns, n, cells), told = 0;

    for (size_t i = 0; i < count; i++)
        told += cells[i].len > 0;
    if (!told)
        return;
    csv_put(&x->csv, str_of(p->name));
    csv_put(&x->csv, about);
    for (size_t i = 0; i < count; i++)
        csv_put(&x->csv, cells[i]);
    csv_end(&x->csv);
}

static struct str about_of(struct export *x, const struct report_part *p, const struct json *list, uint32_t i, const struct json *item)
{
    struct arena *a = x->call->ctx.arena;

    if (p->item)
        return cell_of(a, at(item, p->item, x->call->ctx.lang));
    return list->type == JSON_OBJECT ? list->as.members[i].key : str_print(a, "%u", i + 1);
}

static enum err put_part(struct export *x, const struct json *report, const struct report_part *p, const struct report_column *columns,
                         size_t n)
{
    const struct json *list = at(report, p->list, x->call->ctx.lang);
    enum err e = ERR_NONE;

    if (!list || (list->type != JSON_ARRAY && list->type != JSON_OBJECT))
        return ERR_NONE;
    if (p->one) {
        put_row(x, p, STR(""), list, columns, n);
        return export_flush(x);
    }
    for (uint32_t i = 0; i < list->count && !e; i++) {
        const struct json *item = list->type == JSON_ARRAY ? &list->as.items[i] : &list->as.members[i].value;

        put_row(x, p, about_of(x, p, list, i, item), item, columns, n);
        e = export_flush(x);
    }
    return e;
}

static void put_heading(struct export *x, const struct report_column *columns, size_t n)
{
    struct arena *a = x->call->ctx.arena;

    csv_put(&x->csv, STR("part"));
    csv_put(&x->csv, STR("item"));
    for (size_t i = 0; i < n; i++) {
        csv_put(&x->csv, str_of(columns[i].title));
        for (int end = 0; columns[i].figure && end < 2; end++)
            csv_put(&x->csv, str_print(a, "%s_%s", columns[i].title, end ? "high" : "low"));
    }
    csv_end(&x->csv);
}

enum err report_csv(struct call *call, const struct json *report, const struct report_column *columns, size_t column_count,
                    const struct report_part *parts, const char *file_name)
{
    struct export *x;
    enum err e = export_begin(call, ';', &x);

    assert(column_count <= COLUMNS_MOST);
    if (e)
        return e;
    put_heading(x, columns, column_count);
    for (const struct report_part *p = parts; p->name && !e; p++)
        e = put_part(x, report, p, columns, column_count);
    return e ? e : export_end(x, file_name);
}
