/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_company.h"

#include <stdlib.h>

#include "score/company.h"
#include "score/score_store.h"

/* By which of the two models that leads are scored by while a contest runs; NULL: by one that is about to be left. */
static const struct model *model_of(const struct model *m, struct model_id id)
{
    return m->id.v == id.v ? m : m->rival && m->rival->id.v == id.v ? m->rival : NULL;
}

/* A lead's exact points now. One that a publishing has not reached yet, and one whose state is too large to be kept, has those it was last told by: they
 * round to the same. */
static fix total_now(struct arena *a, const struct model *m, const struct score_kept *kept, instant now)
{
    const struct model *own = model_of(m, kept->model);
    const struct score_state *s = own ? score_state_parse(own, kept->state, a) : NULL;

    return s ? score_sum_of(s, now).total : kept->total;
}

static enum err exact_band(struct ctx *c, struct db_tx *tx, const struct model *m, const struct lead_company *company, struct score_bounds *bounds,
                           enum band *band)
{
    struct lead_id *ids = ARENA_ARRAY(c->arena, struct lead_id, company->count + 1);
    struct score_kept *kept = ARENA_ARRAY(c->arena, struct score_kept, company->count + 1);
    enum err e;

    for (size_t i = 0; i < company->count; i++)
        ids[i] = company->people[i].id;
    if ((e = score_load(c, tx, ids, company->count, kept)))
        return e;
    for (size_t i = 0; i < company->count; i++)
        if (kept[i].model.v)
            bounds[i] = score_bounds_exact(m, total_now(c->arena, m, &kept[i], c->now), (enum band)company->people[i].band);
    *band = score_company_bands(m, bounds, company->count).least;
    return ERR_NONE;
}

static enum err band_of(struct ctx *c, struct db_tx *tx, const struct model *m, const struct lead_company *company, enum band *band)
{
    struct score_bounds *bounds = ARENA_ARRAY(c->arena, struct score_bounds, company->count + 1);
    struct score_company_bands may;

    for (size_t i = 0; i < company->count; i++)
        bounds[i] = score_bounds_shown(m, company->people[i].score, (enum band)company->people[i].band);
    may = score_company_bands(m, bounds, company->count);
    *band = may.least;
    return may.least == may.most ? ERR_NONE : exact_band(c, tx, m, company, bounds, band);
}

enum err flow_company_bands(struct ctx *c, struct db_tx *tx, const struct model *m, const struct lead_company *companies, size_t n,
                            enum band *bands)
{
    enum err e = ERR_NONE;

    for (size_t i = 0; i < n && !e; i++)
        e = band_of(c, tx, m, &companies[i], &bands[i]);
    return e;
}

static int highest_first(const void *x, const void *y)
{
    const struct lead_person *a = x, *b = y;

    return (a->score < b->score) - (a->score > b->score);
}

enum err flow_company_of(struct ctx *c, struct db_tx *tx, const struct model *m, const struct lead *lead, const struct lead_person *others,
                         size_t n, struct flow_company *of)
{
    struct lead_company company = { .people = ARENA_ARRAY(c->arena, struct lead_person, n + 1), .count = n + 1 };
    int64_t *shown = ARENA_ARRAY(c->arena, int64_t, n + 1);

    company.people[0] = (struct lead_person){ .id = lead->id, .score = lead->score, .band = lead->band };
    if (n)
        memcpy(company.people + 1, others, n * sizeof *others);
    qsort(company.people, company.count, sizeof *company.people, highest_first);
    for (size_t i = 0; i < company.count; i++)
        shown[i] = company.people[i].score;
    of->score = score_company(m, shown, company.count, NULL);
    return flow_company_bands(c, tx, m, &company, 1, &of->band);
}
