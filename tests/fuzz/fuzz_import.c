/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Any bytes as a file with a guessed mapping: every row is an event or has faults, and what is kept reads back. */
#include <stdlib.h>

#include "intake/import.h"

static void take(struct ctx *c, enum intake_kind kind, const struct csv_row *heading, const struct csv_row *row)
{
    struct intake_mapping m;
    struct intake_row out;
    struct json *v;

    if (json_read(c, intake_mapping_guess(c, kind, heading->cells, heading->count, row, 1), &v) != ERR_NONE)
        abort();
    if (intake_mapping_read(c, kind, v, heading->cells, heading->count, &m) != ERR_NONE)
        return;
    intake_row_read(c, &m, row, &out);
    if (out.fault_count)
        return;
    assert(out.event.message_id.len && out.event.at <= c->now);
    if (json_read(c, out.event.raw, &v) != ERR_NONE)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct ctx c = { .arena = a, .now = 1795374934000000 };
    struct str file = { (const char *)data, size };
    struct csv *v = csv_open(csv_sniff(file, true));
    struct csv_row heading, row;

    if (size && csv_feed(&c, v, file, true) == ERR_NONE && csv_next(v, &heading)) {
        for (int n = 0; n < 50 && csv_next(v, &row); n++) {
            take(&c, INTAKE_LEADS, &heading, &row);
            take(&c, INTAKE_EVENTS, &heading, &row);
        }
    }
    csv_close(v);
    arena_free(a);
    return 0;
}
