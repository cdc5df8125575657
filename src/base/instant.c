/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/instant.h"

int64_t date_to_days(int year, int month, int day)
{
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

void date_of_days(int64_t days, int *year, int *month, int *day)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    *day = (int)(doy - (153 * mp + 2) / 5 + 1);
    *month = (int)(mp < 10 ? mp + 3 : mp - 9);
    *year = (int)(yoe + era * 400 + (*month <= 2));
}

/* count digits at *at, all of them digits, or false. */
static bool digits(struct str s, size_t *at, size_t count, int *value)
{
    if (s.len - *at < count)
        return false;
    int v = 0;
    for (size_t i = 0; i < count; i++) {
        char c = s.ptr[*at + i];
        if (c < '0' || c > '9')
            return false;
        v = v * 10 + (c - '0');
    }
    *at += count;
    *value = v;
    return true;
}

static bool skip(struct str s, size_t *at, char c)
{
    if (*at >= s.len || s.ptr[*at] != c)
        return false;
    ++*at;
    return true;
}

static int days_in_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

static bool parse_date(struct str s, size_t *at, int64_t *days)
{
    int y, m, d;
    if (!digits(s, at, 4, &y) || !skip(s, at, '-') || !digits(s, at, 2, &m) ||
        !skip(s, at, '-') || !digits(s, at, 2, &d))
        return false;
    if (y < 1 || m < 1 || m > 12 || d < 1 || d > days_in_month(y, m))
        return false;
    *days = date_to_days(y, m, d);
    return true;
}

/* Up to 9 decimals; those behind the sixth are cut. */
static bool parse_decimals(struct str s, size_t *at, int64_t *us)
{
    size_t count = 0;
    int64_t v = 0;
    while (*at < s.len && s.ptr[*at] >= '0' && s.ptr[*at] <= '9') {
        if (count < 6)
            v = v * 10 + (s.ptr[*at] - '0');
        count++;
        ++*at;
    }
    if (count == 0 || count > 9)
        return false;
    for (; count < 6; count++)
        v *= 10;
    *us = v;
    return true;
}

static bool parse_zone(struct str s, size_t *at, int64_t *offset_us)
{
    if (skip(s, at, 'Z') || skip(s, at, 'z')) {
        *offset_us = 0;
        return true;
    }
    bool minus = skip(s, at, '-');
    int h, m;
    if (!minus && !skip(s, at, '+'))
        return false;
    if (!digits(s, at, 2, &h) || !skip(s, at, ':') || !digits(s, at, 2, &m) || h > 23 || m > 59)
        return false;
    *offset_us = (minus ? -1 : 1) * (h * HOUR_US + m * MINUTE_US);
    return true;
}

bool instant_parse(struct str s, instant *at)
{
    size_t i = 0;
    int64_t days, us = 0, offset_us;
    int h, m, sec;
    if (!parse_date(s, &i, &days))
        return false;
    if (i == s.len) {
        *at = days * DAY_US;
        return true;
    }
    if (!skip(s, &i, 'T') && !skip(s, &i, 't') && !skip(s, &i, ' '))
        return false;
    if (!digits(s, &i, 2, &h) || !skip(s, &i, ':') || !digits(s, &i, 2, &m) || !skip(s, &i, ':') ||
        !digits(s, &i, 2, &sec))
        return false;
    if (h > 23 || m > 59 || sec > 60) /* 60: a leap second, told as the next minute's first */
        return false;
    if (skip(s, &i, '.') && !parse_decimals(s, &i, &us))
        return false;
    if (!parse_zone(s, &i, &offset_us) || i != s.len)
        return false;
    instant t = days * DAY_US + h * HOUR_US + m * MINUTE_US + sec * SECOND_US + us - offset_us;
    if (t < date_to_days(1, 1, 1) * DAY_US || t >= date_to_days(10000, 1, 1) * DAY_US)
        return false; /* only the offset leads out of the years that have a text */
    *at = t;
    return true;
}

static char *put_digits(char *p, int64_t value, int count)
{
    for (int i = count - 1; i >= 0; i--) {
        p[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return p + count;
}

struct str instant_print(instant at, char out[INSTANT_TEXT_MAX])
{
    int64_t days = at / DAY_US, us = at % DAY_US;
    if (us < 0) {
        us += DAY_US;
        days--;
    }
    int year, month, day;
    date_of_days(days, &year, &month, &day);
    if (year < 0 || year > 9999) { /* no such text in RFC 3339 */
        out[0] = '\0';
        return (struct str){ out, 0 };
    }
    char *p = put_digits(out, year, 4);
    *p++ = '-';
    p = put_digits(p, month, 2);
    *p++ = '-';
    p = put_digits(p, day, 2);
    *p++ = 'T';
    p = put_digits(p, us / HOUR_US, 2);
    *p++ = ':';
    p = put_digits(p, us / MINUTE_US % 60, 2);
    *p++ = ':';
    p = put_digits(p, us / SECOND_US % 60, 2);
    if (us % SECOND_US) {
        *p++ = '.';
        p = put_digits(p, us % SECOND_US, 6);
        while (p[-1] == '0')
            p--;
    }
    *p++ = 'Z';
    *p = '\0';
    return (struct str){ out, (size_t)(p - out) };
}

instant instant_add(instant at, int64_t span_us)
{
    instant sum;
    if (at == INSTANT_NONE || at == INSTANT_NEVER)
        return at;
    if (__builtin_add_overflow(at, span_us, &sum))
        return span_us > 0 ? INSTANT_NEVER : INSTANT_NONE;
    return sum;
}
