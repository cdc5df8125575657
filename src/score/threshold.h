/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* threshold.h - where hot would have to begin for so many turns and no more.
 *
 * A turn is a crossing into hot as the house would have lived it (band.h). Fewer leads reach a higher threshold, but one that hovers about
 * it may turn hot more often than at a lower one that it never leaves; so the count need not fall at each step, and what is found is a border, not
 * the one and only answer: at it no more turn hot than asked for, one point below it more do.
 *
 * Pure.
 */
#ifndef SCORE_THRESHOLD_H
#define SCORE_THRESHOLD_H

#include "score/replay.h"

/* How often the lead would have turned hot in (from, to] if hot began at `hot`, all else as in m. *ever: it did so at all up to `to`; who never
 * does will not at a higher threshold either. */
int64_t score_hot_turns(const struct model *m, const struct history *h, fix hot, instant from, instant to, struct arena *a, bool *ever);

struct score_threshold {
    int64_t hot;          /* whole points */
    int64_t turns, below; /* at it; one point below it, -1 where nothing lower may be */
};
/* How many turn hot when hot begins at so many points. */
typedef int64_t score_turns(void *x, int64_t hot);
/* A border between first and last, the lowest where the count falls with the threshold: at most `most` turns at it, more than that one point below it
 * unless it is first. false: more than that at last too, or there is no whole number between them. Asks for the lowest first. */
bool score_threshold_find(int64_t first, int64_t last, int64_t most, score_turns *turns, void *x, struct score_threshold *out);
/* The whole points that hot may begin at: above warm, up to the ceiling. */
void score_threshold_room(const struct model *m, int64_t *first, int64_t *last);

#endif
