/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/fix.h"

__extension__ typedef unsigned __int128 wide;

static uint64_t magnitude(int64_t v)
{
    return v < 0 ? -(uint64_t)v : (uint64_t)v;
}

static int64_t with_sign(wide v, bool minus)
{
    if (minus)
        return v >= (wide)1 << 63 ? INT64_MIN : -(int64_t)v;
    return v >= (wide)1 << 63 ? INT64_MAX : (int64_t)v;
}

int64_t fix_muldiv(int64_t a, int64_t num, int64_t den)
{
    assert(den > 0);
    wide d = (uint64_t)den;
    wide product = (wide)magnitude(a) * magnitude(num);
    return with_sign((product + d / 2) / d, (a < 0) != (num < 0));
}

/* 2^(-i/16) and 2^(-i/256) with 63 bits behind the point. */
static const uint64_t coarse[16] = {
    0x8000000000000000u, 0x7A92BE8A92436616u, 0x75606373EE921C97u, 0x70666F76154A7089u,
    0x6BA27E656B4EB57Au, 0x6712460A8FC24072u, 0x62B39508AA836D6Fu, 0x5E8451CFAC061B5Fu,
    0x5A827999FCEF3242u, 0x56AC1F752150A563u, 0x52FF6B54D8A89C75u, 0x4F7A993048D088D7u,
    0x4C1BF828C6DC54B8u, 0x48E1E9B9D588E19Bu, 0x45CAE0F1F545EB73u, 0x42D561B3E6243D8Au,
};
static const uint64_t fine[16] = {
    0x8000000000000000u, 0x7FA765ACA88F6453u, 0x7F4F08AE3DC7C426u, 0x7EF6E8DA4B544F9Au,
    0x7E9F06067A4360BAu, 0x7E47600890F223DEu, 0x7DEFF6B672F84E24u, 0x7D98C9E62113E1FAu,
    0x7D41D96DB915019Du, 0x7CEB252375C9CF9Bu, 0x7C94ACDDAEEA5D3Au, 0x7C3E7072D904A6CEu,
    0x7BE86FB985689DDCu, 0x7B92AA886214411Cu, 0x7B3D20B6399FC237u, 0x7AE7D219F329B948u,
};

static const uint64_t one_q63 = (uint64_t)1 << 63;
static const uint64_t ln2_q63 = 0x58B90BFBE8E7BCD6u;
/* 1/k! with 63 bits behind the point. */
static const uint64_t terms[7] = {
    0x8000000000000000u, 0x8000000000000000u, 0x4000000000000000u, 0x1555555555555555u,
    0x0555555555555555u, 0x0111111111111111u, 0x002D82D82D82D82Du,
};

static uint64_t mul_q63(uint64_t a, uint64_t b)
{
    return (uint64_t)((wide)a * b >> 63);
}

/* 2^-f for f in 0..1 with 48 bits behind the point, as a number with 63. Two table steps leave y under 2^-8; the rest is the
 * series of e^-(y ln 2) to its sixth power, in Horner's form, good to about 2^-61. A step of f moves the answer by
 * 2^-50 or more, so error cannot turn the order of two neighbours around: that is why f has no more than 48 bits. */
static uint64_t half_power(uint64_t f)
{
    uint64_t y = (f & (((uint64_t)1 << 40) - 1)) << 15;
    uint64_t z = mul_q63(y, ln2_q63);
    uint64_t series = terms[6];
    for (int k = 5; k >= 0; k--)
        series = terms[k] - mul_q63(z, series);
    return mul_q63(mul_q63(coarse[f >> 44 & 15], fine[f >> 40 & 15]), series);
}

fix fix_halve(fix value, int64_t age, int64_t half_life)
{
    assert(age >= 0 && half_life > 0);
    int64_t halvings = age / half_life;
    if (halvings > 64)
        return 0;
    uint64_t f = (uint64_t)(((wide)(uint64_t)(age % half_life) << 48) / (uint64_t)half_life);
    unsigned shift = 63 + (unsigned)halvings;
    wide product = (wide)magnitude(value) * (f ? half_power(f) : one_q63);
    return with_sign((product + ((wide)1 << (shift - 1))) >> shift, value < 0);
}

