#!/bin/bash
# Threads under the thread sanitizer: the program with its doors, streams, long work and second server beside each other, and the unit tests that
# start threads. What calls out is left aside: addresses are looked up by a thread of the C library's own (getaddrinfo_a), which the
# sanitizer did not see begin, and it falls over there.
set -uo pipefail
cd "$(dirname "$0")/../.."
[ -x build/node/bin/node ] && PATH="$PWD/build/node/bin:$PATH"
units=$(grep -l pthread_create tests/unit/*.c | sed -E 's|.*/(.*)\.c|build-tsan/unit/\1|')
make -s -j"$(nproc)" tsan T="build-tsan/gradus $(echo $units)" || exit 1
. tests/node.sh
passed=0 failed=0
told=$(mktemp -d /tmp/gradus-test-XXXXXX)
# The C library reads its zone under a lock that the sanitizer does not see: two who ask the time are told of as a race, if they meet.
echo race:tzset_internal >"$told/known"
export TSAN_OPTIONS="log_path=$told/report exitcode=66 suppressions=$told/known print_suppressions=0" GRADUS_BIN="$PWD/build-tsan/gradus"
for unit in $units; do
    if "$unit" >"$told/unit" 2>&1; then passed=$((passed + 1)); else failed=$((failed + 1)); tail -n 40 "$told/unit"; fi
done
node_cases 2 tests/api/{intake,live,mechanism,nodes,learn}.test.mjs
if ls "$told"/report.* >/dev/null 2>&1; then cat "$told"/report.* | head -200; failed=$((failed + 1)); else passed=$((passed + 1)); fi
rm -rf "$told"
echo "passed: $passed"
echo "failed: $failed"
[ "$failed" = 0 ]
