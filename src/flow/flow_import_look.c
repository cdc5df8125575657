/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is done before rows are taken: the file is looked at, its mapping guessed, checked, tried. */
#include "flow/flow_import_rows.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "flow/flow_calibrate.h"
#include "lead/normal.h"
#include "learn/feature_row.h"

enum {
    FEED_BYTES = 64 * 1024,
    SAMPLES = 3,
    SHOWN_CHARS = 200,
    NAME_CHARS = 120,
    NOTHINGS = 10,
    NOTHING_BYTES = 80,
    HEAD_TEXT_MAX = 4 * 1024 * 1024,
    ERRORS_TEXT_MAX = 256 * 1024
};

struct str flow_import_name(struct arena *a, struct str name)
{
    struct buf b = buf_new(a, 4 * NAME_CHARS);
    size_t at = 0;
    char out[4];

    for (size_t i = name.len; i > 0; i--) {
        if (name.ptr[i - 1] == '/' || name.ptr[i - 1] == '\\') {
            name = str_sub(name, i, name.len);
            break;
        }
    }
    name = utf8_cut(str_trim(name), NAME_CHARS);
    while (at < name.len) {
        uint32_t cp = utf8_next(name, &at);
        bool plain = cp >= 0x20 && cp != 0x7F && !(cp >= 0x80 && cp < 0xA0) && !(cp >= 0x200B && cp <= 0x200F) &&
                     !(cp >= 0x202A && cp <= 0x202E) && cp != 0xFEFF;
        if (plain)
            buf_add(&b, (struct str){ out, utf8_put(out, cp) });
    }
    struct str clean = str_trim(buf_str(&b));
    while (clean.len && clean.ptr[0] == '.')
        clean = str_sub(clean, 1, clean.len);
    return clean.len ? clean : STR("file.csv");
}

/* What stands for nothing in one column: each word once, as the file spells it first. */
struct nothings {
    struct str words[NOTHINGS], folds[NOTHINGS];
    size_t count;
};

/* Rows of the beginning, copied, and words of the whole file. */
struct look {
    struct str *headings;
    size_t heading_count;
    struct nothings *nothings; /* of each column */
    struct csv_row rows[FLOW_IMPORT_PREVIEW];
    size_t row_count;
    int64_t data_rows;
};

static struct str *copy_cells(struct arena *a, const struct csv_row *row, size_t max_chars)
{
    struct str *cells = ARENA_ARRAY(a, struct str, row->count + 1);

    for (size_t i = 0; i < row->count; i++)
        cells[i] = str_dup(a, utf8_cut(row->cells[i], max_chars));
    return cells;
}

static void take_nothing(struct arena *a, struct nothings *n, struct str cell)
{
    struct str word = str_trim(cell), fold;

    if (!word.len || word.len > NOTHING_BYTES || n->count == NOTHINGS || !learn_says_nothing(word))
        return;
    for (size_t i = 0; i < n->count; i++)
        if (str_eq(n->words[i], word))
            return;
    fold = utf8_fold(a, word);
    for (size_t i = 0; i < n->count; i++)
        if (str_eq(n->folds[i], fold))
            return;
    n->folds[n->count] = fold;
    n->words[n->count++] = str_dup(a, word);
}

static void look_at(struct arena *a, struct look *l, const struct csv_row *row)
{
    if (!l->headings) {
        l->headings = copy_cells(a, row, LIMIT_NAME_CHARS);
        l->heading_count = row->count;
        l->nothings = ARENA_ARRAY(a, struct nothings, row->count + 1);
        return;
    }
    if (flow_import_row_is_empty(row))
        return;
    l->data_rows++;
    for (size_t i = 0; i < row->count && i < l->heading_count; i++)
        take_nothing(a, &l->nothings[i], row->cells[i]);
    if (l->row_count < FLOW_IMPORT_PREVIEW)
        l->rows[l->row_count++] = (struct csv_row){ row->number, copy_cells(a, row, SHOWN_CHARS), row->count,
                                                    row->broken_text };
}

