/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* candidate.h - the candidates of a decision as bytes: what a decision among hundreds is kept as.
 *
 * Between two decisions of one pool a handful of people differ: who got the last lead has more to carry and another place. So a list is told by
 * what differs from a frame, a list of the same pool that was kept whole earlier; without a frame each is told by what differs from the one
 * before. Any list may be told over any frame: who is not in it is told whole, who has gone is passed over; only the length suffers.
 *
 * Bytes: how many candidates, then steps until there are so many. A step is n << 2 | what (base/pack.h):
 *   0 as in the frame   the next n of the frame
 *   1 passed over       n of the frame are not here
 *   2 differing         the next n of the frame with the same differences, which follow once: bits of the columns that differ, a difference each
 *   3 not in the frame  n candidates, each as differences from the one before in the list (the first: from an empty one)
 * Differences wrap, so every number comes back as it was. Pure.
 */
#ifndef NOUN_CANDIDATE_H
#define NOUN_CANDIDATE_H

#include "base/ctx.h"
#include "base/json.h"
#include "noun/change.h"

struct candidates {
    const struct candidate *items;
    size_t count;
};

/* "picked", or the word of why: as people are told. */
struct str candidate_word(const struct candidate *one);
/* "off_duty": the word of the API for a reason. */
const char *candidate_why_word(enum candidate_why why);

/* frame.count 0: none. The result lives in a; the same input gives the same bytes. */
struct str candidate_pack(struct arena *a, struct candidates list, struct candidates frame);
/* The list again, in a. false: not bytes of candidate_pack() over this frame. */
bool candidate_unpack(struct arena *a, struct str bytes, struct candidates frame, struct candidates *list);
/* The list out of the JSON that was kept before there were bytes (route_candidates_print). ERR_BAD_JSON. */
NODISCARD enum err candidate_read(struct ctx *c, struct str text, struct candidates *list);

#endif
