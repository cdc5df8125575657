/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* address.h - where an address is: in this machine, in a network of one's own, or out in the world. Pure.
 */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include "base/str.h"

enum address_place {
    ADDRESS_HERE, /* this machine: 127/8, ::1 */
    ADDRESS_NEAR, /* a private network or a link: RFC 1918, 3927, 4193, 4291 */
    ADDRESS_FAR   /* everything else, and what is no address */
};

/* An IPv4 or IPv6 address as text, without a port; IPv4 inside IPv6 is taken for itself. */
enum address_place address_place_of(struct str address);
/* The same for what a server listens on ("127.0.0.1:8080", "[::1]:80", "localhost:80"); "*" and 0.0.0.0 are FAR. */
enum address_place address_place_of_listen(struct str listen);

/* A network, IPv4 as ::ffff:0:0/96 holds it. */
struct address_net {
    uint8_t bytes[16];
    int bits;
};
/* "10.0.0.0/8", "fd00::/8", "192.168.1.7". false: none of these. */
bool address_net_parse(struct str text, struct address_net *net);
/* May a call that people caused go to this address (16 bytes as above)? Not to this machine, private networks, links, shared and reserved
 * ranges, multicast, nor to an IPv4 address of these inside of NAT64 or 6to4 (IANA special-purpose registries, RFC 6890), unless one of the
 * nets holds it. */
bool address_may_call(const uint8_t bytes[16], const struct address_net *nets, size_t count);
/* Does one of the nets hold it? */
bool address_in_nets(const uint8_t bytes[16], const struct address_net *nets, size_t count);
/* Do both lead to one machine: an IPv4 address inside of NAT64 or 6to4 is taken for itself. */
bool address_is_same(const uint8_t a[16], const uint8_t b[16]);

#endif
