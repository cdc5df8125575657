/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* starters.h - models to begin with, by trade: the files of models/, packed into the program; the table names them.
 *
 * Points are those that the trade gives by custom, with limits, ageing, groups, gates and an ideal customer; a company sets them right by
 * its own outcomes.
 *
 * A packed file is of the format of file.h but for lines that begin with "ru: " or "en: ", which are of one language alone: what a
 * company's leads write, how its pages and events are called. A Russian company's model has the English names of events too, because
 * trackers send them; an English one has no Russian word but the titles for those of its people who read Russian.
 */
#ifndef SCORE_STARTERS_H
#define SCORE_STARTERS_H

#include "score/model.h"

struct score_trade {
    const char *id; /* "saas"; ended by a row without one */
    const char *title_ru, *title_en;
    const char *note_ru, *note_en;
};
extern const struct score_trade score_trades[];

/* The file as it is for a company of that language, in c->arena. ERR_NOT_FOUND: no such trade. */
NODISCARD enum err score_trade_file(struct ctx *c, struct str id, enum lang lang, struct str *file);
/* The model of it: held once by the caller. */
NODISCARD enum err score_trade_read(struct ctx *c, struct str id, enum lang lang, struct model **m);
/* The one that a new company begins with. */
#define SCORE_TRADE_FIRST STR("general")
/* NULL: there is none. */
const struct score_trade *score_trade_find(struct str id);

#endif
