/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* lead_draft.h - a lead as a person or a program writes it down: one alone, one of many, or a change of one.
 */
#ifndef API_LEAD_DRAFT_H
#define API_LEAD_DRAFT_H

#include "api/endpoint.h"

struct lead_draft {
    struct str name, email, phone, title, company, source, external_id;
    struct json *facts;
};
extern const struct field lead_draft_fields[];

/* The draft's columns and free facts as one object of traits. set: which the text held (PATCH: null clears), or all that are not
 * empty. */
const struct json *lead_draft_traits(struct call *call, const struct lead_draft *d, uint64_t set);
/* facts is an object, email an address, phone a number: ERR_BAD_FIELD. */
NODISCARD enum err lead_draft_check(struct call *call, const struct lead_draft *d);
/* Somebody can be found or called by it: ERR_MISSING. */
NODISCARD enum err lead_draft_names_one(struct call *call, const struct lead_draft *d);

#endif
