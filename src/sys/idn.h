/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* idn.h - names of hosts in letters of the world, as name servers and mail know them ("xn--..."), by ICU (UTS 46). Any thread.
 */
#ifndef SYS_IDN_H
#define SYS_IDN_H

#include "base/str.h"

/* The name in ASCII, lower case; STR_NULL when it is none that may be registered (a joiner that shows nothing, mixed forms). In a. */
struct str idn_ascii(struct arena *a, struct str name);

#endif
