/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "team/certificate.h"

const char *const team_certificate_states[CERTIFICATE_STATES + 1] = { "valid", "expired", "revoked", NULL };
const char *const team_certificate_words[CERTIFICATE_WORDS + 1] = { "month", "week", "ended", "revoked", "given", "day", "exam", NULL };

enum certificate_state team_certificate_state(const struct certificate *x, instant at)
{
    if (x->revoked_at != INSTANT_NONE && at >= x->revoked_at)
        return CERTIFICATE_REVOKED;
    return at < x->until ? CERTIFICATE_VALID : CERTIFICATE_EXPIRED;
}

static bool holds(const struct skill *s, instant at)
{
    return s->from <= at && at < s->until && (s->revoked == INSTANT_NONE || at < s->revoked);
}

bool team_skill_at(const struct skill *list, size_t n, struct product_id product, instant at)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].product.v == product.v && holds(&list[i], at))
            return true;
    return false;
}

instant team_skill_until(const struct skill *list, size_t n, struct product_id product, instant at)
{
    bool further = true;

    while (further && at != INSTANT_NEVER) {
        further = false;
        for (size_t i = 0; i < n; i++) {
            const struct skill *s = &list[i];

            if (s->product.v != product.v || !holds(s, at))
                continue;
            at = s->revoked != INSTANT_NONE && s->revoked < s->until ? s->revoked : s->until;
            further = true;
        }
    }
    return at;
}

/* When a step is due by itself; INSTANT_NEVER: never. */
static instant step_at(const struct certificate *x, enum certificate_step step)
{
    static const int64_t before[CERTIFICATE_STEPS] = { CERTIFICATE_MONTH_US, CERTIFICATE_WEEK_US, DAY_US, 0 };
    instant at = x->until - before[step];

    if (x->until == INSTANT_NEVER || x->revoked_at != INSTANT_NONE || x->told >> step & 1)
        return INSTANT_NEVER;
    return step != CERTIFICATE_ENDED && at < x->from ? INSTANT_NEVER : at;
}

struct certificate_due team_certificate_next(const struct certificate *x)
{
    struct certificate_due due = { INSTANT_NEVER, CERTIFICATE_ENDED };

    for (int step = 0; step < CERTIFICATE_STEPS; step++) {
        instant at = step_at(x, (enum certificate_step)step);

        if (at < due.at)
            due = (struct certificate_due){ at, (enum certificate_step)step };
    }
    return due;
}

bool team_certificate_ring(const struct certificate *x, instant now, enum certificate_step *step, unsigned *told)
{
    bool rings = false;

    for (int i = 0; i < CERTIFICATE_STEPS; i++)
        if (step_at(x, (enum certificate_step)i) <= now) {
            *step = (enum certificate_step)i;
            rings = true;
        }
    if (rings)
        *told = x->told | ((1u << (*step + 1)) - 1);
    return rings;
}
