/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* url.h - the target of a request and the pairs of a form, taken apart. Pure.
 *
 * A path is decoded once, must then be valid UTF-8 without NUL, and holds no "." or ".." segment in any spelling:
 * whoever matches paths sees clean ones only. What cannot be decoded is refused, never guessed at.
 */
#ifndef NET_URL_H
#define NET_URL_H

#include "base/str.h"

/* "host:port" of "scheme://host:port/...", as a Host header has it; empty where there is no scheme. A view into url. */
struct str url_authority(struct str url);
/* Cuts "path?query" at the first '?'; the query is STR_NULL when there is none. */
void url_split(struct str target, struct str *path, struct str *query);
/* Percent-decoding; plus: '+' is a space (forms and queries). false: a broken escape, NUL, or not UTF-8. The result lives in a or is
 * in itself. */
bool url_decode(struct arena *a, struct str in, bool plus, struct str *out);
/* A decoded path that begins with '/', and has no segment "." or "..", no '\' and no control character. */
bool url_path_is_clean(struct str path);
/* Takes the next "name=value" off *rest, decoded. 1: a pair; 0: no more; -1: a broken escape. Empty pieces ("a&&b") are passed over. */
int url_next_pair(struct arena *a, struct str *rest, struct str *name, struct str *value);
/* The first pair of that name, decoded; STR_NULL when absent or broken. */
struct str url_find_pair(struct arena *a, struct str query, struct str name);
/* Percent-encodes everything but letters, digits and -._~ . */
struct str url_encode(struct arena *a, struct str s);

#endif
