/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* company.h - companies: what leads say they belong to, letter case and spaces aside.
 *
 * A company is not kept: it is there while a lead names it, and its number is the hash of its folded name; so a lead that is renamed, merged,
 * parted or taken back moves by itself. What is read of one is read from its leads as they stand.
 * One pass over all leads that name one costs about as much as the list of them (lead_companies); it belongs into a thread for long reads.
 */
#ifndef LEAD_COMPANY_H
#define LEAD_COMPANY_H

#include "lead/lead.h"

struct lead_person {
    struct lead_id id;
    struct user_id owner;
    int64_t score;
    int band, stage;
};

struct lead_company {
    struct company_id id;
    struct str name;          /* as its best lead writes it */
    struct lead_person *people; /* the best first */
    size_t count;
    struct user_id owner;     /* who has its best lead that anybody has; 0 */
};

struct company_id lead_company_id(struct arena *a, struct str name);
/* All of them, in no order. In c->arena. */
NODISCARD enum err lead_companies(struct ctx *c, struct db_tx *tx, struct lead_company **list, size_t *count);
/* ERR_NOT_FOUND. */
NODISCARD enum err lead_company_get(struct ctx *c, struct db_tx *tx, struct company_id id, struct lead_company *company);


/* Whose clients the others of a lead's company are: their owners, each once, in the order in which one should get the lead. First those of whom the
 * company has bought, then of open leads, then of lost ones; the better lead first. Found by the company's name as the lead writes it and, for
 * other spellings, by its longest word; of a word that more than LEAD_KIN_LOOK leads have, the first so many are looked at. */
enum { LEAD_KIN_LOOK = 500, LEAD_KIN_MOST = 5 };
struct lead_kin {
    struct user_id owners[LEAD_KIN_MOST];
    size_t count;
    bool client;              /* somebody of the company has bought, whoever had them */
};
/* The two halves of it: the others of the company, in no order, in c->arena; and what that says. Pure. */
NODISCARD enum err lead_company_others(struct ctx *c, struct db_tx *tx, const struct lead *lead, struct lead_person **people, size_t *count);
struct lead_kin lead_kin_of(const struct lead_person *people, size_t n);
NODISCARD enum err lead_company_kin(struct ctx *c, struct db_tx *tx, const struct lead *lead, struct lead_kin *kin);

#endif
