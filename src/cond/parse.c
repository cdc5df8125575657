/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/limits.h"
#include "base/utf8.h"
#include "cond/node.h"

enum { COUNT_MAX = 1000, NAMES_MAX = 50, WHERE_MAX = 20 };
static const int64_t window_max_us = 3650 * DAY_US;

struct parse {
    struct ctx *c;
    struct arena *a;
    struct cond_node *nodes; /* LIMIT_CONDITION_NODES */
    uint32_t count;
    uint32_t leaves;
    uint32_t parts; /* nodes, names and tests together: what LIMIT_CONDITION_NODES bounds */
    bool full;
    int depth;
};

typedef enum err parse_fn(struct parse *p, const struct json *from, struct str place,
                          struct cond_node *n, bool negated);

static enum err parse_node(struct parse *p, const struct json *from, struct str place,
                           bool negated);

static struct str place_of(struct parse *p, struct str place, const char *member)
{
    return str_print(p->c->arena, STR_FMT "/%s", STR_ARG(place), member);
}

/* Every member must be one of allowed (NULL-terminated). */
static enum err part_add(struct parse *p, struct str place)
{
    if (++p->parts <= LIMIT_CONDITION_NODES)
        return ERR_NONE;
    if (p->full)
        return ERR_TOO_LARGE;
    p->full = true;
    return fault_at(p->c, ERR_TOO_LARGE, place, "a condition has at most %d parts",
                    LIMIT_CONDITION_NODES);
}

static enum err name_read(struct parse *p, const struct json *v, struct str place, struct str *name)
{
    if (!json_is(v, JSON_TEXT) || str_trim(v->as.text).len == 0)
        return fault_at(p->c, v ? ERR_BAD_FIELD : ERR_MISSING, place, "must be a name");
    if (v->as.text.len > LIMIT_NAME_CHARS * 4 || utf8_count(v->as.text) > LIMIT_NAME_CHARS)
        return fault_at(p->c, ERR_TOO_LONG, place, "a name has at most %d characters",
                        LIMIT_NAME_CHARS);
    *name = str_dup(p->a, v->as.text);
    return ERR_NONE;
}

/* op and value of a fact, a property or a count. */
static enum err test_read(struct parse *p, const struct json *from, struct str place,
                          struct cond_test *test)
{
    const struct json *word = json_find(from, STR("op"));
    struct str at = place_of(p, place, "op");

    if (!word)
        return fault_at(p->c, ERR_MISSING, at, "an operator is needed");
    test->op = json_is(word, JSON_TEXT) ? op_find(word->as.text) : NULL;
    if (!test->op)
        return fault_at(p->c, ERR_BAD_FIELD, at, "unknown operator");
    return op_args_read(p->c, test->op, json_find(from, STR("value")), place_of(p, place, "value"),
                        p->a, &test->args);
}

static enum err where_read(struct parse *p, const struct json *list, struct str place,
                           struct cond_match *m)
{
    static const char *const members[] = {"prop", "op", "value", NULL};
    enum err e = ERR_NONE;

    if (!list || list->type == JSON_NULL)
        return ERR_NONE;
    if (!json_is(list, JSON_ARRAY) || list->count > WHERE_MAX)
        return fault_at(p->c, ERR_BAD_FIELD, place, "must be a list of at most %d tests",
                        WHERE_MAX);
    m->where = ARENA_ARRAY(p->a, struct cond_test, list->count ? list->count : 1);
    for (uint32_t i = 0; i < list->count; i++) {
        const struct json *item = &list->as.items[i];
        struct str at = str_print(p->c->arena, STR_FMT "/%u", STR_ARG(place), i);
        enum err bad = part_add(p, at);
        if (!bad && !json_is(item, JSON_OBJECT))
            bad = fault_at(p->c, ERR_BAD_FIELD, at, "must be an object with prop, op and value");
        if (!bad)
            bad = json_members_check(p->c, item, at, members);
        if (!bad)
            bad = name_read(p, json_find(item, STR("prop")), place_of(p, at, "prop"),
                            &m->where[i].name);
        if (!bad)
            bad = test_read(p, item, at, &m->where[i]);
        m->where_count = i + 1; /* also after a fault: cond_free lets go of patterns */
        e = e ? e : bad;
    }
    return e;
}

