/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/field.h"

#include "base/id.h"
#include "base/limits.h"
#include "base/utf8.h"

enum { DEFAULT_LIST_ITEMS = 1000 };

int field_index(const struct field *table, struct str name)
{
    for (int i = 0; table[i].name; i++)
        if (str_eq(str_of(table[i].name), name))
            return i;
    return -1;
}

/* A reading: the first fault decides what is returned, all of them are noted. */
struct reading {
    struct ctx *c;
    enum err first;
};

static void note(struct reading *r, enum err code, struct str place, const char *what)
{
    enum err e = fault_at(r->c, code, place, "%s", what);
    if (!r->first)
        r->first = e;
}

static struct str place_of(struct reading *r, struct str base, struct str name)
{
    struct buf b = buf_new(r->c->arena, 4096);
    buf_add(&b, base);
    buf_char(&b, '/');
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] == '~' || name.ptr[i] == '/')
            buf_add(&b, name.ptr[i] == '~' ? STR("~0") : STR("~1"));
        else
            buf_char(&b, name.ptr[i]);
    }
    return buf_str(&b);
}

static void read_text(struct reading *r, const struct field *f, const struct json *v,
                      struct str place, void *to)
{
    if (v->type != JSON_TEXT) {
        note(r, ERR_BAD_FIELD, place, "a text is expected");
        return;
    }
    int64_t max = f->max ? f->max : LIMIT_TEXT_CHARS;
    int64_t chars = (int64_t)utf8_count(v->as.text);
    if (chars > max)
        note(r, ERR_TOO_LONG, place, "too many characters");
    else if (max <= LIMIT_NAME_CHARS && !utf8_is_line(v->as.text))
        note(r, ERR_BAD_FIELD, place, "one line, without control characters, is expected");
    else if (chars < f->min)
        note(r, chars == 0 ? ERR_MISSING : ERR_OUT_OF_RANGE, place, "too few characters");
    else
        *(struct str *)to = v->as.text;
}

static void read_number(struct reading *r, const struct field *f, const struct json *v,
                        struct str place, void *to)
{
    int64_t n;
    if (f->kind == FIELD_INT ? !json_int(v, &n) : !json_fix(v, &n))
        note(r, ERR_BAD_FIELD, place, f->kind == FIELD_INT ? "a whole number is expected" : "a number with up to 6 decimals is expected");
    else if ((f->min || f->max) && (n < f->min || n > f->max))
        note(r, ERR_OUT_OF_RANGE, place, "outside the range");
    else
        *(int64_t *)to = n;
}

const char *field_words(struct arena *a, const char *const *names)
{
    struct buf b = buf_new(a, FAULT_NOTE_BYTES);

    buf_print(&b, "one of: ");
    for (int i = 0; names[i]; i++) {
        if (b.len + strlen(names[i]) + strlen(", ...") >= FAULT_NOTE_BYTES) {
            buf_print(&b, ", ...");
            break;
        }
        buf_print(&b, "%s%s", i ? ", " : "", names[i]);
    }
    return str_cz(a, buf_str(&b));
}

static void read_enum(struct reading *r, const struct field *f, const struct json *v,
                      struct str place, void *to)
{
    struct str word = json_text(v);
    for (int i = 0; !str_is_null(word) && f->names[i]; i++)
        if (str_eq(str_of(f->names[i]), word)) {
            *(int *)to = i;
            return;
        }
    note(r, ERR_BAD_FIELD, place, field_words(r->c->arena, f->names));
}

static void read_object(struct reading *r, const struct field *table, const struct json *from,
                        struct str base, void *to, uint64_t *set);

static void read_list(struct reading *r, const struct field *f, const struct json *v,
                      struct str place, void *to)
{
    int64_t max = f->max ? f->max : DEFAULT_LIST_ITEMS;
    struct field_list *list = to;
    if (v->type != JSON_ARRAY) {
        note(r, ERR_BAD_FIELD, place, "a list is expected");
        return;
    }
    if (v->count > max || v->count < f->min) {
        note(r, v->count > max ? ERR_TOO_LONG : ERR_OUT_OF_RANGE, place, "too many or too few items");
        return;
    }
    list->items = arena_zalloc(r->c->arena, v->count, f->item_size);
    list->count = v->count;
    for (uint32_t i = 0; i < v->count; i++) {
        struct str at = str_print(r->c->arena, STR_FMT "/%u", STR_ARG(place), i);
        read_object(r, f->fields, &v->as.items[i], at, (char *)list->items + i * f->item_size, NULL);
    }
}

/* What null leaves behind. */
static void set_empty(const struct field *f, void *to)
{
    switch (f->kind) {
    case FIELD_TEXT:
    case FIELD_RAW: *(struct str *)to = STR_NULL; break;
    case FIELD_INT:
    case FIELD_FIX:
    case FIELD_ID: *(int64_t *)to = 0; break;
    case FIELD_INSTANT: *(instant *)to = INSTANT_NONE; break;
    case FIELD_BOOL: *(bool *)to = false; break;
    case FIELD_ENUM: *(int *)to = -1; break;
    case FIELD_JSON: *(const struct json **)to = NULL; break;
    case FIELD_LIST: *(struct field_list *)to = (struct field_list){ 0 }; break;
    }
}

