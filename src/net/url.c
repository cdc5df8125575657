/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/url.h"

#include "base/utf8.h"

struct str url_authority(struct str url)
{
    ptrdiff_t at = str_find(url, STR("://"));

    if (at < 0)
        return STR_NULL;
    url = str_sub(url, (size_t)at + 3, url.len);
    at = str_find_char(url, '/');
    return at < 0 ? url : str_sub(url, 0, (size_t)at);
}

void url_split(struct str target, struct str *path, struct str *query)
{
    ptrdiff_t mark = str_find_char(target, '?');

    if (mark < 0) {
        *path = target;
        *query = STR_NULL;
        return;
    }
    *path = str_sub(target, 0, (size_t)mark);
    *query = str_sub(target, (size_t)mark + 1, target.len);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool url_decode(struct arena *a, struct str in, bool plus, struct str *out)
{
    char *to;
    size_t len = 0;

    if (str_find_char(in, '%') < 0 && (!plus || str_find_char(in, '+') < 0)) {
        *out = in;
        return utf8_is_valid(in);
    }
    to = arena_alloc(a, in.len + 1);
    for (size_t i = 0; i < in.len; i++) {
        char c = in.ptr[i];

        if (c == '%') {
            int high, low;

            if (in.len - i < 3)
                return false;
            high = hex_digit(in.ptr[i + 1]);
            low = hex_digit(in.ptr[i + 2]);
            if (high < 0 || low < 0)
                return false;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (plus && c == '+') {
            c = ' ';
        }
        to[len++] = c;
    }
    *out = (struct str){ to, len };
    return utf8_is_valid(*out);
}

bool url_path_is_clean(struct str path)
{
    struct str rest = path, piece;

    if (path.len == 0 || path.ptr[0] != '/')
        return false;
    for (size_t i = 0; i < path.len; i++)
        if ((unsigned char)path.ptr[i] < 0x20 || path.ptr[i] == 0x7f || path.ptr[i] == '\\')
            return false;
    while (str_next(&rest, '/', &piece))
        if (str_eq(piece, STR(".")) || str_eq(piece, STR("..")))
            return false;
    return true;
}

int url_next_pair(struct arena *a, struct str *rest, struct str *name, struct str *value)
{
    struct str piece;

    while (str_next(rest, '&', &piece)) {
        ptrdiff_t eq;

        if (piece.len == 0)
            continue;
        eq = str_find_char(piece, '=');
        if (!url_decode(a, eq < 0 ? piece : str_sub(piece, 0, (size_t)eq), true, name))
            return -1;
        if (!url_decode(a, eq < 0 ? STR("") : str_sub(piece, (size_t)eq + 1, piece.len), true, value))
            return -1;
        return 1;
    }
    return 0;
}

struct str url_find_pair(struct arena *a, struct str query, struct str name)
{
    struct str n, v;
    int got;

    while ((got = url_next_pair(a, &query, &n, &v)) != 0) {
        if (got < 0)
            return STR_NULL;
        if (str_eq(n, name))
            return v;
    }
    return STR_NULL;
}

struct str url_encode(struct arena *a, struct str s)
{
    static const char digits[] = "0123456789ABCDEF";
    char *to = arena_alloc(a, s.len * 3 + 1);
    size_t len = 0;

    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
            c == '_' || c == '~') {
            to[len++] = (char)c;
        } else {
            to[len++] = '%';
            to[len++] = digits[c >> 4];
            to[len++] = digits[c & 15];
        }
    }
    return (struct str){ to, len };
}
