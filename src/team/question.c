/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "team/question.h"

#include "base/utf8.h"

enum { LIST_BYTES = 64 * 1024, GIVEN_CHARS = 500 };

const char *const team_question_kinds[QUESTION_KINDS + 1] = { "one", "several", "number", "text", NULL };

/* ---- how answers are compared ---- */

/* A blank of any kind people's keyboards and spreadsheets make. */
static bool is_blank(uint32_t cp)
{
    return cp == ' ' || cp == '\t' || cp == '\n' || cp == '\r' || cp == 0xA0 || cp == 0x202F || cp == 0x2009;
}

/* Signs that do not change what is meant when they stand at an end. */
static bool is_sign(uint32_t cp)
{
    return cp == '.' || cp == ',' || cp == '!' || cp == '?' || cp == ';' || cp == ':' || cp == '"' || cp == '\'' || cp == 0xAB || cp == 0xBB
           || cp == 0x201C || cp == 0x201D || cp == 0x201E || cp == 0x2026;
}

struct str team_answer_fold(struct arena *a, struct str typed)
{
    struct str s = utf8_fold(a, typed);
    struct buf b = buf_new(a, s.len + 1);
    size_t keep = 0, at = 0;
    bool gap = false;

    while (at < s.len) {
        char out[4];
        uint32_t cp = utf8_next(s, &at);

        if (is_blank(cp) || (is_sign(cp) && b.len == 0)) {
            gap = b.len > 0;
            continue;
        }
        if (gap)
            buf_char(&b, ' ');
        gap = false;
        buf_add(&b, (struct str){ out, utf8_put(out, cp) });
        if (!is_sign(cp))
            keep = b.len;
    }
    return (struct str){ b.ptr ? b.ptr : "", keep };
}

bool team_answer_number(struct arena *a, struct str typed, fix *value)
{
    struct buf b = buf_new(a, typed.len + 1);
    size_t at = 0;

    while (at < typed.len) {
        char out[4];
        uint32_t cp = utf8_next(typed, &at);

        if (is_blank(cp))
            continue;
        cp = cp == ',' ? '.' : cp == 0x2212 ? '-' : cp; /* a minus sign proper */
        buf_add(&b, (struct str){ out, utf8_put(out, cp) });
    }
    return fix_parse(buf_str(&b), value);
}

static bool place_of(const struct json *v, uint32_t options, uint64_t *seen)
{
    int64_t place;

    if (!json_is(v, JSON_INT) || !json_int(v, &place) || place < 0 || place >= options || *seen >> place & 1)
        return false;
    *seen |= (uint64_t)1 << place;
    return true;
}

/* Bits of the places that a value names; false when it is none. */
static bool places_of(const struct json *v, uint32_t options, uint64_t *bits)
{
    *bits = 0;
    if (!json_is(v, JSON_ARRAY))
        return place_of(v, options, bits);
    for (uint32_t i = 0; i < v->count; i++)
        if (!place_of(&v->as.items[i], options, bits))
            return false;
    return true;
}

static uint32_t count_of(struct arena *a, struct str list)
{
    struct ctx c = { .arena = a };
    struct json *tree;

    return json_read(&c, list, &tree) == ERR_NONE && tree->type == JSON_ARRAY ? tree->count : 0;
}

bool team_question_fits(const struct question *q, const struct json *given, struct arena *a)
{
    uint64_t bits;

    if (!given || json_is(given, JSON_NULL))
        return true;
    if (q->kind == QUESTION_ONE)
        return json_is(given, JSON_INT) && places_of(given, count_of(a, q->options), &bits);
    if (q->kind == QUESTION_SEVERAL)
        return json_is(given, JSON_ARRAY) && places_of(given, count_of(a, q->options), &bits);
    return json_is(given, JSON_TEXT) && utf8_count(given->as.text) <= GIVEN_CHARS;
}

static bool number_right(struct arena *a, const struct json *answer, struct str typed)
{
    fix value, within = 0, given;
    int64_t apart;

    if (!json_fix(json_find(answer, STR("value")), &value) || !team_answer_number(a, typed, &given))
        return false;
    if (!json_fix(json_find(answer, STR("within")), &within))
        within = 0;
    if (__builtin_sub_overflow(given, value, &apart))
        return false;
    return apart <= within && apart >= -within;
}

static bool text_right(struct arena *a, const struct json *answer, struct str typed)
{
    struct str fold = team_answer_fold(a, typed);

    if (!json_is(answer, JSON_ARRAY) || fold.len == 0)
        return false;
    for (uint32_t i = 0; i < answer->count; i++)
        if (str_eq(team_answer_fold(a, json_text(&answer->as.items[i])), fold))
            return true;
    return false;
}

