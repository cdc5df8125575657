/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How soon each person calls, from what they did in the period.
 *
 * A call that was taken away, or was not made yet, tells that it would have come later, not when: such times are censored, and the distribution is
 * that of Kaplan and Meier (1958). To leave them out would make everybody as quick as their quickest calls. Beyond the last
 * time that was seen nobody knows; there the call never comes, and the norms hand it on. */
#include <stdlib.h>

#include "flow/sim.h"

enum { QUANTILES = 200, RESPONSES_ENOUGH = 20 };

struct response {
    int32_t person, lead;
    int64_t work_us;
    bool called;        /* false: not by then */
};
struct habits {
    struct period *p;
    struct response *list;  /* as they came */
    struct response *sorted;/* by time, calls before those that were not made by then */
    size_t count;
    int64_t *claims;        /* how long leads waited that somebody took */
    size_t claim_count;
};

static int int_cmp(const void *pa, const void *pb)
{
    const int64_t *a = pa, *b = pb;

    return *a < *b ? -1 : *a > *b;
}

static int response_cmp(const void *pa, const void *pb)
{
    const struct response *a = pa, *b = pb;

    if (a->work_us != b->work_us)
        return a->work_us < b->work_us ? -1 : 1;
    if (a->called != b->called)
        return a->called ? -1 : 1;
    return a->lead - b->lead;
}

static const struct sim_facts *facts_at(const struct sim_person *one, int64_t id)
{
    size_t k = one->count;

    while (k > 1 && one->facts[k - 1].since >= id)
        k--;
    return k ? &one->facts[k - 1] : NULL;
}

static void responses_collect(struct habits *h)
{
    struct period *p = h->p;
    instant *since = ARENA_ARRAY(p->c->arena, instant, p->lead_count + 1);

    for (size_t i = 0; i < p->deed_count; i++) {
        const struct sim_deed *d = &p->deeds[i];
        const struct sim_facts *facts = d->kind >= SIM_UNITS || d->to < 0 ? NULL : facts_at(&p->people[d->to], d->id);
        bool called = d->called_at != INSTANT_NEVER;

        if (d->kind == SIM_ENTERED)
            since[d->lead] = d->at;
        if (d->kind == SIM_CLAIMED && since[d->lead])
            h->claims[h->claim_count++] = d->at - since[d->lead];
        if (!facts || (!called && p->left[i] == INSTANT_NONE))
            continue;
        h->list[h->count++] = (struct response){ d->to, d->lead, cal_between(&facts->whole, d->at, called ? d->called_at : p->left[i]), called };
    }
    h->sorted = ARENA_ARRAY(p->c->arena, struct response, h->count + 1);
    for (size_t i = 0; i < h->count; i++)
        h->sorted[i] = h->list[i];
    if (h->count > 1)
        qsort(h->sorted, h->count, sizeof *h->sorted, response_cmp);
    if (h->claim_count > 1)
        qsort(h->claims, h->claim_count, sizeof *h->claims, int_cmp);
}

/* The quantiles of one person, or (-1) of everybody; *count 0: too few are known. */
static int64_t *habit_of(struct habits *h, int32_t person, size_t *count)
{
    int64_t *list = ARENA_ARRAY(h->p->c->arena, int64_t, QUANTILES + 1), n = 0, left, q = 0;
    fix stays = FIX_ONE; /* share that is not called yet */

    for (size_t i = 0; i < h->count; i++)
        n += person < 0 || h->sorted[i].person == person;
    *count = n >= RESPONSES_ENOUGH || (person < 0 && n) ? QUANTILES : 0;
    left = n;
    for (size_t i = 0; i < h->count && *count; i++) {
        const struct response *r = &h->sorted[i];

        if (person >= 0 && r->person != person)
            continue;
        if (r->called)
            stays = fix_muldiv(stays, left - 1, left);
        left--;
        for (; r->called && q < QUANTILES && (2 * q + 1) * FIX_ONE < 2 * QUANTILES * (FIX_ONE - stays); q++)
            list[q] = r->work_us;
    }
    for (; q < QUANTILES; q++)
        list[q] = INT64_MAX;
    return list;
}

/* Where the first answer of each lead lies in the distribution of whoever had it, in thousandths; of one that is only known to be later, anywhere behind. */
static void quantiles_set(struct habits *h)
{
    struct period *p = h->p;
    bool *known = ARENA_ARRAY(p->c->arena, bool, p->lead_count + 1);

    for (size_t i = 0; i < p->lead_count; i++) /* of one of whom nothing is known: anywhere, but always there */
        p->leads[i].quantile = (int64_t)((uint64_t)p->leads[i].lead.v * 0x9e3779b97f4a7c15u >> 32) % 1000;
    for (size_t i = 0; i < h->count; i++) {
        const struct response *r = &h->list[i];
        const struct sim_person *one = &p->people[r->person];
        const int64_t *list = one->response_count ? one->response : p->in.team_response;
        int64_t less = 0, same = 0, *q = &p->leads[r->lead].quantile;

        if (known[r->lead])
            continue;
        known[r->lead] = true;
        for (int k = 0; k < QUANTILES; k++) {
            less += list[k] < r->work_us;
            same += list[k] == r->work_us;
        }
        if (r->called)
            *q = (2 * less + same) * 500 / QUANTILES;
        else
            *q = (less + same) * 1000 / QUANTILES + *q * (QUANTILES - less - same) / QUANTILES;
        *q = *q > 999 ? 999 : *q;
    }
}

enum err flow_sim_habits_read(struct period *p)
{
    struct habits h = { .p = p, .list = ARENA_ARRAY(p->c->arena, struct response, p->deed_count + 1),
                        .claims = ARENA_ARRAY(p->c->arena, int64_t, p->deed_count + 1) };

    responses_collect(&h);
    p->in.team_response = habit_of(&h, -1, &p->in.team_response_count);
    for (size_t i = 0; i < p->people_count; i++)
        p->people[i].response = habit_of(&h, (int32_t)i, &p->people[i].response_count);
    p->in.claim_us = h.claim_count ? h.claims[h.claim_count / 2] : INT64_MAX;
    quantiles_set(&h);
    return ERR_NONE;
}
