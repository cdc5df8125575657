/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_words.h - what this company's leads are made of: facts with their usual values, events, pages. Hints for whoever writes a condition.
 *
 * Made of the latest leads, not of all: what is written about tomorrow's leads should fit today's. A value is told only when two
 * leads have it, and never a name, an address or a number by which a person is reached: a hint must not give a person away.
 */
#ifndef FLOW_FLOW_WORDS_H
#define FLOW_FLOW_WORDS_H

#include "db/db.h"
#include "noun/ids.h"

enum { FLOW_WORD_LEADS = 1000, FLOW_WORD_VALUES = 12, FLOW_WORDS_MAX = 200 };

enum flow_word_type { FLOW_WORD_TEXT, FLOW_WORD_NUMBER, FLOW_WORD_TRUTH };
extern const char *const flow_word_type_names[]; /* "text", "number", "truth", NULL */

struct flow_word {
    struct str text;
    int64_t leads; /* that have it */
    enum flow_word_type type;  /* of facts: of most of their values */
    struct flow_word *values;  /* of facts of text: the usual ones */
    size_t value_count;
};
struct flow_words {
    struct flow_word *facts, *events, *pages; /* each from the most usual on, at most FLOW_WORDS_MAX */
    size_t fact_count, event_count, page_count;
};

/* In c->arena. */
NODISCARD enum err flow_words_read(struct ctx *c, struct db_tx *tx, struct flow_words *words);

#endif
