/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "score/priority.h"

const char *const score_priority_names[] = {"low", "normal", "high", "urgent", NULL};
const char *const score_priority_why_names[] = {"closed", "rose", "icp", "fell", "not_icp", "silent", "old", NULL};

static void reason_add(struct priority *p, enum priority_why why, int step, int64_t value)
{
    p->reasons[p->reason_count++] = (struct priority_reason){why, step, value};
}

struct priority score_priority(const struct priority_case *x)
{
    static const enum priority_level of_band[BANDS] = {
        [BAND_COLD] = PRIORITY_LOW, [BAND_WARM] = PRIORITY_NORMAL, [BAND_HOT] = PRIORITY_HIGH};
    struct priority p = {.base = of_band[x->band]};
    int64_t silent = (x->now - (x->seen_at == INSTANT_NONE ? x->born : x->seen_at)) / DAY_US;
    int64_t old = (x->now - x->born) / DAY_US;
    int level = (int)p.base;

    if (!x->open) {
        reason_add(&p, PRIORITY_CLOSED, -1, 0);
        p.level = PRIORITY_LOW;
        return p;
    }
    if (x->change >= PRIORITY_RISE)
        reason_add(&p, PRIORITY_ROSE, 1, x->change);
    if (x->icp >= PRIORITY_LIKE)
        reason_add(&p, PRIORITY_FITS, 1, x->icp);
    if (x->change <= -PRIORITY_RISE)
        reason_add(&p, PRIORITY_FELL, -1, -x->change);
    if (x->unlike >= PRIORITY_UNLIKE)
        reason_add(&p, PRIORITY_STRANGE, -1, x->unlike);
    if (silent >= PRIORITY_SILENT)
        reason_add(&p, PRIORITY_QUIET, -1, silent);
    if (old >= PRIORITY_OLD)
        reason_add(&p, PRIORITY_AGED, -1, old);
    for (int i = 0; i < p.reason_count; i++)
        level += p.reasons[i].step;
    p.level = level < PRIORITY_LOW ? PRIORITY_LOW : level > PRIORITY_URGENT ? PRIORITY_URGENT : (enum priority_level)level;
    return p;
}
