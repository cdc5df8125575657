/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>

int str_cmp(struct str a, struct str b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int d = n ? memcmp(a.ptr, b.ptr, n) : 0;
    if (d)
        return d;
    return a.len < b.len ? -1 : a.len > b.len;
}

static unsigned char ascii_lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool str_eq_nocase(struct str a, struct str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (ascii_lower(a.ptr[i]) != ascii_lower(b.ptr[i]))
            return false;
    return true;
}

bool str_starts(struct str s, struct str prefix)
{
    return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.len >= suffix.len &&
           (suffix.len == 0 || memcmp(s.ptr + s.len - suffix.len, suffix.ptr, suffix.len) == 0);
}

ptrdiff_t str_find(struct str s, struct str piece)
{
    if (piece.len == 0)
        return 0;
    if (s.len < piece.len)
        return -1;
    const char *p = memmem(s.ptr, s.len, piece.ptr, piece.len);
    return p ? p - s.ptr : -1;
}

ptrdiff_t str_find_char(struct str s, char c)
{
    const char *p = s.len ? memchr(s.ptr, c, s.len) : NULL;
    return p ? p - s.ptr : -1;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
    while (s.len && is_space(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    while (s.len && is_space(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

struct str str_sub(struct str s, size_t from, size_t len)
{
    if (from > s.len)
        from = s.len;
    if (len > s.len - from)
        len = s.len - from;
    return (struct str){ s.ptr ? s.ptr + from : NULL, len };
}

bool str_next(struct str *rest, char sep, struct str *piece)
{
    if (str_is_null(*rest))
        return false;
    ptrdiff_t at = str_find_char(*rest, sep);
    if (at < 0) {
        *piece = *rest;
        *rest = STR_NULL;
        return true;
    }
    *piece = str_sub(*rest, 0, (size_t)at);
    *rest = str_sub(*rest, (size_t)at + 1, rest->len);
    return true;
}

bool str_to_int(struct str s, int64_t *value)
{
    size_t i = 0;
    bool minus = s.len && s.ptr[0] == '-';
    if (minus)
        i = 1;
    if (i == s.len)
        return false;
    int64_t v = 0; /* kept negative: the negative side is the longer one */
    for (; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, s.ptr[i] - '0', &v))
            return false;
    }
    if (!minus && v == INT64_MIN)
        return false;
    *value = minus ? v : -v;
    return true;
}

struct str str_dup(struct arena *a, struct str s)
{
    if (str_is_null(s))
        return STR_NULL;
    char *p = arena_alloc(a, s.len ? s.len : 1);
    if (s.len)
        memcpy(p, s.ptr, s.len);
    return (struct str){ p, s.len };
}

char *str_cz(struct arena *a, struct str s)
{
    char *p = arena_alloc(a, s.len + 1);
    if (s.len)
        memcpy(p, s.ptr, s.len);
    p[s.len] = '\0';
    return p;
}

struct str str_print(struct arena *a, const char *fmt, ...)
{
    char local[256];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(local, sizeof(local), fmt, ap);
    va_end(ap);
    if (n < 0)
        return STR("");
    char *p = arena_alloc(a, (size_t)n + 1);
    if ((size_t)n < sizeof(local)) {
        memcpy(p, local, (size_t)n + 1);
    } else {
        va_start(ap, fmt);
        vsnprintf(p, (size_t)n + 1, fmt, ap);
        va_end(ap);
    }
    return (struct str){ p, (size_t)n };
}

struct str str_lower(struct arena *a, struct str s)
{
    if (str_is_null(s))
        return STR_NULL;
    char *p = arena_alloc(a, s.len ? s.len : 1);
    for (size_t i = 0; i < s.len; i++)
        p[i] = (char)ascii_lower(s.ptr[i]);
    return (struct str){ p, s.len };
}

uint64_t str_hash(struct str s)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < s.len; i++) {
        h ^= (unsigned char)s.ptr[i];
        h *= 1099511628211u;
    }
    return h;
}
