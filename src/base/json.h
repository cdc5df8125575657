/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* json.h - JSON in and out.
 *
 * Reading: simdjson (json_read.cc) checks and parses; what it found is laid into the arena as a tree of struct json. Limits:
 * depth 64, duplicate keys refused, UTF-8 valid, no NUL and no lone surrogate in text, nothing behind the value.
 * Numbers: whole ones within int64 are JSON_INT; others JSON_NUM with their own text (json_fix reads it; no
 * double is kept: what crosses a threshold must be exact); what a finite double could not hold is JSON_TEXTNUM: equal to no number.
 *
 * Writing: into a struct buf, commas and escapes seen to. A key is written by json_key, then one value; both by json_add_*.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"
#include "base/ctx.h"
#include "base/fix.h"

enum json_type {
    JSON_NULL, JSON_BOOL, JSON_INT, JSON_NUM, JSON_TEXTNUM, JSON_TEXT, JSON_ARRAY, JSON_OBJECT
};

struct json {
    enum json_type type;
    uint32_t count;         /* members of an array or object */
    union {
        bool truth;
        int64_t integer;
        struct str text;        /* JSON_TEXT, JSON_TEXTNUM */
        struct json *items;     /* JSON_ARRAY: count values */
        struct json_member *members; /* JSON_OBJECT: count members, in the order of the text */
    } as;
    struct str raw;         /* the value's own bytes within the text that was read (object/array/number); may be NULL */
};

struct json_member {
    struct str key;
    struct json value;
};

/* Parses all of text. The tree lives in c->arena and may point into text, which must outlive it.
 * ERR_BAD_JSON, ERR_BAD_UTF8, ERR_NUL, ERR_DUPLICATE_KEY, with the pointer of the place where known. */
NODISCARD enum err json_read(struct ctx *c, struct str text, struct json **value);

/* The batch form: text is an object whose member `list_key` is an array. As json_read, but an item of that array that is bad for
 * its own reasons only (a lone surrogate, NUL, a duplicate key, depth) is left as JSON_NULL and bad[i] says why, while the others
 * stand. *bad is an array of count codes. An unparsable whole is still an error. */
NODISCARD enum err json_read_batch(struct ctx *c, struct str text, struct str list_key,
                                   struct json **value, enum err **bad);

/* NULL unless v is an object that has key. */
const struct json *json_find(const struct json *v, struct str key);
/* Walks "a.b.c" through objects; NULL if any step is missing. */
const struct json *json_path(const struct json *v, struct str path);
/* The text of a JSON_TEXT, else STR_NULL. NULL is allowed. */
struct str json_text(const struct json *v);
bool json_is(const struct json *v, enum json_type type);
/* A whole number or a decimal with up to 6 decimals, as millionths; false for others. */
bool json_fix(const struct json *v, fix *value);
bool json_int(const struct json *v, int64_t *value);
/* Each member of the object v that is not among those allowed (NULL-terminated) is ERR_UNKNOWN_FIELD at its pointer below place. What is no
 * object has none. */
NODISCARD enum err json_members_check(struct ctx *c, const struct json *v, struct str place, const char *const *allowed);

struct json_out {
    struct buf *buf;
    uint64_t comma;  /* one bit a depth: a value was written here */
    int depth;
    bool after_key;
};
struct json_out json_to(struct buf *b);
void json_begin(struct json_out *o);       /* { */
void json_end(struct json_out *o);         /* } */
void json_list(struct json_out *o);        /* [ */
void json_list_end(struct json_out *o);    /* ] */
void json_key(struct json_out *o, const char *key);
void json_key_str(struct json_out *o, struct str key);
void json_put_text(struct json_out *o, struct str s); /* NULL view: null */
void json_put_int(struct json_out *o, int64_t v);
void json_put_bool(struct json_out *o, bool v);
void json_put_null(struct json_out *o);
void json_put_fix(struct json_out *o, fix v);
void json_put_instant(struct json_out *o, instant at); /* NONE and NEVER: null */
void json_put_id(struct json_out *o, const char *prefix, int64_t id); /* 0: null */
void json_put_raw(struct json_out *o, struct str json_text);
void json_put(struct json_out *o, const struct json *v); /* a whole tree */

/* A member: its key and its value. */
void json_add_text(struct json_out *o, const char *key, struct str s);
void json_add_int(struct json_out *o, const char *key, int64_t v);
void json_add_bool(struct json_out *o, const char *key, bool v);
void json_add_fix(struct json_out *o, const char *key, fix v);
void json_add_instant(struct json_out *o, const char *key, instant at);
void json_add_id(struct json_out *o, const char *key, const char *prefix, int64_t id);

#endif
