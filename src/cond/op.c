/* SPDX-License-Identifier: AGPL-3.0-or-later */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "cond/op.h"

#include <inttypes.h>
#include <pcre2.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/utf8.h"

enum { SMALL = 128, VALUES_MAX = 200, PATTERN_MAX = 200, MATCH_LIMIT = 20000, DEPTH_LIMIT = 500 };

/* The text of a scalar; numbers as they are written. small is room for a printed integer. */
static struct str text_of(const struct json *v, char small[32])
{
    switch (v->type) {
    case JSON_TEXT:
    case JSON_TEXTNUM:
        return v->as.text;
    case JSON_INT:
        return (struct str){small, (size_t)snprintf(small, 32, "%" PRId64, v->as.integer)};
    case JSON_NUM:
        return v->raw;
    case JSON_BOOL:
        return v->as.truth ? STR("true") : STR("false");
    default:
        return STR_NULL;
    }
}

/* The fold of s. Plain ASCII that fits goes into small, because nearly every title, path and name is that. */
static struct str fold_of(struct str s, char small[SMALL], struct arena *a)
{
    if (s.len > SMALL)
        return utf8_fold(a, s);
    for (size_t i = 0; i < s.len; i++) {
        unsigned char ch = (unsigned char)s.ptr[i];
        if (ch >= 0x80)
            return utf8_fold(a, s);
        small[i] = (char)(ch >= 'A' && ch <= 'Z' ? ch + ('a' - 'A') : ch);
    }
    return (struct str){small, s.len};
}

/* A number, or a text that is one. More than 6 decimals are cut off and what is too large stays at the edge: a comparison with a
 * threshold of a person's size is the same. */
static bool number_of(const struct json *v, fix *number)
{
    const int64_t edge = INT64_MAX / FIX_ONE;

    if (v->type == JSON_TEXT)
        return v->as.text.len <= FIX_TEXT_MAX && fix_parse(str_trim(v->as.text), number);
    if (json_fix(v, number))
        return true;
    if (v->type == JSON_INT) {
        *number = v->as.integer > edge    ? INT64_MAX
                  : v->as.integer < -edge ? INT64_MIN
                                          : v->as.integer * FIX_ONE;
        return true;
    }
    if (v->type == JSON_NUM) {
        *number = fix_cut(v->as.text);
        return true;
    }
    return false;
}

static bool equal(const struct op_value *want, const struct json *v, struct arena *a)
{
    char number[32], small[SMALL];
    fix n;

    if (want->is_truth) {
        struct str s = json_text(v);
        return v->type == JSON_BOOL ? v->as.truth == want->truth
                                    : str_eq_nocase(s, want->truth ? STR("true") : STR("false"));
    }
    if (want->is_number && (!want->is_text || v->type != JSON_TEXT) && number_of(v, &n))
        return n == want->number;
    struct str s = text_of(v, number);
    return !str_is_null(s) && str_eq(fold_of(s, small, a), want->fold);
}

static bool holds_eq(const struct op_args *x, const struct json *v, struct arena *a)
{
    return equal(&x->values[0], v, a);
}

static bool holds_in(const struct op_args *x, const struct json *v, struct arena *a)
{
    for (size_t i = 0; i < x->count; i++)
        if (equal(&x->values[i], v, a))
            return true;
    return false;
}

static bool holds_has(const struct op_args *x, const struct json *v, struct arena *a)
{
    char number[32], small[SMALL];
    struct str s = text_of(v, number);
    return !str_is_null(s) && str_find(fold_of(s, small, a), x->values[0].fold) >= 0;
}

static bool holds_starts(const struct op_args *x, const struct json *v, struct arena *a)
{
    char number[32], small[SMALL];
    struct str s = text_of(v, number);
    return !str_is_null(s) && str_starts(fold_of(s, small, a), x->values[0].fold);
}

static bool holds_ends(const struct op_args *x, const struct json *v, struct arena *a)
{
    char number[32], small[SMALL];
    struct str s = text_of(v, number);
    return !str_is_null(s) && str_ends(fold_of(s, small, a), x->values[0].fold);
}

static bool holds_ge(const struct op_args *x, const struct json *v, UNUSED struct arena *a)
{
    fix n;
    return number_of(v, &n) && n >= x->values[0].number;
}

static bool holds_le(const struct op_args *x, const struct json *v, UNUSED struct arena *a)
{
    fix n;
    return number_of(v, &n) && n <= x->values[0].number;
}

static bool holds_gt(const struct op_args *x, const struct json *v, UNUSED struct arena *a)
{
    fix n;
    return number_of(v, &n) && n > x->values[0].number;
}

static bool holds_lt(const struct op_args *x, const struct json *v, UNUSED struct arena *a)
{
    fix n;
    return number_of(v, &n) && n < x->values[0].number;
}

static bool holds_between(const struct op_args *x, const struct json *v, UNUSED struct arena *a)
{
    fix n;
    return number_of(v, &n) && n >= x->values[0].number && n <= x->values[1].number;
}

