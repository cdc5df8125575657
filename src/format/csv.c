/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "format/csv.h"

#include <csv.h>

#include "base/limits.h"
#include "base/utf8.h"

enum {
    SLICE_BYTES = 16 * 1024,                 /* decoded and parsed at a time */
    ROW_BYTES_MAX = 2 * LIMIT_CELL_BYTES,    /* all cells of one row */
    ARENA_MAX = 64 * 1024 * 1024,
    SNIFF_RECORDS = 200,
    IN_FIELD = 2                             /* libcsv's own number: a field has begun and not ended */
};

struct queued {
    int64_t number;
    struct str *cells;
    size_t count;
    bool broken_text;
};

struct csv {
    struct csv_shape shape;
    struct csv_parser parser;
    struct arena *self, *rows, *spare; /* rows: what is queued and the row that is being read */
    struct queued *queue;
    size_t queue_count, queue_cap, queue_at;
    struct str cells[LIMIT_IMPORT_COLUMNS];
    size_t cell_count, cell_bytes;
    bool broken_text;
    int64_t number;                    /* of the row being read */
    int last_end;                      /* the character that ended the last row; 0 when a cell has come since */
    size_t mark;                       /* bytes of a UTF-8 mark of byte order seen at the start; 4: past it */
    unsigned char odd[4];              /* bytes of a code unit cut by the end of a piece */
    size_t odd_count;
    uint32_t high;                     /* the first half of a surrogate pair */
    const char *fault;                 /* why reading ended */
};

static const char *const encoding_names[CSV_ENCODINGS] = {
    [CSV_UTF8] = "utf-8",
    [CSV_UTF16LE] = "utf-16le",
    [CSV_UTF16BE] = "utf-16be",
    [CSV_CP1251] = "windows-1251",
};

/* Windows-1251, 0x80 to 0xBF; 0xC0 to 0xFF are U+0410 to U+044F. */
static const uint16_t cp1251[64] = {
    0x0402, 0x0403, 0x201A, 0x0453, 0x201E, 0x2026, 0x2020, 0x2021, 0x20AC, 0x2030, 0x0409,
    0x2039, 0x040A, 0x040C, 0x040B, 0x040F, 0x0452, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0xFFFD, 0x2122, 0x0459, 0x203A, 0x045A, 0x045C, 0x045B, 0x045F, 0x00A0,
    0x040E, 0x045E, 0x0408, 0x00A4, 0x0490, 0x00A6, 0x00A7, 0x0401, 0x00A9, 0x0404, 0x00AB,
    0x00AC, 0x00AD, 0x00AE, 0x0407, 0x00B0, 0x00B1, 0x0406, 0x0456, 0x0491, 0x00B5, 0x00B6,
    0x00B7, 0x0451, 0x2116, 0x0454, 0x00BB, 0x0458, 0x0405, 0x0455, 0x0457,
};

const char *csv_encoding_name(enum csv_encoding e)
{
    return encoding_names[e];
}

bool csv_encoding_parse(struct str name, enum csv_encoding *e)
{
    for (int i = 0; i < CSV_ENCODINGS; i++) {
        if (str_eq_nocase(name, str_of(encoding_names[i]))) {
            *e = (enum csv_encoding)i;
            return true;
        }
    }
    return false;
}

/* ---- bytes -> UTF-8 ---- */

static size_t put_unit(struct csv *v, uint32_t unit, char *out)
{
    size_t n = 0;

    if (v->high && unit >= 0xDC00 && unit < 0xE000) {
        unit = 0x10000 + ((v->high - 0xD800) << 10) + (unit - 0xDC00);
        v->high = 0;
        return utf8_put(out, unit);
    }
    if (v->high) {
        n += utf8_put(out, 0xFFFD);
        v->high = 0;
    }
    if (unit >= 0xD800 && unit < 0xDC00) {
        v->high = unit;
        return n;
    }
    if (unit >= 0xDC00 && unit < 0xE000)
        unit = 0xFFFD;
    return n + utf8_put(out + n, unit);
}

/* Decodes one slice; out has room for 4 bytes a byte. UTF-8 passes as it is: no separator is part of a longer sequence. */
static size_t decode(struct csv *v, struct str in, char *out)
{
    size_t n = 0;

    if (v->shape.encoding == CSV_UTF8) {
        memcpy(out, in.ptr, in.len);
        return in.len;
    }
    for (size_t i = 0; i < in.len; i++) {
        unsigned char b = (unsigned char)in.ptr[i];
        if (v->shape.encoding == CSV_CP1251) {
            uint32_t cp = b < 0x80 ? b : b < 0xC0 ? cp1251[b - 0x80] : 0x0410u + (b - 0xC0u);
            n += utf8_put(out + n, cp);
            continue;
        }
        v->odd[v->odd_count++] = b;
        if (v->odd_count < 2)
            continue;
        v->odd_count = 0;
        uint32_t unit = v->shape.encoding == CSV_UTF16LE ? (uint32_t)(v->odd[0] | v->odd[1] << 8)
                                                         : (uint32_t)(v->odd[1] | v->odd[0] << 8);
        n += put_unit(v, unit, out + n);
    }
    return n;
}

