/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* hot.c - from the sending of an event to the task on a stream of live events.
 *
 *   hot HOST:PORT API_KEY EVENT_KEY COUNT
 *
 * COUNT times: one batch makes a new lead hot (an identify of a director with a name of its own, then what raises a score); the clock
 * runs from before the write until the stream has told of a lead or task with that name. Between two, a pause of a random
 * length, so that they fall anywhere within a commit.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/buf.h"
#include "sys/clock.h"

static struct sockaddr_in to;

static int connect_to(void)
{
    int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
        perror("connect");
        exit(2);
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

static void say(int fd, struct str s)
{
    if (send(fd, s.ptr, s.len, MSG_NOSIGNAL) != (ssize_t)s.len) {
        perror("send");
        exit(2);
    }
}

static struct str batch(struct arena *a, const char *key, int64_t run, int i)
{
    static const char *const deeds[] = { "Demo Requested", "Form Submitted", "Webinar Attended", "Price List Downloaded" };
    struct buf b = buf_new(a, 1 << 20);
    struct str coded = base64_url(a, str_print(a, "%s:", key));
    char *basic = arena_alloc(a, coded.len + 5);
    size_t n = coded.len;
    memcpy(basic, coded.ptr, n);
    for (size_t j = 0; j < n; j++)
        basic[j] = basic[j] == '-' ? '+' : basic[j] == '_' ? '/' : basic[j];
    for (; n % 4; n++)
        basic[n] = '=';
    basic[n] = '\0';
    buf_print(&b,
              "{\"batch\":[{\"type\":\"identify\",\"messageId\":\"hot-%lld-%d\",\"userId\":\"hot-%lld-%d\",\"traits\":{\"name\":\"Hot%lldx%dx\","
              "\"title\":\"CEO\",\"industry\":\"IT\",\"employees\":500,\"budget\":1000000,\"email\":\"ceo%d@firm%lld.example\"}}",
              (long long)run, i, (long long)run, i, (long long)run, i, i, (long long)run);
    for (size_t j = 0; j < 2 * countof(deeds); j++)
        buf_print(&b, ",{\"type\":\"track\",\"event\":\"%s\",\"messageId\":\"hot-%lld-%d-%zu\",\"userId\":\"hot-%lld-%d\"}",
                  deeds[j % countof(deeds)], (long long)run, i, j, (long long)run, i);
    buf_print(&b, "]}");
    return str_print(a,
                     "POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic %s\r\nContent-Type: application/json\r\n"
                     "Content-Length: %zu\r\n\r\n" STR_FMT,
                     basic, b.len, STR_ARG(buf_str(&b)));
}

/* Reads the stream until name stands in what it told. false: five seconds have passed. */
static bool wait_for(int fd, struct str name)
{
    static char window[1 << 16];
    size_t kept = 0;
    int64_t began = clock_mono_us();
    for (;;) {
        struct pollfd p = { .fd = fd, .events = POLLIN };
        if (clock_mono_us() - began > 5000000)
            return false;
        if (poll(&p, 1, 100) <= 0)
            continue;
        ssize_t n = recv(fd, window + kept, sizeof window - kept, 0);
        if (n <= 0) {
            fprintf(stderr, "the stream ended\n");
            exit(2);
        }
        struct str all = { window, kept + (size_t)n };
        if (str_find(all, name) >= 0)
            return true;
        kept = all.len < 200 ? all.len : 200; /* a name may be cut by a read */
        memmove(window, window + all.len - kept, kept);
    }
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new(0);
    char *colon = argc == 5 ? strrchr(argv[1], ':') : NULL, answer[4096];
    int64_t run = clock_wall() / 1000, seed = run;
    int count = colon ? atoi(argv[4]) : 0, lost = 0;
    if (count <= 0)
        return 2;
    *colon = '\0';
    to = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(colon + 1)) };
    inet_pton(AF_INET, argv[1], &to.sin_addr);
    int64_t *times = calloc((size_t)count, sizeof *times);
    int stream = connect_to(), post = connect_to();
    say(stream, str_print(a, "GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n", argv[2]));
    if (!wait_for(stream, STR("hello"))) {
        fprintf(stderr, "no hello on the stream\n");
        return 2;
    }
    for (int i = 0; i < count; i++) {
        arena_reset(a);
        struct str request = batch(a, argv[3], run, i), name = str_print(a, "Hot%lldx%dx", (long long)run, i);
        seed = seed * 1103515245 + 12345;
        clock_sleep_us((seed >> 16 & 0x3fff) + 2000);
        times[i] = clock_mono_us();
        say(post, request);
        if (!wait_for(stream, name))
            lost++;
        times[i] = clock_mono_us() - times[i];
        if (recv(post, answer, sizeof answer, 0) <= 0 || strncmp(answer + 9, "200", 3) != 0) {
            fprintf(stderr, "answer: %.400s\n", answer);
            return 2;
        }
    }
    qsort(times, (size_t)count, sizeof *times, by_value);
    printf("hot: %d\nnot_told: %d\np50_us: %lld\np99_us: %lld\n", count, lost, (long long)times[count / 2],
           (long long)times[count * 99 / 100]);
    return lost != 0;
}
