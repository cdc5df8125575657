/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* report_csv.h - reports that are kept as JSON, as tables.
 *
 * A report has many tables (bands, tenths, criteria, sources, ...). They leave as one file: a row a figure's subject, the first column the part
 * of the report, the second whom or what the row is about, the others the same for all parts; what a part does not tell is empty. So a
 * spreadsheet filters by part, and nothing that the screen shows is missing for want of a file of its own.
 *
 * Paths are members parted by dots within the item; "" is the item itself; a member "@" is the one in the caller's language (ru, en). A figure is
 * {value, low, high}, or a number, which has no interval, and takes three columns.
 */
#ifndef API_REPORT_CSV_H
#define API_REPORT_CSV_H

#include "api/export.h"
#include "base/json.h"

struct report_column {
    const char *title;       /* of a figure: "share", and "share_low", "share_high" follow */
    bool figure;
};

/* list: the path of an array or object in the report whose members are the rows, or of one that is itself a row (one). item: the path in a row of
 * what it is about; NULL: the key of the member, or its number in the array. paths: by column; NULL: not told. */
struct report_part {
    const char *name, *list, *item;
    bool one;
    const char *const *paths;
};

/* Begins the table, writes heading and rows, and ends it under that name. Parts end with a NULL name. Rows that tell nothing are left out. */
NODISCARD enum err report_csv(struct call *call, const struct json *report, const struct report_column *columns, size_t column_count,
                              const struct report_part *parts, const char *file_name);

#endif
