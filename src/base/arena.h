/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* arena.h - memory that ends together.
 *
 * A request, a walk, a compiled model: each has one arena, takes what it needs and gives all of it back at
 * once. There is no free of one piece, so nothing leaks and nothing dangles inside one lifetime.
 *
 * Out of memory, and an arena that would grow past its largest size, abort: limits at the door keep both far away.
 * Not thread safe: one arena, one thread at a time.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/compiler.h"

struct arena;

/* A new arena that may hold at most max_bytes (0: 1 GiB). The caller frees it. */
struct arena *arena_new(size_t max_bytes);
/* Gives everything back. NULL is allowed. */
void arena_free(struct arena *a);
/* Forgets all pieces, keeps the first block for the next use. */
void arena_reset(struct arena *a);
/* size bytes, aligned for any type, not cleared. Never NULL. */
void *arena_alloc(struct arena *a, size_t size);
/* The same, cleared to zero; count x size is checked for overflow. */
void *arena_zalloc(struct arena *a, size_t count, size_t size);
/* Grows the piece ptr of old_size to new_size: in place if it is the last one, else a copy. */
void *arena_grow(struct arena *a, void *ptr, size_t old_size, size_t new_size);
/* Room for one more item in a list that doubles: count items of item_size stand in it, and it was begun and grown by this alone (NULL: none
 * yet). */
void *arena_more(struct arena *a, void *items, size_t count, size_t item_size);
/* let_go(what) is called when the arena is reset or freed, before its memory goes, the newest first: for what lives in the arena and holds
 * something that does not (a compiled pattern). */
void arena_with(struct arena *a, void (*let_go)(void *what), void *what);
/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *a);

#define ARENA_NEW(a, type)          ((type *)arena_zalloc((a), 1, sizeof(type)))
#define ARENA_ARRAY(a, type, count) ((type *)arena_zalloc((a), (count), sizeof(type)))

#endif
