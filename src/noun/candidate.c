/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "noun/candidate.h"

#include "base/pack.h"

enum step { STEP_SAME, STEP_GONE, STEP_DIFFERS, STEP_NEW };
/* Those that change most often first: then the bits fit one byte. */
enum column {
    COLUMN_STATE, COLUMN_LOAD, COLUMN_PASS, COLUMN_LAST_AT, COLUMN_AGAIN_AT, COLUMN_USER, COLUMN_CAPACITY,
    COLUMN_WEIGHT, COLUMN_CREDIT, COLUMN_FIT, COLUMN_VALUE, COLUMN_PROBABILITY, COLUMNS
};
enum { STATE_WHY = 31, STATE_PICKED = 32, STATE_MONEY = 64, STATE_KIN = 128, STATE_OWNER = 256, STATE_FALLBACK = 512 };

/* Of one candidate, all columns told. */
enum { CANDIDATE_BYTES = 2 + COLUMNS * 10, LIST_MAX = 100000 };
/* So far ahead in the frame a person is looked for: who is asked out of turn (an owner, before the pool) is not to pass over half of it. */
enum { AHEAD = 8 };

static_assert((int)CANDIDATE_WHYS <= STATE_WHY, "reasons fit their bits");

/* In the order of enum candidate_why. */
static const char *const words[CANDIDATE_WHYS] = {
    [CANDIDATE_OK] = "ok",
    [CANDIDATE_DISABLED] = "disabled",
    [CANDIDATE_DECLINED] = "declined",
    [CANDIDATE_ABSENT] = "absent",
    [CANDIDATE_OFF_DUTY] = "off_duty",
    [CANDIDATE_CLOSED] = "closed",
    [CANDIDATE_LEVEL] = "level",
    [CANDIDATE_CERTIFICATE] = "certificate",
    [CANDIDATE_PRODUCT] = "product",
    [CANDIDATE_REGION] = "region",
    [CANDIDATE_LANGUAGE] = "language",
    [CANDIDATE_FULL] = "full",
    [CANDIDATE_DAY_QUOTA] = "day_quota",
    [CANDIDATE_HOUR_QUOTA] = "hour_quota",
    [CANDIDATE_HIDDEN] = "visibility",
};

const char *candidate_why_word(enum candidate_why why)
{
    return words[why];
}

struct str candidate_word(const struct candidate *one)
{
    return one->picked ? STR("picked") : str_of(words[one->why]);
}

/* ---- a candidate as columns ---- */

struct row {
    uint64_t column[COLUMNS];
};

static struct row row_of(const struct candidate *one)
{
    unsigned state = (unsigned)one->why;

    state |= one->picked ? STATE_PICKED : 0;
    state |= one->money ? STATE_MONEY : 0;
    state |= one->kin ? STATE_KIN : 0;
    state |= one->owner ? STATE_OWNER : 0;
    state |= one->fallback ? STATE_FALLBACK : 0;
    return (struct row){ {
        [COLUMN_STATE] = state,
        [COLUMN_LOAD] = (uint64_t)one->load,
        [COLUMN_PASS] = (uint64_t)one->pass,
        [COLUMN_LAST_AT] = (uint64_t)one->last_at,
        [COLUMN_AGAIN_AT] = (uint64_t)one->again_at,
        [COLUMN_USER] = (uint64_t)one->user.v,
        [COLUMN_CAPACITY] = (uint64_t)one->capacity,
        [COLUMN_WEIGHT] = (uint64_t)one->weight,
        [COLUMN_CREDIT] = (uint64_t)one->credit,
        [COLUMN_FIT] = (uint64_t)one->fit,
        [COLUMN_VALUE] = (uint64_t)one->value,
        [COLUMN_PROBABILITY] = (uint64_t)one->probability,
    } };
}

/* false: no reason of ours. */
static bool row_read(const struct row *row, struct candidate *one)
{
    uint64_t state = row->column[COLUMN_STATE];

    if ((state & STATE_WHY) >= CANDIDATE_WHYS)
        return false;
    *one = (struct candidate){
        .user = { (int64_t)row->column[COLUMN_USER] },
        .why = (enum candidate_why)(state & STATE_WHY),
        .load = (int64_t)row->column[COLUMN_LOAD],
        .capacity = (int64_t)row->column[COLUMN_CAPACITY],
        .weight = (int64_t)row->column[COLUMN_WEIGHT],
        .credit = (int64_t)row->column[COLUMN_CREDIT],
        .fit = (int64_t)row->column[COLUMN_FIT],
        .value = (int64_t)row->column[COLUMN_VALUE],
        .money = state & STATE_MONEY,
        .probability = (fix)row->column[COLUMN_PROBABILITY],
        .pass = (int64_t)row->column[COLUMN_PASS],
        .last_at = (instant)row->column[COLUMN_LAST_AT],
        .again_at = (instant)row->column[COLUMN_AGAIN_AT],
        .kin = state & STATE_KIN,
        .owner = state & STATE_OWNER,
        .fallback = state & STATE_FALLBACK,
        .picked = state & STATE_PICKED,
    };
    return true;
}

