/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* value.h - what a lead is expected to bring in the hands of a person: its own chance of buying x how the person converts against what was
 * expected of their leads x the person's average deal.
 *
 * All three are whole numbers made elsewhere (learn/predict.h, learn/perform.h), so that a decision replays to the same bits. The unit of the
 * answer is minor units of money; where no amounts are known (deal 0) it is leads won, in millionths. Within one decision either all
 * candidates have a deal or none has. Pure.
 */
#ifndef ROUTE_VALUE_H
#define ROUTE_VALUE_H

#include "base/fix.h"

struct worth {
    fix chance;    /* the lead's own, 0 to FIX_ONE: by a usual person of the team */
    fix ratio;     /* the person's conversion to the team's on like leads, shrunk; FIX_ONE: as the team */
    int64_t deal;  /* minor units, the person's average deal, shrunk; 0: no amounts are known */
};
/* chance x ratio, at most FIX_ONE, x deal; rounded half away from zero. */
int64_t route_value(struct worth w);

#endif
