/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_import_rows.h - the kept file of an import, read row by row; shared by the job and by the check of a mapping.
 */
#ifndef FLOW_FLOW_IMPORT_ROWS_H
#define FLOW_FLOW_IMPORT_ROWS_H

#include "flow/flow_import.h"

struct import_reader {
    struct import_id id;
    struct arena *arena;       /* the caller's: headings and mapping */
    struct csv *csv;
    int64_t next_part, parts;
    int64_t position;          /* number of the last row taken off */
    bool has_heading;
    struct str *headings;
    size_t heading_count;
    struct intake_mapping mapping;
};

/* Ready at the beginning, with the import's mapping. c's arena is not used for what stays. The caller closes it. */
NODISCARD enum err flow_import_reader_open(struct import_reader *r, struct arena *a, struct ctx *c,
                                      const struct intake_import *one);
void flow_import_reader_close(struct import_reader *r);
/* Sees to it that a row stands ready, unless *end. Ends the life of the rows before. */
NODISCARD enum err flow_import_reader_fill(struct import_reader *r, struct ctx *c, struct db_tx *tx, bool *end);
/* A row that says nothing, as spreadsheets leave them at the end: passed over and not counted. */
bool flow_import_row_is_empty(const struct csv_row *row);
/* The next row of data that stands ready. */
bool flow_import_reader_next(struct import_reader *r, struct csv_row *row);
/* Passes over rows up to number `position`. */
NODISCARD enum err flow_import_reader_skip(struct import_reader *r, struct ctx *c, struct db_tx *tx, int64_t position);

/* A row as an event, its e-mail and phone checked too. */
void flow_import_row_check(struct ctx *c, const struct import_reader *r, const char *region, const struct csv_row *from,
                      struct intake_row *row);

#endif
