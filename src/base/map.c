/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/map.h"

/* At most 3/4 full; caps are powers of two. */
static size_t cap_for(size_t count)
{
    size_t cap = 16;
    while (cap / 4 * 3 < count)
        cap *= 2;
    return cap;
}

struct map map_new(struct arena *a, size_t expected)
{
    size_t cap = cap_for(expected);
    return (struct map){ .arena = a, .cap = cap, .slots = ARENA_ARRAY(a, struct map_slot, cap) };
}

/* The slot that holds key, or the free one where it belongs. An empty slot has value NULL. */
static struct map_slot *slot_of(const struct map *m, struct str key, uint64_t hash)
{
    size_t i = hash & (m->cap - 1);
    while (m->slots[i].value && (m->slots[i].hash != hash || !str_eq(m->slots[i].key, key)))
        i = (i + 1) & (m->cap - 1);
    return &m->slots[i];
}

static void grow(struct map *m)
{
    struct map bigger = map_new(m->arena, m->cap);
    for (size_t i = 0; i < m->cap; i++)
        if (m->slots[i].value)
            *slot_of(&bigger, m->slots[i].key, m->slots[i].hash) = m->slots[i];
    m->slots = bigger.slots;
    m->cap = bigger.cap;
}

void map_put(struct map *m, struct str key, void *value)
{
    assert(value);
    if (m->count + 1 > m->cap / 4 * 3)
        grow(m);
    uint64_t hash = str_hash(key);
    struct map_slot *s = slot_of(m, key, hash);
    if (!s->value)
        m->count++;
    *s = (struct map_slot){ key, value, hash };
}

void *map_find(const struct map *m, struct str key)
{
    return m->cap ? slot_of(m, key, str_hash(key))->value : NULL;
}

bool map_next(const struct map *m, size_t *at, struct str *key, void **value)
{
    for (; *at < m->cap; ++*at) {
        const struct map_slot *s = &m->slots[*at];
        if (!s->value)
            continue;
        *key = s->key;
        *value = s->value;
        ++*at;
        return true;
    }
    return false;
}
