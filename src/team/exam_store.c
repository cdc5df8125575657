/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "team/exam.h"

#include <stdlib.h>

#include "db/list.h"
#include "sys/crypto.h"

enum { FIGURE_ROWS = 50000 };

#define COLUMNS \
    "id, user_id, product_id, seed, started_at, due_at, finished_at, ended_by, pass_pct, show_answers, questions, score, full_score, passed"

static const char sql_add[] =
    "INSERT INTO attempt (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, NULL, 0, $7, $8, $9, 0, $10, 0) ON CONFLICT DO NOTHING";
static const char sql_get[] = "SELECT " COLUMNS " FROM attempt WHERE id = $1";
static const char sql_list[] =
    "SELECT " COLUMNS " FROM attempt WHERE (user_id = $1 OR $1 = 0) AND (product_id = $2 OR $2 = 0) ORDER BY id DESC LIMIT $3";
static const char sql_all[] =
    "SELECT " COLUMNS " FROM attempt WHERE user_id = $1 OR $1 = 0 ORDER BY user_id, product_id, id DESC LIMIT $2";
static const char sql_due[] = "SELECT " COLUMNS " FROM attempt WHERE finished_at IS NULL AND due_at <= $1 ORDER BY due_at, id LIMIT $2";
static const char sql_due_next[] = "SELECT min(due_at) FROM attempt WHERE finished_at IS NULL";
static const char sql_finish[] =
    "UPDATE attempt SET finished_at = $2, ended_by = $3, score = $4, passed = $5 WHERE id = $1 AND finished_at IS NULL";
static const char sql_item_add[] =
    "INSERT INTO attempt_item (attempt_id, place, question_id, product_id, kind, text, options, answer, topics, weight, given, given_at, points) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL, NULL, NULL)";
static const char sql_items[] =
    "SELECT place, question_id, product_id, kind, text, options, answer, topics, weight, given, points FROM attempt_item WHERE attempt_id = $1 "
    "ORDER BY place";
static const char sql_answer[] = "UPDATE attempt_item SET given = $3, given_at = $4 WHERE attempt_id = $1 AND place = $2 AND points IS NULL";
static const char sql_points[] = "UPDATE attempt_item SET points = $3 WHERE attempt_id = $1 AND place = $2";
static const char sql_reset[] =
    "INSERT INTO attempt_reset (user_id, product_id, at, by_id) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (user_id, product_id) DO UPDATE SET at = excluded.at, by_id = excluded.by_id";
static const char sql_resets[] = "SELECT user_id, product_id, at FROM attempt_reset WHERE user_id = $1 OR $1 = 0";
static const char sql_counts[] = "SELECT product_id, count(*) FROM question WHERE active = 1 GROUP BY product_id";
static const char sql_figures[] =
    "SELECT i.question_id, i.points, i.weight, a.score, a.full_score FROM attempt_item i JOIN attempt a ON a.id = i.attempt_id "
    "WHERE i.product_id = $1 AND a.finished_at IS NOT NULL ORDER BY i.attempt_id DESC LIMIT $2";

static void of_row(const struct db_rows *r, UNUSED struct arena *a, void *attempt)
{
    *(struct attempt *)attempt = (struct attempt){
        .id = { db_col_int(r, 0) },
        .user = { db_col_int(r, 1) },
        .product = { db_col_int(r, 2) },
        .seed = (uint64_t)db_col_int(r, 3),
        .started_at = db_col_at(r, 4),
        .due_at = db_col_at(r, 5),
        .finished_at = db_col_at(r, 6),
        .ended_by = (enum attempt_end)db_col_int(r, 7),
        .pass_pct = db_col_int(r, 8),
        .show_answers = db_col_int(r, 9) == 1,
        .questions = db_col_int(r, 10),
        .score = db_col_int(r, 11),
        .full = db_col_int(r, 12),
        .passed = db_col_int(r, 13) == 1,
    };
}

enum err team_attempt_get(struct ctx *c, struct db_tx *tx, struct attempt_id id, struct attempt *a)
{
    return db_get(c, tx, sql_get, DB_ARGS(db_int(id.v)), of_row, a);
}

enum err team_attempt_list(struct ctx *c, struct db_tx *tx, struct user_id user, struct product_id product, int64_t limit, struct attempts *list)
{
    return db_list(c, tx, sql_list, DB_ARGS(db_int(user.v), db_int(product.v), db_int(limit)), DB_LIST(of_row, list));
}

enum err team_attempt_all(struct ctx *c, struct db_tx *tx, struct user_id user, int64_t limit, struct attempts *list)
{
    return db_list(c, tx, sql_all, DB_ARGS(db_int(user.v), db_int(limit)), DB_LIST(of_row, list));
}

enum err team_attempt_due(struct ctx *c, struct db_tx *tx, instant by, int64_t limit, struct attempts *list)
{
    return db_list(c, tx, sql_due, DB_ARGS(db_int(by), db_int(limit)), DB_LIST(of_row, list));
}

