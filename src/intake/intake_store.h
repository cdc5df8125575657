/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* intake_store.h - imports, their files and rows, and refused events, as they are kept.
 *
 * Position and counts are set in the transaction that took the rows, so an import goes on after a crash exactly where it stood.
 * Results live in c->arena.
 */
#ifndef INTAKE_INTAKE_STORE_H
#define INTAKE_INTAKE_STORE_H

#include "db/db.h"
#include "intake/import.h"
#include "intake/segment_api.h"

enum { INTAKE_PART_BYTES = 256 * 1024 };

struct intake_import {
    struct import_id id;
    int64_t version;
    int kind, state;          /* enum intake_kind, enum intake_state */
    struct str name;
    struct user_id user;
    struct csv_shape shape;
    int64_t bytes, parts, rows, position;
    int64_t counts[INTAKE_STATUSES];
    struct str mapping, head; /* JSON texts; mapping STR_NULL: not chosen */
    struct str trouble;
    instant created_at, begun_at, ended_at;
};

/* Keeps a new import and its file; sets id, parts, bytes. */
NODISCARD enum err intake_import_add(struct ctx *c, struct db_tx *tx, struct intake_import *one,
                                     struct str file);
/* ERR_NOT_FOUND. */
NODISCARD enum err intake_import_get(struct ctx *c, struct db_tx *tx, struct import_id id,
                                     struct intake_import *one);
/* Newest first, older than `before` (0: from the newest), at most limit. */
NODISCARD enum err intake_import_list(struct ctx *c, struct db_tx *tx, int64_t before, int64_t limit,
                                      struct intake_import **list, size_t *count);
/* Only while in preview, stopped or failed before any row: ERR_CONFLICT otherwise. */
NODISCARD enum err intake_import_set_mapping(struct ctx *c, struct db_tx *tx, struct intake_import *one,
                                             struct str mapping);
/* The one mover of states: ERR_CONFLICT when the table of import.h does not allow it or somebody else moved it first. */
NODISCARD enum err intake_import_move(struct ctx *c, struct db_tx *tx, struct intake_import *one,
                                      enum intake_state to, struct str trouble);
/* Writes position and counts as they stand in one. */
NODISCARD enum err intake_import_advance(struct ctx *c, struct db_tx *tx, struct intake_import *one);
/* The oldest import that a job is to go on with; ERR_NOT_FOUND. */
NODISCARD enum err intake_import_due(struct ctx *c, struct db_tx *tx, struct intake_import *one);

/* One piece of the file; ERR_NOT_FOUND behind the last. */
NODISCARD enum err intake_part_get(struct ctx *c, struct db_tx *tx, struct import_id id, int64_t part,
                                   struct str *bytes);

struct intake_kept_row {
    int64_t row;
    int status;               /* enum intake_status */
    struct lead_id lead;
    struct str errors, cells; /* JSON lists; STR_NULL unless refused */
};
NODISCARD enum err intake_rows_add(struct ctx *c, struct db_tx *tx, struct import_id id,
                                   const struct intake_kept_row *rows, size_t count);
/* The leads of the rows that were taken, each once, in the order of the file; status -1: of all of them. In c->arena. */
NODISCARD enum err intake_rows_leads(struct ctx *c, struct db_tx *tx, struct import_id id, int status, int64_t limit,
                                     struct lead_id **leads, size_t *count);
/* By row, after `after`; status -1: all. */
NODISCARD enum err intake_rows_list(struct ctx *c, struct db_tx *tx, struct import_id id, int status,
                                    int64_t after, int64_t limit, struct intake_kept_row **rows,
                                    size_t *count);

/* The errors of a row as the JSON list that is kept and answered. headings: names of the columns. */
struct str intake_faults_print(struct arena *a, const struct intake_row *row, const struct str *headings,
                               size_t count);

struct intake_reject {
    int64_t id;
    instant at;
    int64_t source_id;
    struct str code, detail, message_id, snippet;
};
NODISCARD enum err intake_rejects_add(struct ctx *c, struct db_tx *tx, int64_t source_id,
                                      const struct intake_refusal *refused, size_t count);
/* Newest first, before id (0: the newest). */
NODISCARD enum err intake_rejects_list(struct ctx *c, struct db_tx *tx, int64_t before, int64_t limit,
                                       struct intake_reject **list, size_t *count);
/* Forgets all but the newest `keep`. */
NODISCARD enum err intake_rejects_cut(struct ctx *c, struct db_tx *tx, int64_t keep);

#endif
