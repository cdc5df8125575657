/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* film_columns.h - the columns of a film: what each criterion gives to each lead. flow_film alone includes this.
 */
#ifndef FLOW_FILM_COLUMNS_H
#define FLOW_FILM_COLUMNS_H

#include "base/compiler.h"

struct film_columns;

struct film_columns *flow_columns_new(size_t leads);
void flow_columns_free(struct film_columns *k);

#endif
