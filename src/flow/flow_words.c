/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_words.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/map.h"
#include "cond/cond.h"
#include "history/history.h"
#include "lead/lead.h"

const char *const flow_word_type_names[] = {
    [FLOW_WORD_TEXT] = "text", [FLOW_WORD_NUMBER] = "number", [FLOW_WORD_TRUTH] = "truth", NULL};

enum { EVENTS_OF_A_LEAD = 60, VALUE_BYTES = 120, AT_LEAST = 2, ASKED_LEADS = 100, ASKED_EACH = 3, ASKED_DEPTH = 4,
       ANY_LEADS = 20, ANY_ASKS = 400 };

struct counted {
    struct str text;
    int64_t leads, of_type[3];
    size_t last; /* the lead that was counted last, from 1 */
    struct map values; /* of facts: text -> struct counted */
};

/* lead: from 1; counted once however often it says it. */
static struct counted *count(struct map *m, struct str text, size_t lead)
{
    struct counted *k = map_find(m, text);

    if (!k) {
        k = ARENA_NEW(m->arena, struct counted);
        k->text = text;
        map_put(m, text, k);
    }
    if (k->last != lead)
        k->leads++;
    k->last = lead;
    return k;
}

static int more_first(const void *a, const void *b)
{
    const struct flow_word *x = a, *y = b;

    if (x->leads != y->leads)
        return x->leads < y->leads ? 1 : -1;
    return str_cmp(x->text, y->text);
}

static struct flow_word *sorted(const struct map *m, int64_t least, size_t most, struct arena *a, size_t *n)
{
    struct flow_word *list = ARENA_ARRAY(a, struct flow_word, m->count + 1);
    size_t at = 0;
    struct str key;
    void *value;

    *n = 0;
    while (map_next(m, &at, &key, &value)) {
        struct counted *k = value;
        enum flow_word_type type = FLOW_WORD_TEXT;

        if (k->leads < least)
            continue;
        for (int t = 0; t < 3; t++)
            if (k->of_type[t] > k->of_type[type])
                type = (enum flow_word_type)t;
        list[*n] = (struct flow_word){.text = key, .leads = k->leads, .type = type};
        if (k->values.arena && type == FLOW_WORD_TEXT)
            list[*n].values = sorted(&k->values, AT_LEAST, FLOW_WORD_VALUES, a, &list[*n].value_count);
        (*n)++;
    }
    qsort(list, *n, sizeof *list, more_first);
    if (*n > most)
        *n = most;
    return list;
}

/* By what a person is reached or known: never a hint. */
static bool is_private(struct str fact)
{
    static const char *const names[] = {"name", "email", "phone", "address", "birthday", "first_name", "last_name",
                                        "firstName", "lastName"};

    for (size_t i = 0; i < countof(names); i++)
        if (str_eq(fact, str_of(names[i])))
            return true;
    return false;
}

static enum err facts_count(struct ctx *c, struct map *facts, struct str text, size_t lead)
{
    struct json *tree;
    enum err e = json_read(c, text, &tree);

    if (e)
        return e;
    for (uint32_t i = 0; json_is(tree, JSON_OBJECT) && i < tree->count; i++) {
        struct str fact = tree->as.members[i].key, said;
        const struct json *v = json_find(&tree->as.members[i].value, STR("v"));
        struct counted *k;

        if (!v || v->type == JSON_NULL)
            continue;
        k = count(facts, fact, lead);
        k->of_type[v->type == JSON_BOOL ? FLOW_WORD_TRUTH : v->type == JSON_INT || v->type == JSON_NUM ? FLOW_WORD_NUMBER
                                                                                               : FLOW_WORD_TEXT]++;
        said = json_text(v);
        if (!said.len || said.len > VALUE_BYTES || is_private(fact))
            continue;
        if (!k->values.arena)
            k->values = map_new(c->arena, 16);
        count(&k->values, said, lead);
    }
    return ERR_NONE;
}

/* ---- what events hold ---- */

struct members {
    struct map seen;
    struct str *names; /* in the order in which they were seen first */
    size_t count;
};

/* Names of what v holds, those below it behind a dot: as cond/ looks for them. */
static void members_take(struct members *to, struct str above, const struct json *v, int depth)
{
    struct arena *a = to->seen.arena;

    for (uint32_t i = 0; json_is(v, JSON_OBJECT) && i < v->count && to->count < FLOW_WORD_PROPERTIES; i++) {
        const struct json_member *m = &v->as.members[i];
        struct str name = above.len ? str_print(a, STR_FMT "." STR_FMT, STR_ARG(above), STR_ARG(m->key)) : m->key;

        if (name.len <= VALUE_BYTES && !map_find(&to->seen, name)) {
            to->names = arena_more(a, to->names, to->count, sizeof *to->names);
            to->names[to->count] = str_dup(a, name);
            map_put(&to->seen, to->names[to->count++], to);
        }
        if (depth > 1)
            members_take(to, name, &m->value, depth - 1);
    }
}

static void body_take(struct members *to, const struct json *body)
{
    static const char *const parts[] = {"properties", "traits", "context"};

    for (size_t i = 0; i < countof(parts); i++)
        members_take(to, STR_NULL, json_find(body, str_of(parts[i])), ASKED_DEPTH);
    members_take(to, STR_NULL, body, ASKED_DEPTH);
}

