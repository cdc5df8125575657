/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/base64.h"

#define BASE64_62 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

static struct str print(struct arena *a, struct str bytes, const char letters[65], bool padded)
{
    char *to = arena_alloc(a, bytes.len / 3 * 4 + 5);
    size_t len = 0;

    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t left = bytes.len - i;
        uint32_t v = (uint32_t)(unsigned char)bytes.ptr[i] << 16;

        if (left > 1)
            v |= (uint32_t)(unsigned char)bytes.ptr[i + 1] << 8;
        if (left > 2)
            v |= (unsigned char)bytes.ptr[i + 2];
        to[len++] = letters[v >> 18];
        to[len++] = letters[v >> 12 & 63];
        if (left > 1)
            to[len++] = letters[v >> 6 & 63];
        if (left > 2)
            to[len++] = letters[v & 63];
    }
    while (padded && len % 4)
        to[len++] = '=';
    return (struct str){ to, len };
}

struct str base64_url(struct arena *a, struct str bytes)
{
    return print(a, bytes, BASE64_62 "-_", false);
}

struct str base64_standard(struct arena *a, struct str bytes)
{
    return print(a, bytes, BASE64_62 "+/", true);
}

static int value_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    if (c == '/' || c == '_')
        return 63;
    return -1;
}

bool base64_parse(struct arena *a, struct str text, struct str *bytes)
{
    char *to = arena_alloc(a, text.len / 4 * 3 + 4);
    size_t len = 0, end = text.len;
    uint32_t v = 0;
    int bits = 0;

    while (end > 0 && text.len - end < 2 && text.ptr[end - 1] == '=')
        end--;
    if (end % 4 == 1 || (end < text.len && text.len % 4 != 0))
        return false;
    for (size_t i = 0; i < end; i++) {
        int d = value_of(text.ptr[i]);

        if (d < 0)
            return false;
        v = v << 6 | (uint32_t)d;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            to[len++] = (char)(v >> bits & 0xff);
        }
    }
    *bytes = (struct str){ to, len };
    return true;
}
