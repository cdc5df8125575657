/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_quarantine.c - automatic traffic: marks, what signals told, and why an event does not count. */
#include "api/automatic.h"

#include "api/api_report.h"
#include "api/lead_view.h"
#include "base/json.h"
#include "base/limits.h"
#include "cond/cond.h"
#include "flow/flow_quarantine.h"
#include "history/history.h"
#include "lead/identity.h"
#include "team/key.h"
#include "text/text.h"

enum { MARKS_MAX = 10000, KEYS_MAX = 10000, EVENTS_MAX = 500 };

/* ---- why ---- */

/* The condition of a mark in the caller's language. */
static enum err when_words(struct call *call, struct str text, struct str *words)
{
    struct ctx *c = &call->ctx;
    struct cond *cond;
    struct json *v;
    struct str same;
    enum err e = json_read(c, text, &v);

    if (e || (e = intake_mark_when(c, v, STR(""), c->arena, &cond, &same)))
        return e;
    *words = cond_explain(cond, c->lang, c->arena);
    cond_free(cond);
    return ERR_NONE;
}

enum err automatic_marks_read(struct call *call, struct automatic_marks *marks)
{
    struct intake_mark *list;
    enum err e = intake_mark_list(&call->ctx, call->tx, true, 0, MARKS_MAX, &list, &marks->count);

    marks->items = list;
    for (size_t i = 0; !e && i < marks->count; i++)
        if (list[i].kind == MARK_WHEN)
            e = when_words(call, list[i].value, &list[i].value);
    return e;
}

struct str automatic_why(struct call *call, const struct automatic_marks *marks, int64_t mark, int signal, const struct json *body)
{
    struct arena *a = call->ctx.arena;
    struct str slug = signal ? str_of(intake_bot_slug((enum intake_bot)signal)) : json_text(json_find(body, STR("bot")));

    for (size_t i = 0; mark && i < marks->count; i++) {
        const struct intake_mark *m = &marks->items[i];
        bool staff = str_eq(m->reason, STR("staff")) && !m->made_by.v;

        if (m->id.v != mark)
            continue;
        if (m->reason.len && !staff)
            return m->reason; /* their own words */
        const char *word = staff ? "staff" : intake_mark_kinds[m->kind];
        char *key = str_cz(a, str_print(a, "mark.%s", word));
        return text_fill(a, call->ctx.lang, key,
                         TEXT_ARGS({ "value", m->value }));
    }
    return slug.len ? text_find(call->ctx.lang, str_print(a, "signal.%s", str_cz(a, slug))) : STR_NULL;
}

/* ---- marks ---- */

struct mark_ask {
    int kind;
    struct str value, reason;
    int64_t lead, event;
    struct json *when;
    bool person;
};
#define A(member, type, ...) { .name = #member, .kind = type, .offset = offsetof(struct mark_ask, member), __VA_ARGS__ }
const struct field mark_ask_fields[] = {
    A(kind, FIELD_ENUM, .names = intake_mark_kinds, .flags = FIELD_REQUIRED,
      .help = "source: a key; visitor: an anonymous id; email, domain: of people of the house; agent: a piece of the name a program gives "
              "itself; lead; event; when: a condition at which events do not count"),
    A(value, FIELD_TEXT, .max = INTAKE_MARK_VALUE_MAX, .help = "what is marked; of lead, event and when nothing"),
    A(when, FIELD_JSON, .flags = FIELD_NULLABLE, .help = "a condition that asks one event alone: its name, page and properties"),
    { .name = "lead_id", .kind = FIELD_ID, .offset = offsetof(struct mark_ask, lead), .prefix = PREFIX_LEAD,
      .help = "the lead; of an event, the one on whose card it is" },
    { .name = "event_id", .kind = FIELD_ID, .offset = offsetof(struct mark_ask, event), .prefix = PREFIX_EVENT },
    A(person, FIELD_BOOL, .help = "true: a person all the same, whatever signals and other marks say"),
    A(reason, FIELD_TEXT, .max = LIMIT_NOTE_CHARS, .help = "in your own words"),
    { 0 },
};

