/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "db/lite_file.h"

#include <string.h>

#include "base/arena.h"
#include "db/copy.h"

enum { MORE_STEPS = 100000 };

/* ---- a copy ---- */

/* What other connections do meanwhile does not come in: in several steps it would begin again whenever somebody writes in between. */
static bool copy_pages(sqlite3 *from, sqlite3 *to)
{
    sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
    int rc = b ? sqlite3_backup_step(b, -1) : SQLITE_ERROR, end = b ? sqlite3_backup_finish(b) : SQLITE_ERROR;
    return rc == SQLITE_DONE && end == SQLITE_OK;
}

enum err lite_backup(struct ctx *c, sqlite3 *handle, const char *path)
{
    struct copy copy;
    sqlite3 *to = NULL;
    enum err e = copy_begin(c, path, &copy);

    if (e)
        return e;
    if (sqlite3_open_v2(copy.part, &to, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK || !copy_pages(handle, to))
        e = fault_set(c, ERR_AWAY, "the copy to %.100s failed: %s", path, sqlite3_errmsg(to));
    if (sqlite3_close(to) != SQLITE_OK && !e)
        e = fault_set(c, ERR_AWAY, "the copy to %.100s failed: it cannot be closed", path);
    return copy_end(c, &copy, e);
}

/* ---- every page ---- */

struct asked {
    bool (*more)(void *self);
    void *self;
};

static int on_steps(void *self)
{
    struct asked *a = self;
    return a->more && !a->more(a->self);
}

/* ERR_CONFLICT: it is not whole. Names of tables are the program's own, not people's. */
static enum err check_table(struct ctx *c, sqlite3 *handle, sqlite3_stmt *look, const char *table)
{
    sqlite3_reset(look);
    sqlite3_bind_text(look, 1, table, -1, SQLITE_STATIC);
    int rc = sqlite3_step(look);
    const char *found = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(look, 0) : NULL;
    enum err e = ERR_NONE;
    if (found && strcmp(found, "ok") != 0)
        e = fault_set(c, ERR_CONFLICT, "the database file is damaged in %.40s: %.100s", table, found);
    else if (rc == SQLITE_CORRUPT || rc == SQLITE_NOTADB)
        e = fault_set(c, ERR_CONFLICT, "the database file is damaged in %.40s", table);
    else if (rc != SQLITE_ROW)
        e = fault_set(c, ERR_AWAY, "%.40s was not looked at: %.100s", table, sqlite3_errmsg(handle));
    sqlite3_reset(look);
    return e;
}

enum err lite_check(struct ctx *c, sqlite3 *handle, bool (*more)(void *self), void *self)
{
    struct asked asked = { more, self };
    sqlite3_stmt *names = NULL, *look = NULL;
    const char *tables[512];
    size_t count = 0;
    enum err e = ERR_NONE;
    int rc = SQLITE_ERROR;

    if (sqlite3_prepare_v2(handle, "SELECT name FROM sqlite_schema WHERE type = 'table'", -1, &names, NULL) == SQLITE_OK) {
        while ((rc = sqlite3_step(names)) == SQLITE_ROW && count < countof(tables))
            tables[count++] = str_cz(c->arena, str_of((const char *)sqlite3_column_text(names, 0)));
        sqlite3_finalize(names);
    }
    if (rc != SQLITE_DONE)
        return fault_set(c, ERR_CONFLICT, "the database file is damaged: %.100s", sqlite3_errmsg(handle));
    if (sqlite3_prepare_v2(handle, "SELECT * FROM pragma_quick_check(?1)", -1, &look, NULL) != SQLITE_OK)
        return fault_set(c, ERR_INTERNAL, "%s", sqlite3_errmsg(handle));
    sqlite3_progress_handler(handle, MORE_STEPS, on_steps, &asked);
    for (size_t i = 0; i < count && !e; i++)
        e = more && !more(self) ? ERR_AWAY : check_table(c, handle, look, tables[i]);
    sqlite3_progress_handler(handle, 0, NULL, NULL);
    sqlite3_finalize(look);
    return e;
}
