/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* op.h - the operators of the condition language: the one table.
 *
 * An operator compares one value of the outside (a fact of the profile, a property of an event) with what the condition's author
 * wrote. Text is compared folded (letter case aside, ё is е); a number in text ("1200") is a number to >=, >, <=, <
 * and between, and to eq and ne against a number. A value that is a list holds if any of its members does (ne
 * aside: it holds if none equals). A value that is absent, null, "" or [] is empty: only `empty` and `ne` hold for it.
 */
#ifndef COND_OP_H
#define COND_OP_H

#include "base/json.h"

/* What an operator's `value` member must be. */
enum op_takes {
    OP_TAKES_NOTHING,
    OP_TAKES_ANY,
    OP_TAKES_TEXT,
    OP_TAKES_NUMBER,
    OP_TAKES_PAIR,
    OP_TAKES_LIST
};

/* One value as the author wrote it, made ready. */
struct op_value {
    struct str text, fold; /* as it is shown; as it is compared */
    fix number;            /* of a number, or of a text that is one */
    bool is_number, is_text, is_truth, truth;
};

struct op_args {
    const struct op_value *values;
    size_t count;
    void *pattern; /* matches: a compiled PCRE2 pattern */
};

struct op {
    const char *word;
    enum op_takes takes;
    /* v is never NULL, null, empty or a list. a is for what is thrown away with the request. NULL: op_holds sees to it. */
    bool (*holds)(const struct op_args *args, const struct json *v, struct arena *a);
    const char *words_ru, *words_en; /* how a sentence says it: "содержит", "contains"; ": не" stands close to the name */
    const char *help_ru, *help_en;
};

/* NULL when there is none of that name. */
const struct op *op_find(struct str word);
/* The table, for printing: count rows. */
const struct op *op_list(size_t *count);
/* Reads the `value` member (NULL when absent) for op. ERR_MISSING, ERR_BAD_FIELD, ERR_TOO_LONG noted at place. The result lives in a. */
NODISCARD enum err op_args_read(struct ctx *c, const struct op *op, const struct json *value,
                                struct str place, struct arena *a, struct op_args *args);
/* How much args holds outside the arena. */
size_t op_args_bytes(const struct op_args *args);
/* Lets go of it. */
void op_args_free(struct op_args *args);
/* Does it hold for v (NULL, null and lists as the essay says)? Pure. */
bool op_holds(const struct op *op, const struct op_args *args, const struct json *v,
              struct arena *a);
/* NULL, null, "" or []. */
bool op_is_empty(const struct json *v);
/* May it compare whole counts: >=, >, <=, <, eq, ne, between? */
bool op_counts(const struct op *op);
bool op_count_holds(const struct op *op, const struct op_args *args, int64_t count);

#endif
