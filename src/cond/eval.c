/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cond/node.h"

#include "base/pack.h"

/* ---- which events ---- */

struct str cond_event_name(enum event_kind kind, struct str name)
{
    switch (kind) {
    case EVENT_TRACK:
    case EVENT_DEED:
        return name;
    case EVENT_PAGE:
        return STR("Page Viewed");
    case EVENT_SCREEN:
        return STR("Screen Viewed");
    case EVENT_IDENTIFY:
        return STR("Identified");
    case EVENT_GROUP:
        return STR("Grouped");
    default:
        return STR_NULL;
    }
}

/* Without query, fragment and closing slash. */
static struct str path_plain(struct str path)
{
    for (size_t i = 0; i < path.len; i++)
        if (path.ptr[i] == '?' || path.ptr[i] == '#')
            path.len = i;
    while (path.len > 1 && path.ptr[path.len - 1] == '/')
        path.len--;
    return path;
}

/* * is any run of characters. On a mismatch only the last * is tried again one further: linear for what people write. */
static bool path_matches(struct str pattern, struct str path)
{
    size_t i = 0, j = 0, star = SIZE_MAX, resume = 0;

    while (j < path.len) {
        if (i < pattern.len && pattern.ptr[i] == '*')
            star = i++, resume = j;
        else if (i < pattern.len && pattern.ptr[i] == path.ptr[j])
            i++, j++;
        else if (star != SIZE_MAX)
            i = star + 1, j = ++resume;
        else
            return false;
    }
    while (i < pattern.len && pattern.ptr[i] == '*')
        i++;
    return i == pattern.len;
}

static const struct json *property_find(const struct json *body, struct str name)
{
    static const char *const parts[] = {"properties", "traits", "context"};

    for (size_t i = 0; i < countof(parts); i++) {
        const struct json *part = json_find(body, str_of(parts[i]));
        const struct json *v = part ? json_find(part, name) : NULL;
        if (!v && part)
            v = json_path(part, name);
        if (v)
            return v;
    }
    return body ? json_path(body, name) : NULL;
}

bool cond_match_holds(const struct cond_match *m, const struct past_event *e, struct arena *a)
{
    if (m->name_count == 0) {
        if (e->kind == EVENT_ALIAS || e->kind == EVENT_DEED)
            return false;
    } else {
        struct str name = cond_event_name(e->kind, e->name);
        size_t i = 0;
        while (i < m->name_count && !str_eq(m->names[i], name))
            i++;
        if (i == m->name_count || name.len == 0)
            return false;
    }
    if (m->path.ptr && !path_matches(m->path, path_plain(e->path)))
        return false;
    for (size_t i = 0; i < m->where_count; i++)
        if (!op_holds(m->where[i].op, &m->where[i].args, property_find(e->body, m->where[i].name),
                      a))
            return false;
    return true;
}

/* ---- leaves ---- */

static int64_t mark_of(instant at, bool unverified)
{
    return at * 2 + (unverified ? 1 : 0);
}

static instant mark_at(int64_t mark)
{
    return mark >> 1;
}

/* The first of the marks that lie in (t - window, t]; all marks are at t or before. */
static uint32_t window_first(const struct cond_node *n, const struct cond_leaf *l, instant t)
{
    uint32_t i = l->count;

    while (i > 0 && mark_at(l->marks[i - 1]) > t - n->window_us)
        i--;
    return i;
}

static instant silent_from(const struct cond_leaf *l)
{
    return l->count ? mark_at(l->marks[l->count - 1]) : l->at;
}

static bool leaf_holds(const struct cond_node *n, const struct cond_leaf *l, instant t)
{
    switch (n->kind) {
    case NODE_COUNT:
        return op_count_holds(n->test.op, &n->test.args, l->count - window_first(n, l, t));
    case NODE_WITHIN:
        return window_first(n, l, t) < l->count;
    case NODE_SILENT:
        return t - silent_from(l) >= n->window_us;
    case NODE_ANSWERED:
        return l->truth && (l->at == INSTANT_NONE || t < l->at + n->window_us);
    default:
        return l->truth;
    }
}

