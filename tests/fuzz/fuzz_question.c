/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Any bytes as a table of questions: whoever is taken is whole, its own right answer is right, and written as a row it is the same again. Any bytes as
 * an answer: never right by accident of a crash. */
#include <stdlib.h>

#include "format/csv.h"
#include "team/question.h"

static void own_answer_is_right(struct ctx *c, const struct question *q)
{
    struct json *answer, typed = { .type = JSON_TEXT };
    const struct json *given = NULL;

    assert(json_read(c, q->answer, &answer) == ERR_NONE);
    if (q->kind == QUESTION_ONE)
        given = &answer->as.items[0];
    else if (q->kind == QUESTION_SEVERAL)
        given = answer;
    else if (q->kind == QUESTION_TEXT)
        typed.as.text = json_text(&answer->as.items[0]);
    if (q->kind == QUESTION_TEXT && team_answer_fold(c->arena, typed.as.text).len)
        given = &typed;
    if (given)
        assert(team_question_right(c, q, given) && team_question_fits(q, given, c->arena));
}

static void same_again(struct ctx *c, struct question *q)
{
    static const int places[QUESTION_COLUMNS] = { 0, 1, 2, 3, 4, 5, 6 };
    struct str cells[QUESTION_COLUMNS];
    struct question back;

    assert(team_question_to_cells(c, q, cells) == ERR_NONE);
    assert(team_question_of_cells(c, cells, QUESTION_COLUMNS, places, &back) == ERR_NONE);
    assert(str_eq(q->text, back.text) && str_eq(q->options, back.options) && str_eq(q->answer, back.answer) && str_eq(q->topics, back.topics));
    assert(q->kind == back.kind && q->weight == back.weight && q->active == back.active);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ctx c = { .arena = arena_new(0) };
    struct str text = { (const char *)data, size };
    struct csv *csv = csv_open((struct csv_shape){ CSV_UTF8, ';' });
    int places[QUESTION_COLUMNS];
    bool heading = false;
    struct csv_row row;
    fix number;

    if (csv_feed(&c, csv, text, true) == ERR_NONE)
        while (csv_next(csv, &row)) {
            struct question q;

            if (!heading)
                heading = team_question_heading(row.cells, row.count, places);
            else if (team_question_of_cells(&c, row.cells, row.count, places, &q) == ERR_NONE) {
                own_answer_is_right(&c, &q);
                same_again(&c, &q);
                for (size_t i = 0; i < row.count; i++)
                    (void)team_answer_number(c.arena, row.cells[i], &number);
            }
            fault_clear(&c);
        }
    csv_close(csv);
    arena_free(c.arena);
    return 0;
}