/* ---- rows ---- */

static bool is_formula(char ch)
{
    return ch == '=' || ch == '+' || ch == '-' || ch == '@' || ch == '\t' || ch == '\r';
}

/* Apostrophes, then a character that a spreadsheet would calculate from. */
static bool is_guarded(struct str s)
{
    size_t i = 0;

    while (i < s.len && s.ptr[i] == '\'')
        i++;
    return i > 0 && i < s.len && is_formula(s.ptr[i]);
}

/* A cell as text: what is none becomes U+FFFD and is remembered. */
static struct str cell_text(struct csv *v, struct str s)
{
    if (utf8_is_valid(s))
        return str_dup(v->rows, s);
    struct buf b = buf_new(v->rows, 3 * s.len + 4);
    size_t at = 0;
    char out[4];
    while (at < s.len) {
        uint32_t cp = utf8_next(s, &at);
        cp = cp == 0 ? 0xFFFD : cp;
        buf_add(&b, (struct str){ out, utf8_put(out, cp) });
    }
    v->broken_text = true;
    return buf_str(&b);
}

static void on_cell(void *bytes, size_t len, void *data)
{
    struct csv *v = data;
    struct str s = { bytes ? bytes : "", len };

    if (v->fault)
        return;
    v->last_end = 0;
    v->cell_bytes += len;
    if (v->cell_count >= LIMIT_IMPORT_COLUMNS) {
        v->fault = "more columns than may be";
        return;
    }
    if (len > LIMIT_CELL_BYTES || v->cell_bytes > ROW_BYTES_MAX) {
        v->fault = "a cell or row is larger than may be";
        return;
    }
    if (is_guarded(s))
        s = str_sub(s, 1, s.len);
    v->cells[v->cell_count++] = cell_text(v, s);
}

/* "sep=;" as the first line is for Excel, and no row. */
static bool is_sep_line(const struct csv *v)
{
    return v->number == 1 && v->cell_count <= 2 && v->cell_count > 0 && v->cells[0].len >= 4 &&
           v->cells[0].len <= 5 && str_eq_nocase(str_sub(v->cells[0], 0, 4), STR("sep=")) &&
           (v->cell_count == 1 || (v->cells[0].len == 4 && v->cells[1].len == 0));
}

static void on_end(int ch, void *data)
{
    struct csv *v = data;

    if (v->fault)
        return;
    if (v->cell_count == 0) { /* a blank line, or the second half of CR LF */
        if (!(ch == '\n' && v->last_end == '\r') && ch >= 0)
            v->number++;
        v->last_end = ch;
        return;
    }
    v->last_end = ch;
    if (!is_sep_line(v)) {
        if (v->number > (int64_t)LIMIT_IMPORT_ROWS + 1) {
            v->fault = "more rows than may be";
            return;
        }
        if (v->queue_count == v->queue_cap) {
            size_t cap = v->queue_cap ? 2 * v->queue_cap : 64;
            v->queue = arena_grow(v->rows, v->queue, v->queue_cap * sizeof *v->queue,
                                  cap * sizeof *v->queue);
            v->queue_cap = cap;
        }
        struct str *cells = ARENA_ARRAY(v->rows, struct str, v->cell_count);
        memcpy(cells, v->cells, v->cell_count * sizeof *cells);
        v->queue[v->queue_count++] = (struct queued){ v->number, cells, v->cell_count,
                                                      v->broken_text };
        v->number++;
    }
    v->cell_count = 0;
    v->cell_bytes = 0;
    v->broken_text = false;
}

struct csv *csv_open(struct csv_shape shape)
{
    struct arena *self = arena_new(1024 * 1024);
    struct csv *v = ARENA_NEW(self, struct csv);

    v->self = self;
    v->shape = shape;
    v->rows = arena_new(ARENA_MAX);
    v->spare = arena_new(ARENA_MAX);
    v->number = 1;
    csv_init(&v->parser, CSV_REPALL_NL);
    csv_set_delim(&v->parser, (unsigned char)shape.delimiter);
    return v;
}

void csv_close(struct csv *v)
{
    if (!v)
        return;
    csv_free(&v->parser);
    arena_free(v->rows);
    arena_free(v->spare);
    arena_free(v->self);
}

