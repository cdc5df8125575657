/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* lead_list.c - one page of leads, filtered and sorted, by keyset: page a thousand costs what page one does.
 *
 * By score, each wanted band is read from the index (band, score, lead_id) and the bands are merged here: a list of hot leads costs
 * the same however many cold ones there are. A list of one owner reads that owner's rows. Every statement is a
 * literal; filters that are not asked for are bound to what lets everything through.
 */
#include "lead/lead.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "lead/identity.h"

#define COLUMNS                                                                                    \
    "l.id, l.version, l.name, l.email, l.phone, l.title, l.company, l.amount, l.currency,"         \
    " l.unverified, n.created_at, n.owner_id, n.stage, n.source, n.band, n.score, n.seen_at,"   \
    " n.cell, n.icp"
#define FROM " FROM lead_now n JOIN lead l ON l.id = n.lead_id"
/* $1 $2 $3 bands, $4..$10 stages, $11 source, $12 owner, $13 $14 keyset, $15 limit, $16..$21 words, $22..$31 cells, $32 match, $33 whose outside id
 * the words are */
#define WHERE                                                                                      \
    " WHERE n.stage IN ($4, $5, $6, $7, $8, $9, $10) AND ($11 = '' OR n.source = $11)"             \
    " AND n.cell IN ($22, $23, $24, $25, $26, $27, $28, $29, $30, $31) AND n.icp >= $32"
#define BANDS    " AND +n.band IN ($1, $2, $3)" /* +: an order has its own index; the band's would be read whole and sorted */
#define SOME_BANDS " AND n.band IN ($1, $2, $3)"
#define ONE_BAND " AND n.band = $1 AND $2 + $3 < 0"
#define ANYONE   " AND $12 = 0"
#define NOBODY   " AND n.owner_id IS NULL AND $12 = 0"
#define OWNED    " AND n.owner_id = $12"
#define NO_WORDS " AND $16 = $17 AND $18 = $19 AND $20 = $21 AND $33 = 0"
/* The first word leads to the leads, the others are asked of each of them: by the lead, which has few, and not by the word, which may have
 * all (coalesce: no index of words is offered; PostgreSQL without statistics took it, and a page of six thousand leads six seconds). */
#define WORDS                                                                                      \
    " AND n.lead_id IN (SELECT w.lead_id FROM lead_word w WHERE w.word >= $16 AND w.word < $17"    \
    " UNION ALL SELECT i.id FROM lead i WHERE i.id = $33)"                                         \
    " AND ($18 = $19 OR EXISTS (SELECT 1 FROM lead_word w WHERE w.lead_id = n.lead_id"             \
    " AND coalesce(w.word, w.word) >= $18 AND coalesce(w.word, w.word) < $19))"                    \
    " AND ($20 = $21 OR EXISTS (SELECT 1 FROM lead_word w WHERE w.lead_id = n.lead_id"             \
    " AND coalesce(w.word, w.word) >= $20 AND coalesce(w.word, w.word) < $21))"
#define SCORE_DOWN " AND (n.score, n.lead_id) < ($13, $14) ORDER BY n.score DESC, n.lead_id DESC LIMIT $15"
#define SCORE_UP   " AND (n.score, n.lead_id) > ($13, $14) ORDER BY n.score, n.lead_id LIMIT $15"
/* By whole hours from the index, and sorted within each until there are enough. */
#define SEEN                                                                                       \
    " AND n.seen_hour <= $13 / 3600000000 AND (coalesce(n.seen_at, 0), n.lead_id) < ($13, $14)"    \
    " ORDER BY n.seen_hour DESC, coalesce(n.seen_at, 0) DESC, n.lead_id DESC LIMIT $15"
#define CREATED                                                                                    \
    " AND (n.created_at, n.lead_id) < ($13, $14) ORDER BY n.created_at DESC, n.lead_id DESC LIMIT $15"
#define NAME                                                                                       \
    " AND (coalesce(l.name, ''), n.lead_id) > ($13, $14) ORDER BY coalesce(l.name, ''), n.lead_id LIMIT $15"