/* The next instant after t at which the leaf may hold otherwise by time alone. */
static instant leaf_next(const struct cond_node *n, const struct cond_leaf *l, instant t)
{
    uint32_t i;
    instant at;

    switch (n->kind) {
    case NODE_COUNT:
    case NODE_WITHIN:
        i = window_first(n, l, t);
        return i < l->count ? mark_at(l->marks[i]) + n->window_us : INSTANT_NEVER;
    case NODE_SILENT:
        at = silent_from(l) + n->window_us;
        return at > t ? at : INSTANT_NEVER;
    case NODE_ANSWERED:
        return l->truth && l->at != INSTANT_NONE && l->at + n->window_us > t ? l->at + n->window_us
                                                                             : INSTANT_NEVER;
    default:
        return INSTANT_NEVER;
    }
}

static void mark_push(const struct cond_node *n, struct cond_leaf *l, int64_t mark, struct arena *a)
{
    if (l->count == n->keep) {
        memmove(l->marks, l->marks + 1, (l->count - 1) * sizeof *l->marks);
        l->count--;
    }
    if (l->count == l->cap) {
        uint32_t cap = l->cap ? l->cap * 2 : n->keep < 4 ? n->keep : 4;
        l->marks = arena_grow(a, l->marks, l->cap * sizeof *l->marks, cap * sizeof *l->marks);
        l->cap = cap;
    }
    l->marks[l->count++] = mark;
}

static void answered_take(const struct cond_node *n, struct cond_leaf *l,
                          const struct past_event *e, bool asks, bool replies)
{
    if (l->at != INSTANT_NONE && e->at >= l->at + n->window_us) {
        l->at = INSTANT_NONE;
        l->truth = false;
    }
    if (replies && l->at != INSTANT_NONE) {
        l->at = INSTANT_NONE;
        l->truth = true;
        l->unverified = e->unverified;
    }
    if (asks && l->at == INSTANT_NONE)
        l->at = e->at;
}

static bool leaf_hears(const struct cond_node *n, const struct past_event *e, struct arena *a)
{
    return cond_match_holds(&n->match, e, a) ||
           (n->kind == NODE_ANSWERED && cond_match_holds(&n->reply, e, a));
}

/* true when the leaf heard it. */
static bool leaf_take(const struct cond_node *n, struct cond_leaf *l, const struct past_event *e,
                      struct arena *a)
{
    bool hit = cond_match_holds(&n->match, e, a);

    if (n->kind == NODE_EVENT) {
        l->truth = hit;
    } else if (n->kind == NODE_ANSWERED) {
        bool replies = cond_match_holds(&n->reply, e, a);
        if (hit || replies)
            answered_take(n, l, e, hit, replies);
        return hit || replies;
    } else if (hit) {
        mark_push(n, l, mark_of(e->at, e->unverified), a);
    }
    return hit;
}

/* ---- the tree ---- */

static bool node_eval(const struct cond *p, uint32_t at, const struct cond_leaf *leaves, instant t)
{
    const struct cond_node *n = &p->nodes[at];

    if (n->kind == NODE_NOT)
        return !node_eval(p, at + 1, leaves, t);
    if (n->kind > NODE_NOT)
        return leaf_holds(n, &leaves[n->leaf], t);
    for (uint32_t i = at + 1; i < n->end; i = p->nodes[i].end)
        if (node_eval(p, i, leaves, t) != (n->kind == NODE_ALL))
            return n->kind == NODE_ANY;
    return n->kind == NODE_ALL;
}

bool cond_eval(const struct cond *p, const struct cond_leaf *leaves, instant t)
{
    return node_eval(p, 0, leaves, t);
}

