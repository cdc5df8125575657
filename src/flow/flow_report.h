/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_report.h - the cards of the leads behind a report's figure (learn/report.h keeps which, lead/ what they are).
 */
#ifndef FLOW_FLOW_REPORT_H
#define FLOW_FLOW_REPORT_H

#include "lead/lead.h"
#include "noun/ids.h"

struct flow_report_ask {
    struct report_id report;
    struct str bucket;      /* as the figure names it: "band.hot:won" */
    int64_t after;          /* the last place of the page before; -1: from the first */
    int limit;
};

/* One page in the order of the report; *last is the place of its last item, for the next one. A lead that has gone into another
 * since is shown as the one it is part of; one that was taken back with its import is passed over. page->total is
 * counted for the first page, else -1. In c->arena. */
NODISCARD enum err flow_report_leads(struct ctx *c, struct db_tx *tx, const struct flow_report_ask *ask,
                                     struct lead_page *page, int64_t *last);

/* Lists that no report leads to go: of a trial that was stopped or failed while they were written, and of a program that was killed before
 * it wrote down what they are of. Those of the last day that nobody knows may be being written by another program. *swept: reports. */
NODISCARD enum err flow_report_sweep(struct ctx *c, struct db_tx *tx, int64_t *swept);

#endif
