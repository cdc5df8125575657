/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* import.h - a file's rows: what its columns mean, and each row as an event or the reasons why it is none.
 *
 * A row of people becomes an `identify` event, a row of events an event of its own; both go the walk that every event goes. So an
 * imported lead is scored, routed and explained like any other, and a repeated row is a repeated message: its message id is made of
 * what it says, so the same row twice (in one file or in two) changes nothing.
 *
 * The mapping, as JSON (the API and mapping files share it):
 *   { "columns":   [ { "index": 0 | "name": "Prospect ID", "field": "user_id", "format": "text" } ],
 *     "constants": { "source": "Fair", "event": "Viewed" },
 *     "source":    "Fair",            the same as constants.source
 *     "decimal":   "." | ",",         "dates": "dmy" | "mdy" | "iso",     "zone": "Europe/Moscow" (or "zone_minutes": 180),
 *     "yes": ["Да"], "no": ["Нет"],   "empty": ["Select"],     "region": "RU" }
 *
 *   field for leads:  user_id anonymous_id email phone name first_name last_name middle_name title company industry revenue employees
 *                     region city country source budget created_at, fact.NAME (any other), "" (left out),
 *                     outcome (won or not: 1/0, yes/no, won/lost, the CRM's own words), outcome_at (when it was decided), stage
 *   field for events: messageId type event userId anonymousId email phone timestamp properties.NAME context.NAME traits.NAME
 *   format:           text (default) number boolean date; of fact.NAME, properties.NAME, context.NAME and traits.NAME. The others have their own
 *
 *   An import and its states
 *
 *     preview --run--> running --end--> done --undo--> undoing --end--> undone
 *                        | ^  \--stop--> stopped --undo--> undoing
 *                        | |               |
 *                        | +-----run-------+
 *                        +--fault--> failed --run--> running, --undo--> undoing
 *
 *   preview   the file is kept, the mapping may change, nothing else has happened
 *   running   a job takes rows; `position` rows of the file are done, in the transaction that took them
 *   stopped   a person stopped it; what was taken stays
 *   failed    the file itself is broken at a row; what was taken stays
 *   done      every row is accepted, updated, repeated or refused
 *   undone    leads and changes made by it are withdrawn
 *
 * The functions here are pure; rows and states are kept by intake_store.h, the job is flow/flow_import.c.
 */
#ifndef INTAKE_IMPORT_H
#define INTAKE_IMPORT_H

#include "format/csv.h"
#include "noun/event.h"

enum intake_kind { INTAKE_LEADS, INTAKE_EVENTS, INTAKE_KINDS };
enum intake_state {
    INTAKE_PREVIEW, INTAKE_RUNNING, INTAKE_DONE, INTAKE_FAILED, INTAKE_STOPPED, INTAKE_UNDOING,
    INTAKE_UNDONE, INTAKE_STATES
};
enum intake_status {
    INTAKE_ACCEPTED, INTAKE_UPDATED, INTAKE_REPEATED, INTAKE_REFUSED, INTAKE_STATUSES
};
extern const char *const intake_kind_names[];   /* NULL-terminated: "leads", "events" */
extern const char *const intake_state_names[];  /* "preview" ... */
extern const char *const intake_status_names[]; /* "accepted" ... */

/* May an import go from one state to the other. */
bool intake_may(enum intake_state from, enum intake_state to);

enum intake_format { INTAKE_TEXT, INTAKE_NUMBER, INTAKE_BOOLEAN, INTAKE_DATE, INTAKE_FORMATS };
extern const char *const intake_format_names[];
enum intake_dates { INTAKE_DMY, INTAKE_MDY, INTAKE_ISO };

struct intake_map_column {
    size_t index;            /* of the file's columns, from 0 */
    struct str field;        /* never empty here */
    enum intake_format format;
};

struct intake_mapping {
    enum intake_kind kind;
    struct intake_map_column *columns;
    size_t count;
    const struct json *constants; /* object or NULL */
    struct str *yes, *no, *empty;
    size_t yes_count, no_count, empty_count;
    char decimal;            /* '.', ',' or 0: either */
    enum intake_dates dates;
    const struct zone *zone; /* of dates that name none; NULL: */
    int32_t zone_minutes;
    char region[3];          /* of phones that name no country */
};

/* What a column seems to hold, from its heading (Russian or English) and its values; "" if no idea. */
struct str intake_guess(enum intake_kind kind, struct str heading, const struct str *samples,
                        size_t count, enum intake_format *format);

/* Reads a mapping; headings let columns be named. ERR_BAD_FIELD and the like with a pointer into it, all in one go. NULL gives what
 * intake_guess says of each column is not done here: the caller prints it with intake_mapping_guess. */
NODISCARD enum err intake_mapping_read(struct ctx *c, enum intake_kind kind, const struct json *v,
                                       const struct str *headings, size_t count,
                                       struct intake_mapping *mapping);
/* The guessed mapping as JSON text in c->arena. rows: the first rows of the file, for their content. */
struct str intake_mapping_guess(struct ctx *c, enum intake_kind kind, const struct str *headings,
                                size_t count, const struct csv_row *rows, size_t row_count);

struct intake_cell_fault {
    int column;              /* from 0; -1: the row as a whole */
    const char *code;        /* slug: "bad_number", "bad_date", "no_identity", ... */
    struct str detail;       /* the value, shortened */
};

enum { INTAKE_ROW_FAULTS = 16 };

struct intake_row {
    int64_t number;
    struct event event;      /* valid when fault_count is 0 */
    int email_column, phone_column; /* where they came from; -1 */
    struct str stage;        /* the stage it tells of ("won", "talks"); empty: none */
    instant stage_at;        /* INSTANT_NONE: not told, the instant of import */
    bool dated;              /* it tells when the lead came; else event.at is the import's */
    struct intake_cell_fault faults[INTAKE_ROW_FAULTS];
    size_t fault_count;
};

void intake_row_fault(struct intake_row *row, int column, const char *code, struct str detail);
/* One row of the file, as an event or its faults. The message id is made of what the row says. now: `at` when the row
 * has no time of its own. Views live in c->arena. E-mail and phone are checked by the flow, which knows the lead's room. */
void intake_row_read(struct ctx *c, const struct intake_mapping *m, const struct csv_row *from,
                     struct intake_row *row);

/* What a cell becomes by its column's format, where that is not what it says: a number, true or false, an instant (RFC 3339), a stage's name; an empty
 * text where the mapping takes the cell for none. False: it stays as it is, or it is refused. */
bool intake_cell_becomes(struct ctx *c, const struct intake_mapping *m, const struct intake_map_column *column, struct str cell, struct json *v);
/* What the cell of a column `outcome` or `stage` says, in row->stage; NULL, or the slug of what is wrong with it. An outcome that says
 * "open" says nothing. */
const char *intake_row_stage(struct arena *a, const struct intake_mapping *m, struct str field, struct str cell,
                             struct intake_row *row);
/* Would a column `outcome` or `stage` understand the cell, by its own words. */
bool intake_says_stage(struct arena *a, struct str field, struct str cell);
/* An undated row that tells when its lead was decided: what it says of a lead that nobody knew before was so just before that. Of a lead that is
 * known it says what is known since the import, which must not have been known when the lead was decided. */
void intake_row_before_stage(struct intake_row *row);
/* The deed of stage that a good row tells (row->stage is not empty), to be walked with the row's event. Its instant is stage_at, and behind the
 * event's where the row is dated or stage_at is not told. */
NODISCARD enum err intake_row_deed(struct ctx *c, const struct intake_row *row, struct event *deed);

/* The phone in its one form, in the identity, the traits and the kept text alike. */
void intake_row_set_phone(struct arena *a, struct intake_row *row, struct str phone);

#endif
