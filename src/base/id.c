/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/id.h"

static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";
static const int64_t epoch_us = (int64_t)1577836800 * 1000000; /* 2020-01-01 */

enum { SEQ_BITS = 14, NODE_BITS = 8, LETTERS = 13 };

int64_t id_make(struct id_maker *m, instant wall)
{
    int64_t ms = (wall - epoch_us) / 1000;
    if (ms < 0)
        ms = 0;
    if (ms > m->last_ms) {
        m->last_ms = ms;
        m->seq = 0;
    } else if (++m->seq >= 1 << SEQ_BITS) { /* also when the clock went back: ids keep rising */
        m->last_ms++;
        m->seq = 0;
    }
    assert(m->node >= 0 && m->node < 1 << NODE_BITS);
    return m->last_ms << (SEQ_BITS + NODE_BITS) | (int64_t)m->node << SEQ_BITS | m->seq;
}

instant id_instant(int64_t id)
{
    return (id >> (SEQ_BITS + NODE_BITS)) * 1000 + epoch_us;
}

struct str id_print(const char *prefix, int64_t id, char out[ID_TEXT_MAX])
{
    if (id <= 0) {
        out[0] = '\0';
        return (struct str){ out, 0 };
    }
    size_t n = strlen(prefix);
    assert(n + 1 + LETTERS < ID_TEXT_MAX);
    memcpy(out, prefix, n);
    out[n] = '_';
    for (int i = LETTERS - 1; i >= 0; i--) {
        out[n + 1 + (size_t)i] = letters[id & 31];
        id >>= 5;
    }
    out[n + 1 + LETTERS] = '\0';
    return (struct str){ out, n + 1 + LETTERS };
}

bool id_parse(const char *prefix, struct str s, int64_t *id)
{
    size_t n = strlen(prefix);
    if (s.len != n + 1 + LETTERS || memcmp(s.ptr, prefix, n) != 0 || s.ptr[n] != '_')
        return false;
    uint64_t v = 0;
    for (size_t i = n + 1; i < s.len; i++) {
        const char *p = s.ptr[i] ? strchr(letters, s.ptr[i]) : NULL;
        if (!p || v >> 58) /* the next shift would pass 63 bits */
            return false;
        v = v << 5 | (uint64_t)(p - letters);
    }
    if (v == 0)
        return false;
    *id = (int64_t)v;
    return true;
}
