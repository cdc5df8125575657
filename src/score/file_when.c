/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Conditions of a model's file: each head its words, its parts on the lines below. */
#include "base/limits.h"
#include "cond/op.h"
#include "score/file_words.h"

static enum err test(struct score_words *w, struct str place, struct json_out *o)
{
    struct str before = w->rest, word = score_words_next(w);
    const struct op *op = op_find(word);

    if (!op)
        return score_words_wrong_at(w, before, "unknown operator");
    json_key(o, "op");
    json_put_text(o, word);
    if (op->takes == OP_TAKES_NOTHING)
        return ERR_NONE;
    score_words_place(w, score_words_below(w, place, "value"));
    json_key(o, "value");
    return score_words_scalars(w, op->takes != OP_TAKES_LIST && op->takes != OP_TAKES_PAIR, o);
}

static enum err wheres(struct score_words *w, int level, struct str place, struct json_out *o)
{
    int n = 0;
    enum err e = score_words_end(w);
    struct str raw;

    while (!e && w->at + 1 < w->count && w->lines[w->at + 1].level == level &&
           str_starts(w->lines[w->at + 1].text, STR("where "))) {
        score_words_line(w, level);
        struct str at = str_print(w->c->arena, STR_FMT "/where/%d", STR_ARG(place), n);
        score_words_place(w, at);
        if (n++ == 0) {
            json_key(o, "where");
            json_list(o);
        }
        json_begin(o);
        (void)score_words_next(w);
        json_key(o, "prop");
        if (!(e = score_words_name(w, &raw))) {
            json_put_raw(o, raw);
            e = test(w, at, o);
        }
        if (e)
            return e;
        json_end(o);
        if (!(e = score_words_end(w)))
            e = score_words_no_deeper(w);
    }
    if (n)
        json_list_end(o);
    return e;
}

/* Members of an event's description, without its braces. */
static enum err match(struct score_words *w, int level, struct str place, struct json_out *o)
{
    enum err e = ERR_NONE;

    score_words_place(w, place);
    if (score_words_take(w, "event")) {
        json_key(o, "event");
        e = score_words_scalars(w, true, o);
    } else if (score_words_take(w, "page")) {
        struct str raw;
        json_key(o, "page");
        if (!(e = score_words_scalar(w, &raw)))
            json_put_raw(o, raw);
    } else if (!score_words_take(w, "anything")) {
        return score_words_wrong(w, "expected: event, page, anything");
    }
    return e ? e : wheres(w, level, place, o);
}

static enum err match_object(struct score_words *w, int level, struct str place, const char *key, struct json_out *o)
{
    json_key(o, key);
    json_begin(o);
    enum err e = match(w, level, score_words_below(w, place, key), o);
    if (!e)
        json_end(o);
    return e;
}

struct span {
    struct str number;
    const char *unit;
};

static enum err span_read(struct score_words *w, struct span *s)
{
    static const char *const units[] = {"days", "hours", "minutes"};
    enum err e = score_words_scalar(w, &s->number);

    if (e)
        return e;
    for (size_t i = 0; i < countof(units); i++)
        if (score_words_take(w, units[i])) {
            s->unit = units[i];
            return ERR_NONE;
        }
    return score_words_wrong(w, "expected: days, hours, minutes");
}

static void span_put(struct json_out *o, const struct span *s)
{
    json_key(o, s->unit);
    json_put_raw(o, s->number);
}

static enum err count_read(struct score_words *w, int level, struct str place, struct json_out *o)
{
    struct span s;
    enum err e = test(w, place, o);

    if (e || (e = score_words_need(w, "in")) || (e = span_read(w, &s)) || (e = score_words_need(w, "of")))
        return e;
    span_put(o, &s);
    return match_object(w, level, place, "count", o);
}

static enum err recent_read(struct score_words *w, int level, struct str place, const char *key, struct json_out *o)
{
    struct span s;
    enum err e = span_read(w, &s);

