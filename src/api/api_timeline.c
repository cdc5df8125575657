/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_timeline.c - what happened with a lead, newest first: events, deeds, crossings, decisions, merges; notes and disputes. */
#include "api/api_lead.h"
#include "api/automatic.h"

#include <stdlib.h>

#include "base/limits.h"
#include "flow/flow_event.h"
#include "flow/flow_score.h"
#include "lead/identity.h"
#include "route/route.h"
#include "score/score_store.h"
#include "text/text.h"

enum view_kind {
    VIEW_TRACK, VIEW_PAGE, VIEW_SCREEN, VIEW_IDENTIFY, VIEW_GROUP, VIEW_ALIAS, VIEW_DEED,
    VIEW_CROSSING, VIEW_ASSIGNMENT, VIEW_MERGE, VIEW_KINDS
};
static const char *const view_kinds[] = {
    "track", "page", "screen", "identify", "group", "alias", "deed", "crossing", "assignment", "merge", NULL,
};

struct timeline_query {
    struct page_query page;
    struct str kind;
};
const struct field timeline_query[] = {
    PAGE_FIELDS(struct timeline_query),
    { .name = "kind", .kind = FIELD_TEXT, .offset = offsetof(struct timeline_query, kind), .max = 120,
      .help = "track, page, screen, identify, group, alias, deed, crossing, assignment, merge; with commas" },
    { 0 },
};

struct timeline_view {
    int64_t id;
    instant at;
    int kind;
    struct str name, text, path, url;
    int64_t source;
    struct str points;      /* JSON number or null */
    int64_t actor;
    struct str actor_name, detail;
    bool unverified, bot;
    int64_t lead, mark;
    struct str lead_name, signal, automatic, visitor;
};
#define T(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct timeline_view, member), __VA_ARGS__ }
const struct field timeline_fields[] = {
    T(id, FIELD_ID, .prefix = PREFIX_EVENT),
    T(at, FIELD_INSTANT),
    T(kind, FIELD_ENUM, .names = view_kinds),
    T(name, FIELD_TEXT, .flags = FIELD_NULLABLE, .max = LIMIT_TEXT_CHARS),
    T(text, FIELD_TEXT, .flags = FIELD_NULLABLE, .max = LIMIT_NOTE_CHARS),
    T(path, FIELD_TEXT, .flags = FIELD_NULLABLE),
    T(url, FIELD_TEXT, .flags = FIELD_NULLABLE),
    T(source, FIELD_ID, .prefix = PREFIX_KEY, .flags = FIELD_NULLABLE),
    T(points, FIELD_RAW, .help = "what the event gave at its own instant; null when nothing"),
    T(actor, FIELD_ID, .prefix = PREFIX_USER, .flags = FIELD_NULLABLE),
    T(actor_name, FIELD_TEXT, .flags = FIELD_NULLABLE),
    T(detail, FIELD_RAW, .help = "properties or traits of an event; the reasons of a crossing"),
    T(unverified, FIELD_BOOL),
    T(bot, FIELD_BOOL, .help = "does not count: by a signal or by a mark"),
    { .name = "lead_id", .kind = FIELD_ID, .offset = offsetof(struct timeline_view, lead), .prefix = PREFIX_LEAD, .flags = FIELD_NULLABLE,
      .help = "the lead that the event came to; of a company, whose it is" },
    T(lead_name, FIELD_TEXT, .flags = FIELD_NULLABLE, .help = "of a company: whose it is"),
    { .name = "mark_id", .kind = FIELD_ID, .offset = offsetof(struct timeline_view, mark), .prefix = PREFIX_MARK, .flags = FIELD_NULLABLE,
      .help = "the mark that holds it" },
    T(signal, FIELD_TEXT, .flags = FIELD_NULLABLE, .help = "the signal that told it from a person's"),
    T(automatic, FIELD_TEXT, .flags = FIELD_NULLABLE, .help = "why it does not count, in the caller's language"),
    T(visitor, FIELD_TEXT, .flags = FIELD_NULLABLE, .help = "the anonymous id it came with"),
    { 0 },
};

/* What is put together for one page. */
struct page {
    struct call *call;
    struct names names;
    struct automatic_marks marks;
    struct timeline_view *items;
    size_t count, cap;
    unsigned kinds;         /* bits; 0: all */
    instant before;
    int64_t before_id;
};

