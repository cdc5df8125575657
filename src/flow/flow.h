/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow.h - what every walk is handed: the live model, and the few settings that walks read.
 *
 * The model is a snapshot: compiled once, immutable, counted. Each walk asks flow_model() inside its transaction; that compares the
 * live id in the database with the one in hand, so a model published by another program is taken up by the next walk.
 */
#ifndef FLOW_FLOW_H
#define FLOW_FLOW_H

#include <pthread.h>

#include "db/db.h"
#include "score/model.h"

struct flow_import;
struct flow_film;
struct flow_learnt;
struct flow_chances;
struct intake_marks;
struct intake_pace;

struct flow {
    pthread_mutex_t lock;     /* guards live, learnt, and that chances is made once */
    struct model *live;       /* held once by the flow; NULL before the first walk */
    struct flow_learnt *learnt; /* the predictor in use (flow_foretell.h), held once by the flow; NULL before it is asked for */
    struct flow_chances *chances; /* what it said of leads (flow_chance.h): guards itself; NULL before it is asked for */
    struct intake_marks *marks;   /* standing marks (flow_quarantine.h); held once by the flow; NULL before the first walk */
    struct intake_pace *pace;     /* pages of the last seconds, by lead; guarded by the lock */
    struct flow_import *importer; /* the job's place in a file (flow_import.h): of the thread of jobs alone; NULL before the first */
    /* Histories kept while somebody edits a model (flow_film.h), guarded by lock; film_making: one makes it. */
    struct flow_film *film;
    bool film_quick;          /* it is a small part, made to answer at once */
    int64_t film_used;        /* by the running clock */
    pthread_mutex_t film_making;
    /* Is any automatic reply in force (flow_reply.c), and when that was looked at, by the running clock; guarded by lock. */
    bool autos;
    int64_t autos_looked_at;
    char phone_region[3];     /* of national phone numbers: "RU" */
};

void flow_init(struct flow *f, const char *phone_region);
void flow_free(struct flow *f);

/* The starter model in the company's language, where there is none yet (score_model_start). */
NODISCARD enum err flow_model_start(struct ctx *c, struct db_tx *tx);
/* The live model, held once for the caller, who drops it. The starter model is published when there is none. */
NODISCARD enum err flow_model(struct flow *f, struct ctx *c, struct db_tx *tx, struct model **m);

/* By which model each of n leads is scored: m, the live one, or, while a contest runs and the lead's lot fell so, its rival. Borrowed from m, live as
 * long as m is held. leads: roots. */
NODISCARD enum err flow_models_of(struct ctx *c, struct db_tx *tx, const struct model *m, const struct lead_id *leads, size_t n,
                                  const struct model **of);
NODISCARD enum err flow_model_of(struct ctx *c, struct db_tx *tx, const struct model *m, struct lead_id lead, const struct model **of);

#endif
