/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How soon each person calls, from what they did in the period. */
#include <stdlib.h>

#include "flow/sim.h"

struct response {
    int32_t person, lead;
    int64_t work_us;    /* INT64_MAX: never */
};
struct habits {
    struct period *p;
    struct response *list;
    size_t count;
    int64_t *claims;    /* how long leads waited that somebody took */
    size_t claim_count;
};

static int int_cmp(const void *pa, const void *pb)
{
    const int64_t *a = pa, *b = pb;

    return *a < *b ? -1 : *a > *b;
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
        const struct sim_facts *facts = d->kind == SIM_UNITS || d->to < 0 ? NULL : facts_at(&p->people[d->to], d->id);

        if (d->kind == SIM_ENTERED)
            since[d->lead] = d->at;
        if (d->kind == SIM_CLAIMED && since[d->lead])
            h->claims[h->claim_count++] = d->at - since[d->lead];
        if (!facts || (d->called_at == INSTANT_NEVER && !p->silent[i]))
            continue;
        h->list[h->count++] = (struct response){
            d->to, d->lead, d->called_at == INSTANT_NEVER ? INT64_MAX : cal_between(&facts->whole, d->at, d->called_at),
        };
    }
    qsort(h->claims, h->claim_count, sizeof *h->claims, int_cmp);
}

/* All of them, rising; those of one person, or (-1) of everybody. */
static int64_t *list_of(struct habits *h, int32_t person, size_t *count)
{
    int64_t *list = ARENA_ARRAY(h->p->c->arena, int64_t, h->count + 1);

    *count = 0;
    for (size_t i = 0; i < h->count; i++)
        if (person < 0 || h->list[i].person == person)
            list[(*count)++] = h->list[i].work_us;
    qsort(list, *count, sizeof *list, int_cmp);
    return list;
}

/* Where x lies in the list, in thousandths: the middle of those that are equal to it. */
static int64_t quantile(const int64_t *list, size_t n, int64_t x)
{
    size_t less = 0, same = 0;

    for (size_t i = 0; i < n; i++) {
        less += list[i] < x;
        same += list[i] == x;
    }
    return (int64_t)((2 * less + same) * 500 / n);
}

static void quantiles_set(struct habits *h)
{
    struct period *p = h->p;
    bool *known = ARENA_ARRAY(p->c->arena, bool, p->lead_count + 1);

    for (size_t i = 0; i < p->lead_count; i++) /* of one that nobody called: anywhere, but always there */
        p->leads[i].quantile = (int64_t)((uint64_t)p->leads[i].lead.v * 0x9e3779b97f4a7c15u >> 32) % 1000;
    for (size_t i = 0; i < h->count; i++) {
        const struct response *r = &h->list[i];
        const struct sim_person *one = &p->people[r->person];
        bool own = one->response_count >= SIM_RESPONSES;
        int64_t q = own ? quantile(one->response, one->response_count, r->work_us)
                        : quantile(p->in.team_response, p->in.team_response_count, r->work_us);

        if (!known[r->lead])
            p->leads[r->lead].quantile = q > 999 ? 999 : q;
        known[r->lead] = true;
    }
}

enum err flow_sim_habits_read(struct period *p)
{
    struct habits h = { .p = p, .list = ARENA_ARRAY(p->c->arena, struct response, p->deed_count + 1),
                        .claims = ARENA_ARRAY(p->c->arena, int64_t, p->deed_count + 1) };

    responses_collect(&h);
    p->in.team_response = list_of(&h, -1, &p->in.team_response_count);
    for (size_t i = 0; i < p->people_count; i++)
        p->people[i].response = list_of(&h, (int32_t)i, &p->people[i].response_count);
    p->in.claim_us = h.claim_count ? h.claims[h.claim_count / 2] : INT64_MAX;
    quantiles_set(&h);
    return ERR_NONE;
}
