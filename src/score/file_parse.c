/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The file, line by line, into the model's JSON. What a line says is checked here only as far as its grammar goes. */
#include "score/file.h"

#include "base/utf8.h"
#include "cond/op.h"

enum { VALUES_MAX = 200, JSON_BYTES_MAX = 8 * 1024 * 1024, FILE_BYTES_MAX = 4 * 1024 * 1024, LINES_MAX = 200000, DEPTH_MAX = 40 };

struct file_line {
    struct str text; /* without its indent */
    int number, level;
};

struct parse {
    struct ctx *c;
    struct file_line *lines;
    size_t count, at; /* the line in hand */
    struct str rest;  /* of it, not read yet */
    struct model_fitted fitted;
    struct score_file_place *places;
    size_t place_count, place_cap;
};

/* ---- faults and places ---- */

static int column_of(const struct parse *p)
{
    const struct file_line *l = &p->lines[p->at];
    struct str before = {l->text.ptr, (size_t)(p->rest.ptr - l->text.ptr)};

    return 2 * l->level + (int)utf8_count(before) + 1;
}

static enum err wrong(struct parse *p, const char *what)
{
    return fault_at(p->c, ERR_BAD_FIELD,
                    str_print(p->c->arena, "%d:%d", p->lines[p->at].number, column_of(p)), "%s", what);
}

/* rest: of the line in hand, as it was before the wrong word was read. */
static enum err wrong_at(struct parse *p, struct str rest, const char *what)
{
    p->rest = rest;
    return wrong(p, what);
}

static void place_add(struct parse *p, struct str pointer)
{
    if (p->place_count == p->place_cap) {
        size_t cap = p->place_cap ? 2 * p->place_cap : 64;
        p->places = arena_grow(p->c->arena, p->places, p->place_cap * sizeof *p->places, cap * sizeof *p->places);
        p->place_cap = cap;
    }
    p->places[p->place_count++] =
        (struct score_file_place){pointer, p->lines[p->at].number, column_of(p)};
}

static struct str below(struct parse *p, struct str place, const char *member)
{
    return str_print(p->c->arena, STR_FMT "/%s", STR_ARG(place), member);
}

/* ---- words of a line ---- */

static void skip(struct parse *p, size_t n)
{
    p->rest.ptr += n;
    p->rest.len -= n;
}

static bool is_word_char(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '_' || ch == '-' ||
           ch == '.';
}

/* The next word, the space behind it taken; empty: there is none. */
static struct str word(struct parse *p)
{
    size_t n = 0;

    while (n < p->rest.len && p->rest.ptr[n] != ' ' && p->rest.ptr[n] != ',')
        n++;
    struct str w = {p->rest.ptr, n};
    skip(p, n);
    if (p->rest.len > 1 && p->rest.ptr[0] == ' ')
        skip(p, 1);
    return w;
}

static bool take(struct parse *p, const char *want)
{
    struct parse before = *p;

    if (str_eq(word(p), str_of(want)))
        return true;
    *p = before;
    return false;
}

static enum err need(struct parse *p, const char *want)
{
    return take(p, want) ? ERR_NONE : wrong(p, str_print(p->c->arena, "expected: %s", want).ptr);
}

static enum err line_end(struct parse *p)
{
    return p->rest.len ? wrong(p, "the line should end here") : ERR_NONE;
}

/* One JSON text, number or truth as it is written. */
static enum err scalar(struct parse *p, struct str *raw)
{
    size_t n = 0;

