/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_reply.h"

#include "api/lead_view.h"
#include "base/limits.h"
#include "cond/cond.h"
#include "flow/flow_reply.h"
#include "outreach/starter.h"
#include "report/reply.h"
#include "team/audit.h"

enum { PLACE_MAX = 10000, RAW_MAX = 100000 };

/* ---- scripts ---- */

struct script_view {
    int64_t id, version, place, by_id, uses, automatic_uses;
    struct str name, condition, condition_text, subject, body, triggers, by_name, answered, won;
    int kind;
    bool automatic, enabled;
    instant at;
};
#define S(member) offsetof(struct script_view, member)
#define SCRIPT_TEXTS                                                                               \
    { .name = "name", .kind = FIELD_TEXT, .offset = S(name), .flags = FIELD_REQUIRED, .min = 1, .max = LIMIT_NAME_CHARS, .help = "as people call it" }, \
    { .name = "kind", .kind = FIELD_ENUM, .offset = S(kind), .names = outreach_script_kinds, .flags = FIELD_REQUIRED, .help = "said in a call, written in a letter or in a chat" }, \
    { .name = "subject", .kind = FIELD_TEXT, .offset = S(subject), .max = LIMIT_NAME_CHARS, .flags = FIELD_NULLABLE, .help = "of a letter; may have blanks" }, \
    { .name = "body", .kind = FIELD_TEXT, .offset = S(body), .flags = FIELD_REQUIRED, .min = 1, .max = SCRIPT_TEXT_CHARS, .help = "plain text with blanks: {{name}}, {{fact.budget|not told}}" }, \
    { .name = "place", .kind = FIELD_INT, .offset = S(place), .min = 0, .max = PLACE_MAX, .help = "in the list, from 0; those of one place stand by name" }, \
    { .name = "automatic", .kind = FIELD_BOOL, .offset = S(automatic), .help = "a letter that goes out by itself upon one of its events" }, \
    { .name = "enabled", .kind = FIELD_BOOL, .offset = S(enabled), .flags = FIELD_REQUIRED, .help = "false: nobody is offered it, and it sends nothing" }
const struct field script_fields[] = {
    { .name = "id", .kind = FIELD_ID, .offset = S(id), .prefix = PREFIX_SCRIPT, .help = "the script" },
    { .name = "version", .kind = FIELD_INT, .offset = S(version), .help = "raised with each change" },
    SCRIPT_TEXTS,
    { .name = "condition", .kind = FIELD_RAW, .offset = S(condition), .help = "of the one language of conditions: whom it is for; null: everybody" },
    { .name = "condition_text", .kind = FIELD_TEXT, .offset = S(condition_text), .flags = FIELD_NULLABLE, .help = "the same in words" },
    { .name = "triggers", .kind = FIELD_RAW, .offset = S(triggers), .help = "names of events upon which an automatic one is sent" },
    { .name = "at", .kind = FIELD_INSTANT, .offset = S(at), .help = "last changed" },
    { .name = "by_id", .kind = FIELD_ID, .offset = S(by_id), .prefix = PREFIX_USER, .flags = FIELD_NULLABLE, .help = "by whom" },
    { .name = "by_name", .kind = FIELD_TEXT, .offset = S(by_name), .flags = FIELD_NULLABLE, .help = "by whom" },
    { .name = "uses", .kind = FIELD_INT, .offset = S(uses), .help = "times it was used" },
    { .name = "automatic_uses", .kind = FIELD_INT, .offset = S(automatic_uses), .help = "of these by itself" },
    { .name = "answered", .kind = FIELD_RAW, .offset = S(answered),
      .help = "{value, low, high, n, hits, enough, need}: of the leads it was used on, those that did something within three days" },
    { .name = "won", .kind = FIELD_RAW, .offset = S(won), .help = "the same: of those decided, those that bought" },
    { 0 }
};
struct script_ask {
    struct script_view view;
    const struct json *condition, *triggers;
};
const struct field script_ask_fields[] = {
    SCRIPT_TEXTS,
    { .name = "condition", .kind = FIELD_JSON, .offset = offsetof(struct script_ask, condition), .help = "whom it is for; absent: everybody" },
    { .name = "triggers", .kind = FIELD_JSON, .offset = offsetof(struct script_ask, triggers), .help = "names of events" },
    { 0 }
};

static void put_share(struct json_out *o, const char *name, bool known, fix value)
{
    json_key(o, name);
    if (known)
        json_put_fix(o, value);
    else
        json_put_null(o);
}

static struct str share_json(struct arena *a, const struct report_share *s)
{
    struct buf b = buf_new(a, 1000);
    struct json_out o = json_to(&b);

    json_begin(&o);
    put_share(&o, "value", s->enough, s->value);
    put_share(&o, "low", s->enough, s->low);
    put_share(&o, "high", s->enough, s->high);
    json_key(&o, "n");
    json_put_int(&o, s->n);
    json_key(&o, "hits");
    json_put_int(&o, s->hits);
    json_key(&o, "enough");
    json_put_bool(&o, s->enough);
    json_key(&o, "need");
    json_put_int(&o, REPLY_ENOUGH);
    json_end(&o);
    return buf_str(&b);
}

