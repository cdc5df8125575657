/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* driver - a fuzz target in every test run, without libFuzzer: each seed as it is, then altered ways, always the same ones.
 *   driver ROUNDS SEED_FILE...
 * script/fuzz searches for new ways; this holds the old ones, with the compiler of the build, in a second or two a target. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LARGEST = 64 * 1024, SEEDS = 64 };

static uint64_t next_random(uint64_t *state)
{
    uint64_t x = *state;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return *state = x;
}

/* One change: a byte flipped or replaced, a piece cut out, a piece of the same text put elsewhere. */
static size_t alter(uint8_t *p, size_t n, uint64_t *random)
{
    static const char telling[] = "\"\\{}[]:,0-9.eE\n\r\t \xff\xc3\xed;|@+%&=_";
    uint64_t r = next_random(random);
    if (n == 0) {
        p[0] = (uint8_t)r;
        return 1;
    }
    size_t at = r % n, len = 1 + (r >> 40) % 16;
    switch (r >> 60 & 3) {
    case 0:
        p[at] ^= (uint8_t)(1u << (r >> 50 & 7));
        return n;
    case 1:
        p[at] = (uint8_t)telling[(r >> 32) % (sizeof(telling) - 1)];
        return n;
    case 2:
        len = len < n - at ? len : n - at;
        memmove(p + at, p + at + len, n - at - len);
        return n - len;
    default: {
        size_t from = (r >> 20) % n;
        len = len < n - from ? len : n - from;
        if (n + len > LARGEST)
            return n;
        memmove(p + at + len, p + at, n - at);
        memmove(p + at, p + (from < at ? from : from + len < n ? from + len : at), len < n - at ? len : n - at);
        return n + len;
    }
    }
}

/* From a piece of the heap of just that size, so that a byte read behind it is seen. */
static void run(const uint8_t *data, size_t n)
{
    uint8_t *exact = malloc(n ? n : 1);
    memcpy(exact, data, n);
    LLVMFuzzerTestOneInput(exact, n);
    free(exact);
}

int main(int argc, char **argv)
{
    static uint8_t seeds[SEEDS][LARGEST], text[LARGEST];
    static size_t sizes[SEEDS];
    size_t count = 1; /* the first is empty */
    uint64_t random = 88172645463325252u;
    long rounds = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
    for (int i = 2; i < argc && count < SEEDS; i++) {
        FILE *f = fopen(argv[i], "rb");
        if (!f)
            return 1;
        sizes[count] = fread(seeds[count], 1, LARGEST, f);
        fclose(f);
        count++;
    }
    for (size_t i = 0; i < count; i++)
        run(seeds[i], sizes[i]);
    for (long k = 0; k < rounds; k++) {
        size_t i = next_random(&random) % count, n = sizes[i];
        memcpy(text, seeds[i], n);
        for (uint64_t changes = 1 + next_random(&random) % 6; changes; changes--)
            n = alter(text, n, &random);
        run(text, n);
    }
    return 0;
}