/* What was queued has been taken: only the cells of the unfinished row move on. */
static void forget_rows(struct csv *v)
{
    struct arena *old = v->rows;

    v->rows = v->spare;
    v->spare = old;
    arena_reset(v->rows);
    for (size_t i = 0; i < v->cell_count; i++)
        v->cells[i] = str_dup(v->rows, v->cells[i]);
    v->queue = NULL;
    v->queue_count = v->queue_cap = v->queue_at = 0;
}

static enum err broken(struct ctx *c, struct csv *v, const char *why)
{
    v->fault = why;
    return fault_at(c, ERR_BAD_FIELD, STR("file"), "row %lld: %s", (long long)v->number, why);
}

static void feed(struct csv *v, struct str text)
{
    if (csv_parse(&v->parser, text.ptr, text.len, on_cell, on_end, v) != text.len && !v->fault)
        v->fault = "unreadable";
}

static void parse_slice(struct csv *v, struct str text)
{
    static const char mark[] = "\xEF\xBB\xBF";

    while (v->mark < 3 && text.len) {
        if (text.ptr[0] == mark[v->mark]) {
            v->mark++;
            text = str_sub(text, 1, text.len);
            continue;
        }
        feed(v, (struct str){ mark, v->mark }); /* it only began like one */
        v->mark = 4;
    }
    feed(v, text);
    if (v->parser.entry_pos > LIMIT_CELL_BYTES && !v->fault)
        v->fault = "a cell is larger than may be (a quote that is not closed?)";
}

enum err csv_feed(struct ctx *c, struct csv *v, struct str piece, bool last)
{
    char out[4 * SLICE_BYTES];

    assert(v->queue_at == v->queue_count);
    if (v->fault)
        return broken(c, v, v->fault);
    forget_rows(v);
    for (size_t at = 0; at < piece.len && !v->fault; at += SLICE_BYTES)
        parse_slice(v, (struct str){ out, decode(v, str_sub(piece, at, SLICE_BYTES), out) });
    if (v->fault)
        return broken(c, v, v->fault);
    if (last && v->parser.pstate == IN_FIELD && v->parser.quoted)
        return broken(c, v, "a quote is opened and never closed");
    if (last && csv_fini(&v->parser, on_cell, on_end, v) != 0)
        return broken(c, v, "unreadable");
    return v->fault ? broken(c, v, v->fault) : ERR_NONE;
}

bool csv_has(const struct csv *v)
{
    return v->queue_at < v->queue_count;
}

bool csv_next(struct csv *v, struct csv_row *row)
{
    if (v->queue_at >= v->queue_count)
        return false;
    const struct queued *q = &v->queue[v->queue_at++];
    *row = (struct csv_row){ q->number, q->cells, q->count, q->broken_text };
    return true;
}

/* ---- how is it written ---- */

/* Bytes that are Cyrillic letters of Windows-1251 more often than parts of a UTF-8 character. */
static bool looks_cyrillic(struct str s)
{
    size_t high = 0, letters = 0, whole = 0, at = 0;

    for (size_t i = 0; i < s.len; i++) {
        unsigned char b = (unsigned char)s.ptr[i];
        high += b >= 0x80;
        letters += b >= 0xC0 || b == 0xA8 || b == 0xB8;
    }
    while (at < s.len) {
        size_t was = at;
        uint32_t cp = utf8_next(s, &at);
        if (cp >= 0x80 && cp != 0xFFFD)
            whole += at - was;
    }
    return high > 0 && letters * 10 >= high * 7 && whole * 2 < high;
}

static enum csv_encoding sniff_encoding(struct str s, bool whole)
{
    size_t zero_even = 0, zero_odd = 0;

    if (str_starts(s, STR("\xEF\xBB\xBF")))
        return CSV_UTF8;
    if (str_starts(s, STR("\xFF\xFE")))
        return CSV_UTF16LE;
    if (str_starts(s, STR("\xFE\xFF")))
        return CSV_UTF16BE;
    for (size_t i = 0; i < s.len; i++) {
        zero_even += s.ptr[i] == 0 && i % 2 == 0;
        zero_odd += s.ptr[i] == 0 && i % 2 == 1;
    }
    if (s.len >= 8 && zero_odd * 4 > s.len)
        return CSV_UTF16LE;
    if (s.len >= 8 && zero_even * 4 > s.len)
        return CSV_UTF16BE;
    /* A head may end in the middle of a character. */
    for (size_t cut = 0; cut <= (whole ? 0u : 3u) && cut <= s.len; cut++)
        if (utf8_is_valid(str_sub(s, 0, s.len - cut)))
            return CSV_UTF8;
    return looks_cyrillic(s) ? CSV_CP1251 : CSV_UTF8;
}

