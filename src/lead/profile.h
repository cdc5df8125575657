/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* profile.h - what is known of a lead: facts, each with its value, where it came from, since when, and whether verified.
 *
 * A fact is a flat name ("title", "address.city") and a JSON scalar or list of scalars. Traits of Segment's calls come in nested and under many
 * names; lead_profile_patch() flattens them and gives the well-known ones their one name (firstName + lastName -> name).
 *
 * The cache `lead.facts` is {"title":{"v":"CEO","s":"source id","at":us,"u":1}}. It is folded change by change, and the order
 * in which changes arrive makes no difference: among verified ones the latest instant wins, an unverified one only fills
 * what no verified one has, and of two of those the earliest stands.
 *
 * Pure but for lead_profile_keep. Results live in c->arena.
 */
#ifndef LEAD_PROFILE_H
#define LEAD_PROFILE_H

#include "db/db.h"
#include "lead/lead.h"

struct profile_fact {
    struct str name;
    const struct json *value; /* JSON_NULL: cleared */
    int64_t source_id;
    instant at;
    bool unverified;
};
struct profile {
    struct profile_fact *facts; /* sorted by name */
    size_t count;
};

/* Reads the cache's text; an empty text is an empty profile. ERR_BAD_JSON. */
NODISCARD enum err lead_profile_read(struct ctx *c, struct str text, struct profile *p);
struct str lead_profile_print(struct arena *a, const struct profile *p);
const struct profile_fact *lead_profile_find(const struct profile *p, struct str name);

/* Traits as they came -> one flat patch with well-known names, e-mail and phone normalised, email.domain and email.free derived; an unreadable
 * phone becomes phone.raw.
 * NULL when nothing is left. Text over 1,000 characters is cut; nested lists are dropped. */
const struct json *lead_profile_patch(struct arena *a, const struct json *traits, const char *phone_region);

/* Folds one patch in; true when the cache differs, if only by the instant of a fact. changed (may be NULL) gets the part of the patch
 * whose values differ from what stood: NULL when none does. */
bool lead_profile_fold(struct arena *a, struct profile *p, const struct json *patch, int64_t source_id, instant at,
                  bool unverified, const struct json **changed);

/* Cards after their profiles changed: columns, facts, search words, source; raises the version. lead: as it was read in this transaction; the leads
 * differ. */
struct lead_kept {
    const struct lead *lead;
    const struct profile *profile;
};
NODISCARD enum err lead_profile_keep(struct ctx *c, struct db_tx *tx, const struct lead_kept *list, size_t n);

#endif