    if (p->rest.len && p->rest.ptr[0] == '"') {
        for (n = 1; n < p->rest.len && p->rest.ptr[n] != '"'; n++)
            n += p->rest.ptr[n] == '\\';
        n = n < p->rest.len ? n + 1 : p->rest.len + 1;
    } else {
        while (n < p->rest.len && p->rest.ptr[n] != ' ' && p->rest.ptr[n] != ',')
            n++;
    }
    struct json *v;
    struct ctx probe = {.arena = p->c->arena};
    if (n == 0 || n > p->rest.len || json_read(&probe, (struct str){p->rest.ptr, n}, &v) || v->type == JSON_NULL ||
        v->type == JSON_ARRAY || v->type == JSON_OBJECT)
        return wrong(p, "expected a text in quotes, a number, true or false");
    *raw = (struct str){p->rest.ptr, n};
    skip(p, n);
    if (p->rest.len > 1 && p->rest.ptr[0] == ' ')
        skip(p, 1);
    return ERR_NONE;
}

/* A bare word or a quoted text, as a JSON text. */
static enum err name(struct parse *p, struct str *raw)
{
    size_t n = 0;

    if (p->rest.len && p->rest.ptr[0] == '"')
        return scalar(p, raw);
    while (n < p->rest.len && is_word_char(p->rest.ptr[n]))
        n++;
    if (n == 0 || (n < p->rest.len && p->rest.ptr[n] != ' '))
        return wrong(p, "expected a name");
    *raw = str_print(p->c->arena, "\"" STR_FMT "\"", STR_ARG(str_sub(p->rest, 0, n)));
    skip(p, n);
    if (p->rest.len > 1 && p->rest.ptr[0] == ' ')
        skip(p, 1);
    return ERR_NONE;
}

/* "a, b": as a JSON list, or as one value when there is one and `one` allows it. */
static enum err scalars(struct parse *p, bool one, struct json_out *o)
{
    struct str list[VALUES_MAX], raw;
    size_t n = 0;
    enum err e;

    for (;;) {
        if (n == countof(list))
            return wrong(p, "too many values");
        if ((e = scalar(p, &raw)))
            return e;
        list[n++] = raw;
        if (!p->rest.len || p->rest.ptr[0] != ',')
            break;
        skip(p, 1);
        if (!p->rest.len || p->rest.ptr[0] != ' ')
            return wrong(p, "a comma is followed by a space and a value");
        skip(p, 1);
    }
    if (n == 1 && one) {
        json_put_raw(o, list[0]);
        return ERR_NONE;
    }
    json_list(o);
    for (size_t i = 0; i < n; i++)
        json_put_raw(o, list[i]);
    json_list_end(o);
    return ERR_NONE;
}

/* ---- lines ---- */

/* Goes on to the next line if it is at this level. A deeper one that nobody asked for is noted by the caller's caller. */
static bool next_at(struct parse *p, int level)
{
    if (p->at + 1 >= p->count || p->lines[p->at + 1].level != level)
        return false;
    p->rest = p->lines[++p->at].text;
    return true;
}

static enum err no_deeper(struct parse *p)
{
    if (p->at + 1 >= p->count || p->lines[p->at + 1].level <= p->lines[p->at].level)
        return ERR_NONE;
    p->rest = p->lines[++p->at].text;
    return wrong(p, "nothing stands below the line above: the indent is too deep");
}

/* ---- conditions ---- */

static enum err test(struct parse *p, struct str place, struct json_out *o)
{
    struct parse before = *p;
    struct str w = word(p);
    const struct op *op = op_find(w);

    if (!op)
        return wrong_at(p, before.rest, "unknown operator");
    json_key(o, "op");
    json_put_text(o, w);
    if (op->takes == OP_TAKES_NOTHING)
        return ERR_NONE;
    place_add(p, below(p, place, "value"));
    json_key(o, "value");
    return scalars(p, op->takes != OP_TAKES_LIST && op->takes != OP_TAKES_PAIR, o);
}

static enum err wheres(struct parse *p, int level, struct str place, struct json_out *o)
{
    int n = 0;
    enum err e = line_end(p);
    struct str raw;