/* Nothing is no word of a list, neither yes nor no, and 0 no number from 1 on: where the table does not say that null means something, it is as if nothing had been said. */
static bool is_unsaid(const struct field *f, const struct json *v)
{
    return v->type == JSON_NULL && !(f->flags & (FIELD_NULLABLE | FIELD_REQUIRED | FIELD_READ_ONLY))
        && (f->kind == FIELD_ENUM || f->kind == FIELD_BOOL || (f->kind == FIELD_INT && f->min > 0));
}

/* What people plan and what happened lies within some lifetimes: another year is a slip of the pen, or of a program. */
static void read_instant(struct reading *r, const struct json *v, struct str place, instant *to)
{
    instant at;

    if (!instant_parse(json_text(v), &at))
        note(r, ERR_BAD_FIELD, place, FIELD_WANTS_INSTANT);
    else if (at < date_to_days(FIELD_FIRST_YEAR, 1, 1) * DAY_US || at >= date_to_days(FIELD_LAST_YEAR + 1, 1, 1) * DAY_US)
        note(r, ERR_OUT_OF_RANGE, place, "an instant of the years 1900 to 2199 is expected");
    else
        *to = at;
}

static void read_one(struct reading *r, const struct field *f, const struct json *v,
                     struct str place, void *to)
{
    switch (f->kind) {
    case FIELD_TEXT: read_text(r, f, v, place, to); break;
    case FIELD_INT:
    case FIELD_FIX: read_number(r, f, v, place, to); break;
    case FIELD_ENUM: read_enum(r, f, v, place, to); break;
    case FIELD_LIST: read_list(r, f, v, place, to); break;
    case FIELD_JSON: *(const struct json **)to = v; break;
    case FIELD_RAW: *(struct str *)to = v->raw; break;
    case FIELD_BOOL:
        if (v->type == JSON_BOOL)
            *(bool *)to = v->as.truth;
        else
            note(r, ERR_BAD_FIELD, place, "true or false is expected");
        break;
    case FIELD_INSTANT: read_instant(r, v, place, to); break;
    case FIELD_ID:
        if (!id_parse(f->prefix, json_text(v), to))
            note(r, ERR_BAD_FIELD, place, "an id is expected");
        break;
    }
}

static void read_member(struct reading *r, const struct field *f, const struct json_member *m,
                        struct str place, void *to)
{
    if (f->flags & FIELD_READ_ONLY)
        note(r, ERR_BAD_FIELD, place, "this field cannot be set");
    else if (m->value.type != JSON_NULL)
        read_one(r, f, &m->value, place, to);
    else if ((f->flags & FIELD_REQUIRED) && !(f->flags & FIELD_NULLABLE))
        note(r, ERR_MISSING, place, "null where a value is required");
    else
        set_empty(f, to);
}

static void read_object(struct reading *r, const struct field *table, const struct json *from,
                        struct str base, void *to, uint64_t *set)
{
    uint64_t seen = 0;
    if (from->type != JSON_OBJECT) {
        note(r, ERR_BAD_FIELD, base, "an object is expected");
        return;
    }
    for (uint32_t i = 0; i < from->count; i++) {
        const struct json_member *m = &from->as.members[i];
        int at = field_index(table, m->key);
        struct str place = place_of(r, base, m->key);
        if (at < 0) {
            note(r, ERR_UNKNOWN_FIELD, place, "no such field");
            continue;
        }
        assert(at < 64);
        if (is_unsaid(&table[at], &m->value))
            continue;
        seen |= (uint64_t)1 << at;
        read_member(r, &table[at], m, place, (char *)to + table[at].offset);
    }
    for (int i = 0; table[i].name; i++)
        if ((table[i].flags & FIELD_REQUIRED) && !(table[i].flags & FIELD_READ_ONLY) && !(seen >> i & 1))
            note(r, ERR_MISSING, place_of(r, base, str_of(table[i].name)), "required");
    if (set)
        *set = seen;
}

enum err field_read(struct ctx *c, const struct field *table, const struct json *from, void *to,
                    uint64_t *set)
{
    struct reading r = { .c = c };
    read_object(&r, table, from, STR(""), to, set);
    return r.first;
}

static void write_list(struct json_out *o, const struct field *f, const struct field_list *list)
{
    json_list(o);
    for (size_t i = 0; i < list->count; i++)
        field_write(o, f->fields, (const char *)list->items + i * f->item_size);
    json_list_end(o);
}

