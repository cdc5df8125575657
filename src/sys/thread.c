/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sys/thread.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LOW = 15 };

void thread_give_way(void)
{
    /* Refused or not: the work is the same, only less polite. */
    (void)setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), LOW);
}
