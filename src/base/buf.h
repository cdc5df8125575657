/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* buf.h - text that grows inside an arena, up to a limit it is born with.
 *
 * A write past the limit is dropped and remembered in `full`; whoever finishes the text asks once.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/str.h"

struct buf {
    struct arena *arena;
    char *ptr;
    size_t len, cap, max;
    bool full;
};

/* An empty text in a that may reach max_bytes. */
struct buf buf_new(struct arena *a, size_t max_bytes);
void buf_add(struct buf *b, struct str s);
void buf_char(struct buf *b, char c);
void buf_print(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_int(struct buf *b, int64_t value);
/* Text inside of HTML or XML, between tags or in a quoted attribute: & < > " become entities. */
void buf_markup(struct buf *b, struct str text);
/* What was written so far; valid until the next write. */
struct str buf_str(const struct buf *b);

#endif