    while (!e && p->at + 1 < p->count && p->lines[p->at + 1].level == level &&
           str_starts(p->lines[p->at + 1].text, STR("where "))) {
        next_at(p, level);
        struct str at = str_print(p->c->arena, STR_FMT "/where/%d", STR_ARG(place), n);
        place_add(p, at);
        if (n++ == 0) {
            json_key(o, "where");
            json_list(o);
        }
        json_begin(o);
        (void)word(p);
        json_key(o, "prop");
        if (!(e = name(p, &raw))) {
            json_put_raw(o, raw);
            e = test(p, at, o);
        }
        if (e)
            return e;
        json_end(o);
        if (!(e = line_end(p)))
            e = no_deeper(p);
    }
    if (n)
        json_list_end(o);
    return e;
}

/* Members of an event's description, without its braces. */
static enum err match(struct parse *p, int level, struct str place, struct json_out *o)
{
    enum err e = ERR_NONE;

    place_add(p, place);
    if (take(p, "event")) {
        json_key(o, "event");
        e = scalars(p, true, o);
    } else if (take(p, "page")) {
        struct str raw;
        json_key(o, "page");
        if (!(e = scalar(p, &raw)))
            json_put_raw(o, raw);
    } else if (!take(p, "anything")) {
        return wrong(p, "expected: event, page or anything");
    }
    return e ? e : wheres(p, level, place, o);
}

static enum err match_object(struct parse *p, int level, struct str place, const char *key, struct json_out *o)
{
    json_key(o, key);
    json_begin(o);
    enum err e = match(p, level, below(p, place, key), o);
    if (!e)
        json_end(o);
    return e;
}

struct span {
    struct str number;
    const char *unit;
};

static enum err span_read(struct parse *p, struct span *s)
{
    static const char *const units[] = {"days", "hours", "minutes"};
    enum err e = scalar(p, &s->number);

    if (e)
        return e;
    for (size_t i = 0; i < countof(units); i++)
        if (take(p, units[i])) {
            s->unit = units[i];
            return ERR_NONE;
        }
    return wrong(p, "expected: days, hours or minutes");
}

static void span_put(struct json_out *o, const struct span *s)
{
    json_key(o, s->unit);
    json_put_raw(o, s->number);
}

static enum err count_read(struct parse *p, int level, struct str place, struct json_out *o)
{
    struct span s;
    enum err e = test(p, place, o);

    if (e || (e = need(p, "in")) || (e = span_read(p, &s)) || (e = need(p, "of")))
        return e;
    span_put(o, &s);
    return match_object(p, level, place, "count", o);
}

static enum err recent_read(struct parse *p, int level, struct str place, const char *key, struct json_out *o)
{
    struct span s;
    enum err e = span_read(p, &s);

    if (e)
        return e;
    span_put(o, &s);
    return match_object(p, level, place, key, o);
}

static enum err answered_read(struct parse *p, int level, struct str place, struct json_out *o)
{
    static const char *const parts[] = {"ask", "reply"};
    struct str at = below(p, place, "answered");
    struct span s;
    enum err e = need(p, "in");

    if (e || (e = span_read(p, &s)) || (e = line_end(p)))
        return e;
    span_put(o, &s);
    json_key(o, "answered");
    json_begin(o);
    for (size_t i = 0; i < countof(parts) && !e; i++) {
        if (!next_at(p, level) || !take(p, parts[i]))
            e = wrong(p, i ? "below it stands: reply" : "below it stand: ask and reply");
        else
            e = match_object(p, level + 1, at, parts[i], o);
    }
    if (!e)
        json_end(o);
    return e;
}

static enum err condition(struct parse *p, int level, struct str place, struct json_out *o);

static enum err list_read(struct parse *p, int level, struct str place, const char *key, struct json_out *o)
{
    struct str at = below(p, place, key);
    int n = 0;
    enum err e = line_end(p);