static const struct candidate empty = { .last_at = INSTANT_NONE, .again_at = INSTANT_NEVER };

/* ---- written ---- */

static struct row minus(const struct row *one, const struct row *from)
{
    struct row out;

    for (int k = 0; k < COLUMNS; k++)
        out.column[k] = one->column[k] - from->column[k];
    return out;
}

static void put_row(struct buf *to, const struct row *row)
{
    unsigned bits = 0;

    for (int k = 0; k < COLUMNS; k++)
        bits |= row->column[k] ? 1u << k : 0;
    pack_uint(to, bits);
    for (int k = 0; k < COLUMNS; k++)
        if (row->column[k])
            pack_int(to, (int64_t)row->column[k]);
}

/* A run of equal steps, written when another begins. */
struct run {
    struct buf *to;
    enum step step;
    uint64_t n;
    struct row row; /* STEP_DIFFERS */
};

static void run_end(struct run *run)
{
    if (run->n) {
        pack_uint(run->to, run->n << 2 | (unsigned)run->step);
        if (run->step == STEP_DIFFERS)
            put_row(run->to, &run->row);
    }
    run->n = 0;
}

static void run_add(struct run *run, enum step step, const struct row *row, uint64_t n)
{
    if (run->n && (run->step != step || (step == STEP_DIFFERS && memcmp(&run->row, row, sizeof *row) != 0)))
        run_end(run);
    if (!run->n && row)
        run->row = *row;
    run->step = step;
    run->n += n;
}

/* Where the person stands in the frame, from `from` on; frame.count: not near. */
static size_t place_of(struct candidates frame, size_t from, struct user_id user)
{
    for (size_t i = from; i < frame.count && i < from + AHEAD; i++)
        if (frame.items[i].user.v == user.v)
            return i;
    return frame.count;
}

static bool is_zero(const struct row *row)
{
    static const struct row zero = { { 0 } };

    return memcmp(row, &zero, sizeof zero) == 0;
}

/* Those from i on that the frame does not have; how many. */
static size_t strangers(struct candidates list, size_t i, struct candidates frame, size_t at)
{
    size_t n = 0;

    while (i + n < list.count && place_of(frame, at, list.items[i + n].user) == frame.count)
        n++;
    return n;
}

struct str candidate_pack(struct arena *a, struct candidates list, struct candidates frame)
{
    struct buf to = buf_new(a, 16 + list.count * (CANDIDATE_BYTES + 20));
    struct run run = { .to = &to };
    size_t at = 0;

    pack_uint(&to, list.count);
    for (size_t i = 0; i < list.count;) {
        size_t place = place_of(frame, at, list.items[i].user);

        if (place == frame.count) {
            size_t n = strangers(list, i, frame, at);

            run_end(&run);
            pack_uint(&to, (uint64_t)n << 2 | STEP_NEW);
            for (size_t end = i + n; i < end; i++) {
                struct row one = row_of(&list.items[i]), before = row_of(i ? &list.items[i - 1] : &empty), row = minus(&one, &before);

                put_row(&to, &row);
            }
            continue;
        }
        struct row one = row_of(&list.items[i++]), known = row_of(&frame.items[place]), row = minus(&one, &known);

        if (place > at)
            run_add(&run, STEP_GONE, NULL, place - at);
        run_add(&run, is_zero(&row) ? STEP_SAME : STEP_DIFFERS, &row, 1);
        at = place + 1;
    }
    run_end(&run);
    return buf_str(&to);
}

/* ---- read ---- */

static bool get_row(struct str *from, struct row *row)
{
    uint64_t bits;
    int64_t v;

    *row = (struct row){ { 0 } };
    if (!unpack_uint(from, &bits) || bits >> COLUMNS)
        return false;
    for (int k = 0; k < COLUMNS; k++) {
        if (!(bits >> k & 1))
            continue;
        if (!unpack_int(from, &v))
            return false;
        row->column[k] = (uint64_t)v;
    }
    return true;
}

