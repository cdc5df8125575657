/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* embed.h - the files that live inside the program: migrations, texts, the interface.
 *
 * Constant bytes, no I/O: so they stand on the ground, where the words (text/) and the databases (db/) can both reach them.
 * tools/embed packs them when the program is built. Paths: "sql/0001_db.sql", "text/ru.txt", "web/index.html" and so on, sorted by
 * bytes. Without a built interface there is no "web/". Constant: any thread.
 */
#ifndef BASE_EMBED_H
#define BASE_EMBED_H

#include "base/str.h"

struct embed {
    struct str path;
    struct str body;
    struct str gzip;      /* the same in gzip; absent when it would not be smaller by a tenth */
    const char *hash;     /* SHA-256 of the body, 64 hexadecimal digits */
};

/* NULL when there is no such file. */
const struct embed *embed_find(struct str path);
/* Those whose path begins with folder ("sql/"), in order: start with *at = 0; NULL at the end. */
const struct embed *embed_next(struct str folder, size_t *at);

/* The table itself, made by tools/embed. */
extern const struct embed embed_files[];
extern const size_t embed_files_count;

#endif
