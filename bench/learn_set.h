/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* learn_set.h - a published set as rows to learn from: named values, the outcome, the part of five in which each row is held back.
 */
#ifndef BENCH_LEARN_SET_H
#define BENCH_LEARN_SET_H

#include "bench/table.h"
#include "learn/learner.h"

enum { FOLDS = 5, CELLS = 200 };

struct set {
    const char *name;
    struct learn_row *rows;
    unsigned char *won;
    size_t n;
    unsigned char *fold;
};

/* names: columns that are taken, NULL-terminated; a cell that is empty or is `unknown` is left out. */
static inline struct set set_of(struct arena *a, const char *name, const struct table *t, const char *const *names, const char *outcome,
                                const char *yes, const char *unknown)
{
    struct set s = { .name = name, .n = t->n };
    size_t won = table_column(t, outcome);
    uint64_t chance = 20261;

    s.rows = ARENA_ARRAY(a, struct learn_row, t->n);
    s.won = ARENA_ARRAY(a, unsigned char, t->n);
    s.fold = ARENA_ARRAY(a, unsigned char, t->n);
    for (size_t i = 0; i < t->n; i++) {
        struct learn_value *v = ARENA_ARRAY(a, struct learn_value, CELLS);
        size_t n = 0;

        for (const char *const *k = names; *k; k++) {
            struct str text = table_cell(t, i, table_column(t, *k));

            if (text.len && !str_eq(text, str_of(unknown)))
                v[n++] = (struct learn_value){ .name = str_of(*k), .kind = LEARN_TEXT, .text = text };
        }
        s.rows[i] = (struct learn_row){ v, n };
        s.won[i] = str_eq(table_cell(t, i, won), str_of(yes));
        s.fold[i] = (unsigned char)(sample_random(&chance) % FOLDS);
    }
    return s;
}

/* The rows for which teach is not 0, as rows that follow each other; returns how many. */
static inline size_t set_taught(struct arena *a, const struct set *s, const unsigned char *teach, struct learn_row **rows, unsigned char **won)
{
    size_t n = 0;

    *rows = ARENA_ARRAY(a, struct learn_row, s->n);
    *won = ARENA_ARRAY(a, unsigned char, s->n);
    for (size_t i = 0; i < s->n; i++)
        if (teach[i]) {
            (*rows)[n] = s->rows[i];
            (*won)[n++] = s->won[i];
        }
    return n;
}

/* A way to foretell: learns from the rows for which teach is not 0 and writes the logit of each other row. Works in an arena of its own. */
typedef void set_foretell(struct arena *own, const struct set *s, const unsigned char *teach, double *z);

/* Each part foretold by one that has not seen it. */
static inline void set_held(const struct set *s, set_foretell *foretell, double *z)
{
    unsigned char *teach = malloc(s->n + 1);

    for (int f = 0; f < FOLDS; f++) {
        struct arena *own = arena_new((size_t)4 << 30);

        for (size_t i = 0; i < s->n; i++)
            teach[i] = s->fold[i] != f;
        foretell(own, s, teach, z);
        arena_free(own);
    }
    free(teach);
}

#endif
