/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_import_rows.h"

#include "lead/normal.h"

/* Headings name the columns; an empty one has none. */
static void keep_heading(struct import_reader *r, const struct csv_row *row)
{
    r->has_heading = true;
    r->headings = ARENA_ARRAY(r->arena, struct str, row->count + 1);
    r->heading_count = row->count;
    for (size_t i = 0; i < row->count; i++)
        r->headings[i] = str_dup(r->arena, str_trim(row->cells[i]));
}

/* The mapping is kept as text; a file without one is read by what its headings say. It was checked when it was kept. */
static enum err read_mapping(struct import_reader *r, struct ctx *c, const struct intake_import *one)
{
    struct ctx own = { .arena = r->arena, .now = c->now };
    struct json *v;
    enum err e = json_read(&own, str_dup(r->arena, one->mapping), &v);

    if (e == ERR_NONE)
        e = intake_mapping_read(&own, (enum intake_kind)one->kind, v, r->headings, r->heading_count,
                                &r->mapping);
    if (e)
        c->fault = own.fault;
    return e;
}

enum err flow_import_reader_open(struct import_reader *r, struct arena *a, struct ctx *c, const struct intake_import *one)
{
    *r = (struct import_reader){ .id = one->id, .arena = a, .parts = one->parts };
    enum err e = read_mapping(r, c, one);

    if (e)
        return e;
    r->csv = csv_open(one->shape);
    return ERR_NONE;
}

void flow_import_reader_close(struct import_reader *r)
{
    csv_close(r->csv);
    r->csv = NULL;
}

enum err flow_import_reader_fill(struct import_reader *r, struct ctx *c, struct db_tx *tx, bool *end)
{
    *end = false;
    while (!csv_has(r->csv)) {
        struct str bytes;
        if (r->next_part >= r->parts) {
            *end = true;
            return ERR_NONE;
        }
        enum err e = intake_part_get(c, tx, r->id, r->next_part, &bytes);
        if (e)
            return e;
        r->next_part++;
        e = csv_feed(c, r->csv, bytes, r->next_part == r->parts);
        if (e)
            return e;
        struct csv_row row;
        if (!r->has_heading && csv_next(r->csv, &row)) {
            keep_heading(r, &row);
            r->position = row.number;
        }
    }
    return ERR_NONE;
}

bool flow_import_row_is_empty(const struct csv_row *row)
{
    for (size_t i = 0; i < row->count; i++)
        if (str_trim(row->cells[i]).len)
            return false;
    return true;
}

bool flow_import_reader_next(struct import_reader *r, struct csv_row *row)
{
    while (csv_next(r->csv, row)) {
        r->position = row->number;
        if (!flow_import_row_is_empty(row))
            return true;
    }
    return false;
}

enum err flow_import_reader_skip(struct import_reader *r, struct ctx *c, struct db_tx *tx, int64_t position)
{
    struct csv_row row;
    bool end = false;

    while (!end && r->position < position) {
        enum err e = flow_import_reader_fill(r, c, tx, &end);
        if (e)
            return e;
        while (r->position < position && flow_import_reader_next(r, &row)) {
        }
    }
    return ERR_NONE;
}

/* A row that is longer than its heading has slipped: its values stand in the wrong columns. */
static void check_width(const struct import_reader *r, const struct csv_row *from, struct intake_row *row)
{
    for (size_t i = r->heading_count; r->has_heading && i < from->count; i++) {
        if (str_trim(from->cells[i]).len) {
            intake_row_fault(row, (int)i, "too_many_cells", from->cells[i]);
            return;
        }
    }
}

/* In the order of the columns, as a person reads the row. */
static void sort_faults(struct intake_row *row)
{
    for (size_t i = 1; i < row->fault_count; i++) {
        struct intake_cell_fault f = row->faults[i];
        size_t k = i;
        for (; k > 0 && row->faults[k - 1].column > f.column; k--)
            row->faults[k] = row->faults[k - 1];
        row->faults[k] = f;
    }
}

void flow_import_row_check(struct ctx *c, const struct import_reader *r, const char *region, const struct csv_row *from,
                      struct intake_row *row)
{
    struct who *who = &row->event.who;
    struct lead_email email;
    struct lead_phone phone;
    const char *own = r->mapping.region;
    enum lead_normal n;

    intake_row_read(c, &r->mapping, from, row);
    check_width(r, from, row);
    if (who->email.len && (n = lead_email_parse(c->arena, who->email, &email)) != LEAD_NORMAL_OK)
        intake_row_fault(row, row->email_column, lead_normal_slug(n), who->email);
    if (!who->phone.len) {
        sort_faults(row);
        return;
    }
    n = lead_phone_parse(c->arena, who->phone, own[0] ? own : region, &phone);
    if (n != LEAD_NORMAL_OK)
        intake_row_fault(row, row->phone_column, lead_normal_slug(n), who->phone);
    else if (own[0])
        intake_row_set_phone(c->arena, row, str_dup(c->arena, str_of(phone.e164)));
    sort_faults(row);
}
