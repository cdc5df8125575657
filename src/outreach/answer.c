/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "outreach/answer.h"

const char *const outreach_answer_whys[] = { "goes", "by_file", "to_bot", "to_old", "no_address", "closed", "no_consent", "lately", "no_mail", NULL };

static bool within(instant now, instant last, int64_t span_us)
{
    return last != INSTANT_NONE && now - last < span_us;
}

enum answer_why outreach_answer_may(const struct answer_case *x)
{
    if (x->imported)
        return REPLY_BY_FILE;
    if (x->automatic)
        return REPLY_TO_BOT;
    if (x->now - x->at > REPLY_FRESH_US)
        return REPLY_TO_OLD;
    if (x->address.len == 0)
        return REPLY_NO_ADDRESS;
    if (x->closed)
        return REPLY_CLOSED;
    if (!x->consent)
        return REPLY_NO_CONSENT;
    if (within(x->now, x->same, REPLY_SAME_US) || within(x->now, x->any, REPLY_ANY_US))
        return REPLY_LATELY;
    if (!x->mail)
        return REPLY_NO_MAIL;
    return REPLY_GOES;
}