enum err team_attempt_due_next(struct ctx *c, struct db_tx *tx, instant *at)
{
    struct db_rows *row;
    enum err e = db_one(c, tx, sql_due_next, DB_NO_ARGS, &row);

    if (e)
        return e;
    *at = db_col_null(row, 0) ? INSTANT_NEVER : db_col_int(row, 0);
    db_end(row);
    return ERR_NONE;
}

/* ---- begun ---- */

static enum err items_add(struct ctx *c, struct db_tx *tx, const struct attempt *a, const struct attempt_item *items)
{
    enum { WIDTH = 10 };
    struct db_value *v = ARENA_ARRAY(c->arena, struct db_value, (size_t)a->questions * WIDTH + 1);

    for (int64_t i = 0; i < a->questions; i++) {
        const struct question *q = &items[i].question;
        struct db_value row[WIDTH] = {
            db_int(a->id.v), db_int(i),          db_int(q->id.v),   db_int(a->product.v), db_int(q->kind),
            db_str(q->text), db_str(q->options), db_str(q->answer), db_str(q->topics),    db_int(q->weight),
        };

        memcpy(&v[i * WIDTH], row, sizeof row);
    }
    return db_many(c, tx, sql_item_add, v, (size_t)a->questions, WIDTH, NULL);
}

enum err team_attempt_begin(struct ctx *c, struct db_tx *tx, const struct product *p, struct user_id user, struct attempt *a)
{
    struct attempt_item *items;
    struct questions bank;
    size_t take, *picked;
    int64_t changed = 0;
    uint64_t seed;
    enum err e = team_question_list(c, tx, p->id, true, &bank);

    if (e)
        return e;
    if (bank.count == 0)
        return fault_set(c, ERR_CONFLICT, "the product has no questions");
    crypto_random(&seed, sizeof seed);
    seed &= INT64_MAX;
    take = (size_t)p->draw < bank.count ? (size_t)p->draw : bank.count;
    picked = ARENA_ARRAY(c->arena, size_t, bank.count);
    items = ARENA_ARRAY(c->arena, struct attempt_item, take + 1);
    team_exam_draw(seed, bank.count, take, picked);
    *a = (struct attempt){ .id = { db_new_id(tx) }, .user = user, .product = p->id, .seed = seed, .started_at = c->now,
                           .due_at = c->now + p->minutes * MINUTE_US, .finished_at = INSTANT_NONE, .pass_pct = p->pass_pct,
                           .show_answers = p->show_answers, .questions = (int64_t)take };
    for (size_t i = 0; i < take; i++) {
        if ((e = team_exam_item(c, seed, (int64_t)i, &bank.items[picked[i]], &items[i])))
            return e;
        a->full += items[i].question.weight;
    }
    e = db_run(c, tx, sql_add,
               DB_ARGS(db_int(a->id.v), db_int(user.v), db_int(p->id.v), db_int((int64_t)seed), db_at(a->started_at), db_at(a->due_at),
                       db_int(a->pass_pct), db_bool(a->show_answers), db_int(a->questions), db_int(a->full)),
               &changed);
    if (e)
        return e;
    return changed ? items_add(c, tx, a, items) : fault_set(c, ERR_CONFLICT, "a test of this product runs already");
}

/* ---- answered ---- */

static void item_of_row(const struct db_rows *r, struct arena *a, void *item)
{
    *(struct attempt_item *)item = (struct attempt_item){
        .place = db_col_int(r, 0),
        .question = { .id = { db_col_int(r, 1) },
                      .product = { db_col_int(r, 2) },
                      .kind = (int)db_col_int(r, 3),
                      .text = db_col_str(r, 4, a),
                      .options = db_col_str(r, 5, a),
                      .answer = db_col_str(r, 6, a),
                      .topics = db_col_str(r, 7, a),
                      .weight = db_col_int(r, 8),
                      .active = true },
        .given = db_col_str(r, 9, a),
        .points = db_col_null(r, 10) ? -1 : db_col_int(r, 10),
    };
}

enum err team_attempt_items(struct ctx *c, struct db_tx *tx, struct attempt_id id, struct attempt_items *list)
{
    return db_list(c, tx, sql_items, DB_ARGS(db_int(id.v)), DB_LIST(item_of_row, list));
}

static struct str as_text(struct arena *a, const struct json *given)
{
    struct buf b = buf_new(a, 64 * 1024);
    struct json_out o = json_to(&b);

    json_put(&o, given);
    return buf_str(&b);
}

enum err team_attempt_answer(struct ctx *c, struct db_tx *tx, const struct attempt *a, int64_t place, const struct json *given)
{
    struct attempt_items list;
    struct str text = !given || json_is(given, JSON_NULL) ? STR_NULL : as_text(c->arena, given);
    int64_t changed = 0;
    enum err e;

