/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* report.h - the leads behind a report's figures: what opens when a figure is clicked, and what is exported.
 *
 * A report that is kept (a calibration, a replay) keeps with it which leads each figure counted, so that the list is the one that was
 * counted, however the leads have changed since. A figure is a bucket of the report: `band.hot`, `into_hot`, `source.site`; a bucket's
 * leads may be narrowed by how they ended, which is written behind a colon: `band.hot:won`.
 *
 * Places rise in the order of the list; a maker that works in pieces goes on from where it stopped. A report whose buckets are all
 * parts of its bucket "all" gives a lead one place everywhere (learn_report_put_at); then "!name" is all that bucket "name" does not hold, and "top.N"
 * the first N places of "all".
 */
#ifndef LEARN_REPORT_H
#define LEARN_REPORT_H

#include "db/db.h"
#include "noun/ids.h"

/* How a lead ended, in the eyes of the report. Kept in tables as these numbers. LEARN_MARK_COUNTED is never kept, only asked for: the base of
 * a share, which is those that bought and those that did not. */
enum learn_mark { LEARN_MARK_NONE, LEARN_MARK_YOUNG, LEARN_MARK_NOT, LEARN_MARK_WON, LEARN_MARKS, LEARN_MARK_COUNTED = LEARN_MARKS };
/* "", "young", "not", "won", "counted"; NULL-terminated. */
extern const char *const learn_mark_names[];

enum { LEARN_BUCKET_BYTES = 200 };

/* Is a lead with this mark among those asked for? -1: any. */
bool learn_mark_is(int asked, enum learn_mark mark);

/* "band.hot:won" -> bucket "band.hot" and LEARN_MARK_WON; without a colon, or with another word behind it, mark is -1 and the bucket is
 * the whole. Views into text. */
void learn_bucket_parse(struct str text, struct str *bucket, int *mark);

/* Puts n leads into a bucket, at places from `place` on. marks: one a lead, or NULL. ERR_TWICE: those places are taken. */
NODISCARD enum err learn_report_put(struct ctx *c, struct db_tx *tx, struct report_id report, struct str bucket,
                                    int64_t place, const struct lead_id *leads, const unsigned char *marks, size_t n);

/* The same at places of one's own, each once. */
NODISCARD enum err learn_report_put_at(struct ctx *c, struct db_tx *tx, struct report_id report, struct str bucket,
                                       const int64_t *places, const struct lead_id *leads, const unsigned char *marks, size_t n);

struct learn_report_lead {
    int64_t place;
    struct lead_id lead;
    enum learn_mark mark;
};
/* Those of a bucket behind `after` (-1: from the first), in order, at most limit; mark -1: any. In c->arena. An unknown report or bucket is
 * empty. */
NODISCARD enum err learn_report_leads(struct ctx *c, struct db_tx *tx, struct report_id report, struct str bucket, int mark,
                                      int64_t after, int limit, struct learn_report_lead **leads, size_t *count);
NODISCARD enum err learn_report_count(struct ctx *c, struct db_tx *tx, struct report_id report, struct str bucket, int mark,
                                      int64_t *count);
/* The report is forgotten: its leads with it. */
NODISCARD enum err learn_report_del(struct ctx *c, struct db_tx *tx, struct report_id report);
/* The next report after `after` that has lists; 0: none. */
NODISCARD enum err learn_report_next(struct ctx *c, struct db_tx *tx, struct report_id after, struct report_id *report);
/* Is it one of this room, whose lists are shown, or will be: a calibration, a predictor, suggested points, a performance. */
NODISCARD enum err learn_report_is_own(struct ctx *c, struct db_tx *tx, struct report_id report, bool *own);

#endif