static bool put_plus(const struct candidate *from, const struct row *more, struct candidate *to)
{
    struct row row = row_of(from);

    for (int k = 0; k < COLUMNS; k++)
        row.column[k] += more->column[k];
    return row_read(&row, to);
}

struct reading {
    struct str bytes;
    struct candidates frame;
    size_t at, count, all;
    struct candidate *list;
};

static bool step_read(struct reading *r, enum step step, uint64_t n)
{
    struct row row = { { 0 } };

    if (step != STEP_NEW && n > r->frame.count - r->at)
        return false;
    if (step == STEP_GONE) {
        r->at += n;
        return true;
    }
    if (n > r->all - r->count || (step == STEP_DIFFERS && !get_row(&r->bytes, &row)))
        return false;
    for (; n; n--) {
        const struct candidate *from = step == STEP_NEW ? (r->count ? &r->list[r->count - 1] : &empty) : &r->frame.items[r->at++];

        if ((step == STEP_NEW && !get_row(&r->bytes, &row)) || !put_plus(from, &row, &r->list[r->count++]))
            return false;
    }
    return true;
}

bool candidate_unpack(struct arena *a, struct str bytes, struct candidates frame, struct candidates *list)
{
    struct reading r = { .bytes = bytes, .frame = frame };
    uint64_t head;

    if (!unpack_uint(&r.bytes, &head) || head > LIST_MAX)
        return false;
    r.all = (size_t)head;
    r.list = ARENA_ARRAY(a, struct candidate, r.all + 1);
    while (r.count < r.all)
        if (!unpack_uint(&r.bytes, &head) || !head || !step_read(&r, (enum step)(head & 3), head >> 2))
            return false;
    *list = (struct candidates){ r.list, r.count };
    return r.bytes.len == 0;
}

/* ---- as text, of old ---- */

static int64_t number(const struct json *from, const char *key)
{
    int64_t v = 0;

    (void)json_int(json_find(from, str_of(key)), &v);
    return v;
}

static instant instant_at(const struct json *from, const char *key, instant none)
{
    instant at;

    return instant_parse(json_text(json_find(from, str_of(key))), &at) ? at : none;
}

static enum candidate_why why_of(struct str word, bool may)
{
    for (int i = 0; i < CANDIDATE_WHYS && !may; i++)
        if (i != CANDIDATE_OK && str_eq(word, str_of(words[i])))
            return (enum candidate_why)i;
    /* Given by somebody's word to one who might not have it: the text has "picked" in the place of the reason. */
    return may ? CANDIDATE_OK : CANDIDATE_FULL;
}

static bool is_true(const struct json *one, const char *key)
{
    const struct json *v = json_find(one, str_of(key));

    return json_is(v, JSON_BOOL) && v->as.truth;
}

static struct candidate candidate_of(const struct json *one)
{
    struct str word = json_text(json_find(one, STR("why")));
    const struct json *sales = json_find(one, STR("sales"));
    struct candidate out = {
        .picked = str_eq(word, STR("picked")), .why = why_of(word, is_true(one, "eligible")), .load = number(one, "load"),
        .capacity = number(one, "capacity"), .weight = number(one, "weight"), .credit = number(one, "credit"), .fit = number(one, "fit"),
        .value = number(one, "value"), .money = json_find(one, STR("value")) != NULL, .pass = number(one, "pass"),
        .last_at = instant_at(one, "last_at", INSTANT_NONE), .again_at = instant_at(one, "again_at", INSTANT_NEVER),
        .kin = is_true(one, "company"), .owner = is_true(one, "owner"), .fallback = is_true(one, "fallback"),
    };

    (void)id_parse(PREFIX_USER, json_text(json_find(one, STR("manager_id"))), &out.user.v);
    if (sales)
        (void)json_fix(sales, &out.value);
    (void)json_fix(json_find(one, STR("probability")), &out.probability);
    return out;
}

enum err candidate_read(struct ctx *c, struct str text, struct candidates *list)
{
    struct candidate *items;
    struct json *tree;
    enum err e = json_read(c, text, &tree);

    if (e)
        return e;
    if (!json_is(tree, JSON_ARRAY))
        return fault_set(c, ERR_BAD_JSON, "candidates are a list");
    items = ARENA_ARRAY(c->arena, struct candidate, tree->count + 1);
    for (uint32_t i = 0; i < tree->count; i++)
        items[i] = candidate_of(&tree->as.items[i]);
    *list = (struct candidates){ items, tree->count };
    return ERR_NONE;
}
