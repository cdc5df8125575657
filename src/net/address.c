/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/address.h"

#include <arpa/inet.h>

enum { TEXT_MAX = 64 };

static enum address_place place_of_4(const uint8_t b[4])
{
    if (b[0] == 127)
        return ADDRESS_HERE;
    if (b[0] == 10 || (b[0] == 172 && (b[1] & 0xf0) == 16) || (b[0] == 192 && b[1] == 168) || (b[0] == 169 && b[1] == 254))
        return ADDRESS_NEAR;
    return ADDRESS_FAR;
}

static enum address_place place_of_6(const uint8_t b[16])
{
    static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff }, here[16] = { [15] = 1 };

    if (memcmp(b, mapped, 12) == 0)
        return place_of_4(b + 12);
    if (memcmp(b, here, 16) == 0)
        return ADDRESS_HERE;
    return (b[0] & 0xfe) == 0xfc || (b[0] == 0xfe && (b[1] & 0xc0) == 0x80) ? ADDRESS_NEAR : ADDRESS_FAR;
}

enum address_place address_place_of(struct str address)
{
    char text[TEXT_MAX];
    uint8_t bytes[16];

    if (address.len == 0 || address.len >= sizeof text)
        return ADDRESS_FAR;
    memcpy(text, address.ptr, address.len);
    text[address.len] = 0;
    if (inet_pton(AF_INET, text, bytes) == 1)
        return place_of_4(bytes);
    return inet_pton(AF_INET6, text, bytes) == 1 ? place_of_6(bytes) : ADDRESS_FAR;
}

enum address_place address_place_of_listen(struct str listen)
{
    size_t colon = listen.len;

    while (colon > 0 && listen.ptr[colon - 1] != ':')
        colon--;
    if (colon == 0)
        return ADDRESS_FAR;
    listen = str_sub(listen, 0, colon - 1);
    if (str_starts(listen, STR("[")) && str_ends(listen, STR("]")))
        listen = str_sub(listen, 1, listen.len - 2);
    return str_eq(listen, STR("localhost")) ? ADDRESS_HERE : address_place_of(listen);
}
