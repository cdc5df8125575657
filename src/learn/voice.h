/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* voice.h - what salespeople said of the leads they were given, read from the deeds in their histories: accepted, rejected and why,
 * the score disputed. Of one lead the last verdict counts, and the last dispute. Pure.
 */
#ifndef LEARN_VOICE_H
#define LEARN_VOICE_H

#include "learn/calibrate_store.h"
#include "learn/report.h"
#include "noun/history.h"

enum { VOICE_NOT_DISPUTED, VOICE_HIGHER, VOICE_LOWER };

struct learn_voice {
    bool spoken;             /* a verdict was given */
    int verdict, reason;
    int dispute;
};
/* h: with the bodies of its deeds. */
struct learn_voice learn_voice_of(const struct history *h);

struct learn_voices {
    int64_t accepted, rejected, reasons[FEEDBACK_REASONS], higher, lower;
    int64_t accepted_n, accepted_won, rejected_n, rejected_won; /* of those that count */
};
void learn_voice_add(struct learn_voices *v, struct learn_voice one, enum learn_mark mark);

#endif
