/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_watch.h - what became of leads within a walk, told to other programs: made, known otherwise, won, lost.
 *
 * A walk says which leads it may change before it does and asks again when it is done: what differs is one event for all of it, however many
 * patches, joins and deeds the walk had. So a lead is told as it stands when the walk is over, under a name that its version gives: the same
 * change, done twice by a walk that was run again, is told once.
 *
 *   lead.created   it was not there. Told alone: what it came with, its end too, is no change
 *   lead.updated   data.changed: fact, stage or amount -> {from, to}. Owners are lead.assigned; scores and bands are no knowledge, but
 *                  lead.hot and lead.cooled tell of what they lead to
 *   lead.won, lead.lost   it has this end now, and had not; beside lead.updated. data.outcome: {at, amount, currency, reason}
 *
 * A lead that went into another is told no more: what the other one has by it is.
 *
 * Nothing is read but the webhooks, unless one of them wants to hear of it.
 */
#ifndef FLOW_FLOW_WATCH_H
#define FLOW_FLOW_WATCH_H

#include "lead/lead.h"
#include "noun/change.h"
#include "outreach/hook.h"

struct flow_watched {
    struct lead_id lead;
    bool made;                 /* it is of this walk */
};
struct flow_watch {
    struct outreach_hooks hooks;
    const struct flow_watched *watched;
    struct lead *before;       /* as they were; NULL: nobody wants to hear */
    size_t count;
};
/* watched and the cards live as long as c->arena. None twice in it. */
NODISCARD enum err flow_watch_begin(struct ctx *c, struct db_tx *tx, const struct flow_watched *watched, size_t n, struct flow_watch *w);
NODISCARD enum err flow_watch_end(struct ctx *c, struct db_tx *tx, const struct flow_watch *w, struct messages *messages);

/* What differs between two cards, as the value of `changed`: at most about 16 KB, for an event has its limit; a value too long for it is told by
 * its name alone ({}). STR_NULL: nothing. ERR_BAD_JSON. */
NODISCARD enum err flow_watch_changed(struct ctx *c, const struct lead *before, const struct lead *after, struct str *changed);

#endif