/* Columns at the end that have neither a heading nor a value: a spreadsheet's habit. */
static void drop_empty_columns(struct look *l)
{
    while (l->heading_count > 1 && !str_trim(l->headings[l->heading_count - 1]).len) {
        for (size_t i = 0; i < l->row_count; i++)
            if (l->rows[i].count >= l->heading_count && str_trim(l->rows[i].cells[l->heading_count - 1]).len)
                return;
        l->heading_count--;
    }
}

static void print_column(struct json_out *o, const struct look *l, size_t i, const struct json *guess)
{
    json_begin(o);
    json_add_int(o, "index", (int64_t)i);
    json_add_text(o, "name", l->headings[i]);
    json_key(o, "sample");
    json_list(o);
    for (size_t r = 0, n = 0; r < l->row_count && n < SAMPLES; r++) {
        if (i >= l->rows[r].count || !l->rows[r].cells[i].len)
            continue;
        json_put_text(o, l->rows[r].cells[i]);
        n++;
    }
    json_list_end(o);
    json_key(o, "nothing");
    json_list(o);
    for (size_t w = 0; w < l->nothings[i].count; w++)
        json_put_text(o, l->nothings[i].words[w]);
    json_list_end(o);
    json_add_text(o, "guess", json_text(json_find(guess, STR("field"))));
    json_add_text(o, "format", json_text(json_find(guess, STR("format"))));
    json_end(o);
}

static struct str print_head(struct ctx *c, const struct look *l, const struct json *mapping)
{
    struct buf b = buf_new(c->arena, HEAD_TEXT_MAX);
    struct json_out o = json_to(&b);
    const struct json *columns = json_find(mapping, STR("columns"));

    json_begin(&o);
    json_key(&o, "columns");
    json_list(&o);
    for (size_t i = 0; i < l->heading_count; i++)
        print_column(&o, l, i, &columns->as.items[i]);
    json_list_end(&o);
    json_key(&o, "preview");
    json_list(&o);
    for (size_t r = 0; r < l->row_count; r++) {
        json_list(&o);
        for (size_t i = 0; i < l->heading_count; i++)
            json_put_text(&o, i < l->rows[r].count ? l->rows[r].cells[i] : STR(""));
        json_list_end(&o);
    }
    json_list_end(&o);
    json_key(&o, "preview_rows");
    json_list(&o);
    for (size_t r = 0; r < l->row_count; r++)
        json_put_int(&o, l->rows[r].number);
    json_list_end(&o);
    json_end(&o);
    return buf_str(&b);
}

static enum err look_through(struct ctx *c, struct str file, struct csv *csv, struct look *l)
{
    struct csv_row row;

    for (size_t at = 0; at < file.len; at += FEED_BYTES) {
        enum err e = csv_feed(c, csv, str_sub(file, at, FEED_BYTES), at + FEED_BYTES >= file.len);
        if (e)
            return e;
        while (csv_next(csv, &row))
            look_at(c->arena, l, &row);
    }
    return ERR_NONE;
}

enum err flow_import_look(struct ctx *c, struct str file, struct intake_import *one)
{
    struct look *l = ARENA_NEW(c->arena, struct look);
    struct json *mapping;

    if (str_starts(file, STR("PK\x03\x04")) || str_starts(file, STR("\xD0\xCF\x11\xE0")))
        return fault_at(c, ERR_BAD_TYPE, STR("file"), "a workbook: save it as CSV");
    if (one->shape.delimiter == 0)
        one->shape = csv_sniff(file, file.len <= 64 * 1024);
    struct csv *csv = csv_open(one->shape);
    enum err e = look_through(c, file, csv, l);
    csv_close(csv);
    if (e)
        return e;
    if (!l->headings || l->data_rows == 0)
        return fault_at(c, ERR_BAD_FIELD, STR("file"), "a heading row and at least one row of data");
    drop_empty_columns(l);
    one->rows = l->data_rows;
    one->mapping = intake_mapping_guess(c, (enum intake_kind)one->kind, l->headings, l->heading_count, l->rows,
                                        l->row_count);
    e = json_read(c, one->mapping, &mapping);
    if (e)
        return e;
    one->head = print_head(c, l, mapping);
    return ERR_NONE;
}

