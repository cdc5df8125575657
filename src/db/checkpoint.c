/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "db/checkpoint.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "db/wal.h"

/* Pages of the log: not carried over, from which on the thread works; few enough for the writer; more than which it does not let the log
 * grow while the thread works. A page that is written again before the thread begins is carried over once: the later it begins, the less there
 * is to carry, and the more to read after a crash (0.25 s for a log of 158 MiB). CPU of everything and bytes written an event, begun at 12,000,
 * 16,000, 24,000 pages: 95, 94, 88 us; 32.5, 32.2, 30.0 KiB. Few enough is what a pass over it makes anew at full load, or there would be pass upon
 * pass over the same pages. */
#ifndef CHECKPOINT_BEGIN_PAGES /* script/crash has a program in which it is small, so that the thread is at work when it is killed */
#define CHECKPOINT_BEGIN_PAGES 24000
#endif
enum {
    BEGIN_PAGES = CHECKPOINT_BEGIN_PAGES,
    FEW_PAGES = BEGIN_PAGES < 1024 ? BEGIN_PAGES / 4 : 256,
    MOST_PAGES = 60000,
    PASSES = 8
};

struct checkpoint {
    pthread_mutex_t lock;
    pthread_cond_t come, rest;
    pthread_t thread;
    sqlite3 *writer, *own;
    atomic_int pages; /* of the log after the last commit */
    int carried;      /* of them; this and what follows under the lock */
    bool wanted, busy, nearly, stopping;
    int failed;
};

static int on_commit(void *self, sqlite3 *db, const char *name, int pages)
{
    struct checkpoint *k = self;

    (void)db, (void)name;
    atomic_store(&k->pages, pages);
    return SQLITE_OK;
}

static bool is_trouble(int rc)
{
    return rc != SQLITE_OK && (rc & 0xff) != SQLITE_BUSY;
}

/* SQLite takes what a pass wrote to be carried over, whether it could be synced or not. So nothing of the log may be carried on, or begun anew,
 * before this has held. */
static int settle(struct checkpoint *k)
{
    return sqlite3_file_control(k->own, NULL, PIECE_SYNC, NULL);
}

/* Passes, each over what was committed during the one before, until little is left. Without the lock. */
static int carry(struct checkpoint *k, int *carried)
{
    int rc = SQLITE_OK, before = *carried, all;

    for (int i = 0; i < PASSES && atomic_load(&k->pages) - before > FEW_PAGES && rc == SQLITE_OK; i++) {
        rc = sqlite3_wal_checkpoint_v2(k->own, NULL, SQLITE_CHECKPOINT_PASSIVE, &all, carried);
        if (rc != SQLITE_OK || *carried <= before)
            break; /* a reader stands in the way: another time */
        before = *carried;
        rc = settle(k);
    }
    return rc;
}

static void *work(void *self)
{
    struct checkpoint *k = self;

    pthread_mutex_lock(&k->lock);
    while (!k->stopping) {
        int carried = k->carried, rc;

        if (!k->wanted) {
            pthread_cond_wait(&k->come, &k->lock);
            continue;
        }
        k->busy = true;
        pthread_mutex_unlock(&k->lock);
        rc = carry(k, &carried);
        pthread_mutex_lock(&k->lock);
        k->wanted = k->busy = false;
        k->carried = carried > k->carried ? carried : k->carried;
        k->nearly = true;
        k->failed = is_trouble(rc) ? rc : k->failed;
        pthread_cond_signal(&k->rest);
    }
    pthread_mutex_unlock(&k->lock);
    return NULL;
}

/* A database is opened before the server says which signals it waits for; a thread that does not block them would be where they arrive, and end
 * the program. So this one takes none. */
static bool begin(struct checkpoint *k)
{
    sigset_t all, before;
    bool begun;

    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    begun = pthread_create(&k->thread, NULL, work, k) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return begun;
}

struct checkpoint *checkpoint_start(struct arena *a, const char *place, const char *vfs, sqlite3 *writer)
{
    struct checkpoint *k = ARENA_NEW(a, struct checkpoint);
    bool open = sqlite3_open_v2(place, &k->own, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, vfs) == SQLITE_OK;

    open = open && sqlite3_exec(k->own, "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -64;", NULL,
                                NULL, NULL) == SQLITE_OK;
    sqlite3_db_config(k->own, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    k->writer = writer;
    pthread_mutex_init(&k->lock, NULL);
    pthread_cond_init(&k->come, NULL);
    pthread_cond_init(&k->rest, NULL);
    if (!open || !begin(k)) {
        sqlite3_close_v2(k->own);
        return NULL;
    }
    sqlite3_wal_hook(writer, on_commit, k);
    return k;
}

static void wait_rest(struct checkpoint *k)
{
    while (k->wanted || k->busy)
        pthread_cond_wait(&k->rest, &k->lock);
}

/* The writer's own pass, over the little that is left. */
static int finish(struct checkpoint *k)
{
    int all, carried = k->carried, rc = settle(k);

    if (rc)
        return rc;
    rc = sqlite3_wal_checkpoint_v2(k->writer, NULL, SQLITE_CHECKPOINT_PASSIVE, &all, &carried);

    k->nearly = false;
    k->carried = carried > k->carried ? carried : k->carried;
    return is_trouble(rc) ? rc : SQLITE_OK;
}

int checkpoint_step(struct checkpoint *k)
{
    int pages = atomic_load(&k->pages), rc;

    pthread_mutex_lock(&k->lock);
    if (k->busy && pages > MOST_PAGES)
        wait_rest(k);
    rc = k->failed;
    k->failed = SQLITE_OK;
    if (!k->busy && !k->wanted) {
        if (pages < k->carried) /* the log began anew */
            k->carried = 0, k->nearly = false;
        if (pages - k->carried >= BEGIN_PAGES) {
            k->wanted = true;
            pthread_cond_signal(&k->come);
        }
    }
    pthread_mutex_unlock(&k->lock);
    return rc;
}

int checkpoint_finish(struct checkpoint *k)
{
    int rc = SQLITE_OK;

    pthread_mutex_lock(&k->lock);
    if (k->nearly && !k->busy && !k->wanted && atomic_load(&k->pages) > k->carried)
        rc = finish(k);
    pthread_mutex_unlock(&k->lock);
    return rc;
}

int checkpoint_all(struct checkpoint *k)
{
    int rc;

    pthread_mutex_lock(&k->lock);
    wait_rest(k);
    if ((rc = settle(k)) == SQLITE_OK)
        rc = sqlite3_wal_checkpoint_v2(k->writer, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    if (rc == SQLITE_OK) {
        atomic_store(&k->pages, 0);
        k->carried = 0;
        k->nearly = false;
    }
    pthread_mutex_unlock(&k->lock);
    return rc;
}

void checkpoint_stop(struct checkpoint *k)
{
    if (!k)
        return;
    sqlite3_wal_hook(k->writer, NULL, NULL);
    pthread_mutex_lock(&k->lock);
    wait_rest(k);
    k->stopping = true;
    pthread_cond_signal(&k->come);
    pthread_mutex_unlock(&k->lock);
    pthread_join(k->thread, NULL);
    if (settle(k) != SQLITE_OK) /* the log has it all: it stays, and the next start carries it over */
        sqlite3_db_config(k->writer, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_close_v2(k->own);
    pthread_cond_destroy(&k->come);
    pthread_cond_destroy(&k->rest);
    pthread_mutex_destroy(&k->lock);
}
