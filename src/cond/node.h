/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* node.h - a compiled condition as cond/ itself sees it: nodes in preorder. Nobody else includes this.
 */
#ifndef COND_NODE_H
#define COND_NODE_H

#include "cond/cond.h"
#include "cond/op.h"

enum node_kind {
    NODE_ALL,
    NODE_ANY,
    NODE_NOT,
    NODE_FACT,
    NODE_EVENT,
    NODE_COUNT,
    NODE_WITHIN,
    NODE_SILENT,
    NODE_ANSWERED
};

/* An operator applied to a named value. */
struct cond_test {
    struct str name;
    const struct op *op;
    struct op_args args;
};

/* Which events. No names: any act of the lead. */
struct cond_match {
    struct str *names;
    size_t name_count;
    struct str path; /* absent: any */
    struct cond_test *where;
    size_t where_count;
};

struct cond_node {
    enum node_kind kind;
    uint32_t end;  /* index behind the last node of this subtree */
    uint32_t leaf; /* index of its leaf in a state */
    bool negated;  /* under an odd number of nots */
    bool is_page;
    struct cond_test test;   /* FACT; COUNT: its operator */
    struct cond_match match; /* EVENT, COUNT, WITHIN, SILENT; ANSWERED: the ask */
    struct cond_match reply; /* ANSWERED */
    int64_t window_us;
    int64_t window_number; /* as written, millionths */
    enum { WINDOW_DAYS, WINDOW_HOURS, WINDOW_MINUTES } window_unit;
    uint32_t keep; /* COUNT, WITHIN, SILENT: instants to remember */
};

struct cond {
    struct cond_node *nodes;
    uint32_t count;
    uint32_t leaf_count;
    uint32_t *leaf_nodes; /* leaf -> node */
    enum cond_kind kind;
    struct cond_listens listens;
};

/* What a state remembers for one leaf. A mark is an instant doubled, plus one if the event was unverified. */
struct cond_leaf {
    int64_t *marks; /* COUNT, WITHIN, SILENT: the latest, rising */
    uint32_t count, cap;
    instant at; /* SILENT: birth; ANSWERED: the ask that waits, or INSTANT_NONE */
    bool
        truth; /* FACT: the test holds; EVENT: matches now; ANSWERED: the last settled was in time */
    bool filled, unverified; /* FACT: filled, by whom; ANSWERED: by whom the reply */
};

/* JSON -> nodes, every fault noted. */
NODISCARD enum err cond_parse(struct ctx *c, const struct json *from, struct str place,
                              struct arena *a, struct cond *p);
/* A greatest subtree that looks at one fact and at nothing else: whatever the rest of the tree is, the fact's value matters to it by the truth
 * of these alone. */
struct cond_pure {
    uint32_t node;
    bool holds; /* for the value asked about */
};
/* Those of fact, in order; out has room for p->count. value NULL: the fact is not filled. */
size_t cond_pure_list(const struct cond *p, struct str fact, const struct json *value, struct cond_pure *out,
                      struct arena *a);
/* Is it one of those events? */
bool cond_match_holds(const struct cond_match *m, const struct past_event *e, struct arena *a);
/* Does the tree hold at t, leaves being as they are? */
bool cond_eval(const struct cond *p, const struct cond_leaf *leaves, instant t);

/* One part of it, in words; negated: that it does not hold. */
struct str cond_explain_node(const struct cond *p, uint32_t at, bool negated, enum lang lang, struct arena *a);

#endif
