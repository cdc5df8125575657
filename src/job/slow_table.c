/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The one table of long work. */
#include "job/slow.h"

const struct job_slow job_slow_table[] = {
    { 0 }
};
