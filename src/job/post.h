/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* post.h - the postman: one thread that carries letters out of the house and brings in what people answer.
 *
 * It is woken when a letter was committed (client_wake on post_client) and looks by itself a few times a second. What is due it takes in a short
 * transaction, with a lease; calls are made outside of any transaction, many at once; what became of them is put down in another short
 * one. A letter whose program was killed in between is taken again when the lease has passed, with the same name; on SQLite, where there is one
 * program, at the next start.
 *
 * Lanes (a channel, or one webhook) have limits of their own, so that one that is slow delays no other.
 *
 * While a bot's token is set, and the bot is not served by a webhook, one program at the database asks Telegram what people wrote (getUpdates, long
 * polling): whose turn it is, is a lease too.
 */
#ifndef JOB_POST_H
#define JOB_POST_H

#include "flow/flow_post.h"
#include "job/job.h"

struct post;

/* The thread runs until job_post_stop. */
NODISCARD enum err job_post_start(struct ctx *c, const struct post_conf *conf, const struct client_conf *wires, struct db *db, struct flow *flow,
                                  const struct job_ear *ear, struct post **post);
/* Ends after the calls under way are given up: what was sent and not put down is sent again, by its name. */
void job_post_stop(struct post *post);
/* To be woken by client_wake. */
struct client *job_post_client(const struct post *post);

#endif
