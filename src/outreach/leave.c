/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "outreach/leave.h"

#include "base/base64.h"
#include "sys/crypto.h"

enum { KEY_BYTES = 32, MARK_BYTES = 16 };

struct str outreach_leave_key_new(struct arena *a)
{
    uint8_t key[KEY_BYTES];

    crypto_random(key, sizeof key);
    return base64_url(a, (struct str){ (const char *)key, sizeof key });
}

struct str outreach_leave_token(struct arena *a, struct str key, struct letter_id letter)
{
    struct str bytes, name = outreach_letter_name(a, letter);
    struct str parts[] = { STR("leave."), name };
    uint8_t mark[32];

    if (!base64_parse(a, key, &bytes) || bytes.len != KEY_BYTES)
        return STR_NULL;
    crypto_hmac_sha256(bytes, parts, countof(parts), mark);
    return str_print(a, STR_FMT "." STR_FMT, STR_ARG(name), STR_ARG(base64_url(a, (struct str){ (const char *)mark, MARK_BYTES })));
}

bool outreach_leave_parse(struct arena *a, struct str key, struct str token, struct letter_id *letter)
{
    ptrdiff_t dot = str_find_char(token, '.');
    struct letter_id id;
    struct str right;

    if (dot < 0 || !id_parse(PREFIX_LETTER, str_sub(token, 0, (size_t)dot), &id.v))
        return false;
    right = outreach_leave_token(a, key, id);
    if (!right.ptr || right.len != token.len || !crypto_equal(right.ptr, token.ptr, right.len))
        return false;
    *letter = id;
    return true;
}

bool outreach_leave_is_said(struct str body)
{
    ptrdiff_t name = str_find(body, STR("List-Unsubscribe"));

    return name >= 0 && str_find(str_sub(body, (size_t)name, body.len), STR("One-Click")) >= 0;
}
