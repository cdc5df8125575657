/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The leads behind the figures of flow_preview: counted by the same columns, so that a list is as long as its figure. */
#include <stdlib.h>

#include "flow/flow_film.h"
#include "flow/flow_model.h"
#include "flow/flow_room.h"
#include "score/threshold.h"

enum preview_of { OF_ALL, OF_BAND, OF_INTO, OF_INTO_OPEN, OF_INTO_DECIDED, OF_HOT_DECIDED, OF_OUT, OF_WINS, OF_CAUGHT, OF_ENDED, OF_JUDGED, OF_BIN, OF_CROSSED, OF_TURNED };
struct preview_bucket {
    enum preview_of of;
    int side;        /* 0 before, 1 after */
    enum band band;
    int64_t bin;     /* OF_TURNED: where hot begins, whole points; INT64_MIN: where the draft has it */
    int mark;        /* -1: any */
};

static bool side_of(struct str text, int *side)
{
    *side = str_eq(text, STR("after"));
    return *side || str_eq(text, STR("before"));
}

static bool band_find(struct str text, enum band *band)
{
    for (int b = 0; b < BANDS; b++)
        if (str_eq(text, str_of(band_names[b]))) {
            *band = (enum band)b;
            return true;
        }
    return false;
}

static bool bin_find(struct str text, int64_t *bin)
{
    return str_to_int(text, bin) && *bin >= 0 && *bin < PREVIEW_BINS;
}

static bool hot_find(struct str *rest, int64_t *hot)
{
    struct str piece;

    *hot = INT64_MIN;
    return !str_next(rest, '.', &piece) || str_to_int(piece, hot);
}

static bool bucket_parse(struct str text, struct preview_bucket *b)
{
    static const struct { const char *name; enum preview_of of; bool band, side; } kinds[] = {
        { "all", OF_ALL, false, false }, { "band", OF_BAND, true, true }, { "into_hot", OF_INTO, false, false },
        { "into_hot_open", OF_INTO_OPEN, false, false }, { "into_hot_decided", OF_INTO_DECIDED, false, false }, { "hot_decided", OF_HOT_DECIDED, false, false },
        { "out_of_hot", OF_OUT, false, false }, { "wins", OF_WINS, false, false }, { "caught", OF_CAUGHT, false, true },
        { "ended", OF_ENDED, false, false }, { "judged", OF_JUDGED, true, true }, { "bin", OF_BIN, false, true }, { "crossed", OF_CROSSED, false, true },
        { "turned", OF_TURNED, false, false },
    };
    struct str rest, piece;

    *b = (struct preview_bucket){ .side = 1 };
    learn_bucket_parse(text, &rest, &b->mark);
    (void)str_next(&rest, '.', &piece);
    for (size_t i = 0; i < countof(kinds); i++) {
        if (!str_eq(piece, str_of(kinds[i].name)))
            continue;
        b->of = kinds[i].of;
        return (!kinds[i].band || (str_next(&rest, '.', &piece) && band_find(piece, &b->band)))
            && (b->of != OF_BIN || (str_next(&rest, '.', &piece) && bin_find(piece, &b->bin)))
            && (b->of != OF_TURNED || hot_find(&rest, &b->bin))
            && (!kinds[i].side || (str_next(&rest, '.', &piece) && side_of(piece, &b->side))) && !rest.len;
    }
    return false;
}

/* bin: of the score now, on the side that is asked about. */
static bool counts_in(const struct preview_bucket *b, const struct film_lead *l, const enum band now[2], const enum band judged[2], int bin)
{
    bool won = l->mark == LEARN_MARK_WON, ended = won || l->mark == LEARN_MARK_NOT;
    bool into = now[0] != BAND_HOT && now[1] == BAND_HOT;

    if (!learn_mark_is(b->mark, l->mark))
        return false;
    switch (b->of) {
    case OF_ALL: return true;
    case OF_BAND: return now[b->side] == b->band;
    case OF_INTO: return into;
    case OF_INTO_OPEN: return into && !flow_film_decided(l);
    case OF_INTO_DECIDED: return into && flow_film_decided(l);
    case OF_HOT_DECIDED: return now[1] == BAND_HOT && flow_film_decided(l);
    case OF_OUT: return now[0] == BAND_HOT && now[1] != BAND_HOT;
    case OF_WINS: return won;
    case OF_CAUGHT: return won && judged[b->side] == BAND_HOT;
    case OF_ENDED: return ended;
    case OF_JUDGED: return ended && judged[b->side] == b->band;
    case OF_BIN: return bin == b->bin;
    case OF_CROSSED: case OF_TURNED: return false; /* crossed_fill */
    }
    return false;
}

struct crossing {
    const struct flow_film *film;
    const struct model *m;
    fix hot;
    instant from;
    size_t step;
    bool *crossed;
};

