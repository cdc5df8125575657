/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_model.h - what a draft would change, shown while it is edited.
 *
 * Both models score the film (flow_film.h) at one instant: temperatures, histogram, who moves. At the instant at which each lead is judged
 * they say how well each tells buyers from others. What the draft means for the working day is told by playing both over the last
 * weeks as they were lived, crossing by crossing; that costs a walk over each history, so of a large base a part is played and
 * the figures say so. The whole of it is the replay's work (flow_trial.h).
 */
#ifndef FLOW_FLOW_MODEL_H
#define FLOW_FLOW_MODEL_H

#include "flow/flow.h"
#include "learn/compare.h"
#include "noun/band.h"

enum { PREVIEW_BINS = 12, PREVIEW_MOVERS = 100, PREVIEW_DAYS = 30, PREVIEW_PLAYED = 12000 /* events */ };

struct preview_mover {
    struct lead_id lead;
    struct str name, company;    /* as it is called (lead_call) */
    int outcome;                 /* OUTCOME_OPEN, OUTCOME_WON, OUTCOME_LOST */
    int64_t before, after;
    enum band band_before, band_after;
};
/* Bar i of the histogram begins at from + i x width, as scores are shown; the first and the last hold what lies beyond. */
struct preview_scale {
    int64_t from, width;
};
struct preview_scale flow_preview_scale(const struct model *live);
int flow_preview_bin(struct preview_scale s, int64_t shown);
/* Of a film every so many-th lead is played. */
struct flow_film;
size_t flow_preview_step(const struct flow_film *film);

struct preview {
    instant as_of;               /* the base as it stood then */
    int64_t leads, all_leads;    /* looked at, and all there are */
    bool sampled;                /* not all */
    int64_t bands[BANDS][2];     /* before, after */
    int64_t bins[PREVIEW_BINS][2];
    struct preview_scale scale;
    int64_t into_hot, out_of_hot;
    int64_t into_hot_open;       /* of into_hot: not decided (flow_film_decided), who are called when it is published */
    int64_t hot_decided;         /* of the hot ones of the draft: for whom there are no calls */
    struct preview_mover movers[PREVIEW_MOVERS];
    size_t mover_count;          /* into hot first, then out of hot, then other moves between bands; largest first in each */
    /* Crossings into hot over the last PREVIEW_DAYS days, of played leads. */
    int64_t played, crossings[2], crossed[2]; /* crossed: leads, each once */
    int64_t days, working_days;  /* lived, at most PREVIEW_DAYS; of them those on which the team works */
    fix hot_per_day[2];          /* crossings of the whole base a working day; a day where nobody works on any */
    int64_t calls_a_day, holds_hot; /* what the team can take: flow_room.h */
    /* Of those who bought: how many were hot just before. */
    int64_t wins, caught[2];
    /* Of those whose end can be told: how many were in each band just before, and bought. */
    int64_t judged[BANDS][2], won[BANDS][2];
    struct learn_compared compared;
    int maturity_days;
    struct str quiet;            /* flow_quiet_json */
};

/* quick: of a large base that nobody has loaded yet a part is enough. Reads only. */
NODISCARD enum err flow_preview(struct flow *f, struct ctx *c, struct db_tx *tx, const struct model *draft, bool quick,
                                struct preview *p);
/* The leads behind one figure of it, highest score of its side first, in keep: "all", "band.hot.before", "band.hot.after", "into_hot", "into_hot_open",
 * "into_hot_decided", "hot_decided" (hot by the draft, won or lost), "out_of_hot",
 * "wins", "caught.before", "caught.after", "ended" (whose end can be told), "judged.hot.before" (by the band just before it), "bin.3.after" (one bar of the histogram), "crossed.before" (of those played,
 * who turned hot over the last days), "turned.60" (of those played, who turned hot in the days that flow_threshold tells of with hot from 60 on; "turned": where
 * the draft has it); ":won" behind it narrows to who bought. All leads are looked at. ERR_BAD_QUERY: no such figure. */
NODISCARD enum err flow_preview_leads(struct flow *f, struct ctx *c, struct db_tx *tx, const struct model *draft, struct str bucket,
                                      struct arena *keep, struct lead_id **leads, size_t *count);
/* Those for whom a criterion counts now, as flow_hits counts them, in keep. */
NODISCARD enum err flow_hits_leads(struct flow *f, struct ctx *c, struct db_tx *tx, const struct model *m, int criterion, struct arena *keep,
                                   struct lead_id **leads, size_t *count);
/* How many leads each criterion of m counts for now: hits[criterion]. leads: of so many; all: there are so many (more, of a base too large to be held). */
NODISCARD enum err flow_hits(struct flow *f, struct ctx *c, struct db_tx *tx, const struct model *m, int64_t *hits, int64_t *leads, int64_t *all);
#endif
