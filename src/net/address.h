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

#endif
