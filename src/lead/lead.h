/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* lead.h - a lead: a person, perhaps of a company, who may buy; its stages, its card, its row in the lists.
 *
 * Two tables hold a lead. `lead` has the card (what is known; changes with people's edits and identify calls), `lead_now` the
 * narrow row that lists are sorted and filtered by (changes with every move of the score). Both are caches of the
 * profile's changes and of the score, but for the stage, the owner and the amount, which people decide here.
 *
 * A merged lead keeps its card and has no row in lead_now: it is in no list, and lead_get finds it with merged_into set.
 *
 * The owner of results is c->arena.
 */
#ifndef LEAD_LEAD_H
#define LEAD_LEAD_H

#include "db/db.h"
#include "noun/band.h"
#include "noun/event.h"

enum lead_stage {
    STAGE_NEW, STAGE_CONTACT, STAGE_QUALIFIED, STAGE_OFFER, STAGE_TALKS, STAGE_WON, STAGE_LOST, LEAD_STAGES
};
/* "new", "contact", ...; NULL-terminated, by enum lead_stage. */
extern const char *const lead_stage_names[];


struct lead {
    struct lead_id id, merged_into;
    int64_t version;
    struct str name, email, phone, title, company;
    struct str source;
    int stage, band;        /* enum lead_stage; 0..2 */
    int64_t score;          /* as shown */
    int cell, icp;          /* of the grid, 9 while none is counted; match in per cent, -1: none */
    struct user_id owner;
    int64_t amount;         /* minor units; 0: not known */
    struct str currency;
    bool unverified;
    bool unlisted;          /* of the card alone: only programs have touched it, and it stands in no list */
    instant created_at, seen_at;
    struct str facts;       /* JSON text, see lead/profile.h */
    struct str called;      /* by lead_call alone */
    int64_t import_id;
};

/* Columns of the card that a change may set; a bit each. */
enum {
    LEAD_SET_STAGE = 1, LEAD_SET_OWNER = 2, LEAD_SET_AMOUNT = 4
};
struct lead_change {
    unsigned set;
    int stage;
    struct user_id owner;
    int64_t amount;
    struct str currency;
    struct str reason, note;    /* of a lead that this makes lost: why, a word, and in a few more; kept with the deed, not in the lead's row */
};

enum lead_sort { LEAD_BY_SCORE_DOWN, LEAD_BY_SCORE_UP, LEAD_BY_SEEN, LEAD_BY_CREATED, LEAD_BY_NAME, LEAD_BY_CELL, LEAD_SORTS };
/* "-score", "score", "-seen_at", "-created_at", "name", "cell" (A1 first, then by score); NULL-terminated, by enum lead_sort. */
extern const char *const lead_sort_names[];

struct lead_filter {
    unsigned bands;         /* bits 1 << band; 0: any */
    unsigned stages;        /* bits 1 << stage; 0: any */
    unsigned cells;         /* bits 1 << cell; 0: any */
    int icp;                /* the least match in per cent; 0: any, those without one too */
    bool any_owner;         /* else owner: 0 is "nobody" */
    struct user_id owner;
    struct str source;      /* empty: any */
    struct str words;       /* folded prefixes of words, all of which must be had; empty: any */
    enum lead_sort sort;
    /* keyset: continue after this (sort value, id); after_id 0: from the start */
    int64_t after_value;
    struct str after_text;
    int64_t after_id;
    int limit;
};

struct lead_page {
    struct lead *items;
    size_t count;
    bool more;
    int64_t total;          /* exact up to LEAD_TOTAL_EXACT, then that number and total_more; -1: not counted, after the first page */
    bool total_more;
};
enum { LEAD_TOTAL_EXACT = 10000 };

/* The card of one lead. ERR_NOT_FOUND. */
NODISCARD enum err lead_get(struct ctx *c, struct db_tx *tx, struct lead_id id, struct lead *lead);
/* Cards of many, in the order asked; a missing one has id 0. */
NODISCARD enum err lead_get_many(struct ctx *c, struct db_tx *tx, const struct lead_id *ids, size_t n,
                                 struct lead *leads);
/* The id that the sender's own program knows each by, the first of several; empty: none. user_ids: n of them, texts in c->arena. */
NODISCARD enum err lead_user_ids(struct ctx *c, struct db_tx *tx, const struct lead_id *ids, size_t n, struct str *user_ids);
/* Sets what each is called: its name; else its e-mail, its phone, the id that the sender's own program knows it by, its company. Empty: it came by
 * a browser's cookie and has said nothing. */
NODISCARD enum err lead_call(struct ctx *c, struct db_tx *tx, struct lead *leads, size_t n);
/* Both: the cards of many, each with what it is called. *leads: n of them, in c->arena. */
NODISCARD enum err lead_get_called(struct ctx *c, struct db_tx *tx, const struct lead_id *ids, size_t n, struct lead **leads);
/* The leads that came last, roots only, newest first: at most limit of ids and of the texts of their facts (lead/profile.h), which live in
 * c->arena. */
NODISCARD enum err lead_latest(struct ctx *c, struct db_tx *tx, size_t limit, struct lead_id *ids, struct str *facts,
                               size_t *n);
/* One page. total is counted only for the first page (after_id 0), else -1. */
NODISCARD enum err lead_list(struct ctx *c, struct db_tx *tx, const struct lead_filter *f,
                             struct lead_page *page);
/* After the roots were locked: does each lead still belong to the root that it was found under? ERR_BUSY when another program joined or parted
 * one meanwhile: what was read before the lock is to be read again. */
NODISCARD enum err lead_roots_stand(struct ctx *c, struct db_tx *tx, const struct lead_id *leads,
                                    const struct lead_id *roots, size_t n);
/* Nobody else is at work on these leads (their roots) until the commit: as the walk of an event has its leads. Before anything of them is written, and before
 * distribution is locked (route_lock): behind it they are only tried for, ERR_BUSY. ERR_BUSY, too, when one was joined or parted meanwhile. Ones that are not
 * there are passed over. */
NODISCARD enum err lead_lock_many(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n);
/* The root lead of id: itself, or what it is merged into. ERR_NOT_FOUND. */
NODISCARD enum err lead_root(struct ctx *c, struct db_tx *tx, struct lead_id id, struct lead_id *root);
/* Sets what a person decides and raises the version. expected_version 0: any. ERR_NOT_FOUND; ERR_STALE. */
NODISCARD enum err lead_set(struct ctx *c, struct db_tx *tx, struct lead_id id, int64_t expected_version,
                            const struct lead_change *change);
/* The stages of n leads that differ; raises their versions. */
NODISCARD enum err lead_set_stages(struct ctx *c, struct db_tx *tx, const struct lead_id *ids, const int *stages, size_t n);

/* The row of the lists after a score or an event; many leads, one statement. seen_at INSTANT_NONE: as it was. */
struct lead_standing {
    struct lead_id id;
    int band;
    int64_t score;
    int cell, icp;
    instant seen_at;
    bool stays; /* band, cell and icp are what the row has: its indexes by band and owner are left alone */
};
/* What lead_now.seen_hour is for an instant: whole hours, 0 for none. The list of those last seen has an index of it, which is written once
 * an hour for each lead that does something, and not at each event. */
int64_t lead_seen_hour(instant at);
/* Only the last event's instant of each; band and score are not looked at. */
NODISCARD enum err lead_seen_many(struct ctx *c, struct db_tx *tx, const struct lead_standing *s, size_t n);
NODISCARD enum err lead_stand_many(struct ctx *c, struct db_tx *tx, const struct lead_standing *s, size_t n);

/* The row of the lists, for a lead that has none: no owner, new, cold; the walk that follows tells its score. seen_at may be INSTANT_NONE. *new (or
 * NULL): it had none. A part of another lead gets none. */
NODISCARD enum err lead_enlist(struct ctx *c, struct db_tx *tx, struct lead_id id, instant seen_at, bool *new);
/* A lead of which nothing counts goes from the lists, if cookies are all that it is known by and nobody has it in hand. Its card, events and
 * identities stay, and lead_enlist brings it back. *gone (or NULL): it stood there. */
NODISCARD enum err lead_delist(struct ctx *c, struct db_tx *tx, struct lead_id id, bool *gone);

/* Of the next leads of the lists after *last, at most limit, those that lead_delist may be for: of nobody, new, never seen doing anything. ids has room for
 * limit. *last: how far they go; INT64_MAX: to the end. */
NODISCARD enum err lead_unseen(struct ctx *c, struct db_tx *tx, int limit, struct lead_id *ids, size_t *count, struct lead_id *last);
/* How far the leads of before there was lead_delist have been looked at; INT64_MAX: all. */
NODISCARD enum err lead_delisted_get(struct ctx *c, struct db_tx *tx, struct lead_id *last);
NODISCARD enum err lead_delisted_put(struct ctx *c, struct db_tx *tx, struct lead_id last);

/* Sets the owner (0: nobody) and raises the version. */
NODISCARD enum err lead_set_owner(struct ctx *c, struct db_tx *tx, struct lead_id id, struct user_id owner);

/* What an owner holds: open leads by band, clients (won), what open and won leads are worth together, and the sum of the ages of the open ones.
 * By owner; owner 0: leads of nobody. Reads all leads that are open or won. */
struct lead_holding {
    struct user_id owner;
    int64_t open[BANDS], clients;
    int64_t amount;      /* minor units of the company's currency */
    int64_t age_us;      /* of the open ones, summed */
};
NODISCARD enum err lead_holding_list(struct ctx *c, struct db_tx *tx, struct lead_holding **list, size_t *count);

/* Deals in work: leads from the stage of a first contact on that have not ended. The dearest first, then the newest; at most limit. In c->arena. */
struct lead_deal {
    struct lead_id lead;
    struct user_id owner;
    int64_t amount;      /* 0: not known */
    instant created_at;
};
NODISCARD enum err lead_deal_list(struct ctx *c, struct db_tx *tx, int64_t limit, struct lead_deal **list, size_t *count);

/* An import is taken back: a lead that it made and that nothing else has touched goes, with its identities and words. */
NODISCARD enum err lead_del(struct ctx *c, struct db_tx *tx, struct lead_id id);

/* Leads of the same company (text equal, letter case aside left to the caller), at most limit. */
NODISCARD enum err lead_of_company(struct ctx *c, struct db_tx *tx, struct str company, int limit,
                                   struct lead **leads, size_t *count);
/* Ids of all root leads after `after`, ascending, at most limit: for walks over the whole base. */
NODISCARD enum err lead_ids(struct ctx *c, struct db_tx *tx, struct lead_id after, int limit,
                            struct lead_id *ids, size_t *count);

/* Ids of all leads after `after`, merged ones too, ascending, at most limit; roots[i]: whose each is. */
NODISCARD enum err lead_ids_all(struct ctx *c, struct db_tx *tx, struct lead_id after, int limit, struct lead_id *ids,
                                struct lead_id *roots, size_t *count);
NODISCARD enum err lead_count_all(struct ctx *c, struct db_tx *tx, int64_t *count);

/* What a list by cell is sorted by: rising. */
int64_t lead_cell_key(const struct lead *lead);
/* The same with what a walk over histories asks of each: its birth. */
struct lead_birth {
    struct lead_id lead;
    instant created_at;
};
NODISCARD enum err lead_births(struct ctx *c, struct db_tx *tx, struct lead_id after, int limit,
                               struct lead_birth *births, size_t *count);
/* How many there are in the lists. */
NODISCARD enum err lead_count(struct ctx *c, struct db_tx *tx, int64_t *count);
/* How many there are that an import made, those that became part of others too. */
NODISCARD enum err lead_count_import(struct ctx *c, struct db_tx *tx, int64_t import_id, int64_t *count);
/* Every lead that is part of another now, by id, and which. In c->arena. */
struct lead_part {
    struct lead_id lead, root;
};
NODISCARD enum err lead_parts(struct ctx *c, struct db_tx *tx, struct lead_part **parts, size_t *count);

int lead_stage_of(struct str name);  /* -1 when it is no stage */
int lead_band_of(struct str name);   /* -1 when it is no band */

#endif
