/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/json.h"

#include "base/id.h"
#include "base/utf8.h"

enum { KEY_CHARS = 60 }; /* of a member that a fault names */

const struct json *json_find(const struct json *v, struct str key)
{
    if (!v || v->type != JSON_OBJECT)
        return NULL;
    for (uint32_t i = 0; i < v->count; i++)
        if (str_eq(v->as.members[i].key, key))
            return &v->as.members[i].value;
    return NULL;
}

const struct json *json_path(const struct json *v, struct str path)
{
    struct str step;
    while (v && str_next(&path, '.', &step))
        v = json_find(v, step);
    return v;
}

struct str json_text(const struct json *v)
{
    return v && v->type == JSON_TEXT ? v->as.text : STR_NULL;
}

bool json_is(const struct json *v, enum json_type type)
{
    return v && v->type == type;
}

bool json_fix(const struct json *v, fix *value)
{
    if (json_is(v, JSON_NUM))
        return fix_parse(v->as.text, value);
    if (!json_is(v, JSON_INT))
        return false;
    int64_t largest = INT64_MAX / FIX_ONE - 1;
    if (v->as.integer > largest || v->as.integer < -largest)
        return false;
    *value = v->as.integer * FIX_ONE;
    return true;
}

bool json_int(const struct json *v, int64_t *value)
{
    if (!json_is(v, JSON_INT))
        return false;
    *value = v->as.integer;
    return true;
}

enum err json_members_check(struct ctx *c, const struct json *v, struct str place, const char *const *allowed)
{
    enum err e = ERR_NONE;

    for (uint32_t i = 0; json_is(v, JSON_OBJECT) && i < v->count; i++) {
        struct str key = v->as.members[i].key;
        size_t k = 0;

        while (allowed[k] && !str_eq(key, str_of(allowed[k])))
            k++;
        if (!allowed[k])
            e = fault_at(c, ERR_UNKNOWN_FIELD, str_print(c->arena, STR_FMT "/" STR_FMT, STR_ARG(place), STR_ARG(utf8_cut(key, KEY_CHARS))),
                         "not a member");
    }
    return e;
}

struct json_out json_to(struct buf *b)
{
    return (struct json_out){ .buf = b };
}

/* The comma before a value, unless it is the first of its list or stands behind its key. */
static void before_value(struct json_out *o)
{
    if (o->after_key) {
        o->after_key = false;
        return;
    }
    uint64_t bit = (uint64_t)1 << o->depth;
    if (o->comma & bit)
        buf_char(o->buf, ',');
    o->comma |= bit;
}

static void open(struct json_out *o, char c)
{
    before_value(o);
    buf_char(o->buf, c);
    assert(o->depth < 63);
    o->depth++;
    o->comma &= ~((uint64_t)1 << o->depth);
}

static void close(struct json_out *o, char c)
{
    assert(o->depth > 0 && !o->after_key);
    o->depth--;
    buf_char(o->buf, c);
}

void json_begin(struct json_out *o)
{
    open(o, '{');
}

void json_end(struct json_out *o)
{
    close(o, '}');
}

void json_list(struct json_out *o)
{
    open(o, '[');
}

void json_list_end(struct json_out *o)
{
    close(o, ']');
}

/* A quoted text. Besides what JSON asks for, U+2028 and U+2029 pass as they are: JSON is not a script here. */
static void put_quoted(struct buf *b, struct str s)
{
    static const char hex[] = "0123456789abcdef";
    size_t from = 0;
    buf_char(b, '"');
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buf_add(b, str_sub(s, from, i - from));
        from = i + 1;
        switch (c) {
        case '"':  buf_add(b, STR("\\\"")); break;
        case '\\': buf_add(b, STR("\\\\")); break;
        case '\n': buf_add(b, STR("\\n")); break;
        case '\r': buf_add(b, STR("\\r")); break;
        case '\t': buf_add(b, STR("\\t")); break;
        default:
            buf_add(b, STR("\\u00"));
            buf_char(b, hex[c >> 4]);
            buf_char(b, hex[c & 15]);
        }
    }
    buf_add(b, str_sub(s, from, s.len - from));
    buf_char(b, '"');
}