static struct str condition_words(struct call *call, struct str condition)
{
    struct json *tree;
    struct cond *cond;
    struct str words;

    if (condition.len == 0)
        return STR_NULL;
    if (json_read(&call->ctx, condition, &tree) || cond_compile(&call->ctx, tree, STR(""), call->ctx.arena, &cond)) {
        fault_clear(&call->ctx);
        return STR_NULL;
    }
    words = cond_explain(cond, call->ctx.lang, call->ctx.arena);
    cond_free(cond);
    return words;
}

struct script_report {
    struct report_reply *items;
    size_t count;
    struct names names;
};

static enum err report_read(struct call *call, struct script_report *r)
{
    enum err e = report_replies(&call->ctx, call->tx, &r->items, &r->count);

    return e ? e : names_read(call, &r->names);
}

static struct script_view view_of(struct call *call, const struct script *s, const struct script_report *r)
{
    struct report_reply none = { .script = s->id }, *found = &none;

    for (size_t i = 0; i < r->count; i++)
        if (r->items[i].script.v == s->id.v)
            found = &r->items[i];
    return (struct script_view){
        .id = s->id.v, .version = s->version, .place = s->place, .name = s->name, .kind = s->kind, .condition = s->condition.len ? s->condition : STR("null"),
        .condition_text = condition_words(call, s->condition), .subject = s->subject, .body = s->body, .automatic = s->automatic,
        .enabled = s->enabled, .triggers = s->triggers, .at = s->at, .by_id = s->by.v, .by_name = names_find(&r->names, s->by.v),
        .uses = found->uses, .automatic_uses = found->automatic, .answered = share_json(call->ctx.arena, &found->answered),
        .won = share_json(call->ctx.arena, &found->won),
    };
}

enum err script_list_get(struct call *call)
{
    struct scripts list;
    struct script_report report;
    struct script_view *views;
    enum err e;

    if ((e = outreach_script_list(&call->ctx, call->tx, &list)) || (e = report_read(call, &report)))
        return e;
    views = ARENA_ARRAY(call->ctx.arena, struct script_view, list.count + 1);
    for (size_t i = 0; i < list.count; i++)
        views[i] = view_of(call, &list.items[i], &report);
    return reply_list(call, views, list.count, sizeof *views, STR_NULL, (int64_t)list.count);
}

static struct str json_kept(struct call *call, const struct json *from, const char *absent)
{
    struct buf b = buf_new(call->ctx.arena, RAW_MAX);
    struct json_out o = json_to(&b);

    if (!from || json_is(from, JSON_NULL))
        return str_of(absent);
    json_put(&o, from);
    return buf_str(&b);
}

static enum err triggers_check(struct call *call, const struct script_ask *ask)
{
    const struct json *list = ask->triggers;
    bool any = list && json_is(list, JSON_ARRAY) && list->count > 0;

    if (list && !json_is(list, JSON_NULL) && (!json_is(list, JSON_ARRAY) || list->count > SCRIPT_TRIGGERS))
        return fault_at(&call->ctx, ERR_BAD_FIELD, STR("/triggers"), "a list of at most %d names of events", SCRIPT_TRIGGERS);
    for (uint32_t i = 0; any && i < list->count; i++)
        if (str_trim(json_text(&list->as.items[i])).len == 0)
            return fault_at(&call->ctx, ERR_BAD_FIELD, str_print(call->ctx.arena, "/triggers/%u", i), "the name of an event");
    if (!ask->view.automatic)
        return ERR_NONE;
    if (ask->view.kind != SCRIPT_LETTER)
        return fault_at(&call->ctx, ERR_BAD_FIELD, STR("/automatic"), "only a letter goes out by itself");
    return any ? ERR_NONE : fault_at(&call->ctx, ERR_MISSING, STR("/triggers"), "an automatic letter needs an event to answer");
}

static enum err condition_check(struct call *call, const struct json *from)
{
    struct cond *cond;
    enum err e;

    if (!from || json_is(from, JSON_NULL))
        return ERR_NONE;
    if ((e = cond_compile(&call->ctx, from, STR("/condition"), call->ctx.arena, &cond)))
        return e;
    cond_free(cond);
    return ERR_NONE;
}

/* The body, checked: every fault of it is noted. */
static enum err script_read(struct call *call, struct script *s)
{
    struct script_ask ask = { 0 };
    enum err faults[5] = { body_read(call, &ask, NULL) };

