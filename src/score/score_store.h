/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* score_store.h - models and their versions, what is kept of each lead's score, crossings.
 *
 * A model is a draft (changeable), live (one), or retired. Its number `version` is given when it is published.
 * States: draft -> live (score_model_publish) -> retired (when the next one is published). Rolling back publishes a copy. A draft or a
 * retired one becomes challenger for the time of a contest (score_rival_set), and is retired after it; one that was never live has no
 * published_at. While there is a challenger nothing is published: both sides of the contest stand still (ERR_CONFLICT).
 *
 * score_state is a cache: any row may be dropped and made again by score_rebuild. crossing is not: it is a record.
 */
#ifndef SCORE_SCORE_STORE_H
#define SCORE_SCORE_STORE_H

#include "db/db.h"
#include "score/band.h"

enum model_state { MODEL_DRAFT, MODEL_LIVE, MODEL_RETIRED, MODEL_CHALLENGER, MODEL_STATES };
extern const char *const score_model_state_names[]; /* "draft", "live", "retired", "challenger", NULL */

struct model_row {
    struct model_id id;
    int64_t version; /* 0 for a draft */
    enum model_state state;
    struct str name, note, body;
    struct user_id author; /* 0: the house */
    instant created_at, published_at, retired_at;
    int64_t revision; /* how often a draft was saved, from 1: who saves says which one he saw */
    struct model_fitted fitted;
};

/* The newest thousand, newest first, without bodies. */
NODISCARD enum err score_model_list(struct ctx *c, struct db_tx *tx, struct model_row **rows,
                                    size_t *count);
NODISCARD enum err score_model_get(struct ctx *c, struct db_tx *tx, struct model_id id,
                                   struct model_row *row);
/* The one of that number. ERR_NOT_FOUND. */
NODISCARD enum err score_model_numbered(struct ctx *c, struct db_tx *tx, int64_t version, struct model_row *row);
/* The one that was live at an instant: published last by then, whenever its draft was begun. Before the first was published, the first.
 * ERR_NOT_FOUND: none ever was. */
NODISCARD enum err score_model_then(struct ctx *c, struct db_tx *tx, instant at, struct model_row *row);
/* The live one. ERR_NOT_FOUND before the first publishing. */
NODISCARD enum err score_model_live(struct ctx *c, struct db_tx *tx, struct model_row *row);
/* Its id alone: what a walk asks, to see whether its snapshot is still the live one. */
NODISCARD enum err score_model_live_id(struct ctx *c, struct db_tx *tx, int64_t *id);
/* The same, and its rival's id; 0: none. */
NODISCARD enum err score_model_live_ids(struct ctx *c, struct db_tx *tx, int64_t *id, int64_t *rival);
/* The live model gets a rival, which is frozen and numbered: a draft or a retired one. ERR_CONFLICT: it is neither, or there is one. */
NODISCARD enum err score_rival_set(struct ctx *c, struct db_tx *tx, struct model_id rival, struct contest_id contest);
/* The contest is over: all leads are to be scored by the live model again. */
NODISCARD enum err score_rival_del(struct ctx *c, struct db_tx *tx);
/* The live one, compiled, its rival with it: held once by the caller. */
NODISCARD enum err score_model_live_compiled(struct ctx *c, struct db_tx *tx, struct model **m);
/* Until the transaction ends no other program changes drafts, numbers them or takes the live one off: what is read behind it stands. Whatever publishes
 * takes it too. */
NODISCARD enum err score_model_lock(struct ctx *c, struct db_tx *tx);
/* A new draft with body (text form; canonical text is stored). Checks as score_model_read. */
NODISCARD enum err score_model_add(struct ctx *c, struct db_tx *tx, struct str name,
                                   struct str note, const struct json *body, struct model_id *id);
/* Changes a draft. ERR_CONFLICT when it is none. body NULL: stays. */
NODISCARD enum err score_model_put(struct ctx *c, struct db_tx *tx, struct model_id id,
                                   struct str name, struct str note, const struct json *body);
/* What a model was fitted to. */
NODISCARD enum err score_model_set_fitted(struct ctx *c, struct db_tx *tx, struct model_id id, struct model_fitted fitted);
/* A draft goes for good. ERR_CONFLICT when it is none: what was once live stays, scores and crossings speak of it. */
NODISCARD enum err score_model_del(struct ctx *c, struct db_tx *tx, struct model_id id);
/* draft -> live, the live one -> retired. ERR_CONFLICT when it is no draft. *m: compiled, held once by the caller. */
NODISCARD enum err score_model_publish(struct ctx *c, struct db_tx *tx, struct model_id id,
                                       struct model **m);
