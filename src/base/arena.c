/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BYTES = 16 * 1024, ALIGN = 16 };
static const size_t largest_step = (size_t)1024 * 1024;

struct block {
    struct block *next;
    size_t cap;
    _Alignas(ALIGN) char data[];
};

/* Something that goes with the arena. */
struct with {
    struct with *before;
    void (*let_go)(void *what);
    void *what;
};

struct arena {
    struct block *first; /* kept by arena_reset() */
    struct block *now;   /* the one being filled; later ones do not exist */
    size_t fill;         /* of now */
    size_t used;         /* handed out since the last reset, all blocks */
    size_t max;
    struct with *with;   /* the newest */
};

static NORETURN void die(const char *why)
{
    fprintf(stderr, "{\"level\":\"error\",\"event\":\"memory.exhausted\",\"why\":\"%s\"}\n", why);
    abort();
}

static struct block *block_new(size_t cap)
{
    struct block *b = malloc(sizeof(*b) + cap);
    if (!b)
        die("malloc");
    b->next = NULL;
    b->cap = cap;
    return b;
}

struct arena *arena_new(size_t max_bytes)
{
    struct arena *a = malloc(sizeof(*a));
    if (!a)
        die("malloc");
    *a = (struct arena){ .max = max_bytes ? max_bytes : (size_t)1 << 30 };
    a->first = a->now = block_new(FIRST_BYTES - sizeof(struct block));
    return a;
}

static void blocks_free(struct block *b)
{
    while (b) {
        struct block *next = b->next;
        free(b);
        b = next;
    }
}

static void let_go_all(struct arena *a)
{
    struct with *one = a->with;

    a->with = NULL;
    for (; one; one = one->before)
        one->let_go(one->what);
}

void arena_with(struct arena *a, void (*let_go)(void *what), void *what)
{
    struct with *one = ARENA_NEW(a, struct with);

    *one = (struct with){ a->with, let_go, what };
    a->with = one;
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    let_go_all(a);
    blocks_free(a->first);
    free(a);
}

void arena_reset(struct arena *a)
{
    let_go_all(a);
    blocks_free(a->first->next);
    a->first->next = NULL;
    a->now = a->first;
    a->fill = 0;
    a->used = 0;
}

/* Blocks double up to a mebibyte, so that a large arena costs few calls and a small one little memory. */
static void block_add(struct arena *a, size_t size)
{
    size_t cap = a->now->cap * 2;
    if (cap > largest_step)
        cap = largest_step;
    if (cap < size)
        cap = size;
    a->now->next = block_new(cap);
    a->now = a->now->next;
    a->fill = 0;
}

void *arena_alloc(struct arena *a, size_t size)
{
    if (size > a->max || a->used > a->max - size)
        die("an arena past its limit");
    size_t room = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (room > a->now->cap - a->fill)
        block_add(a, room);
    void *p = a->now->data + a->fill;
    a->fill += room;
    a->used += room;
    return p;
}

void *arena_zalloc(struct arena *a, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        die("a size that overflows");
    void *p = arena_alloc(a, bytes);
    memset(p, 0, bytes);
    return p;
}

void *arena_grow(struct arena *a, void *ptr, size_t old_size, size_t new_size)
{
    if (!ptr)
        return arena_alloc(a, new_size);
    if (new_size <= old_size)
        return ptr;
    size_t old_room = (old_size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    size_t new_room = (new_size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    char *end = a->now->data + a->fill;
    bool is_last = old_room <= a->fill && (char *)ptr == end - old_room;
    if (is_last && new_room >= new_size && new_room - old_room <= a->now->cap - a->fill) {
        if (new_room > a->max || a->used - old_room > a->max - new_room)
            die("an arena past its limit");
        a->fill += new_room - old_room;
        a->used += new_room - old_room;
        return ptr;
    }
    void *p = arena_alloc(a, new_size);
    memcpy(p, ptr, old_size);
    return p;
}

void *arena_more(struct arena *a, void *items, size_t count, size_t item_size)
{
    if (count == 0)
        return arena_alloc(a, item_size);
    if (count & (count - 1))
        return items; /* it doubles at powers of two: behind others there is room */
    return arena_grow(a, items, count * item_size, 2 * count * item_size);
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}
