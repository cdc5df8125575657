/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <errno.h>
#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/command.h"
#include "sys/clock.h"
#include "sys/log.h"

/* A smaller file is looked through at the start; a larger one beside the server's work (job/slow_check.c). */
enum { CHECKED_BYTES = 16 * 1024 * 1024 };

static const struct {
    const char *name;
    enum log_level level;
} levels[] = { { "error", LOG_LEVEL_ERROR }, { "warn", LOG_LEVEL_WARN }, { "info", LOG_LEVEL_INFO }, { "debug", LOG_LEVEL_DEBUG } };

static enum err set_clock(struct front *front)
{
    const struct config *conf = &front->config;
    instant at;

    if (conf->now.len > 0 && !conf->test_clock)
        return fault_set(&front->ctx, ERR_BAD_FIELD, "now is for --test-clock only");
    if (!conf->test_clock)
        return ERR_NONE;
    if (conf->now.len == 0)
        at = clock_now();
    else if (!instant_parse(conf->now, &at))
        return fault_set(&front->ctx, ERR_BAD_FIELD, "now is to be an instant of RFC 3339");
    clock_test_set(at, true);
    return ERR_NONE;
}

static enum err set_log(struct front *front)
{
    for (size_t i = 0; i < countof(levels); i++)
        if (str_eq(front->config.log_level, str_of(levels[i].name))) {
            log_set_level(levels[i].level);
            return ERR_NONE;
        }
    return fault_set(&front->ctx, ERR_BAD_FIELD, "log_level is to be error, warn, info or debug");
}

const char *front_database(struct front *front)
{
    const struct config *conf = &front->config;

    if (conf->database.len > 0)
        return str_cz(front->ctx.arena, conf->database);
    return str_print(front->ctx.arena, "sqlite:" STR_FMT "/gradus.db", STR_ARG(conf->data)).ptr;
}

static enum err say_damage(struct front *front)
{
    const struct fault *f = &front->ctx.fault;

    log_error(&front->ctx, "database.damaged", LOG_STR("why", str_of(f->items[0].note)), LOG_STR("help", STR("gradus restore FILE")));
    fault_clear(&front->ctx);
    return ERR_NONE;
}

/* A folder that is mistyped is told, not made. */
static enum err want_database(struct front *front)
{
    const char *path = str_print(front->ctx.arena, STR_FMT "/gradus.db", STR_ARG(front->config.data)).ptr;

    if (front->config.database.len > 0 || access(path, F_OK) == 0)
        return ERR_NONE;
    return fault_set(&front->ctx, ERR_NOT_FOUND, "there is no database in " STR_FMT " (--data FOLDER or --database URL)", STR_ARG(front->config.data));
}

static enum err open_database(struct front *front, const struct command *command)
{
    struct ctx *c = &front->ctx;
    const struct config *conf = &front->config;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    /* One for each thread of the HTTP server, and for those of long reads, sign-in, streams and jobs. */
    int64_t threads = conf->threads ? conf->threads : cores < 1 ? 2 : cores * 2;
    int readers = (int)(conf->readers ? conf->readers : threads + 6);
    enum err e;

    if (!command->begins && (e = want_database(front)))
        return e;
    if ((conf->database.len == 0 || command->run == run_serve) && mkdir(conf->data.ptr, 0750) != 0 && errno != EEXIST)
        return fault_set(c, ERR_AWAY, "cannot make the folder " STR_FMT, STR_ARG(conf->data));
    e = db_open(c, front_database(front), readers, &front->db);
    if (!e && db_size_bytes(front->db) < CHECKED_BYTES && (e = db_check(c, front->db, NULL, NULL)) == ERR_CONFLICT)
        return say_damage(front); /* it is read for as long as it can be, and not migrated */
    return e ? e : db_migrate(c, front->db);
}

static bool is_one_of(const char *word, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(word, *words) == 0)
            return true;
    return false;
}

static const char *const help_words[] = { "help", "--help", "-h", NULL };

static bool asks_help(const struct args *args)
{
    for (int i = 0; i < args->count; i++)
        if (is_one_of(args->items[i], help_words + 1))
            return true;
    return false;
}

static int run(struct front *front, const struct command *command, struct args *args)
{
    enum err e = config_read(&front->ctx, args, &front->config);
    int code;

    if (e == ERR_NONE)
        e = set_log(front);
    if (e == ERR_NONE)
        e = set_clock(front);
    front->ctx.now = clock_now();
    if (e == ERR_NONE && !command->no_database)
        e = open_database(front, command);
    code = e ? command_failed(front, e) : command->run(front, args);
    if (front->db)
        db_close(front->db);
    return code;
}

/* No command can be run: help is asked for, or the words are none of ours. */
static int help(const struct args *args)
{
    bool leads = args->count && is_one_of(args->items[0], help_words), asked = leads || asks_help(args);

    command_list(asked ? stdout : stderr, args->count > leads ? args->items[leads] : NULL);
    return asked ? 0 : 2;
}

int main(int argc, char **argv)
{
    struct args args = { argc - 1, argv + 1 };
    struct front front = { .ctx = { .arena = arena_new(0), .lang = LANG_EN, .actor = { .kind = ACTOR_HOUSE } } };
    int code = 0;

    gsl_set_error_handler_off(); /* a figure that it cannot tell is no number; by itself it would end the program */
    front.command = command_find(&args);
    if (front.command && !asks_help(&args))
        code = run(&front, front.command, &args);
    else if (args.count && is_one_of(args.items[0], (const char *[]){ "version", "--version", NULL }))
        puts(serve_version());
    else if (front.command)
        command_list(stdout, front.command->name);
    else
        code = help(&args);
    arena_free(front.ctx.arena);
    return code;
}
