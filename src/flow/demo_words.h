/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* demo_words.h - the words of which the demonstration's people are made. No person that can be found is meant.
 */
#ifndef FLOW_DEMO_WORDS_H
#define FLOW_DEMO_WORDS_H

#include "base/str.h"

struct demo_name {
    const char *word, *latin; /* latin: for addresses */
};

/* The second word of a company's name, and what companies of that name do. */
struct demo_trade {
    struct demo_name name;
    const char *industry;
};

extern const struct demo_name flow_demo_men[], flow_demo_women[], flow_demo_families[], flow_demo_companies[];
extern const struct demo_trade flow_demo_trades[];
enum { DEMO_MEN = 24, DEMO_WOMEN = 24, DEMO_FAMILIES = 48, DEMO_COMPANIES = 40, DEMO_TRADES = 8 };

/* The title that goes with an occupation of the data set: three to choose from. */
const char *flow_demo_title(struct str job, unsigned choice);
/* Where a visit of this kind of traffic came from. */
const char *flow_demo_source(int64_t traffic);

#endif
