/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_lead_reply.c - quick replies on a lead's card, and what the lead has agreed to. */
#include "api/api_reply.h"

#include "api/lead_view.h"
#include "base/limits.h"
#include "flow/flow_reply.h"
#include "outreach/outreach.h"

enum { USES_SHOWN = 100 };

struct reply_view {
    int64_t id;
    struct str name, subject, body, missing;
    int kind;
    bool letter;
};
#define R(member) offsetof(struct reply_view, member)
const struct field lead_reply_fields[] = {
    { .name = "script_id", .kind = FIELD_ID, .offset = R(id), .prefix = PREFIX_SCRIPT, .help = "the script" },
    { .name = "name", .kind = FIELD_TEXT, .offset = R(name), .help = "as people call it" },
    { .name = "kind", .kind = FIELD_ENUM, .offset = R(kind), .names = outreach_script_kinds, .help = "call, letter or chat" },
    { .name = "subject", .kind = FIELD_TEXT, .offset = R(subject), .flags = FIELD_NULLABLE, .help = "filled in" },
    { .name = "body", .kind = FIELD_TEXT, .offset = R(body), .help = "filled in" },
    { .name = "missing", .kind = FIELD_TEXT, .offset = R(missing), .flags = FIELD_NULLABLE, .help = "blanks of which nothing is known, by name" },
    { .name = "letter", .kind = FIELD_BOOL, .offset = R(letter), .help = "the house may send it: mail is set up, there are an address and consent" },
    { 0 }
};

static enum err may_send(struct call *call, const struct lead *lead, bool *may)
{
    const struct consent *ground;
    enum err e = flow_reply_may_write(&call->ctx, call->tx, lead, &ground);

    *may = !e;
    if (e != ERR_CONFLICT)
        return e;
    fault_clear(&call->ctx);
    return ERR_NONE;
}

enum err lead_reply_list(struct call *call)
{
    struct lead lead;
    struct flow_reply *replies;
    struct reply_view *views;
    size_t n;
    bool may;
    enum err e;

    if ((e = lead_of_call(call, &lead)) || (e = flow_replies(&call->ctx, call->tx, &lead, call_user(call), &replies, &n))
        || (e = may_send(call, &lead, &may)))
        return e;
    views = ARENA_ARRAY(call->ctx.arena, struct reply_view, n + 1);
    for (size_t i = 0; i < n; i++)
        views[i] = (struct reply_view){ replies[i].script.id.v, replies[i].script.name, replies[i].subject, replies[i].body,
                                        replies[i].missing, replies[i].script.kind, may && replies[i].script.kind == SCRIPT_LETTER };
    return reply_list(call, views, n, sizeof *views, STR_NULL, (int64_t)n);
}

struct reply_ask {
    int64_t script;
    int way;
    struct str subject, body;
};
#define TEXT_FIELDS(type)                                                                          \
    { .name = "subject", .kind = FIELD_TEXT, .offset = offsetof(type, subject), .max = LIMIT_NAME_CHARS, .flags = FIELD_NULLABLE, .help = "of a letter" }, \
    { .name = "body", .kind = FIELD_TEXT, .offset = offsetof(type, body), .flags = FIELD_REQUIRED, .min = 1, .max = SCRIPT_TEXT_CHARS, .help = "the text" }
const struct field reply_ask_fields[] = {
    { .name = "script_id", .kind = FIELD_ID, .offset = offsetof(struct reply_ask, script), .prefix = PREFIX_SCRIPT, .flags = FIELD_REQUIRED, .help = "the script" },
    { .name = "way", .kind = FIELD_ENUM, .offset = offsetof(struct reply_ask, way), .names = flow_reply_ways, .flags = FIELD_REQUIRED,
      .help = "hand: said or written by the person's own means; letter: the house sends it" },
    TEXT_FIELDS(struct reply_ask),
    { 0 }
};

enum err lead_reply_use(struct call *call)
{
    struct reply_ask ask = { 0 };
    struct flow_reply_said said;
    struct script script;
    struct lead lead;
    enum err e;

    if ((e = body_read(call, &ask, NULL)) || (e = lead_of_call(call, &lead)))
        return e;
    if (lead.merged_into.v)
        return fault_set(&call->ctx, ERR_CONFLICT, "the lead is merged into another one");
    e = outreach_script_get(&call->ctx, call->tx, (struct script_id){ ask.script }, &script);
    if (e)
        return e == ERR_NOT_FOUND ? fault_at(&call->ctx, ERR_BAD_FIELD, STR("/script_id"), "no such script") : e;
    said = (struct flow_reply_said){ (enum flow_reply_way)ask.way, ask.subject, ask.body };
    if (said.way == FLOW_REPLY_LETTER && str_trim(said.subject).len == 0)
        return fault_at(&call->ctx, ERR_MISSING, STR("/subject"), "a letter needs a subject");
    e = flow_reply_use(call->house->flow, &call->ctx, call->tx, &lead, &script, &said, &call->messages);
    return e ? e : reply_none(call);
}