static enum err names_read(struct parse *p, const struct json *v, struct str place,
                           struct cond_match *m)
{
    enum err e = ERR_NONE;

    if (!json_is(v, JSON_ARRAY)) {
        m->names = ARENA_NEW(p->a, struct str);
        m->name_count = 1;
        return name_read(p, v, place, &m->names[0]);
    }
    if (v->count == 0 || v->count > NAMES_MAX)
        return fault_at(p->c, ERR_BAD_FIELD, place, "must be a name or a list of 1 to %d names",
                        NAMES_MAX);
    m->names = ARENA_ARRAY(p->a, struct str, v->count);
    m->name_count = v->count;
    for (uint32_t i = 0; i < v->count && !e; i++)
        e = name_read(p, &v->as.items[i], str_print(p->c->arena, STR_FMT "/%u", STR_ARG(place), i),
                      &m->names[i]);
    return e;
}

static enum err path_read(struct parse *p, const struct json *v, struct str place,
                          struct cond_match *m)
{
    enum err e = name_read(p, v, place, &m->path);

    if (e)
        return e;
    if (m->path.ptr[0] != '/' && m->path.ptr[0] != '*')
        return fault_at(p->c, ERR_BAD_FIELD, place, "a path begins with / or *");
    if (m->path.len > 1 && m->path.ptr[m->path.len - 1] == '/')
        m->path.len--;
    m->names = ARENA_NEW(p->a, struct str);
    m->names[0] = cond_event_name(EVENT_PAGE, STR_NULL);
    m->name_count = 1;
    return ERR_NONE;
}

/* {"event":..} {"page":..} {} with an optional where. */
static enum err match_read(struct parse *p, const struct json *from, struct str place,
                           struct cond_match *m)
{
    static const char *const members[] = {"event", "page", "where", NULL};
    const struct json *event, *page;
    enum err e;

    if (!json_is(from, JSON_OBJECT))
        return fault_at(p->c, from ? ERR_BAD_FIELD : ERR_MISSING, place,
                        "must be an object with event or page, or {}");
    if ((e = part_add(p, place)) || (e = json_members_check(p->c, from, place, members)))
        return e;
    event = json_find(from, STR("event"));
    page = json_find(from, STR("page"));
    if (event && page)
        return fault_at(p->c, ERR_BAD_FIELD, place_of(p, place, "page"), "either event or page");
    if (event)
        e = names_read(p, event, place_of(p, place, "event"), m);
    if (page)
        e = path_read(p, page, place_of(p, place, "page"), m);
    enum err bad = where_read(p, json_find(from, STR("where")), place_of(p, place, "where"), m);
    return e ? e : bad;
}

static enum err window_read(struct parse *p, const struct json *from, struct str place,
                            struct cond_node *n)
{
    static const struct {
        const char *name;
        int64_t us;
    } units[] = {
        [WINDOW_DAYS] = {"days", DAY_US},
        [WINDOW_HOURS] = {"hours", HOUR_US},
        [WINDOW_MINUTES] = {"minutes", MINUTE_US},
    };
    int found = 0;
    fix number = 0;

    for (size_t i = 0; i < countof(units); i++) {
        const struct json *v = json_find(from, str_of(units[i].name));
        if (!v || v->type == JSON_NULL)
            continue;
        if (found++)
            return fault_at(p->c, ERR_BAD_FIELD, place_of(p, place, units[i].name),
                            "one of days, hours and minutes");
        if (!json_fix(v, &number) || number <= 0)
            return fault_at(p->c, ERR_BAD_FIELD, place_of(p, place, units[i].name),
                            "must be a number above 0");
        n->window_unit = (int)i;
        n->window_number = number;
        n->window_us = fix_muldiv(number, units[i].us, FIX_ONE);
        if (n->window_us <= 0 || n->window_us > window_max_us)
            return fault_at(p->c, ERR_OUT_OF_RANGE, place_of(p, place, units[i].name),
                            "at most 3650 days");
    }
    if (!found)
        return fault_at(p->c, ERR_MISSING, place_of(p, place, "days"),
                        "a window is needed: days, hours or minutes");
    return ERR_NONE;
}

