/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* question.h - the bank of questions of a product, and whether an answer is right.
 *
 *   kind      options   answer (JSON)                       given (JSON)
 *   one       2..12     [place of the right one]            place
 *   several   2..12     [places of all the right ones]      [places]
 *   number    -         {"value": 12.5, "within": 0.5}      text as it was typed: "12,5", "1 200"
 *   text      -         ["accepted", "another spelling"]    text as it was typed
 *
 * Places count from 0. An answer is right or it is not: of several all the right ones and no other must be named. A number is compared in
 * millionths, a comma is a point, blanks between digits are nothing. Texts are compared folded (letter case, ё as е), with runs of blanks as one
 * and without signs at both ends. Weight is what a right answer counts for.
 *
 * Everything but the store is pure.
 */
#ifndef TEAM_QUESTION_H
#define TEAM_QUESTION_H

#include "base/json.h"
#include "db/db.h"
#include "noun/ids.h"

enum { QUESTIONS_MAX = 2000, OPTIONS_MAX = 12, ACCEPTED_MAX = 12, TOPICS_MAX = 8, QUESTION_CHARS = 2000, OPTION_CHARS = 500, WEIGHT_MAX = 10 };

enum question_kind { QUESTION_ONE, QUESTION_SEVERAL, QUESTION_NUMBER, QUESTION_TEXT, QUESTION_KINDS };
extern const char *const team_question_kinds[QUESTION_KINDS + 1]; /* "one", "several", "number", "text", NULL */

struct question {
    struct question_id id;
    int64_t version;
    struct product_id product;
    int kind;                /* enum question_kind */
    struct str text;
    struct str options, answer, topics; /* JSON, checked */
    int64_t weight;
    bool active;             /* it is drawn */
};
struct questions {
    struct question *items;
    size_t count;
};

/* Checks kind, text, options, answer, topics and weight together and rewrites the three lists plainly. Each fault is noted at its pointer
 * (/text, /options/1, ...): ERR_BAD_FIELD, ERR_OUT_OF_RANGE. */
NODISCARD enum err team_question_check(struct ctx *c, struct question *q);
/* Is `given` an answer of the kind's shape: places in range and not twice, a text of at most 500 characters? */
bool team_question_fits(const struct question *q, const struct json *given, struct arena *a);
/* Is it the right one? NULL and JSON_NULL: not answered. answer, options: of a checked question. */
bool team_question_right(struct ctx *c, const struct question *q, const struct json *given);
/* A number as people type it. */
bool team_answer_number(struct arena *a, struct str typed, fix *value);
/* The form in which texts are compared. */
struct str team_answer_fold(struct arena *a, struct str typed);

/* ---- as rows of a table ---- */

/* Headings in the order in which they are written: kind, text, options, answer, topics, weight, active. Lists are parted by |, a bar within a text
 * is written \|; right options are numbered from 1; a number may be 12.5~0.5; active is yes or no. */
enum question_column { COLUMN_KIND, COLUMN_TEXT, COLUMN_OPTIONS, COLUMN_ANSWER, COLUMN_TOPICS, COLUMN_WEIGHT, COLUMN_ACTIVE, QUESTION_COLUMNS };
extern const char *const team_question_columns[QUESTION_COLUMNS + 1];
/* Which column each heading names (letter case aside); -1: none. false when kind, text or answer is missing. places has QUESTION_COLUMNS items. */
bool team_question_heading(const struct str *cells, size_t count, int *places);
/* A row into a question, checked; faults are noted at the column's name. */
NODISCARD enum err team_question_of_cells(struct ctx *c, const struct str *cells, size_t count, const int *places, struct question *q);
/* cells has QUESTION_COLUMNS places. q is checked. */
NODISCARD enum err team_question_to_cells(struct ctx *c, const struct question *q, struct str *cells);

/* ---- kept ---- */

/* By topic list, then text; only active ones when asked so. */
NODISCARD enum err team_question_list(struct ctx *c, struct db_tx *tx, struct product_id product, bool active, struct questions *list);
/* ERR_NOT_FOUND. */
NODISCARD enum err team_question_get(struct ctx *c, struct db_tx *tx, struct question_id id, struct question *q);
/* A checked one. New when id is 0: ERR_TWICE when the product has one of that text, ERR_CONFLICT at QUESTIONS_MAX. ERR_STALE (version 0: any). */
NODISCARD enum err team_question_put(struct ctx *c, struct db_tx *tx, struct question *q);
/* The one of that text; id 0: none. */
NODISCARD enum err team_question_find(struct ctx *c, struct db_tx *tx, struct product_id product, struct str text, struct question *q);
/* What was asked stays in the attempts. ERR_NOT_FOUND. */
NODISCARD enum err team_question_del(struct ctx *c, struct db_tx *tx, struct question_id id);

#endif
