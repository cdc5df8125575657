/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* limits.h - the largest sizes, in one table. Every buffer is born with one of these.
 *
 * Sizes in bytes unless the name says otherwise. What collection may send follows what real SDKs were seen to send.
 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

enum {
    LIMIT_BODY_BYTES = 2 * 1024 * 1024,         /* a request's body as it comes */
    LIMIT_INFLATED_BYTES = 8 * 1024 * 1024,     /* the same, inflated */
    LIMIT_FILE_BYTES = 256 * 1024 * 1024,       /* an imported file */
    LIMIT_EVENT_BYTES = 64 * 1024,              /* one event */
    LIMIT_BATCH_EVENTS = 2500,
    LIMIT_BATCH_LEADS = 1000,
    LIMIT_EVENT_PROPERTIES = 500,               /* distinct names in one event */
    LIMIT_MESSAGE_ID_BYTES = 100,
    LIMIT_JSON_DEPTH = 64,
    LIMIT_TEXT_CHARS = 1000,                    /* a text field of the API */
    LIMIT_NOTE_CHARS = 10000,
    LIMIT_NAME_CHARS = 200,
    LIMIT_PAGE_ITEMS = 200,
    LIMIT_QUERY_BYTES = 2000,
    LIMIT_CRITERIA = 500,                       /* of one model */
    LIMIT_GROUPS = 32,
    LIMIT_MODEL_BYTES = 1024 * 1024,            /* of one model, as JSON */
    LIMIT_PATTERN_BYTES = 16 * 1024 * 1024,     /* of the patterns of one model or of all routing rules, compiled: more than LIMIT_MODEL_BYTES of any that repeat nothing */
    LIMIT_RULES_BYTES = 1024 * 1024,            /* of the conditions of all routing rules together, as JSON */
    LIMIT_CONDITION_NODES = 200,
    LIMIT_CONDITION_DEPTH = 20,
    LIMIT_IMPORT_ROWS = 1000000,
    LIMIT_IMPORT_COLUMNS = 200,
    LIMIT_CELL_BYTES = 1024 * 1024
};

#endif