/* The names of the columns, from the kept head. */
static enum err headings_of(struct ctx *c, const struct intake_import *one, struct str **headings, size_t *count)
{
    struct json *head;
    enum err e = json_read(c, one->head, &head);

    if (e)
        return e;
    const struct json *columns = json_find(head, STR("columns"));
    *count = columns ? columns->count : 0;
    *headings = ARENA_ARRAY(c->arena, struct str, *count + 1);
    for (size_t i = 0; i < *count; i++)
        (*headings)[i] = json_text(json_find(&columns->as.items[i], STR("name")));
    return ERR_NONE;
}

/* Columns that were named are kept by their index: the job needs no headings to know them. */
static struct str print_mapping(struct arena *a, const struct json *v, const struct intake_mapping *m)
{
    struct buf b = buf_new(a, ERRORS_TEXT_MAX);
    struct json_out o = json_to(&b);

    json_begin(&o);
    json_key(&o, "columns");
    json_list(&o);
    for (size_t i = 0; i < m->count; i++) {
        json_begin(&o);
        json_key(&o, "index");
        json_put_int(&o, (int64_t)m->columns[i].index);
        json_key(&o, "field");
        json_put_text(&o, m->columns[i].field);
        json_key(&o, "format");
        json_put_text(&o, str_of(intake_format_names[m->columns[i].format]));
        json_end(&o);
    }
    json_list_end(&o);
    for (uint32_t i = 0; i < v->count; i++) {
        if (str_eq(v->as.members[i].key, STR("columns")))
            continue;
        json_key_str(&o, v->as.members[i].key);
        json_put(&o, &v->as.members[i].value);
    }
    json_end(&o);
    return buf_str(&b);
}

enum err flow_import_map(struct ctx *c, struct db_tx *tx, struct intake_import *one, const struct json *mapping)
{
    struct intake_mapping m;
    struct str *headings;
    size_t count;
    enum err e = headings_of(c, one, &headings, &count);

    if (e == ERR_NONE)
        e = intake_mapping_read(c, (enum intake_kind)one->kind, mapping, headings, count, &m);
    if (e)
        return e;
    return intake_import_set_mapping(c, tx, one, print_mapping(c->arena, mapping, &m));
}

/* A telephone has one form for the whole house; everything else by its column. */
static bool becomes(struct ctx *c, const struct intake_mapping *m, const char *region, const struct intake_map_column *column, struct str cell,
                    struct json *v)
{
    struct lead_phone phone;
    struct str text;

    if (!str_eq(column->field, STR("phone")))
        return intake_cell_becomes(c, m, column, cell, v);
    if (lead_phone_parse(c->arena, cell, m->region[0] ? m->region : region, &phone) != LEAD_NORMAL_OK)
        return false;
    text = str_dup(c->arena, str_of(phone.e164));
    *v = (struct json){ .type = JSON_TEXT, .as.text = text };
    return !str_eq(text, str_trim(cell));
}

static void print_becomes(struct ctx *c, struct json_out *o, const struct intake_mapping *m, const char *region, const struct json *row)
{
    json_list(o);
    for (uint32_t i = 0; i < row->count; i++) {
        struct json v = { .type = JSON_NULL };

        for (size_t k = 0; k < m->count; k++)
            if (m->columns[k].index == i && !becomes(c, m, region, &m->columns[k], json_text(&row->as.items[i]), &v))
                v = (struct json){ .type = JSON_NULL };
        json_put(o, &v);
    }
    json_list_end(o);
}

enum err flow_import_becomes(struct flow *f, struct ctx *c, const struct intake_import *one, struct str *text)
{
    struct buf b = buf_new(c->arena, HEAD_TEXT_MAX);
    struct json_out o = json_to(&b);
    struct intake_mapping m;
    struct json *head, *mapping;
    struct str *headings;
    size_t count;
    enum err e;

