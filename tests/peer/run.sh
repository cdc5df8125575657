#!/bin/bash
# Real clients against the running server, on both databases (or the one that GRADUS_TEST_DATABASE names): recorded requests, SDKs of Node, SDKs and the
# tracker in Chromium; real data sets by file and by batch when GRADUS_TEST_DATA names their folder, else small files of their shape.
set -uo pipefail
. "$(dirname "$0")/../../script/lib.sh"
make -s build/gradus || exit 1
npm_here tests/peer
passed=0 failed=0
for database in ${GRADUS_TEST_DATABASE:-sqlite postgresql}; do
    echo "-- $database"
    out=$(GRADUS_TEST_DATABASE=$database node --test --test-concurrency=1 --test-reporter=tap tests/peer/*.test.mjs 2>&1)
    p=$(sed -n 's/^# pass \([0-9]*\)$/\1/p' <<<"$out") f=$(sed -n 's/^# fail \([0-9]*\)$/\1/p' <<<"$out")
    [ "${f:-1}" = 0 ] || printf '%s\n' "$out" | grep -vE '^ *(duration_ms|type:|\.\.\.|---)' | grep -B2 -A25 -E '^ *not ok' | head -200
    passed=$((passed + ${p:-0})) failed=$((failed + ${f:-1}))
done
echo "passed: $passed"
echo "failed: $failed"
[ "$failed" = 0 ]
