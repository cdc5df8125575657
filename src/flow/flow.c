/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow.h"

#include <stdio.h>

#include "flow/flow_import.h"
#include "score/score_store.h"

void flow_init(struct flow *f, const char *phone_region)
{
    *f = (struct flow){ 0 };
    pthread_mutex_init(&f->lock, NULL);
    snprintf(f->phone_region, sizeof f->phone_region, "%s", phone_region);
}

void flow_free(struct flow *f)
{
    if (f->live)
        score_model_drop(f->live);
    flow_import_close(f->importer);
    pthread_mutex_destroy(&f->lock);
}

static struct model *hold_if(struct flow *f, int64_t id)
{
    struct model *m = NULL;

    pthread_mutex_lock(&f->lock);
    if (f->live && f->live->id.v == id)
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

enum err flow_model(struct flow *f, struct ctx *c, struct db_tx *tx, struct model **m)
{
    int64_t live;
    enum err e = score_model_live_id(c, tx, &live);

    if (e == ERR_NOT_FOUND) {
        fault_clear(c);
        if ((e = score_model_start(c, tx)))
            return e;
        return score_model_live_compiled(c, tx, m);
    }
    if (e)
        return e;
    if ((*m = hold_if(f, live)))
        return ERR_NONE;
    if ((e = score_model_live_compiled(c, tx, m)))
        return e;
    replace(f, *m);
    return ERR_NONE;
}
