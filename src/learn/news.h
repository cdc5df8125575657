/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* news.h - has anything become known of a lead since.
 *
 * What is foretold of a lead rests on its whole history, and reading that for each row of a list costs more than the rest of the list. So it is
 * kept in memory (flow/flow_chance.h), beside the stamp that the lead had. Each walk that takes something of a lead gives it another one; it is written in
 * the walk's own transaction, so whoever sees the news sees the stamp, in every program on the database. Nothing is written while nothing foretells.
 */
#ifndef LEARN_NEWS_H
#define LEARN_NEWS_H

#include "db/db.h"
#include "noun/ids.h"

/* The leads have something new. */
NODISCARD enum err learn_news_mark(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n);
/* The stamp of each of n leads, in the order asked; 0: it has none. Ask before the history is read: then what is foretold is at worst newer than its stamp. */
NODISCARD enum err learn_news_of(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, int64_t *stamps);

#endif
