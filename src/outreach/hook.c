/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "outreach/hook.h"

#include "base/base64.h"
#include "base/json.h"
#include "base/utf8.h"
#include "sys/crypto.h"

#define CONNECT_US (5 * SECOND_US)
#define WHOLE_US   (15 * SECOND_US)
enum { KEEP_BYTES = 4096, SHOWN_CHARS = 500 };

const char *const outreach_hook_state_names[] = { "on", "off", "stopped", NULL };
const char *const outreach_event_types[] = { "lead.created", "lead.updated", "lead.won", "lead.lost", "lead.hot", "lead.cooled", "lead.assigned", "lead.waiting", "task.reminded", "task.late", "task.completed", NULL };

bool outreach_hook_wants(struct ctx *c, struct str kinds, struct str type)
{
    struct json *list;
    bool wants = false;

    if (json_read(c, kinds, &list)) {
        fault_clear(c);
        return false;
    }
    for (uint32_t i = 0; json_is(list, JSON_ARRAY) && i < list->count; i++)
        wants = wants || str_eq(json_text(&list->as.items[i]), type);
    return wants;
}

struct str outreach_hook_sign(struct arena *a, struct str secret, struct str id, struct str timestamp, struct str body)
{
    struct str head = STR("whsec_"), key;
    struct str parts[] = { id, STR("."), timestamp, STR("."), body };
    uint8_t mark[32];

    if (!str_starts(secret, head) || !base64_parse(a, str_sub(secret, head.len, secret.len), &key) || key.len == 0)
        return STR_NULL;
    crypto_hmac_sha256(key, parts, countof(parts), mark);
    return str_print(a, "v1," STR_FMT, STR_ARG(base64_standard(a, (struct str){ (const char *)mark, sizeof mark })));
}

enum err outreach_hook_compose(struct ctx *c, const struct outreach_way *way, const struct outreach_letter *l,
                               const struct outreach_target *target, struct outreach_outgoing *out)
{
    struct str id = outreach_letter_name(c->arena, l->id);
    struct str stamp = str_print(c->arena, "%lld", (long long)(way->now / SECOND_US));
    struct str signature = outreach_hook_sign(c->arena, target->secret, id, stamp, l->body);

    if (!target->url.len)
        return fault_set(c, ERR_CONFLICT, "hook_off");
    if (!signature.ptr)
        return fault_set(c, ERR_CONFLICT, "bad_secret");
    if (target->before.len)
        signature = str_print(c->arena, STR_FMT " " STR_FMT, STR_ARG(signature),
                              STR_ARG(outreach_hook_sign(c->arena, target->before, id, stamp, l->body)));
    *out = (struct outreach_outgoing){
        .call = { .url = target->url, .guarded = true, .header_count = 5, .body = l->body, .connect_us = CONNECT_US, .whole_us = WHOLE_US,
                  .keep_bytes = KEEP_BYTES },
        .headers = { { "Content-Type", STR("application/json") }, { "User-Agent", STR("Gradus-Webhooks/1") }, { "webhook-id", id },
                     { "webhook-timestamp", stamp }, { "webhook-signature", signature } },
    };
    return ERR_NONE;
}

/* What of an answer may be shown: a line of valid text, cut long before what was kept of it ends. */
static struct str shown(struct arena *a, struct str body)
{
    struct str line = utf8_line(a, body, SHOWN_CHARS);

    return utf8_is_valid(line) ? str_trim(line) : STR("");
}

void outreach_hook_judge(struct ctx *c, const struct client_reply *reply, struct outreach_result *r, bool *gone)
{
    outreach_judge_http(reply, r);
    *gone = reply->end == CLIENT_ANSWERED && reply->status == 410;
    /* Any answer but 2xx is a failure by the schedule; 410 alone is for good. An address that must not be called may be allowed tomorrow. */
    if (r->state == LETTER_DEAD && !*gone)
        r->state = LETTER_WAITING;
    if (reply->end == CLIENT_ANSWERED && r->state != LETTER_SENT)
        r->error = shown(c->arena, reply->body);
}