static const char *const state_names[] = { "working", "standing", "undoing", "undone", NULL };

struct mark_view {
    int64_t id, lead, made_by;
    int kind, state;
    struct str value, shown, reason, made_by_name, undone_by_name, when;
    bool person;
    instant at, undone_at, last_at;
    int64_t done, total, leads, events;
};
#define V(member, type, ...) { .name = #member, .kind = type, .offset = offsetof(struct mark_view, member), __VA_ARGS__ }
const struct field mark_fields[] = {
    V(id, FIELD_ID, .prefix = PREFIX_MARK),
    V(kind, FIELD_ENUM, .names = intake_mark_kinds),
    V(state, FIELD_ENUM, .names = state_names, .help = "working, undoing: not all leads have been walked yet"),
    V(value, FIELD_TEXT, .flags = FIELD_NULLABLE, .help = "as it is compared; of a source the id of the key"),
    V(shown, FIELD_TEXT, .flags = FIELD_NULLABLE, .help = "the name of the source or of the lead; the condition in words"),
    V(when, FIELD_RAW, .flags = FIELD_NULLABLE, .help = "the condition"),
    { .name = "lead_id", .kind = FIELD_ID, .offset = offsetof(struct mark_view, lead), .prefix = PREFIX_LEAD, .flags = FIELD_NULLABLE },
    V(person, FIELD_BOOL),
    V(reason, FIELD_TEXT, .flags = FIELD_NULLABLE, .help = "staff: an address of a user, marked by the house"),
    V(made_by, FIELD_ID, .prefix = PREFIX_USER, .flags = FIELD_NULLABLE, .help = "null: the house"),
    V(made_by_name, FIELD_TEXT, .flags = FIELD_NULLABLE),
    V(at, FIELD_INSTANT),
    V(undone_at, FIELD_INSTANT, .flags = FIELD_NULLABLE),
    V(undone_by_name, FIELD_TEXT, .flags = FIELD_NULLABLE),
    V(done, FIELD_INT, .help = "leads walked"),
    V(total, FIELD_INT),
    V(leads, FIELD_INT, .help = "leads whose events it holds; one that several marks hold counts for the oldest"),
    V(events, FIELD_INT),
    V(last_at, FIELD_INSTANT, .flags = FIELD_NULLABLE, .help = "the latest of these events"),
    { 0 },
};

struct mark_query {
    struct page_query page;
};
const struct field mark_list_query[] = { PAGE_FIELDS(struct mark_query), { 0 } };

static int state_of(const struct intake_mark *m)
{
    bool through = m->place.v == INT64_MAX;

    return intake_mark_stands(m) ? (through ? 1 : 0) : (through ? 3 : 2);
}

/* What a mark's number names: a key, a lead. */
static enum err name_of(struct call *call, const struct api_key *keys, size_t key_count, const struct intake_mark *m,
                        struct mark_view *v)
{
    char id[ID_TEXT_MAX];
    struct str rest = m->value, word = STR_NULL;
    struct lead lead;
    int64_t number;
    enum err e;

    v->value = m->value;
    v->when = STR("null");
    if (m->kind == MARK_WHEN) {
        v->when = m->value;
        v->value = STR_NULL;
        return when_words(call, m->value, &v->shown);
    }
    if (m->kind != MARK_SOURCE && m->kind != MARK_LEAD && m->kind != MARK_EVENT)
        return ERR_NONE;
    if (!str_next(&rest, ':', &word) || !str_to_int(word, &number))
        return ERR_INTERNAL;
    v->value = STR_NULL;
    if (m->kind == MARK_SOURCE) {
        v->value = str_dup(call->ctx.arena, id_print(PREFIX_KEY, number, id));
        for (size_t i = 0; i < key_count; i++)
            if (keys[i].id.v == number)
                v->shown = keys[i].name;
        return ERR_NONE;
    }
    v->lead = number;
    e = lead_get(&call->ctx, call->tx, (struct lead_id){ number }, &lead);
    if (e == ERR_NOT_FOUND) {
        fault_clear(&call->ctx);
        return ERR_NONE;
    }
    if (e || (e = lead_call(&call->ctx, call->tx, &lead, 1)))
        return e;
    v->shown = lead.called;
    return ERR_NONE;
}