static enum err list_parse(struct parse *p, const struct json *from, struct str place,
                           struct cond_node *n, bool negated)
{
    const char *head = n->kind == NODE_ALL ? "all" : "any";
    const struct json *list = json_find(from, str_of(head));
    struct str at = place_of(p, place, head);
    enum err e = ERR_NONE;

    if (!json_is(list, JSON_ARRAY) || list->count == 0)
        return fault_at(p->c, ERR_BAD_FIELD, at, "must be a list of at least one condition");
    for (uint32_t i = 0; i < list->count && !p->full; i++) {
        enum err bad = parse_node(p, &list->as.items[i],
                                  str_print(p->c->arena, STR_FMT "/%u", STR_ARG(at), i), negated);
        e = e ? e : bad;
    }
    return e;
}

static enum err not_parse(struct parse *p, const struct json *from, struct str place,
                          UNUSED struct cond_node *n, bool negated)
{
    return parse_node(p, json_find(from, STR("not")), place_of(p, place, "not"), !negated);
}

static enum err fact_parse(struct parse *p, const struct json *from, struct str place,
                           struct cond_node *n, UNUSED bool negated)
{
    enum err e =
        name_read(p, json_find(from, STR("fact")), place_of(p, place, "fact"), &n->test.name);
    enum err bad = test_read(p, from, place, &n->test);
    return e ? e : bad;
}

static enum err event_parse(struct parse *p, const struct json *from, struct str place,
                            struct cond_node *n, UNUSED bool negated)
{
    n->is_page = json_find(from, STR("page")) != NULL;
    p->parts--; /* the node and its match are one part */
    return match_read(p, from, place, &n->match);
}

/* Counts are whole and small: the latest few instants are all that is remembered. */
static enum err count_check(struct parse *p, struct cond_node *n, struct str place)
{
    int64_t most = 0, lo = n->test.args.values[0].number, hi;

    if (!op_counts(n->test.op))
        return fault_at(p->c, ERR_BAD_FIELD, place_of(p, place, "op"),
                        "counts are compared by >=, >, <=, <, eq, ne, between");
    hi = n->test.args.values[n->test.args.count - 1].number;
    for (size_t i = 0; i < n->test.args.count; i++) {
        const struct op_value *v = &n->test.args.values[i];
        if (!v->is_number || v->number % FIX_ONE || v->number < 0 ||
            v->number > COUNT_MAX * FIX_ONE)
            return fault_at(p->c, ERR_OUT_OF_RANGE, place_of(p, place, "value"),
                            "must be a whole number from 0 to %d", COUNT_MAX);
        most = v->number > most ? v->number : most;
    }
    if (hi == 0 && lo == 0 && strcmp(n->test.op->word, "<") == 0)
        return fault_at(p->c, ERR_BAD_FIELD, place_of(p, place, "value"),
                        "can never hold: a count is never below 0");
    n->keep = (uint32_t)(most / FIX_ONE) + 1;
    return ERR_NONE;
}

static enum err count_parse(struct parse *p, const struct json *from, struct str place,
                            struct cond_node *n, UNUSED bool negated)
{
    enum err e =
        match_read(p, json_find(from, STR("count")), place_of(p, place, "count"), &n->match);
    enum err bad = test_read(p, from, place, &n->test);
    if (!bad)
        bad = n->test.args.count ? count_check(p, n, place)
                                 : fault_at(p->c, ERR_BAD_FIELD, place_of(p, place, "op"),
                                            "counts are compared by >=, >, <=, <, eq, ne, between");
    enum err window = window_read(p, from, place, n);
    return e ? e : bad ? bad : window;
}

static enum err recent_parse(struct parse *p, const struct json *from, struct str place,
                             struct cond_node *n, UNUSED bool negated)
{
    const char *head = n->kind == NODE_WITHIN ? "within" : "silent";
    enum err e = match_read(p, json_find(from, str_of(head)), place_of(p, place, head), &n->match);
    enum err bad = window_read(p, from, place, n);
    n->keep = 1;
    return e ? e : bad;
}

