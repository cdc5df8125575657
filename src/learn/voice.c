/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "learn/voice.h"

static struct str property(const struct past_event *e, struct str name)
{
    return json_text(json_find(json_find(e->body, STR("properties")), name));
}

static int reason_of(struct str word)
{
    for (int i = 1; i < FEEDBACK_REASONS; i++)
        if (str_eq(word, str_of(learn_feedback_reasons[i])))
            return i;
    return FEEDBACK_NO_REASON;
}

struct learn_voice learn_voice_of(const struct history *h)
{
    struct learn_voice v = { 0 };

    for (size_t i = 0; i < h->event_count; i++) {
        const struct past_event *e = &h->events[i];

        if (e->kind != EVENT_DEED || e->bot)
            continue;
        if (str_eq(e->name, STR(LEARN_ACCEPTED_DEED)))
            v = (struct learn_voice){ true, FEEDBACK_ACCEPTED, FEEDBACK_NO_REASON, v.dispute };
        else if (str_eq(e->name, STR(LEARN_REJECTED_DEED)))
            v = (struct learn_voice){ true, FEEDBACK_REJECTED, reason_of(property(e, STR("reason"))), v.dispute };
        else if (str_eq(e->name, STR(LEARN_DISPUTED_DEED)))
            v.dispute = str_eq(property(e, STR("direction")), STR("lower")) ? VOICE_LOWER : VOICE_HIGHER;
    }
    return v;
}

void learn_voice_add(struct learn_voices *v, struct learn_voice one, enum learn_mark mark)
{
    bool counts = mark == LEARN_MARK_WON || mark == LEARN_MARK_NOT;

    v->higher += one.dispute == VOICE_HIGHER;
    v->lower += one.dispute == VOICE_LOWER;
    if (!one.spoken)
        return;
    if (one.verdict == FEEDBACK_ACCEPTED) {
        v->accepted++;
        v->accepted_n += counts;
        v->accepted_won += mark == LEARN_MARK_WON;
        return;
    }
    v->rejected++;
    v->reasons[one.reason]++;
    v->rejected_n += counts;
    v->rejected_won += mark == LEARN_MARK_WON;
}
