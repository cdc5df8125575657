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

enum { FLOW_WORD_LEADS = 1000, FLOW_WORD_VALUES = 12, FLOW_WORDS_MAX = 200, FLOW_WORD_PROPERTIES = 500 };

enum flow_word_type { FLOW_WORD_TEXT, FLOW_WORD_NUMBER, FLOW_WORD_TRUTH };
extern const char *const flow_word_type_names[]; /* "text", "number", "truth", NULL */

struct flow_word {
    struct str text;
    int64_t leads; /* that have it */
    enum flow_word_type type;  /* of facts: of most of their values */
    struct flow_word *values;  /* of facts of text: the usual ones */
    size_t value_count;
};
/* What an event holds: of a hundred of the latest leads that have it, the last three of each; of any event, of twenty leads for each of them. */
struct flow_event_words {
    struct str event;          /* empty: any */
    bool part;                 /* of any: there are too many to look at each */
    int64_t seen;              /* looked at; 0: none of the latest leads has it */
    struct str *properties;    /* as conditions ask for them, at most FLOW_WORD_PROPERTIES */
    size_t count;
};
struct flow_words {
    struct flow_word *facts, *events, *pages; /* each from the most usual on, at most FLOW_WORDS_MAX */
    size_t fact_count, event_count, page_count;
    struct flow_word *names; /* all that conditions may call an event by: also pages and the like, and deeds of ours, which are no hints */
    size_t name_count;
};

/* events: those (by what they go by) whose properties are asked for too, into of_events, which has as many; NULL and 0: of none. In c->arena. */
NODISCARD enum err flow_words_read(struct ctx *c, struct db_tx *tx, const struct str *events, size_t n, struct flow_words *words,
                                   struct flow_event_words *of_events);

#endif
