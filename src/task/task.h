/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* task.h - something a person must do about a lead by an instant.
 *
 *              task_add                       task_move(DONE)
 *    (new) ---------------> OPEN -------------------------------> DONE
 *                            |  ^                                  |
 *           task_move        |  |        task_move(OPEN)           |
 *           (CANCELLED)      |  +----------------------------------+
 *                            v  |        task_move(OPEN)
 *                         CANCELLED
 *
 *   OPEN       done_at is none, result TASK_NO_RESULT. A task of kind CALL_NOW has a deadline always; without an assignee its
 *              lead stands in route's table waiting.
 *   DONE       done_at and done_by say when and who, result says how it went.
 *   CANCELLED  done_at says when, reason says why: nothing is dropped in silence.
 *
 * A crossing into hot has one task and no more: the table holds it (crossing_id is unique). Titles of the house's own tasks are
 * told from the kind in the reader's language; the stored title is in the company's.
 */
#ifndef TASK_TASK_H
#define TASK_TASK_H

#include "db/db.h"
#include "noun/change.h"

/* Kept in the table as these numbers: new ones go to the end. */
enum task_kind { TASK_CALL_NOW, TASK_CALL, TASK_MEETING, TASK_LETTER, TASK_OTHER, TASK_NO_ONE, TASK_LATE, TASK_SKILL, TASK_KINDS };
enum task_state { TASK_OPEN, TASK_DONE, TASK_CANCELLED, TASK_STATES };
enum task_result {
    TASK_NO_RESULT, TASK_REACHED, TASK_NO_ANSWER, TASK_CALL_BACK, TASK_WRONG_NUMBER, TASK_RESULT_DONE, TASK_RESULTS
};

/* Words of the API, in the order of the enums, NULL at the end. */
extern const char *const task_kinds[TASK_KINDS + 1];
extern const char *const task_states[TASK_STATES + 1];
extern const char *const task_results[TASK_RESULTS + 1];

/* Why a task, or a spell of being hot, ended: the model was changed. Such a task counts neither as an answer nor as a breach (v_task.void). */
#define TASK_BY_MODEL "model"

/* Who answers for a task, and by when. */
struct task_hold {
    struct user_id by; /* 0: nobody */
    instant due;       /* INSTANT_NEVER: no deadline; INSTANT_NONE: it is not open, or nobody has had it yet */
};

struct task {
    struct task_id id;
    int64_t version;
    struct lead_id lead;
    enum task_kind kind;
    enum task_state state;
    struct str title;
    instant created_at, due_at;      /* due_at INSTANT_NEVER: no deadline */
    instant done_at;
    struct user_id assignee;         /* 0: in a queue */
    struct user_id made_by, done_by; /* 0: the house */
    enum task_result result;
    struct str note;
    struct str reason;               /* why it was cancelled */
    int64_t sla_minutes;             /* what the deadline was counted from; 0: set by a person */
    struct crossing_id crossing;     /* CALL_NOW: what caused it */
    struct task_id parent;           /* the task with whose result it was made */
    instant cooled_at;               /* CALL_NOW: when the lead left hot while it was open */
    instant alarm_at;                /* when the next alarm of sla.h rings; INSTANT_NEVER */
    unsigned alarms;                 /* bits of those that have rung */
    struct task_hold held;           /* as it was kept last (custody.h): the store's own */
};

/* The house's word to a head: about a lead, but no step of its own. */
bool task_is_alert(enum task_kind kind);
/* The title that a kind has by itself in lang; STR_NULL for TASK_OTHER. */
struct str task_title(enum task_kind kind, enum lang lang);
/* The title as a reader of lang sees it: a person's own words as they are, a kind's title in the reader's language. */
struct str task_shown_title(const struct task *t, enum lang lang);
bool task_may(enum task_state from, enum task_state to);