/* The best cells first, the highest scores first in each: one number, that has an index. A score is under ten million either way. */
#define CELL                                                                                       \
    " AND (n.cell * 100000000 - n.score, n.lead_id) > ($13, $14)"                                  \
    " ORDER BY n.cell * 100000000 - n.score, n.lead_id LIMIT $15"

enum whose { WHOSE_ANYONE, WHOSE_NOBODY, WHOSE_ONE, WHOSE_COUNT };

#define BY_OWNER(bands, words, order)                                                              \
    {                                                                                              \
        "SELECT " COLUMNS FROM WHERE bands ANYONE words order,                                     \
            "SELECT " COLUMNS FROM WHERE bands NOBODY words order,                                 \
            "SELECT " COLUMNS FROM WHERE bands OWNED words order                                   \
    }

static const char *const plain_sql[LEAD_SORTS][WHOSE_COUNT] = {
    BY_OWNER(BANDS, NO_WORDS, SCORE_DOWN), BY_OWNER(BANDS, NO_WORDS, SCORE_UP),
    BY_OWNER(BANDS, NO_WORDS, SEEN),       BY_OWNER(BANDS, NO_WORDS, CREATED),
    BY_OWNER(BANDS, NO_WORDS, NAME),       BY_OWNER(BANDS, NO_WORDS, CELL),
};
static const char *const word_sql[LEAD_SORTS][WHOSE_COUNT] = {
    BY_OWNER(BANDS, WORDS, SCORE_DOWN), BY_OWNER(BANDS, WORDS, SCORE_UP),
    BY_OWNER(BANDS, WORDS, SEEN),       BY_OWNER(BANDS, WORDS, CREATED),
    BY_OWNER(BANDS, WORDS, NAME),       BY_OWNER(BANDS, WORDS, CELL),
};
static const char *const band_sql[2][WHOSE_COUNT] = {
    BY_OWNER(ONE_BAND, NO_WORDS, SCORE_DOWN),
    BY_OWNER(ONE_BAND, NO_WORDS, SCORE_UP),
};

/* The same filters, counted no further than LEAD_TOTAL_EXACT. The keyset and the limit stand still. */
#define COUNTED(bands, words, owner)                                                               \
    "SELECT count(*) FROM (SELECT 1 FROM lead_now n" WHERE bands owner words                       \
    " AND (n.score, n.lead_id) < ($13, $14) LIMIT $15) AS found"
#define COUNTED_BY_OWNER(bands, words)                                                             \
    { COUNTED(bands, words, ANYONE), COUNTED(bands, words, NOBODY), COUNTED(bands, words, OWNED) }
/* Some bands of three are found by their index; all of them are everybody, and need none. */
static const char *const count_sql[2][2][WHOSE_COUNT] = {
    { COUNTED_BY_OWNER(BANDS, NO_WORDS), COUNTED_BY_OWNER(BANDS, WORDS) },
    { COUNTED_BY_OWNER(SOME_BANDS, NO_WORDS), COUNTED_BY_OWNER(SOME_BANDS, WORDS) },
};

/* By band, stage and owner alone: from an index alone. $1..$3 bands, $4..$10 stages, $11 the most, $12 owner. */
#define KIND_COUNTED(owner)                                                                        \
    "SELECT count(*) FROM (SELECT 1 FROM lead_now n WHERE n.band IN ($1, $2, $3)"                  \
    " AND n.stage IN ($4, $5, $6, $7, $8, $9, $10)" owner " LIMIT $11) AS found"
static const char *const kind_count_sql[WHOSE_COUNT] = { KIND_COUNTED(ANYONE), KIND_COUNTED(" AND n.owner_id IS NULL AND $12 = 0"),
                                                         KIND_COUNTED(OWNED) };

enum { ARGS = 33, KIND_ARGS = 12, CELLS_COUNT = 10, BANDS_COUNT = 3, WORDS_MOST = 3 };

static enum whose whose_of(const struct lead_filter *f)
{
    return f->any_owner ? WHOSE_ANYONE : f->owner.v ? WHOSE_ONE : WHOSE_NOBODY;
}

