/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* report_json.h - what figures of reports look like in JSON: a share that was not told is null. */
#ifndef API_REPORT_JSON_H
#define API_REPORT_JSON_H

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

/* Seconds; below zero: null. */
static inline void json_put_wait(struct json_out *o, const char *key, int64_t us)
{
    json_key(o, key);
    if (us < 0)
        json_put_null(o);
    else
        json_put_int(o, us / SECOND_US);
}

#endif
