/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "db/wal.h"

#include <string.h>

/* A piece of the database, when it is written by pieces. */
enum { PIECE_BYTES = 512 * 1024, PIECE_PARTS = 128 };

/* What was written into the database since its last sync. */
struct piece {
    bool owed; /* a sync of it has failed, and it could not be written again */
    size_t count, fill;
    struct {
        sqlite3_int64 at;
        size_t from, bytes;
    } parts[PIECE_PARTS];
    char bytes[PIECE_BYTES];
};

/* The file as SQLite sees it; the system's own follows it in the same piece of memory. */
struct wal_file {
    sqlite3_file base;
    struct settle_room *room; /* what is held; NULL until the first write: those that read need none */
    struct settle *settle;    /* of the connection that writes; NULL: what SQLite asks to be synced is synced at once */
    struct piece *piece;      /* of a database that is written by pieces; NULL until the first */
};

static sqlite3_file *own(sqlite3_file *f)
{
    return (sqlite3_file *)((struct wal_file *)f + 1);
}

static bool holds(const struct wal_file *w)
{
    return w->room && w->room->fill > 0;
}

/* What fails here is told by whoever asked; what was held is let go, for SQLite takes the transaction back. */
static int put_down(struct wal_file *w)
{
    sqlite3_file *f = own(&w->base);
    struct settle_room *r = w->room;
    int rc;

    if (!holds(w))
        return SQLITE_OK;
    if (w->settle) {
        w->room = NULL;
        return settle_put(w->settle, f, r);
    }
    rc = f->pMethods->xWrite(f, r->bytes, (int)r->fill, r->from);
    r->fill = 0;
    return rc;
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
    sqlite3_free(w->piece);
    w->room = NULL;
    w->piece = NULL;
    return rc ? rc : end;
}

static int wal_read(sqlite3_file *f, void *to, int bytes, sqlite3_int64 at)
{
    struct wal_file *w = (struct wal_file *)f;
    const struct settle_room *r = w->room;
    bool held = holds(w) && at < r->from + (sqlite3_int64)r->fill && at + bytes > r->from;
    int rc = held ? put_aside(w) : SQLITE_OK;

    return rc ? rc : own(f)->pMethods->xRead(own(f), to, bytes, at);
}

static bool has_room(struct wal_file *w)
{
    if (w->room)
        return true;
    w->room = w->settle ? settle_room(w->settle) : sqlite3_malloc(sizeof *w->room);
    if (w->room)
        w->room->fill = 0;
    return w->room != NULL;
}

static int wal_write(sqlite3_file *f, const void *bytes, int count, sqlite3_int64 at)
{
    struct wal_file *w = (struct wal_file *)f;
    struct settle_room *r = w->room;
    int rc = SQLITE_OK;

    if (count > SETTLE_ROOM_BYTES) /* no page is */
        return SQLITE_IOERR_WRITE;
    if (holds(w) && (at != r->from + (sqlite3_int64)r->fill || r->fill + (size_t)count > SETTLE_ROOM_BYTES))
        rc = put_down(w);
    if (rc)
        return rc;
    if (!has_room(w))
        return SQLITE_IOERR_NOMEM;
    r = w->room;
    if (!r->fill)
        r->from = at;
    memcpy(r->bytes + r->fill, bytes, (size_t)count);
    r->fill += (size_t)count;
    return SQLITE_OK;
}

static int wal_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    int rc = put_aside((struct wal_file *)f);

    return rc ? rc : own(f)->pMethods->xTruncate(own(f), size);
}

/* A header goes before its pages to the disk, or these might be taken for pages of the log before. */
static int wal_sync(sqlite3_file *f, int flags)
{
    struct wal_file *w = (struct wal_file *)f;
    bool header = holds(w) && w->room->from == 0 && w->room->fill == SETTLE_HEADER_BYTES;
    bool later = w->settle && settle_is_later(w->settle) && !header;
    int rc = put_down(w);

    return rc || later ? rc : own(f)->pMethods->xSync(own(f), flags);
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

static int piece_again(sqlite3_file *f, const struct piece *p)
{
    int rc = SQLITE_OK;

    for (size_t i = 0; i < p->count && rc == SQLITE_OK; i++)
        rc = own(f)->pMethods->xWrite(own(f), p->bytes + p->parts[i].from, (int)p->parts[i].bytes, p->parts[i].at);
    return rc;
}

/* The pages of a sync that failed are clean for the system, and may be read back as they were before: they are written again at once. */
static int piece_sync(sqlite3_file *f, int flags)
{
    struct piece *p = ((struct wal_file *)f)->piece;
    int rc = p && p->owed ? piece_again(f, p) : SQLITE_OK;

    if (rc)
        return rc;
    rc = own(f)->pMethods->xSync(own(f), flags);
    if (p) {
        p->owed = rc && piece_again(f, p) != SQLITE_OK;
        p->count = rc ? p->count : 0;
        p->fill = rc ? p->fill : 0;
    }
    return rc;
}

static int piece_write(sqlite3_file *f, const void *bytes, int count, sqlite3_int64 at)
{
    struct wal_file *w = (struct wal_file *)f;
    struct piece *p = w->piece;
    int rc = SQLITE_OK;

    if (count > PIECE_BYTES) /* no page is */
        return SQLITE_IOERR_WRITE;
    if (!p) {
        if (!(p = w->piece = sqlite3_malloc(sizeof *p)))
            return SQLITE_IOERR_NOMEM;
        p->owed = false;
        p->count = p->fill = 0;
    }
    if (p->count == PIECE_PARTS || p->fill + (size_t)count > PIECE_BYTES)
        rc = piece_sync(f, SQLITE_SYNC_NORMAL);
    if (rc || (rc = own(f)->pMethods->xWrite(own(f), bytes, count, at)))
        return rc;
    memcpy(p->bytes + p->fill, bytes, (size_t)count);
    p->parts[p->count].at = at;
    p->parts[p->count].from = p->fill;
    p->parts[p->count++].bytes = (size_t)count;
    p->fill += (size_t)count;
    return SQLITE_OK;
}

static int piece_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    struct piece *p = ((struct wal_file *)f)->piece;
    size_t kept = 0;

    for (size_t i = 0; p && i < p->count; i++)
        if (p->parts[i].at < size)
            p->parts[kept++] = p->parts[i];
    if (p)
        p->count = kept;
    return own(f)->pMethods->xTruncate(own(f), size);
}

