/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "learn/feature_row.h"

#include <string.h>

#include "base/map.h"
#include "base/utf8.h"

static const char *const identities[] = {
    "name", "email", "phone", "firstName", "lastName", "middleName", "first_name", "last_name", "id", "external_id", "user_id", "username",
    "avatar", "description", "website", "address.street", "birthday", NULL,
};

bool learn_is_identity(struct str fact)
{
    for (const char *const *s = identities; *s; s++)
        if (str_eq_nocase(fact, str_of(*s)))
            return true;
    return false;
}

static const char *const nothings[] = {
    "select", "please select", "choose", "unknown", "not known", "not specified", "not provided", "not set", "none selected", "n/a", "#n/a", "null", "nan",
    "undefined",
    "выберите", "не выбрано", "не указано", "не указан", "не указана", "не задано", "неизвестно", "не известно", "нет данных", NULL,
};

/* Lowered as it goes: asked of each text of each lead. */
static bool is_word(struct str text, const char *word)
{
    struct str w = str_of(word);
    size_t at = 0, of = 0;

    if (text.len != w.len)
        return false;
    while (at < text.len) {
        uint32_t c = utf8_next(text, &at);

        c += (c >= 'A' && c <= 'Z') || (c >= 0x410 && c <= 0x42F) ? 0x20 : 0; /* Latin and Russian capitals */
        if (c != utf8_next(w, &of))
            return false;
    }
    return true;
}

/* What stands about such a word: "-- Select --", "Choose…", "(not set)". */
static bool is_dressing(uint32_t c)
{
    return c < 0x80 ? c && strchr("-. ()[]<>", (int)c) : c == 0x2013 || c == 0x2014 || c == 0x2026; /* dashes, three dots */
}

static struct str undressed(struct str text)
{
    size_t at = 0, first = 0, last;

    while (at < text.len && is_dressing(utf8_next(text, &at)))
        first = at;
    text = str_sub(text, first, text.len);
    while (text.len) {
        last = text.len - 1;
        while (last > 0 && ((unsigned char)text.ptr[last] & 0xC0) == 0x80)
            last--;
        at = last;
        if (!is_dressing(utf8_next(text, &at)))
            break;
        text.len = last;
    }
    return text;
}

bool learn_says_nothing(struct str text)
{
    struct str rest = undressed(text);

    for (const char *const *s = nothings; *s; s++)
        if (is_word(rest, *s))
            return true;
    return !rest.len;
}

struct making {
    struct arena *a;
    struct learn_value *values;
    size_t count, cap;
};

static struct learn_value *value_new(struct making *m, const char *kind, struct str name)
{
    if (m->count == m->cap) {
        size_t cap = m->cap ? 2 * m->cap : 32;

        m->values = arena_grow(m->a, m->values, m->cap * sizeof *m->values, cap * sizeof *m->values);
        m->cap = cap;
    }
    m->values[m->count] = (struct learn_value){ .name = str_print(m->a, "%s." STR_FMT, kind, STR_ARG(name)) };
    return &m->values[m->count++];
}

static void add_number(struct making *m, const char *kind, struct str name, double number)
{
    struct learn_value *v = value_new(m, kind, name);

    v->kind = LEARN_NUMBER;
    v->number = number;
}

static void add_fact(struct making *m, const struct learn_fact *f)
{
    const struct json *j = f->value;
    struct learn_value *v;

    if (!j || learn_is_identity(f->name))
        return;
    if (j->type == JSON_INT) {
        add_number(m, "fact", f->name, (double)j->as.integer);
    } else if (j->type == JSON_NUM) {
        add_number(m, "fact", f->name, (double)fix_cut(j->raw.len ? j->raw : j->as.text) / (double)FIX_ONE);
    } else if (j->type == JSON_BOOL || (j->type == JSON_TEXT && !learn_says_nothing(j->as.text))) {
        v = value_new(m, "fact", f->name);
        v->kind = LEARN_TEXT;
        v->text = j->type == JSON_BOOL ? (j->as.truth ? STR("true") : STR("false")) : j->as.text;
    }
}

struct counted {
    struct str name;
    int64_t count;
};

static void count_events(struct making *m, const struct history *h, instant at)
{
    struct map names = map_new(m->a, 16);
    struct counted *list = ARENA_ARRAY(m->a, struct counted, h->event_count + 1);
    int64_t pages = 0, events = 0, week = 0, days = 0, last_day = INT64_MIN;
    size_t n = 0;

    for (size_t i = 0; i < h->event_count && h->events[i].at <= at; i++) {
        const struct past_event *e = &h->events[i];
        struct counted *one;

        if (e->bot || e->kind > EVENT_SCREEN)
            continue;
        events++;
        pages += e->kind == EVENT_PAGE;
        week += e->at > at - 7 * DAY_US;
        days += e->at / DAY_US != last_day;
        last_day = e->at / DAY_US;
        if (e->kind != EVENT_TRACK || !e->name.len)
            continue;
        if (!(one = map_find(&names, e->name))) {
            one = &list[n++];
            one->name = e->name;
            map_put(&names, e->name, one);
        }
        one->count++;
    }
    add_number(m, "count", STR("pages"), (double)pages);
    add_number(m, "count", STR("events"), (double)events);
    add_number(m, "count", STR("events_7d"), (double)week);
    add_number(m, "count", STR("days"), (double)days);
    for (size_t i = 0; i < n; i++)
        add_number(m, "event", list[i].name, (double)list[i].count);
}

struct learn_row learn_row_of(struct arena *a, const struct learn_fact *facts, size_t fact_count, const struct history *h, instant at,
                              const struct learn_times *times, size_t times_count)
{
    struct making m = { .a = a };

    for (size_t i = 0; i < fact_count; i++)
        add_fact(&m, &facts[i]);
    count_events(&m, h, at);
    for (size_t i = 0; i < times_count; i++)
        add_number(&m, "criterion", times[i].criterion, (double)times[i].count);
    return (struct learn_row){ m.values, m.count };
}

struct learn_row learn_row_keep(struct arena *a, const struct learn_row *row)
{
    struct learn_value *values = ARENA_ARRAY(a, struct learn_value, row->count + 1);

    for (size_t i = 0; i < row->count; i++) {
        values[i] = row->values[i];
        values[i].name = str_dup(a, row->values[i].name);
        if (row->values[i].kind == LEARN_TEXT)
            values[i].text = str_dup(a, row->values[i].text);
    }
    return (struct learn_row){ values, row->count };
}

struct learn_row learn_row_of_facts(struct arena *a, const struct learn_fact *facts, size_t n)
{
    struct making m = { .a = a };

    for (size_t i = 0; i < n; i++)
        if (facts[i].value && !learn_is_identity(facts[i].name))
            add_fact(&m, &facts[i]);
    for (size_t i = 0; i < m.count; i++) /* "fact.city" -> "city" */
        m.values[i].name = str_sub(m.values[i].name, 5, m.values[i].name.len);
    return learn_row_keep(a, &(struct learn_row){ m.values, m.count });
}
