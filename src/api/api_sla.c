/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_sla.h"

#include "base/limits.h"
#include "task/sla.h"
#include "team/audit.h"

enum { NORMS_MAX = 100, MINUTES_MAX = 30 * 24 * 60 };

/* A band, or any. */
static const char *const bands[] = { "cold", "warm", "hot", "any", NULL };
#define ANY_BAND ((int)countof(bands) - 2)

struct sla_view {
    int band;
    struct str source;
    int64_t minutes, remind, reassign, escalate;
};
#define S(member) offsetof(struct sla_view, member)
const struct field sla_fields[] = {
    { .name = "band", .kind = FIELD_ENUM, .offset = S(band), .names = bands, .flags = FIELD_REQUIRED, .help = "of the lead" },
    { .name = "source", .kind = FIELD_TEXT, .offset = S(source), .flags = FIELD_NULLABLE, .max = LIMIT_NAME_CHARS, .help = "of the lead; none: any" },
    { .name = "minutes", .kind = FIELD_INT, .offset = S(minutes), .flags = FIELD_REQUIRED, .min = 1, .max = MINUTES_MAX, .help = "of working time until the first answer" },
    { .name = "remind", .kind = FIELD_INT, .offset = S(remind), .min = 0, .max = MINUTES_MAX, .help = "minutes before the deadline; 0: no reminder" },
    { .name = "reassign", .kind = FIELD_INT, .offset = S(reassign), .min = SLA_OFF, .max = MINUTES_MAX, .help = "working minutes after it until another gets the lead; -1: never" },
    { .name = "escalate", .kind = FIELD_INT, .offset = S(escalate), .min = SLA_OFF, .max = MINUTES_MAX, .help = "working minutes after it until the head is told; -1: never" },
    { 0 }
};
const struct field sla_put_fields[] = {
    { .name = "items", .kind = FIELD_LIST, .offset = 0, .fields = sla_fields, .item_size = sizeof(struct sla_view),
      .flags = FIELD_REQUIRED, .help = "all norms, in order: the first that fits decides" },
    { 0 }
};

static enum err reply_norms(struct call *call, const struct sla_norms *norms)
{
    struct sla_view *views = ARENA_ARRAY(call->ctx.arena, struct sla_view, norms->count + 1);

    for (size_t i = 0; i < norms->count; i++) {
        const struct sla_norm *n = &norms->items[i];

        views[i] = (struct sla_view){ .band = n->band < 0 ? ANY_BAND : n->band, .source = n->source, .minutes = n->minutes,
                                      .remind = n->remind, .reassign = n->reassign, .escalate = n->escalate };
    }
    return reply_list(call, views, norms->count, sizeof *views, STR_NULL, (int64_t)norms->count);
}

enum err sla_list_get(struct call *call)
{
    struct sla_norms norms;
    enum err e = task_sla_list(&call->ctx, call->tx, &norms);

    return e ? e : reply_norms(call, &norms);
}

/* A norm behind one that fits whatever it does would never be asked. */
static bool hides(const struct sla_norm *before, const struct sla_norm *after)
{
    return (before->band < 0 || before->band == after->band) && (before->source.len == 0 || str_eq(before->source, after->source));
}

static enum err norm_check(struct call *call, const struct sla_norms *norms, size_t at)
{
    const struct sla_norm *n = &norms->items[at];

    if (n->remind >= n->minutes)
        return fault_at(&call->ctx, ERR_OUT_OF_RANGE, str_print(call->ctx.arena, "/items/%zu/remind", at),
                        "fewer minutes than the norm has");
    for (size_t k = 0; k < at; k++)
        if (hides(&norms->items[k], n))
            return fault_at(&call->ctx, ERR_BAD_FIELD, str_print(call->ctx.arena, "/items/%zu", at),
                            "never asked: norm %zu before it fits all of this", k + 1);
    return ERR_NONE;
}

enum err sla_put_all(struct call *call)
{
    struct field_list body = { NULL, 0 };
    struct sla_norms norms = { NULL, 0 };
    const struct sla_view *views;
    enum err e = body_read(call, &body, NULL), first = ERR_NONE;

    if (e)
        return e;
    if (body.count > NORMS_MAX)
        return fault_at(&call->ctx, ERR_OUT_OF_RANGE, STR("/items"), "at most %d norms", NORMS_MAX);
    views = body.items;
    norms.items = ARENA_ARRAY(call->ctx.arena, struct sla_norm, body.count + 1);
    for (; norms.count < body.count; norms.count++) {
        const struct sla_view *v = &views[norms.count];

        norms.items[norms.count] = (struct sla_norm){ v->band == ANY_BAND ? -1 : v->band, v->source, v->minutes,
                                                      v->remind, v->reassign, v->escalate };
        e = norm_check(call, &norms, norms.count);
        if (e && !first)
            first = e;
    }
    if (first)
        return first;
    if ((e = task_sla_put_all(&call->ctx, call->tx, &norms))
        || (e = team_audit_add(&call->ctx, call->tx, "norms.changed", PREFIX_RULE, 0, STR_NULL)))
        return e;
    return reply_norms(call, &norms);
}
