/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* currency.h - which currencies there are, by ICU's tables: the codes of ISO 4217 that are money in use. Not among them are the codes
 * for metals, tests and "no currency", and those of money that is gone. Any thread.
 */
#ifndef SYS_CURRENCY_H
#define SYS_CURRENCY_H

#include "base/str.h"

/* Three capital letters that name one. */
bool currency_is_known(struct str code);

#endif
