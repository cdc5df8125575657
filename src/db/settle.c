/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "db/settle.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

/* Kept: of a transaction that is larger SQLite's log is synced while it is written. Spare: what a busy server has at work. */
enum { KEPT_MOST = 64, SPARE_MOST = 8 };

struct rooms {
    struct settle_room *first, **end;
    int count;
};

struct settle {
    pthread_mutex_t lock;
    pthread_cond_t ended; /* a sync has */
    int fd;
    bool later;  /* of the thread that has the connection; all else under the lock */
    bool busy;   /* somebody syncs */
    bool owed;   /* a sync failed, and what was kept could not be written again */
    bool fresh;  /* something went down since the last COMMIT */
    int64_t committed, settled;
    struct rooms kept;
    struct rooms spare;
};

/* ---- stretches ---- */

static void rooms_clear(struct rooms *r)
{
    r->first = NULL;
    r->end = &r->first;
    r->count = 0;
}

static void rooms_add(struct rooms *to, struct settle_room *r)
{
    r->next = NULL;
    *to->end = r;
    to->end = &r->next;
    to->count++;
}

static struct settle_room *rooms_take(struct rooms *from)
{
    struct settle_room *r = from->first;

    if (r) {
        from->first = r->next;
        from->count--;
        if (!from->first)
            from->end = &from->first;
    }
    return r;
}

static void rooms_move(struct rooms *to, struct rooms *from)
{
    for (struct settle_room *r; (r = rooms_take(from)) != NULL;)
        rooms_add(to, r);
}

static void spare_add(struct settle *s, struct settle_room *r)
{
    if (s->spare.count < SPARE_MOST)
        rooms_add(&s->spare, r);
    else
        sqlite3_free(r);
}

static void all_spare(struct settle *s, struct rooms *from)
{
    for (struct settle_room *r; (r = rooms_take(from)) != NULL;)
        spare_add(s, r);
}

struct settle *settle_new(struct arena *a)
{
    struct settle *s = ARENA_NEW(a, struct settle);

    s->fd = -1;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->ended, NULL);
    rooms_clear(&s->kept);
    rooms_clear(&s->spare);
    return s;
}

bool settle_open(struct settle *s, const char *place)
{
    if (s->fd < 0)
        s->fd = open(place, O_RDWR | O_CLOEXEC);
    return s->fd >= 0;
}

void settle_close(struct settle *s)
{
    struct settle_room *r;

    while ((r = rooms_take(&s->kept)) != NULL || (r = rooms_take(&s->spare)) != NULL)
        sqlite3_free(r);
    if (s->fd >= 0)
        close(s->fd);
    pthread_cond_destroy(&s->ended);
    pthread_mutex_destroy(&s->lock);
}

struct settle_room *settle_room(struct settle *s)
{
    struct settle_room *r;

    pthread_mutex_lock(&s->lock);
    r = rooms_take(&s->spare);
    pthread_mutex_unlock(&s->lock);
    if (!r && !(r = sqlite3_malloc(sizeof *r)))
        return NULL;
    r->fill = 0;
    return r;
}

/* ---- syncs; the lock is held ---- */

static bool header_read(const struct settle *s, char header[SETTLE_HEADER_BYTES])
{
    return pread(s->fd, header, SETTLE_HEADER_BYTES, 0) == SETTLE_HEADER_BYTES;
}

/* 0, or an errno. */
static int room_write(int fd, const struct settle_room *r)
{
    for (size_t done = 0; done < r->fill;) {
        ssize_t n = pwrite(fd, r->bytes + done, r->fill - done, r->from + (off_t)done);

        if (n > 0)
            done += (size_t)n;
        else if (n == 0 || errno != EINTR)
            return n < 0 ? errno : EIO;
    }
    return 0;
}

/* In their order: where a transaction was taken back, a later one stands over it. What is of a log that has ended since, by whichever program, has been
 * carried over, and others' pages may stand in its place. 0, or an errno. */
static int write_again(struct settle *s)
{
    char header[SETTLE_HEADER_BYTES];
    int rc = 0;

    if (header_read(s, header))
        for (const struct settle_room *r = s->kept.first; r && !rc; r = r->next)
            if (memcmp(r->header, header, sizeof header) == 0)
                rc = room_write(s->fd, r);
    s->owed = rc != 0;
    return rc;
}

/* What was put down before it began is on the disk. 0, or an errno. */
static int sync_now(struct settle *s)
{
    const int64_t upto = s->committed;
    struct rooms taken;
    int rc;

    if (s->owed && (rc = write_again(s)) != 0)
        return rc;
    s->busy = true;
    rooms_clear(&taken);
    rooms_move(&taken, &s->kept);
    pthread_mutex_unlock(&s->lock);
    rc = fdatasync(s->fd) == 0 ? 0 : errno;
    pthread_mutex_lock(&s->lock);
    s->busy = false;
    if (rc) {
        rooms_move(&taken, &s->kept);
        s->kept = taken;
        if (!s->kept.first)
            rooms_clear(&s->kept);
        (void)write_again(s);
    } else {
        all_spare(s, &taken);
    }
    s->settled = rc ? s->settled : upto;
    pthread_cond_broadcast(&s->ended);
    return rc;
}

static void wait_ended(struct settle *s)
{
    pthread_cond_wait(&s->ended, &s->lock);
}

int settle_put(struct settle *s, sqlite3_file *f, struct settle_room *r)
{
    int rc;

    pthread_mutex_lock(&s->lock);
    rc = f->pMethods->xWrite(f, r->bytes, (int)r->fill, r->from);
    if (rc == SQLITE_OK && !header_read(s, r->header))
        rc = SQLITE_IOERR_READ;
    if (rc == SQLITE_OK)
        rooms_add(&s->kept, r);
    else
        spare_add(s, r);
    s->fresh = true;
    while (rc == SQLITE_OK && s->kept.count > KEPT_MOST)
        if (s->busy)
            wait_ended(s);
        else if (sync_now(s) != 0)
            rc = SQLITE_IOERR_FSYNC;
    pthread_mutex_unlock(&s->lock);
    return rc;
}

void settle_later(struct settle *s, bool on)
{
    s->later = on;
}

bool settle_is_later(const struct settle *s)
{
    return s->later;
}

int64_t settle_commit(struct settle *s)
{
    int64_t commit;

    pthread_mutex_lock(&s->lock);
    s->committed += s->fresh;
    s->fresh = false;
    commit = s->committed;
    pthread_mutex_unlock(&s->lock);
    return commit;
}

int settle_wait(struct settle *s, int64_t commit)
{
    int rc = 0;

    pthread_mutex_lock(&s->lock);
    while (s->settled < commit && s->busy)
        wait_ended(s);
    if (s->settled < commit)
        rc = sync_now(s);
    pthread_mutex_unlock(&s->lock);
    return rc;
}
