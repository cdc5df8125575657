/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* id.h - names of things: 63 bits, rising with time, a kind of its own for each noun.
 *
 *   41 bits  milliseconds since 2020-01-01   (until 2089)
 *    8 bits  node                            (leased in the database, so that two programs differ)
 *   14 bits  sequence within the millisecond; when used up the next millisecond is borrowed
 *
 * Outside the program an id is a prefix, '_' and 13 letters of Crockford's base 32 in lower case; never a number.
 */
#ifndef BASE_ID_H
#define BASE_ID_H

#include "base/instant.h"

#define ID_TYPE(noun)                                                                              \
    struct noun##_id {                                                                             \
        int64_t v;                                                                                 \
    }

/* Not thread safe: one maker, one owner. */
struct id_maker {
    int64_t last_ms;
    int32_t seq;
    int32_t node; /* 0..255 */
};

int64_t id_make(struct id_maker *m, instant wall);
/* The instant held in an id, exact to the millisecond. */
instant id_instant(int64_t id);

#define ID_TEXT_MAX 20
/* prefix: two letters, "ld". 0 prints as an empty text. */
struct str id_print(const char *prefix, int64_t id, char out[ID_TEXT_MAX]);
/* false unless s is prefix, '_' and 13 valid letters in range. */
bool id_parse(const char *prefix, struct str s, int64_t *id);

#endif
