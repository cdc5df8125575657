/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The job: rows taken piece by piece. What is done before it, looking and mapping, is in flow_import_look.c. */
#include "flow/flow_import_rows.h"

#include "flow/flow_event.h"
#include "flow/flow_withdraw.h"
#include "lead/identity.h"

enum {
    WITHDRAW_LEADS = 100, /* a transaction */
    CELLS_TEXT_MAX = 64 * 1024
};

struct flow_import {
    struct arena *self, *file; /* file: the reader below; reset when another is opened */
    struct import_reader reader;
    bool open;
};

struct flow_import *flow_import_open(void)
{
    struct arena *self = arena_new(64 * 1024);
    struct flow_import *w = ARENA_NEW(self, struct flow_import);

    w->self = self;
    w->file = arena_new(64 * 1024 * 1024);
    return w;
}

void flow_import_forget(struct flow_import *w)
{
    if (w->open)
        flow_import_reader_close(&w->reader);
    w->open = false;
    arena_reset(w->file);
}

void flow_import_close(struct flow_import *w)
{
    if (!w)
        return;
    flow_import_forget(w);
    arena_free(w->file);
    arena_free(w->self);
}

/* The reader at the import's position: the one in hand, or a new one that passes over what is done. */
static enum err reader_at(struct flow_import *w, struct ctx *c, struct db_tx *tx, const struct intake_import *one)
{
    enum err e;

    if (w->open && w->reader.id.v == one->id.v && w->reader.position == one->position)
        return ERR_NONE;
    flow_import_forget(w);
    e = flow_import_reader_open(&w->reader, w->file, c, one);
    if (e)
        return e;
    w->open = true;
    return flow_import_reader_skip(&w->reader, c, tx, one->position);
}

/* ---- one piece ---- */

struct piece {
    struct intake_row *rows;
    struct intake_kept_row *kept;
    struct event *events;      /* a row's own, and the deed of stage that it tells */
    size_t *place;             /* row of each event */
    size_t count, event_count;
};

static struct str cells_print(struct arena *a, const struct csv_row *row)
{
    struct buf b = buf_new(a, CELLS_TEXT_MAX);
    struct json_out o = json_to(&b);

    json_list(&o);
    for (size_t i = 0; i < row->count; i++)
        json_put_text(&o, row->cells[i]);
    json_list_end(&o);
    return b.full ? STR_NULL : buf_str(&b); /* a giant row is told by its number alone */
}

static void add_event(struct piece *p, size_t row, struct event ev)
{
    p->place[p->event_count] = row;
    p->events[p->event_count++] = ev;
}

static void take_row(struct flow_import *w, struct flow *f, struct ctx *c, const struct intake_import *one, const struct csv_row *from,
                     struct piece *p)
{
    struct intake_row *row = &p->rows[p->count];
    struct intake_kept_row *kept = &p->kept[p->count++];

    flow_import_row_check(c, &w->reader, f->phone_region, from, row);
    *kept = (struct intake_kept_row){ .row = row->number, .status = INTAKE_REFUSED };
    if (row->fault_count) {
        kept->errors = intake_faults_print(c->arena, row, w->reader.headings, w->reader.heading_count);
        kept->cells = cells_print(c->arena, from);
    } else {
        row->event.import_id = one->id.v;
    }
}

/* Rows that tell when their leads were decided and not when they came: what such a row says has its place by whether the lead is known. */
static enum err place_undated(struct flow *f, struct ctx *c, struct db_tx *tx, struct piece *p)
{
    struct intake_row **undated = ARENA_ARRAY(c->arena, struct intake_row *, p->count + 1);
    struct event *events = ARENA_ARRAY(c->arena, struct event, p->count + 1);
    bool *known = ARENA_ARRAY(c->arena, bool, p->count + 1);
    size_t n = 0;
    enum err e;

    for (size_t i = 0; i < p->count; i++) {
        struct intake_row *row = &p->rows[i];

        if (row->fault_count || !row->stage.len || row->dated || row->stage_at == INSTANT_NONE)
            continue;
        events[n] = row->event;
        undated[n++] = row;
    }
    e = lead_are_known(c, tx, f->phone_region, events, n, known);
    for (size_t i = 0; i < n && !e; i++)
        if (!known[i])
            intake_row_before_stage(undated[i]);
    return e;
}

/* What the good rows are to the house. */
static enum err rows_events(struct flow *f, struct ctx *c, struct db_tx *tx, struct piece *p)
{
    enum err e = place_undated(f, c, tx, p);

    for (size_t i = 0; i < p->count && !e; i++) {
        const struct intake_row *row = &p->rows[i];
        struct event deed;

        if (row->fault_count)
            continue;
        add_event(p, i, row->event);
        if (row->stage.len && !(e = intake_row_deed(c, row, &deed)))
            add_event(p, i, deed);
    }
    return e;
}

static void settle_row(struct flow_import *w, struct ctx *c, const struct event_result *result,
                       struct intake_row *row, struct intake_kept_row *kept)
{
    if (result->lead.v)
        kept->lead = result->lead;
    if (result->code == ERR_TWICE) {
        kept->status = INTAKE_REPEATED;
    } else if (result->code == ERR_NONE) {
        kept->status = result->made || w->reader.mapping.kind == INTAKE_EVENTS ? INTAKE_ACCEPTED
                                                                               : INTAKE_UPDATED;
    } else {
        intake_row_fault(row, -1, err_slug(result->code), STR_NULL);
        kept->errors = intake_faults_print(c->arena, row, w->reader.headings, w->reader.heading_count);
    }
}

