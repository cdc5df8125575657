/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* power.c - a layer below SQLite that knows what a disk has for certain: loaded before the program (LD_PRELOAD), it notes each write, cut and
 * sync of gradus.db and its log, in their order, in the file GRADUS_POWER_LOG; tool_power makes of it what a loss of power would leave.
 *
 * Nothing is really synced: whether it was is a note. The GRADUS_POWER_FAIL-th sync (0: none) fails with EIO, once, as a disk's may: what it
 * should have put down stays in the system's memory as if it were clean, and may never get to the disk. As on Linux, whoever else had the file
 * open at that time is told by his own next sync of it, once.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/crash/power.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int log_fd = -2;
static long fail_at, syncs;

enum { FDS = 4096 };
static unsigned char owed[FDS]; /* by descriptor: a sync of somebody else has failed, and it has not been told */

static int file_of_name(const char *name)
{
    size_t n = strlen(name);
    if (n >= 10 && strcmp(name + n - 10, "/gradus.db") == 0)
        return POWER_DB;
    if (n >= 14 && strcmp(name + n - 14, "/gradus.db-wal") == 0)
        return POWER_WAL;
    return -1;
}

static int file_of(int fd)
{
    char link[40], name[4096];
    if (log_fd == -1)
        return -1;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, name, sizeof name - 1);
    if (n <= 0)
        return -1;
    name[n] = '\0';
    return file_of_name(name);
}

/* The lock is held. */
static void note(int op, int file, int good, off_t at, const void *bytes, size_t size)
{
    struct power_note head = { (uint8_t)op, (uint8_t)file, (uint8_t)good, 0, (uint32_t)size, (uint64_t)at };
    struct iovec pieces[2] = { { &head, sizeof head }, { (void *)bytes, size } };
    if (log_fd == -2) {
        const char *place = getenv("GRADUS_POWER_LOG"), *fail = getenv("GRADUS_POWER_FAIL");
        log_fd = place ? open(place, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
        fail_at = fail ? atol(fail) : 0;
    }
    if (log_fd >= 0 && writev(log_fd, pieces, bytes ? 2 : 1) < 0)
        abort();
}

static void *next(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (!found)
        abort();
    return found;
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t at)
{
    static ssize_t (*real)(int, const void *, size_t, off_t);
    int file = file_of(fd);
    if (!real)
        real = (ssize_t(*)(int, const void *, size_t, off_t))next("pwrite64");
    if (file < 0)
        return real(fd, bytes, size, at);
    pthread_mutex_lock(&lock);
    ssize_t n = real(fd, bytes, size, at);
    if (n > 0)
        note(POWER_WRITE, file, 1, at, bytes, (size_t)n);
    pthread_mutex_unlock(&lock);
    return n;
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at)
{
    return pwrite64(fd, bytes, size, at);
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    static ssize_t (*real)(int, const void *, size_t);
    int file = file_of(fd);
    if (!real)
        real = (ssize_t(*)(int, const void *, size_t))next("write");
    if (file < 0)
        return real(fd, bytes, size);
    pthread_mutex_lock(&lock);
    off_t at = lseek(fd, 0, SEEK_CUR);
    ssize_t n = real(fd, bytes, size);
    if (n > 0)
        note(POWER_WRITE, file, 1, at, bytes, (size_t)n);
    pthread_mutex_unlock(&lock);
    return n;
}

int ftruncate64(int fd, off_t size)
{
    static int (*real)(int, off_t);
    int file = file_of(fd);
    if (!real)
        real = (int (*)(int, off_t))next("ftruncate64");
    if (file < 0)
        return real(fd, size);
    pthread_mutex_lock(&lock);
    int rc = real(fd, size);
    if (rc == 0)
        note(POWER_CUT, file, 1, size, NULL, 0);
    pthread_mutex_unlock(&lock);
    return rc;
}

int ftruncate(int fd, off_t size)
{
    return ftruncate64(fd, size);
}

static int sync_noted(int fd, int file)
{
    pthread_mutex_lock(&lock);
    int good = ++syncs != fail_at, told = owed[fd];
    note(POWER_SYNC, file, good, 0, NULL, 0);
    for (int i = 0; i < FDS && !good; i++)
        owed[i] |= file_of(i) == file;
    owed[fd] = 0;
    pthread_mutex_unlock(&lock);
    if (good && !told)
        return 0;
    errno = EIO;
    return -1;
}

int close(int fd)
{
    static int (*real)(int);
    if (!real)
        real = (int (*)(int))next("close");
    if (fd >= 0 && fd < FDS)
        owed[fd] = 0;
    return real(fd);
}

int fsync(int fd)
{
    static int (*real)(int);
    int file = file_of(fd);
    if (!real)
        real = (int (*)(int))next("fsync");
    return file < 0 ? real(fd) : sync_noted(fd, file);
}

int fdatasync(int fd)
{
    static int (*real)(int);
    int file = file_of(fd);
    if (!real)
        real = (int (*)(int))next("fdatasync");
    return file < 0 ? real(fd) : sync_noted(fd, file);
}

int unlink(const char *name)
{
    static int (*real)(const char *);
    int file = file_of_name(name);
    if (!real)
        real = (int (*)(const char *))next("unlink");
    if (file < 0)
        return real(name);
    pthread_mutex_lock(&lock);
    int rc = real(name);
    if (rc == 0)
        note(POWER_GONE, file, 1, 0, NULL, 0);
    pthread_mutex_unlock(&lock);
    return rc;
}