/* The leads that have an event, from the latest on; said holds each name and path of a lead once, lead after lead. */
static size_t asks_of(struct str event, const struct lead_id *ids, const struct history_word *said, size_t n, struct history_ask *asks)
{
    size_t count = 0;

    for (size_t i = 0; i < n && count < ASKED_LEADS; i++) {
        bool named = said[i].kind == EVENT_TRACK || said[i].kind == EVENT_DEED;
        struct history_ask ask = {ids[said[i].lead], said[i].kind, named ? said[i].name : STR_NULL};

        if (str_eq(cond_event_name(ask.kind, said[i].name), event) && !(count && asks[count - 1].lead.v == ask.lead.v && asks[count - 1].kind == ask.kind))
            asks[count++] = ask;
    }
    return count;
}

/* Leads of every event there is, of each the latest ones. *part: of some hardly any, for there are too many kinds of events. */
static size_t asks_of_any(struct arena *a, const struct lead_id *ids, const struct history_word *said, size_t n, struct history_ask *asks, bool *part)
{
    struct map events = map_new(a, 64);
    size_t n_asks = 0;

    for (size_t i = 0; i < n; i++) {
        struct str name = cond_event_name(said[i].kind, said[i].name);
        struct counted *k = name.len ? map_find(&events, name) : NULL;
        bool named = said[i].kind == EVENT_TRACK || said[i].kind == EVENT_DEED;

        if (!name.len || (k && (k->last == said[i].lead + 1 || k->leads == ANY_LEADS)))
            continue;
        if (n_asks == ANY_ASKS) {
            *part = true;
            continue;
        }
        asks[n_asks++] = (struct history_ask){ids[said[i].lead], said[i].kind, named ? said[i].name : STR_NULL};
        (void)count(&events, name, said[i].lead + 1);
    }
    return n_asks;
}

static enum err event_read(struct ctx *c, struct db_tx *tx, const struct history_ask *asks, size_t n, struct flow_event_words *of)
{
    struct members members = {.seen = map_new(c->arena, 64)};
    struct ctx own = *c; /* bodies may be large, their names are few */
    struct history_body *bodies;
    size_t count;
    enum err e = ERR_NONE;

    own.arena = arena_new(0);
    for (size_t from = 0; from < n && !e; from += ASKED_LEADS) {
        size_t some = n - from < ASKED_LEADS ? n - from : ASKED_LEADS;

        arena_reset(own.arena);
        if ((e = history_bodies(&own, tx, asks + from, some, ASKED_EACH, &bodies, &count)))
            break;
        for (size_t i = 0; i < count; i++)
            body_take(&members, bodies[i].body);
        of->seen += (int64_t)count;
    }
    of->properties = members.names;
    of->count = members.count;
    arena_free(own.arena);
    return e;
}

enum err flow_words_read(struct ctx *c, struct db_tx *tx, const struct str *asked, size_t asked_count, struct flow_words *words,
                         struct flow_event_words *of_events)
{
    struct map facts = map_new(c->arena, 64), events = map_new(c->arena, 64), pages = map_new(c->arena, 64), names = map_new(c->arena, 64);
    struct lead_id *ids = ARENA_ARRAY(c->arena, struct lead_id, FLOW_WORD_LEADS);
    struct str *texts = ARENA_ARRAY(c->arena, struct str, FLOW_WORD_LEADS);
    struct history_ask asks[ANY_ASKS];
    struct history_word *said;
    size_t n, count_said;
    enum err e;

    if ((e = lead_latest(c, tx, FLOW_WORD_LEADS, ids, texts, &n))
        || (e = history_words(c, tx, ids, n, EVENTS_OF_A_LEAD, &said, &count_said)))
        return e;
    for (size_t i = 0; i < n; i++)
        if (texts[i].len && (e = facts_count(c, &facts, texts[i], i + 1)))
            return e;
    for (size_t i = 0; i < count_said; i++) {
        struct str name = cond_event_name(said[i].kind, said[i].name);

        if (name.len)
            count(&names, name, said[i].lead + 1);
        if (said[i].kind == EVENT_TRACK && said[i].name.len)
            count(&events, said[i].name, said[i].lead + 1);
        if (said[i].path.len && said[i].path.len <= VALUE_BYTES)
            count(&pages, said[i].path, said[i].lead + 1);
    }
    for (size_t i = 0; i < asked_count; i++) {
        of_events[i] = (struct flow_event_words){.event = asked[i]};
        size_t of = asked[i].len ? asks_of(asked[i], ids, said, count_said, asks)
                                 : asks_of_any(c->arena, ids, said, count_said, asks, &of_events[i].part);
        if ((e = event_read(c, tx, asks, of, &of_events[i])))
            return e;
    }
    words->facts = sorted(&facts, 1, FLOW_WORDS_MAX, c->arena, &words->fact_count);
    words->events = sorted(&events, 1, FLOW_WORDS_MAX, c->arena, &words->event_count);
    words->names = sorted(&names, 1, FLOW_WORDS_MAX, c->arena, &words->name_count);
    words->pages = sorted(&pages, AT_LEAST, FLOW_WORDS_MAX, c->arena, &words->page_count);
    return ERR_NONE;
}
