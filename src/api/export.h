/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* export.h - a table that is too long for memory, and who has all the time in the world to read it.
 *
 * It is written page by page, in the call's snapshot, into a file without a name, and leaves from there when it is whole: so it is of one
 * instant, and who reads slowly, or not at all, holds a file, and neither a snapshot nor memory. A handler:
 *
 *   enum err e = export_begin(call, ';', &x);             // ERR_SLOW_DOWN: too many are on their way
 *   csv_put(&x->csv, ...); csv_end(&x->csv);              // the heading
 *   while (more && !e) {
 *       export_page(x);                                   // what the page before took of call->ctx.arena is given back
 *       ... lead_list(&call->ctx, ...), csv_put(&x->csv, ...), csv_end(&x->csv)
 *       e = export_flush(x);                              // now and then: at least once a page
 *   }
 *   return e ? e : export_end(x, "leads.csv");
 *
 * A failing handler just returns: the dispatcher drops what was begun. Between export_page and the end nothing may be kept in call->ctx.arena; use
 * call->request->arena for what must last.
 */
#ifndef API_EXPORT_H
#define API_EXPORT_H

#include "api/endpoint.h"
#include "format/csv.h"

struct export {
    struct csv_out csv;
    struct call *call;
    struct buf text;         /* not yet in the file */
    struct http_file file;
    struct arena *page;
    int slot;
};

NODISCARD enum err export_begin(struct call *call, char delimiter, struct export **x);
void export_page(struct export *x);
/* ERR_TOO_LARGE, ERR_AWAY (the disk). */
NODISCARD enum err export_flush(struct export *x);
/* 200 with the file, offered under that name. */
NODISCARD enum err export_end(struct export *x, const char *name);

#endif
