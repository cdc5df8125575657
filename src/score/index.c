/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "score/index.h"

static void unit_add(struct model *m, struct unit_list *list, uint32_t unit, bool body)
{
    if (list->count && list->units[list->count - 1] == unit)
        return;
    list->units = arena_more(m->arena, list->units, list->count, sizeof *list->units);
    list->units[list->count++] = (uint16_t)unit;
    list->body = list->body || body;
}

static struct index_slot *slot_of(const struct model_index *x, struct str name)
{
    uint64_t hash = str_hash(name);
    uint32_t at = (uint32_t)hash & (x->cap - 1);

    while (x->slots[at].name.ptr && (x->slots[at].hash != hash || !str_eq(x->slots[at].name, name)))
        at = (at + 1) & (x->cap - 1);
    x->slots[at].hash = x->slots[at].name.ptr ? x->slots[at].hash : hash;
    return &x->slots[at];
}

const struct unit_list *score_index_find(const struct model_index *x, struct str name)
{
    uint64_t hash = str_hash(name);

    for (uint32_t at = (uint32_t)hash & (x->cap - 1); x->slots[at].name.ptr;
         at = (at + 1) & (x->cap - 1))
        if (x->slots[at].hash == hash && str_eq(x->slots[at].name, name))
            return &x->slots[at].heard;
    return &x->any;
}

static void slots_make(struct model *m)
{
    struct model_index *x = m->index;
    size_t names = 1;

    for (uint32_t u = 0; u < x->unit_count; u++)
        names += x->conds[u] ? cond_listens(x->conds[u])->event_count : 0;
    for (x->cap = 16; x->cap < 2 * names; x->cap *= 2) {
    }
    x->slots = ARENA_ARRAY(m->arena, struct index_slot, x->cap);
    for (uint32_t u = 0; u < x->unit_count; u++)
        for (size_t i = 0; x->conds[u] && i < cond_listens(x->conds[u])->event_count; i++) {
            struct str name = cond_listens(x->conds[u])->events[i];
            slot_of(x, name)->name = name;
        }
}

void score_index_build(struct model *m)
{
    struct model_index *x = m->index = ARENA_NEW(m->arena, struct model_index);

    x->unit_count = (uint32_t)(m->criterion_count + m->gate_count + m->icp_count);
    x->conds = ARENA_ARRAY(m->arena, struct cond *, x->unit_count + 1);
    for (size_t i = 0; i < m->criterion_count; i++)
        x->conds[i] = m->criteria[i].enabled ? m->criteria[i].when : NULL;
    for (size_t i = 0; i < m->gate_count; i++)
        x->conds[m->criterion_count + i] = m->gates[i].when;
    for (size_t i = 0; i < m->icp_count; i++)
        x->conds[m->criterion_count + m->gate_count + i] = m->icp[i].when;
    slots_make(m);
    for (uint32_t u = 0; u < x->unit_count; u++) {
        const struct cond_listens *l = x->conds[u] ? cond_listens(x->conds[u]) : NULL;
        if (!l)
            continue;
        for (uint32_t at = 0; l->any_event && at < x->cap; at++)
            if (x->slots[at].name.ptr)
                unit_add(m, &x->slots[at].heard, u, l->properties);
        if (l->any_event)
            unit_add(m, &x->any, u, l->properties);
        for (size_t i = 0; i < l->event_count; i++)
            unit_add(m, &slot_of(x, l->events[i])->heard, u, l->properties);
        if (l->fact_count)
            unit_add(m, &x->facts, u, false);
        if (l->birth)
            unit_add(m, &x->births, u, false);
    }
}

bool score_listens_event(const struct model *m, enum event_kind kind, struct str name, bool *body)
{
    const struct unit_list *heard = score_index_find(m->index, cond_event_name(kind, name));

    *body = heard->body;
    return heard->count > 0;
}

bool score_needs_bodies(const struct model *m)
{
    const struct model_index *x = m->index;

    for (uint32_t u = 0; u < x->unit_count; u++)
        if (x->conds[u] && cond_listens(x->conds[u])->properties)
            return true;
    return false;
}

bool score_listens_profile(const struct model *m, const struct json *patch)
{
    const struct unit_list *facts = &m->index->facts;

    for (uint32_t i = 0; i < facts->count; i++)
        if (cond_hears_profile(m->index->conds[facts->units[i]], patch))
            return true;
    return false;
}