static void add(struct page *p, struct timeline_view v)
{
    if (p->kinds && !(p->kinds & 1u << v.kind))
        return;
    if (v.at > p->before || (v.at == p->before && v.id >= p->before_id))
        return;
    if (p->count == p->cap) {
        size_t cap = p->cap ? 2 * p->cap : 64;

        p->items = arena_grow(p->call->ctx.arena, p->items, p->cap * sizeof *p->items, cap * sizeof *p->items);
        p->cap = cap;
    }
    v.actor_name = names_find(&p->names, v.actor);
    p->items[p->count++] = v;
}

/* ---- events ---- */

/* What the events of a page gave. points is NULL when none of them can have given any. */
struct gains {
    struct history h;
    const fix *points;
};

/* By the instant, in which the history is sorted; then by the id among those of that instant. */
static fix gain_of(const struct gains *g, const struct history_row *r)
{
    size_t from = 0, until = g->points ? g->h.event_count : 0;

    while (from < until) {
        size_t middle = from + (until - from) / 2;

        if (g->h.events[middle].at < r->at)
            from = middle + 1;
        else
            until = middle;
    }
    for (; g->points && from < g->h.event_count && g->h.events[from].at == r->at; from++)
        if (g->h.events[from].id == r->id)
            return g->points[from];
    return 0;
}

static struct str points_json(struct ctx *c, const struct gains *g, const struct history_row *r)
{
    char text[FIX_TEXT_MAX];
    fix gain = gain_of(g, r);

    return gain ? str_dup(c->arena, fix_print(gain, text)) : STR("null");
}

/* Limits and cool-downs look back, so what one event gave is known from all before it; but a page of events that no criterion listens to
 * needs none of them, and a model that looks into no event needs no bodies. */
static enum err gains_read(struct page *p, const struct model *m, const struct lead_id *family, size_t n,
                           const struct history_row *rows, size_t count, struct gains *g)
{
    struct ctx *c = &p->call->ctx;
    bool heard = false, body;
    enum err e;

    *g = (struct gains){ .points = NULL };
    for (size_t i = 0; i < count && !heard; i++)
        heard = score_listens_event(m, rows[i].kind, rows[i].name, &body);
    if (!heard)
        return ERR_NONE;
    e = history_load(c, p->call->tx, family, n, INSTANT_NEVER, score_needs_bodies(m), &g->h);
    if (!e)
        g->points = score_event_points(m, &g->h, c->arena);
    return e;
}

static struct str as_text(struct ctx *c, const struct json *v)
{
    struct buf b = buf_new(c->arena, LIMIT_EVENT_BYTES);
    struct json_out o = json_to(&b);

    if (!v)
        return STR("{}");
    json_put(&o, v);
    return buf_str(&b);
}

static void add_event(struct page *p, const struct history_row *r, const struct gains *gains)
{
    bool counts = !(r->flags & (HISTORY_BOT | HISTORY_HELD));
    struct ctx *c = &p->call->ctx;
    struct json *body = NULL;
    const struct json *detail;

    if (r->body.len && json_read(c, r->body, &body))
        fault_clear(c);
    detail = json_find(body, STR("properties"));
    if (!detail)
        detail = json_find(body, STR("traits"));
    add(p, (struct timeline_view){
               .id = r->id, .at = r->at, .kind = (int)r->kind, .name = r->name, .path = r->path,
               .text = json_text(json_path(detail, STR("note"))),
               .url = json_text(json_path(body, STR("context.page.url"))),
               .source = r->source_id, .actor = r->user_id, .detail = as_text(c, detail),
               .points = points_json(c, gains, r),
               .unverified = (r->flags & HISTORY_UNVERIFIED) != 0, .bot = !counts, .lead = r->lead.v, .mark = r->mark_id,
               .signal = r->signal ? str_of(intake_bot_slug((enum intake_bot)r->signal)) : json_text(json_find(body, STR("bot"))),
               .automatic = counts ? STR_NULL : automatic_why(p->call, &p->marks, r->mark_id, r->signal, body),
               .visitor = json_text(json_find(body, STR("anonymousId"))),
           });
}

static enum err add_events(struct page *p, struct lead_id lead, int limit)
{
    struct ctx *c = &p->call->ctx;
    struct db_tx *tx = p->call->tx;
    unsigned kinds = p->kinds & ((1u << EVENT_KINDS) - 1);
    struct lead_id *family;
    struct history_row *rows;
    struct gains gains;
    const struct model *of;
    struct model *m;
    size_t n, count;
    enum err e;

