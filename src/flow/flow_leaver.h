/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_leaver.h - the person whose whole base is handed over goes with it: off duty, or with the account disabled.
 *
 * It begins as the transfer does, so that nothing new comes meanwhile. The hot leads go where the plan has them and not where the rules would send
 * them at the moment at which somebody is disabled (flow_user_leave); those of whom the plan has nobody are decided by the rules when it is done, and an
 * undo brings them back too. Colder ones stay in name until somebody gives them out.
 *
 * What is put back is what was changed here (transfer.leaver_was): who had been off duty before stays so.
 */
#ifndef FLOW_FLOW_LEAVER_H
#define FLOW_FLOW_LEAVER_H

#include "flow/flow_route.h"
#include "route/transfer.h"

/* Whether somebody answers for nothing any more: has no account that may have leads, or went off duty with the base and has not come on since. */
NODISCARD enum err flow_leaver_is(struct ctx *c, struct db_tx *tx, struct user_id user, bool *left);
/* As leads begin to move. Sessions of a disabled one end. ERR_CONFLICT: the last owner. */
NODISCARD enum err flow_leaver_goes(struct ctx *c, struct db_tx *tx, struct transfer *t);
/* As the last has moved: hot leads that a disabled one still has. Adds to t->moved, and takes from t->passed what it had. */
NODISCARD enum err flow_leaver_gone(struct ctx *c, struct db_tx *tx, struct transfer *t, struct messages *out);
/* Before leads go back. */
NODISCARD enum err flow_leaver_returns(struct ctx *c, struct db_tx *tx, const struct transfer *t);

#endif