struct preview_ask {
    struct str subject, body;
};
const struct field reply_preview_fields[] = { TEXT_FIELDS(struct preview_ask), { 0 } };
const struct field reply_text_fields[] = {
    { .name = "subject", .kind = FIELD_TEXT, .offset = R(subject), .flags = FIELD_NULLABLE, .help = "filled in" },
    { .name = "body", .kind = FIELD_TEXT, .offset = R(body), .help = "filled in" },
    { .name = "missing", .kind = FIELD_TEXT, .offset = R(missing), .flags = FIELD_NULLABLE, .help = "blanks of which nothing is known, by name" },
    { 0 }
};

enum err lead_reply_preview(struct call *call)
{
    struct preview_ask ask = { 0 };
    struct flow_reply reply;
    struct reply_view view;
    struct lead lead;
    enum err e, faults[2];

    if ((e = body_read(call, &ask, NULL)) || (e = lead_of_call(call, &lead)))
        return e;
    faults[0] = outreach_script_check(&call->ctx, ask.subject, STR("/subject"));
    faults[1] = outreach_script_check(&call->ctx, ask.body, STR("/body"));
    if (faults[0] || faults[1])
        return faults[0] ? faults[0] : faults[1];
    if ((e = flow_reply_preview(&call->ctx, call->tx, &lead, call_user(call), ask.subject, ask.body, &reply)))
        return e;
    view = (struct reply_view){ .subject = reply.subject, .body = reply.body, .missing = reply.missing };
    return reply_ok(call, &view);
}

struct use_view {
    int64_t script, by_id;
    struct str name, by_name;
    instant at;
    int letter;
    struct str error;
};
static const char *const letter_states[] = { "waiting", "sent", "dead", "withdrawn", "none", NULL };
#define NO_LETTER ((int)countof(letter_states) - 2)
const struct field reply_use_fields[] = {
    { .name = "script_id", .kind = FIELD_ID, .offset = offsetof(struct use_view, script), .prefix = PREFIX_SCRIPT, .help = "the script" },
    { .name = "name", .kind = FIELD_TEXT, .offset = offsetof(struct use_view, name), .flags = FIELD_NULLABLE, .help = "its name; none: it is gone" },
    { .name = "at", .kind = FIELD_INSTANT, .offset = offsetof(struct use_view, at), .help = "when" },
    { .name = "by_id", .kind = FIELD_ID, .offset = offsetof(struct use_view, by_id), .prefix = PREFIX_USER, .flags = FIELD_NULLABLE, .help = "by whom; none: by itself" },
    { .name = "by_name", .kind = FIELD_TEXT, .offset = offsetof(struct use_view, by_name), .flags = FIELD_NULLABLE, .help = "by whom" },
    { .name = "letter", .kind = FIELD_ENUM, .offset = offsetof(struct use_view, letter), .names = letter_states, .help = "what became of the letter; none: it went by hand" },
    { .name = "error", .kind = FIELD_TEXT, .offset = offsetof(struct use_view, error), .flags = FIELD_NULLABLE, .help = "what the mail server said last" },
    { 0 }
};

static enum err use_view_of(struct call *call, const struct script_use *use, const struct names *names, struct use_view *view)
{
    struct outreach_letter letter;
    enum err e;

    *view = (struct use_view){ .script = use->script.v, .by_id = use->user.v, .name = use->name, .by_name = names_find(names, use->user.v),
                               .at = use->at, .letter = NO_LETTER };
    if (!use->letter)
        return ERR_NONE;
    if ((e = outreach_letter_get(&call->ctx, call->tx, (struct letter_id){ use->letter }, &letter)))
        return e;
    view->letter = (int)letter.state;
    view->error = letter.error;
    return ERR_NONE;
}

enum err lead_reply_uses(struct call *call)
{
    struct lead lead;
    struct script_use *uses;
    struct use_view *views;
    struct names names;
    size_t n;
    enum err e;

    if ((e = lead_of_call(call, &lead)) || (e = flow_reply_uses(&call->ctx, call->tx, lead.id, USES_SHOWN, &uses, &n))
        || (e = names_read(call, &names)))
        return e;
    views = ARENA_ARRAY(call->ctx.arena, struct use_view, n + 1);
    for (size_t i = 0; i < n && !e; i++)
        e = use_view_of(call, &uses[i], &names, &views[i]);
    return e ? e : reply_list(call, views, n, sizeof *views, STR_NULL, (int64_t)n);
}

