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

/* "/criteria/3" of "/criteria/3/condition/all/0/fact"; "/icp/conditions/1" of "/icp/conditions/1/when". */
static struct str owner_of(struct str place)
{
    const int parts = str_starts(place, STR("/icp/")) ? 4 : 3;
    size_t n = 0;

    for (int slashes = 0; n < place.len && (place.ptr[n] != '/' || ++slashes < parts); n++)
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

/* ---- what is told ---- */

enum name_kind { NAME_FACT, NAME_EVENT, NAME_PROPERTY, NAME_ANY_PROPERTY };
static const struct {
    const char *code, *unknown, *unknown_near;
} kinds[] = {
    [NAME_FACT] = { "unknown_fact", "lint.unknown_fact", "lint.unknown_fact_near" },
    [NAME_EVENT] = { "unknown_event", "lint.unknown_event", "lint.unknown_event_near" },
    [NAME_PROPERTY] = { "unknown_property", "lint.unknown_property", "lint.unknown_property_near" },
    [NAME_ANY_PROPERTY] = { "unknown_property", "lint.unknown_property_any", "lint.unknown_property_any_near" },
};

/* Where a name may be known: enough were looked at for one that none has to deserve a word. event: of properties, whose. */
struct among {
    enum name_kind kind;
    struct score_names names;
    bool enough;
    struct str event;
};

static void name_take(struct naming *w, const struct among *k, struct str name, struct str place)
{
    struct str near, detail, own;

    if (w->count == SCORE_LINTS_MAX || !name.len || is_known(w, &k->names, name, &near))
        return;
    if (!near.ptr && !k->enough)
        return;
    own = k->kind == NAME_FACT && !near.ptr ? text_find(w->lang, str_print(w->a, "learn.fact.%s", str_cz(w->a, name))) : STR_NULL;
    const struct text_arg args[] = { { "name", own.ptr ? own : name }, { "near", near.ptr ? near : STR("") }, { "event", k->event.ptr ? k->event : STR("") }, { NULL, STR_NULL } };
    detail = text_fill(w->a, w->lang, near.ptr ? kinds[k->kind].unknown_near : kinds[k->kind].unknown, args);
    if (!is_told(w, place, detail))
        w->out[w->count++] = (struct score_lint){ .pointer = place, .code = kinds[k->kind].code, .detail = detail };
}

static void fact_take(struct naming *w, struct str name, struct str place)
{
    name_take(w, &(struct among){ NAME_FACT, w->known->facts, w->known->enough, STR_NULL }, name, place);
}

/* Of several names, as one thing is called in two languages, one that is known is enough: then the others are told only as slips. */
static void event_take(struct naming *w, const struct json *v, struct str place)
{
    struct among events = { NAME_EVENT, w->known->events, w->known->enough, STR_NULL };
    struct str near;

    for (uint32_t k = 0; v->type == JSON_ARRAY && k < v->count; k++)
        events.enough = events.enough && !is_known(w, &events.names, json_text(&v->as.items[k]), &near);
    if (v->type != JSON_ARRAY)
        name_take(w, &events, json_text(v), place);
    for (uint32_t k = 0; v->type == JSON_ARRAY && k < v->count; k++) {
        name_take(w, &events, json_text(&v->as.items[k]), str_print(w->a, STR_FMT "/%u", STR_ARG(place), k));
        events.enough = false; /* that none of them is known is said once; slips are told each */
    }
}

/* ---- properties ---- */

/* What the events of a match go by; one without a name for one that is of anything. */
static struct score_names events_of(struct arena *a, const struct json *match)
{
    const struct json *event = json_find(match, STR("event"));
    uint32_t n = json_is(event, JSON_ARRAY) ? event->count : 1;
    struct str *names = ARENA_ARRAY(a, struct str, n + 1);
    size_t count = 0;

