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

/* ---- where calls may go ---- */

static bool inside(const uint8_t bytes[16], const struct address_net *net)
{
    int whole = net->bits / 8, rest = net->bits % 8;

    if (memcmp(bytes, net->bytes, (size_t)whole) != 0)
        return false;
    return rest == 0 || ((bytes[whole] ^ net->bytes[whole]) & (0xff << (8 - rest))) == 0;
}

bool address_net_parse(struct str text, struct address_net *net)
{
    ptrdiff_t slash = str_find_char(text, '/');
    struct str head = slash < 0 ? text : str_sub(text, 0, (size_t)slash);
    int64_t bits = -1;
    char cz[TEXT_MAX];
    bool four;

    if (head.len == 0 || head.len >= sizeof cz || (slash >= 0 && !str_to_int(str_sub(text, (size_t)slash + 1, text.len), &bits)))
        return false;
    memcpy(cz, head.ptr, head.len);
    cz[head.len] = 0;
    memset(net->bytes, 0, sizeof net->bytes);
    four = inet_pton(AF_INET, cz, net->bytes + 12) == 1;
    if (four)
        net->bytes[10] = net->bytes[11] = 0xff;
    else if (inet_pton(AF_INET6, cz, net->bytes) != 1)
        return false;
    if (slash < 0)
        bits = four ? 32 : 128;
    if (bits < 0 || bits > (four ? 32 : 128))
        return false;
    net->bits = (int)bits + (four ? 96 : 0);
    return true;
}

static bool special_4(const uint8_t b[4])
{
    static const struct {
        uint8_t bytes[4];
        int bits;
    } nets[] = {
        { { 0 }, 8 }, { { 10 }, 8 }, { { 100, 64 }, 10 }, { { 127 }, 8 }, { { 169, 254 }, 16 }, { { 172, 16 }, 12 }, { { 192, 0, 0 }, 24 },
        { { 192, 0, 2 }, 24 }, { { 192, 88, 99 }, 24 }, { { 192, 168 }, 16 }, { { 198, 18 }, 15 }, { { 198, 51, 100 }, 24 },
        { { 203, 0, 113 }, 24 }, { { 224 }, 4 }, { { 240 }, 4 },
    };
    uint32_t address = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];

    for (size_t i = 0; i < countof(nets); i++) {
        const uint8_t *n = nets[i].bytes;
        uint32_t net = (uint32_t)n[0] << 24 | (uint32_t)n[1] << 16 | (uint32_t)n[2] << 8 | n[3];

        if (((address ^ net) & (0xffffffffu << (32 - nets[i].bits))) == 0)
            return true;
    }
    return false;
}

/* The IPv4 address that it is, or that it leads to by NAT64 or 6to4; NULL: none. */
static const uint8_t *four_of(const uint8_t b[16])
{
    static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff }, nat64[12] = { 0, 0x64, 0xff, 0x9b };

    if (memcmp(b, mapped, 12) == 0 || memcmp(b, nat64, 12) == 0)
        return b + 12;
    return b[0] == 0x20 && b[1] == 0x02 ? b + 2 : NULL;
}

bool address_is_same(const uint8_t a[16], const uint8_t b[16])
{
    const uint8_t *x = four_of(a), *y = four_of(b);

    return x && y ? memcmp(x, y, 4) == 0 : memcmp(a, b, 16) == 0;
}

bool address_in_nets(const uint8_t b[16], const struct address_net *nets, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (inside(b, &nets[i]))
            return true;
    return false;
}

bool address_may_call(const uint8_t b[16], const struct address_net *nets, size_t count)
{
    const uint8_t *four = four_of(b);

    if (address_in_nets(b, nets, count))
        return true;
    if (four)
        return !special_4(four);
    /* Of IPv6 only 2000::/3 is given out; within it Teredo, benchmarks, ORCHID and documentation are not places to call. */
    if ((b[0] & 0xe0) != 0x20)
        return false;
    if (b[0] == 0x20 && b[1] == 0x01 && (b[2] & 0xfe) == 0)
        return false;
    return !(b[0] == 0x20 && b[1] == 0x01 && b[2] == 0x0d && b[3] == 0xb8);
}
