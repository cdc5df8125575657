/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/lead_draft.h"

#include "base/limits.h"
#include "flow/flow.h"
#include "lead/normal.h"

#define DRAFT_TEXT(member, words)                                                                  \
    { .name = #member, .kind = FIELD_TEXT, .offset = offsetof(struct lead_draft, member),          \
      .max = LIMIT_NAME_CHARS, .flags = FIELD_NULLABLE, .help = words }

const struct field lead_draft_fields[] = {
    DRAFT_TEXT(name, "person's name"),
    DRAFT_TEXT(email, "an address; the lead is found by it if known"),
    DRAFT_TEXT(phone, "a number, national ones by the company's region"),
    DRAFT_TEXT(title, "position at work"),
    DRAFT_TEXT(company, "company's name"),
    DRAFT_TEXT(source, "where the lead came from"),
    DRAFT_TEXT(external_id, "the lead's id in your own system (Segment's userId)"),
    { .name = "facts", .kind = FIELD_JSON, .offset = offsetof(struct lead_draft, facts),
      .flags = FIELD_NULLABLE, .help = "an object: anything else that is known" },
    { 0 },
};

const struct json *lead_draft_traits(struct call *call, const struct lead_draft *d, uint64_t set)
{
    const struct str texts[] = { d->name, d->email, d->phone, d->title, d->company, d->source, d->external_id };
    struct arena *a = call->ctx.arena;
    struct json *out = ARENA_NEW(a, struct json);
    size_t more = d->facts && d->facts->type == JSON_OBJECT ? d->facts->count : 0;

    out->type = JSON_OBJECT;
    out->as.members = ARENA_ARRAY(a, struct json_member, countof(texts) + more);
    for (size_t i = 0; i < more; i++)
        out->as.members[out->count++] = d->facts->as.members[i];
    for (size_t i = 0; i < countof(texts); i++) {
        struct json_member *m = &out->as.members[out->count];

        if (!texts[i].len && !(set & (uint64_t)1 << i))
            continue;
        m->key = str_of(lead_draft_fields[i].name);
        if (texts[i].len)
            m->value = (struct json){ .type = JSON_TEXT, .as.text = texts[i] };
        out->count++;
    }
    return out;
}

enum err lead_draft_check(struct call *call, const struct lead_draft *d)
{
    struct str email = d->email;
    struct lead_email parsed;
    struct lead_phone phone;
    enum err e = ERR_NONE;

    if (d->facts && d->facts->type != JSON_OBJECT && d->facts->type != JSON_NULL)
        e = fault_field(&call->ctx, ERR_BAD_FIELD, "/facts");
    if (email.len && lead_email_parse(call->ctx.arena, email, &parsed) != LEAD_NORMAL_OK)
        e = fault_field(&call->ctx, ERR_BAD_FIELD, "/email");
    if (d->phone.len && lead_phone_parse(call->ctx.arena, d->phone, call->house->flow->phone_region, &phone) != LEAD_NORMAL_OK)
        e = fault_field(&call->ctx, ERR_BAD_FIELD, "/phone");
    return e;
}

enum err lead_draft_names_one(struct call *call, const struct lead_draft *d)
{
    if (d->name.len || d->email.len || d->phone.len || d->external_id.len)
        return ERR_NONE;
    return fault_field(&call->ctx, ERR_MISSING, "/email");
}
