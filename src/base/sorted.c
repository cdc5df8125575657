/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/sorted.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static int64_t key_of(const void *items, size_t size, size_t i)
{
    int64_t key;

    memcpy(&key, (const char *)items + i * size, sizeof key);
    return key;
}

size_t sorted_at(const void *items, size_t count, size_t size, enum sorted_order order, int64_t key)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int64_t there = key_of(items, size, middle);
        bool before = order == SORTED_RISING ? there < key : there > key;

        if (before)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void *sorted_find(const void *items, size_t count, size_t size, int64_t key)
{
    size_t at = sorted_at(items, count, size, SORTED_RISING, key);

    return at < count && key_of(items, size, at) == key ? (char *)items + at * size : NULL;
}

static int rising(const void *a, const void *b)
{
    int64_t x = key_of(a, 0, 0), y = key_of(b, 0, 0);

    return x < y ? -1 : x > y;
}

static int falling(const void *a, const void *b)
{
    return rising(b, a);
}

size_t sorted_once(void *items, size_t count, size_t size, enum sorted_order order)
{
    size_t kept = 0;

    if (count > 1)
        qsort(items, count, size, order == SORTED_RISING ? rising : falling);
    for (size_t i = 0; i < count; i++) {
        if (kept && key_of(items, size, kept - 1) == key_of(items, size, i))
            continue;
        if (kept != i)
            memcpy((char *)items + kept * size, (const char *)items + i * size, size);
        kept++;
    }
    return kept;
}
