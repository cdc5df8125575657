/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "history/history.h"

enum { MS_DIGITS = 13, UUID_LEN = 36 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int hex_of(char c)
{
    return is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* A UUID of version 7 begins with 48 bits of milliseconds. */
static int64_t uuid_ms(struct str id)
{
    int64_t ms = 0;

    if (id.len != UUID_LEN || id.ptr[8] != '-' || id.ptr[13] != '-' || id.ptr[14] != '7' || id.ptr[18] != '-' || id.ptr[23] != '-')
        return 0;
    for (size_t i = 0; i < 13; i++) {
        int digit = hex_of(id.ptr[i]);

        if (i == 8)
            continue;
        if (digit < 0)
            return 0;
        ms = ms * 16 + digit;
    }
    return ms >> 41 ? 0 : ms; /* later than 2039 */
}

/* Thirteen digits that begin with 1, between what is no digit: the years 2001 to 2033. */
int64_t history_message_ms(struct str id)
{
    size_t from = 0, i = 0;

    for (; i <= id.len; i++) {
        int64_t ms = 0;

        if (i < id.len && is_digit(id.ptr[i]))
            continue;
        if (i - from == MS_DIGITS && id.ptr[from] == '1' && str_to_int(str_sub(id, from, MS_DIGITS), &ms))
            return ms;
        from = i + 1;
    }
    return uuid_ms(id);
}
