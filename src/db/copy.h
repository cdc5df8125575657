/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* copy.h - a copy of a database as a file, whichever the database: it has its name only when it is whole, its sum beside it, and is taken back
 * only with that sum, and when every migration in it is one of this program.
 *
 * A page that a disk has spoiled in the middle of a text is no page that is badly built: only the sum of the whole file tells. So a copy has
 * its SHA-256 beside it, in the form of sha256sum.
 */
#ifndef DB_COPY_H
#define DB_COPY_H

#include "base/ctx.h"

/* A copy that is being written: path.part, for its owner alone. */
struct copy {
    const char *path, *part;
    int fd;
};
/* ERR_CONFLICT: path is there already. ERR_AWAY: it cannot be made. */
NODISCARD enum err copy_begin(struct ctx *c, const char *path, struct copy *copy);
/* e: how the writing went; ERR_NONE gives it its name and its sum, anything else takes it away and is returned. */
NODISCARD enum err copy_end(struct ctx *c, const struct copy *copy, enum err e);

/* Is the file, open as fd, what was written then? ERR_CONFLICT: it is not, or has no sum. */
NODISCARD enum err copy_sum_check(struct ctx *c, const char *path, int fd);

/* The migrations of a copy, one after the other; then whether there were any. ERR_CONFLICT: it is of a newer or another program. */
struct copy_look {
    struct db_file *files;
    size_t count, seen;
};
struct copy_look copy_look_begin(struct arena *a);
NODISCARD enum err copy_look_at(struct ctx *c, struct copy_look *look, struct str name, struct str hash);
NODISCARD enum err copy_look_end(struct ctx *c, const struct copy_look *look);

/* The folder of that file keeps the names that it has now. */
void copy_folder_sync(struct ctx *c, const char *path);

#endif