bool team_question_right(struct ctx *c, const struct question *q, const struct json *given)
{
    uint32_t options = count_of(c->arena, q->options);
    uint64_t right, named;
    struct json *answer;

    if (!given || json_is(given, JSON_NULL))
        return false;
    if (json_read(c, q->answer, &answer)) {
        fault_clear(c);
        return false;
    }
    if (q->kind == QUESTION_NUMBER)
        return number_right(c->arena, answer, json_text(given));
    if (q->kind == QUESTION_TEXT)
        return text_right(c->arena, answer, json_text(given));
    return places_of(answer, options, &right) && places_of(given, options, &named) && right == named;
}

/* ---- checking ---- */

static enum err texts_check(struct ctx *c, const char *name, uint32_t least, uint32_t most, size_t chars, struct str *list)
{
    struct buf b = buf_new(c->arena, LIST_BYTES);
    struct json_out o = json_to(&b);
    struct str *folds;
    struct json *tree;
    enum err e = json_read(c, list->len ? *list : STR("[]"), &tree);

    if (e || tree->type != JSON_ARRAY || tree->count < least || tree->count > most)
        return fault_at(c, ERR_BAD_FIELD, str_print(c->arena, "/%s", name), "a list of %u to %u texts", least, most);
    folds = ARENA_ARRAY(c->arena, struct str, tree->count + 1);
    json_list(&o);
    for (uint32_t i = 0; i < tree->count; i++) {
        struct str at = str_print(c->arena, "/%s/%u", name, i), text = str_trim(json_text(&tree->as.items[i]));

        folds[i] = utf8_fold(c->arena, text);
        if (text.len == 0 || utf8_count(text) > chars)
            return fault_at(c, ERR_BAD_FIELD, at, "a text of 1 to %zu characters", chars);
        for (uint32_t k = 0; k < i; k++)
            if (str_eq(folds[k], folds[i]))
                return fault_at(c, ERR_BAD_FIELD, at, "it is there already");
        json_put_text(&o, text);
    }
    json_list_end(&o);
    *list = buf_str(&b);
    return ERR_NONE;
}

static enum err number_check(struct ctx *c, struct question *q)
{
    struct buf b = buf_new(c->arena, 200);
    struct json_out o = json_to(&b);
    fix value, within = 0;
    struct json *tree;

    if (json_read(c, q->answer, &tree) || !json_fix(json_find(tree, STR("value")), &value)
        || (json_find(tree, STR("within")) && !json_fix(json_find(tree, STR("within")), &within)) || within < 0)
        return fault_at(c, ERR_BAD_FIELD, STR("/answer"), "{\"value\": number, \"within\": number}, with at most 6 decimals");
    json_begin(&o);
    json_key(&o, "value");
    json_put_fix(&o, value);
    json_key(&o, "within");
    json_put_fix(&o, within);
    json_end(&o);
    q->answer = buf_str(&b);
    return ERR_NONE;
}

static enum err choice_check(struct ctx *c, struct question *q)
{
    uint32_t options = count_of(c->arena, q->options);
    struct buf b = buf_new(c->arena, 200);
    struct json_out o = json_to(&b);
    struct json *tree;
    uint64_t bits;
    enum err e = json_read(c, q->answer, &tree);

    if (e || !json_is(tree, JSON_ARRAY) || !places_of(tree, options, &bits) || bits == 0)
        return fault_at(c, ERR_BAD_FIELD, STR("/answer"), "places of the right options, from 0");
    if (q->kind == QUESTION_ONE && (bits & (bits - 1)))
        return fault_at(c, ERR_BAD_FIELD, STR("/answer"), "one option is right");
    json_list(&o);
    for (uint32_t i = 0; i < options; i++)
        if (bits >> i & 1)
            json_put_int(&o, i);
    json_list_end(&o);
    q->answer = buf_str(&b);
    return ERR_NONE;
}

enum err team_question_check(struct ctx *c, struct question *q)
{
    bool choice = q->kind == QUESTION_ONE || q->kind == QUESTION_SEVERAL;
    enum err e;

    q->text = str_trim(q->text);
    if (q->kind < 0 || q->kind >= QUESTION_KINDS)
        return fault_at(c, ERR_BAD_FIELD, STR("/kind"), "one, several, number or text");
    if (q->text.len == 0 || utf8_count(q->text) > QUESTION_CHARS)
        return fault_at(c, ERR_BAD_FIELD, STR("/text"), "1 to %d characters", QUESTION_CHARS);
    if (q->weight < 1 || q->weight > WEIGHT_MAX)
        return fault_at(c, ERR_OUT_OF_RANGE, STR("/weight"), "1 to %d", WEIGHT_MAX);
    if ((e = texts_check(c, "options", choice ? 2 : 0, choice ? OPTIONS_MAX : 0, OPTION_CHARS, &q->options))
        || (e = texts_check(c, "topics", 0, TOPICS_MAX, 100, &q->topics)))
        return e;
    if (choice)
        return choice_check(c, q);
    return q->kind == QUESTION_NUMBER ? number_check(c, q) : texts_check(c, "answer", 1, ACCEPTED_MAX, GIVEN_CHARS, &q->answer);
}