    if (level > DEPTH_MAX)
        return wrong(p, "conditions nest too deep");
    json_key(o, key);
    json_list(o);
    while (!e && next_at(p, level))
        e = condition(p, level + 1, str_print(p->c->arena, STR_FMT "/%d", STR_ARG(at), n++), o);
    if (e)
        return e;
    json_list_end(o);
    return n ? ERR_NONE : wrong(p, "its parts stand on the lines below, one level deeper");
}

static enum err not_read(struct parse *p, int level, struct str place, struct json_out *o)
{
    enum err e = line_end(p);

    if (e)
        return e;
    if (level > DEPTH_MAX || !next_at(p, level))
        return wrong(p, "what must not hold stands on the line below, one level deeper");
    json_key(o, "not");
    return condition(p, level + 1, below(p, place, "not"), o);
}

static enum err fact_read(struct parse *p, struct str place, struct json_out *o)
{
    struct str raw;
    enum err e = name(p, &raw);

    if (e)
        return e;
    json_key(o, "fact");
    json_put_raw(o, raw);
    if ((e = test(p, place, o)))
        return e;
    return line_end(p);
}

/* The rest of the line in hand and the lines below it, which stand at level. */
static enum err condition(struct parse *p, int level, struct str place, struct json_out *o)
{
    enum err e;

    place_add(p, place);
    json_begin(o);
    if (take(p, "all"))
        e = list_read(p, level, place, "all", o);
    else if (take(p, "any"))
        e = list_read(p, level, place, "any", o);
    else if (take(p, "not"))
        e = not_read(p, level, place, o);
    else if (take(p, "fact"))
        e = fact_read(p, place, o);
    else if (take(p, "count"))
        e = count_read(p, level, place, o);
    else if (take(p, "within"))
        e = recent_read(p, level, place, "within", o);
    else if (take(p, "silent"))
        e = recent_read(p, level, place, "silent", o);
    else if (take(p, "answered"))
        e = answered_read(p, level, place, o);
    else if (str_starts(p->rest, STR("event ")) || str_starts(p->rest, STR("page ")))
        e = match(p, level, place, o);
    else
        e = wrong(p, "expected a condition: all, any, not, fact, event, page, count, within, silent or answered");
    if (e)
        return e;
    json_end(o);
    if (p->at + 1 < p->count && p->lines[p->at + 1].level > level - 1 && level > 2)
        e = no_deeper(p);
    return e;
}

/* ---- members ---- */

/* `member VALUE`, VALUE being JSON to the end of the line. */
static enum err any_member(struct parse *p, struct str place, struct json_out *o)
{
    struct ctx probe = {.arena = p->c->arena};
    struct json *v;
    size_t n = 0;

    while (n < p->rest.len && is_word_char(p->rest.ptr[n]))
        n++;
    if (n == 0 || n + 1 >= p->rest.len || p->rest.ptr[n] != ' ')
        return wrong(p, p->rest.len && p->rest.ptr[0] == '#' ? "a comment has no place in a model: it would be lost"
                                                             : "expected a member and its value");
    struct str key = str_sub(p->rest, 0, n);
    place_add(p, str_print(p->c->arena, STR_FMT "/" STR_FMT, STR_ARG(place), STR_ARG(key)));
    skip(p, n + 1);
    if (json_read(&probe, p->rest, &v))
        return wrong(p, "expected a text in quotes, a number, or other JSON");
    json_key_str(o, key);
    json_put_raw(o, p->rest);
    p->rest = str_sub(p->rest, p->rest.len, p->rest.len);
    return ERR_NONE;
}

/* title ru "..": gathered, since in JSON both are one member. */
struct titles {
    struct str ru, en;
};

static enum err title_read(struct parse *p, struct titles *t)
{
    bool ru = take(p, "ru");
    struct str *to = ru ? &t->ru : &t->en;

    if (!ru && !take(p, "en"))
        return wrong(p, "expected: ru or en");
    if (to->ptr)
        return wrong(p, "a title in this language is there already");
    return scalar(p, to);
}

