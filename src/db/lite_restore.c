/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The way back from a copy of a SQLite file.
 *
 * Everything is decided on a second copy beside the database; only then do names change. The log of what was there must never meet the
 * new file, which it would be carried into: so it is carried over before, or, when that cannot be, gets another name first. Killed
 * in between, either the old database stands, or the new one, and what was replaced is beside it. */
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/copy.h"
#include "db/lite_file.h"
#include "sys/clock.h"

enum { PIECE_BYTES = 1 << 20 };

/* ---- is it one of ours ---- */

static enum err copy_file(struct ctx *c, int from, const char *to)
{
    char *piece = arena_alloc(c->arena, PIECE_BYTES);
    int fd = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ssize_t n = -1;
    off_t at = 0;
    bool good = fd >= 0;
    while (good && (n = pread(from, piece, PIECE_BYTES, at)) > 0) {
        good = write(fd, piece, (size_t)n) == n;
        at += n;
    }
    good = good && n == 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return good ? ERR_NONE : fault_set(c, ERR_AWAY, "%.100s: %s", to, strerror(errno));
}

static enum err migrations_check(struct ctx *c, sqlite3 *handle)
{
    struct copy_look look = copy_look_begin(c->arena);
    sqlite3_stmt *list = NULL;
    enum err e = ERR_NONE;
    int rc = sqlite3_prepare_v2(handle, "SELECT name, hash FROM migration", -1, &list, NULL);

    while (!e && list && (rc = sqlite3_step(list)) == SQLITE_ROW)
        e = copy_look_at(c, &look, str_of((const char *)sqlite3_column_text(list, 0)), str_of((const char *)sqlite3_column_text(list, 1)));
    sqlite3_finalize(list);
    if (rc != SQLITE_DONE && !e)
        look.seen = 0; /* there is no such list, or it cannot be read to its end */
    return e ? e : copy_look_end(c, &look);
}

static enum err look_into(struct ctx *c, const char *path)
{
    sqlite3 *handle = NULL;
    enum err e = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK
                     ? lite_check(c, handle, NULL, NULL)
                     : fault_set(c, ERR_CONFLICT, "the copy is no database: %s", sqlite3_errmsg(handle));
    if (!e)
        e = migrations_check(c, handle);
    sqlite3_close(handle);
    return e;
}

/* ---- names ---- */

static enum err rename_to(struct ctx *c, const char *from, const char *to)
{
    if (rename(from, to) == 0 || errno == ENOENT)
        return ERR_NONE;
    return fault_set(c, ERR_AWAY, "%.100s: %s", from, strerror(errno));
}

/* The old log goes into the old file, if that can still be done. */
static void log_away(const char *place)
{
    sqlite3 *handle = NULL;
    if (sqlite3_open_v2(place, &handle, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK)
        sqlite3_wal_checkpoint_v2(handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_close(handle);
}

static enum err replace(struct ctx *c, const char *place, const char *fresh, const char **kept)
{
    const char *old = NULL;
    enum err e = ERR_NONE;
    if (access(place, F_OK) == 0) {
        log_away(place);
        old = str_print(c->arena, "%s-before-%lld", place, (long long)clock_wall()).ptr;
        if (link(place, old) != 0)
            return fault_set(c, ERR_AWAY, "%.100s: %s", old, strerror(errno));
        e = rename_to(c, str_print(c->arena, "%s-wal", place).ptr, str_print(c->arena, "%s-wal", old).ptr);
        unlink(str_print(c->arena, "%s-shm", place).ptr);
        copy_folder_sync(c, place);
    }
    if (!e)
        e = rename_to(c, fresh, place);
    copy_folder_sync(c, place);
    if (!e)
        *kept = old;
    return e;
}

/* Held until the process ends: whoever writes takes it too. */
static enum err own(struct ctx *c, const char *place)
{
    int fd = open(str_print(c->arena, "%s-owner", place).ptr, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
        return ERR_NONE;
    if (fd >= 0)
        close(fd);
    return fault_set(c, ERR_CONFLICT, "a server or a command has %.100s open: end it first", place);
}

enum err lite_restore(struct ctx *c, const char *place, const char *path, const char **kept)
{
    const char *fresh = str_print(c->arena, "%s-restored", place).ptr;
    enum err e;

    int from = open(path, O_RDONLY | O_CLOEXEC);
    if (from < 0)
        return fault_set(c, ERR_NOT_FOUND, "%.120s: %s", path, strerror(errno));
    if ((e = own(c, place)) == ERR_NONE && (e = copy_sum_check(c, path, from)) == ERR_NONE &&
        (e = copy_file(c, from, fresh)) == ERR_NONE)
        e = look_into(c, fresh);
    close(from);
    if (!e)
        e = replace(c, place, fresh, kept);
    if (e)
        unlink(fresh);
    return e;
}