static enum err answered_parse(struct parse *p, const struct json *from, struct str place,
                               struct cond_node *n, UNUSED bool negated)
{
    static const char *const members[] = {"ask", "reply", NULL};
    const struct json *v = json_find(from, STR("answered"));
    struct str at = place_of(p, place, "answered");
    enum err e, bad;

    if (!json_is(v, JSON_OBJECT))
        return fault_at(p->c, ERR_BAD_FIELD, at, "must be an object with ask and reply");
    if ((e = json_members_check(p->c, v, at, members)))
        return e;
    e = match_read(p, json_find(v, STR("ask")), place_of(p, at, "ask"), &n->match);
    bad = match_read(p, json_find(v, STR("reply")), place_of(p, at, "reply"), &n->reply);
    e = e ? e : bad;
    bad = window_read(p, from, place, n);
    return e ? e : bad;
}

/* The one table of what a condition may be: its first member names it. */
static const struct head {
    const char *name;
    enum node_kind kind;
    parse_fn *parse;
    bool leaf;
    const char *members[7];
} heads[] = {
    {"all", NODE_ALL, list_parse, false, {"all"}},
    {"any", NODE_ANY, list_parse, false, {"any"}},
    {"not", NODE_NOT, not_parse, false, {"not"}},
    {"fact", NODE_FACT, fact_parse, true, {"fact", "op", "value"}},
    {"count", NODE_COUNT, count_parse, true, {"count", "op", "value", "days", "hours", "minutes"}},
    {"within", NODE_WITHIN, recent_parse, true, {"within", "days", "hours", "minutes"}},
    {"silent", NODE_SILENT, recent_parse, true, {"silent", "days", "hours", "minutes"}},
    {"answered", NODE_ANSWERED, answered_parse, true, {"answered", "days", "hours", "minutes"}},
    {"event", NODE_EVENT, event_parse, true, {"event", "where"}},
    {"page", NODE_EVENT, event_parse, true, {"page", "where"}},
};

static const struct head *head_find(const struct json *from)
{
    for (size_t i = 0; i < countof(heads); i++)
        if (json_find(from, str_of(heads[i].name)))
            return &heads[i];
    return NULL;
}

static enum err parse_node(struct parse *p, const struct json *from, struct str place, bool negated)
{
    enum err e;

    if (!json_is(from, JSON_OBJECT))
        return fault_at(p->c, from ? ERR_BAD_FIELD : ERR_MISSING, place,
                        "must be a condition: an object");
    const struct head *head = head_find(from);
    if (!head)
        return fault_at(p->c, ERR_BAD_FIELD, place,
                        "names no condition: all, any, not, fact, event, page, count, within, "
                        "silent, answered");
    if ((e = part_add(p, place)) || (e = json_members_check(p->c, from, place, head->members)))
        return e;
    if (p->depth >= LIMIT_CONDITION_DEPTH)
        return fault_at(p->c, ERR_TOO_LARGE, place, "conditions nest at most %d deep", LIMIT_CONDITION_DEPTH);
    uint32_t index = p->count++;
    struct cond_node *n = &p->nodes[index];
    *n = (struct cond_node){.kind = head->kind, .negated = negated};
    if (head->leaf)
        n->leaf = p->leaves++;
    p->depth++;
    e = head->parse(p, from, place, n, negated);
    p->depth--;
    n->end = p->count;
    return e;
}

enum err cond_parse(struct ctx *c, const struct json *from, struct str place, struct arena *a,
                    struct cond *p)
{
    struct parse parse = {.c = c, .a = a};

    /* Not cleared: each is written whole when it is added, and most conditions have a few. */
    parse.nodes = arena_alloc(c->arena, (LIMIT_CONDITION_NODES + 1) * sizeof *parse.nodes);
    enum err e = parse_node(&parse, from, place, false);
    p->count = parse.count;
    p->leaf_count = parse.leaves;
    p->nodes = ARENA_ARRAY(a, struct cond_node, parse.count + 1);
    if (parse.count)
        memcpy(p->nodes, parse.nodes, parse.count * sizeof *p->nodes);
    return e;
}