static void titles_put(const struct titles *t, struct json_out *o)
{
    if (!t->ru.ptr && !t->en.ptr)
        return;
    json_key(o, "title");
    json_begin(o);
    if (t->ru.ptr) {
        json_key(o, "ru");
        json_put_raw(o, t->ru);
    }
    if (t->en.ptr) {
        json_key(o, "en");
        json_put_raw(o, t->en);
    }
    json_end(o);
}

static enum err limit_read(struct parse *p, struct str place, struct json_out *o)
{
    struct parse before = *p;
    struct str raw;
    enum err e = need(p, "most");

    if (e || (e = scalar(p, &raw)))
        return e;
    bool times = take(p, "times");
    if (!times && !take(p, "points"))
        return wrong(p, "expected: times or points");
    p->rest = before.rest;
    place_add(p, below(p, place, times ? "max_times" : "max_points"));
    json_key(o, times ? "max_times" : "max_points");
    json_put_raw(o, raw);
    p->rest = str_sub(p->rest, p->rest.len, p->rest.len);
    return ERR_NONE;
}

static enum err cooldown_read(struct parse *p, struct str place, struct json_out *o)
{
    struct str raw;
    enum err e;

    place_add(p, below(p, place, "cooldown_hours"));
    if ((e = need(p, "per")) || (e = scalar(p, &raw)) || (e = need(p, "hours")))
        return e;
    json_key(o, "cooldown_hours");
    json_put_raw(o, raw);
    return ERR_NONE;
}

static enum err ageing_read(struct parse *p, struct str place, struct json_out *o)
{
    struct str percent = STR_NULL, days;
    enum err e;

    place_add(p, below(p, place, "ageing"));
    struct str kind = word(p);
    if (str_eq(kind, STR("linear")) &&
        ((e = scalar(p, &percent)) || (e = need(p, "percent")) || (e = need(p, "every"))))
        return e;
    if ((e = scalar(p, &days)) || (e = need(p, "days")))
        return e;
    json_key(o, "ageing");
    json_begin(o);
    json_key(o, "kind");
    json_put_text(o, kind);
    if (percent.ptr) {
        json_key(o, "percent");
        json_put_raw(o, percent);
    }
    json_key(o, "days");
    json_put_raw(o, days);
    json_end(o);
    return ERR_NONE;
}

static enum err when_read(struct parse *p, struct str place, struct json_out *o)
{
    json_key(o, "when");
    return condition(p, 2, below(p, place, "when"), o);
}

static enum err group_ref_read(struct parse *p, struct str place, bool gate, struct json_out *o)
{
    struct str raw, least;
    enum err e;

    place_add(p, below(p, place, "group"));
    if ((e = name(p, &raw)))
        return e;
    json_key(o, "group");
    json_put_raw(o, raw);
    if (!gate)
        return ERR_NONE;
    if ((e = need(p, "at")) || (e = need(p, "least")))
        return e;
    place_add(p, below(p, place, "min"));
    if ((e = scalar(p, &least)))
        return e;
    json_key(o, "min");
    json_put_raw(o, least);
    return ERR_NONE;
}

static enum err off_read(struct parse *p, struct str place, struct json_out *o)
{
    place_add(p, below(p, place, "enabled"));
    json_key(o, "enabled");
    json_put_bool(o, false);
    return line_end(p);
}

enum block { BLOCK_GROUP, BLOCK_CRITERION, BLOCK_GATE, BLOCK_IDEAL, BLOCKS };
/* id: the member that stands in the block's own line; NULL: none does. */
static const struct {
    const char *word, *list, *id;
} blocks[BLOCKS] = {
    [BLOCK_GROUP] = {"group", "groups", "name"},
    [BLOCK_CRITERION] = {"criterion", "criteria", "id"},
    [BLOCK_GATE] = {"gate", "gates", "band"},
    [BLOCK_IDEAL] = {"ideal", "icp/conditions", NULL},
};

