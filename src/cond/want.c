/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cond/want.h"

#include "cond/node.h"

enum { VALUES_MAX = 8 };

/* ---- values about a test ---- */

static struct json text_value(struct str text)
{
    return (struct json){.type = JSON_TEXT, .as.text = text};
}

static struct json number_value(fix n, struct arena *a)
{
    char text[FIX_TEXT_MAX];

    if (n % FIX_ONE == 0)
        return (struct json){.type = JSON_INT, .as.integer = n / FIX_ONE};
    return text_value(str_dup(a, fix_print(n, text)));
}

static struct json value_of(const struct op_value *v, struct arena *a)
{
    if (v->is_truth)
        return (struct json){.type = JSON_BOOL, .as.truth = v->truth};
    if (!v->is_text && v->is_number)
        return number_value(v->number, a);
    return text_value(v->text);
}

struct values {
    struct json *items; /* VALUES_MAX for each value that the author wrote */
    size_t count;
};

static void add(struct values *to, struct json v)
{
    to->items[to->count++] = v;
}

/* Something else: it fills the fact and is none of what a test names. */
static struct json other_value(void)
{
    return text_value(STR("\xE2\x80\x94"));
}

static struct values values_about(const struct cond_test *t, struct arena *a)
{
    struct values out = {.items = ARENA_ARRAY(a, struct json, VALUES_MAX * (t->args.count + 1))};

    for (size_t i = 0; i < t->args.count; i++) {
        const struct op_value *v = &t->args.values[i];
        add(&out, value_of(v, a));
        if (v->is_truth)
            add(&out, (struct json){.type = JSON_BOOL, .as.truth = !v->truth});
        if (!v->is_number)
            continue;
        add(&out, number_value(v->number > INT64_MAX - FIX_ONE ? v->number : v->number + FIX_ONE, a));
        add(&out, number_value(v->number < INT64_MIN + FIX_ONE ? v->number : v->number - FIX_ONE, a));
    }
    add(&out, other_value());
    return out;
}

/* ---- events ---- */

struct wants {
    struct arena *a;
    struct cond_want *items;
    size_t count, cap;
};

static void want_add(struct wants *w, struct cond_want want)
{
    if (w->count == w->cap) {
        size_t cap = w->cap ? 2 * w->cap : 16;
        w->items = arena_grow(w->a, w->items, w->cap * sizeof *w->items, cap * sizeof *w->items);
        w->cap = cap;
    }
    w->items[w->count++] = want;
}

static bool passes_all(const struct cond_match *m, struct str name, const struct json *v, struct arena *a)
{
    for (size_t i = 0; i < m->where_count; i++)
        if (str_eq(m->where[i].name, name) && !op_holds(m->where[i].op, &m->where[i].args, v, a))
            return false;
    return true;
}

/* A value that passes every test of this property. *leave: it is best left out. false: there is none. */
static bool property_value(const struct cond_match *m, struct str name, struct arena *a, struct json *value,
                           bool *leave)
{
    *leave = passes_all(m, name, NULL, a);
    if (*leave)
        return true;
    for (size_t i = 0; i < m->where_count; i++) {
        struct values about;
        if (!str_eq(m->where[i].name, name))
            continue;
        about = values_about(&m->where[i], a);
        for (size_t k = 0; k < about.count; k++)
            if (passes_all(m, name, &about.items[k], a)) {
                *value = about.items[k];
                return true;
            }
    }
    return false;
}

/* {"properties": {..}}; false when the tests contradict each other. */
static bool body_make(const struct cond_match *m, struct arena *a, const struct json **body)
{
    struct json *properties = ARENA_NEW(a, struct json), *whole = ARENA_NEW(a, struct json);

    properties->type = whole->type = JSON_OBJECT;
    properties->as.members = ARENA_ARRAY(a, struct json_member, m->where_count + 1);
    for (size_t i = 0; i < m->where_count; i++) {
        struct json_member *p = &properties->as.members[properties->count];
        bool leave;
        if (json_find(properties, m->where[i].name))
            continue;
        if (!property_value(m, m->where[i].name, a, &p->value, &leave))
            return false;
        p->key = m->where[i].name;
        properties->count += !leave;
    }
    whole->count = 1;
    whole->as.members = ARENA_NEW(a, struct json_member);
    whole->as.members[0] = (struct json_member){STR("properties"), *properties};
    *body = whole;
    return true;
}

static struct past_event event_named(struct str name)
{
    static const enum event_kind kinds[] = {EVENT_PAGE, EVENT_SCREEN, EVENT_IDENTIFY, EVENT_GROUP};

    for (size_t i = 0; i < countof(kinds); i++)
        if (str_eq(cond_event_name(kinds[i], STR_NULL), name))
            return (struct past_event){.kind = kinds[i]};
    return (struct past_event){.kind = EVENT_TRACK, .name = name};
}