    if (e)
        return e;
    span_put(o, &s);
    return match_object(w, level, place, key, o);
}

static enum err answered_read(struct score_words *w, int level, struct str place, struct json_out *o)
{
    static const char *const parts[] = {"ask", "reply"};
    struct str at = score_words_below(w, place, "answered");
    struct span s;
    enum err e = score_words_need(w, "in");

    if (e || (e = span_read(w, &s)) || (e = score_words_end(w)))
        return e;
    span_put(o, &s);
    json_key(o, "answered");
    json_begin(o);
    for (size_t i = 0; i < countof(parts) && !e; i++) {
        if (!score_words_line(w, level) || !score_words_take(w, parts[i]))
            e = score_words_wrong(w, i ? "expected on the line below: reply" : "expected on the lines below: ask, reply");
        else
            e = match_object(w, level + 1, at, parts[i], o);
    }
    if (!e)
        json_end(o);
    return e;
}

static enum err list_read(struct score_words *w, int level, struct str place, const char *key, struct json_out *o)
{
    struct str at = score_words_below(w, place, key);
    int n = 0;
    enum err e = score_words_end(w);

    json_key(o, key);
    json_list(o);
    while (!e && score_words_line(w, level))
        e = score_file_when(w, level + 1, str_print(w->c->arena, STR_FMT "/%d", STR_ARG(at), n++), o);
    if (e)
        return e;
    json_list_end(o);
    return n ? ERR_NONE : score_words_wrong(w, "its parts stand on the lines below, one level deeper");
}

static enum err not_read(struct score_words *w, int level, struct str place, struct json_out *o)
{
    enum err e = score_words_end(w);

    if (e)
        return e;
    if (!score_words_line(w, level))
        return score_words_wrong(w, "what must not hold stands on the line below, one level deeper");
    json_key(o, "not");
    return score_file_when(w, level + 1, score_words_below(w, place, "not"), o);
}

static enum err fact_read(struct score_words *w, struct str place, struct json_out *o)
{
    struct str raw;
    enum err e = score_words_name(w, &raw);

    if (e)
        return e;
    json_key(o, "fact");
    json_put_raw(o, raw);
    if ((e = test(w, place, o)))
        return e;
    return score_words_end(w);
}

/* The rest of the line in hand and the lines below it, which stand at level. */
enum err score_file_when(struct score_words *w, int level, struct str place, struct json_out *o)
{
    enum err e;

    if (level - 1 > LIMIT_CONDITION_DEPTH) /* the lines of the outermost one stand at level 2 */
        return score_words_wrong(w, str_print(w->c->arena, "conditions nest at most %d deep", LIMIT_CONDITION_DEPTH).ptr);
    score_words_place(w, place);
    json_begin(o);
    if (score_words_take(w, "all"))
        e = list_read(w, level, place, "all", o);
    else if (score_words_take(w, "any"))
        e = list_read(w, level, place, "any", o);
    else if (score_words_take(w, "not"))
        e = not_read(w, level, place, o);
    else if (score_words_take(w, "fact"))
        e = fact_read(w, place, o);
    else if (score_words_take(w, "count"))
        e = count_read(w, level, place, o);
    else if (score_words_take(w, "within"))
        e = recent_read(w, level, place, "within", o);
    else if (score_words_take(w, "silent"))
        e = recent_read(w, level, place, "silent", o);
    else if (score_words_take(w, "answered"))
        e = answered_read(w, level, place, o);
    else if (str_starts(w->rest, STR("event ")) || str_starts(w->rest, STR("page ")))
        e = match(w, level, place, o);
    else
        e = score_words_wrong(w, "expected a condition: all, any, not, fact, event, page, count, within, silent, answered");
    if (e)
        return e;
    json_end(o);
    if (w->at + 1 < w->count && w->lines[w->at + 1].level > level - 1 && level > 2)
        e = score_words_no_deeper(w);
    return e;
}
