/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/film_sheet.h"

#include <pthread.h>
#include <string.h>

#include "base/map.h"
#include "base/pack.h"

/* The place, which part follows, and the parts: three numbers of at most ten bytes. */
enum { ENTRY_MAX = 30, OPEN_TOO = 1 };

struct film_sheet {
    struct arena *arena;
    pthread_mutex_t lock; /* of the arena, while rows are put */
    struct str *rows;
    size_t places, bytes, most;
    struct map place_of;
    int *numbers;         /* numbers[i] is i: what place_of points to */
};

struct film_sheet *flow_sheet_new(size_t leads, const struct str *keys, size_t places, size_t most_bytes)
{
    size_t key_bytes = 0;

    for (size_t i = 0; i < places; i++)
        key_bytes += keys[i].len + 64;
    struct arena *a = arena_new(2 * most_bytes + (leads + 1) * sizeof(struct str) + 2 * key_bytes + (1 << 20));
    struct film_sheet *s = ARENA_NEW(a, struct film_sheet);
    *s = (struct film_sheet){ .arena = a, .rows = ARENA_ARRAY(a, struct str, leads + 1), .places = places, .most = most_bytes,
                              .place_of = map_new(a, places + 1), .numbers = ARENA_ARRAY(a, int, places + 1) };
    pthread_mutex_init(&s->lock, NULL);
    for (size_t i = 0; i < places; i++) {
        s->numbers[i] = (int)i;
        if (keys[i].ptr)
            map_put(&s->place_of, str_dup(a, keys[i]), &s->numbers[i]);
    }
    return s;
}

void flow_sheet_free(struct film_sheet *s)
{
    pthread_mutex_destroy(&s->lock);
    arena_free(s->arena);
}

void flow_sheet_put(struct film_sheet *s, size_t lead, const struct score_part *given, struct arena *a)
{
    struct buf row = buf_new(a, s->places * ENTRY_MAX + 1);
    size_t last = 0;

    for (size_t i = 0; i < s->places; i++) {
        if (!given[i].own && !given[i].open)
            continue;
        pack_uint(&row, (i - last) << 1 | (given[i].open ? OPEN_TOO : 0));
        pack_int(&row, given[i].own);
        if (given[i].open)
            pack_int(&row, given[i].open);
        last = i;
    }
    pthread_mutex_lock(&s->lock);
    s->bytes += row.len;
    if (s->bytes <= s->most)
        s->rows[lead] = str_dup(s->arena, buf_str(&row));
    pthread_mutex_unlock(&s->lock);
}

bool flow_sheet_is_whole(const struct film_sheet *s)
{
    return s->bytes <= s->most;
}

size_t flow_sheet_places(const struct film_sheet *s)
{
    return s->places;
}

int flow_sheet_place(const struct film_sheet *s, struct str key)
{
    const int *place = map_find(&s->place_of, key);

    return place ? *place : -1;
}

void flow_sheet_row(const struct film_sheet *s, size_t lead, struct score_part *given)
{
    struct str row = s->rows[lead];
    uint64_t step;
    size_t at = 0;

    memset(given, 0, s->places * sizeof *given);
    while (unpack_uint(&row, &step)) {
        struct score_part part = { 0, 0 };
        bool read = unpack_int(&row, &part.own) && (!(step & OPEN_TOO) || unpack_int(&row, &part.open));

        at += step >> 1;
        assert(read && at < s->places);
        given[at] = part;
    }
}