    if (a->finished_at != INSTANT_NONE || c->now >= a->due_at)
        return fault_set(c, ERR_CONFLICT, "the test is over");
    if ((e = team_attempt_items(c, tx, a->id, &list)))
        return e;
    if (place < 0 || (size_t)place >= list.count)
        return ERR_NOT_FOUND;
    if (!team_question_fits(&list.items[place].question, given, c->arena))
        return fault_at(c, ERR_BAD_FIELD, STR("/answer"), "no answer to a question of this kind");
    e = db_run(c, tx, sql_answer, DB_ARGS(db_int(a->id.v), db_int(place), db_str(text), db_at(c->now)), &changed);
    return e || changed ? e : fault_set(c, ERR_CONFLICT, "the test is over");
}

enum err team_attempt_finish(struct ctx *c, struct db_tx *tx, struct attempt *a)
{
    bool late = c->now >= a->due_at;
    struct attempt_items list;
    int64_t changed = 0;
    enum err e;

    if (a->finished_at != INSTANT_NONE)
        return ERR_NONE;
    if ((e = team_attempt_items(c, tx, a->id, &list)))
        return e;
    a->score = 0;
    for (size_t i = 0; i < list.count && !e; i++) {
        struct attempt_item *item = &list.items[i];
        struct json *given = NULL;

        if (item->given.ptr && (e = json_read(c, item->given, &given)))
            return e;
        item->points = team_question_right(c, &item->question, given) ? item->question.weight : 0;
        a->score += item->points;
        e = db_run(c, tx, sql_points, DB_ARGS(db_int(a->id.v), db_int(item->place), db_int(item->points)), NULL);
    }
    if (e)
        return e;
    a->passed = team_exam_passed(a->score, a->full, a->pass_pct);
    a->finished_at = late ? a->due_at : c->now;
    a->ended_by = late ? BY_CLOCK : BY_PERSON;
    e = db_run(c, tx, sql_finish,
               DB_ARGS(db_int(a->id.v), db_at(a->finished_at), db_int(a->ended_by), db_int(a->score), db_bool(a->passed)), &changed);
    return e || changed ? e : ERR_BUSY; /* another program ended it meanwhile: read anew */
}

/* ---- counted ---- */

enum err team_attempt_reset(struct ctx *c, struct db_tx *tx, struct user_id user, struct product_id product)
{
    return db_run(c, tx, sql_reset, DB_ARGS(db_int(user.v), db_int(product.v), db_at(c->now), db_id(ctx_user(c))), NULL);
}

static void reset_of_row(const struct db_rows *r, UNUSED struct arena *a, void *reset)
{
    *(struct attempt_reset *)reset = (struct attempt_reset){ { db_col_int(r, 0) }, { db_col_int(r, 1) }, db_col_at(r, 2) };
}

enum err team_attempt_resets(struct ctx *c, struct db_tx *tx, struct user_id user, struct attempt_reset **list, size_t *count)
{
    return db_list(c, tx, sql_resets, DB_ARGS(db_int(user.v)), DB_ITEMS(reset_of_row, list, count));
}

static void count_of_row(const struct db_rows *r, UNUSED struct arena *a, void *count)
{
    *(struct product_count *)count = (struct product_count){ { db_col_int(r, 0) }, db_col_int(r, 1) };
}

enum err team_question_counts(struct ctx *c, struct db_tx *tx, struct product_count **list, size_t *count)
{
    return db_list(c, tx, sql_counts, DB_NO_ARGS, DB_ITEMS(count_of_row, list, count));
}

struct figure_row {
    int64_t question;
    struct item_answer answer;
};

static void figure_of_row(const struct db_rows *r, UNUSED struct arena *a, void *figure)
{
    int64_t points = db_col_int(r, 1);

    *(struct figure_row *)figure = (struct figure_row){ db_col_int(r, 0),
                                                        { points > 0, db_col_int(r, 3) - points, db_col_int(r, 4) - db_col_int(r, 2) } };
}

static int by_question(const void *a, const void *b)
{
    int64_t x = ((const struct figure_row *)a)->question, y = ((const struct figure_row *)b)->question;

    return x < y ? -1 : x > y;
}

enum err team_question_figures(struct ctx *c, struct db_tx *tx, struct product_id product, const struct questions *list,
                               struct item_figures **figures)
{
    struct item_answer *answers;
    struct figure_row *rows;
    size_t n, from = 0;
    enum err e = db_list(c, tx, sql_figures, DB_ARGS(db_int(product.v), db_int(FIGURE_ROWS)), DB_ITEMS(figure_of_row, &rows, &n));

    *figures = ARENA_ARRAY(c->arena, struct item_figures, list->count + 1);
    if (e || n == 0)
        return e;
    if (n > 1)
        qsort(rows, n, sizeof *rows, by_question);
    answers = ARENA_ARRAY(c->arena, struct item_answer, n);
    while (from < n) {
        size_t until = from;

        for (; until < n && rows[until].question == rows[from].question; until++)
            answers[until - from] = rows[until].answer;
        for (size_t i = 0; i < list->count; i++)
            if (list->items[i].id.v == rows[from].question)
                (*figures)[i] = item_look(answers, until - from);
        from = until;
    }
    return ERR_NONE;
}