static enum err views_of(struct call *call, const struct intake_mark *marks, size_t n, struct mark_view *views)
{
    struct history_held *held = ARENA_ARRAY(call->ctx.arena, struct history_held, n + 1);
    struct api_key *keys;
    struct names names;
    size_t key_count;
    enum err e;

    for (size_t i = 0; i < n; i++)
        held[i].key = marks[i].id.v;
    if ((e = history_held_by(&call->ctx, call->tx, held, n)) || (e = names_read(call, &names))
        || (e = team_key_list(&call->ctx, call->tx, KEYS_MAX, &keys, &key_count)))
        return e;
    for (size_t i = 0; i < n && !e; i++) {
        const struct intake_mark *m = &marks[i];

        views[i] = (struct mark_view){
            .id = m->id.v, .kind = m->kind, .state = state_of(m), .person = m->person,
            .reason = m->reason.len ? m->reason : STR_NULL, .made_by = m->made_by.v, .made_by_name = names_find(&names, m->made_by.v),
            .undone_by_name = names_find(&names, m->undone_by.v), .at = m->at, .undone_at = m->undone_at, .last_at = held[i].last,
            .done = m->done, .total = m->total, .leads = held[i].leads, .events = held[i].events,
        };
        e = name_of(call, keys, key_count, m, &views[i]);
    }
    return e;
}

enum err mark_list(struct call *call)
{
    struct mark_query q = { 0 };
    struct intake_mark *marks;
    struct mark_view *views;
    struct cursor after, next = { .stands = true };
    int64_t limit;
    size_t n;
    enum err e;

    if ((e = query_read(call, &q)) || (e = page_read(call, &q.page, &limit, &after))
        || (e = intake_mark_list(&call->ctx, call->tx, false, after.stands ? after.id : 0, limit + 1, &marks, &n)))
        return e;
    bool more = n > (size_t)limit;
    n = more ? (size_t)limit : n;
    views = ARENA_ARRAY(call->ctx.arena, struct mark_view, n + 1);
    if ((e = views_of(call, marks, n, views)))
        return e;
    next.id = more ? marks[n - 1].id.v : 0;
    return reply_list(call, views, n, sizeof *views, more ? cursor_print(call, &next) : STR_NULL, -1);
}

enum err mark_get(struct call *call)
{
    struct intake_mark m;
    struct mark_view v;
    struct mark_id id;
    enum err e;

    if ((e = param_id(call, "id", PREFIX_MARK, &id.v)) || (e = intake_mark_get(&call->ctx, call->tx, id, &m))
        || (e = views_of(call, &m, 1, &v)))
        return e;
    return reply_ok(call, &v);
}

/* A salesperson marks what is on the cards of his leads; sources, programs and domains are the marketer's. */
static enum err may_mark(struct call *call, const struct mark_ask *ask)
{
    struct lead lead;
    enum err e;

    if (ask->kind == MARK_LEAD || ask->kind == MARK_EVENT || (ask->kind == MARK_VISITOR && ask->lead)) {
        if (!ask->lead)
            return fault_field(&call->ctx, ERR_MISSING, "lead_id");
        e = lead_get(&call->ctx, call->tx, (struct lead_id){ ask->lead }, &lead);
        return e ? e : team_may_see(&call->ctx.actor, lead.owner) ? ERR_NONE : ERR_NOT_FOUND;
    }
    return team_right_has(&call->ctx.actor, RIGHT_MODEL_EDIT) ? ERR_NONE : ERR_FORBIDDEN;
}

static enum err value_of(struct call *call, const struct mark_ask *ask, struct str *value)
{
    int64_t number = ask->kind == MARK_LEAD ? ask->lead : ask->event;