    if (p->kinds && !kinds)
        return ERR_NONE;
    if ((e = lead_family(c, tx, lead, INSTANT_NEVER, &family, &n))
        || (e = history_list(c, tx, family, n, kinds, p->before, p->before_id, limit, &rows, &count))
        || (e = flow_model(p->call->house->flow, c, tx, &m)))
        return e;
    e = flow_model_of(c, tx, m, lead, &of);
    if (!e)
        e = gains_read(p, of, family, n, rows, count, &gains);
    for (size_t i = 0; i < count && !e; i++)
        add_event(p, &rows[i], &gains);
    score_model_drop(m);
    return e;
}

/* ---- what other rooms keep ---- */

static bool is_void(const struct crossing_void *voids, size_t n, struct crossing_id id)
{
    for (size_t i = 0; i < n; i++)
        if (voids[i].crossing.v == id.v)
            return voids[i].lifted_at == INSTANT_NONE;
    return false;
}

static enum err add_crossings(struct page *p, struct lead_id lead, int limit)
{
    struct crossing_void *voids;
    struct crossing_row *rows;
    size_t n, void_count;
    enum err e = score_crossing_page(&p->call->ctx, p->call->tx, lead, p->before, (struct crossing_id){ p->before_id }, (size_t)limit, &rows, &n);

    if (!e)
        e = score_void_list(&p->call->ctx, p->call->tx, lead, &voids, &void_count);
    for (size_t i = 0; i < n && !e; i++)
        add(p, (struct timeline_view){
                   .id = rows[i].id.v, .at = rows[i].is.at, .kind = VIEW_CROSSING, .name = STR("hot"),
                   .points = STR("null"), .detail = rows[i].is.lines.len ? rows[i].is.lines : STR("[]"),
                   .automatic = is_void(voids, void_count, rows[i].id) ? text_get(p->call->ctx.lang, "mark.void") : STR_NULL,
               });
    return e;
}

static enum err add_assignments(struct page *p, struct lead_id lead)
{
    struct assignments list;
    enum err e = route_assignment_list(&p->call->ctx, p->call->tx, lead, 100, &list);

    for (size_t i = 0; !e && i < list.count; i++)
        add(p, (struct timeline_view){
                   .id = list.items[i].id.v, .at = list.items[i].at, .kind = VIEW_ASSIGNMENT,
                   .name = list.items[i].policy, .text = list.items[i].rule_name,
                   .points = STR("null"), .actor = list.items[i].manager.v, .detail = STR("{}"),
               });
    return e;
}

static enum err add_merges(struct page *p, struct lead_id lead)
{
    struct lead_merge *merges;
    size_t n;
    enum err e = lead_merges(&p->call->ctx, p->call->tx, lead, &merges, &n);

    for (size_t i = 0; i < n && !e; i++)
        add(p, (struct timeline_view){
                   .id = merges[i].id.v, .at = merges[i].at, .kind = VIEW_MERGE, .name = merges[i].reason,
                   .points = STR("null"), .actor = merges[i].by.v, .detail = STR("{}"),
               });
    return e;
}

static int newest_first(const void *a, const void *b)
{
    const struct timeline_view *x = a, *y = b;

    if (x->at != y->at)
        return x->at > y->at ? -1 : 1;
    return x->id > y->id ? -1 : x->id < y->id;
}

static enum err kinds_of(struct call *call, struct str words, unsigned *kinds)
{
    struct str rest = words, word;

    while (rest.len && str_next(&rest, ',', &word)) {
        int k = 0;

        while (view_kinds[k] && !str_eq(str_of(view_kinds[k]), word))
            k++;
        if (!view_kinds[k])
            return query_word_bad(call, "kind", view_kinds);
        *kinds |= 1u << k;
    }
    return ERR_NONE;
}

static enum err page_begin(struct call *call, struct page *p, int64_t *limit)
{
    struct timeline_query q = { 0 };
    struct cursor after;
    enum err e;

    *p = (struct page){ .call = call, .before = INSTANT_NEVER, .before_id = INT64_MAX };
    if ((e = query_read(call, &q)) || (e = page_read(call, &q.page, limit, &after)) || (e = kinds_of(call, q.kind, &p->kinds))
        || (e = names_read(call, &p->names)) || (e = automatic_marks_read(call, &p->marks)))
        return e;
    if (after.stands) {
        p->before = after.key;
        p->before_id = after.id;
    }
    return ERR_NONE;
}