/* How alike the records are when split by this delimiter: 0 (not split at all) and up. */
static int sniff_score(struct str s, char delimiter)
{
    int counts[SNIFF_RECORDS], records = 0, n = 0, same = 0;
    bool quoted = false, begin = true, empty = true;

    for (size_t i = 0; i < s.len && records < SNIFF_RECORDS; i++) {
        char ch = s.ptr[i];
        if (quoted) {
            quoted = ch != '"' || (i + 1 < s.len && s.ptr[i + 1] == '"');
            i += ch == '"' && quoted;
        } else if (ch == '"' && begin) {
            quoted = true;
            empty = false;
        } else if (ch == '\n' || ch == '\r') {
            if (!empty)
                counts[records++] = n;
            n = 0;
            empty = true;
        } else {
            n += ch == delimiter;
            empty = false;
        }
        begin = !quoted && (ch == delimiter || ch == '\n' || ch == '\r' || (begin && ch == ' '));
    }
    if (records == 0)
        return n > 0 ? 1000 + (n > 50 ? 50 : n) : 0;
    for (int i = 0; i < records; i++)
        same += counts[i] == counts[0];
    return counts[0] ? same * 1000 / records + (counts[0] > 50 ? 50 : counts[0]) : 0;
}

static char sniff_delimiter(struct str s)
{
    static const char candidates[] = { ';', ',', '\t', '|' };
    char best = ',';
    int best_score = 0;

    if (str_starts(s, STR("\xEF\xBB\xBF")))
        s = str_sub(s, 3, s.len);
    if (s.len > 5 && str_eq_nocase(str_sub(s, 0, 4), STR("sep=")) &&
        (s.ptr[5] == '\r' || s.ptr[5] == '\n') && s.ptr[4] != '"')
        return s.ptr[4];
    for (size_t i = 0; i < countof(candidates); i++) {
        int score = sniff_score(s, candidates[i]);
        if (score > best_score) {
            best_score = score;
            best = candidates[i];
        }
    }
    return best;
}

struct csv_shape csv_sniff(struct str head, bool whole)
{
    struct csv_shape shape = { .delimiter = ',' };
    struct csv decoder = { .mark = 0 };

    head = str_sub(head, 0, 64 * 1024);
    shape.encoding = sniff_encoding(head, whole);
    if (shape.encoding == CSV_UTF8 || shape.encoding == CSV_CP1251) {
        shape.delimiter = sniff_delimiter(head);
        return shape;
    }
    decoder.shape = shape;
    struct arena *a = arena_new(1024 * 1024);
    char *text = arena_alloc(a, 4 * head.len + 4);
    shape.delimiter = sniff_delimiter((struct str){ text, decode(&decoder, head, text) });
    arena_free(a);
    return shape;
}

/* ---- writing ---- */

struct csv_out csv_to(struct buf *buf, char delimiter, bool bom)
{
    if (bom)
        buf_add(buf, STR("\xEF\xBB\xBF"));
    return (struct csv_out){ .buf = buf, .delimiter = delimiter };
}

/* "-5", "-3.25": calculating from these does no harm, and they must stay numbers. */
static bool is_plain_number(struct str s)
{
    size_t i = s.len > 0 && s.ptr[0] == '-', digits = 0, marks = 0;

    for (; i < s.len; i++) {
        digits += s.ptr[i] >= '0' && s.ptr[i] <= '9';
        marks += s.ptr[i] == '.' || s.ptr[i] == ',';
        if (!((s.ptr[i] >= '0' && s.ptr[i] <= '9') || s.ptr[i] == '.' || s.ptr[i] == ','))
            return false;
    }
    return digits > 0 && marks <= 1;
}

void csv_put(struct csv_out *o, struct str cell)
{
    bool guard = cell.len > 0 && ((is_formula(cell.ptr[0]) && !is_plain_number(cell)) || is_guarded(cell));
    bool quote = guard || (cell.len > 0 && (cell.ptr[0] == ' ' || cell.ptr[0] == '\t' ||
                                            cell.ptr[cell.len - 1] == ' ' ||
                                            cell.ptr[cell.len - 1] == '\t'));

    for (size_t i = 0; i < cell.len && !quote; i++)
        quote = strchr("\",;\t|\r\n", cell.ptr[i]) != NULL && cell.ptr[i];
    if (o->begun)
        buf_char(o->buf, o->delimiter);
    o->begun = true;
    if (!quote) {
        buf_add(o->buf, cell);
        return;
    }
    buf_char(o->buf, '"');
    if (guard)
        buf_char(o->buf, '\'');
    for (size_t i = 0; i < cell.len; i++) {
        if (cell.ptr[i] == '"')
            buf_char(o->buf, '"');
        buf_char(o->buf, cell.ptr[i]);
    }
    buf_char(o->buf, '"');
}

void csv_end(struct csv_out *o)
{
    buf_add(o->buf, STR("\r\n"));
    o->begun = false;
}
