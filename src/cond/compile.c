/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/limits.h"
#include "cond/node.h"

/* Facts of which a lead has one value, so that two different values asked for at once are a mistake. */
static const char *const single_facts[] = {
    "email",   "phone",  "name",   "title",   "company",   "industry",     "region",     "city",
    "country", "source", "budget", "revenue", "employees", "email.domain", "email.free",
};

static bool is_single(struct str fact)
{
    for (size_t i = 0; i < countof(single_facts); i++)
        if (str_eq(fact, str_of(single_facts[i])))
            return true;
    return false;
}

/* The numbers for which a test holds, as a closed interval; false when it is no test of numbers. */
static bool test_interval(const struct cond_test *t, fix *lo, fix *hi)
{
    const struct op_value *v = t->args.values;

    *lo = INT64_MIN, *hi = INT64_MAX;
    if (t->op->takes == OP_TAKES_PAIR)
        *lo = v[0].number, *hi = v[1].number;
    else if (t->op->takes != OP_TAKES_NUMBER)
        return false;
    else if (t->op->word[0] == '>')
        *lo = v[0].number + (t->op->word[1] || v[0].number == INT64_MAX ? 0 : 1);
    else
        *hi = v[0].number - (t->op->word[1] || v[0].number == INT64_MIN ? 0 : 1);
    return true;
}

static bool is_word(const struct cond_test *t, const char *word)
{
    return strcmp(t->op->word, word) == 0;
}

static bool tests_clash(const struct cond_test *a, const struct cond_test *b)
{
    fix lo1, hi1, lo2, hi2;

    if (!str_eq(a->name, b->name))
        return false;
    if (is_word(a, "empty") || is_word(b, "empty")) {
        const struct cond_test *other = is_word(a, "empty") ? b : a;
        return !is_word(other, "empty") && !is_word(other, "ne");
    }
    if (test_interval(a, &lo1, &hi1) && test_interval(b, &lo2, &hi2))
        return lo1 > hi2 || lo2 > hi1;
    if (!is_single(a->name))
        return false;
    if (is_word(a, "eq") && is_word(b, "eq"))
        return !str_eq(a->args.values[0].fold, b->args.values[0].fold);
    if ((is_word(a, "eq") && is_word(b, "ne")) || (is_word(a, "ne") && is_word(b, "eq")))
        return str_eq(a->args.values[0].fold, b->args.values[0].fold);
    return false;
}

/* One event has one name and one path. */
static bool matches_clash(const struct cond_match *a, const struct cond_match *b)
{
    bool shared = false;

    for (size_t i = 0; i < a->name_count; i++)
        for (size_t j = 0; j < b->name_count; j++)
            shared = shared || str_eq(a->names[i], b->names[j]);
    if (!shared)
        return true;
    return a->path.ptr && b->path.ptr && str_find_char(a->path, '*') < 0 &&
           str_find_char(b->path, '*') < 0 && !str_eq(a->path, b->path);
}

static bool nodes_clash(const struct cond_node *a, const struct cond_node *b)
{
    if (a->kind == NODE_FACT && b->kind == NODE_FACT)
        return tests_clash(&a->test, &b->test);
    return a->kind == NODE_EVENT && b->kind == NODE_EVENT && matches_clash(&a->match, &b->match);
}

/* Two members of one `all` that exclude each other: the mistake of someone who meant `any`, or windows. */
static enum err clash_check(struct ctx *c, const struct cond *p, const struct json *from,
                            struct str place, uint32_t at)
{
    const struct cond_node *n = &p->nodes[at];
    const struct json *list = json_find(from, n->kind == NODE_ALL ? STR("all") : STR("any"));
    enum err e = ERR_NONE;
    uint32_t index = 0;

    if (n->kind == NODE_NOT)
        return clash_check(c, p, json_find(from, STR("not")),
                           str_print(c->arena, STR_FMT "/not", STR_ARG(place)), at + 1);
    if (n->kind != NODE_ALL && n->kind != NODE_ANY)
        return ERR_NONE;
    for (uint32_t i = at + 1; i < n->end; i = p->nodes[i].end, index++) {
        struct str here = str_print(c->arena, STR_FMT "/%s/%u", STR_ARG(place),
                                    n->kind == NODE_ALL ? "all" : "any", index);
        enum err bad = clash_check(c, p, &list->as.items[index], here, i);
        e = e ? e : bad;
        for (uint32_t j = at + 1; n->kind == NODE_ALL && j < i; j = p->nodes[j].end)
            if (nodes_clash(&p->nodes[j], &p->nodes[i])) {
                e = fault_at(c, ERR_BAD_FIELD, here,
                             "can never hold: it excludes an earlier member of the same all");
                break;
            }
    }
    return e;
}