    if (faults[0])
        return faults[0];
    faults[0] = outreach_script_check(&call->ctx, ask.view.subject, STR("/subject"));
    faults[1] = outreach_script_check(&call->ctx, ask.view.body, STR("/body"));
    faults[2] = condition_check(call, ask.condition);
    faults[3] = triggers_check(call, &ask);
    if (ask.view.kind == SCRIPT_LETTER && str_trim(ask.view.subject).len == 0)
        faults[4] = fault_at(&call->ctx, ERR_MISSING, STR("/subject"), "a letter needs a subject");
    for (size_t i = 0; i < countof(faults); i++)
        if (faults[i])
            return faults[i];
    s->name = ask.view.name;
    s->kind = ask.view.kind;
    s->subject = ask.view.kind == SCRIPT_LETTER ? ask.view.subject : STR("");
    s->body = ask.view.body;
    s->place = ask.view.place;
    s->automatic = ask.view.automatic;
    s->enabled = ask.view.enabled;
    s->condition = json_kept(call, ask.condition, "");
    s->triggers = json_kept(call, ask.triggers, "[]");
    return ERR_NONE;
}

static enum err script_keep(struct call *call, struct script *s, struct script_view *view)
{
    struct script_report report;
    enum err e;

    if ((e = outreach_script_put(&call->ctx, call->tx, s))
        || (e = team_audit_add(&call->ctx, call->tx, "script.changed", PREFIX_SCRIPT, s->id.v, s->name)) || (e = report_read(call, &report)))
        return e;
    flow_reply_changed(call->house->flow);
    *view = view_of(call, s, &report);
    reply_etag(call, s->version);
    return ERR_NONE;
}

enum err script_create(struct call *call)
{
    struct script s = { 0 };
    struct script_view view;
    struct scripts list;
    enum err e;

    if ((e = script_read(call, &s)) || (e = outreach_script_list(&call->ctx, call->tx, &list)))
        return e;
    if (list.count >= SCRIPTS_MAX)
        return fault_set(&call->ctx, ERR_CONFLICT, "no more than 500 scripts");
    e = script_keep(call, &s, &view);
    return e ? e : reply_made(call, &view);
}

static enum err script_of_call(struct call *call, struct script *s)
{
    struct script_id id;
    enum err e = param_id(call, "id", PREFIX_SCRIPT, &id.v);

    if (e || (e = outreach_script_get(&call->ctx, call->tx, id, s)))
        return e;
    return match_version(call, s->version);
}

enum err script_put(struct call *call)
{
    struct script s;
    struct script_view view;
    enum err e;

    if ((e = script_of_call(call, &s)) || (e = script_read(call, &s)) || (e = script_keep(call, &s, &view)))
        return e;
    return reply_ok(call, &view);
}

enum err script_delete(struct call *call)
{
    struct script s;
    enum err e;

    if ((e = script_of_call(call, &s)) || (e = outreach_script_del(&call->ctx, call->tx, s.id))
        || (e = team_audit_add(&call->ctx, call->tx, "script.deleted", PREFIX_SCRIPT, s.id.v, s.name)))
        return e;
    flow_reply_changed(call->house->flow);
    return reply_none(call);
}

struct starter_view {
    int64_t added;
};
const struct field script_starter_fields[] = {
    { .name = "added", .kind = FIELD_INT, .offset = offsetof(struct starter_view, added), .help = "scripts that were not there by name" },
    { 0 }
};

enum err script_starters(struct call *call)
{
    struct starter_view view = { 0 };
    struct scripts list;
    enum err e = outreach_script_list(&call->ctx, call->tx, &list);

    for (size_t i = 0; i < outreach_starter_count && !e; i++) {
        struct script s = outreach_starter(i, call->ctx.lang);
        bool there = false;

        for (size_t k = 0; k < list.count; k++)
            there |= str_eq(list.items[k].name, s.name);
        if (there)
            continue;
        view.added++;
        e = outreach_script_put(&call->ctx, call->tx, &s);
    }
    if (e || (e = team_audit_add(&call->ctx, call->tx, "scripts.added", PREFIX_SCRIPT, 0, STR_NULL)))
        return e;
    flow_reply_changed(call->house->flow);
    return reply_ok(call, &view);
}

struct blank_view {
    struct str word, name;
};
const struct field script_blank_fields[] = {
    { .name = "word", .kind = FIELD_TEXT, .offset = offsetof(struct blank_view, word), .help = "as it stands between {{ and }}" },
    { .name = "name", .kind = FIELD_TEXT, .offset = offsetof(struct blank_view, name), .help = "what it stands for" },
    { 0 }
};

enum err script_blank_list(struct call *call)
{
    struct blank_view *views;
    size_t n = 0;

    while (outreach_blanks[n].word)
        n++;
    views = ARENA_ARRAY(call->ctx.arena, struct blank_view, n + 1);
    for (size_t i = 0; i < n; i++)
        views[i] = (struct blank_view){ str_of(outreach_blanks[i].word),
                                        str_of(call->ctx.lang == LANG_RU ? outreach_blanks[i].ru : outreach_blanks[i].en) };
    return reply_list(call, views, n, sizeof *views, STR_NULL, (int64_t)n);
}
