/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "route/value.h"

int64_t route_value(struct worth w)
{
    fix won = fix_clamp(fix_muldiv(w.chance, w.ratio, FIX_ONE), 0, FIX_ONE);

    return w.deal > 0 ? fix_muldiv(won, w.deal, FIX_ONE) : won;
}
