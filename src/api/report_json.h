/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* report_json.h - what figures of reports look like in JSON and in tables: a share that was not told is null, or three empty cells. */
#ifndef API_REPORT_JSON_H
#define API_REPORT_JSON_H

#include <stdio.h>

#include "format/csv.h"
#include "report/speed.h"

static inline void json_put_share(struct json_out *o, const char *key, struct speed_share s)
{
    json_key(o, key);
    if (!s.told) {
        json_put_null(o);
        return;
    }
    json_begin(o);
    json_key(o, "value");
    json_put_fix(o, s.value);
    json_key(o, "low");
    json_put_fix(o, s.low);
    json_key(o, "high");
    json_put_fix(o, s.high);
    json_end(o);
}

static inline void json_put_number(struct json_out *o, const char *key, int64_t n)
{
    json_key(o, key);
    json_put_int(o, n);
}

static inline struct str number_or_null(struct arena *a, bool has, int64_t n)
{
    return has ? str_print(a, "%lld", (long long)n) : STR("null");
}

/* Seconds, rounded; below zero: null. */
static inline void json_put_wait(struct json_out *o, const char *key, int64_t us)
{
    json_key(o, key);
    if (us < 0)
        json_put_null(o);
    else
        json_put_int(o, (us + SECOND_US / 2) / SECOND_US);
}

/* Below zero: an empty cell. */
static inline void csv_put_number(struct csv_out *csv, int64_t n)
{
    char text[24];
    int len = snprintf(text, sizeof text, "%lld", (long long)n);

    csv_put(csv, n < 0 ? STR("") : (struct str){ text, (size_t)len });
}

static inline void csv_put_share(struct csv_out *csv, struct speed_share s)
{
    const fix parts[] = { s.value, s.low, s.high };
    char text[FIX_TEXT_MAX];

    for (size_t i = 0; i < countof(parts); i++)
        csv_put(csv, s.told ? fix_print(parts[i], text) : STR(""));
}

#endif