/* The deed of a row that is known already is news of its lead. */
static void settle_deed(const struct event_result *result, struct intake_kept_row *kept)
{
    if (result->code || kept->status != INTAKE_REPEATED)
        return;
    kept->status = INTAKE_UPDATED;
    kept->lead = result->lead;
}

static enum err take_piece(struct flow_import *w, struct flow *f, struct ctx *c, struct db_tx *tx,
                           struct messages *messages, struct intake_import *one, bool *end)
{
    struct piece p = { .rows = ARENA_ARRAY(c->arena, struct intake_row, FLOW_IMPORT_ROWS),
                       .kept = ARENA_ARRAY(c->arena, struct intake_kept_row, FLOW_IMPORT_ROWS),
                       .events = ARENA_ARRAY(c->arena, struct event, 2 * FLOW_IMPORT_ROWS),
                       .place = ARENA_ARRAY(c->arena, size_t, 2 * FLOW_IMPORT_ROWS) };
    struct csv_row row;
    enum err e = flow_import_reader_fill(&w->reader, c, tx, end);

    if (e)
        return e;
    /* Cells live until the reader is filled again: a piece never goes over what it holds. */
    while (p.count < FLOW_IMPORT_ROWS && flow_import_reader_next(&w->reader, &row))
        take_row(w, f, c, one, &row, &p);
    if ((e = rows_events(f, c, tx, &p)))
        return e;
    struct event_result *results = ARENA_ARRAY(c->arena, struct event_result, p.event_count + 1);
    if (p.event_count)
        e = flow_events(f, c, tx, p.events, p.event_count, results, messages);
    if (e)
        return e;
    for (size_t i = 0; i < p.event_count; i++)
        if (i > 0 && p.place[i] == p.place[i - 1])
            settle_deed(&results[i], &p.kept[p.place[i]]);
        else
            settle_row(w, c, &results[i], &p.rows[p.place[i]], &p.kept[p.place[i]]);
    for (size_t i = 0; i < p.count; i++)
        one->counts[p.kept[i].status]++;
    one->position = w->reader.position;
    e = intake_rows_add(c, tx, one->id, p.kept, p.count);
    return e ? e : intake_import_advance(c, tx, one);
}

static enum err run_piece(struct flow_import *w, struct flow *f, struct ctx *c, struct db_tx *tx,
                          struct messages *messages, struct intake_import *one)
{
    bool end = false;
    enum err e = reader_at(w, c, tx, one);

    if (e == ERR_NONE)
        e = take_piece(w, f, c, tx, messages, one, &end);
    if (e == ERR_BAD_FIELD || e == ERR_MISSING || e == ERR_UNKNOWN_FIELD || e == ERR_TWICE) {
        /* Of the file or its mapping, not of the moment: what was taken before stands. */
        struct str why = c->fault.count ? str_dup(c->arena, str_of(c->fault.items[0].note)) : STR("");
        fault_clear(c);
        return intake_import_move(c, tx, one, INTAKE_FAILED, why);
    }
    if (e == ERR_NONE && end)
        e = intake_import_move(c, tx, one, INTAKE_DONE, STR_NULL);
    return e;
}

static enum err undo_piece(struct flow *f, struct ctx *c, struct db_tx *tx, struct messages *messages,
                           struct intake_import *one)
{
    int64_t count = 0;
    enum err e = flow_withdraw(f, c, tx, one->id.v, WITHDRAW_LEADS, messages, &count);

    if (e)
        return e;
    if (count == 0)
        return intake_import_move(c, tx, one, INTAKE_UNDONE, STR_NULL);
    one->position += count;
    return intake_import_advance(c, tx, one);
}

enum err flow_import_step(struct flow_import *w, struct flow *f, struct ctx *c, struct db_tx *tx,
                          struct import_id only, struct messages *messages, struct intake_import *one,
                          bool *worked)
{
    enum err e = only.v ? intake_import_get(c, tx, only, one) : intake_import_due(c, tx, one);

    *worked = false;
    if (e == ERR_NOT_FOUND && !only.v)
        return ERR_NONE;
    if (e)
        return e;
    /* Behind the lock it is read again: another program may have gone on with it meanwhile. */
    e = db_lock_many(c, tx, &one->id.v, 1);
    if (e == ERR_NONE)
        e = intake_import_get(c, tx, one->id, one);
    if (e)
        return e;
    if (one->state == INTAKE_RUNNING)
        e = run_piece(w, f, c, tx, messages, one);
    else if (one->state == INTAKE_UNDOING)
        e = undo_piece(f, c, tx, messages, one);
    else
        return ERR_NONE;
    *worked = e == ERR_NONE;
    return e;
}

enum err flow_import_fail(struct ctx *c, struct db_tx *tx, struct import_id id, struct str why)
{
    struct intake_import one;
    enum err e = intake_import_get(c, tx, id, &one);

    if (e)
        return e;
    return one.state == INTAKE_RUNNING ? intake_import_move(c, tx, &one, INTAKE_FAILED, why) : ERR_NONE;
}

struct str flow_import_progress(struct arena *a, const struct intake_import *one)
{
    struct buf b = buf_new(a, 1024);
    struct json_out o = json_to(&b);
    int64_t done = 0;

    json_begin(&o);
    json_key(&o, "id");
    json_put_id(&o, PREFIX_IMPORT, one->id.v);
    json_key(&o, "state");
    json_put_text(&o, str_of(intake_state_names[one->state]));
    json_key(&o, "rows");
    json_put_int(&o, one->rows);
    for (int i = 0; i < INTAKE_STATUSES; i++) {
        done += one->counts[i];
        json_key(&o, intake_status_names[i]);
        json_put_int(&o, one->counts[i]);
    }
    json_key(&o, "done");
    json_put_int(&o, done);
    json_end(&o);
    return buf_str(&b);
}
