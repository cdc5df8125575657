/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_suggest.h"

struct listing {
    struct arena *a;
    struct flow_suggested *out;
};

static void add(struct listing *l, struct str name, const struct lead_id *leads, const unsigned char *won, const unsigned char *in, size_t n)
{
    struct flow_bucket *b = &l->out->buckets[l->out->bucket_count];
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        count += in[i] != 0;
    if (!count)
        return;
    *b = (struct flow_bucket){ name, ARENA_ARRAY(l->a, int64_t, count), ARENA_ARRAY(l->a, struct lead_id, count),
                               ARENA_ARRAY(l->a, unsigned char, count), 0 };
    for (size_t i = 0; i < n; i++) {
        if (!in[i])
            continue;
        b->places[b->count] = (int64_t)i;
        b->leads[b->count] = leads[i];
        b->marks[b->count++] = won[i] ? LEARN_MARK_WON : LEARN_MARK_NOT;
    }
    l->out->bucket_count++;
}

static void add_bands(struct listing *l, const struct flow_suggest_of *of)
{
    const fix warm = of->cuts->warm * FIX_ONE, hot = of->cuts->hot * FIX_ONE;
    unsigned char *in = ARENA_ARRAY(l->a, unsigned char, of->total_n + 1);

    for (int b = 0; b < BANDS; b++) {
        for (size_t i = 0; i < of->total_n; i++)
            in[i] = (of->totals[i] >= hot ? BAND_HOT : of->totals[i] >= warm ? BAND_WARM : BAND_COLD) == (enum band)b;
        add(l, str_print(l->a, "band.%s", band_names[b]), of->total_leads, of->total_won, in, of->total_n);
    }
}

void flow_suggest_leads(struct arena *a, const struct flow_suggest_of *of, struct flow_suggested *out)
{
    const size_t n = (size_t)of->card->n;
    struct listing l = { a, out };
    struct lead_id *leads = ARENA_ARRAY(a, struct lead_id, n + 1);
    unsigned char *won = ARENA_ARRAY(a, unsigned char, n + 1), *in = ARENA_ARRAY(a, unsigned char, n + 1);

    out->buckets = ARENA_ARRAY(a, struct flow_bucket, 2 + of->m->criterion_count + of->card->offer_count + BANDS);
    for (size_t i = 0; i < n; i++) {
        leads[i].v = of->list[i].order;
        won[i] = of->list[i].won;
        in[i] = 1;
    }
    add(&l, STR("all"), leads, won, in, n);
    add(&l, STR("held"), leads, won, of->card->held, n);
    for (size_t k = 0; k < of->m->criterion_count; k++) {
        for (size_t i = 0; i < n; i++)
            in[i] = of->list[i].times[k] != 0;
        add(&l, str_print(a, "criterion." STR_FMT, STR_ARG(of->m->criteria[k].id)), leads, won, in, n);
    }
    for (size_t k = 0; k < of->card->offer_count; k++) {
        for (size_t i = 0; i < n; i++)
            in[i] = of->card->offers[k].codes[i] == of->card->offers[k].code;
        add(&l, str_print(a, "offer.%d", (int)k + 1), leads, won, in, n);
    }
    if (of->cuts)
        add_bands(&l, of);
}