static enum err member_read(struct parse *p, enum block block, struct str place, struct titles *t, struct json_out *o)
{
    enum err e;

    if (block != BLOCK_GATE && take(p, "title"))
        e = title_read(p, t);
    else if ((block == BLOCK_CRITERION || block == BLOCK_GATE) && take(p, "group"))
        e = group_ref_read(p, place, block == BLOCK_GATE, o);
    else if (block != BLOCK_GROUP && take(p, "when"))
        return when_read(p, place, o);
    else if (block == BLOCK_CRITERION && str_eq(p->rest, STR("off")) && take(p, "off"))
        e = off_read(p, place, o);
    else if (block == BLOCK_CRITERION && take(p, "at"))
        e = limit_read(p, place, o);
    else if (block == BLOCK_CRITERION && take(p, "once"))
        e = cooldown_read(p, place, o);
    else if (block == BLOCK_CRITERION && take(p, "ageing"))
        e = ageing_read(p, place, o);
    else
        e = any_member(p, place, o);
    if (e || (e = line_end(p)))
        return e;
    return no_deeper(p);
}

static enum err block_read(struct parse *p, enum block block, uint32_t n, struct json_out *o)
{
    struct str place = str_print(p->c->arena, "/%s/%u", blocks[block].list, n), raw;
    struct titles titles = {0};
    enum err e = ERR_NONE;

    place_add(p, place);
    json_begin(o);
    if (blocks[block].id) {
        json_key(o, blocks[block].id);
        if (!(e = name(p, &raw)))
            json_put_raw(o, raw);
    }
    if (!e)
        e = line_end(p);
    while (!e && next_at(p, 1))
        e = member_read(p, block, place, &titles, o);
    if (e)
        return e;
    titles_put(&titles, o);
    json_end(o);
    return no_deeper(p);
}

/* until "2026-11-01T09:00:00Z" auc 0.82 */
static enum err fitted_read(struct parse *p)
{
    struct model_fitted is;
    struct str until, auc, value;
    enum err e;

    if (p->fitted.until != INSTANT_NONE)
        return wrong(p, "it stands in the file already");
    if ((e = need(p, "until")))
        return e;
    value = p->rest;
    if ((e = scalar(p, &until)))
        return e;
    if (until.len < 2 || !instant_parse(str_sub(until, 1, until.len - 2), &is.until) || is.until == INSTANT_NONE)
        return wrong_at(p, value, "expected: \"2026-11-01T09:00:00Z\"");
    if ((e = need(p, "auc")))
        return e;
    value = p->rest;
    if ((e = scalar(p, &auc)))
        return e;
    if (!fix_parse(auc, &is.auc) || is.auc < 0 || is.auc > FIX_ONE)
        return wrong_at(p, value, "must be from 0 to 1");
    p->fitted = is;
    return (e = line_end(p)) ? e : no_deeper(p);
}

/* ---- the whole ---- */

static enum err lines_cut(struct parse *p, struct str file)
{
    struct str rest = file, text;
    int number = 0;

    p->lines = ARENA_ARRAY(p->c->arena, struct file_line, 16);
    size_t cap = 16;
    while (rest.len) {
        size_t n = 0, indent = 0;
        while (n < rest.len && rest.ptr[n] != '\n')
            n++;
        text = str_sub(rest, 0, n);
        rest = str_sub(rest, n + (n < rest.len), rest.len);
        number++;
        if (text.len && text.ptr[text.len - 1] == '\r')
            text.len--;
        while (indent < text.len && text.ptr[indent] == ' ')
            indent++;
        if (indent == text.len)
            continue;
        if (p->count == cap) {
            p->lines = arena_grow(p->c->arena, p->lines, cap * sizeof *p->lines, 2 * cap * sizeof *p->lines);
            cap *= 2;
        }
        p->lines[p->count] = (struct file_line){str_sub(text, indent, text.len), number, (int)indent / 2};
        p->at = p->count++;
        p->rest = p->lines[p->at].text;
        if (indent % 2 || p->rest.ptr[0] == '\t')
            return wrong(p, "two spaces a level, no tabs");
        if (p->count == LINES_MAX)
            return wrong(p, "too many lines");
    }
    return ERR_NONE;
}

