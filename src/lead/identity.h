/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* identity.h - whose event is it: anonymous visitor, e-mail, phone, external id are resolved to one lead.
 *
 * An identity belongs for ever to the lead that owned it first. When two leads turn out to be one person, an edge is drawn from the
 * child to the parent (lead_merge) and nothing else is moved: the child's identities, events and profile changes
 * stay its own and are read together with the parent's. So undoing a merge closes the edge and gives both people back, with all
 * that has happened since.
 *
 * Which lead gets the event: that of the strongest identity present (external id, e-mail, phone, anonymous id, in that order).
 *
 * When two leads are joined, by the tables of lead_identity_decide():
 *   a lead known only by anonymous ids      joins the identified one, whoever's key it is
 *   two identified leads                    join only by a server's key, and only if no two different external ids
 *                                           would come together; `alias` by a server's key joins even these
 *   a browser's write key                   never joins two identified leads: its event goes to the strongest
 * A circle (a joins b, b joins c, c joins a) ends by itself: the third call finds one root.
 *
 * Results live in c->arena.
 */
#ifndef LEAD_IDENTITY_H
#define LEAD_IDENTITY_H

#include "db/db.h"
#include "noun/event.h"
#include "noun/history.h"

enum identity_kind { IDENTITY_USER, IDENTITY_EMAIL, IDENTITY_PHONE, IDENTITY_ANONYMOUS, IDENTITY_KINDS };

/* What one event says about who it was, normalised; empty where it says nothing. */
struct identity_claim {
    struct str value[IDENTITY_KINDS];
    struct str previous;     /* alias: the id given up; its kind is found by looking */
    struct lead_id lead;     /* known already; 0 */
    bool unverified;
};

/* One candidate lead as the decision sees it. */
struct identity_found {
    struct lead_id lead, root;
    enum identity_kind strongest; /* of the root, over all its identities */
    struct str user;              /* the root's external id, if it has one */
};

enum identity_act { IDENTITY_STAY, IDENTITY_JOIN };

/* Pure: may the leads of two found identities be joined, when an event with this claim names both? alias: it asked for it. */
enum identity_act lead_identity_decide(const struct identity_found *strong, const struct identity_found *weak,
                                  bool unverified, bool alias);

struct identity_result {
    struct lead_id born;     /* keeps the event */
    struct lead_id root;     /* is scored */
    bool made;               /* born was made by this call */
    bool first;              /* it may be the first thing the lead did: it comes before all that its identity is known to
                                have done (an identity that only a bot has shown has done nothing) */
    bool joined;             /* root's history has changed as a whole: others came to it in this call */
};

/* A merge made while resolving. */
struct lead_joined {
    struct lead_id child, parent;
};
struct lead_joins {
    struct lead_joined *items;
    size_t count;
};

/* Resolves many events in order; makes leads and merges as it goes. phone_region: "RU". results has n items; joins tells the
 * merges made.
 * ERR_BUSY: another program made one of these identities at this moment; do it all again. */
NODISCARD enum err lead_resolve(struct ctx *c, struct db_tx *tx, const char *phone_region,
                                    const struct event *events, size_t n,
                                    struct identity_result *results, struct lead_joins *joins);

struct lead_merge {
    struct merge_id id;
    struct lead_id child, parent;
    struct lead_id root; /* set by lead_unmerge: what the parent is part of, mostly itself */
    instant at, undone_at;
    struct user_id by;
    struct str reason;
    struct user_id child_owner, parent_owner; /* whose they were then; 0: nobody's, or not known */
};

/* Joins child to parent: edge, roots, lists. Both must be roots and differ: ERR_CONFLICT. */
NODISCARD enum err lead_merge(struct ctx *c, struct db_tx *tx, struct lead_id child,
                                  struct lead_id parent, struct str reason, struct merge_id *merge);
/* Closes the edge; *merge tells which. ERR_NOT_FOUND; ERR_CONFLICT when undone already; ERR_BUSY: the parent was joined to another lead meanwhile. The
 * caller rebuilds child and root. */
NODISCARD enum err lead_unmerge(struct ctx *c, struct db_tx *tx, struct merge_id id,
                                    struct lead_merge *merge);
/* Merges that touch a lead, undone ones too, newest first. */
NODISCARD enum err lead_merges(struct ctx *c, struct db_tx *tx, struct lead_id lead,
                                   struct lead_merge **merges, size_t *count);
/* Whose the two leads of a merge were, when it turns out that one of them had its owner by another merge. */
NODISCARD enum err lead_merge_set_owners(struct ctx *c, struct db_tx *tx, const struct lead_merge *merge);
/* The leads whose events are read as one: root first, then all that were merged into it as known at `known`
 * (INSTANT_NEVER: now). */
NODISCARD enum err lead_family(struct ctx *c, struct db_tx *tx, struct lead_id root, instant known,
                                   struct lead_id **leads, size_t *count);
/* The same of n roots at once, that differ. */
NODISCARD enum err lead_families(struct ctx *c, struct db_tx *tx, const struct lead_id *roots, size_t n, instant known,
                                 struct family *families);
/* These leads and all whose family any of them was ever part of, also by merges that were undone; rising, each once. */
NODISCARD enum err lead_family_ever(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, struct lead_id **all, size_t *count);
/* An empty lead (card, row, no identity). */
NODISCARD enum err lead_add(struct ctx *c, struct db_tx *tx, bool unverified, instant at,
                                     int64_t import_id, struct lead_id *lead);

/* What an identity of the lead was first seen doing may count no more: whatever comes next may be the first thing it did. */
NODISCARD enum err lead_identity_unseen(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n);

/* Where the identity lies in its table (the next free one behind it after a collision). */
int64_t lead_identity_key(struct arena *a, enum identity_kind kind, struct str value);
/* Does any of the identities that each of n events names belong to a lead yet. */
NODISCARD enum err lead_are_known(struct ctx *c, struct db_tx *tx, const char *phone_region, const struct event *events, size_t n, bool *known);
/* Leads that an identity belongs to, by its normalised value: born and root. ERR_NOT_FOUND. */
NODISCARD enum err lead_of_identity(struct ctx *c, struct db_tx *tx, enum identity_kind kind, struct str value,
                                    struct lead_id *born, struct lead_id *root);
/* Of the leads, those with an e-mail address at the domain: cut to them. */
NODISCARD enum err lead_at_domain(struct ctx *c, struct db_tx *tx, struct str domain, struct lead_id *leads, size_t *n);

#endif
