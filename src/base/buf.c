/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>

struct buf buf_new(struct arena *a, size_t max_bytes)
{
    return (struct buf){ .arena = a, .max = max_bytes };
}

/* Room for more bytes and a closing NUL that vsnprintf wants; false past the limit. */
static bool has_room(struct buf *b, size_t more)
{
    if (b->full || more > b->max || b->len > b->max - more) {
        b->full = true;
        return false;
    }
    size_t need = b->len + more + 1;
    if (need <= b->cap)
        return true;
    size_t cap = b->cap ? b->cap * 2 : 256;
    if (cap > b->max + 1)
        cap = b->max + 1;
    if (cap < need)
        cap = need;
    b->ptr = arena_grow(b->arena, b->ptr, b->cap, cap);
    b->cap = cap;
    return true;
}

void buf_add(struct buf *b, struct str s)
{
    if (s.len == 0 || !has_room(b, s.len))
        return;
    memcpy(b->ptr + b->len, s.ptr, s.len);
    b->len += s.len;
}

void buf_char(struct buf *b, char c)
{
    if (has_room(b, 1))
        b->ptr[b->len++] = c;
}

void buf_print(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n <= 0 || !has_room(b, (size_t)n))
        return;
    va_start(ap, fmt);
    vsnprintf(b->ptr + b->len, (size_t)n + 1, fmt, ap);
    va_end(ap);
    b->len += (size_t)n;
}

void buf_int(struct buf *b, int64_t value)
{
    char text[20], *p = text + sizeof(text);
    uint64_t v = value < 0 ? -(uint64_t)value : (uint64_t)value;
    do
        *--p = (char)('0' + v % 10);
    while (v /= 10);
    if (value < 0)
        *--p = '-';
    buf_add(b, (struct str){ p, (size_t)(text + sizeof(text) - p) });
}

struct str buf_str(const struct buf *b)
{
    return b->ptr ? (struct str){ b->ptr, b->len } : STR("");
}

void buf_markup(struct buf *b, struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        switch (text.ptr[i]) {
        case '&':
            buf_add(b, STR("&amp;"));
            break;
        case '<':
            buf_add(b, STR("&lt;"));
            break;
        case '>':
            buf_add(b, STR("&gt;"));
            break;
        case '"':
            buf_add(b, STR("&quot;"));
            break;
        default:
            buf_char(b, text.ptr[i]);
        }
}