/* New, open. Fills id, version, created_at (c->now) and state. ERR_TWICE when the crossing has a task already. A call without an assignee must
 * be put by what finds one or the queue for it, within the same transaction: only then is told by when it was promised. */
NODISCARD enum err task_add(struct ctx *c, struct db_tx *tx, struct task *t);
/* ERR_NOT_FOUND. */
NODISCARD enum err task_get(struct ctx *c, struct db_tx *tx, struct task_id id, struct task *t);
/* t->id.v = 0 when the crossing has none. */
NODISCARD enum err task_find_by_crossing(struct ctx *c, struct db_tx *tx, struct crossing_id crossing, struct task *t);

/* What goes with a step into another state. */
struct task_step {
    enum task_state to;
    enum task_result result; /* DONE */
    struct str note;         /* DONE */
    struct str reason;       /* CANCELLED */
    struct user_id by;
};
/* Moves the state, checked against the table: ERR_CONFLICT if it may not; ERR_BUSY as task_put. *t is the task as it stands afterwards. */
NODISCARD enum err task_move(struct ctx *c, struct db_tx *tx, struct task_step step, struct task *t);
/* Writes title, due_at, assignee, sla_minutes, cooled_at and alarms of an open task; raises version. ERR_CONFLICT when it is not open,
 * ERR_BUSY when another program has changed it since it was read: all is done again. */
NODISCARD enum err task_put(struct ctx *c, struct db_tx *tx, struct task *t);
/* Removes the tasks of a lead that goes; the caller has seen to it that nobody was asked to do any. */
NODISCARD enum err task_del_all(struct ctx *c, struct db_tx *tx, struct lead_id lead);
/* Removes a task that nobody has touched: the next step taken back with the result it came with. ERR_CONFLICT when it was. */
NODISCARD enum err task_del_next(struct ctx *c, struct db_tx *tx, struct task_id parent, struct task *gone);

struct task_query {
    struct user_id assignee;  /* 0: any */
    struct lead_id lead;      /* 0: any */
    int state;                /* enum task_state, or -1: any */
    int kind;                 /* enum task_kind, or -1: any */
    instant due_by;           /* INSTANT_NEVER: any, those without a deadline too. Of open tasks only */
    bool after;               /* go on behind (after_key, after_id), the last one of the page before */
    int64_t after_key, after_id;
    int64_t limit;
};
/* What after_key is for a task in the list that q asks for. */
int64_t task_key(const struct task_query *q, const struct task *t);
struct tasks {
    struct task *items;
    size_t count;
};
/* Open ones by deadline, those without last; done or cancelled ones the latest first; of a lead, or of any state, the newest first. */
NODISCARD enum err task_list(struct ctx *c, struct db_tx *tx, const struct task_query *q, struct tasks *list);
/* Urgent calls made in [from, until) for a crossing, by id. */
NODISCARD enum err task_crossing_list(struct ctx *c, struct db_tx *tx, instant from, instant until, struct tasks *list);
/* Open tasks of an assignee (0: of anybody) due by an instant (INSTANT_NEVER: all), the house's alerts aside. */
NODISCARD enum err task_count_open(struct ctx *c, struct db_tx *tx, struct user_id assignee, instant due_by,
                                   int64_t *count);
/* Open tasks whose alarm rings at or before `by`, soonest first. */
NODISCARD enum err task_alarm_list(struct ctx *c, struct db_tx *tx, instant by, int64_t limit, struct tasks *list);
/* When the next one rings; INSTANT_NEVER. */
NODISCARD enum err task_alarm_next(struct ctx *c, struct db_tx *tx, instant *at);
/* The next open task of each lead (earliest deadline, the house's alerts aside), for a page of leads: out has count entries, id 0
 * where there is none. */
NODISCARD enum err task_next_of(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t count, struct task *out);
/* Has each of the leads an open task of the kind. */
NODISCARD enum err task_open_of(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, enum task_kind kind, bool *has);

#endif
