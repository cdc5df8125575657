/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* recent.h - which outcomes the running correction goes by.
 *
 * The newest LEARN_WINDOW. But of a file that came all at once the order says nothing (it may be sorted by outcome): of it an even choice by the hash of the
 * lead. A file is known by LEARN_BULK outcomes of one instant, which a transaction of the import gives, and people never; its last rows, and what else came within
 * LEARN_BULK_GAP_US of each other around it, go with it.
 */
#ifndef LEARN_RECENT_H
#define LEARN_RECENT_H

#include "learn/learner.h"
#include "learn/outcome.h"

enum { LEARN_BULK = 100 };
#define LEARN_BULK_GAP_US (60 * SECOND_US)

/* Is there a file among them. list: newest first. */
bool learn_recent_has_bulk(const struct outcome *list, size_t n);
/* Those that are gone by, moved to the front, newest first; how many. */
size_t learn_recent_choose(struct outcome *list, size_t n);

/* Are losses told, of `lost` that are and n - won that did not buy in what a version learnt from: four in five? Where people let leads go quiet, what becomes known
 * is sales alone, and a correction by it would see nothing else. */
bool learn_losses_are_told(int64_t lost, int64_t not_won);

#endif
