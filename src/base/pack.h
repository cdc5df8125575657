/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pack.h - small numbers in few bytes: what states and lists are stored as. LEB128, zigzag for signed ones.
 */
#ifndef BASE_PACK_H
#define BASE_PACK_H

#include "base/buf.h"

static inline void pack_uint(struct buf *to, uint64_t v)
{
    for (; v >= 0x80; v >>= 7)
        buf_char(to, (char)(v | 0x80));
    buf_char(to, (char)v);
}
static inline void pack_int(struct buf *to, int64_t v)
{
    pack_uint(to, ((uint64_t)v << 1) ^ (uint64_t)(v >> 63));
}
/* false at the end of the bytes or past 64 bits. */
static inline bool unpack_uint(struct str *from, uint64_t *v)
{
    uint64_t sum = 0;

    for (unsigned shift = 0; shift < 64 && from->len > 0; shift += 7) {
        unsigned char byte = (unsigned char)*from->ptr;
        from->ptr++, from->len--;
        sum |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            *v = sum;
            return true;
        }
    }
    return false;
}
static inline bool unpack_int(struct str *from, int64_t *v)
{
    uint64_t u;

    if (!unpack_uint(from, &u))
        return false;
    *v = (int64_t)(u >> 1) ^ -(int64_t)(u & 1);
    return true;
}

#endif