/* A pass says that it has written all, and behind that counts it as carried over: from then on it is read from here and not from the log. What
 * fails now is not looked at, but is tried again by PIECE_SYNC. */
static int piece_control(sqlite3_file *f, int op, void *arg)
{
    struct wal_file *w = (struct wal_file *)f;
    bool some = w->piece && w->piece->count;
    int rc = some && (op == PIECE_SYNC || op == SQLITE_FCNTL_CKPT_DONE) ? piece_sync(f, SQLITE_SYNC_NORMAL) : SQLITE_OK;

    if (op == PIECE_SYNC)
        return rc;
    return own(f)->pMethods->xFileControl(own(f), op, arg);
}

/* The index of the log goes by way of the database's file. */
static int index_map(sqlite3_file *f, int part, int bytes, int extend, void volatile **to)
{
    return own(f)->pMethods->xShmMap(own(f), part, bytes, extend, to);
}

static int index_lock(sqlite3_file *f, int from, int count, int flags)
{
    return own(f)->pMethods->xShmLock(own(f), from, count, flags);
}

static void index_barrier(sqlite3_file *f)
{
    own(f)->pMethods->xShmBarrier(own(f));
}

static int index_unmap(sqlite3_file *f, int remove)
{
    return own(f)->pMethods->xShmUnmap(own(f), remove);
}

static const sqlite3_io_methods piece_methods = {
    .iVersion = 2, /* without mapped reading */
    .xClose = wal_close,
    .xRead = wal_read,
    .xWrite = piece_write,
    .xTruncate = piece_truncate,
    .xSync = piece_sync,
    .xFileSize = wal_size,
    .xLock = wal_lock,
    .xUnlock = wal_unlock,
    .xCheckReservedLock = wal_reserved,
    .xFileControl = piece_control,
    .xSectorSize = wal_sector,
    .xDeviceCharacteristics = wal_device,
    .xShmMap = index_map,
    .xShmLock = index_lock,
    .xShmBarrier = index_barrier,
    .xShmUnmap = index_unmap,
};

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

static int cover(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out, const sqlite3_io_methods *methods)
{
    struct wal_file *w = (struct wal_file *)f;
    int rc;

    *w = (struct wal_file){ 0 };
    rc = system_of(v)->xOpen(system_of(v), name, own(f), flags, out);
    if (own(f)->pMethods)
        w->base.pMethods = methods;
    return rc;
}

/* Every file but the one that is meant is the system's own, as if we were not there. */
static int wal_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
    if (flags & SQLITE_OPEN_WAL)
        return cover(v, name, f, flags, out, &wal_methods);
    return system_of(v)->xOpen(system_of(v), name, f, flags, out);
}

static int piece_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
    if (flags & SQLITE_OPEN_MAIN_DB)
        return cover(v, name, f, flags, out, &piece_methods);
    return system_of(v)->xOpen(system_of(v), name, f, flags, out);
}

static void add(sqlite3_vfs *vfs, const char *name, int (*open)(sqlite3_vfs *, const char *, sqlite3_file *, int, int *))
{
    sqlite3_vfs *system = sqlite3_vfs_find(NULL);

    *vfs = *system; /* its other methods look at nothing of the vfs but what is copied here */
    vfs->pNext = NULL;
    vfs->zName = name;
    vfs->szOsFile = system->szOsFile + (int)sizeof(struct wal_file);
    vfs->pAppData = system;
    vfs->xOpen = open;
    sqlite3_vfs_register(vfs, 0);
}

bool wal_settle(sqlite3 *writer, struct settle *s, const char *place)
{
    sqlite3_file *f = NULL;

    /* The log is opened by the first who reads. */
    if (sqlite3_exec(writer, "SELECT 1 FROM sqlite_schema LIMIT 1", NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_file_control(writer, NULL, SQLITE_FCNTL_JOURNAL_POINTER, &f) != SQLITE_OK || !f || f->pMethods != &wal_methods ||
        !settle_open(s, place))
        return false;
    ((struct wal_file *)f)->settle = s;
    return true;
}

void wal_register(void)
{
    static sqlite3_vfs log, piece;

    add(&log, WAL_VFS, wal_open);
    add(&piece, PIECE_VFS, piece_open);
}
