#!/bin/bash
# What the server must refuse or survive, on both databases (or the one that GRADUS_TEST_DATABASE names).
set -uo pipefail
cd "$(dirname "$0")/../.."
make -s build/gradus || exit 1
. tests/node.sh
passed=0 failed=0
node_cases 2 tests/negative/*.test.mjs
echo "passed: $passed"
echo "failed: $failed"
[ "$failed" = 0 ]
