/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Any bytes as a table: cut in two ways the rows agree; written and read again they stay the same. */
#include <stdlib.h>

#include "base/limits.h"
#include "format/csv.h"

struct reading {
    struct buf out;
    bool blank; /* a row of one empty cell: written, it is a blank line */
};

static enum err read_all(struct arena *a, struct str file, size_t piece, struct csv_shape shape, struct reading *r)
{
    struct ctx c = { .arena = a };
    struct csv *v = csv_open(shape);
    struct csv_out o;
    struct csv_row row;
    enum err e = ERR_NONE;

    r->out = buf_new(a, 1 << 24);
    r->blank = false;
    o = csv_to(&r->out, ',', false);
    for (size_t at = 0; e == ERR_NONE && at < file.len; at += piece) {
        e = csv_feed(&c, v, str_sub(file, at, piece), at + piece >= file.len);
        while (e == ERR_NONE && csv_next(v, &row)) {
            assert(row.count > 0 && row.count <= LIMIT_IMPORT_COLUMNS);
            r->blank = r->blank || (row.count == 1 && row.cells[0].len == 0);
            for (size_t i = 0; i < row.count; i++)
                csv_put(&o, row.cells[i]);
            csv_end(&o);
        }
    }
    csv_close(v);
    return e;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct str file = { (const char *)data, size };
    struct csv_shape shape = csv_sniff(file, true), plain = { CSV_UTF8, ',' };
    struct reading one, two, three;
    enum err e = read_all(a, file, size + 1, shape, &one);

    assert(e == read_all(a, file, 3, shape, &two));
    if (e == ERR_NONE) {
        assert(str_eq(buf_str(&one.out), buf_str(&two.out)));
        /* What begins like a mark of Excel's or of byte order is one. */
        struct str text = buf_str(&one.out);
        bool mark = str_find(str_sub(text, 0, 5), STR("ep=")) >= 0 || str_find(str_sub(text, 0, 5), STR("EP=")) >= 0 ||
                    str_find(str_sub(text, 0, 5), STR("Ep=")) >= 0 || str_find(str_sub(text, 0, 5), STR("eP=")) >= 0 ||
                    str_starts(text, STR("\xEF\xBB\xBF"));
        if (!one.out.full && !one.blank && !mark && read_all(a, text, 7, plain, &three) == ERR_NONE)
            assert(str_eq(text, buf_str(&three.out)));
    }
    arena_free(a);
    return 0;
}