/* The half-open range of all words that begin with word. 0xff begins no UTF-8 word. */
static void word_range(struct arena *a, struct str word, struct db_value *from, struct db_value *until)
{
    *from = db_blob(word);
    *until = db_blob(str_print(a, STR_FMT "\xff", STR_ARG(word)));
}

static void bind_words(struct arena *a, struct str words, struct db_value *v)
{
    struct str rest = utf8_fold(a, words), word;
    int n = 0;

    for (int i = 0; i < 2 * WORDS_MOST; i++)
        v[i] = db_blob(STR(""));
    while (rest.len && n < WORDS_MOST && str_next(&rest, ' ', &word))
        if (word.len) {
            word_range(a, str_sub(word, 0, 64), &v[2 * n], &v[2 * n + 1]);
            n++;
        }
}

/* Whose id in somebody else's system the words are, as a whole; 0: nobody's. A card is called by it when there is no name. */
static enum err outside_id(struct ctx *c, struct db_tx *tx, struct str words, int64_t *root)
{
    struct lead_id born, found = { 0 };
    enum err e = words.len ? lead_of_identity(c, tx, IDENTITY_USER, str_trim(words), &born, &found) : ERR_NOT_FOUND;

    *root = e ? 0 : found.v;
    if (e != ERR_NOT_FOUND)
        return e;
    fault_clear(c);
    return ERR_NONE;
}

static void bind(struct arena *a, const struct lead_filter *f, int64_t outside, struct db_value v[ARGS])
{
    bool up = f->sort == LEAD_BY_SCORE_UP || f->sort == LEAD_BY_NAME || f->sort == LEAD_BY_CELL;

    for (int i = 0; i < BANDS_COUNT; i++)
        v[i] = db_int(!f->bands || f->bands & 1u << i ? i : -1);
    for (int i = 0; i < LEAD_STAGES; i++)
        v[3 + i] = db_int(!f->stages || f->stages & 1u << i ? i : -1);
    v[10] = db_str(f->source.len ? f->source : STR(""));
    v[11] = db_int(f->any_owner ? 0 : f->owner.v);
    v[12] = f->sort == LEAD_BY_NAME ? db_str(f->after_text.ptr ? f->after_text : STR(""))
                                    : db_int(f->after_id ? f->after_value : up ? INT64_MIN : INT64_MAX);
    v[13] = db_int(f->after_id ? f->after_id : up ? 0 : INT64_MAX);
    v[14] = db_int(f->limit + 1);
    bind_words(a, f->words, &v[15]);
    for (int i = 0; i < CELLS_COUNT; i++)
        v[21 + i] = db_int(!f->cells || f->cells & 1u << i ? i : -1);
    v[31] = db_int(f->icp > 0 ? f->icp : INT64_MIN);
    v[32] = db_int(outside);
}

static enum err fetch(struct ctx *c, struct db_tx *tx, const char *sql, const struct db_value *v,
                      struct lead *out, size_t most, size_t *count)
{
    struct db_rows *r;
    enum err e = db_rows(c, tx, sql, (struct db_args){ v, ARGS }, &r);

    *count = 0;
    if (e)
        return e;
    while (*count < most && db_next(r, &e))
        out[(*count)++] = (struct lead){
            .id = { db_col_int(r, 0) },
            .version = db_col_int(r, 1),
            .name = db_col_str(r, 2, c->arena),
            .email = db_col_str(r, 3, c->arena),
            .phone = db_col_str(r, 4, c->arena),
            .title = db_col_str(r, 5, c->arena),
            .company = db_col_str(r, 6, c->arena),
            .amount = db_col_int(r, 7),
            .currency = db_col_str(r, 8, c->arena),
            .unverified = db_col_int(r, 9) != 0,
            .created_at = db_col_at(r, 10),
            .owner = { db_col_int(r, 11) },
            .stage = (int)db_col_int(r, 12),
            .source = db_col_str(r, 13, c->arena),
            .band = (int)db_col_int(r, 14),
            .score = db_col_int(r, 15),
            .seen_at = db_col_at(r, 16),
            .cell = (int)db_col_int(r, 17),
            .icp = (int)db_col_int(r, 18),
        };
    db_end(r);
    return e;
}

