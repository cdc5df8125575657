/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/address.h"

static void an_address_is_here_near_or_far(void **state)
{
    static const struct {
        const char *text;
        enum address_place place;
    } cases[] = {
        { "127.0.0.1", ADDRESS_HERE }, { "127.255.1.2", ADDRESS_HERE }, { "::1", ADDRESS_HERE }, { "::ffff:127.0.0.1", ADDRESS_HERE },
        { "10.0.0.1", ADDRESS_NEAR }, { "172.16.0.1", ADDRESS_NEAR }, { "172.31.255.255", ADDRESS_NEAR }, { "192.168.1.1", ADDRESS_NEAR },
        { "169.254.1.1", ADDRESS_NEAR }, { "fe80::1", ADDRESS_NEAR }, { "febf::1", ADDRESS_NEAR }, { "fd00::1", ADDRESS_NEAR }, { "fc00::1", ADDRESS_NEAR },
        { "::ffff:10.0.0.1", ADDRESS_NEAR },
        { "172.32.0.1", ADDRESS_FAR }, { "172.15.0.1", ADDRESS_FAR }, { "8.8.8.8", ADDRESS_FAR }, { "0.0.0.0", ADDRESS_FAR }, { "::", ADDRESS_FAR },
        { "2001:db8::1", ADDRESS_FAR }, { "fec0::1", ADDRESS_FAR }, { "::ffff:8.8.8.8", ADDRESS_FAR }, { "", ADDRESS_FAR }, { "localhost", ADDRESS_FAR },
        { "2130706433", ADDRESS_FAR }, { "0x7f.1", ADDRESS_FAR }, { "127.0.0.1 ", ADDRESS_FAR },
        { "127.0.0.1.127.0.0.1.127.0.0.1.127.0.0.1.127.0.0.1.127.0.0.1.127.0.0.1", ADDRESS_FAR },
    };

    (void)state;
    for (size_t i = 0; i < countof(cases); i++)
        if (address_place_of(str_of(cases[i].text)) != cases[i].place)
            fail_msg("%s", cases[i].text);
}

static void what_a_server_listens_on_has_a_place(void **state)
{
    static const struct {
        const char *text;
        enum address_place place;
    } cases[] = {
        { "127.0.0.1:8080", ADDRESS_HERE }, { "[::1]:80", ADDRESS_HERE }, { "localhost:1", ADDRESS_HERE }, { "10.1.2.3:80", ADDRESS_NEAR },
        { "[fd00::1]:80", ADDRESS_NEAR }, { "*:80", ADDRESS_FAR }, { "0.0.0.0:80", ADDRESS_FAR }, { "[::]:80", ADDRESS_FAR }, { ":80", ADDRESS_FAR },
        { "crm.example.org:80", ADDRESS_FAR }, { "", ADDRESS_FAR }, { "80", ADDRESS_FAR },
    };

    (void)state;
    for (size_t i = 0; i < countof(cases); i++)
        if (address_place_of_listen(str_of(cases[i].text)) != cases[i].place)
            fail_msg("%s", cases[i].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_here_near_or_far),
        cmocka_unit_test(what_a_server_listens_on_has_a_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
