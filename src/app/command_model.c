/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/command_model.h"

#include <stdio.h>

#include "flow/flow.h"
#include "flow/flow_trial.h"
#include "score/diff.h"
#include "score/file.h"
#include "score/lint.h"
#include "score/score_store.h"
#include "sys/clock.h"
#include "text/text.h"

enum { FILE_MOST = 4 * 1024 * 1024 };

static enum lang lang_of(const struct front *front)
{
    return str_eq(front->config.lang, STR("en")) ? LANG_EN : LANG_RU;
}

/* The whole of a file; "-" is standard input. */
static enum err file_text(struct front *front, const char *path, struct str *text)
{
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    char *bytes = arena_alloc(front->ctx.arena, FILE_MOST + 1);

    if (!f)
        return fault_set(&front->ctx, ERR_NOT_FOUND, "cannot read %s", path);
    size_t n = fread(bytes, 1, FILE_MOST + 1, f);
    bool failed = ferror(f) != 0; /* a folder opens, but does not read */
    if (f != stdin)
        fclose(f);
    if (failed)
        return fault_set(&front->ctx, ERR_NOT_FOUND, "cannot read %s", path);
    if (n > FILE_MOST)
        return fault_set(&front->ctx, ERR_TOO_LARGE, "a model file has at most %d bytes", FILE_MOST);
    *text = (struct str){ bytes, n };
    return ERR_NONE;
}

/* "FILE:12:5: error: ..", as compilers say it, so that editors find the place. */
static void lint_print(FILE *to, const char *path, const struct score_file_places *places, const struct score_lint *lint)
{
    int line, column;

    fprintf(to, "%s:", path);
    if (places && score_file_find(places, lint->pointer, &line, &column))
        fprintf(to, "%d:%d: ", line, column);
    else if (lint->pointer.len)
        fprintf(to, STR_FMT ": ", STR_ARG(lint->pointer));
    fprintf(to, "%s: " STR_FMT " [%s]\n", lint->error ? "error" : "warning", STR_ARG(lint->detail), lint->code);
}

/* The file, compiled, and what it says of where its points come from; its mistakes printed, to where the command's own answer does not go. 0: good; 1: it has errors (*m is NULL when it cannot be read at all); 2: no file. */
static int file_check(struct front *front, FILE *to, const char *path, struct model **m, struct model_fitted *fitted)
{
    struct score_lint *lints = ARENA_ARRAY(front->ctx.arena, struct score_lint, SCORE_LINTS_MAX);
    struct score_file_places places = { 0 };
    struct str text, body;
    size_t n, errors = 0;
    enum err e = file_text(front, path, &text);

    *m = NULL;
    if (e)
        return command_failed(front, e);
    if (!(e = score_file_parse(&front->ctx, text, &body, fitted, &places)))
        e = score_model_parse(&front->ctx, body, m);
    n = e ? score_lint_faults(&front->ctx, lang_of(front), front->ctx.arena, lints)
          : score_lint(*m, lang_of(front), front->ctx.arena, lints);
    for (size_t i = 0; i < n; i++) {
        lint_print(to, path, &places, &lints[i]);
        errors += lints[i].error;
    }
    if (e)
        *m = NULL;
    return errors || e ? 1 : 0;
}

int run_model_check(struct front *front, struct args *args)
{
    const char *path = args_next(args);
    struct model_fitted fitted;
    struct model *m;

    if (!path || args->count)
        return command_usage(front);
    int code = file_check(front, stdout, path, &m, &fitted);
    if (m) {
        printf(STR_FMT "\n", STR_ARG(text_get(lang_of(front), "lint.names_not_compared")));
        if (code == 0)
            printf("good: %zu criteria, %zu groups, %zu gates\n", m->criterion_count, m->group_count, m->gate_count);
        score_model_drop(m);
    }
    return code;
}

/* The live model, or the version of that number. */
static enum err version_get(struct front *front, struct db_tx *tx, const char *number, struct model_row *row)
{
    int64_t version;
    enum err e;

    if (!number)
        return score_model_live(&front->ctx, tx, row);
    if (!str_to_int(str_of(number), &version) || version < 1)
        return fault_set(&front->ctx, ERR_BAD_FIELD, "--version is a number from 1");
    if ((e = score_model_numbered(&front->ctx, tx, version, row)) == ERR_NOT_FOUND)
        return fault_set(&front->ctx, ERR_NOT_FOUND, "there is no version %lld", (long long)version);
    return e;
}

int run_model_show(struct front *front, struct args *args)
{
    const char *version = args_option(args, "--version");
    struct model_row row;
    struct str file;
    struct db_tx *tx;
    enum err e;

    if (args->count)
        return command_usage(front);
    if ((e = db_read(&front->ctx, front->db, &tx)))
        return command_failed(front, e);
    if (!(e = version_get(front, tx, version, &row)))
        e = score_file_print(&front->ctx, row.body, row.fitted, &file);
    db_drop(tx);
    if (e)
        return command_failed(front, e);
    fwrite(file.ptr, 1, file.len, stdout);
    return 0;
}