/* Publishes a copy of an old version. */
NODISCARD enum err score_model_rollback(struct ctx *c, struct db_tx *tx, struct model_id old,
                                        struct model_id *id, struct model **m);
/* The starter model in that language, published, when there is no model at all; or in place of the starter model in another language, as long
 * as that is the only model and nobody has been scored by it. */
NODISCARD enum err score_model_start(struct ctx *c, struct db_tx *tx, enum lang lang);

/* What is kept of each lead; kept[i].model.v == 0 and state absent where there is none. In c->arena. */
NODISCARD enum err score_load(struct ctx *c, struct db_tx *tx, const struct lead_id *leads,
                              size_t count, struct score_kept *kept);
/* Stores what changed: rows of walked (skipping those not changed) and their crossings; ids of crossings are made here and, when ids is
 * not NULL, ids[i] is that of the last crossing of leads[i] (0: none). */
NODISCARD enum err score_keep(struct ctx *c, struct db_tx *tx, const struct lead_id *leads,
                              const struct score_walked *walked, size_t count,
                              struct crossing_id *ids);
/* The model by which all leads were seen to be scored (0: none yet), and its setting: after a publishing the leads are walked in pieces, and
 * a program that starts anew must know whether that was finished. */
NODISCARD enum err score_applied_get(struct ctx *c, struct db_tx *tx, int64_t *model);
NODISCARD enum err score_applied_put(struct ctx *c, struct db_tx *tx, int64_t model);
/* Where a lead's score was told anew, oldest first. In c->arena. */
struct score_turn_row {
    instant at;
    struct model_id model;   /* 0: it became part of another lead */
    bool fresh, lost;
    struct score_band band;
};
NODISCARD enum err score_turn_list(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct score_turn_row **rows, size_t *count);
/* The turns of walked; lost: items were taken back. fresh[i]: nothing was kept of leads[i] before. */
NODISCARD enum err score_turns_add(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, const struct score_walked *walked,
                                   const bool *fresh, const bool *lost, size_t count);
/* The lead is part of another; at: until when it was told as one of its own. */
NODISCARD enum err score_turn_end(struct ctx *c, struct db_tx *tx, struct lead_id lead, instant at);
/* What the leads were told of counts otherwise than it did (a mark, an import undone): what was told of them until now cannot be told again from what is
 * known. Those that have a score go on from what is kept of them. */
NODISCARD enum err score_turns_lose(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n);
/* A lead that has gone into another: its row goes; crossings stay with it. */
NODISCARD enum err score_forget(struct ctx *c, struct db_tx *tx, struct lead_id lead);
/* Leads whose due <= now (struct score_kept), soonest first, then by id: with all whose next_change has come. In c->arena. */
NODISCARD enum err score_due(struct ctx *c, struct db_tx *tx, instant now, int64_t limit,
                             struct lead_id **leads, size_t *count);
/* The soonest due of all; INSTANT_NEVER. */
NODISCARD enum err score_next_due(struct ctx *c, struct db_tx *tx, instant *at);

struct crossing_row {
    struct crossing_id id;
    struct lead_id lead;
    struct model_id model;
    struct score_crossing is;
};
/* All crossings of a lead, oldest first, without their lines: whoever sends events may have made very many. */
NODISCARD enum err score_crossing_list(struct ctx *c, struct db_tx *tx, struct lead_id lead,
                                       struct crossing_row **rows, size_t *count);
/* The same with their lines, a kilobyte or two each: for an arena without a bound. */
NODISCARD enum err score_crossing_records(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct crossing_row **rows, size_t *count);
/* The newest that stand before (before, before_id), newest first, at most limit, with their lines. */
NODISCARD enum err score_crossing_page(struct ctx *c, struct db_tx *tx, struct lead_id lead, instant before, struct crossing_id before_id,
                                       size_t limit, struct crossing_row **rows, size_t *count);
/* The first one later than after, with its lines; *count is 0 when there is none. */
NODISCARD enum err score_crossing_after(struct ctx *c, struct db_tx *tx, struct lead_id lead, instant after, struct crossing_row **rows, size_t *count);

/* A crossing whose cause turned out not to count (a robot's events); lifted_at: when it came to count again, INSTANT_NONE: it has not. */
struct crossing_void {
    struct crossing_id crossing;
    instant at, lifted_at;
};
/* Of a lead, those lifted too. */
NODISCARD enum err score_void_list(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct crossing_void **voids, size_t *count);
/* From now on it does not count; lifted: it does again. */
NODISCARD enum err score_void_put(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct crossing_id crossing, bool lifted);

#endif