    *value = ask->value;
    if (ask->kind == MARK_WHEN) {
        struct buf b = buf_new(call->ctx.arena, 2 * INTAKE_MARK_WHEN_MAX);
        struct json_out o = json_to(&b);

        if (!json_is(ask->when, JSON_OBJECT))
            return fault_field(&call->ctx, ERR_MISSING, "when");
        json_put(&o, ask->when);
        *value = buf_str(&b);
        return b.full ? fault_field(&call->ctx, ERR_TOO_LARGE, "when") : ERR_NONE;
    }
    if (ask->kind == MARK_SOURCE && !id_parse(PREFIX_KEY, ask->value, &number))
        return fault_field(&call->ctx, ERR_BAD_FIELD, "value");
    if (ask->kind == MARK_EVENT && !ask->event)
        return fault_field(&call->ctx, ERR_MISSING, "event_id");
    if (ask->kind == MARK_SOURCE || ask->kind == MARK_LEAD || ask->kind == MARK_EVENT)
        *value = str_print(call->ctx.arena, "%lld", (long long)number);
    else if (!str_trim(ask->value).len)
        return fault_field(&call->ctx, ERR_MISSING, "value");
    return ERR_NONE;
}

enum err mark_add(struct call *call)
{
    struct mark_ask ask = { 0 };
    struct intake_mark m;
    struct mark_view v;
    enum err e;

    if ((e = body_read(call, &ask, NULL)) || (e = may_mark(call, &ask)))
        return e;
    m = (struct intake_mark){ .kind = ask.kind, .person = ask.person, .reason = ask.reason.len ? ask.reason : STR("") };
    if ((e = value_of(call, &ask, &m.value))
        || (e = flow_mark_add(call->house->flow, &call->ctx, call->tx, &m, (struct lead_id){ ask.lead }, &call->messages))
        || (e = views_of(call, &m, 1, &v)))
        return e;
    return reply_made(call, &v);
}

enum err mark_undo(struct call *call)
{
    struct intake_mark m;
    struct mark_view v;
    struct mark_id id;
    enum err e;

    if ((e = param_id(call, "id", PREFIX_MARK, &id.v)) || (e = intake_mark_get(&call->ctx, call->tx, id, &m)))
        return e;
    if (!team_right_has(&call->ctx.actor, RIGHT_MODEL_EDIT) && (!m.made_by.v || m.made_by.v != call_user(call).v))
        return ERR_FORBIDDEN;
    if ((e = flow_mark_undo(call->house->flow, &call->ctx, call->tx, id, &m, &call->messages)) || (e = views_of(call, &m, 1, &v)))
        return e;
    return reply_ok(call, &v);
}

/* ---- what a condition would catch ---- */

enum { LOOK_LEADS = 20000, WHEN_TEXT_MAX = 900 };

struct look_ask {
    int64_t id;
    struct json *when;
    struct str text;
};
const struct field mark_look_ask_fields[] = {
    { .name = "when", .kind = FIELD_JSON, .offset = offsetof(struct look_ask, when), .flags = FIELD_REQUIRED, .help = "as of a mark" },
    { 0 },
};
static const struct field look_query[] = {
    { .name = "when", .kind = FIELD_TEXT, .offset = offsetof(struct look_ask, text), .max = WHEN_TEXT_MAX, .help = "the condition's JSON" },
    { .name = "id", .kind = FIELD_ID, .offset = offsetof(struct look_ask, id), .prefix = PREFIX_MARK, .help = "or the mark that was made" },
    { 0 },
};
struct look_view {
    int64_t leads, events, counting, looked, all_leads;
    instant last_at;
    struct str text;
};
#define K(member, type, ...) { .name = #member, .kind = type, .offset = offsetof(struct look_view, member), __VA_ARGS__ }
const struct field mark_look_fields[] = {
    K(leads, FIELD_INT, .help = "whose events they are: GET /leads?figure=mark?when={the condition} lists them"),
    K(events, FIELD_INT, .help = "at which it holds"),
    K(counting, FIELD_INT, .help = "of them those that count now and would not"),
    K(looked, FIELD_INT, .help = "leads looked at, the first of all"),
    K(all_leads, FIELD_INT),
    K(last_at, FIELD_INSTANT, .flags = FIELD_NULLABLE, .help = "the latest of these events"),
    K(text, FIELD_TEXT, .help = "the condition in the caller's words"),
    { 0 },
};