void cond_begin(const struct cond *p, struct cond_state *s, instant born, struct arena *a)
{
    *s = (struct cond_state){.since = INSTANT_NONE, .upto = born};
    s->leaves = ARENA_ARRAY(a, struct cond_leaf, p->leaf_count);
    for (uint32_t i = 0; i < p->leaf_count; i++) {
        const struct cond_node *n = &p->nodes[p->leaf_nodes[i]];
        struct cond_leaf *l = &s->leaves[i];
        l->at = n->kind == NODE_SILENT ? born : INSTANT_NONE;
        l->truth = n->kind == NODE_FACT &&
                   n->test.op->holds == NULL; /* ne and empty hold for what is not there */
    }
    if (p->kind == COND_STATE_KIND && cond_eval(p, s->leaves, born)) {
        s->holds = true;
        s->since = born;
    }
}

static void settle(const struct cond *p, struct cond_state *s, instant t)
{
    bool holds = cond_eval(p, s->leaves, t);

    if (holds != s->holds)
        s->since = holds ? t : INSTANT_NONE;
    s->holds = holds;
    s->upto = t;
}

instant cond_next(const struct cond *p, const struct cond_state *s)
{
    instant next = INSTANT_NEVER;

    if (p->kind == COND_EVENT_KIND)
        return next;
    for (uint32_t i = 0; i < p->leaf_count; i++) {
        instant at = leaf_next(&p->nodes[p->leaf_nodes[i]], &s->leaves[i], s->upto);
        next = at < next ? at : next;
    }
    return next;
}

void cond_advance(const struct cond *p, struct cond_state *s, instant t)
{
    instant next;

    while ((next = cond_next(p, s)) <= t)
        settle(p, s, next);
    s->upto = t;
}

bool cond_public(const struct cond *p, const struct cond_state *s)
{
    for (uint32_t i = 0; i < p->leaf_count; i++) {
        const struct cond_node *n = &p->nodes[p->leaf_nodes[i]];
        const struct cond_leaf *l = &s->leaves[i];
        if (n->kind == NODE_FACT || n->kind == NODE_ANSWERED) {
            if (l->unverified && leaf_holds(n, l, s->upto))
                return true;
        } else if (n->kind == NODE_COUNT || n->kind == NODE_WITHIN) {
            for (uint32_t k = window_first(n, l, s->upto); k < l->count; k++)
                if (l->marks[k] & 1)
                    return true;
        }
    }
    return false;
}

bool cond_hears_event(const struct cond *p, const struct past_event *e, struct arena *a)
{
    for (uint32_t i = 0; i < p->leaf_count; i++) {
        const struct cond_node *n = &p->nodes[p->leaf_nodes[i]];
        if (n->kind >= NODE_EVENT && leaf_hears(n, e, a))
            return true;
    }
    return false;
}

enum cond_heard cond_take_event(const struct cond *p, struct cond_state *s,
                                const struct past_event *e, struct arena *a, bool *is_public)
{
    bool heard = false, meant = false;

    if (p->kind == COND_STATE_KIND) {
        if (!cond_hears_event(p, e, a))
            return COND_DEAF;
        cond_advance(p, s, e->at);
    }
    for (uint32_t i = 0; i < p->leaf_count; i++) {
        const struct cond_node *n = &p->nodes[p->leaf_nodes[i]];
        if (n->kind < NODE_EVENT)
            continue;
        bool hit = leaf_take(n, &s->leaves[i], e, a);
        heard = heard || hit;
        meant = meant || (hit && n->kind == NODE_EVENT && !n->negated);
    }
    if (p->kind == COND_STATE_KIND) {
        settle(p, s, e->at);
        return COND_HEARD;
    }
    if (!heard)
        return COND_DEAF;
    s->upto = e->at;
    if (!meant || !cond_eval(p, s->leaves, e->at))
        return COND_HEARD;
    *is_public = e->unverified || cond_public(p, s);
    return COND_HOLDS;
}

bool cond_hears_profile(const struct cond *p, const struct json *patch)
{
    for (size_t i = 0; i < p->listens.fact_count; i++)
        if (json_find(patch, p->listens.facts[i]))
            return true;
    return false;
}