    if (!event)
        names[count++] = json_find(match, STR("page")) ? cond_event_name(EVENT_PAGE, STR_NULL) : STR_NULL;
    for (uint32_t i = 0; event && i < n; i++) {
        struct str name = json_text(event->type == JSON_ARRAY ? &event->as.items[i] : event);

        if (name.len)
            names[count++] = name;
    }
    return (struct score_names){ names, count };
}

static const struct score_event_known *event_find(const struct score_known *known, struct str name)
{
    for (size_t i = 0; i < known->tested_count; i++)
        if (str_eq(known->tested[i].event, name) && known->tested[i].seen)
            return &known->tested[i];
    return NULL;
}

/* The properties of those of the events that were seen, together; false: none was. */
static bool properties_of(const struct naming *w, struct score_names events, struct among *k)
{
    struct buf called = buf_new(w->a, 64 * 1024);
    struct str *names = NULL;
    size_t count = 0;

    *k = (struct among){ .kind = NAME_PROPERTY, .enough = true };
    for (size_t i = 0; i < events.count; i++) {
        const struct score_event_known *e = event_find(w->known, events.items[i]);

        k->enough = k->enough && e && e->seen >= SCORE_EVENTS_ENOUGH && !e->part;
        if (!e)
            continue;
        names = arena_grow(w->a, names, count * sizeof *names, (count + e->properties.count + 1) * sizeof *names);
        for (size_t j = 0; j < e->properties.count; j++)
            names[count++] = e->properties.items[j];
        buf_add(&called, called.len ? STR(", ") : STR(""));
        buf_add(&called, e->event);
    }
    k->names = (struct score_names){ names, count };
    k->event = buf_str(&called);
    k->kind = called.len ? NAME_PROPERTY : NAME_ANY_PROPERTY;
    return count > 0;
}

static void where_take(struct naming *w, const struct json *match, const struct json *where, struct str place)
{
    struct among properties;

    if (where->type != JSON_ARRAY || !properties_of(w, events_of(w->a, match), &properties))
        return;
    for (uint32_t i = 0; i < where->count; i++)
        name_take(w, &properties, json_text(json_find(&where->as.items[i], STR("prop"))), str_print(w->a, STR_FMT "/%u/prop", STR_ARG(place), i));
}

/* ---- the whole body ---- */

static bool is_among(const struct str *names, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(names[i], name))
            return true;
    return false;
}

static size_t tested_take(const struct json *v, struct arena *a, struct str *out, size_t n)
{
    if (json_is(v, JSON_OBJECT) && json_find(v, STR("where"))) {
        struct score_names events = events_of(a, v);

        for (size_t i = 0; i < events.count && n < SCORE_TESTED_MAX; i++)
            if (!is_among(out, n, events.items[i]))
                out[n++] = events.items[i];
    }
    for (uint32_t i = 0; v->type == JSON_ARRAY && i < v->count; i++)
        n = tested_take(&v->as.items[i], a, out, n);
    for (uint32_t i = 0; v->type == JSON_OBJECT && i < v->count; i++)
        n = tested_take(&v->as.members[i].value, a, out, n);
    return n;
}

size_t score_lint_tested(const struct json *body, struct arena *a, struct str *out)
{
    return body ? tested_take(body, a, out, 0) : 0;
}

static void value_take(struct naming *w, const struct json *v, struct str place)
{
    for (uint32_t i = 0; v->type == JSON_ARRAY && i < v->count; i++)
        value_take(w, &v->as.items[i], str_print(w->a, STR_FMT "/%u", STR_ARG(place), i));
    for (uint32_t i = 0; v->type == JSON_OBJECT && i < v->count; i++) {
        const struct json_member *m = &v->as.members[i];
        struct str at = str_print(w->a, STR_FMT "/" STR_FMT, STR_ARG(place), STR_ARG(m->key));

        if (str_eq(m->key, STR("where")))
            where_take(w, v, &m->value, at);
        else if (str_eq(m->key, STR("fact")) && m->value.type == JSON_TEXT)
            fact_take(w, m->value.as.text, at);
        else if (str_eq(m->key, STR("event")) && (m->value.type == JSON_TEXT || m->value.type == JSON_ARRAY))
            event_take(w, &m->value, at);
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
