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

static void calls_go_out_into_the_world_only(void **state)
{
    static const struct {
        const char *text;
        bool may;
    } cases[] = {
        { "8.8.8.8", true }, { "1.1.1.1", true }, { "172.32.0.1", true }, { "100.128.0.1", true }, { "198.20.0.1", true }, { "223.255.255.255", true },
        { "2606:4700::1111", true }, { "2a00:1450::1", true }, { "64:ff9b::808:808", true }, { "2002:808:808::1", true },
        { "0.0.0.0", false }, { "10.0.0.1", false }, { "100.64.0.1", false }, { "127.0.0.1", false }, { "169.254.169.254", false },
        { "172.16.0.1", false }, { "192.0.0.8", false }, { "192.168.0.1", false }, { "198.18.0.1", false }, { "224.0.0.1", false },
        { "240.0.0.1", false }, { "255.255.255.255", false }, { "::", false }, { "::1", false }, { "fc00::1", false }, { "fe80::1", false },
        { "fec0::1", false }, { "ff02::1", false }, { "2001:db8::1", false }, { "2001::1", false }, { "100::1", false },
        { "64:ff9b::7f00:1", false }, { "64:ff9b::a9fe:a9fe", false }, { "2002:7f00:1::", false }, { "2002:c0a8:1::", false }, { "::7f00:1", false },
    };
    struct address_net one, nets[2];

    (void)state;
    assert_true(address_net_parse(STR("10.1.0.0/16"), &nets[0]) && address_net_parse(STR("fd00::/8"), &nets[1]));
    for (size_t i = 0; i < countof(cases); i++) {
        assert_true(address_net_parse(str_of(cases[i].text), &one));
        if (address_may_call(one.bytes, NULL, 0) != cases[i].may)
            fail_msg("%s", cases[i].text);
    }
    assert_true(address_net_parse(STR("10.1.2.3"), &one) && address_may_call(one.bytes, nets, 2));
    assert_true(address_net_parse(STR("fd12::1"), &one) && address_may_call(one.bytes, nets, 2));
    assert_true(address_net_parse(STR("10.2.0.1"), &one) && !address_may_call(one.bytes, nets, 2));
    for (const char **bad = (const char *[]){ "", "10.0.0.0/33", "fd00::/129", "10.0.0/8", "x", "10.0.0.0/-1", "10.0.0.0/", NULL }; *bad; bad++)
        assert_false(address_net_parse(str_of(*bad), &one));
}

static void one_machine_by_every_way_to_it(void **state)
{
    static const struct {
        const char *a, *b;
        bool same;
    } cases[] = {
        { "8.8.8.8", "8.8.8.8", true },          { "8.8.8.8", "8.8.4.4", false },      { "8.8.8.8", "64:ff9b::808:808", true },
        { "2002:808:808::1", "8.8.8.8", true },  { "2606:4700::1", "2606:4700:0::1", true }, { "2606:4700::1", "2606:4700::2", false },
        { "2606:4700::808:808", "8.8.8.8", false },
    };
    struct address_net a, b;

    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        assert_true(address_net_parse(str_of(cases[i].a), &a) && address_net_parse(str_of(cases[i].b), &b));
        if (address_is_same(a.bytes, b.bytes) != cases[i].same || address_is_same(b.bytes, a.bytes) != cases[i].same)
            fail_msg("%s %s", cases[i].a, cases[i].b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_here_near_or_far),
        cmocka_unit_test(what_a_server_listens_on_has_a_place),
        cmocka_unit_test(calls_go_out_into_the_world_only),
        cmocka_unit_test(one_machine_by_every_way_to_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
