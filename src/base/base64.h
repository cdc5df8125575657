/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* base64.h - bytes as text (RFC 4648). Writing: the URL alphabet without padding, or the standard one with it. Reading: both alphabets, padding or none. Pure.
 */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/str.h"

struct str base64_url(struct arena *a, struct str bytes);
struct str base64_standard(struct arena *a, struct str bytes);
/* false unless text is base64 throughout. */
bool base64_parse(struct arena *a, struct str text, struct str *bytes);

#endif
