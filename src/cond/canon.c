/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A condition as JSON in one way: members in the order of the table in cond.h, what is absent left out, one name as a text. */
#include "cond/cond.h"

static void member_put(struct json_out *o, const struct json *from, const char *key)
{
    const struct json *v = json_find(from, str_of(key));

    if (!v || v->type == JSON_NULL)
        return;
    json_key(o, key);
    json_put(o, v);
}

static void test_put(struct json_out *o, const struct json *from)
{
    member_put(o, from, "op");
    member_put(o, from, "value");
}

static void window_put(struct json_out *o, const struct json *from)
{
    member_put(o, from, "days");
    member_put(o, from, "hours");
    member_put(o, from, "minutes");
}

/* The members of {"event":..} or {"page":..}, with its tests. */
static void match_members_put(struct json_out *o, const struct json *from)
{
    const struct json *names = json_find(from, STR("event")), *where = json_find(from, STR("where"));

    if (json_is(names, JSON_ARRAY) && names->count == 1) {
        json_key(o, "event");
        json_put(o, &names->as.items[0]);
    } else {
        member_put(o, from, "event");
    }
    member_put(o, from, "page");
    if (!json_is(where, JSON_ARRAY) || where->count == 0)
        return;
    json_key(o, "where");
    json_list(o);
    for (uint32_t i = 0; i < where->count; i++) {
        json_begin(o);
        member_put(o, &where->as.items[i], "prop");
        test_put(o, &where->as.items[i]);
        json_end(o);
    }
    json_list_end(o);
}

static void match_put(struct json_out *o, const struct json *from, const char *key)
{
    json_key(o, key);
    json_begin(o);
    match_members_put(o, json_find(from, str_of(key)));
    json_end(o);
}

static bool windowed_put(struct json_out *o, const struct json *from)
{
    static const char *const heads[] = {"count", "within", "silent"};

    for (size_t i = 0; i < countof(heads); i++)
        if (json_find(from, str_of(heads[i]))) {
            match_put(o, from, heads[i]);
            test_put(o, from);
            window_put(o, from);
            return true;
        }
    const struct json *answered = json_find(from, STR("answered"));
    if (!answered)
        return false;
    json_key(o, "answered");
    json_begin(o);
    match_put(o, answered, "ask");
    match_put(o, answered, "reply");
    json_end(o);
    window_put(o, from);
    return true;
}

void cond_put(struct json_out *o, const struct json *from)
{
    const struct json *all = json_find(from, STR("all")), *any = json_find(from, STR("any"));
    const struct json *list = all ? all : any, *inner = json_find(from, STR("not"));

    json_begin(o);
    if (list) {
        json_key(o, all ? "all" : "any");
        json_list(o);
        for (uint32_t i = 0; i < list->count; i++)
            cond_put(o, &list->as.items[i]);
        json_list_end(o);
    } else if (inner) {
        json_key(o, "not");
        cond_put(o, inner);
    } else if (json_find(from, STR("fact"))) {
        member_put(o, from, "fact");
        test_put(o, from);
    } else if (!windowed_put(o, from)) {
        match_members_put(o, from);
    }
    json_end(o);
}
