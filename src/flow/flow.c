/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow.h"

#include <stdio.h>

#include "flow/flow_chance.h"
#include "flow/flow_film.h"
#include "flow/flow_foretell.h"
#include "flow/flow_import.h"
#include "flow/flow_quarantine.h"
#include "learn/contest.h"
#include "score/score_store.h"
#include "team/setting.h"

void flow_init(struct flow *f, const char *phone_region)
{
    *f = (struct flow){ 0 };
    pthread_mutex_init(&f->lock, NULL);
    pthread_mutex_init(&f->film_making, NULL);
    snprintf(f->phone_region, sizeof f->phone_region, "%s", phone_region);
}

void flow_free(struct flow *f)
{
    if (f->live)
        score_model_drop(f->live);
    flow_learnt_drop(f, f->learnt);
    flow_chances_close(f->chances);
    flow_quarantine_close(f);
    flow_import_close(f->importer);
    flow_film_drop(f->film);
    pthread_mutex_destroy(&f->film_making);
    pthread_mutex_destroy(&f->lock);
}

static struct model *hold_if(struct flow *f, int64_t id, int64_t rival)
{
    struct model *m = NULL;

    pthread_mutex_lock(&f->lock);
    if (f->live && f->live->id.v == id && (f->live->rival ? f->live->rival->id.v : 0) == rival)
        m = score_model_hold(f->live);
    pthread_mutex_unlock(&f->lock);
    return m;
}

static void replace(struct flow *f, struct model *m)
{
    struct model *old;

    pthread_mutex_lock(&f->lock);
    old = f->live;
    f->live = score_model_hold(m);
    pthread_mutex_unlock(&f->lock);
    if (old)
        score_model_drop(old);
}

enum err flow_model_start(struct ctx *c, struct db_tx *tx)
{
    struct setting s;
    enum err e = team_setting_get(c, tx, &s);

    return e ? e : score_model_start(c, tx, (enum lang)s.lang);
}

enum err flow_model(struct flow *f, struct ctx *c, struct db_tx *tx, struct model **m)
{
    int64_t live, rival;
    enum err e = score_model_live_ids(c, tx, &live, &rival);

    if (e == ERR_NOT_FOUND) {
        fault_clear(c);
        if ((e = flow_model_start(c, tx)))
            return e;
        return score_model_live_compiled(c, tx, m);
    }
    if (e)
        return e;
    if ((*m = hold_if(f, live, rival)))
        return ERR_NONE;
    if ((e = score_model_live_compiled(c, tx, m)))
        return e;
    replace(f, *m);
    return ERR_NONE;
}

enum err flow_models_of(struct ctx *c, struct db_tx *tx, const struct model *m, const struct lead_id *leads, size_t n,
                        const struct model **of)
{
    struct learn_arm *arms;
    enum err e;

    for (size_t i = 0; i < n; i++)
        of[i] = m;
    if (!m->rival || !n)
        return ERR_NONE;
    arms = ARENA_ARRAY(c->arena, struct learn_arm, n);
    if ((e = learn_contest_arms(c, tx, leads, n, arms)))
        return e;
    for (size_t i = 0; i < n; i++)
        if (arms[i].contest.v == m->contest.v && arms[i].arm == CONTEST_CHALLENGER)
            of[i] = m->rival;
    return ERR_NONE;
}

enum err flow_model_of(struct ctx *c, struct db_tx *tx, const struct model *m, struct lead_id lead, const struct model **of)
{
    return flow_models_of(c, tx, m, &lead, 1, of);
}
