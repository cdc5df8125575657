/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* film_sheet.h - what all criteria and gates of one large model give to each lead of a film, in few bytes. film_columns alone includes this.
 *
 * Most criteria give most leads nothing, so a lead's row tells only what is not 0: the place of the criterion and its parts, as small numbers
 * (base/pack.h), some five bytes each. Columns of the same would be 16 bytes a lead and criterion, whatever is in them.
 *
 * Rows are put by any thread, each lead's once; when all are, the sheet is immutable. It holds at most so many bytes of rows: one that did not fit is
 * not whole, and of no use.
 */
#ifndef FLOW_FILM_SHEET_H
#define FLOW_FILM_SHEET_H

#include "score/ledger.h"

struct film_sheet;

/* keys: of each place, that is of the criteria and then of the gates; absent where nothing is given. They are copied. Freed by flow_sheet_free. */
struct film_sheet *flow_sheet_new(size_t leads, const struct str *keys, size_t places, size_t most_bytes);
void flow_sheet_free(struct film_sheet *s);
/* given: of each place; a gate that is met has own 1. a: scratch. */
void flow_sheet_put(struct film_sheet *s, size_t lead, const struct score_part *given, struct arena *a);
bool flow_sheet_is_whole(const struct film_sheet *s);
size_t flow_sheet_places(const struct film_sheet *s);
/* The place of what has that key; -1: none has. Of several that have it, one: they give the same. */
int flow_sheet_place(const struct film_sheet *s, struct str key);
/* given[0 .. places - 1]: as they were put. */
void flow_sheet_row(const struct film_sheet *s, size_t lead, struct score_part *given);

#endif