static bool holds_exists(UNUSED const struct op_args *x, UNUSED const struct json *v,
                         UNUSED struct arena *a)
{
    return true;
}

/* The limits turn a pattern that would run for hours into one that does not match. */
static bool holds_matches(const struct op_args *x, const struct json *v, UNUSED struct arena *a)
{
    char number[32];
    struct str s = text_of(v, number);

    if (str_is_null(s) || !x->pattern)
        return false;
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    pcre2_match_context *limits = pcre2_match_context_create(NULL);
    assert(data && limits);
    pcre2_set_match_limit(limits, MATCH_LIMIT);
    pcre2_set_depth_limit(limits, DEPTH_LIMIT);
    int found =
        pcre2_match(x->pattern, (PCRE2_SPTR)s.ptr, s.len, 0, PCRE2_NO_UTF_CHECK, data, limits);
    pcre2_match_context_free(limits);
    pcre2_match_data_free(data);
    return found >= 0;
}

static const struct op ops[] = {
    {"eq", OP_TAKES_ANY, holds_eq, ":", "is", "значение равно, регистр букв не важен",
     "the value is this, letter case aside"},
    {"ne", OP_TAKES_ANY, NULL, ": не", "is not", "значение не равно или не заполнено",
     "the value is not this, or is not filled"},
    {"has", OP_TAKES_TEXT, holds_has, "содержит", "contains",
     "в тексте есть этот кусок, регистр букв не важен",
     "the text contains this piece, letter case aside"},
    {"starts", OP_TAKES_TEXT, holds_starts, "начинается с", "starts with",
     "текст начинается с этого", "the text starts with this"},
    {"ends", OP_TAKES_TEXT, holds_ends, "кончается на", "ends with", "текст кончается на это",
     "the text ends with this"},
    {"in", OP_TAKES_LIST, holds_in, ":", "is one of", "значение есть в списке",
     "the value is in the list"},
    {">=", OP_TAKES_NUMBER, holds_ge, "не меньше", "is at least", "число не меньше этого",
     "the number is this or more"},
    {"<=", OP_TAKES_NUMBER, holds_le, "не больше", "is at most", "число не больше этого",
     "the number is this or less"},
    {">", OP_TAKES_NUMBER, holds_gt, "больше", "is more than", "число больше этого",
     "the number is more than this"},
    {"<", OP_TAKES_NUMBER, holds_lt, "меньше", "is less than", "число меньше этого",
     "the number is less than this"},
    {"between", OP_TAKES_PAIR, holds_between, "от и до", "is between",
     "число между двумя, оба включены", "the number is between the two, both included"},
    {"exists", OP_TAKES_NOTHING, holds_exists, ": указано", "is filled", "значение заполнено",
     "the value is filled"},
    {"empty", OP_TAKES_NOTHING, NULL, ": не указано", "is not filled", "значение не заполнено",
     "the value is absent or empty"},
    {"matches", OP_TAKES_TEXT, holds_matches, "подходит под образец", "matches the pattern",
     "текст подходит под образец (регулярное выражение PCRE, регистр букв не важен)",
     "the text matches this regular expression (PCRE, letter case aside)"},
};

const struct op *op_find(struct str word)
{
    for (size_t i = 0; i < countof(ops); i++)
        if (str_eq(word, str_of(ops[i].word)))
            return &ops[i];
    return NULL;
}

const struct op *op_list(size_t *count)
{
    *count = countof(ops);
    return ops;
}

bool op_is_empty(const struct json *v)
{
    if (!v || v->type == JSON_NULL)
        return true;
    if (v->type == JSON_TEXT)
        return v->as.text.len == 0;
    return v->type == JSON_ARRAY && v->count == 0;
}

bool op_holds(const struct op *op, const struct op_args *args, const struct json *v,
              struct arena *a)
{
    bool negates = op->word[0] == 'n' && op->holds == NULL; /* ne: no member equals */

    if (op_is_empty(v))
        return op->holds == NULL;
    if (op->holds == NULL && !negates)
        return false; /* empty */
    bool (*holds)(const struct op_args *, const struct json *, struct arena *) =
        negates ? holds_eq : op->holds;
    if (v->type != JSON_ARRAY)
        return holds(args, v, a) != negates;
    for (uint32_t i = 0; i < v->count; i++)
        if (!op_is_empty(&v->as.items[i]) && v->as.items[i].type != JSON_ARRAY &&
            holds(args, &v->as.items[i], a))
            return !negates;
    return negates;
}

bool op_counts(const struct op *op)
{
    return op->takes == OP_TAKES_NUMBER || op->takes == OP_TAKES_PAIR || op->holds == holds_eq ||
           strcmp(op->word, "ne") == 0;
}

bool op_count_holds(const struct op *op, const struct op_args *args, int64_t count)
{
    const struct json v = {.type = JSON_INT, .as.integer = count};
    return op_holds(op, args, &v, NULL);
}

/* ---- reading what the author wrote ---- */

