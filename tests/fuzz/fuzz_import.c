/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Any bytes as a file, with a guessed mapping, with its formats told otherwise, and, where the first line is JSON, with the mapping that it is: every row is an event or has faults, and what is kept reads back. */
#include <stdlib.h>

#include "base/limits.h"
#include "intake/import.h"

struct file {
    struct csv_row heading;
    const struct json *stated; /* a mapping, or NULL */
};

static void take_mapped(struct ctx *c, enum intake_kind kind, const struct file *f, const struct json *mapping, const struct csv_row *row)
{
    struct intake_mapping m;
    struct intake_row out;
    struct json *v;

    if (intake_mapping_read(c, kind, mapping, f->heading.cells, f->heading.count, &m) != ERR_NONE)
        return;
    intake_row_read(c, &m, row, &out);
    if (out.fault_count)
        return;
    assert(out.event.message_id.len && out.event.at <= c->now);
    if (json_read(c, out.event.raw, &v) != ERR_NONE)
        abort();
    struct event deed;
    if (out.stage.len && (intake_row_deed(c, &out, &deed) != ERR_NONE || deed.at > c->now
                           || ((out.dated || out.stage_at == INSTANT_NONE) && deed.at <= out.event.at)))
        abort();
}

/* The guessed mapping, each column's format moved on by shift. */
static void shift_formats(struct json *mapping, size_t shift)
{
    struct json *columns = (struct json *)json_find(mapping, STR("columns"));

    for (uint32_t i = 0; i < columns->count; i++) {
        struct json *format = (struct json *)json_find(&columns->as.items[i], STR("format"));
        format->as.text = str_of(intake_format_names[(i + shift) % INTAKE_FORMATS]);
    }
}

static void take(struct ctx *c, enum intake_kind kind, const struct file *f, const struct csv_row *row)
{
    struct json *v;

    if (f->stated)
        take_mapped(c, kind, f, f->stated, row);
    if (f->heading.count > LIMIT_IMPORT_COLUMNS)
        return;
    if (json_read(c, intake_mapping_guess(c, kind, f->heading.cells, f->heading.count, row, 1), &v) != ERR_NONE)
        abort();
    take_mapped(c, kind, f, v, row);
    for (size_t shift = 0; shift < INTAKE_FORMATS; shift++) {
        shift_formats(v, shift);
        take_mapped(c, kind, f, v, row);
    }
}

/* Cuts a first line that is JSON off the text. */
static const struct json *stated_mapping(struct ctx *c, struct str *text)
{
    ptrdiff_t end = str_find_char(*text, '\n');
    struct json *v;

    if (end < 0 || text->ptr[0] != '{' || json_read(c, str_sub(*text, 0, (size_t)end), &v) != ERR_NONE)
        return NULL;
    *text = str_sub(*text, (size_t)end + 1, text->len);
    return v;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct ctx c = { .arena = a, .now = 1795374934000000 };
    struct str text = { (const char *)data, size };
    struct file f = { .stated = stated_mapping(&c, &text) };
    struct csv *v = csv_open(csv_sniff(text, true));
    struct csv_row row;

    if (text.len && csv_feed(&c, v, text, true) == ERR_NONE && csv_next(v, &f.heading)) {
        for (int n = 0; n < 50 && csv_next(v, &row); n++) {
            take(&c, INTAKE_LEADS, &f, &row);
            take(&c, INTAKE_EVENTS, &f, &row);
        }
    }
    csv_close(v);
    arena_free(a);
    return 0;
}
