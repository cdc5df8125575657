/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_return.h"

#include "flow/flow_reply.h"
#include "outreach/closed.h"

const char *const flow_return_names[] = { "nobody", "later", "complaint", NULL };

enum err flow_leave(struct ctx *c, struct db_tx *tx, const struct outreach_letter *l)
{
    struct consents said;
    struct lead_id root;
    enum err e;

    if (!l->lead.v || l->kind != OUTREACH_REPLY)
        return fault_set(c, ERR_CONFLICT, "this is no letter to a lead");
    if ((e = lead_root(c, tx, l->lead, &root)) || (e = flow_consents(c, tx, root, &said)))
        return e;
    for (int p = 0; p < CONSENT_PURPOSES && !e; p++) {
        struct consent_state now = outreach_consent_at(&said, (enum consent_purpose)p, c->now);
        struct consent one = { .lead = l->lead, .at = c->now, .purpose = p, .words = STR("List-Unsubscribe"),
                               .place = outreach_letter_name(c->arena, l->id) };

        if (!now.ground || now.given)
            e = flow_consent_put(c, tx, &one);
    }
    return e;
}

enum err flow_returned(struct ctx *c, struct db_tx *tx, const struct outreach_letter *l, enum flow_return how, struct str why)
{
    enum err e;

    if (l->channel != OUTREACH_MAIL || l->state == LETTER_WAITING || l->state == LETTER_WITHDRAWN)
        return fault_set(c, ERR_CONFLICT, "this is no e-mail that was sent");
    if ((e = outreach_returned(c, tx, l->id, why)))
        return e;
    if (how == RETURN_COMPLAINT && l->lead.v && l->kind == OUTREACH_REPLY && (e = flow_leave(c, tx, l)))
        return e;
    return how == RETURN_LATER ? ERR_NONE : outreach_closed_add(c, tx, l->address, why, l->id);
}
