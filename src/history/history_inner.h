/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* history_inner.h - the order of things, for the two loaders. history/ alone includes this.
 */
#ifndef HISTORY_HISTORY_INNER_H
#define HISTORY_HISTORY_INNER_H

#include "history/history.h"

void history_sort_events(struct past_event *events, size_t n);
void history_sort_profiles(struct past_profile *profiles, size_t n);

#endif
