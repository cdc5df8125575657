#!/bin/bash
# Real clients against the running server, on both databases (or the one that GRADUS_TEST_DATABASE names): recorded requests, SDKs of Node, SDKs and the
# tracker in Chromium; real data sets by file and by batch when GRADUS_TEST_DATA names their folder, else small files of their shape.
set -uo pipefail
. "$(dirname "$0")/../../script/lib.sh"
make -s build/gradus || exit 1
npm_here tests/peer
. tests/node.sh
passed=0 failed=0
node_cases 1 tests/peer/*.test.mjs
echo "passed: $passed"
echo "failed: $failed"
[ "$failed" = 0 ]