/* The pattern with an x for each *. */
static struct str path_of(struct str pattern, struct arena *a)
{
    char *text = arena_alloc(a, pattern.len + 1);

    for (size_t i = 0; i < pattern.len; i++)
        text[i] = pattern.ptr[i] == '*' ? 'x' : pattern.ptr[i];
    return (struct str){text, pattern.len};
}

static void want_match(struct wants *w, const struct cond_match *m)
{
    const struct json *body;

    if (!body_make(m, w->a, &body))
        return;
    for (size_t i = 0; i < m->name_count || (i == 0 && m->name_count == 0); i++) {
        struct cond_want want = {.event = event_named(m->name_count ? m->names[i] : STR("Page Viewed"))};
        want.event.path = m->path.ptr ? path_of(m->path, w->a) : STR_NULL;
        want.event.body = body;
        if (cond_match_holds(m, &want.event, w->a))
            want_add(w, want);
    }
}

void cond_want_list(const struct cond *p, struct arena *a, struct cond_want **list, size_t *count)
{
    struct wants w = {.a = a};

    for (uint32_t i = 0; i < p->leaf_count; i++) {
        const struct cond_node *n = &p->nodes[p->leaf_nodes[i]];
        if (n->kind == NODE_FACT) {
            struct values about = values_about(&n->test, a);
            for (size_t k = 0; k < about.count; k++)
                want_add(&w, (struct cond_want){.fact = n->test.name, .value = &about.items[k]});
        } else {
            want_match(&w, &n->match);
            if (n->kind == NODE_ANSWERED)
                want_match(&w, &n->reply);
        }
    }
    *list = w.items;
    *count = w.count;
}

/* ---- what is the same to a condition ---- */

struct pure_look {
    const struct cond *p;
    struct str fact;
    const struct json *value;
    struct cond_pure *out;
    size_t count;
    struct arena *a;
};

/* Does the subtree look at the fact alone? Then *holds is its truth. */
static bool is_pure(const struct pure_look *x, uint32_t at, bool *holds)
{
    const struct cond_node *n = &x->p->nodes[at];
    bool one;

    if (n->kind == NODE_FACT) {
        *holds = op_holds(n->test.op, &n->test.args, x->value, x->a);
        return str_eq(n->test.name, x->fact);
    }
    if (n->kind > NODE_NOT)
        return false;
    *holds = n->kind != NODE_ANY;
    for (uint32_t i = at + 1; i < n->end; i = x->p->nodes[i].end) {
        if (!is_pure(x, i, &one))
            return false;
        *holds = n->kind == NODE_NOT ? !one : n->kind == NODE_ALL ? *holds && one : *holds || one;
    }
    return true;
}

static void pure_look(struct pure_look *x, uint32_t at)
{
    const struct cond_node *n = &x->p->nodes[at];
    bool holds;

    if (is_pure(x, at, &holds))
        x->out[x->count++] = (struct cond_pure){at, holds};
    else if (n->kind <= NODE_NOT)
        for (uint32_t i = at + 1; i < n->end; i = x->p->nodes[i].end)
            pure_look(x, i);
}

size_t cond_pure_list(const struct cond *p, struct str fact, const struct json *value, struct cond_pure *out,
                      struct arena *a)
{
    struct pure_look x = {.p = p, .fact = fact, .value = value, .out = out, .a = a};

    pure_look(&x, 0);
    return x.count;
}

static uint64_t sign(uint64_t signature, uint64_t bit)
{
    signature = (signature ^ (bit + 0x9e3779b97f4a7c15u)) * 0xbf58476d1ce4e5b9u;
    return signature ^ signature >> 29;
}

uint64_t cond_want_sign_fact(const struct cond *p, struct str fact, const struct json *value, uint64_t signature,
                             struct arena *a)
{
    struct cond_pure *pure = ARENA_ARRAY(a, struct cond_pure, p->count + 1);
    size_t n = cond_pure_list(p, fact, value, pure, a);

    for (size_t i = 0; i < n; i++)
        signature = sign(signature, pure[i].holds);
    return signature;
}

uint64_t cond_want_sign_event(const struct cond *p, const struct past_event *e, uint64_t signature, struct arena *a)
{
    for (uint32_t i = 0; i < p->leaf_count; i++) {
        const struct cond_node *n = &p->nodes[p->leaf_nodes[i]];
        if (n->kind < NODE_EVENT)
            continue;
        signature = sign(signature, cond_match_holds(&n->match, e, a));
        if (n->kind == NODE_ANSWERED)
            signature = sign(signature, cond_match_holds(&n->reply, e, a));
    }
    return signature;
}