/* ---- consent ---- */

struct consent_view {
    int purpose;
    bool given, stands;
    instant at, known_at;
    int64_t by_id, key_id;
    struct str by_name, words, place;
};
#define C(member) offsetof(struct consent_view, member)
const struct field consent_fields[] = {
    { .name = "purpose", .kind = FIELD_ENUM, .offset = C(purpose), .names = outreach_purpose_names, .help = "answer: letters that answer a request; advertising: all others" },
    { .name = "given", .kind = FIELD_BOOL, .offset = C(given), .help = "false: refused or taken back" },
    { .name = "stands", .kind = FIELD_BOOL, .offset = C(stands), .help = "this word decides now" },
    { .name = "at", .kind = FIELD_INSTANT, .offset = C(at), .help = "when it was said" },
    { .name = "known_at", .kind = FIELD_INSTANT, .offset = C(known_at), .help = "when the house learned of it" },
    { .name = "words", .kind = FIELD_TEXT, .offset = C(words), .flags = FIELD_NULLABLE, .help = "the text that was agreed to, or its name" },
    { .name = "place", .kind = FIELD_TEXT, .offset = C(place), .flags = FIELD_NULLABLE, .help = "where: a page, a call" },
    { .name = "by_id", .kind = FIELD_ID, .offset = C(by_id), .prefix = PREFIX_USER, .flags = FIELD_NULLABLE, .help = "who wrote it down; none: it came with an event" },
    { .name = "by_name", .kind = FIELD_TEXT, .offset = C(by_name), .flags = FIELD_NULLABLE, .help = "who wrote it down" },
    { .name = "key_id", .kind = FIELD_ID, .offset = C(key_id), .prefix = PREFIX_KEY, .flags = FIELD_NULLABLE, .help = "the key that it came with" },
    { 0 }
};
const struct field consent_ask_fields[] = {
    { .name = "purpose", .kind = FIELD_ENUM, .offset = C(purpose), .names = outreach_purpose_names, .flags = FIELD_REQUIRED, .help = "answer or advertising" },
    { .name = "given", .kind = FIELD_BOOL, .offset = C(given), .flags = FIELD_REQUIRED, .help = "false: refused or taken back" },
    { .name = "words", .kind = FIELD_TEXT, .offset = C(words), .max = LIMIT_TEXT_CHARS, .flags = FIELD_NULLABLE, .help = "to which words" },
    { .name = "place", .kind = FIELD_TEXT, .offset = C(place), .flags = FIELD_REQUIRED, .min = 1, .max = LIMIT_TEXT_CHARS, .help = "how it was said: a call, a form on paper" },
    { 0 }
};

static enum err reply_consents(struct call *call, struct lead_id lead)
{
    struct consents list;
    struct consent_view *views;
    const struct consent *ground[CONSENT_PURPOSES];
    struct names names;
    enum err e;

    if ((e = flow_consents(&call->ctx, call->tx, lead, &list)) || (e = names_read(call, &names)))
        return e;
    for (int p = 0; p < CONSENT_PURPOSES; p++)
        ground[p] = outreach_consent_at(&list, (enum consent_purpose)p, call->ctx.now).ground;
    views = ARENA_ARRAY(call->ctx.arena, struct consent_view, list.count + 1);
    for (size_t i = 0; i < list.count; i++) {
        const struct consent *one = &list.items[i];

        views[i] = (struct consent_view){ one->purpose, one->given, one == ground[one->purpose], one->at, one->known_at, one->user.v,
                                          one->source_id, names_find(&names, one->user.v), one->words, one->place };
    }
    return reply_list(call, views, list.count, sizeof *views, STR_NULL, (int64_t)list.count);
}

enum err lead_consent_list(struct call *call)
{
    struct lead lead;
    enum err e = lead_of_call(call, &lead);

    return e ? e : reply_consents(call, lead.id);
}

enum err lead_consent_put(struct call *call)
{
    struct consent_view ask = { 0 };
    struct consent one;
    struct lead lead;
    enum err e;

    if ((e = body_read(call, &ask, NULL)) || (e = lead_of_call(call, &lead)))
        return e;
    if (lead.merged_into.v)
        return fault_set(&call->ctx, ERR_CONFLICT, "the lead is merged into another one");
    one = (struct consent){ .lead = lead.id, .at = call->ctx.now, .purpose = ask.purpose, .given = ask.given, .words = ask.words,
                            .place = ask.place, .user = call_user(call),
                            .source_id = call->ctx.actor.kind == ACTOR_KEY ? call->ctx.actor.id : 0 };
    e = flow_consent_put(&call->ctx, call->tx, &one);
    return e ? e : reply_consents(call, lead.id);
}
