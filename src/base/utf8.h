/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* utf8.h - UTF-8: is it valid, how many characters, and the simple fold by which people's words are compared.
 *
 * utf8_fold lowers ASCII, Latin-1, Latin Extended-A, Greek and Cyrillic letters and maps ё to е; it is
 * meant for "has this word", not for collation (sys/ holds ICU for that). Pure; the fold of a fold is itself.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/str.h"

/* Valid by RFC 3629 (no surrogates, no overlong forms) and without NUL. */
bool utf8_is_valid(struct str s);
/* Of valid text: no control character, and nothing that ends a line or a paragraph. */
bool utf8_is_line(struct str s);
/* Characters (code points). s must be valid. */
size_t utf8_count(struct str s);
/* At most max_chars characters from the start. */
struct str utf8_cut(struct str s, size_t max_chars);
/* One line of at most max_chars characters, for what came from outside and stands inside of a text of ours: each control character and each other
 * end of a line (U+0085, U+2028, U+2029) is a blank. */
struct str utf8_line(struct arena *a, struct str s, size_t max_chars);
struct str utf8_fold(struct arena *a, struct str s);
/* Decodes one code point at *at and moves on; 0xFFFD for a broken byte. */
uint32_t utf8_next(struct str s, size_t *at);
/* Encodes cp; returns the length, 1 to 4. */
size_t utf8_put(char out[4], uint32_t cp);

#endif
