/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Where a call that people caused may go: not to the server itself, by whatever of its addresses or names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <arpa/inet.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/client.h"

enum { NOT_ALLOWED = 77 };

static struct ctx c;

static void on_end(void *self, void *of, const struct client_reply *reply)
{
    (void)of;
    *(struct client_reply *)self = *reply;
}

/* How a guarded call ends. */
static enum client_end end_of(const char *networks, const char *public_url, const char *url)
{
    const struct client_call call = { .url = str_of(url), .guarded = true, .body = STR("{}"), .connect_us = 2 * SECOND_US, .whole_us = 2 * SECOND_US, .keep_bytes = 100 };
    const struct client_conf conf = { .networks = str_of(networks), .public_url = str_of(public_url) };
    struct client_reply reply = { .end = CLIENT_FULL };
    struct client *client;

    assert_int_equal(client_open(&c, &conf, &client), ERR_NONE);
    assert_int_equal(client_begin(&c, client, &call, &reply), ERR_NONE);
    while (client_count(client))
        client_wait(client, SECOND_US, on_end, &reply);
    client_close(client);
    return reply.end;
}

static void its_own_name_is_refused_in_every_spelling(void **state)
{
    static const struct {
        const char *networks, *url;
        bool may;
    } cases[] = {
        { "", "https://crm.own.example/", false },      { "", "https://CRM.Own.Example./in", false }, { "", "https://crm.own.example:8443/", false },
        { "", "https://www.crm.own.example/", true },   { "", "https://own.example/", true },         { "", "https://localhost/", false },
        { "10.0.0.0/8", "https://crm.own.example/", true }, /* judged by its addresses when it is called */
    };

    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        const struct client_conf conf = { .networks = str_of(cases[i].networks), .public_url = STR("https://crm.own.example") };
        struct client *client;

        assert_int_equal(client_open(&c, &conf, &client), ERR_NONE);
        if ((client_url_check(&c, client, str_of(cases[i].url), false) == ERR_NONE) != cases[i].may)
            fail_msg("%s", cases[i].url);
        fault_clear(&c);
        client_close(client);
    }
}

/* No packet is sent: the name is an address already, and one of documentation would be refused by itself. */
static void what_its_public_name_stands_for_is_refused(void **state)
{
    (void)state;
    assert_int_equal(end_of("", "https://192.88.98.7", "http://192.88.98.7:9/"), CLIENT_FORBIDDEN);
    assert_int_equal(end_of("", "https://192.88.98.7:8443/", "http://0xc0586207:9/"), CLIENT_FORBIDDEN);
    assert_int_equal(end_of("", "https://[2606:4700::7]", "http://[2606:4700:0::7]:9/"), CLIENT_FORBIDDEN);
    assert_int_equal(end_of("", "https://192.88.98.7", "http://[64:ff9b::c058:6207]:9/"), CLIENT_FORBIDDEN);
}

/* In a network of its own, where the loopback has an address of the world and something listens there. */
static int alone_with_an_address(void)
{
    struct sockaddr_in at = { .sin_family = AF_INET };
    struct ifreq ask = { .ifr_name = "lo" };
    socklen_t size = sizeof at;
    char url[60];
    int fd;

    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
        return NOT_ALLOWED;
    fd = socket(AF_INET, SOCK_STREAM, 0);
    inet_pton(AF_INET, "192.88.98.7", &at.sin_addr);
    memcpy(&ask.ifr_addr, &at, sizeof at);
    if (ioctl(fd, SIOCSIFADDR, &ask) != 0)
        return NOT_ALLOWED;
    ask.ifr_flags = IFF_UP;
    if (ioctl(fd, SIOCSIFFLAGS, &ask) != 0 || bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 4) != 0 || getsockname(fd, (struct sockaddr *)&at, &size) != 0)
        return NOT_ALLOWED;
    snprintf(url, sizeof url, "http://192.88.98.7:%d/", ntohs(at.sin_port));
    if (end_of("", "", url) != CLIENT_FORBIDDEN)
        return 1;
    /* Nobody accepts: connected to and not answered is what an allowed address ends with. */
    return end_of("192.88.98.7", "", url) == CLIENT_TIMEOUT ? 0 : 2;
}

static void addresses_of_its_interfaces_are_refused_unless_they_are_allowed(void **state)
{
    int status = 0;
    pid_t child = fork();

    (void)state;
    if (child == 0)
        _exit(alone_with_an_address());
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WEXITSTATUS(status) == NOT_ALLOWED)
        skip(); /* this machine gives nobody a network of one's own */
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static int setup(void **state)
{
    (void)state;
    c = (struct ctx){ .arena = arena_new(0) };
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(c.arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_of_its_interfaces_are_refused_unless_they_are_allowed), /* the first: it forks before there are threads */
        cmocka_unit_test(its_own_name_is_refused_in_every_spelling),
        cmocka_unit_test(what_its_public_name_stands_for_is_refused),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
