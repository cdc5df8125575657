/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_import.h - a file becomes leads or events: looked at, mapped, taken row by row, taken back.
 *
 * Rows go down the walk of events, a few hundred to a transaction; the position in the file is set in the same transaction. So a
 * kill at any moment loses nothing and doubles nothing: the next program opens the file again, passes over what is done, and goes on.
 * Two programs at one import take turns by a lock on its id.
 *
 * A frame (a job, a command) opens the transaction, calls flow_import_step, commits, and tells screens how far it is:
 *
 *   look --> (mapping set) --> run --> step, step, step ... --> done
 *                                       \-- bad rows are kept with their column and reason, good ones are taken
 */
#ifndef FLOW_FLOW_IMPORT_H
#define FLOW_FLOW_IMPORT_H

#include "flow/flow.h"
#include "intake/intake_store.h"
#include "noun/change.h"

enum { FLOW_IMPORT_ROWS = 500, FLOW_IMPORT_PREVIEW = 20, FLOW_IMPORT_CHECK_ROWS = 50000, FLOW_IMPORT_GLANCE_ROWS = 1000 };

/* What can be told of a file without taking anything: reads all of it, and fills shape, rows, head (columns with samples and guesses, the
 * first rows) and a guessed mapping. one->kind and name are the caller's; shape too when delimiter is not 0. ERR_BAD_FIELD naming
 * the row where it breaks a limit of format/csv.h, ERR_BAD_TYPE for what is no table of text. No database: for the time before the
 * transaction. */
NODISCARD enum err flow_import_look(struct ctx *c, struct str file, struct intake_import *one);
/* A name that people may be shown: without folders and control characters. */
struct str flow_import_name(struct arena *a, struct str name);

/* What the mapping would do to the first rows of the file: at most `most`. */
struct flow_import_check {
    int64_t checked, refused;
    int64_t undated;          /* good ones that tell of a lead won or lost, and not when: they are decided at the instant of import */
    int64_t unended;          /* good ones of leads that tell of no end: the lead stays open */
    int64_t aged;             /* of those, that came longer ago than maturity_days: they count as not bought */
    int maturity_days;        /* flow_maturity with the sales of these rows; 0, and nobody aged, when no more than a glance was asked for: all outcomes are read for it */
    struct str errors;        /* JSON: [{"row":3,"errors":[{column,index,code,detail}]}] of the first FLOW_IMPORT_PREVIEW bad rows */
};
NODISCARD enum err flow_import_check(struct flow *f, struct ctx *c, struct db_tx *tx,
                                     const struct intake_import *one, int64_t most,
                                     struct flow_import_check *check);
/* The first rows as the mapping would have them: JSON, a list a row with a member a column: what the cell becomes (intake_cell_becomes; of a telephone its one
 * form), or null where it stays as it is. Errors as of a mapping. */
NODISCARD enum err flow_import_becomes(struct flow *f, struct ctx *c, const struct intake_import *one, struct str *text);
/* Checks a mapping (ERR_BAD_FIELD and others with pointers into it) and keeps it. */
NODISCARD enum err flow_import_map(struct ctx *c, struct db_tx *tx, struct intake_import *one,
                                   const struct json *mapping);

/* The place of one worker in one file. Not thread safe. */
struct flow_import *flow_import_open(void);
void flow_import_close(struct flow_import *w);
/* Takes (or, undoing, takes back) one piece of the oldest import that waits, or of `only` when it is not 0. *worked: there was something
 * to do; then *one is the import as it stands now. After any error, and when the commit fails, the caller drops the transaction and
 * calls flow_import_forget. */
NODISCARD enum err flow_import_step(struct flow_import *w, struct flow *f, struct ctx *c, struct db_tx *tx,
                                    struct import_id only, struct messages *messages,
                                    struct intake_import *one, bool *worked);
void flow_import_forget(struct flow_import *w);
/* The step failed for a reason of the file or the rows, again and again: the import is set aside with it. */
NODISCARD enum err flow_import_fail(struct ctx *c, struct db_tx *tx, struct import_id id, struct str why);

/* {"id":..,"state":..,"rows":..,"done":..,...}: what screens are told. */
struct str flow_import_progress(struct arena *a, const struct intake_import *one);

#endif
