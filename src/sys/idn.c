/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sys/idn.h"

#include <unicode/uidna.h>

enum { NAME_BYTES = 254 };

struct str idn_ascii(struct arena *a, struct str name)
{
    UErrorCode code = U_ZERO_ERROR;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    UIDNA *idna = uidna_openUTS46(UIDNA_USE_STD3_RULES | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII, &code);
    char *to = arena_alloc(a, NAME_BYTES + 1);
    int32_t len;

    if (U_FAILURE(code))
        return STR_NULL;
    len = uidna_nameToASCII_UTF8(idna, name.ptr, (int32_t)(name.len < NAME_BYTES * 4 ? name.len : 0), to, NAME_BYTES, &info, &code);
    uidna_close(idna);
    if (U_FAILURE(code) || info.errors || len <= 0 || len > NAME_BYTES)
        return STR_NULL;
    return (struct str){ to, (size_t)len };
}
