/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "outreach/channel.h"

#include "outreach/hook.h"
#include "outreach/mail.h"
#include "outreach/push.h"
#include "outreach/telegram.h"

static const int64_t by_mail[] = { 60, 300, 900, 3600, 14400, 43200, 86400, 0 };
static const int64_t by_hook[] = { 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400, 0 };
static const int64_t soon[] = { 2, 5, 15, 60, 300, 900, 1800, 3600, 0 };

const struct outreach_channel_row outreach_channels[OUTREACH_CHANNELS] = {
    [OUTREACH_TELEGRAM] = { "telegram", soon, 8, outreach_telegram_compose, outreach_telegram_judge, "Telegram's Bot API" },
    [OUTREACH_MAIL] = { "mail", by_mail, 4, outreach_mail_compose, outreach_mail_judge, "SMTP to a relay" },
    [OUTREACH_PUSH] = { "push", soon, 8, outreach_push_compose, outreach_push_judge, "the push services of browsers" },
    [OUTREACH_HOOK] = { "hook", by_hook, 8, outreach_hook_compose, outreach_hook_judge, "signed webhooks to other programs" },
};

int64_t outreach_wait_us(enum outreach_channel channel, int64_t tries, int64_t asked_us, unsigned luck)
{
    const int64_t *waits = outreach_channels[channel].waits_s;
    int64_t wait;

    for (int64_t i = 1; i < tries && *waits; i++)
        waits++;
    if (!*waits)
        return -1;
    /* 0.9 to 1.1 of it */
    wait = *waits * SECOND_US;
    wait += wait / 10 * ((int64_t)(luck & 1023) - 512) / 512;
    return wait < asked_us ? asked_us : wait;
}

struct str outreach_end_word(enum client_end end)
{
    static const char *const words[] = { "answered", "address_not_allowed", "timeout", "away", "insecure", "too_much_answer" };

    return str_of(words[end]);
}

void outreach_judge_http(const struct client_reply *reply, struct outreach_result *r)
{
    r->status = reply->status;
    r->next_at = reply->retry_after_us;
    r->state = LETTER_WAITING;
    if (reply->end == CLIENT_FORBIDDEN)
        r->state = LETTER_DEAD;
    if (reply->end != CLIENT_ANSWERED)
        r->error = outreach_end_word(reply->end);
    else if (reply->status >= 200 && reply->status < 300)
        r->state = LETTER_SENT;
    else if (reply->status != 429 && reply->status != 408 && reply->status < 500)
        r->state = LETTER_DEAD;
}
