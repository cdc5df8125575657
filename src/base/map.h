/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* map.h - text -> pointer, in an arena. Keys are views and must outlive the map. Open addressing, no removal.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/str.h"

struct map_slot {
    struct str key;
    void *value;
    uint64_t hash;
};
struct map {
    struct arena *arena;
    struct map_slot *slots;
    size_t count, cap;
};

struct map map_new(struct arena *a, size_t expected);
/* New or replaced; value must not be NULL. */
void map_put(struct map *m, struct str key, void *value);
/* NULL when absent. */
void *map_find(const struct map *m, struct str key);
/* Walks all: start with *at = 0; false at the end. The order is that of the hash. */
bool map_next(const struct map *m, size_t *at, struct str *key, void **value);

#endif