static int score_order(const void *a, const void *b)
{
    const struct lead *x = a, *y = b;

    if (x->score != y->score)
        return x->score < y->score ? -1 : 1;
    return x->id.v < y->id.v ? -1 : x->id.v > y->id.v;
}

static int score_order_down(const void *a, const void *b)
{
    return score_order(b, a);
}

/* By score: a run of each wanted band, merged. */
static enum err list_by_band(struct ctx *c, struct db_tx *tx, const struct lead_filter *f,
                             struct db_value *v, struct lead *out, size_t *count)
{
    bool up = f->sort == LEAD_BY_SCORE_UP;
    size_t most = (size_t)f->limit + 1, total = 0;

    v[1] = v[2] = db_int(-1);
    for (int band = 0; band < BANDS_COUNT; band++) {
        size_t got;
        enum err e;

        if (f->bands && !(f->bands & 1u << band))
            continue;
        v[0] = db_int(band);
        if ((e = fetch(c, tx, band_sql[up][whose_of(f)], v, out + total, most, &got)))
            return e;
        total += got;
    }
    qsort(out, total, sizeof *out, up ? score_order : score_order_down);
    *count = total < most ? total : most;
    return ERR_NONE;
}

static enum err count_all(struct ctx *c, struct db_tx *tx, const struct lead_filter *f,
                          struct db_value *v, struct lead_page *page)
{
    bool by_kind = !f->words.len && !f->source.len && !f->cells && f->icp <= 0;
    struct db_rows *row;
    enum err e;

    if (by_kind) {
        struct db_value kind[KIND_ARGS];

        memcpy(kind, v, 10 * sizeof *v);
        kind[10] = db_int(LEAD_TOTAL_EXACT + 1);
        kind[11] = v[11];
        e = db_one(c, tx, kind_count_sql[whose_of(f)], (struct db_args){ kind, KIND_ARGS }, &row);
    } else {
        v[12] = v[13] = db_int(INT64_MAX);
        v[14] = db_int(LEAD_TOTAL_EXACT + 1);
        e = db_one(c, tx, count_sql[f->bands != 0][f->words.len > 0][whose_of(f)], (struct db_args){ v, ARGS }, &row);
    }
    if (e)
        return e;
    page->total = db_col_int(row, 0);
    db_end(row);
    page->total_more = page->total > LEAD_TOTAL_EXACT;
    if (page->total_more)
        page->total = LEAD_TOTAL_EXACT;
    return ERR_NONE;
}

int64_t lead_cell_key(const struct lead *lead)
{
    return (int64_t)lead->cell * 100000000 - lead->score;
}

enum err lead_list(struct ctx *c, struct db_tx *tx, const struct lead_filter *f, struct lead_page *page)
{
    struct db_value v[ARGS];
    size_t most = (size_t)f->limit + 1, count;
    struct lead *list = ARENA_ARRAY(c->arena, struct lead, BANDS_COUNT * most);
    bool by_score = f->sort == LEAD_BY_SCORE_DOWN || f->sort == LEAD_BY_SCORE_UP;
    int64_t outside;
    enum err e;

    if ((e = outside_id(c, tx, f->words, &outside)))
        return e;
    bind(c->arena, f, outside, v);
    if (f->words.len)
        e = fetch(c, tx, word_sql[f->sort][whose_of(f)], v, list, most, &count);
    else if (by_score && whose_of(f) != WHOSE_ONE)
        e = list_by_band(c, tx, f, v, list, &count);
    else
        e = fetch(c, tx, plain_sql[f->sort][whose_of(f)], v, list, most, &count);
    if (e)
        return e;
    *page = (struct lead_page){ .items = list, .count = count, .total = -1 };
    if (count == most) {
        page->more = true;
        page->count--;
    }
    if (f->after_id)
        return ERR_NONE;
    bind(c->arena, f, outside, v);
    return count_all(c, tx, f, v, page);
}
