/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Questions as rows of a table that people edit elsewhere. */
#include "team/question.h"

enum { CELL_BYTES = 64 * 1024 };

const char *const team_question_columns[QUESTION_COLUMNS + 1] = { "kind", "text", "options", "answer", "topics", "weight", "active", NULL };

bool team_question_heading(const struct str *cells, size_t count, int *places)
{
    for (int i = 0; i < QUESTION_COLUMNS; i++) {
        places[i] = -1;
        for (size_t k = 0; k < count && places[i] < 0; k++)
            if (str_eq_nocase(str_trim(cells[k]), str_of(team_question_columns[i])))
                places[i] = (int)k;
    }
    return places[COLUMN_KIND] >= 0 && places[COLUMN_TEXT] >= 0 && places[COLUMN_ANSWER] >= 0;
}

static struct str cell_of(const struct str *cells, size_t count, const int *places, int column)
{
    int at = places[column];

    return at < 0 || (size_t)at >= count ? STR("") : str_trim(cells[at]);
}

/* Takes the piece before the next bar off *rest; \| is a bar of the text, \\ a stroke. */
static bool piece_next(struct arena *a, struct str *rest, struct str *piece)
{
    struct buf b;
    size_t i = 0;

    if (rest->ptr == NULL)
        return false;
    b = buf_new(a, rest->len + 1);
    for (; i < rest->len && rest->ptr[i] != '|'; i++) {
        if (rest->ptr[i] == '\\' && i + 1 < rest->len && (rest->ptr[i + 1] == '|' || rest->ptr[i + 1] == '\\'))
            i++;
        buf_char(&b, rest->ptr[i]);
    }
    *rest = i < rest->len ? str_sub(*rest, i + 1, rest->len) : STR_NULL;
    *piece = str_trim(buf_str(&b));
    return true;
}

/* "a|b" as a JSON list; an empty cell is an empty list. */
static struct str list_of_cell(struct ctx *c, struct str cell)
{
    struct buf b = buf_new(c->arena, 2 * CELL_BYTES);
    struct json_out o = json_to(&b);
    struct str piece;

    json_list(&o);
    while (cell.len && piece_next(c->arena, &cell, &piece))
        json_put_text(&o, piece);
    json_list_end(&o);
    return buf_str(&b);
}

/* "1|3" as a JSON list of places from 0. */
static enum err places_of_cell(struct ctx *c, struct str cell, struct str *answer)
{
    struct buf b = buf_new(c->arena, CELL_BYTES);
    struct json_out o = json_to(&b);
    struct str piece;

    json_list(&o);
    while (cell.len && piece_next(c->arena, &cell, &piece)) {
        int64_t number;

        if (!str_to_int(piece, &number) || number < 1 || number > OPTIONS_MAX)
            return fault_at(c, ERR_BAD_FIELD, STR("answer"), "numbers of the right options, from 1, parted by |");
        json_put_int(&o, number - 1);
    }
    json_list_end(&o);
    *answer = buf_str(&b);
    return ERR_NONE;
}

/* "12.5~0.5". */
static enum err number_of_cell(struct ctx *c, struct str cell, struct str *answer)
{
    ptrdiff_t at = str_find_char(cell, '~');
    struct buf b = buf_new(c->arena, 200);
    struct json_out o = json_to(&b);
    fix value, within = 0;

    if (!team_answer_number(c->arena, at < 0 ? cell : str_sub(cell, 0, (size_t)at), &value)
        || (at >= 0 && !team_answer_number(c->arena, str_sub(cell, (size_t)at + 1, cell.len), &within)))
        return fault_at(c, ERR_BAD_FIELD, STR("answer"), "a number, or number~deviation");
    json_begin(&o);
    json_key(&o, "value");
    json_put_fix(&o, value);
    json_key(&o, "within");
    json_put_fix(&o, within);
    json_end(&o);
    *answer = buf_str(&b);
    return ERR_NONE;
}

static const char *const yes[] = { "", "1", "yes", "true", "да" }, *const no[] = { "0", "no", "false", "нет" };

static bool is_one_of(struct str word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq_nocase(word, str_of(list[i])))
            return true;
    return false;
}

static enum err answer_of_cell(struct ctx *c, struct str cell, struct question *q)
{
    if (q->kind == QUESTION_NUMBER)
        return number_of_cell(c, cell, &q->answer);
    if (q->kind == QUESTION_TEXT) {
        q->answer = list_of_cell(c, cell);
        return ERR_NONE;
    }
    return places_of_cell(c, cell, &q->answer);
}

