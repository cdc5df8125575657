/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "db/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "db/driver.h"
#include "sys/crypto.h"

/* ---- written ---- */

enum err copy_begin(struct ctx *c, const char *path, struct copy *copy)
{
    if (access(path, F_OK) == 0)
        return fault_set(c, ERR_CONFLICT, "%.120s is there already", path);
    *copy = (struct copy){ .path = path, .part = str_print(c->arena, "%s.part", path).ptr };
    unlink(copy->part);
    copy->fd = open(copy->part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return copy->fd >= 0 ? ERR_NONE : fault_set(c, ERR_AWAY, "%.120s: %s", copy->part, strerror(errno));
}

static const char *sum_path(struct ctx *c, const char *path)
{
    return str_print(c->arena, "%s.sha256", path).ptr;
}

static bool sum_print(int fd, char text[65])
{
    uint8_t sum[32];

    if (!crypto_sha256_fd(fd, sum))
        return false;
    for (size_t i = 0; i < sizeof sum; i++)
        snprintf(text + 2 * i, 3, "%02x", sum[i]);
    return true;
}

static bool sum_write(struct ctx *c, int fd, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    char text[65];
    FILE *f = sum_print(fd, text) ? fopen(sum_path(c, path), "we") : NULL;

    if (!f)
        return false;
    fprintf(f, "%s  %s\n", text, name);
    bool good = fflush(f) == 0 && fsync(fileno(f)) == 0;
    return fclose(f) == 0 && good;
}

enum err copy_end(struct ctx *c, const struct copy *copy, enum err e)
{
    if (!e && (fsync(copy->fd) != 0 || !sum_write(c, copy->fd, copy->path) || rename(copy->part, copy->path) != 0))
        e = fault_set(c, ERR_AWAY, "the copy to %.100s failed: %s", copy->path, strerror(errno));
    close(copy->fd);
    if (e)
        unlink(copy->part);
    else
        copy_folder_sync(c, copy->path);
    return e;
}

void copy_folder_sync(struct ctx *c, const char *path)
{
    const char *slash = strrchr(path, '/');
    int fd = open(slash ? str_cz(c->arena, str_sub(str_of(path), 0, (size_t)(slash - path) + 1)) : ".", O_RDONLY | O_CLOEXEC);

    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
}

/* ---- looked at ---- */

enum err copy_sum_check(struct ctx *c, const char *path, int fd)
{
    char said[65] = "", is[65];
    FILE *f = fopen(sum_path(c, path), "re");

    if (!f)
        return fault_set(c, ERR_CONFLICT, "%.100s is not there: the copy's sum, which the backup wrote beside it", sum_path(c, path));
    size_t got = fread(said, 1, 64, f);
    fclose(f);
    if (!sum_print(fd, is))
        return fault_set(c, ERR_AWAY, "%.100s cannot be read", path);
    return got == 64 && strcmp(said, is) == 0
               ? ERR_NONE
               : fault_set(c, ERR_CONFLICT, "%.100s is not what the backup wrote: its sum is another", path);
}

struct copy_look copy_look_begin(struct arena *a)
{
    struct copy_look look = { 0 };

    look.files = db_files(a, &look.count);
    return look;
}

enum err copy_look_at(struct ctx *c, struct copy_look *look, struct str name, struct str hash)
{
    size_t i = 0;

    while (i < look->count && !str_eq(str_of(look->files[i].name), name))
        i++;
    look->seen++;
    if (i < look->count && str_eq(db_hash(c->arena, look->files[i].text), hash))
        return ERR_NONE;
    return fault_set(c, ERR_CONFLICT, "the copy is of a newer or another program: it has had the migration " STR_FMT, STR_ARG(name));
}

enum err copy_look_end(struct ctx *c, const struct copy_look *look)
{
    return look->seen ? ERR_NONE : fault_set(c, ERR_CONFLICT, "the copy is no database of this program");
}
