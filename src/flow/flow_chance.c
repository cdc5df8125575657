/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_chance.h"

enum { PLACES_BITS = 16, PLACES = 1 << PLACES_BITS };

struct kept {
    struct flow_chance_key key;   /* predictor 0: nothing stands here */
    instant at;
    struct learn_forecast forecast;
};

struct flow_chances {
    struct arena *arena;
    pthread_mutex_t lock;
    struct kept *places;
};

struct flow_chances *flow_chances_open(void)
{
    struct arena *a = arena_new(PLACES * sizeof(struct kept) + (1 << 16));
    struct flow_chances *k = ARENA_NEW(a, struct flow_chances);

    k->arena = a;
    k->places = ARENA_ARRAY(a, struct kept, PLACES);
    pthread_mutex_init(&k->lock, NULL);
    return k;
}

void flow_chances_close(struct flow_chances *k)
{
    if (!k)
        return;
    pthread_mutex_destroy(&k->lock);
    arena_free(k->arena);
}

static struct kept *place_of(struct flow_chances *k, struct lead_id lead)
{
    return &k->places[(uint64_t)lead.v * 0x9e3779b97f4a7c15u >> (64 - PLACES_BITS)];
}

static bool is_same(const struct flow_chance_key *a, const struct flow_chance_key *b)
{
    return a->predictor.v == b->predictor.v && a->lead.v == b->lead.v && a->stamp == b->stamp;
}

bool flow_chance_find(struct flow_chances *k, struct flow_chance_key key, instant now, struct learn_forecast *forecast)
{
    const struct kept *one = place_of(k, key.lead);
    bool found;

    pthread_mutex_lock(&k->lock);
    found = one->key.predictor.v && is_same(&one->key, &key) && now >= one->at && now - one->at < FLOW_CHANCE_US;
    if (found)
        *forecast = one->forecast;
    pthread_mutex_unlock(&k->lock);
    return found;
}

void flow_chance_keep(struct flow_chances *k, struct flow_chance_key key, instant now, struct learn_forecast forecast)
{
    pthread_mutex_lock(&k->lock);
    *place_of(k, key.lead) = (struct kept){ key, now, forecast };
    pthread_mutex_unlock(&k->lock);
}