    if ((e = headings_of(c, one, &headings, &count)) || (e = json_read(c, one->head, &head)) || (e = json_read(c, one->mapping, &mapping))
        || (e = intake_mapping_read(c, (enum intake_kind)one->kind, mapping, headings, count, &m)))
        return e;
    const struct json *rows = json_find(head, STR("preview"));
    json_list(&o);
    for (uint32_t i = 0; rows && i < rows->count; i++)
        print_becomes(c, &o, &m, f->phone_region, &rows->as.items[i]);
    json_list_end(&o);
    *text = buf_str(&b);
    return ERR_NONE;
}

struct trying {
    struct flow_import_check check;
    struct arena *a;
    int64_t *won_ages, *open_ages; /* how old leads of the file were when they bought; how old those are that have no end */
    size_t won_count, open_count;
};

static void take_end(struct trying *t, enum intake_kind kind, const struct intake_row *row, instant now)
{
    bool won = str_eq(row->stage, STR("won")), ended = won || str_eq(row->stage, STR("lost"));

    if (row->fault_count)
        return;
    if (won && row->dated && row->stage_at != INSTANT_NONE) {
        t->won_ages = arena_more(t->a, t->won_ages, t->won_count, sizeof *t->won_ages);
        t->won_ages[t->won_count++] = row->stage_at > row->event.at ? row->stage_at - row->event.at : 0;
    }
    t->check.undated += ended && row->stage_at == INSTANT_NONE;
    if (ended || kind != INTAKE_LEADS)
        return;
    t->check.unended++;
    if (row->dated) {
        t->open_ages = arena_more(t->a, t->open_ages, t->open_count, sizeof *t->open_ages);
        t->open_ages[t->open_count++] = now - row->event.at;
    }
}

static enum err count_aged(struct trying *t, struct ctx *c, struct db_tx *tx)
{
    struct flow_sale_ages sales = { t->won_ages, t->won_count };
    enum err e = flow_maturity_with(c, tx, &sales, &t->check.maturity_days);

    for (size_t i = 0; i < t->open_count && !e; i++)
        t->check.aged += t->open_ages[i] >= t->check.maturity_days * DAY_US;
    return e;
}

static enum err check_rows(struct flow *f, struct ctx *c, struct db_tx *tx, struct import_reader *r,
                           struct json_out *o, int64_t most, struct trying *t)
{
    struct flow_import_check *check = &t->check;
    struct arena *keep = c->arena, *work = arena_new(64 * 1024 * 1024);
    struct csv_row from;
    bool end = false;
    enum err e = ERR_NONE;
    int shown = 0;

    while (e == ERR_NONE && !end && check->checked < most) {
        c->arena = work;
        e = flow_import_reader_fill(r, c, tx, &end);
        while (e == ERR_NONE && check->checked < most && flow_import_reader_next(r, &from)) {
            struct intake_row row;
            flow_import_row_check(c, r, f->phone_region, &from, &row);
            check->checked++;
            check->refused += row.fault_count > 0;
            take_end(t, r->mapping.kind, &row, c->now);
            if (row.fault_count && shown++ < FLOW_IMPORT_PREVIEW) {
                json_begin(o);
                json_key(o, "row");
                json_put_int(o, row.number);
                json_key(o, "errors");
                json_put_raw(o, intake_faults_print(work, &row, r->headings, r->heading_count));
                json_end(o);
            }
        }
        c->arena = keep;
        arena_reset(work);
    }
    c->arena = keep;
    arena_free(work);
    return e;
}

enum err flow_import_check(struct flow *f, struct ctx *c, struct db_tx *tx, const struct intake_import *one,
                           int64_t most, struct flow_import_check *check)
{
    struct buf b = buf_new(c->arena, ERRORS_TEXT_MAX);
    struct json_out o = json_to(&b);
    struct import_reader r;
    struct trying t = { .a = c->arena };
    enum err e = flow_import_reader_open(&r, c->arena, c, one);

    if (e)
        return e;
    json_list(&o);
    e = check_rows(f, c, tx, &r, &o, most, &t);
    json_list_end(&o);
    flow_import_reader_close(&r);
    if (!e && most > FLOW_IMPORT_GLANCE_ROWS)
        e = count_aged(&t, c, tx);
    if (e)
        return e;
    t.check.errors = buf_str(&b);
    *check = t.check;
    return ERR_NONE;
}
