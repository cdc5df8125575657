/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/command.h"

#include <stdio.h>
#include <string.h>

#include "api/api_house.h"
#include "api/endpoint.h"
#include "app/command_custody.h"
#include "app/command_demo.h"
#include "app/command_import.h"
#include "app/command_lead.h"
#include "app/command_learn.h"
#include "app/command_model.h"
#include "app/command_team.h"
#include "base/buf.h"

enum { OPENAPI_BYTES = 16 * 1024 * 1024, TEXT_BYTES = 256 * 1024 };

static int run_migrate(struct front *front, struct args *args)
{
    (void)args;
    (void)front; /* whatever opens the database migrates it */
    puts("migrated: yes");
    return 0;
}

static int run_config(struct front *front, struct args *args)
{
    struct buf b = buf_new(front->ctx.arena, TEXT_BYTES);

    (void)args;
    config_print(&front->config, &b);
    fwrite(b.ptr, 1, b.len, stdout);
    return 0;
}

static int run_openapi(struct front *front, struct args *args)
{
    struct buf b = buf_new(front->ctx.arena, OPENAPI_BYTES);

    (void)args;
    openapi_print(endpoints, STR("1"), &b);
    fwrite(b.ptr, 1, b.len, stdout);
    putchar('\n');
    return 0;
}

static int run_backup(struct front *front, struct args *args)
{
    const char *path = args_next(args);
    enum err e;

    if (!path)
        return command_usage(front);
    e = db_backup(&front->ctx, front->db, path);
    if (e)
        return command_failed(front, e);
    printf("backup: %s\n", path);
    return 0;
}

/* Opens nothing by itself: what is there may be past opening. */
static int run_restore(struct front *front, struct args *args)
{
    const char *path = args_next(args), *kept = NULL;
    enum err e;

    if (!path)
        return command_usage(front);
    e = front->config.database.len > 0 ? ERR_NONE : serve_be_alone(front);
    if (!e)
        e = db_restore(&front->ctx, front_database(front), path, &kept);
    if (e)
        return command_failed(front, e);
    printf("restored: %s\n", path);
    if (kept)
        printf("what was there: %s\n", kept);
    return 0;
}

/* The one table of commands. */
const struct command commands[] = {
    { "serve", run_serve, false, "[--listen ADDRESS:PORT]", "the server", .begins = true },
    { "migrate", run_migrate, false, "", "bring the database up to this program", .begins = true },
    { "user add", run_user_add, false, "--email E --role R [--name N] --password-stdin", "add a user", .begins = true },
    { "user list", run_user_list, false, "", "who they are" },
    { "user password", run_user_password, false, "--email E --password-stdin", "set a password, end the user's sessions" },
    { "key add", run_key_add, false, "--name N --scope events|api [--public] [--rights a,b]", "make a key; it is shown once", .begins = true },
    { "key list", run_key_list, false, "", "keys by their beginning" },
    { "key revoke", run_key_revoke, false, "ID", "end a key" },
    { "audit check", run_audit_check, false, "", "is the chain of the audit log whole" },
    { "import leads", run_import_leads, false, "FILE.csv [--mapping FILE.json]", "take a file of people", .begins = true },
    { "import events", run_import_events, false, "FILE.csv [--mapping FILE.json]", "take a file of what people did", .begins = true },
    { "import undo", run_import_undo, false, "ID", "take back what an import brought" },
    { "explain", run_explain, false, "LEAD [--at T] [--known then|now]", "every line of a lead's score: the criterion, how often, since when" },
    { "replay", run_replay, false, "[--mend]", "make everything derived again and hold it against what stands; --mend: put right what differs, and say what" },
    { "learn", run_learn, false, "", "learn a probability from outcomes now; 1 when too few are known, or new since the last time" },
    { "check custody", run_check_custody, false, "[--from T] [--to T]",
      "was any hot lead nobody's affair, at any second of a period" },
    { "model check", run_model_check, true, "FILE", "mistakes of a model file, each at its line; 1 when it has errors" },
    { "model show", run_model_show, false, "[--version N]", "the live model, or a version, as a file" },
    { "model diff", run_model_diff, false, "FILE [--version N]", "what the file changes against the live model, in words; 1 when anything" },
    { "model replay", run_model_replay, false, "FILE [--from T] [--until T]", "the file's model over the whole history beside the live one: a report as JSON" },
    { "model publish", run_model_publish, false, "FILE [--name N] [--note N]", "make the file's model the live one; not when it has errors" },
    { "demo", run_demo, false, "", "fill an empty database with the demonstration company", .begins = true },
    { "backup", run_backup, false, "FILE", "copy the whole database while others work" },
    { "restore", run_restore, true, "FILE", "put the copy that a backup made in the database's place; what was there is kept" },
    { "openapi", run_openapi, true, "", "the API's description" },
    { "config", run_config, true, "", "each setting, its value, and where it came from" },
    { 0 }
};

static bool takes(const struct command *command, struct args *args)
{
    const char *space = strchr(command->name, ' ');
    size_t len = space ? (size_t)(space - command->name) : strlen(command->name);

    if (args->count < 1 || strlen(args->items[0]) != len || strncmp(args->items[0], command->name, len) != 0)
        return false;
    return !space || (args->count > 1 && strcmp(args->items[1], space + 1) == 0);
}

const struct command *command_find(struct args *args)
{
    for (const struct command *k = commands; k->name; k++) {
        if (!takes(k, args))
            continue;
        (void)args_next(args);
        if (strchr(k->name, ' '))
            (void)args_next(args);
        return k;
    }
    return NULL;
}

static void usage_print(FILE *to, const struct command *k)
{
    fprintf(to, "gradus %s %s\n  %s\n", k->name, k->usage, k->help);
}

static bool begins_with(const struct command *k, const char *word)
{
    size_t len = strlen(word);

    return strncmp(k->name, word, len) == 0 && (k->name[len] == ' ' || k->name[len] == 0);
}

void command_list(FILE *to, const char *word)
{
    bool any = false;

    for (const struct command *k = commands; word && k->name; k++)
        if (begins_with(k, word)) {
            usage_print(to, k);
            any = true;
        }
    if (any)
        return;
    fputs("gradus COMMAND [--data FOLDER | --database URL] [--config FILE] ...\n\n", to);
    for (const struct command *k = commands; k->name; k++)
        fprintf(to, "  %-14s %s\n  %-14s   %s\n", k->name, k->usage, "", k->help);
}

int command_usage(const struct front *front)
{
    usage_print(stderr, front->command);
    return 2;
}

int command_failed(struct front *front, enum err e)
{
    const struct fault *f = &front->ctx.fault;

    fprintf(stderr, "gradus: %s\n", err_slug(e));
    for (int i = 0; i < f->count && i < FAULTS_MAX; i++)
        fprintf(stderr, "  %s %s\n", f->items[i].field, f->items[i].note);
    return 2;
}
