#!/bin/bash
# Twenty rounds on each database (six for letters); the long run is script/crash --rounds 200. DUR_03_a_sync_that_fails_and_a_power_that_goes_lose_nothing_acknowledged:
# ten rounds, the long run is script/crash --power --rounds 500.
cd "$(dirname "$0")/../.."
passed=0 failed=0
run() { if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi; }
for kind in sqlite postgresql; do
    run script/crash --rounds 20 --database $kind
    # Letters: killed between the event and the message.
    run env GRADUS_TEST_DATABASE=$kind node tests/crash/outreach.mjs 6
done
run script/crash --power --rounds 10
echo "passed: $passed"
echo "failed: $failed"
[ "$failed" = 0 ]
