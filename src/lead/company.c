/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "lead/company.h"

#include "base/map.h"
#include "base/utf8.h"
#include "sys/crypto.h"

static const unsigned char id_secret[16] = "gradus.company.i";

/* Folded, with single spaces. */
static struct str fold(struct arena *a, struct str name)
{
    struct str folded = utf8_fold(a, str_trim(name));
    char *text = arena_alloc(a, folded.len + 1);
    size_t n = 0;

    for (size_t i = 0; i < folded.len; i++)
        if (folded.ptr[i] != ' ' || (n && text[n - 1] != ' '))
            text[n++] = folded.ptr[i];
    return (struct str){ text, n };
}

static int64_t id_of(struct str folded)
{
    return (int64_t)(crypto_siphash(id_secret, folded) & INT64_MAX);
}

struct company_id lead_company_id(struct arena *a, struct str name)
{
    return (struct company_id){ id_of(fold(a, name)) };
}

#define SQL_PEOPLE                                                                                 \
    "SELECT l.company, n.lead_id, n.owner_id, n.score, n.band, n.stage FROM lead l JOIN lead_now n ON n.lead_id = l.id"

/* One more person; rows come the best first. */
static void person_add(struct arena *a, struct lead_company *c, struct lead_person one)
{
    if ((c->count & (c->count - 1)) == 0) {
        size_t cap = c->count ? 2 * c->count : 1;

        c->people = arena_grow(a, c->people, c->count * sizeof one, cap * sizeof one);
    }
    c->people[c->count++] = one;
    if (!c->owner.v)
        c->owner = one.owner;
}

struct gathering {
    struct arena *a;
    struct map by_name;       /* folded name -> struct lead_company */
    struct lead_company **all;
    size_t count, cap;
};

static struct lead_company *company_of(struct gathering *g, struct str name)
{
    struct str folded = fold(g->a, name);
    struct lead_company *c = folded.len ? map_find(&g->by_name, folded) : NULL;

    if (c || !folded.len)
        return c;
    c = ARENA_NEW(g->a, struct lead_company);
    c->id.v = id_of(folded);
    c->name = name;
    map_put(&g->by_name, folded, c);
    if (g->count == g->cap) {
        size_t cap = g->cap ? 2 * g->cap : 256;

        g->all = arena_grow(g->a, g->all, g->cap * sizeof *g->all, cap * sizeof *g->all);
        g->cap = cap;
    }
    g->all[g->count++] = c;
    return c;
}

static enum err gather(struct ctx *c, struct db_rows *rows, struct gathering *g)
{
    enum err e = ERR_NONE;

    while (db_next(rows, &e)) {
        struct lead_company *company = company_of(g, db_col_str(rows, 0, c->arena));

        if (company)
            person_add(g->a, company, (struct lead_person){
                { db_col_int(rows, 1) }, { db_col_int(rows, 2) }, db_col_int(rows, 3), (int)db_col_int(rows, 4), (int)db_col_int(rows, 5) });
    }
    db_end(rows);
    return e;
}

enum err lead_companies(struct ctx *c, struct db_tx *tx, struct lead_company **list, size_t *count)
{
    struct gathering g = { .a = c->arena, .by_name = map_new(c->arena, 256) };
    struct db_rows *rows;
    enum err e = db_rows(c, tx, SQL_PEOPLE " WHERE l.company IS NOT NULL ORDER BY n.score DESC, n.lead_id", DB_NO_ARGS, &rows);

    if (e || (e = gather(c, rows, &g)))
        return e;
    *list = ARENA_ARRAY(c->arena, struct lead_company, g.count + 1);
    for (size_t i = 0; i < g.count; i++)
        (*list)[i] = *g.all[i];
    *count = g.count;
    return ERR_NONE;
}

/* The ways in which leads write the company's name. */
static enum err spellings(struct ctx *c, struct db_tx *tx, struct company_id id, struct str *names, size_t max, size_t *n)
{
    struct db_rows *rows;
    enum err e = db_rows(c, tx, "SELECT DISTINCT company FROM lead WHERE company IS NOT NULL", DB_NO_ARGS, &rows);

    *n = 0;
    if (e)
        return e;
    while (db_next(rows, &e)) {
        struct str name = db_col_str(rows, 0, c->arena);

        if (*n < max && lead_company_id(c->arena, name).v == id.v)
            names[(*n)++] = name;
    }
    db_end(rows);
    return e;
}

static void sort_people(struct lead_company *company)
{
    for (size_t i = 1; i < company->count; i++)
        for (size_t k = i; k > 0 && company->people[k].score > company->people[k - 1].score; k--) {
            struct lead_person swap = company->people[k];

            company->people[k] = company->people[k - 1];
            company->people[k - 1] = swap;
        }
    company->owner.v = 0;
    for (size_t i = 0; i < company->count && !company->owner.v; i++)
        company->owner = company->people[i].owner;
}

