/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sync.c - what a disk takes for a commit and nothing else: so many bytes added to a file and synced, again and again.
 *
 *   sync FILE BYTES PAUSE_US SECONDS
 *
 * Beside the figures of a server it tells which part of a commit's tail is the machine's. The file is gone afterwards.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/compiler.h"
#include "sys/clock.h"

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    enum { MOST = 1000000 };
    static int64_t times[MOST];
    size_t bytes = argc == 5 ? (size_t)atoll(argv[2]) : 0, n = 0;
    char *piece = calloc(1, bytes + 1);
    int fd = bytes ? open(argv[1], O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
    if (fd < 0 || !piece)
        return 2;
    int64_t until = clock_mono_us() + atoll(argv[4]) * 1000000;
    unlink(argv[1]);
    while (n < MOST && clock_mono_us() < until) {
        int64_t began = clock_mono_us();
        if (write(fd, piece, bytes) != (ssize_t)bytes || fdatasync(fd) != 0) {
            perror(argv[1]);
            return 2;
        }
        times[n++] = clock_mono_us() - began;
        clock_sleep_us(atoll(argv[3]));
    }
    qsort(times, n, sizeof *times, by_value);
    printf("syncs: %zu\nsync_p50_us: %lld\nsync_p99_us: %lld\nsync_most_us: %lld\n", n, (long long)times[n / 2], (long long)times[n * 99 / 100],
           (long long)times[n - 1]);
    free(piece);
    return 0;
}
