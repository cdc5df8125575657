/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* program.h - another program, run to its end: its words are handed over as they are, no shell in between.
 *
 * Words are seen by everybody on the machine while it runs; its environment by its owner only. So what is secret goes by the environment.
 */
#ifndef SYS_PROGRAM_H
#define SYS_PROGRAM_H

#include "base/ctx.h"

struct program {
    const char *const *words; /* ended by NULL; the first is looked for in PATH */
    const char *const *env;   /* "NAME=value", ended by NULL */
    int in, out;              /* its standard input and output; -1: nothing, and nowhere */
};

/* ERR_NOT_FOUND: it is not installed. ERR_AWAY: it could not be run, or ended with a fault; the note has what it said. */
NODISCARD enum err program_run(struct ctx *c, const struct program *p);

#endif