void cond_take_profile(const struct cond *p, struct cond_state *s, const struct past_profile *patch,
                       struct arena *a)
{
    if (!cond_hears_profile(p, patch->patch))
        return;
    if (p->kind == COND_STATE_KIND)
        cond_advance(p, s, patch->at);
    for (uint32_t i = 0; i < p->leaf_count; i++) {
        const struct cond_node *n = &p->nodes[p->leaf_nodes[i]];
        struct cond_leaf *l = &s->leaves[i];
        const struct json *v = n->kind == NODE_FACT ? json_find(patch->patch, n->test.name) : NULL;
        if (!v || (patch->unverified && (l->filled || op_is_empty(v))))
            continue;
        l->filled = !op_is_empty(v);
        l->unverified = l->filled && patch->unverified;
        l->truth = op_holds(n->test.op, &n->test.args, v, a);
    }
    if (p->kind == COND_STATE_KIND)
        settle(p, s, patch->at);
}

/* ---- bytes ---- */

enum { LEAF_TRUTH = 1, LEAF_FILLED = 2, LEAF_UNVERIFIED = 4, LEAF_WAITS = 8 };

static void marks_write(const struct cond_leaf *l, struct buf *to)
{
    pack_uint(to, l->count);
    for (uint32_t i = 0; i < l->count; i++)
        if (i == 0)
            pack_int(to, l->marks[0]);
        else
            pack_int(to, l->marks[i] - l->marks[i - 1]);
}

static bool marks_read(const struct cond_node *n, struct cond_leaf *l, struct str *from,
                       struct arena *a)
{
    uint64_t count;
    int64_t step, mark = 0;

    if (!unpack_uint(from, &count) || count > n->keep)
        return false;
    for (uint64_t i = 0; i < count; i++) {
        if (!unpack_int(from, &step))
            return false;
        mark += step;
        mark_push(n, l, mark, a);
    }
    return true;
}

void cond_state_write(const struct cond *p, const struct cond_state *s, struct buf *to)
{
    for (uint32_t i = 0; i < p->leaf_count; i++) {
        const struct cond_leaf *l = &s->leaves[i];
        switch (p->nodes[p->leaf_nodes[i]].kind) {
        case NODE_EVENT:
            break;
        case NODE_FACT:
        case NODE_ANSWERED:
            buf_char(to, (char)((l->truth ? LEAF_TRUTH : 0) | (l->filled ? LEAF_FILLED : 0) |
                                (l->unverified ? LEAF_UNVERIFIED : 0) |
                                (l->at != INSTANT_NONE ? LEAF_WAITS : 0)));
            if (l->at != INSTANT_NONE)
                pack_int(to, l->at);
            break;
        default:
            marks_write(l, to);
        }
    }
    if (p->kind == COND_EVENT_KIND)
        return;
    buf_char(to, (char)s->holds);
    pack_int(to, s->upto);
    if (s->holds)
        pack_int(to, s->since - s->upto);
}

static bool flags_read(struct cond_leaf *l, struct str *from)
{
    if (from->len == 0)
        return false;
    unsigned char flags = (unsigned char)*from->ptr;
    from->ptr++, from->len--;
    l->truth = flags & LEAF_TRUTH;
    l->filled = flags & LEAF_FILLED;
    l->unverified = flags & LEAF_UNVERIFIED;
    l->at = INSTANT_NONE;
    return !(flags & LEAF_WAITS) || unpack_int(from, &l->at);
}

bool cond_state_read(const struct cond *p, struct str *from, struct cond_state *s, struct arena *a)
{
    for (uint32_t i = 0; i < p->leaf_count; i++) {
        const struct cond_node *n = &p->nodes[p->leaf_nodes[i]];
        if (n->kind == NODE_FACT || n->kind == NODE_ANSWERED) {
            if (!flags_read(&s->leaves[i], from))
                return false;
        } else if (n->kind != NODE_EVENT && !marks_read(n, &s->leaves[i], from, a)) {
            return false;
        }
    }
    if (p->kind == COND_EVENT_KIND)
        return true;
    if (from->len == 0)
        return false;
    s->holds = *from->ptr == 1;
    from->ptr++, from->len--;
    int64_t span = 0;
    if (!unpack_int(from, &s->upto) || (s->holds && !unpack_int(from, &span)))
        return false;
    s->since = s->holds ? s->upto + span : INSTANT_NONE;
    return true;
}
