/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* str.h - text as a view: a pointer and a length in bytes that owns nothing.
 *
 * Text is UTF-8, checked once at the door. A view may be empty (len 0, any ptr) or absent (ptr NULL);
 * the two are told apart by str_is_null only, everything else treats them alike.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <string.h>

#include "base/arena.h"

struct str {
    const char *ptr;
    size_t len;
};

#define STR(literal)  ((struct str){ "" literal, sizeof(literal) - 1 })
#define STR_NULL      ((struct str){ NULL, 0 })
#define STR_FMT       "%.*s"
#define STR_ARG(s)    (int)(s).len, (s).ptr ? (s).ptr : ""

/* A view of a NUL-terminated string; NULL gives STR_NULL. */
static inline struct str str_of(const char *cz)
{
    return cz ? (struct str){ cz, strlen(cz) } : STR_NULL;
}
static inline bool str_is_null(struct str s)
{
    return s.ptr == NULL;
}
static inline bool str_eq(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}
/* Byte order, shorter first when one begins the other: <0, 0, >0. */
int str_cmp(struct str a, struct str b);
/* Equal with ASCII letters' case aside. For people's text use utf8_fold. */
bool str_eq_nocase(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Offset of the first occurrence of piece, or -1. An empty piece is found at 0. */
ptrdiff_t str_find(struct str s, struct str piece);
ptrdiff_t str_find_char(struct str s, char c);
/* Without ASCII white space at both ends. */
struct str str_trim(struct str s);
/* len bytes from offset from, cut to what is there. */
struct str str_sub(struct str s, size_t from, size_t len);
/* Takes the piece before the next sep off *rest (or all of it) and returns it; false when *rest is used up
 * (a NULL view). "a,,b" gives "a", "", "b". */
bool str_next(struct str *rest, char sep, struct str *piece);
/* A decimal integer with optional '-', the whole of s, within int64; false otherwise. */
bool str_to_int(struct str s, int64_t *value);
/* Copies into a. */
struct str str_dup(struct arena *a, struct str s);
/* A NUL-terminated copy for a C library's border. */
char *str_cz(struct arena *a, struct str s);
/* printf into a. */
struct str str_print(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* ASCII letters to lower case, in a. */
struct str str_lower(struct arena *a, struct str s);
/* A 64-bit hash of the bytes (FNV-1a): for tables in memory, not for what outsiders choose. */
uint64_t str_hash(struct str s);

#endif