static void listen_add(struct str *list, size_t *count, struct str name)
{
    for (size_t i = 0; i < *count; i++)
        if (str_eq(list[i], name))
            return;
    list[(*count)++] = name;
}

static void listen_match(struct cond_listens *l, const struct cond_match *m)
{
    l->any_event = l->any_event || m->name_count == 0;
    l->properties = l->properties || m->where_count > 0;
    for (size_t i = 0; i < m->name_count; i++)
        listen_add(l->events, &l->event_count, m->names[i]);
}

static size_t names_of(const struct cond_node *n)
{
    return n->match.name_count + n->reply.name_count;
}

/* Fills kind, leaf_nodes and listens. */
static void derive(struct cond *p, struct arena *a)
{
    size_t names = 1;
    struct cond_state s;

    for (uint32_t i = 0; i < p->count; i++)
        names += names_of(&p->nodes[i]);
    p->leaf_nodes = ARENA_ARRAY(a, uint32_t, p->leaf_count + 1);
    p->listens.events = ARENA_ARRAY(a, struct str, names);
    p->listens.facts = ARENA_ARRAY(a, struct str, p->count + 1);
    for (uint32_t i = 0; i < p->count; i++) {
        const struct cond_node *n = &p->nodes[i];
        if (n->kind > NODE_NOT)
            p->leaf_nodes[n->leaf] = i;
        if (n->kind == NODE_FACT)
            listen_add(p->listens.facts, &p->listens.fact_count, n->test.name);
        if (n->kind >= NODE_EVENT)
            listen_match(&p->listens, &n->match);
        if (n->kind == NODE_ANSWERED)
            listen_match(&p->listens, &n->reply);
        if (n->kind == NODE_EVENT)
            p->kind = COND_EVENT_KIND;
        p->listens.birth = p->listens.birth || n->kind == NODE_SILENT;
    }
    cond_begin(p, &s, 0, a);
    p->listens.birth = p->listens.birth || s.holds;
}

/* Something must be able to make it true: an event leaf that is not denied. */
static enum err event_check(struct ctx *c, const struct cond *p, struct str place)
{
    if (p->kind != COND_EVENT_KIND)
        return ERR_NONE;
    for (uint32_t i = 0; i < p->count; i++)
        if (p->nodes[i].kind == NODE_EVENT && !p->nodes[i].negated)
            return ERR_NONE;
    return fault_at(c, ERR_BAD_FIELD, place,
                    "can never hold: it only names events that must not be the one at hand");
}

enum err cond_compile(struct ctx *c, const struct json *from, struct str place, struct arena *a,
                      struct cond **cond)
{
    struct cond *p = ARENA_NEW(a, struct cond);
    enum err e = cond_parse(c, from, place, a, p);

    if (!e)
        e = clash_check(c, p, from, place, 0);
    if (!e) {
        derive(p, a);
        e = event_check(c, p, place);
    }
    if (e) {
        cond_free(p);
        return e;
    }
    *cond = p;
    return ERR_NONE;
}

static size_t match_bytes(const struct cond_match *m)
{
    size_t bytes = 0;

    for (size_t i = 0; i < m->where_count; i++)
        bytes += op_args_bytes(&m->where[i].args);
    return bytes;
}

size_t cond_pattern_bytes(const struct cond *cond)
{
    size_t bytes = 0;

    for (uint32_t i = 0; i < cond->count; i++)
        bytes += op_args_bytes(&cond->nodes[i].test.args) + match_bytes(&cond->nodes[i].match) + match_bytes(&cond->nodes[i].reply);
    return bytes;
}

static void match_free(struct cond_match *m)
{
    for (size_t i = 0; i < m->where_count; i++)
        op_args_free(&m->where[i].args);
}

void cond_free(struct cond *cond)
{
    if (!cond)
        return;
    for (uint32_t i = 0; i < cond->count; i++) {
        op_args_free(&cond->nodes[i].test.args);
        match_free(&cond->nodes[i].match);
        match_free(&cond->nodes[i].reply);
    }
}

enum cond_kind cond_kind_of(const struct cond *p)
{
    return p->kind;
}

const struct cond_listens *cond_listens(const struct cond *p)
{
    return &p->listens;
}
