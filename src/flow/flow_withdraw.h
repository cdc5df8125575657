/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_withdraw.h - what an import brought is taken back: scores, cards and lists are as they would be without it, and the calls that were
 * asked for on what it brought are withdrawn as those on marked traffic are (flow_void.h). Owners stay: whoever knows the lead keeps it.
 */
#ifndef FLOW_FLOW_WITHDRAW_H
#define FLOW_FLOW_WITHDRAW_H

#include "flow/flow.h"
#include "noun/change.h"

/* Takes back what the import brought to at most limit leads; *count: how many were touched, 0 when nothing is left. A lead that the
 * import made goes, unless it has a history besides, was merged, or somebody was asked to do something for it. */
NODISCARD enum err flow_withdraw(struct flow *f, struct ctx *c, struct db_tx *tx, int64_t import_id,
                                 int64_t limit, struct messages *messages, int64_t *count);

#endif
