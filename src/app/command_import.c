/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/command_import.h"

#include <stdio.h>
#include <zlib.h>

#include "base/limits.h"
#include "flow/flow_import.h"
#include "sys/clock.h"

enum { READ_BYTES = 1024 * 1024, TRIES = 6, TRY_AGAIN_US = 5000, SHOWN_REFUSED = 20 };

/* The whole file; one in gzip is taken for what is inside. */
static enum err read_file(struct front *front, const char *path, struct str *text)
{
    struct buf b = buf_new(front->ctx.arena, LIMIT_FILE_BYTES);
    char *piece = arena_alloc(front->ctx.arena, READ_BYTES);
    gzFile file = gzopen(path, "rb");
    int n;

    if (!file)
        return fault_set(&front->ctx, ERR_NOT_FOUND, "no file %s", path);
    while ((n = gzread(file, piece, READ_BYTES)) > 0 && !b.full)
        buf_add(&b, (struct str){ piece, (size_t)n });
    gzclose(file);
    if (n < 0)
        return fault_set(&front->ctx, ERR_BAD_REQUEST, "%s cannot be read", path);
    if (b.full)
        return fault_set(&front->ctx, ERR_TOO_LARGE, "%s is too large", path);
    *text = buf_str(&b);
    return ERR_NONE;
}

static enum err end_write(struct front *front, struct db_tx *tx, enum err e)
{
    if (e) {
        db_drop(tx);
        return e;
    }
    return db_commit(&front->ctx, tx);
}

/* Kept with its mapping, and set going. */
static enum err begin_import(struct front *front, struct intake_import *one, struct str file, const char *mapping)
{
    struct str text;
    struct json *v = NULL;
    struct db_tx *tx;
    enum err e = flow_import_look(&front->ctx, file, one);

    if (e == ERR_NONE && mapping)
        e = read_file(front, mapping, &text);
    if (e == ERR_NONE && mapping)
        e = json_read(&front->ctx, text, &v);
    if (e == ERR_NONE)
        e = db_write(&front->ctx, front->db, &tx);
    if (e)
        return e;
    e = intake_import_add(&front->ctx, tx, one, file);
    if (e == ERR_NONE && v)
        e = flow_import_map(&front->ctx, tx, one, v);
    if (e == ERR_NONE)
        e = intake_import_move(&front->ctx, tx, one, INTAKE_RUNNING, STR_NULL);
    return end_write(front, tx, e);
}

/* One piece, in a context and a transaction of its own. */
static enum err step(struct front *front, struct flow *flow, struct flow_import *w, struct import_id id,
                     struct intake_import *one)
{
    struct ctx c = front->ctx;
    struct db_tx *tx;
    bool worked;

    c.arena = arena_new(0);
    c.now = clock_now();
    struct messages messages = { .arena = c.arena };
    enum err e = db_write(&c, front->db, &tx);
    if (e == ERR_NONE) {
        struct intake_import now;
        e = flow_import_step(w, flow, &c, tx, id, &messages, &now, &worked);
        if (e)
            db_drop(tx);
        else
            e = db_commit(&c, tx);
        if (e == ERR_NONE) {
            now.name = now.mapping = now.head = STR_NULL; /* of the arena that goes */
            now.trouble = str_dup(front->ctx.arena, now.trouble);
            *one = now;
        }
    }
    if (e)
        front->ctx.fault = c.fault;
    arena_free(c.arena);
    return e;
}

static enum err run_to_end(struct front *front, struct intake_import *one)
{
    struct flow_import *w = flow_import_open();
    struct import_id id = one->id;
    struct flow flow;
    char region[3] = "RU";
    enum err e = ERR_NONE;
    int tries = 0;

    if (front->config.phone_region.len == 2)
        memcpy(region, front->config.phone_region.ptr, 2);
    flow_init(&flow, region);
    while (e == ERR_NONE && (one->state == INTAKE_RUNNING || one->state == INTAKE_UNDOING)) {
        e = step(front, &flow, w, id, one);
        if (e != ERR_BUSY) {
            tries = 0;
            continue;
        }
        flow_import_forget(w);
        if (tries++ < TRIES) {
            clock_sleep_us(TRY_AGAIN_US << tries);
            e = ERR_NONE;
        }
    }
    flow_import_close(w);
    flow_free(&flow);
    return e;
}

/* The first refused rows, with their place. */
static enum err print_refused(struct front *front, const struct intake_import *one)
{
    struct intake_kept_row *rows;
    struct db_tx *tx;
    size_t count;
    enum err e = db_read(&front->ctx, front->db, &tx);

    if (e)
        return e;
    e = intake_rows_list(&front->ctx, tx, one->id, INTAKE_REFUSED, 0, SHOWN_REFUSED, &rows, &count);
    for (size_t i = 0; e == ERR_NONE && i < count; i++)
        printf("row %lld: " STR_FMT "\n", (long long)rows[i].row, STR_ARG(rows[i].errors));
    db_drop(tx);
    return e;
}

static int print_import(struct front *front, const struct intake_import *one)
{
    char text[ID_TEXT_MAX];

    printf("import: " STR_FMT "\n", STR_ARG(id_print(PREFIX_IMPORT, one->id.v, text)));
    printf("state: %s\n", intake_state_names[one->state]);
    printf("rows: %lld\n", (long long)one->rows);
    for (int i = 0; i < INTAKE_STATUSES; i++)
        printf("%s: %lld\n", intake_status_names[i], (long long)one->counts[i]);
    if (one->trouble.len)
        printf("trouble: " STR_FMT "\n", STR_ARG(one->trouble));
    if (one->counts[INTAKE_REFUSED]) {
        enum err e = print_refused(front, one);
        if (e)
            return command_failed(front, e);
    }
    return one->state == INTAKE_DONE || one->state == INTAKE_UNDONE ? 0 : 1;
}

static int run_import(struct front *front, struct args *args, enum intake_kind kind)
{
    const char *mapping = args_option(args, "--mapping"), *path = args_next(args);
    struct intake_import one = { .kind = kind };
    struct str file;
    enum err e;

    if (!path || args->count)
        return command_usage(front);
    one.name = flow_import_name(front->ctx.arena, str_of(path));
    e = read_file(front, path, &file);
    if (e == ERR_NONE)
        e = begin_import(front, &one, file, mapping);
    if (e == ERR_NONE)
        e = run_to_end(front, &one);
    return e ? command_failed(front, e) : print_import(front, &one);
}

int run_import_leads(struct front *front, struct args *args)
{
    return run_import(front, args, INTAKE_LEADS);
}

int run_import_events(struct front *front, struct args *args)
{
    return run_import(front, args, INTAKE_EVENTS);
}

int run_import_undo(struct front *front, struct args *args)
{
    const char *text = args_next(args);
    struct intake_import one;
    struct import_id id;
    struct db_tx *tx;
    enum err e;

    if (!text || !id_parse(PREFIX_IMPORT, str_of(text), &id.v))
        return command_usage(front);
    e = db_write(&front->ctx, front->db, &tx);
    if (e)
        return command_failed(front, e);
    e = intake_import_get(&front->ctx, tx, id, &one);
    if (e == ERR_NONE)
        e = intake_import_move(&front->ctx, tx, &one, INTAKE_UNDOING, STR_NULL);
    e = end_write(front, tx, e);
    if (e == ERR_NONE)
        e = run_to_end(front, &one);
    return e ? command_failed(front, e) : print_import(front, &one);
}