enum err lead_company_get(struct ctx *c, struct db_tx *tx, struct company_id id, struct lead_company *company)
{
    enum { SPELLINGS_MAX = 100 };
    struct gathering g = { .a = c->arena, .by_name = map_new(c->arena, 4) };
    struct str names[SPELLINGS_MAX];
    size_t n;
    enum err e = spellings(c, tx, id, names, SPELLINGS_MAX, &n);

    for (size_t i = 0; i < n && !e; i++) {
        struct db_rows *rows;

        e = db_rows(c, tx, SQL_PEOPLE " WHERE l.company = $1 ORDER BY n.score DESC, n.lead_id", DB_ARGS(db_str(names[i])), &rows);
        if (!e)
            e = gather(c, rows, &g);
    }
    if (e)
        return e;
    if (!g.count)
        return ERR_NOT_FOUND;
    *company = *g.all[0];
    sort_people(company);
    return ERR_NONE;
}

/* ---- whose clients they are ---- */

static struct str longest_word(struct str folded)
{
    struct str rest = folded, word, longest = STR_NULL;

    while (rest.len && str_next(&rest, ' ', &word))
        if (word.len > longest.len)
            longest = word;
    return str_sub(longest, 0, 64); /* as words are kept (profile.c) */
}

/* Bought, open, lost: what was said last of it; in each the better first. */
static bool before(const struct lead_person *a, const struct lead_person *b)
{
    static const int order[LEAD_STAGES] = { [STAGE_NEW] = 1, [STAGE_CONTACT] = 1, [STAGE_QUALIFIED] = 1, [STAGE_OFFER] = 1,
                                            [STAGE_TALKS] = 1, [STAGE_WON] = 0, [STAGE_LOST] = 2 };

    if (order[a->stage] != order[b->stage])
        return order[a->stage] < order[b->stage];
    return a->score != b->score ? a->score > b->score : a->id.v < b->id.v;
}

static enum err look(struct ctx *c, struct db_rows *rows, struct str folded, struct lead_id self, struct lead_person *people, size_t *n)
{
    enum err e = ERR_NONE;

    while (db_next(rows, &e)) {
        struct lead_person one = { { db_col_int(rows, 1) }, { db_col_int(rows, 2) }, db_col_int(rows, 3), (int)db_col_int(rows, 4),
                                   (int)db_col_int(rows, 5) };

        if (one.id.v != self.v && str_eq(fold(c->arena, db_col_str(rows, 0, c->arena)), folded))
            people[(*n)++] = one;
    }
    db_end(rows);
    return e;
}

enum err lead_company_others(struct ctx *c, struct db_tx *tx, const struct lead *lead, struct lead_person **people, size_t *count)
{
    struct str folded = lead->company.len ? fold(c->arena, lead->company) : STR_NULL;
    struct db_rows *rows;
    enum err e;

    *people = ARENA_ARRAY(c->arena, struct lead_person, 2 * LEAD_KIN_LOOK);
    *count = 0;
    if (!folded.len)
        return ERR_NONE;
    e = db_rows(c, tx, SQL_PEOPLE " WHERE l.company = $1 ORDER BY n.lead_id LIMIT $2", DB_ARGS(db_str(lead->company), db_int(LEAD_KIN_LOOK)), &rows);
    if (e || (e = look(c, rows, folded, lead->id, *people, count)))
        return e;
    e = db_rows(c, tx,
                "SELECT l.company, n.lead_id, n.owner_id, n.score, n.band, n.stage FROM lead_word w JOIN lead l ON l.id = w.lead_id"
                " JOIN lead_now n ON n.lead_id = l.id WHERE w.word = $1 AND l.company IS NOT NULL AND l.company <> $2 ORDER BY w.lead_id LIMIT $3",
                DB_ARGS(db_blob(longest_word(folded)), db_str(lead->company), db_int(LEAD_KIN_LOOK)), &rows);
    return e ? e : look(c, rows, folded, lead->id, *people, count);
}

struct lead_kin lead_kin_of(const struct lead_person *people, size_t n)
{
    struct lead_kin kin = { .count = 0 };

    for (size_t i = 0; i < n; i++)
        kin.client |= people[i].stage == STAGE_WON;
    while (kin.count < LEAD_KIN_MOST) {
        const struct lead_person *best = NULL;

        for (size_t i = 0; i < n; i++) {
            bool had = !people[i].owner.v;

            for (size_t k = 0; k < kin.count; k++)
                had |= kin.owners[k].v == people[i].owner.v;
            if (!had && (!best || before(&people[i], best)))
                best = &people[i];
        }
        if (!best)
            break;
        kin.owners[kin.count++] = best->owner;
    }
    return kin;
}

enum err lead_company_kin(struct ctx *c, struct db_tx *tx, const struct lead *lead, struct lead_kin *kin)
{
    struct lead_person *people;
    size_t n;
    enum err e = lead_company_others(c, tx, lead, &people, &n);

    *kin = e ? (struct lead_kin){ .count = 0 } : lead_kin_of(people, n);
    return e;
}
