/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* skill.h - a product somebody is certified for, as long as the certificate says.
 *
 * The skill at an instant is a function of the list (team/certificate.h): no flag is kept that a clock would have to turn off.
 */
#ifndef NOUN_SKILL_H
#define NOUN_SKILL_H

#include "noun/ids.h"

struct skill {
    struct user_id user;
    struct product_id product;
    instant from, until; /* [from, until); INSTANT_NEVER: no end */
    instant revoked;     /* INSTANT_NONE: it was not */
};

#endif
