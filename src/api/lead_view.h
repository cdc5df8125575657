/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* lead_view.h - a lead as the API shows it: one struct, one table of fields, shared by every endpoint that tells of leads.
 */
#ifndef API_LEAD_VIEW_H
#define API_LEAD_VIEW_H

#include "api/endpoint.h"
#include "flow/flow_foretell.h"
#include "flow/flow_lead.h"

struct lead_view {
    int64_t id, version;
    struct str name, called, email, phone, title, company, source;
    int stage, band;
    int64_t score, owner_id;
    struct str owner_name;
    instant created_at, seen_at;
    struct str last_event;  /* JSON */
    struct str reasons;     /* JSON */
    struct str next_task;   /* JSON */
    struct str probability; /* JSON */
    int64_t amount;
    struct str currency;
    bool verified, automatic;
    struct str cell;        /* "A1"; none: not counted yet */
    struct str icp;         /* JSON: per cent, or null */
    /* of the card alone */
    int64_t merged_into;
    struct str facts;       /* JSON */
    int64_t company_id;
    struct str people;      /* JSON */
    struct str priority;    /* JSON */
    instant lost_at;
    struct str lost_reason, lost_note;
};

extern const struct field lead_view_fields[];  /* a row of a list */
extern const struct field lead_card_fields[];  /* the same and what the card has more */

/* People's names by id: all of them, or those of some leads' owners. */
struct user_name;
struct names {
    const struct user_name *users;
    size_t count;
};
NODISCARD enum err names_of_owners(struct call *call, const struct lead *leads, size_t n, struct names *names);
NODISCARD enum err names_read(struct call *call, struct names *names);
struct str names_find(const struct names *names, int64_t user);

/* The probability of each of n leads; of those that have ended nothing is told. */
NODISCARD enum err lead_chances(struct call *call, const struct lead *leads, size_t n, struct flow_chance *chances);
/* What n leads look like. */
NODISCARD enum err lead_views(struct call *call, const struct lead *leads, size_t n, struct lead_view *views);
/* A lead that this actor may see, by the path's {id}: ERR_NOT_FOUND for a missing one and for one that is not his. A merged lead is
 * shown to whoever may see the one it is merged into. */
NODISCARD enum err lead_of_call(struct call *call, struct lead *lead);
/* [{"criterion":..,"name":..,"points":..}] in the caller's language. */
void reasons_write(struct json_out *o, const struct model *m, const struct score_line *lines, size_t n, enum lang lang);

#endif
