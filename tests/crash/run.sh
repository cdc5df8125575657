#!/bin/bash
# Twenty rounds on each database; the long run is script/crash --rounds 200.
cd "$(dirname "$0")/../.."
passed=0 failed=0
for kind in sqlite postgresql; do
    if script/crash --rounds 20 --database $kind; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
    # Letters: killed between the event and the message.
    if GRADUS_TEST_DATABASE=$kind node tests/crash/outreach.mjs 20; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
done
echo "passed: $passed"
echo "failed: $failed"
[ "$failed" = 0 ]
