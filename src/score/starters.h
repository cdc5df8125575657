/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* starters.h - models to begin with, by trade: the files of models/, packed into the program; the table names them.
 *
 * Points are those that the trade gives by custom, with limits, ageing, groups and gates; a company sets them right by its own outcomes.
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

/* The model's text form (JSON), in c->arena. ERR_NOT_FOUND: no such trade. */
NODISCARD enum err score_trade_body(struct ctx *c, struct str id, struct str *body);
/* NULL: there is none. */
const struct score_trade *score_trade_find(struct str id);

#endif