static void write_one(struct json_out *o, const struct field *f, const void *from)
{
    switch (f->kind) {
    case FIELD_TEXT: json_put_text(o, *(const struct str *)from); break;
    case FIELD_INT: json_put_int(o, *(const int64_t *)from); break;
    case FIELD_BOOL: json_put_bool(o, *(const bool *)from); break;
    case FIELD_FIX: json_put_fix(o, *(const fix *)from); break;
    case FIELD_INSTANT: json_put_instant(o, *(const instant *)from); break;
    case FIELD_ID: json_put_id(o, f->prefix, *(const int64_t *)from); break;
    case FIELD_LIST: write_list(o, f, from); break;
    case FIELD_ENUM: {
        int word = *(const int *)from;
        json_put_text(o, word < 0 ? STR_NULL : str_of(f->names[word]));
        break;
    }
    case FIELD_JSON: {
        const struct json *v = *(const struct json *const *)from;
        if (v)
            json_put(o, v);
        else
            json_put_null(o);
        break;
    }
    case FIELD_RAW: {
        struct str raw = *(const struct str *)from;
        json_put_raw(o, raw.len ? raw : STR("null"));
        break;
    }
    }
}

void field_write(struct json_out *o, const struct field *table, const void *from)
{
    json_begin(o);
    for (const struct field *f = table; f->name; f++) {
        json_key(o, f->name);
        write_one(o, f, (const char *)from + f->offset);
    }
    json_end(o);
}

static void schema_text(struct json_out *o, const struct field *f, bool writing)
{
    if (f->kind == FIELD_INSTANT) {
        json_key(o, "format");
        json_put_text(o, STR("date-time"));
    } else if (f->kind == FIELD_ID) {
        char pattern[64];
        struct buf b = { .ptr = pattern, .cap = sizeof(pattern), .max = sizeof(pattern) - 1 };
        buf_print(&b, "^%s_[0-9a-hjkmnp-tv-z]{13}$", f->prefix);
        json_key(o, "pattern");
        json_put_text(o, buf_str(&b));
    } else if (writing) {
        json_key(o, "maxLength");
        json_put_int(o, f->max ? f->max : LIMIT_TEXT_CHARS);
        if (f->min) {
            json_key(o, "minLength");
            json_put_int(o, f->min);
        }
    }
}

static void schema_enum(struct json_out *o, const struct field *f, bool may_be_null)
{
    json_key(o, "enum");
    json_list(o);
    for (int i = 0; f->names[i]; i++)
        json_put_text(o, str_of(f->names[i]));
    if (may_be_null)
        json_put_null(o);
    json_list_end(o);
}

static void schema_range(struct json_out *o, const struct field *f)
{
    if (!f->min && !f->max)
        return;
    bool whole = f->kind == FIELD_INT;
    json_key(o, "minimum");
    whole ? json_put_int(o, f->min) : json_put_fix(o, f->min);
    json_key(o, "maximum");
    whole ? json_put_int(o, f->max) : json_put_fix(o, f->max);
}

static void schema_type(struct json_out *o, const char *type, bool may_be_null)
{
    json_key(o, "type");
    if (!may_be_null) {
        json_put_text(o, str_of(type));
        return;
    }
    json_list(o);
    json_put_text(o, str_of(type));
    json_put_text(o, STR("null"));
    json_list_end(o);
}

static void schema_one(struct json_out *o, const struct field *f, bool writing)
{
    static const char *const types[] = {
        [FIELD_TEXT] = "string",    [FIELD_INT] = "integer", [FIELD_BOOL] = "boolean",
        [FIELD_FIX] = "number",     [FIELD_ID] = "string",   [FIELD_ENUM] = "string",
        [FIELD_INSTANT] = "string", [FIELD_LIST] = "array",  [FIELD_JSON] = NULL,
        [FIELD_RAW] = NULL,
    };
    bool may_be_absent = f->kind == FIELD_TEXT || f->kind == FIELD_INSTANT || f->kind == FIELD_ID || f->kind == FIELD_ENUM;
    bool may_be_null = (f->flags & FIELD_NULLABLE) ||
                       (!(f->flags & FIELD_REQUIRED) && (writing || may_be_absent));
    json_begin(o);
    if (types[f->kind])
        schema_type(o, types[f->kind], may_be_null);
    if (f->kind == FIELD_TEXT || f->kind == FIELD_INSTANT || f->kind == FIELD_ID)
        schema_text(o, f, writing);
    if (f->kind == FIELD_ENUM)
        schema_enum(o, f, may_be_null);
    if (writing && (f->kind == FIELD_INT || f->kind == FIELD_FIX))
        schema_range(o, f);
    if (f->kind == FIELD_LIST) {
        json_key(o, "items");
        json_begin(o);
        field_schema(o, f->fields, writing);
        json_end(o);
    }
    if (f->help) {
        json_key(o, "description");
        json_put_text(o, str_of(f->help));
    }
    json_end(o);
}

void field_schema(struct json_out *o, const struct field *table, bool writing)
{
    json_key(o, "type");
    json_put_text(o, STR("object"));
    json_key(o, "properties");
    json_begin(o);
    for (const struct field *f = table; f->name; f++) {
        if (writing && (f->flags & FIELD_READ_ONLY))
            continue;
        json_key(o, f->name);
        schema_one(o, f, writing);
    }
    json_end(o);
    json_key(o, "required");
    json_list(o);
    for (const struct field *f = table; f->name; f++)
        if (!writing || ((f->flags & FIELD_REQUIRED) && !(f->flags & FIELD_READ_ONLY)))
            json_put_text(o, str_of(f->name));
    json_list_end(o);
    json_key(o, "additionalProperties");
    json_put_bool(o, false);
}
