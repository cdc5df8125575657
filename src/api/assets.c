/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/assets.h"

#include "api/inner.h"

void assets_answer(struct call *call)
{
    call_finish(call, ERR_NOT_FOUND);
}
