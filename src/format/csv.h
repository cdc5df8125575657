/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* csv.h - rows out of the tables that people export, and rows into tables that people open.
 *
 * Reading is by libcsv behind a decoder: UTF-8 with or without BOM, UTF-16 with BOM, Windows-1251 from Russian Excel; delimiter , ; tab |
 * found by looking at the first 64 KB with quotes understood, or named by a first line "sep=;". The file is fed in pieces of any
 * size and rows are taken out one by one, so that memory is one row and one piece, whatever the file.
 *
 * Rows are counted as a spreadsheet counts them: the heading is row 1, blank lines have numbers and are passed over. A leading
 * apostrophe that a writer put before = + - @ to keep a spreadsheet from calculating is taken off.
 *
 * Limits (base/limits.h): 1 M rows, 200 columns, 1 MB a cell. A broken limit, and a quote that is never closed, end the
 * reading with an error that names the row.
 *
 * Writing: RFC 4180 with CRLF; every cell that begins with = + - @ TAB or CR gets an apostrophe unless it is a plain number.
 */
#ifndef FORMAT_CSV_H
#define FORMAT_CSV_H

#include "base/buf.h"
#include "base/ctx.h"

enum csv_encoding { CSV_UTF8, CSV_UTF16LE, CSV_UTF16BE, CSV_CP1251, CSV_ENCODINGS };

/* How a table is written. */
struct csv_shape {
    enum csv_encoding encoding;
    char delimiter;
};
const char *csv_encoding_name(enum csv_encoding e); /* "utf-8" */
bool csv_encoding_parse(struct str name, enum csv_encoding *e);

/* Looks at the beginning of a file (64 KB are enough). whole: there is no more. Pure. */
struct csv_shape csv_sniff(struct str head, bool whole);

struct csv_row {
    int64_t number;           /* as a spreadsheet counts */
    const struct str *cells;  /* valid until the next csv_next */
    size_t count;
    bool broken_text;         /* some bytes were no text of the encoding: shown as U+FFFD */
};

struct csv;

/* A reader. The caller closes it. */
struct csv *csv_open(struct csv_shape shape);
void csv_close(struct csv *v);
/* Hands over the next piece; the bytes are copied. last: nothing follows. A piece may be fed only when csv_next
 * has returned false. ERR_BAD_FIELD with the row in the note: a limit or an unclosed quote. */
NODISCARD enum err csv_feed(struct ctx *c, struct csv *v, struct str piece, bool last);
/* The next row that is whole; false: feed more, or it is the end. */
bool csv_next(struct csv *v, struct csv_row *row);
/* csv_next would give one. */
bool csv_has(const struct csv *v);

struct csv_out {
    struct buf *buf;
    char delimiter;
    bool begun;               /* a cell was written in this row */
};
/* A writer into buf; bom: with the mark by which Excel knows UTF-8. */
struct csv_out csv_to(struct buf *buf, char delimiter, bool bom);
void csv_put(struct csv_out *o, struct str cell);
/* The row ends: CR LF. */
void csv_end(struct csv_out *o);

#endif
