/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Any bytes as a body of the Segment API: events and refusals add up to what was sent, and what is kept is JSON that reads back. */
#include <stdlib.h>

#include "base/limits.h"
#include "intake/segment_api.h"

static void check(struct ctx *c, const struct intake_events *ev)
{
    assert(ev->count + ev->refused_count == ev->sent);
    for (size_t i = 0; i < ev->count; i++) {
        const struct event *e = &ev->events[i];
        struct ctx own = { .arena = c->arena };
        struct json *v;
        assert(e->who.user_id.len || e->who.anonymous_id.len);
        assert(e->message_id.len <= LIMIT_MESSAGE_ID_BYTES);
        assert(e->at >= 0 && e->at <= e->known_at + 5 * MINUTE_US);
        assert(json_read(&own, e->raw, &v) == ERR_NONE);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct ctx c = { .arena = a, .now = 1795374934000000 };
    struct str body = { (const char *)data, size };
    struct intake_events ev;

    for (int k = 0; k <= EVENT_ALIAS; k++) {
        struct intake_call call = { .path = k == EVENT_ALIAS ? INTAKE_BATCH : INTAKE_SINGLE, .kind = (enum event_kind)k,
                                    .received = c.now, .user_agent = str_sub(body, 0, 100), .sent_at = body,
                                    .anonymous_id = body };
        fault_clear(&c);
        if (intake_segment_read(&c, &call, body, &ev) != ERR_NONE)
            continue;
        intake_segment_own(a, &ev, 1, k & 1);
        check(&c, &ev);
    }
    arena_free(a);
    return 0;
}
