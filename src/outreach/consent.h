/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* consent.h - what a person has agreed to, taken back or refused, each with its proof: when, where, to which words.
 *
 * Kept as a list that is only ever added to; what stands at an instant is a fold of it. Each purpose stands alone: who wants an answer has
 * not agreed to advertising.
 *
 * Of one lead the latest word decides; of one instant the one that was learned last. Of leads merged into one, a refusal of any stands
 * against the consent of the others, unless the one who refused has agreed since: a merge must not turn a no into a yes.
 *
 * The fold is pure.
 */
#ifndef OUTREACH_CONSENT_H
#define OUTREACH_CONSENT_H

#include "base/json.h"
#include "db/db.h"
#include "noun/ids.h"

/* ANSWER: letters that answer what the person asked. ADVERTISING: all others. */
enum consent_purpose { CONSENT_ANSWER, CONSENT_ADVERTISING, CONSENT_PURPOSES };
/* "answer", "advertising"; NULL at the end. */
extern const char *const outreach_purpose_names[];

struct consent {
    int64_t id;
    struct lead_id lead;
    instant at, known_at;
    int purpose;              /* enum consent_purpose */
    bool given;
    struct str words, place;
    int64_t event_id, source_id;
    struct user_id user;
};
struct consents {
    struct consent *items;
    size_t count;
};

struct consent_state {
    bool given;
    const struct consent *ground; /* the word that decides; NULL: none was said */
};
/* What stands for the purpose at t. list: of a family, in any order. */
struct consent_state outreach_consent_at(const struct consents *list, enum consent_purpose purpose, instant t);

/* What a message says: context.consent.categoryPreferences {"answer": true, "advertising": false}, the form in which consent tools of
 * pages hand it on with each message. one: as many as CONSENT_PURPOSES; how many were said. Pure; words and place are views into body. */
size_t outreach_consent_of(const struct json *body, struct consent *one);

/* Those of a family, newest first. In c->arena. */
NODISCARD enum err outreach_consent_list(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, struct consents *list);
/* one->id and known_at are set. */
NODISCARD enum err outreach_consent_add(struct ctx *c, struct db_tx *tx, struct consent *one);

#endif
