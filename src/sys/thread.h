/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* thread.h - how much a thread asks of the processor.
 */
#ifndef SYS_THREAD_H
#define SYS_THREAD_H

/* The calling thread gives way to all others of ordinary priority, for good (Linux: a nice value is a thread's own). */
void thread_give_way(void);

#endif
