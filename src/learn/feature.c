/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "learn/feature.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fix.h"
#include "base/map.h"
#include "base/utf8.h"

const char *const learn_left_out_names[] = { "kept", "rare", "same", "free_text", "serial", "date", "too_many", NULL };

enum { SEEN_MOST = 20000, NAMES_MOST = 1000 };

/* One name, gathered over all rows. */
struct gathered {
    struct str name;
    size_t filled, numbers, dates, wholes;
    double *number;          /* n, NAN where it is none */
    struct map words;        /* fold of the text -> struct word */
    struct word *first, *last;
    size_t distinct;
    enum learn_left_out why;
};

struct word {
    struct str text;
    size_t count;
    struct word *next;
};

bool learn_number_of(struct str text, double *number)
{
    fix value;

    if (!text.len || text.len > 24 || !fix_parse(text, &value))
        return false;
    *number = (double)value / 1e6;
    return true;
}

/* "2018-02-01", with or without what follows. */
static bool is_date(struct str s)
{
    if (s.len < 10 || s.ptr[4] != '-' || s.ptr[7] != '-')
        return false;
    for (int i = 0; i < 10; i++)
        if (i != 4 && i != 7 && (s.ptr[i] < '0' || s.ptr[i] > '9'))
            return false;
    return true;
}

static struct gathered *gathered_of(struct arena *a, struct map *names, struct gathered **list, size_t *count, struct str name,
                                    size_t n)
{
    struct gathered *g = map_find(names, name);

    if (g || *count == NAMES_MOST)
        return g;
    g = list[(*count)++] = ARENA_NEW(a, struct gathered);
    g->name = str_dup(a, name);
    g->words = map_new(a, 16);
    g->number = ARENA_ARRAY(a, double, n);
    for (size_t i = 0; i < n; i++)
        g->number[i] = NAN;
    map_put(names, g->name, g);
    return g;
}

static struct str text_of(struct arena *a, const struct learn_value *v)
{
    return v->kind == LEARN_TEXT ? utf8_cut(v->text, LEARN_LEVEL_CHARS) : str_print(a, "%.12g", v->number);
}

static void take_word(struct arena *a, struct gathered *g, const struct learn_value *v)
{
    struct str text = text_of(a, v);
    struct word *w = map_find(&g->words, text);

    if (!w && g->distinct >= SEEN_MOST)
        return;
    if (!w) {
        w = ARENA_NEW(a, struct word);
        w->text = str_dup(a, text);
        map_put(&g->words, w->text, w);
        if (g->last)
            g->last->next = w;
        else
            g->first = w;
        g->last = w;
        g->distinct++;
    }
    w->count++;
}

static void take_value(struct arena *a, struct gathered *g, const struct learn_value *v, size_t row)
{
    double x = v->number;

    g->filled++;
    if (v->kind == LEARN_NUMBER || learn_number_of(v->text, &x)) {
        g->number[row] = x;
        g->numbers++;
        g->wholes += x == floor(x);
    } else if (is_date(v->text)) {
        g->dates++;
    }
    take_word(a, g, v);
}

/* ---- what becomes a column ---- */

static bool is_number(const struct gathered *g)
{
    return g->numbers * 100 >= g->filled * 98;
}

static enum learn_left_out judge(const struct gathered *g, size_t n)
{
    size_t least = n / 200 > 10 ? n / 200 : 10;
    size_t common = 0;

    for (const struct word *w = g->first; w; w = w->next)
        common += w->count >= least ? w->count : 0;
    if (g->filled < least)
        return LEARN_RARE;
    if (g->distinct == 1 && g->filled == n)
        return LEARN_SAME;
    if (g->dates * 2 > g->filled)
        return LEARN_DATE;
    if (is_number(g))
        return g->wholes == g->filled && g->distinct == g->filled && g->filled >= 100 ? LEARN_SERIAL : LEARN_KEPT;
    return common * 5 < g->filled ? LEARN_FREE_TEXT : LEARN_KEPT;
}

static int by_count(const void *a, const void *b)
{
    const struct word *const *x = a, *const *y = b;
    size_t n = (*x)->text.len < (*y)->text.len ? (*x)->text.len : (*y)->text.len;
    int order;

    if ((*x)->count != (*y)->count)
        return (*x)->count > (*y)->count ? -1 : 1;
    order = memcmp((*x)->text.ptr, (*y)->text.ptr, n);
    return order ? order : (*x)->text.len < (*y)->text.len ? -1 : 1;
}

