/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* starter.h - scripts to begin with: what is said to most leads of most trades. Off where they would send anything by themselves. */
#ifndef OUTREACH_STARTER_H
#define OUTREACH_STARTER_H

#include "outreach/script.h"

extern const size_t outreach_starter_count;
/* The i-th in a language, not yet kept: id 0. */
struct script outreach_starter(size_t i, enum lang lang);

#endif