enum err team_question_of_cells(struct ctx *c, const struct str *cells, size_t count, const int *places, struct question *q)
{
    struct str kind = cell_of(cells, count, places, COLUMN_KIND), weight = cell_of(cells, count, places, COLUMN_WEIGHT);
    struct str active = cell_of(cells, count, places, COLUMN_ACTIVE);
    enum err e;

    *q = (struct question){ .kind = -1, .text = cell_of(cells, count, places, COLUMN_TEXT), .weight = 1 };
    for (int i = 0; i < QUESTION_COLUMNS; i++)
        if (cell_of(cells, count, places, i).len > CELL_BYTES / 4)
            return fault_at(c, ERR_TOO_LONG, str_of(team_question_columns[i]), "too long");
    for (int i = 0; i < QUESTION_KINDS; i++)
        if (str_eq_nocase(kind, str_of(team_question_kinds[i])))
            q->kind = i;
    if (q->kind < 0)
        return fault_at(c, ERR_BAD_FIELD, STR("kind"), "one, several, number or text");
    if (weight.len && !str_to_int(weight, &q->weight))
        return fault_at(c, ERR_BAD_FIELD, STR("weight"), "a whole number");
    q->active = is_one_of(active, yes, countof(yes));
    if (!q->active && !is_one_of(active, no, countof(no)))
        return fault_at(c, ERR_BAD_FIELD, STR("active"), "yes or no");
    q->options = list_of_cell(c, cell_of(cells, count, places, COLUMN_OPTIONS));
    q->topics = list_of_cell(c, cell_of(cells, count, places, COLUMN_TOPICS));
    if ((e = answer_of_cell(c, cell_of(cells, count, places, COLUMN_ANSWER), q)))
        return e;
    return team_question_check(c, q);
}

/* ---- out ---- */

static void piece_put(struct buf *b, struct str text)
{
    if (b->len)
        buf_char(b, '|');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '|' || text.ptr[i] == '\\')
            buf_char(b, '\\');
        buf_char(b, text.ptr[i]);
    }
}

static enum err list_to_cell(struct ctx *c, struct str list, struct str *cell)
{
    struct buf b = buf_new(c->arena, 2 * CELL_BYTES);
    struct json *tree;
    enum err e = json_read(c, list, &tree);

    if (e)
        return e;
    for (uint32_t i = 0; i < tree->count; i++) {
        int64_t place;

        if (json_is(&tree->as.items[i], JSON_INT) && json_int(&tree->as.items[i], &place))
            piece_put(&b, str_print(c->arena, "%lld", (long long)place + 1));
        else
            piece_put(&b, json_text(&tree->as.items[i]));
    }
    *cell = buf_str(&b);
    return ERR_NONE;
}

static enum err number_to_cell(struct ctx *c, struct str answer, struct str *cell)
{
    char value[FIX_TEXT_MAX], within[FIX_TEXT_MAX];
    fix v = 0, w = 0;
    struct json *tree;
    enum err e = json_read(c, answer, &tree);

    if (e)
        return e;
    if (!json_fix(json_find(tree, STR("value")), &v) || !json_fix(json_find(tree, STR("within")), &w))
        return fault_set(c, ERR_INTERNAL, "a kept answer is no number");
    *cell = w ? str_print(c->arena, STR_FMT "~" STR_FMT, STR_ARG(fix_print(v, value)), STR_ARG(fix_print(w, within)))
              : str_dup(c->arena, fix_print(v, value));
    return ERR_NONE;
}

enum err team_question_to_cells(struct ctx *c, const struct question *q, struct str *cells)
{
    enum err e;

    cells[COLUMN_KIND] = str_of(team_question_kinds[q->kind]);
    cells[COLUMN_TEXT] = q->text;
    cells[COLUMN_WEIGHT] = str_print(c->arena, "%lld", (long long)q->weight);
    cells[COLUMN_ACTIVE] = q->active ? STR("yes") : STR("no");
    if ((e = list_to_cell(c, q->options, &cells[COLUMN_OPTIONS])) || (e = list_to_cell(c, q->topics, &cells[COLUMN_TOPICS])))
        return e;
    return q->kind == QUESTION_NUMBER ? number_to_cell(c, q->answer, &cells[COLUMN_ANSWER]) : list_to_cell(c, q->answer, &cells[COLUMN_ANSWER]);
}
