/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* table.h - a published set as a table in memory: a packed CSV of a folder. For benches alone: what cannot be read ends the program.
 */
#ifndef BENCH_TABLE_H
#define BENCH_TABLE_H

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "format/csv.h"

enum { TABLE_TEXT_MOST = 64 << 20 };

struct table {
    struct str *heads;
    size_t columns, n;
    struct str *cells;       /* n x columns */
};

static inline struct str table_file(const char *folder, const char *name)
{
    char path[1000];
    char *text = malloc(TABLE_TEXT_MOST);
    gzFile f;
    int n;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    f = gzopen(path, "rb");
    if (!f || (n = gzread(f, text, TABLE_TEXT_MOST)) < 0) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(1);
    }
    gzclose(f);
    return (struct str){ text, (size_t)n };
}

static inline struct table table_read(struct arena *a, const char *folder, const char *name)
{
    struct ctx c = { .arena = a };
    struct str text = table_file(folder, name);
    struct csv *v = csv_open(csv_sniff(text, true));
    struct table t = { 0 };
    struct csv_row row;
    size_t cap = 0;

    if (csv_feed(&c, v, text, true))
        exit(1);
    while (csv_next(v, &row)) {
        if (!t.columns) {
            t.columns = row.count;
            t.heads = ARENA_ARRAY(a, struct str, row.count);
            for (size_t i = 0; i < row.count; i++)
                t.heads[i] = str_dup(a, row.cells[i]);
            continue;
        }
        if (t.n == cap) {
            size_t more = cap ? 2 * cap : 4096;

            t.cells = arena_grow(a, t.cells, cap * t.columns * sizeof *t.cells, more * t.columns * sizeof *t.cells);
            cap = more;
        }
        for (size_t i = 0; i < t.columns; i++)
            t.cells[t.n * t.columns + i] = i < row.count ? str_dup(a, row.cells[i]) : STR("");
        t.n++;
    }
    csv_close(v);
    free((void *)text.ptr);
    return t;
}

static inline size_t table_column(const struct table *t, const char *name)
{
    for (size_t i = 0; i < t->columns; i++)
        if (str_eq(t->heads[i], str_of(name)))
            return i;
    fprintf(stderr, "no column %s\n", name);
    exit(1);
}

static inline struct str table_cell(const struct table *t, size_t row, size_t column)
{
    return t->cells[row * t->columns + column];
}

#endif
