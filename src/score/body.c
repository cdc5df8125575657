/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "score/body.h"

#include "base/limits.h"
#include "base/utf8.h"

struct str score_body_below(struct ctx *c, struct str place, const char *member)
{
    return str_print(c->arena, STR_FMT "/%s", STR_ARG(place), member);
}

struct str score_body_nth(struct ctx *c, struct str place, uint32_t i)
{
    return str_print(c->arena, STR_FMT "/%u", STR_ARG(place), i);
}

const struct json *score_body_member(const struct json *v, const char *name)
{
    const struct json *found = json_find(v, str_of(name));
    return json_is(found, JSON_NULL) ? NULL : found;
}

enum err score_body_check(struct ctx *c, const struct json *v, struct str place, const char *const *allowed)
{
    if (!json_is(v, JSON_OBJECT))
        return fault_at(c, ERR_BAD_FIELD, place, "must be an object");
    return json_members_check(c, v, place, allowed);
}

enum err score_body_text(struct ctx *c, const struct json *v, struct str place, const char *name, struct arena *a, struct str *text)
{
    const struct json *t = score_body_member(v, name);

    *text = STR_NULL;
    if (!t)
        return ERR_NONE;
    if (!json_is(t, JSON_TEXT) || t->as.text.len > 4 * LIMIT_NAME_CHARS || utf8_count(t->as.text) > LIMIT_NAME_CHARS)
        return fault_at(c, ERR_BAD_FIELD, score_body_below(c, place, name), "must be a text of at most %d characters", LIMIT_NAME_CHARS);
    *text = str_dup(a, t->as.text);
    return ERR_NONE;
}

enum err score_body_title(struct ctx *c, const struct json *v, struct str place, struct arena *a, struct str *ru, struct str *en)
{
    static const char *const members[] = {"ru", "en", NULL};
    const struct json *title = score_body_member(v, "title");
    struct str at = score_body_below(c, place, "title");
    enum err first, e;

    *ru = *en = STR_NULL;
    if (!title)
        return ERR_NONE;
    if ((first = score_body_check(c, title, at, members)) && !json_is(title, JSON_OBJECT))
        return first;
    e = score_body_text(c, title, at, "ru", a, ru);
    first = first ? first : e;
    e = score_body_text(c, title, at, "en", a, en);
    return first ? first : e;
}

enum err score_body_condition(struct ctx *c, const struct json *from, struct str place, struct arena *a, size_t *pattern_bytes, struct cond **when)
{
    struct cond *made;
    enum err e;

    if (*pattern_bytes > LIMIT_PATTERN_BYTES)
        return ERR_TOO_LARGE;
    if ((e = cond_compile(c, from, place, a, &made)))
        return e;
    *pattern_bytes += cond_pattern_bytes(made);
    if (*pattern_bytes > LIMIT_PATTERN_BYTES) {
        cond_free(made);
        return fault_at(c, ERR_TOO_LARGE, place, "the patterns of a model take at most %d bytes", LIMIT_PATTERN_BYTES);
    }
    *when = made;
    return ERR_NONE;
}
