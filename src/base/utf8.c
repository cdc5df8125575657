/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/utf8.h"

/* Length of the valid sequence at p (n bytes left), its code point in *cp; 0 if broken. RFC 3629, table 3-7 of Unicode. */
static size_t decode(const unsigned char *p, size_t n, uint32_t *cp)
{
    unsigned c = p[0];
    if (c < 0x80) {
        *cp = c;
        return 1;
    }
    size_t len = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
    if (c < 0xC2 || c > 0xF4 || n < len)
        return 0;
    for (size_t i = 1; i < len; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    unsigned v = c & (0x7F >> len);
    for (size_t i = 1; i < len; i++)
        v = v << 6 | (p[i] & 0x3F);
    static const unsigned least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    if (v < least[len] || v > 0x10FFFF || (v >= 0xD800 && v <= 0xDFFF))
        return 0;
    *cp = v;
    return len;
}

bool utf8_is_valid(struct str s)
{
    for (size_t i = 0; i < s.len;) {
        uint32_t cp;
        size_t n = decode((const unsigned char *)s.ptr + i, s.len - i, &cp);
        if (n == 0 || cp == 0)
            return false;
        i += n;
    }
    return true;
}

size_t utf8_count(struct str s)
{
    size_t count = 0;
    for (size_t i = 0; i < s.len; i++)
        count += ((unsigned char)s.ptr[i] & 0xC0) != 0x80;
    return count;
}

struct str utf8_cut(struct str s, size_t max_chars)
{
    size_t i = 0;
    for (; i < s.len; i++) {
        if (((unsigned char)s.ptr[i] & 0xC0) == 0x80)
            continue;
        if (max_chars-- == 0)
            break;
    }
    return str_sub(s, 0, i);
}

/* Lower-case partner of cp in the alphabets this file knows. */
static uint32_t fold_char(uint32_t cp)
{
    if (cp < 0x80)
        return cp >= 'A' && cp <= 'Z' ? cp + 32 : cp;
    if (cp >= 0xC0 && cp <= 0xDE && cp != 0xD7)
        return cp + 32;
    if (cp >= 0x100 && cp <= 0x17F) {
        if (cp == 0x130 || cp == 0x131)
            return 'i';
        if (cp == 0x138 || cp == 0x149 || cp == 0x17F)
            return cp;
        if (cp == 0x178)
            return 0xFF;
        bool odd_is_upper = (cp >= 0x139 && cp <= 0x148) || cp >= 0x179;
        return ((cp & 1) != 0) == odd_is_upper ? cp + 1 : cp;
    }
    if (cp >= 0x386 && cp <= 0x38F) {
        static const uint16_t greek[] = { 0x3AC, 0x387, 0x3AD, 0x3AE, 0x3AF, 0x38B, 0x3CC, 0x38D, 0x3CD, 0x3CE };
        return greek[cp - 0x386];
    }
    if (cp >= 0x391 && cp <= 0x3AB && cp != 0x3A2)
        return cp + 32;
    if (cp == 0x3C2)
        return 0x3C3; /* final sigma */
    if (cp >= 0x410 && cp <= 0x42F)
        return cp + 32;
    if (cp == 0x401 || cp == 0x451)
        return 0x435; /* ё as е: people type either */
    if (cp >= 0x400 && cp <= 0x40F)
        return cp + 80;
    if (cp >= 0x460 && cp <= 0x481)
        return cp | 1;
    if (cp >= 0x48A && cp <= 0x4BF)
        return cp | 1;
    if (cp >= 0x4D0 && cp <= 0x52F)
        return cp | 1;
    return cp;
}

static bool ends_or_controls(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x2028 || cp == 0x2029;
}

bool utf8_is_line(struct str s)
{
    for (size_t at = 0; at < s.len;)
        if (ends_or_controls(utf8_next(s, &at)))
            return false;
    return true;
}

struct str utf8_line(struct arena *a, struct str s, size_t max_chars)
{
    char *to = arena_alloc(a, s.len + 1);
    size_t len = 0;

    for (size_t at = 0, chars = 0; at < s.len && chars < max_chars; chars++) {
        size_t from = at;
        uint32_t cp = utf8_next(s, &at);

        if (ends_or_controls(cp)) {
            to[len++] = ' ';
            continue;
        }
        memcpy(to + len, s.ptr + from, at - from);
        len += at - from;
    }
    return (struct str){ to, len };
}

struct str utf8_fold(struct arena *a, struct str s)
{
    /* No fold is longer than its letter, but a broken byte becomes three. */
    char *out = arena_alloc(a, s.len * 3 + 1);
    size_t len = 0;
    for (size_t at = 0; at < s.len;)
        len += utf8_put(out + len, fold_char(utf8_next(s, &at)));
    return (struct str){ out, len };
}

uint32_t utf8_next(struct str s, size_t *at)
{
    uint32_t cp;
    size_t n = decode((const unsigned char *)s.ptr + *at, s.len - *at, &cp);
    if (n == 0) {
        ++*at;
        return 0xFFFD;
    }
    *at += n;
    return cp;
}

size_t utf8_put(char out[4], uint32_t cp)
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xC0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3F));
        return 2;
    }
    if (cp < 0x10000) {
        out[0] = (char)(0xE0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
        out[2] = (char)(0x80 | (cp & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | cp >> 18);
    out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
    out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
    out[3] = (char)(0x80 | (cp & 0x3F));
    return 4;
}
