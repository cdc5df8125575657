/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* field.h - a struct described by a table: read from JSON, written as JSON, checked, and told as a schema.
 *
 * One table serves the API's body, its reply and the OpenAPI document, so that they cannot drift apart. A field's C type
 * follows from its kind: TEXT struct str, INT int64_t, BOOL bool, FIX fix, INSTANT instant, ID int64_t (or a struct of one),
 * ENUM int (index into names), JSON struct json * (reading) / struct str raw text (writing, RAW),
 * LIST struct field_list of structs described by `fields`.
 *
 * Reading is strict: an unknown key is ERR_UNKNOWN_FIELD, a wrong type ERR_BAD_FIELD, a missing required one ERR_MISSING, each noted
 * with its JSON pointer, all of them in one go. `set` (an optional bitmask at offset set_offset) tells which fields the text held,
 * for PATCH: null in the text sets the bit and leaves the field empty (ENUM -1, INSTANT_NONE, a NULL view). Where nothing is no value of the field, as of an
 * ENUM, a BOOL or an INT from 1 on that are not NULLABLE, null is as if the member were not there.
 */
#ifndef BASE_FIELD_H
#define BASE_FIELD_H

#include "base/json.h"

enum field_kind {
    FIELD_TEXT, FIELD_INT, FIELD_BOOL, FIELD_FIX, FIELD_INSTANT, FIELD_ID, FIELD_ENUM, FIELD_JSON, FIELD_RAW, FIELD_LIST
};

/* Instants of other years are ERR_OUT_OF_RANGE. */
enum { FIELD_FIRST_YEAR = 1900, FIELD_LAST_YEAR = 2199 };
enum { FIELD_REQUIRED = 1, FIELD_READ_ONLY = 2, FIELD_NULLABLE = 4 };

struct field {
    const char *name;
    enum field_kind kind;
    size_t offset;
    unsigned flags;
    int64_t min, max;           /* INT: range; TEXT: characters (max 0: 1,000); as long as a name at most: one line */
    const char *prefix;         /* ID: "ld" */
    const char *const *names;   /* ENUM: NULL-terminated */
    const struct field *fields; /* LIST: the items' table */
    size_t item_size;           /* LIST */
    const char *help;
};

struct field_list {
    void *items; /* count structs of item_size */
    size_t count;
};

/* A table ends with { 0 }: name NULL. At most 63 fields. */
NODISCARD enum err field_read(struct ctx *c, const struct field *table, const struct json *from,
                              void *to, uint64_t *set);
void field_write(struct json_out *o, const struct field *table, const void *from);
/* The members of a JSON Schema object (type, properties, required) for the table, into an object that is open: `writing` for what a
 * client sends, else for what it is sent. */
void field_schema(struct json_out *o, const struct field *table, bool writing);
/* "one of: round_robin, weighted, ...": the words of a field, as many as a fault's note holds. The result lives in a. */
const char *field_words(struct arena *a, const char *const *names);
/* The note on what is no instant. */
#define FIELD_WANTS_INSTANT "an instant as in RFC 3339 is expected, such as 2026-01-31T09:00:00Z"
/* Index of the field called name, or -1. */
int field_index(const struct field *table, struct str name);

#endif