static void make_levels(struct arena *a, const struct gathered *g, size_t n, struct learn_column *c)
{
    struct word **all = ARENA_ARRAY(a, struct word *, g->distinct + 1);
    size_t count = 0, least = n / 1000 > 10 ? n / 1000 : 10;

    for (struct word *w = g->first; w; w = w->next)
        all[count++] = w;
    qsort(all, count, sizeof *all, by_count);
    c->levels = true;
    c->level = ARENA_ARRAY(a, struct str, LEARN_LEVELS);
    for (size_t i = 0; i < count && c->level_count < LEARN_LEVELS && all[i]->count >= least; i++)
        c->level[c->level_count++] = str_dup(a, all[i]->text);
}

static struct learn_column column_of(struct arena *a, struct arena *own, const struct gathered *g, size_t n)
{
    struct learn_column c = { .name = str_dup(a, g->name) };
    size_t least = n / 50 > 20 ? n / 50 : 20;

    if (is_number(g)) {
        c.bins = fit_bins_even(own, g->number, n, LEARN_BINS, least);
        c.fine = fit_bins_even(own, g->number, n, LEARN_FINE_BINS, 5);
    } else {
        make_levels(a, g, n, &c);
    }
    return c;
}

static int by_name(const void *a, const void *b)
{
    const struct gathered *const *x = a, *const *y = b;
    size_t n = (*x)->name.len < (*y)->name.len ? (*x)->name.len : (*y)->name.len;
    int order = memcmp((*x)->name.ptr, (*y)->name.ptr, n);

    return order ? order : ((*x)->name.len > (*y)->name.len) - ((*x)->name.len < (*y)->name.len);
}

struct learn_schema learn_schema(struct arena *a, const struct learn_row *rows, size_t n)
{
    struct arena *own = arena_new((size_t)4 << 30);
    struct gathered **list = ARENA_ARRAY(own, struct gathered *, NAMES_MOST);
    struct map names = map_new(own, 64);
    struct learn_schema s = { 0 };
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < rows[i].count; k++) {
            struct gathered *g = gathered_of(own, &names, list, &count, rows[i].values[k].name, n);

            if (g)
                take_value(own, g, &rows[i].values[k], i);
        }
    qsort(list, count, sizeof *list, by_name);
    s.columns = ARENA_ARRAY(a, struct learn_column, LEARN_COLUMNS);
    s.skipped = ARENA_ARRAY(a, struct learn_skipped, count + 1);
    for (size_t i = 0; i < count; i++) {
        enum learn_left_out why = judge(list[i], n);

        if (why == LEARN_KEPT && s.count == LEARN_COLUMNS)
            why = LEARN_TOO_MANY;
        if (why == LEARN_KEPT)
            s.columns[s.count++] = column_of(a, own, list[i], n);
        else
            s.skipped[s.skipped_count++] = (struct learn_skipped){ str_dup(a, list[i]->name), why };
    }
    arena_free(own);
    return s;
}

/* ---- codes ---- */

int learn_codes_of(const struct learn_column *c, bool fine)
{
    if (c->levels)
        return c->level_count + 2;
    return (fine ? c->fine.count : c->bins.count) + 1;
}

static int level_of(const struct learn_column *c, const struct learn_value *v)
{
    char shown[32];
    struct str text = v->text;

    if (v->kind == LEARN_NUMBER) {
        int len = snprintf(shown, sizeof shown, "%.12g", v->number);

        text = (struct str){ shown, (size_t)len };
    } else {
        text = utf8_cut(text, LEARN_LEVEL_CHARS);
    }
    for (int i = 0; i < c->level_count; i++)
        if (str_eq(c->level[i], text))
            return i + 1;
    return c->level_count + 1;
}

static void encode_one(const struct learn_column *c, const struct learn_value *v, uint8_t *wide, uint8_t *fine)
{
    double x = v->number;

    if (c->levels) {
        *wide = *fine = (uint8_t)level_of(c, v);
        return;
    }
    if (v->kind == LEARN_TEXT && !learn_number_of(v->text, &x))
        return;
    *wide = (uint8_t)(fit_bin_of(&c->bins, x) + 1);
    *fine = (uint8_t)(fit_bin_of(&c->fine, x) + 1);
}

void learn_encode(const struct learn_schema *s, const struct learn_row *row, uint8_t *wide, uint8_t *fine)
{
    for (size_t i = 0; i < s->count; i++) {
        uint8_t w = 0, f = 0;

        for (size_t k = 0; k < row->count; k++)
            if (str_eq(row->values[k].name, s->columns[i].name)) {
                encode_one(&s->columns[i], &row->values[k], &w, &f);
                break;
            }
        if (wide)
            wide[i] = w;
        if (fine)
            fine[i] = f;
    }
}
