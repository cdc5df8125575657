/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "db/wal.h"

#include <string.h>

enum { ROOM_BYTES = 120 * 1024 }; /* SQLite's own way to files writes less than 128 KiB at once */

/* The file as SQLite sees it; the system's own follows it in the same piece of memory. */
struct wal_file {
    sqlite3_file base;
    char *room; /* NULL until the first write: those that read need none */
    sqlite3_int64 from; /* where room[0] belongs */
    size_t fill;
};

static sqlite3_file *own(sqlite3_file *f)
{
    return (sqlite3_file *)((struct wal_file *)f + 1);
}

/* What fails here is told by whoever asked; what was held is let go, for SQLite takes the transaction back. */
static int put_down(struct wal_file *w)
{
    sqlite3_file *f = own(&w->base);
    size_t fill = w->fill;

    w->fill = 0;
    return fill ? f->pMethods->xWrite(f, w->room, (int)fill, w->from) : SQLITE_OK;
}

/* For those who did not come to write. A full disk would have SQLite take back one statement and go on with the transaction, of which what was
 * held is a part; any other failure ends the whole of it. */
static int put_aside(struct wal_file *w)
{
    return put_down(w) == SQLITE_OK ? SQLITE_OK : SQLITE_IOERR_WRITE;
}

static int wal_close(sqlite3_file *f)
{
    struct wal_file *w = (struct wal_file *)f;
    int rc = put_aside(w), end = own(f)->pMethods->xClose(own(f));

    sqlite3_free(w->room);
    w->room = NULL;
    return rc ? rc : end;
}

static int wal_read(sqlite3_file *f, void *to, int bytes, sqlite3_int64 at)
{
    struct wal_file *w = (struct wal_file *)f;
    bool held = w->fill && at < w->from + (sqlite3_int64)w->fill && at + bytes > w->from;
    int rc = held ? put_aside(w) : SQLITE_OK;

    return rc ? rc : own(f)->pMethods->xRead(own(f), to, bytes, at);
}

static int wal_write(sqlite3_file *f, const void *bytes, int count, sqlite3_int64 at)
{
    struct wal_file *w = (struct wal_file *)f;
    int rc = SQLITE_OK;

    if (!w->room && !(w->room = sqlite3_malloc(ROOM_BYTES)))
        return SQLITE_IOERR_NOMEM;
    if (w->fill && (at != w->from + (sqlite3_int64)w->fill || w->fill + (size_t)count > ROOM_BYTES))
        rc = put_down(w);
    if (rc)
        return rc;
    if (count > ROOM_BYTES)
        return own(f)->pMethods->xWrite(own(f), bytes, count, at);
    if (!w->fill)
        w->from = at;
    memcpy(w->room + w->fill, bytes, (size_t)count);
    w->fill += (size_t)count;
    return SQLITE_OK;
}

static int wal_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    int rc = put_aside((struct wal_file *)f);

    return rc ? rc : own(f)->pMethods->xTruncate(own(f), size);
}

static int wal_sync(sqlite3_file *f, int flags)
{
    int rc = put_down((struct wal_file *)f);

    return rc ? rc : own(f)->pMethods->xSync(own(f), flags);
}

static int wal_size(sqlite3_file *f, sqlite3_int64 *size)
{
    int rc = put_aside((struct wal_file *)f);

    return rc ? rc : own(f)->pMethods->xFileSize(own(f), size);
}

static int wal_lock(sqlite3_file *f, int level)
{
    return own(f)->pMethods->xLock(own(f), level);
}

static int wal_unlock(sqlite3_file *f, int level)
{
    return own(f)->pMethods->xUnlock(own(f), level);
}

static int wal_reserved(sqlite3_file *f, int *out)
{
    return own(f)->pMethods->xCheckReservedLock(own(f), out);
}

static int wal_control(sqlite3_file *f, int op, void *arg)
{
    int rc = put_aside((struct wal_file *)f);

    return rc ? rc : own(f)->pMethods->xFileControl(own(f), op, arg);
}

static int wal_sector(sqlite3_file *f)
{
    return own(f)->pMethods->xSectorSize(own(f));
}

static int wal_device(sqlite3_file *f)
{
    return own(f)->pMethods->xDeviceCharacteristics(own(f));
}

static const sqlite3_io_methods wal_methods = {
    .iVersion = 1,
    .xClose = wal_close,
    .xRead = wal_read,
    .xWrite = wal_write,
    .xTruncate = wal_truncate,
    .xSync = wal_sync,
    .xFileSize = wal_size,
    .xLock = wal_lock,
    .xUnlock = wal_unlock,
    .xCheckReservedLock = wal_reserved,
    .xFileControl = wal_control,
    .xSectorSize = wal_sector,
    .xDeviceCharacteristics = wal_device,
};

static sqlite3_vfs *system_of(const sqlite3_vfs *v)
{
    return v->pAppData;
}

/* Every file but the log is the system's own, as if we were not there. */
static int wal_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
    struct wal_file *w = (struct wal_file *)f;
    int rc;

    if (!(flags & SQLITE_OPEN_WAL))
        return system_of(v)->xOpen(system_of(v), name, f, flags, out);
    *w = (struct wal_file){ 0 };
    rc = system_of(v)->xOpen(system_of(v), name, own(f), flags, out);
    if (own(f)->pMethods)
        w->base.pMethods = &wal_methods;
    return rc;
}

void wal_register(void)
{
    static sqlite3_vfs vfs;
    sqlite3_vfs *system = sqlite3_vfs_find(NULL);

    vfs = *system; /* its other methods look at nothing of the vfs but what is copied here */
    vfs.pNext = NULL;
    vfs.zName = WAL_VFS;
    vfs.szOsFile = system->szOsFile + (int)sizeof(struct wal_file);
    vfs.pAppData = system;
    vfs.xOpen = wal_open;
    sqlite3_vfs_register(&vfs, 0);
}
