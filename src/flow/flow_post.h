/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_post.h - letters on their way out: the steps of job/post.h that need a transaction.
 *
 * Each step is short and waits for nobody outside: letters are taken and made into calls in one transaction, the calls are made in none, and what
 * became of them is put down in another.
 */
#ifndef FLOW_FLOW_POST_H
#define FLOW_FLOW_POST_H

#include "noun/change.h"
#include "outreach/channel.h"

/* What the operator set. */
struct post_conf {
    struct str public_url, telegram_api;
    bool plain_hooks;
};

/* The settings of the channels as they stand. */
NODISCARD enum err flow_post_way(struct ctx *c, struct db_tx *tx, const struct post_conf *conf, struct outreach_way *way);

/* A letter that is to be sent now. */
struct post_item {
    struct outreach_letter letter;
    struct outreach_outgoing out;
};
struct post_items {
    struct post_item *items;
    size_t count;
};
/* Takes what is due: room[i] letters of lanes[i]. A letter that cannot be sent at all is put down as dead here. All in c->arena. */
NODISCARD enum err flow_post_take(struct ctx *c, struct db_tx *tx, const struct post_conf *conf, int64_t holder, int64_t lease_us,
                                  const struct outreach_lane *lanes, const int64_t *room, size_t count, struct post_items *list);

/* What became of one. */
struct post_end {
    struct letter_id id;
    enum outreach_channel channel;
    struct hook_id hook;
    struct str address;
    int64_t holder, tries;
    bool once;                 /* better lost than twice: what may have arrived is not sent again (letters to leads) */
    struct client_reply reply;
};
/* Put down; an address that is no more is not written to again, a webhook that is gone or has failed for long is stopped, and its owners hear of
 * it. */
NODISCARD enum err flow_post_end(struct ctx *c, struct db_tx *tx, const struct post_end *end, enum outreach_state *state,
                                 struct messages *out);

#endif