static enum err look(struct call *call, const struct json *when, struct arena *keep, struct flow_mark_look *found, struct str *words)
{
    struct ctx *c = &call->ctx;
    struct cond *cond;
    struct str text;
    enum err e;

    if (!team_right_has(&call->ctx.actor, RIGHT_MODEL_EDIT) || !team_right_has(&call->ctx.actor, RIGHT_LEAD_ALL))
        return ERR_FORBIDDEN;
    if ((e = intake_mark_when(c, when, STR("/when"), c->arena, &cond, &text)))
        return e;
    *words = cond_explain(cond, c->lang, c->arena);
    e = flow_mark_look(c, call->tx, cond, LOOK_LEADS, keep, found);
    cond_free(cond);
    return e;
}

enum err mark_look(struct call *call)
{
    struct look_ask ask = { 0 };
    struct flow_mark_look found;
    struct look_view v;
    struct str words;
    enum err e = body_read(call, &ask, NULL);

    if (e || (e = look(call, ask.when, call->ctx.arena, &found, &words)))
        return e;
    v = (struct look_view){ .leads = (int64_t)found.count, .events = found.events, .counting = found.counting, .looked = found.looked,
                            .all_leads = found.all, .last_at = found.last, .text = words };
    return reply_ok(call, &v);
}

/* Whom a mark that was made holds. */
static enum err held_by(struct call *call, int64_t mark, struct arena *keep, struct lead_ids *leads)
{
    struct lead_id *ids;
    size_t n;
    enum err e;

    if (!team_right_has(&call->ctx.actor, RIGHT_MODEL_READ) || !team_right_has(&call->ctx.actor, RIGHT_LEAD_ALL))
        return ERR_FORBIDDEN;
    if ((e = flow_mark_leads(&call->ctx, call->tx, (struct mark_id){ mark }, LOOK_LEADS, &ids, &n)))
        return e;
    *leads = lead_ids_keep(keep, ids, n);
    return ERR_NONE;
}

enum err report_mark_figure(struct call *call, struct str query, struct arena *keep, struct lead_ids *leads)
{
    struct look_ask ask = { 0 };
    struct flow_mark_look found;
    struct json *when;
    struct str words;
    enum err e = query_read_text(call, look_query, query, &ask);

    if (!e && ask.id)
        return held_by(call, ask.id, keep, leads);
    if (e || (e = json_read(&call->ctx, ask.text, &when)) || (e = look(call, when, keep, &found, &words)))
        return e == ERR_FORBIDDEN ? e : e ? ERR_BAD_QUERY : ERR_NONE;
    *leads = (struct lead_ids){ found.leads, found.count };
    return ERR_NONE;
}

/* ---- sources ---- */

struct source_view {
    int64_t id;
    struct str name;
};
#define N(member, type, ...) { .name = #member, .kind = type, .offset = offsetof(struct source_view, member), __VA_ARGS__ }
const struct field mark_source_fields[] = {
    N(id, FIELD_ID, .prefix = PREFIX_KEY),
    N(name, FIELD_TEXT),
    { 0 },
};

/* Of a key its name only: revoked ones too, for what they brought is still there. */
enum err mark_source_list(struct call *call)
{
    struct api_key *keys;
    struct source_view *views;
    size_t count, n = 0;
    enum err e = team_key_list(&call->ctx, call->tx, KEYS_MAX, &keys, &count);

    if (e)
        return e;
    views = ARENA_ARRAY(call->ctx.arena, struct source_view, count + 1);
    for (size_t i = 0; i < count; i++)
        if (keys[i].scope == KEY_EVENTS)
            views[n++] = (struct source_view){ keys[i].id.v, keys[i].name };
    return reply_list(call, views, n, sizeof *views, STR_NULL, (int64_t)n);
}

/* ---- signals ---- */