int run_model_diff(struct front *front, struct args *args)
{
    const char *version = args_option(args, "--version"), *path = args_next(args);
    struct model *after, *before = NULL;
    struct model_fitted fitted;
    struct score_change *list;
    struct model_row row;
    struct db_tx *tx;
    size_t n = 0;
    enum err e;

    if (!path || args->count)
        return command_usage(front);
    file_check(front, stderr, path, &after, &fitted);
    if (!after)
        return 2;
    if (!(e = db_read(&front->ctx, front->db, &tx))) {
        if (!(e = version_get(front, tx, version, &row)))
            e = score_model_parse(&front->ctx, row.body, &before);
        db_drop(tx);
    }
    if (!e) {
        list = score_diff(before, after, lang_of(front), front->ctx.arena, &n);
        for (size_t i = 0; i < n; i++)
            printf(STR_FMT "\n", STR_ARG(list[i].text));
        score_model_drop(before);
    }
    score_model_drop(after);
    return e ? command_failed(front, e) : n ? 1 : 0;
}

/* ---- over the history ---- */

static bool progress(void *x, int64_t done, int64_t total)
{
    int64_t *told = x, now = clock_mono_us();

    if (now - *told > 1000000) {
        *told = now;
        fprintf(stderr, "%lld of %lld leads\n", (long long)done, (long long)total);
    }
    return true;
}

static enum err period_read(struct ctx *c, const char *from, const char *until, struct flow_trial_ask *ask)
{
    if (from && !instant_parse(str_of(from), &ask->from))
        return fault_set(c, ERR_BAD_FIELD, "--from is an instant: 2026-11-01T09:00:00Z");
    if (until && !instant_parse(str_of(until), &ask->until))
        return fault_set(c, ERR_BAD_FIELD, "--until is an instant: 2026-11-01T09:00:00Z");
    if (from && until && ask->from >= ask->until)
        return fault_set(c, ERR_BAD_FIELD, "--until must be after --from");
    return ERR_NONE;
}

int run_model_replay(struct front *front, struct args *args)
{
    struct flow_trial_ask ask = { .from = INSTANT_NONE, .until = INSTANT_NONE };
    const char *from = args_option(args, "--from"), *until = args_option(args, "--until"), *path = args_next(args);
    struct model *draft, *live;
    struct model_fitted fitted;
    struct flow_trial_out out;
    struct db_tx *tx;
    int64_t told = clock_mono_us();
    enum err e;

    if (!path || args->count)
        return command_usage(front);
    if ((e = period_read(&front->ctx, from, until, &ask)))
        return command_failed(front, e);
    file_check(front, stderr, path, &draft, &fitted);
    if (!draft)
        return 2;
    if (!(e = db_read(&front->ctx, front->db, &tx))) {
        front->ctx.now = clock_now();
        if (!(e = score_model_live_compiled(&front->ctx, tx, &live))) {
            ask.before = live;
            ask.after = draft;
            e = flow_trial(&front->ctx, tx, &ask, progress, &told, &out);
            score_model_drop(live);
        }
        db_drop(tx);
    }
    score_model_drop(draft);
    if (e)
        return command_failed(front, e);
    fwrite(out.report.ptr, 1, out.report.len, stdout);
    putchar('\n');
    return 0;
}

/* ---- publishing ---- */

static enum err publish(struct front *front, struct str name, struct str note, const struct model *m, struct model_fitted fitted,
                        int64_t *version)
{
    struct ctx *c = &front->ctx;
    struct json *body;
    struct model_id id;
    struct model *made;
    struct db_tx *tx;
    enum err e = json_read(c, score_model_print(m, c->arena), &body);

    if (e || (e = db_write(c, front->db, &tx)))
        return e;
    c->now = clock_now();
    if (!(e = score_model_add(c, tx, name, note, body, &id)) && !(e = score_model_set_fitted(c, tx, id, fitted))
        && !(e = score_model_publish(c, tx, id, &made))) {
        *version = made->version;
        score_model_drop(made);
    }
    if (e) {
        db_drop(tx);
        return e;
    }
    return db_commit(c, tx);
}

int run_model_publish(struct front *front, struct args *args)
{
    const char *name = args_option(args, "--name"), *note = args_option(args, "--note"), *path = args_next(args);
    struct model_fitted fitted;
    struct model *m;
    int64_t version = 0;
    enum err e;

    if (!path || args->count)
        return command_usage(front);
    int code = file_check(front, stdout, path, &m, &fitted);
    if (code) {
        score_model_drop(m);
        fputs("not published\n", stderr);
        return code;
    }
    struct str called = name ? str_of(name) : m->name.len ? m->name : str_of(path);
    e = publish(front, called, note ? str_of(note) : STR(""), m, fitted, &version);
    score_model_drop(m);
    if (e)
        return command_failed(front, e);
    printf("published: version %lld\n", (long long)version);
    return 0;
}