static enum err body_read(struct parse *p, struct json_out *o, struct buf lists[BLOCKS])
{
    struct json_out to[BLOCKS];
    uint32_t n[BLOCKS] = {0};
    enum err e = ERR_NONE;

    for (int b = 0; b < BLOCKS; b++) {
        to[b] = json_to(&lists[b]);
        json_list(&to[b]);
    }
    while (!e && next_at(p, 0)) {
        int b = 0;
        while (b < BLOCKS && !take(p, blocks[b].word))
            b++;
        if (b < BLOCKS)
            e = block_read(p, (enum block)b, n[b]++, &to[b]);
        else if (take(p, "fitted"))
            e = fitted_read(p);
        else if (!(e = any_member(p, STR(""), o)))
            e = no_deeper(p);
    }
    if (e)
        return e;
    for (int b = 0; b < BLOCKS; b++)
        json_list_end(&to[b]);
    return p->at + 1 < p->count ? no_deeper(p) : ERR_NONE;
}

static enum err file_read(struct parse *p, struct buf *out)
{
    struct json_out o = json_to(out);
    struct buf lists[BLOCKS];
    enum err e;

    p->at = 0;
    p->rest = p->lines[0].text;
    if (!str_eq(p->rest, STR("gradus model 1")) || p->lines[0].level)
        return wrong(p, "the first line is: gradus model 1");
    for (int b = 0; b < BLOCKS; b++)
        lists[b] = buf_new(p->c->arena, JSON_BYTES_MAX);
    json_begin(&o);
    if ((e = body_read(p, &o, lists)))
        return e;
    for (int b = 0; b < BLOCK_IDEAL; b++) {
        json_key(&o, blocks[b].list);
        json_put_raw(&o, buf_str(&lists[b]));
    }
    if (!str_eq(buf_str(&lists[BLOCK_IDEAL]), STR("[]"))) {
        json_key(&o, "icp");
        json_begin(&o);
        json_key(&o, "conditions");
        json_put_raw(&o, buf_str(&lists[BLOCK_IDEAL]));
        json_end(&o);
    }
    json_end(&o);
    return out->full ? fault_set(p->c, ERR_TOO_LARGE, "the model is above %d bytes", JSON_BYTES_MAX) : ERR_NONE;
}

enum err score_file_parse(struct ctx *c, struct str file, struct str *body, struct model_fitted *fitted, struct score_file_places *places)
{
    struct parse p = {.c = c, .fitted = MODEL_NOT_FITTED};
    struct buf out = buf_new(c->arena, JSON_BYTES_MAX);
    enum err e;

    *fitted = MODEL_NOT_FITTED;
    *places = (struct score_file_places){0};
    if (file.len > FILE_BYTES_MAX)
        return fault_set(c, ERR_TOO_LARGE, "a model file has at most %d bytes", FILE_BYTES_MAX);
    if (!utf8_is_valid(file))
        return fault_set(c, ERR_BAD_UTF8, "the file is not UTF-8");
    if (str_starts(file, STR("{"))) {
        *body = file;
        return ERR_NONE;
    }
    if ((e = lines_cut(&p, file)))
        return e;
    if (p.count == 0)
        return fault_at(c, ERR_BAD_FIELD, STR("1:1"), "the first line is: gradus model 1");
    if ((e = file_read(&p, &out)))
        return e;
    *body = buf_str(&out);
    *fitted = p.fitted;
    *places = (struct score_file_places){p.places, p.place_count};
    return ERR_NONE;
}