struct signal_view {
    struct str signal, title, text;
    int64_t leads, events;
    instant last_at;
};
#define S(member, type, ...) { .name = #member, .kind = type, .offset = offsetof(struct signal_view, member), __VA_ARGS__ }
const struct field signal_fields[] = {
    S(signal, FIELD_TEXT),
    S(title, FIELD_TEXT, .help = "in the caller's language"),
    S(text, FIELD_TEXT, .help = "what is recognised by it"),
    S(leads, FIELD_INT),
    S(events, FIELD_INT),
    S(last_at, FIELD_INSTANT, .flags = FIELD_NULLABLE),
    { 0 },
};

enum err signal_list(struct call *call)
{
    struct history_held held[INTAKE_BOTS];
    struct signal_view views[INTAKE_BOTS];
    struct arena *a = call->ctx.arena;
    size_t n;
    enum err e = history_signals(&call->ctx, call->tx, held, countof(held), &n);

    if (e)
        return e;
    for (int b = 1; b < INTAKE_BOTS; b++) {
        const char *slug = intake_bot_slug((enum intake_bot)b);

        views[b - 1] = (struct signal_view){ .signal = str_of(slug), .title = text_find(call->ctx.lang, str_print(a, "signal.title.%s", slug)),
                                             .text = text_find(call->ctx.lang, str_print(a, "signal.%s", slug)), .last_at = INSTANT_NONE };
        for (size_t i = 0; i < n; i++)
            if (held[i].key == b) {
                views[b - 1].leads = held[i].leads;
                views[b - 1].events = held[i].events;
                views[b - 1].last_at = held[i].last;
            }
    }
    return reply_list(call, views, INTAKE_BOTS - 1, sizeof *views, STR_NULL, INTAKE_BOTS - 1);
}

/* ---- of one lead ---- */

struct automatic_view {
    int64_t id, lead, mark;
    instant at;
    struct str name, signal, why;
};
#define L(member, type, ...) { .name = #member, .kind = type, .offset = offsetof(struct automatic_view, member), __VA_ARGS__ }
const struct field automatic_fields[] = {
    L(id, FIELD_ID, .prefix = PREFIX_EVENT),
    { .name = "lead_id", .kind = FIELD_ID, .offset = offsetof(struct automatic_view, lead), .prefix = PREFIX_LEAD },
    { .name = "mark_id", .kind = FIELD_ID, .offset = offsetof(struct automatic_view, mark), .prefix = PREFIX_MARK, .flags = FIELD_NULLABLE },
    L(at, FIELD_INSTANT),
    L(name, FIELD_TEXT, .flags = FIELD_NULLABLE),
    L(signal, FIELD_TEXT, .flags = FIELD_NULLABLE),
    L(why, FIELD_TEXT, .flags = FIELD_NULLABLE, .help = "in the caller's language"),
    { 0 },
};

enum err lead_automatic(struct call *call)
{
    struct automatic_view *views = ARENA_ARRAY(call->ctx.arena, struct automatic_view, EVENTS_MAX);
    struct automatic_marks marks;
    struct history_sight *sights;
    struct lead_id *family;
    struct lead lead;
    size_t n, count, shown = 0;
    enum err e;

    if ((e = lead_of_call(call, &lead)) || (e = automatic_marks_read(call, &marks))
        || (e = lead_family(&call->ctx, call->tx, lead.id, INSTANT_NEVER, &family, &n))
        || (e = history_sights(&call->ctx, call->tx, family, n, 0, INSTANT_NEVER, &sights, &count)))
        return e;
    for (size_t i = count; i-- > 0 && shown < EVENTS_MAX;) {
        const struct history_sight *s = &sights[i];

        if (!(s->flags & (HISTORY_BOT | HISTORY_HELD)))
            continue;
        views[shown++] = (struct automatic_view){
            s->id, s->lead.v, s->mark_id, s->at, s->name,
            s->signal ? str_of(intake_bot_slug((enum intake_bot)s->signal)) : json_text(json_find(s->body, STR("bot"))),
            automatic_why(call, &marks, s->mark_id, s->signal, s->body),
        };
    }
    return reply_list(call, views, shown, sizeof *views, STR_NULL, -1);
}
