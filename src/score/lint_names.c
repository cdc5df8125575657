/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Names in a model's conditions that nobody has been seen to have: slips of the pen, which else are seen only as a criterion that never counts. */
#include "base/utf8.h"
#include "score/lint.h"
#include "text/text.h"

enum { NEAR_CHARS = 80 };

/* Letters wrong, missing, too many, or two that changed places; `most` + 1: more than that. Bytes of folded texts. */
static size_t slips(struct str a, struct str b, size_t most)
{
    size_t row[3][NEAR_CHARS + 1];

    if (a.len > NEAR_CHARS || b.len > NEAR_CHARS)
        return most + 1;
    for (size_t k = 0; k <= b.len; k++)
        row[0][k] = k;
    for (size_t i = 1; i <= a.len; i++) {
        size_t *now = row[i % 3], *before = row[(i - 1) % 3], *two = row[(i + 1) % 3];

        now[0] = i;
        for (size_t k = 1; k <= b.len; k++) {
            size_t least = before[k - 1] + (a.ptr[i - 1] != b.ptr[k - 1]);

            least = before[k] + 1 < least ? before[k] + 1 : least;
            least = now[k - 1] + 1 < least ? now[k - 1] + 1 : least;
            if (i > 1 && k > 1 && a.ptr[i - 1] == b.ptr[k - 2] && a.ptr[i - 2] == b.ptr[k - 1] && two[k - 2] + 1 < least)
                least = two[k - 2] + 1;
            now[k] = least;
        }
    }
    return row[a.len % 3][b.len];
}

struct naming {
    const struct score_known *known;
    enum lang lang;
    struct arena *a;
    struct score_lint *out;
    size_t count;
};

/* *near: the closest known one, at most one letter in three away; NULL: none. true: it is itself known. */
static bool is_known(const struct naming *w, const struct score_names *names, struct str name, struct str *near)
{
    struct str fold = utf8_fold(w->a, name);
    size_t least = (fold.len < 9 ? fold.len : 9) / 3 + 1;

    *near = STR_NULL;
    for (size_t i = 0; i < names->count; i++) {
        size_t far;

        if (str_eq(names->items[i], name))
            return true;
        far = slips(fold, utf8_fold(w->a, names->items[i]), least);
        if (far < least) {
            least = far;
            *near = names->items[i];
        }
    }
    return false;
}

/* "/criteria/3" of "/criteria/3/condition/all/0/fact". */
static struct str owner_of(struct str place)
{
    size_t n = 0;

    for (int slashes = 0; n < place.len && (place.ptr[n] != '/' || ++slashes < 3); n++)
        ;
    return str_sub(place, 0, n);
}

/* Of one criterion a name is told once, however many of its words ask for it. */
static bool is_told(const struct naming *w, struct str place, struct str detail)
{
    for (size_t i = 0; i < w->count; i++)
        if (str_eq(w->out[i].detail, detail) && str_eq(owner_of(w->out[i].pointer), owner_of(place)))
            return true;
    return false;
}

static void name_take(struct naming *w, bool fact, struct str name, struct str place)
{
    struct str near, detail;
    const char *key;

    if (w->count == SCORE_LINTS_MAX || !name.len || is_known(w, fact ? &w->known->facts : &w->known->events, name, &near))
        return;
    if (!near.ptr && !w->known->enough)
        return;
    if (fact)
        key = near.ptr ? "lint.unknown_fact_near" : "lint.unknown_fact";
    else
        key = near.ptr ? "lint.unknown_event_near" : "lint.unknown_event";
    const struct text_arg args[] = { { "name", name }, { "near", near.ptr ? near : STR("") }, { NULL, STR_NULL } };
    detail = text_fill(w->a, w->lang, key, args);
    if (!is_told(w, place, detail))
        w->out[w->count++] = (struct score_lint){ .pointer = place, .code = fact ? "unknown_fact" : "unknown_event", .detail = detail };
}

static void value_take(struct naming *w, const struct json *v, struct str place)
{
    for (uint32_t i = 0; v->type == JSON_ARRAY && i < v->count; i++)
        value_take(w, &v->as.items[i], str_print(w->a, STR_FMT "/%u", STR_ARG(place), i));
    for (uint32_t i = 0; v->type == JSON_OBJECT && i < v->count; i++) {
        const struct json_member *m = &v->as.members[i];
        struct str at = str_print(w->a, STR_FMT "/" STR_FMT, STR_ARG(place), STR_ARG(m->key));
        bool event = str_eq(m->key, STR("event"));

        if (m->value.type == JSON_TEXT && (event || str_eq(m->key, STR("fact"))))
            name_take(w, !event, m->value.as.text, at);
        else if (event && m->value.type == JSON_ARRAY)
            for (uint32_t k = 0; k < m->value.count; k++)
                name_take(w, false, json_text(&m->value.as.items[k]), str_print(w->a, STR_FMT "/%u", STR_ARG(at), k));
        else
            value_take(w, &m->value, at);
    }
}

size_t score_lint_names(const struct json *body, const struct score_known *known, enum lang lang, struct arena *a, struct score_lint *out, size_t count)
{
    struct naming w = { known, lang, a, out, count };

    if (body)
        value_take(&w, body, STR(""));
    return w.count;
}
