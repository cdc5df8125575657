/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* tool_power.c - the disk after a loss of power: tool_power SEED FROM TO NOTES...
 *
 * FROM is the folder as the disk had it when the notes of power.c begin, a file for each program that ran, in their order (one that was killed
 * may have left the last of them half written); TO gets the files as it may have them at their end. What was synced is
 * there. What was written since is there or not, each sector by itself, by the seed: a disk keeps no order. A sync that failed puts
 * down what chance will, and the rest never comes, for the system takes it to be clean. A removal is there at once: a log that comes back
 * whole would only be carried over again.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/crash/power.h"

enum { SECTOR_BYTES = 512 };

struct image {
    char *bytes;
    size_t size, room;
    struct waiting {
        struct power_note head;
        char *bytes;
    } *list;
    size_t count, list_room;
};

static uint64_t mix;

static bool chance(void)
{
    mix ^= mix << 13;
    mix ^= mix >> 7;
    mix ^= mix << 17;
    return mix >> 40 & 1;
}

static void room(struct image *f, size_t size)
{
    if (size > f->room) {
        size_t wanted = size * 2;
        f->bytes = realloc(f->bytes, wanted);
        if (!f->bytes)
            abort();
        memset(f->bytes + f->room, 0, wanted - f->room);
        f->room = wanted;
    }
}

static void resize(struct image *f, size_t size)
{
    room(f, size);
    if (size < f->size)
        memset(f->bytes + size, 0, f->size - size);
    f->size = size;
}

static void put(struct image *f, uint64_t at, const char *bytes, size_t size)
{
    if (at + size > f->size)
        resize(f, at + size);
    memcpy(f->bytes + at, bytes, size);
}

/* What waits goes down: all of it, or what chance will. */
static void settle(struct image *f, bool all)
{
    for (size_t i = 0; i < f->count; i++) {
        struct waiting *w = &f->list[i];
        if (w->head.op == POWER_CUT && (all || chance()))
            resize(f, w->head.at);
        for (size_t from = 0; w->head.op == POWER_WRITE && from < w->head.size; from += SECTOR_BYTES) {
            size_t size = w->head.size - from < SECTOR_BYTES ? w->head.size - from : SECTOR_BYTES;
            if (all || chance())
                put(f, w->head.at + from, w->bytes + from, size);
        }
        free(w->bytes);
    }
    f->count = 0;
}

static void wait_for(struct image *f, const struct power_note *head, char *bytes)
{
    if (f->count == f->list_room) {
        f->list_room = f->list_room ? 2 * f->list_room : 1024;
        f->list = realloc(f->list, f->list_room * sizeof *f->list);
        if (!f->list)
            abort();
    }
    f->list[f->count++] = (struct waiting){ *head, bytes };
}

static void take(struct image *f, const struct power_note *head, char *bytes)
{
    switch (head->op) {
    case POWER_SYNC:
        settle(f, head->good);
        break;
    case POWER_GONE:
        settle(f, false);
        resize(f, 0);
        break;
    default:
        wait_for(f, head, bytes);
    }
}

static FILE *open_in(const char *folder, int file, const char *how)
{
    static const char *const names[POWER_FILES] = { "gradus.db", "gradus.db-wal" };
    char place[4096];
    snprintf(place, sizeof place, "%s/%s", folder, names[file]);
    return fopen(place, how);
}

static void load(struct image *f, FILE *from)
{
    char piece[65536];
    size_t n;
    while (from && (n = fread(piece, 1, sizeof piece, from)) > 0)
        put(f, f->size, piece, n);
    if (from)
        fclose(from);
}

int main(int argc, char **argv)
{
    struct image files[POWER_FILES] = { 0 };
    struct power_note head;
    if (argc < 5) {
        fprintf(stderr, "tool_power SEED FROM TO NOTES...\n");
        return 2;
    }
    mix = strtoull(argv[1], NULL, 10) * 2654435761u + 88172645463325252u;
    for (int i = 0; i < POWER_FILES; i++)
        load(&files[i], open_in(argv[2], i, "r"));
    long syncs = 0, failed = 0;
    for (int i = 4; i < argc; i++) {
        FILE *notes = fopen(argv[i], "r");
        while (notes && fread(&head, sizeof head, 1, notes) == 1 && head.file < POWER_FILES) {
            char *bytes = head.op == POWER_WRITE ? malloc(head.size + 1) : NULL;
            if (bytes && fread(bytes, 1, head.size, notes) != head.size)
                break;
            syncs += head.op == POWER_SYNC && head.good;
            failed += head.op == POWER_SYNC && !head.good;
            take(&files[head.file], &head, bytes);
        }
        if (notes)
            fclose(notes);
    }
    size_t lost = files[POWER_DB].count + files[POWER_WAL].count;
    for (int i = 0; i < POWER_FILES; i++) {
        settle(&files[i], false);
        FILE *to = open_in(argv[3], i, "w");
        if (!to || fwrite(files[i].bytes, 1, files[i].size, to) != files[i].size || fclose(to) != 0)
            return 1;
    }
    printf("%ld %ld %zu\n", syncs, failed, lost);
    return syncs > 0 ? 0 : 1;
}
