#!/bin/bash
# The API through the running server, on both databases (or the one that GRADUS_TEST_DATABASE names).
set -uo pipefail
cd "$(dirname "$0")/../.."
make -s build/gradus || exit 1
. tests/node.sh
passed=0 failed=0
GRADUS_TEST_SEEN=$(mktemp); export GRADUS_TEST_SEEN
# the longest first, so that nothing is left to wait for alone
node_cases 2 tests/api/year.test.mjs $(ls tests/api/*.test.mjs | grep -v /year.test)
# An endpoint that no case has seen succeed is not tested.
unseen=$(build/gradus openapi | node -e '
    const seen = new Set(require("fs").readFileSync(process.env.GRADUS_TEST_SEEN, "utf8").split("\n"));
    const doc = JSON.parse(require("fs").readFileSync(0, "utf8"));
    for (const [path, item] of Object.entries(doc.paths))
        for (const method of Object.keys(item))
            if (!seen.has(`${method.toUpperCase()} ${path}`)) console.log(`${method.toUpperCase()} ${path}`);')
if [ -n "$unseen" ]; then
    echo "endpoints without a case that succeeds:"; echo "$unseen"
    failed=$((failed + $(wc -l <<<"$unseen")))
else
    passed=$((passed + 1))
fi
rm -f "$GRADUS_TEST_SEEN"
echo "passed: $passed"
echo "failed: $failed"
[ "$failed" = 0 ]
