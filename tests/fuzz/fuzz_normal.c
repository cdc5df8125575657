/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Any bytes as an e-mail and a phone: what is taken reads back to itself. */
#include <stdlib.h>

#include "base/utf8.h"
#include "lead/normal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const regions[] = { "", "RU", "BY", "US", "GB", "DE", "IT" };
    struct arena *a = arena_new(0);
    struct str text = { (const char *)data, size };
    struct lead_email email, email_again;
    struct lead_phone phone, phone_again;

    if (utf8_is_valid(text)) {
        if (lead_email_parse(a, text, &email) == LEAD_NORMAL_OK) {
            assert(lead_email_parse(a, email.key, &email_again) == LEAD_NORMAL_OK);
            assert(str_eq(email.key, email_again.key));
        }
        for (size_t i = 0; i < countof(regions); i++) {
            if (lead_phone_parse(a, text, regions[i], &phone) != LEAD_NORMAL_OK)
                continue;
            assert(lead_phone_parse(a, str_of(phone.e164), regions[i], &phone_again) == LEAD_NORMAL_OK);
            assert(strcmp(phone.e164, phone_again.e164) == 0);
        }
    }
    arena_free(a);
    return 0;
}
