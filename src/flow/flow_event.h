/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_event.h - the walk of events: identity, facts, score, moves, acts, one transaction.
 *
 * It takes many events at once, because they come so (a batch, an import) and because rooms are cheaper asked together; one event is a
 * batch of one. The caller owns the transaction: all of it happens, or none.
 *
 * The walk goes once, downwards. An act never raises an event inside the walk that caused it.
 */
#ifndef FLOW_FLOW_EVENT_H
#define FLOW_FLOW_EVENT_H

#include "flow/flow.h"
#include "noun/change.h"
#include "noun/event.h"

struct event_result {
    enum err code;        /* ERR_NONE: kept. ERR_TWICE: known already, nothing done. ERR_MISSING: nobody to keep it for */
    int64_t id;           /* event id; 0 unless kept */
    struct lead_id lead;  /* the root; 0 when repeated */
    bool made;            /* the lead was made by it */
};

/* results has n items, in the order of events. messages: what screens must be told after the commit; may be NULL.
 * ERR_BUSY: another program was at the same leads; drop and do it again. */
NODISCARD enum err flow_events(struct flow *f, struct ctx *c, struct db_tx *tx, const struct event *events,
                               size_t n, struct event_result *results, struct messages *messages);

/* A deed of a user or of the house, kept as an event of kind EVENT_DEED ("Stage Changed", "Call Logged") with body {"properties":...}. */
NODISCARD enum err flow_deed(struct flow *f, struct ctx *c, struct db_tx *tx, struct lead_id lead,
                             struct str name, const struct json *properties, struct messages *messages);

#endif
