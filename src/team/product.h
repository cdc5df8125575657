/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* product.h - what the company sells, and what it takes to be let near its buyers.
 *
 * A lead names a product in its fact "product"; a product is found by that word, letter case and outer blanks aside. A gated product's leads are for
 * those alone who hold a valid certificate (certificate.h), whatever the rules and the lists of skills say; of any other the lists decide. The
 * settings are those of its test (exam.h); a test that has begun keeps the ones it began with.
 */
#ifndef TEAM_PRODUCT_H
#define TEAM_PRODUCT_H

#include "db/db.h"
#include "noun/ids.h"

enum { PRODUCTS_MAX = 200 };

struct product {
    struct product_id id;
    int64_t version;
    struct str name, fold, note; /* fold: set by the store */
    bool gated, show_answers;
    int64_t draw;       /* questions of a test */
    int64_t pass_pct;   /* 1..100 */
    int64_t minutes;    /* 1..: of a test */
    int64_t attempts;   /* that may fail one after another; 0: no limit */
    int64_t cooldown_h; /* hours after a failed one */
    int64_t valid_days; /* of a certificate; 0: no end */
};
struct products {
    struct product *items;
    size_t count;
};

/* By name. */
NODISCARD enum err team_product_list(struct ctx *c, struct db_tx *tx, struct products *list);
/* ERR_NOT_FOUND. */
NODISCARD enum err team_product_get(struct ctx *c, struct db_tx *tx, struct product_id id, struct product *p);
/* New when id is 0. ERR_TWICE: one of that name is there. ERR_STALE: p->version is not the stored one (0: any). Fills id, version, fold. */
NODISCARD enum err team_product_put(struct ctx *c, struct db_tx *tx, struct product *p);
/* With its questions. ERR_CONFLICT when somebody was tested or certified for it: what was decided by it could not be told any more. */
NODISCARD enum err team_product_del(struct ctx *c, struct db_tx *tx, struct product_id id);

/* How names are compared. In a. */
struct str team_product_fold(struct arena *a, struct str name);
/* The one a lead's word names; NULL. Pure; a is for work. */
const struct product *team_product_named(const struct products *list, struct str word, struct arena *a);
/* NULL. */
const struct product *team_product_of(const struct products *list, struct product_id id);

#endif
