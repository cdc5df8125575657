/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fault.h - the table of errors, and what is known of the one that happened.
 *
 * A function that can fail returns an enum err and, where it knows more, fills the fault: a code, the place (a JSON
 * pointer, a parameter, a column), and a note for the log in English. api/problem.c turns it into
 * application/problem+json; nobody else does.
 *
 * A body may hold several faults (strict writes report each); the first decides the status.
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include "base/str.h"

enum err {
    ERR_NONE,
#define ERR(code, status, slug) code,
#include "base/err.def"
#undef ERR
    ERR_COUNT
};

#define FAULTS_MAX 32
#define FAULT_NOTE_BYTES 192

struct fault_item {
    enum err code;
    char field[128]; /* JSON pointer, parameter or column; "" if none */
    char note[FAULT_NOTE_BYTES];  /* English, for the log and for `detail` when no text fits */
};

struct fault {
    struct fault_item items[FAULTS_MAX];
    int count; /* faults seen; may be above FAULTS_MAX */
};

int err_status(enum err e);         /* HTTP status; 200 for ERR_NONE */
const char *err_slug(enum err e);   /* "bad_field" */

#endif
