/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* script.h - quick replies: what is said to a lead that asks for the usual, with its blanks filled in.
 *
 * A script is a text for a call, a letter or a chat, and a condition: whom it is for (by source, product, any fact, any act). Blanks are
 * {{name}}, {{company}}, ... by the one table of script.c, or {{fact.NAME}} for any fact of the profile; {{name|colleague}} says what to
 * put where nothing is known. A blank with neither is left out of the text and told of, so that nobody sends a hole.
 *
 * An automatic script is a letter that goes out by itself when one of its events comes in, at any hour: flow/flow_reply.h says when not.
 *
 * What fills a blank came from outside: it is put in as one line of plain text, never as markup and never with a line's end, so that
 * a name cannot add a head to a letter.
 *
 * Filling and checking are pure. Scripts, their uses and what came of them: the store below and report/reply.h.
 */
#ifndef OUTREACH_SCRIPT_H
#define OUTREACH_SCRIPT_H

#include "base/json.h"
#include "db/db.h"
#include "noun/ids.h"

enum script_kind { SCRIPT_CALL, SCRIPT_LETTER, SCRIPT_CHAT, SCRIPT_KINDS };
/* "call", "letter", "chat"; NULL at the end. */
extern const char *const outreach_script_kinds[];

enum { SCRIPTS_MAX = 500, SCRIPT_TEXT_CHARS = 10000, SCRIPT_TRIGGERS = 20, SCRIPT_VALUE_CHARS = 200 };

/* A blank of the one table: its word, and what it stands for in two languages. The last one's word is NULL. */
struct script_blank {
    const char *word, *ru, *en;
};
extern const struct script_blank outreach_blanks[];

/* What blanks are filled with: by word; facts as "fact.NAME". */
struct script_value {
    struct str word, value;
};
struct script_values {
    struct script_value *items;
    size_t count;
};

/* Every blank of the text closed and known? ERR_BAD_FIELD at place, with line and column of the first that is not. */
NODISCARD enum err outreach_script_check(struct ctx *c, struct str text, struct str place);
/* The text with its blanks filled, in a. missing (may be NULL): the words of blanks that stayed empty, "company, fact.budget"; a NULL view: none. */
struct str outreach_script_fill(struct arena *a, struct str text, const struct script_values *values, struct str *missing);

/* ---- the store ---- */

struct script {
    struct script_id id;
    int64_t version;
    int64_t place;            /* order; those of one place by name */
    struct str name;
    int kind;                 /* enum script_kind */
    struct str condition;     /* JSON of cond/; empty: everybody */
    struct str subject, body; /* subject: letters only */
    bool automatic, enabled;
    struct str triggers;      /* JSON list of event names; automatic ones only */
    instant at;               /* last changed */
    struct user_id by;
};
struct scripts {
    struct script *items;
    size_t count;
};
/* In order. In c->arena. */
NODISCARD enum err outreach_script_list(struct ctx *c, struct db_tx *tx, struct scripts *list);
/* ERR_NOT_FOUND. */
NODISCARD enum err outreach_script_get(struct ctx *c, struct db_tx *tx, struct script_id id, struct script *s);
/* New when id is 0; raises the version. s->version, at and by are set. */
NODISCARD enum err outreach_script_put(struct ctx *c, struct db_tx *tx, struct script *s);
/* Its uses stay. ERR_NOT_FOUND. */
NODISCARD enum err outreach_script_del(struct ctx *c, struct db_tx *tx, struct script_id id);
/* Is there an automatic one in force? What walks ask before anything else. */
NODISCARD enum err outreach_script_autos(struct ctx *c, struct db_tx *tx, struct scripts *list);

/* A script was used on a lead: by a person, or by itself. */
struct script_use {
    int64_t id;
    struct script_id script;
    struct lead_id lead;
    struct user_id user;      /* 0: by itself */
    instant at;
    int64_t letter;           /* the row of the outbox; 0: it went by hand */
    struct str name;          /* the script's, when it is read */
};
/* use->id and at are set. */
NODISCARD enum err outreach_use_add(struct ctx *c, struct db_tx *tx, struct script_use *use);
/* When a script last answered these leads by itself: of this script, and of any; INSTANT_NONE: never. */
NODISCARD enum err outreach_use_last(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, struct script_id script,
                                     instant *same, instant *any);
/* The uses on these leads, newest first, at most limit. */
NODISCARD enum err outreach_use_list(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, int64_t limit,
                                     struct script_use **uses, size_t *count);

#endif
