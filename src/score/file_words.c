/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "score/file_words.h"

#include "base/utf8.h"

enum { VALUES_MAX = 200, LINES_MAX = 200000 };

/* ---- faults and places ---- */

/* rest: of the line in hand. */
static int column_of(const struct score_words *w, struct str rest)
{
    const struct score_line *l = &w->lines[w->at];
    struct str before = {l->text.ptr, (size_t)(rest.ptr - l->text.ptr)};

    return 2 * l->level + (int)utf8_count(before) + 1;
}

enum err score_words_wrong(struct score_words *w, const char *what)
{
    return fault_at(w->c, ERR_BAD_FIELD,
                    str_print(w->c->arena, "%d:%d", w->lines[w->at].number, column_of(w, w->rest)), "%s", what);
}

enum err score_words_wrong_at(struct score_words *w, struct str rest, const char *what)
{
    w->rest = rest;
    return score_words_wrong(w, what);
}

void score_words_place_at(struct score_words *w, struct str rest, struct str pointer)
{
    w->places = arena_more(w->c->arena, w->places, w->place_count, sizeof *w->places);
    w->places[w->place_count++] =
        (struct score_file_place){pointer, w->lines[w->at].number, column_of(w, rest)};
}

void score_words_place(struct score_words *w, struct str pointer)
{
    score_words_place_at(w, w->rest, pointer);
}

struct str score_words_below(struct score_words *w, struct str place, const char *member)
{
    return str_print(w->c->arena, STR_FMT "/%s", STR_ARG(place), member);
}

/* ---- words of a line ---- */

void score_words_skip(struct score_words *w, size_t n)
{
    w->rest.ptr += n;
    w->rest.len -= n;
}

bool score_words_bare(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '_' || ch == '-' ||
           ch == '.';
}

struct str score_words_next(struct score_words *w)
{
    size_t n = 0;

    while (n < w->rest.len && w->rest.ptr[n] != ' ' && w->rest.ptr[n] != ',')
        n++;
    struct str is = {w->rest.ptr, n};
    score_words_skip(w, n);
    if (w->rest.len > 1 && w->rest.ptr[0] == ' ')
        score_words_skip(w, 1);
    return is;
}

bool score_words_take(struct score_words *w, const char *want)
{
    struct score_words before = *w;

    if (str_eq(score_words_next(w), str_of(want)))
        return true;
    *w = before;
    return false;
}

enum err score_words_need(struct score_words *w, const char *want)
{
    return score_words_take(w, want) ? ERR_NONE : score_words_wrong(w, str_print(w->c->arena, "expected: %s", want).ptr);
}

enum err score_words_end(struct score_words *w)
{
    return w->rest.len ? score_words_wrong(w, "the line should end here") : ERR_NONE;
}

enum err score_words_scalar(struct score_words *w, struct str *raw)
{
    size_t n = 0;

    if (w->rest.len && w->rest.ptr[0] == '"') {
        for (n = 1; n < w->rest.len && w->rest.ptr[n] != '"'; n++)
            n += w->rest.ptr[n] == '\\';
        n = n < w->rest.len ? n + 1 : w->rest.len + 1;
    } else {
        while (n < w->rest.len && w->rest.ptr[n] != ' ' && w->rest.ptr[n] != ',')
            n++;
    }
    struct json *v;
    struct ctx probe = {.arena = w->c->arena};
    if (n == 0 || n > w->rest.len || json_read(&probe, (struct str){w->rest.ptr, n}, &v) || v->type == JSON_NULL ||
        v->type == JSON_ARRAY || v->type == JSON_OBJECT)
        return score_words_wrong(w, "expected a text in quotes, a number, true or false");
    *raw = (struct str){w->rest.ptr, n};
    score_words_skip(w, n);
    if (w->rest.len > 1 && w->rest.ptr[0] == ' ')
        score_words_skip(w, 1);
    return ERR_NONE;
}

enum err score_words_name(struct score_words *w, struct str *raw)
{
    size_t n = 0;

    if (w->rest.len && w->rest.ptr[0] == '"')
        return score_words_scalar(w, raw);
    while (n < w->rest.len && score_words_bare(w->rest.ptr[n]))
        n++;
    if (n == 0 || (n < w->rest.len && w->rest.ptr[n] != ' '))
        return score_words_wrong(w, "expected a name");
    *raw = str_print(w->c->arena, "\"" STR_FMT "\"", STR_ARG(str_sub(w->rest, 0, n)));
    score_words_skip(w, n);
    if (w->rest.len > 1 && w->rest.ptr[0] == ' ')
        score_words_skip(w, 1);
    return ERR_NONE;
}

enum err score_words_scalars(struct score_words *w, bool one, struct json_out *o)
{
    struct str list[VALUES_MAX], raw;
    size_t n = 0;
    enum err e;

    for (;;) {
        if (n == countof(list))
            return score_words_wrong(w, str_print(w->c->arena, "at most %d", VALUES_MAX).ptr);
        if ((e = score_words_scalar(w, &raw)))
            return e;
        list[n++] = raw;
        if (!w->rest.len || w->rest.ptr[0] != ',')
            break;
        score_words_skip(w, 1);
        if (!w->rest.len || w->rest.ptr[0] != ' ')
            return score_words_wrong(w, "a comma is followed by a space and a value");
        score_words_skip(w, 1);
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

bool score_words_line(struct score_words *w, int level)
{
    if (w->at + 1 >= w->count || w->lines[w->at + 1].level != level)
        return false;
    w->rest = w->lines[++w->at].text;
    return true;
}

enum err score_words_no_deeper(struct score_words *w)
{
    if (w->at + 1 >= w->count || w->lines[w->at + 1].level <= w->lines[w->at].level)
        return ERR_NONE;
    w->rest = w->lines[++w->at].text;
    return score_words_wrong(w, "nothing stands below the line above: the indent is too deep");
}

enum err score_words_cut(struct score_words *w, struct str file)
{
    struct str rest = file, text;
    int number = 0;

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
        w->lines = arena_more(w->c->arena, w->lines, w->count, sizeof *w->lines);
        w->lines[w->count] = (struct score_line){str_sub(text, indent, text.len), number, (int)indent / 2};
        w->at = w->count++;
        w->rest = w->lines[w->at].text;
        if (indent % 2 || w->rest.ptr[0] == '\t')
            return score_words_wrong(w, "two spaces a level, no tabs");
        if (w->count == LINES_MAX)
            return score_words_wrong(w, str_print(w->c->arena, "at most %d", LINES_MAX).ptr);
    }
    return ERR_NONE;
}