static enum err page_end(struct page *p, int64_t limit)
{
    struct call *call = p->call;
    struct cursor next = { .stands = true };

    if (p->count)
        qsort(p->items, p->count, sizeof *p->items, newest_first);
    if (p->count <= (size_t)limit)
        return reply_list(call, p->items, p->count, sizeof *p->items, STR_NULL, -1);
    next.key = p->items[limit - 1].at;
    next.id = p->items[limit - 1].id;
    return reply_list(call, p->items, (size_t)limit, sizeof *p->items, cursor_print(call, &next), -1);
}

static enum err add_all(struct page *p, struct lead_id lead, int64_t limit)
{
    enum err e;

    if ((e = add_events(p, lead, (int)limit + 1)) || (e = add_crossings(p, lead, (int)limit + 1)) || (e = add_assignments(p, lead)))
        return e;
    return add_merges(p, lead);
}

enum err lead_timeline(struct call *call)
{
    struct page p;
    struct lead lead;
    int64_t limit;
    enum err e;

    if ((e = page_begin(call, &p, &limit)) || (e = lead_of_call(call, &lead)) || (e = add_all(&p, lead.id, limit)))
        return e;
    return page_end(&p, limit);
}

enum err timeline_of_many(struct call *call, const struct lead_id *ids, size_t n)
{
    struct lead *leads;
    struct page p;
    int64_t limit;
    enum err e;

    if ((e = page_begin(call, &p, &limit)) || (e = lead_get_called(&call->ctx, call->tx, ids, n, &leads)))
        return e;
    for (size_t i = 0; i < n && !e; i++) {
        size_t from = p.count;

        e = add_all(&p, ids[i], limit);
        for (; from < p.count; from++) {
            p.items[from].lead = ids[i].v;
            p.items[from].lead_name = leads[i].called;
        }
    }
    return e ? e : page_end(&p, limit);
}

/* ---- words of people ---- */

struct note_body {
    struct str text;
};
const struct field note_fields[] = {
    { .name = "text", .kind = FIELD_TEXT, .offset = offsetof(struct note_body, text), .max = LIMIT_NOTE_CHARS,
      .flags = FIELD_REQUIRED },
    { 0 },
};

struct dispute_body {
    int direction;
    struct str text;
};
static const char *const direction_names[] = { "higher", "lower", NULL };
const struct field dispute_fields[] = {
    { .name = "direction", .kind = FIELD_ENUM, .offset = offsetof(struct dispute_body, direction),
      .names = direction_names, .flags = FIELD_REQUIRED, .help = "what the score ought to be" },
    { .name = "text", .kind = FIELD_TEXT, .offset = offsetof(struct dispute_body, text), .max = LIMIT_TEXT_CHARS },
    { 0 },
};

static struct json *words_of(struct arena *a, struct str note, const char *direction)
{
    struct json *v = ARENA_NEW(a, struct json);

    v->type = JSON_OBJECT;
    v->as.members = ARENA_ARRAY(a, struct json_member, 2);
    v->as.members[v->count++] = (struct json_member){ STR("note"), { .type = JSON_TEXT, .as.text = note } };
    if (direction)
        v->as.members[v->count++] =
            (struct json_member){ STR("direction"), { .type = JSON_TEXT, .as.text = str_of(direction) } };
    return v;
}

static enum err keep_words(struct call *call, struct str name, struct str note, const char *direction)
{
    struct lead lead;
    enum err e = lead_of_call(call, &lead);

    if (e)
        return e;
    e = flow_deed(call->house->flow, &call->ctx, call->tx, lead.id, name,
                  words_of(call->ctx.arena, note, direction), &call->messages);
    return e ? e : reply_none(call);
}

enum err lead_note(struct call *call)
{
    struct note_body b = { 0 };
    enum err e = body_read(call, &b, NULL);

    return e ? e : keep_words(call, STR("Note Added"), b.text, NULL);
}

enum err lead_dispute(struct call *call)
{
    struct dispute_body b = { .text = STR("") };
    enum err e = body_read(call, &b, NULL);

    return e ? e : keep_words(call, STR("Score Disputed"), b.text, direction_names[b.direction]);
}