static void cross_one(void *x, size_t n, struct arena *a)
{
    struct crossing *k = x;
    const struct film_lead *l = &k->film->leads[n * k->step];
    bool ever;

    k->crossed[n] = score_hot_turns(k->m, &l->h, k->hot, k->from, k->film->as_of, a, &ever) > 0;
}

/* Of those that days_fill and flow_threshold play, who turned hot in the last days of each, in the order of ids. */
static void crossed_fill(const struct flow_film *film, struct ctx *c, const struct model *m, const struct preview_bucket *b, struct arena *keep,
                         struct lead_id **leads, size_t *count)
{
    int64_t days = b->of == OF_TURNED ? flow_film_days(film, FLOW_ROOM_DAYS) : PREVIEW_DAYS;
    bool moved = b->of == OF_TURNED && b->bin != INT64_MIN;
    struct crossing k = { film, m, moved ? b->bin * FIX_ONE : m->hot, film->as_of - days * DAY_US, flow_preview_step(film),
                          ARENA_ARRAY(c->arena, bool, film->count + 1) };
    size_t n = (film->count + k.step - 1) / k.step;

    flow_film_each(n, cross_one, &k);
    *leads = ARENA_ARRAY(keep, struct lead_id, n + 1);
    *count = 0;
    for (size_t i = 0; i < n; i++)
        if (k.crossed[i] && learn_mark_is(b->mark, film->leads[i * k.step].mark))
            (*leads)[(*count)++] = film->leads[i * k.step].lead;
}

struct ranked {
    fix total;
    struct lead_id lead;
};

static int highest_first(const void *pa, const void *pb)
{
    const struct ranked *a = pa, *b = pb;

    return a->total != b->total ? (a->total > b->total ? -1 : 1) : (a->lead.v > b->lead.v) - (a->lead.v < b->lead.v);
}

static enum err bucket_fill(struct flow_film *film, struct ctx *c, const struct model *const of[2], const struct preview_bucket *b,
                            struct arena *keep, struct lead_id **leads, size_t *count)
{
    struct ranked *list = ARENA_ARRAY(c->arena, struct ranked, film->count + 1);
    const struct preview_scale scale = flow_preview_scale(of[0]);
    struct score_sum *sums[FILM_MOMENTS][2];
    size_t n = 0;
    enum err e = ERR_NONE;

    for (int k = 0; k < 2 * FILM_MOMENTS && !e; k++) {
        sums[k / 2][k % 2] = ARENA_ARRAY(c->arena, struct score_sum, film->count + 1);
        e = flow_film_sums(film, c, of[k % 2], (enum film_moment)(k / 2), sums[k / 2][k % 2]);
    }
    for (size_t i = 0; i < film->count && !e; i++) {
        const enum band now[2] = { sums[FILM_NOW][0][i].band, sums[FILM_NOW][1][i].band };
        const enum band judged[2] = { sums[FILM_JUDGED][0][i].band, sums[FILM_JUDGED][1][i].band };

        if (counts_in(b, &film->leads[i], now, judged, flow_preview_bin(scale, fix_round(sums[FILM_NOW][b->side][i].total))))
            list[n++] = (struct ranked){ sums[b->of >= OF_WINS && b->of != OF_BIN ? FILM_JUDGED : FILM_NOW][b->side][i].total, film->leads[i].lead };
    }
    if (e)
        return e;
    qsort(list, n, sizeof *list, highest_first);
    *leads = ARENA_ARRAY(keep, struct lead_id, n + 1);
    for (size_t i = 0; i < n; i++)
        (*leads)[i] = list[i].lead;
    *count = n;
    return ERR_NONE;
}

/* Hot, at so many points. */
static bool may_begin(const struct model *m, int64_t hot)
{
    int64_t first, last;

    score_threshold_room(m, &first, &last);
    return hot == INT64_MIN || (hot >= first && hot <= last);
}

enum err flow_preview_leads(struct flow *f, struct ctx *c, struct db_tx *tx, const struct model *draft, struct str bucket,
                            struct arena *keep, struct lead_id **leads, size_t *count)
{
    const struct model *of[2] = { NULL, draft };
    struct preview_bucket b;
    struct flow_film *film;
    struct model *live;
    enum err e;

    if (!bucket_parse(bucket, &b) || (b.of == OF_TURNED && !may_begin(draft, b.bin)))
        return fault_set(c, ERR_BAD_QUERY, "no such figure");
    if ((e = flow_model(f, c, tx, &live)))
        return e;
    of[0] = live;
    if (!(e = flow_film_get(f, c, tx, live, draft, false, &film))) {
        if (b.of == OF_CROSSED || b.of == OF_TURNED)
            crossed_fill(film, c, of[b.side], &b, keep, leads, count);
        else
            e = bucket_fill(film, c, of, &b, keep, leads, count);
        flow_film_drop(film);
    }
    score_model_drop(live);
    return e;
}