int64_t fix_round(fix value)
{
    return with_sign((magnitude(value) + (wide)(FIX_ONE / 2)) / (uint64_t)FIX_ONE, value < 0);
}

fix fix_clamp(fix value, fix floor, fix ceiling)
{
    return value < floor ? floor : value > ceiling ? ceiling : value;
}

struct str fix_print(fix value, char out[FIX_TEXT_MAX])
{
    uint64_t v = magnitude(value), whole = v / (uint64_t)FIX_ONE, rest = v % (uint64_t)FIX_ONE;
    char text[FIX_TEXT_MAX], *p = text + sizeof(text);
    bool seen = false; /* a decimal that is not a closing zero */
    for (int i = 0; i < 6; i++, rest /= 10) {
        seen = seen || rest % 10;
        if (seen)
            *--p = (char)('0' + rest % 10);
    }
    if (seen)
        *--p = '.';
    do
        *--p = (char)('0' + whole % 10);
    while (whole /= 10);
    if (value < 0)
        *--p = '-';
    size_t len = (size_t)(text + sizeof(text) - p);
    memcpy(out, p, len);
    out[len] = '\0';
    return (struct str){ out, len };
}

/* Digits from *at on; false if there are none or v would pass largest. */
static bool whole_digits(struct str s, size_t *at, int64_t largest, int64_t *v)
{
    size_t from = *at;
    *v = 0;
    for (; *at < s.len && s.ptr[*at] >= '0' && s.ptr[*at] <= '9'; ++*at) {
        *v = *v * 10 + (s.ptr[*at] - '0');
        if (*v > largest)
            return false;
    }
    return *at > from;
}

/* The decimals, as millionths; zeros behind the sixth say nothing and are let through. */
static bool decimals(struct str s, size_t *at, int64_t *v)
{
    int64_t unit = FIX_ONE / 10;
    size_t from = *at;
    *v = 0;
    for (; *at < s.len && s.ptr[*at] >= '0' && s.ptr[*at] <= '9'; ++*at, unit /= 10) {
        if (unit == 0 && s.ptr[*at] != '0')
            return false;
        *v += unit * (s.ptr[*at] - '0');
    }
    return *at > from;
}

bool fix_parse(struct str s, fix *value)
{
    size_t at = 0;
    int64_t whole, part = 0;
    bool minus = s.len && s.ptr[0] == '-';
    if (minus)
        at = 1;
    if (!whole_digits(s, &at, INT64_C(8999999999999), &whole))
        return false;
    if (at < s.len && s.ptr[at] == '.') {
        at++;
        if (!decimals(s, &at, &part))
            return false;
    }
    if (at != s.len)
        return false;
    int64_t v = whole * FIX_ONE + part;
    *value = minus ? -v : v;
    return true;
}

/* The power of ten behind e or E, kept within what can matter. */
static int64_t exponent(struct str s)
{
    int64_t v = 0;
    size_t at = s.len && (s.ptr[0] == '-' || s.ptr[0] == '+');
    for (; at < s.len && v < 100000; at++)
        v = v * 10 + (s.ptr[at] - '0');
    return s.len && s.ptr[0] == '-' ? -v : v;
}

fix fix_cut(struct str s)
{
    bool minus = s.len && s.ptr[0] == '-';
    size_t e = 0;
    while (e < s.len && (s.ptr[e] | 32) != 'e')
        e++;
    struct str digits = str_sub(s, minus, e - minus);
    ptrdiff_t point = str_find_char(digits, '.');
    /* How many digits, the point left out, stand before the seventh decimal. */
    int64_t wanted = (point < 0 ? (int64_t)digits.len : point) + 6 + exponent(str_sub(s, e + 1, s.len));
    int64_t v = 0;
    bool seen = false; /* a digit that is no leading zero: only then more zeros behind it count */
    for (size_t i = 0; wanted > 0 && (i < digits.len || (seen && v != INT64_MAX)); i++) {
        char d = i < digits.len ? digits.ptr[i] : '0';
        if (d == '.')
            continue;
        wanted--;
        seen = seen || d != '0';
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, d - '0', &v)) {
            v = INT64_MAX;
            break;
        }
    }
    return minus ? -v : v;
}
