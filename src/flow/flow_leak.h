/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_leak.h - facts that know the end, watched while leads are looked at to learn from them.
 *
 * The leak alarm (learn/leak.h) is asked about what was known of each lead before its end, so it says that the fact had told it. What is made of
 * the leads leaves those facts out and names them: points for them, or a forecast by them, look splendid on these leads and say nothing of new ones.
 * The alarm looks at every lead that is learnt from.
 */
#ifndef FLOW_FLOW_LEAK_H
#define FLOW_FLOW_LEAK_H

#include "base/json.h"
#include "flow/flow_learn.h"
#include "learn/leak.h"

struct flow_leaks {
    struct learn_leaks *watch;
    struct learn_leak *leaks; /* found: flow_leak_end */
    size_t leak_count;
};

/* Everything lives in a. */
struct flow_leaks flow_leak_begin(struct arena *a);
void flow_leak_see(struct flow_leaks *w, const struct flow_example *e);
void flow_leak_end(struct flow_leaks *w);

bool flow_leak_has(const struct flow_leaks *w, struct str fact);
/* The row without the values of such facts, and without counts of criteria of m (NULL: none) that look at one. Names of facts begin with `prefix`. In a. */
struct learn_row flow_leak_clean(struct arena *a, const struct flow_leaks *w, const struct model *m, struct str prefix, const struct learn_row *row);
/* Is a column of such a row one that cleaning takes out? */
bool flow_leak_is_out(const struct flow_leaks *w, const struct model *m, struct str prefix, struct str column);
/* [{fact, why}] */
void flow_leak_put(struct json_out *o, const struct flow_leaks *w);

/* Does one criterion of m (at, -1: any that is on) look at the fact? */
bool flow_looks_at(const struct model *m, int at, struct str fact);

#endif
