/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* power.h - the notes of power.c, as tool_power.c reads them: a head, then size bytes for a write. */
#ifndef CRASH_POWER_H
#define CRASH_POWER_H

#include <stdint.h>

enum { POWER_DB, POWER_WAL, POWER_FILES };
enum { POWER_WRITE, POWER_CUT, POWER_SYNC, POWER_GONE };

struct power_note {
    uint8_t op, file, good, unused;
    uint32_t size;
    uint64_t at; /* of a write; the new size of a cut */
};

#endif