void json_key_str(struct json_out *o, struct str key)
{
    assert(!o->after_key);
    before_value(o);
    put_quoted(o->buf, key);
    buf_char(o->buf, ':');
    o->after_key = true;
}

void json_key(struct json_out *o, const char *key)
{
    json_key_str(o, str_of(key));
}

void json_put_text(struct json_out *o, struct str s)
{
    if (str_is_null(s)) {
        json_put_null(o);
        return;
    }
    before_value(o);
    put_quoted(o->buf, s);
}

void json_put_int(struct json_out *o, int64_t v)
{
    before_value(o);
    buf_int(o->buf, v);
}

void json_put_bool(struct json_out *o, bool v)
{
    json_put_raw(o, v ? STR("true") : STR("false"));
}

void json_put_null(struct json_out *o)
{
    json_put_raw(o, STR("null"));
}

void json_put_fix(struct json_out *o, fix v)
{
    char text[FIX_TEXT_MAX];
    json_put_raw(o, fix_print(v, text));
}

void json_put_instant(struct json_out *o, instant at)
{
    char text[INSTANT_TEXT_MAX];
    if (at == INSTANT_NONE || at == INSTANT_NEVER)
        json_put_null(o);
    else
        json_put_text(o, instant_print(at, text));
}

void json_put_id(struct json_out *o, const char *prefix, int64_t id)
{
    char text[ID_TEXT_MAX];
    if (id == 0)
        json_put_null(o);
    else
        json_put_text(o, id_print(prefix, id, text));
}

void json_put_raw(struct json_out *o, struct str json_text)
{
    before_value(o);
    buf_add(o->buf, json_text);
}

/* The writer's levels end at 63: a tree that would reach past them is written as its own bytes. */
void json_put(struct json_out *o, const struct json *v)
{
    if (o->depth >= 62 && v->raw.ptr) {
        json_put_raw(o, v->raw);
        return;
    }
    switch (v->type) {
    case JSON_NULL: json_put_null(o); break;
    case JSON_BOOL: json_put_bool(o, v->as.truth); break;
    case JSON_INT: json_put_int(o, v->as.integer); break;
    case JSON_NUM:
    case JSON_TEXTNUM: json_put_raw(o, v->as.text); break;
    case JSON_TEXT: json_put_text(o, v->as.text); break;
    case JSON_ARRAY:
        json_list(o);
        for (uint32_t i = 0; i < v->count; i++)
            json_put(o, &v->as.items[i]);
        json_list_end(o);
        break;
    case JSON_OBJECT:
        json_begin(o);
        for (uint32_t i = 0; i < v->count; i++) {
            json_key_str(o, v->as.members[i].key);
            json_put(o, &v->as.members[i].value);
        }
        json_end(o);
        break;
    }
}

void json_add_text(struct json_out *o, const char *key, struct str s)
{
    json_key(o, key);
    json_put_text(o, s);
}

void json_add_int(struct json_out *o, const char *key, int64_t v)
{
    json_key(o, key);
    json_put_int(o, v);
}

void json_add_bool(struct json_out *o, const char *key, bool v)
{
    json_key(o, key);
    json_put_bool(o, v);
}

void json_add_fix(struct json_out *o, const char *key, fix v)
{
    json_key(o, key);
    json_put_fix(o, v);
}

void json_add_instant(struct json_out *o, const char *key, instant at)
{
    json_key(o, key);
    json_put_instant(o, at);
}

void json_add_id(struct json_out *o, const char *key, const char *prefix, int64_t id)
{
    json_key(o, key);
    json_put_id(o, prefix, id);
}
