/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* setting.h - what people set in the interface: the company's own words. (What the operator sets is in app/config.c.) */
#ifndef TEAM_SETTING_H
#define TEAM_SETTING_H

#include "base/field.h"
#include "db/db.h"

/* What salespeople see of the leaderboard: nothing, their own row and place, everybody's. */
enum setting_leaders { LEADERS_OFF, LEADERS_OWN, LEADERS_ALL };
extern const char *const team_leaders_names[]; /* "off", "own", "all", NULL */

/* Whose deeds and purchases are kept together: each person's alone, or those of all people of a company at the company too. */
enum setting_books { BOOKS_CONTACT, BOOKS_COMPANY };
extern const char *const team_books_names[]; /* "contact", "company", NULL */

struct setting {
    struct str company;       /* "" until set up */
    struct str currency;      /* ISO 4217 */
    struct str zone;          /* IANA */
    int lang;                 /* enum lang, of those who have not chosen */
    struct str phone_region;  /* ISO 3166, for numbers without a country */
    int64_t sla_minutes;      /* first contact of a hot lead */
    bool company_keeps;       /* a lead of a company that somebody has goes to that person first */
    bool catch_up;            /* absences give back the share they missed, unless it is said otherwise of one */
    int leaders;              /* enum setting_leaders */
    int books;                /* enum setting_books */
    int64_t outcome_days;     /* by which age a lead that has not bought counts as one that does not; 0: by what wins have shown */
};

/* Defaults where nothing is kept. */
NODISCARD enum err team_setting_get(struct ctx *c, struct db_tx *tx, struct setting *s);
NODISCARD enum err team_setting_put(struct ctx *c, struct db_tx *tx, const struct setting *s);
/* The house's own secret (cursors, CSRF): made when first asked for, in a writing transaction. */
NODISCARD enum err team_setting_secret(struct ctx *c, struct db_tx *tx, uint8_t secret[32]);

#endif