static enum err value_read(struct ctx *c, const struct json *v, enum op_takes takes,
                           struct str place, struct arena *a, struct op_value *out)
{
    char small[32];
    struct op_value is = {0};

    if (!v || v->type == JSON_NULL || v->type == JSON_ARRAY || v->type == JSON_OBJECT)
        return fault_at(c, ERR_BAD_FIELD, place, "must be a text, a number or true or false");
    is.is_text = v->type == JSON_TEXT;
    is.is_truth = v->type == JSON_BOOL;
    is.truth = is.is_truth && v->as.truth;
    is.is_number = !is.is_truth && number_of(v, &is.number);
    if ((takes == OP_TAKES_NUMBER || takes == OP_TAKES_PAIR) && !is.is_number)
        return fault_at(c, ERR_BAD_FIELD, place, "must be a number");
    if (takes == OP_TAKES_TEXT && !is.is_text)
        return fault_at(c, ERR_BAD_FIELD, place, "must be a text");
    struct str s = text_of(v, small);
    if (s.len > 4 * (size_t)LIMIT_TEXT_CHARS || utf8_count(s) > LIMIT_TEXT_CHARS)
        return fault_at(c, ERR_TOO_LONG, place, "at most %d characters", LIMIT_TEXT_CHARS);
    if (is.is_text && s.len == 0)
        return fault_at(c, ERR_BAD_FIELD, place,
                        "must not be empty: use the operators exists and empty");
    is.text = str_dup(a, s);
    is.fold = str_dup(a, utf8_fold(c->arena, s));
    *out = is;
    return ERR_NONE;
}

static enum err list_read(struct ctx *c, const struct json *v, enum op_takes takes,
                          struct str place, struct arena *a, struct op_args *args)
{
    enum err e = ERR_NONE;

    if (!json_is(v, JSON_ARRAY) || v->count == 0 || v->count > VALUES_MAX)
        return fault_at(c, ERR_BAD_FIELD, place, "must be a list of 1 to %d values", VALUES_MAX);
    if (takes == OP_TAKES_PAIR && v->count != 2)
        return fault_at(c, ERR_BAD_FIELD, place, "must be a list of two numbers");
    struct op_value *values = ARENA_ARRAY(a, struct op_value, v->count);
    for (uint32_t i = 0; i < v->count; i++) {
        struct str at = str_print(c->arena, STR_FMT "/%u", STR_ARG(place), i);
        enum err bad = value_read(c, &v->as.items[i], takes, at, a, &values[i]);
        e = e ? e : bad;
    }
    if (!e && takes == OP_TAKES_PAIR && values[0].number > values[1].number)
        e = fault_at(c, ERR_BAD_FIELD, place,
                     "can never hold: the first number is above the second");
    *args = (struct op_args){.values = values, .count = v->count};
    return e;
}

static enum err pattern_read(struct ctx *c, struct str place, struct op_args *args)
{
    struct str s = args->values[0].text;
    int code;
    PCRE2_SIZE offset;
    PCRE2_UCHAR why[100];

    if (s.len > PATTERN_MAX)
        return fault_at(c, ERR_TOO_LONG, place, "a pattern has at most %d bytes", PATTERN_MAX);
    args->pattern = pcre2_compile((PCRE2_SPTR)s.ptr, s.len,
                                  PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS | PCRE2_NEVER_BACKSLASH_C,
                                  &code, &offset, NULL);
    if (args->pattern)
        return ERR_NONE;
    pcre2_get_error_message(code, why, sizeof why);
    return fault_at(c, ERR_BAD_FIELD, place, "bad pattern at byte %zu: %s", (size_t)offset,
                    (char *)why);
}

enum err op_args_read(struct ctx *c, const struct op *op, const struct json *value,
                      struct str place, struct arena *a, struct op_args *args)
{
    struct op_args got = {0};
    struct op_value *one;
    enum err e;

    if (op->takes == OP_TAKES_NOTHING) {
        if (value && value->type != JSON_NULL)
            return fault_at(c, ERR_UNKNOWN_FIELD, place, "the operator %s takes no value",
                            op->word);
        *args = got;
        return ERR_NONE;
    }
    if (!value)
        return fault_at(c, ERR_MISSING, place, "the operator %s needs a value", op->word);
    if (op->takes == OP_TAKES_LIST || op->takes == OP_TAKES_PAIR) {
        e = list_read(c, value, op->takes, place, a, &got);
    } else {
        one = ARENA_NEW(a, struct op_value);
        e = value_read(c, value, op->takes, place, a, one);
        got = (struct op_args){.values = one, .count = 1};
    }
    if (!e && op->holds == holds_matches)
        e = pattern_read(c, place, &got);
    if (!e)
        *args = got;
    return e;
}

size_t op_args_bytes(const struct op_args *args)
{
    size_t bytes = 0;

    if (args->pattern)
        pcre2_pattern_info(args->pattern, PCRE2_INFO_SIZE, &bytes);
    return bytes;
}

void op_args_free(struct op_args *args)
{
    if (args->pattern)
        pcre2_code_free(args->pattern);
    args->pattern = NULL;
}
