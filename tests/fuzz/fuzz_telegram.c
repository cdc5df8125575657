/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Any bytes as an answer of the Bot API: what is taken has updates in bounds, chats that are numbers, names of letters that print back. */
#include <stdlib.h>

#include "outreach/telegram.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ctx c = { .arena = arena_new(0), .actor = { .kind = ACTOR_HOUSE } };
    struct client_reply reply = { .end = CLIENT_ANSWERED, .status = size % 2 ? 200 : 429, .body = { (const char *)data, size } };
    struct outreach_result r = { .id = { 1 } };
    struct outreach_updates u;
    bool gone;

    for (int single = 0; single < 2; single++) {
        if (outreach_telegram_updates(&c, reply.body, single, &u) != ERR_NONE)
            continue;
        for (size_t i = 0; i < u.count; i++) {
            const struct outreach_update *one = &u.items[i];
            int64_t chat;

            if (one->id < 0 || one->id >= u.next)
                abort();
            if (one->chat.len && (!str_to_int(one->chat, &chat) || chat <= 0))
                abort();
            if (one->act >= ACTS || one->letter.v < 0)
                abort();
        }
    }
    outreach_telegram_judge(&c, &reply, &r, &gone);
    if (r.state >= LETTER_STATES || r.next_at < 0 || r.next_at > DAY_US)
        abort();
    (void)outreach_telegram_name(&c, reply.body);
    arena_free(c.arena);
    return 0;
}
