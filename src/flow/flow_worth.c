/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_worth.h"

#include "flow/flow_foretell.h"
#include "flow/flow_score.h"
#include "learn/perform_store.h"
#include "route/value.h"

struct desk_worth {
    struct learn_performance_head head;
    struct learn_performed *rows;
    size_t count;
    bool asked;                      /* for the predictor */
    struct flow_predictor *predictor; /* NULL: there is none */
};

enum err flow_worth_read(struct ctx *c, struct db_tx *tx, struct desk *d)
{
    struct desk_worth *w;
    enum err e;

    if (d->worth)
        return ERR_NONE;
    w = ARENA_NEW(c->arena, struct desk_worth);
    if ((e = learn_performance_get(c, tx, &w->head)) || (e = learn_performance_rows(c, tx, w->head.id, &w->rows, &w->count)))
        return e;
    d->worth = w;
    return ERR_NONE;
}

enum err flow_worth_predictor(struct ctx *c, struct db_tx *tx, struct desk *d)
{
    enum err e = flow_worth_read(c, tx, d);

    if (e || d->worth->asked)
        return e;
    d->worth->asked = true;
    return flow_predictor_read(c, tx, &d->worth->predictor);
}

/* Rows come by segment and user. */
static const struct learn_performed *row_of(const struct desk_worth *w, struct user_id user, int segment)
{
    size_t low = 0, high = w->count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct learn_performed *row = &w->rows[middle];

        if (row->segment < segment || (row->segment == segment && row->user.v < user.v))
            low = middle + 1;
        else
            high = middle;
    }
    return low < w->count && w->rows[low].segment == segment && w->rows[low].user.v == user.v ? &w->rows[low] : NULL;
}

/* 0: the source has no figures of its own. */
static int segment_of(const struct desk_worth *w, struct str source)
{
    for (int s = 1; source.len && s <= LEARN_SEGMENTS; s++) {
        const struct learn_performed *team = row_of(w, (struct user_id){ 0 }, s);

        if (team && team->enough && str_eq(team->source, source))
            return s;
    }
    return 0;
}

/* Ratio and deal of one person: by the source, where enough leads say so, else by all. */
static struct worth worth_of(const struct desk_worth *w, struct user_id user, int segment, struct worth team)
{
    const struct learn_performed *own = segment ? row_of(w, user, segment) : NULL, *all = row_of(w, user, 0);
    struct worth out = team;

    if (own && own->enough)
        out.ratio = own->ratio.value;
    else if (all)
        out.ratio = all->ratio.value;
    if (team.deal && own && own->deal_enough)
        out.deal = own->deal.value;
    else if (team.deal && all && all->deal.value)
        out.deal = all->deal.value;
    return out;
}

static enum err chance_of(struct ctx *c, struct db_tx *tx, const struct desk_worth *w, const struct lead *lead, const struct history *known, instant at,
                          fix *chance)
{
    struct history read;
    enum err e;

    *chance = learn_curve_at(w->head.curve, lead->score);
    if (!w->predictor || !lead->id.v)
        return ERR_NONE;
    if (!known) {
        if ((e = flow_history(c, tx, lead->id, INSTANT_NEVER, &read)))
            return e;
        known = &read;
    }
    return flow_predictor_ask(c, w->predictor, known, at, chance);
}

enum err flow_worth_chance(struct ctx *c, struct db_tx *tx, struct desk *d, const struct lead *lead, const struct history *known, instant at,
                           fix *chance, bool *is)
{
    const struct learn_performed *team;
    enum err e = flow_worth_predictor(c, tx, d);

    *is = false;
    if (e)
        return e;
    team = row_of(d->worth, (struct user_id){ 0 }, 0);
    *is = d->worth->predictor || (team && team->enough);
    return *is ? chance_of(c, tx, d->worth, lead, known, at, chance) : ERR_NONE;
}

enum err flow_worth(struct ctx *c, struct db_tx *tx, struct desk *d, const struct lead *lead, const struct history *known, instant at,
                    struct person *people, size_t count)
{
    const struct learn_performed *all;
    struct worth team = { .ratio = FIX_ONE };
    int segment;
    enum err e = flow_worth_predictor(c, tx, d);

    if (e)
        return e;
    all = row_of(d->worth, (struct user_id){ 0 }, 0);
    if (!all || !all->enough)
        return ERR_NONE;
    if ((e = chance_of(c, tx, d->worth, lead, known, at, &team.chance)))
        return e;
    team.deal = all->deal_enough ? all->deal.value : 0;
    segment = segment_of(d->worth, lead->source);
    for (size_t i = 0; i < count; i++) {
        people[i].value = route_value(worth_of(d->worth, people[i].user, segment, team));
        people[i].money = team.deal > 0;
    }
    return ERR_NONE;
}
