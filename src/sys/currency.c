/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sys/currency.h"

#include <unicode/ucurr.h>
#include <unicode/uenum.h>

bool currency_is_known(struct str code)
{
    UErrorCode status = U_ZERO_ERROR;
    UEnumeration *all = ucurr_openISOCurrencies(UCURR_COMMON | UCURR_NON_DEPRECATED, &status);
    bool known = false;
    const char *one;
    int32_t len;

    if (U_FAILURE(status))
        return false;
    while (!known && (one = uenum_next(all, &len, &status)) && U_SUCCESS(status))
        known = str_eq(code, (struct str){ one, (size_t)len });
    uenum_close(all);
    return known;
}
