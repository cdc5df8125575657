/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* file.h - a model as a file: plain lines for people and for git.
 *
 *   gradus model 1
 *
 *   name "Стартовая модель"
 *   hot 71
 *   fitted until "2026-11-01T09:00:00Z" auc 0.82
 *
 *   group interest
 *     title ru "Интерес"
 *     ceiling 80
 *
 *   criterion pricing_page
 *     title ru "Открыл страницу цен"
 *     group interest
 *     points 5
 *     at most 4 times
 *     once per 1 hours
 *     ageing half_life 14 days
 *     when any
 *       page "/pricing*"
 *       event "Price Asked"
 *         where plan eq "pro"
 *       count >= 3 in 7 days of page "/tarif*"
 *
 *   gate hot
 *     group interest at least 10
 *
 *   ideal
 *     title ru "Нам подходит"
 *     when fact employees >= 50
 *     weight 2
 *
 * One thing a line, two spaces a level, no other way to say the same: so a changed point is a changed line, and a model printed, read and
 * printed again is the same bytes. Texts are quoted as in JSON. A line without words of its own in this grammar is `member VALUE`, VALUE
 * being JSON: members that the model gains later need nothing here. Comments have no place in a model and are refused rather
 * than lost.
 *
 * "fitted" is no member of the model: it tells that its points were learnt from outcomes up to then (struct model_fitted). It is carried in
 * the file, and not known again by comparing the model with versions that were fitted, for a file is taken out to be changed, and a point
 * changed by hand makes the others no less learnt. A file without the line says nothing of it.
 *
 * Conditions: all, any, not (their parts on the lines below, one level deeper); fact NAME OP VALUE; event NAMES; page PATH;
 * count OP VALUE in N days of E; within N days E; silent N days E; answered in N minutes, with the lines `ask E` and `reply E` below.
 * E is event NAMES, page PATH or anything; its tests stand below as `where NAME OP VALUE`. Lists are separated by ", ".
 */
#ifndef SCORE_FILE_H
#define SCORE_FILE_H

#include "score/model.h"

/* Where a part of the model stands in the file. */
struct score_file_place {
    struct str pointer; /* JSON pointer within the body */
    int line, column;   /* from 1 */
};
struct score_file_places {
    struct score_file_place *items;
    size_t count;
};

/* The file of a model's text form (JSON, as score_model_print gives it). In c->arena. ERR_BAD_JSON. */
NODISCARD enum err score_file_print(struct ctx *c, struct str body, struct model_fitted fitted, struct str *file);
/* The text form (JSON) of a file; *places tells where each part stood. What is no such file is ERR_BAD_FIELD noted at "line:column".
 * A text that begins with { is taken as the JSON itself. Not UTF-8 is ERR_BAD_UTF8 at its line; above 4 MiB, or a model above LIMIT_MODEL_BYTES,
 * ERR_TOO_LARGE. What the model's own check says of the result is another matter: score_model_parse. */
NODISCARD enum err score_file_parse(struct ctx *c, struct str file, struct str *body, struct model_fitted *fitted,
                                    struct score_file_places *places);
/* Line and column of the closest part that pointer lies in; false: there are none. */
bool score_file_find(const struct score_file_places *places, struct str pointer, int *line, int *column);
/* score_file_parse and score_model_parse: faults of the model are noted at "line:column pointer". */
NODISCARD enum err score_file_read(struct ctx *c, struct str file, struct model **m, struct model_fitted *fitted);

#endif
