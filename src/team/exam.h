/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* exam.h - a person's tests: drawn by lot, answered as one goes, ended by the person or by the clock, judged.
 *
 *            team_attempt_begin            team_attempt_finish(BY_PERSON), before due_at
 *   (none) ---------------------> RUNS ------------------------------------------------> OVER
 *                                   \                                                     ^
 *                                    +------ team_attempt_finish(BY_CLOCK), at due_at ----+
 *
 *   RUNS   finished_at is none. Answers are taken until due_at by the server's clock and by no other.
 *   OVER   by the clock: finished_at is due_at, however late the clock itself was.
 *
 * Questions and the order of options follow from the seed, and are kept as they were asked, so that a change of the bank changes no test that has
 * begun. Passed: score x 100 >= pass_pct x full score. The right answers are in the rows and leave this room only in struct attempt_item: a door
 * must not show them before the end.
 */
#ifndef TEAM_EXAM_H
#define TEAM_EXAM_H

#include "stat/item.h"
#include "team/certificate.h"
#include "team/product.h"
#include "team/question.h"

enum attempt_end { ATTEMPT_RUNS, BY_PERSON, BY_CLOCK, ATTEMPT_ENDS };
extern const char *const team_attempt_ends[ATTEMPT_ENDS + 1]; /* "runs", "person", "clock", NULL */

struct attempt {
    struct attempt_id id;
    struct user_id user;
    struct product_id product;
    uint64_t seed;
    instant started_at, due_at, finished_at; /* finished_at INSTANT_NONE: it runs */
    enum attempt_end ended_by;
    int64_t pass_pct;
    bool show_answers, passed;
    int64_t questions, score, full;
};
struct attempts {
    struct attempt *items;
    size_t count;
};
struct attempt_item {
    int64_t place;             /* from 0 */
    struct question question;  /* options and answer in the order of this test */
    struct str given;          /* JSON; STR_NULL: not answered */
    int64_t points;            /* -1 while it runs */
};
struct attempt_items {
    struct attempt_item *items;
    size_t count;
};

/* ---- pure ---- */

/* `take` different places of [0, n) by lot; the first take of picked, which has n places. take <= n. */
void team_exam_draw(uint64_t seed, size_t n, size_t take, size_t *picked);
/* The question as it is asked at that place of that test: options shuffled, answer moved along. */
NODISCARD enum err team_exam_item(struct ctx *c, uint64_t seed, int64_t place, const struct question *q, struct attempt_item *item);

enum exam_may { EXAM_MAY, EXAM_RUNS, EXAM_HELD, EXAM_COOLING, EXAM_USED_UP, EXAM_EMPTY, EXAM_MAYS };
extern const char *const team_exam_mays[EXAM_MAYS + 1]; /* "may", "runs", "held", "cooling", "used_up", "empty", NULL */
struct exam_state {
    enum exam_may may;
    instant again_at;          /* HELD, COOLING: when that passes by itself; else INSTANT_NEVER */
    int64_t used, left;        /* failed ones that count; left -1: no limit */
    struct attempt_id runs;    /* 0: none */
};
/* May a test be begun now? attempts: of one person and product, newest first. reset_at: those begun before it do not count. held_until: end of the
 * certificate held now (team_skill_until), `now` when there is none. Whoever holds one may renew it in its last 30 days. Failed ones count since the
 * last that was passed. questions: active ones of the bank. */
struct exam_state team_exam_state(const struct product *p, size_t questions, const struct attempt *attempts, size_t n, instant reset_at,
                                  instant held_until, instant now);
bool team_exam_passed(int64_t score, int64_t full, int64_t pass_pct);

/* ---- kept ---- */

/* With the questions of the product by lot. ERR_CONFLICT when one runs (another program was first) or there is no question. */
NODISCARD enum err team_attempt_begin(struct ctx *c, struct db_tx *tx, const struct product *p, struct user_id user, struct attempt *a);
/* ERR_NOT_FOUND. */
NODISCARD enum err team_attempt_get(struct ctx *c, struct db_tx *tx, struct attempt_id id, struct attempt *a);
/* Newest first; 0: of all people, of all products. */
NODISCARD enum err team_attempt_list(struct ctx *c, struct db_tx *tx, struct user_id user, struct product_id product, int64_t limit,
                                     struct attempts *list);
/* By user, product, newest first; user 0: of everybody. */
NODISCARD enum err team_attempt_all(struct ctx *c, struct db_tx *tx, struct user_id user, int64_t limit, struct attempts *list);
/* In the order of the test. */
NODISCARD enum err team_attempt_items(struct ctx *c, struct db_tx *tx, struct attempt_id id, struct attempt_items *list);
/* Keeps an answer (JSON null takes it back). ERR_CONFLICT when the test is over by c->now, ERR_BAD_FIELD at /answer, ERR_NOT_FOUND: no such place. */
NODISCARD enum err team_attempt_answer(struct ctx *c, struct db_tx *tx, const struct attempt *a, int64_t place, const struct json *given);
/* Judges it; a is as it stands afterwards. Does nothing to one that is over. */
NODISCARD enum err team_attempt_finish(struct ctx *c, struct db_tx *tx, struct attempt *a);
/* Running ones whose time is over by then, and when the next one's is. */
NODISCARD enum err team_attempt_due(struct ctx *c, struct db_tx *tx, instant by, int64_t limit, struct attempts *list);
NODISCARD enum err team_attempt_due_next(struct ctx *c, struct db_tx *tx, instant *at);
/* From now on earlier attempts do not count. */
NODISCARD enum err team_attempt_reset(struct ctx *c, struct db_tx *tx, struct user_id user, struct product_id product);
struct attempt_reset {
    struct user_id user;
    struct product_id product;
    instant at;
};
/* Of one person; 0: of everybody. */
NODISCARD enum err team_attempt_resets(struct ctx *c, struct db_tx *tx, struct user_id user, struct attempt_reset **list, size_t *count);
/* INSTANT_NONE: never. Pure. */
instant team_reset_at(const struct attempt_reset *list, size_t n, struct user_id user, struct product_id product);
/* How many active questions each product has. */
struct product_count {
    struct product_id product;
    int64_t count;
};
NODISCARD enum err team_question_counts(struct ctx *c, struct db_tx *tx, struct product_count **list, size_t *count);
/* What the answers of finished tests say of the product's questions: figures[i] belongs to list->items[i]. The latest 50,000 answers. */
NODISCARD enum err team_question_figures(struct ctx *c, struct db_tx *tx, struct product_id product, const struct questions *list,
                                         struct item_figures **figures);

#endif
