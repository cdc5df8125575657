#!/bin/bash
# People and policies on real decisions (BPI Challenge 2012), learnt on the earlier window and judged on the later one, and on a fictitious set
# where nothing may be found. The sets are not part of the project: GRADUS_TEST_DATA names their folder.
if [ -z "${GRADUS_TEST_DATA:-}" ]; then
    echo "skipped: GRADUS_TEST_DATA names no folder of data"
    exit 0
fi
cd "$(dirname "$0")/.." && exec build/bench/bpi "$GRADUS_TEST_DATA"
