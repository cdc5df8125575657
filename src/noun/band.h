/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* band.h - the temperature of a lead: the interval that its score falls in. Kept in tables as these numbers, in JSON by name.
 */
#ifndef NOUN_BAND_H
#define NOUN_BAND_H

#include <stddef.h>

enum band { BAND_COLD, BAND_WARM, BAND_HOT, BANDS };

static const char *const band_names[BANDS + 1] __attribute__((unused)) = { "cold", "warm", "hot", NULL };

#endif
