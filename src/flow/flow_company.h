/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_company.h - the band of companies, exactly.
 *
 * Most companies are told by what their people show (score/company.h). Where that leaves the band open the exact points of those people are told
 * from what is kept of their scores, at c->now; nothing of it is kept.
 */
#ifndef FLOW_FLOW_COMPANY_H
#define FLOW_FLOW_COMPANY_H

#include "lead/company.h"
#include "score/model.h"

/* bands: n of them, by m, the live model. */
NODISCARD enum err flow_company_bands(struct ctx *c, struct db_tx *tx, const struct model *m, const struct lead_company *companies, size_t n,
                                      enum band *bands);

/* One company as rules of distribution ask for it: the n others, and the lead itself. */
struct flow_company {
    int64_t score;
    enum band band;
};
NODISCARD enum err flow_company_of(struct ctx *c, struct db_tx *tx, const struct model *m, const struct lead *lead, const struct lead_person *others,
                                   size_t n, struct flow_company *of);

#endif
